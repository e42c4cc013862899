/* SPDX-License-Identifier: Apache-2.0
 *
 * Two readers of one archive, in step. Owns their agreement, the end of the archive and the limits
 * against bombs; the strict scanners are in tar_layout.c, zip_layout.c and sevenzip_layout.c,
 * libarchive is behind tree_archive.c. What a bundle may hold is not judged here.
 */
#include "artifact/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/crc32.h"
#include "artifact/path.h"
#include "artifact/sevenzip_layout.h"
#include "artifact/tar_layout.h"
#include "artifact/tree_archive.h"
#include "artifact/zip_layout.h"
#include "artifact/zip_window.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

enum {
    CHUNK = 1 << 16
};

/* Below this no ratio is too high: a small archive of empty pages is no bomb. */
static const uint64_t ratio_from = UINT64_C(64) << 20;

/* An entry that the scanner of tars found and that was not given yet. */
struct found {
    struct found *next;
    struct signet_layout_item item;
    uint8_t name[];
};

struct signet_archive {
    int fd;
    uint64_t size; /* of the file */
    enum signet_archive_kind kind;
    struct signet_limits limits;
    struct signet_unpacker *packed;  /* undoes the compression of a tar, or NULL */
    struct signet_unpacker *entries; /* libarchive's reading */
    struct signet_tar_layout *tar;   /* ours, for a tar */
    struct signet_zip_layout *zip;   /* ours, for a zip */
    struct found *first;             /* the current one, then those to come */
    struct found **last;
    bool given;                       /* the first of them */
    uint8_t *chunk;                   /* for scanning a plain tar */
    bool direct;                      /* see signet_archive_direct() */
    uint64_t unpacked;                /* bytes in all: seen or, where sizes come first, announced */
    uint64_t left;                    /* bytes of the current file still to be read */
    const struct signet_crc32 *crc32; /* for a gzip, or NULL */
    uint32_t sum;                     /* of what it holds */
    int status;                       /* SIGNET_OK, or the failure that stuck */
};

/* Exactly len bytes at offset. */
static int read_at(int fd, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    return signet_fd_pread_all(fd, (struct signet_fd_run){offset, buf, len}, err);
}

static int size_of(int fd, uint64_t *size, struct signet_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    *size = (uint64_t)st.st_size;
    return SIGNET_OK;
}

/* The first bytes of what a compressed file holds; fewer if there are not as many. */
static int unpack_head(enum signet_archive_kind kind,
                       int fd,
                       uint64_t size,
                       struct signet_buf *head,
                       struct signet_err *err)
{
    struct signet_unpacker *packed = NULL;
    struct signet_layout_item item;
    struct signet_span bytes = {NULL, 0};
    int rc = signet_unpacker_file(kind, fd, size, &packed, err);
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_next(packed, &item, err);
    }
    do {
        if (rc == SIGNET_OK) {
            rc = signet_unpacker_read(packed, &bytes, err);
        }
        if (rc == SIGNET_OK) {
            size_t want = head->max - head->len;
            bytes.len = bytes.len < want ? bytes.len : want;
            rc = signet_buf_put(head, bytes);
        }
    } while (rc == SIGNET_OK && bytes.len > 0);
    signet_unpacker_close(packed);
    return rc;
}

/* What fd holds; if that is no archive, *why_not says so. */
static int look(int fd,
                uint64_t size,
                enum signet_archive_kind *kind,
                struct signet_err *why_not,
                struct signet_err *err)
{
    uint8_t head[SIGNET_ARCHIVE_HEAD];
    struct signet_buf inside;
    size_t len = size < sizeof(head) ? (size_t)size : sizeof(head);
    *kind = SIGNET_ARCHIVE_NONE;
    signet_err_clear(why_not);
    int rc = read_at(fd, 0, head, len, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    enum signet_archive_kind outside = signet_archive_kind_of(signet_span_of(head, len));
    enum signet_archive_kind found = outside;
    if (outside >= SIGNET_ARCHIVE_GZIP) {
        signet_buf_init(&inside, SIGNET_ARCHIVE_HEAD);
        rc = unpack_head(outside, fd, size, &inside, why_not);
        found = signet_archive_kind_of(signet_buf_span(&inside));
        signet_buf_free(&inside);
    }
    if (rc != SIGNET_OK && rc != SIGNET_E_MALFORMED && rc != SIGNET_E_UNSUPPORTED) {
        return signet_err_copy(err, why_not);
    }
    if (found == SIGNET_ARCHIVE_NONE ||
        (outside >= SIGNET_ARCHIVE_GZIP && found != SIGNET_ARCHIVE_TAR)) {
        signet_err_set(why_not, SIGNET_E_UNSUPPORTED,
                       "expected an archive: tar, zip, 7z, or a tar packed with gzip, bzip2, xz or "
                       "zstd");
        return SIGNET_OK;
    }
    *kind = outside;
    return SIGNET_OK;
}

int signet_archive_detect(int fd, enum signet_archive_kind *kind, struct signet_err *err)
{
    struct signet_err why_not;
    uint64_t size = 0;
    *kind = SIGNET_ARCHIVE_NONE;
    int rc = size_of(fd, &size, err);
    return rc == SIGNET_OK ? look(fd, size, kind, &why_not, err) : rc;
}

/* Counts bytes that are, or are going to be, unpacked. A bomb ends here. */
static int count_unpacked(struct signet_archive *archive, uint64_t bytes, struct signet_err *err)
{
    const struct signet_limits *limits = &archive->limits;
    if (SIGNET_ADD_OVERFLOWS(archive->unpacked, bytes, &archive->unpacked) ||
        archive->unpacked > limits->unpacked) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "unpacks to more than %llu bytes; --limit unpacked=BYTES raises the "
                              "limit",
                              (unsigned long long)limits->unpacked);
    }
    if (archive->unpacked > ratio_from &&
        (archive->unpacked - 1) / limits->ratio >= archive->size) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "unpacks to more than %llu times its %llu bytes; --limit ratio=N "
                              "raises the limit",
                              (unsigned long long)limits->ratio, (unsigned long long)archive->size);
    }
    return SIGNET_OK;
}

static int take_found(void *ctx, const struct signet_layout_item *item, struct signet_err *err)
{
    struct signet_archive *archive = ctx;
    struct found *found = malloc(sizeof(*found) + item->name.len);
    if (found == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a name");
    }
    found->next = NULL;
    found->item = *item;
    memcpy(found->name, item->name.ptr, item->name.len);
    found->item.name = signet_span_of(found->name, item->name.len);
    *archive->last = found;
    archive->last = &found->next;
    return SIGNET_OK;
}

static void drop_first(struct signet_archive *archive)
{
    struct found *first = archive->first;
    archive->first = first->next;
    if (archive->first == NULL) {
        archive->last = &archive->first;
    }
    free(first);
}

/* Gives libarchive the next bytes of the tar that is packed, once our scanner has seen them. */
static int pull(void *ctx, struct signet_span *bytes, struct signet_err *err)
{
    struct signet_archive *archive = ctx;
    int rc = signet_unpacker_read(archive->packed, bytes, err);
    if (rc == SIGNET_OK) {
        rc = count_unpacked(archive, bytes->len, err);
    }
    if (rc == SIGNET_OK && archive->crc32 != NULL) {
        archive->sum = signet_crc32_add(archive->crc32, archive->sum, *bytes);
    }
    if (rc == SIGNET_OK) {
        rc = signet_tar_layout_feed(archive->tar, *bytes, err);
        signet_err_prefix(err, "in the unpacked tar");
    }
    return rc;
}

/* RFC 1952 section 2.3.1: CRC-32 and length end a member. libarchive does not look at them. Of
 * several members the last would only vouch for itself, so there may be one. */
static int check_gzip(const struct signet_archive *archive, struct signet_err *err)
{
    uint8_t tail[8];
    if (archive->crc32 == NULL) {
        return SIGNET_OK;
    }
    if (archive->size < sizeof(tail)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "gzip: cut short");
    }
    int rc = read_at(archive->fd, archive->size - sizeof(tail), tail, sizeof(tail), err);
    if (rc == SIGNET_OK && (signet_zip_u32(tail) != archive->sum ||
                            signet_zip_u32(tail + 4) != (uint32_t)archive->unpacked)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, archive->size - sizeof(tail),
                             "gzip: expected one member with CRC-32 %08x and length %u at its end, "
                             "found %08x and %u: it is damaged, or was joined from several",
                             archive->sum, (uint32_t)archive->unpacked, signet_zip_u32(tail),
                             signet_zip_u32(tail + 4));
    }
    return rc;
}

/* Scans a plain tar until an entry is found or the end is reached. */
static int scan_tar(struct signet_archive *archive, struct signet_err *err)
{
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && archive->first == NULL) {
        rc = signet_tar_layout_skip(archive->tar, signet_tar_layout_skippable(archive->tar), err);
        uint64_t at = signet_tar_layout_position(archive->tar);
        if (rc != SIGNET_OK || at >= archive->size) {
            break;
        }
        size_t len = archive->size - at < CHUNK ? (size_t)(archive->size - at) : CHUNK;
        rc = read_at(archive->fd, at, archive->chunk, len, err);
        if (rc == SIGNET_OK) {
            rc = signet_tar_layout_feed(archive->tar, signet_span_of(archive->chunk, len), err);
        }
    }
    return rc;
}

static int open_plain_tar(struct signet_archive *archive, struct signet_err *err)
{
    archive->direct = true;
    archive->chunk = malloc(CHUNK);
    if (archive->chunk == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for reading");
    }
    int rc = signet_tar_layout_new(&archive->limits, archive->size, take_found, archive,
                                   &archive->tar, err);
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_file(SIGNET_ARCHIVE_TAR, archive->fd, archive->size, &archive->entries,
                                  err);
    }
    return rc;
}

static int open_packed_tar(struct signet_archive *archive, struct signet_err *err)
{
    struct signet_layout_item whole;
    int rc = signet_tar_layout_new(&archive->limits, SIGNET_TAR_UNKNOWN, take_found, archive,
                                   &archive->tar, err);
    if (rc == SIGNET_OK && archive->kind == SIGNET_ARCHIVE_GZIP) {
        rc = signet_crc32_get(&archive->crc32, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_file(archive->kind, archive->fd, archive->size, &archive->packed, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_next(archive->packed, &whole, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_tar(pull, archive, &archive->entries, err);
    }
    return rc;
}

static int read_zip(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    return read_at(((const struct signet_archive *)ctx)->fd, offset, buf, len, err);
}

/* Scans the whole zip first: sizes are known before anything is unpacked. */
static int open_zip(struct signet_archive *archive, struct signet_err *err)
{
    const struct signet_zip_source source = {read_zip, archive, archive->size};
    struct signet_layout_item item;
    archive->direct = true;
    int rc = signet_zip_layout_open(&source, &archive->limits, &archive->zip, err);
    do {
        if (rc == SIGNET_OK) {
            rc = signet_zip_layout_next(archive->zip, &item, err);
        }
        if (rc == SIGNET_OK) {
            archive->direct = archive->direct && (item.stored || item.name.len == 0);
            rc = count_unpacked(archive, item.size, err);
        }
    } while (rc == SIGNET_OK && item.name.len > 0);
    signet_zip_layout_close(archive->zip);
    archive->zip = NULL;
    if (rc == SIGNET_OK) {
        rc = signet_zip_layout_open(&source, &archive->limits, &archive->zip, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_file(SIGNET_ARCHIVE_ZIP, archive->fd, archive->size, &archive->entries,
                                  err);
    }
    return rc;
}

static int open_sevenzip(struct signet_archive *archive, struct signet_err *err)
{
    uint8_t head[SIGNET_SEVENZIP_HEAD];
    if (archive->size < sizeof(head)) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "7z: expected %zu bytes of header, found %llu", sizeof(head),
                              (unsigned long long)archive->size);
    }
    int rc = read_at(archive->fd, 0, head, sizeof(head), err);
    if (rc == SIGNET_OK) {
        rc = signet_sevenzip_check(head, archive->size, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_unpacker_file(SIGNET_ARCHIVE_7Z, archive->fd, archive->size, &archive->entries,
                                  err);
    }
    return rc;
}

int signet_archive_open(int fd,
                        const struct signet_limits *limits,
                        struct signet_archive **archive,
                        struct signet_err *err)
{
    struct signet_err why_not;
    struct signet_archive *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for an archive");
    }
    fresh->fd = fd;
    fresh->limits = *limits;
    fresh->last = &fresh->first;
    int rc = size_of(fd, &fresh->size, err);
    if (rc == SIGNET_OK) {
        rc = look(fd, fresh->size, &fresh->kind, &why_not, err);
    }
    if (rc == SIGNET_OK) {
        switch (fresh->kind) {
        case SIGNET_ARCHIVE_TAR:
            rc = open_plain_tar(fresh, err);
            break;
        case SIGNET_ARCHIVE_ZIP:
            rc = open_zip(fresh, err);
            break;
        case SIGNET_ARCHIVE_7Z:
            rc = open_sevenzip(fresh, err);
            break;
        case SIGNET_ARCHIVE_NONE:
            rc = signet_err_copy(err, &why_not);
            break;
        case SIGNET_ARCHIVE_GZIP:
        case SIGNET_ARCHIVE_BZIP2:
        case SIGNET_ARCHIVE_XZ:
        case SIGNET_ARCHIVE_ZSTD:
        default:
            rc = open_packed_tar(fresh, err);
        }
    }
    if (rc != SIGNET_OK) {
        signet_archive_close(fresh);
        return rc;
    }
    *archive = fresh;
    return SIGNET_OK;
}

void signet_archive_close(struct signet_archive *archive)
{
    if (archive == NULL) {
        return;
    }
    signet_unpacker_close(archive->entries);
    signet_unpacker_close(archive->packed);
    signet_tar_layout_free(archive->tar);
    signet_zip_layout_close(archive->zip);
    while (archive->first != NULL) {
        drop_first(archive);
    }
    free(archive->chunk);
    free(archive);
}

const char *signet_archive_format(const struct signet_archive *archive)
{
    return signet_archive_kind_name(archive->kind);
}

bool signet_archive_direct(const struct signet_archive *archive)
{
    return archive->direct;
}

bool signet_archive_summed(const struct signet_archive *archive)
{
    return archive->kind == SIGNET_ARCHIVE_ZIP;
}

uint64_t signet_archive_size(const struct signet_archive *archive)
{
    return archive->size;
}

uint64_t signet_archive_used(const struct signet_archive *archive)
{
    return signet_unpacker_used(archive->packed != NULL ? archive->packed : archive->entries);
}

/* After the last entry: what is packed ends where the file ends, and the tar with its mark. */
static int finish(struct signet_archive *archive, struct signet_err *err)
{
    struct signet_span bytes = {NULL, 0};
    int rc = SIGNET_OK;
    if (archive->packed != NULL) {
        do {
            rc = pull(archive, &bytes, err);
        } while (rc == SIGNET_OK && bytes.len > 0);
        uint64_t used = signet_unpacker_used(archive->packed);
        if (rc == SIGNET_OK && used != archive->size) {
            return signet_err_at(err, SIGNET_E_MALFORMED, used,
                                 "%s: more bytes behind what is compressed",
                                 signet_archive_format(archive));
        }
        if (rc == SIGNET_OK) {
            rc = check_gzip(archive, err);
        }
    }
    if (rc == SIGNET_OK && archive->tar != NULL) {
        rc = signet_tar_layout_finish(archive->tar, err);
    }
    if (rc == SIGNET_OK && archive->first != NULL) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "%s: two readers disagree on where the last entry is",
                              signet_archive_format(archive));
    }
    return rc;
}

static struct signet_span without_slash(struct signet_span name)
{
    bool slash = name.len > 1 && name.ptr[name.len - 1] == '/';
    return signet_span_of(name.ptr, name.len - (slash ? 1 : 0));
}

/* Files and directories must be the same to both; what is neither will not be taken anyway. */
static int compare(const struct signet_archive *archive,
                   const struct signet_layout_item *ours,
                   const struct signet_layout_item *theirs,
                   struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *what = NULL;
    bool folder = S_ISDIR(ours->mode);
    bool judged = (S_ISREG(ours->mode) || folder) && !ours->hard_link;
    if (judged && !signet_span_eq(folder ? without_slash(ours->name) : ours->name,
                                  folder ? without_slash(theirs->name) : theirs->name)) {
        what = "name";
    } else if (judged && ((ours->mode ^ theirs->mode) & (unsigned)S_IFMT) != 0) {
        what = "kind";
    } else if (judged && (theirs->hard_link || (!folder && ours->size != theirs->size))) {
        what = "size";
    }
    return what == NULL ? SIGNET_OK
                        : signet_err_set(err, SIGNET_E_MALFORMED,
                                         "%s: two readers of the %s disagree on its %s",
                                         signet_utf8_show(ours->name, shown),
                                         signet_archive_format(archive), what);
}

/* Our scanner's next entry, as far as it can tell before libarchive reads on. */
static int
ours_before(struct signet_archive *archive, struct signet_layout_item *ours, struct signet_err *err)
{
    int rc = SIGNET_OK;
    if (archive->zip != NULL) {
        rc = signet_zip_layout_next(archive->zip, ours, err);
    } else if (archive->direct) {
        rc = scan_tar(archive, err);
    }
    return rc;
}

/* One step of both readers. */
static int
step(struct signet_archive *archive, struct signet_layout_item *item, struct signet_err *err)
{
    struct signet_layout_item theirs;
    struct signet_err why;
    int rc = ours_before(archive, item, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_err_clear(&why);
    int theirs_rc = signet_unpacker_next(archive->entries, &theirs, &why);
    if (archive->first != NULL) {
        *item = archive->first->item;
        archive->given = true;
    } else if (archive->kind == SIGNET_ARCHIVE_7Z) {
        *item = theirs;
    }
    rc = signet_path_check_text(item->name, err); /* first: it is why libarchive would not */
    if (rc == SIGNET_OK && theirs_rc != SIGNET_OK) {
        return signet_err_copy(err, &why);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (item->name.len == 0 && theirs.name.len == 0) {
        return finish(archive, err);
    }
    if (item->name.len == 0 || theirs.name.len == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "two readers of the %s disagree on how many entries there are",
                              signet_archive_format(archive));
    }
    archive->left = S_ISREG(item->mode) && !item->hard_link ? item->size : 0;
    rc = archive->kind == SIGNET_ARCHIVE_7Z ? count_unpacked(archive, archive->left, err)
                                            : compare(archive, item, &theirs, err);
    return rc;
}

static int stick(struct signet_archive *archive, int rc, struct signet_err *err)
{
    archive->status = rc;
    return signet_err_set(err, rc, "the archive could not be read");
}

int signet_archive_next(struct signet_archive *archive,
                        struct signet_layout_item *item,
                        struct signet_err *err)
{
    memset(item, 0, sizeof(*item));
    if (archive->given) {
        archive->given = false;
        drop_first(archive);
    }
    int rc = archive->status == SIGNET_OK ? step(archive, item, err) : archive->status;
    if (rc != SIGNET_OK) {
        memset(item, 0, sizeof(*item));
        return stick(archive, rc, err);
    }
    return SIGNET_OK;
}

int signet_archive_read(struct signet_archive *archive,
                        struct signet_span *bytes,
                        struct signet_err *err)
{
    *bytes = signet_span_of(NULL, 0);
    int rc = archive->status == SIGNET_OK ? signet_unpacker_read(archive->entries, bytes, err)
                                          : archive->status;
    if (rc == SIGNET_OK && (bytes->len > archive->left || (bytes->len == 0 && archive->left > 0))) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "%s: an entry of another size than announced",
                            signet_archive_format(archive));
    }
    if (rc != SIGNET_OK) {
        *bytes = signet_span_of(NULL, 0);
        return stick(archive, rc, err);
    }
    archive->left -= bytes->len;
    return SIGNET_OK;
}

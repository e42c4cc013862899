/* SPDX-License-Identifier: Apache-2.0
 *
 * libarchive (3.6 or newer), opened on first need. Owns its handles, the formats and filters that
 * they may use (nothing by external programs) and the locale that it reads names in: C.UTF-8 of the
 * calling thread alone, as nothing may depend on the environment. Knows no rule of a bundle.
 */
#include "artifact/tree_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/dl.h"
#include "base/err.h"
#include "base/utf8.h"

#ifndef SIGNET_LIBARCHIVE_PATH
#error "SIGNET_LIBARCHIVE_PATH: the build gives the absolute path of libarchive"
#endif

/* Every function used; types come from libarchive's own headers. */
#define LIBARCHIVE_FUNCTIONS(X)                                                                    \
    X(archive_read_new)                                                                            \
    X(archive_read_free)                                                                           \
    X(archive_read_support_format_tar)                                                             \
    X(archive_read_support_format_zip_seekable)                                                    \
    X(archive_read_support_format_7zip)                                                            \
    X(archive_read_support_format_raw)                                                             \
    X(archive_read_support_filter_gzip)                                                            \
    X(archive_read_support_filter_bzip2)                                                           \
    X(archive_read_support_filter_xz)                                                              \
    X(archive_read_support_filter_zstd)                                                            \
    X(archive_read_set_callback_data)                                                              \
    X(archive_read_set_read_callback)                                                              \
    X(archive_read_set_skip_callback)                                                              \
    X(archive_read_set_seek_callback)                                                              \
    X(archive_read_open1)                                                                          \
    X(archive_read_next_header)                                                                    \
    X(archive_read_data_block)                                                                     \
    X(archive_filter_bytes)                                                                        \
    X(archive_filter_count)                                                                        \
    X(archive_error_string)                                                                        \
    X(archive_errno)                                                                               \
    X(archive_entry_pathname_utf8)                                                                 \
    X(archive_entry_mode)                                                                          \
    X(archive_entry_hardlink)                                                                      \
    X(archive_entry_size)                                                                          \
    X(archive_entry_size_is_set)                                                                   \
    X(archive_entry_is_encrypted)

struct libarchive {
#define FUNCTION_FIELD(name) __typeof__ (&(name))(name);
    LIBARCHIVE_FUNCTIONS(FUNCTION_FIELD)
#undef FUNCTION_FIELD
};

static const struct signet_dl_function functions[] = {
#define FUNCTION_ROW(name) {#name, offsetof(struct libarchive, name)},
    LIBARCHIVE_FUNCTIONS(FUNCTION_ROW)
#undef FUNCTION_ROW
};

enum {
    CHUNK = 1 << 16
};

struct signet_unpacker {
    const struct libarchive *lib;
    struct archive *handle;
    locale_t utf8;
    const char *format; /* for messages */
    int fd;             /* -1: bytes are pulled */
    uint64_t size;      /* of the file */
    uint64_t at;        /* in the file: where the next chunk begins */
    uint8_t *chunk;
    signet_unpack_pull *pull;
    void *pull_ctx;
    uint64_t unpacked;     /* bytes of the current entry */
    struct signet_err why; /* what went wrong in a callback, which libarchive cannot tell */
};

static int libarchive(const struct libarchive **lib, struct signet_err *err)
{
    static void *shared;
    static const struct signet_dl library = {
        .path = SIGNET_LIBARCHIVE_PATH,
        .need = "reading archives needs libarchive",
        .older = "libarchive 3.6 or newer",
        .functions = functions,
        .function_count = SIGNET_COUNT(functions),
        .table_size = sizeof(struct libarchive),
    };
    const void *table = NULL;
    int rc = signet_dl_get(&library, &shared, &table, err);
    *lib = table;
    return rc;
}

/* What libarchive says of itself, or what a callback left. A warning is as good as a failure. */
static int complain(struct signet_unpacker *unpacker, const char *doing, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (unpacker->why.code != SIGNET_OK) {
        return signet_err_copy(err, &unpacker->why);
    }
    const char *reason = unpacker->lib->archive_error_string(unpacker->handle);
    int code = unpacker->lib->archive_errno(unpacker->handle) == ENOMEM ? SIGNET_E_NOMEM
                                                                        : SIGNET_E_MALFORMED;
    return signet_err_set(
        err, code, "%s: %s: %s", unpacker->format, doing,
        signet_utf8_show(signet_span_str(reason != NULL ? reason : "no reason given"), shown));
}

static la_ssize_t read_file(struct archive *handle, void *ctx, const void **bytes)
{
    struct signet_unpacker *unpacker = ctx;
    uint64_t left = unpacker->size - unpacker->at;
    size_t want = left < CHUNK ? (size_t)left : CHUNK;
    ssize_t got = 0;
    (void)handle;
    do {
        got = pread(unpacker->fd, unpacker->chunk, want, (off_t)unpacker->at);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        signet_err_sys(&unpacker->why, SIGNET_E_IO, errno, "cannot read");
        return ARCHIVE_FATAL;
    }
    if (got == 0 && want > 0) {
        signet_err_set(&unpacker->why, SIGNET_E_IO, "became shorter while it was read");
        return ARCHIVE_FATAL;
    }
    unpacker->at += (uint64_t)got;
    *bytes = unpacker->chunk;
    return got;
}

static la_int64_t skip_file(struct archive *handle, void *ctx, la_int64_t request)
{
    struct signet_unpacker *unpacker = ctx;
    uint64_t left = unpacker->size - unpacker->at;
    uint64_t count = request > 0 ? (uint64_t)request : 0;
    (void)handle;
    count = count < left ? count : left;
    unpacker->at += count;
    return (la_int64_t)count;
}

static la_int64_t seek_file(struct archive *handle, void *ctx, la_int64_t offset, int whence)
{
    struct signet_unpacker *unpacker = ctx;
    la_int64_t from = whence == SEEK_CUR ? (la_int64_t)unpacker->at : 0;
    la_int64_t to = 0;
    (void)handle;
    from = whence == SEEK_END ? (la_int64_t)unpacker->size : from;
    if (SIGNET_ADD_OVERFLOWS(from, offset, &to) || to < 0 || (uint64_t)to > unpacker->size) {
        signet_err_set(&unpacker->why, SIGNET_E_MALFORMED, "%s: points outside of the file",
                       unpacker->format);
        return ARCHIVE_FATAL;
    }
    unpacker->at = (uint64_t)to;
    return to;
}

static la_ssize_t read_pulled(struct archive *handle, void *ctx, const void **bytes)
{
    struct signet_unpacker *unpacker = ctx;
    struct signet_span run = {NULL, 0};
    (void)handle;
    if (unpacker->pull(unpacker->pull_ctx, &run, &unpacker->why) != SIGNET_OK) {
        return ARCHIVE_FATAL;
    }
    *bytes = run.ptr;
    return (la_ssize_t)run.len;
}

/* Allows one format and, for a compressed file, one filter. */
static int
allow(const struct libarchive *lib, struct archive *handle, enum signet_archive_kind kind)
{
    switch (kind) {
    case SIGNET_ARCHIVE_TAR:
        return lib->archive_read_support_format_tar(handle);
    case SIGNET_ARCHIVE_ZIP:
        return lib->archive_read_support_format_zip_seekable(handle);
    case SIGNET_ARCHIVE_7Z:
        return lib->archive_read_support_format_7zip(handle);
    case SIGNET_ARCHIVE_GZIP:
        lib->archive_read_support_format_raw(handle);
        return lib->archive_read_support_filter_gzip(handle);
    case SIGNET_ARCHIVE_BZIP2:
        lib->archive_read_support_format_raw(handle);
        return lib->archive_read_support_filter_bzip2(handle);
    case SIGNET_ARCHIVE_XZ:
        lib->archive_read_support_format_raw(handle);
        return lib->archive_read_support_filter_xz(handle);
    case SIGNET_ARCHIVE_ZSTD:
        lib->archive_read_support_format_raw(handle);
        return lib->archive_read_support_filter_zstd(handle);
    case SIGNET_ARCHIVE_NONE:
    default:
        return ARCHIVE_FATAL;
    }
}

static int
start(struct signet_unpacker *unpacker, enum signet_archive_kind kind, struct signet_err *err)
{
    const struct libarchive *lib = unpacker->lib;
    struct archive *handle = lib->archive_read_new();
    unpacker->handle = handle;
    if (handle == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for an archive");
    }
    if (allow(lib, handle, kind) != ARCHIVE_OK) { /* a warning: it would call another program */
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "%s: not read by the libarchive at %s",
                              unpacker->format, SIGNET_LIBARCHIVE_PATH);
    }
    bool file = unpacker->fd >= 0;
    if (lib->archive_read_set_callback_data(handle, unpacker) != ARCHIVE_OK ||
        lib->archive_read_set_read_callback(handle, file ? read_file : read_pulled) != ARCHIVE_OK ||
        (file && (lib->archive_read_set_skip_callback(handle, skip_file) != ARCHIVE_OK ||
                  lib->archive_read_set_seek_callback(handle, seek_file) != ARCHIVE_OK)) ||
        lib->archive_read_open1(handle) != ARCHIVE_OK) {
        return complain(unpacker, "cannot be opened", err);
    }
    /* What gave the bytes, and one filter if the file is a compressed one. */
    int filters = lib->archive_filter_count(handle);
    int expected = kind >= SIGNET_ARCHIVE_GZIP ? 2 : 1;
    if (filters == expected) {
        return SIGNET_OK;
    }
    return signet_err_set(err, SIGNET_E_UNSUPPORTED, "%s: %s", unpacker->format,
                          filters > expected
                              ? "compressed twice; expected a tar that is compressed once"
                              : "begins as if compressed, and is not");
}

static int open_as(enum signet_archive_kind kind,
                   const struct signet_unpacker *source,
                   struct signet_unpacker **unpacker,
                   struct signet_err *err)
{
    struct signet_unpacker *fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for an archive");
    }
    *fresh = *source;
    fresh->format = signet_archive_kind_name(kind);
    signet_err_clear(&fresh->why);
    int rc = libarchive(&fresh->lib, err);
    if (rc == SIGNET_OK && fresh->fd >= 0) {
        fresh->chunk = malloc(CHUNK);
        rc = fresh->chunk != NULL ? SIGNET_OK
                                  : signet_err_set(err, SIGNET_E_NOMEM, "out of memory to read");
    }
    if (rc == SIGNET_OK) {
        fresh->utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
        rc = fresh->utf8 != (locale_t)0
                 ? SIGNET_OK
                 : signet_err_set(err, SIGNET_E_INTERNAL, "the system has no locale C.UTF-8");
    }
    if (rc == SIGNET_OK) {
        locale_t before = uselocale(fresh->utf8);
        rc = start(fresh, kind, err);
        uselocale(before);
    }
    if (rc != SIGNET_OK) {
        signet_unpacker_close(fresh);
        return rc;
    }
    *unpacker = fresh;
    return SIGNET_OK;
}

int signet_unpacker_file(enum signet_archive_kind kind,
                         int fd,
                         uint64_t size,
                         struct signet_unpacker **unpacker,
                         struct signet_err *err)
{
    const struct signet_unpacker source = {.fd = fd, .size = size};
    return open_as(kind, &source, unpacker, err);
}

int signet_unpacker_tar(signet_unpack_pull *pull,
                        void *ctx,
                        struct signet_unpacker **unpacker,
                        struct signet_err *err)
{
    const struct signet_unpacker source = {.fd = -1, .pull = pull, .pull_ctx = ctx};
    return open_as(SIGNET_ARCHIVE_TAR, &source, unpacker, err);
}

static int describe(struct signet_unpacker *unpacker,
                    struct archive_entry *entry,
                    struct signet_layout_item *item,
                    struct signet_err *err)
{
    const struct libarchive *lib = unpacker->lib;
    const char *name = lib->archive_entry_pathname_utf8(entry);
    la_int64_t size = lib->archive_entry_size_is_set(entry) ? lib->archive_entry_size(entry) : 0;
    if (name == NULL || name[0] == '\0') {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: a name is empty or not valid UTF-8",
                              unpacker->format);
    }
    if (lib->archive_entry_is_encrypted(entry)) {
        char shown[SIGNET_SHOW_MAX];
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "%s: encrypted in the %s",
                              signet_utf8_show(signet_span_str(name), shown), unpacker->format);
    }
    if (size < 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: a negative size", unpacker->format);
    }
    item->name = signet_span_str(name);
    item->mode = lib->archive_entry_mode(entry);
    item->hard_link = lib->archive_entry_hardlink(entry) != NULL;
    item->size = (uint64_t)size;
    return SIGNET_OK;
}

int signet_unpacker_next(struct signet_unpacker *unpacker,
                         struct signet_layout_item *item,
                         struct signet_err *err)
{
    struct archive_entry *entry = NULL;
    locale_t before = uselocale(unpacker->utf8);
    memset(item, 0, sizeof(*item));
    unpacker->unpacked = 0;
    int got = unpacker->lib->archive_read_next_header(unpacker->handle, &entry);
    int rc = SIGNET_OK;
    if (got != ARCHIVE_OK && got != ARCHIVE_EOF) {
        rc = complain(unpacker, "an entry cannot be read", err);
    } else if (got == ARCHIVE_OK) {
        rc = describe(unpacker, entry, item, err);
    }
    uselocale(before);
    return rc;
}

int signet_unpacker_read(struct signet_unpacker *unpacker,
                         struct signet_span *bytes,
                         struct signet_err *err)
{
    const void *block = NULL;
    size_t len = 0;
    la_int64_t offset = 0;
    locale_t before = uselocale(unpacker->utf8);
    int got = ARCHIVE_OK;
    while (got == ARCHIVE_OK && len == 0) {
        got = unpacker->lib->archive_read_data_block(unpacker->handle, &block, &len, &offset);
    }
    int rc = SIGNET_OK;
    if (got != ARCHIVE_OK && got != ARCHIVE_EOF) {
        rc = complain(unpacker, "contents cannot be unpacked", err);
    } else if (got == ARCHIVE_OK && (uint64_t)offset != unpacker->unpacked) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "%s: contents with a hole", unpacker->format);
    }
    uselocale(before);
    *bytes = signet_span_of(block, rc == SIGNET_OK && got == ARCHIVE_OK ? len : 0);
    unpacker->unpacked += bytes->len;
    return rc;
}

uint64_t signet_unpacker_used(const struct signet_unpacker *unpacker)
{
    return (uint64_t)unpacker->lib->archive_filter_bytes(unpacker->handle, -1);
}

void signet_unpacker_close(struct signet_unpacker *unpacker)
{
    if (unpacker == NULL) {
        return;
    }
    if (unpacker->handle != NULL) {
        SIGNET_IGNORE(unpacker->lib->archive_read_free(unpacker->handle)); /* only read from */
    }
    if (unpacker->utf8 != (locale_t)0) {
        freelocale(unpacker->utf8);
    }
    free(unpacker->chunk);
    free(unpacker);
}

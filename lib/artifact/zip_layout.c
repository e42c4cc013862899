/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a zip is one thing: each entry of the central directory and its local header agree, and
 * entries follow each other from the first byte to the central directory. Owns that agreement and
 * what an entry may be; headers are artifact/zip_record.c's, the end artifact/zip_end.c's. Contents
 * are not read.
 */
#include "artifact/zip_layout.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/zip_end.h"
#include "artifact/zip_record.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

enum {
    STORED = 0,
    DEFLATED = 8,
    AES = 99,
    FLAGS_ENCRYPTED = 0x2041, /* bits 0, 6 and 13 */
    FLAGS_KNOWN = 0x080E,     /* how hard the deflater tried, a descriptor, UTF-8 */
    SYSTEM_UNIX = 3,
    DOS_DIRECTORY = 0x10,
    EMPTY_DEFLATED = 2, /* bytes that deflate makes of none */
    AHEAD_DIRECTORY = 1 << 18,
    AHEAD_LOCAL = 1 << 12,
};

static const uint8_t descriptor_mark[] = {'P', 'K', 7, 8};

struct signet_zip_layout {
    uint64_t path_max;
    struct signet_zip_end end;
    struct signet_zip_window directory; /* up to its end */
    struct signet_zip_window entries;   /* up to where the central directory begins */
    uint64_t given;                     /* entries */
    uint64_t next_central;              /* where the next header is expected */
    uint64_t next_local;
    int rc; /* sticks */
};

int signet_zip_layout_open(const struct signet_zip_source *source,
                           const struct signet_limits *limits,
                           struct signet_zip_layout **layout,
                           struct signet_err *err)
{
    struct signet_zip_layout *z = calloc(1, sizeof(*z));
    if (z == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a zip scanner");
    }
    int rc = signet_zip_window_init(&z->directory, source, AHEAD_DIRECTORY, err);
    if (rc == SIGNET_OK) {
        rc = signet_zip_window_init(&z->entries, source, AHEAD_LOCAL, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_zip_end_find(&z->directory, &z->end, err);
    }
    if (rc != SIGNET_OK) {
        signet_zip_layout_close(z);
        return rc;
    }
    z->path_max = limits->path;
    z->next_central = z->end.directory;
    z->directory.what = "the central directory";
    z->directory.end = z->end.directory_end;
    z->entries.what = "the entries, where the central directory begins";
    z->entries.end = z->end.directory;
    *layout = z;
    return SIGNET_OK;
}

void signet_zip_layout_close(struct signet_zip_layout *layout)
{
    if (layout != NULL) {
        signet_zip_window_free(&layout->directory);
        signet_zip_window_free(&layout->entries);
        free(layout);
    }
}

uint64_t signet_zip_layout_count(const struct signet_zip_layout *layout)
{
    return layout->end.entries;
}

static int unsupported(
    uint64_t at, const char *expected, unsigned found, const char *what, struct signet_err *err)
{
    return signet_err_at(err, SIGNET_E_UNSUPPORTED, at, "expected %s, found %s %u", expected, what,
                         found);
}

static int check_method(const struct signet_zip_record *entry, struct signet_err *err)
{
    uint16_t flags = entry->flags;
    if ((flags & FLAGS_ENCRYPTED) != 0 || entry->method == AES) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, entry->at,
                             "expected an entry that is not encrypted, found one that is");
    }
    if ((flags & ~(unsigned)FLAGS_KNOWN) != 0) {
        return unsupported(entry->at, "no flag beside those of deflate, descriptor and UTF-8",
                           flags, "flags", err);
    }
    if (entry->method != STORED && entry->method != DEFLATED) {
        return unsupported(entry->at, "method 0 (stored) or 8 (deflate)", entry->method,
                           "an entry compressed with method", err);
    }
    if (entry->method == STORED && entry->packed != entry->size) {
        return signet_err_at(err, SIGNET_E_MALFORMED, entry->at,
                             "expected one size for a stored entry, found %llu and %llu",
                             (unsigned long long)entry->size, (unsigned long long)entry->packed);
    }
    return SIGNET_OK;
}

static int
check_name(const struct signet_zip_record *entry, uint64_t path_max, struct signet_err *err)
{
    if (entry->name.len > path_max) {
        return signet_err_at(err, SIGNET_E_LIMIT, entry->at,
                             "expected a name of at most %llu bytes, found %zu",
                             (unsigned long long)path_max, entry->name.len);
    }
    for (size_t i = 0; (entry->flags & SIGNET_ZIP_UTF8) == 0 && i < entry->name.len; i++) {
        if (entry->name.ptr[i] >= 0x80) {
            return signet_err_at(err, SIGNET_E_UNSUPPORTED, entry->at,
                                 "expected a name in ASCII or marked as UTF-8, found neither; zip "
                                 "it anew with a tool that marks names as UTF-8");
        }
    }
    return SIGNET_OK;
}

/* The kind by attributes of Unix, where there are any, and by the name; they may not disagree. */
static int
settle_mode(const struct signet_zip_record *entry, unsigned *mode, struct signet_err *err)
{
    unsigned attributes = entry->attributes >> 16;
    bool slash = entry->name.ptr[entry->name.len - 1] == '/';
    unsigned kind = attributes & S_IFMT;
    unsigned permissions = attributes & 07777;
    if (kind == 0) {
        kind = slash ? S_IFDIR : S_IFREG;
    }
    if (entry->system != SYSTEM_UNIX || attributes == 0) {
        permissions = slash ? 0755 : 0644;
    }
    *mode = kind | permissions;
    bool dos_directory = (entry->attributes & DOS_DIRECTORY) != 0;
    if (slash != (kind == S_IFDIR) || (dos_directory && !slash)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, entry->at,
                             "expected \"/\" behind the name of a directory and of nothing else, "
                             "found attributes 0x%08x",
                             (unsigned)entry->attributes);
    }
    uint64_t most = entry->method == DEFLATED ? EMPTY_DEFLATED : 0;
    if (slash && (entry->size != 0 || entry->packed > most)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, entry->at,
                             "expected a directory without data, found %llu bytes",
                             (unsigned long long)(entry->size != 0 ? entry->size : entry->packed));
    }
    return SIGNET_OK;
}

/* A number of the local header; one that a descriptor gives may be left at 0. */
static int agrees(uint64_t at,
                  const char *what,
                  uint64_t central,
                  uint64_t local,
                  bool may_be_left,
                  struct signet_err *err)
{
    if (local == central || (may_be_left && local == 0)) {
        return SIGNET_OK;
    }
    return signet_err_at(err, SIGNET_E_MALFORMED, at,
                         "expected %s %llu in the local header, as in the central directory, found "
                         "%llu",
                         what, (unsigned long long)central, (unsigned long long)local);
}

static int check_local(const struct signet_zip_record *entry,
                       const struct signet_zip_record *local,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    bool later = (entry->flags & SIGNET_ZIP_DESCRIPTOR) != 0;
    if (!signet_span_eq(entry->name, local->name)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, local->at,
                             "expected the same name in the local header, found \"%s\"",
                             signet_utf8_show(local->name, shown));
    }
    int rc = agrees(local->at, "flags", entry->flags, local->flags, false, err);
    if (rc == SIGNET_OK) {
        rc = agrees(local->at, "method", entry->method, local->method, false, err);
    }
    if (rc == SIGNET_OK) {
        rc = agrees(local->at, "CRC-32", entry->crc32, local->crc32, later, err);
    }
    if (rc == SIGNET_OK) {
        rc = agrees(local->at, "packed size", entry->packed, local->packed, later, err);
    }
    if (rc == SIGNET_OK) {
        rc = agrees(local->at, "size", entry->size, local->size, later, err);
    }
    return rc;
}

/* The numbers behind the data, at z->next_local, which moves on. Sizes take 8 bytes each if either
 * header has a zip64 field. */
static int check_descriptor(struct signet_zip_layout *z,
                            const struct signet_zip_record *entry,
                            bool wide,
                            struct signet_err *err)
{
    const uint8_t *bytes = NULL;
    size_t width = wide ? 8 : 4;
    uint64_t at = z->next_local;
    int rc = signet_zip_window_get(&z->entries, at, 8 + 2 * width, &bytes, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    uint64_t packed = wide ? signet_zip_u64(bytes + 8) : signet_zip_u32(bytes + 8);
    uint64_t size = wide ? signet_zip_u64(bytes + 16) : signet_zip_u32(bytes + 12);
    if (memcmp(bytes, descriptor_mark, sizeof(descriptor_mark)) != 0) {
        return signet_err_at(
            err, SIGNET_E_MALFORMED, at,
            "expected a data descriptor with its mark behind the data, found none");
    }
    if (signet_zip_u32(bytes + 4) != entry->crc32 || packed != entry->packed ||
        size != entry->size) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected the data descriptor to say what the central directory does, "
                             "found other numbers");
    }
    z->next_local += 8 + 2 * width;
    return SIGNET_OK;
}

/* What lies in the archive for an entry: header, data, descriptor, from z->next_local on. */
static int check_place(struct signet_zip_layout *z,
                       const struct signet_zip_record *entry,
                       uint64_t *data,
                       struct signet_err *err)
{
    struct signet_zip_record local;
    if (entry->local != z->next_local) {
        return signet_err_at(
            err, SIGNET_E_MALFORMED, entry->at,
            "expected its local header at byte %llu, where what is before it ends, "
            "found it said to be at byte %llu",
            (unsigned long long)z->next_local, (unsigned long long)entry->local);
    }
    int rc = signet_zip_local_read(&z->entries, entry->local, &local, err);
    if (rc == SIGNET_OK) {
        rc = check_local(entry, &local, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    *data = local.end;
    if (entry->packed > z->end.directory - local.end) {
        return signet_err_at(err, SIGNET_E_MALFORMED, local.end,
                             "expected %llu bytes of data, found %llu up to the central directory",
                             (unsigned long long)entry->packed,
                             (unsigned long long)(z->end.directory - local.end));
    }
    z->next_local = local.end + entry->packed;
    return (entry->flags & SIGNET_ZIP_DESCRIPTOR) != 0
               ? check_descriptor(z, entry, entry->zip64 || local.zip64, err)
               : SIGNET_OK;
}

static int judge(struct signet_zip_layout *z,
                 const struct signet_zip_record *entry,
                 struct signet_layout_item *item,
                 struct signet_err *err)
{
    int rc = check_name(entry, z->path_max, err);
    if (rc == SIGNET_OK) {
        rc = check_method(entry, err);
    }
    if (rc == SIGNET_OK) {
        rc = settle_mode(entry, &item->mode, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_place(z, entry, &item->offset, err);
    }
    if (rc == SIGNET_OK) {
        item->name = entry->name;
        item->size = entry->size;
        item->packed = entry->packed;
        item->stored = entry->method == STORED;
        item->crc32 = entry->crc32;
    }
    return rc;
}

static int
give(struct signet_zip_layout *z, struct signet_layout_item *item, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_zip_record entry;
    int rc = signet_zip_central_read(&z->directory, z->next_central, &entry, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (entry.end > z->end.directory_end) {
        return signet_err_at(err, SIGNET_E_MALFORMED, entry.at,
                             "expected a comment within the central directory, found one beyond");
    }
    rc = judge(z, &entry, item, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(entry.name, shown));
    }
    z->next_central = entry.end;
    z->given++;
    return rc;
}

/* Nothing may be left between the last entry and the central directory, nor within the latter. */
static int check_end(const struct signet_zip_layout *z, struct signet_err *err)
{
    if (z->next_central != z->end.directory_end) {
        return signet_err_at(err, SIGNET_E_MALFORMED, z->next_central,
                             "expected %llu entries and no more in the central directory, found "
                             "further bytes",
                             (unsigned long long)z->end.entries);
    }
    if (z->next_local != z->end.directory) {
        return signet_err_at(err, SIGNET_E_MALFORMED, z->next_local,
                             "expected the central directory at byte %llu, where the last entry "
                             "ends, found it at byte %llu",
                             (unsigned long long)z->next_local,
                             (unsigned long long)z->end.directory);
    }
    return SIGNET_OK;
}

int signet_zip_layout_next(struct signet_zip_layout *layout,
                           struct signet_layout_item *item,
                           struct signet_err *err)
{
    struct signet_zip_layout *z = layout;
    memset(item, 0, sizeof(*item));
    if (z->rc != SIGNET_OK) {
        return signet_err_set(err, z->rc, "the archive was refused already");
    }
    z->rc = z->given == z->end.entries ? check_end(z, err) : give(z, item, err);
    if (z->rc != SIGNET_OK) {
        memset(item, 0, sizeof(*item));
    }
    return z->rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Zips put together byte by byte, by PKWARE APPNOTE.TXT 6.3.10, without the code under test.
 * Checksums are whatever a test says.
 */
#ifndef SIGNET_TESTS_BUILD_ZIP_H
#define SIGNET_TESTS_BUILD_ZIP_H

#include "check.h"

enum {
    ZIP_ROOM = 1 << 19,
    ZIP_ENTRIES = 8,
    ZIP_LATER = 0x0008, /* flag: a data descriptor follows */
    ZIP_UTF8 = 0x0800,
};

/* One entry; what is left at 0 is a stored file made by MS-DOS. */
struct zip_entry {
    const char *name;
    const char *data; /* as it lies there, of size packed */
    size_t packed;
    size_t size;
    uint16_t method;
    uint16_t flags;
    uint8_t system;
    uint32_t attributes;
    bool wide_local, wide_central; /* sizes in a zip64 field */
    const char *extra;             /* of both headers, of size extra_len */
    size_t extra_len;
};

struct zip {
    uint8_t data[ZIP_ROOM];
    size_t len;
    struct zip_entry entries[ZIP_ENTRIES];
    /* Where things are. */
    size_t local[ZIP_ENTRIES], contents[ZIP_ENTRIES], behind[ZIP_ENTRIES], central[ZIP_ENTRIES];
    size_t count;
    size_t directory, zip64, locator, end;
};

/* A zip is too large for the stack; free() it. */
static inline struct zip *zip_new(void)
{
    struct zip *zip = calloc(1, sizeof(*zip));
    assert_non_null(zip);
    return zip;
}

static inline void zip_bytes(struct zip *zip, const void *bytes, size_t len)
{
    assert_true(zip->len + len <= sizeof(zip->data));
    if (len > 0) {
        memcpy(zip->data + zip->len, bytes, len);
    }
    zip->len += len;
}

/* A little-endian number of so many bytes at a place. */
static inline void zip_set(struct zip *zip, size_t at, size_t width, uint64_t value)
{
    assert_true(at + width <= sizeof(zip->data));
    for (size_t i = 0; i < width; i++) {
        zip->data[at + i] = (uint8_t)(value >> 8 * i);
    }
}

static inline void zip_put(struct zip *zip, size_t width, uint64_t value)
{
    zip_set(zip, zip->len, width, value);
    zip->len += width;
}

/* The fields from the flags on that both headers have; sizes as the header says them. */
static inline void zip_common(struct zip *zip,
                              const struct zip_entry *entry,
                              bool left_out, /* for a descriptor to say */
                              bool wide,
                              size_t extra_len)
{
    zip_put(zip, 2, entry->flags);
    zip_put(zip, 2, entry->method);
    zip_put(zip, 4, 0x5a6b7c8d); /* time and date */
    zip_put(zip, 4, left_out ? 0 : 0x3610a686);
    zip_put(zip, 4, wide ? UINT32_MAX : left_out ? 0 : entry->packed);
    zip_put(zip, 4, wide ? UINT32_MAX : left_out ? 0 : entry->size);
    zip_put(zip, 2, strlen(entry->name));
    zip_put(zip, 2, extra_len);
}

static inline void zip_wide_extra(struct zip *zip, const struct zip_entry *entry, bool left_out)
{
    zip_put(zip, 2, 1);
    zip_put(zip, 2, 16);
    zip_put(zip, 8, left_out ? 0 : entry->size);
    zip_put(zip, 8, left_out ? 0 : entry->packed);
}

/* Local header, data, descriptor. */
static inline void zip_add(struct zip *zip, struct zip_entry entry)
{
    size_t i = zip->count++;
    bool later = (entry.flags & ZIP_LATER) != 0;
    assert_true(i < ZIP_ENTRIES);
    zip->entries[i] = entry;
    zip->local[i] = zip->len;
    zip_bytes(zip, "PK\3\4", 4);
    zip_put(zip, 2, 20);
    zip_common(zip, &entry, later, entry.wide_local, entry.extra_len + (entry.wide_local ? 20 : 0));
    zip_bytes(zip, entry.name, strlen(entry.name));
    zip_bytes(zip, entry.extra, entry.extra_len);
    if (entry.wide_local) {
        zip_wide_extra(zip, &entry, later);
    }
    zip->contents[i] = zip->len;
    zip_bytes(zip, entry.data, entry.packed);
    zip->behind[i] = zip->len;
    if (later) {
        size_t width = entry.wide_local || entry.wide_central ? 8 : 4;
        zip_bytes(zip, "PK\7\10", 4);
        zip_put(zip, 4, 0x3610a686);
        zip_put(zip, width, entry.packed);
        zip_put(zip, width, entry.size);
    }
}

static inline void zip_file(struct zip *zip, const char *name, const char *text)
{
    zip_add(zip, (struct zip_entry){
                     .name = name, .data = text, .packed = strlen(text), .size = strlen(text)});
}

/* The central directory. */
static inline void zip_directory(struct zip *zip)
{
    zip->directory = zip->len;
    for (size_t i = 0; i < zip->count; i++) {
        const struct zip_entry *entry = &zip->entries[i];
        zip->central[i] = zip->len;
        zip_bytes(zip, "PK\1\2", 4);
        zip_put(zip, 1, 20);
        zip_put(zip, 1, entry->system);
        zip_put(zip, 2, 20);
        zip_common(zip, entry, false, entry->wide_central,
                   entry->extra_len + (entry->wide_central ? 20 : 0));
        zip_put(zip, 2, 0); /* comment */
        zip_put(zip, 2, 0); /* disk */
        zip_put(zip, 2, 0);
        zip_put(zip, 4, entry->attributes);
        zip_put(zip, 4, zip->local[i]);
        zip_bytes(zip, entry->name, strlen(entry->name));
        zip_bytes(zip, entry->extra, entry->extra_len);
        if (entry->wide_central) {
            zip_wide_extra(zip, entry, false);
        }
    }
}

/* The zip64 record and its locator. */
static inline void zip_zip64(struct zip *zip)
{
    zip->zip64 = zip->len;
    zip_bytes(zip, "PK\6\6", 4);
    zip_put(zip, 8, 44);
    zip_put(zip, 4, 45 | 45 << 16);
    zip_put(zip, 4, 0);
    zip_put(zip, 4, 0);
    zip_put(zip, 8, zip->count);
    zip_put(zip, 8, zip->count);
    zip_put(zip, 8, zip->zip64 - zip->directory);
    zip_put(zip, 8, zip->directory);
    zip->locator = zip->len;
    zip_bytes(zip, "PK\6\7", 4);
    zip_put(zip, 4, 0);
    zip_put(zip, 8, zip->zip64);
    zip_put(zip, 4, 1);
}

/* The end record. */
static inline void zip_end(struct zip *zip, const char *comment)
{
    size_t directory_end = zip->locator != 0 ? zip->zip64 : zip->len;
    zip->end = zip->len;
    zip_bytes(zip, "PK\5\6", 4);
    zip_put(zip, 4, 0);
    zip_put(zip, 2, zip->count);
    zip_put(zip, 2, zip->count);
    zip_put(zip, 4, directory_end - zip->directory);
    zip_put(zip, 4, zip->directory);
    zip_put(zip, 2, strlen(comment));
    zip_bytes(zip, comment, strlen(comment));
}

/* All that follows the entries. */
static inline void zip_finish(struct zip *zip)
{
    zip_directory(zip);
    zip_end(zip, "");
}

#endif

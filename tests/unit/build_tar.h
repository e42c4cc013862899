/* SPDX-License-Identifier: Apache-2.0
 *
 * Tars put together byte by byte, by the fields of POSIX.1-2017 pax ("ustar Interchange Format"),
 * without the code under test.
 */
#ifndef SIGNET_TESTS_BUILD_TAR_H
#define SIGNET_TESTS_BUILD_TAR_H

#include "check.h"

enum {
    TAR_ROOM = 1 << 18,
    TAR_NAME = 0,
    TAR_MODE = 100,
    TAR_SIZE = 124,
    TAR_SUM = 148,
    TAR_TYPE = 156,
    TAR_LINK = 157,
    TAR_MAGIC = 257,
    TAR_PREFIX = 345,
    TAR_REST = 500,
};

struct tar {
    uint8_t data[TAR_ROOM];
    size_t len;
};

/* A tar is too large for the stack; free() it. */
static inline struct tar *tar_new(void)
{
    struct tar *tar = calloc(1, sizeof(*tar));
    assert_non_null(tar);
    return tar;
}

/* Sets the sum of the header at a place to what its other bytes give. */
static inline void tar_seal(struct tar *tar, size_t at)
{
    unsigned sum = 0;
    uint8_t *block = tar->data + at;
    memset(block + TAR_SUM, ' ', 8);
    for (size_t i = 0; i < 512; i++) {
        sum += block[i];
    }
    assert_int_equal(snprintf((char *)block + TAR_SUM, 8, "%06o", sum), 6);
}

/* Puts bytes in a header's field and seals it. */
static inline void
tar_patch(struct tar *tar, size_t header, size_t field, const void *bytes, size_t len)
{
    memcpy(tar->data + header + field, bytes, len);
    tar_seal(tar, header);
}

/* Bytes, then zeros to the end of a block. */
static inline void tar_data(struct tar *tar, const void *bytes, size_t len)
{
    assert_true(tar->len + len + 512 <= sizeof(tar->data));
    if (len > 0) {
        memcpy(tar->data + tar->len, bytes, len);
    }
    tar->len += (len + 511) / 512 * 512;
}

/* A ustar header without data; returns where it is. */
static inline size_t tar_header(struct tar *tar, char type, const char *name, size_t size)
{
    size_t at = tar->len;
    char octal[12];
    tar_data(tar, name, strlen(name) < 100 ? strlen(name) : 100);
    tar->len = at + 512;
    memcpy(tar->data + at + TAR_MODE, "0000644", 7);
    assert_int_equal(snprintf(octal, sizeof(octal), "%011zo", size), 11);
    memcpy(tar->data + at + TAR_SIZE, octal, 11);
    memcpy(tar->data + at + TAR_MAGIC,
           "ustar\0"
           "00",
           8);
    tar->data[at + TAR_TYPE] = (uint8_t)type;
    tar_seal(tar, at);
    return at;
}

/* A header and its data. */
static inline size_t
tar_member(struct tar *tar, char type, const char *name, const void *data, size_t len)
{
    size_t at = tar_header(tar, type, name, len);
    tar_data(tar, data, len);
    return at;
}

static inline size_t tar_file(struct tar *tar, const char *name, const char *text)
{
    return tar_member(tar, '0', name, text, strlen(text));
}

/* Writes "KEYWORD=VALUE" as a pax record, whose length counts its own digits. */
static inline size_t tar_record(const char *text, char *out, size_t room)
{
    size_t rest = strlen(text) + 2;
    size_t digits = rest + 1 < 10 ? 1 : rest + 2 < 100 ? 2 : rest + 3 < 1000 ? 3 : 4;
    int len = snprintf(out, room, "%zu %s\n", rest + digits, text);
    assert_true(len > 0 && (size_t)len < room && (size_t)len == rest + digits);
    return (size_t)len;
}

/* A pax header of a type with these records, written as they are. */
static inline size_t tar_pax(struct tar *tar, char type, const char *records)
{
    return tar_member(tar, type, "pax", records, strlen(records));
}

/* A GNU long name or link of a type, with the NUL that GNU tar writes. */
static inline size_t tar_long(struct tar *tar, char type, const char *name)
{
    return tar_member(tar, type, "././@LongLink", name, strlen(name) + 1);
}

/* The end mark. */
static inline void tar_end(struct tar *tar)
{
    tar_data(tar, NULL, 0);
    memset(tar->data + tar->len, 0, 1024);
    tar->len += 1024;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the scanner of artifact/zip_layout.h over a zip, and compares what it finds or why it
 * refuses.
 */
#ifndef SIGNET_TESTS_SCAN_ZIP_H
#define SIGNET_TESTS_SCAN_ZIP_H

#include "check.h"

#include "artifact/zip_layout.h"
#include "build_zip.h"

enum {
    ZIP_LISTING = 8192
};

/* Bytes with a hole of zeros somewhere, which is only counted. */
struct zip_bytes_with_hole {
    struct signet_span bytes;
    uint64_t hole; /* where it is */
    uint64_t hole_size;
};

static inline int
zip_pread(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    const struct zip_bytes_with_hole *source = ctx;
    uint64_t size = source->bytes.len + source->hole_size;
    (void)err;
    assert_true(len > 0 && offset <= size && len <= size - offset);
    for (size_t i = 0; i < len; i++) {
        uint64_t at = offset + i;
        bool behind = at >= source->hole + source->hole_size;
        buf[i] = at < source->hole ? source->bytes.ptr[at]
                 : behind          ? source->bytes.ptr[at - source->hole_size]
                                   : 0;
    }
    return SIGNET_OK;
}

/* One line an item. Items come in order and do not overlap, within the archive. */
static inline void zip_line(char listing[ZIP_LISTING],
                            const struct signet_layout_item *item,
                            uint64_t *end,
                            uint64_t size)
{
    size_t used = strlen(listing);
    assert_true(item->offset > *end && item->offset <= size && item->packed <= size - item->offset);
    assert_true(!item->stored || item->packed == item->size);
    assert_true(!item->hard_link && memchr(item->name.ptr, 0, item->name.len) == NULL);
    *end = item->offset + item->packed;
    int len =
        snprintf(listing + used, ZIP_LISTING - used, "%o %llu %s %llu @%llu %08x %.*s\n",
                 item->mode, (unsigned long long)item->size, item->stored ? "stored" : "deflated",
                 (unsigned long long)item->packed, (unsigned long long)item->offset, item->crc32,
                 (int)item->name.len, (const char *)item->name.ptr);
    assert_true(len > 0 && (size_t)len < ZIP_LISTING - used);
}

static inline int zip_scan(struct zip_bytes_with_hole bytes,
                           const struct signet_limits *limits,
                           char listing[ZIP_LISTING],
                           struct signet_err *err)
{
    struct signet_zip_source source = {zip_pread, &bytes, bytes.bytes.len + bytes.hole_size};
    struct signet_zip_layout *layout = NULL;
    struct signet_layout_item item;
    uint64_t end = 0;
    uint64_t count = 0;
    listing[0] = '\0';
    signet_err_clear(err);
    int rc = signet_zip_layout_open(&source, limits, &layout, err);
    if (rc != SIGNET_OK) {
        assert_null(layout);
        return rc;
    }
    for (;;) {
        rc = signet_zip_layout_next(layout, &item, err);
        if (rc != SIGNET_OK || item.name.len == 0) {
            break;
        }
        zip_line(listing, &item, &end, source.size);
        count++;
    }
    if (rc != SIGNET_OK) {
        struct signet_err again;
        signet_err_clear(&again);
        assert_true(item.name.len == 0 && item.size == 0 && item.offset == 0);
        CHECK_CODE(signet_zip_layout_next(layout, &item, &again), rc);
        assert_string_equal(again.msg, "the archive was refused already");
    } else {
        assert_int_equal(count, signet_zip_layout_count(layout));
        CHECK_OK(signet_zip_layout_next(layout, &item, err), err);
        assert_int_equal(item.name.len, 0);
    }
    signet_zip_layout_close(layout);
    return rc;
}

static inline int
zip_scan_bytes(const uint8_t *data, size_t len, char listing[ZIP_LISTING], struct signet_err *err)
{
    struct zip_bytes_with_hole bytes = {signet_span_of(data, len), len, 0};
    struct signet_limits limits = signet_limits_default();
    return zip_scan(bytes, &limits, listing, err);
}

static inline void zip_found(struct zip *zip, const char *expected)
{
    char listing[ZIP_LISTING];
    struct signet_err err;
    CHECK_OK(zip_scan_bytes(zip->data, zip->len, listing, &err), &err);
    assert_string_equal(listing, expected);
}

static inline void zip_refused(struct zip *zip, int code, uint64_t offset, const char *message)
{
    char listing[ZIP_LISTING];
    struct signet_err err;
    int rc = zip_scan_bytes(zip->data, zip->len, listing, &err);
    if (rc != code || err.code != code || strcmp(err.msg, message) != 0 || err.offset != offset) {
        fail_msg("expected %s at %llu: %s; got %s at %llu: %s", signet_err_name(code),
                 (unsigned long long)offset, message, signet_err_name(rc),
                 (unsigned long long)err.offset, err.msg);
    }
}

/* A zip of one entry. */
static inline struct zip *zip_one(struct zip_entry entry)
{
    struct zip *zip = zip_new();
    zip_add(zip, entry);
    zip_finish(zip);
    return zip;
}

static inline void zip_ends(struct zip *zip, const char *expected)
{
    zip_found(zip, expected);
    free(zip);
}

static inline void zip_ends_refused(struct zip *zip, int code, uint64_t offset, const char *message)
{
    zip_refused(zip, code, offset, message);
    free(zip);
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the scanner of artifact/tar_layout.h over a tar in every way in which bytes can come, and
 * compares what it finds or why it refuses.
 */
#ifndef SIGNET_TESTS_SCAN_TAR_H
#define SIGNET_TESTS_SCAN_TAR_H

#include "check.h"

#include "artifact/tar_layout.h"
#include "build_tar.h"

enum {
    TAR_WHOLE = TAR_ROOM,
    TAR_LISTING = 8192
};

/* How the bytes come. */
struct tar_way {
    size_t chunk;
    bool total; /* is known */
    bool skips;
};

static const struct tar_way tar_ways[] = {
    {TAR_WHOLE, true, false}, {TAR_WHOLE, false, false}, {1, true, false},       {7, false, false},
    {512, true, true},        {100, false, true},        {TAR_WHOLE, true, true}};

struct tar_listing {
    char text[TAR_LISTING];
    size_t used;
    uint64_t len; /* of the archive */
    uint64_t end; /* of the last item */
};

/* One line an item. Items come in order and do not overlap. */
static inline int tar_list(void *ctx, const struct signet_layout_item *item, struct signet_err *err)
{
    struct tar_listing *listing = ctx;
    (void)err;
    assert_true(item->name.len > 0 && memchr(item->name.ptr, 0, item->name.len) == NULL);
    assert_true(item->offset >= listing->end + 512 && item->offset % 512 == 0);
    assert_true(item->stored && item->packed == item->size && item->crc32 == 0);
    listing->end = item->offset + item->size;
    int len = snprintf(listing->text + listing->used, sizeof(listing->text) - listing->used,
                       "%o%s %llu @%llu %.*s\n", item->mode, item->hard_link ? " hard" : "",
                       (unsigned long long)item->size, (unsigned long long)item->offset,
                       (int)item->name.len, (const char *)item->name.ptr);
    assert_true(len > 0 && (size_t)len < sizeof(listing->text) - listing->used);
    listing->used += (size_t)len;
    return SIGNET_OK;
}

static inline int tar_feed(struct signet_tar_layout *layout,
                           struct signet_span bytes,
                           struct tar_way way,
                           struct signet_err *err)
{
    size_t at = 0;
    while (at < bytes.len) {
        uint64_t skip = way.skips ? signet_tar_layout_skippable(layout) : 0;
        skip = skip < bytes.len - at ? skip : bytes.len - at;
        assert_int_equal(signet_tar_layout_position(layout), at);
        int rc = SIGNET_OK;
        if (skip > 0) {
            rc = signet_tar_layout_skip(layout, skip, err);
            at += (size_t)skip;
        } else {
            size_t len = way.chunk < bytes.len - at ? way.chunk : bytes.len - at;
            /* An exact copy, so that a sanitizer sees a read behind its end. */
            uint8_t *copy = malloc(len);
            assert_non_null(copy);
            memcpy(copy, bytes.ptr + at, len);
            rc = signet_tar_layout_feed(layout, signet_span_of(copy, len), err);
            free(copy);
            at += len;
        }
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    return SIGNET_OK;
}

static inline int tar_scan_once(struct signet_span bytes,
                                struct tar_way way,
                                const struct signet_limits *limits,
                                struct tar_listing *listing,
                                struct signet_err *err)
{
    struct signet_tar_layout *layout = NULL;
    memset(listing, 0, sizeof(*listing));
    listing->len = bytes.len;
    signet_err_clear(err);
    CHECK_OK(signet_tar_layout_new(limits, way.total ? bytes.len : SIGNET_TAR_UNKNOWN, tar_list,
                                   listing, &layout, err),
             err);
    int rc = tar_feed(layout, bytes, way, err);
    if (rc == SIGNET_OK) {
        rc = signet_tar_layout_finish(layout, err);
    }
    if (rc != SIGNET_OK) {
        struct signet_err again;
        signet_err_clear(&again);
        CHECK_CODE(signet_tar_layout_finish(layout, &again), rc);
        CHECK_CODE(signet_tar_layout_feed(layout, signet_span_str("x"), &again), rc);
        CHECK_CODE(signet_tar_layout_skip(layout, 0, &again), rc);
        assert_int_equal(signet_tar_layout_skippable(layout), 0);
    }
    assert_true(rc != SIGNET_OK || listing->end <= listing->len);
    assert_true(!way.total || listing->end <= listing->len);
    signet_tar_layout_free(layout);
    return rc;
}

/* Every way gives the same; without a total, data beyond the end is noticed later. */
static inline int tar_scan(struct signet_span bytes,
                           const struct signet_limits *limits,
                           struct tar_listing *listing,
                           struct signet_err *err)
{
    struct tar_listing *other = malloc(sizeof(*other));
    assert_non_null(other);
    int rc = tar_scan_once(bytes, tar_ways[0], limits, listing, err);
    for (size_t i = 1; i < sizeof(tar_ways) / sizeof(tar_ways[0]); i++) {
        struct signet_err err_of_way;
        CHECK_CODE(tar_scan_once(bytes, tar_ways[i], limits, other, &err_of_way), rc);
        if (tar_ways[i].total || rc == SIGNET_OK) {
            assert_string_equal(other->text, listing->text);
            assert_string_equal(err_of_way.msg, err->msg);
            assert_int_equal(err_of_way.offset, err->offset);
        }
    }
    free(other);
    return rc;
}

static inline void tar_found(struct tar *tar, const char *expected)
{
    struct tar_listing listing;
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    CHECK_OK(tar_scan(signet_span_of(tar->data, tar->len), &limits, &listing, &err), &err);
    assert_string_equal(listing.text, expected);
}

static inline void tar_refused(struct tar *tar, int code, uint64_t offset, const char *message)
{
    struct tar_listing listing;
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    int rc = tar_scan(signet_span_of(tar->data, tar->len), &limits, &listing, &err);
    if (rc != code || err.code != code || strcmp(err.msg, message) != 0 || err.offset != offset) {
        fail_msg("expected %s at %llu: %s; got %s at %llu: %s", signet_err_name(code),
                 (unsigned long long)offset, message, signet_err_name(rc),
                 (unsigned long long)err.offset, err.msg);
    }
}

static inline void tar_ends(struct tar *tar, const char *expected)
{
    tar_end(tar);
    tar_found(tar, expected);
    free(tar);
}

static inline void tar_ends_refused(struct tar *tar, int code, uint64_t offset, const char *message)
{
    tar_end(tar);
    tar_refused(tar, code, offset, message);
    free(tar);
}

#endif

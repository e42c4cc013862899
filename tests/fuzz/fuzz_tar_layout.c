/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tar_layout. The same bytes in pieces of any size, or with their contents skipped, give
 * the same items and the same refusal. Items follow each other within the input. What is accepted
 * is read alike by a reader that knows of sizes in headers and of nothing else, and a byte more is
 * refused. Each input is also tried with the sums of its headers put right.
 */
#include "fuzz.h"

#include "artifact/tar_layout.h"

enum {
    BLOCK = 512
};

/* What a scan found. */
struct found {
    uint64_t input; /* bytes */
    uint64_t end;   /* of the last item */
    uint64_t count;
    uint64_t print; /* of all items */
};

static uint64_t mix(uint64_t print, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        print = (print ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    }
    return print;
}

static int take(void *ctx, const struct signet_layout_item *item, struct signet_err *err)
{
    struct found *found = ctx;
    (void)err;
    FUZZ_CHECK(item->name.len > 0 && item->name.len <= signet_limits_default().path);
    FUZZ_CHECK(memchr(item->name.ptr, 0, item->name.len) == NULL);
    FUZZ_CHECK(item->offset >= found->end + BLOCK && item->offset % BLOCK == 0);
    FUZZ_CHECK(item->offset <= found->input && item->size <= found->input - item->offset);
    FUZZ_CHECK(item->stored && item->packed == item->size && item->crc32 == 0);
    found->end = item->offset + item->size;
    found->count++;
    found->print = mix(found->print, item->name.ptr, item->name.len);
    found->print = mix(found->print, &item->mode, sizeof(item->mode));
    found->print = mix(found->print, &item->size, sizeof(item->size));
    found->print = mix(found->print, &item->offset, sizeof(item->offset));
    return SIGNET_OK;
}

static int
scan(struct signet_span input, size_t chunk, bool skip, struct found *found, struct signet_err *err)
{
    struct signet_limits limits = signet_limits_default();
    struct signet_tar_layout *layout = NULL;
    size_t at = 0;
    memset(found, 0, sizeof(*found));
    found->input = input.len;
    signet_err_clear(err);
    int rc = signet_tar_layout_new(&limits, input.len, take, found, &layout, err);
    FUZZ_CHECK(rc == SIGNET_OK);
    while (rc == SIGNET_OK && at < input.len) {
        uint64_t contents = skip ? signet_tar_layout_skippable(layout) : 0;
        if (contents > 0) {
            FUZZ_CHECK(contents <= input.len - at);
            rc = signet_tar_layout_skip(layout, contents, err);
            at += (size_t)contents;
        } else {
            size_t len = chunk < input.len - at ? chunk : input.len - at;
            rc = signet_tar_layout_feed(layout, signet_span_of(input.ptr + at, len), err);
            at += len;
        }
    }
    if (rc == SIGNET_OK) {
        rc = signet_tar_layout_finish(layout, err);
    }
    signet_tar_layout_free(layout);
    return rc;
}

/* The size by a header alone: octal, or binary behind 0x80. */
static uint64_t size_of(const uint8_t *field)
{
    uint64_t size = 0;
    if (field[0] == 0x80) {
        for (size_t i = 4; i < 12; i++) {
            size = size << 8 | field[i];
        }
        return size;
    }
    for (size_t i = 0; i < 12; i++) {
        if (field[i] >= '0' && field[i] <= '7') {
            size = size << 3 | (uint64_t)(field[i] - '0');
        }
    }
    return size;
}

/* Walks the headers of an accepted tar: as many entries, and the end where it should be. */
static void check_plain_reading(struct signet_span input, const struct found *found)
{
    uint64_t at = 0;
    uint64_t entries = 0;
    uint64_t end = 0;
    static const uint8_t zeros[BLOCK];
    for (;;) {
        FUZZ_CHECK(at <= input.len && input.len - at >= BLOCK);
        const uint8_t *block = input.ptr + at;
        if (memcmp(block, zeros, BLOCK) == 0) {
            break;
        }
        uint64_t size = size_of(block + 124);
        FUZZ_CHECK(size <= input.len);
        if (strchr("xgLK", block[156]) == NULL || block[156] == 0) {
            entries++;
            end = at + BLOCK + size;
        }
        at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    FUZZ_CHECK(entries == found->count && end == found->end);
    for (; at < input.len; at++) {
        FUZZ_CHECK(input.ptr[at] == 0);
    }
}

/* Where the header behind one at a place would be, or beyond the input. */
static uint64_t next_header(const uint8_t *block, uint64_t at, uint64_t len)
{
    uint64_t size = size_of(block + 124);
    return size < len ? at + BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK : len;
}

/* Without this, nearly every change of a header would end at its sum. */
static void repair_sums(uint8_t *data, size_t len)
{
    for (uint64_t at = 0; at < len && len - at >= BLOCK; at = next_header(data + at, at, len)) {
        uint8_t *field = data + at + 148;
        unsigned sum = 0;
        memset(field, ' ', 8);
        for (size_t i = 0; i < BLOCK; i++) {
            sum += data[at + i];
        }
        if (sum == 8 * ' ') {
            memset(field, 0, 8); /* a zero block */
        } else {
            FUZZ_CHECK(snprintf((char *)field, 8, "%06o", sum) == 6);
        }
    }
}

static void check_input(struct signet_span input)
{
    size_t chunks[] = {1, 7, BLOCK, input.len > 0 ? input.ptr[input.len / 2] + (size_t)1 : 1,
                       SIZE_MAX};
    struct found whole;
    struct signet_err err;
    int rc = scan(input, SIZE_MAX, false, &whole, &err);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED ||
               rc == SIGNET_E_LIMIT);
    FUZZ_CHECK(rc == SIGNET_OK ||
               (strstr(err.msg, "expected ") != NULL && err.offset <= input.len));
    for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
        struct found again;
        struct signet_err other;
        FUZZ_CHECK(scan(input, chunks[i], i % 2 == 0, &again, &other) == rc);
        FUZZ_CHECK(again.print == whole.print && again.count == whole.count);
        FUZZ_CHECK(other.offset == err.offset && strcmp(other.msg, err.msg) == 0);
    }
    if (rc == SIGNET_OK) {
        struct found longer;
        struct signet_err other;
        uint8_t *more = calloc(1, input.len + 1);
        FUZZ_CHECK(more != NULL);
        memcpy(more, input.ptr, input.len);
        FUZZ_CHECK(scan(signet_span_of(more, input.len + 1), SIZE_MAX, true, &longer, &other) ==
                   SIGNET_E_MALFORMED);
        free(more);
        check_plain_reading(input, &whole);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, data, size);
    check_input(signet_span_of(data, size));
    repair_sums(copy, size);
    check_input(signet_span_of(copy, size));
    free(copy);
    return 0;
}

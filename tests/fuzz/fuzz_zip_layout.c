/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/zip_layout. Items follow each other within the input. What is accepted is found alike
 * by two other readers: one that takes local headers as they come, from the first byte on, and one
 * that looks for the last mark of an end record; and a byte more at either end is refused.
 */
#include "fuzz.h"

#include "artifact/zip_layout.h"

enum {
    LOCAL_SIZE = 30,
    END_SIZE = 22
};

/* Reads no byte beyond what was asked for and checks that it exists. */
static int read_input(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    const struct signet_span *input = ctx;
    (void)err;
    FUZZ_CHECK(offset <= input->len && len <= input->len - offset);
    if (len > 0) {
        memcpy(buf, input->ptr + offset, len);
    }
    return SIGNET_OK;
}

static uint32_t number(const uint8_t *at, size_t width)
{
    uint32_t value = 0;
    for (size_t i = width; i > 0; i--) {
        value = value << 8 | at[i - 1];
    }
    return value;
}

/* A local header of this entry is where it should be, and its data behind it. *end is where the
 * entry before ends; it moves on. */
static void
check_local(struct signet_span input, const struct signet_layout_item *item, uint64_t *end)
{
    FUZZ_CHECK(*end <= input.len && input.len - *end >= LOCAL_SIZE);
    const uint8_t *header = input.ptr + *end;
    uint64_t name = number(header + 26, 2);
    uint64_t data = *end + LOCAL_SIZE + name + number(header + 28, 2);
    bool later = (header[6] & 8) != 0;
    FUZZ_CHECK(memcmp(header, "PK\3\4", 4) == 0 && (header[6] & 0x41) == 0);
    FUZZ_CHECK(name == item->name.len &&
               memcmp(header + LOCAL_SIZE, item->name.ptr, item->name.len) == 0);
    FUZZ_CHECK(number(header + 8, 2) == (item->stored ? 0 : 8));
    FUZZ_CHECK(later || number(header + 18, 4) == UINT32_MAX ||
               number(header + 18, 4) == item->packed);
    FUZZ_CHECK(item->offset == data);
    *end = data + item->packed;
    if (later) {
        FUZZ_CHECK(input.len - *end >= 24 && memcmp(input.ptr + *end, "PK\7\10", 4) == 0);
        FUZZ_CHECK(number(input.ptr + *end + 4, 4) == item->crc32);
        /* Sizes of 4 bytes each or of 8, and then the mark of what follows. */
        bool narrow = number(input.ptr + *end + 12, 4) == item->size &&
                      memcmp(input.ptr + *end + 16, "PK", 2) == 0;
        *end += narrow ? 16 : 24;
    }
}

static void check_item(struct signet_span input, const struct signet_layout_item *item)
{
    FUZZ_CHECK(item->name.len <= signet_limits_default().path);
    FUZZ_CHECK(memchr(item->name.ptr, 0, item->name.len) == NULL && !item->hard_link);
    FUZZ_CHECK(item->offset <= input.len && item->packed <= input.len - item->offset);
    FUZZ_CHECK(!item->stored || item->packed == item->size);
}

/* *count and *end (where the last entry ends) are of what was found before the end or a refusal. */
static int scan(struct signet_span input, uint64_t *count, uint64_t *end, struct signet_err *err)
{
    struct signet_limits limits = signet_limits_default();
    struct signet_zip_source source = {read_input, &input, input.len};
    struct signet_zip_layout *layout = NULL;
    struct signet_layout_item item;
    *count = 0;
    *end = 0;
    signet_err_clear(err);
    int rc = signet_zip_layout_open(&source, &limits, &layout, err);
    while (rc == SIGNET_OK) {
        rc = signet_zip_layout_next(layout, &item, err);
        if (item.name.len == 0) {
            break;
        }
        check_item(input, &item);
        check_local(input, &item, end);
        ++*count;
    }
    FUZZ_CHECK(rc != SIGNET_OK || *count == signet_zip_layout_count(layout));
    signet_zip_layout_close(layout);
    return rc;
}

/* The last mark of an end record: its comment ends the input, and its numbers fit. */
static void check_end(struct signet_span input, uint64_t count, uint64_t directory)
{
    size_t at = input.len - END_SIZE;
    for (size_t i = input.len - 4; i > at; i--) {
        FUZZ_CHECK(memcmp(input.ptr + i, "PK\5\6", 4) != 0);
    }
    while (memcmp(input.ptr + at, "PK\5\6", 4) != 0) {
        FUZZ_CHECK(at > 0);
        at--;
    }
    const uint8_t *record = input.ptr + at;
    FUZZ_CHECK(number(record + 20, 2) == input.len - at - END_SIZE);
    FUZZ_CHECK(number(record + 10, 2) == count || number(record + 10, 2) == UINT16_MAX);
    FUZZ_CHECK(number(record + 16, 4) == directory || number(record + 16, 4) == UINT32_MAX);
    FUZZ_CHECK(memcmp(input.ptr + directory, count > 0 ? "PK\1\2" : "PK", count > 0 ? 4 : 2) == 0);
}

static void check_longer(struct signet_span input, size_t in_front, size_t behind)
{
    uint64_t count = 0;
    uint64_t end = 0;
    struct signet_err err;
    size_t size = in_front + input.len + behind;
    uint8_t *more = calloc(1, size);
    FUZZ_CHECK(more != NULL);
    memcpy(more + in_front, input.ptr, input.len);
    int rc = scan(signet_span_of(more, size), &count, &end, &err);
    FUZZ_CHECK(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED);
    free(more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span input = signet_span_of(data, size);
    struct signet_err err;
    uint64_t count = 0;
    uint64_t end = 0;
    int rc = scan(input, &count, &end, &err);
    if (rc == SIGNET_OK) {
        check_end(input, count, end);
        check_longer(input, 1, 0);
        check_longer(input, 0, 1);
    } else {
        FUZZ_CHECK(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED || rc == SIGNET_E_LIMIT);
        FUZZ_CHECK(strstr(err.msg, "expected ") != NULL);
    }
    return 0;
}

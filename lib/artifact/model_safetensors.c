/* SPDX-License-Identifier: Apache-2.0
 *
 * safetensors: 8 bytes of length, a JSON header of that length, the bytes of all tensors. By the
 * format page of the safetensors project; where its reader takes more (members of a tensor that it
 * does not know), this one does not.
 */
#include "artifact/model_format.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "json/read.h"

enum {
    LENGTH = 8, /* bytes of the header's length */
    HEADER_MAX = 100000000,
    DEPTH = 3 /* header, tensor, shape */
};

/* Where a tensor lies behind the header. */
struct run {
    uint64_t begin;
    uint64_t end;
};

struct reading {
    struct run *runs;
    size_t count;
    size_t room;
    struct signet_err *err;
};

static int refuse(const struct reading *reading, const char *expected)
{
    return signet_err_set(reading->err, SIGNET_E_MALFORMED, "safetensors: expected %s", expected);
}

/* Bits of an element; 0: no such type. */
static uint64_t bits_of(struct signet_json_value dtype)
{
    static const struct {
        const char *name;
        uint64_t bits;
    } types[] = {
        {"BOOL", 8},        {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},
        {"I8", 8},          {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
        {"F8_E5M2FNUZ", 8}, {"I16", 16},    {"U16", 16},    {"F16", 16},    {"BF16", 16},
        {"I32", 32},        {"U32", 32},    {"F32", 32},    {"C64", 64},    {"F64", 64},
        {"I64", 64},        {"U64", 64},
    };
    for (size_t i = 0; i < SIGNET_COUNT(types); i++) {
        if (signet_json_string_is(dtype, signet_span_str(types[i].name))) {
            return types[i].bits;
        }
    }
    return 0;
}

/* An integer as it is written, not 8.0. */
static bool read_integer(struct signet_json_value value, uint64_t *number)
{
    return signet_json_uint(value, number) && memchr(value.text.ptr, '.', value.text.len) == NULL;
}

/* Bytes that a tensor of that type and shape takes. */
static int count_bytes(const struct reading *reading,
                       struct signet_json_value dtype,
                       struct signet_json_value shape,
                       uint64_t *bytes)
{
    struct signet_json_walk walk = signet_json_walk(shape);
    struct signet_json_value element;
    uint64_t bits = bits_of(dtype);
    if (bits == 0 || shape.kind != SIGNET_JSON_ARRAY) {
        return refuse(reading, "a known type and a shape");
    }
    while (signet_json_next_element(&walk, &element)) {
        uint64_t extent = 0;
        if (!read_integer(element, &extent) || SIGNET_MUL_OVERFLOWS(bits, extent, &bits)) {
            return refuse(reading, "a shape of integers that fit");
        }
    }
    *bytes = bits / 8;
    return bits % 8 == 0 ? (int)SIGNET_OK : refuse(reading, "a tensor of whole bytes");
}

static int
read_offsets(const struct reading *reading, struct signet_json_value offsets, struct run *run)
{
    struct signet_json_walk walk = signet_json_walk(offsets);
    struct signet_json_value first;
    struct signet_json_value second;
    struct signet_json_value third;
    if (offsets.kind != SIGNET_JSON_ARRAY || !signet_json_next_element(&walk, &first) ||
        !signet_json_next_element(&walk, &second) || signet_json_next_element(&walk, &third) ||
        !read_integer(first, &run->begin) || !read_integer(second, &run->end) ||
        run->begin > run->end) {
        return refuse(reading, "two offsets, of which the second is not below the first");
    }
    return SIGNET_OK;
}

static int add_run(struct reading *reading, struct run run)
{
    if (reading->count == reading->room) {
        size_t room = 2 * reading->room + 16;
        struct run *grown = realloc(reading->runs, room * sizeof(*grown));
        if (grown == NULL) {
            return signet_err_set(reading->err, SIGNET_E_NOMEM, "out of memory for tensors");
        }
        reading->runs = grown;
        reading->room = room;
    }
    reading->runs[reading->count++] = run;
    return SIGNET_OK;
}

static int read_tensor(struct reading *reading, struct signet_json_value tensor)
{
    static const char *const names[] = {"dtype", "shape", "data_offsets", NULL};
    struct signet_json_value values[3];
    struct run run = {0};
    uint64_t bytes = 0;
    if (tensor.kind != SIGNET_JSON_OBJECT || signet_json_members(tensor, names, values) > 0) {
        return refuse(reading, "a tensor of dtype, shape and data_offsets");
    }
    int rc = count_bytes(reading, values[0], values[1], &bytes);
    if (rc == SIGNET_OK) {
        rc = read_offsets(reading, values[2], &run);
    }
    if (rc == SIGNET_OK && run.end - run.begin != bytes) {
        return refuse(reading, "a tensor of as many bytes as its type and shape say");
    }
    return rc == SIGNET_OK ? add_run(reading, run) : rc;
}

static int check_metadata(const struct reading *reading, struct signet_json_value metadata)
{
    struct signet_json_walk walk = signet_json_walk(metadata);
    struct signet_json_value name;
    struct signet_json_value value;
    bool texts = metadata.kind == SIGNET_JSON_OBJECT;
    while (texts && signet_json_next_member(&walk, &name, &value)) {
        texts = value.kind == SIGNET_JSON_STRING;
    }
    return texts ? (int)SIGNET_OK : refuse(reading, "metadata of texts");
}

static int compare_runs(const void *a, const void *b)
{
    const struct run *first = a;
    const struct run *second = b;
    if (first->begin != second->begin) {
        return first->begin < second->begin ? -1 : 1;
    }
    return (first->end > second->end) - (first->end < second->end);
}

/* Tensors fill what follows the header, each byte once. */
static int check_runs(const struct reading *reading, uint64_t size)
{
    uint64_t at = 0;
    if (reading->count > 0) {
        qsort(reading->runs, reading->count, sizeof(*reading->runs), compare_runs);
    }
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->runs[i].begin != at) {
            return refuse(reading, "tensors without a hole or an overlap");
        }
        at = reading->runs[i].end;
    }
    return at == size ? (int)SIGNET_OK : refuse(reading, "tensors up to the end of the file");
}

static int read_header(struct reading *reading, struct signet_span header)
{
    struct signet_json_value top;
    struct signet_json_value name;
    struct signet_json_value value;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_json_check(header, DEPTH, &top, &why);
    if (rc != SIGNET_OK) {
        return rc == SIGNET_E_NOMEM ? signet_err_copy(reading->err, &why)
                                    : refuse(reading, "a header of JSON");
    }
    struct signet_json_walk walk = signet_json_walk(top);
    while (rc == SIGNET_OK && signet_json_next_member(&walk, &name, &value)) {
        rc = signet_json_string_is(name, signet_span_str("__metadata__"))
                 ? check_metadata(reading, value)
                 : read_tensor(reading, value);
    }
    return rc;
}

/* Reads the header into memory: a file that cannot have one costs none. */
static int load_header(const struct signet_model_source *source,
                       struct signet_buf *header,
                       struct signet_err *err)
{
    uint8_t start[LENGTH + 1];
    uint64_t len = 0;
    if (source->size < sizeof(start)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "safetensors: expected a header");
    }
    int rc = source->pread(source->ctx, 0, start, sizeof(start), err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    for (size_t i = 0; i < LENGTH; i++) {
        len |= (uint64_t)start[i] << (8 * i);
    }
    if (start[LENGTH] != '{' || len > HEADER_MAX || len > source->size - LENGTH) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "safetensors: expected a header within it");
    }
    rc = signet_buf_reserve(header, (size_t)len);
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "out of memory for the header of a model");
    }
    header->len = (size_t)len;
    return source->pread(source->ctx, LENGTH, header->data, header->len, err);
}

int signet_model_safetensors(const struct signet_model_source *source, struct signet_err *err)
{
    struct reading reading = {.err = err};
    struct signet_buf header;
    signet_buf_init(&header, HEADER_MAX);
    int rc = load_header(source, &header, err);
    if (rc == SIGNET_OK) {
        rc = read_header(&reading, signet_buf_span(&header));
    }
    if (rc == SIGNET_OK) {
        rc = check_runs(&reading, source->size - LENGTH - header.len);
    }
    free(reading.runs);
    signet_buf_free(&header);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * GGUF: magic, version, counts, keys with values, what tensors there are, their bytes. By the
 * specification of ggml (docs/gguf.md); where its reader is stricter (one array in another only as
 * deep as here, offsets without gaps, an alignment that is a power of two), as strict.
 */
#include "artifact/model_cursor.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"

enum {
    NESTING = 4, /* arrays in arrays */
    KEYS_MAX = 1 << 16,
    TENSORS_MAX = 1 << 20,
    NAME_MAX_BYTES = 64,
    DIMENSIONS = 4,
    ALIGNMENT = 32, /* unless a key says otherwise */
    ALIGNMENT_MIN = 8,
    ALIGNMENT_MAX = 1 << 16,
    KEY_LEAST = 13,   /* bytes of a key with its value, at least */
    TENSOR_LEAST = 24 /* and of what is said of a tensor */
};

/* Types of values. */
enum {
    VALUE_UINT32 = 4,
    VALUE_BOOL = 7,
    VALUE_STRING = 8,
    VALUE_ARRAY = 9,
    VALUE_TYPES = 13
};

struct reading {
    struct signet_model_cursor cursor;
    uint64_t alignment;
    uint64_t tensors;
    uint64_t keys;
    uint64_t bytes;   /* of tensors so far, each padded */
    uint64_t ending;  /* of the last of them, which need not be */
    uint64_t *hashes; /* of names: equal ones have equal hashes */
};

static bool is_fine(const struct reading *reading)
{
    return reading->cursor.rc == SIGNET_OK;
}

static void refuse(struct reading *reading, const char *expected)
{
    signet_model_refuse(&reading->cursor, reading->cursor.at, expected);
}

static uint64_t padded(uint64_t size, uint64_t alignment)
{
    return (size + alignment - 1) & ~(alignment - 1);
}

/* FNV-1a, 64 bits: of different names with one hash the file is refused, nothing else. */
static uint64_t hash(struct signet_span name)
{
    uint64_t sum = 0xCBF29CE484222325U;
    for (size_t i = 0; i < name.len; i++) {
        sum = (sum ^ name.ptr[i]) * 0x100000001B3U;
    }
    return sum;
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a;
    uint64_t second = *(const uint64_t *)b;
    return (first > second) - (first < second);
}

static void check_unique(struct reading *reading, uint64_t count)
{
    if (is_fine(reading) && count > 0) {
        qsort(reading->hashes, (size_t)count, sizeof(*reading->hashes), compare_hashes);
    }
    for (size_t i = 1; is_fine(reading) && i < count; i++) {
        if (reading->hashes[i] == reading->hashes[i - 1]) {
            refuse(reading, "no name twice");
        }
    }
}

static struct signet_span read_name(struct reading *reading, uint64_t max)
{
    uint64_t len = signet_model_uint(&reading->cursor, sizeof(uint64_t));
    if (len == 0 || len > max) {
        refuse(reading, "a name that is not empty and not that long");
    }
    const uint8_t *bytes = signet_model_bytes(&reading->cursor, len);
    return signet_span_of(bytes, bytes != NULL ? (size_t)len : 0);
}

static void read_bool(struct reading *reading)
{
    if (signet_model_uint(&reading->cursor, 1) > 1) {
        refuse(reading, "0 or 1");
    }
}

/* Bytes of a value whose bytes say nothing about structure; 0: it must be read. */
static uint64_t size_of(uint64_t type)
{
    static const uint8_t sizes[VALUE_TYPES] = {1, 1, 2, 2, 4, 4, 4, 0, 0, 0, 8, 8, 8};
    return type < VALUE_TYPES ? sizes[type] : 0;
}

/* Arrays that are being read, the outermost first. */
struct nest {
    uint64_t types[NESTING + 1];
    uint64_t left[NESTING + 1];
    size_t depth;
};

static void enter_array(struct reading *reading, struct nest *nest)
{
    uint64_t type = signet_model_uint(&reading->cursor, sizeof(uint32_t));
    uint64_t count = signet_model_uint(&reading->cursor, sizeof(uint64_t));
    uint64_t bytes = 0;
    if (type >= VALUE_TYPES) {
        refuse(reading, "a known type of value");
    } else if (size_of(type) > 0) {
        bool fits = !SIGNET_MUL_OVERFLOWS(count, size_of(type), &bytes);
        signet_model_skip(&reading->cursor, fits ? bytes : UINT64_MAX);
    } else if (nest->depth == NESTING) {
        refuse(reading, "arrays that are not nested that deep");
    } else {
        nest->depth++;
        nest->types[nest->depth] = type;
        nest->left[nest->depth] = count;
    }
}

static void read_value(struct reading *reading, uint64_t type)
{
    struct nest nest = {.types = {type}, .left = {1}};
    while (is_fine(reading) && (nest.left[nest.depth] > 0 || nest.depth > 0)) {
        if (nest.left[nest.depth] == 0) {
            nest.depth--;
            continue;
        }
        uint64_t now = nest.types[nest.depth];
        nest.left[nest.depth]--;
        if (now == VALUE_STRING) {
            signet_model_skip(&reading->cursor,
                              signet_model_uint(&reading->cursor, sizeof(uint64_t)));
        } else if (now == VALUE_BOOL) {
            read_bool(reading);
        } else if (now == VALUE_ARRAY) {
            enter_array(reading, &nest);
        } else if (size_of(now) > 0) {
            signet_model_skip(&reading->cursor, size_of(now));
        } else {
            refuse(reading, "a known type of value");
        }
    }
}

static void read_alignment(struct reading *reading, uint64_t type)
{
    uint64_t alignment = signet_model_uint(&reading->cursor, sizeof(uint32_t));
    bool power = (alignment & (alignment - 1)) == 0;
    if (type != VALUE_UINT32 || !power || alignment < ALIGNMENT_MIN || alignment > ALIGNMENT_MAX) {
        refuse(reading, "an alignment that is a power of two from 8 to 65536");
        return;
    }
    reading->alignment = alignment;
}

static void read_keys(struct reading *reading)
{
    for (size_t i = 0; is_fine(reading) && i < reading->keys; i++) {
        struct signet_span name = read_name(reading, SIGNET_MODEL_WINDOW);
        bool aligns = signet_span_is(name, "general.alignment");
        reading->hashes[i] = hash(name);
        uint64_t type = signet_model_uint(&reading->cursor, sizeof(uint32_t));
        if (aligns) {
            read_alignment(reading, type);
        } else {
            read_value(reading, type);
        }
    }
    check_unique(reading, reading->keys);
}

/* Of so many elements of a row, bytes; 0: no such type, or no such row. */
static uint64_t row_bytes(uint64_t type, uint64_t elements)
{
    static const struct {
        uint16_t elements;
        uint16_t bytes;
    } blocks[] = {
        [0] = {1, 4},      [1] = {1, 2},      [2] = {32, 18},    [3] = {32, 20},
        [6] = {32, 22},    [7] = {32, 24},    [8] = {32, 34},    [10] = {256, 84},
        [11] = {256, 110}, [12] = {256, 144}, [13] = {256, 176}, [14] = {256, 210},
        [15] = {256, 292}, [16] = {256, 66},  [17] = {256, 74},  [18] = {256, 98},
        [19] = {256, 50},  [20] = {32, 18},   [21] = {256, 110}, [22] = {256, 82},
        [23] = {256, 136}, [24] = {1, 1},     [25] = {1, 2},     [26] = {1, 4},
        [27] = {1, 8},     [28] = {1, 8},     [29] = {256, 56},  [30] = {1, 2},
        [34] = {256, 54},  [35] = {256, 66},  [39] = {32, 17},   [40] = {64, 36},
    };
    uint64_t bytes = 0;
    bool known = type < SIGNET_COUNT(blocks) && blocks[type].elements > 0;
    bool fits = known && elements % blocks[type].elements == 0 &&
                !SIGNET_MUL_OVERFLOWS(elements / blocks[type].elements, blocks[type].bytes, &bytes);
    return fits ? bytes : 0;
}

/* Where a tensor lies, which must be right behind the one before. */
static void place(struct reading *reading, uint64_t bytes, uint64_t offset)
{
    uint64_t end = 0;
    uint64_t size = reading->cursor.source->size;
    if (offset != reading->bytes || SIGNET_ADD_OVERFLOWS(offset, bytes, &end) || end > size) {
        refuse(reading, "a tensor right behind the one before, within the file");
        return;
    }
    reading->ending = end;
    reading->bytes = padded(end, reading->alignment); /* at most the largest file and a bit */
}

static void read_tensor(struct reading *reading, uint64_t *name_hash)
{
    uint64_t extents[DIMENSIONS] = {1, 1, 1, 1};
    *name_hash = hash(read_name(reading, NAME_MAX_BYTES));
    uint64_t dimensions = signet_model_uint(&reading->cursor, sizeof(uint32_t));
    if (dimensions > DIMENSIONS) {
        refuse(reading, "at most 4 dimensions");
    }
    for (size_t i = 0; is_fine(reading) && i < dimensions; i++) {
        extents[i] = signet_model_uint(&reading->cursor, sizeof(uint64_t));
    }
    uint64_t type = signet_model_uint(&reading->cursor, sizeof(uint32_t));
    uint64_t offset = signet_model_uint(&reading->cursor, sizeof(uint64_t));
    uint64_t bytes = row_bytes(type, extents[0]);
    bool fits = bytes > 0;
    for (size_t i = 1; fits && i < DIMENSIONS; i++) {
        fits = extents[i] > 0 && !SIGNET_MUL_OVERFLOWS(bytes, extents[i], &bytes);
    }
    if (!fits) {
        refuse(reading, "a tensor of a known type, with whole blocks and some element");
    }
    if (is_fine(reading)) {
        place(reading, bytes, offset);
    }
}

static void read_tensors(struct reading *reading)
{
    for (size_t i = 0; is_fine(reading) && i < reading->tensors; i++) {
        read_tensor(reading, &reading->hashes[i]);
    }
    check_unique(reading, reading->tensors);
}

/* What was described ends the file, with or without its padding. */
static void check_end(struct reading *reading)
{
    uint64_t size = reading->cursor.source->size;
    uint64_t start = padded(reading->cursor.at, reading->alignment);
    uint64_t least = reading->tensors > 0 ? start + reading->ending : reading->cursor.at;
    uint64_t most = start + reading->bytes;
    if (is_fine(reading) && (size < least || size > most)) {
        refuse(reading, "the last tensor at the end of the file");
    }
}

static void read_start(struct reading *reading)
{
    uint64_t size = reading->cursor.source->size;
    if (signet_model_uint(&reading->cursor, sizeof(uint32_t)) != 0x46554747) { /* "GGUF" */
        refuse(reading, "GGUF");
    }
    uint64_t version = signet_model_uint(&reading->cursor, sizeof(uint32_t));
    reading->tensors = signet_model_uint(&reading->cursor, sizeof(uint64_t));
    reading->keys = signet_model_uint(&reading->cursor, sizeof(uint64_t));
    if (version != 2 && version != 3) {
        refuse(reading, "version 2 or 3");
    }
    if (reading->keys > KEYS_MAX || reading->keys > size / KEY_LEAST ||
        reading->tensors > TENSORS_MAX || reading->tensors > size / TENSOR_LEAST) {
        refuse(reading, "as many keys and tensors as the file has room for");
    }
}

int signet_model_gguf(const struct signet_model_source *source, struct signet_err *err)
{
    struct reading reading = {.alignment = ALIGNMENT};
    signet_model_begin(&reading.cursor, source, err);
    read_start(&reading);
    if (!is_fine(&reading)) {
        return reading.cursor.rc;
    }
    uint64_t most = reading.keys > reading.tensors ? reading.keys : reading.tensors;
    reading.hashes = calloc((size_t)most + 1, sizeof(*reading.hashes));
    if (reading.hashes == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the names of tensors");
    }
    read_keys(&reading);
    read_tensors(&reading);
    check_end(&reading);
    free(reading.hashes);
    return reading.cursor.rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * ONNX: a ModelProto in protobuf's wire format. Fields are those of onnx.proto up to IR version 11;
 * messages that hold no tensor are stepped over as a whole.
 */
#include "artifact/model_cursor.h"

#include "base/compiler.h"

enum {
    NESTING = 64,
    VARINT_BITS = 64,
    IR_VERSION = 1, /* fields of a model */
    GRAPH_OF_MODEL = 7,
    EXTERNAL_DATA = 13, /* fields of a tensor */
    DATA_LOCATION = 14
};

/* Messages that are walked. */
enum message {
    LEAF = 0, /* no message, or one that is stepped over */
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    TRAINING,
    FUNCTION,
};

/* Wire types, as bits. */
enum {
    VARINT = 1 << 0,
    FIXED64 = 1 << 1,
    TEXT = 1 << 2, /* with a length in front: a text, a message, or numbers without tags */
    FIXED32 = 1 << 5,
};

struct field {
    uint8_t number; /* 0: the end of a list */
    uint8_t wires;
    uint8_t message; /* that it holds */
};

static const struct field model_fields[] = {
    {1, VARINT, LEAF},    {2, TEXT, LEAF},  {3, TEXT, LEAF}, {4, TEXT, LEAF},  {5, VARINT, LEAF},
    {6, TEXT, LEAF},      {7, TEXT, GRAPH}, {8, TEXT, LEAF}, {14, TEXT, LEAF}, {20, TEXT, TRAINING},
    {25, TEXT, FUNCTION}, {26, TEXT, LEAF}, {0, 0, LEAF},
};

static const struct field graph_fields[] = {
    {1, TEXT, NODE},           {2, TEXT, LEAF},  {5, TEXT, TENSOR}, {10, TEXT, LEAF},
    {11, TEXT, LEAF},          {12, TEXT, LEAF}, {13, TEXT, LEAF},  {14, TEXT, LEAF},
    {15, TEXT, SPARSE_TENSOR}, {16, TEXT, LEAF}, {0, 0, LEAF},
};

static const struct field node_fields[] = {
    {1, TEXT, LEAF},      {2, TEXT, LEAF},  {3, TEXT, LEAF}, {4, TEXT, LEAF},
    {5, TEXT, ATTRIBUTE}, {6, TEXT, LEAF},  {7, TEXT, LEAF}, {8, TEXT, LEAF},
    {9, TEXT, LEAF},      {10, TEXT, LEAF}, {0, 0, LEAF},
};

static const struct field attribute_fields[] = {
    {1, TEXT, LEAF},
    {2, FIXED32, LEAF},
    {3, VARINT, LEAF},
    {4, TEXT, LEAF},
    {5, TEXT, TENSOR},
    {6, TEXT, GRAPH},
    {7, TEXT | FIXED32, LEAF},
    {8, TEXT | VARINT, LEAF},
    {9, TEXT, LEAF},
    {10, TEXT, TENSOR},
    {11, TEXT, GRAPH},
    {13, TEXT, LEAF},
    {14, TEXT, LEAF},
    {15, TEXT, LEAF},
    {20, VARINT, LEAF},
    {21, TEXT, LEAF},
    {22, TEXT, SPARSE_TENSOR},
    {23, TEXT, SPARSE_TENSOR},
    {0, 0, LEAF},
};

static const struct field tensor_fields[] = {
    {1, TEXT | VARINT, LEAF},
    {2, VARINT, LEAF},
    {3, TEXT, LEAF},
    {4, TEXT | FIXED32, LEAF},
    {5, TEXT | VARINT, LEAF},
    {6, TEXT, LEAF},
    {7, TEXT | VARINT, LEAF},
    {8, TEXT, LEAF},
    {9, TEXT, LEAF},
    {10, TEXT | FIXED64, LEAF},
    {11, TEXT | VARINT, LEAF},
    {12, TEXT, LEAF},
    {EXTERNAL_DATA, TEXT, LEAF},
    {DATA_LOCATION, VARINT, LEAF},
    {16, TEXT, LEAF},
    {0, 0, LEAF},
};

static const struct field sparse_fields[] = {
    {1, TEXT, TENSOR},
    {2, TEXT, TENSOR},
    {3, TEXT | VARINT, LEAF},
    {0, 0, LEAF},
};

static const struct field training_fields[] = {
    {1, TEXT, GRAPH}, {2, TEXT, GRAPH}, {3, TEXT, LEAF}, {4, TEXT, LEAF}, {0, 0, LEAF},
};

static const struct field function_fields[] = {
    {1, TEXT, LEAF},  {4, TEXT, LEAF},  {5, TEXT, LEAF},  {6, TEXT, LEAF},       {7, TEXT, NODE},
    {8, TEXT, LEAF},  {9, TEXT, LEAF},  {10, TEXT, LEAF}, {11, TEXT, ATTRIBUTE}, {12, TEXT, LEAF},
    {13, TEXT, LEAF}, {14, TEXT, LEAF}, {0, 0, LEAF},
};

static const struct field *const fields_of[] = {
    [MODEL] = model_fields,         [GRAPH] = graph_fields,       [NODE] = node_fields,
    [ATTRIBUTE] = attribute_fields, [TENSOR] = tensor_fields,     [SPARSE_TENSOR] = sparse_fields,
    [TRAINING] = training_fields,   [FUNCTION] = function_fields,
};

/* A message that is being walked. */
struct level {
    enum message message;
    uint64_t end;
};

struct reading {
    struct signet_model_cursor cursor;
    struct level levels[NESTING];
    size_t depth;
    size_t graphs; /* of the model itself */
    size_t versions;
};

static void refuse(struct reading *reading, const char *expected)
{
    signet_model_refuse(&reading->cursor, reading->cursor.at, expected);
}

static uint64_t read_varint(struct reading *reading)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < VARINT_BITS; shift += 7) {
        uint64_t byte = signet_model_uint(&reading->cursor, 1);
        number |= (byte & 0x7F) << shift;
        bool lost = shift + 7 > VARINT_BITS && byte > 1;
        if ((byte & 0x80) == 0 && !lost) {
            return number;
        }
    }
    refuse(reading, "a number of at most 64 bits");
    return 0;
}

static const struct field *find_field(enum message message, uint64_t number)
{
    const struct field *field = fields_of[message];
    while (field->number != 0 && field->number != number) {
        field++;
    }
    return field->number != 0 ? field : NULL;
}

static void enter(struct reading *reading, enum message message, uint64_t len)
{
    const struct level *outer = &reading->levels[reading->depth];
    if (len > outer->end - reading->cursor.at) {
        refuse(reading, "a field within its message");
    } else if (message == LEAF) {
        signet_model_skip(&reading->cursor, len);
    } else if (reading->depth + 1 == NESTING) {
        refuse(reading, "messages that are not nested that deep");
    } else {
        reading->levels[++reading->depth] = (struct level){message, reading->cursor.at + len};
    }
}

/* What a model must have once, and a tensor may not have. */
static void note(struct reading *reading, uint64_t number, uint64_t value)
{
    enum message message = reading->levels[reading->depth].message;
    if (message == MODEL && number == IR_VERSION) {
        reading->versions += value > 0 ? 1 : 2;
    } else if (message == MODEL && number == GRAPH_OF_MODEL) {
        reading->graphs++;
    } else if (message == TENSOR &&
               (number == EXTERNAL_DATA || (number == DATA_LOCATION && value != 0))) {
        refuse(reading, "a tensor that has its bytes in this file");
    }
}

static void read_field(struct reading *reading)
{
    struct level level = reading->levels[reading->depth];
    uint64_t tag = read_varint(reading);
    unsigned wire = 1U << (tag & 7);
    const struct field *field = find_field(level.message, tag >> 3);
    if (field == NULL || (field->wires & wire) == 0) {
        refuse(reading, "a known field of the right type");
        return;
    }
    uint64_t value = wire == VARINT || wire == TEXT ? read_varint(reading) : 0;
    if (wire == FIXED32 || wire == FIXED64) {
        signet_model_skip(&reading->cursor, wire == FIXED32 ? 4 : 8);
    }
    if (reading->cursor.at > level.end) {
        refuse(reading, "a field within its message");
    }
    if (reading->cursor.rc == SIGNET_OK) {
        note(reading, field->number, value);
    }
    if (reading->cursor.rc == SIGNET_OK && wire == TEXT) {
        enter(reading, (enum message)field->message, value);
    }
}

int signet_model_onnx(const struct signet_model_source *source, struct signet_err *err)
{
    struct reading reading = {.levels = {{MODEL, source->size}}};
    signet_model_begin(&reading.cursor, source, err);
    while (reading.cursor.rc == SIGNET_OK && reading.cursor.at < source->size) {
        while (reading.cursor.at == reading.levels[reading.depth].end) {
            reading.depth--;
        }
        read_field(&reading);
    }
    if (reading.graphs != 1 || reading.versions != 1) {
        refuse(&reading, "one graph and one IR version");
    }
    return reading.cursor.rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/model_format: each format by files made here from its specification, with refused twins
 * that differ in one thing, and by samples that others made.
 */
#include "files.h"

#include "artifact/model_format.h"
#include "base/compiler.h"

#define ROOM 16384
#define SPEC 1024

struct bytes {
    uint8_t data[ROOM];
    size_t len;
    uint64_t hole; /* zeros behind them */
    uint64_t read; /* so far, of all */
    int rc;        /* of every read */
};

static int read_bytes(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    struct bytes *bytes = ctx;
    (void)err;
    assert_true(offset <= bytes->len + bytes->hole && len <= bytes->len + bytes->hole - offset);
    for (size_t i = 0; i < len; i++) {
        buf[i] = offset + i < bytes->len ? bytes->data[offset + i] : 0;
    }
    bytes->read += len;
    return bytes->rc;
}

static struct signet_model_source source_of(struct bytes *bytes)
{
    return (struct signet_model_source){read_bytes, bytes, bytes->len + bytes->hole};
}

static void add(struct bytes *bytes, const void *data, size_t len)
{
    assert_true(len <= sizeof(bytes->data) - bytes->len);
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
}

static void add_uint(struct bytes *bytes, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)(number >> (8 * i));
        add(bytes, &byte, 1);
    }
}

static void add_zeros(struct bytes *bytes, size_t count)
{
    assert_true(count <= sizeof(bytes->data) - bytes->len);
    memset(bytes->data + bytes->len, 0, count);
    bytes->len += count;
}

static void add_hex(struct bytes *bytes, const char *hex)
{
    for (; hex[0] != '\0'; hex += 2) {
        char pair[3] = {hex[0], hex[1], '\0'};
        add_uint(bytes, strtoul(pair, NULL, 16), 1);
    }
}

/* The next of the words that spaces separate; false at the end. */
static bool next_word(const char **text, char word[SPEC])
{
    *text += strspn(*text, " ");
    size_t len = strcspn(*text, " ");
    assert_true(snprintf(word, SPEC, "%.*s", (int)len, *text) < SPEC);
    *text += len;
    return len > 0;
}

/* By words: =TEXT as it is; xHEX; b, d, q: a number of 1, 4, 8 bytes; sTEXT with its length in 8
 * bytes; zN zeros; aN zeros up to a multiple; hN a hole. */
static void build(struct bytes *bytes, const char *spec)
{
    char word[SPEC];
    memset(bytes, 0, sizeof(*bytes));
    while (next_word(&spec, word)) {
        uint64_t number = strtoull(word + 1, NULL, 10);
        switch (word[0]) {
        case 'b':
            add_uint(bytes, number, 1);
            break;
        case 'd':
            add_uint(bytes, number, 4);
            break;
        case 'q':
            add_uint(bytes, number, 8);
            break;
        case 's':
            add_uint(bytes, strlen(word + 1), 8);
            add(bytes, word + 1, strlen(word + 1));
            break;
        case 'x':
            add_hex(bytes, word + 1);
            break;
        case 'z':
            add_zeros(bytes, number);
            break;
        case 'a':
            add_zeros(bytes, (number - bytes->len % number) % number);
            break;
        case 'h':
            bytes->hole = number;
            break;
        default:
            assert_int_equal(word[0], '=');
            add(bytes, word + 1, strlen(word + 1));
        }
    }
}

typedef int parser(const struct signet_model_source *source, struct signet_err *err);

static void expect(parser *parse, struct bytes *bytes, const char *what, const char *refusal)
{
    struct signet_err err;
    const struct signet_model_source source = source_of(bytes);
    signet_err_clear(&err);
    int rc = parse(&source, &err);
    if (rc != (refusal == NULL ? SIGNET_OK : SIGNET_E_MALFORMED) ||
        (refusal != NULL && strstr(err.msg, refusal) == NULL)) {
        fail_msg("%s: %s: %s", what, signet_err_name(rc), err.msg);
    }
}

static void expect_formats(struct bytes *bytes, unsigned expected)
{
    struct signet_err err;
    const struct signet_model_source source = source_of(bytes);
    unsigned formats = 99;
    signet_err_clear(&err);
    CHECK_OK(signet_model_formats(&source, &formats, &err), &err);
    assert_int_equal(formats, expected);
}

/* One word, or more, of a file that is put together, for another. */
struct twin {
    const char *old;
    const char *new;
    const char *refusal; /* NULL: it passes too */
};

static void expect_twin(parser *parse, const char *spec, const struct twin *twin)
{
    static struct bytes bytes;
    char changed[SPEC];
    const char *at = strstr(spec, twin->old);
    assert_non_null(at);
    assert_null(strstr(at + 1, twin->old));
    int len = snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - spec), spec, twin->new,
                       at + strlen(twin->old));
    assert_true(len > 0 && (size_t)len < sizeof(changed));
    build(&bytes, changed);
    expect(parse, &bytes, twin->new, twin->refusal);
}

/* The file itself, all that it begins with, and it with a byte more. */
static void expect_whole(parser *parse, const char *spec, enum signet_model_format format)
{
    static struct bytes bytes;
    build(&bytes, spec);
    expect(parse, &bytes, spec, NULL);
    expect_formats(&bytes, format);
    size_t len = bytes.len;
    for (bytes.len = 0; bytes.len < len; bytes.len++) {
        expect(parse, &bytes, "cut", "expected ");
        expect_formats(&bytes, 0);
    }
    add_uint(&bytes, 'x', 1);
    add_uint(&bytes, 0, 1);
    bytes.len = len + 1;
    expect(parse, &bytes, "a byte more", "expected ");
    expect_formats(&bytes, 0);
}

/* Two tensors of 8 bytes, and one without any between them. */
static const char header[] = "{\"__metadata__\":{\"format\":\"pt\"},"
                             "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]},"
                             "\"e\":{\"dtype\":\"I64\",\"shape\":[0,7],\"data_offsets\":[8,8]},"
                             "\"a\":{\"dtype\":\"F4\",\"shape\":[16],\"data_offsets\":[0,8]}}  ";

static void add_safetensors(struct bytes *bytes, const char *text, size_t tensors)
{
    memset(bytes, 0, sizeof(*bytes));
    add_uint(bytes, strlen(text), 8);
    add(bytes, text, strlen(text));
    add_zeros(bytes, tensors);
}

static void expect_header(const struct twin *twin)
{
    static struct bytes bytes;
    char changed[SPEC];
    const char *at = strstr(header, twin->old);
    assert_non_null(at);
    int len = snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - header), header, twin->new,
                       at + strlen(twin->old));
    assert_true(len > 0 && (size_t)len < sizeof(changed));
    add_safetensors(&bytes, changed, 16);
    expect(signet_model_safetensors, &bytes, twin->new, twin->refusal);
}

static void safetensors_are_read_to_the_end(void **state)
{
    static struct bytes bytes;
    (void)state;
    add_safetensors(&bytes, header, 16);
    expect_formats(&bytes, SIGNET_MODEL_SAFETENSORS);
    for (bytes.len = 0; bytes.len < strlen(header) + 24; bytes.len++) {
        expect(signet_model_safetensors, &bytes, "cut", "safetensors: expected ");
    }
    bytes.len++;
    expect(signet_model_safetensors, &bytes, "longer", "tensors up to the end of the file");
    for (int lie = -1; lie <= 1; lie += 2) { /* of the length */
        add_safetensors(&bytes, header, 16);
        bytes.data[0] = (uint8_t)(bytes.data[0] + lie);
        expect(signet_model_safetensors, &bytes, "lie", "expected ");
    }
    add_safetensors(&bytes, header, 16);
    bytes.data[7] = 1;
    expect(signet_model_safetensors, &bytes, "lie", "a header within it");
    add_safetensors(&bytes, "{}", 0);
    expect(signet_model_safetensors, &bytes, "empty", NULL);
}

static void safetensors_that_differ_in_one_thing(void **state)
{
    static const struct twin twins[] = {
        {"[2,1]", "[1,2]", NULL},
        {"[16]", "[4,4]", NULL},
        {"F4", "F8_E4M3", "as many bytes as its type"},
        {"F4", "F4X", "a known type"},
        {"\"F4\"", "4", "a known type"},
        {"[16]", "[15]", "whole bytes"},
        {"[16]", "16", "a known type and a shape"},
        {"[16]", "[-16]", "a shape of integers"},
        {"[16]", "[16.0]", "a shape of integers"},
        {"[16]", "[\"16\"]", "a shape of integers"},
        {"[16]", "[4503599627370500,4096]", "a shape of integers that fit"},
        {"[16]", "[18]", "as many bytes as its type"},
        {"[8,16]", "[0,8]", "without a hole or an overlap"},
        {"[8,16]", "[7,15]", "without a hole or an overlap"},
        {"[8,16]", "[9,17]", "without a hole or an overlap"},
        {"[8,16]", "[16,8]", "two offsets"},
        {"[8,16]", "[8,16.0]", "two offsets"},
        {"[8,16]", "[8]", "two offsets"},
        {"[8,16]", "[8,16,16]", "two offsets"},
        {"[8,8]", "[4,4]", "without a hole or an overlap"},
        {"\"e\"", "\"b\"", "a header of JSON"},
        {"\"e\"", "\"\\u0062\"", "a header of JSON"},
        {"\"dtype\":\"I64\"", "\"dtype\":\"I64\",\"x\":1", "a tensor of dtype"},
        {"\"dtype\":\"I64\",", "", "a known type"},
        {"\"pt\"", "1", "metadata of texts"},
        {"{\"format\":\"pt\"}", "[]", "metadata of texts"},
        {"{\"__meta", " {\"__meta", "a header within it"},
        {"}}  ", "}}  x", "a header of JSON"},
        {"\"e\":{\"dtype\":\"I64\",\"shape\":[0,7],\"data_offsets\":[8,8]}", "\"e\":{}",
         "a known type"},
        {"\"e\":{\"dtype\":\"I64\",\"shape\":[0,7],\"data_offsets\":[8,8]}", "\"e\":[]",
         "a tensor of dtype"},
    };
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(twins); i++) {
        expect_header(&twins[i]);
    }
}

/* 36 bytes of Q4_0 and 64 bytes of F32, aligned to 64. */
static const char gguf[] = "=GGUF d3 q2 q5 sgeneral.alignment d4 d64 sk d9 d8 q2 sx syy "
                           "sn d9 d9 q1 d7 q2 b0 b1 si d9 d5 q3 d7 d8 d9 sf d12 q6 "
                           "st d2 q32 q2 d2 q0 su d1 q16 d0 q64 a64 z36 a64 z64";

static void gguf_that_differs_in_one_thing(void **state)
{
    static const struct twin twins[] = {
        {"=GGUF", "=GGUF", NULL},
        {"=GGUF d3", "=GGUF d2", NULL},
        {"d1 q16 d0", "d1 q15 d0", NULL}, /* padded */
        {"z36 a64 z64", "z36 a64 z65", "at the end of the file"},
        {"z36 a64 z64", "z36 a64 z63", "at the end of the file"},
        {"d1 q16 d0 q64 a64 z36 a64 z64", "d1 q15 d0 q64 a64 z36 a64 z60", NULL},
        {"d1 q16 d0 q64 a64 z36 a64 z64", "d1 q15 d0 q64 a64 z36 a64 z59", "at the end"},
        {"=GGUF d3", "=GGUF d1", "version 2 or 3"},
        {"=GGUF d3", "=GGUF d4", "version 2 or 3"},
        {"=GGUF d3", "=GGUF d50331648", "version 2 or 3"}, /* of big-endian files */
        {"=GGUF", "=GGUG", "GGUF"},
        {"=GGUF d3 q2", "=GGUF d3 q1", "at the end of the file"},
        {"=GGUF d3 q2", "=GGUF d3 q3", "a name"},
        {"q2 q5 ", "q2 q4 ", "at most 4 dimensions"},
        {"q2 q5 ", "q2 q6 ", "expected "},
        {"q2 q5 ", "q2 q9999999 ", "has room for"},
        {"=GGUF d3 q2", "=GGUF d3 q9999999", "has room for"},
        {"d4 d64", "d4 d32", "at the end"},
        {"d4 d64", "d4 d128", "right behind"},
        {"d4 d64", "d4 d63", "an alignment"},
        {"d4 d64", "d4 d0", "an alignment"},
        {"d4 d64", "d5 d64", "an alignment"},
        {"sgeneral.alignment", "sgeneral.alignmenx", "at the end"},
        {"sk d9", "sn d9", "no name twice"},
        {"sk d9", "q0 d9", "a name"},
        {"sk d9", "sk d13", "a known type of value"},
        {"d9 d8 q2", "d9 d13 q2", "a known type of value"},
        {"d9 d8 q2", "d9 d8 q99999999", "expected "},
        {"syy", "q18446744073709551615 =yy", "a length within"},
        {"d7 q2 b0 b1", "d7 q2 b0 b2", "0 or 1"},
        {"d9 d9 q1 d7 q2 b0 b1", "d9 d9 q1 d9 q1 d9 q1 d9 q1 d7 q2 b0 b1", "nested that deep"},
        {"d9 d9 q1 d7 q2 b0 b1", "d9 d9 q1 d9 q1 d9 q1 d7 q2 b0 b1", NULL},
        {"d9 d5 q3", "d9 d5 q4611686018427387907", "a length within"},
        {"st d2", "su d2", "no name twice"},
        {"st d2 q32", "st d5 q32", "at most 4 dimensions"},
        {"q2 d2 q0 su", "q0 d2 q0 su", "a tensor of a known type"},
        {"q32 q2", "q33 q2", "whole blocks"},
        {"q32 q2", "q32 q3", NULL}, /* 54 bytes, padded to the same 64 */
        {"q32 q2", "q32 q4", "right behind"},
        {"q32 q2", "q32 q9223372036854775807", "a tensor of a known type"},
        {"q2 d2 q0 su", "q2 d4 q0 su", "a tensor of a known type"},
        {"q2 d2 q0 su", "q2 d41 q0 su", "a tensor of a known type"},
        {"q2 d2 q0 su", "q2 d2 q64 su", "right behind"},
        {"d0 q64", "d0 q128", "right behind"},
        {"d0 q64", "d0 q36", "right behind"},
        {"d0 q64", "d0 q0", "right behind"},
        {"d1 q16 d0", "d1 q17 d0", "at the end of the file"},
        {"d1 q16 d0", "d1 q16 d28", "at the end of the file"},
        {"d1 q16 d0", "d1 q99999999 d0", "within the file"},
    };
    (void)state;
    expect_whole(signet_model_gguf, gguf, SIGNET_MODEL_GGUF);
    for (size_t i = 0; i < SIGNET_COUNT(twins); i++) {
        expect_twin(signet_model_gguf, gguf, &twins[i]);
    }
}

static void gguf_without_tensors(void **state)
{
    static struct bytes bytes;
    (void)state;
    build(&bytes, "=GGUF d3 q0 q1 sk d0 b7 z1");
    expect(signet_model_gguf, &bytes, "padded", NULL);
    build(&bytes, "=GGUF d3 q0 q1 sk d0 b7 z23"); /* 38 bytes of 64 */
    expect(signet_model_gguf, &bytes, "padded", NULL);
    build(&bytes, "=GGUF d3 q0 q1 sk d0 b7 a32 z1");
    expect(signet_model_gguf, &bytes, "a byte more", "at the end of the file");
}

/* IR version 8, an operator set, and a graph: a node with an attribute that is a tensor, another
 * with a graph in it, an initializer with a dimension, a type, a name and 4 bytes. */
static const char onnx[] = "x0808 x420410011200 x3a2f x0a0c x0a0161 x2a07 x0a0174 x2a02 x0801 "
                           "x0a0b x2a09 x3204 x1202 =gg xa00105 "
                           "x2a0f x0802 x1001 x420177 x4a04 z4 x6200 "
                           "x1201 =g";

static void onnx_that_differs_in_one_thing(void **state)
{
    static const struct twin twins[] = {
        {"x0808", "x088880808080808080807f", "64 bits"},
        {"x0808", "x08888080808080808080", "expected "},
        {"x0808", "x0888808080808080808000", NULL}, /* the same number in ten bytes */
        {"x0808", "x0800", "one graph and one IR version"},
        {"x0808", "x08080808", "one graph and one IR version"},
        {"x0808", "x1200", "one graph and one IR version"},
        {"x0808", "x0a00", "a known field"},
        {"x420410011200", "x480110011200", "a known field"},
        {"x420410011200", "x3a00", "one graph and one IR version"},
        {"x420410011200", "", NULL},
        {"x3a2f", "x322f", "one graph and one IR version"},
        {"x3a2f", "x3a2e", "expected "},
        {"x3a2f", "x3a30", "within its message"},
        {"x0a0c", "x0a0d", "expected "},
        {"x0a0161", "x0b0161", "a known field"},
        {"x0a0161", "x5a0161", "a known field"},
        {"x2a02 x0801", "x2a02 x7001", "its bytes in this file"},
        {"x2a02 x0801", "x2a02 x6a00", "its bytes in this file"},
        {"x2a02 x0801", "x2a02 x7000", NULL},
        {"x1202 =gg", "x2a02 x7001", "its bytes in this file"},
        {"x1202 =gg", "x2a02 x7000", NULL},
        {"x1202 =gg", "x1203 =gg", "within its message"},
        {"xa00105", "xa00185", "within its message"},
        {"x0802 x1001", "x0802 x7001", "its bytes in this file"},
        {"x6200", "x6a00", "its bytes in this file"},
        {"x6200", "x7001", "its bytes in this file"},
        {"x6200", "x7000", NULL},
        {"x6200", "x6300", "a known field"},
        {"x4a04 z4", "x4a05 z4", "expected "},
        {"x1201 =g", "x1202 =g", "within its message"},
    };
    (void)state;
    expect_whole(signet_model_onnx, onnx, SIGNET_MODEL_ONNX);
    for (size_t i = 0; i < SIGNET_COUNT(twins); i++) {
        expect_twin(signet_model_onnx, onnx, &twins[i]);
    }
}

/* Graphs in attributes of nodes of graphs, so deep. */
static void expect_nested(size_t levels, const char *refusal)
{
    static struct bytes bytes;
    static const uint8_t tags[] = {0x3a, 0x0a, 0x2a, 0x32, 0x0a, 0x2a, 0x32};
    uint8_t inner[ROOM];
    size_t at = sizeof(inner);
    for (size_t i = levels; i > 0; i--) {
        size_t len = sizeof(inner) - at;
        assert_true(len < 1 << 14);
        inner[--at] = (uint8_t)(len >> 7);
        inner[--at] = (uint8_t)(0x80 | (len & 0x7F));
        inner[--at] = i == 1 ? 0x3a : tags[1 + (i - 2) % 3];
    }
    memset(&bytes, 0, sizeof(bytes));
    add_hex(&bytes, "0808");
    add(&bytes, inner + at, sizeof(inner) - at);
    expect(signet_model_onnx, &bytes, "nested", refusal);
}

static void onnx_is_nested_so_deep_at_most(void **state)
{
    (void)state;
    expect_nested(1, NULL);
    expect_nested(63, NULL);
    expect_nested(64, "nested that deep");
}

/* Bytes of a model cost nothing, however many there are. */
static void tensors_are_not_read(void **state)
{
    static const struct {
        const char *spec;
        enum signet_model_format format;
    } large[] = {
        {"q70 "
         "={\"a\":{\"dtype\":\"U8\",\"shape\":[70,1073741824],\"data_offsets\":[0,75161927680]}} "
         "h75161927680",
         SIGNET_MODEL_SAFETENSORS},
        {"=GGUF d3 q1 q0 st d2 q1073741824 q70 d24 q0 a32 h75161927680", SIGNET_MODEL_GGUF},
        {"x0808 x3a8e8080808002 x2a878080808002 x4a808080808002 h68719476736", SIGNET_MODEL_ONNX},
    };
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(large); i++) {
        static struct bytes bytes;
        build(&bytes, large[i].spec);
        if (large[i].format == SIGNET_MODEL_SAFETENSORS) {
            bytes.data[0] = (uint8_t)(bytes.len - 8);
        }
        expect_formats(&bytes, large[i].format);
        assert_true(bytes.read < 65536);
        bytes.hole--;
        expect_formats(&bytes, 0);
        bytes.hole += 2;
        expect_formats(&bytes, 0);
    }
}

/* Every byte of the header of safetensors is in a text of an ONNX model, whose rest is a tensor. */
static void what_two_parsers_claim_has_two_formats(void **state)
{
    enum {
        START = 22, /* of the first text in the header */
        HEADER = 0x1C12
    };
    static const char begin[] = "{\"__metadata__\":{\"a\":\"";
    static const char end[] = "\"},\"t\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}";
    static struct bytes bytes;
    char text[HEADER + 1];
    (void)state;
    memset(text, 'x', HEADER);
    text[HEADER] = '\0';
    memcpy(text, begin, START);
    for (size_t at = START; at < HEADER; at += 128) {
        text[at] = '2';     /* field 6, a text */
        text[at + 1] = '~'; /* of 126 bytes */
    }
    text[HEADER - 123] = 'z'; /* the last of 122 */
    memcpy(text + HEADER - strlen(end), end, strlen(end));
    add_safetensors(&bytes, text, 0);
    add_hex(&bytes, "08083a00");
    expect_formats(&bytes, SIGNET_MODEL_SAFETENSORS | SIGNET_MODEL_ONNX);
    bytes.data[bytes.len - 2] = 0x32;
    expect_formats(&bytes, SIGNET_MODEL_SAFETENSORS);
    bytes.data[bytes.len - 2] = 0x3a;
    text[0] = '[';
    memcpy(bytes.data + 8, text, 1);
    expect_formats(&bytes, SIGNET_MODEL_ONNX);
}

static void a_failed_read_is_no_answer(void **state)
{
    static struct bytes bytes;
    struct signet_err err;
    unsigned formats = 99;
    bool text = true;
    (void)state;
    build(&bytes, gguf);
    bytes.rc = SIGNET_E_IO;
    const struct signet_model_source source = source_of(&bytes);
    CHECK_CODE(signet_model_formats(&source, &formats, &err), SIGNET_E_IO);
    assert_int_equal(formats, 0);
    CHECK_CODE(signet_model_is_text(&source, &text, &err), SIGNET_E_IO);
    assert_false(text);
}

static void expect_text(struct bytes *bytes, bool expected)
{
    struct signet_err err;
    const struct signet_model_source source = source_of(bytes);
    bool text = !expected;
    CHECK_OK(signet_model_is_text(&source, &text, &err), &err);
    assert_int_equal(text, expected);
}

static void text_is_told_from_the_rest(void **state)
{
    static const char *const texts[] = {"", "=abc x0d0a09 =d", "xc3a4e282acf09f9880", "xc2a0"};
    static const char *const others[] = {"=abc b0",  "=abc x7f", "=abc x1b", "=abc xc285",
                                         "=abc xc3", "=abc xff", "xeda080"};
    static struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        build(&bytes, texts[i]);
        expect_text(&bytes, true);
    }
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        build(&bytes, others[i]);
        expect_text(&bytes, false);
    }
    for (size_t ahead = 4090; ahead < 4100; ahead++) { /* wherever a window ends */
        memset(&bytes, 0, sizeof(bytes));
        memset(bytes.data, 'x', ahead);
        bytes.len = ahead;
        add_hex(&bytes, "f09f9880");
        expect_text(&bytes, true);
        bytes.len--;
        expect_text(&bytes, false);
    }
}

/* What others put together, and what they broke. */
static void samples_of_others(void **state)
{
    static const struct {
        const char *name;
        unsigned formats;
    } samples[] = {
        {"handmade/gguf/benign.gguf", SIGNET_MODEL_GGUF},
        {"handmade/gguf/ssti.gguf", SIGNET_MODEL_GGUF},
        {"handmade/gguf/bad_align.gguf", 0},
        {"handmade/gguf/bad_dup_key.gguf", 0},
        {"handmade/gguf/bad_kv_count.gguf", 0},
        {"handmade/gguf/bad_offset.gguf", 0},
        {"handmade/gguf/bad_string_len.gguf", 0},
        {"handmade/onnx/benign.onnx", SIGNET_MODEL_ONNX},
        {"handmade/onnx/ext_absolute.onnx", 0},
        {"handmade/onnx/ext_nested.onnx", 0},
        {"handmade/onnx/ext_parent.onnx", 0},
        {"handmade/st/benign.safetensors", SIGNET_MODEL_SAFETENSORS},
        {"handmade/st/bad_dup.safetensors", 0},
        {"handmade/st/bad_hlen.safetensors", 0},
        {"handmade/st/bad_hole.safetensors", 0},
        {"handmade/st/bad_overlap.safetensors", 0},
        {"handmade/st/bad_size.safetensors", 0},
        {"handmade/st/bad_trailing.safetensors", 0},
        {"modelaudit/samples/manifests/safe_config.json", 0},
    };
    char folder[1024];
    (void)state;
    if (!check_find_testdata("scan", folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(samples); i++) {
        static struct bytes bytes;
        struct signet_buf file = check_read_file(folder, samples[i].name);
        memset(&bytes, 0, sizeof(bytes));
        add(&bytes, file.data, file.len);
        expect_formats(&bytes, samples[i].formats);
        signet_buf_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safetensors_are_read_to_the_end),
        cmocka_unit_test(safetensors_that_differ_in_one_thing),
        cmocka_unit_test(gguf_that_differs_in_one_thing),
        cmocka_unit_test(gguf_without_tensors),
        cmocka_unit_test(onnx_that_differs_in_one_thing),
        cmocka_unit_test(onnx_is_nested_so_deep_at_most),
        cmocka_unit_test(tensors_are_not_read),
        cmocka_unit_test(what_two_parsers_claim_has_two_formats),
        cmocka_unit_test(a_failed_read_is_no_answer),
        cmocka_unit_test(text_is_told_from_the_rest),
        cmocka_unit_test(samples_of_others),
    };
    return CHECK_RUN(tests);
}

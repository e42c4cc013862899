/* SPDX-License-Identifier: Apache-2.0
 *
 * json/: what is refused, where, and in which words; that damaged texts are; and where the limits
 * stand. Offsets are counted by hand from RFC 8259.
 */
#include "json_vectors.h"

#include "base/compiler.h"

struct refusal {
    struct signet_span text;
    uint64_t offset;
    const char *message; /* between "expected " and the end */
};

/* A row with a text that may hold NUL bytes. */
#define REFUSED(literal, offset, message)                                                          \
    {                                                                                              \
        {(const uint8_t *)"" literal, sizeof(literal) - 1}, (offset), (message)                    \
    }

static void check_refusals(const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct signet_err err;
        struct signet_buf out;
        CHECK_CODE(json_canon(rows[i].text, &out, &err), SIGNET_E_MALFORMED);
        assert_int_equal(out.len, 0);
        assert_int_equal(err.offset, rows[i].offset);
        assert_int_equal(strncmp(err.msg, "expected ", 9), 0);
        assert_string_equal(err.msg + 9, rows[i].message);
        signet_buf_free(&out);
    }
}

static void grammar_refusals(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        REFUSED("", 0, "a value, found the end"),
        REFUSED(" \n", 2, "a value, found the end"),
        REFUSED("\xef\xbb\xbf{}", 0, "a value, found a byte order mark; save the file without it"),
        REFUSED("\xff\xfe{", 0, "a value, found byte 0xff"),
        REFUSED("\0", 0, "a value, found byte 0x00"),
        REFUSED("\v1", 0, "a value, found byte 0x0b"),
        REFUSED("[1}", 2, "',' or ']', found '}'"),
        REFUSED("{\"a\":1]", 6, "',' or '}', found ']'"),
        REFUSED("[1 2]", 3, "',' or ']', found '2'"),
        REFUSED("[1", 2, "',' or ']', found the end"),
        REFUSED("[", 1, "a value, found the end"),
        REFUSED("[1,]", 3, "a value, found ']'"),
        REFUSED("[,1]", 1, "a value, found ','"),
        REFUSED("]", 0, "a value, found ']'"),
        REFUSED("{", 1, "a member name in quotes, found the end"),
        REFUSED("{\"a\":1,}", 7, "a member name in quotes, found '}'"),
        REFUSED("{,}", 1, "a member name in quotes, found ','"),
        REFUSED("{a:1}", 1, "a member name in quotes, found 'a'"),
        REFUSED("{1:1}", 1, "a member name in quotes, found '1'"),
        REFUSED("{\"a\" 1}", 5, "':' after a member name, found '1'"),
        REFUSED("{\"a\"", 4, "':' after a member name, found the end"),
        REFUSED("{\"a\":}", 5, "a value, found '}'"),
        REFUSED("{\"a\":1 \"b\":2}", 7, "',' or '}', found '\"'"),
        REFUSED("{} {}", 3, "nothing after the value, found '{'"),
        REFUSED("1\0", 1, "nothing after the value, found byte 0x00"),
        REFUSED("nul", 0, "a value, found 'n'"),
        REFUSED("[True]", 1, "a value, found 'T'"),
        REFUSED("truefalse", 4, "nothing after the value, found 'f'"),
        REFUSED("[/**/]", 1, "a value, found '/'"),
        REFUSED("'a'", 0, "a value, found '''"),
    };
    check_refusals(rows, SIGNET_COUNT(rows));
}

static void number_refusals(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        REFUSED("01", 1, "no digit after a leading 0, found '1'"),
        REFUSED("[-012]", 3, "no digit after a leading 0, found '1'"),
        REFUSED("-", 1, "a digit, found the end"),
        REFUSED("[-]", 2, "a digit, found ']'"),
        REFUSED("-Infinity", 1, "a digit, found 'I'"),
        REFUSED("1.", 2, "a digit, found the end"),
        REFUSED("[1.e5]", 3, "a digit, found 'e'"),
        REFUSED("1e", 2, "a digit, found the end"),
        REFUSED("[1E+]", 4, "a digit, found ']'"),
        REFUSED("+1", 0, "a value, found '+'"),
        REFUSED(".5", 0, "a value, found '.'"),
        REFUSED("0x10", 1, "nothing after the value, found 'x'"),
        REFUSED("[1_000]", 2, "',' or ']', found '_'"),
        REFUSED("[-1e400]", 1, "a number within the range of a double, found one beyond"),
    };
    check_refusals(rows, SIGNET_COUNT(rows));
}

static void string_refusals(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        REFUSED("\"", 1, "a closing quote, found the end"),
        REFUSED("[\"abcdefghijk", 13, "a closing quote, found the end"),
        REFUSED("\"a\\", 3, "one of \" \\ / b f n r t u after a backslash, found the end"),
        REFUSED("\"a\\\"", 4, "a closing quote, found the end"),
        REFUSED("\"\\x41\"", 2, "one of \" \\ / b f n r t u after a backslash, found 'x'"),
        REFUSED("\"\\\0\"", 2, "one of \" \\ / b f n r t u after a backslash, found byte 0x00"),
        REFUSED("\"\\U0041\"", 2, "one of \" \\ / b f n r t u after a backslash, found 'U'"),
        REFUSED("\"\\u12G4\"", 5, "four hex digits after \\u, found 'G'"),
        REFUSED("\"\\u+123\"", 3, "four hex digits after \\u, found '+'"),
        REFUSED("\"\\u123", 6, "four hex digits after \\u, found the end"),
        REFUSED("\"\\u123\"", 6, "four hex digits after \\u, found '\"'"),
        REFUSED("\"12345678\\ud83d\"", 9, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ude00\"", 1, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ude00\\ude00\"", 1, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ude00\\ud83d\"", 1, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ud83d\\ud83d\\ude00\"", 1, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ud83d\\n\"", 1, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ud83dude00\"", 1, "surrogates in pairs, found a lone one"),
        REFUSED("\"\\ud83d\\u", 9, "four hex digits after \\u, found the end"),
        REFUSED("\"\\ud83d\\", 1, "surrogates in pairs, found a lone one"),
        REFUSED("{\"\\udfff\":1}", 2, "surrogates in pairs, found a lone one"),
        REFUSED("\"\n\"", 1, "no control character in a string, found byte 0x0a"),
        REFUSED("\"1234567\x1f\"", 8, "no control character in a string, found byte 0x1f"),
        REFUSED("\"12345678\0\"", 9, "no control character in a string, found byte 0x00"),
        REFUSED("\"\x80\"", 1, "valid UTF-8, found byte 0x80"),
        REFUSED("\"1234567\xc0\x80\"", 8, "valid UTF-8, found byte 0xc0"),
        REFUSED("\"\xe0\x80\xaf\"", 1, "valid UTF-8, found byte 0xe0"),
        REFUSED("\"\xed\xa0\xbd\xed\xb8\x80\"", 1, "valid UTF-8, found byte 0xed"),
        REFUSED("\"\xc3\xa9\xf4\x90\x80\x80\"", 3, "valid UTF-8, found byte 0xf4"),
        REFUSED("\"\xf0\x9f\x98", 1, "valid UTF-8, found byte 0xf0"),
        REFUSED("[\"\xe2\x82\"]", 2, "valid UTF-8, found byte 0xe2"),
    };
    check_refusals(rows, SIGNET_COUNT(rows));
}

/* The later of two equal names is named, in order or not, on every level. */
static void repeated_names(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        REFUSED("{\"a\":1,\"a\":1}", 7, "each name once in an object, found \"a\" again"),
        REFUSED("{\"a\":1,\"b\":2,\"a\":3}", 13, "each name once in an object, found \"a\" again"),
        REFUSED("{\"b\":1,\"a\":2,\"b\":3,\"a\":4,\"b\":5}", 13,
                "each name once in an object, found \"b\" again"),
        REFUSED("{\"\":1,\"\":2}", 6, "each name once in an object, found \"\" again"),
        REFUSED("{\"a\":1,\"\\u0061\":2}", 7,
                "each name once in an object, found \"\\\\u0061\" again"),
        REFUSED("{\"\\n\":1,\"x\":2,\"\\u000a\":2}", 14,
                "each name once in an object, found \"\\\\u000a\" again"),
        REFUSED("{\"/\":1,\"\\/\":2}", 7, "each name once in an object, found \"\\\\/\" again"),
        REFUSED("{\"\xf0\x9f\x98\x80\":1,\"\\uD83D\\uDE00\":2}", 10,
                "each name once in an object, found \"\\\\uD83D\\\\uDE00\" again"),
        REFUSED("{\"a\\u0000b\":1,\"c\":0,\"a\\u0000b\":2}", 20,
                "each name once in an object, found \"a\\\\u0000b\" again"),
        REFUSED("{\"k\":0,\"j\":0,\"i\":0,\"h\":0,\"g\":0,\"f\":0,\"e\":0,\"d\":0,\"c\":0,\"b\":0,"
                "\"j\":0}",
                61, "each name once in an object, found \"j\" again"),
        REFUSED("[{\"a\":{\"z\":1,\"y\":[{\"k\":1,\"k\":2}]}}]", 25,
                "each name once in an object, found \"k\" again"),
        REFUSED("{\"z\":{\"a\":1},\"a\":{\"a\":1},\"z\":{}}", 25,
                "each name once in an object, found \"z\" again"),
    };
    check_refusals(rows, SIGNET_COUNT(rows));
}

/* What differs in one code unit, or only looks alike, is another name. */
static void different_names(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"a\":1,\"A\":2,\"aa\":3,\"\":4}",
        "{\"\\u0000\":1,\"\":2,\"\\u0000\\u0000\":3}",
        "{\"\\\\u0061\":1,\"a\":2}",
        "{\"\xc3\xa9\":1,\"e\xcc\x81\":2}",
        "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}",
        "[{\"a\":1},{\"a\":1}]",
    };
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        struct signet_err err;
        struct signet_buf out;
        CHECK_OK(json_canon(signet_span_str(texts[i]), &out, &err), &err);
        assert_true(out.len > 0);
        signet_buf_free(&out);
    }
}

static void nesting_stops_at_the_limit(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    limits.json_depth = 3;
    static const char *const deepest[] = {"[[[1]]]", "{\"a\":[{\"b\":1}]}", "[[[]],[[]]]"};
    static const char *const deeper[] = {"[[[[]]]]", "{\"a\":[{\"b\":{}}]}", "[[],[[[1]]]]"};
    static const uint64_t offsets[] = {3, 11, 6};
    struct signet_err err;
    struct signet_buf out;
    for (size_t i = 0; i < SIGNET_COUNT(deepest); i++) {
        CHECK_OK(json_canon_within(signet_span_str(deepest[i]), &limits, &out, &err), &err);
        signet_buf_free(&out);
        assert_int_equal(
            json_expect_refusal_within(signet_span_str(deeper[i]), &limits, SIGNET_E_LIMIT),
            offsets[i]);
    }
    CHECK_CODE(json_canon_within(signet_span_str(deeper[0]), &limits, &out, &err), SIGNET_E_LIMIT);
    assert_string_equal(err.msg, "expected at most 3 levels of nesting, found more");
    signet_buf_free(&out);
}

static void size_stops_at_the_limit(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_buf out;
    struct signet_limits limits = signet_limits_default();
    limits.document = 7;
    CHECK_OK(json_canon_within(signet_span_str("[12345]"), &limits, &out, &err), &err);
    signet_buf_free(&out);
    assert_int_equal(json_expect_refusal_within(JSON_TEXT("[123456]"), &limits, SIGNET_E_LIMIT), 7);

    /* Above the highest limit, whatever the caller writes there; the text is never looked at. */
    limits.document = UINT64_MAX;
    signet_err_clear(&err);
    signet_buf_init(&out, 10);
    CHECK_CODE(signet_json_canon(signet_span_of("[]", (size_t)1 << 32), &limits,
                                 signet_sink_to_buf(&out), &err),
               SIGNET_E_LIMIT);
    assert_int_equal(err.offset, UINT32_MAX);
    signet_buf_free(&out);
}

static void refusing_needs_no_error_record(void **state)
{
    (void)state;
    struct signet_buf out;
    signet_buf_init(&out, 100);
    CHECK_CODE(signet_json_canon(JSON_TEXT("[1"), NULL, signet_sink_to_buf(&out), NULL),
               SIGNET_E_MALFORMED);
    CHECK_CODE(signet_json_canon(signet_span_of(NULL, 0), NULL, signet_sink_to_buf(&out), NULL),
               SIGNET_E_MALFORMED);
    CHECK_CODE(signet_json_canon(JSON_TEXT("[1]"), NULL, signet_sink_to_buf(&out), NULL),
               SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out), "[1]");
    signet_buf_free(&out);
}

/* Every text that ends early is refused, at its end or before it. */
static void check_truncations(const char *dir, const char *name)
{
    struct signet_buf in;
    json_read(dir, name, &in);
    while (in.len > 0 && in.data[in.len - 1] <= ' ') {
        in.len--;
    }
    assert_true(in.data[in.len - 1] == '}' || in.data[in.len - 1] == ']');
    while (in.len-- > 0) {
        json_expect_refusal(signet_buf_span(&in), SIGNET_E_MALFORMED);
    }
    signet_buf_free(&in);
}

/* Every text with one bit of one byte turned is either refused with a position, or one that is
 * read: then its canonical form is its own canonical form. */
static void check_flips(const char *dir, const char *name)
{
    struct signet_buf in;
    size_t refused = 0;
    json_read(dir, name, &in);
    for (size_t at = 0; at < in.len; at++) {
        struct signet_err err;
        struct signet_buf out;
        uint8_t kept = in.data[at];
        in.data[at] ^= (uint8_t)(1U << at % 8);
        int rc = json_canon(signet_buf_span(&in), &out, &err);
        if (rc == SIGNET_OK) {
            json_expect(signet_buf_span(&out), signet_buf_span(&out));
        } else {
            assert_int_equal(rc, SIGNET_E_MALFORMED);
            assert_in_range(err.offset, 0, in.len);
            assert_int_equal(out.len, 0);
            refused++;
        }
        signet_buf_free(&out);
        in.data[at] = kept;
    }
    assert_in_range(refused, in.len / 4, in.len - 1);
    signet_buf_free(&in);
}

static void damaged_vectors(void **state)
{
    (void)state;
    static const char dir[] = JSON_OWN_VECTORS "/canon";
    assert_int_equal(json_each_file(dir, ".in.json", check_truncations), 10);
    assert_int_equal(json_each_file(dir, ".in.json", check_flips), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grammar_refusals),        cmocka_unit_test(number_refusals),
        cmocka_unit_test(string_refusals),         cmocka_unit_test(repeated_names),
        cmocka_unit_test(different_names),         cmocka_unit_test(nesting_stops_at_the_limit),
        cmocka_unit_test(size_stops_at_the_limit), cmocka_unit_test(refusing_needs_no_error_record),
        cmocka_unit_test(damaged_vectors),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * json/read.h: walking checked texts. Expected values are written by hand beside each text, which
 * lies in memory of exactly its size.
 */
#include "json_vectors.h"

#include "base/compiler.h"
#include "json/read.h"

/* A checked text in memory of its own. */
struct held {
    uint8_t *bytes;
    struct signet_json_value top;
};

static struct held hold(struct signet_span text)
{
    struct held held = {malloc(text.len), {SIGNET_JSON_NULL, {NULL, 0}}};
    struct signet_err err;
    assert_non_null(held.bytes);
    memcpy(held.bytes, text.ptr, text.len);
    signet_err_clear(&err);
    CHECK_OK(signet_json_check(signet_span_of(held.bytes, text.len), 64, &held.top, &err), &err);
    return held;
}

static void check_finds_the_top_value(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum signet_json_kind kind;
        const char *top;
    } rows[] = {
        {"null", SIGNET_JSON_NULL, "null"},      {" true\n", SIGNET_JSON_BOOL, "true"},
        {"false", SIGNET_JSON_BOOL, "false"},    {"\t-1.5e3 ", SIGNET_JSON_NUMBER, "-1.5e3"},
        {"0", SIGNET_JSON_NUMBER, "0"},          {"\"a b \"\r\n", SIGNET_JSON_STRING, "\"a b \""},
        {" [ 1 ] ", SIGNET_JSON_ARRAY, "[ 1 ]"}, {"{ } ", SIGNET_JSON_OBJECT, "{ }"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held held = hold(signet_span_str(rows[i].text));
        assert_int_equal(held.top.kind, rows[i].kind);
        CHECK_SPAN(held.top.text, rows[i].top);
        free(held.bytes);
    }
}

static void check_refuses_as_canon_does(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_json_value top = {SIGNET_JSON_NULL, {NULL, 0}};
    static const struct {
        const char *text;
        int code;
        uint64_t offset;
    } rows[] = {
        {"", SIGNET_E_MALFORMED, 0},
        {"[1,]", SIGNET_E_MALFORMED, 3},
        {"{\"a\":1,\"b\":2,\"a\":3}", SIGNET_E_MALFORMED, 13},
        {"{\"b\":1,\"a\":2,\"c\":3,\"\\u0062\":3}", SIGNET_E_MALFORMED, 19},
        {"{} {}", SIGNET_E_MALFORMED, 3},
        {"[[[]]]", SIGNET_E_LIMIT, 2},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_json_check(signet_span_str(rows[i].text), 2, &top, &err), rows[i].code);
        assert_int_equal(err.offset, rows[i].offset);
        assert_null(top.text.ptr);
    }
    signet_err_clear(&err);
    CHECK_OK(signet_json_check(signet_span_str("[[]]"), 2, &top, &err), &err);
}

static void walk_gives_members_in_the_order_of_the_text(void **state)
{
    (void)state;
    struct held held = hold(JSON_TEXT(
        "{ \"b\" : [1, {\"]\":\"}\\\"\"} ] ,\n\"a\":{\"x\":{}},\"\":\"\\\\\",\"n\":-0.0 }"));
    static const char *const rows[][2] = {{"\"b\"", "[1, {\"]\":\"}\\\"\"} ]"},
                                          {"\"a\"", "{\"x\":{}}"},
                                          {"\"\"", "\"\\\\\""},
                                          {"\"n\"", "-0.0"}};
    struct signet_json_walk walk = signet_json_walk(held.top);
    struct signet_json_value name;
    struct signet_json_value value;
    assert_false(signet_json_next_element(&walk, &value));
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        assert_true(signet_json_next_member(&walk, &name, &value));
        assert_int_equal(name.kind, SIGNET_JSON_STRING);
        CHECK_SPAN(name.text, rows[i][0]);
        CHECK_SPAN(value.text, rows[i][1]);
    }
    assert_false(signet_json_next_member(&walk, &name, &value));
    assert_false(signet_json_next_member(&walk, &name, &value));
    free(held.bytes);
}

static void walk_gives_elements(void **state)
{
    (void)state;
    struct held held = hold(JSON_TEXT("[ true,[[],[ ]] ,\"a,]\"\n, {\"a\":[]},12e-3,null]"));
    static const struct {
        const char *text;
        enum signet_json_kind kind;
    } rows[] = {
        {"true", SIGNET_JSON_BOOL},      {"[[],[ ]]", SIGNET_JSON_ARRAY},
        {"\"a,]\"", SIGNET_JSON_STRING}, {"{\"a\":[]}", SIGNET_JSON_OBJECT},
        {"12e-3", SIGNET_JSON_NUMBER},   {"null", SIGNET_JSON_NULL},
    };
    struct signet_json_walk walk = signet_json_walk(held.top);
    struct signet_json_value name;
    struct signet_json_value value;
    assert_false(signet_json_next_member(&walk, &name, &value));
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        assert_true(signet_json_next_element(&walk, &value));
        assert_int_equal(value.kind, rows[i].kind);
        CHECK_SPAN(value.text, rows[i].text);
    }
    assert_false(signet_json_next_element(&walk, &value));
    free(held.bytes);
}

/* One cursor goes into some values, steps over others, and gives what a walk of each gives. */
static void cursor_goes_in_and_out(void **state)
{
    (void)state;
    struct held held =
        hold(JSON_TEXT(" { \"a\" : [ {} , [ 1 , {\"b]\":\"}\"} ] ] ,\"c\":{\"d\":[]},"
                       "\"e\": 2 } "));
    struct signet_json_walk walk = signet_json_before(held.top);
    struct signet_json_value name;
    assert_int_equal(signet_json_ahead(&walk), SIGNET_JSON_OBJECT);
    signet_json_enter(&walk);
    assert_false(signet_json_next_item(&walk));
    assert_true(signet_json_next_name(&walk, &name));
    CHECK_SPAN(name.text, "\"a\"");
    assert_int_equal(signet_json_ahead(&walk), SIGNET_JSON_ARRAY);
    signet_json_enter(&walk);
    assert_true(signet_json_next_item(&walk));
    signet_json_enter(&walk);
    assert_false(signet_json_next_name(&walk, &name));
    signet_json_leave(&walk, false);
    assert_false(signet_json_next_name(&walk, &name));
    assert_true(signet_json_next_item(&walk));
    signet_json_enter(&walk);
    assert_true(signet_json_next_item(&walk));
    CHECK_SPAN(signet_json_take(&walk).text, "1");
    assert_true(signet_json_next_item(&walk));
    CHECK_SPAN(signet_json_take(&walk).text, "{\"b]\":\"}\"}");
    assert_false(signet_json_next_item(&walk));
    signet_json_leave(&walk, false);
    assert_false(signet_json_next_item(&walk));
    signet_json_leave(&walk, true);
    assert_true(signet_json_next_name(&walk, &name));
    CHECK_SPAN(name.text, "\"c\"");
    CHECK_SPAN(signet_json_take(&walk).text, "{\"d\":[]}");
    assert_true(signet_json_next_name(&walk, &name));
    assert_int_equal(signet_json_ahead(&walk), SIGNET_JSON_NUMBER);
    CHECK_SPAN(signet_json_take(&walk).text, "2");
    assert_false(signet_json_next_name(&walk, &name));
    signet_json_leave(&walk, false);
    assert_int_equal(walk.rest.len, 0);
    free(held.bytes);
}

static void nothing_to_walk(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "[ ]", "{}", "{\n}", "null", "\"[1]\"", "10"};
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        struct held held = hold(signet_span_str(texts[i]));
        struct signet_json_walk walk = signet_json_walk(held.top);
        struct signet_json_value name;
        struct signet_json_value value;
        assert_false(signet_json_next_member(&walk, &name, &value));
        assert_false(signet_json_next_element(&walk, &value));
        assert_false(signet_json_member(held.top, "", &value));
        free(held.bytes);
    }
}

static void member_is_found_by_its_unescaped_name(void **state)
{
    (void)state;
    struct held held = hold(JSON_TEXT("{\"Key\":1,\"k\\u0065y\":2,\"key\\u0000\":3,\"keys\":4,"
                                      "\"ke\":5,\"\\ud83d\\ude00\":6,\"\":7,\"in\":{\"deep\":8}}"));
    static const struct {
        const char *name;
        const char *value;
    } rows[] = {{"key", "2"}, {"Key", "1"}, {"keys", "4"}, {"ke", "5"}, {"\xf0\x9f\x98\x80", "6"},
                {"", "7"}};
    static const char *const absent[] = {"KEY", "k", "k\\u0065y", "deep", "key ", "\xf0\x9f\x98"};
    struct signet_json_value value;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        assert_true(signet_json_member(held.top, rows[i].name, &value));
        CHECK_SPAN(value.text, rows[i].value);
    }
    for (size_t i = 0; i < SIGNET_COUNT(absent); i++) {
        assert_false(signet_json_member(held.top, absent[i], &value));
    }
    free(held.bytes);
}

static void several_members_are_found_in_one_walk(void **state)
{
    (void)state;
    static const char *const names[] = {"key", "absent", "deep", "", NULL};
    struct held held = hold(JSON_TEXT("{\"Key\":1,\"k\\u0065y\":2,\"key\\u0000\":3,\"\":[7],"
                                      "\"in\":{\"deep\":8}}"));
    struct signet_json_value values[4];
    memset(values, 0xFF, sizeof(values));
    assert_int_equal(signet_json_members(held.top, names, values), 3);
    assert_int_equal(values[0].kind, SIGNET_JSON_NUMBER);
    CHECK_SPAN(values[0].text, "2");
    assert_int_equal(values[1].kind, 0);
    assert_int_equal(values[2].kind, 0);
    assert_int_equal(values[3].kind, SIGNET_JSON_ARRAY);
    CHECK_SPAN(values[3].text, "[7]");
    /* what is no object has no members, and nothing of before is left */
    assert_int_equal(signet_json_members(values[3], names, values), 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(values[i].kind, 0);
    }
    free(held.bytes);
}

static void objects_of_an_array_are_read_in_one_walk(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", NULL};
    static const struct {
        const char *element;
        const char *a;
        size_t others;
    } rows[] = {{"{}", NULL, 0},
                {"{ \"b\" : [ {\"a\":1} ] , \"a\":{\"a\":2} }", "{\"a\":2}", 0},
                {"[{\"a\":3}]", NULL, 0},
                {"7", NULL, 0},
                {"\"{\\\"a\\\":4}\"", NULL, 0},
                {"{\"x\":{},\"\\u0061\":\"]}\",\"y\":0}", "\"]}\"", 2}};
    struct held held =
        hold(JSON_TEXT("[{} ,{ \"b\" : [ {\"a\":1} ] , \"a\":{\"a\":2} }, [{\"a\":3}],7,"
                       "\"{\\\"a\\\":4}\",{\"x\":{},\"\\u0061\":\"]}\",\"y\":0} ]"));
    struct signet_json_walk walk = signet_json_walk(held.top);
    struct signet_json_value element;
    struct signet_json_value values[2];
    size_t others = 99;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        assert_true(signet_json_next_object(&walk, names, &element, values, &others));
        CHECK_SPAN(element.text, rows[i].element);
        assert_int_equal(others, rows[i].others);
        assert_int_equal(values[0].kind != 0, rows[i].a != NULL);
        if (rows[i].a != NULL) {
            CHECK_SPAN(values[0].text, rows[i].a);
        }
    }
    assert_false(signet_json_next_object(&walk, names, &element, values, &others));
    free(held.bytes);

    held = hold(JSON_TEXT("{\"a\":{\"a\":1}}"));
    walk = signet_json_walk(held.top);
    assert_false(signet_json_next_object(&walk, names, &element, values, &others));
    free(held.bytes);
}

static void strings_are_read_and_compared_unescaped(void **state)
{
    (void)state;
    static const struct {
        struct signet_span lexeme;
        struct signet_span bytes;
        bool plain;
    } rows[] = {
        {{(const uint8_t *)"\"\"", 2}, {(const uint8_t *)"", 0}, true},
        {{(const uint8_t *)"\"plain \xc3\xa9\"", 10}, {(const uint8_t *)"plain \xc3\xa9", 8}, true},
        {{(const uint8_t *)"\"\\u0000a\"", 9}, {(const uint8_t *)"\0a", 2}, false},
        {{(const uint8_t *)"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", 18},
         {(const uint8_t *)"\"\\/\b\f\n\r\t", 8},
         false},
        {{(const uint8_t *)"\"x\\ud834\\udd1ey\"", 16},
         {(const uint8_t *)"x\xf0\x9d\x84\x9ey", 6},
         false},
        {{(const uint8_t *)"\"\\u00E9\\u20ac\"", 14},
         {(const uint8_t *)"\xc3\xa9\xe2\x82\xac", 5},
         false},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held held = hold(rows[i].lexeme);
        struct signet_buf out;
        struct signet_span plain = {NULL, 0};
        signet_buf_init(&out, 100);
        assert_int_equal(signet_json_string(held.top, &out), SIGNET_OK);
        assert_int_equal(out.len, rows[i].bytes.len);
        assert_true(signet_span_eq(signet_buf_span(&out), rows[i].bytes));
        assert_true(signet_json_string_is(held.top, rows[i].bytes));
        assert_int_equal(signet_json_plain_string(held.top, &plain), rows[i].plain);
        assert_true(!rows[i].plain || signet_span_eq(plain, rows[i].bytes));

        /* One byte more, one other, any fewer: not that string, and nothing is read beyond it. */
        assert_int_equal(signet_buf_putc(&out, '!'), SIGNET_OK);
        assert_false(signet_json_string_is(held.top, signet_buf_span(&out)));
        if (--out.len > 0) {
            out.data[out.len - 1] ^= 1;
            assert_false(signet_json_string_is(held.top, signet_buf_span(&out)));
        }
        for (size_t len = 1; len < rows[i].bytes.len; len++) {
            uint8_t *exact = malloc(len);
            assert_non_null(exact);
            memcpy(exact, rows[i].bytes.ptr, len);
            assert_false(signet_json_string_is(held.top, signet_span_of(exact, len)));
            free(exact);
        }
        signet_buf_free(&out);
        free(held.bytes);
    }
}

static void a_string_begins_with_what_it_says_and_not_how(void **state)
{
    (void)state;
    static const struct {
        const char *lexeme, *prefix;
        bool begins;
    } rows[] = {
        {"\"https://a\"", "https://", true},
        {"\"https:\\/\\u002fa\"", "https://", true},
        {"\"https:\\/\"", "https://", false},
        {"\"http://a\"", "https://", false},
        {"\"\"", "", true},
        {"\"\"", "a", false},
        {"\"\\u00e9\"", "\xc3", false},
        {"[\"https://a\"]", "", false},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held held = hold(signet_span_str(rows[i].lexeme));
        assert_int_equal(signet_json_string_begins(held.top, rows[i].prefix), rows[i].begins);
        free(held.bytes);
    }
}

static void what_is_no_string_is_not_read_as_one(void **state)
{
    (void)state;
    static const char *const texts[] = {"[\"a\"]", "{\"a\":1}", "12", "null"};
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        struct held held = hold(signet_span_str(texts[i]));
        struct signet_buf out;
        struct signet_span plain;
        signet_buf_init(&out, 100);
        CHECK_CODE(signet_json_string(held.top, &out), SIGNET_E_MALFORMED);
        assert_int_equal(out.len, 0);
        assert_false(signet_json_plain_string(held.top, &plain));
        assert_false(signet_json_string_is(held.top, signet_span_str(texts[i])));
        signet_buf_free(&out);
        free(held.bytes);
    }
}

static void string_stops_at_the_maximum_of_its_buffer(void **state)
{
    (void)state;
    struct held held = hold(JSON_TEXT("\"abc\""));
    struct signet_buf out;
    signet_buf_init(&out, 2);
    CHECK_CODE(signet_json_string(held.top, &out), SIGNET_E_LIMIT);
    signet_buf_free(&out);
    free(held.bytes);
}

static void uint_is_judged_by_its_lexeme(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_uint;
        uint64_t number;
    } rows[] = {
        {"0", true, 0},
        {"7", true, 7},
        {"1000000000.0", true, 1000000000},
        {"12.000", true, 12},
        {"0.0", true, 0},
        {"9007199254740991", true, UINT64_C(9007199254740991)},
        {"9007199254740992", false, 0},
        {"18446744073709551617", false, 0},
        {"-0", false, 0},
        {"-1", false, 0},
        {"1.5", false, 0},
        {"1.0000000000000000000000001", false, 0},
        {"1e3", false, 0},
        {"10e-1", false, 0},
        {"1.0e1", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
        {"[1]", false, 0},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held held = hold(signet_span_str(rows[i].text));
        uint64_t number = 99;
        assert_int_equal(signet_json_uint(held.top, &number), rows[i].is_uint);
        assert_true(number == (rows[i].is_uint ? rows[i].number : 99));
        free(held.bytes);
    }
}

static void put_string_escapes_as_rfc8785(void **state)
{
    (void)state;
    struct signet_buf out;
    signet_buf_init(&out, 100);
    assert_int_equal(
        signet_json_put_string(&out, signet_span_of("a\"\\/\0\x1f\b\t\n\v\f\r\x7f\xc3\xa9", 15)),
        SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out),
               "\"a\\\"\\\\/\\u0000\\u001f\\b\\t\\n\\u000b\\f\\r\x7f\xc3\xa9\"");
    signet_buf_reset(&out);
    assert_int_equal(signet_json_put_string(&out, signet_span_of(NULL, 0)), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out), "\"\"");
    signet_buf_free(&out);

    signet_buf_init(&out, 3);
    CHECK_CODE(signet_json_put_string(&out, signet_span_str("ab")), SIGNET_E_LIMIT);
    signet_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_finds_the_top_value),
        cmocka_unit_test(check_refuses_as_canon_does),
        cmocka_unit_test(walk_gives_members_in_the_order_of_the_text),
        cmocka_unit_test(walk_gives_elements),
        cmocka_unit_test(cursor_goes_in_and_out),
        cmocka_unit_test(nothing_to_walk),
        cmocka_unit_test(member_is_found_by_its_unescaped_name),
        cmocka_unit_test(several_members_are_found_in_one_walk),
        cmocka_unit_test(objects_of_an_array_are_read_in_one_walk),
        cmocka_unit_test(strings_are_read_and_compared_unescaped),
        cmocka_unit_test(a_string_begins_with_what_it_says_and_not_how),
        cmocka_unit_test(what_is_no_string_is_not_read_as_one),
        cmocka_unit_test(string_stops_at_the_maximum_of_its_buffer),
        cmocka_unit_test(uint_is_judged_by_its_lexeme),
        cmocka_unit_test(put_string_escapes_as_rfc8785),
    };
    return CHECK_RUN(tests);
}

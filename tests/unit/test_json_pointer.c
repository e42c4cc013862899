/* SPDX-License-Identifier: Apache-2.0
 *
 * json/pointer.h. The example of RFC 6901 section 5 and its results, and rows written by hand.
 */
#include "json_vectors.h"

#include "base/compiler.h"
#include "json/pointer.h"

static struct signet_json_value checked(struct signet_span text)
{
    struct signet_json_value top = {SIGNET_JSON_NULL, {NULL, 0}};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_json_check(text, 1000, &top, &err), &err);
    return top;
}

static const char example[] =
    " {\n \"foo\": [\"bar\", \"baz\"],\n \"\": 0,\n \"a/b\": 1,\n \"c%d\": 2,\n \"e^f\": 3,\n"
    " \"g|h\": 4,\n \"i\\\\j\": 5,\n \"k\\\"l\": 6,\n \" \": 7,\n \"m~n\": 8,\n"
    " \"o\": {\"01\": [[], [{\"p\": null}, true]], \"~1\": 9, \"\\u00e9\\u002f\": 10} }\n";

static void pointers_of_the_specification(void **state)
{
    (void)state;
    struct signet_json_value top = checked(signet_span_str(example));
    static const char *const rows[][2] = {
        {"/foo", "[\"bar\", \"baz\"]"},
        {"/foo/0", "\"bar\""},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/e^f", "3"},
        {"/g|h", "4"},
        {"/i\\j", "5"},
        {"/k\"l", "6"},
        {"/ ", "7"},
        {"/m~0n", "8"},
        /* beyond the specification's own list */
        {"/foo/1", "\"baz\""},
        {"/o/01/0", "[]"},
        {"/o/01/1/0/p", "null"},
        {"/o/01/1/1", "true"},
        {"/o/~01", "9"},
        {"/o/\xc3\xa9~1", "10"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_json_value value = {0};
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_OK(signet_json_pointer_find(top, signet_span_str(rows[i][0]), &value, &err), &err);
        CHECK_SPAN(value.text, rows[i][1]);
    }
    struct signet_json_value whole = {0};
    CHECK_CODE(signet_json_pointer_find(top, signet_span_of(NULL, 0), &whole, NULL), SIGNET_OK);
    assert_int_equal(whole.kind, SIGNET_JSON_OBJECT);
    assert_ptr_equal(whole.text.ptr, top.text.ptr);
    assert_int_equal(whole.text.len, top.text.len);
}

static void what_names_nothing(void **state)
{
    (void)state;
    struct signet_json_value top = checked(signet_span_str(example));
    static const char *const rows[] = {
        "/foo/2",
        "/foo/-",
        "/foo/00",
        "/foo/01",
        "/foo/+1",
        "/foo/1e0",
        "/foo/ 1",
        "/foo/",
        "/foo/18446744073709551616",
        "/foo/18446744073709551615",
        "/Foo",
        "/fo",
        "/foo/0/0",
        "//",
        "/a/b",
        "/a~0b",
        "/o/~1",
        "/o/01/0/0",
        "/o/01/1/0/p/q",
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_json_value value = {0};
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_CODE(signet_json_pointer_find(top, signet_span_str(rows[i]), &value, &err),
                   SIGNET_E_USAGE);
        assert_non_null(strstr(err.msg, "names nothing in this document"));
        assert_int_equal(value.kind, 0);
    }
}

static void what_is_no_pointer(void **state)
{
    (void)state;
    struct signet_json_value top = checked(JSON_TEXT("{\"a\":{\"~\":1},\"~2\":2,\"a~\":3}"));
    static const char *const rows[] = {"a", "#/a", "/~2", "/a~", "/a/~", "~", "/a/~x", "/zzz/~"};
    struct signet_json_value value = {0};
    struct signet_err err;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_json_pointer_find(top, signet_span_str(rows[i]), &value, &err),
                   SIGNET_E_USAGE);
        assert_non_null(strstr(err.msg, "expected a JSON pointer"));
    }
    signet_err_clear(&err);
    CHECK_OK(signet_json_pointer_find(top, signet_span_str("/a/~0"), &value, &err), &err);
    CHECK_SPAN(value.text, "1");
}

static void names_may_hold_any_byte(void **state)
{
    (void)state;
    struct signet_json_value top = checked(JSON_TEXT("{\"a\\u0000b\":1,\"a\":2,\"\\n\":3}"));
    struct signet_json_value value = {0};
    CHECK_CODE(signet_json_pointer_find(top, signet_span_of("/a\0b", 4), &value, NULL), SIGNET_OK);
    CHECK_SPAN(value.text, "1");
    CHECK_CODE(signet_json_pointer_find(top, signet_span_of("/\n", 2), &value, NULL), SIGNET_OK);
    CHECK_SPAN(value.text, "3");
    CHECK_CODE(signet_json_pointer_find(top, signet_span_of("/\xff", 2), &value, NULL),
               SIGNET_E_USAGE);
}

static void tokens_are_escaped(void **state)
{
    (void)state;
    struct signet_buf pointer;
    signet_buf_init(&pointer, 64);
    CHECK_CODE(signet_json_pointer_put(&pointer, signet_span_str("a/b~c")), SIGNET_OK);
    CHECK_CODE(signet_json_pointer_put(&pointer, signet_span_str("")), SIGNET_OK);
    CHECK_CODE(signet_json_pointer_put(&pointer, signet_span_str("~1\"")), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&pointer), "/a~1b~0c//~01\"");
    signet_buf_free(&pointer);
    signet_buf_init(&pointer, 3);
    CHECK_CODE(signet_json_pointer_put(&pointer, signet_span_str("a/")), SIGNET_E_LIMIT);
    signet_buf_free(&pointer);
}

/* 900 levels, each with a sibling before and one behind. */
static void deep_pointers(void **state)
{
    (void)state;
    struct signet_buf text;
    struct signet_buf pointer;
    struct signet_json_value value = {0};
    signet_buf_init(&text, 1 << 20);
    signet_buf_init(&pointer, 1 << 20);
    for (int i = 0; i < 450; i++) {
        signet_buf_puts(&text, "{\"x\":[0],\"a\":[{},");
        signet_buf_puts(&pointer, "/a/1");
    }
    signet_buf_puts(&text, "\"here\"");
    for (int i = 0; i < 450; i++) {
        signet_buf_puts(&text, ",1],\"y\":{}}");
    }
    assert_int_equal(text.status, SIGNET_OK);
    struct signet_json_value top = checked(signet_buf_span(&text));
    CHECK_CODE(signet_json_pointer_find(top, signet_buf_span(&pointer), &value, NULL), SIGNET_OK);
    CHECK_SPAN(value.text, "\"here\"");
    signet_buf_puts(&pointer, "/a");
    CHECK_CODE(signet_json_pointer_find(top, signet_buf_span(&pointer), &value, NULL),
               SIGNET_E_USAGE);
    signet_buf_free(&pointer);
    signet_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_of_the_specification),
        cmocka_unit_test(what_names_nothing),
        cmocka_unit_test(what_is_no_pointer),
        cmocka_unit_test(names_may_hold_any_byte),
        cmocka_unit_test(tokens_are_escaped),
        cmocka_unit_test(deep_pointers),
    };
    return CHECK_RUN(tests);
}

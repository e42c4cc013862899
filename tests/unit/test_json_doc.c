/* SPDX-License-Identifier: Apache-2.0
 *
 * json/doc.h: what the typed reader lets through, and that no name, string or number comes out of
 * it other than the text has it. Expected values are written by hand.
 */
#include "json_vectors.h"

#include "base/compiler.h"
#include "json/doc.h"

static int
parse(struct signet_span text, uint64_t max, struct signet_doc **doc, struct signet_err *err)
{
    uint8_t *exact = malloc(text.len);
    assert_non_null(exact);
    memcpy(exact, text.ptr, text.len);
    signet_err_clear(err);
    int rc = signet_doc_parse(signet_span_of(exact, text.len), max, doc, err);
    free(exact); /* a document borrows nothing */
    return rc;
}

static struct signet_doc *parsed(const char *text)
{
    struct signet_doc *doc = NULL;
    struct signet_err err;
    CHECK_OK(parse(signet_span_str(text), 100000, &doc, &err), &err);
    assert_non_null(doc);
    return doc;
}

static void values_are_typed(void **state)
{
    (void)state;
    struct signet_doc *doc =
        parsed(" {\"s\":\"\\u00e9\\n\",\"t\":true,\"f\":false,\"n\":null,\"o\":{},"
               "\"a\":[1,\"x\",[]],\"i\":9007199254740991} ");
    const struct signet_doc_value *top = signet_doc_top(doc);
    uint64_t number = 0;
    bool truth = false;
    assert_true(signet_doc_is_object(top));
    assert_false(signet_doc_is_array(top));
    assert_int_equal(signet_doc_count(top), 7);
    assert_string_equal(signet_doc_string(signet_doc_member(top, "s")), "\xc3\xa9\n");
    assert_true(signet_doc_bool(signet_doc_member(top, "t"), &truth));
    assert_true(truth);
    assert_true(signet_doc_bool(signet_doc_member(top, "f"), &truth));
    assert_false(truth);
    assert_true(signet_doc_is_null(signet_doc_member(top, "n")));
    assert_true(signet_doc_is_object(signet_doc_member(top, "o")));
    assert_int_equal(signet_doc_count(signet_doc_member(top, "o")), 0);
    assert_true(signet_doc_uint(signet_doc_member(top, "i"), &number));
    assert_true(number == UINT64_C(9007199254740991));

    const struct signet_doc_value *array = signet_doc_member(top, "a");
    assert_true(signet_doc_is_array(array));
    assert_int_equal(signet_doc_count(array), 3);
    assert_true(signet_doc_uint(signet_doc_element(array, 0), &number));
    assert_int_equal(number, 1);
    assert_string_equal(signet_doc_string(signet_doc_element(array, 1)), "x");
    assert_true(signet_doc_is_array(signet_doc_element(array, 2)));
    assert_null(signet_doc_element(array, 3));
    assert_null(signet_doc_element(top, 0));
    signet_doc_free(doc);
}

static void another_type_or_absent_is_neither(void **state)
{
    (void)state;
    static const char *const names[] = {"s", "n", "o", "a", "d", "absent"};
    struct signet_doc *doc = parsed("{\"s\":\"1\",\"n\":null,\"o\":{},\"a\":[1],\"d\":1.5}");
    const struct signet_doc_value *top = signet_doc_top(doc);
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        const struct signet_doc_value *value = signet_doc_member(top, names[i]);
        uint64_t number = 5;
        bool truth = true;
        assert_false(signet_doc_uint(value, &number));
        assert_false(signet_doc_bool(value, &truth));
        assert_int_equal(number, 5);
        assert_true(truth);
        assert_int_equal(signet_doc_string(value) != NULL, i == 0);
        assert_int_equal(signet_doc_is_null(value), i == 1);
        assert_null(signet_doc_member(value, "s"));
        assert_null(signet_doc_first(i == 3 ? NULL : value));
    }
    assert_null(signet_doc_next(NULL));
    assert_null(signet_doc_name(NULL));
    assert_null(signet_doc_name(top));
    signet_doc_free(doc);
    signet_doc_free(NULL);
}

/* cJSON's own lookup would take any case, and the first of several. */
static void members_are_found_by_exact_name(void **state)
{
    (void)state;
    struct signet_doc *doc = parsed("{\"Signature\":1,\"signature\":2,\"SIGNATURE\":3,\"\":4}");
    const struct signet_doc_value *top = signet_doc_top(doc);
    uint64_t number = 0;
    assert_true(signet_doc_uint(signet_doc_member(top, "signature"), &number));
    assert_int_equal(number, 2);
    assert_true(signet_doc_uint(signet_doc_member(top, ""), &number));
    assert_int_equal(number, 4);
    assert_null(signet_doc_member(top, "sIGNATURE"));
    assert_null(signet_doc_member(top, "signatur"));
    signet_doc_free(doc);
}

static void members_are_walked_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"z", "a\"", "m"};
    struct signet_doc *doc = parsed("{\"z\":[],\"\\u0061\\\"\":{},\"m\":0}");
    const struct signet_doc_value *value = signet_doc_first(signet_doc_top(doc));
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        assert_string_equal(signet_doc_name(value), names[i]);
        value = signet_doc_next(value);
    }
    assert_null(value);
    signet_doc_free(doc);
}

/* Each number keeps the lexeme of its own place, through every kind of nesting. */
static void numbers_come_from_their_lexeme(void **state)
{
    (void)state;
    static const uint64_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 9007199254740991};
    struct signet_doc *doc =
        parsed("[1,[2.0,[3],4],{\"5\":\"-5\",\"a\":5,\"b\":[[],6.00]},\"7\",7,{},{\"c\":{\"d\":8}},"
               "9,9007199254740991.000]");
    static const int path[][3] = {{0, -1, -1}, {1, 0, -1},  {1, 1, 0}, {1, 2, -1},  {2, 1, -1},
                                  {2, 2, 1},   {4, -1, -1}, {6, 0, 0}, {7, -1, -1}, {8, -1, -1}};
    for (size_t i = 0; i < SIGNET_COUNT(path); i++) {
        const struct signet_doc_value *value = signet_doc_top(doc);
        uint64_t number = 0;
        for (size_t step = 0; step < 3 && path[i][step] >= 0; step++) {
            value = signet_doc_first(value);
            for (int skip = path[i][step]; skip > 0; skip--) {
                value = signet_doc_next(value);
            }
        }
        assert_true(signet_doc_uint(value, &number));
        assert_true(number == expected[i]);
    }
    signet_doc_free(doc);
}

static void refusals_name_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        uint64_t offset;
    } rows[] = {
        {"{\"a\":\"x\\u0000\"}", SIGNET_E_MALFORMED, 7},
        {"{\"\\u0000\":1}", SIGNET_E_MALFORMED, 2},
        {"[\"\\\\\\u0000\"]", SIGNET_E_MALFORMED, 4},
        {"[9007199254740992]", SIGNET_E_MALFORMED, 1},
        {"{\"a\":[1,-9007199254740992]}", SIGNET_E_MALFORMED, 8},
        {"[123456789012345678901234567890]", SIGNET_E_MALFORMED, 1},
        {"[0.12345678901234567890123456789012345678901234567890123456789012]", SIGNET_E_MALFORMED,
         1},
        {"{\"a\":1,\"a\":1}", SIGNET_E_MALFORMED, 7},
        {"{\"a\":1,\"\\u0061\":1}", SIGNET_E_MALFORMED, 7},
        {"{\"a\":1}x", SIGNET_E_MALFORMED, 7},
        {"[1e400]", SIGNET_E_MALFORMED, 1},
        {"[01]", SIGNET_E_MALFORMED, 2},
        {"\xef\xbb\xbf[]", SIGNET_E_MALFORMED, 0},
        {"[\"\xc0\x80\"]", SIGNET_E_MALFORMED, 2},
    };
    struct signet_doc *doc = NULL;
    struct signet_err err;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        CHECK_CODE(parse(signet_span_str(rows[i].text), 1000, &doc, &err), rows[i].code);
        assert_null(doc);
        assert_int_equal(err.offset, rows[i].offset);
        assert_int_equal(strncmp(err.msg, "expected ", 9), 0);
    }
}

/* The twins of the refusals above. */
static void what_is_one_step_inside_is_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"a\":\"x\\u0001\"}",
        "[\"\\\\u0000\"]",
        "[\"\\n0000\"]",
        "[9007199254740991,-9007199254740991]",
        "[0.1234567890123456789012345678901234567890123456789012345678901]",
        "{\"a\":1,\"A\":1}",
        "[1e300,-0,1.5,9007199254740993.5]",
    };
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        signet_doc_free(parsed(texts[i]));
    }
}

/* A number inside depth arrays and objects by turns. */
static void put_nested(struct signet_buf *text, int depth)
{
    for (int i = 0; i < depth; i++) {
        signet_buf_puts(text, i % 2 == 0 ? "[" : "{\"a\":");
    }
    signet_buf_putc(text, '1');
    for (int i = depth; i-- > 0;) {
        signet_buf_putc(text, i % 2 == 0 ? ']' : '}');
    }
}

static void limits_hold(void **state)
{
    (void)state;
    struct signet_doc *doc = NULL;
    struct signet_err err;
    struct signet_buf text;
    signet_buf_init(&text, 4000000);
    put_nested(&text, 64);
    CHECK_OK(parse(signet_buf_span(&text), text.len, &doc, &err), &err);
    signet_doc_free(doc);
    doc = NULL;
    CHECK_CODE(parse(signet_buf_span(&text), text.len - 1, &doc, &err), SIGNET_E_LIMIT);
    assert_int_equal(err.offset, text.len - 1);
    signet_buf_reset(&text);
    put_nested(&text, 65);
    CHECK_CODE(parse(signet_buf_span(&text), text.len, &doc, &err), SIGNET_E_LIMIT);
    assert_null(doc);

    signet_buf_reset(&text);
    signet_buf_putc(&text, '[');
    for (int i = 0; i < SIGNET_DOC_VALUES; i++) {
        signet_buf_puts(&text, "0,");
    }
    text.data[text.len - 1] = ']';
    CHECK_CODE(parse(signet_buf_span(&text), text.len, &doc, &err), SIGNET_E_LIMIT);
    assert_null(doc);
    signet_buf_free(&text);
}

static void closed_objects_name_the_stranger(void **state)
{
    (void)state;
    static const char *const allowed[] = {"keyid", "sig", NULL};
    struct signet_err err;
    struct signet_doc *doc = parsed(
        "[{\"sig\":1},{},{\"sig\":1,\"Sig\":2},{\"keyid\":\"\",\"x\\u001b\":1},[],{\"signs\":1}]");
    const struct signet_doc_value *top = signet_doc_top(doc);
    signet_err_clear(&err);
    CHECK_OK(signet_doc_closed(signet_doc_element(top, 0), allowed, "signature", &err), &err);
    CHECK_OK(signet_doc_closed(signet_doc_element(top, 1), allowed, "signature", &err), &err);
    CHECK_CODE(signet_doc_closed(signet_doc_element(top, 2), allowed, "signature", &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "signature: unknown member \"Sig\"");
    signet_err_clear(&err);
    CHECK_CODE(signet_doc_closed(signet_doc_element(top, 3), allowed, "signature", &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "signature: unknown member \"x\\x1b\"");
    CHECK_CODE(signet_doc_closed(signet_doc_element(top, 4), allowed, "signature", NULL),
               SIGNET_E_MALFORMED);
    CHECK_CODE(signet_doc_closed(signet_doc_element(top, 5), allowed, "signature", NULL),
               SIGNET_E_MALFORMED);
    CHECK_CODE(signet_doc_closed(NULL, allowed, "signature", NULL), SIGNET_E_MALFORMED);
    signet_doc_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_typed),
        cmocka_unit_test(another_type_or_absent_is_neither),
        cmocka_unit_test(members_are_found_by_exact_name),
        cmocka_unit_test(members_are_walked_in_order),
        cmocka_unit_test(numbers_come_from_their_lexeme),
        cmocka_unit_test(refusals_name_their_place),
        cmocka_unit_test(what_is_one_step_inside_is_read),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(closed_objects_name_the_stranger),
    };
    return CHECK_RUN(tests);
}

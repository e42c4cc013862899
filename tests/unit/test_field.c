/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/field: what a closed schema has passes, what differs in one thing is refused with its
 * place.
 */
#include "check.h"

#include "trust/field.h"

struct held {
    struct signet_doc *doc;
    struct signet_field top;
    struct signet_err err;
};

static void hold(struct held *held, const char *text)
{
    signet_err_clear(&held->err);
    CHECK_OK(signet_doc_parse(signet_span_str(text), 1 << 20, &held->doc, &held->err), &held->err);
    held->top = signet_field_top(held->doc);
}

static void names_outside_the_schema_are_refused(void **state)
{
    static const char *const allowed[] = {"a", "b", NULL};
    static const struct {
        const char *text;
        const char *wrong; /* NULL: it passes */
    } rows[] = {
        {"{\"a\":1,\"b\":2}", NULL},
        {"{}", NULL},
        {"{\"b\":{\"c\":1}}", NULL},
        {"{\"a\":1,\"c\":2}", "/c: expected no member of this name"},
        {"{\"A\":1}", "/A: expected no member of this name"},
        {"{\"\":1}", "/: expected no member of this name"},
        {"{\"x/y~z\":1}", "/x~1y~0z: expected no member of this name"},
        {"{\"x\\u001b\":1}", "/x\\x1b: expected no member of this name"},
        {"[]", "expected an object"},
        {"null", "expected an object"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct held held;
        hold(&held, rows[i].text);
        CHECK_CODE(signet_field_closed(&held.top, allowed, &held.err),
                   rows[i].wrong == NULL ? SIGNET_OK : SIGNET_E_MALFORMED);
        if (rows[i].wrong != NULL) {
            assert_string_equal(held.err.msg, rows[i].wrong);
        }
        signet_doc_free(held.doc);
    }
}

/* Each kind of value in the member m, read as each kind. */
static void values_are_of_their_kind(void **state)
{
    static const char *const words[] = {"yes", "no", NULL};
    static const struct {
        const char *text;
        const char *fits; /* letters: text, exactly "yes", word, uint 2-9, bool, instant, duration,
                             list, map */
    } rows[] = {
        {"{\"m\":\"yes\"}", "tew"},
        {"{\"m\":\"no\"}", "tw"},
        {"{\"m\":\"Yes\"}", "t"},
        {"{\"m\":\"\"}", ""},
        {"{\"m\":\"a\\nb\"}", ""},
        {"{\"m\":\"a\\u007fb\"}", ""},
        {"{\"m\":2}", "u"},
        {"{\"m\":9}", "u"},
        {"{\"m\":1}", ""},
        {"{\"m\":10}", ""},
        {"{\"m\":-2}", ""},
        {"{\"m\":2.5}", ""},
        {"{\"m\":\"2\"}", "t"},
        {"{\"m\":true}", "b"},
        {"{\"m\":null}", ""},
        {"{\"m\":\"2026-11-01T00:00:00Z\"}", "ti"},
        {"{\"m\":\"2026-11-01T00:00:00\"}", "t"},
        {"{\"m\":\"P3D\"}", "td"},
        {"{\"m\":[1]}", "l"},
        {"{\"m\":[]}", ""},
        {"{\"m\":{\"x\":1}}", "o"},
        {"{\"m\":{}}", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct held held;
        struct signet_field m;
        const char *text = NULL;
        size_t index = 0;
        uint64_t number = 0;
        int64_t seconds = 0;
        bool truth = false;
        hold(&held, rows[i].text);
        CHECK_OK(signet_field_get(&held.top, "m", &m, &held.err), &held.err);
        const struct {
            char kind;
            int rc;
        } tries[] = {
            {'t', signet_field_text(&m, &text, NULL)},
            {'e', signet_field_is(&m, "yes", NULL)},
            {'w', signet_field_word(&m, words, &index, NULL)},
            {'u', signet_field_uint(&m, 2, 9, &number, NULL)},
            {'b', signet_field_bool(&m, &truth, NULL)},
            {'i', signet_field_instant(&m, &seconds, NULL)},
            {'d', signet_field_duration(&m, &seconds, NULL)},
            {'l', signet_field_list(&m, &index, NULL)},
            {'o', signet_field_map(&m, &index, NULL)},
        };
        for (size_t j = 0; j < sizeof(tries) / sizeof(tries[0]); j++) {
            CHECK_CODE(tries[j].rc, strchr(rows[i].fits, tries[j].kind) != NULL
                                        ? SIGNET_OK
                                        : SIGNET_E_MALFORMED);
        }
        signet_doc_free(held.doc);
    }
}

static void a_place_is_named(void **state)
{
    static const char *const words[] = {"yes", "no", NULL};
    struct held held;
    struct signet_field a;
    struct signet_field item;
    struct signet_field b;
    size_t index = 0;
    uint64_t number = 0;
    (void)state;
    hold(&held, "{\"a\":[{\"b\":1},{\"b\":\"x\"}]}");
    CHECK_CODE(signet_field_get(&held.top, "c", &a, &held.err), SIGNET_E_MALFORMED);
    assert_string_equal(held.err.msg, "/c: expected this member, found none");
    signet_err_clear(&held.err);
    CHECK_OK(signet_field_get(&held.top, "a", &a, &held.err), &held.err);
    CHECK_OK(signet_field_list(&a, &index, &held.err), &held.err);
    assert_int_equal(index, 2);
    assert_true(signet_field_first(&a, &item));
    assert_true(signet_field_next(&item));
    CHECK_OK(signet_field_get(&item, "b", &b, &held.err), &held.err);
    CHECK_CODE(signet_field_word(&b, words, &index, &held.err), SIGNET_E_MALFORMED);
    assert_string_equal(held.err.msg, "/a/1/b: expected one of yes, no");
    signet_err_clear(&held.err);
    CHECK_CODE(signet_field_uint(&b, 1, 7, &number, &held.err), SIGNET_E_MALFORMED);
    assert_string_equal(held.err.msg, "/a/1/b: expected an integer from 1 to 7");
    assert_false(signet_field_next(&item));
    signet_doc_free(held.doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_outside_the_schema_are_refused),
        cmocka_unit_test(values_are_of_their_kind),
        cmocka_unit_test(a_place_is_named),
    };
    return CHECK_RUN(tests);
}

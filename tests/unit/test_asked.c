/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/asked: which of many texts names a place. Each that does has a twin that almost does.
 */
#include "check.h"

#include "verify/asked.h"

static const char *const texts[] = {"/components/0", "",     "lib-a",         "b\"\xC3\xA9",
                                    "lib-aa",        "/ref", "/components/01"};

static void a_text_names_a_place(void **state)
{
    static const struct {
        const char *pointer;
        const char *ref; /* as it stands in a document */
        size_t index;
    } rows[] = {
        {"/components/0", NULL, 0},
        {"/components/0", "\"lib-b\"", 0},
        {"/components/1", NULL, SIGNET_NOT_ASKED},
        {"/components/0/components/0", NULL, SIGNET_NOT_ASKED},
        {"/components/01", NULL, 6},
        {"/components", NULL, SIGNET_NOT_ASKED},
        {"", NULL, 1},
        {"/x", "\"\"", SIGNET_NOT_ASKED},
        {"/x", "\"lib-a\"", 2},
        {"/x", "\"lib-A\"", SIGNET_NOT_ASKED},
        {"/x", "\"lib-\"", SIGNET_NOT_ASKED},
        {"/x", "\"lib-aa\"", 4},
        {"/x", "\"lib-aaa\"", SIGNET_NOT_ASKED},
        {"/x", "\"\\u006c\\u0069\\u0062\\u002d\\u0061\\u0061\"", 4},
        {"/x", "\"b\\\"\\u00e9\"", 3},
        {"/x", "\"b\\\"\\u00E8\"", SIGNET_NOT_ASKED},
        {"/x", "\"/ref\"", SIGNET_NOT_ASKED},       /* begins like a pointer */
        {"/x", "\"\\u002fref\"", SIGNET_NOT_ASKED}, /* also spelled otherwise */
        {"/x", "[\"lib-a\"]", SIGNET_NOT_ASKED},
        {"/x",
         "\"\\u006c\\u0069\\u0062\\u002d\\u0061\\u006c\\u0069\\u0062\\u002d\\u0061\\u0061\\u0061"
         "\\u0061\\u0061\\u0061\"",
         SIGNET_NOT_ASKED},
    };
    struct signet_asked_text list[sizeof(texts) / sizeof(texts[0])];
    struct signet_asked asked;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        list[i] = (struct signet_asked_text){signet_span_str(texts[i]), i};
    }
    signet_asked_init(&asked, list, sizeof(texts) / sizeof(texts[0]));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_bom_place place = {.pointer = signet_span_str(rows[i].pointer)};
        size_t index = 99;
        if (rows[i].ref != NULL) {
            place.ref = signet_json_top(signet_span_str(rows[i].ref));
        }
        CHECK_CODE(signet_asked_find(&asked, &place, &index, NULL), SIGNET_OK);
        assert_int_equal(index, rows[i].index);
    }
    signet_asked_free(&asked);
}

static void but_no_two(void **state)
{
    static const char *const pairs[][2] = {{"a", "a"}, {"/p", "/p"}, {"a", "/p"}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct signet_asked_text list[] = {{signet_span_str(pairs[i][0]), 0},
                                           {signet_span_str(pairs[i][1]), 1}};
        struct signet_bom_place place = {.pointer = signet_span_str("/p"),
                                         .ref = signet_json_top(signet_span_str("\"a\""))};
        struct signet_asked asked;
        struct signet_err err;
        size_t index = 0;
        signet_err_clear(&err);
        signet_asked_init(&asked, list, 2);
        CHECK_CODE(signet_asked_find(&asked, &place, &index, &err), SIGNET_E_USAGE);
        assert_string_equal(err.msg, "one place is asked for twice");
        signet_asked_free(&asked);
        signet_asked_init(&asked, list, 1);
        CHECK_OK(signet_asked_find(&asked, &place, &index, &err), &err);
        assert_int_equal(index, 0);
        signet_asked_free(&asked);
    }
}

static void nothing_is_asked_of_nobody(void **state)
{
    struct signet_asked asked = {0};
    const struct signet_bom_place place = {.pointer = signet_span_str("")};
    size_t index = 0;
    (void)state;
    CHECK_CODE(signet_asked_find(&asked, &place, &index, NULL), SIGNET_OK);
    assert_true(index == SIGNET_NOT_ASKED);
    signet_asked_free(&asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_names_a_place),
        cmocka_unit_test(but_no_two),
        cmocka_unit_test(nothing_is_asked_of_nobody),
    };
    return CHECK_RUN(tests);
}

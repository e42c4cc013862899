/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements over the RFC 8785 form of a JSON file: any layout of what was signed passes, nothing
 * else does, and a statement over bytes is of those alone. Forms are written by hand after the RFC.
 */
#include "attempt.h"

#define FORM ",\"annotations\":{\"signetForm\":\"rfc8785\"}}]}"

/* What verify_layouts() signs: the form, or these bytes themselves. */
struct signed_text {
    const char *text;
    bool form;
};

static void
expect_layout(const struct signed_text *what, const char *found, int code, const char *words)
{
    struct signed_file file;
    signed_file_open(&file);
    char *raw = file_statement(SIGNED, what->text);
    char *statement = what->form ? forge_replace(raw, "}]}", FORM) : strdup(raw);
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    file.signature.bytes = signet_buf_span(&text);
    scratch_put(&file.scratch, "a", found);
    expect(signed_file_attempt(&file), code, words);
    signet_buf_free(&text);
    free(statement);
    free(raw);
    signed_file_close(&file);
}

static void any_layout_of_the_form_passes(void **state)
{
    (void)state;
    static const struct signed_text form = {"{\"a\":[1,true],\"b\":\"\xe2\x82\xac\"}", true};
    expect_layout(&form, form.text, SIGNET_OK, "of the RFC 8785 form");
    expect_layout(&form, "{\n  \"b\": \"\\u20ac\",\n  \"a\": [1.0, true]\n}\n", SIGNET_OK, NULL);
    expect_layout(&form, " \t{\"\\u0061\":[1e0,true],\"b\":\"\xe2\x82\xac\"}", SIGNET_OK, NULL);
    expect_layout(&form, "{\"a\":[true,1],\"b\":\"\xe2\x82\xac\"}", SIGNET_E_MISMATCH, "differs");
    expect_layout(&form, "{\"a\":[1,true],\"b\":\"\xe2\x82\xad\"}", SIGNET_E_MISMATCH, "differs");
    expect_layout(&form, "{\"a\":[1,true],\"b\":\"\xe2\x82\xac\",\"c\":0}", SIGNET_E_MISMATCH,
                  "differs");
    expect_layout(&form, "{\"a\":[1,true]}", SIGNET_E_MISMATCH, "differs");
}

static void what_has_no_form_is_refused(void **state)
{
    (void)state;
    static const struct signed_text form = {"{\"a\":1}", true};
    expect_layout(&form, "{\"a\":1}", SIGNET_OK, NULL);
    expect_layout(&form, "{\"a\":1,}", SIGNET_E_MALFORMED, "the RFC 8785 form of it is signed");
    expect_layout(&form, "{\"a\":1,\"a\":1}", SIGNET_E_MALFORMED, "once");
    expect_layout(&form, "{\"a\":1}x", SIGNET_E_MALFORMED, NULL);
    expect_layout(&form, "not JSON", SIGNET_E_MALFORMED, NULL);
    expect_layout(&form, "", SIGNET_E_MALFORMED, NULL);
}

static void a_document_need_be_no_object(void **state)
{
    (void)state;
    static const struct signed_text list = {"[1,2]", true};
    static const struct signed_text text = {"\"x\"", true};
    expect_layout(&list, "[ 1, 2 ]", SIGNET_OK, NULL);
    expect_layout(&list, "[ 2, 1 ]", SIGNET_E_MISMATCH, "differs");
    expect_layout(&text, " \"\\u0078\"\n", SIGNET_OK, NULL);
}

static void bytes_and_form_do_not_mix(void **state)
{
    (void)state;
    static const struct signed_text bytes = {"{\"a\": 1}", false};
    static const struct signed_text as_form = {"{\"a\": 1}", true};
    static const struct signed_text form_as_bytes = {"{\"a\":1}", false};
    expect_layout(&bytes, "{\"a\": 1}", SIGNET_OK, NULL);
    expect_layout(&bytes, "{\"a\":1}", SIGNET_E_MISMATCH, "differs");
    expect_layout(&as_form, "{\"a\": 1}", SIGNET_E_MISMATCH, "differs"); /* never a form's digest */
    expect_layout(&form_as_bytes, "{\"a\": 1}", SIGNET_E_MISMATCH, "differs");
    expect_layout(&form_as_bytes, "{\"a\":1}", SIGNET_OK, NULL);
}

/* 2^53 and 2^53 + 1 are one number in RFC 8785: verifying says so. */
static void integers_that_are_not_exact_are_reported(void **state)
{
    (void)state;
    static const struct signed_text form = {"{\"a\":9007199254740992}", true};
    expect_layout(&form, "{\"a\": 9007199254740992}", SIGNET_OK, "integer at byte 6");
    expect_layout(&form, "{\"a\":  9007199254740993}", SIGNET_OK, "integer at byte 7");
    expect_layout(&form, "{\"a\":9007199254740991}", SIGNET_E_MISMATCH, "differs");
}

/* A file that is no JSON may be another subject of a statement. */
static void subjects_of_both_kinds(void **state)
{
    (void)state;
    struct signed_file file;
    char hex[65];
    char more[256];
    signed_file_open(&file);
    sha256_hex("{\"a\":1}", hex);
    assert_true(snprintf(more, sizeof(more), "},{\"digest\":{\"sha256\":\"%s\"}" FORM, hex) > 0);
    char *statement = forge_replace(file.statement, "}]}", more);
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    file.signature.bytes = signet_buf_span(&text);
    expect(signed_file_attempt(&file), SIGNET_OK, NULL);
    scratch_put(&file.scratch, "a", "{ \"a\": 1 }");
    expect(signed_file_attempt(&file), SIGNET_OK, NULL);
    scratch_put(&file.scratch, "a", "{ \"a\": 2 }");
    expect(signed_file_attempt(&file), SIGNET_E_MISMATCH, "differs");
    scratch_put(&file.scratch, "a", "contentS");
    expect(signed_file_attempt(&file), SIGNET_E_MISMATCH, "differs");
    signet_buf_free(&text);
    free(statement);
    signed_file_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_layout_of_the_form_passes),
        cmocka_unit_test(what_has_no_form_is_refused),
        cmocka_unit_test(a_document_need_be_no_object),
        cmocka_unit_test(bytes_and_form_do_not_mix),
        cmocka_unit_test(integers_that_are_not_exact_are_reported),
        cmocka_unit_test(subjects_of_both_kinds),
    };
    return CHECK_RUN(tests);
}

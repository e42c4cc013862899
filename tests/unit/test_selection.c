/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/selection: which signed entries a name stands for. The names sort around "/", so that
 * every neighbour of a folder is there; expected values are written by hand.
 */
#include "attempt.h"

#include "verify/selection.h"

static const char *const signed_names[] = {
    "a",   "1", "a b", "2", "a-", "3", "a.txt", "4", "a/b",   "5", "a/b/c",    "6", "a/b0", "7",
    "a/z", "8", "a0",  "9", "aa", "0", "b/c",   "1", "b/c/d", "2", "\xc3\xa9", "3", NULL};

static void check_list(const char *const *found, const char *expected)
{
    struct signet_buf text;
    signet_buf_init(&text, 256);
    for (size_t i = 0; found[i] != NULL; i++) {
        signet_buf_puts(&text, found[i]);
        signet_buf_putc(&text, ';');
    }
    assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
    assert_string_equal((const char *)text.data, expected);
    signet_buf_free(&text);
}

static void names_and_folders_are_chosen(void **state)
{
    (void)state;
    const struct {
        const char *only[4];
        const char *names;
        const char *strays;
    } rows[] = {
        {{"a b"}, "a b;", ""},
        {{"aa"}, "aa;", ""},
        {{"\xc3\xa9"}, "\xc3\xa9;", ""},
        {{"a"}, "a;a/b;a/b/c;a/b0;a/z;", ""},
        {{"a/"}, "a/b;a/b/c;a/b0;a/z;", ""},
        {{"a/b"}, "a/b;a/b/c;", ""},
        {{"a/b/"}, "a/b/c;", ""},
        {{"a/b", "a/b/c", "a/b"}, "a/b;a/b/c;", ""},
        {{"b"}, "b/c;b/c/d;", ""},
        {{"b/c", "a0"}, "a0;b/c;b/c/d;", ""},
        {{"aa", "b/", "a-"}, "a-;aa;b/c;b/c/d;", ""},
        /* what is not signed is not left out silently */
        {{"aa", "c"}, "aa;", "c;"},
        {{"aaa"}, "", "aaa;"},
        {{"aa/"}, "", "aa/;"},
        {{"a/b/c/"}, "", "a/b/c/;"},
        {{"a/b//"}, "", "a/b//;"},
        {{"b/"}, "b/c;b/c/d;", ""},
        {{"b//c"}, "", "b//c;"},
        {{"./aa"}, "", "./aa;"},
        {{"/aa"}, "", "/aa;"},
        {{"A"}, "", "A;"},
        {{"0", "\xff", "a/zz"}, "", "0;\xff;a/zz;"},
        {{""}, "", ";"},
        {{"/"}, "", "/;"},
        {{"."}, "", ".;"},
        {{"*"}, "", "*;"},
    };
    char *text = oms_statement(signed_names, "");
    const struct signet_limits limits = signet_limits_default();
    struct signet_statement statement;
    struct signet_oms oms;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &statement, &err), &err);
    CHECK_OK(signet_oms_parse(&statement, &limits, &oms, &err), &err);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t count = 0;
        struct signet_arena storage;
        struct signet_selection selection;
        signet_arena_init(&storage, 1 << 20);
        CHECK_OK(signet_selection_make(&selection, &oms, rows[i].only, &storage, &err), &err);
        check_list(selection.names, rows[i].names);
        check_list(selection.strays, rows[i].strays);
        while (selection.names[count] != NULL) {
            count++;
        }
        assert_int_equal(selection.oms.count, count);
        signet_arena_free(&storage);
    }
    assert_int_equal(oms.count, 13);
    signet_oms_free(&oms);
    signet_statement_free(&statement);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_folders_are_chosen),
    };
    return CHECK_RUN(tests);
}

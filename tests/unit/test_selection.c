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

/* What a statement lists. */
struct listing {
    char *text; /* owned */
    struct signet_statement statement;
    struct signet_oms oms;
};

static void listing_open(struct listing *listing, char *text)
{
    const struct signet_limits limits = signet_limits_default();
    struct signet_err err;
    signet_err_clear(&err);
    listing->text = text;
    CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &listing->statement, &err),
             &err);
    CHECK_OK(signet_oms_parse(&listing->statement, &limits, &listing->oms, &err), &err);
}

static void listing_close(struct listing *listing)
{
    signet_oms_free(&listing->oms);
    signet_statement_free(&listing->statement);
    free(listing->text);
}

/* What is asked for, and what it comes to; the lists with ";" behind each name. */
struct choice {
    const char *only[6];
    const char *names;
    const char *strays;
    size_t resources; /* 0: as many as names */
};

static void check_choice(const struct listing *listing, const struct choice *choice, size_t total)
{
    struct signet_err err;
    struct signet_arena storage;
    struct signet_selection selection;
    signet_err_clear(&err);
    signet_arena_init(&storage, 1 << 20);
    CHECK_OK(signet_selection_make(&selection, &listing->oms, choice->only, &storage, &err), &err);
    check_list(selection.names, choice->names);
    check_list(selection.strays, choice->strays);
    assert_null(selection.names[selection.count]);
    assert_int_equal(selection.oms.count,
                     choice->resources > 0 ? choice->resources : selection.count);
    assert_int_equal(selection.total, total);
    signet_arena_free(&storage);
}

static void names_and_folders_are_chosen(void **state)
{
    (void)state;
    static const struct choice rows[] = {
        {{"a b"}, "a b;", "", 0},
        {{"aa"}, "aa;", "", 0},
        {{"\xc3\xa9"}, "\xc3\xa9;", "", 0},
        {{"a"}, "a;a/b;a/b/c;a/b0;a/z;", "", 0},
        {{"a/"}, "a/b;a/b/c;a/b0;a/z;", "", 0},
        {{"a/b"}, "a/b;a/b/c;", "", 0},
        {{"a/b/"}, "a/b/c;", "", 0},
        {{"a/b", "a/b/c", "a/b"}, "a/b;a/b/c;", "", 0},
        {{"b"}, "b/c;b/c/d;", "", 0},
        {{"b/c", "a0"}, "a0;b/c;b/c/d;", "", 0},
        {{"aa", "b/", "a-"}, "a-;aa;b/c;b/c/d;", "", 0},
        /* what is not signed is not left out silently */
        {{"aa", "c"}, "aa;", "c;", 0},
        {{"aaa"}, "", "aaa;", 0},
        {{"aa/"}, "", "aa/;", 0},
        {{"a/b/c/"}, "", "a/b/c/;", 0},
        {{"a/b//"}, "", "a/b//;", 0},
        {{"b/"}, "b/c;b/c/d;", "", 0},
        {{"b//c"}, "", "b//c;", 0},
        {{"./aa"}, "", "./aa;", 0},
        {{"/aa"}, "", "/aa;", 0},
        {{"A"}, "", "A;", 0},
        {{"0", "\xff", "a/zz"}, "", "0;\xff;a/zz;", 0},
        {{""}, "", ";", 0},
        {{"/"}, "", "/;", 0},
        {{"."}, "", ".;", 0},
        {{"*"}, "", "*;", 0},
    };
    struct listing listing;
    listing_open(&listing, oms_statement(signed_names, ""));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_choice(&listing, &rows[i], 13);
    }
    assert_int_equal(listing.oms.count, 13);
    listing_close(&listing);
}

/* A file in pieces is chosen with all of them, by its own name and by none of theirs. */
static void pieces_are_chosen_together(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a b:0:1",   "1", "a.x:0:2", "2", "a/b:0:2",   "3",
                                         "a/b:2:4",   "4", "a/b:4:5", "5", "a/b:0:0:2", "6",
                                         "a/b:0:2:3", "7", "c:0:1",   "8", NULL};
    static const struct choice rows[] = {
        {{"a/b"}, "a/b;", "", 3},
        {{"a"}, "a/b;a/b:0;", "", 5},
        {{"a/b:0"}, "a/b:0;", "", 2},
        {{"a/b", "c"}, "a/b;c;", "", 4},
        {{"a b", "a.x", "a/", "c"}, "a b;a.x;a/b;a/b:0;c;", "", 8},
        {{"a/b:0:2"}, "", "a/b:0:2;", 0},
        {{"c:0:1", "c"}, "c;", "c:0:1;", 1},
    };
    char *files = oms_statement(pieces, "");
    struct listing listing;
    listing_open(&listing, forge_replace(files, "\"method\":\"files\"",
                                         "\"method\":\"shards\",\"shard_size\":2"));
    assert_int_equal(listing.oms.count, 8);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_choice(&listing, &rows[i], 5);
    }
    listing_close(&listing);
    free(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_folders_are_chosen),
        cmocka_unit_test(pieces_are_chosen_together),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/path and artifact/ignore: which names a canonical manifest may hold, their order, and
 * which are left out. Expected verdicts follow the contract in <signet/artifact.h>; the order is
 * that of UTF-8 bytes (OpenSSF Model Signing v1.0).
 */
#include "check.h"

#include "artifact/ignore.h"
#include "artifact/path.h"

struct refusal {
    const char *name;
    const char *msg;
};

static void good_names_pass(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a",         "a/b", ".hidden",      "...",      "..a/b..",
        "a b/c:d*?", " ",   "\xc3\xa9.txt", "\xc2\x80", "\xef\xbf\xbd/\xf4\x8f\xbf\xbf",
        "~",         "!"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_OK(signet_path_check(signet_span_str(good[i]), 4096, &err), &err);
        assert_int_equal(err.code, SIGNET_OK);
    }
}

static void each_bad_name_is_refused_for_its_own_reason(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        {"", "a name is empty"},
        {"\x80", "\\x80: the name is not valid UTF-8"},
        {"a/\xc3", "a/\\xc3: the name is not valid UTF-8"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80: the name is not valid UTF-8"},
        {"a\nb", "a\\x0ab: the name holds a control character"},
        {"\x01", "\\x01: the name holds a control character"},
        {"a\x1f", "a\\x1f: the name holds a control character"},
        {"\x7f", "\\x7f: the name holds a control character"},
        {"a\\b", "a\\\\b: the name holds a backslash"},
        {"/a", "/a: the name is absolute; expected a relative path"},
        {"a/", "a/: the name has an empty component; expected a relative path"},
        {"a//b", "a//b: the name has an empty component; expected a relative path"},
        {"/", "/: the name is absolute; expected a relative path"},
        {".", ".: the name has a \".\" or \"..\" component"},
        {"./a", "./a: the name has a \".\" or \"..\" component"},
        {"a/.", "a/.: the name has a \".\" or \"..\" component"},
        {"a/./b", "a/./b: the name has a \".\" or \"..\" component"},
        {"..", "..: the name has a \".\" or \"..\" component"},
        {"../a", "../a: the name has a \".\" or \"..\" component"},
        {"a/..", "a/..: the name has a \".\" or \"..\" component"},
        {"a/../b", "a/../b: the name has a \".\" or \"..\" component"},
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_CODE(signet_path_check(signet_span_str(refusals[i].name), 4096, &err),
                   SIGNET_E_FORBIDDEN);
        assert_int_equal(err.code, SIGNET_E_FORBIDDEN);
        assert_string_equal(err.msg, refusals[i].msg);
    }
}

/* Every byte alone in the middle of a name: exactly those that the contract names are refused. */
static void every_byte_has_its_verdict(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t name[3] = {'a', (uint8_t)byte, 'b'};
        bool refused = byte < 0x20 || byte == 0x7F || byte == '\\' || byte >= 0x80;
        CHECK_CODE(signet_path_check(signet_span_of(name, sizeof(name)), 4096, NULL),
                   refused ? SIGNET_E_FORBIDDEN : SIGNET_OK);
        bool text_refused = byte < 0x20 || byte == 0x7F || byte >= 0x80;
        CHECK_CODE(signet_path_check_text(signet_span_of(name, sizeof(name)), NULL),
                   text_refused ? SIGNET_E_FORBIDDEN : SIGNET_OK);
    }
}

static void length_is_limited_in_bytes(void **state)
{
    (void)state;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_path_check(signet_span_str("\xc3\xa9\xc3\xa9"), 4, &err), &err);
    CHECK_CODE(signet_path_check(signet_span_str("\xc3\xa9\xc3\xa9x"), 4, &err), SIGNET_E_LIMIT);
    assert_string_equal(err.msg, "\xc3\xa9\xc3\xa9x: a name of 5 bytes, more than the limit of 4");
}

static int sign_of(int value)
{
    return (value > 0) - (value < 0);
}

static void order_is_that_of_bytes(void **state)
{
    (void)state;
    /* U+FF21 before U+1F600: UTF-16 units would sort them the other way round. */
    static const char *const sorted[] = {
        "",    "B",     "a",  "a b",      "a-b",          "a.txt",
        "a/b", "a/b.c", "a0", "\xc3\xa9", "\xef\xbc\xa1", "\xf0\x9f\x98\x80"};
    const size_t count = sizeof(sorted) / sizeof(sorted[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int order = signet_path_compare(signet_span_str(sorted[i]), sorted[j]);
            assert_int_equal(sign_of(order), (i > j) - (i < j));
        }
    }
    assert_true(signet_path_compare(signet_span_of("a\0b", 3), "a") > 0);
    assert_true(signet_path_compare(signet_span_of(NULL, 0), "") == 0);
}

static void ignoring_matches_whole_components(void **state)
{
    (void)state;
    static const char *const list[] = {"sub", ".git", "a/b", "sub", NULL};
    static const char *const matched[] = {"sub", "sub/x", "sub/.git/x", "a/b", "a/b/c"};
    static const char *const kept[] = {"a",   "su",  "sub2",   "subs/x", "x/sub", "a/bc",
                                       "Sub", "a/c", "x/.git", ".gi",    "sub.x", ".github"};
    struct signet_err err;
    struct signet_ignore ignore;
    signet_err_clear(&err);
    CHECK_OK(signet_ignore_init(&ignore, list, &err), &err);
    assert_int_equal(ignore.count, 3);
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        assert_false(signet_ignore_match(&ignore, signet_span_str(kept[i])));
    }
    for (size_t i = 0; i < ignore.count; i++) {
        assert_false(ignore.met[i]);
    }
    for (size_t i = 0; i < sizeof(matched) / sizeof(matched[0]); i++) {
        assert_true(signet_ignore_match(&ignore, signet_span_str(matched[i])));
    }
    assert_string_equal(ignore.paths[0], ".git");
    assert_false(ignore.met[0]);
    assert_string_equal(ignore.paths[1], "a/b");
    assert_true(ignore.met[1]);
    assert_string_equal(ignore.paths[2], "sub");
    assert_true(ignore.met[2]);
    signet_ignore_free(&ignore);
}

static void ignoring_nothing_matches_nothing(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    struct signet_ignore ignore;
    assert_int_equal(signet_ignore_init(&ignore, NULL, NULL), SIGNET_OK);
    assert_false(signet_ignore_match(&ignore, signet_span_str("a")));
    assert_int_equal(signet_ignore_init(&ignore, none, NULL), SIGNET_OK);
    assert_false(signet_ignore_match(&ignore, signet_span_str("a")));
    signet_ignore_free(&ignore);
}

static void a_path_to_ignore_must_be_a_relative_path(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "/etc", "../x", "a/", "./a", "a\nb", "\xff"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *const list[] = {"good", bad[i], NULL};
        struct signet_err err;
        struct signet_ignore ignore;
        signet_err_clear(&err);
        CHECK_CODE(signet_ignore_init(&ignore, list, &err), SIGNET_E_USAGE);
        assert_int_equal(err.code, SIGNET_E_USAGE);
        assert_memory_equal(err.msg, "path to ignore: ", 16);
        assert_int_equal(ignore.count, 0);
        assert_null(ignore.paths);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_names_pass),
        cmocka_unit_test(each_bad_name_is_refused_for_its_own_reason),
        cmocka_unit_test(every_byte_has_its_verdict),
        cmocka_unit_test(length_is_limited_in_bytes),
        cmocka_unit_test(order_is_that_of_bytes),
        cmocka_unit_test(ignoring_matches_whole_components),
        cmocka_unit_test(ignoring_nothing_matches_nothing),
        cmocka_unit_test(a_path_to_ignore_must_be_a_relative_path),
    };
    return CHECK_RUN(tests);
}

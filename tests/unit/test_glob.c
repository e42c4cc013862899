/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/glob: what a pattern is and what it matches, by hand and against a second implementation
 * that tries everything.
 */
#include "check.h"

#include "trust/glob.h"

#define ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

static bool is_valid(const char *pattern)
{
    return signet_glob_valid(signet_span_str(pattern));
}

static bool matches(const char *pattern, const char *text)
{
    return signet_glob_match(signet_span_str(pattern), signet_span_str(text));
}

static void what_is_no_pattern(void **state)
{
    static const char *const valid[] = {
        "a",     "/",    "*",     "a*",    "*a*b*",     "**",     "/**", "**/",
        "/**/",  "a/**", "**/**", "/*/**", "a/**/b/**", "/.*/..", "//",  "a//b",
        "{a,b}", "!a",   "~",     "\xff",  "\x1b",      "a b",    "$x",
    };
    static const char *const invalid[] = {
        "",       "?",     "a?",    "[",         "]",    "[a]",  "a]b",  "\\",   "\\*",
        "a/b\\",  "a**",   "**a",   "***",       "****", "a**b", "/a**", "/**a", "/***",
        "**/a**", "***/a", "a/***", "**/***/**", "*a**", "**a*", "/.**", "**?",  "**/[",
    };
    (void)state;
    for (size_t i = 0; i < ROWS(valid); i++) {
        if (!is_valid(valid[i])) {
            fail_msg("%s is refused", valid[i]);
        }
    }
    for (size_t i = 0; i < ROWS(invalid); i++) {
        if (is_valid(invalid[i]) || matches(invalid[i], invalid[i]) || matches(invalid[i], "a")) {
            fail_msg("%s passes", invalid[i]);
        }
    }
    assert_true(signet_glob_valid(signet_span_of("ab", 2)));
    assert_false(signet_glob_valid(signet_span_of("a\0b", 3)));
    assert_false(signet_glob_match(signet_span_of("a\0b", 3), signet_span_of("a\0b", 3)));
    assert_false(signet_glob_valid(signet_span_of(NULL, 0)));
    assert_false(signet_glob_match(signet_span_of(NULL, 0), signet_span_of(NULL, 0)));
}

/* By the sentence "bytes, case-sensitive, `*` any run without `/`, `**` only as a whole segment
 * (zero or more segments), dot-files match". */
static void what_a_pattern_matches(void **state)
{
    static const struct {
        const char *pattern;
        const char *fits[6];
        const char *differs[8];
    } rows[] = {
        {"/opt/tools", {"/opt/tools"}, {"/opt/tool", "/opt/toolss", "/opt/Tools", "opt/tools", ""}},
        {"/opt/*",
         {"/opt/a", "/opt/.a", "/opt/", "/opt/a.b"},
         {"/opt", "/optx", "/opt/a/b", "/opt//", "/OPT/a", "x/opt/a"}},
        {"/opt/**",
         {"/opt", "/opt/", "/opt/a", "/opt/.a", "/opt/a/b/.c"},
         {"/optx", "/optx/a", "/op", "opt", "/Opt/a", "/x/opt/a", "/", ""}},
        {"/opt/**/x",
         {"/opt/x", "/opt/a/x", "/opt/a/b/x", "/opt/x/x", "/opt//x"},
         {"/opt", "/optx", "/opt/ax", "/opt/a/bx", "/opt/x/a", "/opt/xx"}},
        {"/opt/*/x", {"/opt/a/x", "/opt/.a/x", "/opt//x"}, {"/opt/x", "/opt/a/b/x", "/opt/ax"}},
        {"**", {"", "/", "a", "/a", "a/b", "/.a/b/"}, {NULL}},
        {"*", {"", "a", ".a", "a.b", "\xff\n"}, {"/", "/a", "a/", "a/b"}},
        {"/**", {"/", "/a", "/.a/b", ""}, {"a", "a/", "a/b"}},
        {"**/x", {"x", "/x", "a/x", "/a/b/x", "x/x"}, {"", "ax", "/ax", "x/", "x/a", "X"}},
        {"a*b", {"ab", "axb", "abb", "a*b", "aabab"}, {"a", "b", "a/b", "abc", "xab", "aB"}},
        {"a*b*c", {"abc", "axbxc", "abcbc"}, {"ac", "acb", "ab/c", "abcd", "abc/c"}},
        {"*.so", {".so", "a.so", ".so.so"}, {"a.so.1", "a/b.so", "aso", "so"}},
        {"/a/**/b/**/c",
         {"/a/b/c", "/a/x/b/c", "/a/b/x/y/c", "/a/b/b/c/c"},
         {"/a/c", "/a/c/b", "/a/b", "/b/c", "/a/xb/c", "/a/b/cx"}},
        {"acme-tools", {"acme-tools"}, {"acme-tools2", "acme-tool", "Acme-tools", "acme_tools"}},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        for (size_t k = 0; k < ROWS(rows[i].fits) && rows[i].fits[k] != NULL; k++) {
            if (!matches(rows[i].pattern, rows[i].fits[k])) {
                fail_msg("%s does not match \"%s\"", rows[i].pattern, rows[i].fits[k]);
            }
        }
        for (size_t k = 0; k < ROWS(rows[i].differs) && rows[i].differs[k] != NULL; k++) {
            if (matches(rows[i].pattern, rows[i].differs[k])) {
                fail_msg("%s matches \"%s\"", rows[i].pattern, rows[i].differs[k]);
            }
        }
    }
    assert_true(signet_glob_match(signet_span_str("a*b"), signet_span_of("a\0b", 3)));
    assert_false(signet_glob_match(signet_span_str("ab"), signet_span_of("ab\0", 3)));
}

/* The second implementation: texts cut into segments, every length of every star tried. */

enum {
    LONGEST = 8
};

struct pieces {
    char piece[LONGEST + 1][LONGEST + 1];
    size_t count;
};

static void cut(const char *text, struct pieces *pieces)
{
    size_t len = 0;
    pieces->count = 0;
    for (size_t i = 0;; i++) {
        if (text[i] != '/' && text[i] != '\0') {
            pieces->piece[pieces->count][len++] = text[i];
            continue;
        }
        pieces->piece[pieces->count++][len] = '\0';
        len = 0;
        if (text[i] == '\0') {
            return;
        }
    }
}

static bool naive_piece(const char *pattern, const char *text)
{
    if (*pattern == '*') {
        return naive_piece(pattern + 1, text) || (*text != '\0' && naive_piece(pattern, text + 1));
    }
    return *pattern == '\0' ? *text == '\0'
                            : *pattern == *text && naive_piece(pattern + 1, text + 1);
}

static bool naive(const struct pieces *pattern, size_t p, const struct pieces *text, size_t t)
{
    if (p == pattern->count) {
        return t == text->count;
    }
    if (strcmp(pattern->piece[p], "**") == 0) {
        return naive(pattern, p + 1, text, t) ||
               (t < text->count && naive(pattern, p, text, t + 1));
    }
    return t < text->count && naive_piece(pattern->piece[p], text->piece[t]) &&
           naive(pattern, p + 1, text, t + 1);
}

static bool naive_valid(const struct pieces *pattern)
{
    bool valid = pattern->count > 1 || pattern->piece[0][0] != '\0';
    for (size_t i = 0; i < pattern->count; i++) {
        const char *piece = pattern->piece[i];
        valid = valid && (strcmp(piece, "**") == 0 || strstr(piece, "**") == NULL);
    }
    return valid;
}

/* The next text over an alphabet, shorter ones first; false behind the last one of that length. */
static bool next_text(char *text, const char *alphabet, size_t longest)
{
    size_t len = strlen(text);
    for (size_t i = len; i > 0; i--) {
        const char *at = strchr(alphabet, text[i - 1]);
        assert_non_null(at);
        if (at[1] != '\0') {
            text[i - 1] = at[1];
            return true;
        }
        text[i - 1] = alphabet[0];
    }
    text[len] = alphabet[0];
    text[len + 1] = '\0';
    return len < longest;
}

static size_t compare_all(const char *of_patterns,
                          size_t longest_pattern,
                          const char *of_texts,
                          size_t longest_text)
{
    size_t matched = 0;
    char pattern[LONGEST + 2] = "";
    do {
        struct pieces wanted;
        char text[LONGEST + 2] = "";
        cut(pattern, &wanted);
        bool valid = naive_valid(&wanted);
        assert_int_equal(is_valid(pattern), valid);
        do {
            struct pieces found;
            cut(text, &found);
            bool expected = valid && naive(&wanted, 0, &found, 0);
            if (matches(pattern, text) != expected) {
                fail_msg("\"%s\" on \"%s\": expected %d", pattern, text, expected);
            }
            matched += expected;
        } while (next_text(text, of_texts, longest_text));
    } while (next_text(pattern, of_patterns, longest_pattern));
    return matched;
}

static void all_short_ones(void **state)
{
    (void)state;
    assert_true(compare_all("ab/*", 5, "ab/", 5) > 10000);
    assert_true(compare_all("a/*", LONGEST, "a/", 6) > 10000);
}

/* Patterns that cost an exponential or cubic matcher hours. */

static char *repeat(const char *unit, size_t count, const char *end)
{
    size_t len = strlen(unit);
    char *text = malloc(len * count + strlen(end) + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * len, unit, len);
    }
    memcpy(text + len * count, end, strlen(end) + 1);
    return text;
}

static void hostile_patterns_end(void **state)
{
    static const struct {
        const char *unit;
        const char *end;
        const char *text_unit;
        const char *text_end;
        bool expected;
    } rows[] = {
        {"*a", "*b", "a", "", false},
        {"*a", "*b", "a", "b", true},
        {"a", "*b", "a", "", false},
        {"**/a/", "b", "a/", "a", false},
        {"**/a/", "b", "a/", "b", true},
        {"**/*a*a*b/", "**", "aaaaaaaaaaaaaaaa/", "", false},
        {"**/*a*a*/", "**/b", "aaaaaaaaaaaaaaaa/", "b", true},
        {"**/*/", "**/b", "a/", "a", false},
        {"**/**/*a*/", "*b", "a/", "c", false},
        {"a/**/", "b", "a/", "", false},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char *pattern = repeat(rows[i].unit, 2000 / strlen(rows[i].unit), rows[i].end);
        char *text = repeat(rows[i].text_unit, 20000 / strlen(rows[i].text_unit), rows[i].text_end);
        if (matches(pattern, text) != rows[i].expected) {
            fail_msg("row %zu: expected %d", i, rows[i].expected);
        }
        free(pattern);
        free(text);
    }
    char *plain = repeat("a", 2000, "b");
    char *pattern = repeat("", 1, "*");
    char *text = repeat("a", 20000, "");
    char *stars = malloc(strlen(plain) + 2);
    assert_non_null(stars);
    stars[0] = '*';
    memcpy(stars + 1, plain, strlen(plain) + 1);
    assert_false(matches(stars, text));
    assert_true(matches(pattern, text));
    free(plain);
    free(pattern);
    free(text);
    free(stars);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_pattern),
        cmocka_unit_test(what_a_pattern_matches),
        cmocka_unit_test(all_short_ones),
        cmocka_unit_test(hostile_patterns_end),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * base/semver: the grammar by the lists of valid and invalid versions to which the specification
 * refers (its question "Is there a suggested regular expression"), the precedence by the examples
 * of its section 11.
 */
#include "check.h"

#include "base/semver.h"

#define ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char *const valid[] = {
    "0.0.4",
    "1.2.3",
    "10.20.30",
    "1.1.2-prerelease+meta",
    "1.1.2+meta",
    "1.1.2+meta-valid",
    "1.0.0-alpha",
    "1.0.0-beta",
    "1.0.0-alpha.beta",
    "1.0.0-alpha.beta.1",
    "1.0.0-alpha.1",
    "1.0.0-alpha0.valid",
    "1.0.0-alpha.0valid",
    "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
    "1.0.0-rc.1+build.1",
    "2.0.0-rc.1+build.123",
    "1.2.3-beta",
    "10.2.3-DEV-SNAPSHOT",
    "1.2.3-SNAPSHOT-123",
    "1.0.0",
    "2.0.0",
    "1.1.7",
    "2.0.0+build.1848",
    "2.0.1-alpha.1227",
    "1.0.0-alpha+beta",
    "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
    "1.2.3----R-S.12.9.1--.12+meta",
    "1.2.3----RC-SNAPSHOT.12.9.1--.12",
    "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
    "99999999999999999999999.999999999999999999.99999999999999999",
    "1.0.0-0A.is.legal",
};

static const char *const invalid[] = {
    "1",
    "1.2",
    "1.2.3-0123",
    "1.2.3-0123.0123",
    "1.1.2+.123",
    "+invalid",
    "-invalid",
    "-invalid+invalid",
    "-invalid.01",
    "alpha",
    "alpha.beta",
    "alpha.beta.1",
    "alpha.1",
    "alpha+beta",
    "alpha_beta",
    "alpha.",
    "alpha..",
    "beta",
    "1.0.0-alpha_beta",
    "-alpha.",
    "1.0.0-alpha..",
    "1.0.0-alpha..1",
    "1.0.0-alpha...1",
    "1.0.0-alpha....1",
    "1.0.0-alpha.....1",
    "1.0.0-alpha......1",
    "1.0.0-alpha.......1",
    "01.1.1",
    "1.01.1",
    "1.1.01",
    "1.2",
    "1.2.3.DEV",
    "1.2-SNAPSHOT",
    "1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788",
    "1.2-RC-SNAPSHOT",
    "-1.0.3-gamma+b7718",
    "+justmeta",
    "9.8.7+meta+meta",
    "9.8.7-whatever+meta+meta",
    "99999999999999999999999.999999999999999999.99999999999999999----RC-SNAPSHOT.12.09.1-----"
    "---------------------------..12",
};

/* Not in the lists. */
static const char *const more_invalid[] = {
    "",        "v1.2.3",   "1.2.3 ", " 1.2.3",    "1.2.3\n",  "1.2.3-",   "1.2.3+",     "1.2.3-+",
    "1..3",    ".2.3",     "1.2.",   "1.2.3.",    "1.2.3.4",  "1.2.3-a.", "1.2.3-.a",   "1.2.3+a.",
    "1.2.3-",  "1.2.-3",   "1.-2.3", "+1.2.3",    "1.2.3-00", "00.0.0",   "1.2.3-\xc3", "1.2.3+a_b",
    "0x1.2.3", "1.2.3-a+", "1,2,3",  "1.2.3-a b", "1.2.3-+a", "1.2.3-01", "1.2.3+a..b", "1.2.a",
};

/* Of section 11, and what its rules imply. Each is lower than the next; in a row all are equal. */
static const char *const rising[][3] = {
    {"0.0.0-0", "0.0.0-0+a"},
    {"0.0.0"},
    {"1.0.0-0"},
    {"1.0.0-1"},
    {"1.0.0-2"},
    {"1.0.0-10"},
    {"1.0.0-18446744073709551615"},
    {"1.0.0-18446744073709551616"},
    {"1.0.0-18446744073709551616.0"},
    {"1.0.0--"},
    {"1.0.0--1"},
    {"1.0.0-0a"},
    {"1.0.0-A"},
    {"1.0.0-a"},
    {"1.0.0-alpha", "1.0.0-alpha+001"},
    {"1.0.0-alpha.1", "1.0.0-alpha.1+b"},
    {"1.0.0-alpha.beta"},
    {"1.0.0-beta", "1.0.0-beta+exp.sha.5114f85"},
    {"1.0.0-beta.2"},
    {"1.0.0-beta.11"},
    {"1.0.0-rc.1"},
    {"1.0.0", "1.0.0+20130313144700", "1.0.0+21AF26D3----117B344092BD"},
    {"1.9.0"},
    {"1.10.0"},
    {"1.11.0"},
    {"2.0.0"},
    {"2.1.0"},
    {"2.1.1"},
    {"18446744073709551615.0.0"},
    {"18446744073709551616.0.0"},
    {"18446744073709551617.0.0-a"},
    {"99999999999999999999999.999999999999999999.99999999999999999"},
};

static bool parses(const char *text, struct signet_semver *version)
{
    return signet_semver_parse(signet_span_str(text), version);
}

static void the_grammar_is_that_of_the_specification(void **state)
{
    struct signet_semver version;
    (void)state;
    for (size_t i = 0; i < ROWS(valid); i++) {
        if (!parses(valid[i], &version)) {
            fail_msg("%s is refused", valid[i]);
        }
    }
    for (size_t i = 0; i < ROWS(invalid) + ROWS(more_invalid); i++) {
        const char *text = i < ROWS(invalid) ? invalid[i] : more_invalid[i - ROWS(invalid)];
        memset(&version, 0x5a, sizeof(version));
        struct signet_semver before = version;
        if (parses(text, &version)) {
            fail_msg("%s is read", text);
        }
        CHECK_BYTES(&version, &before, sizeof(version));
    }
    assert_false(signet_semver_parse(signet_span_of("1.2.3\0", 6), &version));
    assert_false(signet_semver_parse(signet_span_of(NULL, 0), &version));
    assert_true(signet_semver_parse(signet_span_of("1.2.3x", 5), &version));
}

static void parts_are_told_apart(void **state)
{
    struct signet_semver version;
    (void)state;
    assert_true(parses("1.20.300-a-b.4+c-d.005", &version));
    CHECK_SPAN(version.numbers[0], "1");
    CHECK_SPAN(version.numbers[1], "20");
    CHECK_SPAN(version.numbers[2], "300");
    CHECK_SPAN(version.prerelease, "a-b.4");
    CHECK_SPAN(version.build, "c-d.005");
    assert_true(parses("1.2.3+a-b", &version));
    CHECK_SPAN(version.prerelease, "");
    CHECK_SPAN(version.build, "a-b");
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void check_order(const char *a, const char *b, int expected)
{
    struct signet_semver one;
    struct signet_semver other;
    assert_true(parses(a, &one));
    assert_true(parses(b, &other));
    if (sign(signet_semver_compare(&one, &other)) != expected) {
        fail_msg("%s against %s: expected %d", a, b, expected);
    }
}

static void the_precedence_is_that_of_the_specification(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rising) * 3; i++) {
        for (size_t k = 0; k < ROWS(rising) * 3; k++) {
            const char *a = rising[i / 3][i % 3];
            const char *b = rising[k / 3][k % 3];
            if (a != NULL && b != NULL) {
                check_order(a, b, (i / 3 > k / 3) - (i / 3 < k / 3));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grammar_is_that_of_the_specification),
        cmocka_unit_test(parts_are_told_apart),
        cmocka_unit_test(the_precedence_is_that_of_the_specification),
    };
    return CHECK_RUN(tests);
}

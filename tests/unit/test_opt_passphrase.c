/* SPDX-License-Identifier: Apache-2.0
 *
 * Where passphrases come from (common/passphrase.h), without a terminal: the variable is wiped once
 * taken, lines are taken in order, and none is left over. The rest is in tests/cli/key.sh.
 */
#include "check.h"

#include <unistd.h>

#include "common/passphrase.h"

extern char **environ;

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_OPT_PASSPHRASE_FD, .name = "passphrase-fd", .arg = "N", .help = "x"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};
static const char *const no_lines[] = {NULL};
static const struct signet_tool_info info = {
    .help = {.name = "signet-x", .summary = "x", .usage = no_lines, .examples = no_lines},
    .schema = "signet-x/1",
    .options = options,
};

/* A tool and its command line, from which options borrow. */
struct run {
    struct signet_tool tool;
    char option[32];
};

/* Starts a tool whose passphrases come from text, through a descriptor. */
static void start(struct run *run, const char *text)
{
    int ends[2];
    char name[] = "signet-x";
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    assert_int_equal(close(ends[1]), 0);
    assert_true(snprintf(run->option, sizeof(run->option), "--passphrase-fd=%d", ends[0]) > 0);
    char *argv[] = {name, run->option, NULL};
    assert_true(signet_tool_start(&run->tool, &info, 2, argv));
}

static void expect_next(struct signet_passphrases *passphrases, const char *text)
{
    struct signet_err err;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_passphrases_next(passphrases, "x", true, &secret, &err), &err);
    CHECK_SPAN(signet_secret_span(secret), text);
    signet_secret_free(secret);
}

static void variable_is_wiped_once_taken(void **state)
{
    (void)state;
    static char variable[] = "SIGNET_PASSPHRASE=one\ntwo";
    static const char zeros[8] = {0};
    char name[] = "signet-x";
    char *argv[] = {name, NULL};
    char *only[] = {variable, NULL};
    char **before = environ;
    struct signet_tool tool;
    struct signet_err err;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    environ = only;
    assert_true(signet_tool_start(&tool, &info, 1, argv));
    CHECK_OK(signet_passphrase_get(&tool, "x", false, &secret, &err), &err);
    CHECK_SPAN(signet_secret_span(secret), "one\ntwo");
    assert_null(getenv("SIGNET_PASSPHRASE"));
    environ = before;
    assert_string_equal(variable, "SIGNET_PASSPHRASE=");
    CHECK_BYTES(variable + strlen(variable), zeros, 7);
    signet_secret_free(secret);
    assert_int_equal(signet_tool_finish(&tool), 0);
}

/* Also when an option wins: a program started later has no use for it. */
static void variable_is_wiped_when_an_option_wins(void **state)
{
    (void)state;
    static char variable[] = "SIGNET_PASSPHRASE=one";
    char *only[] = {variable, NULL};
    char **before = environ;
    struct run run;
    struct signet_err err;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    environ = only;
    start(&run, "two\n");
    CHECK_OK(signet_passphrase_get(&run.tool, "x", false, &secret, &err), &err);
    CHECK_SPAN(signet_secret_span(secret), "two");
    assert_null(getenv("SIGNET_PASSPHRASE"));
    environ = before;
    assert_string_equal(variable, "SIGNET_PASSPHRASE=");
    signet_secret_free(secret);
    assert_int_equal(signet_tool_finish(&run.tool), 0);
}

static void lines_come_in_order_and_none_is_left_over(void **state)
{
    (void)state;
    struct run run;
    struct signet_err err;
    struct signet_passphrases passphrases;
    signet_err_clear(&err);
    start(&run, "one\r\n two \nthree");
    CHECK_OK(signet_passphrases_open(&passphrases, &run.tool, &err), &err);
    expect_next(&passphrases, "one");
    expect_next(&passphrases, " two ");
    CHECK_CODE(signet_passphrases_all_used(&passphrases, &err), SIGNET_E_MALFORMED);
    signet_err_clear(&err);
    expect_next(&passphrases, "three");
    CHECK_OK(signet_passphrases_all_used(&passphrases, &err), &err);
    signet_passphrases_close(&passphrases);
    signet_passphrases_close(&passphrases);
    assert_int_equal(signet_tool_finish(&run.tool), 0);
}

static void empty_line_is_no_passphrase(void **state)
{
    (void)state;
    struct run run;
    struct signet_err err;
    struct signet_passphrases passphrases;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    start(&run, "one\n\nthree\n");
    CHECK_OK(signet_passphrases_open(&passphrases, &run.tool, &err), &err);
    expect_next(&passphrases, "one");
    CHECK_CODE(signet_passphrases_next(&passphrases, "x", false, &secret, &err),
               SIGNET_E_PASSPHRASE);
    assert_null(secret);
    signet_passphrases_close(&passphrases);
    assert_int_equal(signet_tool_finish(&run.tool), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variable_is_wiped_once_taken),
        cmocka_unit_test(variable_is_wiped_when_an_option_wins),
        cmocka_unit_test(lines_come_in_order_and_none_is_left_over),
        cmocka_unit_test(empty_line_is_no_passphrase),
    };
    return CHECK_RUN(tests);
}

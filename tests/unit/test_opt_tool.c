/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a tool, common/tool.h, without a process of its own: which environment variables
 * exist for whom, which error decides the exit status, where hints come from, what the report
 * holds. Expected values are those of the contract of the tools: the environment never chooses
 * what root trusts; of several inputs the worst counts.
 */
#include "check.h"

#include <signet/io.h>
#include <unistd.h>

#include "common/tool.h"

extern char **environ;

static const struct signet_opt_spec options[] = {SIGNET_OPT_COMMON, SIGNET_OPT_END};
static const char *const no_lines[] = {NULL};
static const struct signet_tool_info info = {
    .help = {.name = "signet-x", .summary = "x", .usage = no_lines, .examples = no_lines},
    .schema = "signet-x/1",
    .options = options,
};

/* A tool whose report goes to a file of the test's own. */
struct fixture {
    struct signet_tool tool;
    char report[32];
};

static int start(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    char name[] = "signet-x";
    char option[] = "--report";
    char quiet[] = "-q";
    assert_non_null(fixture);
    memcpy(fixture->report, "/tmp/signet-tool-XXXXXX", 24);
    int fd = mkstemp(fixture->report);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    char *argv[] = {name, option, fixture->report, quiet, NULL};
    assert_true(signet_tool_start(&fixture->tool, &info, 4, argv));
    *state = fixture;
    return 0;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(unlink(fixture->report), 0);
    free(fixture);
    return 0;
}

/* Finishes the tool and compares exit status and report; the version goes where text has "%s". */
static void expect_report(struct fixture *fixture, int status, const char *text)
{
    struct signet_err err;
    struct signet_buf report;
    char expected[1024];
    const char *gap = strstr(text, "%s");
    assert_non_null(gap);
    assert_true(snprintf(expected, sizeof(expected), "%.*s%s%s", (int)(gap - text), text,
                         signet_version(), gap + 2) < (int)sizeof(expected));
    signet_err_clear(&err);
    assert_int_equal(signet_tool_finish(&fixture->tool), status);
    CHECK_OK(signet_io_read(fixture->report, 4096, &report, &err), &err);
    CHECK_SPAN(signet_buf_span(&report), expected);
    signet_buf_free(&report);
}

static void environment_does_not_choose_what_root_trusts(void **state)
{
    struct fixture *fixture = *state;
    static const char *const trust[] = {"SIGNET_ROOT", "SIGNET_POLICY", "XDG_STATE_HOME", "HOME"};
    static char variables[][24] = {"SIGNET_ROOT=x",  "SIGNET_POLICY=x", "XDG_STATE_HOME=x",
                                   "SIGNET_KEY=key", "SIGNET_EMPTY=",   "HOME=x"};
    char *only[] = {variables[0], variables[1], variables[2], variables[3],
                    variables[4], variables[5], NULL};
    char **environ_before = environ;
    environ = only;
    for (size_t i = 0; i < 4; i++) {
        if (geteuid() == 0) {
            assert_null(signet_tool_env(&fixture->tool, trust[i]));
        }
    }
    assert_string_equal(signet_tool_env(&fixture->tool, "SIGNET_KEY"), "key");
    assert_null(signet_tool_env(&fixture->tool, "SIGNET_EMPTY"));
    assert_null(signet_tool_env(&fixture->tool, "SIGNET_UNSET"));
    uid_t before = geteuid();
    if (before == 0) {
        assert_int_equal(seteuid(65534), 0);
    }
    assert_string_equal(signet_tool_env(&fixture->tool, "XDG_STATE_HOME"), "x");
    struct signet_tool_info strict = info;
    strict.trusts_no_environment = true;
    fixture->tool.info = &strict;
    for (size_t i = 0; i < 4; i++) {
        assert_null(signet_tool_env(&fixture->tool, trust[i]));
    }
    fixture->tool.info = &info;
    assert_int_equal(seteuid(before), 0);
    environ = environ_before;
    expect_report(fixture, 0,
                  "{\"schema\":\"signet-x/1\",\"tool\":\"signet-x\",\"version\":\"%s\","
                  "\"result\":\"pass\",\"environment\":[\"SIGNET_KEY\",\"XDG_STATE_HOME\"],"
                  "\"errors\":[]}\n");
}

static void worst_error_decides_and_all_are_reported(void **state)
{
    struct fixture *fixture = *state;
    struct signet_err err;
    signet_err_clear(&err);
    signet_tool_fail_with(&fixture->tool, SIGNET_E_NO_SIGNATURE, "sign it", "%s: none", "a");
    fixture->tool.hint = "look again";
    signet_err_set(&err, SIGNET_E_MISMATCH, "b: differs");
    err.offset = 7;
    signet_tool_fail(&fixture->tool, &err, NULL);
    signet_tool_fail_with(&fixture->tool, SIGNET_E_UNTRUSTED, NULL, "c: unknown");
    signet_jsonout_text(&fixture->tool.body, "own", "member");
    expect_report(fixture, 1,
                  "{\"schema\":\"signet-x/1\",\"tool\":\"signet-x\",\"version\":\"%s\","
                  "\"result\":\"fail\",\"own\":\"member\",\"environment\":[],\"errors\":["
                  "{\"code\":\"NO_SIGNATURE\",\"message\":\"a: none\",\"offset\":null,"
                  "\"hint\":\"sign it\"},"
                  "{\"code\":\"MISMATCH\",\"message\":\"b: differs\",\"offset\":7,"
                  "\"hint\":\"look again\"},"
                  "{\"code\":\"UNTRUSTED\",\"message\":\"c: unknown\",\"offset\":null,"
                  "\"hint\":null}]}\n");
}

/* A failure that was not recorded is a fault, never a success. */
static void failure_without_a_code_is_a_fault(void **state)
{
    struct fixture *fixture = *state;
    struct signet_err err;
    signet_err_clear(&err);
    signet_tool_fail(&fixture->tool, &err, NULL);
    expect_report(fixture, 70,
                  "{\"schema\":\"signet-x/1\",\"tool\":\"signet-x\",\"version\":\"%s\","
                  "\"result\":\"error\",\"environment\":[],\"errors\":[{\"code\":\"INTERNAL\","
                  "\"message\":\"failed without saying why\",\"offset\":null,\"hint\":null}]}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(environment_does_not_choose_what_root_trusts, start, end),
        cmocka_unit_test_setup_teardown(worst_error_decides_and_all_are_reported, start, end),
        cmocka_unit_test_setup_teardown(failure_without_a_code_is_a_fault, start, end),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a tool, common/tool.h.
 */
#include "common/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/say.h"

enum {
    TEXT_MAX = 64 << 10, /* help, version, one diagnostic */
    LINE_MAX_BYTES = 512,
    REPORT_BEGIN_MAX = 64,
    JOBS_MAX = 1024
};

/* Of everything that a tool gathers for its report. */
static const size_t report_max = (size_t)1 << 31;

/* Without this, the first file opened could become descriptor 1 and receive the results. A closed
 * stream is replaced by one that fails in the direction it was meant for. */
static void open_closed_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
            if (opened != fd) {
                _exit(signet_err_exit(SIGNET_E_INTERNAL));
            }
        }
    }
}

/* A closed pipe and a file over its limit are write errors, told like any other. */
static void ignore_write_signals(void)
{
    struct sigaction ignore;
    memset(&ignore, 0, sizeof(ignore));
    ignore.sa_handler = SIG_IGN;
    if (sigaction(SIGPIPE, &ignore, NULL) != 0 || sigaction(SIGXFSZ, &ignore, NULL) != 0) {
        _exit(signet_err_exit(SIGNET_E_INTERNAL));
    }
}

/* Prints what was collected, and empties the buffer. */
static void say_all(struct signet_tool *tool, struct signet_buf *text)
{
    signet_progress_erase(&tool->progress);
    signet_say(STDERR_FILENO, signet_buf_span(text));
    signet_buf_free(text);
}

static void print_error(struct signet_tool *tool, const struct signet_err *err, const char *hint)
{
    struct signet_buf text;
    signet_buf_init(&text, TEXT_MAX);
    signet_buf_puts(&text, tool->info->help.name);
    signet_buf_puts(&text, ": ");
    signet_buf_puts(&text, err->msg);
    if (err->offset != SIGNET_NO_OFFSET) {
        char offset[32];
        int len = snprintf(offset, sizeof(offset), " (byte %llu)", (unsigned long long)err->offset);
        signet_buf_puts(&text, len > 0 ? offset : "");
    }
    signet_buf_putc(&text, '\n');
    if (hint != NULL) {
        signet_buf_puts(&text, "  ");
        signet_buf_puts(&text, hint);
        signet_buf_putc(&text, '\n');
    }
    say_all(tool, &text);
}

static void record_error(struct signet_tool *tool, const struct signet_err *err, const char *hint)
{
    struct signet_jsonout json = {.out = &tool->errors, .comma = tool->errors.len > 0};
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_text(&json, "code", signet_err_name(err->code));
    signet_jsonout_text(&json, "message", err->msg);
    if (err->offset != SIGNET_NO_OFFSET) {
        signet_jsonout_number(&json, "offset", err->offset);
    } else {
        signet_jsonout_null(&json, "offset");
    }
    signet_jsonout_text(&json, "hint", hint);
    signet_jsonout_close_object(&json);
}

void signet_tool_fail(struct signet_tool *tool, const struct signet_err *err, const char *hint)
{
    struct signet_err unset;
    char see_help[LINE_MAX_BYTES];
    if (err->code == SIGNET_OK) {
        signet_err_clear(&unset);
        signet_err_set(&unset, SIGNET_E_INTERNAL, "failed without saying why");
        err = &unset;
    }
    hint = hint != NULL ? hint : tool->hint;
    tool->hint = NULL;
    if (hint == NULL && err->code == SIGNET_E_USAGE &&
        snprintf(see_help, sizeof(see_help), "see %s --help", tool->info->help.name) > 0) {
        hint = see_help;
    }
    print_error(tool, err, hint);
    record_error(tool, err, hint);
    tool->status = signet_err_worse(tool->status, err->code);
}

void signet_tool_name(struct signet_err *err, const char *path)
{
    char shown[SIGNET_SHOW_MAX];
    const char *name = signet_utf8_show(signet_span_str(path), shown);
    size_t len = strlen(name);
    if (strncmp(err->msg, name, len) != 0 || err->msg[len] != ':') {
        signet_err_prefix(err, "%s", name);
    }
}

int signet_tool_fail_with(
    struct signet_tool *tool, int code, const char *hint, const char *format, ...)
{
    struct signet_err err;
    va_list args;
    signet_err_clear(&err);
    va_start(args, format);
    if (vsnprintf(err.msg, sizeof(err.msg), format, args) >= 0) {
        err.code = code;
    }
    va_end(args);
    signet_tool_fail(tool, &err, hint);
    return code;
}

static void say_line(struct signet_tool *tool, const char *format, va_list args)
    SIGNET_PRINTF(2, 0);

static void say_line(struct signet_tool *tool, const char *format, va_list args)
{
    char line[LINE_MAX_BYTES];
    struct signet_buf text;
    if (vsnprintf(line, sizeof(line), format, args) < 0) {
        return;
    }
    signet_buf_init(&text, TEXT_MAX);
    signet_buf_puts(&text, tool->info->help.name);
    signet_buf_puts(&text, ": ");
    signet_buf_puts(&text, line);
    signet_buf_putc(&text, '\n');
    say_all(tool, &text);
}

void signet_tool_note(struct signet_tool *tool, const char *format, ...)
{
    if (!tool->quiet) {
        va_list args;
        va_start(args, format);
        say_line(tool, format, args);
        va_end(args);
    }
}

void signet_tool_detail(struct signet_tool *tool, const char *format, ...)
{
    if (tool->verbose) {
        va_list args;
        va_start(args, format);
        say_line(tool, format, args);
        va_end(args);
    }
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char *signet_tool_env(struct signet_tool *tool, const char *name)
{
    const char *value = getenv(name);
    bool chooses_trust = begins_with(name, "SIGNET_ROOT") || begins_with(name, "SIGNET_POLICY") ||
                         begins_with(name, "XDG_") || strcmp(name, "HOME") == 0;
    bool privileged =
        geteuid() == 0 || getauxval(AT_SECURE) != 0 || tool->info->trusts_no_environment;
    if (value == NULL || value[0] == '\0' || (chooses_trust && privileged)) {
        return NULL;
    }
    struct signet_jsonout json = {.out = &tool->environment, .comma = tool->environment.len > 0};
    signet_jsonout_text(&json, NULL, name);
    return value;
}

static void show_progress(void *ctx, uint64_t done, uint64_t total)
{
    struct signet_tool *tool = ctx;
    signet_progress_update(&tool->progress, done, total);
}

void (*signet_tool_progress(const struct signet_tool *tool))(void *ctx,
                                                             uint64_t done,
                                                             uint64_t total)
{
    return tool->progress.enabled ? show_progress : NULL;
}

/* Prints help or version, which are results: a failure to write them counts. */
static void print_text(struct signet_tool *tool, struct signet_buf *text)
{
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_io_write("-", signet_buf_span(text), 0, false, &err);
    if (rc != SIGNET_OK) {
        signet_tool_fail(tool, &err, NULL);
    }
    signet_buf_free(text);
}

static void print_help(struct signet_tool *tool)
{
    struct signet_buf text;
    signet_buf_init(&text, TEXT_MAX);
    signet_opts_help(&text, &tool->info->help, tool->verbose, tool->info->options);
    print_text(tool, &text);
}

static void print_version(struct signet_tool *tool)
{
    struct signet_buf text;
    struct signet_err err;
    signet_buf_init(&text, TEXT_MAX);
    signet_err_clear(&err);
    if (signet_tool_version(&text, tool->info->help.name, tool->verbose, &err) != SIGNET_OK) {
        signet_tool_fail(tool, &err, "reinstall signet and its libraries");
    }
    print_text(tool, &text);
}

/* Whether the file begins as the reports of this tool do: what --json of any other kind begins with
 * may be a policy or a trust root. */
static bool begins_as_report(const struct signet_tool *tool, const char *path)
{
    char begin[REPORT_BEGIN_MAX];
    char head[REPORT_BEGIN_MAX];
    int fd = -1;
    int len = snprintf(begin, sizeof(begin), "{\"schema\":\"%s\",\"tool\":\"", tool->info->schema);
    if (len <= 0 || len >= (int)sizeof(begin) || signet_io_open(path, &fd, NULL) != SIGNET_OK) {
        return false;
    }
    ssize_t got = read(fd, head, (size_t)len);
    return close(fd) == 0 && got == len && memcmp(head, begin, (size_t)len) == 0;
}

static bool is_operand(const struct signet_tool *tool, const struct stat *file)
{
    for (size_t i = 0; i < tool->opts.operand_count; i++) {
        struct stat st;
        if (stat(tool->opts.operands[i], &st) == 0 && st.st_dev == file->st_dev &&
            st.st_ino == file->st_ino) {
            return true;
        }
    }
    return false;
}

/* A report may replace an earlier report or an empty file that somebody made for it, and nothing
 * else:
 * --report is one slip away from the name of the artifact. Asked before the work, and again when
 * the report is written, as the run may have made a file of that name. */
static int check_report_path(const struct signet_tool *tool, struct signet_err *err)
{
    const char *path = tool->report;
    char shown[SIGNET_SHOW_MAX];
    struct stat st;

    if (strcmp(path, "-") == 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --report: expected a file; --json prints the object");
    }
    if (lstat(path, &st) != 0) {
        return SIGNET_OK; /* what else is wrong with it shows when it is written */
    }
    if (S_ISREG(st.st_mode) && !is_operand(tool, &st) &&
        (st.st_size == 0 || begins_as_report(tool, path))) {
        return SIGNET_OK;
    }
    return signet_err_set(err, SIGNET_E_EXISTS,
                          "%s: exists and is no report, so --report will not replace it",
                          signet_utf8_show(signet_span_str(path), shown));
}

static int take_common_options(struct signet_tool *tool, struct signet_err *err)
{
    const char *limit = NULL;
    const char *jobs = signet_opts_value(&tool->opts, SIGNET_OPT_JOBS);
    uint64_t count = 0;
    size_t at = 0;

    while ((limit = signet_opts_next(&tool->opts, SIGNET_OPT_LIMIT, &at)) != NULL) {
        int rc = signet_limits_set(&tool->limits, signet_span_str(limit), err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    if (jobs != NULL) {
        char shown[SIGNET_SHOW_MAX];
        if (signet_num_parse(signet_span_str(jobs), &count) != SIGNET_OK || count == 0 ||
            count > JOBS_MAX) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "option --jobs: expected a number from 1 to %d, found \"%s\"",
                                  JOBS_MAX, signet_utf8_show(signet_span_str(jobs), shown));
        }
        tool->jobs = (size_t)count;
    }
    if (tool->quiet && tool->verbose) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "options --quiet and --verbose exclude each other");
    }
    return SIGNET_OK;
}

/* Takes --report, whatever else is wrong with the command line, only if the path may be written. */
static int take_report(struct signet_tool *tool, struct signet_err *err)
{
    tool->report = signet_opts_value(&tool->opts, SIGNET_OPT_REPORT);
    int rc = tool->report != NULL ? check_report_path(tool, err) : SIGNET_OK;
    if (rc != SIGNET_OK) {
        tool->report = NULL;
    }
    return rc;
}

static void init_tool(struct signet_tool *tool, const struct signet_tool_info *info)
{
    memset(tool, 0, sizeof(*tool));
    tool->info = info;
    tool->limits = signet_limits_default();
    signet_buf_init(&tool->body_text, report_max);
    signet_buf_init(&tool->errors, report_max);
    signet_buf_init(&tool->environment, TEXT_MAX);
    tool->body.out = &tool->body_text;
    tool->progress.name = info->help.name;
    tool->progress.fd = STDERR_FILENO;
    tool->progress.now_ms = signet_progress_clock;
}

bool signet_tool_start(struct signet_tool *tool,
                       const struct signet_tool_info *info,
                       int argc,
                       char *const *argv)
{
    struct signet_err err;
    open_closed_streams();
    ignore_write_signals();
    init_tool(tool, info);
    signet_err_clear(&err);

    int rc = signet_opts_parse(&tool->opts, info->options, argc, argv, &err);
    tool->quiet = signet_opts_has(&tool->opts, SIGNET_OPT_QUIET);
    tool->verbose = signet_opts_has(&tool->opts, SIGNET_OPT_VERBOSE);
    tool->json = signet_opts_has(&tool->opts, SIGNET_OPT_JSON);
    tool->progress.enabled = !tool->quiet && isatty(STDERR_FILENO) == 1 &&
                             !signet_opts_has(&tool->opts, SIGNET_OPT_NO_PROGRESS);
    if (rc == SIGNET_OK && signet_opts_has(&tool->opts, SIGNET_OPT_HELP)) {
        tool->json = false;
        print_help(tool);
        return false;
    }
    if (rc == SIGNET_OK && signet_opts_has(&tool->opts, SIGNET_OPT_VERSION)) {
        tool->json = false;
        print_version(tool);
        return false;
    }
    int report_rc = take_report(tool, rc == SIGNET_OK ? &err : NULL);
    if (rc == SIGNET_OK) {
        rc = report_rc == SIGNET_OK ? take_common_options(tool, &err) : report_rc;
    }
    if (rc != SIGNET_OK) {
        signet_tool_fail(tool, &err, NULL);
        return false;
    }
    return true;
}

static int build_report(const struct signet_tool *tool, struct signet_buf *out)
{
    struct signet_jsonout json = {.out = out};
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_text(&json, "schema", tool->info->schema);
    signet_jsonout_text(&json, "tool", tool->info->help.name);
    signet_jsonout_text(&json, "version", signet_version());
    signet_jsonout_text(&json, "result", signet_err_result(tool->status));
    signet_jsonout_spliced(&json, signet_buf_span(&tool->body_text));
    signet_jsonout_open_array(&json, "environment");
    signet_jsonout_spliced(&json, signet_buf_span(&tool->environment));
    signet_jsonout_close_array(&json);
    signet_jsonout_open_array(&json, "errors");
    signet_jsonout_spliced(&json, signet_buf_span(&tool->errors));
    signet_jsonout_close_array(&json);
    signet_jsonout_close_object(&json);
    signet_buf_putc(out, '\n');

    int rc = signet_err_worse(tool->body_text.status, tool->errors.status);
    return signet_err_worse(rc, out->status);
}

/* Writes the report to path; a failure is printed and counts, but is in no report. */
static void write_report(struct signet_tool *tool, const char *path)
{
    struct signet_buf report;
    struct signet_err err;
    signet_err_clear(&err);
    signet_buf_init(&report, SIZE_MAX);
    int rc = build_report(tool, &report);
    if (rc == SIGNET_OK && path == tool->report) {
        rc = check_report_path(tool, &err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_io_write(path, signet_buf_span(&report), 0644, true, &err);
    }
    if (rc != SIGNET_OK) {
        signet_err_set(&err, rc, "the report cannot be built: %s", signet_err_meaning(rc));
        signet_tool_fail(tool, &err, NULL);
    }
    signet_buf_free(&report);
}

int signet_tool_finish(struct signet_tool *tool)
{
    signet_progress_erase(&tool->progress);
    if (tool->report != NULL) {
        write_report(tool, tool->report);
    }
    if (tool->json) {
        write_report(tool, "-");
    }
    int status = signet_err_exit(tool->status);
    signet_opts_free(&tool->opts);
    signet_buf_free(&tool->body_text);
    signet_buf_free(&tool->errors);
    signet_buf_free(&tool->environment);
    return status;
}

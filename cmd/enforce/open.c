/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce open: has a program read bytes that were verified and that nobody can change any
 * more, through a descriptor that it inherits. Owns how the program is started; what it is given is
 * the library's.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/say.h"
#include "enforce/doctor.h"
#include "enforce/keep.h"

enum {
    CANNOT_START = 126,
    NOT_FOUND = 127,
    DESCRIPTOR_PATH = 32,
    MESSAGE = 512,
    MEMINFO_MAX = 1 << 16
};

/* Reads --via into *hold. */
static int read_way(const struct signet_opts *opts, enum signet_hold *hold, struct signet_err *err)
{
    static const enum signet_hold ways[] = {SIGNET_HOLD_AUTO, SIGNET_HOLD_LEASE, SIGNET_HOLD_COPY,
                                            SIGNET_HOLD_MEMORY};
    char shown[SIGNET_SHOW_MAX];
    const char *via = signet_opts_value(opts, SIGNET_ENFORCE_VIA);
    *hold = SIGNET_HOLD_AUTO;
    for (size_t i = 0; via != NULL && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(via, signet_hold_word(ways[i])) == 0) {
            *hold = ways[i];
            return SIGNET_OK;
        }
    }
    return via == NULL
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "option --via: expected auto, lease, copy or memfd, found \"%s\"",
                                signet_utf8_show(signet_span_str(via), shown));
}

static int
check_usage(const struct signet_tool *tool, enum signet_hold *hold, struct signet_err *err)
{
    const struct signet_opts *opts = &tool->opts;
    if (opts->operand_count < 2) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected FILE -- CMD, and {} in its arguments");
    }
    if (tool->json) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --json: standard output is for CMD; --report takes a file");
    }
    if (strcmp(opts->operands[0], "-") == 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "standard input cannot be opened; save it to a file first");
    }
    size_t i = 2;
    while (i < opts->operand_count && strstr(opts->operands[i], "{}") == NULL) {
        i++;
    }
    return i < opts->operand_count
               ? read_way(opts, hold, err)
               : signet_err_set(err, SIGNET_E_USAGE,
                                "expected {} in an argument of CMD: the path of what was verified");
}

/* text with each {} replaced; the caller frees it. NULL: out of memory. */
static char *replace(const char *text, const char *path)
{
    struct signet_buf out;
    const char *gap = NULL;
    signet_buf_init(&out, SIZE_MAX);
    while ((gap = strstr(text, "{}")) != NULL) {
        signet_buf_put(&out, signet_span_of(text, (size_t)(gap - text)));
        signet_buf_puts(&out, path);
        text = gap + 2;
    }
    signet_buf_puts(&out, text);
    char *copy = out.status == SIGNET_OK ? strndup((const char *)out.data, out.len) : NULL;
    signet_buf_free(&out);
    return copy;
}

static int make_arguments(const struct signet_opts *opts,
                          struct signet_enforce_start *start,
                          struct signet_err *err)
{
    char path[DESCRIPTOR_PATH];
    size_t count = opts->operand_count - 1;
    int len =
        snprintf(path, sizeof(path), "/proc/self/fd/%d", signet_gate_descriptor(start->artifact));
    start->arguments = calloc(count + 1, sizeof(*start->arguments));
    if (start->arguments == NULL || len <= 0) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a command");
    }
    for (size_t i = 0; i < count; i++) {
        const char *text = opts->operands[i + 1];
        start->arguments[i] = i == 0 ? strdup(text) : replace(text, path);
        if (start->arguments[i] == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a command");
        }
    }
    return SIGNET_OK;
}

/* Half of the memory that can be had without ending or swapping others, in bytes; 0: unknown. */
static uint64_t spare_memory(void)
{
    struct signet_buf text;
    uint64_t kib = 0;
    static const char name[] = "MemAvailable:";
    bool read = signet_doctor_read("/proc/meminfo", MEMINFO_MAX, &text, NULL) == SIGNET_OK &&
                signet_buf_putc(&text, '\0') == SIGNET_OK;
    const char *at = read ? strstr((const char *)text.data, name) : NULL;
    if (at != NULL) {
        kib = strtoull(at + sizeof(name) - 1, NULL, 10);
    }
    signet_buf_free(&text);
    return kib * 512; /* half of as many KiB */
}

/* Holds by a lease, and so by who can end its readers. */
static int hold_by_lease(struct signet_enforce_start *start, struct signet_err *err)
{
    int rc = signet_enforce_can_keep(err);
    return rc == SIGNET_OK
               ? signet_gate_hold(start->artifact, SIGNET_HOLD_LEASE, 0, &start->hold, err)
               : rc;
}

/* On disk: beside the file, where blocks may be shared, or where large files of a short life go. */
static int hold_copy(const char *path, struct signet_enforce_start *start, struct signet_err *err)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int rc = folder != NULL ? signet_enforce_can_keep(err)
                            : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a path");
    if (rc == SIGNET_OK) {
        rc = signet_gate_copy(start->artifact, folder, NULL);
        rc = rc == SIGNET_OK ? rc : signet_gate_copy(start->artifact, "/var/tmp", err);
    }
    if (rc == SIGNET_OK) {
        start->hold = SIGNET_HOLD_COPY;
    }
    free(folder);
    return rc;
}

/* By the first way that is possible: without a copy, in memory if that leaves enough of it. */
static int
hold_any_way(const char *path, struct signet_enforce_start *start, struct signet_err *err)
{
    int rc = hold_by_lease(start, NULL);
    if (rc != SIGNET_OK) {
        rc = signet_gate_hold(start->artifact, SIGNET_HOLD_MEMORY, spare_memory(), &start->hold,
                              NULL);
    }
    return rc == SIGNET_OK ? rc : hold_copy(path, start, err);
}

static int take_hold(struct signet_tool *tool,
                     const char *path,
                     struct signet_enforce_start *start,
                     struct signet_err *err)
{
    int rc = SIGNET_OK;
    switch (start->hold) {
    case SIGNET_HOLD_LEASE:
        rc = hold_by_lease(start, err);
        break;
    case SIGNET_HOLD_COPY:
        rc = hold_copy(path, start, err);
        break;
    case SIGNET_HOLD_MEMORY:
        rc = signet_gate_hold(start->artifact, SIGNET_HOLD_MEMORY, UINT64_MAX, &start->hold, err);
        break;
    case SIGNET_HOLD_AUTO:
    case SIGNET_HOLD_SAFE:
    default:
        rc = hold_any_way(path, start, err);
        break;
    }
    if (rc != SIGNET_OK) {
        tool->hint = "--via lease hands on the file itself, --via copy and --via memfd a copy on "
                     "disk or in memory, and --via auto what is possible";
    }
    return rc;
}

/* Has what was verified handed on, if it is held still. */
static int
hand_on(struct signet_enforce_run *run, struct signet_enforce_start *start, struct signet_err *err)
{
    int rc = signet_gate_check_hold(start->artifact, start->hold, err);
    return rc == SIGNET_OK ? make_arguments(&run->tool->opts, start, err) : rc;
}

static int open_file(struct signet_enforce_run *run,
                     const char *path,
                     struct signet_enforce_start *start,
                     struct signet_err *err)
{
    struct signet_verification *result = NULL;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_artifact_open(path, &start->artifact, &why);
    if (rc == SIGNET_OK && signet_artifact_kind(start->artifact) != SIGNET_ARTIFACT_FILE) {
        rc = signet_err_set(&why, SIGNET_E_FORBIDDEN,
                            "expected a regular file, found a directory, which this version cannot "
                            "hand on");
    }
    if (rc == SIGNET_OK) {
        rc = take_hold(run->tool, path, start, &why);
    }
    if (rc == SIGNET_OK) {
        rc = signet_enforce_decide(run, path, start->artifact, &result, &why);
    }
    if (rc == SIGNET_OK) {
        rc = hand_on(run, start, &why);
        if (rc != SIGNET_OK) { /* what is not handed on did not pass */
            signet_verification_free(result);
            result = NULL;
        }
    }
    if (rc != SIGNET_OK) {
        signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
    }
    return signet_verifying_add(&run->all, path, result, &why, err);
}

/* How it is handed on, to people and in the report. */
static void tell(struct signet_enforce_run *run, const struct signet_enforce_start *start)
{
    static const char *const told[] = {"", "", ", as it is, by a lease (lease)",
                                       ", as a copy on disk (copy)", ", as sealed memory (memfd)"};
    char shown[SIGNET_SHOW_MAX];
    struct signet_tool *tool = run->tool;
    bool passed = tool->status == SIGNET_OK;
    signet_jsonout_text(&tool->body, "via", passed ? signet_hold_word(start->hold) : NULL);
    signet_tool_note(tool, "%s: %s%s",
                     signet_utf8_show(signet_span_str(tool->opts.operands[0]), shown),
                     run->all.word(run->all.results[0]), passed ? told[start->hold] : "");
}

int signet_enforce_open(struct signet_enforce_run *run,
                        struct signet_enforce_start *start,
                        struct signet_err *err)
{
    struct signet_tool *tool = run->tool;
    int rc = check_usage(tool, &start->hold, err);
    if (rc == SIGNET_OK) {
        run->action = SIGNET_ACTION_OPEN;
        signet_jsonout_text(&tool->body, "action", "open");
        rc = signet_enforce_begin(run, err);
    }
    if (rc == SIGNET_OK) {
        rc = open_file(run, tool->opts.operands[0], start, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_report(&run->all, run->now);
    }
    if (rc == SIGNET_OK) {
        tell(run, start);
    }
    return rc;
}

bool signet_enforce_restore_signals(void)
{
    struct sigaction standard;
    memset(&standard, 0, sizeof(standard));
    standard.sa_handler = SIG_DFL;
    return sigaction(SIGPIPE, &standard, NULL) == 0 && sigaction(SIGXFSZ, &standard, NULL) == 0;
}

static int execute(const struct signet_enforce_start *start, const char *name)
{
    char text[MESSAGE];
    char shown[SIGNET_SHOW_MAX];
    int fd = signet_gate_descriptor(start->artifact);
    if (signet_enforce_restore_signals() && lseek(fd, 0, SEEK_SET) == 0 &&
        fcntl(fd, F_SETFD, 0) == 0) {
        execvp(start->arguments[0], start->arguments);
    }
    int reason = errno;
    int len =
        snprintf(text, sizeof(text), "%s: %s: cannot be started: %s\n", name,
                 signet_utf8_show(signet_span_str(start->arguments[0]), shown), strerror(reason));
    signet_say(STDERR_FILENO,
               signet_span_of(text, len > 0 && (size_t)len < sizeof(text) ? (size_t)len : 0));
    return reason == ENOENT || reason == ENOTDIR ? NOT_FOUND : CANNOT_START;
}

int signet_enforce_exec(const struct signet_enforce_start *start, const char *name)
{
    return start->hold == SIGNET_HOLD_MEMORY ? execute(start, name)
                                             : signet_enforce_keep(start, name, execute);
}

void signet_enforce_start_free(struct signet_enforce_start *start)
{
    for (size_t i = 0; start->arguments != NULL && start->arguments[i] != NULL; i++) {
        free(start->arguments[i]);
    }
    free(start->arguments);
    signet_artifact_close(start->artifact);
}

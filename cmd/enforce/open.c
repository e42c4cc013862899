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
#include <sys/resource.h>
#include <unistd.h>

#include "enforce/keep.h"
#include "enforce/ways.h"

enum {
    DESCRIPTOR_PATH = 32
};

static int
check_usage(const struct signet_tool *tool, enum signet_hold *hold, struct signet_err *err)
{
    const struct signet_opts *opts = &tool->opts;
    if (opts->operand_count < 2) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected FILE|FOLDER -- CMD, and {} in its arguments");
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
               ? signet_enforce_read_way(opts, hold, err)
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

static bool is_folder(const struct signet_enforce_start *start)
{
    return signet_artifact_kind(start->artifact) == SIGNET_ARTIFACT_BUNDLE;
}

/* What {} becomes; the caller frees it. NULL: out of memory. */
static char *path_of(const struct signet_enforce_start *start)
{
    char descriptor[DESCRIPTOR_PATH];
    const char *name = signet_artifact_name(start->artifact);
    size_t room = sizeof(SIGNET_GATE_SHOWN) + 1 + strlen(name);
    if (!is_folder(start)) {
        int fd = signet_gate_descriptor(start->artifact);
        int len = snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d", fd);
        return len > 0 ? strdup(descriptor) : NULL;
    }
    char *path = malloc(room);
    if (path != NULL && snprintf(path, room, SIGNET_GATE_SHOWN "/%s", name) < 0) {
        free(path);
        path = NULL;
    }
    return path;
}

static int make_arguments(const struct signet_opts *opts,
                          struct signet_enforce_start *start,
                          struct signet_err *err)
{
    size_t count = opts->operand_count - 1;
    char *path = path_of(start);
    start->arguments = calloc(count + 1, sizeof(*start->arguments));
    bool made = path != NULL && start->arguments != NULL;
    for (size_t i = 0; made && i < count; i++) {
        const char *text = opts->operands[i + 1];
        start->arguments[i] = i == 0 ? strdup(text) : replace(text, path);
        made = start->arguments[i] != NULL;
    }
    free(path);
    return made ? (int)SIGNET_OK
                : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a command");
}

/* What the child that becomes CMD makes of a folder. */
struct shown {
    const struct signet_verification *verification;
    const struct signet_enforce_start *start;
};

static int show_folder(void *ctx, struct signet_err *err)
{
    const struct shown *shown = ctx;
    return signet_gate_show_bundle(shown->verification, shown->start->artifact, shown->start->hold,
                                   err);
}

bool signet_enforce_restore_signals(void)
{
    struct sigaction standard;
    memset(&standard, 0, sizeof(standard));
    standard.sa_handler = SIG_DFL;
    return sigaction(SIGPIPE, &standard, NULL) == 0 && sigaction(SIGXFSZ, &standard, NULL) == 0;
}

static bool restore_limit(const struct signet_enforce_start *start)
{
    struct rlimit files;
    if (start->files == 0) {
        return true;
    }
    bool known = getrlimit(RLIMIT_NOFILE, &files) == 0;
    files.rlim_cur = start->files;
    return known && setrlimit(RLIMIT_NOFILE, &files) == 0;
}

static bool leave_open(const struct signet_enforce_start *start)
{
    int fd = signet_gate_descriptor(start->artifact);
    return is_folder(start) || (lseek(fd, 0, SEEK_SET) == 0 && fcntl(fd, F_SETFD, 0) == 0);
}

static int execute(const struct signet_enforce_start *start, const char *name)
{
    if (signet_enforce_restore_signals() && restore_limit(start) && leave_open(start)) {
        execvp(start->arguments[0], start->arguments);
    }
    int reason = errno;
    signet_enforce_say_unstarted(name, start->arguments[0], strerror(reason));
    return reason == ENOENT || reason == ENOTDIR ? SIGNET_ENFORCE_NOT_FOUND : SIGNET_ENFORCE_DENIED;
}

/* Has what was verified handed on, if it is held still. */
static int hand_on(struct signet_enforce_run *run,
                   const struct signet_verification *result,
                   struct signet_enforce_start *start,
                   struct signet_err *err)
{
    struct shown shown = {result, start};
    const char *via = signet_opts_value(&run->tool->opts, SIGNET_ENFORCE_VIA);
    const struct signet_enforce_prepare prepare = {
        .make = is_folder(start) ? show_folder : NULL,
        .ctx = &shown,
        .begin = execute,
        .name = run->tool->info->help.name,
    };
    bool any = via == NULL || strcmp(via, signet_hold_word(SIGNET_HOLD_AUTO)) == 0;
    int rc = signet_enforce_keep_hold(start, any, err);
    if (rc == SIGNET_OK) {
        rc = make_arguments(&run->tool->opts, start, err);
    }
    return rc == SIGNET_OK && start->hold != SIGNET_HOLD_MEMORY
               ? signet_enforce_fork(start, &prepare, err)
               : rc;
}

static int open_artifact(struct signet_enforce_run *run,
                         const char *path,
                         struct signet_enforce_start *start,
                         struct signet_err *err)
{
    struct signet_verification *result = NULL;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_artifact_open(path, &start->artifact, &why);
    if (rc == SIGNET_OK) {
        rc = signet_enforce_take_hold(run->tool, path, start, &why);
    }
    if (rc == SIGNET_OK) {
        rc = signet_enforce_decide(run, path, start->artifact, &result, &why);
    }
    if (rc == SIGNET_OK) {
        rc = hand_on(run, result, start, &why);
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
    char shown[SIGNET_SHOW_MAX];
    struct signet_tool *tool = run->tool;
    bool passed = tool->status == SIGNET_OK;
    signet_jsonout_text(&tool->body, "via", passed ? signet_hold_word(start->hold) : NULL);
    signet_tool_note(tool, "%s: %s%s%s",
                     signet_utf8_show(signet_span_str(tool->opts.operands[0]), shown),
                     run->all.word(run->all.results[0]), passed ? ", " : "",
                     passed ? signet_enforce_way_told(start) : "");
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
        rc = open_artifact(run, tool->opts.operands[0], start, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_report(&run->all, run->now);
    }
    if (rc == SIGNET_OK) {
        tell(run, start);
    }
    return rc;
}

int signet_enforce_exec(const struct signet_enforce_start *start, const char *name)
{
    return start->child > 0 ? signet_enforce_keep(start, name) : execute(start, name);
}

void signet_enforce_start_free(struct signet_enforce_start *start)
{
    for (size_t i = 0; start->arguments != NULL && start->arguments[i] != NULL; i++) {
        free(start->arguments[i]);
    }
    free(start->arguments);
    signet_artifact_close(start->artifact);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce run: starts a program if it and all that it is made of may be executed or loaded.
 * Owns the order: find, hold, decide about each file, choose a tier, start. What is found, held,
 * decided and kept from the program is the library's.
 */
#define _GNU_SOURCE /* environ */
#include <errno.h>
#include <fcntl.h>
#include <signet/closure.h>
#include <signet/environment.h>
#include <signet/gate.h>
#include <signet/hold.h>
#include <signet/start.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enforce/enforce.h"

enum {
    DESCRIPTOR_PATH = 32
};

struct signet_enforce_program {
    struct signet_tool *tool;
    struct signet_closure closure;
    struct signet_image *images; /* one for each part of the closure */
    char **paths;                /* of them; owned, and so is each */
    const char **arguments;      /* borrowed texts, NULL-terminated */
    struct signet_environment environment;
    const char **readable;                /* as arguments */
    const char **writable;                /* as arguments */
    char (*descriptors)[DESCRIPTOR_PATH]; /* the names of scripts that are read through one */
    struct signet_start start;
    enum signet_tier tier; /* that is wanted, and then that there is */
    int status;            /* the exit status if it is not started */
    bool ready;            /* everything passed */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a program");
}

static int read_tier(const struct signet_opts *opts, enum signet_tier *tier, struct signet_err *err)
{
    static const enum signet_tier tiers[] = {SIGNET_TIER_AUTO, SIGNET_TIER_PIN,
                                             SIGNET_TIER_SANDBOX};
    char shown[SIGNET_SHOW_MAX];
    const char *given = signet_opts_value(opts, SIGNET_ENFORCE_TIER);
    *tier = SIGNET_TIER_AUTO;
    for (size_t i = 0; given != NULL && i < sizeof(tiers) / sizeof(tiers[0]); i++) {
        if (strcmp(given, signet_tier_word(tiers[i])) == 0) {
            *tier = tiers[i];
            return SIGNET_OK;
        }
    }
    return given == NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "option --tier: expected auto, pin or sandbox, found \"%s\"",
                                signet_utf8_show(signet_span_str(given), shown));
}

/* What the dynamic linker is told by a variable is not in the closure that was verified. */
static int check_names(const struct signet_opts *opts, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *name = NULL;
    size_t at = 0;
    while ((name = signet_opts_next(opts, SIGNET_ENFORCE_ENV, &at)) != NULL) {
        struct signet_span text = signet_span_str(name);
        if (signet_span_begins(text, "LD_") || signet_span_is(text, "GLIBC_TUNABLES")) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "option --env: %s changes which libraries are loaded, so that "
                                  "they are not those that are verified; name them with --also",
                                  signet_utf8_show(text, shown));
        }
    }
    return SIGNET_OK;
}

static int check_usage(const struct signet_tool *tool, struct signet_err *err)
{
    const struct signet_opts *opts = &tool->opts;
    if (opts->command_at != 0 || opts->operand_count == 0 || opts->operands[0][0] == '\0') {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected -- PROG ARGS behind the options: the program to start");
    }
    return tool->json ? signet_err_set(err, SIGNET_E_USAGE,
                                       "option --json: standard output is for PROG; --report takes "
                                       "a file")
                      : check_names(opts, err);
}

/* ---- find and hold ---- */

/* Bytes are read only if there are not too many: a file of holes can be larger than any disk. */
static int check_size(const struct signet_artifact *artifact, uint64_t max, struct signet_err *err)
{
    struct stat st;
    if (fstat(signet_gate_descriptor(artifact), &st) != 0) {
        return signet_err_set(err, SIGNET_E_IO, "cannot stat");
    }
    return (uint64_t)st.st_size <= max
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_LIMIT, "larger than the limit of %llu bytes",
                                (unsigned long long)max);
}

static int take(void *ctx, struct signet_artifact *artifact, struct signet_err *err)
{
    const uint64_t *max = ctx;
    enum signet_hold got = SIGNET_HOLD_AUTO;
    int rc = check_size(artifact, *max, err);
    return rc == SIGNET_OK ? signet_gate_hold(artifact, SIGNET_HOLD_AUTO, *max, &got, err) : rc;
}

static enum signet_hold how_held(const struct signet_enforce_program *program, size_t part)
{
    return signet_gate_held_by(program->closure.parts[part].artifact);
}

static int find_closure(struct signet_enforce_run *run,
                        struct signet_enforce_program *program,
                        struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    const char *search = getenv("PATH");
    const struct signet_closure_opts how = {.size = sizeof(how),
                                            .search = search,
                                            .take = take,
                                            .take_ctx = &run->tool->limits.document};
    char *path = NULL;
    const char *also = NULL;
    size_t at = 0;
    int rc = signet_closure_find_program(opts->operands[0], search, &path, err);
    if (rc == SIGNET_OK) {
        rc = signet_closure_open(path, &how, &program->closure, err);
    }
    while (rc == SIGNET_OK && (also = signet_opts_next(opts, SIGNET_ENFORCE_ALSO, &at)) != NULL) {
        rc = signet_closure_add(&program->closure, also, err);
    }
    free(path);
    return rc;
}

/* ---- decide ---- */

static int judge(struct signet_enforce_run *run,
                 const struct signet_enforce_program *program,
                 size_t number,
                 struct signet_err *err)
{
    const struct signet_part *part = &program->closure.parts[number];
    struct signet_verification *result = NULL;
    struct signet_err why;
    signet_err_clear(&why);
    run->action = part->kind == SIGNET_PART_PROGRAM || part->kind == SIGNET_PART_SCRIPT
                      ? SIGNET_ACTION_EXECUTE
                      : SIGNET_ACTION_LOAD;
    int rc = signet_enforce_decide(run, part->path, part->artifact, &result, &why);
    if (rc == SIGNET_OK) {
        rc = signet_gate_check_hold(part->artifact, how_held(program, number), &why);
        if (rc != SIGNET_OK) { /* what can be changed again did not pass */
            signet_verification_free(result);
            result = NULL;
        }
    }
    if (rc != SIGNET_OK) {
        signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
    }
    return signet_verifying_add(&run->all, part->path, result, &why, err);
}

/* ---- what is started ---- */

static const char **values_of(const struct signet_opts *opts, int id)
{
    size_t at = 0;
    const char **values = calloc(signet_opts_count(opts, id) + 1, sizeof(*values));
    for (size_t i = 0; values != NULL && i < signet_opts_count(opts, id); i++) {
        values[i] = signet_opts_next(opts, id, &at);
    }
    return values;
}

static int make_images(struct signet_enforce_program *program, struct signet_err *err)
{
    const struct signet_closure *closure = &program->closure;
    int rc = SIGNET_OK;
    program->images = calloc(closure->count, sizeof(*program->images));
    program->paths = calloc(closure->count, sizeof(*program->paths));
    if (program->images == NULL || program->paths == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < closure->count; i++) {
        rc = signet_real_path(closure->parts[i].artifact, &program->paths[i], err);
        program->images[i] = (struct signet_image){
            .fd = signet_gate_descriptor(closure->parts[i].artifact),
            .place = signet_gate_place(closure->parts[i].artifact),
            .path = program->paths[i],
            .in_place = how_held(program, i) == SIGNET_HOLD_SAFE,
        };
    }
    return rc;
}

static void tell_removed(struct signet_enforce_program *program)
{
    struct signet_tool *tool = program->tool;
    char shown[SIGNET_SHOW_MAX];
    signet_jsonout_open_array(&tool->body, "environment_removed");
    for (size_t i = 0; i < program->environment.removed_count; i++) {
        struct signet_span name = program->environment.removed[i];
        signet_jsonout_bytes(&tool->body, NULL, name);
        signet_tool_detail(tool, "removed from the environment: %s", signet_utf8_show(name, shown));
    }
    signet_jsonout_close_array(&tool->body);
}

static int make_environment(struct signet_enforce_program *program, struct signet_err *err)
{
    const char **names = values_of(&program->tool->opts, SIGNET_ENFORCE_ENV);
    if (names == NULL) {
        return no_memory(err);
    }
    int rc = signet_environment_keep(environ, names, &program->environment, err);
    free(names);
    if (rc == SIGNET_OK) {
        tell_removed(program);
    }
    return rc;
}

/* The part that a word of a script's first line names; the last one names the first part, by
 * whatever name the caller had for it. SIZE_MAX: none. */
static size_t part_of(const struct signet_closure *closure, size_t word)
{
    if (word + 1 == closure->word_count) {
        return 0;
    }
    size_t i = 0;
    while (i < closure->count && strcmp(closure->parts[i].path, closure->words[word]) != 0) {
        i++;
    }
    return i < closure->count && closure->parts[i].kind == SIGNET_PART_SCRIPT ? i : SIZE_MAX;
}

/* Whether no other script is read by the path of this one: only root can put one there, or the
 * sandbox does not let it be read. What is mounted there ends with the name that it is mounted at,
 * which others may rename outside. */
static bool stays(const struct signet_enforce_program *program, const struct signet_image *image)
{
    bool reads_more = program->readable[0] != NULL || program->writable[0] != NULL;
    return image->path != NULL &&
           (image->in_place || (program->tier == SIGNET_TIER_SANDBOX && !reads_more));
}

/* What stands in the arguments for a word: a path, or a descriptor that is inherited. NULL: none
 * would be sound. */
static const char *place_of(struct signet_enforce_program *program, size_t word)
{
    size_t part = part_of(&program->closure, word);
    if (part == SIZE_MAX) {
        return program->closure.words[word];
    }
    const struct signet_image *image = &program->images[part];
    if (stays(program, image)) {
        return image->path;
    }
    int len = snprintf(program->descriptors[part], DESCRIPTOR_PATH, "/proc/self/fd/%d", image->fd);
    return len > 0 ? program->descriptors[part] : NULL;
}

static int make_arguments(struct signet_enforce_program *program, struct signet_err *err)
{
    const struct signet_opts *opts = &program->tool->opts;
    const struct signet_closure *closure = &program->closure;
    size_t count = 0;
    program->arguments =
        calloc(closure->word_count + opts->operand_count + 1, sizeof(*program->arguments));
    program->descriptors = calloc(closure->count, sizeof(*program->descriptors));
    if (program->arguments == NULL || program->descriptors == NULL) {
        return no_memory(err);
    }
    for (; count < closure->word_count; count++) {
        program->arguments[count] = place_of(program, count);
        if (program->arguments[count] == NULL) {
            return signet_err_set(err, SIGNET_E_INTERNAL, "a script cannot be handed on");
        }
    }
    for (size_t i = closure->word_count > 0 ? 1 : 0; i < opts->operand_count; i++) {
        program->arguments[count++] = opts->operands[i];
    }
    return SIGNET_OK;
}

/* ---- choose and start ---- */

/* Memory stands nowhere, so nothing is beside it. */
static int check_origin(const struct signet_enforce_program *program, struct signet_err *err)
{
    return program->tier == SIGNET_TIER_PIN && program->closure.has_origin &&
                   how_held(program, program->closure.program) == SIGNET_HOLD_MEMORY
               ? signet_err_set(
                     err, SIGNET_E_UNSUPPORTED,
                     "it looks for libraries beside itself ($ORIGIN), and can be started "
                     "from a copy alone; --tier sandbox can do that")
               : (int)SIGNET_OK;
}

/* The kernel gives it, whatever else it refuses to execute. */
static int check_stack(const struct signet_enforce_program *program, struct signet_err *err)
{
    return program->tier == SIGNET_TIER_SANDBOX && !program->start.allow_jit &&
                   program->closure.has_code_stack
               ? signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "it, or a program of it, asks for a stack whose content can be "
                                "executed; --insecure-allow-jit lets it, relinking it with -z "
                                "noexecstack ends that")
               : (int)SIGNET_OK;
}

static void warn_of_set_ids(const struct signet_enforce_program *program)
{
    struct stat st;
    char shown[SIGNET_SHOW_MAX];
    const struct signet_part *part = &program->closure.parts[program->closure.program];
    if (stat(part->path, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)) != 0) {
        signet_tool_note(program->tool, "%s: its set-id bits have no effect",
                         signet_utf8_show(signet_span_str(part->path), shown));
    }
}

static int choose(struct signet_enforce_program *program, struct signet_err *err)
{
    const struct signet_opts *opts = &program->tool->opts;
    program->readable = values_of(opts, SIGNET_ENFORCE_RO);
    program->writable = values_of(opts, SIGNET_ENFORCE_RW);
    if (program->readable == NULL || program->writable == NULL) {
        return no_memory(err);
    }
    int rc = make_images(program, err);
    if (rc == SIGNET_OK) {
        rc = make_environment(program, err);
    }
    program->start = (struct signet_start){
        .images = program->images,
        .image_count = program->closure.count,
        .program = program->closure.program,
        .environment = program->environment.kept,
        .readable = program->readable,
        .writable = program->writable,
        .allow_jit = signet_opts_has(opts, SIGNET_ENFORCE_INSECURE_ALLOW_JIT),
    };
    if (rc == SIGNET_OK) {
        rc = signet_gate_choose(&program->start, program->tier, &program->tier, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_origin(program, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_stack(program, err);
    }
    if (rc == SIGNET_OK) {
        rc = make_arguments(program, err);
    }
    program->ready = rc == SIGNET_OK;
    return rc;
}

/* The word for the first file that does not pass. */
static const char *why_not(const struct signet_verifying *all)
{
    const char *word = NULL;
    for (size_t i = 0; i < all->count && word == NULL; i++) {
        word = signet_verification_code(all->results[i]) != SIGNET_OK ? all->word(all->results[i])
                                                                      : NULL;
    }
    return word != NULL ? word : "policy-error";
}

static void
tell_tier(struct signet_enforce_program *program, const struct signet_verifying *all, bool ready)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_tool *tool = program->tool;
    signet_jsonout_text(&tool->body, "tier", ready ? signet_tier_word(program->tier) : NULL);
    signet_utf8_show(signet_span_str(tool->opts.operands[0]), shown);
    if (ready) {
        warn_of_set_ids(program);
        signet_tool_note(tool, "%s: ok, %zu files, tier %s", shown, program->closure.count,
                         signet_tier_word(program->tier));
    } else {
        signet_tool_note(tool, "%s: %s, not started", shown, why_not(all));
    }
}

/* The exit status if the closure cannot be found: it is the program that is missing, or something
 * that it needs, or that cannot be executed. */
static int status_without_closure(const struct signet_enforce_program *program,
                                  int rc,
                                  const struct signet_err *err)
{
    if (rc == SIGNET_E_IO && err->sys_errno == ENOENT && program->closure.count == 0) {
        return SIGNET_ENFORCE_NOT_FOUND;
    }
    return rc == SIGNET_E_NOMEM || rc == SIGNET_E_INTERNAL ? SIGNET_ENFORCE_FAILED
                                                           : SIGNET_ENFORCE_DENIED;
}

/* Finds the closure and decides about each file of it. */
static int decide(struct signet_enforce_run *run,
                  struct signet_enforce_program *program,
                  struct signet_err *err)
{
    int rc = find_closure(run, program, err);
    if (rc != SIGNET_OK) {
        program->status = status_without_closure(program, rc, err);
        return rc;
    }
    program->status = SIGNET_ENFORCE_DENIED;
    for (size_t i = 0; rc == SIGNET_OK && i < program->closure.count; i++) {
        rc = judge(run, program, i, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_report(&run->all, run->now);
    }
    return rc;
}

int signet_enforce_run_program(struct signet_enforce_run *run,
                               struct signet_enforce_program **started,
                               struct signet_err *err)
{
    struct signet_tool *tool = run->tool;
    struct signet_enforce_program *program = calloc(1, sizeof(*program));
    if (program == NULL) {
        return no_memory(err);
    }
    *started = program;
    program->tool = tool;
    program->status = SIGNET_ENFORCE_FAILED;
    signet_jsonout_text(&tool->body, "action", "execute");
    int rc = check_usage(tool, err);
    if (rc == SIGNET_OK) {
        rc = read_tier(&tool->opts, &program->tier, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_enforce_begin(run, err);
        program->status = signet_enforce_is_refusal(signet_err_exit(rc)) ? SIGNET_ENFORCE_DENIED
                                                                         : SIGNET_ENFORCE_FAILED;
    }
    if (rc == SIGNET_OK) {
        run->all.unsigned_hint = "put its signature file beside it, or into a folder of evidence "
                                 "that the policy names";
        rc = decide(run, program, err);
    }
    bool passed = rc == SIGNET_OK && tool->status == SIGNET_OK;
    if (passed) {
        program->status = SIGNET_ENFORCE_FAILED;
        rc = choose(program, err);
    }
    if (rc == SIGNET_OK) {
        tell_tier(program, &run->all, passed);
    }
    return rc;
}

/* Only now, as the sandbox lets no descriptor be inherited that leads around it. */
static bool leave_scripts_open(const struct signet_enforce_program *program)
{
    bool left = true;
    for (size_t i = 0; left && i < program->closure.count; i++) {
        left = program->descriptors[i][0] == '\0' || fcntl(program->images[i].fd, F_SETFD, 0) == 0;
    }
    return left;
}

/* A lease is asked for again right before the start: SAFE stays what it was. */
static int check_leases(const struct signet_enforce_program *program, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < program->closure.count; i++) {
        enum signet_hold hold = how_held(program, i);
        rc = hold == SIGNET_HOLD_SAFE
                 ? (int)SIGNET_OK
                 : signet_gate_check_hold(program->closure.parts[i].artifact, hold, err);
    }
    return rc;
}

int signet_enforce_program_status(const struct signet_enforce_program *program)
{
    return program->status;
}

int signet_enforce_exec_program(struct signet_enforce_program *program, const char *name)
{
    int fd = -1;
    int status = SIGNET_ENFORCE_FAILED;
    struct signet_err err;
    signet_err_clear(&err);
    memcpy(&program->start.arguments, &program->arguments, sizeof(program->arguments));
    int rc = program->ready ? signet_gate_prepare(&program->start, program->tier, &fd, &err)
                            : signet_err_set(&err, SIGNET_E_INTERNAL, "not decided about");
    if (rc == SIGNET_OK) {
        rc = check_leases(program, &err);
    }
    if (rc == SIGNET_OK && (!leave_scripts_open(program) || !signet_enforce_restore_signals())) {
        rc = signet_err_sys(&err, SIGNET_E_INTERNAL, errno, "cannot hand on");
    }
    if (rc == SIGNET_OK) {
        status = signet_gate_exec(&program->start, fd, &err) != SIGNET_OK ? SIGNET_ENFORCE_DENIED
                                                                          : status;
    }
    signet_enforce_say_unstarted(name, program->closure.parts[program->closure.program].path,
                                 err.msg);
    return status;
}

void signet_enforce_program_free(struct signet_enforce_program *program)
{
    if (program == NULL) {
        return;
    }
    for (size_t i = 0; program->paths != NULL && i < program->closure.count; i++) {
        free(program->paths[i]);
    }
    signet_environment_free(&program->environment);
    signet_closure_free(&program->closure);
    free(program->paths);
    free(program->images);
    free(program->descriptors);
    free((void *)program->arguments);
    free((void *)program->readable);
    free((void *)program->writable);
    free(program);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce: what a policy lets be executed, loaded or opened. Owns the command line; what
 * each verb does is in a file of its own.
 */
#include <signet/text.h>
#include <time.h>

#include "enforce/enforce.h"

enum {
    CHECK = 1,
    OPEN = 2,
    DOCTOR = 4,
    RUN = 8
};

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_OPT_POLICY,
     .verbs = CHECK | OPEN | RUN,
     .name = "policy",
     .arg = "FILE",
     .help = "the signed policy that decides"},
    {.id = SIGNET_OPT_ROOT,
     .verbs = CHECK | OPEN | RUN,
     .name = "root",
     .arg = "FILE|DIR",
     .help = "the trust root for --policy, or N.root.json"},
    {.id = SIGNET_ENFORCE_ACTION,
     .verbs = CHECK,
     .name = "action",
     .arg = "ACTION",
     .help = "of check: execute [default], load or open"},
    {.id = SIGNET_ENFORCE_VIA,
     .verbs = OPEN,
     .name = "via",
     .arg = "WAY",
     .help = "how open hands on: auto, lease, copy or memfd"},
    {.id = SIGNET_ENFORCE_TIER,
     .verbs = RUN,
     .name = "tier",
     .arg = "TIER",
     .help = "of run: auto [default], pin or sandbox"},
    {.id = SIGNET_ENFORCE_ALSO,
     .verbs = RUN,
     .name = "also",
     .arg = "FILE",
     .repeat = true,
     .help = "PROG may run or load it too, if it is signed"},
    {.id = SIGNET_ENFORCE_RO,
     .verbs = RUN,
     .name = "ro",
     .arg = "PATH",
     .repeat = true,
     .help = "PROG may read it; not verified"},
    {.id = SIGNET_ENFORCE_RW,
     .verbs = RUN,
     .name = "rw",
     .arg = "PATH",
     .repeat = true,
     .help = "PROG may read and write it"},
    {.id = SIGNET_ENFORCE_ENV,
     .verbs = RUN,
     .rare = true,
     .name = "env",
     .arg = "NAME",
     .repeat = true,
     .help = "keep a variable that can have code loaded"},
    {.id = SIGNET_OPT_SIGNATURE,
     .verbs = CHECK | OPEN,
     .short_name = 's',
     .name = "signature",
     .arg = "SIG",
     .repeat = true,
     .help = "a signature file [all beside PATH]; repeatable"},
    {.id = SIGNET_OPT_STATE,
     .verbs = CHECK | OPEN | RUN,
     .name = "state",
     .arg = "FILE",
     .help = "remembers the versions seen; root has one"},
    {.id = SIGNET_OPT_INSECURE_UNSIGNED_POLICY,
     .verbs = CHECK | OPEN | RUN,
     .name = "insecure-unsigned-policy",
     .help = "take a policy that nobody signed"},
    {.id = SIGNET_OPT_INSECURE_NO_STATE,
     .verbs = CHECK | OPEN | RUN,
     .name = "insecure-no-state",
     .help = "remember no versions, so that old ones pass"},
    {.id = SIGNET_ENFORCE_INSECURE_ALLOW_JIT,
     .verbs = RUN,
     .rare = true,
     .name = "insecure-allow-jit",
     .help = "let PROG make code in memory and execute it"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END_COMMAND,
};

static const char *const usage[] = {
    "check [options] --policy FILE --root ROOT PATH...",
    "open [options] --policy FILE --root ROOT PATH -- CMD ARGS",
    "run [options] --policy FILE --root ROOT -- PROG ARGS",
    "doctor [--json]",
    NULL,
};

static const char *const examples[] = {
    "signet-enforce check --policy policy.dsse --root root.dsse /opt/tools/app",
    "signet-enforce run --policy policy.dsse --root root.dsse -- /opt/tools/app -v",
    "signet-enforce open --policy policy.dsse --root root.dsse m.gguf -- llm -m {}",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-enforce",
             .summary = "Decide whether a policy lets files be executed, loaded or opened. What "
                        "check\nsays is void once PATH is opened again; open starts CMD with "
                        "verified bytes that\ncannot change: {} in ARGS becomes their path.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-report/1",
    .options = options,
    .trusts_no_environment = true,
};

/* The bit of a verb; 0: it is none. */
static unsigned find_verb(const char *name)
{
    static const struct {
        const char *name;
        unsigned bit;
    } verbs[] = {{"check", CHECK}, {"open", OPEN}, {"run", RUN}, {"doctor", DOCTOR}};
    for (size_t i = 0; name != NULL && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return verbs[i].bit;
        }
    }
    return 0;
}

/* Verbs that are kept for what is to come. */
static bool is_reserved(const char *verb)
{
    static const char *const reserved[] = {"gate", "mcp"};
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strcmp(reserved[i], verb) == 0) {
            return true;
        }
    }
    return false;
}

static int refuse_verb(const char *verb, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (verb == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a verb: check, open, run or doctor");
    }
    signet_utf8_show(signet_span_str(verb), shown);
    return is_reserved(verb)
               ? signet_err_set(err, SIGNET_E_USAGE,
                                "%s: not built in this version, which has check, open, "
                                "run and doctor",
                                shown)
               : signet_err_set(err, SIGNET_E_USAGE,
                                "expected the verb check, open, run or doctor, found \"%s\"",
                                shown);
}

/* What is to be started; of one verb at most. */
struct starting {
    struct signet_enforce_start open;
    struct signet_enforce_program *program; /* NULL: not run */
};

static int run_verb(struct signet_tool *tool, struct starting *starting, struct signet_err *err)
{
    struct signet_enforce_run run = {.tool = tool, .now = (int64_t)time(NULL)};
    const char *name = signet_opts_take_verb(&tool->opts);
    unsigned verb = find_verb(name);
    if (verb == 0) {
        return refuse_verb(name, err);
    }
    int rc = signet_opts_check_verb(&tool->opts, verb, name, err);
    if (rc == SIGNET_OK) {
        rc = verb == OPEN    ? signet_enforce_open(&run, &starting->open, err)
             : verb == RUN   ? signet_enforce_run_program(&run, &starting->program, err)
             : verb == CHECK ? signet_enforce_check(&run, err)
                             : signet_enforce_doctor(tool, err);
    }
    signet_enforce_clear(&run);
    return rc;
}

/* The exit status of what is started, or why that was not, as env(1) has it. Nothing is started
 * unless all went well, the report included. */
static int open_status(int status, const struct signet_enforce_start *start)
{
    if (status == 0) {
        return start->arguments != NULL ? signet_enforce_exec(start, info.help.name) : 0;
    }
    return signet_enforce_is_refusal(status) ? SIGNET_ENFORCE_DENIED : SIGNET_ENFORCE_FAILED;
}

static int run_status(int status, struct signet_enforce_program *program)
{
    if (program == NULL) { /* not even a program: help, or the command line */
        return status == 0 ? 0 : SIGNET_ENFORCE_FAILED;
    }
    return status == 0 ? signet_enforce_exec_program(program, info.help.name)
                       : signet_enforce_program_status(program);
}

int main(int argc, char **argv)
{
    struct signet_tool tool;
    struct starting starting = {0};
    struct signet_err err;
    signet_err_clear(&err);
    bool started = signet_tool_start(&tool, &info, argc, argv);
    const char *first = tool.opts.operand_count > 0 ? tool.opts.operands[0] : "";
    bool opens = strcmp(first, "open") == 0;
    bool runs = strcmp(first, "run") == 0;
    if (started) {
        int rc = run_verb(&tool, &starting, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "%s", signet_err_meaning(rc));
            signet_tool_fail(&tool, &err, NULL);
        }
    }
    int status = signet_tool_finish(&tool);
    if (opens) {
        status = open_status(status, &starting.open);
    } else if (runs) {
        status = run_status(status, starting.program);
    }
    signet_enforce_start_free(&starting.open);
    signet_enforce_program_free(starting.program);
    return status;
}

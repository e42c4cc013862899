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
    FAILED = 125, /* exit statuses of open */
    DENIED = 126
};

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_OPT_POLICY,
     .verbs = CHECK | OPEN,
     .name = "policy",
     .arg = "FILE",
     .help = "the signed policy that decides"},
    {.id = SIGNET_OPT_ROOT,
     .verbs = CHECK | OPEN,
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
     .help = "how open hands on: auto [default] or memfd"},
    {.id = SIGNET_OPT_SIGNATURE,
     .verbs = CHECK | OPEN,
     .short_name = 's',
     .name = "signature",
     .arg = "SIG",
     .repeat = true,
     .help = "a signature file [all beside PATH]; repeatable"},
    {.id = SIGNET_OPT_STATE,
     .verbs = CHECK | OPEN,
     .name = "state",
     .arg = "FILE",
     .help = "remembers the versions seen; root has one"},
    {.id = SIGNET_OPT_INSECURE_UNSIGNED_POLICY,
     .verbs = CHECK | OPEN,
     .name = "insecure-unsigned-policy",
     .help = "take a policy that nobody signed"},
    {.id = SIGNET_OPT_INSECURE_NO_STATE,
     .verbs = CHECK | OPEN,
     .name = "insecure-no-state",
     .help = "remember no versions, so that old ones pass"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END_COMMAND,
};

static const char *const usage[] = {
    "check [options] --policy FILE --root ROOT PATH...",
    "open [options] --policy FILE --root ROOT FILE -- CMD ARGS",
    "doctor [--json]",
    NULL,
};

static const char *const examples[] = {
    "signet-enforce check --policy policy.dsse --root root.dsse /opt/tools/app",
    "signet-enforce check --policy policy.dsse --root root.dsse --action open model",
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
    } verbs[] = {{"check", CHECK}, {"open", OPEN}, {"doctor", DOCTOR}};
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
    static const char *const reserved[] = {"run", "gate", "mcp"};
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
        return signet_err_set(err, SIGNET_E_USAGE, "expected a verb: check, open or doctor");
    }
    signet_utf8_show(signet_span_str(verb), shown);
    return is_reserved(verb)
               ? signet_err_set(err, SIGNET_E_USAGE,
                                "%s: not built in this version, which has check, open and doctor",
                                shown)
               : signet_err_set(err, SIGNET_E_USAGE,
                                "expected the verb check, open or doctor, found \"%s\"", shown);
}

static int
run_verb(struct signet_tool *tool, struct signet_enforce_start *start, struct signet_err *err)
{
    struct signet_enforce_run run = {.tool = tool, .now = (int64_t)time(NULL)};
    const char *name = signet_opts_take_verb(&tool->opts);
    unsigned verb = find_verb(name);
    if (verb == 0) {
        return refuse_verb(name, err);
    }
    int rc = signet_opts_check_verb(&tool->opts, verb, name, err);
    if (rc == SIGNET_OK) {
        rc = verb == OPEN    ? signet_enforce_open(&run, start, err)
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
    return status == signet_err_exit(SIGNET_E_USAGE) || status == signet_err_exit(SIGNET_E_IO) ||
                   status == signet_err_exit(SIGNET_E_INTERNAL)
               ? FAILED
               : DENIED;
}

int main(int argc, char **argv)
{
    struct signet_tool tool;
    struct signet_enforce_start start = {0};
    struct signet_err err;
    signet_err_clear(&err);
    bool started = signet_tool_start(&tool, &info, argc, argv);
    bool opens = tool.opts.operand_count > 0 && strcmp(tool.opts.operands[0], "open") == 0;
    if (started) {
        int rc = run_verb(&tool, &start, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "%s", signet_err_meaning(rc));
            signet_tool_fail(&tool, &err, NULL);
        }
    }
    int status = signet_tool_finish(&tool);
    if (opens) {
        status = open_status(status, &start);
    }
    signet_enforce_start_free(&start);
    return status;
}

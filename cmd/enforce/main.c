/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce: what a policy lets be executed, loaded or opened. Owns the command line; what
 * each verb does is in a file of its own.
 */
#include <signet/text.h>
#include <time.h>

#include "enforce/enforce.h"

static const struct signet_opt_spec options[] = {
    {.id = SIGNET_OPT_POLICY,
     .name = "policy",
     .arg = "FILE",
     .help = "the signed policy that decides"},
    {.id = SIGNET_OPT_ROOT,
     .name = "root",
     .arg = "FILE",
     .help = "the trust root that --policy is judged by"},
    {.id = SIGNET_ENFORCE_ACTION,
     .name = "action",
     .arg = "ACTION",
     .help = "execute [default], load or open"},
    {.id = SIGNET_OPT_SIGNATURE,
     .short_name = 's',
     .name = "signature",
     .arg = "SIG",
     .repeat = true,
     .help = "a signature file [all beside PATH]; repeatable"},
    {.id = SIGNET_OPT_STATE,
     .name = "state",
     .arg = "FILE",
     .help = "remembers the versions seen; root has one"},
    {.id = SIGNET_OPT_INSECURE_UNSIGNED_POLICY,
     .name = "insecure-unsigned-policy",
     .help = "take a policy that nobody signed"},
    {.id = SIGNET_OPT_INSECURE_NO_STATE,
     .name = "insecure-no-state",
     .help = "remember no versions, so that old ones pass"},
    SIGNET_OPT_COMMON,
    SIGNET_OPT_END,
};

static const char *const usage[] = {
    "check [options] --policy FILE --root FILE PATH...",
    NULL,
};

static const char *const examples[] = {
    "signet-enforce check --policy policy.dsse --root root.dsse /opt/tools/app",
    "signet-enforce check --policy policy.dsse --root root.dsse --action open model",
    "signet-enforce check --policy policy.dsse --root root.dsse --json app tool",
    NULL,
};

static const struct signet_tool_info info = {
    .help = {.name = "signet-enforce",
             .summary = "Decide whether a policy lets files be executed, loaded or opened. The "
                        "decision\nis about what was read, and void once PATH is opened again.",
             .usage = usage,
             .examples = examples},
    .schema = "signet-report/1",
    .options = options,
    .trusts_no_environment = true,
};

/* Verbs that are kept for what is to come. */
static bool is_reserved(const char *verb)
{
    static const char *const reserved[] = {"open", "run", "doctor", "gate", "mcp"};
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strcmp(reserved[i], verb) == 0) {
            return true;
        }
    }
    return false;
}

static int run_verb(struct signet_tool *tool, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *verb = signet_opts_take_verb(&tool->opts);
    if (verb == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a verb: check");
    }
    if (strcmp(verb, "check") == 0) {
        return signet_enforce_check(tool, (int64_t)time(NULL), err);
    }
    signet_utf8_show(signet_span_str(verb), shown);
    return is_reserved(verb)
               ? signet_err_set(err, SIGNET_E_USAGE,
                                "%s: not built in this version, which has check", shown)
               : signet_err_set(err, SIGNET_E_USAGE, "expected the verb check, found \"%s\"",
                                shown);
}

int main(int argc, char **argv)
{
    struct signet_tool tool;
    struct signet_err err;
    signet_err_clear(&err);
    if (signet_tool_start(&tool, &info, argc, argv)) {
        int rc = run_verb(&tool, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "%s", signet_err_meaning(rc));
            signet_tool_fail(&tool, &err, NULL);
        }
    }
    return signet_tool_finish(&tool);
}

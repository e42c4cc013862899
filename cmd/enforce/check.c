/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce check: the decision alone, about each operand.
 */
#include <signet/text.h>

#include "common/operands.h"
#include "enforce/enforce.h"

static const struct {
    const char *name;
    enum signet_action action;
} actions[] = {
    {"execute", SIGNET_ACTION_EXECUTE}, /* the default */
    {"load", SIGNET_ACTION_LOAD},
    {"open", SIGNET_ACTION_OPEN},
};

static int read_action(struct signet_enforce_run *run, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *given = signet_opts_value(&run->tool->opts, SIGNET_ENFORCE_ACTION);
    const char *name = given != NULL ? given : actions[0].name;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, name) == 0) {
            run->action = actions[i].action;
            signet_jsonout_text(&run->tool->body, "action", name);
            return SIGNET_OK;
        }
    }
    return signet_err_set(err, SIGNET_E_USAGE,
                          "option --action: expected execute, load or open, found \"%s\"",
                          signet_utf8_show(signet_span_str(name), shown));
}

static int check_operand(void *ctx, const char *path, struct signet_err *err)
{
    struct signet_enforce_run *run = ctx;
    struct signet_artifact *artifact = NULL;
    struct signet_verification *result = NULL;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_artifact_open(path, &artifact, &why);
    if (rc == SIGNET_OK) {
        rc = signet_enforce_decide(run, path, artifact, &result, &why);
    }
    if (rc != SIGNET_OK) {
        signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
    }
    signet_artifact_close(artifact);
    return signet_verifying_add(&run->all, path, result, &why, err);
}

int signet_enforce_check(struct signet_enforce_run *run, struct signet_err *err)
{
    static const int of_one_path[] = {SIGNET_OPT_SIGNATURE, 0};
    const struct signet_tool *tool = run->tool;
    int rc = signet_operands_check(&tool->opts, "check", "checked", err);
    if (rc == SIGNET_OK) {
        rc = signet_opts_one_operand(&tool->opts, of_one_path, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_action(run, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_enforce_begin(run, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_verifying_operands(&run->all, check_operand, run, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_report(&run->all, run->now);
    }
    if (rc == SIGNET_OK && !tool->quiet && !tool->json) {
        signet_verifying_print(&run->all);
    }
    return rc;
}

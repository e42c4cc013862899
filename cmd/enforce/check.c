/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-enforce check: the decision alone, about each operand. Owns what is asked for; the policy,
 * the library and the system decide.
 */
#include <errno.h>
#include <signet/gate.h>
#include <signet/text.h>
#include <signet/verdict.h>
#include <unistd.h>

#include "common/operands.h"
#include "common/trust.h"
#include "common/verifying.h"
#include "enforce/enforce.h"

/* What was asked for, and what came of it. */
struct check {
    struct signet_verifying all;
    struct signet_trust *trust; /* owned */
    struct signet_store *store; /* owned; NULL: the policy names no folders of evidence */
    enum signet_action action;
    int64_t now;
};

static const struct signet_insecure insecure[] = {
    {SIGNET_OPT_INSECURE_UNSIGNED_POLICY, "--insecure-unsigned-policy",
     "whoever wrote the policy decides what passes"},
    {SIGNET_OPT_INSECURE_NO_STATE, "--insecure-no-state",
     "an older root or policy passes for the newest"},
    {0, NULL, NULL},
};

static const struct {
    const char *name;
    enum signet_action action;
} actions[] = {
    {"execute", SIGNET_ACTION_EXECUTE}, /* the default */
    {"load", SIGNET_ACTION_LOAD},
    {"open", SIGNET_ACTION_OPEN},
};

static const char *word(const struct signet_verification *result)
{
    return signet_verdict_word(signet_verdict_of(result));
}

static int read_action(struct signet_tool *tool, enum signet_action *action, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *given = signet_opts_value(&tool->opts, SIGNET_ENFORCE_ACTION);
    const char *name = given != NULL ? given : actions[0].name;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, name) == 0) {
            *action = actions[i].action;
            signet_jsonout_text(&tool->body, "action", name);
            return SIGNET_OK;
        }
    }
    return signet_err_set(err, SIGNET_E_USAGE,
                          "option --action: expected execute, load or open, found \"%s\"",
                          signet_utf8_show(signet_span_str(name), shown));
}

static int check_usage(const struct signet_opts *opts, struct signet_err *err)
{
    static const int of_one_path[] = {SIGNET_OPT_SIGNATURE, 0};
    static const int states[] = {SIGNET_OPT_STATE, SIGNET_OPT_INSECURE_NO_STATE, 0};
    if (!signet_opts_has(opts, SIGNET_OPT_POLICY) || !signet_opts_has(opts, SIGNET_OPT_ROOT)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected --policy FILE and --root FILE: the policy decides, and is "
                              "judged by the root");
    }
    int rc = signet_operands_check(opts, "check", "checked", err);
    if (rc == SIGNET_OK) {
        rc = signet_opts_one_operand(opts, of_one_path, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_opts_at_most_one(opts, states, err);
    }
    bool placed = geteuid() == 0 || signet_opts_has(opts, SIGNET_OPT_STATE) ||
                  signet_opts_has(opts, SIGNET_OPT_INSECURE_NO_STATE);
    return rc != SIGNET_OK || placed
               ? rc
               : signet_err_set(err, SIGNET_E_USAGE,
                                "expected --state FILE, which remembers the versions seen: only "
                                "root has one without it");
}

/* The file that passed may still be one that the system would not execute: then it is refused. A
 * system that cannot be asked decides nothing. */
static int ask_system(const struct check *check,
                      const struct signet_artifact *artifact,
                      struct signet_err *err)
{
    struct signet_err answer;
    signet_err_clear(&answer);
    int rc = check->action == SIGNET_ACTION_EXECUTE ? signet_gate_ask_system(artifact, &answer)
                                                    : (int)SIGNET_OK;
    if (rc == SIGNET_E_UNSUPPORTED) {
        signet_tool_detail(check->all.tool, "%s", answer.msg);
        return SIGNET_OK;
    }
    if (rc != SIGNET_OK) {
        *err = answer;
        check->all.tool->hint =
            answer.sys_errno == ETXTBSY
                ? "it is signed as demanded; end whatever has it open for writing"
                : "it is signed as demanded; chmod +x, or a mount without noexec, may be missing";
    }
    return rc;
}

static int verify(const struct check *check,
                  const char *path,
                  struct signet_artifact *artifact,
                  struct signet_verification **result,
                  struct signet_err *err)
{
    struct signet_tool *tool = check->all.tool;
    struct signet_verify_opts opts = signet_verifying_opts(tool);
    struct signet_signatures signatures = {0};
    opts.trust = check->trust;
    opts.store = check->store;
    opts.action = check->action;
    opts.files_only = signet_opts_has(&tool->opts, SIGNET_OPT_SIGNATURE);
    int rc = signet_verifying_gather(tool, path, artifact, &signatures, err);
    if (rc == SIGNET_OK) {
        rc = signet_verifying_verify(artifact, path, &signatures, &opts, result, err);
    }
    signet_signatures_free(&signatures);
    return rc;
}

/* All that is asked is asked of what was opened once. *result stays NULL, or becomes it, if it
 * comes to no verdict. */
static int decide(const struct check *check,
                  const char *path,
                  struct signet_verification **result,
                  struct signet_err *err)
{
    struct signet_artifact *artifact = NULL;
    int rc = signet_artifact_open(path, &artifact, err);
    if (rc == SIGNET_OK) {
        rc = signet_gate_check_kind(artifact, check->action, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify(check, path, artifact, result, err);
    }
    if (rc == SIGNET_OK) {
        rc = ask_system(check, artifact, err);
        if (rc == SIGNET_OK && signet_verdict_of(*result) != SIGNET_VERDICT_OK) {
            rc = signet_err_set(err, SIGNET_E_DENIED, "only a part of it is signed");
        }
        if (rc != SIGNET_OK) { /* what passed does not */
            signet_verification_free(*result);
            *result = NULL;
        }
    }
    signet_artifact_close(artifact);
    return rc;
}

static int check_operand(void *ctx, const char *path, struct signet_err *err)
{
    struct check *check = ctx;
    struct signet_verification *result = NULL;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = decide(check, path, &result, &why);
    if (rc != SIGNET_OK) {
        signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
    }
    return signet_verifying_add(&check->all, path, result, &why, err);
}

static int check_all(struct check *check, struct signet_tool *tool, struct signet_err *err)
{
    int rc = signet_verifying_init(&check->all, tool, insecure, err);
    check->all.word = word;
    if (rc == SIGNET_OK) {
        rc = signet_verifying_operands(&check->all, check_operand, check, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_report(&check->all, check->now);
    }
    if (rc == SIGNET_OK && !tool->quiet && !tool->json) {
        signet_verifying_print(&check->all);
    }
    signet_verifying_free(&check->all);
    return rc;
}

int signet_enforce_check(struct signet_tool *tool, int64_t now, struct signet_err *err)
{
    struct check check = {.now = now};
    int rc = check_usage(&tool->opts, err);
    if (rc == SIGNET_OK) {
        rc = read_action(tool, &check.action, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_tool_trust(tool, &check.trust, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_tool_evidence(tool, check.trust, &check.store, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_all(&check, tool, err);
    }
    signet_store_close(check.store);
    signet_trust_free(check.trust);
    return rc;
}

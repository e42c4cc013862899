/* SPDX-License-Identifier: Apache-2.0
 *
 * What every verb of signet-enforce decides by: one policy, and the system. Owns what is asked;
 * they and the library decide.
 */
#include <errno.h>
#include <signet/gate.h>
#include <signet/text.h>
#include <signet/verdict.h>
#include <stdio.h>
#include <unistd.h>

#include "common/say.h"
#include "enforce/enforce.h"

enum {
    MESSAGE = 512
};

static const struct signet_insecure insecure[] = {
    {SIGNET_OPT_INSECURE_UNSIGNED_POLICY, "--insecure-unsigned-policy",
     "whoever wrote the policy decides what passes"},
    {SIGNET_OPT_INSECURE_NO_STATE, "--insecure-no-state",
     "an older root or policy passes for the newest"},
    {SIGNET_ENFORCE_INSECURE_ALLOW_JIT, "--insecure-allow-jit",
     "code that nobody signed can be made in memory"},
    {0, NULL, NULL},
};

static const char *word(const struct signet_verification *result)
{
    return signet_verdict_word(signet_verdict_of(result));
}

static int check_usage(const struct signet_opts *opts, struct signet_err *err)
{
    static const int states[] = {SIGNET_OPT_STATE, SIGNET_OPT_INSECURE_NO_STATE, 0};
    if (!signet_opts_has(opts, SIGNET_OPT_POLICY) || !signet_opts_has(opts, SIGNET_OPT_ROOT)) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "expected --policy FILE and --root FILE|DIR: the policy decides, and is "
            "judged by the root");
    }
    bool placed = geteuid() == 0 || signet_opts_has(opts, SIGNET_OPT_STATE) ||
                  signet_opts_has(opts, SIGNET_OPT_INSECURE_NO_STATE);
    return placed ? signet_opts_at_most_one(opts, states, err)
                  : signet_err_set(err, SIGNET_E_USAGE,
                                   "expected --state FILE, which remembers the versions seen: only "
                                   "root has one without it");
}

int signet_enforce_begin(struct signet_enforce_run *run, struct signet_err *err)
{
    int rc = check_usage(&run->tool->opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_tool_trust(run->tool, &run->trust, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_tool_evidence(run->tool, run->trust, NULL, &run->store, err);
    }
    if (rc == SIGNET_OK) {
        signet_verifying_init(&run->all, run->tool, insecure);
        run->all.word = word;
    }
    return rc;
}

/* The file that passed may still be one that the system would not execute: then it is refused. A
 * system that cannot be asked decides nothing. */
static int ask_system(struct signet_enforce_run *run,
                      const struct signet_artifact *artifact,
                      struct signet_err *err)
{
    struct signet_err answer;
    signet_err_clear(&answer);
    int rc = run->action == SIGNET_ACTION_EXECUTE ? signet_gate_ask_system(artifact, &answer)
                                                  : (int)SIGNET_OK;
    if (rc == SIGNET_E_UNSUPPORTED) {
        signet_tool_detail(run->tool, "%s", answer.msg);
        return SIGNET_OK;
    }
    if (rc != SIGNET_OK) {
        *err = answer;
        run->tool->hint =
            answer.sys_errno == ETXTBSY
                ? "it is signed as demanded; end whatever has it open for writing"
                : "it is signed as demanded; chmod +x, or a mount without noexec, may be missing";
    }
    return rc;
}

static int verify(struct signet_enforce_run *run,
                  const char *path,
                  struct signet_artifact *artifact,
                  struct signet_verification **result,
                  struct signet_err *err)
{
    struct signet_verify_opts opts = signet_verifying_opts(run->tool);
    struct signet_signatures signatures = {0};
    opts.trust = run->trust;
    opts.store = run->store;
    opts.action = run->action;
    opts.files_only = signet_opts_has(&run->tool->opts, SIGNET_OPT_SIGNATURE);
    int rc = signet_verifying_gather(run->tool, path, artifact, &signatures, err);
    if (rc == SIGNET_OK) {
        rc = signet_verifying_verify(artifact, path, &signatures, &opts, result, err);
    }
    signet_signatures_free(&signatures);
    return rc;
}

int signet_enforce_decide(struct signet_enforce_run *run,
                          const char *path,
                          struct signet_artifact *artifact,
                          struct signet_verification **result,
                          struct signet_err *err)
{
    int rc = signet_gate_check_kind(artifact, run->action, err);
    if (rc == SIGNET_OK) {
        rc = verify(run, path, artifact, result, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = ask_system(run, artifact, err);
    if (rc == SIGNET_OK && signet_verdict_of(*result) != SIGNET_VERDICT_OK) {
        rc = signet_err_set(err, SIGNET_E_DENIED, "only a part of it is signed");
    }
    if (rc != SIGNET_OK) { /* what passed does not */
        signet_verification_free(*result);
        *result = NULL;
    }
    return rc;
}

void signet_enforce_say(const char *name, const char *what)
{
    char text[MESSAGE];
    int len = snprintf(text, sizeof(text), "%s: %s\n", name, what);
    signet_say(STDERR_FILENO,
               signet_span_of(text, len > 0 && (size_t)len < sizeof(text) ? (size_t)len : 0));
}

void signet_enforce_say_unstarted(const char *name, const char *program, const char *why)
{
    char text[MESSAGE];
    char shown[SIGNET_SHOW_MAX];
    int len = snprintf(text, sizeof(text), "%s: cannot be started: %s",
                       signet_utf8_show(signet_span_str(program), shown), why);
    signet_enforce_say(name, len > 0 ? text : "cannot be started");
}

bool signet_enforce_is_refusal(int status)
{
    return status != 0 && status != signet_err_exit(SIGNET_E_USAGE) &&
           status != signet_err_exit(SIGNET_E_IO) && status != signet_err_exit(SIGNET_E_INTERNAL);
}

void signet_enforce_clear(struct signet_enforce_run *run)
{
    signet_verifying_free(&run->all);
    signet_store_close(run->store);
    signet_trust_free(run->trust);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --attest-verdict: verifies by a policy, in this process, what is then attested. Owns
 * which options go with it; the verdict and what is said of it are the library's.
 */
#include "sign/verdict.h"

#include <signet/report.h>

#include "sign/sign.h"

static const struct signet_insecure insecure[] = {
    {SIGNET_OPT_INSECURE_NO_STATE, "--insecure-no-state",
     "an older root or policy passes for the newest"},
    {0, NULL, NULL},
};

int signet_sign_verdict_check(const struct signet_opts *opts, struct signet_err *err)
{
    static const int of_verdicts[] = {SIGNET_OPT_POLICY, SIGNET_OPT_ROOT, SIGNET_OPT_STATE,
                                      SIGNET_OPT_INSECURE_NO_STATE, 0};
    static const int states[] = {SIGNET_OPT_STATE, SIGNET_OPT_INSECURE_NO_STATE, 0};
    static const int others[] = {
        SIGNET_SIGN_ATTEST, SIGNET_SIGN_PREDICATE, SIGNET_SIGN_CANONICAL, SIGNET_SIGN_CONTENTS,
        SIGNET_SIGN_IGNORE, SIGNET_SIGN_HASH,      SIGNET_SIGN_MANIFEST,  SIGNET_SIGN_SHARD_SIZE,
        SIGNET_SIGN_REUSE,  SIGNET_SIGN_RELEASE,   SIGNET_SIGN_ADD_TO,    SIGNET_SIGN_BIND,
        SIGNET_SIGN_KIND,   SIGNET_SIGN_AT,        SIGNET_SIGN_TIME,      0};
    bool asked = signet_opts_has(opts, SIGNET_SIGN_ATTEST_VERDICT);
    for (size_t i = 0; !asked && of_verdicts[i] != 0; i++) {
        if (signet_opts_has(opts, of_verdicts[i])) {
            return signet_err_set(err, SIGNET_E_USAGE,
                                  "options --policy, --root, --state and --insecure-no-state go "
                                  "with --attest-verdict");
        }
    }
    if (asked &&
        (!signet_opts_has(opts, SIGNET_OPT_POLICY) || !signet_opts_has(opts, SIGNET_OPT_ROOT))) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "option --attest-verdict: expected --policy FILE and --root FILE|DIR: "
            "the policy decides, and is judged by the root");
    }
    int rc = signet_opts_at_most_one(opts, states, err);
    return rc == SIGNET_OK ? signet_opts_apart(opts, SIGNET_SIGN_ATTEST_VERDICT, others, err) : rc;
}

int signet_sign_verdict_read(struct signet_sign_run *run,
                             struct signet_sign_verdict *verdict,
                             struct signet_err *err)
{
    if (!signet_opts_has(&run->tool->opts, SIGNET_SIGN_ATTEST_VERDICT)) {
        return SIGNET_OK;
    }
    run->verdict = verdict;
    int rc = signet_tool_trust(run->tool, &verdict->trust, err);
    if (rc == SIGNET_OK) {
        rc = signet_tool_evidence(run->tool, verdict->trust, NULL, &verdict->store, err);
    }
    signet_verifying_init(&verdict->all, run->tool, insecure);
    return rc;
}

static int
verify(const struct signet_sign_run *run, struct signet_sign_item *item, struct signet_err *err)
{
    struct signet_verify_opts opts = signet_verifying_opts(run->tool);
    struct signet_signatures signatures = {0};
    opts.trust = run->verdict->trust;
    opts.store = run->verdict->store;
    int rc = signet_verifying_gather(run->tool, item->path, item->artifact, &signatures, err);
    if (rc == SIGNET_OK) {
        rc = signet_verifying_verify(item->artifact, item->path, &signatures, &opts, &item->verdict,
                                     err);
    }
    signet_signatures_free(&signatures);
    return rc;
}

int signet_sign_verdict_find(const struct signet_sign_run *run,
                             struct signet_sign_item *item,
                             struct signet_err *err)
{
    struct signet_err why;
    if (run->verdict == NULL) {
        return SIGNET_OK;
    }
    signet_err_clear(&why);
    int rc = verify(run, item, &why);
    if (item->verdict == NULL) {
        signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
        *err = why;
        return rc;
    }
    signet_buf_init(&item->summary, (size_t)1 << 24);
    return signet_report_summary(item->verdict, &item->summary, err);
}

int signet_sign_verdict_tell(const struct signet_sign_run *run,
                             struct signet_sign_item *item,
                             struct signet_err *err)
{
    struct signet_verification *verdict = item->verdict;
    item->verdict = NULL;
    return verdict != NULL
               ? signet_verifying_add(&run->verdict->all, item->path, verdict, NULL, err)
               : (int)SIGNET_OK;
}

void signet_sign_verdict_free(struct signet_sign_verdict *verdict)
{
    signet_verifying_free(&verdict->all);
    signet_store_close(verdict->store);
    signet_trust_free(verdict->trust);
}

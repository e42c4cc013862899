/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify at one operand: its signature files, and the verdict on it with those. Owns what is
 * demanded of an artifact; whether it is met is the library's to say.
 */
#include "verify/signatures.h"
#include "verify/verify.h"

static int verify_with(const struct signet_verify_run *run,
                       const char *path,
                       struct signet_artifact *artifact,
                       const struct signet_signatures *signatures,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = run->keys,
        .key_count = run->key_count,
        .threshold = run->threshold,
        .signatures = signatures->files,
        .signature_count = signatures->count,
        .accept_ignored = run->accept_ignored,
        .strip = run->strip,
        .insecure_ignore_unsigned =
            signet_opts_has(&run->tool->opts, SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED),
        .limits = &run->tool->limits,
        .only = run->only,
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress(run->tool),
        .progress_ctx = run->tool,
    };
    if (signatures->count == 0 && signatures->unread.code != SIGNET_OK) {
        *err = signatures->unread; /* better than to say that there is none */
        return err->code;
    }
    int rc = signet_verify(artifact, path, &opts, result, err);
    signet_progress_erase(&run->tool->progress);
    return rc;
}

/* *result stays NULL if it comes to no verification. */
static int verify_path(const struct signet_verify_run *run,
                       const char *path,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    struct signet_signatures signatures = {0};
    struct signet_artifact *artifact = NULL;
    bool named = signet_opts_has(&run->tool->opts, SIGNET_VERIFY_SIGNATURE);
    int rc = signet_artifact_open(path, &artifact, err);
    if (rc == SIGNET_OK) {
        signatures.max = signet_signature_max(artifact, &run->tool->limits);
        rc = named ? signet_signatures_named(&signatures, run->tool, SIGNET_VERIFY_SIGNATURE, path,
                                             err)
                   : signet_signatures_find(&signatures, run->tool, path, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_with(run, path, artifact, &signatures, result, err);
    }
    signet_signatures_free(&signatures);
    signet_artifact_close(artifact);
    return rc;
}

int signet_verify_item(const struct signet_verify_run *run,
                       const char *path,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    *result = NULL;
    int rc = verify_path(run, path, result, &why);
    if (*result != NULL) {
        return SIGNET_OK; /* the verdict is in it */
    }
    signet_err_set(&why, rc != SIGNET_OK ? rc : SIGNET_E_INTERNAL, "no verdict");
    return signet_verification_failed(path, &why, result, err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify at one operand: its signature files, and the verdict on it with those. Owns what is
 * demanded of an artifact; whether it is met is the library's to say.
 */
#include <signet/extract.h>
#include <signet/text.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/sidecar.h"
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
        .at = run->at,
        .files_only = signet_opts_has(&run->tool->opts, SIGNET_VERIFY_SIGNATURE),
        .allow_excludes = run->allow_excludes,
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress(run->tool),
        .progress_ctx = run->tool,
    };
    if (signatures->count == 0 && signatures->unread_count > 0) {
        *err = signatures->unread; /* better than to say that there is none */
        return err->code;
    }
    int rc = signet_verify(artifact, path, &opts, result, err);
    signet_progress_erase(&run->tool->progress);
    return rc;
}

/* What is written into a bundle would be in it without being signed. */
static int check_outside(const char *folder, const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char *base = NULL;
    char *inside = NULL;
    int rc = signet_sidecar_base(folder, &base, err);
    if (rc == SIGNET_OK) {
        rc = signet_sidecar_inside(base, path, &inside, err);
    }
    if (rc == SIGNET_OK && inside != NULL) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "option --extract: %s lies inside what is verified, where nobody "
                            "signed it: choose a place elsewhere",
                            signet_utf8_show(signet_span_str(folder), shown));
    }
    free(inside);
    free(base);
    return rc;
}

/* A folder that exists, or may not, is better known before the work than after it. */
static int
check_folder(const struct signet_verify_run *run, const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    const char *folder = signet_opts_value(&run->tool->opts, SIGNET_VERIFY_EXTRACT);
    if (folder == NULL) {
        return SIGNET_OK;
    }
    if (lstat(folder, &st) != 0) {
        return check_outside(folder, path, err);
    }
    return signet_err_set(err, SIGNET_E_EXISTS, "%s: exists, and --extract makes a new folder",
                          signet_utf8_show(signet_span_str(folder), shown));
}

/* Writes out what passed. What fails then is no pass: *result is dropped. */
static int extract(const struct signet_verify_run *run,
                   struct signet_artifact *artifact,
                   struct signet_verification **result,
                   struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *folder = signet_opts_value(&run->tool->opts, SIGNET_VERIFY_EXTRACT);
    const struct signet_extract_opts opts = {
        .size = sizeof(opts),
        .limits = &run->tool->limits,
        .jobs = run->tool->jobs,
        .progress = signet_tool_progress(run->tool),
        .progress_ctx = run->tool,
    };
    int rc = signet_extract(*result, artifact, folder, &opts, err);
    signet_progress_erase(&run->tool->progress);
    if (rc != SIGNET_OK) {
        signet_verification_free(*result);
        *result = NULL;
        return rc;
    }
    signet_jsonout_text(&run->tool->body, "extracted", folder);
    signet_tool_note(run->tool, "written: %s", signet_utf8_show(signet_span_str(folder), shown));
    return SIGNET_OK;
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
    int rc = check_folder(run, path, err);
    if (rc == SIGNET_OK) {
        rc = signet_artifact_open(path, &artifact, err);
    }
    if (rc == SIGNET_OK && run->at == NULL) {
        signatures.max = signet_signature_max(artifact, &run->tool->limits);
        rc = named ? signet_signatures_named(&signatures, run->tool, SIGNET_VERIFY_SIGNATURE, path,
                                             err)
                   : signet_signatures_find(&signatures, run->tool, path, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_with(run, path, artifact, &signatures, result, err);
    }
    if (rc == SIGNET_OK && signet_opts_has(&run->tool->opts, SIGNET_VERIFY_EXTRACT)) {
        rc = extract(run, artifact, result, err);
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

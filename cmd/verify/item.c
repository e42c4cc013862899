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
#include "verify/verify.h"

/* What is demanded of anything. */
static struct signet_verify_opts demands(const struct signet_verify_run *run)
{
    struct signet_verify_opts opts = signet_verifying_opts(run->tool);
    opts.accept_ignored = run->accept_ignored;
    opts.expected_name = run->expected;
    opts.expected_version = run->expected_version;
    opts.strip = run->strip;
    opts.insecure_ignore_unsigned =
        signet_opts_has(&run->tool->opts, SIGNET_VERIFY_INSECURE_IGNORE_UNSIGNED);
    return opts;
}

static int verify_with(const struct signet_verify_run *run,
                       const struct signet_verify_operand *operand,
                       struct signet_artifact *artifact,
                       const struct signet_signatures *signatures,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    struct signet_verify_opts opts = demands(run);
    opts.keys = run->keys;
    opts.key_count = run->key_count;
    opts.threshold = run->threshold;
    opts.trust = run->trust;
    opts.store = run->store;
    opts.only = run->only;
    opts.at = run->at;
    opts.files_only = signet_opts_has(&run->tool->opts, SIGNET_OPT_SIGNATURE);
    opts.allow_excludes = run->allow_excludes;
    opts.keep_texts = run->packing != NULL;
    opts.keep_document = operand->role == SIGNET_VERIFY_THE_BOM;
    return signet_verifying_verify(artifact, operand->path, signatures, &opts, result, err);
}

/* A model by its BOM, which may lie in it. */
static int verify_bound(const struct signet_verify_run *run,
                        const struct signet_verify_operand *operand,
                        struct signet_artifact *artifact,
                        struct signet_verification **result,
                        struct signet_err *err)
{
    struct signet_verify_opts opts = demands(run);
    char *name = NULL;
    int rc = signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE
                 ? signet_sidecar_inside(operand->other, operand->path, &name, err)
                 : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        opts.bom = operand->bom;
        opts.bom_name = name;
        rc = signet_verify(artifact, operand->path, &opts, result, err);
    }
    free(name);
    return rc;
}

static bool is_same(const char *one, const char *other)
{
    struct stat a;
    struct stat b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

int signet_verify_check_outside(const char *option,
                                const char *output,
                                const char *path,
                                struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char *base = NULL;
    char *inside = NULL;
    int rc = signet_sidecar_base(output, &base, err);
    if (rc == SIGNET_OK) {
        rc = signet_sidecar_inside(base, path, &inside, err);
    }
    if (rc == SIGNET_OK && (inside != NULL || is_same(output, path))) {
        rc = signet_err_set(err, SIGNET_E_USAGE,
                            "option %s: %s lies inside what is verified, where nobody "
                            "signed it: choose a place elsewhere",
                            option, signet_utf8_show(signet_span_str(output), shown));
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
        return signet_verify_check_outside("--extract", folder, path, err);
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
    if (rc != SIGNET_OK) {
        signet_verification_free(*result);
        *result = NULL;
        return rc;
    }
    signet_jsonout_text(&run->tool->body, "extracted", folder);
    signet_tool_note(run->tool, "written: %s", signet_utf8_show(signet_span_str(folder), shown));
    return SIGNET_OK;
}

/* The signature files of an operand. Those of a BOM may lie in its model. */
static int gather(const struct signet_verify_run *run,
                  const struct signet_verify_operand *operand,
                  const struct signet_artifact *artifact,
                  struct signet_signatures *signatures,
                  struct signet_err *err)
{
    if (run->at != NULL) {
        return SIGNET_OK;
    }
    int rc = signet_verifying_gather(run->tool, operand->path, artifact, signatures, err);
    return rc == SIGNET_OK && operand->role == SIGNET_VERIFY_THE_BOM
               ? signet_signatures_inside(signatures, operand->other, err)
               : rc;
}

static int verify_opened(const struct signet_verify_run *run,
                         const struct signet_verify_operand *operand,
                         struct signet_artifact *artifact,
                         struct signet_verification **result,
                         struct signet_err *err)
{
    struct signet_signatures signatures = {0};
    if (operand->role == SIGNET_VERIFY_THE_MODEL) {
        return verify_bound(run, operand, artifact, result, err);
    }
    int rc = gather(run, operand, artifact, &signatures, err);
    if (rc == SIGNET_OK) {
        rc = verify_with(run, operand, artifact, &signatures, result, err);
    }
    signet_signatures_free(&signatures);
    return rc;
}

/* *result stays NULL if it comes to no verification. */
static int verify_path(const struct signet_verify_run *run,
                       const struct signet_verify_operand *operand,
                       struct signet_verification **result,
                       struct signet_err *err)
{
    struct signet_artifact *artifact = NULL;
    bool extracts = signet_opts_has(&run->tool->opts, SIGNET_VERIFY_EXTRACT) &&
                    operand->role != SIGNET_VERIFY_THE_BOM;
    int rc = extracts ? check_folder(run, operand->path, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = signet_artifact_open(operand->path, &artifact, err);
    }
    if (rc == SIGNET_OK) {
        rc = verify_opened(run, operand, artifact, result, err);
    }
    if (rc == SIGNET_OK && extracts) {
        rc = extract(run, artifact, result, err);
    }
    signet_artifact_close(artifact);
    return rc;
}

/* Of the model of a BOM that did not pass nothing is read, as nothing says what it is. */
static int check_bom(const struct signet_verify_operand *operand, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int code = operand->role == SIGNET_VERIFY_THE_MODEL ? signet_verification_code(operand->bom)
                                                        : (int)SIGNET_OK;
    return code == SIGNET_OK
               ? code
               : signet_err_set(err, code, "not read, as its BOM %s did not pass",
                                signet_utf8_show(signet_span_str(operand->other), shown));
}

int signet_verify_item(struct signet_verify_run *run,
                       const struct signet_verify_operand *operand,
                       struct signet_err *err)
{
    struct signet_verification *result = NULL;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = check_bom(operand, &why);
    if (rc == SIGNET_OK) {
        rc = verify_path(run, operand, &result, &why);
    }
    if (rc != SIGNET_OK) {
        signet_err_set(&why, rc, "%s", signet_err_meaning(rc));
    }
    return signet_verifying_add(&run->all, operand->path, result, &why, err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The artifact as a document in memory: see verify/form.h.
 */
#include "verify/form.h"

#include "base/err.h"

static bool has_form(const struct signet_statement *statement)
{
    for (size_t i = 0; i < statement->subject_count; i++) {
        if (statement->subjects[i].canonical) {
            return true;
        }
    }
    return false;
}

static int canonize(struct signet_embedded *embedded,
                    const struct signet_artifact *artifact,
                    const struct signet_limits *limits,
                    struct signet_err *err)
{
    struct signet_document *document = &embedded->document;
    int rc = SIGNET_OK;
    if (document->text.len == 0 && artifact != NULL) {
        rc = signet_document_read(artifact, limits->document, document, err);
    }
    if (rc == SIGNET_OK && document->manifest.kind == 0) {
        const char *name = artifact != NULL ? signet_artifact_name(artifact) : "";
        rc = signet_document_describe(document, name, err);
        if (rc != SIGNET_OK) {
            signet_manifest_free(&document->manifest);
        }
    }
    if (rc == SIGNET_OK && document->manifest.canonical.len == 0) {
        rc = signet_document_canonize(document, embedded->scanned ? &embedded->json : NULL, limits,
                                      &embedded->inexact, err);
    }
    return rc;
}

const struct signet_manifest *signet_form_make(struct signet_embedded *embedded,
                                               const struct signet_artifact *artifact,
                                               const struct signet_verify_opts *opts,
                                               struct signet_err *why)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    signet_err_clear(why);
    int rc = canonize(embedded, artifact, limits, why);
    signet_err_set(why, rc, "%s", signet_err_meaning(rc));
    if (rc != SIGNET_OK) {
        signet_err_prefix(why, "the RFC 8785 form of it is signed");
    }
    return embedded->document.manifest.kind != 0 ? &embedded->document.manifest : NULL;
}

const struct signet_manifest *signet_form_manifest(struct signet_embedded *embedded,
                                                   const struct signet_artifact *artifact,
                                                   const struct signet_statement *statement,
                                                   const struct signet_verify_opts *opts,
                                                   struct signet_err *why)
{
    if (has_form(statement) &&
        (artifact == NULL || signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE)) {
        return signet_form_make(embedded, artifact, opts, why);
    }
    signet_err_clear(why);
    return embedded->document.manifest.kind != 0 ? &embedded->document.manifest : NULL;
}

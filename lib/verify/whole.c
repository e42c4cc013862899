/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles by their identity: see verify/whole.h.
 */
#include "verify/whole.h"

#include "base/codec.h"
#include "base/err.h"

const struct signet_subject *signet_whole_subject(const struct signet_statement *statement)
{
    for (size_t i = 0; i < statement->subject_count; i++) {
        if (statement->subjects[i].digests.bundle.len > 0) {
            return &statement->subjects[i];
        }
    }
    return NULL;
}

bool signet_whole_is(const struct signet_statement *statement,
                     const struct signet_manifest *manifest)
{
    for (size_t i = 0; i < statement->subject_count; i++) {
        if (manifest->kind == SIGNET_ARTIFACT_BUNDLE &&
            signet_digest_eq(&statement->subjects[i].digests.bundle, &manifest->identity)) {
            return true;
        }
    }
    return false;
}

static struct signet_measure_opts how_to(const struct signet_content *content,
                                         const struct signet_artifact *artifact,
                                         const char *name,
                                         const struct signet_verify_opts *opts)
{
    struct signet_measure_opts how =
        signet_content_how(opts, content->left_out, content->own_names);
    how.contents = signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE;
    how.strip = signet_content_strip(opts, name);
    return how;
}

int signet_whole_measure(const struct signet_content *content,
                         struct signet_artifact *artifact,
                         const char *name,
                         const struct signet_verify_opts *opts,
                         struct signet_manifest *manifest,
                         struct signet_err *err)
{
    const struct signet_measure_opts how = how_to(content, artifact, name, opts);
    signet_manifest_free(manifest);
    return signet_artifact_measure(artifact, &how, manifest, err);
}

static int whole_differs(const struct signet_digest *signed_one,
                         const struct signet_manifest *manifest,
                         struct signet_err *err)
{
    char expected[SIGNET_DIGEST_HEX];
    char found[SIGNET_DIGEST_HEX];
    signet_hex_encode(signet_span_of(signed_one->bytes, signed_one->len), expected);
    signet_hex_encode(signet_span_of(manifest->identity.bytes, manifest->identity.len), found);
    return signet_err_set(err, SIGNET_E_MISMATCH,
                          "content differs: signed bundle %s, found %s, or other paths were left "
                          "out",
                          expected, found);
}

int signet_whole_compare(struct signet_content *content,
                         struct signet_artifact *artifact,
                         const struct signet_manifest *measured,
                         const struct signet_statement *statement,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    const struct signet_subject *subject = signet_whole_subject(statement);
    const struct signet_manifest *manifest = measured;
    int rc = SIGNET_OK;
    if (subject == NULL) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a statement without a bundle");
    }
    if (manifest == NULL) {
        const struct signet_measure_opts how = how_to(content, artifact, subject->name, opts);
        rc = signet_content_measure(content, artifact, &how, err);
        manifest = &content->manifest;
    }
    if (rc == SIGNET_OK && !signet_whole_is(statement, manifest)) {
        rc = whole_differs(&subject->digests.bundle, manifest, err);
    }
    if (rc == SIGNET_OK) {
        content->matched = manifest->count;
        rc = signet_content_compare_ignored(content, manifest, opts, err);
    }
    return rc == SIGNET_OK ? signet_content_summarise(content, err) : rc;
}

void signet_whole_lists_first(struct signet_verification *verification)
{
    struct signet_source *sources = verification->sources;
    size_t lists = 0;
    for (size_t i = 0; i < verification->source_count; i++) {
        struct signet_source source = sources[i];
        if (source.evidence != NULL && source.evidence->claim == SIGNET_CLAIM_OMS) {
            memmove(&sources[lists + 1], &sources[lists], (i - lists) * sizeof(*sources));
            sources[lists++] = source;
        }
    }
}

int signet_whole_note_left_out(struct signet_verification *verification, struct signet_err *err)
{
    const char *const *recorded = signet_artifact_git_names();
    for (size_t i = verification->source_count; i-- > 0;) {
        const struct signet_evidence *evidence = verification->sources[i].evidence;
        if (evidence != NULL && evidence->claim == SIGNET_CLAIM_OMS) {
            recorded = (const char *const *)evidence->oms.ignore_paths;
        }
    }
    verification->content.left_out =
        signet_content_ignores(&verification->storage, recorded, verification->content.own_names);
    return verification->content.left_out != NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the ignore paths");
}

bool signet_whole_take_compared(const struct signet_verification *verification,
                                struct signet_source *source)
{
    const struct signet_manifest *manifest = verification->manifest;
    if (manifest == NULL || verification->compared == NULL ||
        !verification->compared->content_matches || manifest->identity.len == 0 ||
        source->evidence->claim != SIGNET_CLAIM_SIGNED ||
        !signet_whole_is(&source->evidence->statement, manifest)) {
        return false;
    }
    source->content_matches = true;
    source->identity = manifest->identity;
    source->kind = manifest->kind;
    return true;
}

bool signet_whole_may_compare(const struct signet_verification *verification,
                              struct signet_source *source)
{
    if (!verification->partial || source->evidence->claim != SIGNET_CLAIM_SIGNED ||
        signet_whole_subject(&source->evidence->statement) == NULL) {
        return true;
    }
    signet_err_set(&source->err, SIGNET_E_NO_SIGNATURE,
                   "it signs the bundle as a whole, and none of the entries that were chosen");
    return false;
}

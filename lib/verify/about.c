/* SPDX-License-Identifier: Apache-2.0
 *
 * What attestations are about: see verify/about.h. Owns which identity of the artifact a subject is
 * compared with: digests with a file's bytes, or its RFC 8785 form, signetBundle with the identity
 * of a bundle. They never mix.
 */
#include "verify/about.h"

#include <stdio.h>

#include "base/err.h"
#include "base/utf8.h"
#include "verify/form.h"
#include "verify/whole.h"

/* The comparing of all attestations of one verification. */
struct judging {
    struct signet_verification *verification;
    struct signet_artifact *artifact;
    const struct signet_manifest *measured; /* by the caller, or NULL */
    const struct signet_verify_opts *opts;
    bool may_read;
    struct signet_content file; /* for what is compared with a file */
    struct signet_manifest bundle;
    const char *bundle_of; /* the subject by which it was measured; NULL: it was not */
};

const char *signet_about_name(enum signet_about about)
{
    switch (about) {
    case SIGNET_ABOUT_THIS:
        return "this artifact";
    case SIGNET_ABOUT_OTHER:
        return "something else";
    case SIGNET_ABOUT_UNKNOWN:
    default:
        return "something that was not compared";
    }
}

static bool has_file_digest(const struct signet_statement *statement)
{
    for (size_t i = 0; i < statement->subject_count; i++) {
        if (statement->subjects[i].digests.strong_count > 0) {
            return true;
        }
    }
    return false;
}

/* What is known of the artifact as a file. */
static const struct signet_manifest *known_file(struct judging *judging,
                                                const struct signet_statement *statement)
{
    struct signet_verification *verification = judging->verification;
    if (judging->measured != NULL) {
        return judging->measured;
    }
    const struct signet_manifest *document =
        signet_form_manifest(&verification->embedded, judging->artifact, statement, judging->opts,
                             &judging->file.formless);
    if (document != NULL) {
        return document;
    }
    const struct signet_manifest *manifest = verification->manifest;
    return manifest != NULL && manifest->kind == SIGNET_ARTIFACT_FILE ? manifest : NULL;
}

static int
judge_file(struct judging *judging, const struct signet_evidence *evidence, struct signet_err *err)
{
    const struct signet_manifest *known = known_file(judging, &evidence->statement);
    if (known == NULL && !judging->may_read) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED, "the artifact was not read");
    }
    return signet_content_compare(&judging->file, judging->artifact, known, evidence, judging->opts,
                                  err);
}

static int measure_bundle(struct judging *judging, const char *subject, struct signet_err *err)
{
    judging->bundle_of = NULL;
    int rc = signet_whole_measure(&judging->verification->content, judging->artifact, subject,
                                  judging->opts, &judging->bundle, err);
    judging->bundle_of = rc == SIGNET_OK ? subject : NULL;
    return rc;
}

/* The artifact as a bundle, or NULL: it is none, or err says why that is not known. */
static const struct signet_manifest *
find_bundle(struct judging *judging, const char *subject, struct signet_err *err)
{
    const struct signet_manifest *known = judging->measured;
    const char *archive = NULL;
    known = known != NULL ? known : judging->verification->manifest;
    if (known != NULL && known->kind == SIGNET_ARTIFACT_BUNDLE && known->identity.len > 0) {
        return known;
    }
    if (judging->measured != NULL || judging->artifact == NULL) {
        return NULL;
    }
    bool folder = signet_artifact_kind(judging->artifact) == SIGNET_ARTIFACT_BUNDLE;
    if (!folder && (signet_artifact_archive(judging->artifact, &archive, err) != SIGNET_OK ||
                    archive == NULL)) {
        return NULL;
    }
    if (judging->bundle_of != NULL && (folder || strcmp(judging->bundle_of, subject) == 0)) {
        return &judging->bundle;
    }
    if (!judging->may_read) {
        signet_err_set(err, SIGNET_E_UNVERIFIED, "the artifact was not read");
        return NULL;
    }
    return measure_bundle(judging, subject, err) == SIGNET_OK ? &judging->bundle : NULL;
}

static int judge_bundle(struct judging *judging,
                        const struct signet_statement *statement,
                        struct signet_err *err)
{
    const struct signet_subject *named = signet_whole_subject(statement);
    const struct signet_manifest *bundle =
        named != NULL ? find_bundle(judging, named->name, err) : NULL;
    if (bundle != NULL && signet_whole_is(statement, bundle)) {
        return SIGNET_OK;
    }
    return signet_err_set(err, SIGNET_E_MISMATCH,
                          bundle != NULL ? "the bundle differs, or other paths of it were left out"
                                         : "it is about a bundle");
}

static bool is_file(const struct judging *judging)
{
    return judging->measured != NULL
               ? judging->measured->kind == SIGNET_ARTIFACT_FILE
               : judging->artifact == NULL ||
                     signet_artifact_kind(judging->artifact) == SIGNET_ARTIFACT_FILE;
}

static int compare(struct judging *judging, struct signet_source *source, struct signet_err *err)
{
    const struct signet_statement *statement = &source->evidence->statement;
    bool as_file = has_file_digest(statement) && is_file(judging);
    bool as_bundle = signet_whole_subject(statement) != NULL;
    int rc = as_file ? judge_file(judging, source->evidence, err) : (int)SIGNET_E_MISMATCH;
    source->kind = SIGNET_ARTIFACT_FILE;
    if (rc != SIGNET_OK && as_bundle) {
        signet_err_clear(err);
        rc = judge_bundle(judging, statement, err);
        source->kind = SIGNET_ARTIFACT_BUNDLE;
    }
    signet_err_set(err, rc, "it is about something of another kind");
    return rc;
}

static void judge(struct judging *judging, struct signet_source *source)
{
    if (judging->verification->partial) {
        signet_err_set(&source->err, SIGNET_E_UNVERIFIED, "only what was chosen was looked at");
        return;
    }
    switch (compare(judging, source, &source->err)) {
    case SIGNET_OK:
        source->about = SIGNET_ABOUT_THIS;
        break;
    case SIGNET_E_MISMATCH:
    case SIGNET_E_UNSUPPORTED: /* no digest to match by */
    case SIGNET_E_MALFORMED:   /* no JSON, and so not the document that it is about */
        source->about = SIGNET_ABOUT_OTHER;
        break;
    default:
        source->about = SIGNET_ABOUT_UNKNOWN;
        break;
    }
}

static bool is_attestation(const struct signet_source *source)
{
    return source->evidence != NULL && source->evidence->claim == SIGNET_CLAIM_ATTESTATION;
}

void signet_about_judge(struct signet_verification *verification,
                        struct signet_artifact *artifact,
                        const struct signet_manifest *measured,
                        const struct signet_verify_opts *opts,
                        bool may_read)
{
    struct judging judging = {
        .verification = verification,
        .artifact = artifact,
        .measured = measured,
        .opts = opts,
        .may_read = may_read,
    };
    for (size_t i = 0; i < verification->source_count; i++) {
        if (is_attestation(&verification->sources[i])) {
            judge(&judging, &verification->sources[i]);
        }
    }
    signet_manifest_free(&judging.bundle);
    signet_content_clear(&judging.file);
}

const char *signet_about_list(const struct signet_verification *verification,
                              char out[SIGNET_ABOUT_TEXT])
{
    char shown[SIGNET_SHOW_MAX];
    size_t used = 0;
    size_t left = 0;
    out[0] = '\0';
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        char line[SIGNET_SHOW_MAX + 64];
        if (!is_attestation(source)) {
            continue;
        }
        const char *type = source->evidence->statement.predicate_type;
        int len = snprintf(line, sizeof(line), "%s%s about %s", used > 0 ? ", " : "",
                           signet_utf8_show(signet_span_str(type), shown),
                           signet_about_name(source->about));
        size_t need = len > 0 ? (size_t)len : 0;
        if (left > 0 || need >= SIGNET_ABOUT_TEXT - 24 - used) {
            left++;
            continue;
        }
        memcpy(out + used, line, need + 1);
        used += need;
    }
    if (left > 0 && snprintf(out + used, SIGNET_ABOUT_TEXT - used, "%s%zu other%s",
                             used > 0 ? " and " : "", left, left == 1 ? "" : "s") < 0) {
        out[used] = '\0';
    }
    return out;
}

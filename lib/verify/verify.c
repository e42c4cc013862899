/* SPDX-License-Identifier: Apache-2.0
 *
 * The one decision. Owns the rule by which signature files and an artifact become a pass, and is
 * the only place that builds a struct signet_verified. Parses nothing and checks no signature
 * itself.
 */
#include <signet/verify.h>

#include <stdlib.h>

#include "base/err.h"
#include "base/utf8.h"
#include "trust/trust.h"
#include "verify/about.h"
#include "verify/bound.h"
#include "verify/by_policy.h"
#include "verify/count.h"
#include "verify/demanded.h"
#include "verify/explain.h"
#include "verify/form.h"
#include "verify/guess.h"
#include "verify/inner.h"
#include "verify/steady.h"
#include "verify/stored.h"
#include "verify/verification.h"
#include "verify/vouched.h"
#include "verify/whole.h"

/* One decision in the making. */
struct decision {
    struct signet_verification *verification;
    struct signet_artifact *artifact;       /* NULL: it is a document that was taken */
    const struct signet_manifest *measured; /* NULL: read the artifact */
    struct signet_embedded *taken;
    const struct signet_verify_opts *opts;
    struct signet_verify_opts with_keys; /* those of a root, instead of the caller's opts */
    bool attested;                       /* an attestation is what is asked for */
    struct signet_steady steady;
};

/* Keys are copied, so that a report can be made after the caller's are gone. */
static int copy_keys(struct signet_verification *verification,
                     const struct signet_verify_opts *opts,
                     struct signet_err *err)
{
    struct signet_trusted_key *keys =
        signet_arena_array(&verification->storage, opts->key_count, sizeof(*keys));
    for (size_t i = 0; keys != NULL && i < opts->key_count; i++) {
        const char *name = opts->keys[i].name != NULL ? opts->keys[i].name : "";
        keys[i] = opts->keys[i];
        keys[i].name = signet_arena_copy(&verification->storage, signet_span_str(name));
        if (keys[i].name == NULL) {
            keys = NULL;
        }
    }
    verification->keys = keys;
    verification->key_count = opts->key_count;
    verification->threshold = opts->threshold > 0 ? opts->threshold : 1;
    return keys != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for keys");
}

static void read_files(struct decision *decision)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = decision->opts->limits;
    struct signet_verification *verification = decision->verification;
    for (size_t i = 0; i < decision->opts->signature_count; i++) {
        struct signet_source *source = &verification->sources[verification->source_count++];
        uint64_t max =
            signet_signature_max(decision->artifact, limits != NULL ? limits : &standard);
        signet_source_read(source, &decision->opts->signatures[i], max, decision->opts);
        const char *name = signet_arena_copy(&verification->storage, signet_span_str(source->name));
        source->name = name != NULL ? name : "";
        if (source->own_name != NULL) { /* without memory it is a file like any other */
            source->own_name =
                signet_arena_copy(&verification->storage, signet_span_str(source->own_name));
        }
    }
}

/* What is signed inside the artifact, at the places that were asked for. */
static int read_embedded(struct decision *decision, struct signet_err *err)
{
    struct signet_verification *verification = decision->verification;
    struct signet_embedded *embedded = &verification->embedded;
    int rc = signet_embedded_judge_inner(embedded, decision->opts, err);
    for (size_t i = 0; rc == SIGNET_OK && i < embedded->place_count; i++) {
        if (embedded->places[i].is_signed) {
            struct signet_source *source = &verification->sources[verification->source_count++];
            source->name = verification->path;
            signet_embedded_source(embedded, i, decision->opts, source);
        }
    }
    return rc;
}

static int open_embedded(struct decision *decision, struct signet_err *err)
{
    struct signet_embedded *embedded = &decision->verification->embedded;
    if (decision->taken != NULL) {
        *embedded = *decision->taken;
        memset(decision->taken, 0, sizeof(*decision->taken));
        return SIGNET_OK;
    }
    return decision->measured != NULL
               ? (int)SIGNET_OK
               : signet_embedded_open(embedded, decision->artifact, decision->opts, err);
}

static int read_sources(struct decision *decision, struct signet_err *err)
{
    struct signet_verification *verification = decision->verification;
    size_t room = decision->opts->signature_count + verification->embedded.place_count;
    verification->sources = calloc(room + 1, sizeof(*verification->sources));
    if (verification->sources == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu signatures", room);
    }
    read_files(decision);
    return read_embedded(decision, err);
}

/* Only what a given key signed may stand in a bundle without being signed there. */
static int find_own_names(struct signet_verification *verification, struct signet_err *err)
{
    size_t count = 0;
    const char **names =
        signet_arena_array(&verification->storage, verification->source_count + 1, sizeof(*names));
    for (size_t i = 0; names != NULL && i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (source->evidence != NULL && source->own_name != NULL) {
            names[count++] = source->own_name;
        }
    }
    verification->content.own_names = names;
    return names != NULL ? SIGNET_OK
                         : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for names");
}

static bool vouches(const struct signet_source *source)
{
    return source->evidence != NULL && source->evidence->claim != SIGNET_CLAIM_ATTESTATION;
}

/* The first source that was compared and carries the same payload, or NULL. */
static const struct signet_source *same_payload(const struct signet_verification *verification,
                                                size_t index)
{
    const struct signet_source *wanted = &verification->sources[index];
    for (size_t i = 0; i < index; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (source->content_matches && signet_source_same_payload(source, wanted)) {
            return source;
        }
    }
    return NULL;
}

/* What stands in a document is over that document: the bytes it was read from are the artifact. */
static void take_document(struct decision *decision, struct signet_source *source)
{
    struct signet_verification *verification = decision->verification;
    verification->manifest = &verification->embedded.document.manifest;
    verification->content.matched = 1;
    source->content_matches = true;
    source->identity = verification->manifest->identity;
    source->kind = SIGNET_ARTIFACT_FILE;
}

/* What is known of the artifact before it is compared with a statement over a file: what was read
 * of it to be described is what is compared. */
static const struct signet_manifest *known_manifest(struct decision *decision,
                                                    const struct signet_evidence *evidence)
{
    struct signet_verification *verification = decision->verification;
    return decision->measured == NULL && evidence->claim == SIGNET_CLAIM_SIGNED
               ? signet_form_manifest(&verification->embedded, decision->artifact,
                                      &evidence->statement, decision->opts,
                                      &verification->content.formless)
               : decision->measured;
}

/* Whether what was described is what was compared, if it had to be read again for that. */
static int check_described(const struct signet_verification *verification, struct signet_err *err)
{
    const struct signet_manifest *described = &verification->embedded.document.manifest;
    const struct signet_manifest *compared = verification->manifest;
    return described->kind == 0 || compared->kind != SIGNET_ARTIFACT_FILE ||
                   signet_digest_eq(&described->identity, &compared->identity)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
}

static int compare(struct decision *decision, struct signet_source *source)
{
    struct signet_verification *verification = decision->verification;
    if (signet_whole_take_compared(verification, source)) {
        return SIGNET_OK;
    }
    verification->compared = source;
    if (source->evidence->claim == SIGNET_CLAIM_DOCUMENT) {
        take_document(decision, source);
        return SIGNET_OK;
    }
    const struct signet_manifest *known = known_manifest(decision, source->evidence);
    int rc = signet_vouched_compare(verification, decision->artifact, decision->opts, source);
    if (rc == SIGNET_OK && source->entry == NULL) {
        rc = signet_content_compare(&verification->content, decision->artifact, known,
                                    source->evidence, decision->opts, &source->err);
    }
    verification->manifest = known;
    if (verification->manifest == NULL && verification->content.measured) {
        verification->manifest = &verification->content.manifest;
    }
    if (verification->manifest != NULL) {
        verification->kind = verification->manifest->kind; /* an archive may be a bundle */
    }
    if (rc == SIGNET_OK && verification->manifest == NULL) {
        return signet_err_set(&source->err, SIGNET_E_INTERNAL, "nothing was measured");
    }
    if (rc == SIGNET_OK) {
        rc = check_described(verification, &source->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_steady_compare(&verification->content.first, verification->manifest,
                                   &source->err);
    }
    if (rc == SIGNET_OK) {
        source->content_matches = true;
        source->identity = verification->manifest->identity;
        source->kind = verification->kind;
    }
    return rc;
}

/* The deny list is looked at for all that the artifact was compared as. */
static int compare_allowed(struct decision *decision, struct signet_source *source)
{
    struct signet_verification *verification = decision->verification;
    int rc = compare(decision, source);
    return rc == SIGNET_OK && verification->trust != NULL
               ? signet_by_policy_take(verification, decision->opts, &source->err)
               : rc;
}

/* Compares the artifact with every statement that a given key vouches by. The first that differs
 * stays in the report and ends the comparing: it refuses, whatever the others say. */
static int compare_all(struct decision *decision)
{
    struct signet_verification *verification = decision->verification;
    for (size_t i = 0; i < verification->source_count; i++) {
        struct signet_source *source = &verification->sources[i];
        if (!vouches(source) || !signet_whole_may_compare(verification, source)) {
            continue;
        }
        const struct signet_source *before = same_payload(verification, i);
        source->alike = before != NULL ? before : source;
        if (before != NULL) {
            source->content_matches = true;
            source->identity = before->identity;
            source->kind = before->kind;
            source->entry = before->entry;
            source->entry_facts = before->entry_facts;
            continue;
        }
        int rc = compare_allowed(decision, source);
        if (rc != SIGNET_OK && !signet_stored_is_other(verification, source, rc)) {
            verification->err = source->err;
            return rc;
        }
    }
    return SIGNET_OK;
}

/* The proof that everything that was demanded holds. */
static int prove(struct signet_verification *verification,
                 const struct signet_source *decided,
                 const struct signet_digest *identity,
                 size_t keys)
{
    struct signet_verified *verified = calloc(1, sizeof(*verified));
    if (verified == NULL) {
        return signet_err_set(&verification->err, SIGNET_E_NOMEM, "out of memory for the verdict");
    }
    verified->kind = verification->kind;
    verified->partial = verification->partial;
    verified->from_parts = verification->manifest->from_parts;
    if (!verified->partial) {
        verified->identity = *identity;
    }
    verified->evidence = decided->evidence;
    verified->signed_by = keys;
    verification->decided = decided;
    verification->verified = verified;
    return SIGNET_OK;
}

static int pass(struct decision *decision, struct signet_source *source, size_t keys)
{
    struct signet_verification *verification = decision->verification;
    /* The report is about the statement that decided, so that is what was compared last. */
    int rc = verification->compared->alike != source->alike ? compare_allowed(decision, source)
                                                            : (int)SIGNET_OK;
    if (rc != SIGNET_OK) {
        verification->err = source->err;
        return rc;
    }
    rc = signet_steady_check(&decision->steady, decision->artifact, &verification->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    verification->partial = verification->partial || signet_source_excluded(source, NULL) > 0;
    return prove(verification, source, &source->identity, keys);
}

/* Whether a statement is the release that is expected, if one is. */
static bool is_expected(const struct signet_source *source, const struct signet_verify_opts *opts)
{
    return opts->expected_name == NULL ||
           signet_facts_release(signet_source_facts(source), opts->expected_name,
                                opts->expected_version);
}

/* Whoever signed nothing that matches is told so, if a rule is for it at all. */
static int decide_by_policy(struct decision *decision)
{
    struct signet_verification *verification = decision->verification;
    struct signet_by_policy said = {0};
    int rc = signet_by_policy_ask(verification, decision->artifact, decision->opts, &said);
    if (rc == SIGNET_E_THRESHOLD && said.nothing) {
        signet_err_clear(&verification->err);
        return signet_explain_refusal(verification, 0);
    }
    if (rc == SIGNET_OK) {
        rc = signet_steady_check(&decision->steady, decision->artifact, &verification->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_by_policy_remember(verification, &said);
    }
    return rc == SIGNET_OK ? pass(decision, said.source, said.keys) : rc;
}

static int decide(struct decision *decision)
{
    struct signet_verification *verification = decision->verification;
    size_t most_keys = 0;
    bool others = false; /* enough keys signed it as something else than what is expected */
    int rc = compare_all(decision);
    signet_guess_end(&verification->content); /* two may not read it at once */
    signet_about_judge(verification, decision->artifact, decision->measured, decision->opts,
                       rc == SIGNET_OK);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (verification->trust != NULL) {
        return decide_by_policy(decision);
    }
    for (size_t i = 0; i < verification->source_count; i++) {
        struct signet_source *source = &verification->sources[i];
        if (!source->content_matches) {
            continue;
        }
        size_t keys = signet_count_keys(verification, source->alike);
        bool enough = keys >= verification->threshold;
        if (enough && is_expected(source, decision->opts)) {
            return pass(decision, source, keys);
        }
        others = others || enough;
        most_keys = keys > most_keys ? keys : most_keys;
    }
    return others ? signet_explain_unexpected(verification, decision->opts)
                  : signet_explain_refusal(verification, most_keys);
}

/* An attestation about what was measured, and nothing else. */
static int decide_attested(struct decision *decision)
{
    struct signet_verification *verification = decision->verification;
    const struct signet_source *source = &verification->sources[0];
    signet_about_judge(verification, decision->artifact, decision->measured, decision->opts, false);
    verification->manifest = decision->measured;
    verification->kind = decision->measured->kind;
    if (verification->source_count != 1 || source->evidence == NULL) {
        signet_err_copy(&verification->err, &source->err);
        return signet_err_set(&verification->err, SIGNET_E_NO_SIGNATURE, "no attestation");
    }
    if (source->evidence->claim != SIGNET_CLAIM_ATTESTATION || source->about != SIGNET_ABOUT_THIS) {
        signet_err_copy(&verification->err, &source->err);
        return signet_err_set(&verification->err, SIGNET_E_MISMATCH,
                              "not an attestation about this artifact");
    }
    verification->decided = source;
    verification->attested_by = source->signers.distinct;
    return SIGNET_OK;
}

static struct signet_source *source_of_place(const struct signet_verification *verification,
                                             size_t place)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        struct signet_source *source = &verification->sources[i];
        if (source->covers != NULL &&
            strcmp(source->covers, verification->embedded.places[place].pointer) == 0) {
            return source;
        }
    }
    return NULL;
}

/* Each place that was asked for must be signed by enough keys. */
static int decide_places(struct decision *decision)
{
    struct signet_verification *verification = decision->verification;
    const struct signet_embedded *embedded = &verification->embedded;
    size_t fewest = SIZE_MAX;
    int rc = compare_all(decision);
    for (size_t i = 0; rc == SIGNET_OK && i < embedded->place_count; i++) {
        struct signet_source *source = source_of_place(verification, i);
        if (source == NULL) {
            return signet_explain_unsigned(embedded, i, &verification->err);
        }
        size_t keys = source->content_matches ? signet_count_keys(verification, source) : 0;
        if (keys < verification->threshold) {
            return signet_explain_refusal(verification, keys);
        }
        fewest = keys < fewest ? keys : fewest;
    }
    return rc == SIGNET_OK ? pass(decision, source_of_place(verification, 0), fewest) : rc;
}

/* A model passes by the BOM that lists it, which passed before. What is there and not listed, where
 * that is no refusal, was not verified: a pass with such files is partial. */
static int decide_bound(struct decision *decision)
{
    struct signet_verification *verification = decision->verification;
    const struct signet_verification *bom = decision->opts->bom;
    struct signet_err *err = &verification->err;
    verification->bom = bom;
    verification->keys = bom->keys;
    verification->threshold = bom->threshold;
    int rc = signet_bound_read(bom, decision->opts->limits, &verification->files, err);
    if (rc == SIGNET_OK) {
        rc = signet_bound_compare(verification, decision->artifact, decision->opts, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    verification->partial = verification->content.not_checked > 0;
    return prove(verification, bom->decided, &verification->manifest->identity,
                 bom->verified->signed_by);
}

/* All keys of the root are looked for; which of them counts is for the policy to say. */
static int take_trust(struct decision *decision, struct signet_err *err)
{
    const struct signet_trust *trust = decision->opts->trust;
    decision->with_keys = *decision->opts;
    decision->with_keys.keys = trust->keys;
    decision->with_keys.key_count = trust->root.key_count;
    decision->opts = &decision->with_keys;
    decision->verification->trust = trust;
    return decision->artifact != NULL
               ? signet_by_policy_note_path(decision->verification, decision->artifact, err)
               : (int)SIGNET_OK;
}

static int gather(struct decision *decision, struct signet_err *err)
{
    struct signet_verification *verification = decision->verification;
    if (decision->opts->bom != NULL) {
        return SIGNET_OK;
    }
    int rc = decision->artifact != NULL && decision->measured == NULL
                 ? signet_steady_start(&decision->steady, decision->artifact, err)
                 : (int)SIGNET_OK;
    if (rc == SIGNET_OK && decision->opts->trust != NULL) {
        rc = take_trust(decision, err);
    }
    if (rc == SIGNET_OK) {
        rc = copy_keys(verification, decision->opts, err);
    }
    if (rc == SIGNET_OK) {
        rc = open_embedded(decision, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_embedded_describe(&verification->embedded, verification->artifact_name, err);
    }
    if (rc == SIGNET_OK && decision->artifact != NULL) {
        rc = signet_guess_start(&verification->content, decision->artifact, decision->measured,
                                decision->opts, &verification->storage, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_sources(decision, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_embedded_settle(&verification->embedded, err);
    }
    if (rc == SIGNET_OK) {
        signet_whole_lists_first(verification);
        rc = find_own_names(verification, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_stored_read(verification, decision->artifact, decision->opts, err);
    }
    return rc == SIGNET_OK ? signet_whole_note_left_out(verification, err) : rc;
}

/* name is the artifact's. */
static int verify_named(struct decision *decision,
                        const char *name,
                        const char *path,
                        struct signet_verification **verification,
                        struct signet_err *err)
{
    struct signet_verification *fresh = NULL;
    int rc = signet_verify_check_opts(decision->opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_verification_new(path, &fresh, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    decision->verification = fresh;
    fresh->kind = decision->artifact != NULL ? signet_artifact_kind(decision->artifact)
                                             : SIGNET_ARTIFACT_FILE;
    fresh->partial = decision->opts->only != NULL || decision->opts->at != NULL;
    fresh->artifact_name = strdup(name);
    rc = fresh->artifact_name != NULL ? gather(decision, err)
                                      : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    if (rc != SIGNET_OK) {
        signet_guess_end(&fresh->content);
        signet_verification_free(fresh);
        return rc;
    }
    if (decision->opts->bom != NULL) {
        rc = decide_bound(decision);
    } else {
        rc = decision->opts->at != NULL ? decide_places(decision)
             : decision->attested       ? decide_attested(decision)
                                        : decide(decision);
    }
    if (rc != SIGNET_OK) {
        signet_err_copy(err, &fresh->err);
    }
    signet_guess_end(&fresh->content);
    *verification = fresh;
    return rc;
}

int signet_verify_measured(struct signet_artifact *artifact,
                           const struct signet_manifest *measured,
                           const char *path,
                           const struct signet_verify_opts *opts,
                           struct signet_verification **verification,
                           struct signet_err *err)
{
    struct decision decision = {.artifact = artifact, .measured = measured, .opts = opts};
    return verify_named(&decision, signet_artifact_name(artifact), path, verification, err);
}

int signet_verify_attested(struct signet_artifact *artifact,
                           const struct signet_manifest *measured,
                           const char *path,
                           const struct signet_verify_opts *opts,
                           struct signet_verification **verification,
                           struct signet_err *err)
{
    struct decision decision = {
        .artifact = artifact, .measured = measured, .opts = opts, .attested = true};
    return verify_named(&decision, signet_artifact_name(artifact), path, verification, err);
}

int signet_verify_taken(struct signet_embedded *document,
                        const char *name,
                        const char *path,
                        const struct signet_verify_opts *opts,
                        struct signet_verification **verification,
                        struct signet_err *err)
{
    struct decision decision = {.taken = document, .opts = opts};
    int rc = verify_named(&decision, name, path, verification, err);
    signet_embedded_free(document); /* if it did not come to that */
    return rc;
}

int signet_verify(struct signet_artifact *artifact,
                  const char *path,
                  const struct signet_verify_opts *opts,
                  struct signet_verification **verification,
                  struct signet_err *err)
{
    return signet_verify_measured(artifact, NULL, path, opts, verification, err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found out about an artifact, put to a policy: see verify/by_policy.h.
 */
#include "verify/by_policy.h"

#include <stdlib.h>

#include "artifact/real_path.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "trust/judge.h"
#include "trust/trust.h"
#include "verify/form.h"
#include "verify/seen.h"

/* Payloads about the artifact as one kind, with all keys that signed each: those that say "signed",
 * of which sources has the sources that carry them, and those that attest something. */
struct claims {
    struct signet_signed_payload *signed_list;
    struct signet_source **sources;
    size_t signed_count;
    struct signet_signed_payload *attested_list;
    size_t attested_count;
    struct signet_payload_key *keys;
    size_t key_count;
};

static int no_memory(struct signet_verification *verification)
{
    return signet_err_set(&verification->err, SIGNET_E_NOMEM, "out of memory for a policy");
}

static int make_room(struct signet_verification *verification, struct claims *claims)
{
    size_t signers = 0;
    size_t room = verification->source_count + 1;
    struct signet_arena *storage = &verification->storage;
    for (size_t i = 0; i < verification->source_count; i++) {
        signers += verification->sources[i].signers.count;
    }
    *claims = (struct claims){
        .signed_list = signet_arena_array(storage, room, sizeof(*claims->signed_list)),
        .sources = signet_arena_array(storage, room, sizeof(struct signet_source *)),
        .attested_list = signet_arena_array(storage, room, sizeof(*claims->attested_list)),
        .keys = signet_arena_array(storage, signers + 1, sizeof(*claims->keys)),
    };
    return claims->signed_list != NULL && claims->sources != NULL &&
                   claims->attested_list != NULL && claims->keys != NULL
               ? SIGNET_OK
               : no_memory(verification);
}

/* Whether a source says "signed" of the artifact as this kind, or attests something of it. */
static bool is_signed(const struct signet_source *source, enum signet_artifact_kind kind)
{
    return source->content_matches && source->kind == kind;
}

static bool is_attested(const struct signet_source *source, enum signet_artifact_kind kind)
{
    return source->about == SIGNET_ABOUT_THIS && source->kind == kind &&
           source->evidence->facts_code == SIGNET_OK;
}

/* The keys of one source that signed its payload, whose indices are those of the root. */
static void add_keys(struct claims *claims,
                     struct signet_signed_payload *to,
                     const struct signet_source *source)
{
    for (size_t i = 0; i < source->signers.count; i++) {
        const struct signet_signer *signer = &source->signers.list[i];
        if (signer->status == SIGNET_OK && signer->key != SIGNET_NO_KEY) {
            claims->keys[claims->key_count++] = (struct signet_payload_key){
                signer->key, source->env.format->use, signer->signed_at};
            to->key_count++;
        }
    }
}

typedef bool says(const struct signet_source *source, enum signet_artifact_kind kind);

/* The payload of a source with the keys of all sources that carry it; false if an earlier one does,
 * or it does not say what is looked for. */
static bool take_payload(const struct signet_verification *verification,
                         size_t index,
                         says *what,
                         enum signet_artifact_kind kind,
                         struct claims *claims,
                         struct signet_signed_payload *payload)
{
    const struct signet_source *first = &verification->sources[index];
    bool fresh = what(first, kind);
    for (size_t i = 0; fresh && i < index; i++) {
        const struct signet_source *source = &verification->sources[i];
        fresh = !what(source, kind) || !signet_source_same_payload(source, first);
    }
    if (!fresh) {
        return false;
    }
    *payload = (struct signet_signed_payload){signet_source_facts(first),
                                              &claims->keys[claims->key_count], 0};
    for (size_t i = index; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        if (i == index || (what(source, kind) && signet_source_same_payload(source, first))) {
            add_keys(claims, payload, source);
        }
    }
    return true;
}

static void gather(struct signet_verification *verification,
                   enum signet_artifact_kind kind,
                   struct claims *claims)
{
    claims->signed_count = 0;
    claims->attested_count = 0;
    claims->key_count = 0;
    for (size_t i = 0; i < verification->source_count; i++) {
        if (take_payload(verification, i, is_signed, kind, claims,
                         &claims->signed_list[claims->signed_count])) {
            claims->sources[claims->signed_count++] = &verification->sources[i];
        }
        if (take_payload(verification, i, is_attested, kind, claims,
                         &claims->attested_list[claims->attested_count])) {
            claims->attested_count++;
        }
    }
}

static int refuse_revoked(const struct signet_policy_revoked *revoked,
                          const char *what,
                          struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    char reason[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_DENIED, "%s is on the deny list: %s",
                          signet_utf8_show(signet_span_str(what), name),
                          signet_utf8_show(signet_span_str(revoked->reason), reason));
}

/* Each file of a bundle can be on the list by itself. */
static const struct signet_policy_revoked *find_denied_entry(const struct signet_policy *policy,
                                                             const struct signet_manifest *manifest,
                                                             const char **name)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        struct signet_digest digest = {SIGNET_DIGEST_SHA256, sizeof(entry->sha256), {0}};
        memcpy(digest.bytes, entry->sha256, sizeof(entry->sha256));
        const struct signet_policy_revoked *revoked =
            signet_policy_find_revoked(policy, SIGNET_POLICY_FILE, &digest);
        if (revoked != NULL) {
            *name = entry->name;
            return revoked;
        }
    }
    return NULL;
}

static enum signet_policy_kind kind_of(enum signet_artifact_kind kind)
{
    return kind == SIGNET_ARTIFACT_BUNDLE ? SIGNET_POLICY_BUNDLE : SIGNET_POLICY_FILE;
}

/* Signature files in the bundle are what was read beside it; whatever else was left out is not. */
static bool leaves_out(const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    size_t i = 0;
    while (i < manifest->ignored_count &&
           signet_content_lists(verification->content.own_names, manifest->ignored[i])) {
        i++;
    }
    return i < manifest->ignored_count;
}

/* Why what was compared cannot be compared with a list as well; NULL: it can. */
static const char *incomparable(const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    if (manifest == NULL || verification->partial) {
        return "a part";
    }
    if (verification->kind != SIGNET_ARTIFACT_BUNDLE) {
        return NULL;
    }
    if (verification->content.archive != NULL) {
        return "an archive that is verified by its contents";
    }
    if (manifest->shard_size != 0) {
        return "files that are signed in pieces";
    }
    return leaves_out(verification) ? "a folder of which names are left out" : NULL;
}

const struct signet_policy_revoked *
signet_by_policy_find_denied(const struct signet_verification *verification, const char **name)
{
    const struct signet_policy *policy = &verification->trust->policy;
    const struct signet_manifest *manifest = verification->manifest;
    if (manifest == NULL) {
        return NULL;
    }
    *name = verification->artifact_name;
    const struct signet_policy_revoked *revoked =
        signet_policy_find_revoked(policy, kind_of(verification->kind), &manifest->identity);
    if (revoked == NULL && manifest->canonical.len > 0) {
        revoked = signet_policy_find_revoked(policy, SIGNET_POLICY_FILE, &manifest->canonical);
    }
    if (revoked == NULL && verification->kind == SIGNET_ARTIFACT_BUNDLE) {
        revoked = signet_policy_find_revoked(policy, SIGNET_POLICY_BUNDLE, &manifest->root);
    }
    return revoked == NULL && verification->kind == SIGNET_ARTIFACT_BUNDLE
               ? find_denied_entry(policy, manifest, name)
               : revoked;
}

/* What is signed inside a document holds however that is laid out: its form is what is denied. */
static int make_form(struct signet_verification *verification,
                     const struct signet_verify_opts *opts,
                     struct signet_err *err)
{
    struct signet_err why;
    if (verification->compared->evidence->claim != SIGNET_CLAIM_DOCUMENT) {
        return SIGNET_OK;
    }
    const struct signet_manifest *made =
        signet_form_make(&verification->embedded, NULL, opts, &why);
    return made != NULL && why.code == SIGNET_OK ? (int)SIGNET_OK : signet_err_copy(err, &why);
}

static int check_denied(struct signet_verification *verification,
                        const struct signet_verify_opts *opts,
                        struct signet_err *err)
{
    const char *name = NULL;
    if (verification->trust->policy.revoked_count == 0) {
        return SIGNET_OK;
    }
    int rc = make_form(verification, opts, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const char *why = incomparable(verification);
    if (why != NULL) {
        return signet_err_set(err, SIGNET_E_DENIED,
                              "the policy has a deny list, with which %s cannot be compared", why);
    }
    const struct signet_policy_revoked *revoked = signet_by_policy_find_denied(verification, &name);
    return revoked == NULL ? (int)SIGNET_OK : refuse_revoked(revoked, name, err);
}

static bool is_noted(const struct signet_verification *verification, const char *name)
{
    const struct signet_texts noted = {verification->left_out, verification->left_out_count};
    return signet_texts_have(&noted, name);
}

/* Names that a bundle was compared without, besides git's own and signature files. Once a rule was
 * asked about them there are no more: who adds one then has not asked. */
static int note_left_out(struct signet_verification *verification, struct signet_err *err)
{
    const struct signet_manifest *manifest = verification->manifest;
    const char **names = signet_arena_array(
        &verification->storage, verification->left_out_count + manifest->ignored_count + 1,
        sizeof(*names));
    size_t count = verification->left_out_count;
    if (names == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for names");
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = verification->left_out[i];
    }
    for (size_t i = 0; i < manifest->ignored_count; i++) {
        const char *name = manifest->ignored[i];
        if (!signet_content_lists(signet_artifact_git_names(), name) &&
            !signet_content_lists(verification->content.own_names, name) &&
            !is_noted(verification, name)) {
            names[count] = signet_arena_copy(&verification->storage, signet_span_str(name));
            if (names[count++] == NULL) {
                return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for names");
            }
        }
    }
    if (verification->rule != NULL && count > verification->left_out_count) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
    }
    verification->left_out = names;
    verification->left_out_count = count;
    return SIGNET_OK;
}

int signet_by_policy_take(struct signet_verification *verification,
                          const struct signet_verify_opts *opts,
                          struct signet_err *err)
{
    int rc = check_denied(verification, opts, err);
    return rc == SIGNET_OK && verification->manifest->kind == SIGNET_ARTIFACT_BUNDLE
               ? note_left_out(verification, err)
               : rc;
}

/* Whether less than the whole was verified, or would be by what one of the payloads leaves out. */
static bool is_partial(const struct signet_verification *verification, const struct claims *claims)
{
    bool partial = verification->partial;
    for (size_t i = 0; i < claims->signed_count; i++) {
        partial = partial || signet_source_excluded(claims->sources[i], NULL) > 0;
    }
    return partial;
}

int signet_by_policy_note_path(struct signet_verification *verification,
                               const struct signet_artifact *artifact,
                               struct signet_err *err)
{
    char *path = NULL;
    int rc = signet_real_path(artifact, &path, err);
    if (rc == SIGNET_OK && path != NULL) {
        verification->real_path = signet_arena_copy(&verification->storage, signet_span_str(path));
        rc = verification->real_path != NULL
                 ? (int)SIGNET_OK
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a path");
    }
    free(path);
    return rc;
}

/* Where the artifact stood when it was opened, and stands still. */
static int find_path(struct signet_verification *verification,
                     const struct signet_artifact *artifact,
                     char **path)
{
    *path = NULL;
    int rc = artifact != NULL && verification->real_path != NULL
                 ? signet_real_path(artifact, path, &verification->err)
                 : (int)SIGNET_OK;
    if (*path != NULL && strcmp(*path, verification->real_path) != 0) {
        free(*path);
        *path = NULL;
    }
    return rc;
}

static int read_memory(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    const struct signet_buf *text = ctx;
    (void)err;
    memcpy(buf, text->data + offset, len);
    return SIGNET_OK;
}

/* Which models it is as that kind, if a rule asks for it and somebody signed it: from the bytes
 * that were compared. */
static int find_models(struct signet_verification *verification,
                       const struct signet_artifact *artifact,
                       struct signet_question *question)
{
    const struct signet_manifest *manifest = verification->manifest;
    struct signet_document *document = &verification->embedded.document;
    question->models = (struct signet_models){0};
    if (question->payload_count == 0 || question->partial || manifest == NULL ||
        kind_of(manifest->kind) != question->kind ||
        !signet_judge_asks_formats(&verification->trust->policy, question->action)) {
        return SIGNET_OK;
    }
    if (manifest == &document->manifest) {
        const struct signet_model_source source = {read_memory, &document->text,
                                                   document->text.len};
        question->models.known = true;
        return signet_models_add(&source, &question->models, &verification->err);
    }
    return artifact != NULL
               ? signet_models_find(artifact, manifest, &question->models, &verification->err)
               : (int)SIGNET_OK;
}

/* Puts the artifact as one kind to the policy. */
static int ask_as(struct signet_verification *verification,
                  const struct signet_artifact *artifact,
                  enum signet_artifact_kind kind,
                  struct signet_question *question,
                  struct claims *claims,
                  struct signet_by_policy *said)
{
    const struct signet_trust *trust = verification->trust;
    struct signet_answer answer;
    gather(verification, kind, claims);
    question->kind = kind_of(kind);
    question->contents = kind == SIGNET_ARTIFACT_BUNDLE && artifact != NULL &&
                         signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE;
    question->partial = is_partial(verification, claims);
    question->payloads = claims->signed_list;
    question->payload_count = claims->signed_count;
    question->attestations = claims->attested_list;
    question->attestation_count = claims->attested_count;
    int rc = signet_seen_first(trust, claims->signed_list, claims->sources, claims->signed_count,
                               &verification->err);
    if (rc == SIGNET_OK) {
        rc = find_models(verification, artifact, question);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_judge(&trust->policy, &trust->root, question, &answer, &verification->err);
    verification->rule = answer.rule != NULL ? answer.rule->id : NULL;
    verification->refusal = answer.refusal;
    verification->demands = question->found;
    verification->demand_count = answer.found_count;
    if (rc == SIGNET_OK && answer.rule != NULL) {
        said->source = claims->sources[answer.payload];
        said->keys = answer.keys;
        said->release = answer.rule->version_monotonic ? answer.release : NULL;
        verification->partial = question->partial;
        verification->threshold = (size_t)answer.rule->signed_by[0].threshold;
    }
    return rc;
}

static bool matches_as(const struct signet_verification *verification,
                       enum signet_artifact_kind kind)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        if (verification->sources[i].content_matches && verification->sources[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* As each kind that it was found to be; as what it was opened, if no signature is over it. */
static int ask_each(struct signet_verification *verification,
                    const struct signet_artifact *artifact,
                    struct signet_question *question,
                    struct claims *claims,
                    struct signet_by_policy *said)
{
    static const enum signet_artifact_kind kinds[] = {SIGNET_ARTIFACT_FILE, SIGNET_ARTIFACT_BUNDLE};
    int rc = SIGNET_E_DENIED;
    said->nothing = true;
    for (size_t i = 0; rc != SIGNET_OK && i < SIGNET_COUNT(kinds); i++) {
        if (matches_as(verification, kinds[i])) {
            said->nothing = false;
            signet_err_clear(&verification->err);
            rc = ask_as(verification, artifact, kinds[i], question, claims, said);
        }
    }
    return said->nothing
               ? ask_as(verification, artifact, verification->kind, question, claims, said)
               : rc;
}

int signet_by_policy_ask(struct signet_verification *verification,
                         const struct signet_artifact *artifact,
                         const struct signet_verify_opts *opts,
                         struct signet_by_policy *said)
{
    struct claims claims;
    char *path = NULL;
    int rc = make_room(verification, &claims);
    if (rc == SIGNET_OK) {
        rc = find_path(verification, artifact, &path);
    }
    if (rc == SIGNET_OK) {
        struct signet_question question = {
            .action = opts->action != 0 ? opts->action : SIGNET_ACTION_VERIFY,
            .path = path,
            .path_is_safe = path != NULL && signet_real_path_is_safe(path),
            .left_out = {verification->left_out, verification->left_out_count},
            .expected_name = opts->expected_name,
            .expected_version = opts->expected_version,
            .now = opts->trust->now,
            .found = signet_arena_array(&verification->storage,
                                        signet_judge_demands(&opts->trust->policy) + 1,
                                        sizeof(*verification->demands)),
        };
        rc = question.found == NULL ? no_memory(verification)
                                    : ask_each(verification, artifact, &question, &claims, said);
    }
    free(path);
    return rc;
}

/* Of all signatures that count. */
static int64_t newest_time(const struct signet_verification *verification)
{
    int64_t newest = SIGNET_TIME_UNKNOWN; /* before all others */
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        for (size_t k = 0; k < source->signers.count; k++) {
            const struct signet_signer *signer = &source->signers.list[k];
            newest = signer->status == SIGNET_OK && signer->signed_at > newest ? signer->signed_at
                                                                               : newest;
        }
    }
    return newest;
}

int signet_by_policy_remember(struct signet_verification *verification,
                              const struct signet_by_policy *said)
{
    int rc = SIGNET_OK;
    if (said->release != NULL) {
        rc = signet_trust_see_release(verification->trust, said->release->release_name,
                                      said->release->release_version, said->source->env.payload,
                                      &verification->err);
    }
    return rc == SIGNET_OK ? signet_trust_see_time(verification->trust, newest_time(verification),
                                                   &verification->err)
                           : rc;
}

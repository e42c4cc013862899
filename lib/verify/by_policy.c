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

/* Claims of the sources that match, and for each the source that carries its payload. */
struct claims {
    struct signet_signed_payload *list;
    struct signet_source **sources;
    struct signet_payload_key *keys;
    size_t count, key_count;
};

static int no_memory(struct signet_verification *verification)
{
    return signet_err_set(&verification->err, SIGNET_E_NOMEM, "out of memory for a policy");
}

static int make_room(struct signet_verification *verification, struct claims *claims)
{
    size_t signers = 0;
    struct signet_arena *storage = &verification->storage;
    for (size_t i = 0; i < verification->source_count; i++) {
        signers += verification->sources[i].signers.count;
    }
    *claims = (struct claims){
        .list = signet_arena_array(storage, verification->source_count + 1, sizeof(*claims->list)),
        .sources = signet_arena_array(storage, verification->source_count + 1,
                                      sizeof(struct signet_source *)),
        .keys = signet_arena_array(storage, signers + 1, sizeof(*claims->keys)),
    };
    return claims->list != NULL && claims->sources != NULL && claims->keys != NULL
               ? SIGNET_OK
               : no_memory(verification);
}

/* The keys of one source that signed its payload, whose indices are those of the root. */
static void add_keys(struct claims *claims, const struct signet_source *source)
{
    struct signet_signed_payload *claim = &claims->list[claims->count - 1];
    for (size_t i = 0; i < source->signers.count; i++) {
        const struct signet_signer *signer = &source->signers.list[i];
        if (signer->status == SIGNET_OK && signer->key != SIGNET_NO_KEY) {
            claims->keys[claims->key_count++] = (struct signet_payload_key){
                signer->key, source->env.format->use, SIGNET_TIME_UNKNOWN};
            claim->key_count++;
        }
    }
}

/* One for each payload over the artifact as this kind, with the keys of all sources that carry it.
 */
static void gather(struct signet_verification *verification,
                   enum signet_artifact_kind kind,
                   struct claims *claims)
{
    claims->count = 0;
    claims->key_count = 0;
    for (size_t i = 0; i < verification->source_count; i++) {
        struct signet_source *first = &verification->sources[i];
        if (!first->content_matches || first->alike != first || first->kind != kind) {
            continue;
        }
        claims->sources[claims->count] = first;
        claims->list[claims->count++] =
            (struct signet_signed_payload){&claims->keys[claims->key_count], 0};
        for (size_t j = i; j < verification->source_count; j++) {
            const struct signet_source *source = &verification->sources[j];
            if (source->content_matches && source->alike == first) {
                add_keys(claims, source);
            }
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
static int check_entries(const struct signet_policy *policy,
                         const struct signet_manifest *manifest,
                         struct signet_err *err)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        struct signet_digest digest = {SIGNET_DIGEST_SHA256, sizeof(entry->sha256), {0}};
        memcpy(digest.bytes, entry->sha256, sizeof(entry->sha256));
        const struct signet_policy_revoked *revoked =
            signet_policy_find_revoked(policy, SIGNET_POLICY_FILE, &digest);
        if (revoked != NULL) {
            return refuse_revoked(revoked, entry->name, err);
        }
    }
    return SIGNET_OK;
}

static enum signet_policy_kind kind_of(enum signet_artifact_kind kind)
{
    return kind == SIGNET_ARTIFACT_BUNDLE ? SIGNET_POLICY_BUNDLE : SIGNET_POLICY_FILE;
}

/* Signature files in the bundle are what was read beside it; whatever else was left out is not. */
static bool leaves_out(const struct signet_verification *verification)
{
    const struct signet_manifest *manifest = verification->manifest;
    for (size_t i = 0; i < manifest->ignored_count; i++) {
        const char *const *own = verification->content.own_names;
        while (own != NULL && *own != NULL && strcmp(*own, manifest->ignored[i]) != 0) {
            own++;
        }
        if (own == NULL || *own == NULL) {
            return true;
        }
    }
    return false;
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

int signet_by_policy_check_denied(const struct signet_verification *verification,
                                  struct signet_err *err)
{
    const struct signet_policy *policy = &verification->trust->policy;
    const struct signet_manifest *manifest = verification->manifest;
    if (policy->revoked_count == 0) {
        return SIGNET_OK;
    }
    const char *why = incomparable(verification);
    if (why != NULL) {
        return signet_err_set(err, SIGNET_E_DENIED,
                              "the policy has a deny list, with which %s cannot be compared", why);
    }
    const struct signet_policy_revoked *revoked =
        signet_policy_find_revoked(policy, kind_of(verification->kind), &manifest->identity);
    if (revoked == NULL && manifest->canonical.len > 0) {
        revoked = signet_policy_find_revoked(policy, SIGNET_POLICY_FILE, &manifest->canonical);
    }
    if (revoked != NULL) {
        return refuse_revoked(revoked, verification->artifact_name, err);
    }
    return verification->kind == SIGNET_ARTIFACT_BUNDLE ? check_entries(policy, manifest, err)
                                                        : (int)SIGNET_OK;
}

/* Whether less than the whole was verified, or would be by what one of the payloads leaves out. */
static bool is_partial(const struct signet_verification *verification, const struct claims *claims)
{
    bool partial = verification->partial;
    for (size_t i = 0; i < claims->count; i++) {
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

/* Puts the artifact as one kind to the policy. */
static int ask_as(struct signet_verification *verification,
                  enum signet_artifact_kind kind,
                  struct signet_question *question,
                  struct claims *claims,
                  struct signet_by_policy *said)
{
    const struct signet_trust *trust = verification->trust;
    struct signet_answer answer;
    gather(verification, kind, claims);
    question->kind = kind_of(kind);
    question->partial = is_partial(verification, claims);
    question->payloads = claims->list;
    question->payload_count = claims->count;
    int rc = signet_judge(&trust->policy, &trust->root, question, &answer, &verification->err);
    verification->rule = answer.rule != NULL ? answer.rule->id : NULL;
    if (rc == SIGNET_OK) {
        said->source = claims->sources[answer.payload];
        said->keys = answer.keys;
        verification->partial = question->partial;
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
            rc = ask_as(verification, kinds[i], question, claims, said);
        }
    }
    return said->nothing ? ask_as(verification, verification->kind, question, claims, said) : rc;
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
            .now = opts->trust->now,
        };
        rc = ask_each(verification, &question, &claims, said);
    }
    free(path);
    return rc;
}

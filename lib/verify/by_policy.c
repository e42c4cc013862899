/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found out about an artifact, put to a policy: see verify/by_policy.h.
 */
#include "verify/by_policy.h"

#include <stdlib.h>

#include "artifact/real_path.h"
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
        .sources =
            signet_arena_array(storage, verification->source_count + 1, sizeof(*claims->sources)),
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

/* One claim for each payload, with the keys of all sources that carry it. */
static void gather(struct signet_verification *verification, struct claims *claims)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        struct signet_source *first = &verification->sources[i];
        if (!first->content_matches || first->alike != first) {
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

static int refuse_revoked(struct signet_verification *verification,
                          const struct signet_policy_revoked *revoked,
                          const char *what)
{
    char name[SIGNET_SHOW_MAX];
    char reason[SIGNET_SHOW_MAX];
    return signet_err_set(&verification->err, SIGNET_E_DENIED, "%s is on the deny list: %s",
                          signet_utf8_show(signet_span_str(what), name),
                          signet_utf8_show(signet_span_str(revoked->reason), reason));
}

/* Each file of a bundle can be on the list by itself. */
static int check_entries(struct signet_verification *verification,
                         const struct signet_policy *policy,
                         const struct signet_manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        struct signet_digest digest = {SIGNET_DIGEST_SHA256, sizeof(entry->sha256), {0}};
        memcpy(digest.bytes, entry->sha256, sizeof(entry->sha256));
        const struct signet_policy_revoked *revoked =
            signet_policy_find_revoked(policy, SIGNET_POLICY_FILE, &digest);
        if (revoked != NULL) {
            return refuse_revoked(verification, revoked, entry->name);
        }
    }
    return SIGNET_OK;
}

static enum signet_policy_kind kind_of(const struct signet_verification *verification)
{
    return verification->kind == SIGNET_ARTIFACT_BUNDLE ? SIGNET_POLICY_BUNDLE : SIGNET_POLICY_FILE;
}

/* A list that cannot be compared with all that is there refuses. */
static int check_deny_list(struct signet_verification *verification,
                           const struct signet_policy *policy)
{
    const struct signet_manifest *manifest = verification->manifest;
    if (policy->revoked_count == 0) {
        return SIGNET_OK;
    }
    if (manifest == NULL || verification->partial) {
        return signet_err_set(&verification->err, SIGNET_E_DENIED,
                              "the policy has a deny list, with which a part cannot be compared");
    }
    const struct signet_policy_revoked *revoked =
        signet_policy_find_revoked(policy, kind_of(verification), &manifest->identity);
    if (revoked != NULL) {
        return refuse_revoked(verification, revoked, verification->artifact_name);
    }
    if (kind_of(verification) == SIGNET_POLICY_FILE) {
        return SIGNET_OK;
    }
    return manifest->shard_size == 0
               ? check_entries(verification, policy, manifest)
               : signet_err_set(&verification->err, SIGNET_E_DENIED,
                                "the policy has a deny list, with which files that are signed in "
                                "pieces cannot be compared");
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

static int judge(struct signet_verification *verification,
                 const struct signet_trust *trust,
                 const struct signet_question *question,
                 struct signet_answer *answer)
{
    int rc = question->payload_count > 0 ? check_deny_list(verification, &trust->policy)
                                         : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = signet_judge(&trust->policy, &trust->root, question, answer, &verification->err);
        verification->rule = answer->rule != NULL ? answer->rule->id : NULL;
    }
    return rc;
}

int signet_by_policy_ask(struct signet_verification *verification,
                         const struct signet_artifact *artifact,
                         const struct signet_verify_opts *opts,
                         struct signet_by_policy *said)
{
    struct claims claims;
    struct signet_answer answer;
    char *path = NULL;
    int rc = make_room(verification, &claims);
    if (rc == SIGNET_OK && artifact != NULL) {
        rc = signet_real_path(artifact, &path, &verification->err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    gather(verification, &claims);
    said->nothing = claims.count == 0;
    const struct signet_question question = {
        .action = opts->action != 0 ? opts->action : SIGNET_ACTION_VERIFY,
        .path = path,
        .path_is_safe = path != NULL && signet_real_path_is_safe(path),
        .kind = kind_of(verification),
        .partial = is_partial(verification, &claims),
        .now = opts->trust->now,
        .payloads = claims.list,
        .payload_count = claims.count,
    };
    rc = judge(verification, opts->trust, &question, &answer);
    free(path);
    if (rc == SIGNET_OK) {
        said->source = claims.sources[answer.payload];
        said->keys = answer.keys;
    }
    return rc;
}

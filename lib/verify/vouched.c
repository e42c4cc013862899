/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that an entry vouches for: see verify/vouched.h. Owns which entries do: names decide
 * nothing.
 */
#include "verify/vouched.h"

#include "base/err.h"
#include "base/utf8.h"
#include "trust/trust.h"

bool signet_vouched_asked(const struct signet_verify_opts *opts,
                          const struct signet_artifact *artifact)
{
    return opts->trust != NULL && artifact != NULL && opts->only == NULL && opts->at == NULL &&
           (opts->action == SIGNET_ACTION_EXECUTE || opts->action == SIGNET_ACTION_LOAD) &&
           signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE;
}

/* Whether an entry is the one for where the file stands. */
static bool is_at(const struct signet_oms_use *use, const char *path)
{
    return path != NULL && signet_span_is(signet_oms_use_name(use), path + 1);
}

/* All that entries of this digest and size say, and the one to be named. */
static enum signet_usage choose(const struct signet_oms *oms,
                                const struct signet_digest *digest,
                                uint64_t size,
                                const char *path,
                                const struct signet_oms_use **chosen)
{
    const struct signet_oms_use *uses = NULL;
    size_t count = signet_oms_find_uses(oms, digest, &uses);
    unsigned all = SIGNET_USAGE_NONE;
    *chosen = NULL;
    for (size_t i = 0; i < count; i++) {
        if (uses[i].size != size) {
            continue;
        }
        all |= (unsigned)uses[i].usage;
        if (*chosen == NULL || is_at(&uses[i], path)) {
            *chosen = &uses[i];
        }
    }
    return (enum signet_usage)all;
}

/* A list on the deny list vouches for nothing, and what else vouches for the file still does. */
static int check_denied(const struct signet_policy *policy,
                        const struct signet_evidence *evidence,
                        struct signet_err *err)
{
    char reason[SIGNET_SHOW_MAX];
    const struct signet_digest *root = &evidence->statement.subjects[0].digests.strong[0];
    const struct signet_policy_revoked *revoked =
        signet_policy_find_revoked(policy, SIGNET_POLICY_BUNDLE, root);
    return revoked == NULL
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_MISMATCH,
                                "the list is on the deny list, and vouches for nothing: %s",
                                signet_utf8_show(signet_span_str(revoked->reason), reason));
}

static struct signet_digest digest_of(const struct signet_manifest *manifest,
                                      enum signet_digest_alg alg)
{
    struct signet_digest digest = {.alg = alg, .len = signet_digest_size(alg)};
    if (alg == SIGNET_DIGEST_SHA256) {
        return manifest->identity;
    }
    memcpy(digest.bytes, signet_entry_digest(manifest, &manifest->entries[0], 0).ptr, digest.len);
    return digest;
}

int signet_vouched_compare(struct signet_verification *verification,
                           struct signet_artifact *artifact,
                           const struct signet_verify_opts *opts,
                           struct signet_source *source)
{
    struct signet_content *content = &verification->content;
    const struct signet_oms *oms = &source->evidence->oms;
    source->entry = NULL;
    if (!signet_vouched_asked(opts, artifact) || oms->use_count == 0) { /* no list has none */
        return SIGNET_OK;
    }
    int rc = signet_content_as_file(content, artifact, oms->alg, opts, &source->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_digest digest = digest_of(&content->manifest, oms->alg);
    enum signet_usage usage =
        choose(oms, &digest, content->manifest.bytes, verification->real_path, &source->entry);
    if (source->entry != NULL) {
        rc = check_denied(&opts->trust->policy, source->evidence, &source->err);
    }
    if (rc != SIGNET_OK) {
        source->entry = NULL;
    } else if (source->entry != NULL) {
        struct signet_facts *facts = &source->entry_facts;
        signet_facts_init(facts, source->evidence->statement.predicate_type);
        facts->usage = usage;
        facts->has_size = true;
        facts->size = content->manifest.bytes;
        signet_content_begin(content);
        content->matched = 1;
    }
    return rc;
}

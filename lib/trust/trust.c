/* SPDX-License-Identifier: Apache-2.0
 *
 * A root and the policy that it vouches for: see <signet/trust.h>. The policy is signed as the root
 * demands before anything in it is read.
 */
#include "trust/trust.h"

#include <signet/text.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "envelope/envelope.h"
#include "envelope/signers.h"
#include "trust/chain.h"
#include "trust/judge.h"
#include "trust/state.h"

enum {
    LOCK_WAIT = 10000 /* milliseconds for another process */
};

/* What is being made, and of what. */
struct making {
    struct signet_trust *trust;
    const struct signet_trust_opts *opts;
    struct signet_limits limits;
    struct signet_digest first; /* of the payload of the lineage's first root */
    struct signet_digest root;  /* of those of the last root and of the policy */
    struct signet_digest policy;
};

/* Says in front of an error which file it is about. */
static int in_file(int rc, const struct signet_trust_file *file, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (rc != SIGNET_OK && rc != SIGNET_E_NOMEM) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(file->name), shown));
    }
    return rc;
}

static int read_root(struct making *making, struct signet_err *err)
{
    struct signet_trust_file *file = making->opts->root;
    struct signet_trust *trust = making->trust;
    struct signet_envelope envelope;
    struct signet_chain chain = {0};
    int rc = signet_envelope_parse(&file->text, making->limits.envelope, &making->limits, &envelope,
                                   err);
    if (rc == SIGNET_OK) {
        rc = signet_chain_start(&chain, &envelope, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_chain_finish(&chain, trust->now, err);
    }
    if (rc == SIGNET_OK) {
        making->first = chain.lineage;
        making->root = chain.digest;
        trust->root = chain.root;
        memset(&chain.root, 0, sizeof(chain.root));
    }
    signet_chain_free(&chain);
    signet_envelope_free(&envelope);
    return in_file(rc, file, err);
}

/* The root's keys as those that signatures are looked at with, in its order. */
static int take_keys(struct signet_trust *trust, struct signet_err *err)
{
    const struct signet_root *root = &trust->root;
    trust->keys = calloc(root->key_count, sizeof(*trust->keys));
    if (trust->keys == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the keys of a root");
    }
    for (size_t i = 0; i < root->key_count; i++) {
        trust->keys[i] = (struct signet_trusted_key){
            .key = root->keys[i].key, .uses = root->keys[i].uses, .name = root->keys[i].owner};
    }
    return SIGNET_OK;
}

/* Different keys of the role "policy" that count now and signed the payload. */
static size_t count_signers(const struct signet_trust *trust,
                            const struct signet_root_role *role,
                            const struct signet_signers *signers)
{
    size_t count = 0;
    for (size_t i = 0; i < role->key_count; i++) {
        const struct signet_payload_key signature = {role->keys[i], SIGNET_USE_DSSE,
                                                     SIGNET_TIME_UNKNOWN};
        bool counts =
            signet_root_key_counts(&trust->root.keys[role->keys[i]], &signature, trust->now);
        bool signed_it = false;
        for (size_t j = 0; counts && !signed_it && j < signers->count; j++) {
            signed_it =
                signers->list[j].status == SIGNET_OK && signers->list[j].key == role->keys[i];
        }
        count += signed_it ? 1 : 0;
    }
    return count;
}

static int check_signed(const struct signet_trust *trust,
                        const struct signet_envelope *envelope,
                        struct signet_err *err)
{
    const struct signet_root_role *role = signet_root_role(&trust->root, SIGNET_ROLE_POLICY);
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_POLICY,
        .keys = trust->keys,
        .key_count = trust->root.key_count,
    };
    struct signet_signers signers;
    if (role == NULL) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a root without the role of policies");
    }
    int rc = signet_signers_check(envelope, &request, &signers, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    size_t count = count_signers(trust, role, &signers);
    signet_signers_free(&signers);
    return count >= role->threshold
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_THRESHOLD,
                                "expected the signatures of %zu keys of the role policy, found %zu",
                                role->threshold, count);
}

static int take_policy(struct making *making, struct signet_span payload, struct signet_err *err)
{
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, payload, &making->policy, err);
    return rc == SIGNET_OK ? signet_policy_parse(payload, &making->trust->policy, err) : rc;
}

static int read_signed_policy(struct making *making, struct signet_err *err)
{
    struct signet_envelope envelope;
    int rc = signet_envelope_parse(&making->opts->policy->text, making->limits.envelope,
                                   &making->limits, &envelope, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = check_signed(making->trust, &envelope, err);
    if (rc == SIGNET_OK) {
        rc = take_policy(making, envelope.payload, err);
    }
    signet_envelope_free(&envelope);
    return rc;
}

static int read_policy(struct making *making, struct signet_err *err)
{
    struct signet_trust_file *file = making->opts->policy;
    struct signet_trust *trust = making->trust;
    int rc = making->opts->insecure_unsigned_policy
                 ? take_policy(making, signet_buf_span(&file->text), err)
                 : read_signed_policy(making, err);
    if (rc == SIGNET_OK) {
        rc = signet_judge_policy(&trust->policy, &trust->root, trust->now, err);
    }
    return in_file(rc, file, err);
}

/* Compares with what was seen before, and records what is seen now. */
static int see(const struct making *making, struct signet_state *state, struct signet_err *err)
{
    const struct signet_trust *trust = making->trust;
    struct signet_digest first = making->first;
    struct signet_state_key key = {.first = &first};
    /* A root that was the last one of a chain may be what a later call begins with. */
    if (!signet_state_holds(state, &key)) {
        SIGNET_IGNORE(signet_state_find(state, trust->root.version, &making->root, &first));
    }
    int rc = signet_state_see_root(state, &key, trust->root.version, &making->root, err);
    if (rc == SIGNET_OK) {
        key.policy = trust->policy.name;
        rc = signet_state_see_policy(state, &key, trust->policy.version, &making->policy, err);
    }
    return rc == SIGNET_OK ? signet_state_commit(state, err) : rc;
}

static int demand_state(const struct signet_policy *policy, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return !policy->state_required
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_DENIED,
                                "policy %s demands a state that remembers the versions seen, and "
                                "there is none",
                                signet_utf8_show(signet_span_str(policy->name), shown));
}

static int remember(struct making *making, struct signet_err *err)
{
    struct signet_trust *trust = making->trust;
    struct signet_state *state = NULL;
    if (making->opts->state == NULL) {
        return demand_state(&trust->policy, err);
    }
    int rc = signet_state_open(making->opts->state, LOCK_WAIT, &state, err);
    if (rc == SIGNET_OK) {
        trust->first_use = signet_state_is_new(state);
        rc = trust->first_use ? demand_state(&trust->policy, err) : (int)SIGNET_OK;
    }
    if (rc == SIGNET_OK) {
        rc = see(making, state, err);
    }
    signet_state_close(state);
    return rc;
}

static int make(struct making *making, struct signet_err *err)
{
    int rc = read_root(making, err);
    if (rc == SIGNET_OK) {
        rc = take_keys(making->trust, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_policy(making, err);
    }
    return rc == SIGNET_OK ? remember(making, err) : rc;
}

static int
start(const struct signet_trust_opts *opts, struct signet_trust **trust, struct signet_err *err)
{
    struct making making = {
        .opts = opts,
        .limits = opts->limits != NULL ? *opts->limits : signet_limits_default(),
    };
    making.trust = calloc(1, sizeof(*making.trust));
    if (making.trust == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a policy");
    }
    making.trust->now = signet_clock_now(opts->clock);
    int rc = make(&making, err);
    if (rc == SIGNET_OK) {
        *trust = making.trust;
    } else {
        signet_trust_free(making.trust);
    }
    return rc;
}

int signet_trust_new(const struct signet_trust_opts *opts,
                     struct signet_trust **trust,
                     struct signet_err *err)
{
    if (opts->size != sizeof(*opts) || opts->root == NULL || opts->policy == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a root and a policy");
    }
    int rc = start(opts, trust, err);
    signet_buf_free(&opts->root->text);
    signet_buf_free(&opts->policy->text);
    return rc;
}

bool signet_trust_first_use(const struct signet_trust *trust)
{
    return trust->first_use;
}

void signet_trust_free(struct signet_trust *trust)
{
    if (trust != NULL) {
        signet_root_free(&trust->root);
        signet_policy_free(&trust->policy);
        free(trust->keys);
        free(trust);
    }
}

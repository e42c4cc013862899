/* SPDX-License-Identifier: Apache-2.0
 *
 * A root and the policy that it vouches for: see <signet/trust.h>. The policy is signed as the root
 * demands before anything in it is read.
 */
#include "trust/trust.h"

#include <signet/text.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "envelope/envelope.h"
#include "envelope/signers.h"
#include "trust/chain.h"
#include "trust/judge.h"

/* What is being made, and of what. */
struct making {
    struct signet_trust *trust;
    const struct signet_trust_opts *opts;
    struct signet_limits limits;
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
        rc = signet_policy_parse(envelope.payload, &making->trust->policy, err);
    }
    signet_envelope_free(&envelope);
    return rc;
}

static int read_policy(struct making *making, struct signet_err *err)
{
    struct signet_trust_file *file = making->opts->policy;
    struct signet_trust *trust = making->trust;
    int rc = making->opts->insecure_unsigned_policy
                 ? signet_policy_parse(signet_buf_span(&file->text), &trust->policy, err)
                 : read_signed_policy(making, err);
    if (rc == SIGNET_OK) {
        rc = signet_judge_policy(&trust->policy, &trust->root, trust->now, err);
    }
    return in_file(rc, file, err);
}

static int make(struct making *making, struct signet_err *err)
{
    int rc = read_root(making, err);
    if (rc == SIGNET_OK) {
        rc = take_keys(making->trust, err);
    }
    return rc == SIGNET_OK ? read_policy(making, err) : rc;
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

void signet_trust_free(struct signet_trust *trust)
{
    if (trust != NULL) {
        signet_root_free(&trust->root);
        signet_policy_free(&trust->policy);
        free(trust->keys);
        free(trust);
    }
}

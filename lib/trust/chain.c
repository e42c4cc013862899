/* SPDX-License-Identifier: Apache-2.0
 *
 * The step from one root to the next: see trust/chain.h. Owns thresholds, versions and expiry of
 * roots; who signed is for envelope/signers.c alone.
 */
#include "trust/chain.h"

#include <signet/limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "envelope/signers.h"

/* What is looked at in one step. */
struct step {
    struct signet_chain *chain;
    const struct signet_envelope *envelope;
    struct signet_err *err;
};

/* What a root is in itself and costs to look at, before anything is hashed. */
int signet_trust_check_envelope(const struct signet_envelope *envelope, struct signet_err *err)
{
    if (envelope->format->use != SIGNET_USE_DSSE) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a DSSE envelope, found the format %s",
                              envelope->format->name);
    }
    if (envelope->payload.len > SIGNET_TRUST_PAYLOAD) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected at most %llu bytes, found %zu",
                              (unsigned long long)SIGNET_TRUST_PAYLOAD, envelope->payload.len);
    }
    return SIGNET_OK;
}

/* Whether a key may speak for the role root: of Ed25519 it is by the schema. issued is when that
 * happened; NULL: not known yet. */
static bool may_count(const struct signet_root_key *key, const int64_t *issued)
{
    return key->status == SIGNET_ROOT_ACTIVE &&
           (issued == NULL || (*issued >= key->not_before && *issued <= key->not_after));
}

size_t signet_chain_signers(const struct signet_root *by,
                            const int64_t *issued,
                            struct signet_trusted_key *chosen)
{
    const struct signet_root_role *role = signet_root_role(by, SIGNET_ROLE_ROOT);
    size_t count = 0;
    for (size_t i = 0; i < role->key_count; i++) {
        const struct signet_root_key *key = &by->keys[role->keys[i]];
        if (may_count(key, issued)) {
            chosen[count++] =
                (struct signet_trusted_key){.key = key->key, .uses = key->uses, .name = key->owner};
        }
    }
    return count;
}

/* What it means that fewer keys than required signed. */
static int refusal_of(const struct signet_signers *signers)
{
    int code = signers->distinct > 0 ? SIGNET_E_THRESHOLD : SIGNET_E_UNTRUSTED;
    for (size_t i = 0; code == SIGNET_E_UNTRUSTED && i < signers->count; i++) {
        code = signers->list[i].status == SIGNET_E_BAD_SIGNATURE ? SIGNET_E_BAD_SIGNATURE : code;
    }
    return code;
}

/* Requires a threshold of the keys given, which are those of the role that may count. */
static int require_signers(const struct step *step,
                           const struct signet_root *by,
                           const struct signet_trusted_key *keys,
                           size_t count)
{
    const size_t threshold = signet_root_role(by, SIGNET_ROLE_ROOT)->threshold;
    const struct signet_signers_request request = {.payload_type = SIGNET_PAYLOAD_TYPE_ROOT,
                                                   .keys = keys,
                                                   .key_count = count,
                                                   .work_left = &step->chain->work_left};
    struct signet_signers signers = {NULL, 0, 0};
    int rc =
        count > 0 ? signet_signers_check(step->envelope, &request, &signers, step->err) : SIGNET_OK;
    if (rc == SIGNET_OK && signers.distinct < threshold) {
        rc = signet_err_set(step->err, refusal_of(&signers),
                            "expected signatures by %zu keys of the role root of root %llu, found "
                            "%zu of the %zu that may sign",
                            threshold, (unsigned long long)by->version, signers.distinct, count);
    }
    signet_signers_free(&signers);
    return rc;
}

static int
require_threshold(const struct step *step, const struct signet_root *by, const int64_t *issued)
{
    const struct signet_root_role *role = signet_root_role(by, SIGNET_ROLE_ROOT);
    struct signet_trusted_key *keys = calloc(role->key_count, sizeof(*keys));
    if (keys == NULL) {
        return signet_err_set(step->err, SIGNET_E_NOMEM, "out of memory for the keys of a root");
    }
    int rc = require_signers(step, by, keys, signet_chain_signers(by, issued, keys));
    free(keys);
    return rc;
}

static int check_version(const struct step *step, uint64_t expected, uint64_t found)
{
    if (found == expected) {
        return SIGNET_OK;
    }
    return signet_err_set(step->err, found < expected ? SIGNET_E_STALE : SIGNET_E_MALFORMED,
                          "expected version %llu, found version %llu", (unsigned long long)expected,
                          (unsigned long long)found);
}

/* Judges a root by the one before it, if there is one, and by itself. */
static int
judge(const struct step *step, const struct signet_root *before, const struct signet_root *root)
{
    int rc = SIGNET_OK;
    if (before != NULL) {
        rc = check_version(step, before->version + 1, root->version);
        if (rc == SIGNET_OK) {
            rc = require_threshold(step, before, &root->issued);
        }
    }
    return rc == SIGNET_OK ? require_threshold(step, root, &root->issued) : rc;
}

/* One step. The root before has a say before a byte of the payload is read as anything. */
static int
look_at(const struct step *step, const struct signet_root *before, struct signet_root *root)
{
    int rc = signet_trust_check_envelope(step->envelope, step->err);
    if (rc == SIGNET_OK && before != NULL) {
        rc = require_threshold(step, before, NULL);
    }
    if (rc == SIGNET_OK) {
        rc = signet_root_parse(step->envelope->payload, root, step->err);
    }
    return rc == SIGNET_OK ? judge(step, before, root) : rc;
}

static int take_step(const struct step *step, const struct signet_root *before)
{
    struct signet_chain *chain = step->chain;
    struct signet_root root = {.version = 0};
    struct signet_digest digest;
    int rc = look_at(step, before, &root);
    if (rc == SIGNET_OK) {
        rc = signet_digest_of(SIGNET_DIGEST_SHA256, step->envelope->payload, &digest, step->err);
    }
    chain->status = rc;
    if (rc != SIGNET_OK) {
        signet_root_free(&root);
        return rc;
    }
    signet_root_free(&chain->root);
    chain->root = root;
    chain->digest = digest;
    return SIGNET_OK;
}

int signet_chain_start(struct signet_chain *chain,
                       const struct signet_envelope *envelope,
                       struct signet_err *err)
{
    const struct step step = {chain, envelope, err};
    memset(chain, 0, sizeof(*chain));
    chain->work_left = SIGNET_SIGNERS_WORK;
    int rc = take_step(&step, NULL);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "the first root");
        return rc;
    }
    chain->lineage = chain->digest;
    return SIGNET_OK;
}

/* Whether there is a chain that goes on. */
static int check_standing(const struct signet_chain *chain, struct signet_err *err)
{
    if (chain->status != SIGNET_OK) {
        return signet_err_set(err, chain->status, "the chain of roots ended at root %llu",
                              (unsigned long long)chain->root.version);
    }
    return chain->root.version > 0
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE, "a chain of roots that was not started");
}

int signet_chain_next(struct signet_chain *chain,
                      const struct signet_envelope *envelope,
                      struct signet_err *err)
{
    const struct step step = {chain, envelope, err};
    int rc = check_standing(chain, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const unsigned long long next = (unsigned long long)chain->root.version + 1;
    if (chain->steps == SIGNET_ROOT_STEPS) {
        chain->status = SIGNET_E_LIMIT;
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "root %llu: expected at most %d steps from the first root", next,
                              SIGNET_ROOT_STEPS);
    }
    rc = take_step(&step, &chain->root);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "root %llu", next);
        return rc;
    }
    chain->steps++;
    return SIGNET_OK;
}

int signet_chain_finish(struct signet_chain *chain, int64_t now, struct signet_err *err)
{
    char expires[SIGNET_CLOCK_TEXT];
    char shown[SIGNET_CLOCK_TEXT];
    int rc = check_standing(chain, err);
    if (rc != SIGNET_OK || now < chain->root.expires) {
        return rc;
    }
    chain->status = SIGNET_E_STALE;
    return signet_err_set(
        err, SIGNET_E_STALE, "root %llu: expired at %s, now it is %s: a newer root is needed",
        (unsigned long long)chain->root.version, signet_clock_format(chain->root.expires, expires),
        signet_clock_format(now, shown));
}

void signet_chain_free(struct signet_chain *chain)
{
    if (chain != NULL) {
        signet_root_free(&chain->root);
        memset(chain, 0, sizeof(*chain));
    }
}

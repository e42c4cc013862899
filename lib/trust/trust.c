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
#include "trust/times.h"

enum {
    LOCK_WAIT = 10000 /* milliseconds for another process */
};

/* What is being made, and of what. */
struct making {
    struct signet_trust *trust;
    const struct signet_trust_opts *opts;
    struct signet_limits limits;
    struct signet_state *state; /* locked until all is made; NULL: nothing is remembered */
};

/* Compares the roots with what was seen of their lineage, or of the folder. */
static int settle_roots(struct signet_trust *trust,
                        const struct signet_state *state,
                        const char *folder,
                        struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_lineage_find(&trust->lineage, state, folder, &trust->first, err);
    if (rc == SIGNET_E_STALE && folder != NULL) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(folder), shown));
    }
    return rc;
}

/* Which lineage the roots are of is for the state to say, and by that what time it is at least: the
 * clock may have been put back, but not behind a trusted time that was seen. */
static int raise_now(struct making *making, struct signet_err *err)
{
    struct signet_trust *trust = making->trust;
    int64_t seen = 0;
    if (trust->state == NULL) {
        return SIGNET_OK;
    }
    int rc = signet_state_open(trust->state, LOCK_WAIT, &making->state, err);
    if (rc == SIGNET_OK) {
        rc = settle_roots(trust, making->state, making->opts->root_folder, err);
    }
    if (rc == SIGNET_OK && signet_state_time(making->state, &trust->first, &seen) &&
        seen > trust->now) {
        trust->now = seen;
    }
    return rc;
}

/* The one that the last root was read from, or would be. */
static const struct signet_trust_file *last_file(const struct signet_trust_opts *opts,
                                                 const struct signet_chain *chain)
{
    const size_t further = opts->further_count;
    return further > 0 && opts->further[further - 1].version == chain->root.version
               ? &opts->further[further - 1]
               : &opts->roots[opts->root_count - 1];
}

static int read_roots(struct making *making, struct signet_err *err)
{
    const struct signet_trust_opts *opts = making->opts;
    struct signet_trust *trust = making->trust;
    struct signet_chain chain = {0};
    int rc = signet_lineage_follow(&trust->lineage, opts, &making->limits, &chain, err);
    if (rc == SIGNET_OK) {
        trust->first = chain.lineage;
        rc = raise_now(making, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_lineage_blame(signet_chain_finish(&chain, trust->now, err),
                                  last_file(opts, &chain), err);
    }
    if (rc == SIGNET_OK) {
        trust->root_digest = chain.digest;
        trust->root = chain.root;
        memset(&chain.root, 0, sizeof(chain.root));
    }
    signet_chain_free(&chain);
    return rc;
}

/* Whether a key is in a role that says something of artifacts. */
static bool speaks_of_artifacts(const struct signet_root *root, size_t key)
{
    for (size_t i = 0; i < root->role_count; i++) {
        const struct signet_root_role *role = &root->roles[i];
        if (signet_role_speaks(role->name) && signet_root_role_has(role, key)) {
            return true;
        }
    }
    return false;
}

/* A key as it is used to look at signatures: one that does not count now needs a time. */
static struct signet_trusted_key as_trusted(const struct signet_trust *trust,
                                            const struct signet_root_key *key)
{
    const struct signet_payload_key signature = {0, key->uses, SIGNET_TIME_UNKNOWN};
    return (struct signet_trusted_key){
        .key = key->key,
        .uses = key->uses,
        .name = key->owner,
        .needs_time = !signet_root_key_counts(key, &signature, trust->now),
    };
}

/* The root's keys, in its order. One that is revoked or expired, and without a trusted time, or in
 * no role vouches for nothing, and spoils nothing either. */
static int take_keys(struct signet_trust *trust, struct signet_err *err)
{
    const struct signet_root *root = &trust->root;
    trust->keys = calloc(root->key_count, sizeof(*trust->keys));
    if (trust->keys == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the keys of a root");
    }
    for (size_t i = 0; i < root->key_count; i++) {
        trust->keys[i] = as_trusted(trust, &root->keys[i]);
        trust->keys[i].uses = speaks_of_artifacts(root, i) ? trust->keys[i].uses : 0;
    }
    return SIGNET_OK;
}

/* Why a policy that too few keys signed is refused. */
static int refuse_signers(const struct signet_signers *signers,
                          const struct signet_root_role *role,
                          struct signet_err *err)
{
    int code = signers->distinct > 0 ? SIGNET_E_THRESHOLD : SIGNET_E_UNTRUSTED;
    for (size_t i = 0; signers->distinct == 0 && i < signers->count; i++) {
        code = signers->list[i].status == SIGNET_E_BAD_SIGNATURE ? SIGNET_E_BAD_SIGNATURE : code;
    }
    return signet_err_set(err, code,
                          "expected the signatures of %zu keys of the role policy, found %zu",
                          role->threshold, signers->distinct);
}

/* Only the keys of the role are looked for. */
static int check_signers(const struct signet_trust *trust,
                         const struct signet_root_role *role,
                         const struct signet_envelope *envelope,
                         struct signet_err *err)
{
    struct signet_signers signers;
    struct signet_trusted_key *keys = calloc(role->key_count, sizeof(*keys));
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_POLICY, .keys = keys, .key_count = role->key_count};
    if (keys == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the keys of a root");
    }
    for (size_t i = 0; i < role->key_count; i++) {
        keys[i] = as_trusted(trust, &trust->root.keys[role->keys[i]]);
    }
    int rc = signet_signers_check(envelope, &request, &signers, err);
    if (rc == SIGNET_OK && signers.distinct < role->threshold) {
        rc = refuse_signers(&signers, role, err);
    }
    signet_signers_free(&signers);
    free(keys);
    return rc;
}

static int check_signed(const struct signet_trust *trust,
                        const struct signet_envelope *envelope,
                        struct signet_err *err)
{
    const struct signet_root_role *role = signet_root_role(&trust->root, SIGNET_ROLE_POLICY);
    if (role == NULL) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a root without the role of policies");
    }
    int rc = signet_trust_check_envelope(envelope, err);
    return rc == SIGNET_OK ? check_signers(trust, role, envelope, err) : rc;
}

static int take_policy(struct making *making, struct signet_span payload, struct signet_err *err)
{
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, payload, &making->trust->policy_digest, err);
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

static int check_policy_name(const struct making *making, struct signet_err *err)
{
    char expected[SIGNET_SHOW_MAX];
    char found[SIGNET_SHOW_MAX];
    const char *name = making->trust->policy.name;
    const char *wanted = making->opts->policy_name;
    return wanted == NULL || strcmp(name, wanted) == 0
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_DENIED,
                                "expected the policy called %s, found the one called %s",
                                signet_utf8_show(signet_span_str(wanted), expected),
                                signet_utf8_show(signet_span_str(name), found));
}

static int read_policy(struct making *making, struct signet_err *err)
{
    struct signet_trust_file *file = making->opts->policy;
    struct signet_trust *trust = making->trust;
    int rc = making->opts->insecure_unsigned_policy
                 ? take_policy(making, signet_buf_span(&file->text), err)
                 : read_signed_policy(making, err);
    if (rc == SIGNET_OK) {
        rc = check_policy_name(making, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_judge_policy(&trust->policy, &trust->root, trust->now, err);
    }
    return signet_lineage_blame(rc, file, err);
}

/* Compares with what was seen before, and notes what is seen now. */
static int see(const struct signet_trust *trust, struct signet_state *state, struct signet_err *err)
{
    struct signet_state_key key = {.first = &trust->first};
    int rc = signet_state_see_root(state, &key, trust->root.version, &trust->root_digest, err);
    if (rc == SIGNET_OK) {
        key.policy = trust->policy.name;
        rc =
            signet_state_see_policy(state, &key, trust->policy.version, &trust->policy_digest, err);
    }
    return rc;
}

/* What nobody signed, or a time that nobody has, leaves no trace: it would refuse what is right
 * later. */
static int
commit(const struct signet_trust *trust, struct signet_state *state, struct signet_err *err)
{
    return trust->leaves_no_trace ? (int)SIGNET_OK : signet_state_commit(state, err);
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
    struct signet_state *state = making->state;
    const char *folder = making->opts->root_folder;
    const struct signet_state_key key = {.first = &trust->first, .policy = trust->policy.name};
    if (state == NULL) {
        return demand_state(&trust->policy, err);
    }
    trust->first_use = !signet_state_holds(state, &key);
    int rc = trust->first_use ? demand_state(&trust->policy, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = see(trust, state, err);
    }
    if (rc == SIGNET_OK && folder != NULL) {
        rc = signet_state_see_folder(state, folder, &trust->first, err);
    }
    return rc == SIGNET_OK ? commit(trust, state, err) : rc;
}

/* Opens the state to note more in it, of what it must know by now. */
static int
open_again(const struct signet_trust *trust, struct signet_state **state, struct signet_err *err)
{
    int rc = signet_state_open(trust->state, LOCK_WAIT, state, err);
    return rc == SIGNET_OK ? see(trust, *state, err) : rc;
}

/* Ends that, and passes on what became of it so far. */
static int close_again(const struct signet_trust *trust,
                       struct signet_state *state,
                       int rc,
                       struct signet_err *err)
{
    if (rc == SIGNET_OK) {
        rc = commit(trust, state, err);
    }
    signet_state_close(state);
    return rc;
}

int signet_trust_see_release(const struct signet_trust *trust,
                             const char *name,
                             const char *version,
                             struct signet_span payload,
                             struct signet_err *err)
{
    const struct signet_state_key key = {
        .first = &trust->first, .policy = trust->policy.name, .name = name};
    struct signet_digest digest;
    struct signet_state *state = NULL;
    if (trust->state == NULL) {
        return SIGNET_OK;
    }
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, payload, &digest, err);
    if (rc == SIGNET_OK) {
        rc = open_again(trust, &state, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_state_see_release(state, &key, version, &digest, err);
    }
    return close_again(trust, state, rc, err);
}

int signet_trust_seen_payload(const struct signet_trust *trust,
                              const char *name,
                              struct signet_digest *payload,
                              struct signet_err *err)
{
    const struct signet_state_key key = {
        .first = &trust->first, .policy = trust->policy.name, .name = name};
    struct signet_state *state = NULL;
    *payload = (struct signet_digest){.len = 0};
    int rc = trust->state != NULL ? signet_state_open(trust->state, LOCK_WAIT, &state, err)
                                  : (int)SIGNET_OK;
    if (state != NULL) {
        SIGNET_IGNORE(signet_state_payload(state, &key, payload)); /* then it was not seen */
    }
    signet_state_close(state);
    return rc;
}

int signet_trust_see_time(const struct signet_trust *trust,
                          int64_t signed_at,
                          struct signet_err *err)
{
    struct signet_state *state = NULL;
    if (trust->state == NULL || signed_at == SIGNET_TIME_UNKNOWN) {
        return SIGNET_OK;
    }
    int rc = open_again(trust, &state, err);
    if (rc == SIGNET_OK) {
        int64_t seen = signed_at < trust->now ? signed_at : trust->now;
        rc = signet_state_see_time(state, &trust->first, seen, err);
    }
    return close_again(trust, state, rc, err);
}

int signet_trust_date(const struct signet_trust *trust,
                      struct signet_span notes,
                      const struct signet_envelope *env,
                      struct signet_signers *signers,
                      struct signet_err *err)
{
    struct signet_times times;
    int rc = signet_times_read(notes, &trust->root, trust->now, &times, err);
    if (rc == SIGNET_OK) {
        rc = signet_times_settle(&times, &trust->root, trust->keys, env, signers, err);
    }
    signet_times_free(&times);
    return rc;
}

static int make(struct making *making, struct signet_err *err)
{
    int rc = read_roots(making, err);
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
    making.trust->leaves_no_trace = opts->insecure_unsigned_policy || opts->insecure_clock;
    making.trust->state = opts->state != NULL ? strdup(opts->state) : NULL;
    int rc = opts->state == NULL || making.trust->state != NULL
                 ? make(&making, err)
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a path");
    signet_state_close(making.state);
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
    if (opts->size != sizeof(*opts) || opts->roots == NULL || opts->policy == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a root and a policy");
    }
    int rc = start(opts, trust, err);
    for (size_t i = 0; i < opts->root_count; i++) {
        signet_buf_free(&opts->roots[i].text);
    }
    for (size_t i = 0; i < opts->further_count; i++) {
        signet_buf_free(&opts->further[i].text);
    }
    signet_buf_free(&opts->policy->text);
    return rc;
}

uint64_t signet_trust_root_version(const struct signet_trust *trust, size_t index)
{
    return trust->lineage.roots[index].version;
}

bool signet_trust_first_use(const struct signet_trust *trust)
{
    return trust->first_use;
}

const char *const *signet_trust_evidence(const struct signet_trust *trust, size_t *count)
{
    *count = trust->policy.evidence.count;
    return trust->policy.evidence.list;
}

void signet_trust_free(struct signet_trust *trust)
{
    if (trust != NULL) {
        signet_lineage_free(&trust->lineage);
        signet_root_free(&trust->root);
        signet_policy_free(&trust->policy);
        free(trust->keys);
        free(trust->state);
        free(trust);
    }
}

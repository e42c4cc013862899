/* SPDX-License-Identifier: Apache-2.0
 *
 * Trusted times: see trust/times.h.
 */
#include "trust/times.h"

#include <stdlib.h>

#include "base/err.h"
#include "envelope/cosignature.h"
#include "trust/judge.h"

/* A file being read. */
struct reading {
    const struct signet_root *root;
    const struct signet_root_role *role;
    const struct signet_trusted_key *keys; /* of the role, in its order */
    int64_t now;
    struct signet_times *times; /* with room for each cosignature */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the times of signatures");
}

/* A key that is retired or revoked could say that it spoke before: its time is its own word. */
static bool counts(const struct reading *r, const struct signet_root_key *key, int64_t time)
{
    return key->status == SIGNET_ROOT_ACTIVE && time >= key->not_before && time <= key->not_after &&
           time <= r->now + SIGNET_TIME_AHEAD;
}

static void keep(struct signet_times *times, const struct signet_time_claim *claim)
{
    for (size_t i = 0; i < times->count; i++) {
        struct signet_time_claim *other = &times->list[i];
        if (other->key == claim->key && signet_digest_eq(&other->subject, &claim->subject)) {
            other->time = claim->time < other->time ? claim->time : other->time;
            return;
        }
    }
    times->list[times->count++] = *claim;
}

static int
read_one(struct reading *r, const struct signet_cosignature *said, struct signet_err *err)
{
    size_t found = SIGNET_NO_KEY;
    int rc = signet_cosignature_find_key(said, r->keys, r->role->key_count, &found, err);
    if (rc == SIGNET_OK && found != SIGNET_NO_KEY) {
        size_t key = r->role->keys[found];
        if (counts(r, &r->root->keys[key], said->time)) {
            keep(r->times, &(const struct signet_time_claim){said->subject, key, said->time});
        }
    }
    return rc;
}

static int
read_all(struct reading *r, const struct signet_cosignatures *notes, struct signet_err *err)
{
    int rc = SIGNET_OK;
    struct signet_trusted_key *keys = calloc(r->role->key_count, sizeof(*keys));
    r->times->list = calloc(notes->count + 1, sizeof(*r->times->list));
    if (keys == NULL || r->times->list == NULL) {
        rc = no_memory(err);
    }
    for (size_t i = 0; rc == SIGNET_OK && i < r->role->key_count; i++) {
        keys[i].key = r->root->keys[r->role->keys[i]].key;
        keys[i].uses = SIGNET_USE_TIME;
    }
    r->keys = keys;
    for (size_t i = 0; rc == SIGNET_OK && i < notes->count; i++) {
        rc = read_one(r, &notes->list[i], err);
    }
    free(keys);
    return rc;
}

int signet_times_read(struct signet_span text,
                      const struct signet_root *root,
                      int64_t now,
                      struct signet_times *times,
                      struct signet_err *err)
{
    struct signet_cosignatures notes;
    struct reading reading = {
        .root = root,
        .role = signet_root_role(root, SIGNET_ROLE_TIME),
        .now = now,
        .times = times,
    };
    memset(times, 0, sizeof(*times));
    int rc = signet_cosignatures_parse(text, &notes, err);
    if (rc == SIGNET_OK && reading.role != NULL) {
        times->threshold = reading.role->threshold;
        rc = read_all(&reading, &notes, err);
    }
    if (rc != SIGNET_OK) {
        signet_times_free(times);
    }
    signet_cosignatures_free(&notes);
    return rc;
}

void signet_times_free(struct signet_times *times)
{
    free(times->list);
    memset(times, 0, sizeof(*times));
}

/* Keys that say that the signature was there by a time. */
static size_t
count_by(const struct signet_times *times, const struct signet_digest *subject, int64_t time)
{
    size_t count = 0;
    for (size_t i = 0; i < times->count; i++) {
        bool same = signet_digest_eq(&times->list[i].subject, subject);
        count += same && times->list[i].time <= time ? 1 : 0;
    }
    return count;
}

int64_t signet_times_signed_at(const struct signet_times *times,
                               const struct signet_digest *subject)
{
    int64_t first = SIGNET_TIME_UNKNOWN;
    for (size_t i = 0; i < times->count; i++) {
        int64_t time = times->list[i].time;
        if (signet_digest_eq(&times->list[i].subject, subject) &&
            (first == SIGNET_TIME_UNKNOWN || time < first) &&
            count_by(times, subject, time) >= times->threshold) {
            first = time;
        }
    }
    return first;
}

/* Of a signer whose key made its signature. */
static void settle(const struct signet_times *times,
                   const struct signet_root_key *key,
                   unsigned use,
                   const struct signet_digest *subject,
                   struct signet_signer *signer)
{
    signer->signed_at = signet_times_signed_at(times, subject);
    const struct signet_payload_key made = {signer->key, use, signer->signed_at};
    if (signer->undated && signer->signed_at != SIGNET_TIME_UNKNOWN &&
        signet_root_key_counts(key, &made, signer->signed_at)) {
        signer->status = SIGNET_OK;
        signer->undated = false;
    }
}

int signet_times_settle(const struct signet_times *times,
                        const struct signet_root *root,
                        const struct signet_trusted_key *keys,
                        const struct signet_envelope *env,
                        struct signet_signers *signers,
                        struct signet_err *err)
{
    struct signet_digest bytes;
    struct signet_digest subject;
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, env->message, &bytes, err);
    for (size_t i = 0; rc == SIGNET_OK && i < signers->count; i++) {
        struct signet_signer *signer = &signers->list[i];
        if (signer->key != SIGNET_NO_KEY) {
            rc = signet_cosignature_subject(&keys[signer->key].key, &bytes, env->signatures[i].sig,
                                            &subject, err);
        }
        if (rc == SIGNET_OK && signer->key != SIGNET_NO_KEY) {
            settle(times, &root->keys[signer->key], env->format->use, &subject, signer);
        }
    }
    signet_signers_count(signers, keys);
    return rc;
}

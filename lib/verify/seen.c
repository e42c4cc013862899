/* SPDX-License-Identifier: Apache-2.0
 *
 * Payloads that were seen before: see verify/seen.h.
 */
#include "verify/seen.h"

#include "trust/trust.h"

/* What is put in order. */
struct ordering {
    const struct signet_trust *trust;
    struct signet_signed_payload *payloads;
    struct signet_source **sources;
    size_t count;
};

static bool any_monotonic(const struct signet_policy *policy)
{
    size_t i = 0;
    while (i < policy->rule_count && !policy->rules[i].version_monotonic) {
        i++;
    }
    return i < policy->rule_count;
}

/* The next payload that is a release of that name, from index on; the count if there is none. */
static size_t find(const struct ordering *ordering, size_t index, const char *name)
{
    while (index < ordering->count &&
           !signet_facts_release(ordering->payloads[index].facts, name, NULL)) {
        index++;
    }
    return index;
}

static void exchange(const struct ordering *ordering, size_t a, size_t b)
{
    const struct signet_signed_payload payload = ordering->payloads[a];
    struct signet_source *source = ordering->sources[a];
    ordering->payloads[a] = ordering->payloads[b];
    ordering->sources[a] = ordering->sources[b];
    ordering->payloads[b] = payload;
    ordering->sources[b] = source;
}

/* Among those of the name of the first one. */
static int put_seen_first(const struct ordering *ordering, size_t first, struct signet_err *err)
{
    const char *name = ordering->payloads[first].facts->release_name;
    struct signet_digest seen;
    int rc = signet_trust_seen_payload(ordering->trust, name, &seen, err);
    for (size_t i = first; rc == SIGNET_OK && seen.len > 0 && i < ordering->count;
         i = find(ordering, i + 1, name)) {
        struct signet_digest own;
        rc = signet_digest_of(SIGNET_DIGEST_SHA256, ordering->sources[i]->env.payload, &own, err);
        if (rc == SIGNET_OK && signet_digest_eq(&own, &seen)) {
            exchange(ordering, first, i);
            break;
        }
    }
    return rc;
}

int signet_seen_first(const struct signet_trust *trust,
                      struct signet_signed_payload *payloads,
                      struct signet_source **sources,
                      size_t count,
                      struct signet_err *err)
{
    const struct ordering ordering = {trust, payloads, sources, count};
    int rc = SIGNET_OK;
    if (trust->state == NULL || !any_monotonic(&trust->policy)) {
        return SIGNET_OK;
    }
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        const char *name = payloads[i].facts->release_name;
        if (name != NULL && find(&ordering, 0, name) == i && find(&ordering, i + 1, name) < count) {
            rc = put_seen_first(&ordering, i, err);
        }
    }
    return rc;
}

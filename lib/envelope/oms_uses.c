/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and finding what listed files are for: see envelope/oms.h. Owns the members "usage" and
 * "size" of a resource; who may be believed is for others to say.
 */
#include "envelope/oms_uses.h"

#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/release.h"
#include "json/grow.h"

static int malformed(const char *member,
                     const char *expected,
                     struct signet_json_value found,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "OMS predicate: %s of a resource: expected %s, found %s", member,
                          expected, signet_utf8_show(found.text, shown));
}

static enum signet_usage usage_of(struct signet_json_value value)
{
    struct signet_span word;
    return signet_json_plain_string(value, &word) ? signet_usage_named(word) : SIGNET_USAGE_NONE;
}

int signet_oms_add_use(struct signet_oms *oms,
                       const struct signet_oms_said *said,
                       const struct signet_oms_resource *resource,
                       const uint8_t key[SIGNET_OMS_USE_KEY],
                       size_t max,
                       struct signet_err *err)
{
    struct signet_oms_use use = {.name = resource->name,
                                 .name_len = resource->name_len,
                                 .digest_at = resource->digest_at,
                                 .usage = usage_of(said->usage)};
    if (said->usage.kind != 0 && use.usage == SIGNET_USAGE_NONE) {
        return malformed("usage", "program, interp, lib, script, model or data", said->usage, err);
    }
    if (said->size.kind != 0 && !signet_json_uint(said->size, &use.size)) {
        return malformed("size", "a number of bytes", said->size, err);
    }
    if (said->usage.kind == 0 || said->size.kind == 0) {
        return SIGNET_OK;
    }
    if (oms->use_count == oms->use_cap) {
        struct signet_oms_use *grown =
            signet_json_grow(oms->uses, &oms->use_cap, oms->use_count + 1, max, sizeof(*grown));
        if (grown == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the OMS predicate");
        }
        oms->uses = grown;
    }
    memcpy(use.key, key, sizeof(use.key));
    oms->uses[oms->use_count++] = use;
    return SIGNET_OK;
}

/* By digest, and those of one digest as they stand in the statement. */
static int by_digest(const void *a, const void *b)
{
    const struct signet_oms_use *first = a;
    const struct signet_oms_use *second = b;
    int order = memcmp(first->key, second->key, sizeof(first->key));
    if (order != 0 || first->digest_at == second->digest_at) {
        return order;
    }
    return first->digest_at < second->digest_at ? -1 : 1;
}

void signet_oms_sort_uses(struct signet_oms *oms)
{
    if (oms->use_count > 0) {
        qsort(oms->uses, oms->use_count, sizeof(*oms->uses), by_digest);
    }
}

/* The first use that is not below one of that digest and place. */
static size_t lower_bound(const struct signet_oms *oms, const struct signet_oms_use *wanted)
{
    size_t low = 0;
    size_t high = oms->use_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_digest(&oms->uses[middle], wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool has_digest(const struct signet_oms *oms,
                       const struct signet_oms_use *use,
                       const struct signet_digest *digest)
{
    const struct signet_oms_resource resource = {use->name, use->name_len, use->digest_at};
    struct signet_digest own;
    signet_oms_digest(oms, &resource, &own);
    return signet_digest_eq(&own, digest);
}

enum signet_usage signet_oms_usage(const struct signet_oms *oms,
                                   const struct signet_oms_resource *resource)
{
    struct signet_oms_use wanted = {.digest_at = resource->digest_at};
    struct signet_digest digest;
    if (oms->use_count == 0) {
        return SIGNET_USAGE_NONE;
    }
    signet_oms_digest(oms, resource, &digest);
    memcpy(wanted.key, digest.bytes, sizeof(wanted.key));
    size_t at = lower_bound(oms, &wanted);
    return at < oms->use_count && oms->uses[at].digest_at == resource->digest_at
               ? oms->uses[at].usage
               : SIGNET_USAGE_NONE;
}

/* Digests that begin alike and differ may lie among each other: then those at the start count,
 * which is no more than there are. */
size_t signet_oms_find_uses(const struct signet_oms *oms,
                            const struct signet_digest *digest,
                            const struct signet_oms_use **first)
{
    struct signet_oms_use wanted = {.digest_at = 0};
    size_t count = 0;
    if (digest->len < sizeof(wanted.key) || digest->alg != oms->alg) {
        return 0;
    }
    memcpy(wanted.key, digest->bytes, sizeof(wanted.key));
    size_t at = lower_bound(oms, &wanted);
    while (at + count < oms->use_count && has_digest(oms, &oms->uses[at + count], digest)) {
        count++;
    }
    *first = count > 0 ? &oms->uses[at] : NULL;
    return count;
}

/* The digest of a resource that says what it is for; false if it has none. */
static bool claimed_digest(struct signet_json_value algorithm,
                           struct signet_json_value digits,
                           struct signet_digest *digest)
{
    struct signet_span name;
    struct signet_span hex;
    *digest = (struct signet_digest){.len = 0};
    if (!signet_json_plain_string(algorithm, &name) || !signet_json_plain_string(digits, &hex)) {
        return false;
    }
    digest->alg = signet_digest_by_name(name);
    digest->len = signet_digest_size(digest->alg);
    return digest->len > 0 && signet_hex_decode(hex, digest->bytes, digest->len) == SIGNET_OK;
}

/* Begins to walk the list of a predicate, which is long: it is not stepped over before. */
static bool find_resources(struct signet_json_value predicate, struct signet_json_walk *walk)
{
    struct signet_json_value name;
    *walk = signet_json_walk(predicate);
    while (signet_json_next_name(walk, &name)) {
        if (signet_json_ahead(walk) == SIGNET_JSON_ARRAY &&
            signet_json_string_is(name, signet_span_str("resources"))) {
            signet_json_enter(walk);
            return true;
        }
        SIGNET_IGNORE(signet_json_take(walk).kind == 0); /* stepped over */
    }
    return false;
}

int signet_oms_claimed_uses(const struct signet_statement *statement,
                            signet_oms_take *take,
                            void *ctx,
                            struct signet_err *err)
{
    enum {
        ALGORITHM,
        DIGEST,
        SIZE,
        USAGE,
        MEMBERS
    };
    static const char *const names[] = {"algorithm", "digest", "size", "usage", NULL};
    struct signet_json_walk walk;
    struct signet_json_value element;
    struct signet_json_value values[MEMBERS];
    size_t others = 0;
    int rc = SIGNET_OK;
    if (!find_resources(statement->predicate, &walk)) {
        return SIGNET_OK;
    }
    while (rc == SIGNET_OK && signet_json_next_object(&walk, names, &element, values, &others)) {
        struct signet_digest digest;
        if (values[SIZE].kind != 0 && values[USAGE].kind != 0 &&
            claimed_digest(values[ALGORITHM], values[DIGEST], &digest)) {
            rc = take(ctx, &digest, err);
        }
    }
    return rc;
}

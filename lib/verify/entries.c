/* SPDX-License-Identifier: Apache-2.0
 *
 * The list that was signed against the list that was measured, entry by entry. Owns what a
 * difference is; measures nothing.
 */
#include "verify/entries.h"

#include <stdio.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/grow.h"
#include "envelope/oms_pieces.h"

static const char *
digest_text(struct signet_content *content, enum signet_digest_alg alg, const uint8_t *bytes)
{
    char text[SIGNET_DIGEST_HEX + 16];
    char hex[SIGNET_DIGEST_HEX];
    signet_hex_encode(signet_span_of(bytes, signet_digest_size(alg)), hex);
    SIGNET_IGNORE(snprintf(text, sizeof(text), "%s:%s", signet_digest_name(alg), hex) < 0);
    return signet_arena_copy(&content->storage, signet_span_str(text));
}

int signet_content_add(struct signet_content *content,
                       enum signet_difference_kind kind,
                       struct signet_span name,
                       bool refuses,
                       struct signet_err *err)
{
    if (content->difference_count == content->difference_cap) {
        struct signet_difference *grown =
            signet_grow(content->differences, &content->difference_cap, sizeof(*grown));
        if (grown == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the comparison");
        }
        content->differences = grown;
    }
    struct signet_difference *difference = &content->differences[content->difference_count];
    difference->kind = kind;
    difference->refuses = refuses;
    difference->expected = "";
    difference->found = "";
    difference->name = signet_arena_copy(&content->storage, name);
    if (difference->name == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the comparison");
    }
    content->difference_count++;
    return SIGNET_OK;
}

int signet_content_add_changed(struct signet_content *content,
                               struct signet_span name,
                               enum signet_digest_alg alg,
                               const uint8_t *expected,
                               const uint8_t *found,
                               struct signet_err *err)
{
    int rc = signet_content_add(content, SIGNET_DIFFERENCE_CHANGED, name, true, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_difference *last = &content->differences[content->difference_count - 1];
    last->expected = digest_text(content, alg, expected);
    last->found = digest_text(content, alg, found);
    if (last->expected == NULL || last->found == NULL) {
        content->difference_count--;
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the comparison");
    }
    return SIGNET_OK;
}

/* What was signed against what was found. */
static int compare_digest(struct signet_content *content,
                          const struct signet_oms_resource *resource,
                          const struct signet_oms *oms,
                          struct signet_span found,
                          struct signet_err *err)
{
    struct signet_digest expected;
    signet_oms_digest(oms, resource, &expected);
    return signet_span_eq(signet_span_of(expected.bytes, expected.len), found)
               ? SIGNET_OK
               : signet_content_add_changed(content, signet_oms_name(resource), oms->alg,
                                            expected.bytes, found.ptr, err);
}

/* One entry that both sides have. */
static int compare_entry(struct signet_content *content,
                         const struct signet_manifest *manifest,
                         const struct signet_entry *entry,
                         const struct signet_oms *oms,
                         const struct signet_oms_resource *resource,
                         struct signet_err *err)
{
    size_t differences = content->difference_count;
    int rc = compare_digest(content, resource, oms, signet_entry_digest(manifest, entry, 0), err);
    content->matched += rc == SIGNET_OK && content->difference_count == differences ? 1 : 0;
    return rc;
}

/* Which of two comes first; one behind the end of its list comes last. */
static int order_at(const struct signet_manifest *manifest,
                    size_t entry,
                    const struct signet_oms *oms,
                    size_t resource)
{
    if (entry == manifest->count || resource == oms->count) {
        return entry == manifest->count ? 1 : -1;
    }
    return signet_span_order(signet_span_str(manifest->entries[entry].name),
                             signet_oms_name(&oms->resources[resource]));
}

/* Both lists are sorted by name, so they are walked in step. */
static int compare_whole(struct signet_content *content,
                         const struct signet_manifest *manifest,
                         const struct signet_oms *oms,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    size_t i = 0;
    size_t j = 0;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && (i < manifest->count || j < oms->count)) {
        int order = order_at(manifest, i, oms, j);
        if (order < 0) {
            rc = signet_content_add(content, SIGNET_DIFFERENCE_UNSIGNED,
                                    signet_span_str(manifest->entries[i].name),
                                    !opts->insecure_ignore_unsigned, err);
        } else if (order > 0) {
            rc = signet_content_add(content, SIGNET_DIFFERENCE_MISSING,
                                    signet_oms_name(&oms->resources[j]), true, err);
        } else {
            rc = compare_entry(content, manifest, &manifest->entries[i], oms, &oms->resources[j],
                               err);
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    return rc;
}

static const char *size_text(struct signet_content *content, uint64_t size)
{
    char text[48];
    SIGNET_IGNORE(snprintf(text, sizeof(text), "%llu bytes", (unsigned long long)size) < 0);
    return signet_arena_copy(&content->storage, signet_span_str(text));
}

static int add_size(struct signet_content *content,
                    const struct signet_entry *entry,
                    uint64_t expected,
                    struct signet_err *err)
{
    int rc = signet_content_add(content, SIGNET_DIFFERENCE_CHANGED, signet_span_str(entry->name),
                                true, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_difference *last = &content->differences[content->difference_count - 1];
    last->expected = size_text(content, expected);
    last->found = size_text(content, entry->size);
    return last->expected != NULL && last->found != NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the comparison");
}

/* The shards of one file, of which resources[*at] is the first; *at is moved behind the last. */
static int compare_shards(struct signet_content *content,
                          const struct signet_manifest *manifest,
                          const struct signet_entry *entry,
                          const struct signet_oms *oms,
                          size_t *at,
                          struct signet_err *err)
{
    struct signet_oms_piece first = signet_oms_piece_of(&oms->resources[*at]);
    size_t differences = content->difference_count;
    uint64_t covered = 0;
    uint64_t number = 0;
    int rc = SIGNET_OK;
    for (; rc == SIGNET_OK && *at < oms->count; ++*at, number++) {
        const struct signet_oms_resource *resource = &oms->resources[*at];
        struct signet_oms_piece piece = signet_oms_piece_of(resource);
        if (!signet_span_eq(piece.path, first.path)) {
            break;
        }
        covered = piece.end;
        if (number < signet_entry_digests(manifest, entry)) {
            rc = compare_digest(content, resource, oms,
                                signet_entry_digest(manifest, entry, number), err);
        }
    }
    if (rc == SIGNET_OK && covered != entry->size) {
        rc = add_size(content, entry, covered, err);
    }
    content->matched += rc == SIGNET_OK && content->difference_count == differences ? 1 : 0;
    return rc;
}

/* As compare_whole() for a statement of shards. An empty file has none: nobody signed it, which
 * is told, and passes, as no statement of shards could say otherwise. */
static int compare_sharded(struct signet_content *content,
                           const struct signet_manifest *manifest,
                           const struct signet_oms *oms,
                           const struct signet_verify_opts *opts,
                           struct signet_err *err)
{
    size_t i = 0;
    size_t j = 0;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && (i < manifest->count || j < oms->count)) {
        struct signet_oms_piece piece = {{NULL, 0}, 0, 0};
        int order = j == oms->count ? -1 : 1;
        if (j < oms->count) {
            piece = signet_oms_piece_of(&oms->resources[j]);
        }
        if (i < manifest->count && j < oms->count) {
            order = signet_span_order(signet_span_str(manifest->entries[i].name), piece.path);
        }
        if (order < 0) {
            const struct signet_entry *entry = &manifest->entries[i];
            bool refuses = entry->size > 0 && !opts->insecure_ignore_unsigned;
            rc = signet_content_add(content, SIGNET_DIFFERENCE_UNSIGNED,
                                    signet_span_str(entry->name), refuses, err);
        } else if (order == 0) {
            rc = compare_shards(content, manifest, &manifest->entries[i], oms, &j, err);
        } else if (piece.start == 0) { /* once for a file */
            rc = signet_content_add(content, SIGNET_DIFFERENCE_MISSING, piece.path, true, err);
        }
        i += order <= 0 ? 1 : 0;
        j += order > 0 ? 1 : 0;
    }
    return rc;
}

int signet_content_compare_lists(struct signet_content *content,
                                 const struct signet_manifest *manifest,
                                 const struct signet_oms *oms,
                                 const struct signet_verify_opts *opts,
                                 struct signet_err *err)
{
    if (manifest->shard_size != oms->shard_size) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "measured in other shards than were signed");
    }
    return oms->shard_size > 0 ? compare_sharded(content, manifest, oms, opts, err)
                               : compare_whole(content, manifest, oms, opts, err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Sharing a bundle out: artifact/PARTS.md, "Which part a file is in". Owns the rule and the digest
 * of a listing; reads no file.
 */
#include <stdlib.h>

#include "artifact/part.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"

static const uint64_t file_cost = 65536; /* bytes that could be digested while a file is opened */

/* A part while files are given out. */
struct share {
    uint64_t load;
    uint64_t number;
};

int signet_part_listing(const struct signet_manifest *manifest,
                        struct signet_digest *listing,
                        struct signet_err *err)
{
    struct signet_hash *hash = NULL;
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &hash, err);
    for (size_t i = 0; rc == SIGNET_OK && i < manifest->count; i++) {
        const char *name = manifest->entries[i].name;
        char line[SIGNET_NUM_TEXT + 2];
        size_t len = signet_num_format(manifest->entries[i].size, line);
        memcpy(line + len, "  ", 3);
        rc = signet_hash_update(hash, signet_span_str(line));
        if (rc == SIGNET_OK) { /* the NUL that ends the name ends the line */
            rc = signet_hash_update(hash, signet_span_of(name, strlen(name) + 1));
        }
    }
    if (rc == SIGNET_OK) {
        rc = signet_hash_final(hash, listing);
    }
    signet_hash_free(hash);
    return rc == SIGNET_OK ? SIGNET_OK : signet_err_set(err, rc, "cannot digest the listing");
}

/* The largest first, and of those alike the first by name. */
static int by_size(const void *a, const void *b)
{
    const struct signet_entry *first = *(const struct signet_entry *const *)a;
    const struct signet_entry *second = *(const struct signet_entry *const *)b;
    if (first->size != second->size) {
        return first->size > second->size ? -1 : 1;
    }
    return strcmp(first->name, second->name);
}

static bool is_lighter(const struct share *a, const struct share *b)
{
    return a->load < b->load || (a->load == b->load && a->number < b->number);
}

/* Puts the first of a heap, which may have become heavier, where it belongs. */
static void sift_down(struct share *heap, size_t count)
{
    size_t at = 0;
    for (;;) {
        size_t lightest = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            lightest = is_lighter(&heap[child], &heap[lightest]) ? child : lightest;
        }
        if (lightest == at) {
            return;
        }
        struct share moved = heap[at];
        heap[at] = heap[lightest];
        heap[lightest] = moved;
        at = lightest;
    }
}

static uint64_t add(uint64_t load, uint64_t more)
{
    uint64_t sum = 0;
    return SIGNET_ADD_OVERFLOWS(load, more, &sum) ? UINT64_MAX : sum;
}

/* Gives each file to the part that is lightest by then; marks those of one part. */
static void give_out(const struct signet_manifest *manifest,
                     const struct signet_entry *const *order,
                     struct share *heap,
                     size_t shares,
                     uint64_t part,
                     bool *mine)
{
    for (size_t i = 0; i < manifest->count; i++) {
        mine[order[i] - manifest->entries] = heap[0].number == part;
        heap[0].load = add(heap[0].load, add(order[i]->size, file_cost));
        sift_down(heap, shares);
    }
}

int signet_part_keep(struct signet_manifest *manifest,
                     uint64_t part,
                     uint64_t part_count,
                     struct signet_err *err)
{
    size_t count = manifest->count;
    size_t shares = (size_t)part_count;
    size_t kept = 0;
    const struct signet_entry **order = calloc(count + 1, sizeof(struct signet_entry *));
    struct share *heap = calloc(shares, sizeof(*heap));
    bool *mine = calloc(count + 1, sizeof(*mine));
    int rc = SIGNET_E_NOMEM;
    if (order == NULL || heap == NULL || mine == NULL) {
        signet_err_set(err, rc, "out of memory for sharing out %zu files", count);
        goto out;
    }
    for (size_t i = 0; i < shares; i++) {
        heap[i].number = i + 1;
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = &manifest->entries[i];
    }
    qsort(order, count, sizeof(struct signet_entry *), by_size);
    give_out(manifest, order, heap, shares, part, mine);
    for (size_t i = 0; i < count; i++) {
        if (mine[i]) {
            manifest->entries[kept++] = manifest->entries[i];
        }
    }
    manifest->count = kept;
    rc = SIGNET_OK;
out:
    free(order);
    free(heap);
    free(mine);
    return rc;
}

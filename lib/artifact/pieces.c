/* SPDX-License-Identifier: Apache-2.0
 *
 * Pieces of files as OpenSSF Model Signing v1.0 names them, "NAME:START:END", and their order. Owns
 * nothing else of a manifest, and no digests.
 */
#include <stdlib.h>

#include "artifact/manifest.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"

static void piece_bounds(uint64_t shard_size, const struct signet_piece *piece, uint64_t bounds[2])
{
    bounds[0] = piece->number * shard_size;
    bounds[1] =
        piece->entry->size - bounds[0] < shard_size ? piece->entry->size : bounds[0] + shard_size;
}

const char *signet_piece_range(const struct signet_manifest *manifest,
                               const struct signet_piece *piece,
                               char out[SIGNET_PIECE_TEXT])
{
    uint64_t bounds[2];
    size_t len = 0;
    piece_bounds(manifest->shard_size, piece, bounds);
    for (size_t i = 0; i < SIGNET_COUNT(bounds); i++) {
        out[len++] = ':';
        len += signet_num_format(bounds[i], out + len);
    }
    return out;
}

/* A piece with its place in the order. */
struct ranked {
    struct signet_piece piece;
    char range[SIGNET_PIECE_TEXT];
};

/* A resource name being read: the name of the entry, and behind it the range. */
struct reading {
    const char *at;
    const char *then; /* NULL once it is being read */
};

static int next_byte(struct reading *reading)
{
    if (*reading->at == '\0' && reading->then != NULL) {
        reading->at = reading->then;
        reading->then = NULL;
    }
    return *reading->at == '\0' ? 0 : (unsigned char)*reading->at++;
}

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *first = a;
    const struct ranked *second = b;
    struct reading x = {first->piece.entry->name, first->range};
    struct reading y = {second->piece.entry->name, second->range};
    int left = 0;
    int right = 0;
    do {
        left = next_byte(&x);
        right = next_byte(&y);
    } while (left == right && left != 0);
    return left - right;
}

int signet_manifest_pieces(const struct signet_manifest *manifest,
                           struct signet_piece **pieces,
                           size_t *count,
                           struct signet_err *err)
{
    size_t total = 0;
    *pieces = NULL;
    *count = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        total += (size_t)signet_entry_digests(manifest, &manifest->entries[i]);
    }
    if (total == 0) {
        return SIGNET_OK;
    }
    struct ranked *ranked = calloc(total, sizeof(*ranked));
    struct signet_piece *list = calloc(total, sizeof(*list));
    if (ranked == NULL || list == NULL) {
        free(ranked);
        free(list);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu pieces", total);
    }
    for (size_t i = 0, at = 0; i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        for (uint64_t number = 0; number < signet_entry_digests(manifest, entry); number++, at++) {
            ranked[at].piece = (struct signet_piece){entry, number};
            signet_piece_range(manifest, &ranked[at].piece, ranked[at].range);
        }
    }
    qsort(ranked, total, sizeof(*ranked), compare_ranked);
    for (size_t i = 0; i < total; i++) {
        list[i] = ranked[i].piece;
    }
    free(ranked);
    *pieces = list;
    *count = total;
    return SIGNET_OK;
}

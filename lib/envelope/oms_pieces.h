/* SPDX-License-Identifier: Apache-2.0
 *
 * Pieces of files in the list of an OMS statement (method "shards").
 */
#ifndef SIGNET_ENVELOPE_OMS_PIECES_H
#define SIGNET_ENVELOPE_OMS_PIECES_H

#include "envelope/oms.h"

/** What the name of a resource says: "PATH:START:END". */
struct signet_oms_piece {
    struct signet_span path;
    uint64_t start; /* bytes */
    uint64_t end;   /* exclusive */
};

/** Reads a name from its last two colons: decimal numbers without sign or leading zeros, below
 * 2^63. Returns SIGNET_OK or SIGNET_E_MALFORMED. */
SIGNET_NODISCARD int
signet_oms_piece(struct signet_span name, struct signet_oms_piece *piece, struct signet_err *err);

/** Reads a shard size, which others write as a float too: a whole number from 1 to 2^53 - 1.
 * Returns SIGNET_OK or SIGNET_E_MALFORMED. */
SIGNET_NODISCARD int
signet_oms_shard_size(struct signet_json_value value, uint64_t *size, struct signet_err *err);

/** Order of resources by path, and of those of one path by start; for qsort(). */
int signet_oms_by_piece(const void *a, const void *b);

/**
 * Whether sorted pieces tile their files: from 0, without gap or overlap, each shard_size long but
 * the last of a file, which may be shorter but not empty. Returns SIGNET_OK or SIGNET_E_MALFORMED.
 */
SIGNET_NODISCARD int signet_oms_check_tiles(const struct signet_oms *oms, struct signet_err *err);

/** The piece of a resource that passed signet_oms_piece(). */
struct signet_oms_piece signet_oms_piece_of(const struct signet_oms_resource *resource);

#endif

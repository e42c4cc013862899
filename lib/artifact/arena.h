/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for many short names: kept together, never moved, released at once.
 */
#ifndef SIGNET_ARTIFACT_ARENA_H
#define SIGNET_ARTIFACT_ARENA_H

#include <signet/api.h>
#include <signet/span.h>

struct signet_arena_block;

/** Zero-initialised is empty. */
struct signet_arena {
    struct signet_arena_block *last; /* the block being filled; it knows the one before */
};

/** Copies text and a NUL. Returns the copy, which lives as long as the arena, or NULL (out of
 *  memory). */
SIGNET_NODISCARD const char *signet_arena_keep(struct signet_arena *arena, struct signet_span text);

/** Releases all that was kept and leaves an empty arena. */
void signet_arena_free(struct signet_arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that lives as long as one operation and is released at once.
 */
#ifndef SIGNET_BASE_ARENA_H
#define SIGNET_BASE_ARENA_H

#include <signet/span.h>

/** Blocks of bytes; zero-initialised holds nothing and allows nothing. */
struct signet_arena {
    struct signet_arena_block *newest;
    size_t total; /* bytes allocated */
    size_t max;   /* bytes it may ever allocate */
};

/** Starts an empty arena that may hold up to max bytes. */
void signet_arena_init(struct signet_arena *arena, size_t max);

/** Zeroed memory for any type, valid until the arena is freed; NULL if memory or the maximum is
 *  exhausted, or size is 0. */
void *signet_arena_alloc(struct signet_arena *arena, size_t size);

/** count * size bytes as signet_arena_alloc(); NULL also if the product does not fit. */
void *signet_arena_array(struct signet_arena *arena, size_t count, size_t size);

/** A NUL-terminated copy of bytes; NULL as signet_arena_alloc(). */
char *signet_arena_copy(struct signet_arena *arena, struct signet_span bytes);

/** Releases everything and leaves an empty arena that allows nothing. arena may be NULL. */
void signet_arena_free(struct signet_arena *arena);

#endif

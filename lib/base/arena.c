/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded bump allocator. Owns blocks; knows nothing of what lies in them. Never for secrets:
 * nothing is wiped.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/compiler.h"

enum {
    FIRST_BYTES = 1 << 10, /* many arenas hold little */
    BLOCK_BYTES = 1 << 14
};

struct signet_arena_block {
    struct signet_arena_block *older;
    size_t used;
    size_t cap;
    alignas(max_align_t) uint8_t bytes[];
};

void signet_arena_init(struct signet_arena *arena, size_t max)
{
    arena->newest = NULL;
    arena->total = 0;
    arena->max = max;
}

static bool add_block(struct signet_arena *arena, size_t need)
{
    size_t usual = arena->newest == NULL ? FIRST_BYTES : BLOCK_BYTES;
    size_t cap = need > usual ? need : usual;
    size_t total = 0;
    size_t bytes = 0;
    if (SIGNET_ADD_OVERFLOWS(arena->total, cap, &total) || total > arena->max) {
        cap = need; /* the last block may be smaller than usual */
        if (SIGNET_ADD_OVERFLOWS(arena->total, cap, &total) || total > arena->max) {
            return false;
        }
    }
    if (SIGNET_ADD_OVERFLOWS(cap, sizeof(struct signet_arena_block), &bytes)) {
        return false;
    }
    struct signet_arena_block *block = malloc(bytes);
    if (block == NULL) {
        return false;
    }
    block->older = arena->newest;
    block->used = 0;
    block->cap = cap;
    arena->newest = block;
    arena->total = total;
    return true;
}

/* Bytes from the newest block, starting at a multiple of align; NULL if they do not fit. */
static void *take(struct signet_arena *arena, size_t size, size_t align)
{
    struct signet_arena_block *block = arena->newest;
    if (block == NULL) {
        return NULL;
    }
    size_t start = (block->used + align - 1) / align * align;
    if (start > block->cap || block->cap - start < size) {
        return NULL;
    }
    block->used = start + size;
    return block->bytes + start;
}

static void *take_or_grow(struct signet_arena *arena, size_t size, size_t align)
{
    void *memory = take(arena, size, align);
    if (memory == NULL && add_block(arena, size)) {
        memory = take(arena, size, align);
    }
    return memory;
}

void *signet_arena_alloc(struct signet_arena *arena, size_t size)
{
    void *memory = size > 0 ? take_or_grow(arena, size, alignof(max_align_t)) : NULL;
    if (memory != NULL) {
        memset(memory, 0, size);
    }
    return memory;
}

void *signet_arena_array(struct signet_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (SIGNET_MUL_OVERFLOWS(count, size, &bytes)) {
        return NULL;
    }
    return signet_arena_alloc(arena, bytes);
}

char *signet_arena_copy(struct signet_arena *arena, struct signet_span bytes)
{
    size_t need = 0;
    if (SIGNET_ADD_OVERFLOWS(bytes.len, (size_t)1, &need)) {
        return NULL;
    }
    char *copy = take_or_grow(arena, need, 1);
    if (copy != NULL) {
        if (bytes.len > 0) {
            memcpy(copy, bytes.ptr, bytes.len);
        }
        copy[bytes.len] = '\0';
    }
    return copy;
}

void signet_arena_free(struct signet_arena *arena)
{
    if (arena == NULL) {
        return;
    }
    while (arena->newest != NULL) {
        struct signet_arena_block *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    arena->total = 0;
    arena->max = 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of names. Owns memory only; knows nothing of what names mean.
 */
#include "artifact/arena.h"

#include <stdlib.h>

#include "base/compiler.h"

enum {
    BLOCK_BYTES = 1 << 16
};

struct signet_arena_block {
    struct signet_arena_block *before;
    size_t used;
    size_t size;
    char bytes[];
};

static struct signet_arena_block *new_block(struct signet_arena_block *before, size_t least)
{
    size_t size = least > BLOCK_BYTES ? least : BLOCK_BYTES;
    size_t whole = 0;
    if (SIGNET_ADD_OVERFLOWS(size, sizeof(struct signet_arena_block), &whole)) {
        return NULL;
    }
    struct signet_arena_block *block = malloc(whole);
    if (block != NULL) {
        block->before = before;
        block->used = 0;
        block->size = size;
    }
    return block;
}

const char *signet_arena_keep(struct signet_arena *arena, struct signet_span text)
{
    struct signet_arena_block *block = arena->last;
    if (text.len == SIZE_MAX) {
        return NULL;
    }
    size_t need = text.len + 1;
    if (block == NULL || need > block->size - block->used) {
        block = new_block(arena->last, need);
        if (block == NULL) {
            return NULL;
        }
        arena->last = block;
    }
    char *copy = block->bytes + block->used;
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    copy[text.len] = '\0';
    block->used += need;
    return copy;
}

void signet_arena_free(struct signet_arena *arena)
{
    while (arena->last != NULL) {
        struct signet_arena_block *before = arena->last->before;
        free(arena->last);
        arena->last = before;
    }
}

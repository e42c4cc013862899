/* SPDX-License-Identifier: Apache-2.0
 *
 * A heap of files by what is left of them. Owns their order; opens nothing.
 */
#include "artifact/large.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/fd.h"

static uint64_t left(const struct signet_large *file)
{
    return file->size - file->next * file->piece;
}

/* More left goes first; of equals the earlier entry. */
static bool before(const struct signet_large *a, const struct signet_large *b)
{
    return left(a) != left(b) ? left(a) > left(b) : a->entry < b->entry;
}

static void swap(struct signet_large **a, struct signet_large **b)
{
    struct signet_large *kept = *a;
    *a = *b;
    *b = kept;
}

static void rise(struct signet_large_heap *heap, size_t at)
{
    while (at > 0 && before(heap->files[at], heap->files[(at - 1) / 2])) {
        swap(&heap->files[at], &heap->files[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sink(struct signet_large_heap *heap, size_t at)
{
    for (;;) {
        size_t first = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap->count; child++) {
            if (before(heap->files[child], heap->files[first])) {
                first = child;
            }
        }
        if (first == at) {
            return;
        }
        swap(&heap->files[at], &heap->files[first]);
        at = first;
    }
}

int signet_large_add(struct signet_large_heap *heap,
                     size_t entry,
                     uint64_t size,
                     uint64_t piece,
                     struct signet_err *err)
{
    struct signet_large *file = calloc(1, sizeof(*file));
    if (file != NULL && heap->count == heap->room) {
        size_t room = 2 * heap->room + 16;
        struct signet_large **grown = realloc(heap->files, room * sizeof(struct signet_large *));
        if (grown == NULL) {
            free(file);
            file = NULL;
        } else {
            heap->files = grown;
            heap->room = room;
        }
    }
    if (file == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu large files",
                              heap->count);
    }
    file->entry = entry;
    file->size = size;
    file->piece = piece;
    file->older = heap->all;
    heap->all = file;
    heap->files[heap->count++] = file;
    heap->pieces += (size_t)(size / piece + (size % piece != 0 ? 1 : 0));
    rise(heap, heap->count - 1);
    return SIGNET_OK;
}

struct signet_large *signet_large_take(struct signet_large_heap *heap, uint64_t *number)
{
    struct signet_large *file = heap->files[0];
    *number = file->next;
    heap->pieces--;
    if (left(file) > file->piece) {
        file->next++;
    } else {
        heap->files[0] = heap->files[--heap->count];
    }
    sink(heap, 0);
    return file;
}

bool signet_large_same(struct signet_large *file, const struct stat *st)
{
    if (!file->seen) {
        file->first = *st;
        file->seen = true;
    }
    return (uint64_t)st->st_size == file->size && signet_fd_unchanged(&file->first, st);
}

void signet_large_free(struct signet_large_heap *heap)
{
    while (heap->all != NULL) {
        struct signet_large *older = heap->all->older;
        free(heap->all);
        heap->all = older;
    }
    free(heap->files);
    *heap = (struct signet_large_heap){0};
}

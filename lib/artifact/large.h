/* SPDX-License-Identifier: Apache-2.0
 *
 * Large files that wait to be read, in one piece or in several; the largest first.
 */
#ifndef SIGNET_ARTIFACT_LARGE_H
#define SIGNET_ARTIFACT_LARGE_H

#include <signet/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/** One of them. */
struct signet_large {
    size_t entry;   /* of the manifest */
    uint64_t size;  /* bytes, as listed or as found when it was opened */
    uint64_t piece; /* bytes of each piece but the last */
    /* private */
    bool seen; /* first is set */
    struct stat first;
    uint64_t next; /* piece to be given out */
    struct signet_large *older;
};

/** Zero-initialised is empty; one thread at a time. */
struct signet_large_heap {
    size_t pieces; /* to be given out */
    /* private */
    struct signet_large **files;
    size_t count;
    size_t room;
    struct signet_large *all;
};

/** Adds a file of size bytes, 1 or more. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_large_add(struct signet_large_heap *heap,
                                      size_t entry,
                                      uint64_t size,
                                      uint64_t piece,
                                      struct signet_err *err);

/** Gives out the next piece of the file that has most left; there must be one. *number counts from
 *  0. What is returned stays valid until signet_large_free(). */
struct signet_large *signet_large_take(struct signet_large_heap *heap, uint64_t *number);

/** Whether a file is still what it was when its first piece was begun: pieces that are read at
 *  different times must be of one state of it. */
bool signet_large_same(struct signet_large *file, const struct stat *st);

/** Releases everything and empties heap. */
void signet_large_free(struct signet_large_heap *heap);

#endif

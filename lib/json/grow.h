/* SPDX-License-Identifier: Apache-2.0
 *
 * Arrays whose greatest size is known. They grow once: from a small part of it to all of it. What
 * is asked for but never touched costs nothing, while what is copied to a new place costs twice.
 */
#ifndef SIGNET_JSON_GROW_H
#define SIGNET_JSON_GROW_H

#include <stdint.h>
#include <stdlib.h>

#include "base/compiler.h"

/**
 * Makes room for need items of size bytes, of at most `most` ever, and sets *cap. Returns the array
 * in its new place, or NULL (out of memory, or need is above most; nothing is changed).
 */
static inline void *
signet_json_grow(void *items, size_t *cap, size_t need, size_t most, size_t size)
{
    size_t wanted = need <= most / 32 ? most / 32 : most;
    size_t bytes = 0;
    if (need > most || SIGNET_MUL_OVERFLOWS(wanted, size, &bytes)) {
        return NULL;
    }
    void *grown = realloc(items, bytes);
    if (grown != NULL) {
        *cap = wanted;
    }
    return grown;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Growing arrays. By half, not to twice the size: what is asked for but never touched costs
 * nothing, but a copy to a new place touches all of it.
 */
#ifndef SIGNET_JSON_GROW_H
#define SIGNET_JSON_GROW_H

#include <stdint.h>
#include <stdlib.h>

#include "base/compiler.h"

/**
 * Makes room for more items beyond *cap items of size bytes and raises *cap. Returns the array in
 * its new place, or NULL (out of memory; items and *cap are unchanged).
 */
static inline void *signet_json_grow(void *items, size_t *cap, size_t more, size_t size)
{
    size_t wanted = *cap + *cap / 2 + 64;
    size_t bytes = 0;
    if (wanted < *cap + more) {
        wanted = *cap + more;
    }
    if (SIGNET_MUL_OVERFLOWS(wanted, size, &bytes)) {
        return NULL;
    }
    void *grown = realloc(items, bytes);
    if (grown != NULL) {
        *cap = wanted;
    }
    return grown;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Arrays that grow without a known end: half as much again, and not twice as much, keeps the
 * promise of 200 bytes an entry.
 */
#ifndef SIGNET_BASE_GROW_H
#define SIGNET_BASE_GROW_H

#include <stdlib.h>

#include "base/compiler.h"

/** A larger array in place of one of *room elements of unit bytes, or NULL and the old one stays.
 */
static inline void *signet_grow(void *array, size_t *room, size_t unit)
{
    size_t more = *room + *room / 2 + 16;
    size_t bytes = 0;
    void *grown = SIGNET_MUL_OVERFLOWS(more, unit, &bytes) ? NULL : realloc(array, bytes);
    if (grown != NULL) {
        *room = more;
    }
    return grown;
}

#endif

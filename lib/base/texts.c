/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of texts: see base/texts.h.
 */
#include "base/texts.h"

#include <stdlib.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t signet_texts_sort(const char **list, size_t count)
{
    size_t kept = 0;
    qsort(list, count, sizeof(*list), by_text);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(list[kept - 1], list[i]) != 0) {
            list[kept++] = list[i];
        }
    }
    return kept;
}

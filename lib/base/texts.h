/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of texts.
 */
#ifndef SIGNET_BASE_TEXTS_H
#define SIGNET_BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/** Texts; none of them empty. */
struct signet_texts {
    const char *const *list;
    size_t count; /* 0: there are none */
};

/** Whether one of texts is exactly this one, which may be NULL. */
static inline bool signet_texts_have(const struct signet_texts *texts, const char *text)
{
    for (size_t i = 0; text != NULL && i < texts->count; i++) {
        if (strcmp(texts->list[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/** Sorts count texts as bytes and leaves one of each; how many are left. */
size_t signet_texts_sort(const char **list, size_t count);

#endif

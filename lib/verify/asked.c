/* SPDX-License-Identifier: Apache-2.0
 *
 * Which places of a document are asked for: see verify/asked.h.
 */
#include "verify/asked.h"

#include <stdlib.h>

#include "base/err.h"

enum {
    LONGEST_ESCAPE = 6 /* bytes, for one byte at least */
};

static int compare(struct signet_span a, struct signet_span b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return a.len > 0 ? memcmp(a.ptr, b.ptr, a.len) : 0;
}

static int by_text(const void *a, const void *b)
{
    const struct signet_asked_text *left = a;
    const struct signet_asked_text *right = b;
    return compare(left->text, right->text);
}

void signet_asked_init(struct signet_asked *asked, struct signet_asked_text *list, size_t count)
{
    *asked = (struct signet_asked){.list = list, .count = count};
    for (size_t i = 0; i < count; i++) {
        asked->longest = list[i].text.len > asked->longest ? list[i].text.len : asked->longest;
    }
    signet_buf_init(&asked->ref, LONGEST_ESCAPE * asked->longest);
    qsort(list, count, sizeof(*list), by_text);
}

static bool is_pointer(struct signet_span text)
{
    return text.len == 0 || text.ptr[0] == '/';
}

/* The first text that is not before this one. */
static size_t lower_bound(const struct signet_asked *asked, struct signet_span text)
{
    size_t low = 0;
    size_t high = asked->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(asked->list[middle].text, text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Adds to *found how many texts are this one; *index is the number of one of them. */
static void
count_texts(const struct signet_asked *asked, struct signet_span text, size_t *found, size_t *index)
{
    for (size_t i = lower_bound(asked, text);
         i < asked->count && compare(asked->list[i].text, text) == 0; i++) {
        *index = asked->list[i].index;
        ++*found;
    }
}

/* The bom-ref that a text may name; false: there is none of a length that matters. */
static bool
unescape(struct signet_asked *asked, struct signet_json_value ref, struct signet_span *text)
{
    if (ref.kind != SIGNET_JSON_STRING || ref.text.len - 2 > LONGEST_ESCAPE * asked->longest) {
        return false;
    }
    if (signet_json_plain_string(ref, text)) {
        return true;
    }
    signet_buf_reset(&asked->ref);
    bool done = signet_json_string(ref, &asked->ref) == SIGNET_OK;
    *text = signet_buf_span(&asked->ref);
    return done;
}

int signet_asked_find(struct signet_asked *asked,
                      const struct signet_bom_place *place,
                      size_t *index,
                      struct signet_err *err)
{
    struct signet_span ref;
    size_t found = 0;
    *index = SIGNET_NOT_ASKED;
    count_texts(asked, place->pointer, &found, index);
    if (unescape(asked, place->ref, &ref) && !is_pointer(ref)) {
        count_texts(asked, ref, &found, index);
    }
    if (asked->ref.status == SIGNET_E_NOMEM) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a bom-ref");
    }
    return found <= 1 ? SIGNET_OK
                      : signet_err_set(err, SIGNET_E_USAGE, "one place is asked for twice");
}

void signet_asked_free(struct signet_asked *asked)
{
    signet_buf_free(&asked->ref);
    *asked = (struct signet_asked){0};
}

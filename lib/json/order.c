/* SPDX-License-Identifier: Apache-2.0
 *
 * A stable merge sort of names, bottom up between two arrays: every comparison puts one name in
 * place and costs at most its length, so that long common prefixes are no trap, and nothing is
 * allocated. Short runs are sorted by insertion. See json/order.h.
 */
#include "json/order.h"

#include <string.h>

#include "json/text.h"

enum {
    RUN = 8
};

static int order(const uint8_t *text, uint32_t a, uint32_t b)
{
    return signet_json_name_order(text + a + 1, text + b + 1);
}

static void insertion_sort(const uint8_t *text, uint32_t *names, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint32_t name = names[i];
        size_t to = i;
        for (; to > 0 && order(text, names[to - 1], name) > 0; to--) {
            names[to] = names[to - 1];
        }
        names[to] = name;
    }
}

/* Merges from[0 … middle) and from[middle … count). */
static void
merge(const uint8_t *text, const uint32_t *from, size_t middle, size_t count, uint32_t *to)
{
    size_t left = 0;
    size_t right = middle;
    while (left < middle && right < count) {
        signet_json_fetch_ahead(text, from, left, middle);
        signet_json_fetch_ahead(text, from, right, count);
        *to++ = order(text, from[left], from[right]) <= 0 ? from[left++] : from[right++];
    }
    memcpy(to, from + left, (middle - left) * sizeof(*to));
    memcpy(to + (middle - left), from + right, (count - right) * sizeof(*to));
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static uint32_t first_repetition(const uint8_t *text, const uint32_t *sorted, size_t count)
{
    uint32_t first = UINT32_MAX;
    for (size_t i = 1; i < count; i++) {
        signet_json_fetch_ahead(text, sorted, i, count);
        /* Equal names stand in the order of the text. */
        if (sorted[i] < first && order(text, sorted[i - 1], sorted[i]) == 0) {
            first = sorted[i];
        }
    }
    return first;
}

uint32_t
signet_json_sort_names(const uint8_t *text, uint32_t *names, uint32_t *sorted, size_t count)
{
    uint32_t *from = names;
    uint32_t *to = sorted;
    for (size_t at = 0; at < count; at += RUN) {
        insertion_sort(text, names + at, least(RUN, count - at));
    }
    for (size_t width = RUN; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            size_t both = least(2 * width, count - at);
            merge(text, from + at, least(width, both), both, to + at);
        }
        uint32_t *merged = to;
        to = from;
        from = merged;
    }
    if (from != sorted) {
        memcpy(sorted, from, count * sizeof(*sorted));
    }
    return first_repetition(text, sorted, count);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A borrowed run of bytes. Every function that takes bytes takes a span, so that a pointer and a
 * length of different things cannot be mixed up.
 */
#ifndef SIGNET_SPAN_H
#define SIGNET_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Borrowed bytes: never NUL-terminated, never freed through the span; ptr may be NULL if len is 0.
 */
struct signet_span {
    const uint8_t *ptr;
    size_t len; /* bytes */
};

/** The bytes of memory at ptr as a span; borrows. */
static inline struct signet_span signet_span_of(const void *ptr, size_t len)
{
    struct signet_span span = {(const uint8_t *)ptr, len};
    return span;
}

/** A NUL-terminated string as a span without its NUL; borrows; text may not be NULL. */
static inline struct signet_span signet_span_str(const char *text)
{
    return signet_span_of(text, strlen(text));
}

/** Whether both spans hold the same bytes. Not for secrets: time depends on the contents. */
static inline bool signet_span_eq(struct signet_span a, struct signet_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/** Order by the values of bytes, a prefix first: less than, equal to or greater than 0. */
static inline int signet_span_order(struct signet_span a, struct signet_span b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    if (order != 0 || a.len == b.len) {
        return order;
    }
    return a.len < b.len ? -1 : 1;
}

/** Whether the span holds exactly the bytes of a NUL-terminated string. */
static inline bool signet_span_is(struct signet_span span, const char *text)
{
    return signet_span_eq(span, signet_span_str(text));
}

/** Whether the span begins with the bytes of a NUL-terminated string. */
static inline bool signet_span_begins(struct signet_span span, const char *text)
{
    size_t len = strlen(text);
    return span.len >= len && signet_span_is(signet_span_of(span.ptr, len), text);
}

/** Whether the span ends with the bytes of a NUL-terminated string. */
static inline bool signet_span_ends(struct signet_span span, const char *text)
{
    size_t len = strlen(text);
    return span.len >= len &&
           (len == 0 || signet_span_is(signet_span_of(span.ptr + span.len - len, len), text));
}

#endif

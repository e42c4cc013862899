/* SPDX-License-Identifier: Apache-2.0
 *
 * An owned, growing run of bytes with a hard maximum fixed at birth. An error sticks: after the
 * first failure every call fails the same way, so a chain of calls needs one check.
 */
#ifndef SIGNET_BUF_H
#define SIGNET_BUF_H

#include <signet/api.h>
#include <signet/span.h>

SIGNET_BEGIN_DECLS

/** Zero-initialised is empty with maximum 0. Not for secrets: growing leaves copies behind. */
struct signet_buf {
    uint8_t *data;
    size_t len; /* bytes used */
    size_t cap; /* bytes allocated */
    size_t max; /* bytes it may ever hold */
    int status; /* SIGNET_OK, or the error that stuck */
};

/** Starts an empty buffer that may hold up to max bytes. */
SIGNET_API void signet_buf_init(struct signet_buf *buf, size_t max);

/** Frees the contents and leaves an empty buffer with maximum 0. buf may be NULL. */
SIGNET_API void signet_buf_free(struct signet_buf *buf);

/** Drops the contents, keeps the memory and the maximum, and clears the error. */
SIGNET_API void signet_buf_reset(struct signet_buf *buf);

/**
 * Makes room for more bytes beyond len, so that data + len can be written to and len raised.
 * Returns SIGNET_OK, SIGNET_E_LIMIT (the maximum would be exceeded) or SIGNET_E_NOMEM; the
 * contents are unchanged on failure and the error sticks.
 */
SIGNET_API int signet_buf_reserve(struct signet_buf *buf, size_t more);

/** Appends bytes (copies). Result as signet_buf_reserve(); on failure nothing is appended. */
SIGNET_API int signet_buf_put(struct signet_buf *buf, struct signet_span bytes);

/** Appends a NUL-terminated string without its NUL. Result as signet_buf_reserve(). */
SIGNET_API int signet_buf_puts(struct signet_buf *buf, const char *text);

/** Appends one byte. Result as signet_buf_reserve(). */
SIGNET_API int signet_buf_putc(struct signet_buf *buf, char byte);

/** Gives back memory beyond the contents, as far as the system takes it; the contents may move. */
SIGNET_API void signet_buf_fit(struct signet_buf *buf);

/** The contents as a span that is valid until the next call on buf. */
static inline struct signet_span signet_buf_span(const struct signet_buf *buf)
{
    return signet_span_of(buf->data, buf->len);
}

SIGNET_END_DECLS

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The bounded, growing byte buffer of <signet/buf.h>. Owns growth; knows nothing of contents.
 */
#include <signet/buf.h>

#include <signet/err.h>
#include <stdlib.h>

#include "base/compiler.h"

enum {
    FIRST_CAPACITY = 256
};

void signet_buf_init(struct signet_buf *buf, size_t max)
{
    memset(buf, 0, sizeof(*buf));
    buf->max = max;
}

void signet_buf_free(struct signet_buf *buf)
{
    if (buf != NULL) {
        free(buf->data);
        memset(buf, 0, sizeof(*buf));
    }
}

void signet_buf_reset(struct signet_buf *buf)
{
    buf->len = 0;
    buf->status = SIGNET_OK;
}

static size_t next_capacity(const struct signet_buf *buf, size_t need)
{
    size_t cap = buf->cap != 0 ? buf->cap : FIRST_CAPACITY;
    while (cap < need) {
        if (SIGNET_MUL_OVERFLOWS(cap, 2, &cap)) {
            return need;
        }
    }
    return cap < buf->max ? cap : buf->max;
}

int signet_buf_reserve(struct signet_buf *buf, size_t more)
{
    size_t need = 0;
    if (buf->status != SIGNET_OK) {
        return buf->status;
    }
    if (SIGNET_ADD_OVERFLOWS(buf->len, more, &need) || need > buf->max) {
        buf->status = SIGNET_E_LIMIT;
        return buf->status;
    }
    if (need <= buf->cap) {
        return SIGNET_OK;
    }
    size_t cap = next_capacity(buf, need);
    uint8_t *data = realloc(buf->data, cap);
    if (data == NULL) {
        buf->status = SIGNET_E_NOMEM;
        return buf->status;
    }
    buf->data = data;
    buf->cap = cap;
    return SIGNET_OK;
}

int signet_buf_put(struct signet_buf *buf, struct signet_span bytes)
{
    int rc = signet_buf_reserve(buf, bytes.len);
    if (rc == SIGNET_OK && bytes.len > 0) {
        memcpy(buf->data + buf->len, bytes.ptr, bytes.len);
        buf->len += bytes.len;
    }
    return rc;
}

int signet_buf_puts(struct signet_buf *buf, const char *text)
{
    return signet_buf_put(buf, signet_span_str(text));
}

int signet_buf_putc(struct signet_buf *buf, char byte)
{
    return signet_buf_put(buf, signet_span_of(&byte, 1));
}

void signet_buf_fit(struct signet_buf *buf)
{
    uint8_t *data = buf->len > 0 && buf->len < buf->cap ? realloc(buf->data, buf->len) : NULL;
    if (data != NULL) {
        buf->data = data;
        buf->cap = buf->len;
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a model file: see artifact/model_cursor.h.
 */
#include "artifact/model_cursor.h"

#include "base/err.h"

void signet_model_begin(struct signet_model_cursor *cursor,
                        const struct signet_model_source *source,
                        struct signet_err *err)
{
    cursor->source = source;
    cursor->at = 0;
    cursor->rc = SIGNET_OK;
    cursor->err = err;
    cursor->held_at = 0;
    cursor->held = 0;
}

void signet_model_refuse(struct signet_model_cursor *cursor, uint64_t offset, const char *expected)
{
    if (cursor->rc == SIGNET_OK) {
        cursor->rc =
            signet_err_at(cursor->err, SIGNET_E_MALFORMED, offset, "expected %s at byte %llu",
                          expected, (unsigned long long)offset);
    }
}

/* Whether len more bytes are there. */
static bool is_within(struct signet_model_cursor *cursor, uint64_t len)
{
    if (cursor->rc == SIGNET_OK && len > cursor->source->size - cursor->at) {
        signet_model_refuse(cursor, cursor->at, "a length within the file");
    }
    return cursor->rc == SIGNET_OK;
}

/* Has the window begin where the cursor stands. */
static void fill(struct signet_model_cursor *cursor)
{
    uint64_t left = cursor->source->size - cursor->at;
    cursor->held_at = cursor->at;
    cursor->held = left < sizeof(cursor->window) ? (size_t)left : sizeof(cursor->window);
    cursor->rc = cursor->source->pread(cursor->source->ctx, cursor->at, cursor->window,
                                       cursor->held, cursor->err);
    if (cursor->rc != SIGNET_OK) {
        cursor->held = 0;
    }
}

const uint8_t *signet_model_bytes(struct signet_model_cursor *cursor, uint64_t len)
{
    if (len > sizeof(cursor->window)) {
        signet_model_refuse(cursor, cursor->at, "a shorter text");
    }
    if (!is_within(cursor, len)) {
        return NULL;
    }
    uint64_t into = cursor->at - cursor->held_at; /* the window is never ahead of the cursor */
    if (into > cursor->held || len > cursor->held - into) {
        fill(cursor);
        into = 0;
    }
    cursor->at += cursor->rc == SIGNET_OK ? len : 0;
    return cursor->rc == SIGNET_OK ? cursor->window + into : NULL;
}

uint64_t signet_model_uint(struct signet_model_cursor *cursor, size_t size)
{
    uint64_t number = 0;
    const uint8_t *bytes = signet_model_bytes(cursor, size);
    for (size_t i = 0; bytes != NULL && i < size; i++) {
        number |= (uint64_t)bytes[i] << (8 * i);
    }
    return number;
}

void signet_model_skip(struct signet_model_cursor *cursor, uint64_t len)
{
    cursor->at += is_within(cursor, len) ? len : 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a model file from its first byte on, a little at a time. The first failure stays: what
 * is read after it is zero, so that a parser asks once, at the end of each loop.
 */
#ifndef SIGNET_ARTIFACT_MODEL_CURSOR_H
#define SIGNET_ARTIFACT_MODEL_CURSOR_H

#include "artifact/model_format.h"

/** Bytes that can be looked at in one piece. */
#define SIGNET_MODEL_WINDOW 4096

struct signet_model_cursor {
    const struct signet_model_source *source;
    uint64_t at; /* of the next byte; never beyond source->size */
    int rc;      /* SIGNET_OK, or the first failure, which err tells */
    struct signet_err *err;
    uint64_t held_at; /* where the window begins */
    size_t held;      /* bytes in it */
    uint8_t window[SIGNET_MODEL_WINDOW];
};

/** Begins at the first byte of source. */
void signet_model_begin(struct signet_model_cursor *cursor,
                        const struct signet_model_source *source,
                        struct signet_err *err);

/** Records that what stands at offset is not what the format has there: expected is what is. */
void signet_model_refuse(struct signet_model_cursor *cursor, uint64_t offset, const char *expected);

/** The next len bytes (at most SIGNET_MODEL_WINDOW), valid until the next call; NULL after a
 *  failure, which it is if the file ends before. */
const uint8_t *signet_model_bytes(struct signet_model_cursor *cursor, uint64_t len);

/** The next size bytes (1 to 8) as a little-endian number; 0 after a failure. */
uint64_t signet_model_uint(struct signet_model_cursor *cursor, size_t size);

/** Steps over len bytes. */
void signet_model_skip(struct signet_model_cursor *cursor, uint64_t len);

#endif

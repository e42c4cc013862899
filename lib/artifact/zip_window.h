/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of a zip archive, read ahead into bounded memory, for the scanner of
 * <artifact/zip_layout.h>.
 */
#ifndef SIGNET_ARTIFACT_ZIP_WINDOW_H
#define SIGNET_ARTIFACT_ZIP_WINDOW_H

#include "artifact/zip_layout.h"

/** The most bytes that can be had at once: more than a header with name and extra fields takes. */
#define SIGNET_ZIP_WINDOW ((size_t)1 << 18)

/** A part of the archive. Zero-initialised is none. */
struct signet_zip_window {
    struct signet_zip_source source;
    const char *what; /* what the bytes up to end are, for messages; static storage */
    uint64_t end;     /* nothing at or behind this byte is given; at most source.size */
    size_t ahead;     /* bytes to read at a time, at most SIGNET_ZIP_WINDOW */
    uint8_t *data;
    uint64_t start; /* of the bytes held */
    size_t len;
};

/** Starts a window on all of a source, which is copied. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_zip_window_init(struct signet_zip_window *window,
                                            const struct signet_zip_source *source,
                                            size_t ahead,
                                            struct signet_err *err);

/**
 * Gives len bytes at offset, at most SIGNET_ZIP_WINDOW; *bytes is valid until the next call.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED (they go beyond end) or what source.pread returned.
 */
SIGNET_NODISCARD int signet_zip_window_get(struct signet_zip_window *window,
                                           uint64_t offset,
                                           size_t len,
                                           const uint8_t **bytes,
                                           struct signet_err *err);

/** Frees the bytes. */
void signet_zip_window_free(struct signet_zip_window *window);

/* Numbers of a zip, little-endian. */

static inline uint16_t signet_zip_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t signet_zip_u32(const uint8_t *at)
{
    return signet_zip_u16(at) | (uint32_t)signet_zip_u16(at + 2) << 16;
}

static inline uint64_t signet_zip_u64(const uint8_t *at)
{
    return signet_zip_u32(at) | (uint64_t)signet_zip_u32(at + 4) << 32;
}

#endif

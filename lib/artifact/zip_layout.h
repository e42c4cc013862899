/* SPDX-License-Identifier: Apache-2.0
 *
 * The one strict reading of a zip (PKWARE APPNOTE.TXT 6.3.10): the central directory and the local
 * headers say the same, and their records fill the file with no gap, from its first byte to its
 * last. What readers of zip disagree on is refused. Links and special files are found like the
 * rest: who lists refuses them.
 */
#ifndef SIGNET_ARTIFACT_ZIP_LAYOUT_H
#define SIGNET_ARTIFACT_ZIP_LAYOUT_H

#include <signet/limits.h>

#include "artifact/layout.h"

/** Where the bytes of the archive come from. */
struct signet_zip_source {
    /* Reads exactly len bytes at offset, all of which lie below size, or fails. */
    int (*pread)(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err);
    void *ctx;
    uint64_t size; /* bytes of the archive */
};

/** A zip being scanned; one thread at a time. */
struct signet_zip_layout;

/**
 * Finds the central directory. Of limits (borrowed for the call alone) path is used. *layout is
 * owned (free with signet_zip_layout_close()) and set on success only. Errors have the offset in
 * the archive.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (one of several volumes),
 * SIGNET_E_NOMEM, or what source->pread returned.
 */
SIGNET_NODISCARD int signet_zip_layout_open(const struct signet_zip_source *source,
                                            const struct signet_limits *limits,
                                            struct signet_zip_layout **layout,
                                            struct signet_err *err);

/** How many entries there are, as the archive says; signet_zip_layout_next() holds it to that. */
uint64_t signet_zip_layout_count(const struct signet_zip_layout *layout);

/**
 * Gives the next entry, in the order in which they lie in the archive and are listed in its central
 * directory; an empty name means that there is none and the archive is sound. Nothing that was
 * found counts before that. A failure sticks: from then on the same code is returned.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (encryption, a method other than 0
 * and 8, a flag without meaning, a name not marked as UTF-8), SIGNET_E_LIMIT (a name),
 * or what source->pread returned. *item is zeroed on failure.
 */
SIGNET_NODISCARD int signet_zip_layout_next(struct signet_zip_layout *layout,
                                            struct signet_layout_item *item,
                                            struct signet_err *err);

/** Releases the scan, which may be NULL. */
void signet_zip_layout_close(struct signet_zip_layout *layout);

#endif

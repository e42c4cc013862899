/* SPDX-License-Identifier: Apache-2.0
 *
 * The one strict reading of a tar: v7, ustar, GNU and pax (POSIX.1-2017 pax, "pax Interchange
 * Format" and "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). What readers of tar
 * disagree on is refused. Links and special files are found like the rest: who lists refuses them.
 */
#ifndef SIGNET_ARTIFACT_TAR_LAYOUT_H
#define SIGNET_ARTIFACT_TAR_LAYOUT_H

#include <signet/limits.h>

#include "artifact/layout.h"

/** The total of an archive whose end is not known beforehand, such as one being decompressed. */
#define SIGNET_TAR_UNKNOWN UINT64_MAX

/** A tar being scanned; one thread at a time. */
struct signet_tar_layout;

/** Takes one item; a failure ends the scan with that code. */
typedef int
signet_tar_found(void *ctx, const struct signet_layout_item *item, struct signet_err *err);

/**
 * Starts the scan of a tar of total bytes (or SIGNET_TAR_UNKNOWN). Of limits (borrowed for the call
 * alone) path is used. found is called for each entry, in order, once its header has been read:
 * before its data, which is all there only if total says so or signet_tar_layout_finish() agrees.
 * *layout is owned (free with signet_tar_layout_free()) and set on success only.
 * Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_tar_layout_new(const struct signet_limits *limits,
                                           uint64_t total,
                                           signet_tar_found *found,
                                           void *ctx,
                                           struct signet_tar_layout **layout,
                                           struct signet_err *err);

/**
 * Takes the next bytes of the archive, any number of them. A failure sticks: from then on the same
 * code is returned. Errors have the offset from the start of the archive.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (a sparse file, a further volume and
 * other types; an unknown pax keyword), SIGNET_E_LIMIT (a name, a pax header), SIGNET_E_NOMEM, or
 * what found returned.
 */
SIGNET_NODISCARD int signet_tar_layout_feed(struct signet_tar_layout *layout,
                                            struct signet_span bytes,
                                            struct signet_err *err);

/** Bytes from the start of the archive that were fed or skipped: where the next ones come from. */
uint64_t signet_tar_layout_position(const struct signet_tar_layout *layout);

/** How many of the next bytes are contents that nothing depends on: they may be skipped. */
uint64_t signet_tar_layout_skippable(const struct signet_tar_layout *layout);

/** Takes count of the skippable bytes as fed; more than these is SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int
signet_tar_layout_skip(struct signet_tar_layout *layout, uint64_t count, struct signet_err *err);

/**
 * Checks that the archive ended with its end mark, and where total said. Nothing that was found
 * counts before this. Returns SIGNET_OK, SIGNET_E_MALFORMED or what an earlier call returned.
 */
SIGNET_NODISCARD int signet_tar_layout_finish(struct signet_tar_layout *layout,
                                              struct signet_err *err);

/** Releases the scan, which may be NULL. */
void signet_tar_layout_free(struct signet_tar_layout *layout);

#endif

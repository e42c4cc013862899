/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a zip, which says where its central directory is, for the scanner of
 * <artifact/zip_layout.h>.
 */
#ifndef SIGNET_ARTIFACT_ZIP_END_H
#define SIGNET_ARTIFACT_ZIP_END_H

#include "artifact/zip_window.h"

/** What the end says. */
struct signet_zip_end {
    uint64_t entries;
    uint64_t directory;     /* where the central directory begins */
    uint64_t directory_end; /* where it ends; directory <= directory_end */
};

/**
 * Finds the end of central directory record and, if there is a locator in front of it, the zip64
 * record. The archive, which the window spans, ends with the record's comment, and the records fill
 * it from directory_end to there.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED (none, two, or two that differ), SIGNET_E_UNSUPPORTED
 * (several volumes; a zip64 record of another form) or what the source returned.
 */
SIGNET_NODISCARD int signet_zip_end_find(struct signet_zip_window *window,
                                         struct signet_zip_end *end,
                                         struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * From a header and the extension headers in front of it to one entry, for the scanner of
 * <artifact/tar_layout.h>.
 */
#ifndef SIGNET_ARTIFACT_TAR_ENTRY_H
#define SIGNET_ARTIFACT_TAR_ENTRY_H

#include "artifact/layout.h"
#include "artifact/tar_header.h"
#include "artifact/tar_pax.h"

/** The extension headers in front of an entry; zeroed is none. */
struct signet_tar_extensions {
    bool pax, long_name, long_link;
    struct signet_tar_pax says;
};

/** Whether there is any. */
bool signet_tar_extended(const struct signet_tar_extensions *extensions);

/**
 * Checks that a type, of the header at byte `at`, is that of an entry or of an extension header.
 * Returns SIGNET_OK or SIGNET_E_UNSUPPORTED.
 */
SIGNET_NODISCARD int signet_tar_type_check(char type, uint64_t at, struct signet_err *err);

/**
 * Checks that an extension header of a type ('g', 'x', 'L' or 'K'), which begins at byte `at`, may
 * follow these. Returns SIGNET_OK or SIGNET_E_MALFORMED.
 */
SIGNET_NODISCARD int signet_tar_may_follow(char type,
                                           const struct signet_tar_extensions *extensions,
                                           uint64_t at,
                                           struct signet_err *err);

/**
 * Sets all of *item but its name, which is set and counts, and its offset. The header, of an
 * entry's type, begins at byte `at` of the archive.
 * Returns SIGNET_OK or SIGNET_E_MALFORMED (two sizes, a size where there is no data, a name that is
 * both a file's and a directory's, the target of a link for what is none).
 */
SIGNET_NODISCARD int signet_tar_entry_judge(const struct signet_tar_header *header,
                                            const struct signet_tar_extensions *extensions,
                                            uint64_t at,
                                            struct signet_layout_item *item,
                                            struct signet_err *err);

#endif

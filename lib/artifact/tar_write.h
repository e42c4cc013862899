/* SPDX-License-Identifier: Apache-2.0
 *
 * Making a tar of small files.
 */
#ifndef SIGNET_ARTIFACT_TAR_WRITE_H
#define SIGNET_ARTIFACT_TAR_WRITE_H

#include "artifact/tar_header.h"

/**
 * Fills block with the header of a regular file (POSIX.1-1988, ustar) of mode 0644, owner 0 and
 * time 0. name has at most 99 bytes. Returns SIGNET_OK or SIGNET_E_LIMIT (the name, or 8 GiB or
 * more).
 */
SIGNET_NODISCARD int signet_tar_write_header(uint8_t block[SIGNET_TAR_BLOCK],
                                             const char *name,
                                             uint64_t size,
                                             struct signet_err *err);

#endif

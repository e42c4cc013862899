/* SPDX-License-Identifier: Apache-2.0
 *
 * The frame of a 7z archive: where its headers are, and that nothing lies behind them. What they
 * say is read by libarchive alone, which checks the CRC of each header and file.
 */
#ifndef SIGNET_ARTIFACT_SEVENZIP_LAYOUT_H
#define SIGNET_ARTIFACT_SEVENZIP_LAYOUT_H

#include <signet/err.h>
#include <signet/span.h>

/** Bytes at the start of the archive that signet_sevenzip_check() looks at. */
#define SIGNET_SEVENZIP_HEAD 32

/**
 * Checks the first bytes of an archive of size bytes. Returns SIGNET_OK, SIGNET_E_MALFORMED
 * (bytes missing at the end or too many there) or SIGNET_E_UNSUPPORTED (another version).
 */
SIGNET_NODISCARD int signet_sevenzip_check(const uint8_t head[SIGNET_SEVENZIP_HEAD],
                                           uint64_t size,
                                           struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The check sum of zip and gzip (RFC 1952 section 8). It protects against accidents, not against
 * people: what is trusted is never judged by it.
 */
#ifndef SIGNET_ARTIFACT_CRC32_H
#define SIGNET_ARTIFACT_CRC32_H

#include <signet/err.h>
#include <signet/span.h>

/** The code that computes it. */
struct signet_crc32;

/** Opens the library on first need; *crc32 is for every thread and the rest of the process. Returns
 *  SIGNET_OK, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (it cannot be opened from its compiled-in path).
 */
SIGNET_NODISCARD int signet_crc32_get(const struct signet_crc32 **crc32, struct signet_err *err);

/** The sum of all bytes up to now, of which those before bytes have the sum before; 0 at first. */
uint32_t
signet_crc32_add(const struct signet_crc32 *crc32, uint32_t before, struct signet_span bytes);

/** Compares the sum that an archive says with that of its bytes. Returns SIGNET_OK or
 *  SIGNET_E_MALFORMED. */
SIGNET_NODISCARD int signet_crc32_check(uint32_t expected, uint32_t found, struct signet_err *err);

#endif

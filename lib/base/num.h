/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict decimal numbers.
 */
#ifndef SIGNET_BASE_NUM_H
#define SIGNET_BASE_NUM_H

#include <signet/api.h>
#include <signet/span.h>

/** Bytes that the longest decimal uint64_t and its NUL take. */
#define SIGNET_NUM_TEXT 21

/**
 * Reads an unsigned decimal: digits only, no sign, no white space, no leading zero but "0" itself.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, or SIGNET_E_LIMIT (above UINT64_MAX); *value is set on
 * success only.
 */
SIGNET_NODISCARD int signet_num_parse(struct signet_span text, uint64_t *value);

/** Writes value in decimal with a NUL and returns the number of digits. */
size_t signet_num_format(uint64_t value, char out[SIGNET_NUM_TEXT]);

#endif

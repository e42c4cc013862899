/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing decimal numbers. Reading them is declared in <signet/text.h>.
 */
#ifndef SIGNET_BASE_NUM_H
#define SIGNET_BASE_NUM_H

#include <signet/text.h>

/** Bytes that the longest decimal uint64_t and its NUL take. */
#define SIGNET_NUM_TEXT 21

/** Writes value in decimal with a NUL and returns the number of digits. */
size_t signet_num_format(uint64_t value, char out[SIGNET_NUM_TEXT]);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict UTF-8. What is safe on a terminal is declared in <signet/text.h>.
 */
#ifndef SIGNET_BASE_UTF8_H
#define SIGNET_BASE_UTF8_H

#include <signet/text.h>

/** Bytes of the first invalid sequence's position, or text.len if all of it is valid UTF-8:
 *  no overlong form, no surrogate, nothing above U+10FFFF (RFC 3629). */
size_t signet_utf8_valid_length(struct signet_span text);

/** Length in bytes (1 to 4) of the valid sequence at the start of text, or 0 if there is none. */
size_t signet_utf8_sequence(struct signet_span text);

/** Code point of a valid sequence of length len at ptr. */
uint32_t signet_utf8_decode(const uint8_t *ptr, size_t len);

/** Writes a code point (at most U+10FFFF, no surrogate) as 1 to 4 bytes; returns how many. */
size_t signet_utf8_encode(uint32_t code_point, uint8_t out[4]);

#endif

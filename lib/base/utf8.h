/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict UTF-8 and text that is safe on a terminal.
 */
#ifndef SIGNET_BASE_UTF8_H
#define SIGNET_BASE_UTF8_H

#include <signet/buf.h>

/** Bytes of the first invalid sequence's position, or text.len if all of it is valid UTF-8:
 *  no overlong form, no surrogate, nothing above U+10FFFF (RFC 3629). */
size_t signet_utf8_valid_length(struct signet_span text);

/** Length in bytes (1 to 4) of the valid sequence at the start of text, or 0 if there is none. */
size_t signet_utf8_sequence(struct signet_span text);

/** Code point of a valid sequence of length len at ptr. */
uint32_t signet_utf8_decode(const uint8_t *ptr, size_t len);

/** Writes a code point (at most U+10FFFF, no surrogate) as 1 to 4 bytes; returns how many. */
size_t signet_utf8_encode(uint32_t code_point, uint8_t out[4]);

/** Room for what signet_utf8_show() writes. */
#define SIGNET_SHOW_MAX 128

/**
 * Writes untrusted text in a form that no terminal and no log reader can be deceived by: control
 * characters (C0, DEL, C1), invalid bytes, backslash, line separators, zero-width and
 * direction-changing characters become \xHH or \u{HEX}; what does not fit is cut and ends in "...".
 * Returns out, always NUL-terminated, so that it can stand in an argument list.
 */
const char *signet_utf8_show(struct signet_span text, char out[SIGNET_SHOW_MAX]);

/** As signet_utf8_show(), whole, appended to a buffer. Result as signet_buf_reserve(). */
int signet_utf8_escape(struct signet_buf *out, struct signet_span text);

#endif

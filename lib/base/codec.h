/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict hex and base64: every value has the spellings named here and no other, and the whole
 * input is consumed. Fast, therefore not constant in time: never for secrets.
 */
#ifndef SIGNET_BASE_CODEC_H
#define SIGNET_BASE_CODEC_H

#include <signet/buf.h>

/** The value of one hex digit of either case, or -1. */
int signet_hex_value(uint8_t c);

/** Writes 2 * bytes.len lower-case hex digits and a NUL to out, which has room for them. */
void signet_hex_encode(struct signet_span bytes, char *out);

/**
 * Reads hex digits of either case into exactly len bytes at out.
 * Returns SIGNET_OK or SIGNET_E_MALFORMED (other length, other characters); out is undefined then.
 */
SIGNET_NODISCARD int signet_hex_decode(struct signet_span text, uint8_t *out, size_t len);

/** How base64 is written. */
enum signet_b64_form {
    SIGNET_B64_STANDARD,      /* RFC 4648 section 4, padded */
    SIGNET_B64_URL_UNPADDED,  /* RFC 4648 section 5, no padding */
    SIGNET_B64_STANDARD_BARE, /* section 4 alphabet, no padding */
};

/** Appends bytes as base64. Result as signet_buf_reserve(). */
int signet_b64_encode(struct signet_buf *out, struct signet_span bytes, enum signet_b64_form form);

/**
 * Appends the bytes that base64 text stands for: either alphabet, padded or not; refused are white
 * space, both alphabets in one text, wrong padding and non-zero trailing bits.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, or as signet_buf_reserve(); out keeps its length then.
 */
SIGNET_NODISCARD int signet_b64_decode(struct signet_buf *out, struct signet_span text);

/**
 * Replaces base64 text of *len bytes by the bytes it stands for, from its start, and sets *len to
 * their number. Rules as signet_b64_decode(); returns SIGNET_OK, or SIGNET_E_MALFORMED: text is
 * undefined then and *len as before.
 */
SIGNET_NODISCARD int signet_b64_decode_in_place(uint8_t *text, size_t *len);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * PEM (RFC 7468), read strictly: one block, standard base64 in lines of any length, and nothing but
 * white space around it. Body bytes are treated as secrets: the time taken and the memory touched
 * do not depend on them, and nothing is kept beside the caller's buffer.
 */
#ifndef SIGNET_CRYPTO_PEM_H
#define SIGNET_CRYPTO_PEM_H

#include <signet/err.h>
#include <signet/span.h>

/** Whether text, after white space, begins with "-----BEGIN LABEL-----"; *label borrows from text
 * and is set then. What follows is not looked at. */
bool signet_pem_label(struct signet_span text, struct signet_span *label);

/**
 * Decodes the one block that text consists of. out has room for text.len bytes, more than a body of
 * that text can hold; *len is how many were written.
 * Returns SIGNET_OK, or SIGNET_E_MALFORMED with the offset in text; *len is 0 then, out undefined.
 */
SIGNET_NODISCARD int
signet_pem_decode(struct signet_span text, uint8_t *out, size_t *len, struct signet_err *err);

/** Characters of the block that signet_pem_encode() writes for len bytes, without the NUL. */
size_t signet_pem_length(const char *label, size_t len);

/** Writes a block, 64 columns, LF, final LF, and a NUL. out has room for signet_pem_length() + 1
 *  characters; that length is returned. */
size_t signet_pem_encode(const char *label, struct signet_span bytes, char *out);

#endif

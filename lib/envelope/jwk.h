/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys as JSON objects: the part of JWK (RFC 7517, 7518 section 6, 8037 section 2) that JSF
 * 0.82 section "publicKey" has: only the members that make up the key.
 */
#ifndef SIGNET_ENVELOPE_JWK_H
#define SIGNET_ENVELOPE_JWK_H

#include <signet/jwk.h>

#include "json/read.h"

/**
 * Reads a key of kty OKP (crv Ed25519, Ed448), EC (crv P-256, P-384, P-521) or RSA.
 * Returns SIGNET_OK; SIGNET_E_MALFORMED (no object, a member that is missing, not base64url of the
 * right length, or beyond these, such as a private half); SIGNET_E_UNSUPPORTED (another kty or
 * crv); or what signet_pubkey_from_bits() and signet_pubkey_from_rsa() return. *key is zeroed on
 * failure.
 */
SIGNET_NODISCARD int
signet_jwk_read(struct signet_json_value jwk, struct signet_pubkey *key, struct signet_err *err);

/**
 * Appends the bytes that a STRING stands for in base64url without padding (RFC 7515 section 2), the
 * only spelling in JSF. Returns SIGNET_OK, SIGNET_E_MALFORMED, or as signet_buf_reserve().
 */
SIGNET_NODISCARD int signet_jwk_bytes(struct signet_json_value value, struct signet_buf *out);

#endif

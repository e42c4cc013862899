/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys in files of whatever form.
 */
#ifndef SIGNET_JWK_H
#define SIGNET_JWK_H

#include <signet/key.h>

SIGNET_BEGIN_DECLS

/**
 * Reads a public key as signet_pubkey_read() does, or, if text is a JSON object, as a JWK (RFC
 * 7517): kty OKP (crv Ed25519, Ed448; RFC 8037), EC (P-256, P-384, P-521) or RSA (RFC 7518 section
 * 6). Members that do not make up the key, such as kid and use, are ignored. Results as
 * signet_pubkey_read(); SIGNET_E_UNSUPPORTED also for a JWK that holds a private half, and
 * SIGNET_E_LIMIT for nesting or size beyond that of any key. *key is zeroed on failure.
 */
SIGNET_API SIGNET_NODISCARD int
signet_pubkey_read_any(struct signet_span text, struct signet_pubkey *key, struct signet_err *err);

SIGNET_END_DECLS

#endif

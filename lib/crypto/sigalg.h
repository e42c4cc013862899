/* SPDX-License-Identifier: Apache-2.0
 *
 * Signature algorithms and their names.
 */
#ifndef SIGNET_CRYPTO_SIGALG_H
#define SIGNET_CRYPTO_SIGALG_H

#include <signet/key.h>

/** How a signature is made and written; 0 is none. */
enum signet_sig_alg {
    SIGNET_SIG_NONE = 0,
    SIGNET_SIG_ED25519,   /* RFC 8032 section 5.1, pure */
    SIGNET_SIG_ED25519PH, /* over SHA-512 of the message, empty context */
    SIGNET_SIG_ED448,     /* RFC 8032 section 5.2, pure, empty context */
    SIGNET_SIG_ES256,     /* P-256 with SHA-256, r and s one behind the other (RFC 7518) */
    SIGNET_SIG_ES384,     /* P-384 with SHA-384 */
    SIGNET_SIG_ES512,     /* P-521 with SHA-512 */
    SIGNET_SIG_ECDSA,     /* the digest of the curve as above, ECDSA-Sig-Value in DER */
    SIGNET_SIG_RS256,     /* RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) with SHA-256 */
    SIGNET_SIG_RS384,
    SIGNET_SIG_RS512,
    SIGNET_SIG_PS256, /* RSASSA-PSS (RFC 8017 section 8.1) with SHA-256, MGF1 with the same, and a
                         salt as long as the digest (RFC 7518 section 3.5) */
    SIGNET_SIG_PS384,
    SIGNET_SIG_PS512,
};

/** Name of an algorithm as JSF and RFC 7518 have it: "Ed25519", "ES256" …; "Ed25519ph" and "ECDSA"
 *  for those without one there; "none" for other values. */
const char *signet_sig_alg_name(enum signet_sig_alg alg);

/** The algorithm that JSF calls so, byte for byte; SIGNET_SIG_NONE if there is none, also for
 *  "Ed25519ph" and "ECDSA". */
enum signet_sig_alg signet_sig_alg_by_name(struct signet_span name);

/** Whether an algorithm goes with the kind of key: false means that no signature by it is valid. */
bool signet_sig_alg_fits(enum signet_sig_alg alg, const struct signet_pubkey *key);

#endif

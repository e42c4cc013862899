/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature check. envelope/signers.c is the only caller outside of sign/ and the tests;
 * tests/lint holds that.
 */
#ifndef SIGNET_CRYPTO_SIGCHECK_H
#define SIGNET_CRYPTO_SIGCHECK_H

#include <signet/digest.h>

#include "crypto/sigalg.h"

/**
 * Checks one signature over message. Each algorithm goes with one kind of key (SIGNET_SIG_ECDSA
 * with the three EC ones) and a signature has one length and form; what does not fit is refused
 * before anything is hashed.
 *
 * Ed25519 and Ed25519ph: 64 bytes, S below the group order, A and R canonical points of the
 * prime-order group, and the equation. With both points in that group the cofactored and the
 * cofactorless equation agree, so the verdict does not depend on libsodium's version. All others
 * are libcrypto's, which is loaded then. ECDSA: r and s from 1 to the order less 1; as s and the
 * order less s both verify, a signature is no name for anything.
 *
 * Returns SIGNET_OK or SIGNET_E_BAD_SIGNATURE; or SIGNET_E_INTERNAL, which is no verdict: a library
 * cannot start, or libcrypto cannot use a key that no signet_pubkey_ function made.
 */
SIGNET_NODISCARD int signet_sigcheck(const struct signet_pubkey *key,
                                     enum signet_sig_alg alg,
                                     struct signet_span message,
                                     struct signet_span signature);

/**
 * Checks one signature that was made from the digest of a message. Ed25519 and Ed448 sign its bytes
 * as their message. ECDSA and RSA sign it as if they had made it themselves (FIPS 186-5 section
 * 6.4, RFC 8017 sections 8.1.2 and 8.2.2): the digest in their name counts for nothing, and
 * a salt is as long as this one. Form and results as signet_sigcheck(); a digest of another length
 * than its algorithm has, and Ed25519ph, is SIGNET_E_BAD_SIGNATURE.
 */
SIGNET_NODISCARD int signet_sigcheck_digest(const struct signet_pubkey *key,
                                            enum signet_sig_alg alg,
                                            const struct signet_digest *digest,
                                            struct signet_span signature);

/** Bytes of the longest signature. */
#define SIGNET_SIGNATURE_MAX (SIGNET_RSA_BITS_MAX / 8)

#endif

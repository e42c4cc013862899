/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature check. envelope/signers.c is the only caller outside of sign/ and the tests;
 * tests/lint holds that.
 */
#ifndef SIGNET_CRYPTO_SIGCHECK_H
#define SIGNET_CRYPTO_SIGCHECK_H

#include <signet/key.h>

/**
 * Checks a pure Ed25519 signature (RFC 8032 section 5.1.7) over message: 64 bytes, S below the
 * group order, A and R canonical points of the prime-order group, and the equation. The cheap
 * checks come before hashing. With both points in that group the cofactored and the cofactorless
 * equation agree, so the verdict does not depend on libsodium's version.
 * Returns SIGNET_OK or SIGNET_E_BAD_SIGNATURE, or SIGNET_E_INTERNAL if libsodium cannot start.
 */
SIGNET_NODISCARD int signet_sigcheck_ed25519(const struct signet_pubkey *key,
                                             struct signet_span message,
                                             struct signet_span signature);

/** The same for Ed25519ph with an empty context (RFC 8032 section 5.1): over SHA-512 of message. */
SIGNET_NODISCARD int signet_sigcheck_ed25519ph(const struct signet_pubkey *key,
                                               struct signet_span message,
                                               struct signet_span signature);

#endif

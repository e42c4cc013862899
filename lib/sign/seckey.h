/* SPDX-License-Identifier: Apache-2.0
 *
 * The way from and to the seed, for the modules that read and write key files.
 */
#ifndef SIGNET_SIGN_SECKEY_H
#define SIGNET_SIGN_SECKEY_H

#include <signet/seckey.h>

/** Bytes of an Ed25519 secret key as RFC 8032 section 5.1.5 has it. */
#define SIGNET_ED25519_SEED 32

/** The key of a seed (borrowed for the call). Results as signet_seckey_generate(). */
SIGNET_NODISCARD int signet_seckey_from_seed(const uint8_t seed[SIGNET_ED25519_SEED],
                                             struct signet_seckey **key,
                                             struct signet_err *err);

/** Copies the seed to guarded memory of the caller. Returns SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_seckey_copy_seed(const struct signet_seckey *key,
                                             uint8_t seed[SIGNET_ED25519_SEED],
                                             struct signet_err *err);

#endif

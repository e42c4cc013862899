/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-384 and SHA-512 from libcrypto, which is opened on first need: loading it costs more than a
 * whole small verification, and what needs neither must not pay.
 */
#ifndef SIGNET_CRYPTO_OPENSSL_H
#define SIGNET_CRYPTO_OPENSSL_H

#include <signet/digest.h>

/** A SHA-384 or SHA-512 computation; one thread at a time. */
struct signet_sha2;

/**
 * Loads libcrypto if it is not loaded yet, and makes *sha2 ready for bytes.
 * *sha2 is owned (free with signet_sha2_free()) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (alg is neither), SIGNET_E_NOMEM, or
 * SIGNET_E_INTERNAL (not loadable from the compiled-in path, or without what is needed).
 */
SIGNET_NODISCARD int
signet_sha2_new(enum signet_digest_alg alg, struct signet_sha2 **sha2, struct signet_err *err);

/** Adds bytes. Returns SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_sha2_update(struct signet_sha2 *sha2, struct signet_span bytes);

/** Writes the digest to out, which has room for SIGNET_DIGEST_MAX bytes, and makes sha2 ready for
 *  the next. Returns SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_sha2_final(struct signet_sha2 *sha2, uint8_t *out);

/** Releases sha2, which may be NULL. */
void signet_sha2_free(struct signet_sha2 *sha2);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The two forms of an ECDSA signature: r and s one behind the other (RFC 7518 section 3.4), and
 * ECDSA-Sig-Value in DER (RFC 3279 section 2.2.3), which libcrypto takes.
 */
#ifndef SIGNET_CRYPTO_ECDSA_H
#define SIGNET_CRYPTO_ECDSA_H

#include <signet/span.h>

/** Bytes of r and of s of P-521, the largest. */
#define SIGNET_ECDSA_SIZE_MAX 66

/** Bytes of the longest ECDSA-Sig-Value. */
#define SIGNET_ECDSA_DER_MAX (4 + 2 * (4 + 1 + SIGNET_ECDSA_SIZE_MAX))

/**
 * Writes the DER of a signature of exactly 2 * size bytes, size at most SIGNET_ECDSA_SIZE_MAX; *der
 * is what was written of out. False if the length is another one, or r or s is 0.
 */
bool signet_ecdsa_from_raw(struct signet_span raw,
                           size_t size,
                           uint8_t out[SIGNET_ECDSA_DER_MAX],
                           struct signet_span *der);

/** Whether signature is an ECDSA-Sig-Value in DER and nothing behind it, r and s above 0 and of at
 *  most size bytes. */
bool signet_ecdsa_is_der(struct signet_span signature, size_t size);

#endif

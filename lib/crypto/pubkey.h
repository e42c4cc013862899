/* SPDX-License-Identifier: Apache-2.0
 *
 * The containers of a public key that are hashed, embedded or given to libcrypto.
 */
#ifndef SIGNET_CRYPTO_PUBKEY_H
#define SIGNET_CRYPTO_PUBKEY_H

#include <signet/key.h>

/** Bytes of the longest SubjectPublicKeyInfo: the key, an AlgorithmIdentifier, three heads. */
#define SIGNET_SPKI_DER_MAX (SIGNET_PUBKEY_MAX + 32)

/** Characters of its PEM form, with a NUL. */
#define SIGNET_SPKI_PEM_MAX (SIGNET_SPKI_DER_MAX / 48 * 65 + 128)

/** Bytes of the longest OpenSSH wire key: that of RSA, or the names of an EC key. */
#define SIGNET_SSH_WIRE_MAX (SIGNET_PUBKEY_MAX + 64)

/** Writes the SubjectPublicKeyInfo; returns what was written of out. key has an algorithm. */
struct signet_span signet_pubkey_spki_der(const struct signet_pubkey *key,
                                          uint8_t out[SIGNET_SPKI_DER_MAX]);

/** Writes the PEM text with its final line feed and a NUL; returns out. */
const char *signet_pubkey_spki_pem(const struct signet_pubkey *key, char out[SIGNET_SPKI_PEM_MAX]);

/** Writes the wire form (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4); returns
 *  what was written of out. */
struct signet_span signet_pubkey_ssh_wire(const struct signet_pubkey *key,
                                          uint8_t out[SIGNET_SSH_WIRE_MAX]);

#endif

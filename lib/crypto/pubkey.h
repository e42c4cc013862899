/* SPDX-License-Identifier: Apache-2.0
 *
 * The containers of an Ed25519 public key that are hashed or embedded elsewhere.
 */
#ifndef SIGNET_CRYPTO_PUBKEY_H
#define SIGNET_CRYPTO_PUBKEY_H

#include <signet/key.h>

/** Bytes of a SubjectPublicKeyInfo with Ed25519 (RFC 8410 section 4). */
#define SIGNET_SPKI_DER 44

/** Characters of its PEM form, and a NUL. */
#define SIGNET_SPKI_PEM 114

/** Bytes of an OpenSSH wire key: string "ssh-ed25519", string key (RFC 8709 section 4). */
#define SIGNET_SSH_WIRE 51

void signet_pubkey_spki_der(const struct signet_pubkey *key, uint8_t out[SIGNET_SPKI_DER]);

/** Writes the PEM text with its final line feed and a NUL; returns out. */
const char *signet_pubkey_spki_pem(const struct signet_pubkey *key, char out[SIGNET_SPKI_PEM]);

void signet_pubkey_ssh_wire(const struct signet_pubkey *key, uint8_t out[SIGNET_SSH_WIRE]);

#endif

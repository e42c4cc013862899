/* SPDX-License-Identifier: Apache-2.0
 *
 * The layers of a key file: PKCS#8 inside, and around it what a passphrase opens.
 */
#ifndef SIGNET_SIGN_KEYFILE_H
#define SIGNET_SIGN_KEYFILE_H

#include <signet/buf.h>
#include <signet/seckey.h>

/** Bytes of an Ed25519 key in PKCS#8 v1 (RFC 8410 section 7). */
#define SIGNET_PKCS8_V1 48

/**
 * Reads the PKCS#8 of an Ed25519 key: v1, v2 with the public key (RFC 5958) or v2 as ring writes
 * it. Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (another key type or encryption,
 * which is named), SIGNET_E_MISMATCH (the public key in it is another key's), or as
 * signet_seckey_from_seed(). *key is set on success only.
 */
SIGNET_NODISCARD int
signet_pkcs8_read(struct signet_span der, struct signet_seckey **key, struct signet_err *err);

/** Writes PKCS#8 v1 to guarded memory of the caller. Returns SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_pkcs8_write(const struct signet_seckey *key,
                                        uint8_t out[SIGNET_PKCS8_V1],
                                        struct signet_err *err);

/** What an encrypted key file says of itself, read and bounded; nothing in it is secret. */
struct signet_sealed;

/**
 * Reads the JSON text inside "ENCRYPTED SIGSTORE PRIVATE KEY", without opening it. limits may not
 * be NULL. *sealed is owned (free with signet_sealed_free()) and set on success only. Returns
 * SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (key derivation or cipher), SIGNET_E_LIMIT
 * (scrypt costs) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_sealed_read(struct signet_span text,
                                        const struct signet_limits *limits,
                                        struct signet_sealed **sealed,
                                        struct signet_err *err);

/**
 * Opens it, which takes the time and memory of the key derivation. *secret is what was encrypted,
 * owned, and set on success only. Returns SIGNET_OK, SIGNET_E_PASSPHRASE (wrong, or the text was
 * changed) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_sealed_open(const struct signet_sealed *sealed,
                                        const struct signet_secret *passphrase,
                                        struct signet_secret **secret,
                                        struct signet_err *err);

/** Releases sealed, which may be NULL. */
void signet_sealed_free(struct signet_sealed *sealed);

/** Appends the JSON text that encrypts secret under passphrase. Returns SIGNET_OK or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_sealed_write(struct signet_span secret,
                                         const struct signet_secret *passphrase,
                                         struct signet_buf *text,
                                         struct signet_err *err);

/**
 * Reads a key file as far as that goes without a passphrase: sets either *key or, for an encrypted
 * one, *sealed, which are owned, and on success only. limits may be NULL. Results as
 * signet_seckey_read(), but for SIGNET_E_PASSPHRASE.
 */
SIGNET_NODISCARD int signet_keyfile_read(struct signet_span text,
                                         const struct signet_limits *limits,
                                         struct signet_seckey **key,
                                         struct signet_sealed **sealed,
                                         struct signet_err *err);

/** Opens the key in sealed. Results as signet_seckey_read(). *key is set on success only. */
SIGNET_NODISCARD int signet_keyfile_unseal(const struct signet_sealed *sealed,
                                           const struct signet_secret *passphrase,
                                           struct signet_seckey **key,
                                           struct signet_err *err);

#endif

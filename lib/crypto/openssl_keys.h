/* SPDX-License-Identifier: Apache-2.0
 *
 * What libcrypto does for keys other than Ed25519: whether numbers are a key, and whether a
 * signature verifies. Loads it on first need; its error queue is left as it was.
 */
#ifndef SIGNET_CRYPTO_OPENSSL_KEYS_H
#define SIGNET_CRYPTO_OPENSSL_KEYS_H

#include <signet/err.h>
#include <signet/span.h>

/**
 * Whether a SubjectPublicKeyInfo that has the right form (crypto/keytype.h) holds a key: an EC
 * point that is on its curve (SP 800-56A section 5.6.2.3.3), an RSA modulus that is no prime and
 * has no small factor (SP 800-56B section 6.4.2.2). Of Ed448 nothing is known but the length.
 * Returns SIGNET_OK, SIGNET_E_FORBIDDEN (it does not), SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_openssl_key(struct signet_span spki, struct signet_err *err);

/**
 * Whether 57 bytes are a point of edwards448 (RFC 8032 section 5.2.3), canonical and not of order
 * 1, 2 or 4, under which one signature would verify for any message. Returns SIGNET_OK,
 * SIGNET_E_FORBIDDEN (they are not), SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_openssl_ed448(const uint8_t point[57], struct signet_err *err);

/** How a signature is made, beyond what the key says. */
struct signet_openssl_scheme {
    const char *digest; /* as OpenSSL names it; NULL: the message is signed as it is */
    int salt;           /* RSASSA-PSS with a salt of so many bytes; 0: another padding, or no RSA */
};

/**
 * Checks a signature, in ASN.1 if the key is EC, under a key that was found to be one.
 * Returns SIGNET_OK, SIGNET_E_BAD_SIGNATURE, or SIGNET_E_INTERNAL (no libcrypto, or it cannot use
 * the key).
 */
SIGNET_NODISCARD int signet_openssl_verify(struct signet_span spki,
                                           const struct signet_openssl_scheme *scheme,
                                           struct signet_span message,
                                           struct signet_span signature);

/** As signet_openssl_verify(), where digest is that of the message by scheme->digest, which is not
 *  NULL; for EC and RSA keys. One of another length is SIGNET_E_BAD_SIGNATURE. */
SIGNET_NODISCARD int signet_openssl_verify_digest(struct signet_span spki,
                                                  const struct signet_openssl_scheme *scheme,
                                                  struct signet_span digest,
                                                  struct signet_span signature);

/** Whether der is one X.509 certificate and nothing behind it, whoever made it for whatever use.
 *  Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_NOMEM or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_openssl_certificate(struct signet_span der, struct signet_err *err);

#endif

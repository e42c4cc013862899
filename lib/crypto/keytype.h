/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of public keys: how each is called and written, and what can be said of one without
 * libcrypto.
 */
#ifndef SIGNET_CRYPTO_KEYTYPE_H
#define SIGNET_CRYPTO_KEYTYPE_H

#include <signet/key.h>

/** One kind; const and static. */
struct signet_keytype {
    enum signet_key_alg alg;
    const char *name;    /* in reports, such as "ecdsa-p256" */
    const char *spoken;  /* in sentences, such as "ECDSA P-256" */
    const char *jwk_crv; /* RFC 7518 section 6.2.1.1, RFC 8037 section 2; NULL for RSA */
    const char *ssh;     /* RFC 4253 section 6.6, RFC 5656 section 6.2, RFC 8709 section 4 */
    const char *ssh_crv; /* RFC 5656 section 6.1; NULL if not EC */
    struct signet_span algorithm; /* contents of the AlgorithmIdentifier, in its one spelling */
    size_t len;                   /* bytes of the key; 0 for RSA */
};

/** The kind of alg, or NULL. */
const struct signet_keytype *signet_keytype(enum signet_key_alg alg);

/** The kind with these contents of an AlgorithmIdentifier, or NULL. */
const struct signet_keytype *signet_keytype_of(struct signet_span algorithm);

/** The kind that is called so in sentences, or NULL. */
const struct signet_keytype *signet_keytype_spoken(const char *name);

/** Bytes of a coordinate of an EC key, which are those of r and s too; 0 for other kinds. */
size_t signet_keytype_coordinate(const struct signet_keytype *type);

/**
 * The numbers of an RSAPublicKey (RFC 8017 appendix A.1.1) in DER, big-endian without leading zero
 * bytes; borrowed. False if bits are none.
 */
bool signet_keytype_rsa(struct signet_span bits,
                        struct signet_span *modulus,
                        struct signet_span *exponent);

/**
 * Checks the form of a key: length, no compressed point; RSA of 2048 to 8192 bits, odd, with an odd
 * exponent from 65537 to 2^64 - 1. Says nothing of points and primes.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (a compressed point, an RSA key with
 * larger numbers) or SIGNET_E_FORBIDDEN (an RSA key that is too weak).
 */
SIGNET_NODISCARD int signet_keytype_check(const struct signet_keytype *type,
                                          struct signet_span bits,
                                          struct signet_err *err);

#endif

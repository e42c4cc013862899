/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys and the names by which envelopes refer to them. A name (key id, hint) proves nothing;
 * it only orders tries and lets an error say which key was meant.
 */
#ifndef SIGNET_KEY_H
#define SIGNET_KEY_H

#include <signet/buf.h>
#include <signet/err.h>

SIGNET_BEGIN_DECLS

/** Key algorithms; 0 is none. Ed25519 keys sign and verify, the others verify only. */
enum signet_key_alg {
    SIGNET_KEY_NONE = 0,
    SIGNET_KEY_ED25519 = 1, /* RFC 8032 section 5.1 */
    SIGNET_KEY_ED448 = 2,   /* RFC 8032 section 5.2 */
    SIGNET_KEY_P256 = 3,    /* ECDSA, FIPS 186-5 */
    SIGNET_KEY_P384 = 4,
    SIGNET_KEY_P521 = 5,
    SIGNET_KEY_RSA = 6, /* RFC 8017, 2048 to 8192 bits */
};

/** Bytes of an Ed25519 public key and signature (RFC 8032 section 5.1). */
#define SIGNET_ED25519_PUBLIC 32
#define SIGNET_ED25519_SIGNATURE 64

/** Bits of the longest RSA modulus, and bytes of the longest public key: its RSAPublicKey with an
 *  exponent of 64 bits. */
#define SIGNET_RSA_BITS_MAX 8192
#define SIGNET_PUBKEY_MAX (SIGNET_RSA_BITS_MAX / 8 + 20)

/** A public key that passed the checks of signet_pubkey_read(). Plain data; copy freely. */
struct signet_pubkey {
    enum signet_key_alg alg;
    size_t len; /* bytes used; the rest is zero */
    /* What the BIT STRING of its SubjectPublicKeyInfo holds: Ed25519 and Ed448 as in RFC 8032; EC
     * 04, X and Y (SEC 1 section 2.3.3); RSA the DER of RSAPublicKey (RFC 8017 appendix A.1.1). */
    uint8_t bytes[SIGNET_PUBKEY_MAX];
};

/** Name of a key algorithm in reports: "ed25519", "ed448", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521"
 *  or "rsa"; "none" for other values. */
SIGNET_API const char *signet_key_alg_name(enum signet_key_alg alg);

/** Characters of "SHA256:" and 43 base64 digits, with a NUL. */
#define SIGNET_FINGERPRINT_TEXT 51

/** Characters of a hint in OMS bundles: 64 hex digits and a NUL. */
#define SIGNET_OMS_HINT_TEXT 65

/**
 * Reads a SubjectPublicKeyInfo, DER (RFC 8410, RFC 5480, RFC 3279 section 2.3.1; in its one
 * encoding) or PEM ("PUBLIC KEY", RFC 7468; one block, nothing but white space around it). EC keys
 * have a named curve and both coordinates. All but Ed25519 keys load libcrypto.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (another key type, which is named, a
 * compressed point, RSA numbers beyond 8192 and 64 bits, or a private key), or SIGNET_E_FORBIDDEN
 * (Ed25519: no canonical point of the prime-order group, so that one secret could answer for
 * several such keys, or one signature for any message; Ed448: no canonical point, or one of small
 * order; EC: not on the curve; RSA: fewer than 2048 bits, an even or prime modulus, one with a
 * small factor, an exponent that is even or below 65537), or SIGNET_E_NOMEM, or SIGNET_E_INTERNAL
 * (libsodium or libcrypto cannot start). *key is zeroed on failure.
 */
SIGNET_API SIGNET_NODISCARD int
signet_pubkey_read(struct signet_span text, struct signet_pubkey *key, struct signet_err *err);

/** The key of bytes as they stand in struct signet_pubkey; the same checks, results and state as
 *  signet_pubkey_read(), and SIGNET_E_UNSUPPORTED if alg is none. */
SIGNET_API SIGNET_NODISCARD int signet_pubkey_from_bits(enum signet_key_alg alg,
                                                        struct signet_span bits,
                                                        struct signet_pubkey *key,
                                                        struct signet_err *err);

/** The Ed25519 key of 32 raw bytes: signet_pubkey_from_bits() with SIGNET_KEY_ED25519. */
SIGNET_API SIGNET_NODISCARD int
signet_pubkey_from_raw(struct signet_span raw, struct signet_pubkey *key, struct signet_err *err);

/** The RSA key of two numbers, big-endian; a leading zero byte is SIGNET_E_MALFORMED. Otherwise as
 *  signet_pubkey_read(). */
SIGNET_API SIGNET_NODISCARD int signet_pubkey_from_rsa(struct signet_span modulus,
                                                       struct signet_span exponent,
                                                       struct signet_pubkey *key,
                                                       struct signet_err *err);

/**
 * The key in an X.509 certificate (RFC 5280), DER, nothing behind it, at most 64 KiB. Who issued
 * the certificate, when and for what is not looked at: it is a container of the key and no more.
 * Loads libcrypto. Checks, results and state as signet_pubkey_read().
 */
SIGNET_API SIGNET_NODISCARD int signet_pubkey_from_certificate(struct signet_span der,
                                                               struct signet_pubkey *key,
                                                               struct signet_err *err);

/** Whether both are the same key: algorithm and bytes; false if alg is NONE. */
SIGNET_API bool signet_pubkey_eq(const struct signet_pubkey *a, const struct signet_pubkey *b);

/** Writes the OpenSSH fingerprint "SHA256:…", the key's name in everything signet prints. */
SIGNET_API const char *signet_pubkey_fingerprint(const struct signet_pubkey *key,
                                                 char out[SIGNET_FINGERPRINT_TEXT]);

/** Writes the hint of OMS bundles: lower-case hex SHA-256 of the SPKI PEM text. */
SIGNET_API const char *signet_pubkey_oms_hint(const struct signet_pubkey *key,
                                              char out[SIGNET_OMS_HINT_TEXT]);

/** Writes the lower-case hex SHA-256 of the SPKI DER. */
SIGNET_API const char *signet_pubkey_spki_hint(const struct signet_pubkey *key,
                                               char out[SIGNET_OMS_HINT_TEXT]);

/** Text forms of a public key. */
enum signet_key_form {
    SIGNET_KEY_FORM_PEM, /* SPKI PEM, 64 columns, final line feed */
    SIGNET_KEY_FORM_SSH, /* such as "ssh-ed25519 BASE64", and a line feed */
    SIGNET_KEY_FORM_JWK, /* in RFC 8785 form, such as {"crv":"Ed25519","kty":"OKP","x":"…"}, and a
                            line feed (RFC 7518 section 6, RFC 8037 section 2) */
    SIGNET_KEY_FORM_RAW, /* the bytes of struct signet_pubkey */
};

/** Appends the key in a form. Result as signet_buf_reserve(), or SIGNET_E_INTERNAL (another form,
 * or no key), which sticks. */
SIGNET_API int signet_pubkey_write(const struct signet_pubkey *key,
                                   enum signet_key_form form,
                                   struct signet_buf *out);

/** What a key id or hint says about a key. */
enum signet_hint_match {
    SIGNET_HINT_ABSENT,      /* empty */
    SIGNET_HINT_NAMES_KEY,   /* a fingerprint of this key in one of the known forms */
    SIGNET_HINT_NAMES_OTHER, /* has a known fingerprint form, and it is not this key's */
    SIGNET_HINT_FREE_FORM,   /* says nothing */
};

/**
 * Compares a hint with a key. Known forms: the OpenSSH fingerprint; 64 hex digits (SHA-256 of the
 * SPKI PEM, of the SPKI DER, or a TUF / in-toto key id); padded base64 of the SHA-256 of the SPKI
 * DER.
 */
SIGNET_API enum signet_hint_match signet_pubkey_match_hint(const struct signet_pubkey *key,
                                                           struct signet_span hint);

SIGNET_END_DECLS

#endif

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

/** Key algorithms; 0 is none. */
enum signet_key_alg {
    SIGNET_KEY_NONE = 0,
    SIGNET_KEY_ED25519 = 1,
};

/** Bytes of an Ed25519 public key and signature (RFC 8032 section 5.1). */
#define SIGNET_ED25519_PUBLIC 32
#define SIGNET_ED25519_SIGNATURE 64

/** A public key that passed the checks of signet_pubkey_read(). Plain data; copy freely. */
struct signet_pubkey {
    enum signet_key_alg alg;
    uint8_t bytes[SIGNET_ED25519_PUBLIC]; /* RFC 8032 section 5.1.2 */
};

/** Characters of "SHA256:" and 43 base64 digits, with a NUL. */
#define SIGNET_FINGERPRINT_TEXT 51

/** Characters of a hint in OMS bundles: 64 hex digits and a NUL. */
#define SIGNET_OMS_HINT_TEXT 65

/**
 * Reads a SubjectPublicKeyInfo, DER (RFC 8410: exactly 44 bytes) or PEM ("PUBLIC KEY", RFC 7468;
 * one block, nothing but white space around it).
 * Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (another key type, which is named, or
 * a private key), or SIGNET_E_FORBIDDEN (the point is not a canonical point of the prime-order
 * group: one secret could answer for several such keys, or one signature for any message), or
 * SIGNET_E_INTERNAL (libsodium cannot start). *key is zeroed on failure.
 */
SIGNET_API SIGNET_NODISCARD int
signet_pubkey_read(struct signet_span text, struct signet_pubkey *key, struct signet_err *err);

/** The key of 32 raw bytes; the same point check, result and state as signet_pubkey_read(). */
SIGNET_API SIGNET_NODISCARD int
signet_pubkey_from_raw(struct signet_span raw, struct signet_pubkey *key, struct signet_err *err);

/** Whether both are the same key: algorithm and raw bytes; false if alg is NONE. */
SIGNET_API bool signet_pubkey_eq(const struct signet_pubkey *a, const struct signet_pubkey *b);

/** Writes the OpenSSH fingerprint "SHA256:…", the key's name in everything signet prints. */
SIGNET_API const char *signet_pubkey_fingerprint(const struct signet_pubkey *key,
                                                 char out[SIGNET_FINGERPRINT_TEXT]);

/** Writes the hint of OMS bundles: lower-case hex SHA-256 of the SPKI PEM text. */
SIGNET_API const char *signet_pubkey_oms_hint(const struct signet_pubkey *key,
                                              char out[SIGNET_OMS_HINT_TEXT]);

/** Text forms of a public key. */
enum signet_key_form {
    SIGNET_KEY_FORM_PEM, /* SPKI PEM, 64 columns, final line feed */
    SIGNET_KEY_FORM_SSH, /* "ssh-ed25519 BASE64" and a line feed */
    SIGNET_KEY_FORM_JWK, /* {"crv":"Ed25519","kty":"OKP","x":"…"} and a line feed (RFC 8037) */
    SIGNET_KEY_FORM_RAW, /* the 32 bytes */
};

/** Appends the key in a form. Result as signet_buf_reserve(). */
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

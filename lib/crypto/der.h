/* SPDX-License-Identifier: Apache-2.0
 *
 * As much DER (X.690) as public keys and ECDSA signatures take, and as it takes to name what
 * another key container holds.
 */
#ifndef SIGNET_CRYPTO_DER_H
#define SIGNET_CRYPTO_DER_H

#include <signet/api.h>
#include <signet/span.h>

enum signet_der_tag {
    SIGNET_DER_INTEGER = 0x02,
    SIGNET_DER_BIT_STRING = 0x03,
    SIGNET_DER_OCTET_STRING = 0x04,
    SIGNET_DER_OID = 0x06,
    SIGNET_DER_SEQUENCE = 0x30,
    SIGNET_DER_EXPLICIT_0 = 0xA0, /* [0] around another element */
};

/**
 * Takes the element with that tag from the front of *rest: its contents go to *value (borrowed),
 * *rest is what follows. False, with both untouched, if the front has another tag, is cut short, or
 * has a length that is not in its shortest form or beyond 2^24 - 1.
 */
bool signet_der_take(struct signet_span *rest, enum signet_der_tag tag, struct signet_span *value);

/**
 * Takes an INTEGER above 0 in its one encoding, as signet_der_take(); *value is its big-endian
 * bytes without a leading zero byte.
 */
bool signet_der_take_positive(struct signet_span *rest, struct signet_span *value);

/** Bytes that signet_der_put_head() writes at most. */
#define SIGNET_DER_HEAD 4

/** Writes tag and length of an element whose contents have len bytes, fewer than 65,536; returns
 *  what follows in out. */
uint8_t *signet_der_put_head(uint8_t *out, enum signet_der_tag tag, size_t len);

/** Writes an INTEGER from its big-endian bytes, at least one, the first not 0; returns what follows
 *  in out, which has room for SIGNET_DER_HEAD + 1 + value.len bytes. */
uint8_t *signet_der_put_positive(uint8_t *out, struct signet_span value);

/** What a DER text is, by its outline. */
enum signet_der_kind {
    SIGNET_DER_OTHER = 0,
    SIGNET_DER_PUBLIC,    /* SubjectPublicKeyInfo (RFC 5280 section 4.1) */
    SIGNET_DER_PRIVATE,   /* PrivateKeyInfo or OneAsymmetricKey (RFC 5958) */
    SIGNET_DER_ENCRYPTED, /* EncryptedPrivateKeyInfo (RFC 5958 section 3) */
};

/** Tells the kind of text and gives the contents of its AlgorithmIdentifier. OTHER leaves
 *  *algorithm empty. Says nothing about bytes behind the outline. */
enum signet_der_kind signet_der_outline(struct signet_span text, struct signet_span *algorithm);

/** The name of what the contents of an AlgorithmIdentifier stand for, such as "RSA" or
 *  "ECDSA P-256"; "unknown" if the identifier is none of the known ones. Static storage. */
const char *signet_der_algorithm_name(struct signet_span algorithm);

/** What signet_der_algorithm_name() gives for id-Ed25519. */
extern const char signet_der_ed25519[];

#endif

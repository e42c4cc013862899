/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys from SubjectPublicKeyInfo (RFC 8410, RFC 5480, RFC 3279; RFC 7468), certificates
 * (RFC 5280) and bare numbers. Owns the checks that each key passes before it is a key; knows
 * nothing of who may use it.
 */
#include "crypto/pubkey.h"

#include <sodium.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "crypto/der.h"
#include "crypto/keytype.h"
#include "crypto/openssl_keys.h"
#include "crypto/pem.h"
#include "crypto/sodium.h"

enum {
    /* No public key that has a name here is longer as text: ML-DSA-87 takes 3,600 bytes. */
    KEY_TEXT_MAX = 8192,
    CERTIFICATE_MAX = 1 << 16
};

int signet_pubkey_from_raw(struct signet_span raw,
                           struct signet_pubkey *key,
                           struct signet_err *err)
{
    return signet_pubkey_from_bits(SIGNET_KEY_ED25519, raw, key, err);
}

static int check_ed25519(const uint8_t point[SIGNET_ED25519_PUBLIC], struct signet_err *err)
{
    int rc = signet_sodium_start(err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (crypto_core_ed25519_is_valid_point(point) != 1) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "no safe Ed25519 public key: not a canonical point of the "
                              "prime-order group; ask its owner for another key");
    }
    return SIGNET_OK;
}

/* Whether bytes of the right form are a key: points, primes. */
static int check_numbers(const struct signet_pubkey *key, struct signet_err *err)
{
    uint8_t der[SIGNET_SPKI_DER_MAX];
    if (key->alg == SIGNET_KEY_ED25519) {
        return check_ed25519(key->bytes, err);
    }
    if (key->alg == SIGNET_KEY_ED448) {
        return signet_openssl_ed448(key->bytes, err);
    }
    return signet_openssl_key(signet_pubkey_spki_der(key, der), err);
}

static int fill(enum signet_key_alg alg,
                struct signet_span bits,
                struct signet_pubkey *key,
                struct signet_err *err)
{
    const struct signet_keytype *type = signet_keytype(alg);
    if (type == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "a key algorithm that is not known");
    }
    int rc = signet_keytype_check(type, bits, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    key->alg = alg;
    key->len = bits.len;
    memcpy(key->bytes, bits.ptr, bits.len);
    return check_numbers(key, err);
}

int signet_pubkey_from_bits(enum signet_key_alg alg,
                            struct signet_span bits,
                            struct signet_pubkey *key,
                            struct signet_err *err)
{
    struct signet_pubkey made = {.alg = SIGNET_KEY_NONE};
    int rc = fill(alg, bits, &made, err);
    if (rc != SIGNET_OK) {
        memset(&made, 0, sizeof(made));
    }
    *key = made;
    return rc;
}

int signet_pubkey_from_rsa(struct signet_span modulus,
                           struct signet_span exponent,
                           struct signet_pubkey *key,
                           struct signet_err *err)
{
    /* One byte beyond the longest number: the check of lengths is that of every RSA key. */
    enum {
        ROOM = SIGNET_RSA_BITS_MAX / 8 + 1
    };
    uint8_t numbers[2 * (SIGNET_DER_HEAD + 1 + ROOM)];
    uint8_t der[SIGNET_DER_HEAD + sizeof(numbers)];

    memset(key, 0, sizeof(*key));
    if (modulus.len == 0 || exponent.len == 0 || modulus.ptr[0] == 0 || exponent.ptr[0] == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected the modulus and the exponent of an RSA key, neither empty "
                              "nor with a leading zero byte");
    }
    if (modulus.len > ROOM || exponent.len > ROOM) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected an RSA key of at most %d bits, found numbers of %zu and "
                              "%zu bytes",
                              SIGNET_RSA_BITS_MAX, modulus.len, exponent.len);
    }
    const uint8_t *end =
        signet_der_put_positive(signet_der_put_positive(numbers, modulus), exponent);
    size_t len = (size_t)(end - numbers);
    uint8_t *to = signet_der_put_head(der, SIGNET_DER_SEQUENCE, len);
    memcpy(to, numbers, len);
    return signet_pubkey_from_bits(SIGNET_KEY_RSA, signet_span_of(der, (size_t)(to - der) + len),
                                   key, err);
}

/* Says what a DER text that is no SubjectPublicKeyInfo of a known kind is instead. */
static int refuse_der(struct signet_span der, struct signet_err *err)
{
    struct signet_span algorithm;
    enum signet_der_kind kind = signet_der_outline(der, &algorithm);
    if (kind == SIGNET_DER_PRIVATE || kind == SIGNET_DER_ENCRYPTED) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a public key, found a private key; give its public half");
    }
    const char *name = signet_der_algorithm_name(algorithm);
    if (kind != SIGNET_DER_PUBLIC) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected a SubjectPublicKeyInfo in DER, found %zu bytes of another "
                              "form",
                              der.len);
    }
    if (signet_keytype_spoken(name) == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a public key of type Ed25519, Ed448, ECDSA P-256, P-384 or "
                              "P-521, or RSA, found one of type %s",
                              name);
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "expected the SubjectPublicKeyInfo of an %s key in its one form in DER, "
                          "found %zu bytes of another form",
                          name, der.len);
}

/* A known AlgorithmIdentifier has one spelling, lengths and flags have one: what is read here is
 * what signet_pubkey_spki_der() writes. */
static int read_der(struct signet_span der, struct signet_pubkey *key, struct signet_err *err)
{
    struct signet_span rest = der;
    struct signet_span inside;
    struct signet_span algorithm;
    struct signet_span bits;
    if (!signet_der_take(&rest, SIGNET_DER_SEQUENCE, &inside) || rest.len > 0 ||
        !signet_der_take(&inside, SIGNET_DER_SEQUENCE, &algorithm) ||
        !signet_der_take(&inside, SIGNET_DER_BIT_STRING, &bits) || inside.len > 0 ||
        bits.len == 0 || bits.ptr[0] != 0) {
        return refuse_der(der, err);
    }
    const struct signet_keytype *type = signet_keytype_of(algorithm);
    if (type == NULL) {
        return refuse_der(der, err);
    }
    return signet_pubkey_from_bits(type->alg, signet_span_of(bits.ptr + 1, bits.len - 1), key, err);
}

/* Goes to the SubjectPublicKeyInfo of a certificate (RFC 5280 section 4.1) and gives it as it
 * stands there. That nothing follows the certificate was checked before. */
static bool find_spki(struct signet_span certificate, struct signet_span *spki)
{
    struct signet_span inside;
    struct signet_span part;
    struct signet_span rest;
    if (!signet_der_take(&certificate, SIGNET_DER_SEQUENCE, &inside) ||
        !signet_der_take(&inside, SIGNET_DER_SEQUENCE, &rest)) {
        return false;
    }
    if (rest.len > 0 && rest.ptr[0] == SIGNET_DER_EXPLICIT_0 &&
        !signet_der_take(&rest, SIGNET_DER_EXPLICIT_0, &part)) {
        return false;
    }
    if (!signet_der_take(&rest, SIGNET_DER_INTEGER, &part)) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) { /* signature, issuer, validity, subject */
        if (!signet_der_take(&rest, SIGNET_DER_SEQUENCE, &part)) {
            return false;
        }
    }
    struct signet_span at = rest;
    if (!signet_der_take(&rest, SIGNET_DER_SEQUENCE, &part)) {
        return false;
    }
    *spki = signet_span_of(at.ptr, at.len - rest.len);
    return true;
}

int signet_pubkey_from_certificate(struct signet_span der,
                                   struct signet_pubkey *key,
                                   struct signet_err *err)
{
    struct signet_span spki;
    memset(key, 0, sizeof(*key));
    if (der.len > CERTIFICATE_MAX) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected a certificate of at most %d bytes, found %zu",
                              CERTIFICATE_MAX, der.len);
    }
    int rc = signet_openssl_certificate(der, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!find_spki(der, &spki)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "expected an X.509 certificate in DER");
    }
    rc = read_der(spki, key, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "the key in a certificate");
    }
    return rc;
}

static int refuse_label(struct signet_span label, struct signet_err *err)
{
    static const char secret[] = "PRIVATE KEY";
    char shown[SIGNET_SHOW_MAX];
    size_t tail = sizeof(secret) - 1;
    bool is_secret = label.len >= tail && memcmp(label.ptr + label.len - tail, secret, tail) == 0;
    return signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected PEM \"PUBLIC KEY\", found \"%s\"%s",
                          signet_utf8_show(label, shown),
                          is_secret ? ", which is secret; give the public half" : "");
}

/* Text that is neither PEM nor DER, named if it is a public key of another kind. */
static int refuse_text(struct signet_span text, struct signet_err *err)
{
    static const char *const others[][2] = {
        {"ssh-", "an OpenSSH public key"},
        {"untrusted comment:", "a minisign or signify key"},
        {"{", "a JSON text"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        if (signet_span_begins(text, others[i][0])) {
            return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                  "expected a public key in PEM (\"PUBLIC KEY\") or DER, found %s",
                                  others[i][1]);
        }
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "expected a public key in PEM (\"-----BEGIN PUBLIC KEY-----\") or DER");
}

int signet_pubkey_read(struct signet_span text, struct signet_pubkey *key, struct signet_err *err)
{
    uint8_t der[KEY_TEXT_MAX];
    struct signet_span label;
    size_t len = 0;

    memset(key, 0, sizeof(*key));
    if (text.len > KEY_TEXT_MAX) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected a public key of at most %d bytes, found %zu", KEY_TEXT_MAX,
                              text.len);
    }
    if (text.len > 0 && text.ptr[0] == SIGNET_DER_SEQUENCE) {
        return read_der(text, key, err);
    }
    if (!signet_pem_label(text, &label)) {
        return refuse_text(text, err);
    }
    if (!signet_span_is(label, "PUBLIC KEY")) {
        return refuse_label(label, err);
    }
    int rc = signet_pem_decode(text, der, &len, err);
    return rc == SIGNET_OK ? read_der(signet_span_of(der, len), key, err) : rc;
}

bool signet_pubkey_eq(const struct signet_pubkey *a, const struct signet_pubkey *b)
{
    return a->alg != SIGNET_KEY_NONE && a->alg == b->alg && a->len == b->len &&
           memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature check: which algorithm goes with which key and what form a signature has; Ed25519
 * and Ed25519ph (RFC 8032 section 5.1) with the stricter rules of sigcheck.h, the rest by
 * libcrypto. Owns the verdict on one signature; knows nothing of envelopes and trust.
 */
#include "crypto/sigcheck.h"

#include <sodium.h>

#include "base/compiler.h"
#include "crypto/ecdsa.h"
#include "crypto/keytype.h"
#include "crypto/openssl_keys.h"
#include "crypto/pubkey.h"
#include "crypto/sodium.h"

enum {
    HALF = SIGNET_ED25519_SIGNATURE / 2
};

/* The order of the group, little-endian (RFC 8032 section 5.1): S must be below it, or a second
 * signature of the same message could be made without the key. */
static const uint8_t group_order[HALF] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

static bool is_below_order(const uint8_t s[HALF])
{
    for (size_t i = HALF; i-- > 0;) {
        if (s[i] != group_order[i]) {
            return s[i] < group_order[i];
        }
    }
    return false;
}

/* All that can be said of a signature before the message is looked at. */
static int check_parts(const struct signet_pubkey *key, struct signet_span signature)
{
    int rc = signet_sodium_start(NULL);
    if (rc != SIGNET_OK) {
        return rc;
    }
    bool sound = signature.len == SIGNET_ED25519_SIGNATURE &&
                 is_below_order(signature.ptr + HALF) &&
                 crypto_core_ed25519_is_valid_point(signature.ptr) == 1 &&
                 crypto_core_ed25519_is_valid_point(key->bytes) == 1;
    return sound ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE;
}

static int check_ed25519(const struct signet_pubkey *key,
                         struct signet_span message,
                         struct signet_span signature)
{
    int rc = check_parts(key, signature);
    if (rc == SIGNET_OK &&
        crypto_sign_verify_detached(signature.ptr, message.ptr, message.len, key->bytes) != 0) {
        rc = SIGNET_E_BAD_SIGNATURE;
    }
    return rc;
}

static int check_ed25519ph(const struct signet_pubkey *key,
                           struct signet_span message,
                           struct signet_span signature)
{
    crypto_sign_ed25519ph_state state;
    int rc = check_parts(key, signature);
    if (rc != SIGNET_OK) {
        return rc;
    }
    crypto_sign_ed25519ph_init(&state);
    crypto_sign_ed25519ph_update(&state, message.ptr, message.len);
    if (crypto_sign_ed25519ph_final_verify(&state, signature.ptr, key->bytes) != 0) {
        rc = SIGNET_E_BAD_SIGNATURE;
    }
    return rc;
}

/* How the signatures of one algorithm are written. */
enum form {
    FORM_WHOLE, /* one run of bytes, of a length the key gives */
    FORM_RAW,   /* r and s */
    FORM_DER,   /* ECDSA-Sig-Value */
};

/* One way to use one kind of key. */
struct way {
    enum signet_sig_alg alg;
    enum signet_key_alg key;
    enum form form;
    struct signet_openssl_scheme scheme;
};

static const struct way ways[] = {
    {SIGNET_SIG_ED25519, SIGNET_KEY_ED25519, FORM_WHOLE, {NULL, 0}},
    {SIGNET_SIG_ED25519PH, SIGNET_KEY_ED25519, FORM_WHOLE, {NULL, 0}},
    {SIGNET_SIG_ED448, SIGNET_KEY_ED448, FORM_WHOLE, {NULL, 0}},
    {SIGNET_SIG_ES256, SIGNET_KEY_P256, FORM_RAW, {"SHA2-256", 0}},
    {SIGNET_SIG_ES384, SIGNET_KEY_P384, FORM_RAW, {"SHA2-384", 0}},
    {SIGNET_SIG_ES512, SIGNET_KEY_P521, FORM_RAW, {"SHA2-512", 0}},
    {SIGNET_SIG_ECDSA, SIGNET_KEY_P256, FORM_DER, {"SHA2-256", 0}},
    {SIGNET_SIG_ECDSA, SIGNET_KEY_P384, FORM_DER, {"SHA2-384", 0}},
    {SIGNET_SIG_ECDSA, SIGNET_KEY_P521, FORM_DER, {"SHA2-512", 0}},
    {SIGNET_SIG_RS256, SIGNET_KEY_RSA, FORM_WHOLE, {"SHA2-256", 0}},
    {SIGNET_SIG_RS384, SIGNET_KEY_RSA, FORM_WHOLE, {"SHA2-384", 0}},
    {SIGNET_SIG_RS512, SIGNET_KEY_RSA, FORM_WHOLE, {"SHA2-512", 0}},
    {SIGNET_SIG_PS256, SIGNET_KEY_RSA, FORM_WHOLE, {"SHA2-256", 32}},
    {SIGNET_SIG_PS384, SIGNET_KEY_RSA, FORM_WHOLE, {"SHA2-384", 48}},
    {SIGNET_SIG_PS512, SIGNET_KEY_RSA, FORM_WHOLE, {"SHA2-512", 64}},
};

static const struct way *find_way(enum signet_key_alg key, enum signet_sig_alg alg)
{
    for (size_t i = 0; i < SIGNET_COUNT(ways); i++) {
        if (ways[i].key == key && ways[i].alg == alg) {
            return &ways[i];
        }
    }
    return NULL;
}

bool signet_sig_alg_fits(enum signet_sig_alg alg, const struct signet_pubkey *key)
{
    return find_way(key->alg, alg) != NULL;
}

/* Bytes of a signature that has one length: RFC 8032 section 5.2.6, RFC 8017 section 8. */
static size_t whole_length(const struct signet_pubkey *key)
{
    struct signet_span modulus = {NULL, 0};
    struct signet_span exponent;
    if (key->alg == SIGNET_KEY_ED448) {
        return 2 * key->len;
    }
    return signet_keytype_rsa(signet_span_of(key->bytes, key->len), &modulus, &exponent)
               ? modulus.len
               : 0;
}

/* Requires the form of a signature, which becomes that of libcrypto: der has room for it. */
static bool settle_form(const struct signet_pubkey *key,
                        const struct way *way,
                        uint8_t der[SIGNET_ECDSA_DER_MAX],
                        struct signet_span *signature)
{
    size_t size = signet_keytype_coordinate(signet_keytype(key->alg));
    switch (way->form) {
    case FORM_RAW:
        return signet_ecdsa_from_raw(*signature, size, der, signature);
    case FORM_DER:
        return signet_ecdsa_is_der(*signature, size);
    case FORM_WHOLE:
    default:
        return signature->len == whole_length(key);
    }
}

static int check_by_libcrypto(const struct signet_pubkey *key,
                              const struct way *way,
                              struct signet_span message,
                              struct signet_span signature)
{
    uint8_t spki[SIGNET_SPKI_DER_MAX];
    uint8_t der[SIGNET_ECDSA_DER_MAX];
    return settle_form(key, way, der, &signature)
               ? signet_openssl_verify(signet_pubkey_spki_der(key, spki), &way->scheme, message,
                                       signature)
               : SIGNET_E_BAD_SIGNATURE;
}

/* How an algorithm is used with a key; NULL: not at all, or the key is none. */
static const struct way *find_sound_way(const struct signet_pubkey *key, enum signet_sig_alg alg)
{
    const struct way *way = find_way(key->alg, alg);
    bool sound = way != NULL && key->len <= sizeof(key->bytes) &&
                 signet_keytype_check(signet_keytype(key->alg),
                                      signet_span_of(key->bytes, key->len), NULL) == SIGNET_OK;
    return sound ? way : NULL;
}

int signet_sigcheck(const struct signet_pubkey *key,
                    enum signet_sig_alg alg,
                    struct signet_span message,
                    struct signet_span signature)
{
    const struct way *way = find_sound_way(key, alg);
    if (way == NULL) {
        return SIGNET_E_BAD_SIGNATURE;
    }
    if (alg == SIGNET_SIG_ED25519) {
        return check_ed25519(key, message, signature);
    }
    if (alg == SIGNET_SIG_ED25519PH) {
        return check_ed25519ph(key, message, signature);
    }
    return check_by_libcrypto(key, way, message, signature);
}

/* A digest as OpenSSL names it; NULL: it is none that signatures are made from. */
static const char *openssl_name(enum signet_digest_alg alg)
{
    switch (alg) {
    case SIGNET_DIGEST_SHA256:
        return "SHA2-256";
    case SIGNET_DIGEST_SHA384:
        return "SHA2-384";
    case SIGNET_DIGEST_SHA512:
        return "SHA2-512";
    case SIGNET_DIGEST_NONE:
    case SIGNET_DIGEST_BLAKE2B:
    case SIGNET_DIGEST_BLAKE2B_256:
    case SIGNET_DIGEST_BLAKE2B_384:
    default:
        return NULL;
    }
}

int signet_sigcheck_digest(const struct signet_pubkey *key,
                           enum signet_sig_alg alg,
                           const struct signet_digest *digest,
                           struct signet_span signature)
{
    uint8_t spki[SIGNET_SPKI_DER_MAX];
    uint8_t der[SIGNET_ECDSA_DER_MAX];
    struct signet_span bytes = {digest->bytes, digest->len};
    const struct way *way = find_sound_way(key, alg);
    const char *name = openssl_name(digest->alg);
    if (way == NULL || name == NULL || digest->len != signet_digest_size(digest->alg) ||
        alg == SIGNET_SIG_ED25519PH) {
        return SIGNET_E_BAD_SIGNATURE;
    }
    if (way->scheme.digest == NULL) {
        return signet_sigcheck(key, alg, bytes, signature);
    }
    const struct signet_openssl_scheme scheme = {name, way->scheme.salt > 0 ? (int)digest->len : 0};
    return settle_form(key, way, der, &signature)
               ? signet_openssl_verify_digest(signet_pubkey_spki_der(key, spki), &scheme, bytes,
                                              signature)
               : SIGNET_E_BAD_SIGNATURE;
}

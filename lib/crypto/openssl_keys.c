/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and signatures by libcrypto, always with the library context of openssl.c. Owns the calls;
 * which key goes with which algorithm, and what form keys and signatures have, was judged before.
 */
#include "crypto/openssl_keys.h"

#include "base/err.h"
#include "crypto/openssl_table.h"

enum {
    ED448_POINT = 57,
    ED448_Y = 56,
    ED448_MINUS_D = 39081 /* RFC 8032 section 5.2 */
};

static EVP_PKEY *load(const struct signet_libcrypto *lib, struct signet_span spki)
{
    const uint8_t *at = spki.ptr;
    return lib->d2i_PUBKEY_ex(NULL, &at, (long)spki.len, lib->context, NULL);
}

static bool holds_key(const struct signet_libcrypto *lib, struct signet_span spki)
{
    EVP_PKEY *key = load(lib, spki);
    EVP_PKEY_CTX *ctx =
        key != NULL ? lib->EVP_PKEY_CTX_new_from_pkey(lib->context, key, NULL) : NULL;
    bool valid = ctx != NULL && lib->EVP_PKEY_public_check(ctx) == 1;
    lib->EVP_PKEY_CTX_free(ctx);
    lib->EVP_PKEY_free(key);
    return valid;
}

int signet_openssl_key(struct signet_span spki, struct signet_err *err)
{
    const struct signet_libcrypto *lib = NULL;
    int rc = signet_libcrypto(&lib, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    lib->ERR_set_mark();
    bool valid = holds_key(lib, spki);
    lib->ERR_pop_to_mark();
    return valid ? SIGNET_OK
                 : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                  "no valid public key: no point of its curve, or no product of "
                                  "two large primes; ask its owner for another key");
}

/* x^2 = (1 - y^2) / (1 - d y^2): there is such an x other than 0 if the product of both sides of
 * the fraction is a square other than 0 (RFC 8032 section 5.2.3). x = 0 has order 1 or 2, y = 0 has
 * order 4. */
static bool has_x(const struct signet_libcrypto *lib, BN_CTX *ctx, const uint8_t y_bytes[ED448_Y])
{
    uint8_t p_bytes[ED448_Y];
    memset(p_bytes, 0xff, sizeof(p_bytes)); /* 2^448 - 2^224 - 1 */
    p_bytes[ED448_Y / 2 - 1] = 0xfe;
    BIGNUM *p = lib->BN_CTX_get(ctx);
    BIGNUM *y = lib->BN_CTX_get(ctx);
    BIGNUM *one = lib->BN_CTX_get(ctx);
    BIGNUM *u = lib->BN_CTX_get(ctx);
    BIGNUM *v = lib->BN_CTX_get(ctx);
    return v != NULL && lib->BN_bin2bn(p_bytes, ED448_Y, p) != NULL &&
           lib->BN_bin2bn(y_bytes, ED448_Y, y) != NULL && lib->BN_cmp(y, p) < 0 &&
           lib->BN_is_zero(y) == 0 && lib->BN_set_word(one, 1) == 1 &&
           lib->BN_mod_sqr(u, y, p, ctx) == 1 && lib->BN_mod_sqr(v, y, p, ctx) == 1 &&
           lib->BN_mod_sub(u, one, u, p, ctx) == 1 && lib->BN_mul_word(v, ED448_MINUS_D) == 1 &&
           lib->BN_add_word(v, 1) == 1 && lib->BN_mod_mul(u, u, v, p, ctx) == 1 &&
           lib->BN_kronecker(u, p, ctx) == 1;
}

int signet_openssl_ed448(const uint8_t point[57], struct signet_err *err)
{
    uint8_t y[ED448_Y];
    const struct signet_libcrypto *lib = NULL;
    int rc = signet_libcrypto(&lib, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    BN_CTX *ctx = lib->BN_CTX_new_ex(lib->context);
    if (ctx == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < ED448_Y; i++) {
        y[i] = point[ED448_Y - 1 - i];
    }
    lib->BN_CTX_start(ctx);
    /* The last byte holds the sign of x and nothing else. */
    bool valid = (point[ED448_POINT - 1] & 0x7f) == 0 && has_x(lib, ctx, y);
    lib->BN_CTX_end(ctx);
    lib->BN_CTX_free(ctx);
    return valid ? SIGNET_OK
                 : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                  "no safe Ed448 public key: not a canonical point of the curve, "
                                  "or one of small order; ask its owner for another key");
}

/* Sets the padding of an RSA signature, if it is one other than that of PKCS #1 v1.5. */
static bool set_padding(const struct signet_libcrypto *lib,
                        EVP_PKEY_CTX *options,
                        const struct signet_openssl_scheme *scheme)
{
    return scheme->salt == 0 ||
           (lib->EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
            lib->EVP_PKEY_CTX_set_rsa_pss_saltlen(options, scheme->salt) == 1);
}

/* Readies ctx for one check under key. */
static bool prepare(const struct signet_libcrypto *lib,
                    EVP_MD_CTX *ctx,
                    EVP_PKEY *key,
                    const struct signet_openssl_scheme *scheme)
{
    EVP_PKEY_CTX *options = NULL; /* of ctx */
    if (ctx == NULL || key == NULL ||
        lib->EVP_DigestVerifyInit_ex(ctx, &options, scheme->digest, lib->context, NULL, key,
                                     NULL) != 1) {
        return false;
    }
    return set_padding(lib, options, scheme);
}

int signet_openssl_verify(struct signet_span spki,
                          const struct signet_openssl_scheme *scheme,
                          struct signet_span message,
                          struct signet_span signature)
{
    static const uint8_t empty = 0;
    const struct signet_libcrypto *lib = NULL;
    int rc = signet_libcrypto(&lib, NULL);
    if (rc != SIGNET_OK) {
        return SIGNET_E_INTERNAL;
    }
    lib->ERR_set_mark();
    EVP_PKEY *key = load(lib, spki);
    EVP_MD_CTX *ctx = lib->EVP_MD_CTX_new();
    if (!prepare(lib, ctx, key, scheme)) {
        rc = SIGNET_E_INTERNAL;
    } else if (lib->EVP_DigestVerify(ctx, signature.ptr, signature.len,
                                     message.len > 0 ? message.ptr : &empty, message.len) != 1) {
        rc = SIGNET_E_BAD_SIGNATURE;
    }
    lib->EVP_MD_CTX_free(ctx);
    lib->EVP_PKEY_free(key);
    lib->ERR_pop_to_mark();
    return rc;
}

/* Readies ctx for one check of a digest. MGF1 takes the digest of the signature. */
static bool prepare_digest(const struct signet_libcrypto *lib,
                           EVP_PKEY_CTX *ctx,
                           const EVP_MD *digest,
                           const struct signet_openssl_scheme *scheme)
{
    return ctx != NULL && digest != NULL && lib->EVP_PKEY_verify_init(ctx) == 1 &&
           set_padding(lib, ctx, scheme) && lib->EVP_PKEY_CTX_set_signature_md(ctx, digest) == 1;
}

int signet_openssl_verify_digest(struct signet_span spki,
                                 const struct signet_openssl_scheme *scheme,
                                 struct signet_span digest,
                                 struct signet_span signature)
{
    const struct signet_libcrypto *lib = NULL;
    int rc = signet_libcrypto(&lib, NULL);
    if (rc != SIGNET_OK) {
        return SIGNET_E_INTERNAL;
    }
    lib->ERR_set_mark();
    EVP_PKEY *key = load(lib, spki);
    EVP_MD *md = lib->EVP_MD_fetch(lib->context, scheme->digest, NULL);
    EVP_PKEY_CTX *ctx =
        key != NULL ? lib->EVP_PKEY_CTX_new_from_pkey(lib->context, key, NULL) : NULL;
    if (!prepare_digest(lib, ctx, md, scheme)) {
        rc = SIGNET_E_INTERNAL;
    } else if (lib->EVP_PKEY_verify(ctx, signature.ptr, signature.len, digest.ptr, digest.len) !=
               1) {
        rc = SIGNET_E_BAD_SIGNATURE;
    }
    lib->EVP_PKEY_CTX_free(ctx);
    lib->EVP_MD_free(md);
    lib->EVP_PKEY_free(key);
    lib->ERR_pop_to_mark();
    return rc;
}

int signet_openssl_certificate(struct signet_span der, struct signet_err *err)
{
    const uint8_t *at = der.ptr;
    const struct signet_libcrypto *lib = NULL;
    int rc = signet_libcrypto(&lib, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    X509 *certificate = lib->X509_new_ex(lib->context, NULL);
    if (certificate == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    lib->ERR_set_mark();
    bool read = lib->d2i_X509(&certificate, &at, (long)der.len) != NULL;
    lib->ERR_pop_to_mark();
    lib->X509_free(certificate); /* NULL if it could not be read */
    if (!read) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "expected an X.509 certificate in DER");
    }
    if (at != der.ptr + der.len) {
        return signet_err_at(err, SIGNET_E_MALFORMED, (uint64_t)(at - der.ptr),
                             "expected one X.509 certificate, found more behind it");
    }
    return SIGNET_OK;
}

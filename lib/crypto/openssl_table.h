/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of libcrypto that are used, as openssl.c finds them. For crypto/openssl*.c alone:
 * no other file sees types of OpenSSL.
 */
#ifndef SIGNET_CRYPTO_OPENSSL_TABLE_H
#define SIGNET_CRYPTO_OPENSSL_TABLE_H

#include <signet/err.h>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

/* Every function used; types come from OpenSSL's own headers. */
#define SIGNET_LIBCRYPTO_FUNCTIONS(X)                                                              \
    X(OPENSSL_init_crypto)                                                                         \
    X(OSSL_LIB_CTX_new)                                                                            \
    X(OSSL_LIB_CTX_free)                                                                           \
    X(ERR_set_mark)                                                                                \
    X(ERR_pop_to_mark)                                                                             \
    X(EVP_MD_fetch)                                                                                \
    X(EVP_MD_free)                                                                                 \
    X(EVP_MD_CTX_new)                                                                              \
    X(EVP_MD_CTX_free)                                                                             \
    X(EVP_DigestInit_ex2)                                                                          \
    X(EVP_DigestUpdate)                                                                            \
    X(EVP_DigestFinal_ex)                                                                          \
    X(EVP_DigestVerifyInit_ex)                                                                     \
    X(EVP_DigestVerify)                                                                            \
    X(EVP_PKEY_free)                                                                               \
    X(EVP_PKEY_CTX_new_from_pkey)                                                                  \
    X(EVP_PKEY_CTX_free)                                                                           \
    X(EVP_PKEY_CTX_set_rsa_padding)                                                                \
    X(EVP_PKEY_CTX_set_rsa_pss_saltlen)                                                            \
    X(EVP_PKEY_CTX_set_signature_md)                                                               \
    X(EVP_PKEY_verify_init)                                                                        \
    X(EVP_PKEY_verify)                                                                             \
    X(EVP_PKEY_public_check)                                                                       \
    X(d2i_PUBKEY_ex)                                                                               \
    X(X509_new_ex)                                                                                 \
    X(X509_free)                                                                                   \
    X(d2i_X509)                                                                                    \
    X(BN_CTX_new_ex)                                                                               \
    X(BN_CTX_free)                                                                                 \
    X(BN_CTX_start)                                                                                \
    X(BN_CTX_end)                                                                                  \
    X(BN_CTX_get)                                                                                  \
    X(BN_bin2bn)                                                                                   \
    X(BN_set_word)                                                                                 \
    X(BN_cmp)                                                                                      \
    X(BN_mul_word)                                                                                 \
    X(BN_add_word)                                                                                 \
    X(BN_is_zero)                                                                                  \
    X(BN_mod_sqr)                                                                                  \
    X(BN_mod_mul)                                                                                  \
    X(BN_mod_sub)                                                                                  \
    X(BN_kronecker)

#ifndef __cplusplus /* there a member cannot be named like the function it points to */
/** libcrypto, ready for use; the same for every thread. */
struct signet_libcrypto {
    OSSL_LIB_CTX *context; /* without configuration; everything is fetched with it */
    EVP_MD *sha384;
    EVP_MD *sha512;
#define SIGNET_LIBCRYPTO_FIELD(name) __typeof__ (&(name))(name);
    SIGNET_LIBCRYPTO_FUNCTIONS(SIGNET_LIBCRYPTO_FIELD)
#undef SIGNET_LIBCRYPTO_FIELD
};
#endif

struct signet_libcrypto;

/** Loads libcrypto if it is not loaded yet. *lib is set on success only. Returns SIGNET_OK,
 *  SIGNET_E_NOMEM or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_libcrypto(const struct signet_libcrypto **lib, struct signet_err *err);

#endif

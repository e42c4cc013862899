/* SPDX-License-Identifier: Apache-2.0
 *
 * libcrypto, opened on first need, and SHA-384 and SHA-512 (FIPS 180-4) of it. A library context of
 * its own keeps openssl.cnf out: no file or variable of the environment selects another
 * implementation, nothing changes for a program that uses OpenSSL itself, and start-up is shorter.
 */
#include "crypto/openssl.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/dl.h"
#include "base/err.h"
#include "crypto/openssl_table.h"

#ifndef SIGNET_LIBCRYPTO_PATH
#error "SIGNET_LIBCRYPTO_PATH: the build gives the absolute path of libcrypto"
#endif

struct signet_sha2 {
    const struct signet_libcrypto *lib;
    const EVP_MD *md;
    EVP_MD_CTX *ctx;
};

static const struct signet_dl_function functions[] = {
#define FUNCTION_ROW(name) {#name, offsetof(struct signet_libcrypto, name)},
    SIGNET_LIBCRYPTO_FUNCTIONS(FUNCTION_ROW)
#undef FUNCTION_ROW
};

static void forget_digests(void *table)
{
    struct signet_libcrypto *lib = table;
    lib->EVP_MD_free(lib->sha384);
    lib->EVP_MD_free(lib->sha512);
    lib->OSSL_LIB_CTX_free(lib->context);
}

static int fetch_digests(void *table, struct signet_err *err)
{
    struct signet_libcrypto *lib = table;
    /* Without this, a file that a variable names could put other code in the place of these
     * digests. */
    if (lib->OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "%s: cannot be started without configuration",
                              SIGNET_LIBCRYPTO_PATH);
    }
    lib->context = lib->OSSL_LIB_CTX_new();
    if (lib->context != NULL) {
        lib->sha384 = lib->EVP_MD_fetch(lib->context, "SHA2-384", NULL);
        lib->sha512 = lib->EVP_MD_fetch(lib->context, "SHA2-512", NULL);
    }
    if (lib->sha384 == NULL || lib->sha512 == NULL) {
        forget_digests(lib);
        return signet_err_set(err, SIGNET_E_INTERNAL, "%s: gives no SHA-384 or SHA-512",
                              SIGNET_LIBCRYPTO_PATH);
    }
    return SIGNET_OK;
}

int signet_libcrypto(const struct signet_libcrypto **lib, struct signet_err *err)
{
    static void *shared;
    static const struct signet_dl library = {
        .path = SIGNET_LIBCRYPTO_PATH,
        .need = "SHA-384, SHA-512 and keys other than Ed25519 need OpenSSL",
        .older = "OpenSSL 3.0 or newer",
        .functions = functions,
        .function_count = SIGNET_COUNT(functions),
        .table_size = sizeof(struct signet_libcrypto),
        .start = fetch_digests,
        .stop = forget_digests,
    };
    const void *table = NULL;
    int rc = signet_dl_get(&library, &shared, &table, err);
    *lib = table;
    return rc;
}

static const EVP_MD *find_md(const struct signet_libcrypto *lib, enum signet_digest_alg alg)
{
    switch (alg) {
    case SIGNET_DIGEST_SHA384:
        return lib->sha384;
    case SIGNET_DIGEST_SHA512:
        return lib->sha512;
    case SIGNET_DIGEST_NONE:
    case SIGNET_DIGEST_SHA256:
    case SIGNET_DIGEST_BLAKE2B:
    case SIGNET_DIGEST_BLAKE2B_256:
    case SIGNET_DIGEST_BLAKE2B_384:
    default:
        return NULL;
    }
}

static int start(struct signet_sha2 *sha2)
{
    return sha2->lib->EVP_DigestInit_ex2(sha2->ctx, sha2->md, NULL) == 1 ? SIGNET_OK
                                                                         : SIGNET_E_INTERNAL;
}

int signet_sha2_new(enum signet_digest_alg alg, struct signet_sha2 **sha2, struct signet_err *err)
{
    const struct signet_libcrypto *lib = NULL;
    int rc = signet_libcrypto(&lib, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const EVP_MD *md = find_md(lib, alg);
    if (md == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected SHA-384 or SHA-512");
    }
    struct signet_sha2 *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    made->lib = lib;
    made->md = md;
    made->ctx = lib->EVP_MD_CTX_new();
    if (made->ctx == NULL || start(made) != SIGNET_OK) {
        signet_sha2_free(made);
        return signet_err_set(err, SIGNET_E_INTERNAL, "libcrypto cannot start a digest");
    }
    *sha2 = made;
    return SIGNET_OK;
}

int signet_sha2_update(struct signet_sha2 *sha2, struct signet_span bytes)
{
    return sha2->lib->EVP_DigestUpdate(sha2->ctx, bytes.ptr, bytes.len) == 1 ? SIGNET_OK
                                                                             : SIGNET_E_INTERNAL;
}

int signet_sha2_final(struct signet_sha2 *sha2, uint8_t *out)
{
    unsigned len = 0;
    bool done = sha2->lib->EVP_DigestFinal_ex(sha2->ctx, out, &len) == 1;
    int rc = start(sha2);
    return done ? rc : SIGNET_E_INTERNAL;
}

void signet_sha2_free(struct signet_sha2 *sha2)
{
    if (sha2 != NULL) {
        sha2->lib->EVP_MD_CTX_free(sha2->ctx);
        free(sha2);
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A peer of the benchmarks: verifies one Ed25519 signature (RFC 8032) COUNT times, by signet's
 * check, by libsodium alone, or by OpenSSL.
 *
 * usage: bench_ed25519 signet|libsodium|openssl COUNT
 */
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/sigcheck.h"

struct signed_message {
    unsigned char key[crypto_sign_PUBLICKEYBYTES];
    unsigned char text[256];
    unsigned char signature[crypto_sign_BYTES];
};

static int make(struct signed_message *m)
{
    unsigned char seed[crypto_sign_SEEDBYTES] = {1};
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    memset(m, 0, sizeof(*m));
    return sodium_init() >= 0 && crypto_sign_seed_keypair(m->key, secret, seed) == 0 &&
           crypto_sign_detached(m->signature, NULL, m->text, sizeof(m->text), secret) == 0;
}

static int by_signet(const struct signed_message *m)
{
    struct signet_pubkey key = {.alg = SIGNET_KEY_ED25519, .len = sizeof(m->key)};
    memcpy(key.bytes, m->key, sizeof(m->key));
    return signet_sigcheck(&key, SIGNET_SIG_ED25519, signet_span_of(m->text, sizeof(m->text)),
                           signet_span_of(m->signature, sizeof(m->signature))) == SIGNET_OK;
}

static int by_libsodium(const struct signed_message *m)
{
    return crypto_sign_verify_detached(m->signature, m->text, sizeof(m->text), m->key) == 0;
}

static int by_openssl(const struct signed_message *m)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, m->key, sizeof(m->key));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int valid = key != NULL && context != NULL &&
                EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(context, m->signature, sizeof(m->signature), m->text,
                                 sizeof(m->text)) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return valid;
}

static const struct {
    const char *name;
    int (*verify)(const struct signed_message *m);
} ways[] = {{"signet", by_signet}, {"libsodium", by_libsodium}, {"openssl", by_openssl}};

int main(int argc, char **argv)
{
    struct signed_message m;
    long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    size_t way = 0;
    while (argc == 3 && way < sizeof(ways) / sizeof(ways[0]) &&
           strcmp(argv[1], ways[way].name) != 0) {
        way++;
    }
    if (count < 1 || way == sizeof(ways) / sizeof(ways[0]) || !make(&m)) {
        fprintf(stderr, "usage: bench_ed25519 signet|libsodium|openssl COUNT\n");
        return 2;
    }
    for (long i = 0; i < count; i++) {
        if (!ways[way].verify(&m)) {
            fprintf(stderr, "bench_ed25519: %s: a valid signature is refused\n", argv[1]);
            return 1;
        }
    }
    return 0;
}

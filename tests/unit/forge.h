/* SPDX-License-Identifier: Apache-2.0
 *
 * Signature files made for tests without the code under test: libsodium signs, the texts are put
 * together here. Keys are those of RFC 8032 section 7.1.
 */
#ifndef SIGNET_TESTS_FORGE_H
#define SIGNET_TESTS_FORGE_H

#include "check.h"

#include <signet/buf.h>
#include <signet/trusted_key.h>
#include <sodium.h>

/* Seeds of RFC 8032 section 7.1, tests 1 to 3. */
static const char *const forge_seeds[] = {
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
};

struct forge_key {
    uint8_t public_half[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
};

static inline struct forge_key forge_key(size_t number)
{
    struct forge_key key;
    uint8_t seed[crypto_sign_SEEDBYTES];
    assert_true(sodium_init() >= 0);
    assert_int_equal(sodium_hex2bin(seed, sizeof(seed), forge_seeds[number], 64, NULL, NULL, NULL),
                     0);
    assert_int_equal(crypto_sign_seed_keypair(key.public_half, key.secret, seed), 0);
    return key;
}

static inline struct signet_trusted_key forge_trusted(size_t number)
{
    struct signet_trusted_key trusted = {.uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE};
    struct forge_key key = forge_key(number);
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_pubkey_from_raw(signet_span_of(key.public_half, sizeof(key.public_half)),
                                    &trusted.key, &err),
             &err);
    trusted.name = "test key";
    return trusted;
}

static inline void forge_base64(struct signet_span bytes, char *out, size_t size)
{
    assert_non_null(
        sodium_bin2base64(out, size, bytes.ptr, bytes.len, sodium_base64_VARIANT_ORIGINAL));
}

/* Signs the DSSE encoding of payload; prehashed is Ed25519ph. */
static inline void forge_sign(size_t number,
                              const char *type,
                              const char *payload,
                              bool prehashed,
                              uint8_t sig[crypto_sign_BYTES])
{
    struct forge_key key = forge_key(number);
    size_t room = strlen(payload) + 200;
    char *pae = malloc(room);
    assert_non_null(pae);
    int len =
        snprintf(pae, room, "DSSEv1 %zu %s %zu %s", strlen(type), type, strlen(payload), payload);
    assert_true(len > 0 && (size_t)len < room);
    if (prehashed) {
        crypto_sign_state state;
        crypto_sign_init(&state);
        crypto_sign_update(&state, (const uint8_t *)pae, (unsigned long long)len);
        crypto_sign_final_create(&state, sig, NULL, key.secret);
    } else {
        crypto_sign_detached(sig, NULL, (const uint8_t *)pae, (unsigned long long)len, key.secret);
    }
    free(pae);
}

/* How to forge; zero-initialised is a bundle by key 0 without names. */
struct forge {
    const char *payload;
    const char *type; /* NULL: in-toto */
    const char *hint;
    const char *keyid;
    size_t key;
    const size_t *more_keys; /* DSSE: further signers, ended by SIZE_MAX */
    bool prehashed;
    bool dsse;
};

static inline void
forge_put_signature(struct signet_buf *out, const struct forge *how, size_t number)
{
    uint8_t sig[crypto_sign_BYTES];
    char text[128];
    const char *type = how->type != NULL ? how->type : "application/vnd.in-toto+json";
    forge_sign(number, type, how->payload, how->prehashed, sig);
    forge_base64(signet_span_of(sig, sizeof(sig)), text, sizeof(text));
    signet_buf_puts(out, "{\"sig\":\"");
    signet_buf_puts(out, text);
    signet_buf_puts(out, "\",\"keyid\":\"");
    signet_buf_puts(out, how->keyid != NULL ? how->keyid : "");
    signet_buf_puts(out, "\"}");
}

/* The text of a signature file; the caller frees it. */
static inline struct signet_buf forge(const struct forge *how)
{
    struct signet_buf out;
    const char *type = how->type != NULL ? how->type : "application/vnd.in-toto+json";
    size_t room = strlen(how->payload) * 2 + 16;
    char *payload = malloc(room);
    assert_non_null(payload);
    forge_base64(signet_span_str(how->payload), payload, room);
    signet_buf_init(&out, (size_t)1 << 24);
    if (!how->dsse) {
        signet_buf_puts(&out, "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
                              "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"");
        signet_buf_puts(&out, how->hint != NULL ? how->hint : "");
        signet_buf_puts(&out, "\"},\"tlogEntries\":[]},\"dsseEnvelope\":");
    }
    signet_buf_puts(&out, "{\"payload\":\"");
    signet_buf_puts(&out, payload);
    signet_buf_puts(&out, "\",\"payloadType\":\"");
    signet_buf_puts(&out, type);
    signet_buf_puts(&out, "\",\"signatures\":[");
    forge_put_signature(&out, how, how->key);
    for (size_t i = 0; how->more_keys != NULL && how->more_keys[i] != SIZE_MAX; i++) {
        signet_buf_putc(&out, ',');
        forge_put_signature(&out, how, how->more_keys[i]);
    }
    signet_buf_puts(&out, how->dsse ? "]}" : "]}}");
    assert_int_equal(out.status, SIGNET_OK);
    free(payload);
    return out;
}

/* text with the first occurrence of one string replaced by another; the caller frees it. */
static inline char *forge_replace(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    size_t before = (size_t)(at - text);
    size_t after = strlen(at + strlen(from));
    char *out = malloc(before + strlen(to) + after + 1);
    assert_non_null(out);
    memcpy(out, text, before);
    memcpy(out + before, to, strlen(to));
    memcpy(out + before + strlen(to), at + strlen(from), after + 1);
    return out;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Secret keys and signing with them (Ed25519, RFC 8032 section 5.1). Owns the guarded memory of a
 * key, which is out of reach but for the moment it is used; knows nothing of files and formats.
 */
#include "sign/seckey.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/err.h"
#include "crypto/sigcheck.h"
#include "crypto/sodium.h"
#include "sign/own.h"

struct signet_seckey {
    struct signet_pubkey public_half; /* always derived from the seed, never read from anywhere */
    uint8_t *bytes; /* seed, public half: as libsodium wants it; no access between uses */
};

/* Makes the secret bytes readable for a moment; close_bytes() ends it. */
static int open_bytes(const struct signet_seckey *key, struct signet_err *err)
{
    if (sodium_mprotect_readonly(key->bytes) != 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "the memory of the key cannot be opened");
    }
    return SIGNET_OK;
}

static void close_bytes(const struct signet_seckey *key)
{
    if (sodium_mprotect_noaccess(key->bytes) != 0) {
        return; /* one guard less; the key is wiped all the same */
    }
}

/* A key from seed, or from random bytes if seed is NULL. */
static int make(const uint8_t *seed, struct signet_seckey **key, struct signet_err *err)
{
    uint8_t public_bytes[SIGNET_ED25519_PUBLIC];
    int rc = signet_sodium_start(err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_seckey *made = calloc(1, sizeof(*made));
    if (made != NULL) {
        made->bytes = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    }
    if (made == NULL || made->bytes == NULL) {
        rc = signet_err_set(err, SIGNET_E_NOMEM, "no guarded memory for a key");
    } else {
        int failed = seed != NULL ? crypto_sign_seed_keypair(public_bytes, made->bytes, seed)
                                  : crypto_sign_keypair(public_bytes, made->bytes);
        rc = failed != 0
                 ? signet_err_set(err, SIGNET_E_INTERNAL, "libsodium cannot make a key")
                 : signet_pubkey_from_raw(signet_span_of(public_bytes, sizeof(public_bytes)),
                                          &made->public_half, err);
    }
    if (rc != SIGNET_OK) {
        signet_seckey_free(made);
        return rc;
    }
    close_bytes(made);
    *key = made;
    return SIGNET_OK;
}

int signet_seckey_generate(struct signet_seckey **key, struct signet_err *err)
{
    return make(NULL, key, err);
}

int signet_seckey_from_seed(const uint8_t seed[SIGNET_ED25519_SEED],
                            struct signet_seckey **key,
                            struct signet_err *err)
{
    return make(seed, key, err);
}

void signet_seckey_free(struct signet_seckey *key)
{
    if (key != NULL) {
        sodium_free(key->bytes); /* wipes, whatever the protection */
        free(key);
    }
}

const struct signet_pubkey *signet_seckey_public(const struct signet_seckey *key)
{
    return &key->public_half;
}

int signet_seckey_copy_seed(const struct signet_seckey *key,
                            uint8_t seed[SIGNET_ED25519_SEED],
                            struct signet_err *err)
{
    int rc = open_bytes(key, err);
    if (rc == SIGNET_OK) {
        memcpy(seed, key->bytes, SIGNET_ED25519_SEED);
        close_bytes(key);
    }
    return rc;
}

int signet_own_sign(const struct signet_seckey *key,
                    struct signet_span message,
                    uint8_t signature[SIGNET_ED25519_SIGNATURE],
                    struct signet_err *err)
{
    int rc = open_bytes(key, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    int failed = crypto_sign_detached(signature, NULL, message.ptr, message.len, key->bytes);
    close_bytes(key);
    return failed == 0 ? SIGNET_OK
                       : signet_err_set(err, SIGNET_E_INTERNAL,
                                        "libsodium made no signature; nothing was signed");
}

int signet_seckey_sign(const struct signet_seckey *key,
                       struct signet_span message,
                       uint8_t signature[SIGNET_ED25519_SIGNATURE],
                       struct signet_err *err)
{
    memset(signature, 0, SIGNET_ED25519_SIGNATURE);
    int rc = signet_own_sign(key, message, signature, err);
    if (rc == SIGNET_OK &&
        signet_sigcheck(&key->public_half, SIGNET_SIG_ED25519, message,
                        signet_span_of(signature, SIGNET_ED25519_SIGNATURE)) != SIGNET_OK) {
        rc = signet_err_set(err, SIGNET_E_INTERNAL,
                            "the signature just made does not verify; nothing was signed");
    }
    if (rc != SIGNET_OK) {
        memset(signature, 0, SIGNET_ED25519_SIGNATURE);
    }
    return rc;
}

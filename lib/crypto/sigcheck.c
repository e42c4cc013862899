/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature check: Ed25519 and Ed25519ph (RFC 8032 section 5.1) with the stricter rules of
 * sigcheck.h. Owns the verdict on one signature; knows nothing of envelopes and trust.
 */
#include "crypto/sigcheck.h"

#include <sodium.h>

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
    bool sound = key->alg == SIGNET_KEY_ED25519 && signature.len == SIGNET_ED25519_SIGNATURE &&
                 is_below_order(signature.ptr + HALF) &&
                 crypto_core_ed25519_is_valid_point(signature.ptr) == 1 &&
                 crypto_core_ed25519_is_valid_point(key->bytes) == 1;
    return sound ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE;
}

int signet_sigcheck_ed25519(const struct signet_pubkey *key,
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

int signet_sigcheck_ed25519ph(const struct signet_pubkey *key,
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

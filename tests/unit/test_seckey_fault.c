/* SPDX-License-Identifier: Apache-2.0
 *
 * sign/seckey when a signature comes out wrong, as by a fault of the machine: together with the
 * right one it would give the key away. libsodium's signing is replaced here by one that gives what
 * the test wants; right signatures are those of RFC 8032 section 7.1.
 */
#include "check.h"

#include <signet/seckey.h>
#include <sodium.h>

#include "rfc8032.h"
#include "sign/seckey.h"

static const uint8_t *answer; /* what signing gives, or NULL for a failure */

int crypto_sign_detached(unsigned char *sig,
                         unsigned long long *siglen_p,
                         const unsigned char *m,
                         unsigned long long mlen,
                         const unsigned char *sk)
{
    (void)siglen_p;
    (void)m;
    (void)mlen;
    (void)sk;
    if (answer == NULL) {
        return -1;
    }
    memcpy(sig, answer, SIGNET_ED25519_SIGNATURE);
    return 0;
}

static void a_wrong_signature_is_not_given_out(void **state)
{
    (void)state;
    static const uint8_t nothing[SIGNET_ED25519_SIGNATURE];
    struct rfc8032_vector v[5];
    struct signet_err err;
    struct signet_seckey *key = NULL;
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
    check_read_rfc8032("ed25519.tsv", v, 5);
    struct signet_span message = signet_span_of(v[2].message, v[2].message_len);
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_from_seed(v[2].seed, &key, &err), &err);
    answer = v[2].signature;
    CHECK_OK(signet_seckey_sign(key, message, signature, &err), &err);
    CHECK_BYTES(signature, v[2].signature, sizeof(signature));
    for (size_t bit = 0; bit < 8 * sizeof(signature); bit++) {
        v[2].signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
        signet_err_clear(&err);
        memset(signature, 0xFF, sizeof(signature));
        CHECK_CODE(signet_seckey_sign(key, message, signature, &err), SIGNET_E_INTERNAL);
        assert_string_equal(err.msg, "the signature just made does not verify; nothing was signed");
        CHECK_BYTES(signature, nothing, sizeof(signature));
        v[2].signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    answer = NULL;
    CHECK_CODE(signet_seckey_sign(key, message, signature, NULL), SIGNET_E_INTERNAL);
    CHECK_BYTES(signature, nothing, sizeof(signature));
    signet_seckey_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_signature_is_not_given_out),
    };
    return CHECK_RUN(tests);
}

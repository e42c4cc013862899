/* SPDX-License-Identifier: Apache-2.0
 *
 * sign/seckey when a signature comes out wrong, as by a fault of the machine: together with the
 * right one it would give the key away. libsodium's signing is replaced here by one that gives what
 * the test wants; right signatures are those of RFC 8032 section 7.1.
 */
#include "check.h"

#include <signet/io.h>
#include <signet/seckey.h>
#include <signet/sign.h>
#include <sodium.h>

#include "rfc8032.h"
#include "scratch.h"
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

/* Statements from 64 KiB on are signed while they are written; a short one is signed before. */
static void nor_does_its_file_appear(void **state)
{
    (void)state;
    static const size_t files[] = {1, 1000};
    answer = NULL;
    for (size_t i = 0; i < 2; i++) {
        struct scratch scratch;
        struct signet_err err;
        struct signet_artifact *artifact = NULL;
        struct signet_signing *signing = NULL;
        struct signet_seckey *key = NULL;
        struct signet_output *out = NULL;
        struct signet_verification *verification = NULL;
        const struct signet_sign_opts opts = {.size = sizeof(opts)};
        char path[512];
        char place[512];
        signet_err_clear(&err);
        scratch_open(&scratch);
        for (size_t j = 0; j < files[i]; j++) {
            char name[32];
            assert_true(snprintf(name, sizeof(name), "m/a-file-of-many-%zu", j) > 0);
            scratch_put(&scratch, name, "x");
        }
        scratch_path(&scratch, "s", place);
        CHECK_OK(signet_artifact_open(scratch_path(&scratch, "m", path), &artifact, &err), &err);
        CHECK_OK(signet_signing_new(artifact, &opts, &signing, &err), &err);
        assert_int_equal(signet_signing_statement(signing).len > 1 << 16, i == 1);
        CHECK_OK(signet_seckey_generate(&key, &err), &err);
        CHECK_OK(signet_output_open(place, 0644, false, &out, &err), &err);
        CHECK_CODE(signet_signing_finish(signing, key, "s", out, &verification, &err),
                   SIGNET_E_INTERNAL);
        assert_string_equal(err.msg, "libsodium made no signature; nothing was signed");
        assert_null(verification);
        signet_output_free(out);
        assert_int_equal(faccessat(scratch.fd, "s", F_OK, 0), -1);
        signet_seckey_free(key);
        signet_signing_free(signing);
        signet_artifact_close(artifact);
        scratch_close(&scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_signature_is_not_given_out),
        cmocka_unit_test(nor_does_its_file_appear),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * When and how libcrypto enters the process: not before SHA-384, SHA-512 or a key other than
 * Ed25519 is asked for, one library for all threads, and an error, never a verdict, if it cannot be
 * had. The order of the tests matters: a library that is loaded stays. Expected digests are of FIPS
 * 180-4.
 */
#include "check.h"

#include <signet/digest.h>
#include <sys/resource.h>

#include "base/compiler.h"
#include "base/pool.h"
#include "crypto/openssl.h"
#include "crypto/sigcheck.h"
#include "rfc8032.h"

/* The base point of P-256 (SP 800-186 section 3.2.1.3). */
#define P256_BASE                                                                                  \
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"                           \
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

static bool libcrypto_is_mapped(void)
{
    char line[4096];
    bool mapped = false;
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps) != NULL) {
        mapped = mapped || strstr(line, "libcrypto") != NULL;
    }
    assert_int_equal(fclose(maps), 0);
    return mapped;
}

/* SHA-256 and BLAKE2b, which code they take, keys, their names and signatures. */
static void common_work_does_not_load_libcrypto(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_digest digest;
    struct signet_digest_path path;
    struct signet_pubkey key;
    struct rfc8032_vector v[5];
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    signet_err_clear(&err);
    check_read_rfc8032("ed25519.tsv", v, SIGNET_COUNT(v));
    CHECK_OK(signet_digest_of(SIGNET_DIGEST_BLAKE2B, signet_span_str("abc"), &digest, &err), &err);
    CHECK_OK(signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_str("abc"), &digest, &err), &err);
    CHECK_OK(signet_digest_self_check(&path, &err), &err);
    CHECK_OK(signet_pubkey_from_raw(signet_span_of(v[1].key, 32), &key, &err), &err);
    assert_int_equal(signet_pubkey_match_hint(
                         &key, signet_span_str(signet_pubkey_fingerprint(&key, fingerprint))),
                     SIGNET_HINT_NAMES_KEY);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519,
                               signet_span_of(v[1].message, v[1].message_len),
                               signet_span_of(v[1].signature, 64)),
               SIGNET_OK);
    assert_false(libcrypto_is_mapped());
}

/* Without a descriptor to spare the library file cannot be opened. */
static void a_library_that_cannot_be_opened_is_an_error(void **state)
{
    (void)state;
    struct rlimit before;
    struct signet_err err;
    struct signet_hash *hash = NULL;
    struct signet_pubkey key;
    struct signet_pubkey made = {.alg = SIGNET_KEY_P256, .len = 65};
    uint8_t ones[64];
    memset(ones, 1, sizeof(ones));
    assert_int_equal(signet_hex_decode(signet_span_str(P256_BASE), made.bytes, 65), SIGNET_OK);
    struct signet_span base = signet_span_of(made.bytes, 65);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit none = {0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    signet_err_clear(&err);
    int new_code = signet_hash_new(SIGNET_DIGEST_SHA512, &hash, &err);
    int key_code = signet_pubkey_from_bits(SIGNET_KEY_P256, base, &key, NULL);
    int certificate_code = signet_pubkey_from_certificate(base, &key, NULL);
    int verdict = signet_sigcheck(&made, SIGNET_SIG_ES256, base, signet_span_of(ones, 64));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);

    CHECK_CODE(new_code, SIGNET_E_INTERNAL);
    CHECK_CODE(key_code, SIGNET_E_INTERNAL);
    CHECK_CODE(certificate_code, SIGNET_E_INTERNAL);
    CHECK_CODE(verdict, SIGNET_E_INTERNAL);
    assert_int_equal(key.alg, SIGNET_KEY_NONE);
    assert_null(hash);
    assert_non_null(strstr(err.msg, "keys other than Ed25519 need OpenSSL: /"));
    assert_false(libcrypto_is_mapped());
}

/* What needs no library gets its verdict without it: there is none that could be asked. */
static void what_does_not_fit_is_refused_without_a_library(void **state)
{
    (void)state;
    uint8_t ones[65];
    struct signet_pubkey key = {.alg = SIGNET_KEY_P256, .len = 65};
    memset(ones, 1, sizeof(ones));
    assert_int_equal(signet_hex_decode(signet_span_str(P256_BASE), key.bytes, 65), SIGNET_OK);
    struct signet_span message = signet_span_str("x");
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ES384, message, signet_span_of(ones, 64)),
               SIGNET_E_BAD_SIGNATURE);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519, message, signet_span_of(ones, 64)),
               SIGNET_E_BAD_SIGNATURE);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ES256, message, signet_span_of(ones, 63)),
               SIGNET_E_BAD_SIGNATURE);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ECDSA, message, signet_span_of(ones, 64)),
               SIGNET_E_BAD_SIGNATURE);
    CHECK_CODE(signet_pubkey_from_bits(SIGNET_KEY_P256, signet_span_of(key.bytes, 64), &key, NULL),
               SIGNET_E_MALFORMED);
    assert_false(libcrypto_is_mapped());
}

static int hash_abc(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    static const uint8_t start_of_abc[] = {0xdd, 0xaf, 0x35, 0xa1};
    struct signet_digest digest;
    (void)ctx;
    (void)index;
    (void)worker;
    int rc = signet_digest_of(SIGNET_DIGEST_SHA512, signet_span_str("abc"), &digest, err);
    if (rc == SIGNET_OK && memcmp(digest.bytes, start_of_abc, sizeof(start_of_abc)) != 0) {
        rc = SIGNET_E_MISMATCH;
    }
    return rc;
}

static void threads_share_one_library(void **state)
{
    (void)state;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_pool_run(4, 64, hash_abc, NULL, &err), &err);
    assert_true(libcrypto_is_mapped());
}

static void nothing_else_is_asked_for(void **state)
{
    (void)state;
    static const enum signet_digest_alg others[] = {SIGNET_DIGEST_SHA256, SIGNET_DIGEST_BLAKE2B};
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        struct signet_err err;
        struct signet_sha2 *sha2 = NULL;
        signet_err_clear(&err);
        CHECK_CODE(signet_sha2_new(others[i], &sha2, &err), SIGNET_E_UNSUPPORTED);
        assert_null(sha2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_work_does_not_load_libcrypto),
        cmocka_unit_test(a_library_that_cannot_be_opened_is_an_error),
        cmocka_unit_test(what_does_not_fit_is_refused_without_a_library),
        cmocka_unit_test(threads_share_one_library),
        cmocka_unit_test(nothing_else_is_asked_for),
    };
    return CHECK_RUN(tests);
}

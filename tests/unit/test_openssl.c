/* SPDX-License-Identifier: Apache-2.0
 *
 * When and how libcrypto enters the process: not before SHA-2 is asked for, one library for all
 * threads, and an error if it cannot be had. The order of the tests matters: a library that is
 * loaded stays. Expected digests are of FIPS 180-4.
 */
#include "check.h"

#include <signet/digest.h>
#include <sys/resource.h>

#include "base/compiler.h"
#include "base/pool.h"
#include "crypto/openssl.h"
#include "crypto/sigcheck.h"
#include "rfc8032.h"

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

/* BLAKE2b, keys, their names and signatures. */
static void small_work_does_not_load_libcrypto(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_digest digest;
    struct signet_pubkey key;
    struct rfc8032_vector v[5];
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    signet_err_clear(&err);
    check_read_rfc8032("ed25519.tsv", v, SIGNET_COUNT(v));
    CHECK_OK(signet_digest_of(SIGNET_DIGEST_BLAKE2B, signet_span_str("abc"), &digest, &err), &err);
    CHECK_OK(signet_pubkey_from_raw(signet_span_of(v[1].key, 32), &key, &err), &err);
    assert_int_equal(signet_pubkey_match_hint(
                         &key, signet_span_str(signet_pubkey_fingerprint(&key, fingerprint))),
                     SIGNET_HINT_NAMES_KEY);
    CHECK_CODE(signet_sigcheck_ed25519(&key, signet_span_of(v[1].message, v[1].message_len),
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
    struct signet_digest_path path;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit none = {0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    signet_err_clear(&err);
    int new_code = signet_hash_new(SIGNET_DIGEST_SHA256, &hash, &err);
    int check_code = signet_digest_self_check(&path, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);

    CHECK_CODE(new_code, SIGNET_E_INTERNAL);
    assert_null(hash);
    assert_non_null(strstr(err.msg, "SHA-2 needs OpenSSL: /"));
    CHECK_CODE(check_code, SIGNET_E_INTERNAL);
    assert_string_equal(path.library, "");
    assert_false(path.sha_in_use);
    assert_false(libcrypto_is_mapped());
}

static int hash_abc(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    static const uint8_t start_of_abc[] = {0xba, 0x78, 0x16, 0xbf};
    struct signet_digest digest;
    (void)ctx;
    (void)index;
    (void)worker;
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_str("abc"), &digest, err);
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

static void only_sha2_is_asked_for(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_sha2 *sha2 = NULL;
    signet_err_clear(&err);
    CHECK_CODE(signet_sha2_new(SIGNET_DIGEST_BLAKE2B, &sha2, &err), SIGNET_E_UNSUPPORTED);
    assert_null(sha2);
}

/* The processor's flags as the kernel lists them are the other opinion; valgrind emulates a
 * processor without these instructions. */
static void self_check_reports_the_path(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_digest_path path;
    char line[8192];
    bool listed = false;
    FILE *info = fopen("/proc/cpuinfo", "re");
    assert_non_null(info);
    while (fgets(line, sizeof(line), info) != NULL) {
        listed = listed || (strncmp(line, "flags", 5) == 0 && strstr(line, " sha_ni") != NULL);
    }
    assert_int_equal(fclose(info), 0);
    const char *preload = getenv("LD_PRELOAD");
    listed = listed && (preload == NULL || strstr(preload, "vgpreload") == NULL);
    signet_err_clear(&err);
    CHECK_OK(signet_digest_self_check(&path, &err), &err);
    assert_memory_equal(path.library, "OpenSSL 3.", 10);
    assert_int_equal(path.cpu_has_sha, listed);
    assert_int_equal(path.sha_in_use, listed && getenv("OPENSSL_ia32cap") == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_work_does_not_load_libcrypto),
        cmocka_unit_test(a_library_that_cannot_be_opened_is_an_error),
        cmocka_unit_test(threads_share_one_library),
        cmocka_unit_test(only_sha2_is_asked_for),
        cmocka_unit_test(self_check_reports_the_path),
    };
    return CHECK_RUN(tests);
}

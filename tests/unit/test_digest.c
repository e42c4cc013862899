/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests. Expected values are the examples of FIPS 180-4 (as NIST publishes them for "abc", the
 * 448-bit and the 896-bit message and a million "a") and of RFC 7693 appendix A, completed with
 * sha256sum, sha384sum, sha512sum and b2sum of coreutils; every short length is compared with
 * libsodium's own SHA-2.
 */
#include "check.h"

#include <signet/digest.h>
#include <sodium.h>

#include "base/compiler.h"
#include "crypto/sha256.h"

static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
static const char long_blocks[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                                  "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

static const enum signet_digest_alg all_algs[] = {
    SIGNET_DIGEST_SHA256,  SIGNET_DIGEST_SHA384,      SIGNET_DIGEST_SHA512,
    SIGNET_DIGEST_BLAKE2B, SIGNET_DIGEST_BLAKE2B_256, SIGNET_DIGEST_BLAKE2B_384};

struct vector {
    enum signet_digest_alg alg;
    const char *message; /* NULL stands for a million "a" */
    const char *hex;
};

static const struct vector vectors[] = {
    {SIGNET_DIGEST_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {SIGNET_DIGEST_SHA256, "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {SIGNET_DIGEST_SHA256, two_blocks,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {SIGNET_DIGEST_SHA256, long_blocks,
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {SIGNET_DIGEST_SHA256, NULL,
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {SIGNET_DIGEST_SHA384, "",
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
     "274edebfe76f65fbd51ad2f14898b95b"},
    {SIGNET_DIGEST_SHA384, "abc",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
     "8086072ba1e7cc2358baeca134c825a7"},
    {SIGNET_DIGEST_SHA384, long_blocks,
     "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
     "fcc7c71a557e2db966c3e9fa91746039"},
    {SIGNET_DIGEST_SHA384, NULL,
     "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
     "07b8b3dc38ecc4ebae97ddd87f3d8985"},
    {SIGNET_DIGEST_SHA512, "",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {SIGNET_DIGEST_SHA512, "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {SIGNET_DIGEST_SHA512, long_blocks,
     "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
     "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    {SIGNET_DIGEST_SHA512, NULL,
     "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
     "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"},
    {SIGNET_DIGEST_BLAKE2B, "",
     "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
     "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce"},
    {SIGNET_DIGEST_BLAKE2B, "abc",
     "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
     "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
    {SIGNET_DIGEST_BLAKE2B, NULL,
     "98fb3efb7206fd19ebf69b6f312cf7b64e3b94dbe1a17107913975a793f177e1"
     "d077609d7fba363cbba00d05f7aa4e4fa8715d6428104c0a75643b0ff3fd3eaf"},
    /* of b2sum (coreutils) and Python's hashlib */
    {SIGNET_DIGEST_BLAKE2B_256, "",
     "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {SIGNET_DIGEST_BLAKE2B_256, "abc",
     "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
    {SIGNET_DIGEST_BLAKE2B_256, NULL,
     "0741850f36cba4259628355d1073e24ddb9ca0e1bfac36fd39ae5dc2101e23a4"},
    {SIGNET_DIGEST_BLAKE2B_384, "",
     "b32811423377f52d7862286ee1a72ee540524380fda1724a6f25d7978c6fd324"
     "4a6caf0498812673c5e05ef583825100"},
    {SIGNET_DIGEST_BLAKE2B_384, "abc",
     "6f56a82c8e7ef526dfe182eb5212f7db9df1317e57815dbda46083fc30f54ee6"
     "c66ba83be64b302d7cba6ce15bb556f4"},
    {SIGNET_DIGEST_BLAKE2B_384, NULL,
     "92650b7746765a98701ec2077c3603127c62525c8543477c8519d6cc53ac5a9f"
     "0098ed56eb7aaf03ca50bfe046e7bba3"},
};

static void published_vectors(void **state)
{
    (void)state;
    char hex[SIGNET_DIGEST_HEX];
    struct signet_err err;
    signet_err_clear(&err);
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    for (size_t i = 0; i < SIGNET_COUNT(vectors); i++) {
        const struct vector *v = &vectors[i];
        struct signet_digest digest;
        struct signet_span message =
            v->message != NULL ? signet_span_str(v->message) : signet_span_of(million, 1000000);
        CHECK_OK(signet_digest_of(v->alg, message, &digest, &err), &err);
        assert_int_equal(digest.alg, v->alg);
        assert_int_equal(digest.len, signet_digest_size(v->alg));
        assert_string_equal(signet_digest_hex(&digest, hex), v->hex);
    }
    free(million);
}

/* Every length over several blocks, cut in two at a moving place, against libsodium's SHA-2; one
 * context for all, so a digest that leaks into the next shows. */
static void one_context_serves_all_lengths(void **state)
{
    (void)state;
    uint8_t message[400];
    uint8_t expected[SIGNET_DIGEST_MAX];
    struct signet_digest digest;
    struct signet_hash *sha256 = NULL;
    struct signet_hash *sha512 = NULL;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_hash_new(SIGNET_DIGEST_SHA256, &sha256, &err), &err);
    CHECK_OK(signet_hash_new(SIGNET_DIGEST_SHA512, &sha512, &err), &err);
    for (size_t len = 0; len < sizeof(message); len++) {
        message[len] = (uint8_t)(len * 7 + 3);
        size_t cut = len * 5 / 8;
        struct signet_span head = signet_span_of(message, cut);
        struct signet_span tail = signet_span_of(message + cut, len - cut);
        CHECK_CODE(signet_hash_update(sha256, head), SIGNET_OK);
        CHECK_CODE(signet_hash_update(sha256, tail), SIGNET_OK);
        CHECK_CODE(signet_hash_final(sha256, &digest), SIGNET_OK);
        crypto_hash_sha256(expected, message, len);
        CHECK_BYTES(digest.bytes, expected, 32);
        CHECK_CODE(signet_hash_update(sha512, head), SIGNET_OK);
        CHECK_CODE(signet_hash_update(sha512, tail), SIGNET_OK);
        CHECK_CODE(signet_hash_final(sha512, &digest), SIGNET_OK);
        crypto_hash_sha512(expected, message, len);
        CHECK_BYTES(digest.bytes, expected, 64);
    }
    signet_hash_free(sha256);
    signet_hash_free(sha512);
}

static void a_final_leaves_a_fresh_context(void **state)
{
    (void)state;
    struct signet_err err;
    signet_err_clear(&err);
    for (size_t i = 0; i < SIGNET_COUNT(all_algs); i++) {
        struct signet_hash *hash = NULL;
        struct signet_digest first;
        struct signet_digest empty;
        struct signet_digest second;
        CHECK_OK(signet_hash_new(all_algs[i], &hash, &err), &err);
        CHECK_CODE(signet_hash_update(hash, signet_span_str("abc")), SIGNET_OK);
        CHECK_CODE(signet_hash_final(hash, &first), SIGNET_OK);
        CHECK_CODE(signet_hash_final(hash, &empty), SIGNET_OK);
        CHECK_CODE(signet_hash_update(hash, signet_span_str("a")), SIGNET_OK);
        CHECK_CODE(signet_hash_update(hash, signet_span_of(NULL, 0)), SIGNET_OK);
        CHECK_CODE(signet_hash_update(hash, signet_span_str("bc")), SIGNET_OK);
        CHECK_CODE(signet_hash_final(hash, &second), SIGNET_OK);
        assert_true(signet_digest_eq(&first, &second));
        assert_false(signet_digest_eq(&first, &empty));
        signet_hash_free(hash);
    }
    signet_hash_free(NULL);
}

static void names_and_sizes(void **state)
{
    (void)state;
    static const char *const unknown[] = {"",           "SHA256", "sha-256", "sha256 ",   "sha25",
                                          "sha512/256", "none",   "blake2",  "blake2b512"};
    static const size_t sizes[] = {32, 48, 64, 64, 32, 48};
    static const char *const names[] = {"sha256",  "sha384",      "sha512",
                                        "blake2b", "blake2b-256", "blake2b-384"};
    for (size_t i = 0; i < SIGNET_COUNT(all_algs); i++) {
        assert_string_equal(signet_digest_name(all_algs[i]), names[i]);
        assert_int_equal(signet_digest_by_name(signet_span_str(names[i])), all_algs[i]);
        assert_int_equal(signet_digest_size(all_algs[i]), sizes[i]);
    }
    for (size_t i = 0; i < SIGNET_COUNT(unknown); i++) {
        assert_int_equal(signet_digest_by_name(signet_span_str(unknown[i])), SIGNET_DIGEST_NONE);
    }
    assert_string_equal(signet_digest_name(SIGNET_DIGEST_NONE), "none");
    assert_int_equal(signet_digest_size(SIGNET_DIGEST_NONE), 0);
    assert_int_equal(signet_digest_size((enum signet_digest_alg)7), 0);
}

static void equality_needs_algorithm_length_and_bytes(void **state)
{
    (void)state;
    struct signet_digest a = {SIGNET_DIGEST_SHA512, 64, {1, 2, 3}};
    struct signet_digest b = a;
    assert_true(signet_digest_eq(&a, &b));
    b.bytes[63] ^= 1;
    assert_false(signet_digest_eq(&a, &b));
    b = a;
    b.alg = SIGNET_DIGEST_BLAKE2B;
    assert_false(signet_digest_eq(&a, &b));
    b = a;
    b.len = 63;
    assert_false(signet_digest_eq(&a, &b));
    a.len = 0;
    b.len = 0;
    assert_false(signet_digest_eq(&a, &b));
}

static void unknown_algorithms_are_refused(void **state)
{
    (void)state;
    struct signet_hash *hash = NULL;
    struct signet_digest digest = {SIGNET_DIGEST_SHA256, 32, {1}};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_CODE(signet_hash_new(SIGNET_DIGEST_NONE, &hash, &err), SIGNET_E_UNSUPPORTED);
    assert_null(hash);
    assert_string_equal(err.msg, "digest algorithm 0: expected sha256, sha384, sha512 or blake2b");
    CHECK_CODE(signet_digest_of((enum signet_digest_alg)7, signet_span_str("abc"), &digest, &err),
               SIGNET_E_UNSUPPORTED);
    assert_int_equal(digest.len, 0);
    assert_int_equal(digest.alg, SIGNET_DIGEST_NONE);
}

/* test_sha256.c compares the path with the processor. */
static void the_self_check_names_the_path(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_digest_path path = {NULL, false};
    signet_err_clear(&err);
    CHECK_OK(signet_digest_self_check(&path, &err), &err);
    assert_string_equal(path.name, signet_sha256_path_name(SIGNET_SHA256_BEST));
    assert_int_equal(path.hardware, signet_sha256_best() != SIGNET_SHA256_PORTABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(one_context_serves_all_lengths),
        cmocka_unit_test(a_final_leaves_a_fresh_context),
        cmocka_unit_test(names_and_sizes),
        cmocka_unit_test(equality_needs_algorithm_length_and_bytes),
        cmocka_unit_test(unknown_algorithms_are_refused),
        cmocka_unit_test(the_self_check_names_the_path),
    };
    return CHECK_RUN(tests);
}

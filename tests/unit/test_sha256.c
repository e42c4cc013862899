/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256: each path that this machine has, against the vectors of NIST (sha256_check.h), against
 * OpenSSL and, for lengths that nobody hashes in a test, against the padding of libsodium.
 */
#include "check.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "base/compiler.h"
#include "sha256_check.h"

static const char vectors[] = SIGNET_SOURCE_DIR "/tests/vectors/crypto/sha256";

static const enum signet_sha256_path hardware[] = {SIGNET_SHA256_X86, SIGNET_SHA256_ARM};

static const enum signet_sha256_path every_path[] = {SIGNET_SHA256_PORTABLE, SIGNET_SHA256_BEST};

/* How many there are: without instructions for it, the portable path is the best one. */
static size_t count_paths(void)
{
    return signet_sha256_best() == SIGNET_SHA256_PORTABLE ? 1 : SIGNET_COUNT(every_path);
}

static void by_openssl(struct signet_span message, uint8_t digest[SIGNET_SHA256_BYTES])
{
    unsigned len = 0;
    assert_int_equal(EVP_Digest(message.ptr, message.len, digest, &len, EVP_sha256(), NULL), 1);
    assert_int_equal(len, SIGNET_SHA256_BYTES);
}

static void published_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < count_paths(); i++) {
        assert_true(sha256_check_examples(every_path[i]));
    }
}

static void cavp_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < count_paths(); i++) {
        assert_true(sha256_check_short(every_path[i], vectors));
        assert_true(sha256_check_monte(every_path[i], vectors));
    }
}

static void random_messages_as_openssl(void **state)
{
    (void)state;
    for (size_t i = 0; i < count_paths(); i++) {
        assert_true(sha256_check_random(every_path[i], by_openssl, 100000));
    }
}

static void pairs_of_any_fill_and_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < count_paths(); i++) {
        assert_true(sha256_check_pairs(every_path[i], by_openssl));
    }
}

/* Two streams need not take the same path, though then nothing is gained. */
static void a_pair_of_two_paths(void **state)
{
    (void)state;
    uint8_t message[1000];
    uint8_t expected[SIGNET_SHA256_BYTES];
    uint8_t digest[SIGNET_SHA256_BYTES];
    struct signet_sha256 sha[2];
    memset(message, 'x', sizeof(message));
    by_openssl(signet_span_of(message, sizeof(message)), expected);
    assert_true(signet_sha256_init(&sha[0], SIGNET_SHA256_BEST));
    assert_true(signet_sha256_init(&sha[1], SIGNET_SHA256_PORTABLE));
    signet_sha256_update_pair(&sha[0], signet_span_of(message, sizeof(message)), &sha[1],
                              signet_span_of(message, sizeof(message)));
    for (size_t i = 0; i < 2; i++) {
        signet_sha256_final(&sha[i], digest);
        CHECK_BYTES(digest, expected, sizeof(digest));
    }
}

/* Where streams and their copies part: nothing is shared between them. */
static void a_copy_goes_its_own_way(void **state)
{
    (void)state;
    static const char text[] =
        "It was the best of times, it was the worst of times, it was the age "
        "of wisdom, it was the age of foolishness";
    uint8_t expected[SIGNET_SHA256_BYTES];
    uint8_t digest[SIGNET_SHA256_BYTES];
    for (size_t i = 0; i < count_paths(); i++) {
        struct signet_sha256 whole;
        assert_true(signet_sha256_init(&whole, every_path[i]));
        for (size_t cut = 0; cut < sizeof(text); cut++) {
            struct signet_sha256 copy = whole;
            signet_sha256_final(&copy, digest);
            by_openssl(signet_span_of(text, cut), expected);
            CHECK_BYTES(digest, expected, sizeof(digest));
            signet_sha256_update(&copy, signet_span_str("elsewhere"));
            signet_sha256_update(&whole, signet_span_of(text + cut, 1));
        }
        signet_sha256_final(&whole, digest);
        by_openssl(signet_span_of(text, sizeof(text)), expected);
        CHECK_BYTES(digest, expected, sizeof(digest));
    }
}

/* A stream that claims to have had so many bytes, and gets 200 more in two pieces: libsodium, told
 * the same, agrees on the length that ends it. */
static void the_length_has_64_bits(void **state)
{
    (void)state;
    static const uint64_t before[] = {((uint64_t)1 << 29) - 128, ((uint64_t)1 << 32) - 64,
                                      ((uint64_t)1 << 32) - 128, ((uint64_t)1 << 35) - 64,
                                      ((uint64_t)1 << 61) - 256, (uint64_t)5 << 32};
    uint8_t message[200];
    uint8_t expected[SIGNET_SHA256_BYTES];
    uint8_t digest[SIGNET_SHA256_BYTES];
    memset(message, 'y', sizeof(message));
    for (size_t i = 0; i < SIGNET_COUNT(before); i++) {
        crypto_hash_sha256_state theirs;
        struct signet_sha256 sha[2];
        crypto_hash_sha256_init(&theirs);
        theirs.count = before[i] * 8;
        crypto_hash_sha256_update(&theirs, message, sizeof(message));
        crypto_hash_sha256_final(&theirs, expected);
        for (size_t j = 0; j < 2; j++) {
            assert_true(signet_sha256_init(&sha[j], every_path[j]));
            sha[j].bytes = before[i];
            signet_sha256_update(&sha[j], signet_span_of(message, 70));
        }
        struct signet_sha256 twin = sha[1];
        struct signet_span rest = signet_span_of(message + 70, sizeof(message) - 70);
        signet_sha256_update(&sha[0], rest);
        signet_sha256_update_pair(&sha[1], rest, &twin, rest);
        signet_sha256_final(&twin, digest);
        CHECK_BYTES(digest, expected, sizeof(digest));
        for (size_t j = 0; j < 2; j++) {
            signet_sha256_final(&sha[j], digest);
            CHECK_BYTES(digest, expected, sizeof(digest));
        }
    }
}

static bool line_has_word(const char *line, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = strstr(line, word); at != NULL; at = strstr(at + 1, word)) {
        if (at[-1] == ' ' && strchr(" \n", at[len]) != NULL) {
            return true;
        }
    }
    return false;
}

/* The path for the processor's flags as the kernel lists them: the other opinion. Valgrind emulates
 * a processor without these instructions. */
static enum signet_sha256_path path_of_machine(void)
{
    char line[8192];
    enum signet_sha256_path path = SIGNET_SHA256_PORTABLE;
    FILE *info = fopen("/proc/cpuinfo", "re");
    assert_non_null(info);
    while (fgets(line, sizeof(line), info) != NULL) {
        if (strncmp(line, "flags", 5) == 0 && line_has_word(line, "sha_ni") &&
            line_has_word(line, "ssse3") && line_has_word(line, "sse4_1")) {
            path = SIGNET_SHA256_X86;
        } else if (strncmp(line, "Features", 8) == 0 && line_has_word(line, "sha2")) {
            path = SIGNET_SHA256_ARM;
        }
    }
    assert_int_equal(fclose(info), 0);
    const char *preload = getenv("LD_PRELOAD");
    bool emulated = preload != NULL && strstr(preload, "vgpreload") != NULL;
    return emulated ? SIGNET_SHA256_PORTABLE : path;
}

static void the_best_path_is_that_of_the_processor(void **state)
{
    (void)state;
    struct signet_sha256 best;
    struct signet_sha256 named;
    enum signet_sha256_path path = path_of_machine();
    assert_int_equal(signet_sha256_best(), path);
    assert_true(signet_sha256_init(&best, SIGNET_SHA256_BEST));
    assert_true(signet_sha256_init(&named, path));
    assert_ptr_equal(best.ops, named.ops);
    assert_string_equal(signet_sha256_path_name(SIGNET_SHA256_BEST), signet_sha256_path_name(path));
    assert_true(signet_sha256_init(&named, SIGNET_SHA256_PORTABLE));
    assert_int_equal(best.ops == named.ops, path == SIGNET_SHA256_PORTABLE);
    assert_string_equal(signet_sha256_path_name(SIGNET_SHA256_PORTABLE), "portable code");
}

static void a_path_that_is_not_there_is_refused(void **state)
{
    (void)state;
    static const enum signet_sha256_path none[] = {(enum signet_sha256_path)4,
                                                   (enum signet_sha256_path)99};
    struct signet_sha256 sha;
    struct signet_sha256 before;
    size_t refused = 0;
    memset(&before, 0xa5, sizeof(before));
    for (size_t i = 0; i < SIGNET_COUNT(hardware) + SIGNET_COUNT(none); i++) {
        size_t past = i - SIGNET_COUNT(hardware);
        enum signet_sha256_path path = i < SIGNET_COUNT(hardware) ? hardware[i] : none[past];
        memcpy(&sha, &before, sizeof(sha));
        bool had = signet_sha256_init(&sha, path);
        assert_int_equal(had, path == path_of_machine());
        if (!had) {
            CHECK_BYTES(&sha, &before, sizeof(sha));
            assert_string_equal(signet_sha256_path_name(path), "none");
            refused++;
        }
    }
    assert_true(refused >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples),
        cmocka_unit_test(cavp_vectors),
        cmocka_unit_test(random_messages_as_openssl),
        cmocka_unit_test(pairs_of_any_fill_and_length),
        cmocka_unit_test(a_pair_of_two_paths),
        cmocka_unit_test(a_copy_goes_its_own_way),
        cmocka_unit_test(the_length_has_64_bits),
        cmocka_unit_test(the_best_path_is_that_of_the_processor),
        cmocka_unit_test(a_path_that_is_not_there_is_refused),
    };
    return CHECK_RUN(tests);
}

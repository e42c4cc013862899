/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 of streams beyond 2^32 bytes, where a counter that is too narrow would show: against the
 * long examples that NIST publishes in "SHA2_Additional.pdf", and against OpenSSL.
 */
#include "check.h"

#include <openssl/evp.h>

#include "base/compiler.h"
#include "sha256_check.h"

enum {
    PIECE = 1000003 /* no number of blocks, so that each block is cut now and then */
};

static const enum signet_sha256_path every_path[] = {SIGNET_SHA256_PORTABLE, SIGNET_SHA256_BEST};

static const struct sha256_example long_examples[] = {
    {"Z", 1, 0x20000000, "15a1868c12cc53951e182344277447cd0979536badcc512ad24c67e9b2d4f3dd"},
    {"\0", 1, 0x41000000, "461c19a93bd4344f9215f5ec64357090342bc66b15a148317d276e31cbc20b53"},
    {"B", 1, 0x6000003e, "c23ce8a7895f4b21ec0daf37920ac0a262a220045a03eb2dfed48ef9b05aabea"},
};

static uint8_t *make_piece(void)
{
    uint8_t *piece = malloc(PIECE);
    assert_non_null(piece);
    return piece;
}

static size_t piece_before(uint64_t end, uint64_t at)
{
    return end - at < PIECE ? (size_t)(end - at) : PIECE;
}

static void published_long_examples(void **state)
{
    (void)state;
    uint8_t *piece = make_piece();
    for (size_t i = 0; i < SIGNET_COUNT(long_examples) * SIGNET_COUNT(every_path); i++) {
        const struct sha256_example *example = &long_examples[i / SIGNET_COUNT(every_path)];
        struct signet_sha256 sha;
        uint8_t digest[SIGNET_SHA256_BYTES];
        assert_true(signet_sha256_init(&sha, every_path[i % SIGNET_COUNT(every_path)]));
        memset(piece, example->unit[0], PIECE);
        for (size_t at = 0; at < example->count; at += PIECE) {
            signet_sha256_update(&sha, signet_span_of(piece, piece_before(example->count, at)));
        }
        signet_sha256_final(&sha, digest);
        assert_true(sha256_is(digest, example->hex));
    }
    free(piece);
}

/* One stream, and beside it a shorter one that ends behind 2^32 bytes, too. */
static void five_gibibytes_as_openssl(void **state)
{
    (void)state;
    static const uint64_t end[2] = {(uint64_t)5 << 30, ((uint64_t)1 << 32) + 77};
    uint64_t random = 0xfeedface;
    uint8_t *piece = make_piece();
    sha256_random_bytes(&random, piece, PIECE);
    for (size_t i = 0; i < SIGNET_COUNT(every_path); i++) {
        struct signet_sha256 sha[2];
        EVP_MD_CTX *theirs[2] = {EVP_MD_CTX_new(), EVP_MD_CTX_new()};
        for (size_t j = 0; j < 2; j++) {
            assert_true(signet_sha256_init(&sha[j], every_path[i]));
            assert_int_equal(EVP_DigestInit_ex(theirs[j], EVP_sha256(), NULL), 1);
        }
        for (uint64_t at = 0; at < end[0]; at += PIECE) {
            struct signet_span pieces[2];
            piece[(at >> 20) % PIECE] ^= 1; /* no two pieces are alike */
            for (size_t j = 0; j < 2; j++) {
                pieces[j] = signet_span_of(piece, at < end[j] ? piece_before(end[j], at) : 0);
                assert_int_equal(EVP_DigestUpdate(theirs[j], pieces[j].ptr, pieces[j].len), 1);
            }
            signet_sha256_update_pair(&sha[0], pieces[0], &sha[1], pieces[1]);
        }
        for (size_t j = 0; j < 2; j++) {
            uint8_t expected[SIGNET_SHA256_BYTES];
            uint8_t digest[SIGNET_SHA256_BYTES];
            assert_int_equal(EVP_DigestFinal_ex(theirs[j], expected, NULL), 1);
            signet_sha256_final(&sha[j], digest);
            CHECK_BYTES(digest, expected, sizeof(digest));
            EVP_MD_CTX_free(theirs[j]);
        }
    }
    free(piece);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_long_examples),
        cmocka_unit_test(five_gibibytes_as_openssl),
    };
    return CHECK_RUN(tests);
}

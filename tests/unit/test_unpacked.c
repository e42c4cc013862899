/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/unpacked: digests of files that come in runs, on one thread and on two. Expected digests
 * are libsodium's over the same bytes in one piece.
 */
#include "check.h"

#include <sodium.h>

#include "artifact/unpacked.h"

enum {
    FILES = 60,
    LARGEST = 400000
};

/* Around what goes to the other thread, around its chunks, and empty. */
static size_t size_of(size_t number)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, LARGEST, 100, 0, 200001};
    return sizes[number % (sizeof(sizes) / sizeof(sizes[0]))];
}

static void fill(uint8_t *bytes, size_t number)
{
    for (size_t i = 0; i < size_of(number); i++) {
        bytes[i] = (uint8_t)(i * 31 + number * 7 + i / 251);
    }
}

static void put_files(struct signet_unpacked *unpacked, uint8_t *bytes, uint64_t first[FILES])
{
    struct signet_err err;
    signet_err_clear(&err);
    for (size_t i = 0; i < FILES; i++) {
        size_t run = i % 3 == 0 ? 10000 : i % 3 == 1 ? 65536 : 1000000;
        fill(bytes, i);
        CHECK_OK(signet_unpacked_begin(unpacked, size_of(i), &first[i], &err), &err);
        for (size_t at = 0; at < size_of(i); at += run) {
            size_t len = size_of(i) - at < run ? size_of(i) - at : run;
            CHECK_OK(signet_unpacked_put(unpacked, signet_span_of(bytes + at, len), &err), &err);
        }
    }
    CHECK_OK(signet_unpacked_finish(unpacked, &err), &err);
}

static void check_file(const struct signet_unpacked *unpacked,
                       uint8_t *bytes,
                       size_t number,
                       uint64_t first,
                       uint64_t shard_size)
{
    size_t size = size_of(number);
    uint8_t expected[64];
    fill(bytes, number);
    if (shard_size == 0) {
        crypto_hash_sha256(expected, bytes, size);
        CHECK_BYTES(signet_unpacked_digest(unpacked, first, true), expected, 32);
        return;
    }
    for (size_t at = 0; at < size; at += (size_t)shard_size, first++) {
        size_t len = size - at < shard_size ? size - at : (size_t)shard_size;
        crypto_hash_sha256(expected, bytes + at, len);
        CHECK_BYTES(signet_unpacked_digest(unpacked, first, false), expected, 32);
    }
}

static void every_file_gets_its_own_digests(void **state)
{
    (void)state;
    static const uint64_t shard_sizes[] = {0, 65536, 1000, LARGEST, UINT64_MAX};
    uint8_t *bytes = malloc(LARGEST);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof(shard_sizes) / sizeof(shard_sizes[0]); i++) {
        for (int beside = 0; beside < 2; beside++) {
            uint64_t first[FILES];
            struct signet_unpacked *unpacked = NULL;
            struct signet_err err;
            signet_err_clear(&err);
            CHECK_OK(signet_unpacked_new(SIGNET_DIGEST_SHA256, shard_sizes[i], beside == 1,
                                         &unpacked, &err),
                     &err);
            put_files(unpacked, bytes, first);
            for (size_t j = 0; j < FILES; j++) {
                check_file(unpacked, bytes, j, first[j], shard_sizes[i]);
            }
            signet_unpacked_free(unpacked);
        }
    }
    free(bytes);
}

static void another_algorithm_goes_along(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGEST);
    assert_non_null(bytes);
    for (int beside = 0; beside < 2; beside++) {
        uint64_t first[FILES];
        struct signet_unpacked *unpacked = NULL;
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_OK(signet_unpacked_new(SIGNET_DIGEST_BLAKE2B, 0, beside == 1, &unpacked, &err), &err);
        put_files(unpacked, bytes, first);
        for (size_t j = 0; j < FILES; j++) {
            uint8_t expected[64];
            fill(bytes, j);
            assert_int_equal(crypto_generichash_blake2b(expected, 64, bytes, size_of(j), NULL, 0),
                             0);
            CHECK_BYTES(signet_unpacked_digest(unpacked, first[j], false), expected, 64);
            check_file(unpacked, bytes, j, first[j], 0);
        }
        signet_unpacked_free(unpacked);
    }
    free(bytes);
}

/* Left in the middle of a file, as when an archive turns out to be damaged. */
static void it_may_be_left_at_any_point(void **state)
{
    (void)state;
    static const uint8_t bytes[100000];
    for (size_t len = 0; len <= sizeof(bytes); len += 20000) {
        struct signet_unpacked *unpacked = NULL;
        struct signet_err err;
        uint64_t first = 0;
        signet_err_clear(&err);
        CHECK_OK(signet_unpacked_new(SIGNET_DIGEST_SHA256, 0, true, &unpacked, &err), &err);
        CHECK_OK(signet_unpacked_begin(unpacked, sizeof(bytes), &first, &err), &err);
        CHECK_OK(signet_unpacked_put(unpacked, signet_span_of(bytes, len), &err), &err);
        signet_unpacked_free(unpacked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_gets_its_own_digests),
        cmocka_unit_test(another_algorithm_goes_along),
        cmocka_unit_test(it_may_be_left_at_any_point),
    };
    assert_true(sodium_init() >= 0);
    return CHECK_RUN(tests);
}

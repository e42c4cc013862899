/* SPDX-License-Identifier: Apache-2.0
 *
 * sign/digest_cache: the bytes as its header describes them, put together here by hand, and that
 * nothing else is read. SHA-256 is libsodium's.
 */
#include "check.h"

#include <sodium.h>

#include "sign/digest_cache.h"

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"
#define OTHER_BOOT "01234567-89ab-cdef-0123-456789abcdee"

enum {
    HEAD = 61,
    RECORD = 81,
    TAIL = 32,
    ROOM = HEAD + 4 * RECORD + TAIL
};

static struct stat stat_of(uint64_t inode)
{
    struct stat st;
    memset(&st, 0, sizeof(st));
    st.st_dev = 0x0102;
    st.st_ino = inode;
    st.st_size = 0x030405;
    st.st_mtim = (struct timespec){0x06070809, 0x0a0b0c0d};
    st.st_ctim = (struct timespec){0x0e0f1011, 0x12131415};
    return st;
}

static const uint8_t state_of_7[48] = {0,  0,  0,  0,  0, 0, 1, 2, 0,  0,  0,  0,  0,  0,  0,  7,
                                       0,  0,  0,  0,  0, 3, 4, 5, 0,  0,  0,  0,  6,  7,  8,  9,
                                       10, 11, 12, 13, 0, 0, 0, 0, 14, 15, 16, 17, 18, 19, 20, 21};

/* A text of that many records, for inodes 7, 8, …, as digests bytes 1, 2, …; returns its length. */
static size_t compose(uint8_t out[ROOM], size_t count)
{
    memcpy(out, "signet-digests/2\n" BOOT "\0\0\0\0\0\0\0", HEAD);
    out[HEAD - 1] = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        uint8_t *record = out + HEAD + i * RECORD;
        memcpy(record, state_of_7, sizeof(state_of_7));
        record[15] = (uint8_t)(7 + i);
        memset(record + 48, (int)i + 1, 33);
    }
    size_t len = HEAD + count * RECORD;
    crypto_hash_sha256(out + len, out, len);
    return len + TAIL;
}

/* Makes the last bytes fit again. */
static void seal(uint8_t *bytes, size_t len)
{
    crypto_hash_sha256(bytes + len - TAIL, bytes, len - TAIL);
}

static int open_as(const uint8_t *bytes, size_t len, const char *boot)
{
    struct signet_err err;
    struct signet_span records = signet_span_of(NULL, 0);
    signet_err_clear(&err);
    int rc = signet_digest_cache_open(signet_span_of(bytes, len), boot, &records, &err);
    assert_int_equal(rc == SIGNET_OK, records.ptr == bytes + HEAD);
    assert_int_equal(rc, err.code);
    if (rc == SIGNET_E_MALFORMED) {
        assert_string_equal(err.msg, "damaged, or of another version");
    }
    return rc;
}

static int open_it(const uint8_t *bytes, size_t len)
{
    return open_as(bytes, len, BOOT);
}

static void a_state_is_written_as_described(void **state)
{
    (void)state;
    struct stat st = stat_of(7);
    uint8_t found[SIGNET_FILE_STATE];
    assert_int_equal(sizeof(found), sizeof(state_of_7));
    signet_file_state(&st, found);
    CHECK_BYTES(found, state_of_7, sizeof(found));
}

static void what_is_sealed_is_as_described(void **state)
{
    (void)state;
    static const uint8_t order[] = {9, 7, 9, 0, 8};
    uint8_t expected[ROOM];
    uint8_t block[HEAD + sizeof(order) * RECORD + TAIL];
    struct signet_err err;
    size_t len = 0;
    memset(block, 0xee, sizeof(block));
    for (size_t i = 0; i < sizeof(order); i++) {
        struct stat st = stat_of(order[i]);
        signet_file_state(&st, block + HEAD + i * RECORD);
        memset(block + HEAD + i * RECORD + 48, order[i] - 6, 33);
    }
    signet_err_clear(&err);
    CHECK_OK(signet_digest_cache_seal(block, sizeof(order), BOOT, &len, &err), &err);
    assert_int_equal(len, compose(expected, 3));
    CHECK_BYTES(block, expected, len);
    CHECK_OK(signet_digest_cache_seal(block, 0, BOOT, &len, &err), &err);
    assert_int_equal(len, compose(expected, 0));
    CHECK_BYTES(block, expected, len);
}

static void whole_texts_are_read(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    for (size_t count = 0; count <= 4; count++) {
        CHECK_CODE(open_it(bytes, compose(bytes, count)), SIGNET_OK);
    }
}

static void every_bit_matters(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    size_t len = compose(bytes, 2);
    for (size_t at = 0; at < len; at++) {
        bool in_boot = at >= 17 && at < 17 + 36;
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1U << bit);
            CHECK_CODE(open_it(bytes, len), in_boot ? SIGNET_E_STALE : SIGNET_E_MALFORMED);
            bytes[at] ^= (uint8_t)(1U << bit);
        }
    }
    CHECK_CODE(open_it(bytes, len), SIGNET_OK);
}

static void so_does_the_length(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    size_t len = compose(bytes, 2);
    for (size_t cut = 0; cut < len; cut++) {
        CHECK_CODE(open_it(bytes, cut), SIGNET_E_MALFORMED);
    }
    CHECK_CODE(open_it(bytes, len + 1), SIGNET_E_MALFORMED);
    CHECK_CODE(open_it(bytes, len), SIGNET_OK);
}

/* The count and the order are wrong, and the last bytes fit. */
static void a_fitting_sum_is_not_enough(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    size_t len = compose(bytes, 3);
    bytes[HEAD - 1] = 2;
    seal(bytes, len);
    CHECK_CODE(open_it(bytes, len), SIGNET_E_MALFORMED);
    bytes[HEAD - 1] = 3;
    seal(bytes, len);
    CHECK_CODE(open_it(bytes, len), SIGNET_OK);
    for (uint8_t inode = 7; inode <= 10; inode++) { /* of the last record: 7, 8, 9, 10 */
        bytes[HEAD + 2 * RECORD + 15] = inode;
        seal(bytes, len);
        CHECK_CODE(open_it(bytes, len), inode <= 8 ? SIGNET_E_MALFORMED : SIGNET_OK);
    }
    bytes[15] = '1'; /* of another version */
    seal(bytes, len);
    CHECK_CODE(open_it(bytes, len), SIGNET_E_MALFORMED);
}

/* Device numbers and clocks of another run mean something else. */
static void another_run_is_told_apart(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    size_t len = compose(bytes, 2);
    CHECK_CODE(open_as(bytes, len, OTHER_BOOT), SIGNET_E_STALE);
    CHECK_CODE(open_as(bytes, len, BOOT), SIGNET_OK);
}

static void only_the_same_state_is_found(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    uint8_t wanted[SIGNET_FILE_STATE];
    struct signet_err err;
    struct signet_span records = signet_span_of(NULL, 0);
    size_t len = compose(bytes, 4);
    signet_err_clear(&err);
    assert_null(signet_digest_cache_find(records, state_of_7));
    CHECK_OK(signet_digest_cache_open(signet_span_of(bytes, len), BOOT, &records, &err), &err);
    for (uint8_t i = 0; i < 4; i++) {
        struct stat st = stat_of(7U + i);
        signet_file_state(&st, wanted);
        assert_ptr_equal(signet_digest_cache_find(records, wanted), bytes + HEAD + i * RECORD);
    }
    for (size_t at = 0; at < sizeof(wanted); at++) {
        memcpy(wanted, state_of_7, sizeof(wanted));
        wanted[at] ^= 0x40;
        assert_null(signet_digest_cache_find(records, wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_is_written_as_described),
        cmocka_unit_test(what_is_sealed_is_as_described),
        cmocka_unit_test(whole_texts_are_read),
        cmocka_unit_test(every_bit_matters),
        cmocka_unit_test(so_does_the_length),
        cmocka_unit_test(a_fitting_sum_is_not_enough),
        cmocka_unit_test(another_run_is_told_apart),
        cmocka_unit_test(only_the_same_state_is_found),
    };
    assert_true(sodium_init() >= 0);
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets, secret keys and signing. Public halves and signatures are those of RFC 8032 section 7.1.
 */
#include "check.h"

#include <signet/seckey.h>

#include "base/compiler.h"
#include "crypto/sigcheck.h"
#include "memory.h"
#include "rfc8032.h"
#include "sign/seckey.h"

static void rfc8032_signatures_are_made(void **state)
{
    (void)state;
    struct rfc8032_vector v[5];
    check_read_rfc8032("ed25519.tsv", v, SIGNET_COUNT(v));
    for (size_t i = 0; i < SIGNET_COUNT(v); i++) {
        struct signet_err err;
        struct signet_seckey *key = NULL;
        uint8_t signature[SIGNET_ED25519_SIGNATURE];
        signet_err_clear(&err);
        CHECK_OK(signet_seckey_from_seed(v[i].seed, &key, &err), &err);
        assert_int_equal(signet_seckey_public(key)->alg, SIGNET_KEY_ED25519);
        CHECK_BYTES(signet_seckey_public(key)->bytes, v[i].key, 32);
        CHECK_OK(signet_seckey_sign(key, signet_span_of(v[i].message, v[i].message_len), signature,
                                    &err),
                 &err);
        CHECK_BYTES(signature, v[i].signature, 64);
        signet_seckey_free(key);
    }
    signet_seckey_free(NULL);
}

static void generated_keys_differ_and_sign(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_seckey *keys[2] = {NULL, NULL};
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
    struct signet_span message = signet_span_str("message");
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_generate(&keys[0], &err), &err);
    CHECK_OK(signet_seckey_generate(&keys[1], &err), &err);
    assert_false(signet_pubkey_eq(signet_seckey_public(keys[0]), signet_seckey_public(keys[1])));
    CHECK_OK(signet_seckey_sign(keys[0], message, signature, &err), &err);
    CHECK_CODE(signet_sigcheck(signet_seckey_public(keys[0]), SIGNET_SIG_ED25519, message,
                               signet_span_of(signature, 64)),
               SIGNET_OK);
    CHECK_CODE(signet_sigcheck(signet_seckey_public(keys[1]), SIGNET_SIG_ED25519, message,
                               signet_span_of(signature, 64)),
               SIGNET_E_BAD_SIGNATURE);
    signet_seckey_free(keys[0]);
    signet_seckey_free(keys[1]);
}

/* ---- where a seed lies in memory ---- */

/* While a key waits, and after it is gone, no readable memory holds its seed; the copy that the
 * test itself makes is found, so the search works. */
static void no_copy_of_a_seed_lies_about(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_seckey *key = NULL;
    struct signet_seckey *again = NULL;
    struct signet_secret *text = NULL;
    struct signet_secret *copy = NULL;
    uint8_t masked[32];
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_generate(&key, &err), &err);
    CHECK_OK(signet_secret_new(32, &copy, &err), &err);
    CHECK_OK(signet_secret_append(copy, signet_span_of("00000000000000000000000000000000", 32)),
             &err);
    uint8_t *seed = (uint8_t *)(uintptr_t)signet_secret_span(copy).ptr;
    CHECK_OK(signet_seckey_copy_seed(key, seed, &err), &err);
    for (size_t i = 0; i < 32; i++) {
        masked[i] = (uint8_t)(seed[i] ^ MEMORY_MASK);
    }
    assert_true(memory_has(masked));
    signet_secret_free(copy);
    assert_false(memory_has(masked));
    CHECK_OK(signet_seckey_sign(key, signet_span_str("message"), signature, &err), &err);
    assert_false(memory_has(masked));
    CHECK_OK(signet_seckey_write(key, NULL, &text, &err), &err);
    CHECK_OK(signet_seckey_read(signet_secret_span(text), NULL, NULL, &again, &err), &err);
    assert_false(memory_has(masked));
    signet_secret_free(text);
    signet_seckey_free(key);
    signet_seckey_free(again);
    assert_false(memory_has(masked));
}

/* ---- secrets ---- */

static void a_secret_has_the_room_it_was_given(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_secret_new(5, &secret, &err), &err);
    CHECK_SPAN(signet_secret_span(secret), "");
    CHECK_CODE(signet_secret_append(secret, signet_span_str("abc")), SIGNET_OK);
    CHECK_CODE(signet_secret_append(secret, signet_span_of(NULL, 0)), SIGNET_OK);
    CHECK_CODE(signet_secret_append(secret, signet_span_str("def")), SIGNET_E_LIMIT);
    CHECK_SPAN(signet_secret_span(secret), "abc");
    CHECK_CODE(signet_secret_append(secret, signet_span_of("d", SIZE_MAX)), SIGNET_E_LIMIT);
    CHECK_CODE(signet_secret_append(secret, signet_span_str("de")), SIGNET_OK);
    CHECK_SPAN(signet_secret_span(secret), "abcde");
    signet_secret_free(secret);
    CHECK_OK(signet_secret_new(0, &secret, &err), &err);
    CHECK_CODE(signet_secret_append(secret, signet_span_str("a")), SIGNET_E_LIMIT);
    signet_secret_free(secret);
    signet_secret_free(NULL);
    CHECK_CODE(signet_secret_new(SIZE_MAX, &secret, &err), SIGNET_E_NOMEM);
}

static void one_line_end_is_taken_off(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},       {"\n", ""},         {"\r\n", ""},      {"\r", "\r"},   {"a", "a"},
        {"a\n", "a"},   {"a\r\n", "a"},     {"a\n\n", "a\n"},  {"a\r", "a\r"}, {"a \n", "a "},
        {"\na", "\na"}, {"a\nb\n", "a\nb"}, {"a\r\r\n", "a\r"}};
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_err err;
        struct signet_secret *secret = NULL;
        signet_err_clear(&err);
        CHECK_OK(signet_secret_new(8, &secret, &err), &err);
        CHECK_CODE(signet_secret_append(secret, signet_span_str(rows[i][0])), SIGNET_OK);
        signet_secret_chomp(secret);
        CHECK_SPAN(signet_secret_span(secret), rows[i][1]);
        signet_secret_free(secret);
    }
}

static int read_through_pipe(const char *text,
                             size_t capacity,
                             struct signet_secret **secret,
                             struct signet_err *err)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    assert_int_equal(close(ends[1]), 0);
    signet_err_clear(err);
    int rc = signet_secret_read(ends[0], capacity, secret, err);
    assert_int_equal(close(ends[0]), 0);
    return rc;
}

static void a_secret_is_read_to_the_end(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_secret *secret = NULL;
    CHECK_OK(read_through_pipe("passphrase", 10, &secret, &err), &err);
    CHECK_SPAN(signet_secret_span(secret), "passphrase");
    signet_secret_free(secret);
    CHECK_OK(read_through_pipe("", 10, &secret, &err), &err);
    CHECK_SPAN(signet_secret_span(secret), "");
    signet_secret_free(secret);
    secret = NULL;
    CHECK_CODE(read_through_pipe("passphrase", 9, &secret, &err), SIGNET_E_LIMIT);
    assert_null(secret);
    assert_string_equal(err.msg, "expected at most 9 bytes, found more");
    signet_err_clear(&err);
    CHECK_CODE(signet_secret_read(-1, 9, &secret, &err), SIGNET_E_IO);
    assert_null(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc8032_signatures_are_made),
        cmocka_unit_test(generated_keys_differ_and_sign),
        cmocka_unit_test(no_copy_of_a_seed_lies_about),
        cmocka_unit_test(a_secret_has_the_room_it_was_given),
        cmocka_unit_test(one_line_end_is_taken_off),
        cmocka_unit_test(a_secret_is_read_to_the_end),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature check. The vectors of RFC 8032 sections 7.1 and 7.3, with every bit flipped; and,
 * from the folder of outside vectors, the edge cases of C2SP/CCTV, of C2SP/wycheproof and of
 * "Taming the many EdDSAs", each against the verdict that the stricter rule prescribes
 * (ed25519-edge/SOURCE.md).
 */
#include "check.h"

#include <cJSON.h>
#include <sodium.h>

#include "base/compiler.h"
#include "base/num.h"
#include "crypto/sigcheck.h"
#include "files.h"
#include "rfc8032.h"

static struct signet_pubkey key_of(const uint8_t raw[32])
{
    struct signet_pubkey key = {.alg = SIGNET_KEY_ED25519, .len = 32};
    memcpy(key.bytes, raw, 32);
    return key;
}

static int check_vector(const struct rfc8032_vector *v)
{
    struct signet_pubkey key = key_of(v->key);
    return signet_sigcheck(&key, SIGNET_SIG_ED25519, signet_span_of(v->message, v->message_len),
                           signet_span_of(v->signature, 64));
}

static int check_vector_ph(const struct rfc8032_vector *v)
{
    struct signet_pubkey key = key_of(v->key);
    return signet_sigcheck(&key, SIGNET_SIG_ED25519PH, signet_span_of(v->message, v->message_len),
                           signet_span_of(v->signature, 64));
}

static void rfc8032_vectors_verify(void **state)
{
    (void)state;
    struct rfc8032_vector pure[5];
    struct rfc8032_vector ph[1];
    check_read_rfc8032("ed25519.tsv", pure, SIGNET_COUNT(pure));
    check_read_rfc8032("ed25519ph.tsv", ph, SIGNET_COUNT(ph));
    for (size_t i = 0; i < SIGNET_COUNT(pure); i++) {
        CHECK_CODE(check_vector(&pure[i]), SIGNET_OK);
        CHECK_CODE(check_vector_ph(&pure[i]), SIGNET_E_BAD_SIGNATURE);
    }
    CHECK_CODE(check_vector_ph(&ph[0]), SIGNET_OK);
    CHECK_CODE(check_vector(&ph[0]), SIGNET_E_BAD_SIGNATURE);
}

static void flip_all(struct rfc8032_vector *v,
                     uint8_t *bytes,
                     size_t len,
                     int (*check)(const struct rfc8032_vector *v))
{
    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK_CODE(check(v), SIGNET_E_BAD_SIGNATURE);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    CHECK_CODE(check(v), SIGNET_OK);
}

/* Key, message and signature of a short vector of each kind, bit by bit. */
static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    struct rfc8032_vector pure[5];
    struct rfc8032_vector ph[1];
    check_read_rfc8032("ed25519.tsv", pure, SIGNET_COUNT(pure));
    check_read_rfc8032("ed25519ph.tsv", ph, SIGNET_COUNT(ph));
    flip_all(&pure[2], pure[2].key, 32, check_vector);
    flip_all(&pure[2], pure[2].message, pure[2].message_len, check_vector);
    flip_all(&pure[2], pure[2].signature, 64, check_vector);
    flip_all(&ph[0], ph[0].key, 32, check_vector_ph);
    flip_all(&ph[0], ph[0].message, ph[0].message_len, check_vector_ph);
    flip_all(&ph[0], ph[0].signature, 64, check_vector_ph);
}

static void only_64_bytes_are_a_signature(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 32, 63, 65, 128};
    struct rfc8032_vector v[5];
    uint8_t longer[128] = {0};
    check_read_rfc8032("ed25519.tsv", v, SIGNET_COUNT(v));
    struct signet_pubkey key = key_of(v[1].key);
    struct signet_span message = signet_span_of(v[1].message, v[1].message_len);
    memcpy(longer, v[1].signature, 64);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519, message, signet_span_of(longer, 64)),
               SIGNET_OK);
    for (size_t i = 0; i < SIGNET_COUNT(lengths); i++) {
        struct signet_span signature = signet_span_of(longer, lengths[i]);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519, message, signature),
                   SIGNET_E_BAD_SIGNATURE);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519PH, message, signature),
                   SIGNET_E_BAD_SIGNATURE);
    }
    key.alg = SIGNET_KEY_NONE;
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519, message, signet_span_of(longer, 64)),
               SIGNET_E_BAD_SIGNATURE);
}

/* S + L satisfies the same equation as S; RFC 8032 section 5.1.7 refuses it. */
static void s_has_one_value(void **state)
{
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    struct rfc8032_vector v[5];
    check_read_rfc8032("ed25519.tsv", v, SIGNET_COUNT(v));
    for (size_t i = 0; i < SIGNET_COUNT(v); i++) {
        unsigned carry = 0;
        for (size_t j = 0; j < 32; j++) {
            unsigned sum = (unsigned)v[i].signature[32 + j] + order[j] + carry;
            v[i].signature[32 + j] = (uint8_t)sum;
            carry = sum >> 8;
        }
        assert_int_equal(carry, 0);
        CHECK_CODE(check_vector(&v[i]), SIGNET_E_BAD_SIGNATURE);
    }
    memcpy(v[0].signature + 32, order, 32);
    CHECK_CODE(check_vector(&v[0]), SIGNET_E_BAD_SIGNATURE);
}

/* The keys of test_pubkey.c: RFC 8032 TEST 1 plus each point of the 8-torsion but the identity. */
static const char *const mixed_order_keys[] = {
    "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245",
    "ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d",
    "3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d",
    "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
    "5ca7ced5657291c4cb376e2929ebbb0747dee3aee81452ea424f42974f81fdba",
    "40c7570f4dd54835b9131184410ed4a0cc93e7d9ad053cbc6d07a62426999582",
    "b2a4b8a3b47d22ea8d86603ab90b393fc1b87399ab55b3806ba4cb815cd509f2",
};

/* Signs for such a key with the secret of the honest one: a hash that is a multiple of eight takes
 * the torsion out of the equation, and one in eight is. */
static void sign_for_mixed_order(const uint8_t seed[32],
                                 const uint8_t key[32],
                                 const uint8_t message[4],
                                 uint8_t signature[64])
{
    uint8_t secret[64];
    uint8_t nonce[32];
    uint8_t hash[64];
    uint8_t reduced[32];
    uint8_t product[32];
    uint8_t scalar[64] = {0};
    crypto_hash_sha512(secret, seed, 32);
    secret[0] &= 248;
    secret[31] = (uint8_t)((secret[31] & 127) | 64);
    memcpy(scalar, secret, 32);
    crypto_core_ed25519_scalar_reduce(secret, scalar);
    do {
        crypto_hash_sha512_state state;
        crypto_core_ed25519_scalar_random(nonce);
        assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(signature, nonce), 0);
        crypto_hash_sha512_init(&state);
        crypto_hash_sha512_update(&state, signature, 32);
        crypto_hash_sha512_update(&state, key, 32);
        crypto_hash_sha512_update(&state, message, 4);
        crypto_hash_sha512_final(&state, hash);
        crypto_core_ed25519_scalar_reduce(reduced, hash);
    } while (reduced[0] % 8 != 0);
    crypto_core_ed25519_scalar_mul(product, reduced, secret);
    crypto_core_ed25519_scalar_add(signature + 32, nonce, product);
}

/* libsodium alone accepts these; then one secret would count as several keys. */
static void one_secret_answers_for_one_key(void **state)
{
    (void)state;
    static const uint8_t message[4] = {'t', 'e', 's', 't'};
    struct rfc8032_vector v[5];
    uint8_t signature[64];
    check_read_rfc8032("ed25519.tsv", v, SIGNET_COUNT(v));
    sign_for_mixed_order(v[0].seed, v[0].key, message, signature);
    struct signet_pubkey honest = key_of(v[0].key);
    CHECK_CODE(signet_sigcheck(&honest, SIGNET_SIG_ED25519, signet_span_of(message, 4),
                               signet_span_of(signature, 64)),
               SIGNET_OK);
    for (size_t i = 0; i < SIGNET_COUNT(mixed_order_keys); i++) {
        uint8_t raw[32];
        assert_int_equal(signet_hex_decode(signet_span_str(mixed_order_keys[i]), raw, 32), 0);
        sign_for_mixed_order(v[0].seed, raw, message, signature);
        assert_int_equal(crypto_sign_verify_detached(signature, message, 4, raw), 0);
        struct signet_pubkey key = key_of(raw);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519, signet_span_of(message, 4),
                                   signet_span_of(signature, 64)),
                   SIGNET_E_BAD_SIGNATURE);
    }
}

/* One set of outside vectors: how its file is written, and what the rule makes of it. */
struct edge_set {
    const char *name; /* in the table of verdicts */
    const char *file;
    const char *key; /* names of members; hex */
    const char *message;
    const char *signature;
    bool message_is_text; /* and not hex */
    size_t vectors;
    size_t accepted;
};

static const struct edge_set edge_sets[] = {
    {"speccheck", "speccheck-cases.json", "pub_key", "message", "signature", false, 12, 0},
    {"cctv", "cctv-ed25519vectors.json", "key", "msg", "sig", true, 914, 1},
    {"wycheproof", "wycheproof-ed25519_test.json", "pk", "msg", "sig", false, 151, 88},
};

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    assert_non_null(text);
    return text;
}

/* The object that holds the key and the one that holds message and signature: the same one, except
 * in Wycheproof's file, where a vector has a number and the key stands in the group around it. */
static void find_vector(const cJSON *top, size_t id, const cJSON **key, const cJSON **vector)
{
    const cJSON *group = NULL;
    const cJSON *test = NULL;
    if (cJSON_IsArray(top)) {
        *key = cJSON_GetArrayItem(top, (int)id);
        *vector = *key;
        return;
    }
    cJSON_ArrayForEach(group, cJSON_GetObjectItemCaseSensitive(top, "testGroups"))
    {
        cJSON_ArrayForEach(test, cJSON_GetObjectItemCaseSensitive(group, "tests"))
        {
            if (cJSON_GetObjectItemCaseSensitive(test, "tcId")->valueint == (int)id) {
                *key = cJSON_GetObjectItemCaseSensitive(group, "publicKey");
                *vector = test;
                return;
            }
        }
    }
}

static struct signet_span decode_hex(const char *hex, uint8_t *out, size_t capacity)
{
    size_t len = strlen(hex) / 2;
    assert_true(len <= capacity);
    assert_int_equal(signet_hex_decode(signet_span_str(hex), out, len), SIGNET_OK);
    return signet_span_of(out, len);
}

static int check_edge_vector(const struct edge_set *set, const cJSON *top, size_t id)
{
    const cJSON *key = NULL;
    const cJSON *vector = NULL;
    uint8_t raw[32];
    uint8_t message_bytes[4096];
    uint8_t signature_bytes[256];
    find_vector(top, id, &key, &vector);
    assert_non_null(vector);
    assert_int_equal(decode_hex(string_of(key, set->key), raw, sizeof(raw)).len, 32);
    struct signet_pubkey pubkey = key_of(raw);
    const char *text = string_of(vector, set->message);
    struct signet_span message = set->message_is_text
                                     ? signet_span_str(text)
                                     : decode_hex(text, message_bytes, sizeof(message_bytes));
    struct signet_span signature =
        decode_hex(string_of(vector, set->signature), signature_bytes, sizeof(signature_bytes));
    return signet_sigcheck(&pubkey, SIGNET_SIG_ED25519, message, signature);
}

static size_t find_column(struct signet_span *rest, const char *name)
{
    struct signet_span line = check_take_field(rest, '\n');
    size_t column = 0;
    while (!signet_span_is(check_take_field(&line, '\t'), name)) {
        column++;
    }
    return column;
}

/* Goes through the rows of the table that belong to set. */
static void check_edge_set(const struct edge_set *set, const char *folder, struct signet_span table)
{
    size_t vectors = 0;
    size_t accepted = 0;
    size_t verdict_column = find_column(&table, "strict2");
    struct signet_buf text = check_read_file(folder, set->file);
    cJSON *top = cJSON_ParseWithLength((const char *)text.data, text.len);
    assert_non_null(top);
    while (table.len > 0) {
        uint64_t id = 0;
        struct signet_span line = check_take_field(&table, '\n');
        if (!signet_span_is(check_take_field(&line, '\t'), set->name)) {
            continue;
        }
        assert_int_equal(signet_num_parse(check_take_field(&line, '\t'), &id), SIGNET_OK);
        for (size_t column = 2; column < verdict_column; column++) {
            check_take_field(&line, '\t');
        }
        struct signet_span verdict = check_take_field(&line, '\t');
        assert_true(signet_span_is(verdict, "0") || signet_span_is(verdict, "1"));
        int expected = verdict.ptr[0] == '1' ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE;
        int found = check_edge_vector(set, top, (size_t)id);
        if (found != expected) {
            fail_msg("%s %u: expected %s, got %s", set->name, (unsigned)id,
                     signet_err_name(expected), signet_err_name(found));
        }
        vectors++;
        accepted += found == SIGNET_OK ? 1 : 0;
    }
    assert_int_equal(vectors, set->vectors);
    assert_int_equal(accepted, set->accepted);
    cJSON_Delete(top);
    signet_buf_free(&text);
}

static void edge_cases_get_the_strict_verdict(void **state)
{
    (void)state;
    char folder[4096];
    if (!check_find_testdata("ed25519-edge", folder, sizeof(folder))) {
        return;
    }
    struct signet_buf table = check_read_file(folder, "expected-by-library.tsv");
    for (size_t i = 0; i < SIGNET_COUNT(edge_sets); i++) {
        check_edge_set(&edge_sets[i], folder, signet_buf_span(&table));
    }
    signet_buf_free(&table);
}

/* Wycheproof says itself what is valid: all of that is accepted and nothing else. */
static void wycheproof_results_hold(void **state)
{
    (void)state;
    char folder[4096];
    size_t seen[2] = {0, 0};
    const cJSON *group = NULL;
    const cJSON *test = NULL;
    if (!check_find_testdata("ed25519", folder, sizeof(folder))) {
        return;
    }
    struct signet_buf text = check_read_file(folder, "ed25519_test.json");
    cJSON *top = cJSON_ParseWithLength((const char *)text.data, text.len);
    assert_non_null(top);
    cJSON_ArrayForEach(group, cJSON_GetObjectItemCaseSensitive(top, "testGroups"))
    {
        cJSON_ArrayForEach(test, cJSON_GetObjectItemCaseSensitive(group, "tests"))
        {
            bool valid = strcmp(string_of(test, "result"), "valid") == 0;
            int id = cJSON_GetObjectItemCaseSensitive(test, "tcId")->valueint;
            CHECK_CODE(check_edge_vector(&edge_sets[2], top, (size_t)id),
                       valid ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE);
            seen[valid ? 1 : 0]++;
        }
    }
    assert_int_equal(seen[0], 63);
    assert_int_equal(seen[1], 88);
    cJSON_Delete(top);
    signet_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc8032_vectors_verify),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(only_64_bytes_are_a_signature),
        cmocka_unit_test(s_has_one_value),
        cmocka_unit_test(one_secret_answers_for_one_key),
        cmocka_unit_test(edge_cases_get_the_strict_verdict),
        cmocka_unit_test(wycheproof_results_hold),
    };
    return sodium_init() < 0 ? EXIT_FAILURE : CHECK_RUN(tests);
}

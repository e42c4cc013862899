/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/signers: which keys signed. Signatures are made by libsodium in the test (RFC 8032
 * seeds); names of keys are those that ssh-keygen -l and sha256sum print for them.
 */
#include "check.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "envelope/signers.h"
#include "files.h"
#include "forge.h"
#include "rfc8032.h"

#define PAYLOAD "{\"a\":1}"

static struct signet_signers check_with(const struct forge *how,
                                        const struct signet_trusted_key *keys,
                                        size_t count,
                                        bool prehashed)
{
    const struct signet_limits limits = signet_limits_default();
    struct signet_buf text = forge(how);
    struct signet_envelope env;
    struct signet_signers signers;
    struct signet_err err;
    const struct signet_signers_request request = {.payload_type = SIGNET_PAYLOAD_TYPE_INTOTO,
                                                   .keys = keys,
                                                   .key_count = count,
                                                   .try_prehashed = prehashed};
    signet_err_clear(&err);
    CHECK_OK(signet_envelope_parse(&text, text.len, &limits, &env, &err), &err);
    CHECK_OK(signet_signers_check(&env, &request, &signers, &err), &err);
    signet_envelope_free(&env);
    return signers;
}

static const char *fingerprint(size_t number, char out[SIGNET_FINGERPRINT_TEXT])
{
    struct signet_trusted_key key = forge_trusted(number);
    return signet_pubkey_fingerprint(&key.key, out);
}

static void expect(const struct forge *how,
                   const struct signet_trusted_key *keys,
                   size_t count,
                   int status,
                   size_t key)
{
    struct signet_signers signers = check_with(how, keys, count, false);
    assert_int_equal(signers.count, 1);
    assert_int_equal(signers.list[0].status, status);
    assert_int_equal(signers.distinct, status == SIGNET_OK ? 1 : 0);
    assert_int_equal(signers.list[0].key, key);
    signet_signers_free(&signers);
}

static void without_a_name_every_key_is_tried(void **state)
{
    (void)state;
    struct signet_trusted_key keys[] = {forge_trusted(1), forge_trusted(0)};
    struct forge how = {.payload = PAYLOAD};
    expect(&how, keys, 2, SIGNET_OK, 1);
    expect(&how, keys, 1, SIGNET_E_BAD_SIGNATURE, SIGNET_NO_KEY);
    how.hint = "my laptop";
    expect(&how, keys, 2, SIGNET_OK, 1);
    expect(&how, keys, 1, SIGNET_E_BAD_SIGNATURE, SIGNET_NO_KEY);
}

static void a_name_restricts_to_the_key_it_names(void **state)
{
    (void)state;
    char first[SIGNET_FINGERPRINT_TEXT];
    char second[SIGNET_FINGERPRINT_TEXT];
    char third[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key keys[] = {forge_trusted(0), forge_trusted(1)};
    struct forge how = {.payload = PAYLOAD};

    how.hint = fingerprint(0, first);
    expect(&how, keys, 2, SIGNET_OK, 0);
    /* made by key 0, names key 1: must not fall back to key 0 */
    how.hint = fingerprint(1, second);
    expect(&how, keys, 2, SIGNET_E_BAD_SIGNATURE, SIGNET_NO_KEY);
    /* names a key that was not given */
    how.hint = fingerprint(2, third);
    expect(&how, keys, 2, SIGNET_E_UNTRUSTED, SIGNET_NO_KEY);
    how.hint = NULL;
    how.keyid = third;
    expect(&how, keys, 2, SIGNET_E_UNTRUSTED, SIGNET_NO_KEY);
    /* key id and hint name different keys, one of them the right one */
    how.hint = first;
    how.keyid = second;
    expect(&how, keys, 2, SIGNET_E_BAD_SIGNATURE, SIGNET_NO_KEY);
    how.keyid = first;
    expect(&how, keys, 2, SIGNET_OK, 0);
}

static void what_explains_a_refusal_is_recorded(void **state)
{
    (void)state;
    char first[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key keys[] = {forge_trusted(0)};
    struct forge how = {.payload = PAYLOAD, .hint = fingerprint(0, first), .key = 1};
    struct signet_signers signers = check_with(&how, keys, 1, false);
    assert_true(signers.list[0].names_key && !signers.list[0].free_hint);
    signet_signers_free(&signers);
    how.hint = "x";
    signers = check_with(&how, keys, 1, false);
    assert_true(!signers.list[0].names_key && signers.list[0].free_hint);
    signet_signers_free(&signers);
}

static void a_key_counts_only_in_its_formats(void **state)
{
    (void)state;
    struct signet_trusted_key key = forge_trusted(0);
    struct forge how = {.payload = PAYLOAD};
    key.uses = SIGNET_USE_DSSE;
    expect(&how, &key, 1, SIGNET_E_UNTRUSTED, SIGNET_NO_KEY);
    how.dsse = true;
    expect(&how, &key, 1, SIGNET_OK, 0);
    key.uses = SIGNET_USE_BUNDLE;
    expect(&how, &key, 1, SIGNET_E_UNTRUSTED, SIGNET_NO_KEY);
    key.uses = 0;
    expect(&how, &key, 1, SIGNET_E_UNTRUSTED, SIGNET_NO_KEY);
}

static void distinct_counts_raw_keys(void **state)
{
    (void)state;
    static const size_t again[] = {0, 0, SIZE_MAX};
    static const size_t others[] = {1, 0, 2, SIZE_MAX};
    struct signet_trusted_key keys[] = {forge_trusted(0), forge_trusted(0), forge_trusted(1)};
    struct forge how = {.payload = PAYLOAD, .dsse = true, .more_keys = again};
    struct signet_signers signers = check_with(&how, keys, 3, false);
    assert_int_equal(signers.count, 3);
    assert_int_equal(signers.distinct, 1);
    signet_signers_free(&signers);

    how.more_keys = others;
    signers = check_with(&how, keys, 3, false);
    assert_int_equal(signers.count, 4);
    assert_int_equal(signers.distinct, 2);
    assert_int_equal(signers.list[3].status, SIGNET_E_BAD_SIGNATURE);
    signet_signers_free(&signers);
}

static void prehashed_only_on_request_and_alone(void **state)
{
    (void)state;
    static const size_t more[] = {1, SIZE_MAX};
    struct signet_trusted_key keys[] = {forge_trusted(0), forge_trusted(1)};
    struct forge how = {.payload = PAYLOAD, .prehashed = true};
    struct signet_signers signers = check_with(&how, keys, 2, true);
    assert_int_equal(signers.distinct, 1);
    assert_true(signers.list[0].prehashed);
    signet_signers_free(&signers);
    signers = check_with(&how, keys, 2, false);
    assert_int_equal(signers.distinct, 0);
    signet_signers_free(&signers);
    how.dsse = true;
    how.more_keys = more;
    signers = check_with(&how, keys, 2, true);
    assert_int_equal(signers.distinct, 0);
    signet_signers_free(&signers);
    how.prehashed = false;
    signers = check_with(&how, keys, 2, true);
    assert_int_equal(signers.distinct, 2);
    assert_false(signers.list[0].prehashed);
    signet_signers_free(&signers);
}

static void sixteen_keys_are_tried_for_an_unnamed_signature(void **state)
{
    (void)state;
    char first[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key keys[18];
    struct forge how = {.payload = PAYLOAD};
    for (size_t i = 0; i < 18; i++) {
        keys[i] = forge_trusted(1);
    }
    keys[15] = forge_trusted(0);
    expect(&how, keys, 18, SIGNET_OK, 15);
    keys[15] = forge_trusted(1);
    keys[16] = forge_trusted(0);
    expect(&how, keys, 18, SIGNET_E_BAD_SIGNATURE, SIGNET_NO_KEY);
    how.hint = fingerprint(0, first);
    expect(&how, keys, 18, SIGNET_OK, 16);
}

/* A payload of 64 MiB can be tried 63 times before 4 GiB are passed. The signatures have an S that
 * is refused before anything is hashed, so that counting is all that takes time. */
static void payload_times_tries_is_bounded(void **state)
{
    (void)state;
    static const size_t size = (size_t)64 << 20;
    uint8_t sig[SIGNET_ED25519_SIGNATURE];
    struct signet_trusted_key key = forge_trusted(0);
    struct signet_signature list[64];
    struct signet_signers signers;
    struct signet_err err;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO, .keys = &key, .key_count = 1};
    struct signet_envelope env = {
        .format = signet_envelope_format(signet_span_str("dsse")),
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO,
        .signatures = list,
        .signature_count = 63,
        .hint = "",
    };
    memset(sig, 0xFF, sizeof(sig));
    for (size_t i = 0; i < 64; i++) {
        list[i] = (struct signet_signature){.keyid = "", .sig = signet_span_of(sig, sizeof(sig))};
    }
    uint8_t *bytes = malloc(size + 60);
    assert_non_null(bytes);
    memset(bytes, ' ', size + 60);
    env.message = signet_span_of(bytes, size + 60);
    env.payload = signet_span_of(bytes + 60, size);
    signet_err_clear(&err);
    CHECK_OK(signet_signers_check(&env, &request, &signers, &err), &err);
    assert_int_equal(signers.count, 63);
    assert_int_equal(signers.distinct, 0);
    signet_signers_free(&signers);
    env.signature_count = 64;
    CHECK_CODE(signet_signers_check(&env, &request, &signers, &err), SIGNET_E_LIMIT);
    assert_non_null(strstr(err.msg, "more than 4 GiB"));
    assert_null(signers.list);
    /* an envelope that was never completed has no bytes that could be signed */
    env.signature_count = 1;
    env.message.len = env.payload.len;
    signet_err_clear(&err);
    CHECK_CODE(signet_signers_check(&env, &request, &signers, &err), SIGNET_E_INTERNAL);
    free(bytes);
}

static void the_payload_type_is_part_of_what_is_checked(void **state)
{
    (void)state;
    struct signet_trusted_key key = forge_trusted(0);
    struct forge how = {.payload = PAYLOAD, .type = "application/vnd.in-toto+jso"};
    const struct signet_limits limits = signet_limits_default();
    struct signet_buf text = forge(&how);
    struct signet_envelope env;
    struct signet_signers signers;
    struct signet_err err;
    struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO, .keys = &key, .key_count = 1};
    signet_err_clear(&err);
    CHECK_OK(signet_envelope_parse(&text, text.len, &limits, &env, &err), &err);
    CHECK_CODE(signet_signers_check(&env, &request, &signers, &err), SIGNET_E_UNSUPPORTED);
    assert_non_null(strstr(err.msg, "found \"application/vnd.in-toto+jso\""));
    request.payload_type = "application/vnd.in-toto+jso";
    signet_err_clear(&err);
    CHECK_OK(signet_signers_check(&env, &request, &signers, &err), &err);
    assert_int_equal(signers.distinct, 1);
    signet_signers_free(&signers);
    request.key_count = 0;
    CHECK_CODE(signet_signers_check(&env, &request, &signers, &err), SIGNET_E_USAGE);
    signet_envelope_free(&env);
}

/* A key of tests/vectors/crypto/signatures, and its first signature in a form there. */
static struct signet_trusted_key
read_vector(const char *key_name, const char *form, uint8_t *signature, size_t *len)
{
    static const char folder[] = SIGNET_SOURCE_DIR "/tests/vectors/crypto/signatures";
    char file[64];
    struct signet_err err;
    struct signet_trusted_key key = {.uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE, .name = "vector"};
    signet_err_clear(&err);
    assert_true(snprintf(file, sizeof(file), "%s.pem", key_name) > 0);
    struct signet_buf text = check_read_file(folder, file);
    CHECK_OK(signet_pubkey_read(signet_buf_span(&text), &key.key, &err), &err);
    signet_buf_free(&text);
    text = check_read_file(folder, "signatures.tsv");
    struct signet_span rest = signet_buf_span(&text);
    *len = 0;
    while (rest.len > 0 && *len == 0) {
        struct signet_span line = check_take_field(&rest, '\n');
        bool wanted = signet_span_is(check_take_field(&line, '\t'), form);
        wanted = signet_span_is(check_take_field(&line, '\t'), key_name) && wanted;
        if (wanted) {
            *len = line.len / 2;
            assert_int_equal(signet_hex_decode(line, signature, *len), SIGNET_OK);
        }
    }
    assert_true(*len > 0);
    signet_buf_free(&text);
    return key;
}

/* What becomes of one signature, in a form, over the bytes that were signed for the vectors. */
static void expect_vector(const char *key_name, const char *form, const char *format, int status)
{
    static const char message[] = "signed by OpenSSL";
    uint8_t sig[300];
    size_t len = 0;
    struct signet_signers signers;
    struct signet_err err;
    struct signet_trusted_key key = read_vector(key_name, form, sig, &len);
    struct signet_signature signature = {.keyid = "", .sig = signet_span_of(sig, len)};
    const struct signet_signers_request request = {.payload_type = SIGNET_PAYLOAD_TYPE_INTOTO,
                                                   .keys = &key,
                                                   .key_count = 1,
                                                   .try_prehashed = true};
    const struct signet_envelope env = {
        .format = signet_envelope_format(signet_span_str(format)),
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO,
        .payload = signet_span_str("L"),
        .message = signet_span_str(message),
        .signatures = &signature,
        .signature_count = 1,
        .hint = "",
    };
    signet_err_clear(&err);
    CHECK_OK(signet_signers_check(&env, &request, &signers, &err), &err);
    assert_int_equal(signers.list[0].status, status);
    assert_int_equal(signers.distinct, status == SIGNET_OK ? 1 : 0);
    assert_int_equal(signers.list[0].wrong_use, status == SIGNET_E_UNTRUSTED);
    assert_false(signers.list[0].prehashed);
    signet_signers_free(&signers);
}

static void the_type_of_a_key_says_how_it_signs(void **state)
{
    (void)state;
    static const char *const formats[] = {"dsse", "bundle"};
    for (size_t i = 0; i < SIGNET_COUNT(formats); i++) {
        expect_vector("p256-a", "ECDSA", formats[i], SIGNET_OK);
        expect_vector("p384-a", "ECDSA", formats[i], SIGNET_OK);
        expect_vector("p521-a", "ECDSA", formats[i], SIGNET_OK);
        expect_vector("p256-a", "ES256", formats[i], SIGNET_E_BAD_SIGNATURE);
        expect_vector("p384-a", "ES384", formats[i], SIGNET_E_BAD_SIGNATURE);
        expect_vector("p521-a", "ES512", formats[i], SIGNET_E_BAD_SIGNATURE);
        expect_vector("rsa-a", "RS256", formats[i], SIGNET_E_UNTRUSTED);
        expect_vector("rsa-a", "PS256", formats[i], SIGNET_E_UNTRUSTED);
        expect_vector("ed448-a", "Ed448", formats[i], SIGNET_E_UNTRUSTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_type_of_a_key_says_how_it_signs),
        cmocka_unit_test(without_a_name_every_key_is_tried),
        cmocka_unit_test(a_name_restricts_to_the_key_it_names),
        cmocka_unit_test(what_explains_a_refusal_is_recorded),
        cmocka_unit_test(a_key_counts_only_in_its_formats),
        cmocka_unit_test(distinct_counts_raw_keys),
        cmocka_unit_test(prehashed_only_on_request_and_alone),
        cmocka_unit_test(sixteen_keys_are_tried_for_an_unnamed_signature),
        cmocka_unit_test(payload_times_tries_is_bounded),
        cmocka_unit_test(the_payload_type_is_part_of_what_is_checked),
    };
    return CHECK_RUN(tests);
}

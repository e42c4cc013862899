/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys and their names. The key is that of RFC 8032 section 7.1 TEST 1. Its texts and names
 * come from other programs: SPKI from OpenSSL 3.0.19, the SSH line's fingerprint from ssh-keygen
 * 9.2, JWK from Node 20, hashes from sha256sum, the in-toto id from securesystemslib 0.26. Torsion
 * points were computed from the curve equation of RFC 8032 section 5.1 with integer arithmetic.
 */
#include "check.h"

#include <signet/key.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "files.h"

#define KEY_HEX "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define SPKI_HEX "302a300506032b6570032100" KEY_HEX
#define FINGERPRINT "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"
#define PEM_ID "7f2d9ed0b71b8e5a6c5cf30e647d6e20b5bca6dac8071f11abe3fef8014db610"
#define DER_ID "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9"
#define COSIGN_ID "BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k="
#define TUF_ID "74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916"
#define INTOTO_ID "01e8764eedab63b3593451765fc337b2cc6d2c66923845da255f448c19e2afc5"

static const char spki_folder[] = SIGNET_SOURCE_DIR "/tests/vectors/crypto/spki";

static struct signet_pubkey example_key(void)
{
    struct signet_pubkey key = {.alg = SIGNET_KEY_ED25519, .len = 32};
    assert_int_equal(signet_hex_decode(signet_span_str(KEY_HEX), key.bytes, 32), SIGNET_OK);
    return key;
}

static int read_raw_hex(const char *hex, struct signet_pubkey *key, struct signet_err *err)
{
    uint8_t raw[32];
    assert_int_equal(signet_hex_decode(signet_span_str(hex), raw, 32), SIGNET_OK);
    signet_err_clear(err);
    return signet_pubkey_from_raw(signet_span_of(raw, 32), key, err);
}

static void spki_is_read_as_pem_and_der(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_pubkey key;
    struct signet_pubkey expected = example_key();
    uint8_t der[44];
    signet_err_clear(&err);
    struct signet_buf pem = check_read_file(spki_folder, "ed25519.pem");
    CHECK_OK(signet_pubkey_read(signet_buf_span(&pem), &key, &err), &err);
    assert_true(signet_pubkey_eq(&key, &expected));
    signet_buf_free(&pem);
    assert_int_equal(signet_hex_decode(signet_span_str(SPKI_HEX), der, 44), SIGNET_OK);
    CHECK_OK(signet_pubkey_read(signet_span_of(der, 44), &key, &err), &err);
    assert_true(signet_pubkey_eq(&key, &expected));
}

static void other_algorithms_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"rsa-pss.pem", "RSA-PSS"},
        {"dsa.pem", "DSA"},
        {"ec-secp256k1.pem", "ECDSA secp256k1"},
        {"ec-brainpoolp256r1.pem", "ECDSA with another curve"},
        {"x25519.pem", "X25519"},
        {"x448.pem", "X448"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        char expected[160];
        struct signet_err err;
        struct signet_pubkey key = example_key();
        signet_err_clear(&err);
        struct signet_buf pem = check_read_file(spki_folder, rows[i][0]);
        CHECK_CODE(signet_pubkey_read(signet_buf_span(&pem), &key, &err), SIGNET_E_UNSUPPORTED);
        signet_buf_free(&pem);
        assert_true(snprintf(expected, sizeof(expected),
                             "expected a public key of type Ed25519, Ed448, ECDSA P-256, P-384 or "
                             "P-521, or RSA, found one of type %s",
                             rows[i][1]) > 0);
        assert_string_equal(err.msg, expected);
        assert_int_equal(key.alg, SIGNET_KEY_NONE);
    }
}

/* One bit of the 12 bytes in front of the key, a byte more, a byte less: never a key. */
static void der_has_one_spelling(void **state)
{
    (void)state;
    uint8_t der[45] = {0};
    struct signet_err err;
    struct signet_pubkey key;
    assert_int_equal(signet_hex_decode(signet_span_str(SPKI_HEX), der, 44), SIGNET_OK);
    for (size_t bit = 0; bit < (size_t)12 * 8; bit++) {
        signet_err_clear(&err);
        der[bit / 8] ^= (uint8_t)(1U << bit % 8);
        int rc = signet_pubkey_read(signet_span_of(der, 44), &key, &err);
        assert_true(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED);
        assert_int_equal(key.alg, SIGNET_KEY_NONE);
        der[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t len = 1; len <= 45; len++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_pubkey_read(signet_span_of(der, len), &key, &err),
                   len == 44 ? SIGNET_OK : SIGNET_E_MALFORMED);
    }
    /* With the parameters NULL, as for RSA: RFC 8410 section 3 has them absent. */
    uint8_t with_null[46] = {0x30, 0x2c, 0x30, 0x07, 0x06, 0x03, 0x2b,
                             0x65, 0x70, 0x05, 0x00, 0x03, 0x21, 0x00};
    memcpy(with_null + 14, der + 12, 32);
    signet_err_clear(&err);
    CHECK_CODE(signet_pubkey_read(signet_span_of(with_null, 46), &key, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected the SubjectPublicKeyInfo of an Ed25519 key in its one "
                                 "form in DER, found 46 bytes of another form");
}

static void what_is_no_public_key_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *message;
    } rows[] = {
        {"", SIGNET_E_MALFORMED,
         "expected a public key in PEM (\"-----BEGIN PUBLIC KEY-----\") or DER"},
        {"garbage", SIGNET_E_MALFORMED,
         "expected a public key in PEM (\"-----BEGIN PUBLIC KEY-----\") or DER"},
        {"-----BEGIN PRIVATE KEY-----\nx", SIGNET_E_UNSUPPORTED,
         "expected PEM \"PUBLIC KEY\", found \"PRIVATE KEY\", which is secret; give the public "
         "half"},
        {"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n", SIGNET_E_UNSUPPORTED,
         "expected PEM \"PUBLIC KEY\", found \"ENCRYPTED SIGSTORE PRIVATE KEY\", which is secret; "
         "give the public half"},
        {"-----BEGIN CERTIFICATE-----\n", SIGNET_E_UNSUPPORTED,
         "expected PEM \"PUBLIC KEY\", found \"CERTIFICATE\""},
        {"-----BEGIN RSA PUBLIC KEY-----\n", SIGNET_E_UNSUPPORTED,
         "expected PEM \"PUBLIC KEY\", found \"RSA PUBLIC KEY\""},
        {"-----BEGIN PUBLIC KEY-----\nMCow\n", SIGNET_E_MALFORMED,
         "expected base64 lines and an \"-----END ...-----\" line with the label of the first"},
        {"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n", SIGNET_E_MALFORMED,
         "expected a SubjectPublicKeyInfo in DER, found 3 bytes of another form"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n",
         SIGNET_E_UNSUPPORTED,
         "expected a public key in PEM (\"PUBLIC KEY\") or DER, found an OpenSSH public key"},
        {"untrusted comment: minisign public key 0\nRW", SIGNET_E_UNSUPPORTED,
         "expected a public key in PEM (\"PUBLIC KEY\") or DER, found a minisign or signify key"},
        {"{\"crv\":\"Ed25519\"}", SIGNET_E_UNSUPPORTED,
         "expected a public key in PEM (\"PUBLIC KEY\") or DER, found a JSON text"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_err err;
        struct signet_pubkey key;
        signet_err_clear(&err);
        CHECK_CODE(signet_pubkey_read(signet_span_str(rows[i].text), &key, &err), rows[i].code);
        assert_string_equal(err.msg, rows[i].message);
        assert_int_equal(key.alg, SIGNET_KEY_NONE);
    }
}

static void a_private_key_in_der_is_said(void **state)
{
    (void)state;
    uint8_t pkcs8[48];
    struct signet_err err;
    struct signet_pubkey key;
    signet_err_clear(&err);
    assert_int_equal(
        signet_hex_decode(signet_span_str("302e020100300506032b657004220420" KEY_HEX), pkcs8, 48),
        SIGNET_OK);
    CHECK_CODE(signet_pubkey_read(signet_span_of(pkcs8, 48), &key, &err), SIGNET_E_UNSUPPORTED);
    assert_string_equal(err.msg,
                        "expected a public key, found a private key; give its public half");
}

static void long_texts_are_refused(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_pubkey key;
    struct signet_buf pem = check_read_file(spki_folder, "ed25519.pem");
    for (size_t i = pem.len; i < 8192; i++) {
        assert_int_equal(signet_buf_putc(&pem, '\n'), SIGNET_OK);
    }
    signet_err_clear(&err);
    CHECK_OK(signet_pubkey_read(signet_buf_span(&pem), &key, &err), &err);
    assert_int_equal(signet_buf_putc(&pem, '\n'), SIGNET_OK);
    CHECK_CODE(signet_pubkey_read(signet_buf_span(&pem), &key, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected a public key of at most 8192 bytes, found 8193");
    signet_buf_free(&pem);
}

/* The key, the key plus each point of the 8-torsion, and the torsion itself; of these only the
 * first is alone in the prime-order group. */
static void only_prime_order_points_are_keys(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245",
        "ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d",
        "3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d",
        "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
        "5ca7ced5657291c4cb376e2929ebbb0747dee3aee81452ea424f42974f81fdba",
        "40c7570f4dd54835b9131184410ed4a0cc93e7d9ad053cbc6d07a62426999582",
        "b2a4b8a3b47d22ea8d86603ab90b393fc1b87399ab55b3806ba4cb815cd509f2",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        /* y = 2 is not on the curve; y = 3 is, in a coset of the prime-order group */
        "0200000000000000000000000000000000000000000000000000000000000000",
        "0300000000000000000000000000000000000000000000000000000000000000",
        /* the identity with the sign of a zero */
        "0100000000000000000000000000000000000000000000000000000000000080",
    };
    struct signet_err err;
    struct signet_pubkey key;
    CHECK_OK(read_raw_hex(KEY_HEX, &key, &err), &err);
    for (size_t i = 0; i < SIGNET_COUNT(bad); i++) {
        CHECK_CODE(read_raw_hex(bad[i], &key, &err), SIGNET_E_FORBIDDEN);
        assert_int_equal(key.alg, SIGNET_KEY_NONE);
    }
}

/* RFC 8032 section 5.1.3: y is below p = 2^255 - 19. All 19 larger values, both signs. */
static void points_have_one_encoding(void **state)
{
    (void)state;
    uint8_t raw[32];
    struct signet_err err;
    struct signet_pubkey key;
    for (unsigned low = 0xed; low <= 0xff; low++) {
        for (unsigned sign = 0; sign < 2; sign++) {
            memset(raw, 0xff, sizeof(raw));
            raw[0] = (uint8_t)low;
            raw[31] = (uint8_t)(0x7f | sign << 7);
            signet_err_clear(&err);
            CHECK_CODE(signet_pubkey_from_raw(signet_span_of(raw, 32), &key, &err),
                       SIGNET_E_FORBIDDEN);
        }
    }
    signet_err_clear(&err);
    CHECK_CODE(signet_pubkey_from_raw(signet_span_of(raw, 31), &key, &err), SIGNET_E_MALFORMED);
}

static void keys_are_written_as_others_do(void **state)
{
    (void)state;
    static const struct {
        enum signet_key_form form;
        const char *text;
    } rows[] = {
        {SIGNET_KEY_FORM_PEM, "-----BEGIN PUBLIC KEY-----\n"
                              "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                              "-----END PUBLIC KEY-----\n"},
        {SIGNET_KEY_FORM_SSH,
         "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n"},
        {SIGNET_KEY_FORM_JWK, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"11qYAYKxCrfVS_"
                              "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
                              "\n"},
    };
    struct signet_pubkey key = example_key();
    struct signet_buf out;
    signet_buf_init(&out, 200);
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        signet_buf_reset(&out);
        assert_int_equal(signet_pubkey_write(&key, rows[i].form, &out), SIGNET_OK);
        CHECK_SPAN(signet_buf_span(&out), rows[i].text);
    }
    signet_buf_reset(&out);
    assert_int_equal(signet_pubkey_write(&key, SIGNET_KEY_FORM_RAW, &out), SIGNET_OK);
    assert_int_equal(out.len, 32);
    CHECK_BYTES(out.data, key.bytes, 32);
    signet_buf_free(&out);
    signet_buf_init(&out, 112);
    CHECK_CODE(signet_pubkey_write(&key, SIGNET_KEY_FORM_PEM, &out), SIGNET_E_LIMIT);
    CHECK_CODE(signet_pubkey_write(&key, (enum signet_key_form)9, &out), SIGNET_E_INTERNAL);
    signet_buf_free(&out);
}

static void keys_have_the_names_others_give(void **state)
{
    (void)state;
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    char hint[SIGNET_OMS_HINT_TEXT];
    struct signet_pubkey key = example_key();
    assert_string_equal(signet_pubkey_fingerprint(&key, fingerprint), FINGERPRINT);
    assert_string_equal(signet_pubkey_oms_hint(&key, hint), PEM_ID);
}

static void hints_are_told_apart(void **state)
{
    (void)state;
    static const char *const names[] = {
        FINGERPRINT,
        PEM_ID,
        DER_ID,
        COSIGN_ID,
        TUF_ID,
        INTOTO_ID,
        "7F2D9ED0B71B8E5A6C5CF30E647D6E20B5BCA6DAC8071F11ABE3FEF8014DB610"};
    static const char *const free_form[] = {
        "release-key",
        "SHA256:",
        "SHA256",
        "sha256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8",
        "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8=", /* padded: nobody writes it so */
        "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU9",  /* bits beyond the last byte */
        "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU",
        " " FINGERPRINT,
        FINGERPRINT "\n",
        "7f2d9ed0b71b8e5a6c5cf30e647d6e20b5bca6dac8071f11abe3fef8014db6",
        "7f2d9ed0b71b8e5a6c5cf30e647d6e20b5bca6dac8071f11abe3fef8014db61g",
        "BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k", /* 43 characters: a name could look so */
        "BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6l=",
        "BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6\x80=",
    };
    struct signet_pubkey key = example_key();
    struct signet_pubkey other = example_key();
    struct signet_err err;
    /* RFC 8032 section 7.1 TEST 2 */
    CHECK_OK(read_raw_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                          &other, &err),
             &err);
    assert_int_equal(signet_pubkey_match_hint(&key, signet_span_of(NULL, 0)), SIGNET_HINT_ABSENT);
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        struct signet_span name = signet_span_str(names[i]);
        assert_int_equal(signet_pubkey_match_hint(&key, name), SIGNET_HINT_NAMES_KEY);
        assert_int_equal(signet_pubkey_match_hint(&other, name), SIGNET_HINT_NAMES_OTHER);
    }
    for (size_t i = 0; i < SIGNET_COUNT(free_form); i++) {
        assert_int_equal(signet_pubkey_match_hint(&key, signet_span_str(free_form[i])),
                         SIGNET_HINT_FREE_FORM);
    }
}

static void equality_needs_a_key(void **state)
{
    (void)state;
    struct signet_pubkey none = {.alg = SIGNET_KEY_NONE};
    struct signet_pubkey key = example_key();
    struct signet_pubkey other = example_key();
    assert_true(signet_pubkey_eq(&key, &other));
    other.bytes[31] ^= 0x80;
    assert_false(signet_pubkey_eq(&key, &other));
    other = example_key();
    other.alg = SIGNET_KEY_NONE;
    assert_false(signet_pubkey_eq(&key, &other));
    assert_false(signet_pubkey_eq(&none, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spki_is_read_as_pem_and_der),
        cmocka_unit_test(other_algorithms_are_refused_by_name),
        cmocka_unit_test(der_has_one_spelling),
        cmocka_unit_test(what_is_no_public_key_is_said),
        cmocka_unit_test(a_private_key_in_der_is_said),
        cmocka_unit_test(long_texts_are_refused),
        cmocka_unit_test(only_prime_order_points_are_keys),
        cmocka_unit_test(points_have_one_encoding),
        cmocka_unit_test(keys_are_written_as_others_do),
        cmocka_unit_test(keys_have_the_names_others_give),
        cmocka_unit_test(hints_are_told_apart),
        cmocka_unit_test(equality_needs_a_key),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files without encryption. Files made by OpenSSL and Node are the subject of tests/interop.
 */
#include "check.h"

#include "base/compiler.h"
#include "keys.h"

static void three_spellings_are_read(void **state)
{
    (void)state;
    static const char *const good[] = {V1, V2, RING};
    for (size_t i = 0; i < SIGNET_COUNT(good); i++) {
        struct signet_err err;
        struct bytes der = from_hex(good[i]);
        struct bytes pem = to_pem("PRIVATE KEY", span_of(&der));
        CHECK_OK(read_key(span_of(&der), NULL, NULL, &err), &err);
        CHECK_OK(read_key(span_of(&pem), NULL, NULL, &err), &err);
        assert_int_equal(signet_keyfile_kind(span_of(&der)), SIGNET_KEYFILE_PLAIN);
        assert_int_equal(signet_keyfile_kind(span_of(&pem)), SIGNET_KEYFILE_PLAIN);
    }
}

/* One bit of what is not the seed, a byte less, a byte more: never a key. */
static void a_changed_spelling_is_refused(void **state)
{
    (void)state;
    static const char *const good[] = {V1, V2, RING};
    for (size_t i = 0; i < SIGNET_COUNT(good); i++) {
        struct signet_err err;
        struct bytes der = from_hex(good[i]);
        size_t public_at = der.len - 32;
        for (size_t bit = 0; bit < der.len * 8; bit++) {
            size_t at = bit / 8;
            bool in_seed = at >= 16 && at < 48;
            bool in_public = i > 0 && at >= public_at;
            der.data[at] ^= (uint8_t)(1U << bit % 8);
            if (in_public || (in_seed && i > 0)) {
                CHECK_CODE(read_key(span_of(&der), NULL, NULL, &err), SIGNET_E_MALFORMED);
            } else if (!in_seed) {
                int rc = read_key(span_of(&der), NULL, NULL, &err);
                assert_true(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED);
            }
            der.data[at] ^= (uint8_t)(1U << bit % 8);
        }
        CHECK_OK(read_key(span_of(&der), NULL, NULL, &err), &err);
        size_t whole = der.len;
        for (der.len = 1; der.len <= whole + 2; der.len++) {
            CHECK_CODE(read_key(span_of(&der), NULL, NULL, &err),
                       der.len == whole ? SIGNET_OK : SIGNET_E_MALFORMED);
        }
    }
}

static void a_foreign_public_half_is_named(void **state)
{
    (void)state;
    struct signet_err err;
    struct bytes der = from_hex(V2);
    /* the public key of RFC 8032 section 7.1 TEST 2 */
    struct bytes other =
        from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    memcpy(der.data + 51, other.data, 32);
    CHECK_CODE(read_key(span_of(&der), NULL, NULL, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "the public key in the file is not that of its secret key");
}

static void other_contents_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        int code;
        const char *message;
    } rows[] = {
        /* outlines only: version, AlgorithmIdentifier, OCTET STRING */
        {"3012020100300b06092a864886f70d0101010400", SIGNET_E_UNSUPPORTED,
         "expected an Ed25519 key, found a key of type RSA"},
        {"301a020100301306072a8648ce3d020106082a8648ce3d0301070400", SIGNET_E_UNSUPPORTED,
         "expected an Ed25519 key, found a key of type ECDSA P-256"},
        {"300c020100300506032b65710400", SIGNET_E_UNSUPPORTED,
         "expected an Ed25519 key, found a key of type Ed448"},
        {"300c020100300506032b656e0400", SIGNET_E_UNSUPPORTED,
         "expected an Ed25519 key, found a key of type X25519"},
        {"300f300b06092a864886f70d01050d0400", SIGNET_E_UNSUPPORTED,
         "PKCS#8 encrypted with PBES2 is not read yet; \"openssl pkey -in FILE -out PLAIN\" opens "
         "it, \"signet-key passwd PLAIN\" encrypts it again"},
        {"302a300506032b6570032100" PUBLIC, SIGNET_E_UNSUPPORTED,
         "expected a secret key, found a public key"},
        /* RFC 8410 section 7 without the inner OCTET STRING */
        {"302c020100300506032b65700420" SEED, SIGNET_E_MALFORMED,
         "expected the PKCS#8 of an Ed25519 key, 48, 83 or 85 bytes, found 46 bytes of another "
         "form"},
        {"3003020100", SIGNET_E_MALFORMED,
         "expected the PKCS#8 of an Ed25519 key, 48, 83 or 85 bytes, found 5 bytes of another "
         "form"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_err err;
        struct bytes der = from_hex(rows[i].hex);
        struct bytes pem = to_pem("PRIVATE KEY", span_of(&der));
        CHECK_CODE(read_key(span_of(&der), NULL, NULL, &err), rows[i].code);
        assert_string_equal(err.msg, rows[i].message);
        CHECK_CODE(read_key(span_of(&pem), NULL, NULL, &err), rows[i].code);
        assert_string_equal(err.msg, rows[i].message);
    }
}

static void other_labels_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        const char *found;
        enum signet_keyfile_kind kind;
    } rows[] = {
        {"PUBLIC KEY", "\"PUBLIC KEY\"; signing takes the secret key that belongs to it",
         SIGNET_KEYFILE_PUBLIC},
        {"RSA PRIVATE KEY", "\"RSA PRIVATE KEY\", a key of type RSA", SIGNET_KEYFILE_PLAIN},
        {"EC PRIVATE KEY", "\"EC PRIVATE KEY\", a key of type ECDSA", SIGNET_KEYFILE_PLAIN},
        {"EC PARAMETERS", "\"EC PARAMETERS\", a key of type ECDSA", SIGNET_KEYFILE_UNKNOWN},
        {"DSA PRIVATE KEY", "\"DSA PRIVATE KEY\", a key of type DSA", SIGNET_KEYFILE_PLAIN},
        {"OPENSSH PRIVATE KEY", "\"OPENSSH PRIVATE KEY\", which is not read yet",
         SIGNET_KEYFILE_PLAIN},
        {"ENCRYPTED PRIVATE KEY",
         "\"ENCRYPTED PRIVATE KEY\" (PKCS#8), which is not read yet; \"openssl pkey -in FILE -out "
         "PLAIN\" opens it, \"signet-key passwd PLAIN\" encrypts it again",
         SIGNET_KEYFILE_PLAIN},
        {"PRIVATE KEYS", "\"PRIVATE KEYS\"", SIGNET_KEYFILE_UNKNOWN},
        {"CERTIFICATE", "\"CERTIFICATE\"", SIGNET_KEYFILE_UNKNOWN},
    };
    struct bytes der = from_hex(V1);
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_err err;
        char expected[240];
        struct bytes pem = to_pem(rows[i].label, span_of(&der));
        CHECK_CODE(read_key(span_of(&pem), "passphrase", NULL, &err), SIGNET_E_UNSUPPORTED);
        assert_true(snprintf(expected, sizeof(expected),
                             "expected an Ed25519 key file (\"PRIVATE KEY\"), found %s",
                             rows[i].found) > 0);
        assert_string_equal(err.msg, expected);
        assert_int_equal(signet_keyfile_kind(span_of(&pem)), rows[i].kind);
    }
}

static void what_is_no_key_file_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "garbage", "-----BEGIN PRIVATE KEY",
                                        "untrusted comment: x"};
    struct signet_err err;
    struct bytes der = from_hex(V1);
    struct bytes pem = to_pem("PRIVATE KEY", span_of(&der));
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        CHECK_CODE(read_key(signet_span_str(texts[i]), NULL, NULL, &err), SIGNET_E_MALFORMED);
        assert_string_equal(err.msg, "expected a key file in PEM (\"-----BEGIN PRIVATE KEY-----\") "
                                     "or DER");
        assert_int_equal(signet_keyfile_kind(signet_span_str(texts[i])), SIGNET_KEYFILE_UNKNOWN);
    }
    pem.data[pem.len++] = 'x';
    CHECK_CODE(read_key(span_of(&pem), NULL, NULL, &err), SIGNET_E_MALFORMED);
    assert_int_equal(err.offset, pem.len - 1);
    pem.data[pem.len - 1] = '\n';
    CHECK_OK(read_key(span_of(&pem), NULL, NULL, &err), &err);
    char *big = calloc(65537, 1);
    assert_non_null(big);
    memset(big, '\n', 65537);
    memcpy(big, pem.data, pem.len);
    CHECK_OK(read_key(signet_span_of(big, 65536), NULL, NULL, &err), &err);
    CHECK_CODE(read_key(signet_span_of(big, 65537), NULL, NULL, &err), SIGNET_E_LIMIT);
    free(big);
}

static void plain_files_are_pkcs8_v1(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_secret *text = NULL;
    struct signet_seckey *key = example_key();
    struct bytes der = {{0}, 0};
    char hex[2 * 48 + 1];
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_write(key, NULL, &text, &err), &err);
    struct signet_span pem = signet_secret_span(text);
    assert_true(signet_span_begins(pem, "-----BEGIN PRIVATE KEY-----\nM"));
    assert_int_equal(pem.len, 28 + 65 + 26);
    assert_int_equal(pem.ptr[pem.len - 1], '\n');
    CHECK_OK(signet_pem_decode(pem, der.data, &der.len, &err), &err);
    assert_int_equal(der.len, 48);
    signet_hex_encode(span_of(&der), hex);
    assert_string_equal(hex, V1);
    signet_secret_free(text);
    signet_seckey_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_spellings_are_read),
        cmocka_unit_test(a_changed_spelling_is_refused),
        cmocka_unit_test(a_foreign_public_half_is_named),
        cmocka_unit_test(other_contents_are_named),
        cmocka_unit_test(other_labels_are_named),
        cmocka_unit_test(what_is_no_key_file_is_refused),
        cmocka_unit_test(plain_files_are_pkcs8_v1),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files. The key is that of RFC 8032 section 7.1 TEST 1. PKCS#8 layouts are those of RFC 8410
 * section 7 and RFC 5958 section 2; the encrypted form is put together here from libsodium's own
 * functions, as go-securesystemslib describes it, so that reader and writer each meet another
 * implementation. Files made by OpenSSL and Node are the subject of tests/interop.
 */
#include "check.h"

#include <signet/seckey.h>
#include <sodium.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/pem.h"
#include "files.h"

#define SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define V1 "302e020100300506032b657004220420" SEED
#define V2 "3051020101300506032b657004220420" SEED "812100" PUBLIC
#define RING "3053020101300506032b657004220420" SEED "a123032100" PUBLIC

enum {
    TEXT_MAX = 4096,
    QUICK_N = 16 /* scrypt cost of files made here: enough to be one */
};

struct bytes {
    uint8_t data[TEXT_MAX];
    size_t len;
};

static struct bytes from_hex(const char *hex)
{
    struct bytes bytes = {{0}, strlen(hex) / 2};
    assert_int_equal(signet_hex_decode(signet_span_str(hex), bytes.data, bytes.len), SIGNET_OK);
    return bytes;
}

static struct signet_span span_of(const struct bytes *bytes)
{
    return signet_span_of(bytes->data, bytes->len);
}

static struct bytes to_pem(const char *label, struct signet_span content)
{
    struct bytes pem;
    assert_true(signet_pem_length(label, content.len) < sizeof(pem.data));
    pem.len = signet_pem_encode(label, content, (char *)pem.data);
    return pem;
}

static struct signet_secret *secret_of(const char *text)
{
    struct signet_err err;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_secret_new(strlen(text), &secret, &err), &err);
    CHECK_CODE(signet_secret_append(secret, signet_span_str(text)), SIGNET_OK);
    return secret;
}

/* Reads a key file and drops the key, after a look at its public half. */
static int read_key(struct signet_span text,
                    const char *passphrase,
                    const struct signet_limits *limits,
                    struct signet_err *err)
{
    struct signet_seckey *key = NULL;
    struct signet_secret *secret = passphrase != NULL ? secret_of(passphrase) : NULL;
    signet_err_clear(err);
    int rc = signet_seckey_read(text, secret, limits, &key, err);
    if (rc == SIGNET_OK) {
        struct bytes expected = from_hex(PUBLIC);
        CHECK_BYTES(signet_seckey_public(key)->bytes, expected.data, 32);
    } else {
        assert_null(key);
        assert_int_equal(err->code, rc);
        assert_true(err->msg[0] != '\0');
    }
    signet_seckey_free(key);
    signet_secret_free(secret);
    return rc;
}

/* ---- PKCS#8 ---- */

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
                CHECK_CODE(read_key(span_of(&der), NULL, NULL, &err), SIGNET_E_MISMATCH);
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
    CHECK_CODE(read_key(span_of(&der), NULL, NULL, &err), SIGNET_E_MISMATCH);
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
    static const char *const rows[][2] = {
        {"PUBLIC KEY", "\"PUBLIC KEY\"; signing takes the secret key that belongs to it"},
        {"RSA PRIVATE KEY", "\"RSA PRIVATE KEY\", a key of type RSA"},
        {"EC PRIVATE KEY", "\"EC PRIVATE KEY\", a key of type ECDSA"},
        {"EC PARAMETERS", "\"EC PARAMETERS\", a key of type ECDSA"},
        {"DSA PRIVATE KEY", "\"DSA PRIVATE KEY\", a key of type DSA"},
        {"OPENSSH PRIVATE KEY", "\"OPENSSH PRIVATE KEY\", which is not read yet"},
        {"ENCRYPTED PRIVATE KEY",
         "\"ENCRYPTED PRIVATE KEY\" (PKCS#8), which is not read yet; \"openssl pkey -in FILE -out "
         "PLAIN\" opens it, \"signet-key passwd PLAIN\" encrypts it again"},
        {"PRIVATE KEYS", "\"PRIVATE KEYS\""},
        {"CERTIFICATE", "\"CERTIFICATE\""},
    };
    struct bytes der = from_hex(V1);
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_err err;
        char expected[240];
        struct bytes pem = to_pem(rows[i][0], span_of(&der));
        CHECK_CODE(read_key(span_of(&pem), "passphrase", NULL, &err), SIGNET_E_UNSUPPORTED);
        assert_true(snprintf(expected, sizeof(expected),
                             "expected an Ed25519 key file (\"PRIVATE KEY\"), found %s",
                             rows[i][1]) > 0);
        assert_string_equal(err.msg, expected);
        assert_int_equal(signet_keyfile_kind(span_of(&pem)),
                         i == 0 ? SIGNET_KEYFILE_PUBLIC : SIGNET_KEYFILE_UNKNOWN);
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

/* ---- encrypted with scrypt and secretbox ---- */

/* All that an encrypted text is made of; a test changes what it is about. */
struct recipe {
    const char *kdf;
    const char *n;
    const char *r;
    const char *p;
    const char *cipher;
    const char *extra[4]; /* put into the top object, kdf, params and cipher */
    size_t salt_len;
    size_t nonce_len;
    struct bytes salt;
    struct bytes nonce;
    struct bytes ciphertext;
};

/* plain encrypted under passphrase with N = QUICK_N. */
static struct recipe recipe_for(struct signet_span plain, const char *passphrase)
{
    uint8_t key[crypto_secretbox_KEYBYTES];
    struct recipe recipe = {.kdf = "scrypt",
                            .n = "16",
                            .r = "8",
                            .p = "1",
                            .cipher = "nacl/secretbox",
                            .extra = {"", "", "", ""},
                            .salt.len = 32,
                            .nonce.len = crypto_secretbox_NONCEBYTES};
    randombytes_buf(recipe.salt.data, recipe.salt.len);
    randombytes_buf(recipe.nonce.data, recipe.nonce.len);
    assert_int_equal(crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase,
                                                           strlen(passphrase), recipe.salt.data, 32,
                                                           QUICK_N, 8, 1, key, sizeof(key)),
                     0);
    recipe.ciphertext.len = plain.len + crypto_secretbox_MACBYTES;
    assert_int_equal(
        crypto_secretbox_easy(recipe.ciphertext.data, plain.ptr, plain.len, recipe.nonce.data, key),
        0);
    return recipe;
}

static const char *base64_of(const struct bytes *bytes, char out[TEXT_MAX])
{
    return sodium_bin2base64(out, TEXT_MAX, bytes->data, bytes->len,
                             sodium_base64_VARIANT_ORIGINAL);
}

static struct bytes cook(const struct recipe *recipe)
{
    char text[TEXT_MAX];
    char salt[TEXT_MAX];
    char nonce[TEXT_MAX];
    char ciphertext[TEXT_MAX];
    int len = snprintf(
        text, sizeof(text),
        "{%s\"kdf\":{%s\"name\":\"%s\",\"params\":{%s\"N\":%s,\"r\":%s,\"p\":%s},\"salt\":\"%s\"},"
        "\"cipher\":{%s\"name\":\"%s\",\"nonce\":\"%s\"},\"ciphertext\":\"%s\"}",
        recipe->extra[0], recipe->extra[1], recipe->kdf, recipe->extra[2], recipe->n, recipe->r,
        recipe->p, base64_of(&recipe->salt, salt), recipe->extra[3], recipe->cipher,
        base64_of(&recipe->nonce, nonce), base64_of(&recipe->ciphertext, ciphertext));
    assert_true(len > 0 && len < TEXT_MAX);
    return to_pem("ENCRYPTED SIGSTORE PRIVATE KEY", signet_span_of(text, (size_t)len));
}

static int read_recipe(const struct recipe *recipe, struct signet_err *err)
{
    struct bytes pem = cook(recipe);
    return read_key(span_of(&pem), "passphrase", NULL, err);
}

static struct recipe good_recipe(void)
{
    struct bytes der = from_hex(V1);
    return recipe_for(span_of(&der), "passphrase");
}

static void encrypted_files_of_others_are_read(void **state)
{
    (void)state;
    static const char *const good[] = {V1, V2, RING};
    for (size_t i = 0; i < SIGNET_COUNT(good); i++) {
        struct signet_err err;
        struct bytes der = from_hex(good[i]);
        struct recipe recipe = recipe_for(span_of(&der), "passphrase");
        CHECK_OK(read_recipe(&recipe, &err), &err);
    }
    struct signet_err err;
    struct recipe recipe = good_recipe();
    struct bytes pem = cook(&recipe);
    assert_int_equal(signet_keyfile_kind(span_of(&pem)), SIGNET_KEYFILE_ENCRYPTED);
    struct bytes content = {{0}, 0};
    signet_err_clear(&err);
    CHECK_OK(signet_pem_decode(span_of(&pem), content.data, &content.len, &err), &err);
    struct bytes older = to_pem("ENCRYPTED COSIGN PRIVATE KEY", span_of(&content));
    CHECK_OK(read_key(span_of(&older), "passphrase", NULL, &err), &err);
    assert_int_equal(signet_keyfile_kind(span_of(&older)), SIGNET_KEYFILE_ENCRYPTED);
    /* JSON may have white space and another order of members */
    content.data[content.len++] = '\n';
    struct bytes spaced = to_pem("ENCRYPTED SIGSTORE PRIVATE KEY", span_of(&content));
    CHECK_OK(read_key(span_of(&spaced), "passphrase", NULL, &err), &err);
    content.data[content.len - 1] = 'x';
    struct bytes garbage = to_pem("ENCRYPTED SIGSTORE PRIVATE KEY", span_of(&content));
    CHECK_CODE(read_key(span_of(&garbage), "passphrase", NULL, &err), SIGNET_E_MALFORMED);
}

static void only_the_passphrase_opens(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",           "passphras",    "passphrase ", "passphrasf",
        "Passphrase", "passphrase\n", " passphrase", "passphrasepassphrase"};
    struct signet_err err;
    struct recipe recipe = good_recipe();
    struct bytes pem = cook(&recipe);
    CHECK_OK(read_key(span_of(&pem), "passphrase", NULL, &err), &err);
    for (size_t i = 0; i < SIGNET_COUNT(wrong); i++) {
        CHECK_CODE(read_key(span_of(&pem), wrong[i], NULL, &err), SIGNET_E_PASSPHRASE);
        assert_string_equal(err.msg, "wrong passphrase, or the key file was changed");
    }
    CHECK_CODE(read_key(span_of(&pem), NULL, NULL, &err), SIGNET_E_PASSPHRASE);
    assert_string_equal(err.msg, "the key is encrypted: no passphrase given");
}

static void flip_all(struct recipe *recipe, struct bytes *part)
{
    struct signet_err err;
    for (size_t bit = 0; bit < part->len * 8; bit++) {
        part->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK_CODE(read_recipe(recipe, &err), SIGNET_E_PASSPHRASE);
        part->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    CHECK_OK(read_recipe(recipe, &err), &err);
}

static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    struct recipe recipe = good_recipe();
    assert_int_equal(recipe.ciphertext.len, 64);
    flip_all(&recipe, &recipe.ciphertext);
    flip_all(&recipe, &recipe.salt);
    flip_all(&recipe, &recipe.nonce);
}

static void lengths_are_exact(void **state)
{
    (void)state;
    struct signet_err err;
    struct recipe recipe = good_recipe();
    recipe.salt.len = 31;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "\"salt\": expected 32 bytes in base64");
    recipe.salt.len = 33;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    recipe.salt.len = 32;
    recipe.nonce.len = 23;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "\"nonce\": expected 24 bytes in base64");
    recipe.nonce.len = 25;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    recipe.nonce.len = 24;
    recipe.ciphertext.len = 16;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "\"ciphertext\": expected more than 16 bytes in base64");
    recipe.ciphertext.len = 63;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_PASSPHRASE);
    recipe.ciphertext.len = 65;
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_PASSPHRASE);
    recipe.ciphertext.len = 64;
    CHECK_OK(read_recipe(&recipe, &err), &err);
}

static void scrypt_costs_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *n;
        const char *r;
        const char *p;
        int code;
        const char *message;
    } rows[] = {
        {"0", "8", "1", SIGNET_E_MALFORMED, "whole numbers"},
        {"1", "8", "1", SIGNET_E_MALFORMED, "whole numbers"},
        {"15", "8", "1", SIGNET_E_MALFORMED, "N a power of two"},
        {"17", "8", "1", SIGNET_E_MALFORMED, "N a power of two"},
        {"-16", "8", "1", SIGNET_E_MALFORMED, "whole numbers"},
        {"16.5", "8", "1", SIGNET_E_MALFORMED, "whole numbers"},
        {"\"16\"", "8", "1", SIGNET_E_MALFORMED, "whole numbers"},
        {"null", "8", "1", SIGNET_E_MALFORMED, "whole numbers"},
        {"016", "8", "1", SIGNET_E_MALFORMED, ""},
        {"9007199254740993", "8", "1", SIGNET_E_MALFORMED, ""},
        {"2097152", "8", "1", SIGNET_E_LIMIT,
         "scrypt: N = 2097152 is above the limit of 1048576; --limit scrypt-n=N raises it "
         "(memory: N KiB)"},
        {"4503599627370496", "8", "1", SIGNET_E_LIMIT, "N = 4503599627370496"},
        {"16", "9", "1", SIGNET_E_LIMIT, "scrypt: expected r = 8 and p = 1, found 9 and 1"},
        {"16", "7", "1", SIGNET_E_LIMIT, "found 7 and 1"},
        {"16", "8", "2", SIGNET_E_LIMIT, "found 8 and 2"},
        {"16", "8", "0", SIGNET_E_LIMIT, "found 8 and 0"},
        {"8", "8", "1", SIGNET_E_PASSPHRASE, "wrong passphrase"}, /* not the N it was made with */
    };
    struct signet_err err;
    struct recipe recipe = good_recipe();
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        recipe.n = rows[i].n;
        recipe.r = rows[i].r;
        recipe.p = rows[i].p;
        CHECK_CODE(read_recipe(&recipe, &err), rows[i].code);
        if (strstr(err.msg, rows[i].message) == NULL) {
            fail_msg("row %zu: %s", i, err.msg);
        }
    }
}

static void the_caller_moves_the_limit(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    struct recipe recipe = good_recipe();
    struct bytes pem = cook(&recipe);
    limits.scrypt_n = QUICK_N;
    CHECK_OK(read_key(span_of(&pem), "passphrase", &limits, &err), &err);
    limits.scrypt_n = QUICK_N - 1;
    CHECK_CODE(read_key(span_of(&pem), "passphrase", &limits, &err), SIGNET_E_LIMIT);
}

static void names_and_members_are_closed(void **state)
{
    (void)state;
    struct signet_err err;
    struct recipe recipe = good_recipe();
    for (size_t i = 0; i < SIGNET_COUNT(recipe.extra); i++) {
        recipe.extra[i] = "\"more\":1,";
        CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
        assert_non_null(strstr(err.msg, "unknown member \"more\""));
        recipe.extra[i] = "";
    }
    recipe.extra[2] = "\"N\":16,"; /* twice */
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    recipe.extra[2] = "";
    recipe.kdf = "argon2id";
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_UNSUPPORTED);
    assert_string_equal(err.msg, "expected \"scrypt\", found \"argon2id\"");
    recipe.kdf = "scrypt";
    recipe.cipher = "none";
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_UNSUPPORTED);
    assert_string_equal(err.msg, "expected \"nacl/secretbox\", found \"none\"");
    recipe.cipher = "nacl/secretbox";
    CHECK_OK(read_recipe(&recipe, &err), &err);
}

static void missing_members_are_errors(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"kdf\":{},\"cipher\":{},\"ciphertext\":\"\"}",
        "{\"kdf\":{\"name\":\"scrypt\"},\"cipher\":{},\"ciphertext\":\"\"}",
        "{\"kdf\":{\"name\":\"scrypt\",\"params\":{}},\"cipher\":{},\"ciphertext\":\"\"}",
        "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":16,\"r\":8,\"p\":1}},\"cipher\":{},"
        "\"ciphertext\":\"\"}",
        "{\"kdf\":\"scrypt\",\"cipher\":\"nacl/secretbox\",\"ciphertext\":\"\"}",
    };
    struct signet_err err;
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        struct bytes pem = to_pem("ENCRYPTED SIGSTORE PRIVATE KEY", signet_span_str(texts[i]));
        CHECK_CODE(read_key(span_of(&pem), "passphrase", NULL, &err), SIGNET_E_MALFORMED);
    }
}

static void what_is_encrypted_is_judged_too(void **state)
{
    (void)state;
    struct signet_err err;
    struct bytes ec = from_hex("301a020100301306072a8648ce3d020106082a8648ce3d0301070400");
    struct recipe recipe = recipe_for(span_of(&ec), "passphrase");
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_UNSUPPORTED);
    assert_string_equal(err.msg, "expected an Ed25519 key, found a key of type ECDSA P-256");
    recipe = recipe_for(signet_span_str("garbage"), "passphrase");
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
    struct bytes longer = from_hex(V1 "00");
    recipe = recipe_for(span_of(&longer), "passphrase");
    CHECK_CODE(read_recipe(&recipe, &err), SIGNET_E_MALFORMED);
}

/* ---- writing ---- */

static struct signet_seckey *example_key(void)
{
    struct signet_err err;
    struct signet_seckey *key = NULL;
    struct bytes der = from_hex(V1);
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_read(span_of(&der), NULL, NULL, &key, &err), &err);
    return key;
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

/* Takes the base64 of the string after name from text. */
static struct bytes member_bytes(const char *text, const char *name)
{
    struct bytes found = {{0}, 0};
    const char *at = strstr(text, name);
    assert_non_null(at);
    at += strlen(name);
    const char *end = strchr(at, '"');
    assert_non_null(end);
    assert_int_equal(sodium_base642bin(found.data, sizeof(found.data), at, (size_t)(end - at), NULL,
                                       &found.len, NULL, sodium_base64_VARIANT_ORIGINAL),
                     0);
    return found;
}

/* Opens what was written with libsodium alone. */
static void encrypted_files_open_elsewhere(void **state)
{
    (void)state;
    static const char head[] =
        "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":65536,\"r\":8,\"p\":1},\"salt\":\"";
    struct signet_err err;
    struct signet_secret *file = NULL;
    struct signet_secret *passphrase = secret_of("passphrase");
    struct signet_seckey *key = example_key();
    struct bytes json = {{0}, 0};
    uint8_t box_key[crypto_secretbox_KEYBYTES];
    uint8_t opened[48];
    char hex[2 * 48 + 1];
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_write(key, passphrase, &file, &err), &err);
    assert_true(signet_span_begins(signet_secret_span(file),
                                   "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"));
    CHECK_OK(signet_pem_decode(signet_secret_span(file), json.data, &json.len, &err), &err);
    json.data[json.len] = '\0';
    const char *text = (const char *)json.data;
    assert_true(signet_span_begins(span_of(&json), head));
    assert_non_null(strstr(text, "\"},\"cipher\":{\"name\":\"nacl/secretbox\",\"nonce\":\""));
    assert_string_equal(text + json.len - 3, "=\"}");
    struct bytes salt = member_bytes(text, "\"salt\":\"");
    struct bytes nonce = member_bytes(text, "\"nonce\":\"");
    struct bytes ciphertext = member_bytes(text, "\"ciphertext\":\"");
    assert_int_equal(salt.len, 32);
    assert_int_equal(nonce.len, 24);
    assert_int_equal(ciphertext.len, 64);
    assert_int_equal(crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)"passphrase", 10,
                                                           salt.data, 32, 65536, 8, 1, box_key, 32),
                     0);
    assert_int_equal(crypto_secretbox_open_easy(opened, ciphertext.data, 64, nonce.data, box_key),
                     0);
    signet_hex_encode(signet_span_of(opened, 48), hex);
    assert_string_equal(hex, V1);
    signet_secret_free(file);
    signet_secret_free(passphrase);
    signet_seckey_free(key);
}

static void every_file_has_a_salt_and_nonce_of_its_own(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_secret *passphrase = secret_of("passphrase");
    struct signet_seckey *key = example_key();
    struct bytes json[2] = {{{0}, 0}, {{0}, 0}};
    for (size_t i = 0; i < 2; i++) {
        struct signet_secret *file = NULL;
        signet_err_clear(&err);
        CHECK_OK(signet_seckey_write(key, passphrase, &file, &err), &err);
        CHECK_OK(read_key(signet_secret_span(file), "passphrase", NULL, &err), &err);
        CHECK_OK(signet_pem_decode(signet_secret_span(file), json[i].data, &json[i].len, &err),
                 &err);
        signet_secret_free(file);
    }
    static const char *const names[] = {"\"salt\":\"", "\"nonce\":\"", "\"ciphertext\":\""};
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        struct bytes a = member_bytes((const char *)json[0].data, names[i]);
        struct bytes b = member_bytes((const char *)json[1].data, names[i]);
        assert_int_equal(a.len, b.len);
        assert_memory_not_equal(a.data, b.data, a.len);
    }
    signet_secret_free(passphrase);
    signet_seckey_free(key);
}

static void an_empty_passphrase_is_refused(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_secret *file = NULL;
    struct signet_secret *passphrase = secret_of("");
    struct signet_seckey *key = example_key();
    signet_err_clear(&err);
    CHECK_CODE(signet_seckey_write(key, passphrase, &file, &err), SIGNET_E_PASSPHRASE);
    assert_null(file);
    signet_secret_free(passphrase);
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
        cmocka_unit_test(encrypted_files_of_others_are_read),
        cmocka_unit_test(only_the_passphrase_opens),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(lengths_are_exact),
        cmocka_unit_test(scrypt_costs_are_bounded),
        cmocka_unit_test(the_caller_moves_the_limit),
        cmocka_unit_test(names_and_members_are_closed),
        cmocka_unit_test(missing_members_are_errors),
        cmocka_unit_test(what_is_encrypted_is_judged_too),
        cmocka_unit_test(plain_files_are_pkcs8_v1),
        cmocka_unit_test(encrypted_files_open_elsewhere),
        cmocka_unit_test(every_file_has_a_salt_and_nonce_of_its_own),
        cmocka_unit_test(an_empty_passphrase_is_refused),
    };
    return sodium_init() < 0 ? EXIT_FAILURE : CHECK_RUN(tests);
}

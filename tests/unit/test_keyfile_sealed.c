/* SPDX-License-Identifier: Apache-2.0
 *
 * Encrypted key files. The form is put together and taken apart here with libsodium's own
 * functions, as go-securesystemslib describes it, so that reader and writer each meet another
 * implementation.
 */
#include "check.h"

#include <sodium.h>

#include "base/compiler.h"
#include "keys.h"

enum {
    QUICK_N = 16 /* scrypt cost of files made here: enough to be one */
};

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
        cmocka_unit_test(encrypted_files_of_others_are_read),
        cmocka_unit_test(only_the_passphrase_opens),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(lengths_are_exact),
        cmocka_unit_test(scrypt_costs_are_bounded),
        cmocka_unit_test(the_caller_moves_the_limit),
        cmocka_unit_test(names_and_members_are_closed),
        cmocka_unit_test(missing_members_are_errors),
        cmocka_unit_test(what_is_encrypted_is_judged_too),
        cmocka_unit_test(encrypted_files_open_elsewhere),
        cmocka_unit_test(every_file_has_a_salt_and_nonce_of_its_own),
        cmocka_unit_test(an_empty_passphrase_is_refused),
    };
    return sodium_init() < 0 ? EXIT_FAILURE : CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature check for other keys than Ed25519: signatures made by OpenSSL's command line
 * (tests/vectors/crypto/signatures/PROVENANCE) and those of RFC 8032 section 7.4, each refused once
 * one thing about it is another.
 */
#include "check.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/sigcheck.h"
#include "files.h"
#include "rfc8032.h"

static const char folder[] = SIGNET_SOURCE_DIR "/tests/vectors/crypto/signatures";

enum {
    LINES_MAX = 40,
    SIGNATURE_MAX = 512
};

struct line {
    char name[32]; /* of the algorithm, with what is wrong about it */
    struct signet_pubkey key;
    char key_name[16];
    uint8_t bytes[SIGNATURE_MAX];
    size_t len;
};

struct lines {
    struct line at[LINES_MAX];
    size_t count;
};

static struct signet_pubkey read_key(const char *name)
{
    char file[32];
    struct signet_err err;
    struct signet_pubkey key;
    signet_err_clear(&err);
    assert_true(snprintf(file, sizeof(file), "%s.pem", name) > 0);
    struct signet_buf pem = check_read_file(folder, file);
    CHECK_OK(signet_pubkey_read(signet_buf_span(&pem), &key, &err), &err);
    signet_buf_free(&pem);
    return key;
}

static void take_text(struct signet_span *rest, char separator, char *out, size_t size)
{
    struct signet_span field = check_take_field(rest, separator);
    assert_true(field.len < size);
    memcpy(out, field.ptr, field.len);
    out[field.len] = '\0';
}

static struct lines *read_lines(void)
{
    struct lines *lines = calloc(1, sizeof(*lines));
    assert_non_null(lines);
    struct signet_buf text = check_read_file(folder, "signatures.tsv");
    struct signet_span rest = signet_buf_span(&text);
    check_take_field(&rest, '\n');
    while (rest.len > 0) {
        assert_true(lines->count < LINES_MAX);
        struct line *line = &lines->at[lines->count++];
        take_text(&rest, '\t', line->name, sizeof(line->name));
        take_text(&rest, '\t', line->key_name, sizeof(line->key_name));
        struct signet_span hex = check_take_field(&rest, '\n');
        line->len = hex.len / 2;
        assert_true(line->len > 0 && line->len < sizeof(line->bytes));
        assert_int_equal(signet_hex_decode(hex, line->bytes, line->len), SIGNET_OK);
        line->key = read_key(line->key_name);
    }
    signet_buf_free(&text);
    assert_int_equal(lines->count, 27);
    return lines;
}

static enum signet_sig_alg algorithm_of(const struct line *line)
{
    return strcmp(line->name, "ECDSA") == 0 ? SIGNET_SIG_ECDSA
                                            : signet_sig_alg_by_name(signet_span_str(line->name));
}

static int check_line(const struct line *line)
{
    return signet_sigcheck(&line->key, algorithm_of(line), signet_span_str("signed by OpenSSL"),
                           signet_span_of(line->bytes, line->len));
}

/* Calls twin for each line that is a valid signature. */
static void for_each(void (*twin)(struct line *line))
{
    size_t valid = 0;
    struct lines *lines = read_lines();
    for (size_t i = 0; i < lines->count; i++) {
        if (algorithm_of(&lines->at[i]) != SIGNET_SIG_NONE) {
            CHECK_CODE(check_line(&lines->at[i]), SIGNET_OK);
            twin(&lines->at[i]);
            valid++;
        }
    }
    assert_int_equal(valid, 19);
    free(lines);
}

/* At least one bit of each byte. */
static void flip_signature(struct line *line)
{
    for (size_t bit = 0; bit < line->len * 8; bit += 7) {
        line->bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
        line->bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void a_flipped_bit_of_a_signature_is_refused(void **state)
{
    (void)state;
    for_each(flip_signature);
}

static void change_message(struct line *line)
{
    static const char *const messages[] = {"signed by OpenSSM", "signed by OpenSS", "",
                                           "signed by OpenSSL\n"};
    for (size_t i = 0; i < SIGNET_COUNT(messages); i++) {
        CHECK_CODE(signet_sigcheck(&line->key, algorithm_of(line), signet_span_str(messages[i]),
                                   signet_span_of(line->bytes, line->len)),
                   SIGNET_E_BAD_SIGNATURE);
    }
}

static void another_message_is_refused(void **state)
{
    (void)state;
    for_each(change_message);
}

static void change_length(struct line *line)
{
    size_t len = line->len;
    line->bytes[len] = 0;
    for (line->len = 0; line->len <= len + 1; line->len++) {
        CHECK_CODE(check_line(line), line->len == len ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE);
    }
}

static void another_length_is_refused(void **state)
{
    (void)state;
    for_each(change_length);
}

static void change_key(struct line *line)
{
    static const char *const others[] = {"ed448-b", "p256-b", "p384-b", "p521-b", "rsa-b"};
    enum signet_key_alg mine = line->key.alg;
    size_t same = 0;
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        line->key = read_key(others[i]);
        same += line->key.alg == mine ? 1 : 0;
        CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
    }
    assert_int_equal(same, 1);
}

static void another_key_is_refused(void **state)
{
    (void)state;
    for_each(change_key);
}

static void change_algorithm(struct line *line)
{
    struct signet_span message = signet_span_str("signed by OpenSSL");
    struct signet_span signature = signet_span_of(line->bytes, line->len);
    for (int alg = -1; alg <= SIGNET_SIG_PS512 + 1; alg++) {
        bool is_own = alg == (int)algorithm_of(line);
        CHECK_CODE(signet_sigcheck(&line->key, (enum signet_sig_alg)alg, message, signature),
                   is_own ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE);
    }
}

static void another_algorithm_is_refused(void **state)
{
    (void)state;
    for_each(change_algorithm);
}

/* What OpenSSL finds valid if it is told how the signature was made. */
static void other_digests_and_salts_are_refused(void **state)
{
    (void)state;
    size_t refused = 0;
    struct lines *lines = read_lines();
    for (size_t i = 0; i < lines->count; i++) {
        struct line *line = &lines->at[i];
        char *dash = strchr(line->name, '-');
        if (dash != NULL) {
            *dash = '\0';
            CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
            refused++;
        }
    }
    assert_int_equal(refused, 8);
    free(lines);
}

/* The other line over the same r and s: each form is refused where the other is asked for, and the
 * two lines differ in the form alone. */
static void the_two_forms_of_ecdsa_are_told_apart(void **state)
{
    (void)state;
    size_t pairs = 0;
    struct signet_span message = signet_span_str("signed by OpenSSL");
    struct lines *lines = read_lines();
    for (size_t i = 0; i + 1 < lines->count; i++) {
        const struct line *raw = &lines->at[i];
        const struct line *der = &lines->at[i + 1];
        if (strcmp(der->name, "ECDSA") != 0) {
            continue;
        }
        CHECK_CODE(check_line(raw), SIGNET_OK);
        CHECK_CODE(check_line(der), SIGNET_OK);
        CHECK_BYTES(raw->bytes + raw->len - 32, der->bytes + der->len - 32, 32);
        CHECK_CODE(signet_sigcheck(&raw->key, algorithm_of(raw), message,
                                   signet_span_of(der->bytes, der->len)),
                   SIGNET_E_BAD_SIGNATURE);
        CHECK_CODE(signet_sigcheck(&raw->key, SIGNET_SIG_ECDSA, message,
                                   signet_span_of(raw->bytes, raw->len)),
                   SIGNET_E_BAD_SIGNATURE);
        pairs++;
    }
    assert_int_equal(pairs, 3);
    free(lines);
}

/* Order of P-256 (SP 800-186 section 3.2.1.3). */
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"

static void r_and_s_are_in_their_range(void **state)
{
    (void)state;
    static const char *const raw[] = {ZERO ZERO, ZERO ONE,  ONE ZERO,
                                      ORDER ONE, ONE ORDER, ORDER ORDER};
    static const char *const der[] = {
        "3006020100020100", /* 0, 0 */
        "3006020100020101", /* 0, 1 */
        "3006020101020100", /* 1, 0 */
        "30060201ff020101", /* -1, 1 */
        "3006020101020101", /* 1, 1: well-formed, and no signature of this */
        "3026022100" ORDER "020101",
    };
    struct signet_pubkey key = read_key("p256-a");
    struct signet_span message = signet_span_str("signed by OpenSSL");
    uint8_t bytes[72];
    for (size_t i = 0; i < SIGNET_COUNT(raw); i++) {
        assert_int_equal(signet_hex_decode(signet_span_str(raw[i]), bytes, 64), SIGNET_OK);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ES256, message, signet_span_of(bytes, 64)),
                   SIGNET_E_BAD_SIGNATURE);
    }
    for (size_t i = 0; i < SIGNET_COUNT(der); i++) {
        size_t len = strlen(der[i]) / 2;
        assert_int_equal(signet_hex_decode(signet_span_str(der[i]), bytes, len), SIGNET_OK);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ECDSA, message, signet_span_of(bytes, len)),
                   SIGNET_E_BAD_SIGNATURE);
    }
}

/* The bytes of the ECDSA line of P-256, which begin 30 46 02 21 00 (and s likewise), in BER that is
 * no DER. */
static void ecdsa_values_have_one_spelling(void **state)
{
    (void)state;
    struct lines *lines = read_lines();
    struct line *line = &lines->at[2];
    struct line changed = *line;
    assert_string_equal(line->name, "ECDSA");
    assert_int_equal(line->len, 72);
    CHECK_CODE(check_line(line), SIGNET_OK);
    /* the length of the whole in two bytes */
    changed.bytes[1] = 0x81;
    memcpy(changed.bytes + 2, line->bytes + 1, line->len - 1);
    changed.len = line->len + 1;
    CHECK_CODE(check_line(&changed), SIGNET_E_BAD_SIGNATURE);
    /* r with a zero byte more */
    changed = *line;
    changed.bytes[1]++;
    changed.bytes[3]++;
    memcpy(changed.bytes + 5, line->bytes + 4, line->len - 4);
    changed.len = line->len + 1;
    CHECK_CODE(check_line(&changed), SIGNET_E_BAD_SIGNATURE);
    /* r without the zero byte that it needs */
    changed = *line;
    changed.bytes[1]--;
    changed.bytes[3]--;
    memcpy(changed.bytes + 4, line->bytes + 5, line->len - 5);
    changed.len = line->len - 1;
    CHECK_CODE(check_line(&changed), SIGNET_E_BAD_SIGNATURE);
    /* a third number */
    changed = *line;
    changed.bytes[1] = (uint8_t)(line->bytes[1] + 3);
    memcpy(changed.bytes + line->len, "\x02\x01\x01", 3);
    changed.len = line->len + 3;
    CHECK_CODE(check_line(&changed), SIGNET_E_BAD_SIGNATURE);
    free(lines);
}

/* RFC 8032 section 7.4, "Blank" and "1 octet". */
static void rfc8032_vectors_of_ed448_verify(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        const char *message;
        const char *signature;
    } rows[] = {
        {"5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783d"
         "f1e50f6cd1fa1abeafe8256180",
         "",
         "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22"
         "ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cd"
         "da8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600"},
        {"43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4"
         "cb82169c235160627b4c3a9480",
         "\x03",
         "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de"
         "8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a64729"
         "05e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        uint8_t raw[57];
        uint8_t signature[114];
        struct signet_pubkey key;
        assert_int_equal(signet_hex_decode(signet_span_str(rows[i].key), raw, 57), SIGNET_OK);
        assert_int_equal(signet_hex_decode(signet_span_str(rows[i].signature), signature, 114),
                         SIGNET_OK);
        CHECK_CODE(signet_pubkey_from_bits(SIGNET_KEY_ED448, signet_span_of(raw, 57), &key, NULL),
                   SIGNET_OK);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED448, signet_span_str(rows[i].message),
                                   signet_span_of(signature, 114)),
                   SIGNET_OK);
        CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED448, signet_span_str("x"),
                                   signet_span_of(signature, 114)),
                   SIGNET_E_BAD_SIGNATURE);
    }
}

/* S + L satisfies the same equation as S (RFC 8032 section 5.2.7 refuses it). L is 2^446 -
 * 13818066809895115352007386748515426880336692474882178609894547503885 (section 5.2). */
static void s_of_ed448_has_one_value(void **state)
{
    (void)state;
    static const char order_hex[] =
        "f34458ab92c27823558fc58d72c26c219036d6ae49db4ec4e923ca7cffffffffffffffffffffffffffffffffff"
        "ffffffffffffffffffff3f00";
    uint8_t order[57];
    unsigned carry = 0;
    struct lines *lines = read_lines();
    struct line *line = &lines->at[0];
    assert_string_equal(line->name, "Ed448");
    assert_int_equal(signet_hex_decode(signet_span_str(order_hex), order, 57), SIGNET_OK);
    CHECK_CODE(check_line(line), SIGNET_OK);
    for (size_t i = 0; i < 57; i++) {
        unsigned sum = (unsigned)line->bytes[57 + i] + order[i] + carry;
        line->bytes[57 + i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    assert_int_equal(carry, 0);
    CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
    free(lines);
}

/* Keys that no function of this library makes. */
static void what_is_no_key_verifies_nothing(void **state)
{
    (void)state;
    struct lines *lines = read_lines();
    struct line *line = &lines->at[1];
    assert_string_equal(line->name, "ES256");
    CHECK_CODE(check_line(line), SIGNET_OK);
    line->key.len = SIZE_MAX;
    CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
    line->key.len = 64;
    CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
    line->key.len = 65;
    line->key.bytes[0] = 3;
    CHECK_CODE(check_line(line), SIGNET_E_BAD_SIGNATURE);
    line->key.bytes[0] = 4;
    line->key.bytes[64] ^= 1; /* not on the curve */
    CHECK_CODE(check_line(line), SIGNET_E_INTERNAL);
    line->key.bytes[64] ^= 1;
    CHECK_CODE(check_line(line), SIGNET_OK);
    free(lines);
}

static void algorithms_have_the_names_of_jsf(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum signet_sig_alg alg;
    } rows[] = {
        {"Ed25519", SIGNET_SIG_ED25519}, {"Ed448", SIGNET_SIG_ED448}, {"ES256", SIGNET_SIG_ES256},
        {"ES384", SIGNET_SIG_ES384},     {"ES512", SIGNET_SIG_ES512}, {"RS256", SIGNET_SIG_RS256},
        {"RS384", SIGNET_SIG_RS384},     {"RS512", SIGNET_SIG_RS512}, {"PS256", SIGNET_SIG_PS256},
        {"PS384", SIGNET_SIG_PS384},     {"PS512", SIGNET_SIG_PS512},
    };
    static const char *const none[] = {"",      "ed25519", "ES25",  "ES2560",    "HS256", "none",
                                       "ECDSA", "EdDSA",   "es256", "Ed25519ph", "RS1"};
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        assert_int_equal(signet_sig_alg_by_name(signet_span_str(rows[i].name)), rows[i].alg);
        assert_string_equal(signet_sig_alg_name(rows[i].alg), rows[i].name);
    }
    for (size_t i = 0; i < SIGNET_COUNT(none); i++) {
        assert_int_equal(signet_sig_alg_by_name(signet_span_str(none[i])), SIGNET_SIG_NONE);
    }
    assert_string_equal(signet_sig_alg_name(SIGNET_SIG_ED25519PH), "Ed25519ph");
    assert_string_equal(signet_sig_alg_name(SIGNET_SIG_ECDSA), "ECDSA");
    assert_string_equal(signet_sig_alg_name(SIGNET_SIG_NONE), "none");
}

/* Of the message that all lines are over. */
static struct signet_digest digest_of_message(enum signet_digest_alg alg)
{
    struct signet_digest digest;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_digest_of(alg, signet_span_str("signed by OpenSSL"), &digest, &err), &err);
    return digest;
}

/* The digest that a line was made with, by the digits at the end of its name. */
static enum signet_digest_alg digest_of_line(const struct line *line)
{
    static const enum signet_digest_alg of_curve[] = {SIGNET_DIGEST_SHA256, SIGNET_DIGEST_SHA384,
                                                      SIGNET_DIGEST_SHA512};
    const char *digits = line->name + strlen(line->name) - 3;
    if (strcmp(line->name, "ECDSA") == 0) {
        return of_curve[line->key.alg - SIGNET_KEY_P256];
    }
    return strcmp(digits, "256") == 0   ? SIGNET_DIGEST_SHA256
           : strcmp(digits, "384") == 0 ? SIGNET_DIGEST_SHA384
                                        : SIGNET_DIGEST_SHA512;
}

static int check_digest(const struct line *line, const struct signet_digest *digest)
{
    return signet_sigcheck_digest(&line->key, algorithm_of(line), digest,
                                  signet_span_of(line->bytes, line->len));
}

/* Each digest but the right one, one bit of that, and other lengths. */
static void change_digest(struct line *line)
{
    enum signet_digest_alg mine = digest_of_line(line);
    if (line->key.alg == SIGNET_KEY_ED448) {
        return; /* its line is over the message */
    }
    for (int alg = SIGNET_DIGEST_SHA256; alg <= SIGNET_DIGEST_BLAKE2B; alg++) {
        struct signet_digest digest = digest_of_message((enum signet_digest_alg)alg);
        CHECK_CODE(check_digest(line, &digest),
                   alg == (int)mine ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE);
    }
    struct signet_digest digest = digest_of_message(mine);
    digest.bytes[0] ^= 1;
    CHECK_CODE(check_digest(line, &digest), SIGNET_E_BAD_SIGNATURE);
    digest.bytes[0] ^= 1;
    digest.len--;
    CHECK_CODE(check_digest(line, &digest), SIGNET_E_BAD_SIGNATURE);
    digest.len++;
    line->bytes[line->len - 1] ^= 1;
    CHECK_CODE(check_digest(line, &digest), SIGNET_E_BAD_SIGNATURE);
    line->bytes[line->len - 1] ^= 1;
    line->len--;
    CHECK_CODE(check_digest(line, &digest), SIGNET_E_BAD_SIGNATURE);
}

static void a_digest_is_signed_as_its_message(void **state)
{
    (void)state;
    for_each(change_digest);
}

/* The name of an algorithm fixes key and padding, the digest is the one that is given. */
static void a_digest_of_another_length_than_the_name(void **state)
{
    static const struct {
        const char *name;
        enum signet_digest_alg right, wrong;
        int code;
    } rows[] = {
        {"ES256-with-sha512", SIGNET_DIGEST_SHA512, SIGNET_DIGEST_SHA256, SIGNET_OK},
        {"ECDSA-with-sha512", SIGNET_DIGEST_SHA512, SIGNET_DIGEST_SHA256, SIGNET_OK},
        {"PS256-salt-0", SIGNET_DIGEST_SHA256, SIGNET_DIGEST_SHA512, SIGNET_E_BAD_SIGNATURE},
        {"PS256-salt-33", SIGNET_DIGEST_SHA256, SIGNET_DIGEST_SHA512, SIGNET_E_BAD_SIGNATURE},
        {"PS256-mgf1-sha1", SIGNET_DIGEST_SHA256, SIGNET_DIGEST_SHA512, SIGNET_E_BAD_SIGNATURE},
    };
    (void)state;
    size_t found = 0;
    struct lines *lines = read_lines();
    for (size_t i = 0; i < lines->count; i++) {
        for (size_t j = 0; j < SIGNET_COUNT(rows); j++) {
            struct line line = lines->at[i];
            struct signet_digest right = digest_of_message(rows[j].right);
            struct signet_digest wrong = digest_of_message(rows[j].wrong);
            if (strcmp(line.name, rows[j].name) == 0) {
                *strchr(line.name, '-') = '\0';
                CHECK_CODE(check_digest(&line, &right), rows[j].code);
                CHECK_CODE(check_digest(&line, &wrong), SIGNET_E_BAD_SIGNATURE);
                found++;
            }
        }
    }
    assert_int_equal(found, SIGNET_COUNT(rows));
    free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_of_a_signature_is_refused),
        cmocka_unit_test(another_message_is_refused),
        cmocka_unit_test(another_length_is_refused),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(another_algorithm_is_refused),
        cmocka_unit_test(other_digests_and_salts_are_refused),
        cmocka_unit_test(a_digest_is_signed_as_its_message),
        cmocka_unit_test(a_digest_of_another_length_than_the_name),
        cmocka_unit_test(the_two_forms_of_ecdsa_are_told_apart),
        cmocka_unit_test(r_and_s_are_in_their_range),
        cmocka_unit_test(ecdsa_values_have_one_spelling),
        cmocka_unit_test(rfc8032_vectors_of_ed448_verify),
        cmocka_unit_test(s_of_ed448_has_one_value),
        cmocka_unit_test(what_is_no_key_verifies_nothing),
        cmocka_unit_test(algorithms_have_the_names_of_jsf),
    };
    return CHECK_RUN(tests);
}

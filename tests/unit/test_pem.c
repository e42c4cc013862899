/* SPDX-License-Identifier: Apache-2.0
 *
 * PEM and the outlines of DER. The example block is the public key of RFC 8032 section 7.1 TEST 1
 * as OpenSSL 3.0 writes it; DER rules are those of X.690 sections 8.1.3 and 10.1.
 */
#include "check.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/der.h"
#include "crypto/pem.h"

#define BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define BASE64 "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define END "-----END PUBLIC KEY-----"

static const char example_der[] =
    "302a300506032b6570032100"
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

static void blocks_are_read(void **state)
{
    (void)state;
    static const char *const good[] = {
        BEGIN BASE64 "\n" END "\n",
        BEGIN BASE64 "\n" END,
        "\r\n \t" BEGIN BASE64 "\n" END "\n\n \r\n",
        "-----BEGIN PUBLIC KEY-----\r\n" BASE64 "\r\n" END "\r\n",
        BEGIN "MCowBQYDK2VwAyEA11qYAYK\nxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n" END "\n",
    };
    for (size_t i = 0; i < SIGNET_COUNT(good); i++) {
        uint8_t out[300];
        char hex[2 * 44 + 1];
        size_t len = 0;
        struct signet_span label;
        struct signet_err err;
        signet_err_clear(&err);
        assert_true(signet_pem_label(signet_span_str(good[i]), &label));
        CHECK_SPAN(label, "PUBLIC KEY");
        CHECK_OK(signet_pem_decode(signet_span_str(good[i]), out, &len, &err), &err);
        assert_int_equal(len, 44);
        signet_hex_encode(signet_span_of(out, len), hex);
        assert_string_equal(hex, example_der);
    }
}

/* Each differs from a good block in one thing; the offset points at it. */
static void anything_else_is_refused_where_it_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t offset;
    } bad[] = {
        {"", 0},
        {"x" BEGIN BASE64 "\n" END "\n", 0},
        {"----BEGIN PUBLIC KEY-----\n" BASE64 "\n" END "\n", 0},
        {"-----BEGIN -----\n" BASE64 "\n-----END -----\n", 0},
        {"-----BEGIN PUBLIC KEY----\n" BASE64 "\n" END "\n", 0},
        {BEGIN, 27},
        {BEGIN BASE64 "\n", 88},
        {BEGIN BASE64 END "\n", 87},
        {BEGIN END "\n", 27},
        {BEGIN "\n" END "\n", 28},
        {"-----BEGIN PUBLIC KEY-----" BASE64 "\n" END "\n", 87},
        {"-----BEGIN PUBLIC KEY----- \n" BASE64 "\n" END "\n", 89},
        {BEGIN BASE64 "\n-----END PRIVATE KEY-----\n", 88},
        {BEGIN BASE64 "\n-----END PUBLIC KEYS-----\n", 88},
        {BEGIN BASE64 "\n-----END PUBLIC KEY----\n", 88},
        {BEGIN BASE64 "\n" END "\nx", 113},
        {BEGIN BASE64 "\n" END "-", 112},
        {BEGIN BASE64 "\n" END "\n" BEGIN BASE64 "\n" END "\n", 113},
        {BEGIN "Comment: x\n" BASE64 "\n" END "\n", 34},
        {BEGIN " " BASE64 "\n" END "\n", 27},
        {BEGIN "MCow BQYD\n" END "\n", 31},
        {BEGIN "MCow\tBQYD\n" END "\n", 31},
        {BEGIN "MCo_\n" END "\n", 30},
        {BEGIN "MCow\x80"
               "BQYD\n" END "\n",
         31},
        {BEGIN "MCow=\n" END "\n", 31},
        {BEGIN "MCow====\n" END "\n", 31},
        {BEGIN "MCo\n" END "\n", 31},
        {BEGIN "MA=\n" END "\n", 31},
        {BEGIN "MA==MCow\n" END "\n", 31},
        {BEGIN "MB==\n" END "\n", 29},
    };
    for (size_t i = 0; i < SIGNET_COUNT(bad); i++) {
        uint8_t out[300];
        size_t len = 7;
        struct signet_err err;
        signet_err_clear(&err);
        int rc = signet_pem_decode(signet_span_str(bad[i].text), out, &len, &err);
        if (rc != SIGNET_E_MALFORMED || err.offset != bad[i].offset || len != 0) {
            fail_msg("row %zu: %s at %llu: %s", i, signet_err_name(rc),
                     (unsigned long long)err.offset, err.msg);
        }
    }
}

static void a_nul_is_no_line_end(void **state)
{
    (void)state;
    char text[] = BEGIN BASE64 "\n" END "\n";
    uint8_t out[sizeof(text)];
    size_t len = 0;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_pem_decode(signet_span_of(text, sizeof(text) - 1), out, &len, &err), &err);
    text[strlen(BEGIN BASE64)] = '\0';
    CHECK_CODE(signet_pem_decode(signet_span_of(text, sizeof(text) - 1), out, &len, &err),
               SIGNET_E_MALFORMED);
    text[strlen(BEGIN BASE64)] = '\n';
    text[strlen(BEGIN) + 4] = '\0';
    signet_err_clear(&err);
    CHECK_CODE(signet_pem_decode(signet_span_of(text, sizeof(text) - 1), out, &len, &err),
               SIGNET_E_MALFORMED);
    assert_int_equal(err.offset, strlen(BEGIN) + 4);
}

/* Lengths and texts as `openssl asn1parse -genstr … | openssl base64` lays lines out. */
static void blocks_are_written_in_64_columns(void **state)
{
    (void)state;
    uint8_t bytes[100];
    char text[300];
    uint8_t again[300];
    struct signet_err err;
    signet_err_clear(&err);
    memset(bytes, 0, sizeof(bytes));
    size_t len = signet_pem_encode("A", signet_span_of(bytes, 49), text);
    assert_string_equal(text, "-----BEGIN A-----\n"
                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                              "AA==\n"
                              "-----END A-----\n");
    assert_int_equal(len, strlen(text));
    for (size_t n = 1; n <= sizeof(bytes); n++) {
        size_t got = 0;
        bytes[n - 1] = (uint8_t)(n * 37);
        len = signet_pem_length("ENCRYPTED X", n);
        memset(text, '#', sizeof(text));
        assert_int_equal(signet_pem_encode("ENCRYPTED X", signet_span_of(bytes, n), text), len);
        assert_int_equal(text[len + 1], '#'); /* nothing is written behind the NUL */
        assert_int_equal(len, strlen(text));
        CHECK_OK(signet_pem_decode(signet_span_of(text, len), again, &got, &err), &err);
        assert_int_equal(got, n);
        CHECK_BYTES(again, bytes, n);
    }
}

static void der_lengths_have_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"", 0},
        {"\x04", 1},
        {"\x04\x01", 2},             /* cut */
        {"\x05\x01\x41", 3},         /* another tag */
        {"\x04\x80\x41\x00\x00", 5}, /* indefinite */
        {"\x04\x81\x01\x41", 4},     /* long form of a short length */
        {"\x04\x82\x00\x01\x41", 5}, /* leading zero */
        {"\x04\x84\x00\x00\x00\x01\x41", 7},
        {"\x04\x81", 2},
        {"\x04\x82\x01", 3},
        {"\x04\x83\xff\xff\xff\x41", 6},
        {"\x04\xff\x41", 3},
    };
    struct signet_span value;
    uint8_t longer[2 + 1 + 0x80] = {0x04, 0x81, 0x80};
    for (size_t i = 0; i < SIGNET_COUNT(bad); i++) {
        struct signet_span rest = signet_span_of(bad[i].bytes, bad[i].len);
        assert_false(signet_der_take(&rest, SIGNET_DER_OCTET_STRING, &value));
        assert_ptr_equal(rest.ptr, bad[i].bytes);
        assert_int_equal(rest.len, bad[i].len);
    }
    struct signet_span rest = signet_span_of("\x04\x01\x41\x42", 4);
    assert_true(signet_der_take(&rest, SIGNET_DER_OCTET_STRING, &value));
    CHECK_SPAN(value, "A");
    CHECK_SPAN(rest, "B");
    rest = signet_span_of(longer, sizeof(longer));
    assert_true(signet_der_take(&rest, SIGNET_DER_OCTET_STRING, &value));
    assert_int_equal(value.len, 0x80);
    assert_int_equal(rest.len, 0);
    rest = signet_span_of(longer, sizeof(longer) - 1);
    assert_false(signet_der_take(&rest, SIGNET_DER_OCTET_STRING, &value));
}

/* Outlines of RFC 5280 section 4.1 and RFC 5958 with nothing inside, and near misses. The
 * identifier of ML-DSA-65 is 2.16.840.1.101.3.4.3.18 in NIST's register. */
static void outlines_tell_public_from_secret(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum signet_der_kind kind;
        const char *name;
    } rows[] = {
        {"300a300506032b65700301", SIGNET_DER_OTHER, "unknown"},
        {"300a300506032b6570030100", SIGNET_DER_PUBLIC, "Ed25519"},
        {"300d020100300506032b6570040100", SIGNET_DER_PRIVATE, "Ed25519"},
        {"300d020100300506032b6570030100", SIGNET_DER_OTHER, "unknown"},
        {"300a300506032b6571040100", SIGNET_DER_ENCRYPTED, "Ed448"},
        {"300a300506032b6570050100", SIGNET_DER_OTHER, "unknown"},
        {"3010300b06096086480165030403120301ff", SIGNET_DER_PUBLIC, "ML-DSA-65"},
        {"3010300b06096086480165030403200301ff", SIGNET_DER_PUBLIC, "unknown"},
        {"300e300906072a8648ce3d0201030100", SIGNET_DER_PUBLIC, "ECDSA with another curve"},
        {"3007300206000301ff", SIGNET_DER_PUBLIC, "unknown"},
        {"30053000030100", SIGNET_DER_PUBLIC, "unknown"},
        {"3000", SIGNET_DER_OTHER, "unknown"},
        {"0400", SIGNET_DER_OTHER, "unknown"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        uint8_t der[64];
        struct signet_span algorithm;
        size_t len = strlen(rows[i].hex) / 2;
        assert_int_equal(signet_hex_decode(signet_span_str(rows[i].hex), der, len), SIGNET_OK);
        assert_int_equal(signet_der_outline(signet_span_of(der, len), &algorithm), rows[i].kind);
        assert_string_equal(signet_der_algorithm_name(algorithm), rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_read),
        cmocka_unit_test(anything_else_is_refused_where_it_is_wrong),
        cmocka_unit_test(a_nul_is_no_line_end),
        cmocka_unit_test(blocks_are_written_in_64_columns),
        cmocka_unit_test(der_lengths_have_one_spelling),
        cmocka_unit_test(outlines_tell_public_from_secret),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * crypto/ecdsa and the integers of crypto/der: the two forms of a signature. Expected bytes follow
 * X.690 sections 8.1.3, 8.3 and 10.1, written by hand. libcrypto refuses most of what is refused
 * here too, which is why the forms are met without it.
 */
#include "check.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/der.h"
#include "crypto/ecdsa.h"

static struct signet_span bytes_of(const char *hex, uint8_t *out, size_t size)
{
    size_t len = strlen(hex) / 2;
    assert_true(len <= size);
    assert_int_equal(signet_hex_decode(signet_span_str(hex), out, len), SIGNET_OK);
    return signet_span_of(out, len);
}

static void raw_becomes_der(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        const char *der;
    } rows[] = {
        {"0102", "3006020101020102"},           {"7f80", "300702017f02020080"},
        {"00010002", "3006020101020102"},       {"80000001", "30080203008000020101"},
        {"00ff8000", "3009020200ff0203008000"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        uint8_t raw[8];
        uint8_t out[SIGNET_ECDSA_DER_MAX];
        char hex[2 * sizeof(out) + 1];
        struct signet_span der;
        struct signet_span span = bytes_of(rows[i].raw, raw, sizeof(raw));
        assert_true(signet_ecdsa_from_raw(span, span.len / 2, out, &der));
        signet_hex_encode(der, hex);
        assert_string_equal(hex, rows[i].der);
        assert_true(signet_ecdsa_is_der(der, span.len / 2));
    }
}

static void the_longest_signature_fits(void **state)
{
    (void)state;
    uint8_t raw[2 * SIGNET_ECDSA_SIZE_MAX];
    uint8_t out[SIGNET_ECDSA_DER_MAX];
    struct signet_span der;
    memset(raw, 0xff, sizeof(raw));
    assert_true(
        signet_ecdsa_from_raw(signet_span_of(raw, sizeof(raw)), SIGNET_ECDSA_SIZE_MAX, out, &der));
    assert_int_equal(der.len, 3 + 2 * (2 + 1 + SIGNET_ECDSA_SIZE_MAX));
    CHECK_BYTES(der.ptr, "\x30\x81\x8a\x02\x43\x00\xff", 7);
    assert_true(signet_ecdsa_is_der(der, SIGNET_ECDSA_SIZE_MAX));
    assert_false(signet_ecdsa_is_der(der, SIGNET_ECDSA_SIZE_MAX - 1));
    assert_false(signet_ecdsa_from_raw(signet_span_of(raw, sizeof(raw)), SIGNET_ECDSA_SIZE_MAX + 1,
                                       out, &der));
    assert_false(signet_ecdsa_from_raw(signet_span_of(raw, 0), 0, out, &der));
}

static void raw_has_one_length_and_no_zero(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "000100", "0001000200", "00000001", "00010000"};
    uint8_t raw[8];
    uint8_t out[SIGNET_ECDSA_DER_MAX];
    struct signet_span der;
    assert_true(signet_ecdsa_from_raw(bytes_of("00010002", raw, sizeof(raw)), 2, out, &der));
    for (size_t i = 0; i < SIGNET_COUNT(bad); i++) {
        assert_false(signet_ecdsa_from_raw(bytes_of(bad[i], raw, sizeof(raw)), 2, out, &der));
    }
}

static void der_has_one_spelling(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "30",
        "3006020101020103ff",     /* a byte behind */
        "3009020101020102020103", /* a third number */
        "3003020101",             /* one number */
        "3106020101020102",       /* a SET */
        "308106020101020102",     /* a long length */
        "3080020101020102",       /* an indefinite one */
        "300702020001020102",     /* a zero byte too many */
        "3006020101020180",       /* negative */
        "3006020100020102",       /* zero */
        "3006020101020100",
        "30050200020102",         /* nothing */
        "300502010102020102",     /* lengths that do not agree */
        "3006020101030102",       /* a BIT STRING */
        "3009020401000000020102", /* more bytes than the curve has */
    };
    uint8_t der[16];
    assert_true(signet_ecdsa_is_der(bytes_of("3006020101020102", der, sizeof(der)), 2));
    for (size_t i = 0; i < SIGNET_COUNT(bad); i++) {
        assert_false(signet_ecdsa_is_der(bytes_of(bad[i], der, sizeof(der)), 2));
    }
}

static void heads_have_the_shortest_length(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        const char *hex;
    } rows[] = {
        {0, "3000"},      {0x7f, "307f"},      {0x80, "308180"},
        {0xff, "3081ff"}, {0x100, "30820100"}, {0xffff, "3082ffff"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        uint8_t out[SIGNET_DER_HEAD];
        char hex[2 * sizeof(out) + 1];
        const uint8_t *end = signet_der_put_head(out, SIGNET_DER_SEQUENCE, rows[i].len);
        signet_hex_encode(signet_span_of(out, (size_t)(end - out)), hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_becomes_der),
        cmocka_unit_test(the_longest_signature_fits),
        cmocka_unit_test(raw_has_one_length_and_no_zero),
        cmocka_unit_test(der_has_one_spelling),
        cmocka_unit_test(heads_have_the_shortest_length),
    };
    return CHECK_RUN(tests);
}

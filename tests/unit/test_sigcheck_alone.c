/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of crypto/sigcheck that come before libsodium's verification. That makes some of them
 * too, in some versions, and would hide one that is missing here: in this program it is replaced by
 * one that accepts everything. Points are those of RFC 8032 section 7.1 and their sums with points
 * of small order (RFC 8032 section 5.1.3 says what an encoding is).
 */
#include "check.h"

#include <sodium.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/sigcheck.h"

#define KEY "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define R "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
#define S "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
#define LONGER "0000"

int crypto_sign_verify_detached(const unsigned char *sig,
                                const unsigned char *m,
                                unsigned long long mlen,
                                const unsigned char *pk)
{
    (void)sig;
    (void)m;
    (void)mlen;
    (void)pk;
    return 0;
}

int crypto_sign_ed25519ph_final_verify(crypto_sign_ed25519ph_state *state,
                                       const unsigned char *sig,
                                       const unsigned char *pk)
{
    (void)state;
    (void)sig;
    (void)pk;
    return 0;
}

static void expect(const char *key_hex, const char *signature_hex, int code)
{
    uint8_t bytes[SIGNET_ED25519_SIGNATURE + 2];
    size_t len = strlen(signature_hex) / 2;
    struct signet_pubkey key = {.alg = SIGNET_KEY_ED25519, .len = 32};
    struct signet_span message = signet_span_str("message");
    assert_int_equal(signet_hex_decode(signet_span_str(key_hex), key.bytes, 32), SIGNET_OK);
    assert_true(len <= sizeof(bytes));
    assert_int_equal(signet_hex_decode(signet_span_str(signature_hex), bytes, len), SIGNET_OK);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519, message, signet_span_of(bytes, len)),
               code);
    CHECK_CODE(signet_sigcheck(&key, SIGNET_SIG_ED25519PH, message, signet_span_of(bytes, len)),
               code);
}

static void a_signature_has_64_bytes(void **state)
{
    (void)state;
    char text[] = R S LONGER;
    for (size_t len = 0; len <= strlen(R S LONGER); len += 2) {
        memcpy(text, R S LONGER, sizeof(text));
        text[len] = '\0';
        expect(KEY, text, len == strlen(R S) ? SIGNET_OK : SIGNET_E_BAD_SIGNATURE);
    }
}

/* RFC 8032 section 5.1: the order is 2^252 + 27742317777372353535851937790883648493. */
static void s_is_below_the_order(void **state)
{
    (void)state;
    static const char *const below[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "edd3f55c1a631258d69cf7a2def9de1300000000000000000000000000000010",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f",
    };
    static const char *const above[] = {
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "ecd3f55c1a631258d69cf7a2def9de1500000000000000000000000000000010",
        "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000011",
        "0000000000000000000000000000000000000000000000000000000000000020",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    char text[sizeof(R S)] = R;
    for (size_t i = 0; i < SIGNET_COUNT(below); i++) {
        memcpy(text + strlen(R), below[i], strlen(below[i]));
        expect(KEY, text, SIGNET_OK);
    }
    for (size_t i = 0; i < SIGNET_COUNT(above); i++) {
        memcpy(text + strlen(R), above[i], strlen(above[i]));
        expect(KEY, text, SIGNET_E_BAD_SIGNATURE);
    }
}

static void key_and_r_are_points_of_the_group(void **state)
{
    (void)state;
    static const char *const bad[] = {
        /* the identity, the point of order two and one of order eight */
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        /* the key plus the point of order two, plus one of order eight */
        "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
        "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245",
        /* no point; and the identity with y = p + 1 */
        "0200000000000000000000000000000000000000000000000000000000000000",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    char text[sizeof(R S)] = R S;
    expect(KEY, text, SIGNET_OK);
    for (size_t i = 0; i < SIGNET_COUNT(bad); i++) {
        expect(bad[i], R S, SIGNET_E_BAD_SIGNATURE);
        memcpy(text, bad[i], strlen(bad[i]));
        expect(KEY, text, SIGNET_E_BAD_SIGNATURE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_has_64_bytes),
        cmocka_unit_test(s_is_below_the_order),
        cmocka_unit_test(key_and_r_are_points_of_the_group),
    };
    return CHECK_RUN(tests);
}

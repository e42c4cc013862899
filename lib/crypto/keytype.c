/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of key types (RFC 8410, RFC 5480, RFC 8017) and the form of their keys. Owns names,
 * lengths and the bounds of RSA; knows no point and computes nothing.
 */
#include "crypto/keytype.h"

#include "base/compiler.h"
#include "base/err.h"
#include "crypto/der.h"

enum {
    RSA_BITS_MIN = 2048,
    RSA_BITS_MAX = SIGNET_RSA_BITS_MAX,
    EXPONENT_MAX = 8, /* bytes */
    EXPONENT_MIN = 65537,
    POINT_EVEN = 2, /* SEC 1 section 2.3.3 */
    POINT_ODD = 3,
    POINT_WHOLE = 4
};

#define ALGORITHM(oid)                                                                             \
    {                                                                                              \
        (const uint8_t *)(oid), sizeof(oid) - 1                                                    \
    }
#define EC "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"

static const struct signet_keytype types[] = {
    {SIGNET_KEY_ED25519, "ed25519", "Ed25519", "Ed25519", "ssh-ed25519", NULL,
     ALGORITHM("\x06\x03\x2b\x65\x70"), SIGNET_ED25519_PUBLIC},
    {SIGNET_KEY_ED448, "ed448", "Ed448", "Ed448", "ssh-ed448", NULL,
     ALGORITHM("\x06\x03\x2b\x65\x71"), 57},
    {SIGNET_KEY_P256, "ecdsa-p256", "ECDSA P-256", "P-256", "ecdsa-sha2-nistp256", "nistp256",
     ALGORITHM(EC "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"), 1 + 2 * 32},
    {SIGNET_KEY_P384, "ecdsa-p384", "ECDSA P-384", "P-384", "ecdsa-sha2-nistp384", "nistp384",
     ALGORITHM(EC "\x06\x05\x2b\x81\x04\x00\x22"), 1 + 2 * 48},
    {SIGNET_KEY_P521, "ecdsa-p521", "ECDSA P-521", "P-521", "ecdsa-sha2-nistp521", "nistp521",
     ALGORITHM(EC "\x06\x05\x2b\x81\x04\x00\x23"), 1 + 2 * 66},
    {SIGNET_KEY_RSA, "rsa", "RSA", NULL, "ssh-rsa", NULL,
     ALGORITHM("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"), 0},
};

const struct signet_keytype *signet_keytype(enum signet_key_alg alg)
{
    for (size_t i = 0; i < SIGNET_COUNT(types); i++) {
        if (types[i].alg == alg) {
            return &types[i];
        }
    }
    return NULL;
}

const struct signet_keytype *signet_keytype_of(struct signet_span algorithm)
{
    for (size_t i = 0; i < SIGNET_COUNT(types); i++) {
        if (signet_span_eq(types[i].algorithm, algorithm)) {
            return &types[i];
        }
    }
    return NULL;
}

const struct signet_keytype *signet_keytype_spoken(const char *name)
{
    for (size_t i = 0; i < SIGNET_COUNT(types); i++) {
        if (strcmp(types[i].spoken, name) == 0) {
            return &types[i];
        }
    }
    return NULL;
}

const char *signet_key_alg_name(enum signet_key_alg alg)
{
    const struct signet_keytype *type = signet_keytype(alg);
    return type != NULL ? type->name : "none";
}

size_t signet_keytype_coordinate(const struct signet_keytype *type)
{
    return type->ssh_crv != NULL ? type->len / 2 : 0;
}

bool signet_keytype_rsa(struct signet_span bits,
                        struct signet_span *modulus,
                        struct signet_span *exponent)
{
    struct signet_span inside;
    return signet_der_take(&bits, SIGNET_DER_SEQUENCE, &inside) && bits.len == 0 &&
           signet_der_take_positive(&inside, modulus) &&
           signet_der_take_positive(&inside, exponent) && inside.len == 0;
}

/* Bits of a number without leading zero bytes. */
static size_t count_bits(struct signet_span number)
{
    size_t bits = (number.len - 1) * 8;
    for (unsigned first = number.ptr[0]; first != 0; first >>= 1) {
        bits++;
    }
    return bits;
}

static uint64_t value_of(struct signet_span number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < number.len; i++) {
        value = value << 8 | number.ptr[i];
    }
    return value;
}

static bool is_odd(struct signet_span number)
{
    return (number.ptr[number.len - 1] & 1) == 1;
}

static int check_rsa(struct signet_span bits, struct signet_err *err)
{
    struct signet_span modulus;
    struct signet_span exponent;
    if (!signet_keytype_rsa(bits, &modulus, &exponent)) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected the RSAPublicKey of an RSA key in DER");
    }
    size_t size = count_bits(modulus);
    if (size < RSA_BITS_MIN || size > RSA_BITS_MAX) {
        return signet_err_set(err, size < RSA_BITS_MIN ? SIGNET_E_FORBIDDEN : SIGNET_E_UNSUPPORTED,
                              "expected an RSA key of %d to %d bits, found one of %zu bits%s",
                              RSA_BITS_MIN, RSA_BITS_MAX, size,
                              size < RSA_BITS_MIN ? ", which is not safe" : "");
    }
    if (exponent.len > EXPONENT_MAX) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected an RSA exponent of at most 64 bits, found %zu",
                              count_bits(exponent));
    }
    if (!is_odd(modulus) || !is_odd(exponent) || value_of(exponent) < EXPONENT_MIN) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "no safe RSA key: expected an odd modulus and an odd exponent of at "
                              "least %d",
                              EXPONENT_MIN);
    }
    return SIGNET_OK;
}

int signet_keytype_check(const struct signet_keytype *type,
                         struct signet_span bits,
                         struct signet_err *err)
{
    if (type->len == 0) {
        return check_rsa(bits, err);
    }
    bool is_point = signet_keytype_coordinate(type) > 0;
    if (is_point && bits.len > 0 && (bits.ptr[0] == POINT_EVEN || bits.ptr[0] == POINT_ODD)) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected an %s public key with both coordinates, found a compressed "
                              "point",
                              type->spoken);
    }
    if (bits.len != type->len) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected an %s public key of %zu bytes, found %zu bytes",
                              type->spoken, type->len, bits.len);
    }
    if (is_point && bits.ptr[0] != POINT_WHOLE) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected an %s point that begins with 04, found %02x", type->spoken,
                              (unsigned)bits.ptr[0]);
    }
    return SIGNET_OK;
}

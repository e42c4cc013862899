/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys of other types than Ed25519. The keys in the folder of outside vectors are those of
 * cyberphone/openkeystore; fingerprints and SSH lines of them are what ssh-keygen 9.2 says
 * (`ssh-keygen -i -m PKCS8`, `ssh-keygen -l`), those of Ed448, which it lacks, the SHA-256 of the
 * bytes of RFC 8709 section 4, put together in a shell; hashes of PEM and DER are of `openssl pkey`
 * and sha256sum, JWK members of Node 20.
 */
#include "check.h"

#include <signet/key.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/pem.h"
#include "crypto/pubkey.h"
#include "files.h"

static const char spki_folder[] = SIGNET_SOURCE_DIR "/tests/vectors/crypto/spki";

static struct signet_pubkey read_key(const char *folder, const char *name)
{
    struct signet_err err;
    struct signet_pubkey key;
    signet_err_clear(&err);
    struct signet_buf pem = check_read_file(folder, name);
    CHECK_OK(signet_pubkey_read(signet_buf_span(&pem), &key, &err), &err);
    signet_buf_free(&pem);
    return key;
}

static const struct {
    const char *file;
    enum signet_key_alg alg;
    size_t len;
    const char *name;
} kinds[] = {
    {"ed448.pem", SIGNET_KEY_ED448, 57, "ed448"},
    {"ec-p-256.pem", SIGNET_KEY_P256, 65, "ecdsa-p256"},
    {"ec-p-384.pem", SIGNET_KEY_P384, 97, "ecdsa-p384"},
    {"ec-p-521.pem", SIGNET_KEY_P521, 133, "ecdsa-p521"},
    {"rsa.pem", SIGNET_KEY_RSA, 270, "rsa"},
    {"rsa-8192.pem", SIGNET_KEY_RSA, 1038, "rsa"},
};

static void each_type_is_read_and_written_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(kinds); i++) {
        char pem[SIGNET_SPKI_PEM_MAX];
        struct signet_err err;
        struct signet_pubkey again;
        struct signet_pubkey key = read_key(spki_folder, kinds[i].file);
        assert_int_equal(key.alg, kinds[i].alg);
        assert_int_equal(key.len, kinds[i].len);
        assert_string_equal(signet_key_alg_name(key.alg), kinds[i].name);
        for (size_t j = key.len; j < sizeof(key.bytes); j++) {
            assert_int_equal(key.bytes[j], 0);
        }
        struct signet_buf text = check_read_file(spki_folder, kinds[i].file);
        CHECK_SPAN(signet_buf_span(&text), signet_pubkey_spki_pem(&key, pem));
        signet_buf_free(&text);
        signet_err_clear(&err);
        CHECK_OK(signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len), &again, &err),
                 &err);
        assert_true(signet_pubkey_eq(&key, &again));
    }
    assert_string_equal(signet_key_alg_name(SIGNET_KEY_ED25519), "ed25519");
    assert_string_equal(signet_key_alg_name(SIGNET_KEY_NONE), "none");
}

static void expect_pem(const char *name, int code, const char *message)
{
    struct signet_err err;
    struct signet_pubkey key;
    signet_err_clear(&err);
    struct signet_buf pem = check_read_file(spki_folder, name);
    CHECK_CODE(signet_pubkey_read(signet_buf_span(&pem), &key, &err), code);
    signet_buf_free(&pem);
    assert_string_equal(err.msg, message);
    assert_int_equal(key.alg, SIGNET_KEY_NONE);
    assert_int_equal(key.len, 0);
}

static void weak_and_odd_keys_are_refused_by_name(void **state)
{
    (void)state;
    expect_pem("rsa-1024.pem", SIGNET_E_FORBIDDEN,
               "expected an RSA key of 2048 to 8192 bits, found one of 1024 bits, which is not "
               "safe");
    expect_pem("rsa-2047.pem", SIGNET_E_FORBIDDEN,
               "expected an RSA key of 2048 to 8192 bits, found one of 2047 bits, which is not "
               "safe");
    expect_pem("rsa-exponent-3.pem", SIGNET_E_FORBIDDEN,
               "no safe RSA key: expected an odd modulus and an odd exponent of at least 65537");
    expect_pem("ec-p-256-compressed.pem", SIGNET_E_UNSUPPORTED,
               "expected an ECDSA P-256 public key with both coordinates, found a compressed "
               "point");
    expect_pem("ec-p-256-explicit.pem", SIGNET_E_UNSUPPORTED,
               "expected a public key of type Ed25519, Ed448, ECDSA P-256, P-384 or P-521, or RSA, "
               "found one of type ECDSA with another curve");
}

/* Each bit in front of the key, each length: never a key, but for the algorithm of a type whose
 * keys are as long. */
static void der_has_one_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(kinds); i++) {
        uint8_t der[SIGNET_SPKI_DER_MAX + 1] = {0};
        struct signet_pubkey key = read_key(spki_folder, kinds[i].file);
        struct signet_span spki = signet_pubkey_spki_der(&key, der);
        size_t head = spki.len - key.len;
        for (size_t bit = 0; bit < head * 8; bit++) {
            der[bit / 8] ^= (uint8_t)(1U << bit % 8);
            int rc = signet_pubkey_read(spki, &key, NULL);
            assert_true(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED);
            assert_int_equal(key.alg, SIGNET_KEY_NONE);
            der[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        CHECK_CODE(signet_pubkey_read(signet_span_of(der, spki.len - 1), &key, NULL),
                   SIGNET_E_MALFORMED);
        CHECK_CODE(signet_pubkey_read(signet_span_of(der, spki.len + 1), &key, NULL),
                   SIGNET_E_MALFORMED);
        CHECK_CODE(signet_pubkey_read(spki, &key, NULL), SIGNET_OK);
    }
}

/* A bit of one coordinate of a point: of the about 2^256 pairs of numbers few are on the curve. */
static void points_are_on_their_curve(void **state)
{
    (void)state;
    static const char *const files[] = {"ec-p-256.pem", "ec-p-384.pem", "ec-p-521.pem"};
    for (size_t i = 0; i < SIGNET_COUNT(files); i++) {
        struct signet_err err;
        struct signet_pubkey found;
        struct signet_pubkey key = read_key(spki_folder, files[i]);
        key.bytes[key.len - 1] ^= 1;
        signet_err_clear(&err);
        CHECK_CODE(
            signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len), &found, &err),
            SIGNET_E_FORBIDDEN);
        assert_non_null(strstr(err.msg, "no point of its curve"));
        assert_int_equal(found.alg, SIGNET_KEY_NONE);
        key.bytes[key.len - 1] ^= 1;
        CHECK_CODE(
            signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len), &found, NULL),
            SIGNET_OK);
        /* 06 and 07: both coordinates and which y it is; 00: the point at infinity */
        for (uint8_t first = 0; first < 8; first++) {
            key.bytes[0] = first;
            int rc =
                signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len), &found, NULL);
            assert_int_equal(rc, first == 4                 ? SIGNET_OK
                                 : first == 2 || first == 3 ? SIGNET_E_UNSUPPORTED
                                                            : SIGNET_E_MALFORMED);
        }
        CHECK_CODE(signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, 0), &found, NULL),
                   SIGNET_E_MALFORMED);
    }
}

static int from_ed448(const uint8_t bytes[57])
{
    struct signet_pubkey key;
    int rc = signet_pubkey_from_bits(SIGNET_KEY_ED448, signet_span_of(bytes, 57), &key, NULL);
    assert_true((rc == SIGNET_OK) == (key.alg == SIGNET_KEY_ED448));
    return rc;
}

/* The points of order 1, 2 and 4 are (0, 1), (0, -1), (1, 0) and (-1, 0) (RFC 8032 section 5.2). Of
 * the numbers from 2 on, each is y of a point if (1 - y^2) (1 + 39081 y^2) is a square mod p, which
 * integer arithmetic in Python says of 3 and 4, and denies of 2 and 6. */
static void ed448_points_are_of_large_order(void **state)
{
    (void)state;
    struct signet_pubkey key = read_key(spki_folder, "ed448.pem");
    uint8_t p[57];
    uint8_t y[57] = {0};
    memset(p, 0xff, sizeof(p));
    p[28] = 0xfe;
    p[56] = 0;
    assert_int_equal(from_ed448(key.bytes), SIGNET_OK);
    for (unsigned sign = 0; sign < 2; sign++) {
        y[56] = (uint8_t)(sign << 7);
        p[56] = y[56];
        y[0] = 0;
        CHECK_CODE(from_ed448(y), SIGNET_E_FORBIDDEN);
        y[0] = 1;
        CHECK_CODE(from_ed448(y), SIGNET_E_FORBIDDEN);
        p[0] = 0xfe; /* -1 */
        CHECK_CODE(from_ed448(p), SIGNET_E_FORBIDDEN);
        p[0] = 0xff; /* 0, not canonical */
        CHECK_CODE(from_ed448(p), SIGNET_E_FORBIDDEN);
        y[0] = 2; /* on no point */
        CHECK_CODE(from_ed448(y), SIGNET_E_FORBIDDEN);
        y[0] = 6;
        CHECK_CODE(from_ed448(y), SIGNET_E_FORBIDDEN);
        y[0] = 3;
        CHECK_CODE(from_ed448(y), SIGNET_OK);
        y[0] = 4;
        CHECK_CODE(from_ed448(y), SIGNET_OK);
    }
    for (unsigned bit = 0; bit < 7; bit++) { /* beyond 2^448 */
        key.bytes[56] ^= (uint8_t)(1U << bit);
        CHECK_CODE(from_ed448(key.bytes), SIGNET_E_FORBIDDEN);
        key.bytes[56] ^= (uint8_t)(1U << bit);
    }
}

/* A prime of 2048 bits, by `openssl prime -generate -bits 2048 -hex`. */
static const char prime_hex[] = "dc0dba0590ad517eaf57ad7ab9e7e2dc4ae11a4ed9b1e633028caf21e53df4b9"
                                "b018fa0551a3002285306ff14d7ab6c355871eedb599239111aa8627d4edd9bf"
                                "e326298067f0529bba7d499e2bd66e54a8eb6cc49f5e0d8c009f8bd2cecdaa84"
                                "0de2a3e0bfc054118b8e8fe89fd6765fbb074578eafc4d3efef5d61210ba9621"
                                "aa7cdd41bec8584df503f402f326959cd127fa4b6fbd4d348c536237520a9382"
                                "4cce1e0fa32af6f051ac67b0e7fe66082a27dad056d06d26012881cffb975b9d"
                                "e1ea1589bbe16d4b2c28de5d5341e36e8fdc7a96337ff1b23505253809ec479c"
                                "1b357a36114cbc136c7007038ac5794b6ebf9affe286ad24895d47bea07f16d3";

struct numbers {
    uint8_t modulus[1026];
    size_t modulus_len;
    uint8_t exponent[9];
    size_t exponent_len;
};

static int from_numbers(const struct numbers *numbers, struct signet_pubkey *key)
{
    struct signet_err err;
    signet_err_clear(&err);
    int rc =
        signet_pubkey_from_rsa(signet_span_of(numbers->modulus, numbers->modulus_len),
                               signet_span_of(numbers->exponent, numbers->exponent_len), key, &err);
    assert_true((rc == SIGNET_OK) == (key->alg == SIGNET_KEY_RSA));
    assert_true((rc == SIGNET_OK) == (err.msg[0] == '\0'));
    return rc;
}

/* The modulus of a file stands behind 33 bytes of lengths and names, or 34 if it is long. */
static struct numbers numbers_of(const char *file, struct signet_pubkey *key)
{
    struct numbers numbers = {.exponent = {1, 0, 1}, .exponent_len = 3};
    *key = read_key(spki_folder, file);
    numbers.modulus_len = key->len - 14; /* heads, one zero byte, the exponent */
    memcpy(numbers.modulus, key->bytes + 9, numbers.modulus_len);
    return numbers;
}

static void rsa_numbers_are_the_key_of_the_file(void **state)
{
    (void)state;
    static const char *const files[] = {"rsa.pem", "rsa-8192.pem"};
    for (size_t i = 0; i < SIGNET_COUNT(files); i++) {
        struct signet_pubkey expected;
        struct signet_pubkey key;
        struct numbers numbers = numbers_of(files[i], &expected);
        CHECK_CODE(from_numbers(&numbers, &key), SIGNET_OK);
        assert_true(signet_pubkey_eq(&key, &expected));
    }
}

static void rsa_exponents_are_odd_and_not_small(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        int code;
    } rows[] = {
        {"010001", SIGNET_OK},
        {"010003", SIGNET_OK},
        {"0100000000000001", SIGNET_OK},
        {"ffffffffffffffff", SIGNET_OK},
        {"010000000000000001", SIGNET_E_UNSUPPORTED},
        {"01", SIGNET_E_FORBIDDEN},
        {"03", SIGNET_E_FORBIDDEN},
        {"ffff", SIGNET_E_FORBIDDEN},
        {"010000", SIGNET_E_FORBIDDEN},
        {"010002", SIGNET_E_FORBIDDEN},
        {"00", SIGNET_E_MALFORMED},
        {"00010001", SIGNET_E_MALFORMED},
        {"", SIGNET_E_MALFORMED},
    };
    struct signet_pubkey key;
    struct numbers numbers = numbers_of("rsa.pem", &key);
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        numbers.exponent_len = strlen(rows[i].hex) / 2;
        assert_int_equal(
            signet_hex_decode(signet_span_str(rows[i].hex), numbers.exponent, numbers.exponent_len),
            SIGNET_OK);
        CHECK_CODE(from_numbers(&numbers, &key), rows[i].code);
    }
}

static void rsa_moduli_are_products_of_primes(void **state)
{
    (void)state;
    struct signet_pubkey key;
    struct numbers numbers = numbers_of("rsa.pem", &key);
    numbers.modulus[255] ^= 1; /* even */
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_FORBIDDEN);
    assert_int_equal(signet_hex_decode(signet_span_str(prime_hex), numbers.modulus, 256),
                     SIGNET_OK);
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_FORBIDDEN);
    memset(numbers.modulus, 0xff, 256); /* 2^2048 - 1 is a multiple of 3 */
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_FORBIDDEN);

    numbers = numbers_of("rsa.pem", &key);
    memmove(numbers.modulus + 1, numbers.modulus, 256);
    numbers.modulus[0] = 0;
    numbers.modulus_len = 257;
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_MALFORMED);
    numbers.modulus_len = 0;
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_MALFORMED);

    numbers = numbers_of("rsa-8192.pem", &key);
    numbers.modulus_len = 1025;
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_UNSUPPORTED);
    numbers.modulus_len = 1026;
    CHECK_CODE(from_numbers(&numbers, &key), SIGNET_E_UNSUPPORTED);
}

/* Every number of RSAPublicKey in another than its one form. */
static void rsa_keys_have_one_spelling(void **state)
{
    (void)state;
    struct signet_pubkey found;
    struct signet_pubkey key = read_key(spki_folder, "rsa.pem");
    for (size_t bit = 0; bit < (size_t)8 * 8; bit++) { /* the heads */
        key.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        CHECK_CODE(
            signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len), &found, NULL),
            SIGNET_E_MALFORMED);
        key.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    CHECK_CODE(
        signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len + 1), &found, NULL),
        SIGNET_E_MALFORMED);
    CHECK_CODE(
        signet_pubkey_from_bits(key.alg, signet_span_of(key.bytes, key.len - 1), &found, NULL),
        SIGNET_E_MALFORMED);
    CHECK_CODE(
        signet_pubkey_from_bits(SIGNET_KEY_NONE, signet_span_of(key.bytes, key.len), &found, NULL),
        SIGNET_E_UNSUPPORTED);
    CHECK_CODE(signet_pubkey_from_bits((enum signet_key_alg)7, signet_span_of(key.bytes, key.len),
                                       &found, NULL),
               SIGNET_E_UNSUPPORTED);
}

/* What other programs say of the published keys. */
static const struct published {
    const char *name;
    const char *fingerprint;
    const char *pem_id;
    const char *der_id;
    const char *ssh;
    const char *jwk;
} published[] = {
    {"ed25519", "SHA256:vBBSJjQz5NvJ/pEAnnNJjSFNc/GHy3AfE1TyD/betwM",
     "59753df9e88aeddbef94d8a303785128ed0ddda0d59ba9d1e57578792bf059a4",
     "8261f512ece2dc8002d82a2017b43e9ad637ccfa9df37a0598767182a35e6270",
     "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP5JrPW5K26SNZTy6DNo9oCskkvpPPUzrs"
     "r4AuN3V/jJ"
     "\n",
     "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"_kms9bkrbpI1lPLoM2j2gKySS"
     "-k89TOuyvgC43dX-Mk\"}"
     "\n"},
    {"ed448", "SHA256:GT2naIhJtaj6a/vjlJ7YgO01tq1RDDk1gCKL2s/mdvc",
     "71934b9dcf9c283729ad8f34f9cc82b9e0c5b3c7fe4c91d3999cb5dde273bf6b",
     "f3eb1d47cef87e33a9f9829d4da185a6eacbcb3a1f6768b0f624170b644d4477",
     "ssh-ed448 AAAACXNzaC1lZDQ0OAAAADkhSRGsas1AWccD6khyDDNPHIvgGVbIeoLouRlu"
     "DIcywzXiYLY1+lb1BX8CjuaRBchkzY4KAKKYRAA="
     "\n",
     "{\"crv\":\"Ed448\",\"kty\":\"OKP\",\"x\":\"IUkRrGrNQFnHA-pIcgwzTxyL4Bl"
     "WyHqC6LkZbgyHMsM14mC2NfpW9QV_Ao7mkQXIZM2OCgCimEQA\"}"
     "\n"},
    {"p256", "SHA256:Iyugp1rtr+U2aNKn8I7qhgysrrR0hZ6nYn4CUUwCxNY",
     "6787aba32d9684da05a26a1032bb821bb2f704ef402abd5f3884703d10c70e8e",
     "6d9d267afd4e6c1e1e3c335396ac5f36c34ade4d29c74a4b7f295823a1095366",
     "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAA"
     "BBBOgSsabcvHCPnsQ8wpIfoKFOnV6tzG3GNHHdS2gMYja1mCbcvUzm44j3Lt2b5BPyQloQ"
     "91tf2D2V+gzeUxWaUdg="
     "\n",
     "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"6BKxpty8cI-exDzCkh-goU6dXq3M"
     "bcY0cd1LaAxiNrU\",\"y\":\"mCbcvUzm44j3Lt2b5BPyQloQ91tf2D2V-gzeUxWaUdg"
     "\"}"
     "\n"},
    {"p256-2", "SHA256:Bp6wD7s//Bm/tz6FLd+sdj7EqFrDtTea6kxxZJA7dR4",
     "a8acc642d58a12b5a91c1c63297e1e013c500d9a35c3e9d65fc78a1e5c7e5143",
     "72aa0402f91e1325b826464a70b3444b076ba9e064dbc6725438cbf3ce7efec1",
     "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAA"
     "BBBKNT5OovvMAtT01+lHjzsu+pnbvqm4sZSyP4Kh4+6EUt2dfgdWl1kaZnIT7hNOLI5vhw"
     "lkWqDTQwMVhtsg9hAvM="
     "\n",
     "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"o1Pk6i-8wC1PTX6UePOy76mdu-qb"
     "ixlLI_gqHj7oRS0\",\"y\":\"2dfgdWl1kaZnIT7hNOLI5vhwlkWqDTQwMVhtsg9hAvM"
     "\"}"
     "\n"},
    {"p384", "SHA256:/9i5fdk8X45HXYbA9JSuvHsJJKWpxCP0xeju3dCoDzA",
     "ec551f9fa84dd417bf200f041c18cf5f578f304adcbc0ad11344e019b4fa579f",
     "e63f14a52d741f79e2e012073841749943326653d80bf0d5ea3549154400f7a1",
     "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAA"
     "BhBKOJSHSF83Sa6OI1PYPtqvv/4uVnLraSWlsDnkoCi/Mep8Sljjw+ax/jzkISe/ZerTC5"
     "8iyBnUztn3iZAlt61liht3pYYtWZm6dOvBI2/9S7iPtnDULEVKm9ek3yufPPzQ=="
     "\n",
     "{\"crv\":\"P-384\",\"kty\":\"EC\",\"x\":\"o4lIdIXzdJro4jU9g-2q-__i5Wcu"
     "tpJaWwOeSgKL8x6nxKWOPD5rH-POQhJ79l6t\",\"y\":\"MLnyLIGdTO2feJkCW3rWWKG"
     "3elhi1Zmbp068Ejb_1LuI-2cNQsRUqb16TfK588_N\"}"
     "\n"},
    {"p521", "SHA256:bUIjq1n9MgcM0rIYdknGpzIw9SDqgPDvlvrSZ/SmIts",
     "bd86ac2a84fc47e71a8d4d0080d74f7d62fd6ee19287565bef68e8e0ed9df337",
     "03f8646862a4a994ae9a1b4462aabef2384581cf43e37ee719a2454231cddb8f",
     "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAA"
     "CFBAFW/ng/FdVAMzfBlqFMqUP/MUgAQOD8FGdTv32p4y728KbsqJ4jffJY1rd8vd0wqwwK"
     "ntdPPbSwn6SYa3vDOX6wbAATkbzvqetcy6xgrYKqqhXECV/5Y56Ce4g3dSCCmUspLCPGhJ"
     "ZrSRQkVUoAslPz+5kpopalVWgVoRPX6kR3ENrv3A=="
     "\n",
     "{\"crv\":\"P-521\",\"kty\":\"EC\",\"x\":\"AVb-eD8V1UAzN8GWoUypQ_8xSABA"
     "4PwUZ1O_fanjLvbwpuyoniN98ljWt3y93TCrDAqe1089tLCfpJhre8M5frBs\",\"y\":"
     "\"ABORvO-p61zLrGCtgqqqFcQJX_ljnoJ7iDd1IIKZSyksI8aElmtJFCRVSgCyU_P7mSmil"
     "qVVaBWhE9fqRHcQ2u_c\"}"
     "\n"},
    {"r2048", "SHA256:uldrWj3v8tNb6RFbyVWtoazJ0RovkyIdIZjdEH+tupc",
     "6b1890bc27641a7a8f74c7746381a819626ae40f94f69f2ddf239c6eb2c5144a",
     "0086f0d490047955c9e5a433dbf7d246193f12ae163cc3859a4ec69fcbf75a6c",
     "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCm0pnIU9K2+Y6VvRaKE4GGUdSvrAUMcL"
     "61buEkC519NDmYdlCkHw+gzPTu51kD50bx2FQg+SZeWnVOBER5hMd2HGG5/TL8aFulm/kk"
     "9gfHfBq074dY7apiSNEwRytaE8x1pWRL9d7+WJoxyjDiNihZoWbxWht5izJUPZtZZ3KXiO"
     "hMQRObVnjtGed9HXmRWFW51WsPMQWYziddX/p2YiDXzhEkTiG23AEXFHypkJALBOImayjI"
     "nF9RHQazh48pzmwHQ1OSYVlzmSVBKK13rtEmfaV2FuoTsSkOXheUi35TIsmbWC4IGW2Jrw"
     "CCR7t1e6GkHuFDosnBjgSPO2GQnwg/"
     "\n",
     "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"ptKZyFPStvmOlb0WihOBhlHUr6wFDH"
     "C-tW7hJAudfTQ5mHZQpB8PoMz07udZA-dG8dhUIPkmXlp1TgREeYTHdhxhuf0y_GhbpZv5"
     "JPYHx3watO-HWO2qYkjRMEcrWhPMdaVkS_Xe_liaMcow4jYoWaFm8VobeYsyVD2bWWdyl4"
     "joTEETm1Z47RnnfR15kVhVudVrDzEFmM4nXV_6dmIg184RJE4httwBFxR8qZCQCwTiJmso"
     "yJxfUR0Gs4ePKc5sB0NTkmFZc5klQSitd67RJn2ldhbqE7EpDl4XlIt-UyLJm1guCBltia"
     "8Agke7dXuhpB7hQ6LJwY4EjzthkJ8IPw\"}"
     "\n"},
};

static void
expect_form(const struct signet_pubkey *key, enum signet_key_form form, const char *expected)
{
    struct signet_buf out;
    signet_buf_init(&out, 4096);
    assert_int_equal(signet_pubkey_write(key, form, &out), SIGNET_OK);
    assert_int_equal(signet_buf_putc(&out, '\0'), SIGNET_OK);
    assert_string_equal((const char *)out.data, expected);
    signet_buf_free(&out);
}

static void keys_are_called_and_written_as_others_do(void **state)
{
    (void)state;
    char folder[4096];
    if (!check_find_testdata("jsf/keys", folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(published); i++) {
        const struct published *is = &published[i];
        const struct published *other = &published[(i + 1) % SIGNET_COUNT(published)];
        char file[64];
        char text[SIGNET_FINGERPRINT_TEXT + SIGNET_OMS_HINT_TEXT];
        assert_true(snprintf(file, sizeof(file), "%spublickey.pem", is->name) > 0);
        struct signet_pubkey key = read_key(folder, file);
        assert_string_equal(signet_pubkey_fingerprint(&key, text), is->fingerprint);
        assert_string_equal(signet_pubkey_oms_hint(&key, text), is->pem_id);
        expect_form(&key, SIGNET_KEY_FORM_SSH, is->ssh);
        expect_form(&key, SIGNET_KEY_FORM_JWK, is->jwk);
        const char *const mine[] = {is->fingerprint, is->pem_id, is->der_id};
        const char *const others[] = {other->fingerprint, other->pem_id, other->der_id};
        for (size_t j = 0; j < SIGNET_COUNT(mine); j++) {
            assert_int_equal(signet_pubkey_match_hint(&key, signet_span_str(mine[j])),
                             SIGNET_HINT_NAMES_KEY);
            assert_int_equal(signet_pubkey_match_hint(&key, signet_span_str(others[j])),
                             SIGNET_HINT_NAMES_OTHER);
        }
    }
}

static struct signet_buf read_certificate(const char *folder, const char *name)
{
    static const char end_mark[] = "-----END CERTIFICATE-----\n";
    struct signet_buf der;
    size_t len = 0;
    char file[64];
    assert_true(snprintf(file, sizeof(file), "%scertpath.pem", name) > 0);
    struct signet_buf text = check_read_file(folder, file);
    assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
    const char *end = strstr((const char *)text.data, end_mark); /* of the first one */
    assert_non_null(end);
    text.len = (size_t)(end - (const char *)text.data) + strlen(end_mark);
    signet_buf_init(&der, (size_t)1 << 17);
    assert_int_equal(signet_buf_reserve(&der, text.len), SIGNET_OK);
    assert_int_equal(signet_pem_decode(signet_buf_span(&text), der.data, &len, NULL), SIGNET_OK);
    der.len = len;
    signet_buf_free(&text);
    return der;
}

static int from_certificate(const struct signet_buf *der, struct signet_pubkey *key)
{
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_pubkey_from_certificate(signet_buf_span(der), key, &err);
    assert_true((rc == SIGNET_OK) == (key->alg != SIGNET_KEY_NONE));
    assert_true((rc == SIGNET_OK) == (err.msg[0] == '\0'));
    return rc;
}

static void certificates_hold_the_key_of_the_file(void **state)
{
    (void)state;
    static const char *const names[] = {"ed25519", "ed448", "p256", "p256-2",
                                        "p384",    "p521",  "r2048"};
    char folder[4096];
    if (!check_find_testdata("jsf/keys", folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        char file[64];
        struct signet_pubkey key;
        assert_true(snprintf(file, sizeof(file), "%spublickey.pem", names[i]) > 0);
        struct signet_pubkey expected = read_key(folder, file);
        struct signet_buf der = read_certificate(folder, names[i]);
        CHECK_CODE(from_certificate(&der, &key), SIGNET_OK);
        assert_true(signet_pubkey_eq(&key, &expected));
        der.len--;
        CHECK_CODE(from_certificate(&der, &key), SIGNET_E_MALFORMED);
        der.len++;
        assert_int_equal(signet_buf_putc(&der, '\0'), SIGNET_OK);
        CHECK_CODE(from_certificate(&der, &key), SIGNET_E_MALFORMED);
        signet_buf_free(&der);
    }
}

static void what_is_no_certificate_is_refused(void **state)
{
    (void)state;
    uint8_t der[SIGNET_SPKI_DER_MAX];
    struct signet_err err;
    struct signet_pubkey key = read_key(spki_folder, "ec-p-256.pem");
    struct signet_span spki = signet_pubkey_spki_der(&key, der);
    signet_err_clear(&err);
    CHECK_CODE(signet_pubkey_from_certificate(spki, &key, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected an X.509 certificate in DER");
    assert_int_equal(key.alg, SIGNET_KEY_NONE);
    CHECK_CODE(signet_pubkey_from_certificate(signet_span_of(NULL, 0), &key, NULL),
               SIGNET_E_MALFORMED);
    struct signet_buf large;
    signet_buf_init(&large, (size_t)1 << 17);
    assert_int_equal(signet_buf_reserve(&large, (1 << 16) + 1), SIGNET_OK);
    memset(large.data, 0, (1 << 16) + 1);
    large.len = (1 << 16) + 1;
    signet_err_clear(&err);
    CHECK_CODE(signet_pubkey_from_certificate(signet_buf_span(&large), &key, &err),
               SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "expected a certificate of at most 65536 bytes, found 65537");
    signet_buf_free(&large);
}

static void keys_of_two_types_are_never_the_same(void **state)
{
    (void)state;
    struct signet_pubkey key = read_key(spki_folder, "ec-p-256.pem");
    struct signet_pubkey other = key;
    assert_true(signet_pubkey_eq(&key, &other));
    other.alg = SIGNET_KEY_RSA;
    assert_false(signet_pubkey_eq(&key, &other));
    other = key;
    other.len++;
    assert_false(signet_pubkey_eq(&key, &other));
    other = key;
    other.bytes[key.len - 1] ^= 1;
    assert_false(signet_pubkey_eq(&key, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_read_and_written_back),
        cmocka_unit_test(weak_and_odd_keys_are_refused_by_name),
        cmocka_unit_test(der_has_one_spelling),
        cmocka_unit_test(points_are_on_their_curve),
        cmocka_unit_test(ed448_points_are_of_large_order),
        cmocka_unit_test(rsa_numbers_are_the_key_of_the_file),
        cmocka_unit_test(rsa_exponents_are_odd_and_not_small),
        cmocka_unit_test(rsa_moduli_are_products_of_primes),
        cmocka_unit_test(rsa_keys_have_one_spelling),
        cmocka_unit_test(keys_are_called_and_written_as_others_do),
        cmocka_unit_test(certificates_hold_the_key_of_the_file),
        cmocka_unit_test(what_is_no_certificate_is_refused),
        cmocka_unit_test(keys_of_two_types_are_never_the_same),
    };
    return CHECK_RUN(tests);
}

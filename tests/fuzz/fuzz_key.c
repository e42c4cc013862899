/* SPDX-License-Identifier: Apache-2.0
 *
 * crypto/pem, crypto/der, public keys and key files. A PEM text that is read says the same when it
 * is written anew; a public key that is read is written and read again as the same key, and is
 * nothing a secret key could be read from; a secret key that is read comes back from its own file;
 * an element taken from DER lies inside of it; an ECDSA signature has one spelling. The passphrase
 * is "x", and N stays small.
 */
#include "fuzz.h"

#include <signet/seckey.h>

#include "crypto/der.h"
#include "crypto/ecdsa.h"
#include "crypto/pem.h"
#include "crypto/pubkey.h"

enum {
    TEXT_MAX = 1 << 16
};

static void check_pem(struct signet_span text)
{
    static uint8_t bytes[TEXT_MAX];
    static uint8_t again[2 * TEXT_MAX];
    static char written[2 * TEXT_MAX];
    struct signet_span label;
    size_t len = 0;
    size_t again_len = 0;
    if (signet_pem_decode(text, bytes, &len, NULL) != SIGNET_OK) {
        FUZZ_CHECK(len == 0);
        return;
    }
    FUZZ_CHECK(signet_pem_label(text, &label) && len > 0 && len < text.len);
    size_t written_len = signet_pem_encode("X", signet_span_of(bytes, len), written);
    FUZZ_CHECK(written_len == signet_pem_length("X", len) && written_len == strlen(written));
    FUZZ_CHECK(signet_pem_decode(signet_span_of(written, written_len), again, &again_len, NULL) ==
               SIGNET_OK);
    FUZZ_CHECK(again_len == len && memcmp(again, bytes, len) == 0);
}

static void check_der(struct signet_span text)
{
    struct signet_span algorithm;
    struct signet_span value;
    struct signet_span rest = text;
    enum signet_der_kind kind = signet_der_outline(text, &algorithm);
    FUZZ_CHECK(kind != SIGNET_DER_OTHER || algorithm.len == 0);
    FUZZ_CHECK(signet_der_algorithm_name(algorithm)[0] != '\0');
    while (signet_der_take(&rest, SIGNET_DER_SEQUENCE, &value)) {
        FUZZ_CHECK(value.ptr >= text.ptr && value.ptr + value.len == rest.ptr);
        FUZZ_CHECK(rest.ptr + rest.len == text.ptr + text.len);
    }
}

/* A key has a name that no other key has, and bytes that are the same key again. */
static void check_names(const struct signet_pubkey *key)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    char hint[SIGNET_OMS_HINT_TEXT];
    struct signet_pubkey again;
    struct signet_pubkey other = *key;
    struct signet_span bits = signet_span_of(key->bytes, key->len);
    other.bytes[key->len - 1] ^= 1;
    signet_pubkey_fingerprint(key, fingerprint);
    signet_pubkey_oms_hint(key, hint);
    const char *const names[] = {fingerprint, hint};
    for (size_t i = 0; i < 2; i++) {
        struct signet_span name = signet_span_str(names[i]);
        FUZZ_CHECK(signet_pubkey_match_hint(key, name) == SIGNET_HINT_NAMES_KEY);
        FUZZ_CHECK(signet_pubkey_match_hint(&other, name) == SIGNET_HINT_NAMES_OTHER);
    }
    FUZZ_CHECK(signet_pubkey_from_bits(key->alg, bits, &again, NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_pubkey_eq(key, &again));
}

static void check_key(const struct signet_pubkey *key)
{
    struct signet_pubkey again;
    struct signet_buf text;
    signet_buf_init(&text, TEXT_MAX);
    FUZZ_CHECK(signet_pubkey_write(key, SIGNET_KEY_FORM_PEM, &text) == SIGNET_OK);
    FUZZ_CHECK(signet_pubkey_read(signet_buf_span(&text), &again, NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_pubkey_eq(key, &again));
    FUZZ_CHECK(signet_pubkey_write(key, SIGNET_KEY_FORM_SSH, &text) == SIGNET_OK);
    FUZZ_CHECK(signet_pubkey_write(key, SIGNET_KEY_FORM_JWK, &text) == SIGNET_OK);
    check_names(key);
    signet_buf_free(&text);
}

static bool check_public(struct signet_span text)
{
    struct signet_pubkey key;
    struct signet_pubkey certified;
    uint8_t der[SIGNET_SPKI_DER_MAX];
    if (signet_pubkey_from_certificate(text, &certified, NULL) == SIGNET_OK) {
        check_key(&certified);
    } else {
        FUZZ_CHECK(certified.alg == SIGNET_KEY_NONE);
    }
    if (signet_pubkey_read(text, &key, NULL) != SIGNET_OK) {
        FUZZ_CHECK(key.alg == SIGNET_KEY_NONE);
        return false;
    }
    FUZZ_CHECK(certified.alg == SIGNET_KEY_NONE);
    FUZZ_CHECK(text.ptr[0] != SIGNET_DER_SEQUENCE ||
               signet_span_eq(signet_pubkey_spki_der(&key, der), text));
    check_key(&key);
    return true;
}

/* r and s of a signature in DER, one behind the other, are that DER again. */
static void check_ecdsa(struct signet_span text)
{
    struct signet_span inside;
    struct signet_span r;
    struct signet_span s;
    struct signet_span der;
    struct signet_span rest = text;
    uint8_t out[SIGNET_ECDSA_DER_MAX];
    uint8_t raw[2 * SIGNET_ECDSA_SIZE_MAX] = {0};
    if (!signet_ecdsa_is_der(text, SIGNET_ECDSA_SIZE_MAX)) {
        return;
    }
    FUZZ_CHECK(signet_der_take(&rest, SIGNET_DER_SEQUENCE, &inside));
    FUZZ_CHECK(signet_der_take_positive(&inside, &r) && signet_der_take_positive(&inside, &s));
    memcpy(raw + SIGNET_ECDSA_SIZE_MAX - r.len, r.ptr, r.len);
    memcpy(raw + sizeof(raw) - s.len, s.ptr, s.len);
    FUZZ_CHECK(
        signet_ecdsa_from_raw(signet_span_of(raw, sizeof(raw)), SIGNET_ECDSA_SIZE_MAX, out, &der));
    FUZZ_CHECK(signet_span_eq(der, text));
}

static bool check_secret(struct signet_span text)
{
    struct signet_limits limits = signet_limits_default();
    struct signet_secret *passphrase = NULL;
    struct signet_secret *file = NULL;
    struct signet_seckey *key = NULL;
    struct signet_seckey *again = NULL;
    limits.scrypt_n = 64;
    FUZZ_CHECK(signet_secret_new(1, &passphrase, NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_secret_append(passphrase, signet_span_str("x")) == SIGNET_OK);
    bool is_key = signet_seckey_read(text, passphrase, &limits, &key, NULL) == SIGNET_OK;
    FUZZ_CHECK(is_key == (key != NULL));
    if (is_key) {
        enum signet_keyfile_kind kind = signet_keyfile_kind(text);
        FUZZ_CHECK(kind == SIGNET_KEYFILE_PLAIN || kind == SIGNET_KEYFILE_ENCRYPTED);
        FUZZ_CHECK(signet_seckey_write(key, NULL, &file, NULL) == SIGNET_OK);
        FUZZ_CHECK(signet_seckey_read(signet_secret_span(file), NULL, NULL, &again, NULL) ==
                   SIGNET_OK);
        FUZZ_CHECK(signet_pubkey_eq(signet_seckey_public(key), signet_seckey_public(again)));
    }
    signet_seckey_free(key);
    signet_seckey_free(again);
    signet_secret_free(file);
    signet_secret_free(passphrase);
    return is_key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span text = signet_span_of(data, size);
    if (size > TEXT_MAX) {
        return 0;
    }
    check_pem(text);
    check_der(text);
    check_ecdsa(text);
    bool is_public = check_public(text);
    bool is_secret = check_secret(text);
    FUZZ_CHECK(!is_public || !is_secret);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The names by which envelopes refer to a public key. Owns the known forms of key ids and hints;
 * decides nothing by them. SHA-256 is libsodium's here, one call for a short input.
 */
#include <signet/key.h>

#include <sodium.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "crypto/pubkey.h"
#include "crypto/sodium.h"

enum {
    SHA256 = crypto_hash_sha256_BYTES,
    KEY_HEX = 2 * SIGNET_ED25519_PUBLIC + 1
};

static const char fingerprint_prefix[] = "SHA256:";

static void hash_span(struct signet_span bytes, uint8_t out[SHA256])
{
    crypto_hash_sha256(out, bytes.ptr, bytes.len);
}

static void hash_ssh(const struct signet_pubkey *key, uint8_t out[SHA256])
{
    uint8_t wire[SIGNET_SSH_WIRE_MAX];
    hash_span(signet_pubkey_ssh_wire(key, wire), out);
}

static void hash_spki_der(const struct signet_pubkey *key, uint8_t out[SHA256])
{
    uint8_t der[SIGNET_SPKI_DER_MAX];
    hash_span(signet_pubkey_spki_der(key, der), out);
}

static void hash_spki_pem(const struct signet_pubkey *key, uint8_t out[SHA256])
{
    char pem[SIGNET_SPKI_PEM_MAX];
    hash_span(signet_span_str(signet_pubkey_spki_pem(key, pem)), out);
}

/* An Ed25519 key as securesystemslib writes it in canonical JSON, with what its older versions put
 * in front. */
static void hash_json(const struct signet_pubkey *key, const char *front, uint8_t out[SHA256])
{
    static const char head[] = "\"keytype\":\"ed25519\",\"keyval\":{\"public\":\"";
    static const char tail[] = "\"},\"scheme\":\"ed25519\"}";
    char hex[KEY_HEX];
    crypto_hash_sha256_state state;
    signet_hex_encode(signet_span_of(key->bytes, SIGNET_ED25519_PUBLIC), hex);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)front, strlen(front));
    crypto_hash_sha256_update(&state, (const uint8_t *)head, sizeof(head) - 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)hex, sizeof(hex) - 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)tail, sizeof(tail) - 1);
    crypto_hash_sha256_final(&state, out);
}

/* TUF, and securesystemslib since 1.0. */
static void hash_tuf(const struct signet_pubkey *key, uint8_t out[SHA256])
{
    hash_json(key, "{", out);
}

/* in-toto 1.x, and securesystemslib before 1.0. */
static void hash_intoto(const struct signet_pubkey *key, uint8_t out[SHA256])
{
    hash_json(key, "{\"keyid_hash_algorithms\":[\"sha256\",\"sha512\"],", out);
}

const char *signet_pubkey_fingerprint(const struct signet_pubkey *key,
                                      char out[SIGNET_FINGERPRINT_TEXT])
{
    uint8_t hash[SHA256];
    size_t used = sizeof(fingerprint_prefix) - 1;
    hash_ssh(key, hash);
    memcpy(out, fingerprint_prefix, used);
    sodium_bin2base64(out + used, SIGNET_FINGERPRINT_TEXT - used, hash, sizeof(hash),
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    return out;
}

const char *signet_pubkey_oms_hint(const struct signet_pubkey *key, char out[SIGNET_OMS_HINT_TEXT])
{
    uint8_t hash[SHA256];
    hash_spki_pem(key, hash);
    signet_hex_encode(signet_span_of(hash, sizeof(hash)), out);
    return out;
}

const char *signet_pubkey_spki_hint(const struct signet_pubkey *key, char out[SIGNET_OMS_HINT_TEXT])
{
    uint8_t hash[SHA256];
    hash_spki_der(key, hash);
    signet_hex_encode(signet_span_of(hash, sizeof(hash)), out);
    return out;
}

static bool reads_base64(struct signet_span text, enum signet_sodium_b64 form, uint8_t out[SHA256])
{
    size_t len = 0;
    return signet_sodium_base64(text, form, out, SHA256, &len) == SIGNET_OK && len == SHA256;
}

static bool reads_fingerprint(struct signet_span text, uint8_t out[SHA256])
{
    size_t used = sizeof(fingerprint_prefix) - 1;
    return signet_span_begins(text, fingerprint_prefix) &&
           reads_base64(signet_span_of(text.ptr + used, text.len - used), SIGNET_SODIUM_B64_BARE,
                        out);
}

static bool reads_hex(struct signet_span text, uint8_t out[SHA256])
{
    return signet_hex_decode(text, out, SHA256) == SIGNET_OK;
}

/* cosign and sigstore-go: padded, which tells it from a name that happens to have its length. */
static bool reads_padded(struct signet_span text, uint8_t out[SHA256])
{
    return reads_base64(text, SIGNET_SODIUM_B64_PADDED, out);
}

/* One way to name a key: how the text is read, and what its bytes are then. */
struct hint_form {
    bool (*reads)(struct signet_span text, uint8_t out[SHA256]);
    void (*hash)(const struct signet_pubkey *key, uint8_t out[SHA256]);
    bool ed25519_alone; /* its ids of other keys are not known here */
};

static const struct hint_form hint_forms[] = {
    {reads_fingerprint, hash_ssh, false}, /* OpenSSH, go-securesystemslib, and signet itself */
    {reads_hex, hash_spki_pem, false},    /* OMS, witness */
    {reads_hex, hash_spki_der, false},    /* several */
    {reads_hex, hash_tuf, true},          {reads_hex, hash_intoto, true},
    {reads_padded, hash_spki_der, false}, /* cosign, sigstore-go */
};

enum signet_hint_match signet_pubkey_match_hint(const struct signet_pubkey *key,
                                                struct signet_span hint)
{
    enum signet_hint_match match = hint.len == 0 ? SIGNET_HINT_ABSENT : SIGNET_HINT_FREE_FORM;
    for (size_t i = 0; i < SIGNET_COUNT(hint_forms); i++) {
        uint8_t said[SHA256];
        uint8_t expected[SHA256];
        if (!hint_forms[i].reads(hint, said)) {
            continue;
        }
        hint_forms[i].hash(key, expected);
        bool applies = !hint_forms[i].ed25519_alone || key->alg == SIGNET_KEY_ED25519;
        if (applies && memcmp(said, expected, SHA256) == 0) {
            return SIGNET_HINT_NAMES_KEY;
        }
        match = SIGNET_HINT_NAMES_OTHER;
    }
    return match;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys: SubjectPublicKeyInfo in and out (RFC 8410, RFC 7468), OpenSSH lines (RFC 8709) and
 * JWK (RFC 8037) out. Owns the check that each key passes before it is a key; knows nothing of who
 * may use it.
 */
#include "crypto/pubkey.h"

#include <sodium.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "crypto/der.h"
#include "crypto/pem.h"
#include "crypto/sodium.h"

enum {
    /* No public key that has a name here is longer as text: ML-DSA-87 takes 3,600 bytes. */
    KEY_TEXT_MAX = 8192
};

static const uint8_t spki_prefix[SIGNET_SPKI_DER - SIGNET_ED25519_PUBLIC] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

static const uint8_t ssh_prefix[SIGNET_SSH_WIRE - SIGNET_ED25519_PUBLIC] = {
    0, 0, 0, 11, 's', 's', 'h', '-', 'e', 'd', '2', '5', '5', '1', '9', 0, 0, 0, 32};

int signet_pubkey_from_raw(struct signet_span raw,
                           struct signet_pubkey *key,
                           struct signet_err *err)
{
    memset(key, 0, sizeof(*key));
    if (raw.len != SIGNET_ED25519_PUBLIC) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected an Ed25519 public key of 32 bytes, found %zu bytes",
                              raw.len);
    }
    int rc = signet_sodium_start(err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (crypto_core_ed25519_is_valid_point(raw.ptr) != 1) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "no safe Ed25519 public key: not a canonical point of the "
                              "prime-order group; ask its owner for another key");
    }
    key->alg = SIGNET_KEY_ED25519;
    memcpy(key->bytes, raw.ptr, raw.len);
    return SIGNET_OK;
}

/* Says what a DER text that is no Ed25519 SubjectPublicKeyInfo is instead. */
static int refuse_der(struct signet_span der, struct signet_err *err)
{
    struct signet_span algorithm;
    enum signet_der_kind kind = signet_der_outline(der, &algorithm);
    const char *name = signet_der_algorithm_name(algorithm);
    if (kind == SIGNET_DER_PRIVATE || kind == SIGNET_DER_ENCRYPTED) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a public key, found a private key; give its public half");
    }
    if (kind == SIGNET_DER_PUBLIC && name != signet_der_ed25519) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected an Ed25519 public key, found a key of type %s", name);
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "expected the SubjectPublicKeyInfo of an Ed25519 key, 44 bytes, found "
                          "%zu bytes of another form",
                          der.len);
}

static int read_der(struct signet_span der, struct signet_pubkey *key, struct signet_err *err)
{
    if (der.len != SIGNET_SPKI_DER || memcmp(der.ptr, spki_prefix, sizeof(spki_prefix)) != 0) {
        return refuse_der(der, err);
    }
    struct signet_span raw = {der.ptr + sizeof(spki_prefix), SIGNET_ED25519_PUBLIC};
    return signet_pubkey_from_raw(raw, key, err);
}

static int refuse_label(struct signet_span label, struct signet_err *err)
{
    static const char secret[] = "PRIVATE KEY";
    char shown[SIGNET_SHOW_MAX];
    size_t tail = sizeof(secret) - 1;
    bool is_secret = label.len >= tail && memcmp(label.ptr + label.len - tail, secret, tail) == 0;
    return signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected PEM \"PUBLIC KEY\", found \"%s\"%s",
                          signet_utf8_show(label, shown),
                          is_secret ? ", which is secret; give the public half" : "");
}

/* Text that is neither PEM nor DER, named if it is a public key of another kind. */
static int refuse_text(struct signet_span text, struct signet_err *err)
{
    static const char *const others[][2] = {
        {"ssh-", "an OpenSSH public key"},
        {"untrusted comment:", "a minisign or signify key"},
        {"{", "a JSON text"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(others); i++) {
        if (signet_span_begins(text, others[i][0])) {
            return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                  "expected a public key in PEM (\"PUBLIC KEY\") or DER, found %s",
                                  others[i][1]);
        }
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "expected a public key in PEM (\"-----BEGIN PUBLIC KEY-----\") or DER");
}

int signet_pubkey_read(struct signet_span text, struct signet_pubkey *key, struct signet_err *err)
{
    uint8_t der[KEY_TEXT_MAX];
    struct signet_span label;
    size_t len = 0;

    memset(key, 0, sizeof(*key));
    if (text.len > KEY_TEXT_MAX) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected a public key of at most %d bytes, found %zu", KEY_TEXT_MAX,
                              text.len);
    }
    if (text.len > 0 && text.ptr[0] == SIGNET_DER_SEQUENCE) {
        return read_der(text, key, err);
    }
    if (!signet_pem_label(text, &label)) {
        return refuse_text(text, err);
    }
    if (!signet_span_is(label, "PUBLIC KEY")) {
        return refuse_label(label, err);
    }
    int rc = signet_pem_decode(text, der, &len, err);
    return rc == SIGNET_OK ? read_der(signet_span_of(der, len), key, err) : rc;
}

bool signet_pubkey_eq(const struct signet_pubkey *a, const struct signet_pubkey *b)
{
    return a->alg != SIGNET_KEY_NONE && a->alg == b->alg &&
           memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void signet_pubkey_spki_der(const struct signet_pubkey *key, uint8_t out[SIGNET_SPKI_DER])
{
    memcpy(out, spki_prefix, sizeof(spki_prefix));
    memcpy(out + sizeof(spki_prefix), key->bytes, sizeof(key->bytes));
}

const char *signet_pubkey_spki_pem(const struct signet_pubkey *key, char out[SIGNET_SPKI_PEM])
{
    uint8_t der[SIGNET_SPKI_DER];
    signet_pubkey_spki_der(key, der);
    signet_pem_encode("PUBLIC KEY", signet_span_of(der, sizeof(der)), out);
    return out;
}

void signet_pubkey_ssh_wire(const struct signet_pubkey *key, uint8_t out[SIGNET_SSH_WIRE])
{
    memcpy(out, ssh_prefix, sizeof(ssh_prefix));
    memcpy(out + sizeof(ssh_prefix), key->bytes, sizeof(key->bytes));
}

static int write_ssh(const struct signet_pubkey *key, struct signet_buf *out)
{
    uint8_t wire[SIGNET_SSH_WIRE];
    signet_pubkey_ssh_wire(key, wire);
    signet_buf_puts(out, "ssh-ed25519 ");
    signet_b64_encode(out, signet_span_of(wire, sizeof(wire)), SIGNET_B64_STANDARD);
    return signet_buf_putc(out, '\n');
}

static int write_jwk(const struct signet_pubkey *key, struct signet_buf *out)
{
    signet_buf_puts(out, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
    signet_b64_encode(out, signet_span_of(key->bytes, sizeof(key->bytes)), SIGNET_B64_URL_UNPADDED);
    return signet_buf_puts(out, "\"}\n");
}

int signet_pubkey_write(const struct signet_pubkey *key,
                        enum signet_key_form form,
                        struct signet_buf *out)
{
    char pem[SIGNET_SPKI_PEM];
    switch (form) {
    case SIGNET_KEY_FORM_PEM:
        return signet_buf_puts(out, signet_pubkey_spki_pem(key, pem));
    case SIGNET_KEY_FORM_SSH:
        return write_ssh(key, out);
    case SIGNET_KEY_FORM_JWK:
        return write_jwk(key, out);
    case SIGNET_KEY_FORM_RAW:
        return signet_buf_put(out, signet_span_of(key->bytes, sizeof(key->bytes)));
    default:
        out->status = SIGNET_E_INTERNAL;
        return out->status;
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption of key files as cosign and go-securesystemslib do it: a JSON text with scrypt
 * (RFC 7914) and secretbox (XSalsa20-Poly1305). Owns that text and the key derivation; knows
 * nothing of what is encrypted. Everything in the text is authenticated by the decryption itself,
 * or decides how long it takes and is bounded first.
 */
#include "sign/keyfile.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "crypto/sodium.h"
#include "sign/secret.h"
#include "json/doc.h"

enum {
    SALT = 32,
    NONCE = crypto_secretbox_NONCEBYTES,
    MAC = crypto_secretbox_MACBYTES,
    SCRYPT_N = 65536,
    SCRYPT_R = 8,
    SCRYPT_P = 1,
    JSON_ROOM = 512 /* all of the text but the ciphertext */
};

struct signet_sealed {
    uint64_t n;
    uint8_t salt[SALT];
    uint8_t nonce[NONCE];
    struct signet_buf ciphertext;
};

/* The string member of that name, or an error that says where it is missing. */
static int take_string(const struct signet_doc_value *object,
                       const char *name,
                       struct signet_span *text,
                       struct signet_err *err)
{
    const char *found = signet_doc_string(signet_doc_member(object, name));
    if (found == NULL) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "expected a string \"%s\"", name);
    }
    *text = signet_span_str(found);
    return SIGNET_OK;
}

static int take_bytes(const struct signet_doc_value *object,
                      const char *name,
                      uint8_t *out,
                      size_t expected,
                      struct signet_err *err)
{
    struct signet_span text = {NULL, 0};
    size_t len = 0;
    int rc = take_string(object, name, &text, err);
    if (rc == SIGNET_OK &&
        (signet_sodium_base64(text, SIGNET_SODIUM_B64_PADDED, out, expected, &len) != SIGNET_OK ||
         len != expected)) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED, "\"%s\": expected %zu bytes in base64", name,
                            expected);
    }
    return rc;
}

/* Requires the member "name" of object to name the one algorithm that is supported. */
static int
require_name(const struct signet_doc_value *object, const char *expected, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span found = {NULL, 0};
    int rc = take_string(object, "name", &found, err);
    if (rc == SIGNET_OK && !signet_span_is(found, expected)) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED, "expected \"%s\", found \"%s\"", expected,
                            signet_utf8_show(found, shown));
    }
    return rc;
}

/* With r = 8 and p = 1 scrypt takes N KiB and a little: the limit on N is the limit on memory. */
static int read_costs(const struct signet_doc_value *params,
                      const struct signet_limits *limits,
                      uint64_t *n,
                      struct signet_err *err)
{
    static const char *const members[] = {"N", "r", "p", NULL};
    uint64_t r = 0;
    uint64_t p = 0;
    int rc = signet_doc_closed(params, members, "kdf.params", err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!signet_doc_uint(signet_doc_member(params, "N"), n) ||
        !signet_doc_uint(signet_doc_member(params, "r"), &r) ||
        !signet_doc_uint(signet_doc_member(params, "p"), &p) || *n < 2 || (*n & (*n - 1)) != 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "scrypt: expected whole numbers N, r and p, N a power of two");
    }
    if (r != SCRYPT_R || p != SCRYPT_P) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "scrypt: expected r = %d and p = %d, found %llu and %llu", SCRYPT_R,
                              SCRYPT_P, (unsigned long long)r, (unsigned long long)p);
    }
    if (*n > limits->scrypt_n) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "scrypt: N = %llu is above the limit of %llu; --limit scrypt-n=N "
                              "raises it (memory: N KiB)",
                              (unsigned long long)*n, (unsigned long long)limits->scrypt_n);
    }
    return SIGNET_OK;
}

static int read_kdf(const struct signet_doc_value *kdf,
                    const struct signet_limits *limits,
                    struct signet_sealed *sealed,
                    struct signet_err *err)
{
    static const char *const members[] = {"name", "params", "salt", NULL};
    int rc = signet_doc_closed(kdf, members, "kdf", err);
    if (rc == SIGNET_OK) {
        rc = require_name(kdf, "scrypt", err);
    }
    if (rc == SIGNET_OK) {
        rc = read_costs(signet_doc_member(kdf, "params"), limits, &sealed->n, err);
    }
    if (rc == SIGNET_OK) {
        rc = take_bytes(kdf, "salt", sealed->salt, SALT, err);
    }
    return rc;
}

static int read_cipher(const struct signet_doc_value *cipher,
                       struct signet_sealed *sealed,
                       struct signet_err *err)
{
    static const char *const members[] = {"name", "nonce", NULL};
    int rc = signet_doc_closed(cipher, members, "cipher", err);
    if (rc == SIGNET_OK) {
        rc = require_name(cipher, "nacl/secretbox", err);
    }
    if (rc == SIGNET_OK) {
        rc = take_bytes(cipher, "nonce", sealed->nonce, NONCE, err);
    }
    return rc;
}

static int read_text(const struct signet_doc_value *top,
                     const struct signet_limits *limits,
                     struct signet_sealed *sealed,
                     struct signet_err *err)
{
    static const char *const members[] = {"kdf", "cipher", "ciphertext", NULL};
    struct signet_span text = {NULL, 0};
    int rc = signet_doc_closed(top, members, "encrypted key", err);
    if (rc == SIGNET_OK) {
        rc = read_kdf(signet_doc_member(top, "kdf"), limits, sealed, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_cipher(signet_doc_member(top, "cipher"), sealed, err);
    }
    if (rc == SIGNET_OK) {
        rc = take_string(top, "ciphertext", &text, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_b64_decode(&sealed->ciphertext, text);
        if (rc == SIGNET_E_MALFORMED || (rc == SIGNET_OK && sealed->ciphertext.len <= MAC)) {
            rc = signet_err_set(err, SIGNET_E_MALFORMED,
                                "\"ciphertext\": expected more than %d bytes in base64", MAC);
        }
    }
    return rc;
}

/* The key that passphrase stands for, in guarded memory. */
static int derive(const struct signet_secret *passphrase,
                  const struct signet_sealed *sealed,
                  struct signet_secret **key,
                  struct signet_err *err)
{
    struct signet_secret *made = NULL;
    int rc = signet_secret_new(crypto_secretbox_KEYBYTES, &made, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (crypto_pwhash_scryptsalsa208sha256_ll(passphrase->bytes, passphrase->len, sealed->salt,
                                              SALT, sealed->n, SCRYPT_R, SCRYPT_P, made->bytes,
                                              made->capacity) != 0) {
        signet_secret_free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "scrypt: no memory for N = %llu",
                              (unsigned long long)sealed->n);
    }
    made->len = made->capacity;
    *key = made;
    return SIGNET_OK;
}

int signet_sealed_read(struct signet_span text,
                       const struct signet_limits *limits,
                       struct signet_sealed **sealed,
                       struct signet_err *err)
{
    struct signet_doc *doc = NULL;
    struct signet_sealed *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the encrypted key");
    }
    signet_buf_init(&made->ciphertext, text.len);
    int rc = signet_doc_parse(text, text.len, &doc, err);
    if (rc == SIGNET_OK) {
        rc = read_text(signet_doc_top(doc), limits, made, err);
    }
    signet_doc_free(doc);
    if (rc != SIGNET_OK) {
        signet_sealed_free(made);
        return signet_err_set(err, rc, "the encrypted key cannot be read");
    }
    *sealed = made;
    return SIGNET_OK;
}

void signet_sealed_free(struct signet_sealed *sealed)
{
    if (sealed != NULL) {
        signet_buf_free(&sealed->ciphertext);
        free(sealed);
    }
}

int signet_sealed_open(const struct signet_sealed *sealed,
                       const struct signet_secret *passphrase,
                       struct signet_secret **secret,
                       struct signet_err *err)
{
    struct signet_secret *key = NULL;
    struct signet_secret *opened = NULL;
    int rc = signet_secret_new(sealed->ciphertext.len - MAC, &opened, err);
    if (rc == SIGNET_OK) {
        rc = derive(passphrase, sealed, &key, err);
    }
    if (rc == SIGNET_OK &&
        crypto_secretbox_open_easy(opened->bytes, sealed->ciphertext.data, sealed->ciphertext.len,
                                   sealed->nonce, key->bytes) != 0) {
        rc = signet_err_set(err, SIGNET_E_PASSPHRASE,
                            "wrong passphrase, or the key file was changed");
    }
    signet_secret_free(key);
    if (rc != SIGNET_OK) {
        signet_secret_free(opened);
        return rc;
    }
    opened->len = opened->capacity;
    *secret = opened;
    return SIGNET_OK;
}

static int put_text(const struct signet_sealed *sealed, struct signet_buf *text)
{
    char n[SIGNET_NUM_TEXT];
    signet_num_format(sealed->n, n);
    signet_buf_puts(text, "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":");
    signet_buf_puts(text, n);
    signet_buf_puts(text, ",\"r\":8,\"p\":1},\"salt\":\"");
    signet_b64_encode(text, signet_span_of(sealed->salt, SALT), SIGNET_B64_STANDARD);
    signet_buf_puts(text, "\"},\"cipher\":{\"name\":\"nacl/secretbox\",\"nonce\":\"");
    signet_b64_encode(text, signet_span_of(sealed->nonce, NONCE), SIGNET_B64_STANDARD);
    signet_buf_puts(text, "\"},\"ciphertext\":\"");
    signet_b64_encode(text, signet_buf_span(&sealed->ciphertext), SIGNET_B64_STANDARD);
    return signet_buf_puts(text, "\"}");
}

int signet_sealed_write(struct signet_span secret,
                        const struct signet_secret *passphrase,
                        struct signet_buf *text,
                        struct signet_err *err)
{
    struct signet_sealed sealed = {.n = SCRYPT_N};
    struct signet_secret *key = NULL;
    signet_buf_init(&sealed.ciphertext, secret.len + MAC);
    randombytes_buf(sealed.salt, SALT);
    randombytes_buf(sealed.nonce, NONCE);

    int rc = signet_buf_reserve(&sealed.ciphertext, secret.len + MAC);
    if (rc == SIGNET_OK) {
        rc = derive(passphrase, &sealed, &key, err);
    }
    if (rc == SIGNET_OK) {
        SIGNET_IGNORE(crypto_secretbox_easy(sealed.ciphertext.data, secret.ptr, secret.len,
                                            sealed.nonce,
                                            key->bytes) != 0); /* fails on lengths near 2^64 only */
        sealed.ciphertext.len = secret.len + MAC;
        rc = put_text(&sealed, text);
    }
    signet_secret_free(key);
    signet_buf_free(&sealed.ciphertext);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "the key cannot be encrypted");
}

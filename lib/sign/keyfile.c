/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files: from a PEM or DER text to a secret key and back. Owns the labels (RFC 7468) and the
 * order of the layers; knows nothing of paths, prompts and permissions.
 */
#include "sign/keyfile.h"

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "crypto/der.h"
#include "crypto/pem.h"
#include "sign/secret.h"

enum {
    KEY_TEXT_MAX = 1 << 16
};

static const char plain_label[] = "PRIVATE KEY";
static const char sealed_label[] = "ENCRYPTED SIGSTORE PRIVATE KEY";
static const char older_sealed_label[] = "ENCRYPTED COSIGN PRIVATE KEY";
static const char public_label[] = "PUBLIC KEY";

static bool is_sealed(struct signet_span label)
{
    return signet_span_is(label, sealed_label) || signet_span_is(label, older_sealed_label);
}

enum signet_keyfile_kind signet_keyfile_kind(struct signet_span text)
{
    struct signet_span label;
    struct signet_span algorithm;
    bool is_pem = signet_pem_label(text, &label);
    enum signet_der_kind der = signet_der_outline(text, &algorithm);
    if (is_pem && is_sealed(label)) {
        return SIGNET_KEYFILE_ENCRYPTED;
    }
    if (is_pem ? signet_span_ends(label, plain_label)
               : der == SIGNET_DER_PRIVATE || der == SIGNET_DER_ENCRYPTED) {
        return SIGNET_KEYFILE_PLAIN;
    }
    if (is_pem ? signet_span_is(label, public_label) : der == SIGNET_DER_PUBLIC) {
        return SIGNET_KEYFILE_PUBLIC;
    }
    return SIGNET_KEYFILE_UNKNOWN;
}

/* A PEM label that is no key file of ours, with what to do about it. */
static int refuse_label(struct signet_span label, struct signet_err *err)
{
    static const char *const advice[][2] = {
        {"PUBLIC KEY", "; signing takes the secret key that belongs to it"},
        {"ENCRYPTED PRIVATE KEY",
         " (PKCS#8), which is not read yet; \"openssl pkey -in FILE -out "
         "PLAIN\" opens it, \"signet-key passwd PLAIN\" encrypts it again"},
        {"OPENSSH PRIVATE KEY", ", which is not read yet"},
        {"RSA PRIVATE KEY", ", a key of type RSA"},
        {"EC PRIVATE KEY", ", a key of type ECDSA"},
        {"EC PARAMETERS", ", a key of type ECDSA"},
        {"DSA PRIVATE KEY", ", a key of type DSA"},
    };
    char shown[SIGNET_SHOW_MAX];
    const char *add = "";
    for (size_t i = 0; i < SIGNET_COUNT(advice); i++) {
        if (signet_span_is(label, advice[i][0])) {
            add = advice[i][1];
        }
    }
    return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                          "expected an Ed25519 key file (\"PRIVATE KEY\"), found \"%s\"%s",
                          signet_utf8_show(label, shown), add);
}

static int read_plain(struct signet_span text, struct signet_seckey **key, struct signet_err *err)
{
    struct signet_secret *der = NULL;
    int rc = signet_secret_new(text.len, &der, err);
    if (rc == SIGNET_OK) {
        rc = signet_pem_decode(text, der->bytes, &der->len, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_pkcs8_read(signet_secret_span(der), key, err);
    }
    signet_secret_free(der);
    return rc;
}

static int read_sealed(struct signet_span text,
                       const struct signet_limits *limits,
                       struct signet_sealed **sealed,
                       struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    struct signet_secret *json = NULL;
    int rc = signet_secret_new(text.len, &json, err);
    if (rc == SIGNET_OK) {
        rc = signet_pem_decode(text, json->bytes, &json->len, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_sealed_read(signet_secret_span(json), limits != NULL ? limits : &standard,
                                sealed, err);
    }
    signet_secret_free(json);
    return rc;
}

int signet_keyfile_read(struct signet_span text,
                        const struct signet_limits *limits,
                        struct signet_seckey **key,
                        struct signet_sealed **sealed,
                        struct signet_err *err)
{
    struct signet_span label;
    if (text.len > KEY_TEXT_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected a key file of at most %d bytes",
                              KEY_TEXT_MAX);
    }
    if (text.len > 0 && text.ptr[0] == SIGNET_DER_SEQUENCE) {
        return signet_pkcs8_read(text, key, err);
    }
    if (!signet_pem_label(text, &label)) {
        return signet_err_set(
            err, SIGNET_E_MALFORMED,
            "expected a key file in PEM (\"-----BEGIN PRIVATE KEY-----\") or DER");
    }
    if (signet_span_is(label, plain_label)) {
        return read_plain(text, key, err);
    }
    return is_sealed(label) ? read_sealed(text, limits, sealed, err) : refuse_label(label, err);
}

int signet_keyfile_unseal(const struct signet_sealed *sealed,
                          const struct signet_secret *passphrase,
                          struct signet_seckey **key,
                          struct signet_err *err)
{
    struct signet_secret *der = NULL;
    if (passphrase == NULL) {
        return signet_err_set(err, SIGNET_E_PASSPHRASE,
                              "the key is encrypted: no passphrase given");
    }
    int rc = signet_sealed_open(sealed, passphrase, &der, err);
    if (rc == SIGNET_OK) {
        rc = signet_pkcs8_read(signet_secret_span(der), key, err);
    }
    signet_secret_free(der);
    return rc;
}

int signet_seckey_read(struct signet_span text,
                       const struct signet_secret *passphrase,
                       const struct signet_limits *limits,
                       struct signet_seckey **key,
                       struct signet_err *err)
{
    struct signet_sealed *sealed = NULL;
    int rc = signet_keyfile_read(text, limits, key, &sealed, err);
    if (rc == SIGNET_OK && sealed != NULL) {
        rc = signet_keyfile_unseal(sealed, passphrase, key, err);
    }
    signet_sealed_free(sealed);
    return rc;
}

/* A new secret that holds bytes as PEM. */
static int write_pem(const char *label,
                     struct signet_span bytes,
                     struct signet_secret **text,
                     struct signet_err *err)
{
    struct signet_secret *pem = NULL;
    size_t len = signet_pem_length(label, bytes.len);
    int rc = signet_secret_new(len + 1, &pem, err);
    if (rc == SIGNET_OK) {
        pem->len = signet_pem_encode(label, bytes, (char *)pem->bytes);
        *text = pem;
    }
    return rc;
}

static int write_sealed(struct signet_span der,
                        const struct signet_secret *passphrase,
                        struct signet_secret **text,
                        struct signet_err *err)
{
    struct signet_buf sealed;
    if (passphrase->len == 0) {
        return signet_err_set(err, SIGNET_E_PASSPHRASE, "an empty passphrase protects nothing");
    }
    signet_buf_init(&sealed, KEY_TEXT_MAX);
    int rc = signet_sealed_write(der, passphrase, &sealed, err);
    if (rc == SIGNET_OK) {
        rc = write_pem(sealed_label, signet_buf_span(&sealed), text, err);
    }
    signet_buf_free(&sealed);
    return rc;
}

int signet_seckey_write(const struct signet_seckey *key,
                        const struct signet_secret *passphrase,
                        struct signet_secret **text,
                        struct signet_err *err)
{
    struct signet_secret *der = NULL;
    int rc = signet_secret_new(SIGNET_PKCS8_V1, &der, err);
    if (rc == SIGNET_OK) {
        rc = signet_pkcs8_write(key, der->bytes, err);
    }
    if (rc == SIGNET_OK) {
        der->len = der->capacity;
        rc = passphrase != NULL ? write_sealed(signet_secret_span(der), passphrase, text, err)
                                : write_pem(plain_label, signet_secret_span(der), text, err);
    }
    signet_secret_free(der);
    return rc;
}

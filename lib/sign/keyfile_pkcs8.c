/* SPDX-License-Identifier: Apache-2.0
 *
 * PKCS#8 of Ed25519 keys (RFC 8410 section 7, RFC 5958). Owns the three spellings that exist, each
 * compared byte by byte; knows nothing of PEM and encryption. Version 2 is read and never written:
 * OpenSSL before 3.5 refuses it.
 */
#include "sign/keyfile.h"

#include "base/compiler.h"
#include "base/err.h"
#include "crypto/der.h"
#include "sign/seckey.h"

enum {
    HEAD = SIGNET_PKCS8_V1 - SIGNET_ED25519_SEED
};

struct layout {
    uint8_t head[HEAD]; /* then the seed */
    uint8_t middle[5];  /* then the public key, unless middle_len is 0 */
    size_t middle_len;
};

static const struct layout layouts[] = {
    /* PrivateKeyInfo, version 0 */
    {{0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20}, {0}, 0},
    /* OneAsymmetricKey, version 1; [1] IMPLICIT BIT STRING */
    {{0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20}, {0x81, 0x21, 0}, 3},
    /* the same with an explicit [1], as ring writes it */
    {{0x30, 0x53, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20},
     {0xa1, 0x23, 3, 0x21, 0},
     5},
};

static size_t layout_length(const struct layout *layout)
{
    size_t public_len = layout->middle_len > 0 ? layout->middle_len + SIGNET_ED25519_PUBLIC : 0;
    return SIGNET_PKCS8_V1 + public_len;
}

static const struct layout *find_layout(struct signet_span der)
{
    for (size_t i = 0; i < SIGNET_COUNT(layouts); i++) {
        const struct layout *layout = &layouts[i];
        if (der.len == layout_length(layout) && memcmp(der.ptr, layout->head, HEAD) == 0 &&
            memcmp(der.ptr + SIGNET_PKCS8_V1, layout->middle, layout->middle_len) == 0) {
            return layout;
        }
    }
    return NULL;
}

/* Says what a DER text that is no PKCS#8 of an Ed25519 key is instead. */
static int refuse(struct signet_span der, struct signet_err *err)
{
    struct signet_span algorithm;
    enum signet_der_kind kind = signet_der_outline(der, &algorithm);
    const char *name = signet_der_algorithm_name(algorithm);
    if (kind == SIGNET_DER_PUBLIC) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a secret key, found a public key");
    }
    if (kind == SIGNET_DER_ENCRYPTED) {
        return signet_err_set(
            err, SIGNET_E_UNSUPPORTED,
            "PKCS#8 encrypted with %s is not read yet; \"openssl pkey -in FILE "
            "-out PLAIN\" opens it, \"signet-key passwd PLAIN\" encrypts it again",
            name);
    }
    if (kind == SIGNET_DER_PRIVATE && name != signet_der_ed25519) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected an Ed25519 key, found a key of type %s", name);
    }
    return signet_err_set(err, SIGNET_E_MALFORMED,
                          "expected the PKCS#8 of an Ed25519 key, 48, 83 or 85 bytes, found %zu "
                          "bytes of another form",
                          der.len);
}

int signet_pkcs8_read(struct signet_span der, struct signet_seckey **key, struct signet_err *err)
{
    struct signet_seckey *made = NULL;
    const struct layout *layout = find_layout(der);
    if (layout == NULL) {
        return refuse(der, err);
    }
    int rc = signet_seckey_from_seed(der.ptr + HEAD, &made, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (layout->middle_len > 0 &&
        memcmp(der.ptr + SIGNET_PKCS8_V1 + layout->middle_len, signet_seckey_public(made)->bytes,
               SIGNET_ED25519_PUBLIC) != 0) {
        signet_seckey_free(made);
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "the public key in the file is not that of its secret key");
    }
    *key = made;
    return SIGNET_OK;
}

int signet_pkcs8_write(const struct signet_seckey *key,
                       uint8_t out[SIGNET_PKCS8_V1],
                       struct signet_err *err)
{
    memcpy(out, layouts[0].head, HEAD);
    return signet_seckey_copy_seed(key, out + HEAD, err);
}

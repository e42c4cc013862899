/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files in tests: the key of RFC 8032 section 7.1 TEST 1 in the layouts of RFC 8410 section 7
 * and RFC 5958 section 2, and reading it back.
 */
#ifndef SIGNET_TESTS_KEYS_H
#define SIGNET_TESTS_KEYS_H

#include "check.h"

#include <signet/seckey.h>

#include "base/codec.h"
#include "crypto/pem.h"

#define SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define V1 "302e020100300506032b657004220420" SEED
#define V2 "3051020101300506032b657004220420" SEED "812100" PUBLIC
#define RING "3053020101300506032b657004220420" SEED "a123032100" PUBLIC

enum {
    TEXT_MAX = 4096
};

struct bytes {
    uint8_t data[TEXT_MAX];
    size_t len;
};

static inline struct bytes from_hex(const char *hex)
{
    struct bytes bytes = {{0}, strlen(hex) / 2};
    assert_int_equal(signet_hex_decode(signet_span_str(hex), bytes.data, bytes.len), SIGNET_OK);
    return bytes;
}

static inline struct signet_span span_of(const struct bytes *bytes)
{
    return signet_span_of(bytes->data, bytes->len);
}

static inline struct bytes to_pem(const char *label, struct signet_span content)
{
    struct bytes pem;
    assert_true(signet_pem_length(label, content.len) < sizeof(pem.data));
    pem.len = signet_pem_encode(label, content, (char *)pem.data);
    return pem;
}

static inline struct signet_secret *secret_of(const char *text)
{
    struct signet_err err;
    struct signet_secret *secret = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_secret_new(strlen(text), &secret, &err), &err);
    CHECK_CODE(signet_secret_append(secret, signet_span_str(text)), SIGNET_OK);
    return secret;
}

/* Reads a key file and drops the key, after a look at its public half. */
static inline int read_key(struct signet_span text,
                           const char *passphrase,
                           const struct signet_limits *limits,
                           struct signet_err *err)
{
    struct signet_seckey *key = NULL;
    struct signet_secret *secret = passphrase != NULL ? secret_of(passphrase) : NULL;
    signet_err_clear(err);
    int rc = signet_seckey_read(text, secret, limits, &key, err);
    if (rc == SIGNET_OK) {
        struct bytes expected = from_hex(PUBLIC);
        CHECK_BYTES(signet_seckey_public(key)->bytes, expected.data, 32);
    } else {
        assert_null(key);
        assert_int_equal(err->code, rc);
        assert_true(err->msg[0] != '\0');
    }
    signet_seckey_free(key);
    signet_secret_free(secret);
    return rc;
}

static inline struct signet_seckey *example_key(void)
{
    struct signet_err err;
    struct signet_seckey *key = NULL;
    struct bytes der = from_hex(V1);
    signet_err_clear(&err);
    CHECK_OK(signet_seckey_read(span_of(&der), NULL, NULL, &key, &err), &err);
    return key;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents with JSF signatures, made without the code under test: texts are written here in the
 * form of RFC 8785, so that what is signed is put together by hand, and libsodium signs.
 */
#ifndef SIGNET_TESTS_FORGE_JSF_H
#define SIGNET_TESTS_FORGE_JSF_H

#include "forge.h"

/* text with `mark` replaced by what; the caller frees it. */
static inline char *jsf_put(const char *text, char mark, const char *what)
{
    const char *at = strchr(text, mark);
    size_t room = strlen(text) + strlen(what) + 1;
    char *out = malloc(room);
    assert_non_null(at);
    assert_non_null(out);
    assert_true(snprintf(out, room, "%.*s%s%s", (int)(at - text), text, what, at + 1) > 0);
    return out;
}

/* text with the first `old` replaced by what; the caller frees it. */
static inline char *jsf_replace(const char *text, const char *old, const char *what)
{
    const char *at = strstr(text, old);
    size_t room = strlen(text) + strlen(what) + 1;
    char *out = malloc(room);
    assert_non_null(at);
    assert_non_null(out);
    assert_true(snprintf(out, room, "%.*s%s%s", (int)(at - text), text, what, at + strlen(old)) >
                0);
    return out;
}

static inline char *jsf_base64url(const uint8_t *bytes, size_t len)
{
    char *out = malloc(2 * len + 8);
    assert_non_null(out);
    assert_non_null(
        sodium_bin2base64(out, 2 * len + 8, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    return out;
}

/* {"algorithm":"Ed25519",MORE"publicKey":{…}} of a key; the caller frees it. */
static inline char *jsf_core(size_t key, const char *more)
{
    struct forge_key pair = forge_key(key);
    char *x = jsf_base64url(pair.public_half, sizeof(pair.public_half));
    char *out = malloc(1024);
    assert_non_null(out);
    assert_true(snprintf(out, 1024,
                         "{\"algorithm\":\"Ed25519\",%s\"publicKey\":{\"crv\":\"Ed25519\",\"kty\":"
                         "\"OKP\",\"x\":\"%s\"}}",
                         more, x) < 1024);
    free(x);
    return out;
}

/* core with the value by which a key signs message; the caller frees it. */
static inline char *jsf_signed_core(size_t key, const char *core, const char *message)
{
    struct forge_key pair = forge_key(key);
    uint8_t signature[crypto_sign_BYTES];
    size_t room = strlen(core) + 128;
    char *out = malloc(room);
    assert_non_null(out);
    crypto_sign_detached(signature, NULL, (const uint8_t *)message, strlen(message), pair.secret);
    char *value = jsf_base64url(signature, sizeof(signature));
    assert_true(snprintf(out, room, "%.*s,\"value\":\"%s\"}", (int)strlen(core) - 1, core, value) >
                0);
    free(value);
    return out;
}

/* document, in which mark stands for the signature object, signed by one key; the caller frees it.
 */
static inline char *jsf_single(const char *document, char mark, size_t key, const char *more)
{
    char *core = jsf_core(key, more);
    char *message = jsf_put(document, mark, core);
    char *whole = jsf_signed_core(key, core, message);
    char *out = jsf_put(document, mark, whole);
    free(core);
    free(message);
    free(whole);
    return out;
}

/* Signatures by `count` keys as a list: {"chain":[…]} or {"signers":[…]}, in cores; freed by the
 * caller one by one. */
static inline void
jsf_list(const char *document, const char *list, const size_t *keys, size_t count, char **cores)
{
    char before[8192] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        char object[8192];
        char *core = jsf_core(keys[i], "");
        assert_true(snprintf(object, sizeof(object), "{\"%s\":[%s%s]}", list, before, core) <
                    (int)sizeof(object));
        char *message = jsf_put(document, '@', object);
        cores[i] = jsf_signed_core(keys[i], core, message);
        if (strcmp(list, "chain") == 0) {
            used += (size_t)snprintf(before + used, sizeof(before) - used, "%s,", cores[i]);
            assert_true(used < sizeof(before));
        }
        free(message);
        free(core);
    }
}

/* document with these cores in this order; the caller frees it. */
static inline char *jsf_with_list(
    const char *document, const char *list, char *const *cores, const size_t *order, size_t count)
{
    char object[8192] = "";
    size_t used = (size_t)snprintf(object, sizeof(object), "{\"%s\":[", list);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(object + used, sizeof(object) - used, "%s%s", i > 0 ? "," : "",
                                 cores[order[i]]);
    }
    used += (size_t)snprintf(object + used, sizeof(object) - used, "]}");
    assert_true(used < sizeof(object));
    return jsf_put(document, '@', object);
}

#endif

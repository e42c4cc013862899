/* SPDX-License-Identifier: Apache-2.0
 *
 * Notes about the time of a signature, by lib/envelope/TIME.md: libsodium signs and hashes.
 */
#ifndef SIGNET_TESTS_FORGE_TIME_H
#define SIGNET_TESTS_FORGE_TIME_H

#include "forge.h"

#include <signet/digest.h>

static inline void forge_sha256(struct signet_span bytes, uint8_t out[32])
{
    crypto_hash_sha256(out, bytes.ptr, (unsigned long long)bytes.len);
}

/* What stands for the signature of a key over the DSSE encoding of an in-toto payload. */
static inline struct signet_digest forge_subject(size_t number, const char *payload)
{
    static const char type[] = "application/vnd.in-toto+json";
    uint8_t all[32 + 32 + crypto_sign_BYTES];
    char pae[1024];
    struct signet_digest subject = {.alg = SIGNET_DIGEST_SHA256, .len = 32};
    int len = snprintf(pae, sizeof(pae), "DSSEv1 %zu %s %zu %s", strlen(type), type,
                       strlen(payload), payload);
    assert_true(len > 0 && (size_t)len < sizeof(pae));
    memcpy(all, forge_key(number).public_half, 32);
    forge_sha256(signet_span_of(pae, (size_t)len), all + 32);
    forge_sign(number, type, payload, false, all + 64);
    forge_sha256(signet_span_of(all, sizeof(all)), subject.bytes);
    return subject;
}

/* A note of a key under a name, about subject, at a time. */
struct forge_note {
    struct signet_digest subject;
    size_t key;
    const char *name;
    int64_t time;
};

static inline void forge_put_note(struct signet_buf *out, const struct forge_note *note)
{
    struct forge_key key = forge_key(note->key);
    struct signet_buf named;
    uint8_t id[32];
    uint8_t blob[4 + 8 + crypto_sign_BYTES];
    char base64[128];
    char text[128];
    char message[192];
    forge_base64(signet_span_of(note->subject.bytes, 32), base64, sizeof(base64));
    assert_true(snprintf(text, sizeof(text), "signet-time/1\n%s\n", base64) == 59);
    int len = snprintf(message, sizeof(message), "cosignature/v1\ntime %lld\n%s",
                       (long long)note->time, text);
    assert_true(len > 0 && (size_t)len < sizeof(message));
    signet_buf_init(&named, 1024);
    signet_buf_puts(&named, note->name);
    signet_buf_puts(&named, "\n\x04");
    assert_int_equal(signet_buf_put(&named, signet_span_of(key.public_half, 32)), SIGNET_OK);
    forge_sha256(signet_buf_span(&named), id);
    signet_buf_free(&named);
    memcpy(blob, id, 4);
    for (size_t i = 0; i < 8; i++) {
        blob[4 + i] = (uint8_t)((uint64_t)note->time >> (56 - 8 * i));
    }
    crypto_sign_detached(blob + 12, NULL, (const uint8_t *)message, (unsigned long long)len,
                         key.secret);
    forge_base64(signet_span_of(blob, sizeof(blob)), base64, sizeof(base64));
    signet_buf_puts(out, text);
    signet_buf_puts(out, "\n\xE2\x80\x94 ");
    signet_buf_puts(out, note->name);
    signet_buf_putc(out, ' ');
    signet_buf_puts(out, base64);
    assert_int_equal(signet_buf_putc(out, '\n'), SIGNET_OK);
}

#endif

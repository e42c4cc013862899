/* SPDX-License-Identifier: Apache-2.0
 *
 * Part manifests put together by hand from lib/artifact/PARTS.md, with libsodium as the other
 * opinion on SHA-256.
 */
#ifndef SIGNET_TESTS_PARTS_H
#define SIGNET_TESTS_PARTS_H

#include "check.h"

#include <signet/buf.h>
#include <sodium.h>

static inline void parts_hex(struct signet_span bytes, char out[65])
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes.ptr, bytes.len);
    assert_non_null(sodium_bin2hex(out, 65, digest, sizeof(digest)));
}

/* A body with the end line that belongs to it; the caller frees it. */
static inline struct signet_buf parts_seal(const char *body)
{
    char hex[65];
    struct signet_buf text;
    signet_buf_init(&text, 1 << 20);
    parts_hex(signet_span_str(body), hex);
    signet_buf_puts(&text, body);
    signet_buf_puts(&text, "end  ");
    signet_buf_puts(&text, hex);
    assert_int_equal(signet_buf_putc(&text, '\n'), SIGNET_OK);
    return text;
}

#endif

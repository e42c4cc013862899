/* SPDX-License-Identifier: Apache-2.0
 *
 * libsodium where it needs care: starting it, not trusting one with a known fault, and its base64.
 */
#ifndef SIGNET_CRYPTO_SODIUM_H
#define SIGNET_CRYPTO_SODIUM_H

#include <signet/err.h>
#include <signet/span.h>

/**
 * Makes libsodium ready: picks its fastest code and checks that its point check works. Any thread,
 * any number of times; later calls cost an atomic read.
 * Returns SIGNET_OK, or SIGNET_E_INTERNAL (libsodium cannot start, or has CVE-2025-69277: its point
 * check lets points outside the prime-order group pass).
 */
SIGNET_NODISCARD int signet_sodium_start(struct signet_err *err);

/** How base64 is spelled, in the standard alphabet. */
enum signet_sodium_b64 {
    SIGNET_SODIUM_B64_PADDED,
    SIGNET_SODIUM_B64_BARE,  /* without padding */
    SIGNET_SODIUM_B64_LINES, /* padded, CR and LF skipped anywhere */
};

/**
 * Decodes base64 that may be secret: time and memory traffic do not depend on what is encoded.
 * Apart from that as strict as base/codec.h. out has room for capacity bytes, *len is how many were
 * written.
 * Returns SIGNET_OK or SIGNET_E_MALFORMED; then *len is where in text it went wrong, out undefined.
 */
SIGNET_NODISCARD int signet_sodium_base64(struct signet_span text,
                                          enum signet_sodium_b64 form,
                                          uint8_t *out,
                                          size_t capacity,
                                          size_t *len);

#endif

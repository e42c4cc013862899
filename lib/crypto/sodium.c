/* SPDX-License-Identifier: Apache-2.0
 *
 * libsodium where it needs care. Owns the check of the library itself and closes the gaps of its
 * base64 decoder; knows nothing of keys and digests.
 */
#include "crypto/sodium.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"

/* The base point of RFC 8032 section 5.1 plus the point of order two: (-x, -y). On the curve, but
 * in no prime-order group; libsodium without the fix of CVE-2025-69277 takes it for valid. */
static const uint8_t mixed_order_point[crypto_core_ed25519_BYTES] = {
    0x95, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99,
    0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99, 0x99};

int signet_sodium_start(struct signet_err *err)
{
    static atomic_bool ready; /* once true, for good */
    if (atomic_load_explicit(&ready, memory_order_acquire)) {
        return SIGNET_OK;
    }
    if (sodium_init() < 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "libsodium cannot start");
    }
    if (crypto_core_ed25519_is_valid_point(mixed_order_point) != 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL,
                              "libsodium %s has CVE-2025-69277 and accepts invalid Ed25519 points; "
                              "install a corrected version",
                              sodium_version_string());
    }
    atomic_store_explicit(&ready, true, memory_order_release);
    return SIGNET_OK;
}

/* Position of the first byte that no base64 text holds but sodium_base642bin() takes: it reads
 * bytes from 0x80 on as '/', and finds a NUL among the characters to skip, at their end. */
static size_t first_foreign(struct signet_span text)
{
    size_t at = 0;
    while (at < text.len && text.ptr[at] != 0 && text.ptr[at] < 0x80) {
        at++;
    }
    return at;
}

int signet_sodium_base64(struct signet_span text,
                         enum signet_sodium_b64 form,
                         uint8_t *out,
                         size_t capacity,
                         size_t *len)
{
    const char *chars = (const char *)text.ptr;
    const char *end = chars;
    const char *skipped = form == SIGNET_SODIUM_B64_LINES ? "\r\n" : NULL;
    int variant = form == SIGNET_SODIUM_B64_BARE ? sodium_base64_VARIANT_ORIGINAL_NO_PADDING
                                                 : sodium_base64_VARIANT_ORIGINAL;
    size_t got = 0;

    *len = first_foreign(text);
    if (*len != text.len) {
        return SIGNET_E_MALFORMED;
    }
    int rc = sodium_base642bin(out, capacity, chars, text.len, skipped, &got, &end, variant);
    *len = (size_t)(end - chars);
    if (rc != 0 || *len != text.len) {
        return SIGNET_E_MALFORMED;
    }
    *len = got;
    return SIGNET_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting libsodium. Owns the one check of the library itself; knows nothing of keys and digests.
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

/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature header of 7z (7zFormat.txt of the LZMA SDK 22.01, "SignatureHeader"). Owns the
 * arithmetic on it; the headers it points to are packed and libarchive's matter.
 */
#include "artifact/sevenzip_layout.h"

#include "base/compiler.h"
#include "base/err.h"

static uint64_t little_endian(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (size_t i = 8; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

int signet_sevenzip_check(const uint8_t head[SIGNET_SEVENZIP_HEAD],
                          uint64_t size,
                          struct signet_err *err)
{
    uint64_t end = SIGNET_SEVENZIP_HEAD;
    if (head[6] != 0) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, 6, "7z: expected version 0, found %d",
                             head[6]);
    }
    if (SIGNET_ADD_OVERFLOWS(end, little_endian(head + 12), &end) ||
        SIGNET_ADD_OVERFLOWS(end, little_endian(head + 20), &end) || end != size) {
        return signet_err_at(err, SIGNET_E_MALFORMED, 12,
                             "7z: expected headers that end the file at byte %llu, found an end "
                             "at byte %llu",
                             (unsigned long long)size, (unsigned long long)end);
    }
    return SIGNET_OK;
}

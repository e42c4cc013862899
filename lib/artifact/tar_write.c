/* SPDX-License-Identifier: Apache-2.0
 *
 * See artifact/tar_write.h. POSIX.1-1988 section 10.1.1: numbers are octal digits and a NUL, the
 * sum six digits, a NUL and a space.
 */
#include "artifact/tar_write.h"

#include "base/err.h"

enum {
    NAME_LEN = 100,
    MODE_AT = 100,
    UID_AT = 108,
    GID_AT = 116,
    SIZE_AT = 124,
    TIME_AT = 136,
    SUM_AT = 148,
    SUM_LEN = 8,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    ID_DIGITS = 7,
    SIZE_DIGITS = 11,
    SUM_DIGITS = 6
};

static void put_octal(uint8_t *at, size_t digits, uint64_t value)
{
    while (digits > 0) {
        at[--digits] = (uint8_t)('0' + (value & 7));
        value >>= 3;
    }
}

int signet_tar_write_header(uint8_t block[SIGNET_TAR_BLOCK],
                            const char *name,
                            uint64_t size,
                            struct signet_err *err)
{
    size_t len = strlen(name);
    uint64_t sum = 0;
    if (len >= NAME_LEN || size >> (3 * SIZE_DIGITS) != 0) {
        return signet_err_set(err, SIGNET_E_LIMIT, "a name or a file too long for a tar");
    }
    memset(block, 0, SIGNET_TAR_BLOCK);
    memcpy(block, name, len);
    put_octal(block + MODE_AT, ID_DIGITS, 0644);
    put_octal(block + UID_AT, ID_DIGITS, 0);
    put_octal(block + GID_AT, ID_DIGITS, 0);
    put_octal(block + SIZE_AT, SIZE_DIGITS, size);
    put_octal(block + TIME_AT, SIZE_DIGITS, 0);
    block[TYPE_AT] = '0';
    memcpy(block + MAGIC_AT,
           "ustar\0"
           "00",
           8);
    memset(block + SUM_AT, ' ', SUM_LEN);
    for (size_t i = 0; i < SIGNET_TAR_BLOCK; i++) {
        sum += block[i];
    }
    put_octal(block + SUM_AT, SUM_DIGITS, sum);
    block[SUM_AT + SUM_DIGITS] = '\0';
    return SIGNET_OK;
}

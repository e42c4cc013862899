/* SPDX-License-Identifier: Apache-2.0
 *
 * ISA-L behind signet_dl: its CRC-32 takes a twentieth of the time of a digest, zlib's as long as
 * one. Knows nothing else of it.
 */
#include "artifact/crc32.h"

#include <isa-l/crc.h>

#include "base/compiler.h"
#include "base/dl.h"

#ifndef SIGNET_LIBISAL_PATH
#error "SIGNET_LIBISAL_PATH: the build gives the absolute path of libisal"
#endif

struct signet_crc32 {
    __typeof__(&crc32_gzip_refl) add;
};

int signet_crc32_get(const struct signet_crc32 **crc32, struct signet_err *err)
{
    static void *shared;
    static const struct signet_dl_function functions[] = {
        {"crc32_gzip_refl", offsetof(struct signet_crc32, add)}};
    static const struct signet_dl library = {
        .path = SIGNET_LIBISAL_PATH,
        .need = "check sums of archives need ISA-L",
        .older = "ISA-L 2.20 or newer",
        .functions = functions,
        .function_count = SIGNET_COUNT(functions),
        .table_size = sizeof(struct signet_crc32),
    };
    const void *table = NULL;
    int rc = signet_dl_get(&library, &shared, &table, err);
    *crc32 = table;
    return rc;
}

#if defined(__x86_64__)
SIGNET_TARGET("avx") static void clear_upper_halves(void)
{
    SIGNET_CLEAR_UPPER_HALVES();
}

/* ISA-L leaves the upper halves of vector registers in use, and as long as they are, instructions
 * that know the lower halves alone, as those of SHA-256, take twice their time. */
static void settle(void)
{
    if (SIGNET_CPU_HAS("avx")) {
        clear_upper_halves();
    }
}
#else
static void settle(void)
{
}
#endif

uint32_t
signet_crc32_add(const struct signet_crc32 *crc32, uint32_t before, struct signet_span bytes)
{
    uint32_t sum = before;
    if (bytes.len > 0) {
        sum = crc32->add(before, bytes.ptr, bytes.len);
        settle();
    }
    return sum;
}

int signet_crc32_check(uint32_t expected, uint32_t found, struct signet_err *err)
{
    return found == expected
               ? SIGNET_OK
               : signet_err_set(
                     err, SIGNET_E_MALFORMED,
                     "expected the CRC-32 %08x that the archive says, found %08x: it is damaged",
                     expected, found);
}

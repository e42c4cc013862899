/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a secret lies anywhere in readable memory.
 */
#ifndef SIGNET_TESTS_MEMORY_H
#define SIGNET_TESTS_MEMORY_H

#include "check.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

enum {
    MEMORY_MASK = 0x5a, /* so that the pattern searched for is no hit itself */
    MEMORY_CHUNK = 1 << 16
};

static inline bool chunk_has(const uint8_t *chunk, size_t len, const uint8_t masked[32])
{
    for (size_t at = 0; at + 32 <= len; at++) {
        size_t same = 0;
        while (same < 32 && (chunk[at + same] ^ MEMORY_MASK) == masked[same]) {
            same++;
        }
        if (same == 32) {
            return true;
        }
    }
    return false;
}

static inline bool range_has(int mem, uint64_t from, uint64_t to, const uint8_t masked[32])
{
    static uint8_t chunk[MEMORY_CHUNK];
    bool found = false;
    for (uint64_t at = from; at < to && !found; at += MEMORY_CHUNK - 32) {
        size_t want = to - at < MEMORY_CHUNK ? (size_t)(to - at) : MEMORY_CHUNK;
        ssize_t got = pread(mem, chunk, want, (off_t)at);
        found = got > 0 && chunk_has(chunk, (size_t)got, masked);
        memset(chunk, 0, sizeof(chunk));
    }
    return found;
}

/* Whether 32 bytes lie anywhere in memory that this process can read. */
static inline bool memory_has(const uint8_t masked[32])
{
    char line[4096];
    bool found = false;
    int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_true(mem >= 0);
    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps) != NULL) {
        char *rest = NULL;
        uint64_t from = strtoull(line, &rest, 16);
        uint64_t to = strtoull(rest + 1, &rest, 16);
        bool small = to - from <= (uint64_t)64 << 20; /* not the shadow of a sanitizer */
        if (small && strncmp(rest, " r", 2) == 0) {
            found = found || range_has(mem, from, to, masked);
        }
    }
    assert_int_equal(fclose(maps), 0);
    assert_int_equal(close(mem), 0);
    return found;
}

#endif

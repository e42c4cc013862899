/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of sign/digest_cache.h. Owns which digest a file had in which state; refuses to know
 * names, signatures, and whether a state may be believed.
 */
#include "sign/digest_cache.h"

#include <signet/digest.h>
#include <stdlib.h>

#include "base/err.h"

static const char magic[] = "signet-digests/2\n";

enum {
    MAGIC = sizeof(magic) - 1,
    COUNT_AT = MAGIC + SIGNET_REUSE_BOOT,
    INODE_AT = 8
};

_Static_assert(COUNT_AT + 8 == SIGNET_DIGEST_CACHE_HEAD, "the head as it is described");

static uint8_t *put(uint8_t *at, uint64_t value, size_t len)
{
    for (size_t i = len; i > 0; i--) {
        at[i - 1] = (uint8_t)value;
        value >>= 8;
    }
    return at + len;
}

static uint64_t get_count(const uint8_t *at)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

static uint8_t *put_time(uint8_t *at, struct timespec when)
{
    return put(put(at, (uint64_t)when.tv_sec, 8), (uint64_t)when.tv_nsec, 4);
}

void signet_file_state(const struct stat *st, uint8_t state[SIGNET_FILE_STATE])
{
    uint8_t *at = put(state, (uint64_t)st->st_dev, 8);
    at = put(at, (uint64_t)st->st_ino, 8);
    at = put(at, (uint64_t)st->st_size, 8);
    put_time(put_time(at, st->st_mtim), st->st_ctim);
}

static int compare_states(const void *a, const void *b)
{
    return memcmp(a, b, SIGNET_FILE_STATE);
}

static int malformed(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_MALFORMED, "damaged, or of another version");
}

static bool ascending(struct signet_span records)
{
    for (size_t at = SIGNET_DIGEST_RECORD; at < records.len; at += SIGNET_DIGEST_RECORD) {
        const uint8_t *record = records.ptr + at;
        if (compare_states(record - SIGNET_DIGEST_RECORD, record) >= 0) {
            return false;
        }
    }
    return true;
}

int signet_digest_cache_open(struct signet_span bytes,
                             const char boot[SIGNET_REUSE_BOOT],
                             struct signet_span *records,
                             struct signet_err *err)
{
    const size_t frame = SIGNET_DIGEST_CACHE_HEAD + SIGNET_DIGEST_CACHE_TAIL;
    struct signet_digest found;
    if (bytes.len < frame || memcmp(bytes.ptr, magic, MAGIC) != 0) {
        return malformed(err);
    }
    size_t len = bytes.len - frame;
    if (len % SIGNET_DIGEST_RECORD != 0 ||
        get_count(bytes.ptr + COUNT_AT) != len / SIGNET_DIGEST_RECORD) {
        return malformed(err);
    }
    if (memcmp(bytes.ptr + MAGIC, boot, SIGNET_REUSE_BOOT) != 0) {
        return signet_err_set(err, SIGNET_E_STALE, "written before the system was last started");
    }
    size_t checked = bytes.len - SIGNET_DIGEST_CACHE_TAIL;
    int rc =
        signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_of(bytes.ptr, checked), &found, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_span inner = signet_span_of(bytes.ptr + SIGNET_DIGEST_CACHE_HEAD, len);
    if (memcmp(found.bytes, bytes.ptr + checked, SIGNET_DIGEST_CACHE_TAIL) != 0 ||
        !ascending(inner)) {
        return malformed(err);
    }
    *records = inner;
    return SIGNET_OK;
}

const uint8_t *signet_digest_cache_find(struct signet_span records,
                                        const uint8_t state[SIGNET_FILE_STATE])
{
    return records.len == 0 ? NULL
                            : bsearch(state, records.ptr, records.len / SIGNET_DIGEST_RECORD,
                                      SIGNET_DIGEST_RECORD, compare_states);
}

/* Sorts, and returns how many records are left. */
static size_t tidy(uint8_t *records, size_t count)
{
    static const uint8_t none[8];
    size_t kept = 0;
    if (count == 0) {
        return 0;
    }
    qsort(records, count, SIGNET_DIGEST_RECORD, compare_states);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = records + i * SIGNET_DIGEST_RECORD;
        uint8_t *next = records + kept * SIGNET_DIGEST_RECORD;
        bool twice = kept > 0 && compare_states(next - SIGNET_DIGEST_RECORD, record) == 0;
        if (memcmp(record + INODE_AT, none, sizeof(none)) != 0 && !twice) {
            memmove(next, record, SIGNET_DIGEST_RECORD);
            kept++;
        }
    }
    return kept;
}

int signet_digest_cache_seal(uint8_t *block,
                             size_t count,
                             const char boot[SIGNET_REUSE_BOOT],
                             size_t *len,
                             struct signet_err *err)
{
    struct signet_digest digest;
    size_t kept = tidy(block + SIGNET_DIGEST_CACHE_HEAD, count);
    size_t used = SIGNET_DIGEST_CACHE_HEAD + kept * SIGNET_DIGEST_RECORD;
    memcpy(block, magic, MAGIC);
    memcpy(block + MAGIC, boot, SIGNET_REUSE_BOOT);
    put(block + COUNT_AT, kept, 8);
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_of(block, used), &digest, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    memcpy(block + used, digest.bytes, SIGNET_DIGEST_CACHE_TAIL);
    *len = used + SIGNET_DIGEST_CACHE_TAIL;
    return SIGNET_OK;
}

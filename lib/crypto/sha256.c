/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4). Owns the choice of the path, and what all paths have in common: blocks cut
 * from what arrives, padding and length (section 5.1.1). The compression is libsodium's here, and
 * that of sha256_x86.c or sha256_arm.c where the processor has instructions for it.
 */
#include "crypto/sha256.h"

#include <sodium.h>
#include <stdatomic.h>

/* Section 5.3.3. */
static const uint32_t initial_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

enum {
    BLOCK = SIGNET_SHA256_BLOCK,
    LENGTH = 8, /* bytes of the length that ends the padding */
};

/* The state of libsodium is public, and with whole blocks it holds nothing else. */
static void portable_one(uint32_t state[8], const uint8_t *blocks, size_t count)
{
    crypto_hash_sha256_state sodium = {.count = 0};
    memcpy(sodium.state, state, sizeof(sodium.state));
    crypto_hash_sha256_update(&sodium, blocks, (unsigned long long)count * BLOCK);
    memcpy(state, sodium.state, sizeof(sodium.state));
}

static void
portable_two(uint32_t a[8], const uint8_t *x, uint32_t b[8], const uint8_t *y, size_t count)
{
    portable_one(a, x, count);
    portable_one(b, y, count);
}

static const struct signet_sha256_ops portable = {
    SIGNET_SHA256_PORTABLE,
    "portable code",
    portable_one,
    portable_two,
};

/* The processor is asked once: under a hypervisor each CPUID costs microseconds, as much as a small
 * file. Threads that ask at the same time get the same answer, which is constant. */
static const struct signet_sha256_ops *find_best(void)
{
    static _Atomic(const struct signet_sha256_ops *) shared;
    const struct signet_sha256_ops *best = atomic_load_explicit(&shared, memory_order_relaxed);
    if (best == NULL) {
        best = signet_sha256_x86();
        best = best != NULL ? best : signet_sha256_arm();
        best = best != NULL ? best : &portable;
        atomic_store_explicit(&shared, best, memory_order_relaxed);
    }
    return best;
}

/* NULL if this machine has no such path. It has at most one beside the portable one: the best. */
static const struct signet_sha256_ops *find_path(enum signet_sha256_path path)
{
    const struct signet_sha256_ops *best = find_best();
    if (path == SIGNET_SHA256_BEST || path == best->path) {
        return best;
    }
    return path == SIGNET_SHA256_PORTABLE ? &portable : NULL;
}

enum signet_sha256_path signet_sha256_best(void)
{
    return find_best()->path;
}

const char *signet_sha256_path_name(enum signet_sha256_path path)
{
    const struct signet_sha256_ops *ops = find_path(path);
    return ops != NULL ? ops->name : "none";
}

static void start(struct signet_sha256 *sha, const struct signet_sha256_ops *ops)
{
    memset(sha, 0, sizeof(*sha));
    sha->ops = ops;
    memcpy(sha->state, initial_state, sizeof(sha->state));
}

bool signet_sha256_init(struct signet_sha256 *sha, enum signet_sha256_path path)
{
    const struct signet_sha256_ops *ops = find_path(path);
    if (ops == NULL) {
        return false;
    }
    start(sha, ops);
    return true;
}

/* Completes a block that was begun, as far as bytes reach, and returns what is left of them:
 * nothing, or what begins a block. */
static struct signet_span fill_tail(struct signet_sha256 *sha, struct signet_span bytes)
{
    size_t used = sha->bytes % BLOCK;
    size_t missing = used > 0 ? BLOCK - used : 0;
    size_t taken = bytes.len < missing ? bytes.len : missing;
    if (taken == 0) {
        return bytes;
    }
    memcpy(sha->tail + used, bytes.ptr, taken);
    sha->bytes += taken;
    if (taken == missing) {
        sha->ops->one(sha->state, sha->tail, 1);
    }
    return signet_span_of(bytes.ptr + taken, bytes.len - taken);
}

/* What is left when so many blocks have been computed. */
static struct signet_span pass(struct signet_sha256 *sha, struct signet_span bytes, size_t blocks)
{
    sha->bytes += (uint64_t)blocks * BLOCK;
    return signet_span_of(bytes.ptr + blocks * BLOCK, bytes.len - blocks * BLOCK);
}

void signet_sha256_update(struct signet_sha256 *sha, struct signet_span bytes)
{
    bytes = fill_tail(sha, bytes);
    if (bytes.len == 0) {
        return;
    }
    size_t blocks = bytes.len / BLOCK;
    sha->ops->one(sha->state, bytes.ptr, blocks);
    bytes = pass(sha, bytes, blocks);
    memcpy(sha->tail, bytes.ptr, bytes.len);
    sha->bytes += bytes.len;
}

void signet_sha256_update_pair(struct signet_sha256 *a,
                               struct signet_span x,
                               struct signet_sha256 *b,
                               struct signet_span y)
{
    x = fill_tail(a, x);
    y = fill_tail(b, y);
    size_t blocks = (x.len < y.len ? x.len : y.len) / BLOCK;
    if (a->ops == b->ops && blocks > 0) {
        a->ops->two(a->state, x.ptr, b->state, y.ptr, blocks);
        x = pass(a, x, blocks);
        y = pass(b, y, blocks);
    }
    signet_sha256_update(a, x);
    signet_sha256_update(b, y);
}

/* One bit, zeros to the end of a block but for its last eight bytes, and in those the number of
 * bits of the message. */
static struct signet_span padding(uint64_t bytes, uint8_t out[2 * BLOCK])
{
    size_t used = bytes % BLOCK;
    size_t room = used < BLOCK - LENGTH ? BLOCK : 2 * BLOCK;
    memset(out, 0, (size_t)2 * BLOCK);
    out[0] = 0x80;
    for (size_t i = 0; i < LENGTH; i++) {
        out[room - used - 1 - i] = (uint8_t)(bytes * 8 >> 8 * i);
    }
    return signet_span_of(out, room - used);
}

void signet_sha256_final(struct signet_sha256 *sha, uint8_t digest[SIGNET_SHA256_BYTES])
{
    uint8_t pad[2 * BLOCK];
    signet_sha256_update(sha, padding(sha->bytes, pad));
    for (size_t i = 0; i < SIGNET_SHA256_BYTES; i++) {
        digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - i % 4 * 8));
    }
    start(sha, sha->ops);
}

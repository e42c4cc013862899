/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4), of one stream or of two at once: rounds of one stream wait for each other,
 * and a core with SHA instructions does those of a second stream meanwhile. Cannot fail, and keeps
 * everything in the caller's storage.
 */
#ifndef SIGNET_CRYPTO_SHA256_H
#define SIGNET_CRYPTO_SHA256_H

#include <signet/api.h>
#include <signet/span.h>

/** Bytes of a digest, and of a block. */
#define SIGNET_SHA256_BYTES 32
#define SIGNET_SHA256_BLOCK 64

/** Which code computes. */
enum signet_sha256_path {
    SIGNET_SHA256_BEST = 0, /* the fastest that this machine has */
    SIGNET_SHA256_PORTABLE, /* libsodium's, in C */
    SIGNET_SHA256_X86,      /* the SHA extensions of x86-64 */
    SIGNET_SHA256_ARM,      /* the cryptographic extension of ARMv8-A, AArch64 */
};

/** A path: code that takes whole blocks into a state, of one stream, or of two that are equally
 * long. Blocks need no alignment, count may be 0, the two states are not the same. */
struct signet_sha256_ops {
    enum signet_sha256_path path;
    const char *name;
    void (*one)(uint32_t state[8], const uint8_t *blocks, size_t count);
    void (*two)(uint32_t a[8], const uint8_t *x, uint32_t b[8], const uint8_t *y, size_t count);
};

/** A digest being computed. Plain data: a copy is a second digest that goes its own way. */
struct signet_sha256 {
    const struct signet_sha256_ops *ops;
    uint32_t state[8];
    uint64_t bytes;                    /* added so far; FIPS 180-4 ends below 2^61 */
    uint8_t tail[SIGNET_SHA256_BLOCK]; /* the last bytes % 64, not yet computed */
};

/** Starts a digest. False, with *sha untouched: this machine has no such path. BEST never fails. */
SIGNET_NODISCARD bool signet_sha256_init(struct signet_sha256 *sha, enum signet_sha256_path path);

/** Adds bytes, any number of them. */
void signet_sha256_update(struct signet_sha256 *sha, struct signet_span bytes);

/** Adds x to a and y to b, two digests that are not the same object. Any lengths, whatever both
 *  hold already; as many blocks as both have are computed side by side. */
void signet_sha256_update_pair(struct signet_sha256 *a,
                               struct signet_span x,
                               struct signet_sha256 *b,
                               struct signet_span y);

/** Writes the digest of all bytes added, and starts anew on the same path. */
void signet_sha256_final(struct signet_sha256 *sha, uint8_t digest[SIGNET_SHA256_BYTES]);

/** The path that BEST stands for on this machine; never BEST. */
enum signet_sha256_path signet_sha256_best(void);

/** What a path is called, such as "x86-64 SHA extensions"; of BEST, the name of the path it stands
 *  for; "none" for a value that is no path. Static storage. */
const char *signet_sha256_path_name(enum signet_sha256_path path);

/** The paths with instructions of a processor; NULL if this one has none, or is of another kind.
 *  Asks the processor each time. */
const struct signet_sha256_ops *signet_sha256_x86(void);
const struct signet_sha256_ops *signet_sha256_arm(void);

#endif

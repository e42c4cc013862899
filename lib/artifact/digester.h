/* SPDX-License-Identifier: Apache-2.0
 *
 * The digests of one run of bytes at a time: SHA-256, another algorithm, or both. Two of them can
 * be fed side by side, which is faster than one after the other.
 */
#ifndef SIGNET_ARTIFACT_DIGESTER_H
#define SIGNET_ARTIFACT_DIGESTER_H

#include <signet/digest.h>

#include "artifact/crc32.h"
#include "crypto/sha256.h"

/** One thread at a time. Zero-initialised holds nothing. */
struct signet_digester {
    struct signet_sha256 sha256;
    struct signet_hash *other; /* NULL if SHA-256 is the algorithm asked for */
    bool both;                 /* SHA-256 is wanted beside the other */
    /* NULL if no check sum is wanted; may be set between runs. */
    const struct signet_crc32 *crc32;
    uint32_t sum; /* of the present run */
};

/** What is wanted of a run of bytes. */
struct signet_digest_slots {
    uint8_t *sha256; /* 32 bytes; NULL: not wanted */
    uint8_t *digest; /* by the algorithm; may be the same place as sha256 */
    uint32_t *sum;   /* the check sum, if digester->crc32 is set; may be NULL */
};

/**
 * Makes ready for runs of bytes to be digested by alg, and by SHA-256 too if both. Returns as
 * signet_hash_new(); signet_digester_clear() releases what it holds after either.
 */
SIGNET_NODISCARD int signet_digester_init(struct signet_digester *digester,
                                          enum signet_digest_alg alg,
                                          bool both,
                                          struct signet_err *err);

/** Adds bytes to the present run. Returns SIGNET_OK or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_digester_update(struct signet_digester *digester,
                                            struct signet_span bytes);

/** As signet_digester_update() for two at once; the lengths need not be equal. */
SIGNET_NODISCARD int signet_digester_update_pair(struct signet_digester *a,
                                                 struct signet_span x,
                                                 struct signet_digester *b,
                                                 struct signet_span y);

/** Writes what was wanted of the present run, and begins a new one. Returns SIGNET_OK or
 *  SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_digester_finish(struct signet_digester *digester,
                                            const struct signet_digest_slots *slots);

/** Releases what digester holds and empties it. */
void signet_digester_clear(struct signet_digester *digester);

#endif

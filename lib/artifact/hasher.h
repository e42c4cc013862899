/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of one open file after another with the same memory.
 */
#ifndef SIGNET_ARTIFACT_HASHER_H
#define SIGNET_ARTIFACT_HASHER_H

#include <signet/artifact.h>

/** Bytes read at a time. */
#define SIGNET_HASHER_CHUNK ((size_t)1 << 18)

/** One thread at a time. Zero-initialised holds nothing. */
struct signet_hasher {
    uint8_t *chunk;
    struct signet_hash *sha256;
    struct signet_hash *chosen; /* the other algorithm, or NULL */
};

/** Called with the number of bytes just read. Returns whether to go on. */
typedef bool signet_hasher_tick(void *ctx, size_t bytes);

/** Makes ready for SHA-256 and alg. Returns as signet_hash_new(); signet_hasher_free() releases
 *  what it holds after either. */
SIGNET_NODISCARD int signet_hasher_init(struct signet_hasher *hasher,
                                        enum signet_digest_alg alg,
                                        struct signet_err *err);

/**
 * Reads the regular file behind fd from where fd stands to its end, once, and sets size, sha256 and
 * digest of *entry. Messages do not name the file. After a failure hasher can only be freed.
 * Returns SIGNET_OK, SIGNET_E_FORBIDDEN (not a regular file), SIGNET_E_IO (unreadable, or it
 * changed meanwhile), SIGNET_E_UNVERIFIED (tick ended it) or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_hasher_file(struct signet_hasher *hasher,
                                        int fd,
                                        struct signet_entry *entry,
                                        signet_hasher_tick *tick,
                                        void *tick_ctx,
                                        struct signet_err *err);

/** Releases what hasher holds and empties it. */
void signet_hasher_free(struct signet_hasher *hasher);

#endif

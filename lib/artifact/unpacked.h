/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of files that are unpacked one after another: large ones are digested on a thread of
 * their own while what follows is being unpacked.
 */
#ifndef SIGNET_ARTIFACT_UNPACKED_H
#define SIGNET_ARTIFACT_UNPACKED_H

#include <signet/digest.h>
#include <stdbool.h>

/** The digests so far; one thread at a time. */
struct signet_unpacked;

/**
 * Begins with no file. Digests are by alg, of whole files and then by SHA-256 too, or of pieces of
 * shard_size bytes if that is not 0. If beside, a second thread is used where there can be one.
 * *unpacked is owned (free with signet_unpacked_free()) and set on success only. Returns as
 * signet_hash_new().
 */
SIGNET_NODISCARD int signet_unpacked_new(enum signet_digest_alg alg,
                                         uint64_t shard_size,
                                         bool beside,
                                         struct signet_unpacked **unpacked,
                                         struct signet_err *err);

/** Begins a file of size bytes; *first is the number of its first digest, the others follow. All of
 *  its bytes must have been put before the next begins. Returns SIGNET_OK, SIGNET_E_NOMEM or
 *  SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_unpacked_begin(struct signet_unpacked *unpacked,
                                           uint64_t size,
                                           uint64_t *first,
                                           struct signet_err *err);

/** Adds bytes of the current file, no more than are left of it. Returns SIGNET_OK or
 *  SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_unpacked_put(struct signet_unpacked *unpacked,
                                         struct signet_span bytes,
                                         struct signet_err *err);

/** Waits until all is digested. Nothing may be added after it. Returns SIGNET_OK or
 *  SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_unpacked_finish(struct signet_unpacked *unpacked,
                                            struct signet_err *err);

/** The digest of that number, once finished; sha256: the one by SHA-256 that goes with it, which
 *  pieces have not. Valid as long as unpacked. */
const uint8_t *
signet_unpacked_digest(const struct signet_unpacked *unpacked, uint64_t number, bool sha256);

/** Releases unpacked, which may be NULL, finished or not. */
void signet_unpacked_free(struct signet_unpacked *unpacked);

#endif

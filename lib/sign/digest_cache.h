/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of files by the states the files were in, as bytes that one signing leaves to the next:
 *
 *     "signet-digests/2\n"     17 bytes
 *     boot                     36 characters: in which run of the system
 *     number of records         8 bytes
 *     records                  81 bytes each, ascending by state, no state twice
 *     SHA-256 of all before    32 bytes
 *
 * A record is a state, a SHA-256, and a byte that is the usage which the file was found to have, or
 * 0. A state is device, inode, size, seconds and nanoseconds of the
 * modification time, and both of the change time; nanoseconds are 4 bytes, all others 8. Numbers
 * are big-endian, so that states sort as bytes. A record of inode 0 stands for none.
 */
#ifndef SIGNET_SIGN_DIGEST_CACHE_H
#define SIGNET_SIGN_DIGEST_CACHE_H

#include <signet/err.h>
#include <signet/reuse.h>
#include <signet/span.h>
#include <sys/stat.h>

/** Bytes of a state, of a record, and of all that stands before and behind the records. */
#define SIGNET_FILE_STATE 48
#define SIGNET_DIGEST_RECORD (SIGNET_FILE_STATE + 32 + 1)
#define SIGNET_DIGEST_CACHE_HEAD (17 + SIGNET_REUSE_BOOT + 8)
#define SIGNET_DIGEST_CACHE_TAIL 32

/** Writes the state that st tells of. */
void signet_file_state(const struct stat *st, uint8_t state[SIGNET_FILE_STATE]);

/** Checks bytes, all of them. *records is set on success only. Returns SIGNET_OK, SIGNET_E_STALE
 *  (another boot), SIGNET_E_MALFORMED or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_digest_cache_open(struct signet_span bytes,
                                              const char boot[SIGNET_REUSE_BOOT],
                                              struct signet_span *records,
                                              struct signet_err *err);

/** The record of exactly that state, or NULL. */
const uint8_t *signet_digest_cache_find(struct signet_span records,
                                        const uint8_t state[SIGNET_FILE_STATE]);

/**
 * Completes a block of room for a head, count records, which are there in any order, and a tail:
 * sorts the records and leaves out what stands for none or stands twice. *len is what the block
 * holds then. Returns SIGNET_OK or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_digest_cache_seal(uint8_t *block,
                                              size_t count,
                                              const char boot[SIGNET_REUSE_BOOT],
                                              size_t *len,
                                              struct signet_err *err);

#endif

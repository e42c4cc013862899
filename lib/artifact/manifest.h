/* SPDX-License-Identifier: Apache-2.0
 *
 * Building the canonical manifest in four steps: begin, add names, settle, and seal once each entry
 * has its size and digests. The public half is in <signet/artifact.h>.
 */
#ifndef SIGNET_ARTIFACT_MANIFEST_H
#define SIGNET_ARTIFACT_MANIFEST_H

#include <signet/artifact.h>

struct signet_ignore;
struct stat;

/** Starts an empty manifest. Returns SIGNET_OK or SIGNET_E_NOMEM; after either,
 *  signet_manifest_free() releases what it holds. */
SIGNET_NODISCARD int signet_manifest_begin(struct signet_manifest *manifest,
                                           enum signet_artifact_kind kind,
                                           enum signet_digest_alg alg,
                                           struct signet_err *err);

/** Adds a regular file by its checked name (copied) and expected size. Returns SIGNET_OK,
 *  SIGNET_E_LIMIT (more than max files) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_manifest_add_file(struct signet_manifest *manifest,
                                              struct signet_span name,
                                              uint64_t size,
                                              uint64_t max,
                                              struct signet_err *err);

/** Adds a directory by its checked name (copied). Returns SIGNET_OK,
 *  SIGNET_E_LIMIT (more than max directories) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_manifest_add_folder(struct signet_manifest *manifest,
                                                struct signet_span name,
                                                uint64_t max,
                                                struct signet_err *err);

/** Records the ignored paths that were met (copied). Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_manifest_add_ignored(struct signet_manifest *manifest,
                                                 const struct signet_ignore *ignore,
                                                 struct signet_err *err);

/** Records the folder that was taken off all names (copied). Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_manifest_set_stripped(struct signet_manifest *manifest,
                                                  const char *folder,
                                                  struct signet_err *err);

/** Sorts, finds twins, and leaves of the directories those without an entry. Returns SIGNET_OK,
 *  SIGNET_E_FORBIDDEN (two entries of one name) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_manifest_settle(struct signet_manifest *manifest,
                                            struct signet_err *err);

/**
 * Makes room for the digests of a settled manifest, by its alg and shard_size; in a manifest of
 * shards the sizes of all entries must be known. Returns SIGNET_OK, SIGNET_E_LIMIT (more than max
 * digests) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_manifest_make_room(struct signet_manifest *manifest, uint64_t max, struct signet_err *err);

/** Where the digest goes that signet_entry_digest() gives. */
uint8_t *
signet_manifest_slot(struct signet_manifest *manifest, struct signet_entry *entry, uint64_t number);

/** Notes which file the bytes of an entry are read from, whole, as fstat() told before. */
void signet_manifest_note_file(struct signet_entry *entry, const struct stat *st);

/** Whether st is of the file that was noted of the entry, which has not changed since. */
bool signet_manifest_same_file(const struct signet_entry *entry, const struct stat *st);

/** One piece of an entry. */
struct signet_piece {
    const struct signet_entry *entry;
    uint64_t number; /* from 0 */
};

/**
 * The pieces of a manifest of shards in the order in which OMS lists them, which is the byte order
 * of "NAME:START:END". *pieces is owned (free with free()) and NULL if there are none. Returns
 * SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_manifest_pieces(const struct signet_manifest *manifest,
                                            struct signet_piece **pieces,
                                            size_t *count,
                                            struct signet_err *err);

/** ":START:END" of a piece: its bytes in the file, END exclusive. */
#define SIGNET_PIECE_TEXT 48
const char *signet_piece_range(const struct signet_manifest *manifest,
                               const struct signet_piece *piece,
                               char out[SIGNET_PIECE_TEXT]);

/** Computes bytes, root and identity from the entries. Returns as signet_hash_new(). */
SIGNET_NODISCARD int signet_manifest_seal(struct signet_manifest *manifest, struct signet_err *err);

#endif

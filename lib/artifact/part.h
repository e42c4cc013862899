/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading part manifests, sharing a bundle out and joining its parts: artifact/PARTS.md. Writing is
 * in <signet/part.h>.
 */
#ifndef SIGNET_ARTIFACT_PART_H
#define SIGNET_ARTIFACT_PART_H

#include <signet/part.h>

/** How a part manifest begins; its number follows. */
#define SIGNET_PART_MAGIC "signet-part/1 "

/** One file of a part. */
struct signet_part_entry {
    struct signet_span name; /* in the text */
    uint64_t size;           /* bytes */
    uint8_t sha256[32];
};

/** A part that was read. Zero-initialised holds nothing; free with signet_part_free(). */
struct signet_part {
    uint64_t number; /* from 1 to of */
    uint64_t of;     /* at most SIGNET_PART_MAX */
    struct signet_digest listing;
    struct signet_part_entry *entries; /* by name, as bytes, no two alike */
    size_t count;
};

/**
 * Reads one part manifest (borrowed as long as part). limits: entries, path. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED (another version too), SIGNET_E_UNSUPPORTED (another digest),
 * SIGNET_E_FORBIDDEN (a name), SIGNET_E_LIMIT, SIGNET_E_NOMEM or SIGNET_E_INTERNAL; err->offset
 * where a byte is to blame. *part is empty on failure.
 */
SIGNET_NODISCARD int signet_part_read(struct signet_span text,
                                      const struct signet_limits *limits,
                                      struct signet_part *part,
                                      struct signet_err *err);

/** Releases what part holds and empties it. */
void signet_part_free(struct signet_part *part);

/** SHA-256 over the names and sizes of all entries of a settled manifest, which tells one state of
 *  a tree from another. Returns as signet_hash_new(). */
SIGNET_NODISCARD int signet_part_listing(const struct signet_manifest *manifest,
                                         struct signet_digest *listing,
                                         struct signet_err *err);

/**
 * Shares a settled manifest, all sizes of which are known, out into so many parts and keeps the
 * entries of one of them. Which these are depends on names and sizes alone. Returns SIGNET_OK or
 * SIGNET_E_NOMEM; the entries are unchanged on failure.
 */
SIGNET_NODISCARD int signet_part_keep(struct signet_manifest *manifest,
                                      uint64_t part,
                                      uint64_t part_count,
                                      struct signet_err *err);

/**
 * Takes the SHA-256 of every entry of a settled manifest, all sizes of which are known, from part
 * manifests, count of them: each must be of exactly this listing, together they must be all parts,
 * and each entry must be in one of them, with its size. Returns SIGNET_OK, SIGNET_E_MISMATCH (they
 * do not make up the manifest), or what signet_part_read() returns, naming the file.
 */
SIGNET_NODISCARD int signet_part_join(struct signet_manifest *manifest,
                                      const struct signet_part_file *files,
                                      size_t count,
                                      const struct signet_limits *limits,
                                      struct signet_err *err);

#endif

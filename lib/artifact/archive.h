/* SPDX-License-Identifier: Apache-2.0
 *
 * An archive, read once from front to back: a tar, zip or 7z, or a tar packed with gzip, bzip2, xz
 * or zstd. Two readers look at it, a strict scanner of our own and libarchive; what they do not
 * agree on is refused.
 */
#ifndef SIGNET_ARTIFACT_ARCHIVE_H
#define SIGNET_ARTIFACT_ARCHIVE_H

#include <signet/limits.h>

#include "artifact/archive_kind.h"
#include "artifact/layout.h"

/** An archive being read; one thread at a time. */
struct signet_archive;

/**
 * Tells whether the regular file behind fd is an archive: *kind is NONE if not. A compressed file
 * is one if what it holds begins as a tar. Where fd stands is neither used nor changed. Returns
 * SIGNET_OK, SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL (libarchive cannot be loaded).
 */
SIGNET_NODISCARD int
signet_archive_detect(int fd, enum signet_archive_kind *kind, struct signet_err *err);

/**
 * Opens the archive behind fd (borrowed until close). Of limits (borrowed for the call alone) path,
 * ratio and unpacked are used: ratio is judged once 64 MiB are unpacked. *archive is owned (free
 * with signet_archive_close()) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (no archive, or of a kind that is not read),
 * SIGNET_E_MALFORMED, SIGNET_E_LIMIT, SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_archive_open(int fd,
                                         const struct signet_limits *limits,
                                         struct signet_archive **archive,
                                         struct signet_err *err);

/** "tar", "tar.zst", "zip", "7z" and so on; static storage. */
const char *signet_archive_format(const struct signet_archive *archive);

/** Whether the contents of every file lie at item.offset of fd as they are. */
bool signet_archive_direct(const struct signet_archive *archive);

/** Whether item.crc32 is what the archive says of each file. Where contents are read through
 *  signet_archive_read() it is checked there. */
bool signet_archive_summed(const struct signet_archive *archive);

/**
 * Gives the next entry; an empty name means that there is none, and that the archive is sound to
 * its last byte: nothing that was given counts before this. item->name is valid UTF-8 without
 * control characters, otherwise unchecked, and valid until the next call. offset and packed
 * mean something only if signet_archive_direct(), crc32 only if signet_archive_summed(). A failure
 * sticks. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (a name), or as signet_archive_open().
 */
SIGNET_NODISCARD int signet_archive_next(struct signet_archive *archive,
                                         struct signet_layout_item *item,
                                         struct signet_err *err);

/** Gives the next run of the current file's contents, borrowed until the next call; an empty one is
 *  the end, after exactly item.size bytes. Returns as signet_archive_next(). */
SIGNET_NODISCARD int signet_archive_read(struct signet_archive *archive,
                                         struct signet_span *bytes,
                                         struct signet_err *err);

/** Bytes of the file. */
uint64_t signet_archive_size(const struct signet_archive *archive);

/** Bytes of the file that were made use of so far, for who reports progress. */
uint64_t signet_archive_used(const struct signet_archive *archive);

/** Releases the archive, which may be NULL. */
void signet_archive_close(struct signet_archive *archive);

#endif

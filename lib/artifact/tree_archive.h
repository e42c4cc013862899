/* SPDX-License-Identifier: Apache-2.0
 *
 * What libarchive reads: the entries of a tar, zip or 7z one after another, or the one run of bytes
 * that a compressed file holds. It judges nothing beyond its own complaints: artifact/archive.h
 * stands above it, with scanners of our own beside it.
 */
#ifndef SIGNET_ARTIFACT_TREE_ARCHIVE_H
#define SIGNET_ARTIFACT_TREE_ARCHIVE_H

#include "artifact/archive_kind.h"
#include "artifact/layout.h"

/** Something being unpacked; one thread at a time. */
struct signet_unpacker;

/**
 * Starts reading the file behind fd (borrowed until close), of size bytes, as kind says: a tar, zip
 * or 7z as entries, a compressed one as a single entry whose bytes are what it holds. Where fd
 * stands is neither used nor changed. Two compressions, one inside the other, are refused.
 * *unpacker is owned (free with signet_unpacker_close()) and set on success only.
 * Returns SIGNET_OK, SIGNET_E_MALFORMED (libarchive says why), SIGNET_E_UNSUPPORTED,
 * SIGNET_E_IO, SIGNET_E_NOMEM, or SIGNET_E_INTERNAL (libarchive cannot be loaded from its
 * compiled-in path, or has not what is needed).
 */
SIGNET_NODISCARD int signet_unpacker_file(enum signet_archive_kind kind,
                                          int fd,
                                          uint64_t size,
                                          struct signet_unpacker **unpacker,
                                          struct signet_err *err);

/** Gives the next run of bytes, borrowed until the next call; an empty one is the end. */
typedef int signet_unpack_pull(void *ctx, struct signet_span *bytes, struct signet_err *err);

/** Starts reading a tar whose bytes pull gives. As signet_unpacker_file(), or what pull returned.
 */
SIGNET_NODISCARD int signet_unpacker_tar(signet_unpack_pull *pull,
                                         void *ctx,
                                         struct signet_unpacker **unpacker,
                                         struct signet_err *err);

/**
 * Gives the next entry; an empty name means that there is none. Of *item name (valid until the
 * next call), mode, hard_link and size are set. Whatever libarchive only warns of is refused, and
 * so is a name that is not UTF-8, whatever the locale. Returns as signet_unpacker_file(), or
 * SIGNET_E_FORBIDDEN (a name).
 */
SIGNET_NODISCARD int signet_unpacker_next(struct signet_unpacker *unpacker,
                                          struct signet_layout_item *item,
                                          struct signet_err *err);

/** Gives the next run of the entry's bytes, borrowed until the next call; an empty one is the end,
 *  and then all that libarchive can check was right. Returns as signet_unpacker_next(). */
SIGNET_NODISCARD int signet_unpacker_read(struct signet_unpacker *unpacker,
                                          struct signet_span *bytes,
                                          struct signet_err *err);

/** Bytes from the start of the file that were made use of; of a compressed file that was read to
 *  its end, all but what lies behind that. */
uint64_t signet_unpacker_used(const struct signet_unpacker *unpacker);

/** Releases the unpacker, which may be NULL. */
void signet_unpacker_close(struct signet_unpacker *unpacker);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Recognising archives and compressed files by their first bytes.
 */
#ifndef SIGNET_ARTIFACT_ARCHIVE_KIND_H
#define SIGNET_ARTIFACT_ARCHIVE_KIND_H

#include <signet/span.h>

/** What a file begins like. */
enum signet_archive_kind {
    SIGNET_ARCHIVE_NONE = 0,
    SIGNET_ARCHIVE_TAR,
    SIGNET_ARCHIVE_ZIP,
    SIGNET_ARCHIVE_7Z,
    SIGNET_ARCHIVE_GZIP, /* this one and the next pack one file, which may be a tar */
    SIGNET_ARCHIVE_BZIP2,
    SIGNET_ARCHIVE_XZ,
    SIGNET_ARCHIVE_ZSTD,
};

/** Bytes that signet_archive_kind_of() wants to see; fewer if the file is shorter. */
#define SIGNET_ARCHIVE_HEAD 512

/** What a file that begins so is. */
enum signet_archive_kind signet_archive_kind_of(struct signet_span head);

/** "tar", "zip", "7z", and of a tar that is packed so "tar.gz", "tar.bz2", "tar.xz", "tar.zst";
 *  NULL for NONE. Static storage. */
const char *signet_archive_kind_name(enum signet_archive_kind kind);

#endif

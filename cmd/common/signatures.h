/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature files of one artifact: those that were named, or those that stand beside it.
 */
#ifndef SIGNET_COMMON_SIGNATURES_H
#define SIGNET_COMMON_SIGNATURES_H

#include <signet/verify.h>

#include "common/tool.h"

/** Signature files, read. Zero-initialised holds none; free with signet_signatures_free(). */
struct signet_signatures {
    uint64_t max; /* bytes that each may have: set by the caller before it asks for them */
    struct signet_signature_file *files;
    char **names;             /* of each file; owned */
    char **own_names;         /* inside the bundle, of each file; owned, NULL if outside */
    struct signet_buf *times; /* notes about the time of each file; empty if there are none */
    size_t count;
    uint64_t total;           /* bytes of all */
    size_t unread_count;      /* stand beside the artifact and cannot be read */
    struct signet_err unread; /* why the first of them cannot */
};

/**
 * Reads the files that option id names, each of which must be readable. path is the artifact.
 * Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_signatures_named(struct signet_signatures *signatures,
                                             const struct signet_tool *tool,
                                             int id,
                                             const char *path,
                                             struct signet_err *err);

/**
 * Reads those that stand beside path, never through a link. One that cannot be read is noted on
 * stderr if another can, and does not count, as a malformed one does not. Returns SIGNET_OK,
 * SIGNET_E_IO (the folder), SIGNET_E_LIMIT (too many, or too many bytes in all) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_signatures_find(struct signet_signatures *signatures,
                                            struct signet_tool *tool,
                                            const char *path,
                                            struct signet_err *err);

/** Notes the name that each file has inside directory, if it lies there. Returns SIGNET_OK or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_signatures_inside(struct signet_signatures *signatures,
                                              const char *directory,
                                              struct signet_err *err);

/** Reads the notes about their time that lie beside the files, never through a link. Those that
 *  cannot be read are noted on stderr and do not count. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_signatures_dated(struct signet_signatures *signatures,
                                             struct signet_tool *tool,
                                             struct signet_err *err);

/** Releases what signatures holds and empties it. */
void signet_signatures_free(struct signet_signatures *signatures);

#endif

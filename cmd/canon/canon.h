/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of signet-canon, shared by its three sources. Failures are printed where they happen;
 * the exit status is kept in tool.
 */
#ifndef SIGNET_CANON_CANON_H
#define SIGNET_CANON_CANON_H

#include <signet/artifact.h>

#include "common/tool.h"

/** Options of its own. */
enum signet_canon_option {
    SIGNET_CANON_DIGEST = SIGNET_OPT_FIRST,
    SIGNET_CANON_HASH,
    SIGNET_CANON_MANIFEST,
    SIGNET_CANON_STRIP,
    SIGNET_CANON_IGNORE,
    SIGNET_CANON_OUTPUT,
};

/** What was asked for, and where results go. */
struct signet_canon {
    struct signet_tool tool;
    struct signet_err err;
    const char *path;
    const char *output; /* "-" for stdout; NULL: results go into the report alone */
    enum signet_digest_alg alg;
    bool digest;               /* print it alone */
    bool manifest;             /* list a file, too */
    struct signet_strip strip; /* of an archive */
    bool from_stdin;
};

/** Writes the RFC 8785 form of the JSON text behind fd, or its digest. name is the input's. */
void signet_canon_document(struct signet_canon *canon, int fd, const char *name);

/** Writes the manifest of an artifact, or its root digest. format is that of an archive whose
 *  contents are listed, else NULL. */
void signet_canon_bundle(struct signet_canon *canon,
                         struct signet_artifact *artifact,
                         const char *format);

/** Writes one line with a digest to the output. Returns SIGNET_OK or a code that was reported. */
int signet_canon_put_digest(struct signet_canon *canon, const struct signet_digest *digest);

/** Reports canon->err, or the meaning of rc if nothing is recorded; returns rc. */
int signet_canon_fail(struct signet_canon *canon, int rc, const char *hint);

/** Reports a mistake on the command line; returns its code. */
int signet_canon_usage_error(struct signet_canon *canon, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that appear at their path complete or not at all.
 */
#ifndef SIGNET_BASE_OUTFILE_H
#define SIGNET_BASE_OUTFILE_H

#include <signet/buf.h>
#include <signet/err.h>
#include <stdbool.h>

/** Where something is going to stand. */
struct signet_place {
    int dir_fd;     /* its directory; owned by whoever opened the place */
    char base[256]; /* its name there */
};

/** Finds the place that path names. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_NOMEM or
 * SIGNET_E_USAGE (path can only be a directory); place->dir_fd is -1 on failure. */
SIGNET_NODISCARD int
signet_place_open(struct signet_place *place, const char *path, struct signet_err *err);

/** Characters of a temporary name, and a NUL. */
#define SIGNET_PLACE_TEMPORARY 32

/** Makes up a hidden name that nobody has. Returns SIGNET_OK or SIGNET_E_IO. */
SIGNET_NODISCARD int signet_place_temporary(char name[SIGNET_PLACE_TEMPORARY],
                                            struct signet_err *err);

/** Writes all of bytes to fd. Returns SIGNET_OK or SIGNET_E_IO, without a name in the text. */
SIGNET_NODISCARD int signet_place_write(int fd, struct signet_span bytes, struct signet_err *err);

/** A file being written that does not exist at its path until it is committed. */
struct signet_outfile {
    struct signet_place place;
    int fd;                            /* the temporary file, or -1 */
    const char *path;                  /* borrowed: for messages */
    char temp[SIGNET_PLACE_TEMPORARY]; /* name of the temporary file, "" while it has none */
    bool replace;
};

/**
 * Starts writing what will appear at path (borrowed until commit or abort) with the given mode.
 * If replace is false, an existing path is an error now and at commit. Links and special files at
 * path are refused, never followed or replaced. Returns SIGNET_OK, SIGNET_E_EXISTS, SIGNET_E_IO,
 * SIGNET_E_FORBIDDEN (path is, or leads to, something that is no regular file) or SIGNET_E_USAGE
 * (path names a directory). After a failure nothing needs to be released.
 */
SIGNET_NODISCARD int signet_outfile_open(struct signet_outfile *out,
                                         const char *path,
                                         unsigned mode,
                                         bool replace,
                                         struct signet_err *err);

/** Writes bytes. Returns SIGNET_OK or SIGNET_E_IO. */
SIGNET_NODISCARD int
signet_outfile_write(struct signet_outfile *out, struct signet_span bytes, struct signet_err *err);

/** Appends all that was written to text, at most max bytes. Returns as signet_fd_read_file(). */
SIGNET_NODISCARD int signet_outfile_read(struct signet_outfile *out,
                                         uint64_t max,
                                         struct signet_buf *text,
                                         struct signet_err *err);

/** Whether all that was written from that offset on is exactly these bytes. Returns SIGNET_OK or
 * SIGNET_E_IO (also for a difference, which the text says). */
SIGNET_NODISCARD int signet_outfile_compare(struct signet_outfile *out,
                                            uint64_t from,
                                            struct signet_span bytes,
                                            struct signet_err *err);

/** Makes what was written durable without showing it yet. Returns SIGNET_OK or SIGNET_E_IO. */
SIGNET_NODISCARD int signet_outfile_sync(struct signet_outfile *out, struct signet_err *err);

/**
 * Makes the file durable and visible at its path in one step, and closes it.
 * Returns SIGNET_OK, SIGNET_E_EXISTS or SIGNET_E_IO; on failure the path is as before and the
 * temporary file is gone.
 */
SIGNET_NODISCARD int signet_outfile_commit(struct signet_outfile *out, struct signet_err *err);

/** Removes the temporary file. Does nothing after commit or on a zeroed struct that was never
 * opened. */
void signet_outfile_abort(struct signet_outfile *out);

/** Writes bytes to path whole or not at all: open, write, commit. Results as theirs. */
SIGNET_NODISCARD int signet_fd_replace(const char *path,
                                       struct signet_span bytes,
                                       unsigned mode,
                                       bool replace,
                                       struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Files as a user of a command line names them: a path, or "-" for a standard stream. Inputs are
 * read whole and within a limit; an output file appears at its path complete or not at all. Every
 * error text begins with the name of the file.
 */
#ifndef SIGNET_IO_H
#define SIGNET_IO_H

#include <signet/buf.h>
#include <signet/err.h>

SIGNET_BEGIN_DECLS

/**
 * Opens the path that a user named (links are followed) for reading, without ever waiting on a
 * FIFO or device. *fd is set on success only; the caller closes it. Returns SIGNET_OK or
 * SIGNET_E_IO.
 */
SIGNET_API SIGNET_NODISCARD int signet_io_open(const char *path, int *fd, struct signet_err *err);

/**
 * Reads the whole of a regular file behind fd, at most max bytes, into *out, which is initialised
 * here and freed by the caller with signet_buf_free(), also after a failure. name stands in
 * messages. Returns SIGNET_OK, SIGNET_E_IO (not a regular file, unreadable, changed meanwhile),
 * SIGNET_E_LIMIT or SIGNET_E_NOMEM; *out is empty on failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_io_read_fd(
    int fd, const char *name, uint64_t max, struct signet_buf *out, struct signet_err *err);

/** As signet_io_read_fd() for a path, or for "-": standard input to its end, of whatever kind. */
SIGNET_API SIGNET_NODISCARD int
signet_io_read(const char *path, uint64_t max, struct signet_buf *out, struct signet_err *err);

/** An output being written; one thread at a time. */
struct signet_output;

/**
 * Starts an output: a file that will appear at path (borrowed until freed) with the given mode, or
 * standard output if path is "-". If replace is false, an existing path is an error, now and at
 * commit. Links and special files at path are refused,
 * never followed or replaced. *out is owned (free with
 * signet_output_free()) and set on success only. Returns SIGNET_OK, SIGNET_E_EXISTS, SIGNET_E_IO,
 * SIGNET_E_FORBIDDEN (path is, or leads to, a device or the like), SIGNET_E_USAGE (path names a
 * directory) or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_output_open(const char *path,
                                                   unsigned mode,
                                                   bool replace,
                                                   struct signet_output **out,
                                                   struct signet_err *err);

/** Writes bytes, through a buffer unless only the owner may read the file. Returns SIGNET_OK,
 *  SIGNET_E_IO, or SIGNET_E_NOMEM if held. */
SIGNET_API SIGNET_NODISCARD int
signet_output_write(struct signet_output *out, struct signet_span bytes, struct signet_err *err);

/**
 * Keeps what is written to standard output in memory until it is synced or committed, as a file is
 * kept out of sight; before the first write. Nothing changes for a file.
 */
SIGNET_API void signet_output_hold(struct signet_output *out);

/**
 * Reads back all that was written to a file, or to standard output that is held, before it was
 * synced: at most max bytes, into *text, which is initialised here and freed by the caller, also
 * after a failure. Returns SIGNET_OK, SIGNET_E_USAGE (standard output, not held), SIGNET_E_IO,
 * SIGNET_E_LIMIT or SIGNET_E_NOMEM; *text is empty on failure.
 */
SIGNET_API SIGNET_NODISCARD int signet_output_read_back(struct signet_output *out,
                                                        uint64_t max,
                                                        struct signet_buf *text,
                                                        struct signet_err *err);

/**
 * Whether what was written to a file, or to standard output that is held, is exactly these bytes
 * from the offset from on; before it was synced. Returns SIGNET_OK, SIGNET_E_USAGE (standard
 * output, not held) or SIGNET_E_IO (it is not, or cannot be read).
 */
SIGNET_API SIGNET_NODISCARD int signet_output_compare(struct signet_output *out,
                                                      uint64_t from,
                                                      struct signet_span bytes,
                                                      struct signet_err *err);

/** Gives up: nothing of what was written will appear, and every later call but
 *  signet_output_free() fails with SIGNET_E_UNVERIFIED. What standard output has, it keeps. */
SIGNET_API void signet_output_abandon(struct signet_output *out);

/** Writes what is buffered, and makes a file durable without showing it yet: of two files that
 *  belong together both are synced before the first is committed. Returns SIGNET_OK or
 *  SIGNET_E_IO. */
SIGNET_API SIGNET_NODISCARD int signet_output_sync(struct signet_output *out,
                                                   struct signet_err *err);

/** Syncs, and makes a file visible at its path in one step. Nothing may be written after it.
 *  Returns SIGNET_OK, SIGNET_E_EXISTS or SIGNET_E_IO; on failure the path is as before. */
SIGNET_API SIGNET_NODISCARD int signet_output_commit(struct signet_output *out,
                                                     struct signet_err *err);

/** Releases out, which may be NULL; a file that was not committed leaves no trace. */
SIGNET_API void signet_output_free(struct signet_output *out);

/** Writes bytes to path whole or not at all: open, write, commit. Results as theirs. */
SIGNET_API SIGNET_NODISCARD int signet_io_write(const char *path,
                                                struct signet_span bytes,
                                                unsigned mode,
                                                bool replace,
                                                struct signet_err *err);

SIGNET_END_DECLS

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Safe file access: opening beneath a directory without following links, and reading whole small
 * files within a limit. Writing is in base/outfile.h and base/newdir.h.
 */
#ifndef SIGNET_BASE_FD_H
#define SIGNET_BASE_FD_H

#include <signet/buf.h>
#include <signet/err.h>
#include <stdbool.h>
#include <sys/stat.h>

/** Closes *fd unless it is -1, and sets it to -1. */
void signet_fd_close(int *fd);

/**
 * Opens the path that a user named (links are followed) for reading, without ever waiting on a
 * FIFO or device. *fd is set on success only; the caller closes it.
 * Returns SIGNET_OK or SIGNET_E_IO.
 */
SIGNET_NODISCARD int signet_fd_open_named(const char *path, int *fd, struct signet_err *err);

/**
 * Opens name, a relative path of one or more components, for reading beneath directory dir_fd. No
 * component may be a link or lead outside. *fd is set on success only; the caller closes it.
 * Returns SIGNET_OK, SIGNET_E_FORBIDDEN (a link, or leads outside) or SIGNET_E_IO.
 */
SIGNET_NODISCARD int
signet_fd_open_beneath(int dir_fd, const char *name, int *fd, struct signet_err *err);

/** As signet_fd_open_beneath() for one component that is neither "." nor "..", which takes less
 * time; the reason of a failure is not told. */
SIGNET_NODISCARD int signet_fd_open_child(int dir_fd, const char *name, int *fd);

/** Word for what st_mode says: "directory", "symbolic link", "FIFO", … ; static storage. */
const char *signet_fd_kind(unsigned mode);

/**
 * Appends the whole of a regular file behind fd to out, at most max bytes. The size is checked
 * before memory is asked for; a file that changes its size meanwhile is an error.
 * Returns SIGNET_OK, SIGNET_E_IO (not a regular file, unreadable, changed), SIGNET_E_LIMIT or
 * SIGNET_E_NOMEM. what names the input in messages. out is unchanged on failure.
 */
SIGNET_NODISCARD int signet_fd_read_file(
    int fd, const char *what, uint64_t max, struct signet_buf *out, struct signet_err *err);

/** As signet_fd_read_file() for a pipe, terminal or file: reads to the end. */
SIGNET_NODISCARD int signet_fd_read_stream(
    int fd, const char *what, uint64_t max, struct signet_buf *out, struct signet_err *err);

/** Bytes wanted of a file, and where they go. */
struct signet_fd_run {
    uint64_t offset;
    uint8_t *buf;
    size_t len;
};

/** Reads up to len bytes, retrying on EINTR; *got is 0 at the end. Returns SIGNET_OK or
 * SIGNET_E_IO. */
SIGNET_NODISCARD int
signet_fd_read(int fd, uint8_t *buf, size_t len, size_t *got, struct signet_err *err);

/**
 * Reads up to run->len bytes at run->offset of a regular file, retrying on EINTR; *got is 0 at the
 * end. If wait is false, only what is in memory is read, and *cold tells that it is not there (*got
 * is 0 then); file systems that cannot tell are waited for. Returns SIGNET_OK or SIGNET_E_IO.
 */
SIGNET_NODISCARD int signet_fd_pread(int fd,
                                     const struct signet_fd_run *run,
                                     bool wait,
                                     size_t *got,
                                     bool *cold,
                                     struct signet_err *err);

/** Reads exactly run.len bytes at run.offset of a regular file. Returns SIGNET_OK or SIGNET_E_IO
 *  (the file ends before, too). */
SIGNET_NODISCARD int signet_fd_pread_all(int fd, struct signet_fd_run run, struct signet_err *err);

/** Has the system read len bytes at offset into memory soon. A hint: nothing fails. */
void signet_fd_will_need(int fd, uint64_t offset, uint64_t len);

/** Descriptors that this process may have open at a time. */
size_t signet_fd_most(void);

/** Whether two stat results are of the same file: device and inode. */
bool signet_fd_same(const struct stat *a, const struct stat *b);

/** Whether two stat results describe the same unchanged file: device, inode, size, mtime, ctime. */
bool signet_fd_unchanged(const struct stat *before, const struct stat *after);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder that appears at its path with all that is in it, or not at all.
 */
#ifndef SIGNET_BASE_NEWDIR_H
#define SIGNET_BASE_NEWDIR_H

#include "base/outfile.h"

/** A folder being filled, which nobody else can see. */
struct signet_newdir {
    struct signet_place place;
    const char *path;                  /* borrowed: for messages */
    char temp[SIGNET_PLACE_TEMPORARY]; /* a hidden folder of mode 0700 that it waits in, or "" */
    int temp_fd;
    int root_fd;          /* the folder itself */
    int at_fd;            /* the one below it that the last file went to, or -1 */
    struct signet_buf at; /* its name */
};

/**
 * Starts a folder that will appear at path (borrowed until commit or abort). Slashes at its end are
 * dropped. Returns SIGNET_OK, SIGNET_E_EXISTS, SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_USAGE (path
 * has no name of its own, such as "."). After a failure nothing needs to be released.
 */
SIGNET_NODISCARD int
signet_newdir_open(struct signet_newdir *dir, const char *path, struct signet_err *err);

/**
 * Makes an empty file below the folder, and the folders on the way; the umask takes from their
 * modes, 0644 and 0755. name passed signet_path_check(). *fd is set on success only; the caller
 * closes it. Returns SIGNET_OK, SIGNET_E_IO (also if the file is there already) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_newdir_file(struct signet_newdir *dir, const char *name, int *fd, struct signet_err *err);

/**
 * Makes everything durable, and visible at its path in one step. Returns SIGNET_OK, SIGNET_E_EXISTS
 * or SIGNET_E_IO; on failure nothing of it is left.
 */
SIGNET_NODISCARD int signet_newdir_commit(struct signet_newdir *dir, struct signet_err *err);

/** Starts to fill the folder that is open as root_fd (borrowed) where it is: for
 *  signet_newdir_file() alone. End with signet_newdir_leave(). */
void signet_newdir_enter(struct signet_newdir *dir, int root_fd);

/** Ends what signet_newdir_enter() started. */
void signet_newdir_leave(struct signet_newdir *dir);

/** Removes everything. Does nothing after commit or on a zeroed struct that was never opened. */
void signet_newdir_abort(struct signet_newdir *dir);

#endif

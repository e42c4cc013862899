/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies in one directory, in the order in which a tree gives it.
 */
#ifndef SIGNET_ARTIFACT_FOLDER_H
#define SIGNET_ARTIFACT_FOLDER_H

#include <signet/buf.h>
#include <signet/err.h>

/** One thing in a directory. */
struct signet_folder_item {
    const char *name; /* unchecked */
    unsigned mode;    /* the S_IFMT bits of st_mode; links are not followed */
    uint64_t size;    /* bytes of a regular file, if it was asked for its size; else 0 */
};

/** A directory that was read. Zero-initialised is empty. */
struct signet_folder {
    struct signet_folder_item
        *items; /* in the byte order of their names, of directories with "/" */
    size_t count;
    size_t room;
    struct signet_buf names;
};

/**
 * Reads the directory of that name beneath root_fd, "" being root_fd itself. At most *sizes of
 * the regular files in it are asked for their sizes, which costs a system call each and is taken
 * off *sizes. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_FORBIDDEN (a link is on the way) or
 * SIGNET_E_NOMEM; *folder is empty on failure. Messages begin with the name, if there is one.
 */
SIGNET_NODISCARD int signet_folder_read(int root_fd,
                                        const char *name,
                                        size_t *sizes,
                                        struct signet_folder *folder,
                                        struct signet_err *err);

/** Releases what folder holds and empties it. */
void signet_folder_free(struct signet_folder *folder);

#endif

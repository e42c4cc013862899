/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening one file of a tree after another beneath its own directory, which stays open in between:
 * names that follow one another mostly share it.
 */
#ifndef SIGNET_ARTIFACT_OPENER_H
#define SIGNET_ARTIFACT_OPENER_H

#include <signet/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct signet_artifact_watch;

/** One thread at a time. */
struct signet_opener {
    int root_fd;        /* borrowed */
    int dir_fd;         /* of dir; -1 if dir is the root */
    const char *folder; /* borrowed: the name that dir_fd was opened for begins with it */
    size_t folder_len;
    const struct signet_artifact_watch *watch; /* borrowed: is told of what is opened; or NULL */
};

/** Makes ready to open below root_fd (borrowed). watch may be NULL. */
void signet_opener_init(struct signet_opener *opener,
                        int root_fd,
                        const struct signet_artifact_watch *watch);

/**
 * Opens a regular file for reading as signet_tree_open_beneath() does, with its results and texts,
 * and those of the watch.
 * name must stay valid until the next call.
 */
SIGNET_NODISCARD int
signet_opener_open(struct signet_opener *opener, const char *name, int *fd, struct signet_err *err);

/**
 * Asks what lies at name, which must stay valid until the next call, without opening it: *st is
 * what lstat(2) would say, if *found. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (a link on the way),
 * SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_opener_look(struct signet_opener *opener,
                                        const char *name,
                                        struct stat *st,
                                        bool *found,
                                        struct signet_err *err);

/** Closes the directory kept open. */
void signet_opener_clear(struct signet_opener *opener);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of images in memory that is a file system of this mount namespace alone, so that they can
 * be mounted and nobody else can reach them.
 */
#ifndef SIGNET_GATE_COPIES_H
#define SIGNET_GATE_COPIES_H

#include <signet/start.h>

/** A tmpfs that is mounted nowhere yet, whose root has that mode and whose mount has those
 *  attributes (MOUNT_ATTR_…); -1 and errno if the system refuses it. The caller closes it. */
int signet_copies_make_files(const char *mode, unsigned attributes);

/** Makes an empty place for copies. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED; close *copies with
 *  signet_copies_close(). */
SIGNET_NODISCARD int signet_copies_open(int *copies, struct signet_err *err);

/** Copies what image->fd has into copies. *tree, set on success only and the caller's to close, is
 * a mount of the copy alone that is nowhere yet. Mode and time are those of the file at
 * image->path. Returns SIGNET_OK, SIGNET_E_IO or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int
signet_copies_put(int copies, const struct signet_image *image, int *tree, struct signet_err *err);

/** Closes *copies, after which nothing leads to its copies but their mounts; false if something
 *  still does. */
SIGNET_NODISCARD bool signet_copies_close(int *copies);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Mounts as descriptors: open_tree(2), mount_setattr(2), move_mount(2). The calls alone, for
 * headers that are older; errno says why one is refused.
 */
#ifndef SIGNET_GATE_MOUNT_H
#define SIGNET_GATE_MOUNT_H

#include <linux/mount.h>
#include <stdbool.h>

/** A mount of what name leads to below at, no link at its end being followed, that is nowhere yet;
 *  flags may have AT_RECURSIVE. -1: refused. The caller closes it. */
int signet_mount_clone(int at, const char *name, unsigned flags);

/** Sets attributes of the mount that is behind mount. */
bool signet_mount_set(int mount, const struct mount_attr *wanted);

/** Sets attributes of the mount at path, and of all below it. */
bool signet_mount_set_all(const char *path, const struct mount_attr *wanted);

/** Mounts what is behind mount at name below at. */
bool signet_mount_put(int mount, int at, const char *name);

/** Takes what is mounted at path away as soon as nobody uses it. */
bool signet_mount_end(const char *path);

#endif

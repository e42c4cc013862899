/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls of gate/mount.h.
 */
#define _GNU_SOURCE /* syscall, AT_EMPTY_PATH, AT_RECURSIVE */
#include "gate/mount.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    DETACH = 2 /* MNT_DETACH of sys/mount.h, which does not go with linux/mount.h */
};

int signet_mount_clone(int at, const char *name, unsigned flags)
{
    return (int)syscall(SYS_open_tree, at, name,
                        OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | flags);
}

static bool set(int fd, const char *path, unsigned flags, const struct mount_attr *wanted)
{
    return syscall(SYS_mount_setattr, fd, path, flags, wanted, sizeof(*wanted)) == 0;
}

bool signet_mount_set(int mount, const struct mount_attr *wanted)
{
    return set(mount, "", AT_EMPTY_PATH, wanted);
}

bool signet_mount_set_all(const char *path, const struct mount_attr *wanted)
{
    return set(AT_FDCWD, path, AT_RECURSIVE, wanted);
}

bool signet_mount_put(int mount, int at, const char *name)
{
    return syscall(SYS_move_mount, mount, "", at, name, MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

bool signet_mount_end(const char *path)
{
    return syscall(SYS_umount2, path, DETACH) == 0;
}

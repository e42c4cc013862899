/* SPDX-License-Identifier: Apache-2.0
 *
 * Read leases (fcntl(2), "Leases"). Owns the list of file systems on which they prove something;
 * opens nothing.
 */
#define _GNU_SOURCE /* F_SETLEASE, F_SETSIG, F_GET_SEALS */
#include "base/lease.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/compiler.h"

/* f_type of statfs(2). */
static const uint32_t fitting[] = {
    0x0000EF53, /* ext2, ext3, ext4 */
    0x58465342, /* XFS */
    0x9123683E, /* Btrfs */
};

/* FS_IOC_GETVERSION. */
static const unsigned long get_generation = _IOR('v', 1, long);

bool signet_lease_fits(int fd)
{
    struct statfs system;
    long generation = 0;
    /* A 9P server may tell the type of what lies behind it, but its files have no generation. */
    if (fstatfs(fd, &system) != 0 || ioctl(fd, get_generation, &generation) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(fitting) / sizeof(fitting[0]); i++) {
        if ((uint32_t)system.f_type == fitting[i]) {
            return true;
        }
    }
    return false;
}

/* Nothing else that has this type can be sealed, so no server that only says so. */
static bool is_tmpfs(int fd)
{
    struct statfs system;
    return fstatfs(fd, &system) == 0 && (uint32_t)system.f_type == 0x01021994 &&
           fcntl(fd, F_GET_SEALS) >= 0;
}

bool signet_lease_is_firm(int fd)
{
    return signet_lease_fits(fd) || is_tmpfs(fd);
}

bool signet_lease_take(int fd)
{
    /* SIGIO would be sent otherwise, which ends a process that does not expect it; and to the
     * thread that asks alone, so that nobody is told once that has ended. */
    return fcntl(fd, F_SETOWN, getpid()) == 0 && fcntl(fd, F_SETSIG, SIGURG) == 0 &&
           fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
}

void signet_lease_end(int fd)
{
    SIGNET_IGNORE(fcntl(fd, F_SETLEASE, F_UNLCK) != 0);
}

bool signet_lease_held(int fd)
{
    return fcntl(fd, F_GETLEASE) == F_RDLCK; /* F_UNLCK as soon as somebody waits */
}

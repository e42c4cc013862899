/* SPDX-License-Identifier: Apache-2.0
 *
 * Read leases of fcntl(2): whether anybody could have changed a regular file while it was read, and
 * whether its change time tells of what is changed afterwards. Says nothing of what was read.
 */
#ifndef SIGNET_BASE_LEASE_H
#define SIGNET_BASE_LEASE_H

#include <signet/api.h>
#include <stdbool.h>

/**
 * Whether the file behind fd lies on a file system where each change of its bytes gives it a later
 * change time, stores through a mapping too, and where a lease is refused as long as anybody could
 * make one: ext2, ext3, ext4, XFS and Btrfs. Not tmpfs, where a store through a mapping that was
 * read before changes no time; not overlayfs, whose mappings a lease does not see; not what a
 * server or another program provides.
 */
bool signet_lease_fits(int fd);

/**
 * Whether nobody changes a byte of the file behind fd while it has its lease: on the file systems
 * of signet_lease_fits(), and on tmpfs.
 */
bool signet_lease_is_firm(int fd);

/**
 * Takes a read lease, which is granted only if nobody has the file open for writing or mapped so
 * that stores reach it, and only to its owner or with CAP_LEASE. fd is open for reading alone. Who
 * opens the file for writing from now on waits until fd is closed, which ends the lease; this
 * process is told so by SIGURG, which does nothing unless it has a handler of its own. But they
 * wait for no longer than /proc/sys/fs/lease-break-time says, 45 seconds mostly. If it is refused,
 * errno is EAGAIN (a writer), EACCES (another owner), or says that there are none.
 */
SIGNET_NODISCARD bool signet_lease_take(int fd);

/** Ends the lease of fd, which may have none. */
void signet_lease_end(int fd);

/** Whether fd has its lease still, and nobody waits for its end. */
bool signet_lease_held(int fd);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock (landlock(7)): what this process and its children may do with which files. Names what is
 * asked of the kernel by what it is for; the choice of files is the caller's.
 */
#ifndef SIGNET_GATE_LANDLOCK_H
#define SIGNET_GATE_LANDLOCK_H

#include <signet/err.h>
#include <stdbool.h>

/** What may be done with a file, or with all below a directory; bits. */
enum signet_landlock_use {
    SIGNET_LANDLOCK_READ = 1 << 0,
    SIGNET_LANDLOCK_EXECUTE = 1 << 1,
    SIGNET_LANDLOCK_WRITE = 1 << 2, /* and make, rename, remove */
    SIGNET_LANDLOCK_DEVICE = 1 << 3 /* write to it and control it, if it is a device */
};

/** Rules that are collected before they hold. */
struct signet_landlock {
    int fd;
    uint64_t handled; /* what is forbidden unless a rule allows it */
};

/** Version of the kernel's interface; 0: it has none. */
unsigned signet_landlock_version(void);

/** Starts rules that allow nothing: executing and writing is forbidden, and if narrow, reading,
 *  controlling devices, and reaching other programs by signals and abstract sockets. Returns
 *  SIGNET_OK or SIGNET_E_UNSUPPORTED. Close fd of *rules, also after a failure. */
SIGNET_NODISCARD int
signet_landlock_begin(struct signet_landlock *rules, bool narrow, struct signet_err *err);

/** Allows uses (bits) of what is behind fd, which may be open by O_PATH. Returns SIGNET_OK,
 *  SIGNET_E_IO or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_landlock_allow(const struct signet_landlock *rules,
                                           int fd,
                                           unsigned uses,
                                           struct signet_err *err);

/** Makes rules hold for this process and all that it starts, for ever. It has given up new rights
 *  (PR_SET_NO_NEW_PRIVS) before. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_landlock_enforce(const struct signet_landlock *rules,
                                             struct signet_err *err);

#endif

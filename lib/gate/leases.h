/* SPDX-License-Identifier: Apache-2.0
 *
 * Leases on the files of a bundle: each is taken when the file was opened to be digested, before
 * its first byte is read. <signet/hold.h> says what that is good for.
 */
#ifndef SIGNET_GATE_LEASES_H
#define SIGNET_GATE_LEASES_H

#include <stdbool.h>
#include <sys/stat.h>

#include "artifact/artifact.h"

/** The leases of one bundle, by the names of its files. */
struct signet_leases;

/** A file that is held, if fd is not -1. */
struct signet_lease_held {
    char *name;
    int fd; /* borrowed */
    dev_t device;
    ino_t inode;
};

/** Takes the file behind fd that is one whose lease can be relied on. Returns SIGNET_OK, or as
 *  signet_gate_hold() by SIGNET_HOLD_LEASE. */
SIGNET_NODISCARD int signet_lease_hold(int fd, struct signet_err *err);

/**
 * Has every file of the bundle be held when it is opened to be digested. If one cannot be, that
 * ends the digesting if all is true, else only signet_leases_check() tells it. A name that leads to
 * another file later than it did before ends it anyway. They end with the artifact. Returns
 * SIGNET_OK, SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int
signet_leases_begin(struct signet_artifact *artifact, bool all, struct signet_err *err);

/** Ends the leases, if there are any. */
void signet_leases_end(struct signet_artifact *artifact);

/** Requires that all that was opened is held still. Returns SIGNET_OK, or why one of them is not:
 *  SIGNET_E_UNSUPPORTED, SIGNET_E_LIMIT (too many for this process) or SIGNET_E_DENIED. */
SIGNET_NODISCARD int signet_leases_check(const struct signet_artifact *artifact,
                                         struct signet_err *err);

/** The file that was opened by that name, or NULL. Valid as long as the artifact. */
const struct signet_lease_held *signet_leases_find(const struct signet_artifact *artifact,
                                                   const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Staying as the parent of what was started, for as long as it reads what a lease keeps from
 * changing: who wants to write waits, and the reader is ended before they may.
 */
#ifndef SIGNET_CMD_ENFORCE_KEEP_H
#define SIGNET_CMD_ENFORCE_KEEP_H

#include "enforce/enforce.h"

/** Requires that what is started can be ended in time, whatever it starts itself: that a writer
 *  waits for some seconds, and that /proc is of this PID namespace. Returns SIGNET_OK or
 *  SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_enforce_can_keep(struct signet_err *err);

/** What a child does first. make may be NULL. */
struct signet_enforce_prepare {
    int (*make)(void *ctx, struct signet_err *err); /* returns SIGNET_OK, or what prevents it */
    void *ctx;
    /* Then executes what is to be started; returns, with an exit status, only if that fails. */
    int (*begin)(const struct signet_enforce_start *start, const char *name);
    const char *name; /* the tool's, for messages */
};

/**
 * Makes a child process that is ready to begin, and waits until it is. From then on signals wait
 * for signet_enforce_keep(), which must be called next; the child ends with this process. Returns
 * SIGNET_OK, what prepare->make() returned, SIGNET_E_IO, or as signet_gate_check_hold().
 */
SIGNET_NODISCARD int signet_enforce_fork(struct signet_enforce_start *start,
                                         const struct signet_enforce_prepare *prepare,
                                         struct signet_err *err);

/**
 * Has the child begin, and waits for it and for all that it starts; passes on every signal that
 * somebody sends to this process, except those that stop it, which are ignored by both. If somebody
 * asks to write to what is held, ends them all, and says so. Returns the exit status: that of the
 * child, 128 and the number of the signal that ended it, or 126 after somebody asked to write.
 */
int signet_enforce_keep(const struct signet_enforce_start *start, const char *name);

#endif

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

/**
 * Starts what was to be started in a child process, by begin(start, name), which returns only if it
 * fails, with an exit status. Waits for it and for all that it starts; passes on every signal that
 * somebody sends to this process, except those that stop it, which are ignored by both. If somebody
 * asks to write to what is held, ends them all, and says so. The child ends with this process.
 * Returns the exit status: that of the child, 128 and the number of the signal that ended it, or
 * 126 after somebody asked to write.
 */
int signet_enforce_keep(const struct signet_enforce_start *start,
                        const char *name,
                        int (*begin)(const struct signet_enforce_start *start, const char *name));

#endif

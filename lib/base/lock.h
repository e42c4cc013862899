/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks by which processes take turns: a file of its own beside what they guard, because what is
 * replaced by renaming keeps no lock. Guards against nobody who does not ask for it.
 */
#ifndef SIGNET_BASE_LOCK_H
#define SIGNET_BASE_LOCK_H

#include <signet/err.h>

/**
 * Locks file name in the folder dir_fd for this one opening of it, and makes the file (mode 0600)
 * if there is none; it stays. A lock that is held is waited for, for about wait_ms milliseconds (a
 * try each; longer on a busy machine). *fd is set on success only: closing it gives the lock back,
 * and so does the end of the process. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (a link, or no regular
 * file) or SIGNET_E_IO (also: still held). Messages have no name in them.
 */
SIGNET_NODISCARD int
signet_lock_take(int dir_fd, const char *name, uint64_t wait_ms, int *fd, struct signet_err *err);

#endif

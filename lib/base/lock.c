/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks between processes: see base/lock.h. Those of open file descriptions, which unlike the older
 * ones of POSIX do not go when another opening of the file is closed.
 */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "base/compiler.h"
#include "base/fd.h"

enum {
    STEP_MS = 1 /* between two tries */
};

static int open_regular(int dir_fd, const char *name, int *fd, struct signet_err *err)
{
    struct stat st;
    int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int opened = openat(dir_fd, name, flags, 0600);
    if (opened < 0) {
        return errno == ELOOP ? signet_err_set(err, SIGNET_E_FORBIDDEN, "the lock is a link")
                              : signet_err_sys(err, SIGNET_E_IO, errno, "cannot open the lock");
    }
    int rc = SIGNET_OK;
    if (fstat(opened, &st) != 0) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat the lock");
    } else if (!S_ISREG(st.st_mode)) {
        rc =
            signet_err_set(err, SIGNET_E_FORBIDDEN, "the lock: expected a regular file, found a %s",
                           signet_fd_kind(st.st_mode));
    }
    if (rc != SIGNET_OK) {
        signet_fd_close(&opened);
        return rc;
    }
    *fd = opened;
    return SIGNET_OK;
}

static int wait_for(int fd, uint64_t wait_ms, struct signet_err *err)
{
    static const struct timespec step = {0, STEP_MS * 1000000L};
    for (uint64_t waited = 0;; waited += STEP_MS) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(fd, F_OFD_SETLK, &whole) == 0) {
            return SIGNET_OK;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "cannot lock");
        }
        if (waited >= wait_ms) {
            return signet_err_set(err, SIGNET_E_IO,
                                  "another process holds the lock, waited %llu ms for it",
                                  (unsigned long long)wait_ms);
        }
        SIGNET_IGNORE(nanosleep(&step, NULL) != 0); /* a signal costs a try */
    }
}

int signet_lock_take(
    int dir_fd, const char *name, uint64_t wait_ms, int *fd, struct signet_err *err)
{
    int opened = -1;
    int rc = open_regular(dir_fd, name, &opened, err);
    if (rc == SIGNET_OK) {
        rc = wait_for(opened, wait_ms, err);
    }
    if (rc != SIGNET_OK) {
        signet_fd_close(&opened);
        return rc;
    }
    *fd = opened;
    return SIGNET_OK;
}

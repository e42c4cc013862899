/* SPDX-License-Identifier: Apache-2.0
 *
 * The place of copies: a tmpfs (fsopen(2), fsmount(2)). Owns that it is reachable only as long as
 * copies are made.
 */
#define _GNU_SOURCE /* syscall, futimens */
#include "gate/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "gate/mount.h"

enum {
    COPIED_AT_ONCE = 1 << 30,
    NAME_BYTES = 512, /* a number and a file name */
    DETACH = 2        /* MNT_DETACH of sys/mount.h, which does not go with linux/mount.h */
};

int signet_copies_make_files(const char *mode, unsigned attributes)
{
    int mount = -1;
    int fd = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    if (fd >= 0 && syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, "mode", mode, 0) == 0 &&
        syscall(SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0) {
        mount = (int)syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attributes);
    }
    int reason = errno;
    signet_fd_close(&fd);
    errno = reason;
    return mount;
}

int signet_copies_open(int *copies, struct signet_err *err)
{
    int fd = signet_copies_make_files("0700", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    /* Only what is mounted somewhere can be mounted again, so it lies above the root directory,
     * which leaves all paths as they are. */
    if (fd < 0 || !signet_mount_put(fd, AT_FDCWD, "/")) {
        signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "the system refuses a tmpfs for copies");
        signet_fd_close(&fd);
        return SIGNET_E_UNSUPPORTED;
    }
    *copies = fd;
    return SIGNET_OK;
}

static int copy_bytes(int from, int to, struct signet_err *err)
{
    off_t at = 0;
    ssize_t sent = 1;
    while (sent > 0 || (sent < 0 && errno == EINTR)) {
        sent = sendfile(to, from, &at, COPIED_AT_ONCE);
    }
    return sent == 0 ? (int)SIGNET_OK
                     : signet_err_sys(err, SIGNET_E_IO, errno, "cannot make the copy");
}

/* What programs see of a file besides its bytes; set-id bits are not among it. */
static int copy_attributes(const struct signet_image *image, int to, struct signet_err *err)
{
    struct stat st;
    bool found = image->path != NULL && stat(image->path, &st) == 0 && S_ISREG(st.st_mode);
    if ((!found && fstat(image->fd, &st) != 0) || fchmod(to, st.st_mode & 0555) != 0 ||
        futimens(to, (struct timespec[]){st.st_atim, st.st_mtim}) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot finish the copy");
    }
    return SIGNET_OK;
}

/* Makes the file by its own name, which the kernel calls the process by, in a directory of its own.
 * *name is where it is. */
static int make_file(int copies, const struct signet_image *image, char name[NAME_BYTES])
{
    const char *slash = image->path != NULL ? strrchr(image->path, '/') : NULL;
    int len = snprintf(name, NAME_BYTES, "%d", image->fd);
    if (len < 0 || mkdirat(copies, name, 0700) != 0) {
        return -1;
    }
    size_t used = (size_t)len;
    len = snprintf(name + used, NAME_BYTES - used, "%s", slash != NULL ? slash : "/program");
    errno = ENAMETOOLONG;
    return len > 0 && (size_t)len < NAME_BYTES - used
               ? openat(copies, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
               : -1;
}

int signet_copies_put(int copies,
                      const struct signet_image *image,
                      int *tree,
                      struct signet_err *err)
{
    char name[NAME_BYTES];
    int fd = make_file(copies, image, name);
    int rc = fd >= 0 ? copy_bytes(image->fd, fd, err)
                     : signet_err_sys(err, SIGNET_E_IO, errno, "cannot make a copy");
    if (rc == SIGNET_OK) {
        rc = copy_attributes(image, fd, err);
    }
    signet_fd_close(&fd); /* what is open for writing cannot be executed */
    if (rc == SIGNET_OK) {
        *tree = signet_mount_clone(copies, name, 0);
        rc = *tree >= 0 ? (int)SIGNET_OK
                        : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot be mounted");
    }
    return rc;
}

bool signet_copies_close(int *copies)
{
    char path[NAME_BYTES];
    SIGNET_IGNORE(snprintf(path, sizeof(path), "/proc/self/fd/%d", *copies) < 0);
    bool closed = signet_mount_end(path);
    signet_fd_close(copies);
    return closed;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Directories and files that were opened before the view was made, and are inherited. Owns that
 * none of them leads around it.
 */
#define _GNU_SOURCE /* dup3, O_PATH */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "gate/view.h"

enum {
    NAME_BYTES = 32,
    PATH_BYTES = 4096 /* of a path, as the kernel has it */
};

/* Whether the program gets fd, and it leads around the view: to a directory, also one that was
 * removed, as ".." leads out of it, or to a file that can be read and so be mapped as code. */
static bool leads_around(int fd)
{
    struct stat st;
    int flags = fcntl(fd, F_GETFD);
    int mode = fcntl(fd, F_GETFL);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0 || fstat(fd, &st) != 0) {
        return false;
    }
    bool readable = (mode & O_PATH) != 0 || (mode & O_ACCMODE) != O_WRONLY;
    return S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && readable);
}

static bool forbids_code(int fd)
{
    struct statvfs system;
    return fstatvfs(fd, &system) == 0 && (system.f_flag & ST_NOEXEC) != 0;
}

static bool is_same(int found, int fd)
{
    struct stat one;
    struct stat other;
    return fstat(found, &one) == 0 && fstat(fd, &other) == 0 && signet_fd_same(&one, &other);
}

/* Has found go on where fd is, if that is somewhere. */
static bool keep_offset(int found, int fd)
{
    off_t at = lseek(fd, 0, SEEK_CUR);
    return at <= 0 || lseek(found, at, SEEK_SET) == at;
}

/* A directory leads to others, of all mounts outside, whatever its own forbids. */
static bool forbids_all_code(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode) && forbids_code(fd);
}

/* The same file or directory in the view, where it is not executed, opened as fd is. */
static int turn(int fd, struct signet_err *err)
{
    char path[PATH_BYTES];
    char link[NAME_BYTES];
    int flags = fcntl(fd, F_GETFL) & (O_PATH | O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECTORY);
    SIGNET_IGNORE(snprintf(link, sizeof(link), "/proc/self/fd/%d", fd) < 0);
    ssize_t len = readlink(link, path, sizeof(path) - 1);
    path[len > 0 ? len : 0] = '\0';
    int found = open(path, flags | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    bool turned = found >= 0 && is_same(found, fd) && forbids_code(found) &&
                  keep_offset(found, fd) && dup2(found, fd) == fd;
    signet_fd_close(&found);
    return turned ? (int)SIGNET_OK
                  : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                   "descriptor %d is a file or folder that the sandbox does not "
                                   "have, by which code could be executed; close it, or let it be "
                                   "a pipe",
                                   fd);
}

int signet_view_turn_folders(struct signet_err *err)
{
    int rc = SIGNET_OK;
    DIR *open_now = opendir("/proc/self/fd");
    if (open_now == NULL) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "/proc/self/fd: cannot open");
    }
    for (const struct dirent *entry = readdir(open_now); rc == SIGNET_OK && entry != NULL;
         entry = readdir(open_now)) {
        int fd = (int)strtol(entry->d_name, NULL, 10); /* 0 for "." and "..", which does no harm */
        if (leads_around(fd) && !forbids_all_code(fd)) {
            rc = turn(fd, err);
        }
    }
    closedir(open_now);
    return rc;
}

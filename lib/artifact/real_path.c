/* SPDX-License-Identifier: Apache-2.0
 *
 * Where an opened artifact really stands: see artifact/real_path.h.
 */
#define _XOPEN_SOURCE 700 /* readlink, lstat */
#include "artifact/real_path.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "base/err.h"
#include "base/fd.h"

/* The path that the system has for a descriptor; "" if it has none. */
static void read_link(int fd, char path[PATH_MAX])
{
    char name[32];
    ssize_t len = -1;
    if (snprintf(name, sizeof(name), "/proc/self/fd/%d", fd) > 0) {
        len = readlink(name, path, PATH_MAX - 1);
    }
    path[len > 0 && len < PATH_MAX - 1 ? len : 0] = '\0'; /* one that fills it may be cut */
}

/* "/a/b (deleted)" can also be a name: what stands there decides. */
static bool stands_there(int fd, const char *path)
{
    struct stat opened;
    struct stat there;
    return path[0] == '/' && fstat(fd, &opened) == 0 && lstat(path, &there) == 0 &&
           signet_fd_same(&opened, &there);
}

int signet_real_path(const struct signet_artifact *artifact, char **path, struct signet_err *err)
{
    char found[PATH_MAX];
    *path = NULL;
    read_link(signet_artifact_place(artifact), found);
    if (!stands_there(signet_artifact_place(artifact), found)) {
        return SIGNET_OK;
    }
    *path = strdup(found);
    return *path != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

/* A link could lead elsewhere tomorrow, so there may be none. */
static bool belongs_to(const char *path, uid_t owner)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISLNK(st.st_mode) &&
           (st.st_uid == 0 || st.st_uid == owner) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Whether each part of an absolute path is root's or owner's. */
static bool all_belongs_to(const char *path, uid_t owner)
{
    char part[PATH_MAX];
    size_t len = strlen(path);
    if (path[0] != '/' || len >= sizeof(part) || !belongs_to("/", owner)) {
        return false;
    }
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        memcpy(part, path, i);
        part[i] = '\0';
        if (!belongs_to(part, owner)) {
            return false;
        }
    }
    return true;
}

bool signet_real_path_is_safe(const char *path)
{
    return all_belongs_to(path, geteuid());
}

bool signet_real_path_is_roots(const char *path)
{
    return all_belongs_to(path, 0);
}

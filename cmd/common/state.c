/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of common/state.h (XDG Base Directory Specification 0.8 for their place).
 */
#include "common/state.h"

#include <errno.h>
#include <fcntl.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/sidecar.h"

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a path");
}

static const char *absolute(const char *path)
{
    return path != NULL && path[0] == '/' ? path : NULL;
}

int signet_state_path(struct signet_tool *tool,
                      const char *name,
                      char **path,
                      struct signet_err *err)
{
    const char *base =
        geteuid() == 0 ? "/var/lib" : absolute(signet_tool_env(tool, "XDG_STATE_HOME"));
    const char *below = "";
    if (base == NULL) {
        base = absolute(signet_tool_env(tool, "HOME"));
        below = "/.local/state";
    }
    if (base == NULL) {
        return signet_err_set(
            err, SIGNET_E_IO,
            "there is no folder for it: neither XDG_STATE_HOME nor HOME names one");
    }
    size_t room = strlen(base) + strlen(below) + strlen(name) + sizeof("/signet/");
    char *made = malloc(room);
    if (made == NULL || snprintf(made, room, "%s%s/signet/%s", base, below, name) < 0) {
        free(made);
        return no_memory(err);
    }
    *path = made;
    return SIGNET_OK;
}

/* Of path, the bytes that end with the first name that is not there yet: what is above it can be
 * resolved. */
static size_t count_resolvable(char *path)
{
    size_t len = strlen(path);
    for (char *slash = strrchr(path, '/'); slash != NULL && slash != path;) {
        *slash = '\0';
        bool there = access(path, F_OK) == 0;
        char *above = strrchr(path, '/');
        *slash = '/';
        if (there) {
            break;
        }
        len = (size_t)(slash - path);
        slash = above;
    }
    return len;
}

int signet_state_inside(const char *path,
                        const char *directory,
                        char **name,
                        struct signet_err *err)
{
    char *copy = strdup(path);
    char *inside = NULL;
    *name = NULL;
    if (copy == NULL) {
        return no_memory(err);
    }
    size_t len = count_resolvable(copy);
    copy[len] = '\0';
    int rc = signet_sidecar_inside(copy, directory, &inside, err);
    free(copy);
    if (rc != SIGNET_OK || inside == NULL) {
        return rc;
    }
    size_t room = strlen(inside) + strlen(path + len) + 1;
    char *whole = malloc(room);
    bool made = whole != NULL && snprintf(whole, room, "%s%s", inside, path + len) >= 0;
    free(inside);
    if (!made) {
        free(whole);
        return no_memory(err);
    }
    *name = whole;
    return SIGNET_OK;
}

static int cannot_open(const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int reason = errno;
    signet_utf8_show(signet_span_str(path), shown);
    return reason == ELOOP || reason == ENOTDIR
               ? signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: is a link, or no folder", shown)
               : signet_err_sys(err, SIGNET_E_IO, reason, "%s: cannot open", shown);
}

/* What others can write may be of others. */
static int check_owner(int fd, const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct stat st;
    signet_utf8_show(signet_span_str(path), shown);
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot stat", shown);
    }
    if (st.st_uid != geteuid()) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: belongs to another user", shown);
    }
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: others than its owner may write it",
                              shown);
    }
    return SIGNET_OK;
}

static char *folder_of(const char *path)
{
    return strndup(path, (size_t)(strrchr(path, '/') - path));
}

/* Opens the folder of path; *fd stays -1 if there is none. */
static int open_folder(const char *path, int *fd, struct signet_err *err)
{
    char *folder = folder_of(path);
    if (folder == NULL) {
        return no_memory(err);
    }
    int rc = SIGNET_OK;
    int opened = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (opened >= 0) {
        rc = check_owner(opened, folder, err);
    } else if (errno != ENOENT) {
        rc = cannot_open(folder, err);
    }
    if (rc == SIGNET_OK) {
        *fd = opened;
    } else if (opened >= 0) {
        close(opened);
    }
    free(folder);
    return rc;
}

static int read_in(
    int folder, const char *path, uint64_t max, struct signet_buf *bytes, struct signet_err *err)
{
    int fd = openat(folder, strrchr(path, '/') + 1,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? SIGNET_OK : cannot_open(path, err);
    }
    int rc = check_owner(fd, path, err);
    if (rc == SIGNET_OK) {
        rc = signet_io_read_fd(fd, path, max, bytes, err);
    }
    close(fd);
    return rc;
}

int signet_state_read(const char *path,
                      uint64_t max,
                      struct signet_buf *bytes,
                      struct signet_err *err)
{
    int folder = -1;
    signet_buf_init(bytes, 0);
    int rc = open_folder(path, &folder, err);
    if (folder >= 0) {
        rc = read_in(folder, path, max, bytes, err);
        close(folder);
    }
    return rc;
}

/* What cannot be made shows when the last one is opened. */
static void make_folders(char *folder)
{
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
            return;
        }
        *slash = '/';
    }
}

int signet_state_make_folder(const char *path, struct signet_err *err)
{
    char *folders = strdup(path);
    if (folders == NULL) {
        return no_memory(err);
    }
    make_folders(folders);
    free(folders);
    return SIGNET_OK;
}

int signet_state_write(const char *path, struct signet_span bytes, struct signet_err *err)
{
    int folder = -1;
    int rc = signet_state_make_folder(path, err);
    if (rc == SIGNET_OK) {
        rc = open_folder(path, &folder, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_io_write(path, bytes, 0600, true, err);
    }
    if (folder >= 0) {
        close(folder);
    }
    return rc;
}

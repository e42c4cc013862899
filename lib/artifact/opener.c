/* SPDX-License-Identifier: Apache-2.0
 *
 * The directory that was opened last. Owns when it can be used again; how something is opened
 * beneath a directory is base/fd.c's.
 */
#include "artifact/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/tree.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

void signet_opener_init(struct signet_opener *opener,
                        int root_fd,
                        const struct signet_artifact_watch *watch)
{
    memset(opener, 0, sizeof(*opener));
    opener->root_fd = root_fd;
    opener->dir_fd = -1;
    opener->folder = "";
    opener->watch = watch;
}

void signet_opener_clear(struct signet_opener *opener)
{
    signet_fd_close(&opener->dir_fd);
    opener->folder = "";
    opener->folder_len = 0;
}

static int enter(struct signet_opener *opener, const char *name, size_t len, struct signet_err *err)
{
    int fd = -1;
    if (len == opener->folder_len && memcmp(name, opener->folder, len) == 0) {
        opener->folder = name;
        return SIGNET_OK;
    }
    signet_opener_clear(opener);
    if (len == 0) {
        return SIGNET_OK;
    }
    char *folder = strndup(name, len);
    if (folder == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a name");
    }
    int rc = signet_tree_open_beneath(opener->root_fd, folder, &fd, err);
    free(folder);
    if (rc == SIGNET_OK) {
        opener->dir_fd = fd;
        opener->folder = name;
        opener->folder_len = len;
    }
    return rc;
}

/* Bytes of the folder in a name, without its slash. */
static size_t folder_len(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? (size_t)(slash - name) : 0;
}

static const char *last_component(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

static int folder_fd(const struct signet_opener *opener)
{
    return opener->dir_fd >= 0 ? opener->dir_fd : opener->root_fd;
}

static int
tell(const struct signet_opener *opener, const char *name, int *fd, struct signet_err *err)
{
    const struct signet_artifact_watch *watch = opener->watch;
    int rc = watch != NULL && watch->opened != NULL ? watch->opened(watch->ctx, name, *fd, err)
                                                    : (int)SIGNET_OK;
    if (rc != SIGNET_OK) {
        signet_fd_close(fd);
    }
    return rc;
}

int signet_opener_open(struct signet_opener *opener,
                       const char *name,
                       int *fd,
                       struct signet_err *err)
{
    int rc = enter(opener, name, folder_len(name), NULL);
    if (rc == SIGNET_OK) {
        rc = signet_fd_open_child(folder_fd(opener), last_component(name), fd);
    }
    /* The long way says what is wrong with the whole name. */
    rc = rc == SIGNET_OK ? rc : signet_tree_open_beneath(opener->root_fd, name, fd, err);
    return rc == SIGNET_OK ? tell(opener, name, fd, err) : rc;
}

/* Whether a failed call says that there is nothing of that name. */
static bool is_absence(int sys_errno)
{
    return sys_errno == ENOENT || sys_errno == ENOTDIR || sys_errno == ENAMETOOLONG;
}

int signet_opener_look(struct signet_opener *opener,
                       const char *name,
                       struct stat *st,
                       bool *found,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_err why;
    signet_err_clear(&why);
    *found = false;
    int rc = enter(opener, name, folder_len(name), &why);
    if (rc == SIGNET_OK) {
        *found = fstatat(folder_fd(opener), last_component(name), st, AT_SYMLINK_NOFOLLOW) == 0;
        if (*found || is_absence(errno)) {
            return SIGNET_OK;
        }
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot stat",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    if (is_absence(why.sys_errno)) {
        return SIGNET_OK;
    }
    if (err != NULL && err->code == SIGNET_OK) {
        *err = why;
    }
    return rc;
}

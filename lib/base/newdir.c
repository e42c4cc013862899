/* SPDX-License-Identifier: Apache-2.0
 *
 * A new folder, filled in a hidden one beside its place that only its owner can enter, and then
 * renamed. Owns making and removing; knows nothing of what goes into it. Names are taken one
 * component at a time and no link is followed, so that length and depth cost no more than that.
 */
#define _GNU_SOURCE /* renameat2, syncfs */
#include "base/newdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

/* What the folder is called while it waits in the hidden one. */
static const char waiting[] = "new";

static const char *shown(const char *name, char out[SIGNET_SHOW_MAX])
{
    return signet_utf8_show(signet_span_str(name), out);
}

static int exists(const struct signet_newdir *dir, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_EXISTS, "%s: exists", shown(dir->path, name));
}

static int cannot_make(const char *path, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot make", shown(path, name));
}

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int open_waiting(struct signet_newdir *dir, struct signet_err *err)
{
    struct stat st;
    if (fstatat(dir->place.dir_fd, dir->place.base, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        return exists(dir, err);
    }
    int rc = signet_place_temporary(dir->temp, err);
    if (rc == SIGNET_OK && mkdirat(dir->place.dir_fd, dir->temp, 0700) != 0) {
        dir->temp[0] = '\0';
        return cannot_make(dir->path, err);
    }
    if (rc != SIGNET_OK) {
        dir->temp[0] = '\0';
        return rc;
    }
    dir->temp_fd = open_folder(dir->place.dir_fd, dir->temp);
    if (dir->temp_fd < 0 || mkdirat(dir->temp_fd, waiting, 0755) != 0) {
        return cannot_make(dir->path, err);
    }
    dir->root_fd = open_folder(dir->temp_fd, waiting);
    return dir->root_fd >= 0 ? SIGNET_OK : cannot_make(dir->path, err);
}

int signet_newdir_open(struct signet_newdir *dir, const char *path, struct signet_err *err)
{
    struct signet_buf plain;
    size_t len = strlen(path);
    memset(dir, 0, sizeof(*dir));
    dir->path = path;
    dir->place.dir_fd = -1;
    dir->temp_fd = -1;
    dir->root_fd = -1;
    dir->at_fd = -1;
    signet_buf_init(&dir->at, SIZE_MAX);
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    signet_buf_init(&plain, SIZE_MAX);
    signet_buf_put(&plain, signet_span_of(path, len));
    int rc = signet_buf_putc(&plain, '\0') == SIGNET_OK
                 ? signet_place_open(&dir->place, (const char *)plain.data, err)
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a path");
    signet_buf_free(&plain);
    if (rc == SIGNET_OK) {
        rc = open_waiting(dir, err);
    }
    if (rc != SIGNET_OK) {
        signet_newdir_abort(dir);
    }
    return rc;
}

void signet_newdir_enter(struct signet_newdir *dir, int root_fd)
{
    memset(dir, 0, sizeof(*dir));
    dir->path = "";
    dir->place.dir_fd = -1;
    dir->temp_fd = -1;
    dir->root_fd = root_fd;
    dir->at_fd = -1;
    signet_buf_init(&dir->at, SIZE_MAX);
}

void signet_newdir_leave(struct signet_newdir *dir)
{
    signet_fd_close(&dir->at_fd);
    signet_buf_free(&dir->at);
    dir->path = NULL;
}

/* Goes to the folder that name (its len first bytes) is, and makes what is missing on the way. */
static int enter(struct signet_newdir *dir, const char *name, size_t len, struct signet_err *err)
{
    char text[SIGNET_SHOW_MAX];
    int at = open_folder(dir->root_fd, ".");
    signet_buf_reset(&dir->at);
    signet_buf_put(&dir->at, signet_span_of(name, len));
    if (signet_buf_putc(&dir->at, '\0') != SIGNET_OK) {
        signet_fd_close(&at);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a name");
    }
    char *rest = (char *)dir->at.data;
    while (at >= 0 && rest[0] != '\0') {
        size_t component = strcspn(rest, "/");
        char end = rest[component];
        rest[component] = '\0';
        bool there = mkdirat(at, rest, 0755) == 0 || errno == EEXIST;
        int below = there ? open_folder(at, rest) : -1;
        int saved = errno;
        signet_fd_close(&at);
        errno = saved;
        at = below;
        rest[component] = end;
        rest += component + (end != '\0' ? 1 : 0);
    }
    if (at < 0) {
        struct signet_span what = len > 0 ? signet_span_of(name, len) : signet_span_str(dir->path);
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot make",
                              signet_utf8_show(what, text));
    }
    signet_fd_close(&dir->at_fd);
    dir->at_fd = at;
    return SIGNET_OK;
}

int signet_newdir_file(struct signet_newdir *dir, const char *name, int *fd, struct signet_err *err)
{
    const char *slash = strrchr(name, '/');
    size_t folder = slash != NULL ? (size_t)(slash - name) : 0;
    bool there =
        dir->at_fd >= 0 && dir->at.len == folder + 1 && memcmp(dir->at.data, name, folder) == 0;
    int rc = there ? SIGNET_OK : enter(dir, name, folder, err);
    if (rc != SIGNET_OK) {
        dir->at.len = 0;
        signet_fd_close(&dir->at_fd);
        return rc;
    }
    int made = openat(dir->at_fd, slash != NULL ? slash + 1 : name,
                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (made < 0) {
        return cannot_make(name, err);
    }
    *fd = made;
    return SIGNET_OK;
}

/* Removes what is in the folder at, up to its first folder that is not empty: that one's name goes
 * to full, or "" if all is gone. False if something cannot be removed. */
static bool remove_entries(int at, char full[256])
{
    int copy = open_folder(at, ".");
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry = NULL;
    full[0] = '\0';
    if (stream == NULL) {
        signet_fd_close(&copy);
        return false;
    }
    bool removable = true;
    while (removable && full[0] == '\0' && (entry = readdir(stream)) != NULL) {
        bool itself = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!itself && unlinkat(at, entry->d_name, 0) != 0 &&
            unlinkat(at, entry->d_name, AT_REMOVEDIR) != 0) {
            removable = errno == ENOTEMPTY || errno == EEXIST;
            memcpy(full, entry->d_name, strlen(entry->d_name) + 1);
        }
    }
    SIGNET_IGNORE(closedir(stream) != 0); /* only read from */
    return removable;
}

/* Empties the folder behind at, which only its owner can enter, and closes it. Needs one descriptor
 * more, however deep it is. */
static void remove_below(int at)
{
    char name[256];
    size_t depth = 0;
    while (at >= 0 && remove_entries(at, name) && (name[0] != '\0' || depth > 0)) {
        int next = open_folder(at, name[0] != '\0' ? name : "..");
        depth = name[0] != '\0' ? depth + 1 : depth - 1;
        signet_fd_close(&at);
        at = next;
    }
    signet_fd_close(&at);
}

int signet_newdir_commit(struct signet_newdir *dir, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    struct stat st;
    int parent = dir->place.dir_fd;
    int rc = SIGNET_OK;
    if (syncfs(dir->root_fd) != 0) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot write", shown(dir->path, name));
    } else if (renameat2(dir->temp_fd, waiting, parent, dir->place.base, RENAME_NOREPLACE) != 0) {
        /* Without NOREPLACE a file system takes an empty folder for none. */
        bool lacks = errno == EINVAL &&
                     fstatat(parent, dir->place.base, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
                     renameat(dir->temp_fd, waiting, parent, dir->place.base) == 0;
        if (!lacks && (errno == EEXIST || errno == ENOTEMPTY)) {
            rc = exists(dir, err);
        } else if (!lacks) {
            rc = signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot be put in place",
                                shown(dir->path, name));
        }
    }
    if (rc == SIGNET_OK) {
        SIGNET_IGNORE(fsync(parent) != 0); /* some file systems cannot sync a folder */
    }
    signet_newdir_abort(dir);
    return rc;
}

void signet_newdir_abort(struct signet_newdir *dir)
{
    if (dir->path == NULL) {
        return;
    }
    signet_fd_close(&dir->at_fd); /* there may be no other left to remove with */
    signet_fd_close(&dir->root_fd);
    if (dir->temp_fd >= 0) {
        SIGNET_IGNORE(unlinkat(dir->temp_fd, waiting, AT_REMOVEDIR) != 0); /* full, or moved away */
        remove_below(dir->temp_fd);
        dir->temp_fd = -1;
    }
    if (dir->temp[0] != '\0') { /* if that fails there is nothing better to do */
        SIGNET_IGNORE(unlinkat(dir->place.dir_fd, dir->temp, AT_REMOVEDIR) != 0);
    }
    signet_fd_close(&dir->place.dir_fd);
    signet_buf_free(&dir->at);
    dir->path = NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The view of the sandbox: open_tree(2), mount_setattr(2) and move_mount(2) in a mount namespace of
 * its own. Owns what is mounted where; that nobody can undo it is seen to elsewhere.
 */
#define _GNU_SOURCE /* unshare, statx, O_PATH */
#include "gate/view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"
#include "gate/copies.h"
#include "gate/mount.h"

static bool has_option(const char *path, unsigned long option)
{
    struct statvfs system;
    return statvfs(path, &system) == 0 && (system.f_flag & option) != 0;
}

/* Calls each for every line of proc_pid_mountinfo(5), which it may change, until one returns false;
 * whether none did. */
static bool all_mounts(bool (*each)(void *ctx, char *line), void *ctx)
{
    char *line = NULL;
    size_t room = 0;
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    bool all = mounts != NULL;
    while (all && getline(&line, &room, mounts) > 0) {
        all = each(ctx, line);
    }
    all = all && ferror(mounts) == 0;
    free(line);
    return mounts != NULL && fclose(mounts) == 0 && all;
}

struct sought {
    uint64_t id;
    bool found;
};

static bool is_another(void *ctx, char *line)
{
    struct sought *sought = ctx;
    sought->found = strtoull(line, NULL, 10) == sought->id;
    return !sought->found;
}

/* Whether the current folder is of a mount of this namespace. That of a process from another one is
 * not, and what is forbidden here is allowed there. */
static bool is_mounted_here(void)
{
    struct statx folder;
    if (statx(AT_FDCWD, ".", 0, STATX_MNT_ID, &folder) != 0 ||
        (folder.stx_mask & STATX_MNT_ID) == 0) {
        return false;
    }
    struct sought sought = {folder.stx_mnt_id, false};
    return !all_mounts(is_another, &sought) && sought.found;
}

/* What is found by the path of the current folder becomes it. */
static bool turn_current(void)
{
    char path[PATH_MAX];
    struct stat before;
    struct stat now;
    return stat(".", &before) == 0 && getcwd(path, sizeof(path)) != NULL && chdir(path) == 0 &&
           stat(".", &now) == 0 && signet_fd_same(&before, &now) && is_mounted_here();
}

static int forbid_code(struct signet_err *err)
{
    static const struct mount_attr nothing = {
        .attr_set = MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID,
        .propagation = MS_PRIVATE, /* mounts that are made outside do not appear */
    };
    if (unshare(CLONE_NEWNS) != 0 || !signet_mount_set_all("/", &nothing)) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                              "the system refuses to make every mount noexec");
    }
    if (!has_option("/", ST_NOEXEC) || (!is_mounted_here() && !turn_current()) ||
        !has_option(".", ST_NOEXEC)) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "files in the current folder could be executed still: it lies "
                              "outside of all mounts; change to another");
    }
    return SIGNET_OK;
}

/* What a view is made of. */
struct view {
    const struct signet_start *start;
    const struct signet_landlock *rules;
    int copies; /* -1: no image is copied */
};

/* Whether the file itself can be mounted: the program cannot change it. Root could, by another path
 * to it. */
static bool may_clone(const struct signet_start *start, const struct signet_image *image)
{
    bool may_write = start->writable != NULL && start->writable[0] != NULL;
    return image->in_place && (geteuid() != 0 || !may_write);
}

static bool may_clone_all(const struct signet_start *start)
{
    size_t i = 0;
    while (i < start->image_count && may_clone(start, &start->images[i])) {
        i++;
    }
    return i == start->image_count;
}

/* A mount of the image's file alone that is nowhere yet. */
static int clone_image(const struct signet_image *image, int *tree, struct signet_err *err)
{
    struct stat opened;
    struct stat cloned;
    int fd = signet_mount_clone(AT_FDCWD, image->path, 0);
    if (fd < 0) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot be mounted");
    }
    if (fstat(image->fd, &opened) != 0 || fstat(fd, &cloned) != 0 ||
        !signet_fd_same(&opened, &cloned)) {
        signet_fd_close(&fd);
        return signet_err_set(err, SIGNET_E_MISMATCH, "another file than was verified");
    }
    *tree = fd;
    return SIGNET_OK;
}

/* Code only if it could be before: a file system that was mounted noexec outside stays so. */
static int allow_code(int tree, struct signet_err *err)
{
    static const struct mount_attr code = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID,
                                           .attr_clr = MOUNT_ATTR_NOEXEC};
    static const struct mount_attr data = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID};
    return signet_mount_set(tree, &code) || (errno == EPERM && signet_mount_set(tree, &data))
               ? (int)SIGNET_OK
               : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot be mounted read-only");
}

/* Mounts tree at path, and looks whether it is what stands there. */
static int put_in_place(int tree, const char *path, struct signet_err *err)
{
    struct stat mounted;
    struct statx found;
    if (!signet_mount_put(tree, AT_FDCWD, path)) {
        return signet_err_sys(err, SIGNET_E_USAGE, errno, "nothing can be mounted at this path");
    }
    if (fstat(tree, &mounted) != 0 ||
        statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_INO, &found) != 0 ||
        found.stx_ino != mounted.st_ino || (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "the path leads elsewhere now");
    }
    return SIGNET_OK;
}

/* *tree is the image's mount, also after a failure, or -1. */
static int put_image(const struct view *view,
                     const struct signet_image *image,
                     int *tree,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = may_clone(view->start, image) ? clone_image(image, tree, err)
                                           : signet_copies_put(view->copies, image, tree, err);
    if (rc == SIGNET_OK) {
        rc = allow_code(*tree, err);
    }
    if (rc == SIGNET_OK && image->path != NULL) {
        rc = put_in_place(*tree, image->path, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_landlock_allow(view->rules, *tree,
                                   SIGNET_LANDLOCK_READ | SIGNET_LANDLOCK_EXECUTE, err);
    }
    if (rc != SIGNET_OK && image->path != NULL) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(image->path), shown));
    }
    return rc;
}

/* *program as signet_view_make() has it, but set after a failure too. */
static int put_images(const struct view *view, int *program, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < view->start->image_count; i++) {
        int tree = -1;
        rc = put_image(view, &view->start->images[i], &tree, err);
        if (i == view->start->program) {
            *program = tree;
        } else {
            signet_fd_close(&tree);
        }
    }
    return rc;
}

int signet_view_make(const struct signet_start *start,
                     const struct signet_landlock *rules,
                     int *program,
                     struct signet_err *err)
{
    struct view view = {start, rules, -1};
    int executed = -1;
    int rc = forbid_code(err);
    if (rc == SIGNET_OK && !may_clone_all(start)) {
        rc = signet_copies_open(&view.copies, err);
    }
    if (rc == SIGNET_OK) {
        rc = put_images(&view, &executed, err);
    }
    if (view.copies >= 0 && !signet_copies_close(&view.copies) && rc == SIGNET_OK) {
        rc = signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot unmount the copies");
    }
    if (rc == SIGNET_OK) {
        *program = executed;
    } else {
        signet_fd_close(&executed);
    }
    return rc;
}

static unsigned octal(char digit)
{
    return (unsigned char)digit & 7U;
}

/* Turns \ooo of proc_pid_mountinfo(5) into the byte that it stands for. */
static void unescape(char *text)
{
    char *out = text;
    for (; *text != '\0'; text++) {
        bool escaped = text[0] == '\\' && text[1] != '\0' && text[2] != '\0' && text[3] != '\0';
        if (escaped) {
            *out++ = (char)((octal(text[1]) << 6 | octal(text[2]) << 3 | octal(text[3])) & 0xffU);
            text += 3;
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
}

/* What is no longer reached by its path is below another mount, and not reached by the program. */
static bool keep_mount(void *ctx, char *line)
{
    (void)ctx;
    static const struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    char *type = strstr(line, " - ");
    char *path = line;
    for (unsigned field = 0; path != NULL && field < 4; field++) {
        path = strchr(path, ' ');
        path = path != NULL ? path + 1 : NULL;
    }
    if (type == NULL || path == NULL || strncmp(type, " - proc ", 8) != 0) {
        return type != NULL && path != NULL;
    }
    path[strcspn(path, " ")] = '\0';
    unescape(path);
    return signet_mount_set_all(path, &read_only)
               ? has_option(path, ST_RDONLY)
               : errno == ENOENT || errno == EINVAL || errno == EACCES;
}

int signet_view_keep_proc(struct signet_err *err)
{
    return all_mounts(keep_mount, NULL) && has_option("/proc", ST_RDONLY)
               ? (int)SIGNET_OK
               : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                                "the system refuses to make /proc read-only");
}

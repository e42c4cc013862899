/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of verified files in a mount namespace of its own: see signet_gate_show_bundle(). The
 * root directory becomes a tmpfs in which everything that was in the old one is mounted again, and
 * the folder besides: nobody outside can rename what lies there, as they can every folder of a
 * user.
 */
#define _GNU_SOURCE /* unshare, O_PATH */
#include <signet/hold.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/newdir.h"
#include "base/utf8.h"
#include "gate/copies.h"
#include "gate/leases.h"
#include "gate/mount.h"
#include "gate/namespace.h"
#include "verify/extract.h"
#include "verify/verification.h"

enum {
    DATA = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC
};

static const char old_root[] = "signet.old";

/* What is being put together. */
struct showing {
    const struct signet_verification *verification;
    struct signet_artifact *artifact;
    int source;                  /* the bundle, in this mount namespace */
    int root;                    /* the new root directory */
    struct signet_newdir folder; /* of the files */
};

static int refused(const char *what, struct signet_err *err)
{
    return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "the system refuses %s", what);
}

/* Enters the namespaces, where what was mounted outside is mounted too, but by other mounts: what
 * was the current folder leads to the bundle among them. */
static int enter(struct showing *showing, struct signet_err *err)
{
    static const struct mount_attr private = {.propagation = MS_PRIVATE};
    int rc = SIGNET_OK;
    if (fchdir(showing->artifact->fd) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot enter the bundle");
    }
    if (unshare(CLONE_NEWNS) != 0) {
        int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        rc = signet_namespace_enter(proc, err);
        signet_fd_close(&proc);
        /* Whoever runs as the same user could write to copies through /proc until they are mounted
         * read-only. */
        if (rc == SIGNET_OK && (prctl(PR_SET_DUMPABLE, 0L) != 0 || unshare(CLONE_NEWNS) != 0)) {
            rc = refused("a mount namespace", err);
        }
    }
    if (rc == SIGNET_OK && !signet_mount_set_all("/", &private)) {
        rc = refused("private mounts", err);
    }
    if (rc == SIGNET_OK) {
        showing->source = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        rc = showing->source >= 0 ? rc : refused("the bundle", err);
    }
    return rc;
}

/* What others find at the name of the old root directory is found there again. */
static int mount_again(int old, int root, const char *name, struct signet_err *err)
{
    char target[PATH_MAX];
    struct stat st;
    if (fstatat(old, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return SIGNET_OK; /* it is gone */
    }
    if (S_ISLNK(st.st_mode)) {
        ssize_t len = readlinkat(old, name, target, sizeof(target) - 1);
        target[len > 0 ? len : 0] = '\0';
        return len > 0 && symlinkat(target, root, name) == 0 ? (int)SIGNET_OK
                                                             : refused("a link", err);
    }
    int made =
        S_ISDIR(st.st_mode) ? mkdirat(root, name, 0755) : mknodat(root, name, S_IFREG | 0644, 0);
    int mount = made == 0 ? signet_mount_clone(old, name, AT_RECURSIVE) : -1;
    int rc = mount >= 0 && signet_mount_put(mount, root, name) ? (int)SIGNET_OK
                                                               : refused("a mount", err);
    signet_fd_close(&mount);
    return rc;
}

static int mount_all_again(int old, int root, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int copy = openat(old, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry = NULL;
    int rc = SIGNET_OK;
    if (dir == NULL) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot list the root directory");
        signet_fd_close(&copy);
        return rc;
    }
    while (rc == SIGNET_OK && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            rc = mount_again(old, root, entry->d_name, err);
            if (rc != SIGNET_OK) {
                signet_err_prefix(err, "/%s",
                                  signet_utf8_show(signet_span_str(entry->d_name), shown));
            }
        }
    }
    closedir(dir);
    return rc;
}

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A new root directory, with an empty folder for the files: the current folder from now on. */
static int make_root(struct showing *showing, struct signet_err *err)
{
    struct stat st;
    const char *shown = SIGNET_GATE_SHOWN + 1;
    if (lstat(SIGNET_GATE_SHOWN, &st) == 0) {
        return signet_err_set(err, SIGNET_E_EXISTS,
                              "%s: expected nothing there, where the bundle is to be found",
                              SIGNET_GATE_SHOWN);
    }
    showing->root =
        signet_copies_make_files("0755", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    /* Above the root directory, which leaves all paths as they are. */
    if (showing->root < 0 || !signet_mount_put(showing->root, AT_FDCWD, "/") ||
        fchdir(showing->root) != 0) {
        return refused("a tmpfs", err);
    }
    umask(022); /* whoever may read the bundle may */
    int above = mkdirat(showing->root, shown, 0755) == 0 ? open_folder(showing->root, shown) : -1;
    const char *name = showing->artifact->name;
    int folder = above >= 0 && mkdirat(above, name, 0755) == 0 ? open_folder(above, name) : -1;
    int rc = folder >= 0 ? (int)SIGNET_OK
                         : signet_err_sys(err, SIGNET_E_IO, errno, "cannot make a folder");
    signet_fd_close(&above);
    signet_newdir_enter(&showing->folder, folder);
    return rc;
}

/* Mounts the file that was verified by that name, and looks whether it is that. */
static int show_file(struct showing *showing, const char *name, struct signet_err *err)
{
    static const struct mount_attr data = {.attr_set = DATA};
    struct stat st;
    int fd = -1;
    const struct signet_lease_held *held = signet_leases_find(showing->artifact, name);
    if (held == NULL || held->fd < 0) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "it is not held");
    }
    int rc = signet_newdir_file(&showing->folder, name, &fd, err);
    signet_fd_close(&fd);
    if (rc != SIGNET_OK) {
        return rc;
    }
    int mount = signet_mount_clone(showing->source, name, 0);
    if (mount >= 0 &&
        (fstat(mount, &st) != 0 || st.st_dev != held->device || st.st_ino != held->inode)) {
        rc = signet_err_set(err, SIGNET_E_MISMATCH, "another file than was verified");
    } else if (mount < 0 || !signet_mount_set(mount, &data) ||
               !signet_mount_put(mount, showing->folder.root_fd, name)) {
        rc = refused("a mount", err);
    }
    signet_fd_close(&mount);
    return rc;
}

static int show_files(struct showing *showing, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_manifest *manifest = showing->verification->manifest;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < manifest->count; i++) {
        const struct signet_entry *entry = &manifest->entries[i];
        if (signet_extract_wants(showing->verification, entry)) {
            rc = show_file(showing, entry->name, err);
        }
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(entry->name), shown));
        }
    }
    return rc;
}

/* Makes it the root directory, below which what was there before is mounted again. */
static int change_root(const struct showing *showing, struct signet_err *err)
{
    static const struct mount_attr data = {.attr_set = DATA};
    if (mkdirat(showing->root, old_root, 0700) != 0 ||
        syscall(SYS_pivot_root, ".", old_root) != 0 || chdir("/") != 0) {
        return refused("another root directory", err);
    }
    int old = open_folder(showing->root, old_root);
    int rc = old >= 0 ? mount_all_again(old, showing->root, err) : refused("the root", err);
    signet_fd_close(&old);
    if (rc == SIGNET_OK &&
        (!signet_mount_end(old_root) || unlinkat(showing->root, old_root, AT_REMOVEDIR) != 0 ||
         !signet_mount_set(showing->root, &data))) {
        rc = refused("a read-only root directory", err);
    }
    return rc;
}

static int show(struct showing *showing, enum signet_hold hold, struct signet_err *err)
{
    const struct signet_extract_opts opts = {.size = sizeof(opts), .jobs = 1};
    int rc = enter(showing, err);
    if (rc == SIGNET_OK) {
        rc = make_root(showing, err);
    }
    if (rc == SIGNET_OK) {
        rc = hold == SIGNET_HOLD_LEASE
                 ? show_files(showing, err)
                 : signet_extract_into(showing->verification, showing->artifact, &showing->folder,
                                       &opts, err);
    }
    return rc == SIGNET_OK ? change_root(showing, err) : rc;
}

/* The current folder is to be what it was. */
static int go_back(const char *path, const struct stat *before, struct signet_err *err)
{
    struct stat st;
    if (chdir(path) != 0 || stat(".", &st) != 0 || !signet_fd_same(&st, before)) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "the current folder cannot be found by its path; change to another");
    }
    return SIGNET_OK;
}

int signet_gate_show_bundle(const struct signet_verification *verification,
                            struct signet_artifact *artifact,
                            enum signet_hold hold,
                            struct signet_err *err)
{
    char path[PATH_MAX];
    struct stat before;
    struct showing showing = {
        .verification = verification, .artifact = artifact, .source = -1, .root = -1};
    if (artifact->kind != SIGNET_ARTIFACT_BUNDLE ||
        (hold != SIGNET_HOLD_LEASE && hold != SIGNET_HOLD_COPY)) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a bundle, held by leases or copied");
    }
    if (signet_verification_verified(verification) == NULL || verification->manifest == NULL) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED, "only what passed verification is shown");
    }
    mode_t mask = umask(022);
    umask(mask);
    bool known = getcwd(path, sizeof(path)) != NULL && stat(".", &before) == 0;
    int rc = show(&showing, hold, err);
    umask(mask);
    if (rc == SIGNET_OK) {
        rc = known ? go_back(path, &before, err)
                   : signet_err_set(err, SIGNET_E_UNSUPPORTED, "the current folder has no path");
    }
    if (showing.folder.path != NULL) {
        signet_fd_close(&showing.folder.root_fd);
        signet_newdir_leave(&showing.folder);
    }
    signet_fd_close(&showing.source);
    signet_fd_close(&showing.root);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A directory as a tree. One directory is open at a time, found anew from the root's descriptor
 * with no link on the way, so that depth costs neither stack nor descriptors and a directory
 * exchanged for a link leads nowhere. Reads names, never contents.
 */
#define _DEFAULT_SOURCE /* d_type */
#include "artifact/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

struct tree_dir {
    struct signet_tree tree; /* first: the one is the other */
    int root_fd;
    size_t sizes;
    DIR *stream;          /* the directory being read, or NULL */
    struct signet_buf at; /* its name and "/", nothing for the root; then that of the item */
    size_t at_len;        /* bytes of the former */
    const char **pending; /* names of directories to look into; "" is the root */
    size_t pending_count;
    size_t pending_room;
};

static int enter(struct signet_tree *tree, const char *name, struct signet_err *err)
{
    struct tree_dir *dir = (struct tree_dir *)tree;
    if (dir->pending_count == dir->pending_room) {
        size_t room = dir->pending_room + dir->pending_room / 2 + 16;
        const char **grown = realloc(dir->pending, room * sizeof(*grown));
        if (grown == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu directories", room);
        }
        dir->pending = grown;
        dir->pending_room = room;
    }
    dir->pending[dir->pending_count++] = name;
    return SIGNET_OK;
}

static void close_dir(struct signet_tree *tree)
{
    struct tree_dir *dir = (struct tree_dir *)tree;
    if (dir->stream != NULL) {
        SIGNET_IGNORE(closedir(dir->stream) != 0); /* only read from */
    }
    signet_buf_free(&dir->at);
    free(dir->pending);
    free(dir);
}

int signet_tree_open_beneath(int root_fd, const char *name, int *fd, struct signet_err *err)
{
    int rc = SIGNET_OK;
    int at = root_fd;
    const char *rest = name;
    /* One system call takes a name shorter than PATH_MAX: what is longer goes in pieces. */
    while (rc == SIGNET_OK && strlen(rest) >= PATH_MAX) {
        char piece[PATH_MAX];
        int next = -1;
        size_t len = PATH_MAX - 1;
        while (len > 0 && rest[len] != '/') {
            len--;
        }
        if (len == 0) {
            break; /* one endless component, which the system refuses */
        }
        memcpy(piece, rest, len);
        piece[len] = '\0';
        rest += len + 1;
        rc = signet_fd_open_beneath(at, piece, &next, err);
        if (at != root_fd) {
            signet_fd_close(&at);
        }
        at = next;
    }
    if (rc == SIGNET_OK) {
        rc = signet_fd_open_beneath(at, rest, fd, err);
    }
    if (at != root_fd) {
        signet_fd_close(&at);
    }
    return rc;
}

/* The root has no name here: whoever asked for it puts one in front. */
static int cannot_list(struct signet_span name, int sys_errno, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return name.len == 0 ? signet_err_sys(err, SIGNET_E_IO, sys_errno, "cannot list")
                         : signet_err_sys(err, SIGNET_E_IO, sys_errno, "%s: cannot list",
                                          signet_utf8_show(name, shown));
}

static int begin_directory(struct tree_dir *dir, const char *name, struct signet_err *err)
{
    int fd = -1;
    if (name[0] == '\0') {
        fd = openat(dir->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            return cannot_list(signet_span_str(name), errno, err);
        }
    } else {
        int rc = signet_tree_open_beneath(dir->root_fd, name, &fd, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    dir->stream = fdopendir(fd);
    if (dir->stream == NULL) {
        int saved = errno;
        signet_fd_close(&fd);
        return cannot_list(signet_span_str(name), saved, err);
    }
    signet_buf_reset(&dir->at);
    signet_buf_puts(&dir->at, name);
    if (name[0] != '\0') {
        signet_buf_putc(&dir->at, '/');
    }
    dir->at_len = dir->at.len;
    return dir->at.status == SIGNET_OK
               ? SIGNET_OK
               : signet_err_set(err, dir->at.status, "out of memory for a name");
}

/* The next entry of the directory being read but "." and ".."; *entry is NULL at its end. */
static int read_entry(struct tree_dir *dir, const struct dirent **entry, struct signet_err *err)
{
    do {
        errno = 0;
        *entry = readdir(dir->stream);
        if (*entry == NULL && errno != 0) {
            size_t slash = dir->at_len > 0 ? 1 : 0;
            return cannot_list(signet_span_of(dir->at.data, dir->at_len - slash), errno, err);
        }
    } while (*entry != NULL &&
             (strcmp((*entry)->d_name, ".") == 0 || strcmp((*entry)->d_name, "..") == 0));
    return SIGNET_OK;
}

static int describe(struct tree_dir *dir,
                    const struct dirent *entry,
                    struct signet_tree_item *item,
                    struct signet_err *err)
{
    dir->at.len = dir->at_len;
    if (signet_buf_puts(&dir->at, entry->d_name) != SIGNET_OK) {
        return signet_err_set(err, dir->at.status, "out of memory for a name");
    }
    item->name = signet_buf_span(&dir->at);
    item->mode = DTTOIF((unsigned)entry->d_type);
    item->size = 0;
    if (entry->d_type == DT_UNKNOWN || (dir->sizes > 0 && entry->d_type == DT_REG)) {
        struct stat st;
        char shown[SIGNET_SHOW_MAX];
        if (fstatat(dirfd(dir->stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot stat",
                                  signet_utf8_show(item->name, shown));
        }
        item->mode = st.st_mode & (unsigned)S_IFMT;
        if (dir->sizes > 0 && S_ISREG(st.st_mode)) {
            item->size = (uint64_t)st.st_size;
            dir->sizes--;
        }
    }
    return SIGNET_OK;
}

static int next(struct signet_tree *tree, struct signet_tree_item *item, struct signet_err *err)
{
    struct tree_dir *dir = (struct tree_dir *)tree;
    memset(item, 0, sizeof(*item));
    for (;;) {
        const struct dirent *entry = NULL;
        int rc = SIGNET_OK;
        if (dir->stream == NULL && dir->pending_count > 0) {
            rc = begin_directory(dir, dir->pending[--dir->pending_count], err);
        }
        if (dir->stream == NULL) {
            return rc; /* nothing is left, or it cannot be opened */
        }
        if (rc == SIGNET_OK) {
            rc = read_entry(dir, &entry, err);
        }
        if (rc != SIGNET_OK) {
            return rc;
        }
        if (entry != NULL) {
            return describe(dir, entry, item, err);
        }
        SIGNET_IGNORE(closedir(dir->stream) != 0); /* only read from */
        dir->stream = NULL;
    }
}

int signet_tree_open_dir(int root_fd,
                         size_t sizes,
                         struct signet_tree **tree,
                         struct signet_err *err)
{
    static const struct signet_tree_ops ops = {next, enter, close_dir};
    struct tree_dir *dir = calloc(1, sizeof(*dir));
    if (dir == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a tree");
    }
    dir->tree.ops = &ops;
    dir->root_fd = root_fd;
    dir->sizes = sizes;
    signet_buf_init(&dir->at, SIZE_MAX);
    int rc = enter(&dir->tree, "", err);
    if (rc != SIGNET_OK) {
        close_dir(&dir->tree);
        return rc;
    }
    *tree = &dir->tree;
    return SIGNET_OK;
}

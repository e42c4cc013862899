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

struct signet_tree {
    int root_fd;
    size_t sizes;
    DIR *dir;             /* the directory being read, or NULL */
    struct signet_buf at; /* its name and "/", nothing for the root; then that of the item */
    size_t at_len;        /* bytes of the former */
    const char **pending; /* names of directories to look into; "" is the root */
    size_t pending_count;
    size_t pending_room;
};

int signet_tree_enter(struct signet_tree *tree, const char *name, struct signet_err *err)
{
    if (tree->pending_count == tree->pending_room) {
        size_t room = tree->pending_room + tree->pending_room / 2 + 16;
        const char **grown = realloc(tree->pending, room * sizeof(*grown));
        if (grown == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu directories", room);
        }
        tree->pending = grown;
        tree->pending_room = room;
    }
    tree->pending[tree->pending_count++] = name;
    return SIGNET_OK;
}

int signet_tree_open_dir(int root_fd,
                         size_t sizes,
                         struct signet_tree **tree,
                         struct signet_err *err)
{
    struct signet_tree *opened = calloc(1, sizeof(*opened));
    if (opened == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a tree");
    }
    opened->root_fd = root_fd;
    opened->sizes = sizes;
    signet_buf_init(&opened->at, SIZE_MAX);
    int rc = signet_tree_enter(opened, "", err);
    if (rc != SIGNET_OK) {
        signet_tree_close(opened);
        return rc;
    }
    *tree = opened;
    return SIGNET_OK;
}

void signet_tree_close(struct signet_tree *tree)
{
    if (tree == NULL) {
        return;
    }
    if (tree->dir != NULL) {
        SIGNET_IGNORE(closedir(tree->dir) != 0); /* only read from */
    }
    signet_buf_free(&tree->at);
    free(tree->pending);
    free(tree);
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

static int begin_directory(struct signet_tree *tree, const char *name, struct signet_err *err)
{
    int fd = -1;
    if (name[0] == '\0') {
        fd = openat(tree->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            return cannot_list(signet_span_str(name), errno, err);
        }
    } else {
        int rc = signet_tree_open_beneath(tree->root_fd, name, &fd, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    tree->dir = fdopendir(fd);
    if (tree->dir == NULL) {
        int saved = errno;
        signet_fd_close(&fd);
        return cannot_list(signet_span_str(name), saved, err);
    }
    signet_buf_reset(&tree->at);
    signet_buf_puts(&tree->at, name);
    if (name[0] != '\0') {
        signet_buf_putc(&tree->at, '/');
    }
    tree->at_len = tree->at.len;
    return tree->at.status == SIGNET_OK
               ? SIGNET_OK
               : signet_err_set(err, tree->at.status, "out of memory for a name");
}

/* The next entry of the directory being read but "." and ".."; *entry is NULL at its end. */
static int read_entry(struct signet_tree *tree, const struct dirent **entry, struct signet_err *err)
{
    do {
        errno = 0;
        *entry = readdir(tree->dir);
        if (*entry == NULL && errno != 0) {
            size_t slash = tree->at_len > 0 ? 1 : 0;
            return cannot_list(signet_span_of(tree->at.data, tree->at_len - slash), errno, err);
        }
    } while (*entry != NULL &&
             (strcmp((*entry)->d_name, ".") == 0 || strcmp((*entry)->d_name, "..") == 0));
    return SIGNET_OK;
}

static int describe(struct signet_tree *tree,
                    const struct dirent *entry,
                    struct signet_tree_item *item,
                    struct signet_err *err)
{
    tree->at.len = tree->at_len;
    if (signet_buf_puts(&tree->at, entry->d_name) != SIGNET_OK) {
        return signet_err_set(err, tree->at.status, "out of memory for a name");
    }
    item->name = signet_buf_span(&tree->at);
    item->mode = DTTOIF((unsigned)entry->d_type);
    item->size = 0;
    if (entry->d_type == DT_UNKNOWN || (tree->sizes > 0 && entry->d_type == DT_REG)) {
        struct stat st;
        char shown[SIGNET_SHOW_MAX];
        if (fstatat(dirfd(tree->dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot stat",
                                  signet_utf8_show(item->name, shown));
        }
        item->mode = st.st_mode & (unsigned)S_IFMT;
        if (tree->sizes > 0 && S_ISREG(st.st_mode)) {
            item->size = (uint64_t)st.st_size;
            tree->sizes--;
        }
    }
    return SIGNET_OK;
}

int signet_tree_next(struct signet_tree *tree,
                     struct signet_tree_item *item,
                     struct signet_err *err)
{
    memset(item, 0, sizeof(*item));
    for (;;) {
        const struct dirent *entry = NULL;
        int rc = SIGNET_OK;
        if (tree->dir == NULL && tree->pending_count > 0) {
            rc = begin_directory(tree, tree->pending[--tree->pending_count], err);
        }
        if (tree->dir == NULL) {
            return rc; /* nothing is left, or it cannot be opened */
        }
        if (rc == SIGNET_OK) {
            rc = read_entry(tree, &entry, err);
        }
        if (rc != SIGNET_OK) {
            return rc;
        }
        if (entry != NULL) {
            return describe(tree, entry, item, err);
        }
        SIGNET_IGNORE(closedir(tree->dir) != 0); /* only read from */
        tree->dir = NULL;
    }
}

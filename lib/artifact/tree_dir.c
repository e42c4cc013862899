/* SPDX-License-Identifier: Apache-2.0
 *
 * A directory as a tree, in the byte order of names. One directory is open at a time, found anew
 * from the root's descriptor with no link on the way, so that depth costs neither stack nor
 * descriptors and a directory exchanged for a link leads nowhere. Reads names, never contents.
 */
#include "artifact/tree.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/folder.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"

/* A directory that is being gone through. */
struct level {
    struct signet_folder folder;
    size_t at;       /* the next of its items */
    size_t name_len; /* bytes of its name with its "/", 0 for the root */
};

struct tree_dir {
    struct signet_tree tree; /* first: the one is the other */
    int root_fd;
    size_t sizes;           /* that may still be asked for */
    struct signet_buf name; /* of the last item */
    struct level *levels;   /* the root first, each within the one before it */
    size_t count;
    size_t room;
};

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

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a tree");
}

/* What lies in the directory that was given last comes next, and then what comes after it. */
static int enter(struct signet_tree *tree, struct signet_err *err)
{
    struct tree_dir *dir = (struct tree_dir *)tree;
    if (dir->count == dir->room) {
        struct level *grown = signet_grow(dir->levels, &dir->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        dir->levels = grown;
    }
    struct level *level = &dir->levels[dir->count];
    if (signet_buf_putc(&dir->name, '\0') != SIGNET_OK) {
        return no_memory(err);
    }
    dir->name.len--;
    int rc = signet_folder_read(dir->root_fd, (const char *)dir->name.data, &dir->sizes,
                                &level->folder, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (dir->name.len > 0) {
        signet_buf_putc(&dir->name, '/'); /* in the room of the NUL */
    }
    level->at = 0;
    level->name_len = dir->name.len;
    dir->count++;
    return SIGNET_OK;
}

static void close_dir(struct signet_tree *tree)
{
    struct tree_dir *dir = (struct tree_dir *)tree;
    while (dir->count > 0) {
        signet_folder_free(&dir->levels[--dir->count].folder);
    }
    signet_buf_free(&dir->name);
    free(dir->levels);
    free(dir);
}

static int next(struct signet_tree *tree, struct signet_tree_item *item, struct signet_err *err)
{
    struct tree_dir *dir = (struct tree_dir *)tree;
    memset(item, 0, sizeof(*item));
    while (dir->count > 0) {
        struct level *level = &dir->levels[dir->count - 1];
        if (level->at == level->folder.count) {
            signet_folder_free(&level->folder);
            dir->count--;
            continue;
        }
        const struct signet_folder_item *found = &level->folder.items[level->at++];
        dir->name.len = level->name_len;
        if (signet_buf_puts(&dir->name, found->name) != SIGNET_OK) {
            return no_memory(err);
        }
        item->name = signet_buf_span(&dir->name);
        item->mode = found->mode;
        item->size = found->size;
        return SIGNET_OK;
    }
    return SIGNET_OK;
}

int signet_tree_open_dir(int root_fd,
                         size_t sizes,
                         struct signet_tree **tree,
                         struct signet_err *err)
{
    static const struct signet_tree_ops ops = {next, enter, close_dir};
    struct tree_dir *dir = calloc(1, sizeof(*dir));
    if (dir == NULL) {
        return no_memory(err);
    }
    dir->tree.ops = &ops;
    dir->root_fd = root_fd;
    dir->sizes = sizes;
    signet_buf_init(&dir->name, SIZE_MAX);
    int rc = enter(&dir->tree, err);
    if (rc != SIGNET_OK) {
        close_dir(&dir->tree);
        return rc;
    }
    *tree = &dir->tree;
    return SIGNET_OK;
}

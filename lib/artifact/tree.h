/* SPDX-License-Identifier: Apache-2.0
 *
 * What a bundle is made of, one item after another, in any order. A tree names what it finds and
 * judges nothing: name rules, limits and refusals are those of the one who lists it.
 */
#ifndef SIGNET_ARTIFACT_TREE_H
#define SIGNET_ARTIFACT_TREE_H

#include <signet/err.h>
#include <signet/span.h>
#include <stdbool.h>

/** One thing in a tree. */
struct signet_tree_item {
    struct signet_span name; /* relative, "/"-separated; unchecked; valid until the next call */
    unsigned mode;           /* the S_IFMT bits of st_mode; links are not followed */
    uint64_t size;           /* bytes of a regular file, if it was asked for its size; else 0 */
};

/** A tree being read; one thread at a time. */
struct signet_tree {
    const struct signet_tree_ops *ops;
};

/** What makes a tree of something; const and static. */
struct signet_tree_ops {
    int (*next)(struct signet_tree *tree, struct signet_tree_item *item, struct signet_err *err);
    /* NULL: all that is below a directory is given anyway */
    int (*enter)(struct signet_tree *tree, struct signet_err *err);
    void (*close)(struct signet_tree *tree);
};

/**
 * Starts reading the tree below directory root_fd (borrowed until close), which comes in the byte
 * order of names. The first so many regular files are asked for their sizes, which costs a system
 * call each. *tree is owned (free with signet_tree_close()) and set on success only. Returns
 * SIGNET_OK, SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int
signet_tree_open_dir(int root_fd, size_t sizes, struct signet_tree **tree, struct signet_err *err);

/**
 * A tree of names, a NULL-terminated list (borrowed until close): what lies at each of them below
 * root_fd (borrowed until close), in the order of the list and with its size. A name where nothing
 * lies is passed over. No directory is listed and no file opened. *tree is owned (free with
 * signet_tree_close()) and set on success only. Returns SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_tree_open_names(int root_fd,
                                            const char *const *names,
                                            struct signet_tree **tree,
                                            struct signet_err *err);

/**
 * Gives the next item; an empty name means that there is none. Directories are given, and looked
 * into only after signet_tree_enter(). Returns SIGNET_OK, SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD static inline int
signet_tree_next(struct signet_tree *tree, struct signet_tree_item *item, struct signet_err *err)
{
    return tree->ops->next(tree, item, err);
}

/** Has the directory that was given last looked into: what lies in it comes next. Returns
 * SIGNET_OK, SIGNET_E_IO, SIGNET_E_FORBIDDEN (it became a link) or SIGNET_E_NOMEM. */
SIGNET_NODISCARD static inline int signet_tree_enter(struct signet_tree *tree,
                                                     struct signet_err *err)
{
    return tree->ops->enter != NULL ? tree->ops->enter(tree, err) : (int)SIGNET_OK;
}

/** Releases the tree, which may be NULL. */
static inline void signet_tree_close(struct signet_tree *tree)
{
    if (tree != NULL) {
        tree->ops->close(tree);
    }
}

/** As signet_fd_open_beneath(), for names of any length. */
SIGNET_NODISCARD int
signet_tree_open_beneath(int root_fd, const char *name, int *fd, struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Known names of a directory as a tree, so that a few entries of a large bundle can be measured
 * without a look at the others. Looks at each name where it would lie, with no link on the way;
 * lists nothing and opens nothing but the folders that lead there.
 */
#include <signet/artifact.h>
#include <stdlib.h>

#include "artifact/opener.h"
#include "artifact/tree.h"
#include "base/err.h"

struct tree_names {
    struct signet_tree tree; /* first: the one is the other */
    struct signet_opener opener;
    const char *const *next;
};

/* Names that cannot stand in a bundle are not even looked for. */
static int next(struct signet_tree *tree, struct signet_tree_item *item, struct signet_err *err)
{
    struct tree_names *names = (struct tree_names *)tree;
    bool found = false;
    int rc = SIGNET_OK;
    memset(item, 0, sizeof(*item));
    while (rc == SIGNET_OK && !found && *names->next != NULL) {
        struct stat st;
        const char *name = *names->next++;
        rc = signet_path_check(signet_span_str(name), UINT64_MAX, err);
        if (rc == SIGNET_OK) {
            rc = signet_opener_look(&names->opener, name, &st, &found, err);
        }
        if (rc == SIGNET_OK && found) {
            item->name = signet_span_str(name);
            item->mode = st.st_mode & (unsigned)S_IFMT;
            item->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
        }
    }
    return rc;
}

static void close_names(struct signet_tree *tree)
{
    struct tree_names *names = (struct tree_names *)tree;
    signet_opener_clear(&names->opener);
    free(names);
}

int signet_tree_open_names(int root_fd,
                           const char *const *names,
                           struct signet_tree **tree,
                           struct signet_err *err)
{
    static const struct signet_tree_ops ops = {next, NULL, close_names};
    struct tree_names *opened = calloc(1, sizeof(*opened));
    if (opened == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a tree");
    }
    opened->tree.ops = &ops;
    opened->next = names;
    signet_opener_init(&opened->opener, root_fd, NULL);
    *tree = &opened->tree;
    return SIGNET_OK;
}

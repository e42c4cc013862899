/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges every item of a tree: what is left out, what is listed, what is refused. Owns these rules
 * for whatever yields a tree; reads nothing itself.
 */
#include "artifact/list.h"

#include <sys/stat.h>

#include "artifact/manifest.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

static int refuse_kind(const struct signet_tree_item *item, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *advice =
        S_ISLNK(item->mode) ? "; an archive of the directory can be signed, links included" : "";
    return signet_err_set(err, SIGNET_E_FORBIDDEN,
                          "%s: expected a regular file or a directory, found a %s%s",
                          signet_utf8_show(item->name, shown), signet_fd_kind(item->mode), advice);
}

static bool listed(const char *const *names, struct signet_span name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (signet_span_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

static int take(struct signet_tree *tree,
                const struct signet_tree_item *item,
                const struct signet_list_rules *rules,
                struct signet_manifest *manifest,
                struct signet_err *err)
{
    const struct signet_limits *limits = rules->limits;
    int rc = signet_path_check(item->name, limits->path, err);
    if (rc == SIGNET_OK && !S_ISREG(item->mode) && listed(rules->files_only, item->name)) {
        return refuse_kind(item, err);
    }
    if (rc != SIGNET_OK || signet_ignore_match(rules->ignore, item->name)) {
        return rc;
    }
    if (S_ISREG(item->mode)) {
        return signet_manifest_add_file(manifest, item->name, item->size, limits->entries, err);
    }
    if (S_ISDIR(item->mode)) {
        rc = signet_manifest_add_folder(manifest, item->name, limits->entries, err);
        return rc == SIGNET_OK ? signet_tree_enter(tree, err) : rc;
    }
    return refuse_kind(item, err);
}

int signet_list(struct signet_tree *tree,
                const struct signet_list_rules *rules,
                struct signet_manifest *manifest,
                struct signet_err *err)
{
    struct signet_tree_item item;
    int rc = SIGNET_OK;
    do {
        if (rules->stop != NULL && rules->stop(rules->stop_ctx)) {
            return signet_err_set(err, SIGNET_E_UNVERIFIED, "stopped before all was read");
        }
        rc = signet_tree_next(tree, &item, err);
        if (rc == SIGNET_OK && item.name.len > 0) {
            rc = take(tree, &item, rules, manifest, err);
        }
    } while (rc == SIGNET_OK && item.name.len > 0);
    if (rc == SIGNET_OK) {
        rc = signet_manifest_add_ignored(manifest, rules->ignore, err);
    }
    if (rc == SIGNET_OK && manifest->count == 0 && !rules->may_be_empty) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "a bundle needs at least one file, found %s",
                              manifest->ignored_count > 0 ? "ignored ones only" : "none");
    }
    return rc == SIGNET_OK ? signet_manifest_settle(manifest, err) : rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * From a tree to the names in a manifest.
 */
#ifndef SIGNET_ARTIFACT_LIST_H
#define SIGNET_ARTIFACT_LIST_H

#include <signet/artifact.h>

#include "artifact/ignore.h"
#include "artifact/tree.h"

/** What is left out and what is refused. */
struct signet_list_rules {
    const struct signet_limits *limits;
    struct signet_ignore *ignore;  /* notes what was met */
    const char *const *files_only; /* of the ignored paths; NULL-terminated, may be NULL */
    bool may_be_empty;
    bool (*stop)(void *ctx); /* asked before each item: true ends the listing; may be NULL */
    void *stop_ctx;
};

/**
 * Adds the tree's regular files to a begun manifest, settles it, and records which ignored paths
 * were met. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (a name, a link, a special file, nothing to
 * sign), SIGNET_E_LIMIT, SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_UNVERIFIED (stop said so).
 */
SIGNET_NODISCARD int signet_list(struct signet_tree *tree,
                                 const struct signet_list_rules *rules,
                                 struct signet_manifest *manifest,
                                 struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The paths of a bundle that a caller leaves out: exact relative paths and all below them.
 */
#ifndef SIGNET_ARTIFACT_IGNORE_H
#define SIGNET_ARTIFACT_IGNORE_H

#include <signet/err.h>
#include <signet/span.h>
#include <stdbool.h>

/** Zero-initialised ignores nothing. */
struct signet_ignore {
    const char **paths; /* borrowed strings, sorted as bytes, each once */
    bool *met;          /* for each path, whether a name matched it */
    size_t count;
};

/**
 * Takes a NULL-terminated list of paths (borrowed), or NULL for none.
 * Returns SIGNET_OK, SIGNET_E_USAGE (a path that signet_path_check() refuses) or SIGNET_E_NOMEM;
 * ignore is empty on failure.
 */
SIGNET_NODISCARD int
signet_ignore_init(struct signet_ignore *ignore, const char *const *list, struct signet_err *err);

/** Whether name is one of the paths or below one; notes which. */
bool signet_ignore_match(struct signet_ignore *ignore, struct signet_span name);

/** Releases what ignore holds and empties it. */
void signet_ignore_free(struct signet_ignore *ignore);

#endif

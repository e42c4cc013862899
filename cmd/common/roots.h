/* SPDX-License-Identifier: Apache-2.0
 *
 * The trust roots that --root names: a file, or a folder of N.root.json. Owns the names in such a
 * folder; judges no root.
 */
#ifndef SIGNET_COMMON_ROOTS_H
#define SIGNET_COMMON_ROOTS_H

#include <signet/trust.h>

#include "common/tool.h"

/** Roots in the order of their versions. Zero-initialised is none; free with signet_roots_free().
 */
struct signet_roots {
    struct signet_trust_file *files; /* with their texts */
    size_t count;
    char **paths; /* owned: what the files are called */
    char *folder; /* owned: the path without links of the folder; NULL: path was a file */
};

/**
 * Reads the root at path, or, if that is a folder, all N.root.json in it, of which N is the version
 * in decimal; other names in it mean nothing, unless they end in ".root.json". All files together
 * have at most limits.envelope bytes. *roots is to be freed whatever is returned. Returns
 * SIGNET_OK; SIGNET_E_IO; SIGNET_E_FORBIDDEN (a part of the folder's path is a link);
 * SIGNET_E_MALFORMED (a name that ends so and is none; no root);
 * SIGNET_E_LIMIT (bytes, or more roots than a chain may have) or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_roots_read(const struct signet_tool *tool,
                                       const char *path,
                                       struct signet_roots *roots,
                                       struct signet_err *err);

/** Releases what roots holds and empties it. */
void signet_roots_free(struct signet_roots *roots);

#endif

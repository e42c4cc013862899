/* SPDX-License-Identifier: Apache-2.0
 *
 * What a tool leaves out of a directory: the values of --ignore, and the four git names.
 */
#ifndef SIGNET_COMMON_IGNORES_H
#define SIGNET_COMMON_IGNORES_H

#include <signet/artifact.h>

#include "common/tool.h"

/** A list of ignore paths. Zero-initialised is empty; free with signet_ignores_free(). */
struct signet_ignores {
    char **paths; /* for signet_measure_opts.ignore; ends with NULL */
    size_t given; /* the first ones are those of the command line */
};

/** Collects the values of the repeated option id, without trailing slashes (completion in a shell
 *  puts them there), and signet_artifact_git_names(). Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_ignores_collect(struct signet_ignores *ignores,
                                            const struct signet_tool *tool,
                                            int id,
                                            struct signet_err *err);

/** Whether a name in the directory is one of the paths or below one. */
bool signet_ignores_cover(const struct signet_ignores *ignores, const char *name);

/**
 * Says on stderr what a manifest does not cover: ignored paths, folders without files, names given
 * to --ignore that are not there, names that differ in case only.
 */
void signet_ignores_tell(const struct signet_ignores *ignores,
                         struct signet_tool *tool,
                         const struct signet_manifest *manifest);

/** Releases what ignores holds. */
void signet_ignores_free(struct signet_ignores *ignores);

#endif

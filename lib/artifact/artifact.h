/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of an opened artifact, for those who measure it. The public half is
 * <signet/artifact.h>.
 */
#ifndef SIGNET_ARTIFACT_ARTIFACT_H
#define SIGNET_ARTIFACT_ARTIFACT_H

#include <signet/artifact.h>

struct signet_artifact {
    int fd; /* the file, or the root of the bundle */
    enum signet_artifact_kind kind;
    char *path; /* as the user gave it: for messages only */
    char *name;
};

#endif

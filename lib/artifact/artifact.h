/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of an opened artifact, for those who measure it. The public half is
 * <signet/artifact.h>.
 */
#ifndef SIGNET_ARTIFACT_ARTIFACT_H
#define SIGNET_ARTIFACT_ARTIFACT_H

#include <signet/artifact.h>
#include <sys/stat.h>

/** Contents are read through fd alone. Where it stands, and what else stands there, is asked of the
 *  place: whoever hands on a private copy puts that into fd, and what was opened into place_fd. */
struct signet_artifact {
    int fd;           /* the file, or the root of the bundle */
    int place_fd;     /* what was opened, if fd is a copy of it; else -1 */
    struct stat held; /* of fd, when it was taken hold of: see <signet/hold.h> */
    enum signet_artifact_kind kind;
    char *path; /* as the user gave it: for messages only */
    char *name;
};

/** The descriptor of what stands at the path. */
int signet_artifact_place(const struct signet_artifact *artifact);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of an opened artifact, for those who measure it. The public half is
 * <signet/artifact.h>.
 */
#ifndef SIGNET_ARTIFACT_ARTIFACT_H
#define SIGNET_ARTIFACT_ARTIFACT_H

#include <signet/artifact.h>
#include <sys/stat.h>

/** Who is told of each file of a bundle that is opened to be digested. */
struct signet_artifact_watch {
    void *ctx;
    /* Before a byte of it is read, and before it is known to be a regular file. Called by several
     * threads at once, and for large files, pieces and repeated measuring more than once for one
     * name. Returns SIGNET_OK, or what ends the measuring. NULL: nobody is told. */
    int (*opened)(void *ctx, const char *name, int fd, struct signet_err *err);
    void (*release)(void *ctx); /* with the artifact */
};

/** Contents are read through fd alone. Where it stands, and what else stands there, is asked of the
 *  place: whoever hands on a private copy puts that into fd, and what was opened into place_fd. */
struct signet_artifact {
    int fd;           /* the file, or the root of the bundle */
    int place_fd;     /* what was opened, if fd is a copy of it; else -1 */
    struct stat held; /* of fd, when it was taken hold of: see <signet/hold.h>, */
    int hold;         /* and by which enum signet_hold */
    enum signet_artifact_kind kind;
    char *path; /* as the user gave it: for messages only */
    char *name;
    struct signet_artifact_watch watch; /* of a bundle */
};

/** The descriptor of what stands at the path. */
int signet_artifact_place(const struct signet_artifact *artifact);

#endif

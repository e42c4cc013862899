/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether all that was found out about an artifact was found out about the same contents: each
 * statement may have it read again, and who can write there could show each another one.
 */
#ifndef SIGNET_VERIFY_STEADY_H
#define SIGNET_VERIFY_STEADY_H

#include <sys/stat.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"

/** An artifact in the course of one verification. Zero-initialised: nothing is known of it. */
struct signet_steady {
    struct stat opened; /* a file before anything of it was read */
    bool watched;
};

/** Notes an artifact before it is read. Returns SIGNET_OK or SIGNET_E_IO. */
SIGNET_NODISCARD int signet_steady_start(struct signet_steady *steady,
                                         const struct signet_artifact *artifact,
                                         struct signet_err *err);

/** Requires a bundle that was measured twice, with different names left out perhaps, to have been
 *  the same both times: what only one of them has, the other one left out, and all else has one
 *  size and, unless they were measured in different pieces, one digest. Of no bundle nothing is
 *  required, nor of an archive read by different names. Returns SIGNET_OK or SIGNET_E_IO. */
SIGNET_NODISCARD int signet_steady_compare(const struct signet_manifest *before,
                                           const struct signet_manifest *manifest,
                                           struct signet_err *err);

/** Requires a file not to have changed since it was noted. Returns SIGNET_OK or SIGNET_E_IO. */
SIGNET_NODISCARD int signet_steady_check(const struct signet_steady *steady,
                                         const struct signet_artifact *artifact,
                                         struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing out what was verified, so that what is used is what was verified.
 */
#ifndef SIGNET_EXTRACT_H
#define SIGNET_EXTRACT_H

#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** How to extract. Zero-initialise, then set size and what differs. Everything is borrowed. */
struct signet_extract_opts {
    size_t size;                        /* sizeof(struct signet_extract_opts) */
    const struct signet_limits *limits; /* NULL means the defaults */
    size_t jobs; /* threads that read and digest; 0 means one for each processor */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;
};

/**
 * Writes the entries that a verification vouches for to a new folder at path: all that was verified
 * and signed, of a partial one what was chosen, of a file that file under its name. artifact, which
 * was verified, is read once more, and its bytes are digested on their way. The folder appears
 * whole, once every digest was found to be the verified one, or not at all; a process that is
 * killed leaves a hidden folder beside it. Files have mode 0644 and folders 0755, less the umask;
 * nothing else of them is restored.
 *
 * Returns SIGNET_OK, SIGNET_E_UNVERIFIED (verification did not pass), SIGNET_E_EXISTS (path does),
 * SIGNET_E_MISMATCH (artifact changed since), SIGNET_E_IO, SIGNET_E_USAGE (opts->size; path has no
 * name of its own), SIGNET_E_NOMEM, SIGNET_E_INTERNAL, or what signet_artifact_measure() returns.
 */
SIGNET_API SIGNET_NODISCARD int signet_extract(const struct signet_verification *verification,
                                               struct signet_artifact *artifact,
                                               const char *path,
                                               const struct signet_extract_opts *opts,
                                               struct signet_err *err);

SIGNET_END_DECLS

#endif

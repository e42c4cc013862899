/* SPDX-License-Identifier: Apache-2.0
 *
 * What the signature files of a bundle will demand, guessed before they are read.
 */
#ifndef SIGNET_VERIFY_GUESS_H
#define SIGNET_VERIFY_GUESS_H

#include "verify/content.h"

/** Bytes of signature files from which on guessing is worth a thread. */
#define SIGNET_GUESS_FROM ((uint64_t)1 << 16)

/**
 * Starts to measure a bundle, as content->ahead, if that can go on beside the reading of its
 * signature files; whoever compares uses it if it was by the rules that they demand. Names go to
 * storage; it, artifact, and what opts hold, are borrowed until signet_guess_end(). Returns
 * SIGNET_OK or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_guess_start(struct signet_content *content,
                                        struct signet_artifact *artifact,
                                        const struct signet_manifest *measured,
                                        const struct signet_verify_opts *opts,
                                        struct signet_arena *storage,
                                        struct signet_err *err);

/** Ends what was started, unless it was used. */
void signet_guess_end(struct signet_content *content);

#endif

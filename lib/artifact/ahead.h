/* SPDX-License-Identifier: Apache-2.0
 *
 * Listing a bundle on a thread of its own, while whoever will measure it is still finding out how:
 * a guess, which is used if it was right and costs nothing but work if it was not.
 */
#ifndef SIGNET_ARTIFACT_AHEAD_H
#define SIGNET_ARTIFACT_AHEAD_H

#include <signet/artifact.h>

#include "artifact/ignore.h"

/** A bundle being listed. */
struct signet_ahead;

/**
 * Starts to list a bundle as signet_artifact_measure() would with these opts. artifact, and what
 * opts point to, are borrowed until signet_ahead_free(). *ahead is owned and set on success only.
 * Returns SIGNET_OK, SIGNET_E_USAGE (an ignore path that is no relative path) or SIGNET_E_NOMEM
 * (for a thread too).
 */
SIGNET_NODISCARD int signet_ahead_start(const struct signet_artifact *artifact,
                                        const struct signet_measure_opts *opts,
                                        struct signet_ahead **ahead,
                                        struct signet_err *err);

/**
 * Waits for the listing, and gives it in place of the empty manifest that was begun if it was by
 * the rules of opts and ignore, and all went well. It is given once.
 */
bool signet_ahead_take(struct signet_ahead *ahead,
                       const struct signet_measure_opts *opts,
                       const struct signet_ignore *ignore,
                       struct signet_manifest *manifest);

/** Stops the listing and releases it; ahead may be NULL. */
void signet_ahead_free(struct signet_ahead *ahead);

/** Lists a bundle now. Returns as signet_artifact_measure(). */
SIGNET_NODISCARD int signet_ahead_list_now(const struct signet_artifact *artifact,
                                           const struct signet_measure_opts *opts,
                                           struct signet_ignore *ignore,
                                           struct signet_manifest *manifest,
                                           struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring on a thread of its own, while whoever needs it is still finding out how to measure: a
 * guess, which is used if it was right and costs nothing but work if it was not.
 */
#ifndef SIGNET_ARTIFACT_AHEAD_H
#define SIGNET_ARTIFACT_AHEAD_H

#include <signet/artifact.h>

/** An artifact being measured. */
struct signet_ahead;

/**
 * Starts to measure as signet_artifact_measure() does with these opts, which have no stop.
 * artifact, and what opts point to, are borrowed until signet_ahead_finish() or
 * signet_ahead_free(). *ahead is owned and set on success only. Returns SIGNET_OK, SIGNET_E_USAGE
 * (a stop) or SIGNET_E_NOMEM (for a thread too).
 */
SIGNET_NODISCARD int signet_ahead_start(struct signet_artifact *artifact,
                                        const struct signet_measure_opts *opts,
                                        struct signet_ahead **ahead,
                                        struct signet_err *err);

/** Whether measuring with these opts gives what is being measured; does not wait. */
bool signet_ahead_fits(const struct signet_ahead *ahead, const struct signet_measure_opts *opts);

/** Waits for the end of the measuring. *manifest, set on success only, is ahead's. Result and error
 *  are those of signet_artifact_measure(). */
SIGNET_NODISCARD int signet_ahead_wait(struct signet_ahead *ahead,
                                       const struct signet_manifest **manifest,
                                       struct signet_err *err);

/** Waits for the end of the measuring and releases ahead. Result, manifest and error are those of
 *  signet_artifact_measure(). */
SIGNET_NODISCARD int signet_ahead_finish(struct signet_ahead *ahead,
                                         struct signet_manifest *manifest,
                                         struct signet_err *err);

/** Ends the measuring and releases ahead, which may be NULL. */
void signet_ahead_free(struct signet_ahead *ahead);

#endif

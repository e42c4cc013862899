/* SPDX-License-Identifier: Apache-2.0
 *
 * One long run of bytes on two processors: while one thread digests what it read, the other reads
 * what comes next.
 */
#ifndef SIGNET_ARTIFACT_TANDEM_H
#define SIGNET_ARTIFACT_TANDEM_H

#include "artifact/lane.h"

/** Told of bytes just read; returns whether to go on. Any thread. */
typedef bool signet_tandem_tick(void *ctx, uint64_t bytes);

/**
 * Takes a lane that was begun, and not read from, to the end of its run, so that it can be
 * finished; or to where tick says stop. Returns SIGNET_OK, SIGNET_E_IO, SIGNET_E_NOMEM or
 * SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_tandem_run(struct signet_lane *lane,
                                       signet_tandem_tick *tick,
                                       void *ctx,
                                       struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that a program may open besides those it was verified with.
 */
#ifndef SIGNET_GATE_PLACES_H
#define SIGNET_GATE_PLACES_H

#include <signet/start.h>

#include "gate/landlock.h"

/** Adds what start names and what every program needs to rules. In the sandbox each place that can
 *  be written is one where nothing is executed, or that is an image. Returns SIGNET_OK, SIGNET_E_IO
 *  or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_places_allow(const struct signet_start *start,
                                         enum signet_tier tier,
                                         const struct signet_landlock *rules,
                                         struct signet_err *err);

#endif

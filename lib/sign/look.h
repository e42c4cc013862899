/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of a bundle are for, told while they are digested.
 */
#ifndef SIGNET_SIGN_LOOK_H
#define SIGNET_SIGN_LOOK_H

#include "artifact/lane.h"

/** Tells by signet_usage_detect() what a file is for that begins as a program, a library or a
 *  script does, and 0 of any other. Static storage. */
const struct signet_lane_look *signet_sign_look(void);

#endif

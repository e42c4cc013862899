/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways in which open holds what it hands on, as --via names them.
 */
#ifndef SIGNET_CMD_ENFORCE_WAYS_H
#define SIGNET_CMD_ENFORCE_WAYS_H

#include "enforce/enforce.h"

/** Reads --via into *hold. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_enforce_read_way(const struct signet_opts *opts,
                                             enum signet_hold *hold,
                                             struct signet_err *err);

/** Takes hold of start->artifact, which was opened as path, by start->hold, which becomes the way
 *  that was taken. Returns as signet_gate_hold(), signet_gate_copy() and signet_enforce_can_keep().
 */
SIGNET_NODISCARD int signet_enforce_take_hold(struct signet_tool *tool,
                                              const char *path,
                                              struct signet_enforce_start *start,
                                              struct signet_err *err);

/** Requires what was verified to be held still; if any way will do, a folder that is not becomes
 * one to be copied. Returns as signet_gate_check_hold(). */
SIGNET_NODISCARD int
signet_enforce_keep_hold(struct signet_enforce_start *start, bool any, struct signet_err *err);

/** How it is held, for people. Static storage. */
const char *signet_enforce_way_told(const struct signet_enforce_start *start);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What --system adds to a run of signet-sign: the code of a system, found.
 */
#ifndef SIGNET_CMD_SIGN_SYSTEM_H
#define SIGNET_CMD_SIGN_SYSTEM_H

#include <signet/system.h>

#include "common/opt.h"

struct signet_sign_item;
struct signet_sign_run;

/** The artifact of which the files of a system are a bundle. */
#define SIGNET_SIGN_SYSTEM_ROOT "/"

/** Requires what --system goes with. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_system_check(const struct signet_opts *opts,
                                              struct signet_err *err);

/**
 * Finds the code below the operands, or without any the code of the installed packages, into
 * item->system; says what was left out. Does nothing without the option. Returns SIGNET_OK,
 * SIGNET_E_UNSUPPORTED (no packages are known here), what signet_io_read() and
 * signet_system_find() return.
 */
SIGNET_NODISCARD int signet_sign_system_find(const struct signet_sign_run *run,
                                             struct signet_sign_item *item,
                                             struct signet_err *err);

/** Writes the member "system" of the report: null without --system or if nothing was found. */
void signet_sign_system_report(const struct signet_sign_run *run,
                               const struct signet_sign_item *item);

#endif

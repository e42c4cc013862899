/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of signet-enforce, shared by its sources: main.c has the command line, and each verb a
 * file of its own.
 */
#ifndef SIGNET_CMD_ENFORCE_ENFORCE_H
#define SIGNET_CMD_ENFORCE_ENFORCE_H

#include "common/tool.h"

/** Options of its own. */
enum signet_enforce_option {
    SIGNET_ENFORCE_ACTION = SIGNET_OPT_FIRST,
};

/** check: decides about each operand, and does nothing with it; now is in seconds since 1970, for
 *  the report. Returns SIGNET_OK, whatever it decided, or the code of what failed. */
SIGNET_NODISCARD int
signet_enforce_check(struct signet_tool *tool, int64_t now, struct signet_err *err);

#endif

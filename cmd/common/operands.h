/* SPDX-License-Identifier: Apache-2.0
 *
 * The operands of tools that take artifacts: at least one, each with a name, and those left out
 * because another operand's signature is there.
 */
#ifndef SIGNET_COMMON_OPERANDS_H
#define SIGNET_COMMON_OPERANDS_H

#include "common/sidecar.h"
#include "common/tool.h"

/** Requires a PATH, and none that is "-". The work is called by its verb: "sign", "signed". Returns
 *  SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_operands_check(const struct signet_opts *opts,
                                           const char *verb,
                                           const char *done,
                                           struct signet_err *err);

/** Notes on stderr that path was skipped: signet_sidecar_of_another() said so. */
void signet_operands_tell_skipped(struct signet_tool *tool, const char *path);

/** Adds "skipped", the list of those, to the report. */
void signet_operands_report_skipped(struct signet_tool *tool,
                                    const struct signet_sidecar_list *bases);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --time.
 */
#ifndef SIGNET_CMD_SIGN_TIMESTAMP_H
#define SIGNET_CMD_SIGN_TIMESTAMP_H

#include "sign/sign.h"

/** Requires what --time goes with. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_time_check(const struct signet_sign_run *run,
                                            struct signet_err *err);

/** Cosigns the signatures in the file of --time that the keys in the operands made; or prints what
 *  would be signed, for a dry run. Returns SIGNET_OK, also if that failed and was told, or the code
 *  of what ended the run. */
SIGNET_NODISCARD int signet_sign_time(const struct signet_sign_run *run, struct signet_err *err);

#endif

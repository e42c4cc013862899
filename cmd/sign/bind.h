/* SPDX-License-Identifier: Apache-2.0
 *
 * What --bind adds to a run of signet-sign: the BOM with the files of the model in it.
 */
#ifndef SIGNET_CMD_SIGN_BIND_H
#define SIGNET_CMD_SIGN_BIND_H

#include "sign/sign.h"

/** Whether --bind goes with what else was asked for. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_bind_check(const struct signet_opts *opts, struct signet_err *err);

/**
 * Measures the operand and lists its files in the BOM that --bind names, which is not changed. What
 * stands at output, where the document will stand, is no file of the model. *out
 * is the new document (free with signet_buf_free(), whatever the result). Returns SIGNET_OK,
 * naming the file otherwise what signet_artifact_open(), signet_artifact_measure(),
 * signet_io_read() and signet_bind() return.
 */
SIGNET_NODISCARD int signet_sign_bind(const struct signet_sign_run *run,
                                      const char *output,
                                      struct signet_buf *out,
                                      struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules for names. The public half, signet_path_check(), is in <signet/artifact.h>.
 */
#ifndef SIGNET_ARTIFACT_PATH_H
#define SIGNET_ARTIFACT_PATH_H

#include <signet/artifact.h>

/**
 * Checks what holds for every name, be it an artifact's own or one in a bundle: valid UTF-8, no
 * byte below 0x20, no 0x7F. Returns SIGNET_OK or SIGNET_E_FORBIDDEN.
 */
SIGNET_NODISCARD int signet_path_check_text(struct signet_span name, struct signet_err *err);

/** Order of names as bytes: negative, 0 or positive as name sorts before, is, or sorts after other.
 *  Agrees with strcmp() where name holds no NUL. */
int signet_path_compare(struct signet_span name, const char *other);

#endif

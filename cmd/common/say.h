/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing to a terminal: what nobody can be told the failure of, and results that must not deceive
 * its reader.
 */
#ifndef SIGNET_COMMON_SAY_H
#define SIGNET_COMMON_SAY_H

#include <signet/err.h>
#include <signet/span.h>
#include <stdbool.h>

/** Writes bytes to fd as far as it takes them; what is printed is safe already. */
void signet_say(int fd, struct signet_span bytes);

/** Whether standard output is a terminal: what an artifact or envelope says is then escaped. */
bool signet_say_to_terminal(void);

/**
 * Writes a result to standard output: exactly, or, on a terminal, escaped and ended by a line feed.
 * Returns SIGNET_OK, SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_say_result(struct signet_span bytes, struct signet_err *err);

#endif

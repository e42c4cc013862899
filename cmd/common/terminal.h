/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking for a secret at the controlling terminal.
 */
#ifndef SIGNET_COMMON_TERMINAL_H
#define SIGNET_COMMON_TERMINAL_H

#include <signet/seckey.h>

/** Opens the controlling terminal, or gives -1 if there is none. */
int signet_terminal_open(void);

/**
 * Prints prompt on terminal tty and reads one line without echo, at most capacity bytes, into a
 * new secret. A signal that would end or stop the process is held back until echo is on again;
 * after a stop the prompt comes anew. Only in a process without other threads. Returns SIGNET_OK,
 * SIGNET_E_PASSPHRASE (end of file), SIGNET_E_LIMIT, SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_terminal_ask(int tty,
                                         const char *prompt,
                                         size_t capacity,
                                         struct signet_secret **secret,
                                         struct signet_err *err);

#endif

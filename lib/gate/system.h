/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the system can be asked what <signet/gate.h> asks it.
 */
#ifndef SIGNET_GATE_SYSTEM_H
#define SIGNET_GATE_SYSTEM_H

#include <stdbool.h>

/** Whether execveat(2) knows AT_EXECVE_CHECK; else *reason is errno. Executes nothing. */
bool signet_system_can_be_asked(int *reason);

/** What the system says of executing what is behind fd: 0, or errno. Executes nothing. */
int signet_system_ask(int fd);

#endif

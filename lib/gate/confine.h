/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process can be kept from apart from files: new rights, memory that is written and
 * executed, system calls. Each holds for its children too and cannot be undone.
 */
#ifndef SIGNET_GATE_CONFINE_H
#define SIGNET_GATE_CONFINE_H

#include <signet/err.h>
#include <stdbool.h>

/** No program that is executed gives this process rights that it has not
 *  (PR_SET_NO_NEW_PRIVS). Returns SIGNET_OK or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_confine_rights(struct signet_err *err);

/** Whether the kernel has what signet_confine_memory() asks for. */
bool signet_confine_has_memory(void);

/** Memory that can be written, or was, is never executed (PR_SET_MDWE), and none becomes so by
 * being readable. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED. */
SIGNET_NODISCARD int signet_confine_memory(struct signet_err *err);

#endif

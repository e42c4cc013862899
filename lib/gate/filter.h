/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls that a program in the sandbox does not have (seccomp(2)).
 */
#ifndef SIGNET_GATE_FILTER_H
#define SIGNET_GATE_FILTER_H

#include <signet/err.h>
#include <stdbool.h>

/** Whether filters are written for this processor. */
bool signet_filter_fits(void);

/**
 * Takes system calls from this process and its children: those that make memory which is executed
 * as if it were a file, mounts and namespaces, and those of io_uring, which no filter sees; unless
 * allow_jit also those that write to memory which is executed. They fail with EPERM, clone3(2)
 * with ENOSYS, for which C libraries have another way. A call for another instruction set ends the
 * process. Returns SIGNET_OK or SIGNET_E_UNSUPPORTED.
 */
SIGNET_NODISCARD int signet_filter_install(bool allow_jit, struct signet_err *err);

#endif

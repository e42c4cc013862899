/* SPDX-License-Identifier: Apache-2.0
 *
 * Confinement by prctl(2). Owns that what was asked for is looked at afterwards.
 */
#define _GNU_SOURCE /* syscall */
#include "gate/confine.h"

#include <errno.h>
#include <linux/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

static long control(int option, unsigned long argument)
{
    return syscall(SYS_prctl, option, argument, 0UL, 0UL, 0UL);
}

int signet_confine_rights(struct signet_err *err)
{
    return control(PR_SET_NO_NEW_PRIVS, 1) == 0 && control(PR_GET_NO_NEW_PRIVS, 0) == 1
               ? (int)SIGNET_OK
               : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                                "the kernel does not keep new rights from a process");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Confinement by prctl(2). Owns that what was asked for is looked at afterwards.
 */
#define _GNU_SOURCE /* syscall */
#include "gate/confine.h"

#include <errno.h>
#include <linux/prctl.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

/* Of kernel headers newer than some that this is built with: Linux 6.3. */
enum {
    SET_MDWE = 65,          /* PR_SET_MDWE */
    GET_MDWE = 66,          /* PR_GET_MDWE */
    REFUSE_TO_EXECUTE = 0x1 /* PR_MDWE_REFUSE_EXEC_GAIN */
};

/* Of personality(2). */
static const unsigned long only_ask = 0xFFFFFFFF;
static const unsigned long reading_executes = READ_IMPLIES_EXEC;

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

bool signet_confine_has_memory(void)
{
    return control(GET_MDWE, 0) >= 0;
}

int signet_confine_memory(struct signet_err *err)
{
    int persona = personality(only_ask);
    bool set = persona >= 0 && personality((unsigned long)persona & ~reading_executes) >= 0 &&
               control(SET_MDWE, REFUSE_TO_EXECUTE) == 0;
    return set && (control(GET_MDWE, 0) & REFUSE_TO_EXECUTE) != 0
               ? (int)SIGNET_OK
               : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                                "the kernel does not keep written memory from being executed");
}

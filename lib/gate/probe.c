/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the kernel what it has: each call is one that it refuses, or whose only effect is a
 * descriptor that is closed again.
 */
#define _GNU_SOURCE /* memfd_create, syscall */
#include <signet/probe.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "gate/confine.h"
#include "gate/landlock.h"
#include "gate/system.h"

/* Of kernel headers newer than some that this is built with. */
enum {
    MFD_NEVER_RUN = 0x8,    /* MFD_NOEXEC_SEAL, Linux 6.3 */
    ACTION_AVAILABLE = 2,   /* SECCOMP_GET_ACTION_AVAIL */
    FAN_CONTENT = 0x4 | 0x1 /* FAN_CLASS_CONTENT, FAN_CLOEXEC */
};

static const uint32_t kill_process = 0x80000000; /* SECCOMP_RET_KILL_PROCESS */

static bool has_memory(unsigned flags)
{
    int fd = memfd_create("signet", MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
    bool sealed = fd >= 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL) == 0;
    signet_fd_close(&fd);
    return sealed;
}

/* Whoever knows the call refuses what is no descriptor. */
static bool has_mount_setattr(void)
{
    return syscall(SYS_mount_setattr, -1, "", 0, NULL, (size_t)0) != 0 && errno != ENOSYS;
}

static bool has_fanotify(void)
{
    int fd = (int)syscall(SYS_fanotify_init, FAN_CONTENT, O_RDONLY | O_CLOEXEC);
    bool has = fd >= 0;
    signet_fd_close(&fd);
    return has;
}

void signet_probe(struct signet_probes *probes)
{
    int reason = 0;
    *probes = (struct signet_probes){
        .execve_check = signet_system_can_be_asked(&reason),
        .sealed_memory = has_memory(MFD_NEVER_RUN) || has_memory(0),
        .memory_never_run = has_memory(MFD_NEVER_RUN),
        .landlock = signet_landlock_version(),
        .seccomp = syscall(SYS_seccomp, ACTION_AVAILABLE, 0, &kill_process) == 0,
        .mdwe = signet_confine_has_memory(),
        .mount_setattr = has_mount_setattr(),
        .fanotify = has_fanotify(),
    };
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock by its system calls. Owns which of the kernel's rights each use is, and which version of
 * the interface has them.
 */
#define _GNU_SOURCE /* syscall */
#include "gate/landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"

/* Of kernel headers newer than some that this is built with: versions 3, 5 and 6. */
#define RIGHT_TRUNCATE (UINT64_C(1) << 14)
#define RIGHT_IOCTL_DEV (UINT64_C(1) << 15)
#define SCOPES (UINT64_C(1) << 0 | UINT64_C(1) << 1) /* abstract sockets, signals */

#define RIGHTS_TO_READ (uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_TO_MAKE                                                                             \
    (uint64_t)(LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                    \
               LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                         \
               LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                       \
               LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)
#define RIGHTS_NEVER_GIVEN (uint64_t)(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK)
#define RIGHTS_TO_WRITE ((uint64_t)LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE)
#define RIGHTS_OF_FILES                                                                            \
    ((uint64_t)(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE) | RIGHTS_TO_WRITE |     \
     RIGHT_IOCTL_DEV)

/* struct landlock_ruleset_attr of version 6; what an older kernel does not know is 0. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

unsigned signet_landlock_version(void)
{
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (unsigned)version : 0;
}

/* The rights that a kernel of this version knows. */
static uint64_t known_to(unsigned version)
{
    return UINT64_MAX & ~(version < 2 ? (uint64_t)LANDLOCK_ACCESS_FS_REFER : 0) &
           ~(version < 3 ? RIGHT_TRUNCATE : 0) & ~(version < 5 ? RIGHT_IOCTL_DEV : 0);
}

int signet_landlock_begin(struct signet_landlock *rules, bool narrow, struct signet_err *err)
{
    unsigned version = signet_landlock_version();
    uint64_t narrowed = narrow ? RIGHTS_TO_READ | RIGHT_IOCTL_DEV : 0;
    rules->handled = known_to(version) & (LANDLOCK_ACCESS_FS_EXECUTE | RIGHTS_TO_WRITE |
                                          RIGHTS_TO_MAKE | RIGHTS_NEVER_GIVEN | narrowed);
    struct ruleset ruleset = {
        .handled_access_fs = rules->handled,
        .scoped = narrow && version >= 6 ? SCOPES : 0,
    };
    rules->fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
    return rules->fd >= 0 ? (int)SIGNET_OK
                          : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                                           "the kernel does not make rules of Landlock");
}

static uint64_t rights_of(unsigned uses)
{
    uint64_t rights = 0;
    rights |= (uses & SIGNET_LANDLOCK_READ) != 0 ? RIGHTS_TO_READ : 0;
    rights |= (uses & SIGNET_LANDLOCK_EXECUTE) != 0 ? (uint64_t)LANDLOCK_ACCESS_FS_EXECUTE : 0;
    rights |= (uses & SIGNET_LANDLOCK_WRITE) != 0 ? RIGHTS_TO_WRITE | RIGHTS_TO_MAKE : 0;
    rights |= (uses & SIGNET_LANDLOCK_DEVICE) != 0 ? RIGHTS_TO_WRITE | RIGHT_IOCTL_DEV : 0;
    return rights;
}

int signet_landlock_allow(const struct signet_landlock *rules,
                          int fd,
                          unsigned uses,
                          struct signet_err *err)
{
    struct stat st;
    struct landlock_path_beneath_attr rule = {
        .allowed_access = rights_of(uses) & rules->handled,
        .parent_fd = fd,
    };
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat");
    }
    if (!S_ISDIR(st.st_mode)) {
        rule.allowed_access &= RIGHTS_OF_FILES;
    }
    if (rule.allowed_access == 0 ||
        syscall(SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
        errno == EBADFD) { /* memory and pipes, to which no rule applies */
        return SIGNET_OK;
    }
    return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "the kernel takes no rule about it");
}

int signet_landlock_enforce(const struct signet_landlock *rules, struct signet_err *err)
{
    return syscall(SYS_landlock_restrict_self, rules->fd, 0) == 0
               ? (int)SIGNET_OK
               : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                                "the kernel does not enforce rules of Landlock");
}

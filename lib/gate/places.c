/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files a program may open. Owns the tables of what every program needs; asks Landlock.
 */
#define _GNU_SOURCE /* O_PATH */
#include "gate/places.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

/* Read and written in both tiers. */
static const char *const devices[] = {
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
    "/dev/tty",  "/dev/ptmx", "/dev/pts",  NULL,
};

/* Read in the sandbox: what the C library, the loader and language runtimes look at, and nothing
 * that belongs to a user. */
static const char *const base[] = {
    "/proc",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/sys/fs/cgroup",
    "/sys/kernel/mm/transparent_hugepage",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/usr/share/zoneinfo",
    "/etc/locale.alias",
    "/usr/share/locale",
    "/usr/lib/locale",
    "/usr/lib/gconv/gconv-modules.cache",
    "/usr/lib64/gconv/gconv-modules.cache",
    "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache",
    "/usr/lib/aarch64-linux-gnu/gconv/gconv-modules.cache",
    "/etc/terminfo",
    "/lib/terminfo",
    "/usr/share/terminfo",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/resolv.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    NULL,
};

const char *const *signet_gate_base(void)
{
    return base;
}

/* Whether nothing behind fd can be executed, or nobody can write it. */
static bool is_harmless(int fd)
{
    struct statvfs system;
    return fstatvfs(fd, &system) == 0 && (system.f_flag & (ST_NOEXEC | ST_RDONLY)) != 0;
}

static int allow_fd(const struct signet_landlock *rules,
                    int fd,
                    unsigned uses,
                    bool guarded,
                    struct signet_err *err)
{
    return guarded && !is_harmless(fd)
               ? signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "what is written here could be executed: its mount is not noexec")
               : signet_landlock_allow(rules, fd, uses, err);
}

/* A list of paths; required: each of them exists; guarded: nothing is executed there. */
struct list {
    const char *const *paths; /* may be NULL */
    unsigned uses;
    bool required;
    bool guarded;
};

static int
allow_list(const struct signet_landlock *rules, const struct list *list, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && list->paths != NULL && list->paths[i] != NULL; i++) {
        int fd = open(list->paths[i], O_PATH | O_CLOEXEC);
        if (fd >= 0) {
            rc = allow_fd(rules, fd, list->uses, list->guarded, err);
        } else if (list->required) {
            rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot open");
        }
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(list->paths[i]), shown));
        }
        signet_fd_close(&fd);
    }
    return rc;
}

int signet_places_allow(const struct signet_start *start,
                        enum signet_tier tier,
                        const struct signet_landlock *rules,
                        struct signet_err *err)
{
    bool sandbox = tier == SIGNET_TIER_SANDBOX;
    const struct list lists[] = {
        {devices, SIGNET_LANDLOCK_READ | SIGNET_LANDLOCK_DEVICE, false, false},
        {sandbox ? base : NULL, SIGNET_LANDLOCK_READ, false, false},
        {start->readable, SIGNET_LANDLOCK_READ, true, false},
        {start->writable, SIGNET_LANDLOCK_READ | SIGNET_LANDLOCK_WRITE | SIGNET_LANDLOCK_DEVICE,
         true, sandbox},
    };
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < sizeof(lists) / sizeof(lists[0]); i++) {
        rc = allow_list(rules, &lists[i], err);
    }
    return rc;
}

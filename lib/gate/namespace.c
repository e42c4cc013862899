/* SPDX-License-Identifier: Apache-2.0
 *
 * Entering user namespaces. Owns the maps of ids (user_namespaces(7), "User and group ID
 * mappings"): one's own id is mapped by the process itself, more by a child that stays outside.
 */
#define _GNU_SOURCE /* unshare, pipe2, syscall */
#include "gate/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"

enum {
    TEXT_BYTES = 4096, /* of a map; the kernel takes less than a page */
    NAME_BYTES = 64,
    LINE_BYTES = 36 /* "first first count\n" */
};

/* What is written to uid_map and gid_map. */
struct maps {
    char uids[TEXT_BYTES];
    char gids[TEXT_BYTES];
};

static bool write_file(int proc, const char *name, const char *text)
{
    int fd = openat(proc, name, O_WRONLY | O_CLOEXEC);
    ssize_t len = (ssize_t)strlen(text);
    bool written = fd >= 0 && write(fd, text, (size_t)len) == len;
    int reason = errno;
    signet_fd_close(&fd);
    errno = reason;
    return written;
}

static bool read_file(int proc, const char *name, char text[TEXT_BYTES])
{
    size_t got = 0;
    int fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
    bool read = fd >= 0 &&
                signet_fd_read(fd, (uint8_t *)text, TEXT_BYTES - 1, &got, NULL) == SIGNET_OK &&
                got > 0;
    text[got] = '\0';
    signet_fd_close(&fd);
    return read;
}

/* The ids that this namespace has, each as itself: of each line the first and the third number. */
static bool map_all(int proc, const char *name, char map[TEXT_BYTES])
{
    char text[TEXT_BYTES];
    size_t used = 0;
    bool fits = read_file(proc, name, text);
    for (char *line = text; fits && *line != '\0' && used + LINE_BYTES < TEXT_BYTES;) {
        unsigned long first = strtoul(line, &line, 10);
        SIGNET_IGNORE(strtoul(line, &line, 10)); /* what they are outside */
        unsigned long count = strtoul(line, &line, 10);
        int len = snprintf(map + used, TEXT_BYTES - used, "%lu %lu %lu\n", first, first, count);
        fits = len > 0 && *line == '\n';
        used += fits ? (size_t)len : 0;
        line += fits ? 1 : 0;
    }
    return fits;
}

static void map_own(struct maps *maps)
{
    unsigned uid = (unsigned)geteuid();
    unsigned gid = (unsigned)getegid();
    SIGNET_IGNORE(snprintf(maps->uids, TEXT_BYTES, "%u %u 1\n", uid, uid) < 0);
    SIGNET_IGNORE(snprintf(maps->gids, TEXT_BYTES, "%u %u 1\n", gid, gid) < 0);
}

/* Whether this process may take any id of its namespace. */
static bool may_map_all(void)
{
    static const uint32_t wanted = 1U << CAP_SETUID | 1U << CAP_SETGID;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
    return syscall(SYS_capget, &header, held) == 0 && (held[0].effective & wanted) == wanted;
}

/* Makes the maps of process, or of this one if it is 0. */
static bool write_maps(int proc, pid_t process, const struct maps *maps)
{
    char uids[NAME_BYTES] = "self/uid_map";
    char gids[NAME_BYTES] = "self/gid_map";
    if (process != 0) {
        SIGNET_IGNORE(snprintf(uids, sizeof(uids), "%ld/uid_map", (long)process) < 0);
        SIGNET_IGNORE(snprintf(gids, sizeof(gids), "%ld/gid_map", (long)process) < 0);
    }
    /* Who maps no more than the own group may not drop groups, which could be a right gained. */
    return (process != 0 || write_file(proc, "self/setgroups", "deny")) &&
           write_file(proc, gids, maps->gids) && write_file(proc, uids, maps->uids);
}

static int refused(struct signet_err *err)
{
    return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "the system refuses a user namespace");
}

static int not_mapped(struct signet_err *err)
{
    return signet_err_sys(err, SIGNET_E_IO, errno,
                          "the system refuses to map the ids of a user namespace");
}

static int enter_alone(int proc, const struct maps *maps, struct signet_err *err)
{
    if (unshare(CLONE_NEWUSER) != 0) {
        return refused(err);
    }
    return write_maps(proc, 0, maps) ? (int)SIGNET_OK : not_mapped(err);
}

/* The child: has stayed outside, waits for the parent to be inside, and ends. */
static _Noreturn void help(int proc, pid_t parent, const int ends[2], const struct maps *maps)
{
    char go = 0;
    close(ends[1]);
    bool mapped = read(ends[0], &go, sizeof(go)) == sizeof(go) && write_maps(proc, parent, maps);
    _exit(mapped ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* Whether the child made the maps; it cannot say so itself where the end of children is ignored. */
static bool were_mapped(int proc, pid_t child)
{
    char text[TEXT_BYTES];
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    errno = EPERM;
    return read_file(proc, "self/uid_map", text) && read_file(proc, "self/gid_map", text);
}

static int enter_with_help(int proc, const struct maps *maps, struct signet_err *err)
{
    static const char go = 'g';
    int ends[2] = {-1, -1};
    pid_t parent = getpid();
    pid_t child = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
    if (child == 0) {
        help(proc, parent, ends, maps);
    }
    int rc = child > 0 && unshare(CLONE_NEWUSER) == 0 ? SIGNET_OK : refused(err);
    bool told = rc == SIGNET_OK && write(ends[1], &go, sizeof(go)) == sizeof(go);
    signet_fd_close(&ends[0]);
    signet_fd_close(&ends[1]); /* a child that was told nothing ends now */
    bool mapped = child > 0 && were_mapped(proc, child) && told;
    return rc == SIGNET_OK && !mapped ? not_mapped(err) : rc;
}

int signet_namespace_enter(int proc, struct signet_err *err)
{
    struct maps own;
    struct maps all;
    uid_t uid = geteuid();
    gid_t gid = getegid();
    map_own(&own);
    bool more = may_map_all() && map_all(proc, "self/uid_map", all.uids) &&
                map_all(proc, "self/gid_map", all.gids) &&
                (strcmp(all.uids, own.uids) != 0 || strcmp(all.gids, own.gids) != 0);
    int rc = more ? enter_with_help(proc, &all, err) : enter_alone(proc, &own, err);
    return rc == SIGNET_OK && (geteuid() != uid || getegid() != gid)
               ? signet_err_set(err, SIGNET_E_IO, "ids differ in the user namespace")
               : rc;
}

int signet_namespace_enter_last(int proc, struct signet_err *err)
{
    if (!write_file(proc, "sys/user/max_user_namespaces", "1")) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno,
                              "the system refuses a limit of user namespaces");
    }
    int rc = signet_namespace_enter(proc, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (syscall(SYS_prctl, PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0) != 0) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot give up a right");
    }
    return unshare(CLONE_NEWUSER) != 0
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                "a user namespace can be made where none should be");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks on what keeps the others away: namespaces, mounts, other processes, other instruction
 * sets.
 */
#define _GNU_SOURCE /* system calls */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

/* A file system of one's own above a directory, in mounts of one's own. */
static void mount_and_execute(const char *evil, const char *directory)
{
    char copy[4096];
    int from = open(evil, O_RDONLY);
    (void)snprintf(copy, sizeof(copy), "%s/copy", directory);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
        mount("none", directory, "tmpfs", 0, NULL) == 0) {
        int to = open(copy, O_WRONLY | O_CREAT, 0755);
        if (copy_file(from, to) == 0 && close(to) == 0) {
            execute(copy);
        }
    }
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (write(fd, text, strlen(text)) > 0) {
        close(fd);
    }
}

static void map_id(const char *path, unsigned id)
{
    char map[64];
    (void)snprintf(map, sizeof(map), "%u %u 1\n", id, id);
    write_text(path, map);
}

/* EVIL DIRECTORY: in a user namespace. */
static void nest(const char *const *arguments)
{
    unsigned uid = geteuid();
    unsigned gid = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
        write_text("/proc/self/setgroups", "deny");
        map_id("/proc/self/gid_map", gid);
        map_id("/proc/self/uid_map", uid);
        mount_and_execute(arguments[0], arguments[1]);
    }
}

/* EVIL DIRECTORY: for who has rights in the namespace already, as root has. */
static void nest_mounts(const char *const *arguments)
{
    if (unshare(CLONE_NEWNS) == 0) {
        mount_and_execute(arguments[0], arguments[1]);
    }
}

/* By clone(2) and clone3(2), after which nobody asks for unshare(2). */
static void nest_by_clone(const char *const *arguments)
{
    (void)arguments;
    long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) {
        _exit(0);
    }
    if (child > 0) {
        done();
    }
}

static void nest_by_clone3(const char *const *arguments)
{
    (void)arguments;
    struct clone_args how = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    long child = syscall(SYS_clone3, &how, sizeof(how));
    if (child == 0) {
        _exit(0);
    }
    if (child > 0) {
        done();
    }
}

/* PATH: makes its mount one where code can be, or no longer read-only. */
static void remount(const char *const *arguments)
{
    if (mount(NULL, arguments[0], NULL, MS_REMOUNT | MS_BIND, NULL) == 0) {
        done();
    }
}

/* PATH */
static void unmount(const char *const *arguments)
{
    if (umount2(arguments[0], MNT_DETACH) == 0) {
        done();
    }
}

/* Enters the mounts of who started this. */
static void join(const char *const *arguments)
{
    (void)arguments;
    char name[64];
    (void)snprintf(name, sizeof(name), "/proc/%d/ns/mnt", getppid());
    int fd = open(name, O_RDONLY);
    if (fd >= 0 && setns(fd, 0) == 0) {
        done();
    }
}

/* Asks for what every process may ask, in another way. */
static void call_as_32_bits(const char *const *arguments)
{
    (void)arguments;
#if defined(__x86_64__)
    long result = 20; /* getpid */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    if (result == getpid()) {
        done();
    }
#endif
    errno = EPERM;
}

static void call_as_x32(const char *const *arguments)
{
    (void)arguments;
#if defined(__x86_64__)
    long result = syscall(0x40000000 + SYS_getpid);
    if (result == getpid() || errno == ENOSYS) {
        done();
    }
#endif
}

static void signal_parent(const char *const *arguments)
{
    (void)arguments;
    if (kill(getppid(), 0) == 0) {
        done();
    }
}

/* NAME: an abstract socket on which somebody else listens. */
static void reach_socket(const char *const *arguments)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(arguments[0]);
    memcpy(address.sun_path + 1, arguments[0], len);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (const struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)) == 0) {
        done();
    }
}

/* Types into the terminal on standard input. */
static void type_ahead(const char *const *arguments)
{
    (void)arguments;
    if (ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || errno != EPERM) {
        done();
    }
}

/* SET-ID PROGRAM: whether it starts with other ids. */
static void gain_rights(const char *const *arguments)
{
    (void)arguments;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
        if (strcmp(line, "NoNewPrivs:\t0\n") == 0) {
            done();
        }
    }
    errno = EPERM;
}

const struct attack system_attacks[] = {
    {"nest", nest},
    {"nest-mounts", nest_mounts},
    {"nest-by-clone", nest_by_clone},
    {"nest-by-clone3", nest_by_clone3},
    {"remount", remount},
    {"unmount", unmount},
    {"join", join},
    {"call-as-32-bits", call_as_32_bits},
    {"call-as-x32", call_as_x32},
    {"signal-parent", signal_parent},
    {"reach-socket", reach_socket},
    {"type-ahead", type_ahead},
    {"gain-rights", gain_rights},
    {NULL, NULL},
};

/* SPDX-License-Identifier: Apache-2.0
 *
 * spaces WAY FILE [LIBRARY|TOKEN]: a signed program that makes namespaces and mounts of its own, so
 * that FILE stands where nobody forbids to execute it; then it starts FILE, and if that fails has
 * the dynamic linker do it. Where there is nothing to start, it says TOKEN. Status 9: it could not.
 */
#define _GNU_SOURCE /* unshare */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "token.h"

enum {
    STOPPED = 9
};

extern char **environ;

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd >= 0) {
        (void)!write(fd, text, strlen(text));
        close(fd);
    }
}

/* A user and a mount namespace of its own, in which it is root. Whoever is root already needs no
 * user namespace, and takes none if it cannot. */
static bool enter(void)
{
    char map[64];
    unsigned user = geteuid();
    unsigned group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        return unshare(CLONE_NEWNS) == 0;
    }
    write_to("/proc/self/setgroups", "deny");
    snprintf(map, sizeof(map), "0 %u 1", user);
    write_to("/proc/self/uid_map", map);
    snprintf(map, sizeof(map), "0 %u 1", group);
    write_to("/proc/self/gid_map", map);
    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    return true;
}

static bool copy(const char *file, const char *to)
{
    char bytes[4096];
    size_t got = 0;
    FILE *in = fopen(file, "rb");
    FILE *out = fopen(to, "wb");
    while (in != NULL && out != NULL && (got = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        if (fwrite(bytes, 1, got, out) != got) {
            return false;
        }
    }
    if (out != NULL) {
        fclose(out);
    }
    return in != NULL && out != NULL && chmod(to, 0755) == 0;
}

/* Returns only if FILE cannot be started, not even by the dynamic linker. */
static void start(const char *file)
{
    char *const alone[] = {(char *)file, NULL};
    char *const linked[] = {(char *)LINKER, (char *)file, NULL};
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execve(file, alone, environ);
        execve(LINKER, linked, environ);
        _exit(STOPPED);
    }
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        exit(0);
    }
    errno = EACCES;
}

/* The folder WRITABLE, where mounts are made. */
static const char *place(void)
{
    return getenv("WRITABLE") != NULL ? getenv("WRITABLE") : "/tmp";
}

static void by_tmpfs(const char *file)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/evil", place());
    if (enter() && mount("tmpfs", place(), "tmpfs", 0, NULL) == 0 && copy(file, path)) {
        start(path);
    }
}

/* An overlay above the folder of FILE, which has mount flags of its own. */
static void by_overlay(const char *file)
{
    char layers[8192];
    char path[4096];
    snprintf(path, sizeof(path), "%s", file);
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return;
    }
    *slash = '\0';
    snprintf(layers, sizeof(layers), "lowerdir=%s:%s", path, place());
    if (enter() && mount("overlay", place(), "overlay", 0, layers) == 0) {
        snprintf(layers, sizeof(layers), "%s/%s", place(), slash + 1);
        start(layers);
    }
}

/* Takes "noexec" from where FILE is. */
static void by_remount(const char *file)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s", file);
    *strrchr(path, '/') = '\0';
    if (enter() && mount(path, path, NULL, MS_BIND, NULL) == 0) {
        mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL);
        start(file);
    }
}

/* Takes the mount away that stands over a signed file, so that what lies below is there again. */
static void by_umount(const char *file)
{
    enter();
    if (umount2(file, MNT_DETACH) == 0) {
        start(file);
    }
}

/* Whatever the file system says then could be FILE, to whom it likes. */
static void by_fuse(const char *token)
{
    char options[128];
    bool entered = enter();
    int fd = open("/dev/fuse", O_RDWR);
    snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%u,group_id=%u", fd, geteuid(),
             getegid());
    if (entered && fd >= 0 && mount("evil", place(), "fuse", 0, options) == 0) {
        token_say(token);
        exit(0);
    }
}

static void by_user_namespace(const char *token)
{
    if (unshare(CLONE_NEWUSER) == 0) {
        token_say(token);
        exit(0);
    }
}

static void by_clone(const char *token)
{
    int status = 0;
    long child = token_call(SYS_clone, CLONE_NEWUSER | 17 /* SIGCHLD */, 0, 0, 0);
    if (child == 0) {
        token_say(token);
        _exit(0);
    }
    if (child > 0 && waitpid((pid_t)child, &status, 0) == child && status == 0) {
        exit(0);
    }
    errno = child < 0 ? (int)-child : EPERM;
}

/* Into the namespaces of whoever started it all, which are not the sandbox's. */
static void by_entering(const char *token)
{
    static const char *const names[] = {"/proc/1/ns/mnt", "/proc/1/ns/user", NULL};
    for (int i = 0; names[i] != NULL; i++) {
        int fd = open(names[i], O_RDONLY);
        if (fd >= 0 && setns(fd, 0) == 0) {
            token_say(token);
            exit(0);
        }
    }
}

static const struct {
    const char *name;
    void (*attack)(const char *what);
} ways[] = {
    {"tmpfs", by_tmpfs},   {"overlay", by_overlay},   {"remount", by_remount},
    {"umount", by_umount}, {"fuse", by_fuse},         {"user-namespace", by_user_namespace},
    {"clone", by_clone},   {"entering", by_entering},
};

int main(int argc, char **argv)
{
    char token[64];
    for (size_t i = 0; argc > 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            snprintf(token, sizeof(token), "%s\n", argv[2]);
            errno = 0;
            ways[i].attack(i < 4 ? argv[2] : token);
            printf("stopped: %s: %s\n", argv[1], strerror(errno));
            return STOPPED;
        }
    }
    return 2;
}

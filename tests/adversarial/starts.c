/* SPDX-License-Identifier: Apache-2.0
 *
 * starts WAY FILE...: a signed program that starts FILE in every way that the system has for
 * it. Status 9: it could not.
 */
#define _GNU_SOURCE /* name_to_handle_at */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "token.h"

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

enum {
    STOPPED = 9,
    HANDLE_MAX = 128
};

static char *const nothing[] = {(char *)"evil", NULL};
extern char **environ;

static void by_path(const char *file)
{
    execve(file, nothing, environ);
}

static void execute(int fd)
{
    if (fd >= 0) {
        syscall(SYS_execveat, fd, "", nothing, environ, AT_EMPTY_PATH);
    }
}

static void by_descriptor(const char *file)
{
    execute(open(file, O_RDONLY));
}

static void by_place(const char *file)
{
    execute(open(file, O_PATH));
}

static void by_proc(const char *file)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", open(file, O_RDONLY));
    execve(path, nothing, environ);
}

static void by_root(const char *file)
{
    char path[4096];
    snprintf(path, sizeof(path), "/proc/self/root%s", file);
    execve(path, nothing, environ);
}

/* Descriptor 7, which whoever started this has opened before. */
static void by_inherited(const char *folder)
{
    (void)folder;
    execute(7);
}

/* Below the folder that is descriptor 7. */
static void by_folder(const char *name)
{
    execute(openat(7, name, O_RDONLY));
}

/* Needs CAP_DAC_READ_SEARCH. */
static void by_handle(const char *file)
{
    union {
        struct file_handle handle;
        char bytes[sizeof(struct file_handle) + HANDLE_MAX];
    } found = {.handle = {.handle_bytes = HANDLE_MAX}};
    int mount = 0;
    int place = open("/", O_RDONLY);
    if (name_to_handle_at(AT_FDCWD, file, &found.handle, &mount, 0) == 0) {
        int folder = open(getenv("FOLDER") != NULL ? getenv("FOLDER") : "/", O_RDONLY);
        execute(open_by_handle_at(folder >= 0 ? folder : place, &found.handle, O_RDONLY));
    }
}

/* Copies FILE to a descriptor that is open for writing. */
static bool copy(const char *file, int to)
{
    char bytes[4096];
    ssize_t got = 0;
    int from = open(file, O_RDONLY);
    while (from >= 0 && (got = read(from, bytes, sizeof(bytes))) > 0) {
        if (write(to, bytes, (size_t)got) != got) {
            return false;
        }
    }
    return from >= 0;
}

/* A copy in the folder WRITABLE, which has no name any more when it is started. */
static void by_unlinked(const char *file)
{
    char path[4096];
    const char *folder = getenv("WRITABLE") != NULL ? getenv("WRITABLE") : "/tmp";
    snprintf(path, sizeof(path), "%s/copy.%d", folder, (int)getpid());
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
    if (to >= 0 && copy(file, to)) {
        close(to);
        to = open(path, O_PATH);
        unlink(path);
        execute(to);
    }
    unlink(path);
}

/* The same copy, by its name. */
static void by_copy(const char *file)
{
    char path[4096];
    const char *folder = getenv("WRITABLE") != NULL ? getenv("WRITABLE") : "/tmp";
    snprintf(path, sizeof(path), "%s/copy", folder);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (to >= 0 && copy(file, to)) {
        close(to);
        execve(path, nothing, environ);
    }
}

static void by_memory(const char *file)
{
    int fd = (int)syscall(SYS_memfd_create, "copy", 0);
    if (fd >= 0 && copy(file, fd)) {
        execute(fd);
    }
}

/* An interpreter that asks the system about its script, as Linux 6.14 lets it, and runs that. */
static void by_asking(const char *file)
{
    char line[256];
    int fd = open(file, O_RDONLY);
    FILE *script = NULL;
    if (fd < 0 ||
        syscall(SYS_execveat, fd, "", nothing, environ, AT_EMPTY_PATH | AT_EXECVE_CHECK) != 0) {
        return;
    }
    script = fdopen(fd, "r");
    while (script != NULL && fgets(line, sizeof(line), script) != NULL) {
        if (strncmp(line, "TOKEN=", 6) == 0) {
            token_say(line);
            exit(0);
        }
    }
}

/* Asks about itself first, which is allowed, so that whoever counts on the order of events is
 * wrong about what comes next; that is the dynamic linker, which loads FILE. */
static void by_linker(const char *file)
{
    char *const words[] = {(char *)LINKER, (char *)file, NULL};
    int self = open("/proc/self/exe", O_RDONLY);
    if (self >= 0) {
        syscall(SYS_execveat, self, "", words, environ, AT_EMPTY_PATH | AT_EXECVE_CHECK);
    }
    execve(LINKER, words, environ);
}

static const struct {
    const char *name;
    void (*start)(const char *file);
} ways[] = {
    {"path", by_path},         {"descriptor", by_descriptor},
    {"place", by_place},       {"proc", by_proc},
    {"root", by_root},         {"handle", by_handle},
    {"unlinked", by_unlinked}, {"copy", by_copy},
    {"memory", by_memory},     {"asking", by_asking},
    {"linker", by_linker},     {"inherited", by_inherited},
    {"below", by_folder},
};

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "linked") == 0) { /* with all words that follow */
        argv[1] = (char *)LINKER;
        execve(LINKER, argv + 1, environ);
        printf("stopped: linked: %s\n", strerror(errno));
        return STOPPED;
    }
    for (size_t i = 0; argc > 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            errno = 0;
            ways[i].start(argv[2]);
            printf("stopped: %s: %s\n", argv[1], strerror(errno));
            return STOPPED;
        }
    }
    return 2;
}

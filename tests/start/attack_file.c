/* SPDX-License-Identifier: Apache-2.0
 *
 * Attacks by files: code that nobody verified, executed or mapped.
 */
#define _GNU_SOURCE /* O_PATH */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

extern char **environ;

int copy_file(int from, int to)
{
    struct stat st;
    if (from < 0 || to < 0 || fstat(from, &st) != 0) {
        return -1;
    }
    return sendfile(to, from, NULL, (size_t)st.st_size) == st.st_size ? 0 : -1;
}

/* PATH */
static void execute_path(const char *const *arguments)
{
    execute(arguments[0]);
}

/* PATH LINK: by a symbolic link that is made at LINK. */
static void execute_link(const char *const *arguments)
{
    if (symlink(arguments[0], arguments[1]) == 0) {
        execute(arguments[1]);
    }
}

/* PATH LINK: by a hard link. */
static void execute_hard_link(const char *const *arguments)
{
    if (link(arguments[0], arguments[1]) == 0) {
        execute(arguments[1]);
    }
}

/* PATH */
static void execute_descriptor(const char *const *arguments)
{
    char *const none[] = {strdup("x"), NULL};
    int fd = open(arguments[0], O_RDONLY);
    if (fd >= 0) {
        fexecve(fd, none, environ);
    }
}

/* PATH: through O_PATH. */
static void execute_place(const char *const *arguments)
{
    char *const none[] = {strdup("x"), NULL};
    int fd = open(arguments[0], O_PATH);
    if (fd >= 0) {
        syscall(SYS_execveat, fd, "", none, environ, AT_EMPTY_PATH);
    }
}

/* PATH: through /proc/self/fd. */
static void execute_proc(const char *const *arguments)
{
    char name[64];
    int fd = open(arguments[0], O_RDONLY);
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    if (fd >= 0) {
        execute(name);
    }
}

/* PATH COPY */
static void execute_copy(const char *const *arguments)
{
    int from = open(arguments[0], O_RDONLY);
    int to = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (copy_file(from, to) == 0 && close(to) == 0) {
        execute(arguments[1]);
    }
}

/* LOADER PATH */
static void execute_by_loader(const char *const *arguments)
{
    execl(arguments[0], "ld.so", arguments[1], (char *)NULL);
}

/* SHELL SCRIPT */
static void run_script(const char *const *arguments)
{
    execl(arguments[0], "sh", arguments[1], (char *)NULL);
}

/* SHELL */
static void run_text(const char *const *arguments)
{
    execl(arguments[0], "sh", "-c", "echo EVIL", (char *)NULL);
}

/* LIBRARY */
static void load_library(const char *const *arguments)
{
    if (dlopen(arguments[0], RTLD_NOW) == NULL) {
        const char *reason = dlerror();
        errno = strstr(reason, "ermi") != NULL ? EPERM : ENOENT;
    }
}

static void map_descriptor(int fd)
{
    if (fd >= 0 && mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED) {
        done();
    }
}

/* PATH */
static void map_file(const char *const *arguments)
{
    map_descriptor(open(arguments[0], O_RDONLY));
}

/* OTHER LINK PATH: what OTHER has is written over a library, by a link to it. */
static void change_library(const char *const *arguments)
{
    int from = open(arguments[0], O_RDONLY);
    int to = open(arguments[1], O_WRONLY | O_TRUNC);
    if (copy_file(from, to) == 0 && close(to) == 0) {
        load_library(arguments + 2);
    }
}

/* PATH: is mapped to be read, and made executable then. */
static void map_later(const char *const *arguments)
{
    int fd = open(arguments[0], O_RDONLY);
    void *at = fd >= 0 ? mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (at != MAP_FAILED && mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0) {
        done();
    }
}

/* NUMBER NAME: a file in a directory that is open as descriptor NUMBER. */
static void map_beneath(const char *const *arguments)
{
    map_descriptor(openat(atoi(arguments[0]), arguments[1], O_RDONLY));
}

/* NUMBER NAME */
static void read_beneath(const char *const *arguments)
{
    if (openat(atoi(arguments[0]), arguments[1], O_RDONLY) >= 0) {
        done();
    }
}

/* PATH: the current folder may lie around the view. */
static void map_relative(const char *const *arguments)
{
    const char *slash = strrchr(arguments[0], '/');
    map_descriptor(open(slash + 1, O_RDONLY));
}

/* PATH: as another process sees it, the one that started this. */
static void map_by_parent(const char *const *arguments)
{
    char name[4096];
    (void)snprintf(name, sizeof(name), "/proc/%d/root%s", getppid(), arguments[0]);
    map_descriptor(open(name, O_RDONLY));
}

/* PATH: as another process sees it, inside. */
static void map_by_self(const char *const *arguments)
{
    char name[4096];
    (void)snprintf(name, sizeof(name), "/proc/self/root%s", arguments[0]);
    map_descriptor(open(name, O_RDONLY));
}

/* PATH: is opened for writing. */
static void write_file(const char *const *arguments)
{
    if (open(arguments[0], O_WRONLY) >= 0) {
        done();
    }
}

/* PATH */
static void truncate_file(const char *const *arguments)
{
    if (truncate(arguments[0], 0) == 0) {
        done();
    }
}

/* PATH: mode bits and times belong to the file too. */
static void change_mode(const char *const *arguments)
{
    if (chmod(arguments[0], 0777) == 0) {
        done();
    }
}

/* OTHER PATH: OTHER is renamed to PATH. */
static void rename_over(const char *const *arguments)
{
    if (rename(arguments[0], arguments[1]) == 0) {
        done();
    }
}

/* PATH OTHER */
static void rename_away(const char *const *arguments)
{
    if (rename(arguments[0], arguments[1]) == 0) {
        done();
    }
}

/* PATH */
static void remove_file(const char *const *arguments)
{
    if (unlink(arguments[0]) == 0) {
        done();
    }
}

/* PATH */
static void read_file(const char *const *arguments)
{
    if (open(arguments[0], O_RDONLY) >= 0) {
        done();
    }
}

/* PATH */
static void make_file(const char *const *arguments)
{
    if (open(arguments[0], O_WRONLY | O_CREAT, 0600) >= 0) {
        done();
    }
}

/* The program that does nothing, for what happens before it. */
static void do_nothing(const char *const *arguments)
{
    (void)arguments;
}

const struct attack file_attacks[] = {
    {"do-nothing", do_nothing},
    {"execute-path", execute_path},
    {"execute-link", execute_link},
    {"execute-hard-link", execute_hard_link},
    {"execute-descriptor", execute_descriptor},
    {"execute-place", execute_place},
    {"execute-proc", execute_proc},
    {"execute-copy", execute_copy},
    {"execute-by-loader", execute_by_loader},
    {"run-script", run_script},
    {"run-text", run_text},
    {"load-library", load_library},
    {"map-file", map_file},
    {"change-library", change_library},
    {"map-later", map_later},
    {"map-beneath", map_beneath},
    {"read-beneath", read_beneath},
    {"map-relative", map_relative},
    {"map-by-parent", map_by_parent},
    {"map-by-self", map_by_self},
    {"write-file", write_file},
    {"truncate-file", truncate_file},
    {"change-mode", change_mode},
    {"rename-over", rename_over},
    {"rename-away", rename_away},
    {"remove-file", remove_file},
    {"read-file", read_file},
    {"make-file", make_file},
    {NULL, NULL},
};

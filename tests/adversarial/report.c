/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that says what it was given: arguments, environment, standard input, identity, signals,
 * folder, descriptors and its own file. Its status is the first argument.
 */
#define _GNU_SOURCE /* environ */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell_link(const char *name, const char *path)
{
    char text[4096];
    ssize_t length = readlink(path, text, sizeof(text) - 1);
    text[length > 0 ? length : 0] = '\0';
    printf("%s %s\n", name, text);
}

/* Lines of /proc/self/status that begin so. */
static void tell_status(void)
{
    static const char *const wanted[] = {"SigBlk:", "SigIgn:", "Name:"};
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0) {
                fputs(line, stdout);
            }
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void tell_descriptors(void)
{
    for (int fd = 0; fd < 256; fd++) {
        struct stat status;
        if (fstat(fd, &status) == 0) {
            printf("descriptor %d\n", fd);
        }
    }
}

int main(int argc, char **argv)
{
    char input[4096];
    struct rlimit limit = {0};
    tell_descriptors();
    for (int i = 0; i < argc; i++) {
        printf("argument <%s>\n", argv[i]);
    }
    for (char **variable = environ; *variable != NULL; variable++) {
        printf("variable %s\n", *variable);
    }
    size_t got = fread(input, 1, sizeof(input), stdin);
    printf("input <%.*s>\n", (int)got, input);
    printf("user %u %u group %u %u\n", getuid(), geteuid(), getgid(), getegid());
    printf("mask %o\n", umask(0));
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("limit %lu %lu\n", (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
    tell_link("folder", "/proc/self/cwd");
    tell_link("file", "/proc/self/exe");
    tell_status();
    fputs("on standard error\n", stderr);
    if (argc > 2 && strcmp(argv[2], "kill") == 0) {
        raise(argc > 3 ? atoi(argv[3]) : SIGKILL);
    }
    return argc > 1 ? atoi(argv[1]) : 0;
}

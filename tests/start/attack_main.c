/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs one attack: attack NAME ARGUMENTS. Says "EVIL" if it succeeds and "stopped: ERRNO" if not.
 */
#define _GNU_SOURCE /* system calls */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

void done(void)
{
    static const char token[] = "EVIL\n";
    (void)!write(STDOUT_FILENO, token, sizeof(token) - 1);
}

void execute(const char *path)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, (char *)NULL);
        _exit(errno);
    }
    waitpid(child, &status, 0);
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static const struct attack *find(const struct attack *attacks, const char *name)
{
    while (attacks->name != NULL && strcmp(attacks->name, name) != 0) {
        attacks++;
    }
    return attacks->name != NULL ? attacks : NULL;
}

int main(int argc, char **argv)
{
    const struct attack *const all[] = {file_attacks, code_attacks, system_attacks};
    const struct attack *attack = NULL;
    for (size_t i = 0; argc > 1 && attack == NULL && i < sizeof(all) / sizeof(all[0]); i++) {
        attack = find(all[i], argv[1]);
    }
    if (attack == NULL) {
        (void)fprintf(stderr, "no such attack\n");
        return EXIT_FAILURE;
    }
    errno = 0;
    attack->run((const char *const *)argv + 2);
    (void)printf("stopped: %s\n", strerrorname_np(errno) != NULL ? strerrorname_np(errno) : "-");
    return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a wrapper of programs costs that checks nothing: opens PROG and executes what it opened, as
 * signet-enforce run does. usage: bench_start PROG [ARG...]. Without arguments it does nothing and
 * succeeds, so that it is a program to start, too.
 */
#define _GNU_SOURCE /* execveat */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    if (argc < 2) {
        return 0;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        execveat(fd, "", argv + 1, environ, AT_EMPTY_PATH);
    }
    perror(argv[1]);
    return 1;
}

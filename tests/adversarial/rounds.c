/* SPDX-License-Identifier: Apache-2.0
 *
 * rounds [-1] COUNT COMMAND...: starts COMMAND that often, one after the other, and counts what it
 * said: the token of signed bytes, the token of others, or none. With -1 it ends with the first
 * token of others. A round of more than ROUND_SECONDS is stopped and counts as hung.
 */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    ROUND_SECONDS = 20,
    OUTPUT_MAX = 4 << 20
};

struct tally {
    long rounds;
    long good;
    long evil;
    long refused; /* by a status other than 0, and nothing said */
    long silent;  /* nothing said, and status 0 */
    long hung;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static pid_t start(char **command, int *from)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(command[0], command);
        _exit(127);
    }
    close(ends[1]);
    *from = ends[0];
    return child;
}

/* Reads until the end or the deadline; false: that has passed. */
static bool collect(int from, char *output, size_t *length, double deadline)
{
    for (;;) {
        struct pollfd wait = {.fd = from, .events = POLLIN};
        int left = (int)((deadline - now()) * 1000);
        if (left <= 0 || poll(&wait, 1, left) <= 0) {
            return false;
        }
        ssize_t got = read(from, output + *length, OUTPUT_MAX - *length);
        if (got <= 0) {
            return true;
        }
        *length += (size_t)got;
    }
}

static void play(char **command, struct tally *tally)
{
    static char output[OUTPUT_MAX];
    int from = -1;
    int status = 0;
    size_t length = 0;
    pid_t child = start(command, &from);
    bool ended = child > 0 && collect(from, output, &length, now() + ROUND_SECONDS);
    if (!ended) {
        kill(-child, SIGKILL);
    }
    close(from);
    waitpid(child, &status, 0);
    bool good = memmem(output, length, "TOKEN=GOOD:", 11) != NULL;
    bool evil = memmem(output, length, "TOKEN=EVIL:", 11) != NULL;
    tally->rounds++;
    tally->good += good && !evil;
    tally->evil += evil;
    tally->hung += !ended;
    tally->refused += ended && !good && !evil && status != 0;
    tally->silent += ended && !good && !evil && status == 0;
    if (ended && !good && !evil && getenv("ROUNDS_SHOW") != NULL) {
        fprintf(stderr, "%d: %.*s", status, (int)length, output);
    }
}

int main(int argc, char **argv)
{
    struct tally tally = {0};
    bool first = argc > 1 && strcmp(argv[1], "-1") == 0;
    char **rest = argv + 1 + first;
    if (argc < 3 + first) {
        return 2;
    }
    long count = strtol(rest[0], NULL, 10);
    while (tally.rounds < count && !(first && tally.evil > 0)) {
        play(rest + 1, &tally);
    }
    printf("rounds=%ld good=%ld evil=%ld refused=%ld silent=%ld hung=%ld\n", tally.rounds,
           tally.good, tally.evil, tally.refused, tally.silent, tally.hung);
    return 0;
}

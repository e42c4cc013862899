/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs commands in turns (A B C A B C …) and prints a line for each run: which command, wall time,
 * processor time and peak memory, as the kernel counted them for it and all it waited for. Owns the
 * clock and nothing else: it is small, so that its own memory and start-up do not show in theirs.
 * What brings the machine into the wanted state runs before each of them, and is not measured. No
 * opinion on the figures.
 *
 * usage: bench_measure ROUNDS [--before COMMAND [ARG…]] --- COMMAND [ARG…] [--- COMMAND [ARG…]]…
 */
#define _DEFAULT_SOURCE /* wait4() */
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    COMMANDS_MAX = 16
};

struct plan {
    char **before; /* or NULL */
    char **commands[COMMANDS_MAX];
    int count;
};

struct run {
    int64_t wall_ns;
    struct rusage usage;
    int status;
};

static int64_t now_ns(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0
               ? (int64_t)now.tv_sec * 1000000000 + now.tv_nsec
               : 0;
}

static int64_t in_us(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

/* Returns 0 if the command could be started and waited for. */
static int run_once(char **command, const posix_spawn_file_actions_t *to_null, struct run *run)
{
    pid_t child = -1;
    int64_t before = now_ns();
    int failed = posix_spawnp(&child, command[0], to_null, NULL, command, environ);
    if (failed == 0 && wait4(child, &run->status, 0, &run->usage) != child) {
        failed = 1;
    }
    run->wall_ns = now_ns() - before;
    return failed;
}

/* Returns 0 if the command ended with success. */
static int run_well(char **command, const posix_spawn_file_actions_t *to_null, struct run *run)
{
    memset(run, 0, sizeof(*run));
    if (run_once(command, to_null, run) != 0) {
        fprintf(stderr, "bench_measure: %s: cannot be run\n", command[0]);
        return 1;
    }
    if (run->status != 0) {
        fprintf(stderr, "bench_measure: %s: expected exit status 0, found wait status %d\n",
                command[0], run->status);
        return 1;
    }
    return 0;
}

static int run_round(const struct plan *plan, const posix_spawn_file_actions_t *to_null)
{
    struct run run;
    for (int i = 0; i < plan->count; i++) {
        if ((plan->before != NULL && run_well(plan->before, to_null, &run) != 0) ||
            run_well(plan->commands[i], to_null, &run) != 0) {
            return 1;
        }
        printf("%d %" PRId64 " %" PRId64 " %ld\n", i, run.wall_ns / 1000,
               in_us(run.usage.ru_utime) + in_us(run.usage.ru_stime), run.usage.ru_maxrss);
    }
    return 0;
}

/* Cuts argv at each "---"; returns 0 for a right line. */
static int cut(int argc, char **argv, struct plan *plan)
{
    memset(plan, 0, sizeof(*plan));
    for (int i = 2; i < argc; i++) {
        char ***command = NULL;
        if (strcmp(argv[i], "---") == 0 && plan->count < COMMANDS_MAX) {
            command = &plan->commands[plan->count++];
        } else if (i == 2 && strcmp(argv[i], "--before") == 0) {
            command = &plan->before;
        }
        if (command != NULL) {
            if (i + 1 == argc || strcmp(argv[i + 1], "---") == 0) {
                return 1;
            }
            argv[i] = NULL;
            *command = &argv[++i];
        } else if (i == 2 || strcmp(argv[i], "---") == 0) {
            return 1;
        }
    }
    return plan->count > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct plan plan;
    posix_spawn_file_actions_t to_null;
    long rounds = argc > 3 ? strtol(argv[1], NULL, 10) : 0;
    if (rounds < 1 || cut(argc, argv, &plan) != 0) {
        fprintf(stderr, "usage: bench_measure ROUNDS [--before COMMAND [ARG...]] "
                        "--- COMMAND [ARG...] [--- COMMAND [ARG...]]...\n");
        return 2;
    }
    if (posix_spawn_file_actions_init(&to_null) != 0 ||
        posix_spawn_file_actions_addopen(&to_null, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0) {
        return 1;
    }
    for (long round = 0; round < rounds; round++) {
        if (run_round(&plan, &to_null) != 0) {
            return 1;
        }
    }
    posix_spawn_file_actions_destroy(&to_null);
    return 0;
}

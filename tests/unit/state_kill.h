/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes that raise the versions of one state file and are killed at any moment.
 */
#ifndef SIGNET_TESTS_STATE_KILL_H
#define SIGNET_TESTS_STATE_KILL_H

#include "files.h"
#include "state_file.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "base/compiler.h"

enum {
    KILL_WRITERS = 2,
    KILL_WAIT_MS = 60000,
    KILL_LONGEST_US = 50000 /* that a process lives; it needs a part of it to start */
};

struct kill_scene {
    struct scratch scratch;
    char path[512];
    pid_t writer[KILL_WRITERS];
    int reports[2]; /* a pipe: each version that was committed, by whoever did */
    uint64_t least; /* the highest reported or read */
    size_t kept;    /* states of the file */
};

/* Raises all versions of the file by one; the new version, or 0. */
static inline uint64_t kill_raise(const char *path)
{
    struct signet_err err;
    struct signet_state *file = NULL;
    const struct signet_digest first = state_digest(1);
    struct signet_digest payload;
    const struct signet_state_key root = {.first = &first};
    const struct signet_state_key policy = {.first = &first, .policy = "p"};
    const struct signet_state_key name = {.first = &first, .policy = "p", .name = "n"};
    char version[32];
    uint64_t number = 0;
    signet_err_clear(&err);
    if (signet_state_open(path, KILL_WAIT_MS, &file, &err) != SIGNET_OK) {
        return 0;
    }
    SIGNET_IGNORE(signet_state_root(file, &first, &number, &payload)); /* none at first */
    number++;
    payload = state_digest((unsigned)number & 0xff);
    snprintf(version, sizeof(version), "1.%llu.0", (unsigned long long)number);
    bool done = signet_state_see_root(file, &root, number, &payload, &err) == SIGNET_OK &&
                signet_state_see_policy(file, &policy, number, &payload, &err) == SIGNET_OK &&
                signet_state_see_release(file, &name, version, &payload, &err) == SIGNET_OK &&
                signet_state_commit(file, &err) == SIGNET_OK;
    signet_state_close(file);
    return done ? number : 0;
}

static inline void kill_start(struct kill_scene *scene, size_t i)
{
    scene->writer[i] = fork();
    assert_true(scene->writer[i] >= 0);
    if (scene->writer[i] == 0) {
        SIGNET_IGNORE(close(scene->reports[0]) != 0); /* so that it ends with the test */
        static const struct timespec pause = {0, 2000000};
        uint64_t number = 0;
        do {
            nanosleep(&pause, NULL); /* so that others come to the lock */
            number = kill_raise(scene->path);
        } while (write(scene->reports[1], &number, sizeof(number)) == sizeof(number) && number > 0);
        _exit(1);
    }
}

static inline void kill_one(struct kill_scene *scene, size_t i)
{
    int status = 0;
    assert_int_equal(kill(scene->writer[i], SIGKILL), 0);
    assert_int_equal(waitpid(scene->writer[i], &status, 0), scene->writer[i]);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* What was reported until now; a report of a failure is the number 0. */
static inline uint64_t kill_hear(struct kill_scene *scene)
{
    uint64_t heard = 0;
    uint64_t number = 0;
    struct pollfd ready = {.fd = scene->reports[0], .events = POLLIN};
    while (poll(&ready, 1, 0) == 1) {
        assert_int_equal(read(scene->reports[0], &number, sizeof(number)), sizeof(number));
        assert_int_not_equal(number, 0);
        heard = number > heard ? number : heard;
    }
    return heard;
}

/* Keeps what the file holds right now, read without the lock: one line. */
static inline void kill_keep(struct kill_scene *scene)
{
    struct signet_buf text = check_read_file(scene->scratch.path, "state.json");
    int fd = openat(scene->scratch.fd, "kept", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_true(write(fd, text.data, text.len) == (ssize_t)text.len);
    assert_int_equal(close(fd), 0);
    signet_buf_free(&text);
    scene->kept++;
}

/* What another reader of JSON finds in all that was kept. */
static inline void kill_read_as_python(const struct kill_scene *scene)
{
    static const char script[] =
        "import json, sys\n"
        "before, lines = 0, open(sys.argv[1]).read().splitlines()\n"
        "assert len(lines) == int(sys.argv[2])\n"
        "for state in map(json.loads, lines):\n"
        "    roots = list(state['roots'].values())\n"
        "    policy = roots[0]['policies']['p']\n"
        "    assert state['schema'] == 'signet-state/1' and len(roots) == 1\n"
        "    assert roots[0]['version'] == policy['version'] >= before\n"
        "    assert policy['releases']['n']['version'] == '1.%d.0' % policy['version']\n"
        "    before = policy['version']\n"
        "assert before > 0\n";
    char path[512];
    char count[32];
    assert_true(snprintf(count, sizeof(count), "%zu", scene->kept) > 0);
    const char *const argv[] = {
        "python3", "-c", script, scratch_path(&scene->scratch, "kept", path), count, NULL};
    scratch_run(argv);
}

static inline void kill_check(struct kill_scene *scene)
{
    struct signet_err err;
    struct signet_state *file = NULL;
    const struct signet_digest first = state_digest(1);
    struct signet_digest payload;
    uint64_t number = 0;
    uint64_t heard = kill_hear(scene);
    scene->least = heard > scene->least ? heard : scene->least;
    if (scene->least == 0) {
        return; /* killed before anything was done */
    }
    kill_keep(scene);
    signet_err_clear(&err);
    CHECK_OK(signet_state_open(scene->path, KILL_WAIT_MS, &file, &err), &err);
    assert_true(signet_state_root(file, &first, &number, &payload));
    signet_state_close(file);
    if (number < scene->least) {
        fail_msg("version %llu after version %llu was reported", (unsigned long long)number,
                 (unsigned long long)scene->least);
    }
    scene->least = number;
}

/* Kills so many processes, each at some moment of its work, while another one works on. */
static inline void kill_rounds(size_t rounds)
{
    struct kill_scene scene = {.least = 0};
    uint32_t random = (uint32_t)getpid();
    scratch_open(&scene.scratch);
    scratch_path(&scene.scratch, "state.json", scene.path);
    assert_int_equal(pipe(scene.reports), 0);
    for (size_t i = 0; i < KILL_WRITERS; i++) {
        kill_start(&scene, i);
    }
    for (size_t round = 0; round < rounds; round++) {
        random = random * 1664525 + 1013904223;
        struct timespec pause = {0, (long)(random >> 8) % KILL_LONGEST_US * 1000};
        nanosleep(&pause, NULL);
        kill_one(&scene, round % KILL_WRITERS);
        kill_check(&scene);
        kill_start(&scene, round % KILL_WRITERS);
    }
    for (size_t i = 0; i < KILL_WRITERS; i++) {
        kill_one(&scene, i);
    }
    kill_check(&scene);
    assert_true(scene.least > 0);
    kill_read_as_python(&scene);
    uint64_t before = scene.least;
    assert_true(kill_raise(scene.path) == before + 1); /* and it goes on */
    fprintf(stderr, "# %zu kills, %llu versions\n", rounds, (unsigned long long)before);
    assert_int_equal(close(scene.reports[0]), 0);
    assert_int_equal(close(scene.reports[1]), 0);
    scratch_close(&scene.scratch);
}

#endif

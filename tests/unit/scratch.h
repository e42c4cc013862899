/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of a test's own, removed at its end. Names are relative to the folder; a failure to
 * prepare fails the test.
 */
#ifndef SIGNET_TESTS_SCRATCH_H
#define SIGNET_TESTS_SCRATCH_H

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX: every program declares it itself */

struct scratch {
    char path[64]; /* absolute */
    int fd;
};

/* Runs a program found in PATH and requires exit status 0. */
static inline void scratch_run(const char *const *argv)
{
    char *args[16] = {NULL};
    pid_t child = -1;
    int status = -1;
    for (size_t i = 0; argv[i] != NULL; i++) {
        assert_true(i + 1 < sizeof(args) / sizeof(args[0]));
        args[i] = strdup(argv[i]);
        assert_non_null(args[i]);
    }
    assert_int_equal(posix_spawnp(&child, args[0], NULL, NULL, args, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (size_t i = 0; args[i] != NULL; i++) {
        free(args[i]);
    }
}

/* Mode 0755: a test may give up root's rights and still has to reach it. */
static inline void scratch_open_in(struct scratch *scratch, const char *folder)
{
    int len = snprintf(scratch->path, sizeof(scratch->path), "%s/signet-test-XXXXXX", folder);
    assert_true(len > 0 && (size_t)len < sizeof(scratch->path));
    assert_non_null(mkdtemp(scratch->path));
    assert_int_equal(chmod(scratch->path, 0755), 0);
    scratch->fd = open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(scratch->fd >= 0);
}

static inline void scratch_open(struct scratch *scratch)
{
    scratch_open_in(scratch, "/tmp");
}

static inline void scratch_close(struct scratch *scratch)
{
    const char *const argv[] = {"rm", "-rf", "--", scratch->path, NULL};
    assert_int_equal(close(scratch->fd), 0);
    scratch_run(argv);
}

static inline void scratch_folder(const struct scratch *scratch, const char *name)
{
    assert_int_equal(mkdirat(scratch->fd, name, 0755), 0);
}

/* Makes the folders on the way; each may exist. */
static inline void scratch_parents(const struct scratch *scratch, const char *name)
{
    char upper[4096];
    for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        size_t len = (size_t)(slash - name);
        assert_true(len < sizeof(upper));
        memcpy(upper, name, len);
        upper[len] = '\0';
        assert_true(mkdirat(scratch->fd, upper, 0755) == 0 || errno == EEXIST);
    }
}

/* Replaces what a file holds, or makes it and the folders on the way. */
static inline void
scratch_write(const struct scratch *scratch, const char *name, struct signet_span bytes)
{
    scratch_parents(scratch, name);
    int fd = openat(scratch->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_true(write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    assert_int_equal(close(fd), 0);
}

static inline void scratch_put(const struct scratch *scratch, const char *name, const char *text)
{
    scratch_write(scratch, name, signet_span_str(text));
}

static inline void scratch_link(const struct scratch *scratch, const char *target, const char *name)
{
    assert_int_equal(symlinkat(target, scratch->fd, name), 0);
}

/* The absolute path of name, valid until the test ends. */
static inline const char *
scratch_path(const struct scratch *scratch, const char *name, char out[512])
{
    assert_true(snprintf(out, 512, "%s/%s", scratch->path, name) < 512);
    return out;
}

#endif

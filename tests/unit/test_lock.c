/* SPDX-License-Identifier: Apache-2.0
 *
 * base/lock: one holder at a time, a bound to the waiting, and nothing but a file.
 */
#include "scratch.h"

#include <time.h>

#include "base/fd.h"
#include "base/lock.h"

static void one_at_a_time(void **state)
{
    struct scratch scratch;
    struct signet_err err;
    struct stat st;
    int first = -1;
    int second = -1;
    (void)state;
    scratch_open(&scratch);
    signet_err_clear(&err);
    CHECK_OK(signet_lock_take(scratch.fd, "l", 0, &first, &err), &err);
    assert_int_equal(fstatat(scratch.fd, "l", &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    CHECK_CODE(signet_lock_take(scratch.fd, "l", 30, &second, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "another process holds the lock, waited 30 ms for it");
    assert_int_equal(second, -1);
    int other = openat(scratch.fd, "l", O_RDONLY | O_CLOEXEC);
    assert_true(other >= 0);
    assert_int_equal(close(other), 0); /* gives nothing back */
    signet_err_clear(&err);
    CHECK_CODE(signet_lock_take(scratch.fd, "l", 0, &second, &err), SIGNET_E_IO);
    signet_fd_close(&first);
    signet_err_clear(&err);
    CHECK_OK(signet_lock_take(scratch.fd, "l", 0, &second, &err), &err);
    signet_fd_close(&second);
    scratch_close(&scratch);
}

/* A process holds the lock for a while, and its end gives it back. */
static void it_is_waited_for(void **state)
{
    struct scratch scratch;
    struct signet_err err;
    static const struct timespec pause = {0, 200000000};
    int ready[2];
    int fd = -1;
    int status = 0;
    char byte = 0;
    (void)state;
    scratch_open(&scratch);
    signet_err_clear(&err);
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool held = signet_lock_take(scratch.fd, "l", 0, &fd, &err) == SIGNET_OK;
        held = write(ready[1], "x", 1) == 1 && held;
        nanosleep(&pause, NULL);
        _exit(held ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    CHECK_CODE(signet_lock_take(scratch.fd, "l", 0, &fd, &err), SIGNET_E_IO);
    signet_err_clear(&err);
    CHECK_OK(signet_lock_take(scratch.fd, "l", 60000, &fd, &err), &err);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    signet_fd_close(&fd);
    assert_int_equal(close(ready[0]), 0);
    assert_int_equal(close(ready[1]), 0);
    scratch_close(&scratch);
}

static void check_refused(const struct scratch *scratch, const char *name, int code)
{
    struct signet_err err;
    int fd = -1;
    signet_err_clear(&err);
    CHECK_CODE(signet_lock_take(scratch->fd, name, 0, &fd, &err), code);
    assert_int_equal(fd, -1);
}

static void only_a_file_is_a_lock(void **state)
{
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "");
    scratch_link(&scratch, "file", "link");
    scratch_link(&scratch, "nowhere", "dangling");
    assert_int_equal(mkfifoat(scratch.fd, "fifo", 0600), 0);
    scratch_folder(&scratch, "folder");
    check_refused(&scratch, "link", SIGNET_E_FORBIDDEN);
    check_refused(&scratch, "dangling", SIGNET_E_FORBIDDEN);
    check_refused(&scratch, "fifo", SIGNET_E_FORBIDDEN);
    check_refused(&scratch, "folder", SIGNET_E_IO);
    check_refused(&scratch, "none/lock", SIGNET_E_IO);
    assert_int_not_equal(faccessat(scratch.fd, "nowhere", F_OK, 0), 0);
    struct signet_err err;
    int fd = -1;
    signet_err_clear(&err);
    CHECK_OK(signet_lock_take(scratch.fd, "file", 0, &fd, &err), &err);
    signet_fd_close(&fd);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(it_is_waited_for),
        cmocka_unit_test(only_a_file_is_a_lock),
    };
    return CHECK_RUN(tests);
}

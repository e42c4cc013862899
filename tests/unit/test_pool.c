/* SPDX-License-Identifier: Apache-2.0
 *
 * base/pool: jobs on several threads, and a task beside its caller. The linker puts the function
 * below in the place of pthread_create() (tests/unit/CMakeLists.txt), so that threads can run out.
 */
#include "check.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/pool.h"

typedef void *thread_function(void *arg);

int __real_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          thread_function *start,
                          void *arg);
int __wrap_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          thread_function *start,
                          void *arg);

static size_t threads_left = SIZE_MAX;

int __wrap_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          thread_function *start,
                          void *arg)
{
    if (threads_left == 0) {
        return EAGAIN;
    }
    threads_left--;
    return __real_pthread_create(thread, attr, start, arg);
}

/* ---- jobs ---- */

struct pool_probe {
    atomic_size_t ran;
    size_t fail_at[2];
};

static int pool_probe_job(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    struct pool_probe *probe = ctx;
    assert_true(worker < 4);
    atomic_fetch_add(&probe->ran, 1);
    if (index == probe->fail_at[0] || index == probe->fail_at[1]) {
        return signet_err_set(err, SIGNET_E_IO, "job %zu", index);
    }
    return SIGNET_OK;
}

static void pool_runs_all_and_reports_the_lowest_failure(void **state)
{
    (void)state;
    struct signet_err err;
    for (size_t workers = 1; workers <= 4; workers++) {
        struct pool_probe probe = {0, {SIZE_MAX, SIZE_MAX}};
        signet_err_clear(&err);
        CHECK_OK(signet_pool_run(workers, 1000, pool_probe_job, &probe, &err), &err);
        assert_int_equal(probe.ran, 1000);
        CHECK_OK(signet_pool_run(workers, 0, pool_probe_job, &probe, &err), &err);
        assert_int_equal(probe.ran, 1000);
        struct pool_probe failing = {0, {17, 16}};
        CHECK_CODE(signet_pool_run(workers, 1000, pool_probe_job, &failing, &err), SIGNET_E_IO);
        assert_string_equal(err.msg, "job 16");
        assert_true(failing.ran < 1000);
    }
}

static void pool_does_with_the_threads_there_are(void **state)
{
    (void)state;
    for (size_t left = 0; left <= 2; left++) {
        struct signet_err err;
        struct pool_probe probe = {0, {SIZE_MAX, SIZE_MAX}};
        signet_err_clear(&err);
        threads_left = left;
        CHECK_OK(signet_pool_run(4, 1000, pool_probe_job, &probe, &err), &err);
        assert_int_equal(threads_left, 0);
        assert_int_equal(probe.ran, 1000);
    }
    threads_left = SIZE_MAX;
}

/* ---- tasks ---- */

enum {
    PATIENCE_MS = 60000 /* for what takes no time, on however busy a machine */
};

/* A task that waits for a byte from its caller. */
struct wait {
    int ends[2];
    atomic_bool called;
    int result;
    const char *message; /* or NULL: none */
};

static struct wait wait_open(int result, const char *message)
{
    struct wait wait = {.result = result, .message = message};
    assert_int_equal(pipe(wait.ends), 0);
    return wait;
}

static void wait_end(struct wait *wait)
{
    assert_int_equal(write(wait->ends[1], "x", 1), 1);
}

static void wait_close(struct wait *wait)
{
    assert_int_equal(close(wait->ends[0]), 0);
    assert_int_equal(close(wait->ends[1]), 0);
}

static int wait_run(void *ctx, struct signet_err *err)
{
    struct wait *wait = ctx;
    struct pollfd readable = {.fd = wait->ends[0], .events = POLLIN};
    atomic_store(&wait->called, true);
    if (poll(&readable, 1, PATIENCE_MS) != 1) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "nobody went on beside the task");
    }
    return wait->message != NULL ? signet_err_set(err, wait->result, "%s", wait->message)
                                 : wait->result;
}

static void a_task_runs_beside_its_caller(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_task *task = NULL;
    struct wait wait = wait_open(SIGNET_OK, NULL);
    signet_err_clear(&err);
    CHECK_OK(signet_task_start(wait_run, &wait, &task, &err), &err);
    assert_false(signet_task_failed(task));
    wait_end(&wait); /* the task, which waits for this, did not run within the call */
    CHECK_OK(signet_task_join(task, &err), &err);
    assert_true(wait.called);
    wait_close(&wait);
}

static void a_failed_task_says_so_before_and_when_it_is_joined(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"why", "why"},
                                          {NULL, "a file cannot be read or written"}};
    for (size_t i = 0; i < 2; i++) {
        struct signet_err err;
        struct signet_task *task = NULL;
        struct wait wait = wait_open(SIGNET_E_IO, rows[i][0]);
        signet_err_clear(&err);
        CHECK_OK(signet_task_start(wait_run, &wait, &task, &err), &err);
        assert_false(signet_task_failed(task));
        wait_end(&wait);
        while (!signet_task_failed(task)) {
            assert_int_equal(poll(NULL, 0, 1), 0);
        }
        CHECK_CODE(signet_task_join(task, &err), SIGNET_E_IO);
        assert_int_equal(err.code, SIGNET_E_IO);
        assert_string_equal(err.msg, rows[i][1]);
        wait_close(&wait);
    }
}

/* The first error recorded stays, and the status is that of the task. */
static void a_failed_task_spares_an_earlier_error(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_task *task = NULL;
    struct wait wait = wait_open(SIGNET_E_IO, "later");
    signet_err_clear(&err);
    wait_end(&wait);
    CHECK_OK(signet_task_start(wait_run, &wait, &task, &err), &err);
    signet_err_set(&err, SIGNET_E_LIMIT, "earlier");
    CHECK_CODE(signet_task_join(task, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "earlier");
    wait_close(&wait);
}

static void without_a_thread_a_task_has_run_at_once(void **state)
{
    (void)state;
    static const int results[] = {SIGNET_OK, SIGNET_E_IO};
    for (size_t i = 0; i < 2; i++) {
        struct signet_task *task = NULL;
        struct wait wait = wait_open(results[i], NULL);
        wait_end(&wait);
        threads_left = 0;
        CHECK_CODE(signet_task_start(wait_run, &wait, &task, NULL), SIGNET_OK);
        threads_left = SIZE_MAX;
        assert_true(wait.called);
        assert_int_equal(signet_task_failed(task), results[i] != SIGNET_OK);
        CHECK_CODE(signet_task_join(task, NULL), results[i]);
        wait_close(&wait);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool_runs_all_and_reports_the_lowest_failure),
        cmocka_unit_test(pool_does_with_the_threads_there_are),
        cmocka_unit_test(a_task_runs_beside_its_caller),
        cmocka_unit_test(a_failed_task_says_so_before_and_when_it_is_joined),
        cmocka_unit_test(a_failed_task_spares_an_earlier_error),
        cmocka_unit_test(without_a_thread_a_task_has_run_at_once),
    };
    return CHECK_RUN(tests);
}

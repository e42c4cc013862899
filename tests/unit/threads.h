/* SPDX-License-Identifier: Apache-2.0
 *
 * How many threads this process has: what ran beside a call must have ended with it.
 */
#ifndef SIGNET_TESTS_THREADS_H
#define SIGNET_TESTS_THREADS_H

#include "check.h"

#include <dirent.h>
#include <time.h>

#include "base/pool.h"

static inline size_t count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;
    assert_non_null(tasks);
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    assert_int_equal(closedir(tasks), 0);
    return count;
}

#ifdef __SANITIZE_THREAD__
static inline int do_nothing(void *ctx, struct signet_err *err)
{
    (void)ctx;
    (void)err;
    return SIGNET_OK;
}

/* That sanitizer starts a thread of its own beside the first one that is started. */
static inline void start_sanitizer(void)
{
    static bool started;
    const struct timespec moment = {.tv_nsec = 100 * 1000 * 1000};
    if (!started) {
        struct signet_task *task = NULL;
        CHECK_CODE(signet_task_start(do_nothing, NULL, &task, NULL), SIGNET_OK);
        CHECK_CODE(signet_task_join(task, NULL), SIGNET_OK);
        assert_int_equal(nanosleep(&moment, NULL), 0); /* it may still be listed */
        started = true;
    }
}
#else
static inline void start_sanitizer(void)
{
}
#endif

static inline size_t count_threads_before(void)
{
    start_sanitizer();
    return count_threads();
}

/* A thread that was waited for may still be listed for a moment. */
static inline void expect_threads(size_t expected)
{
    const struct timespec tick = {.tv_nsec = 10 * 1000 * 1000};
    for (size_t i = 0; i < 50 && count_threads() != expected; i++) {
        assert_int_equal(nanosleep(&tick, NULL), 0);
    }
    assert_int_equal(count_threads(), expected);
}

#endif

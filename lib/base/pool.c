/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads. Owns starting and joining them; knows nothing of what they do.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"

struct pool {
    pthread_mutex_t lock;
    size_t next;                   /* guarded by lock: first job not yet started */
    size_t count;                  /* guarded by lock: falls to the failed index after a failure */
    struct signet_err first_error; /* guarded by lock: of the lowest failed job */
    bool failed;                   /* guarded by lock */
    signet_pool_job *job;
    void *ctx;
};

struct worker {
    struct pool *pool;
    size_t index;
    pthread_t thread;
};

struct signet_task {
    signet_task_run *run;
    void *ctx;
    struct signet_err err; /* of run; others read it after the end only */
    atomic_int status;     /* of run; SIGNET_OK until it ended */
    bool has_thread;
    pthread_t thread;
};

size_t signet_pool_default_workers(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof(set), &set) != 0) {
        return 1;
    }
    int count = CPU_COUNT(&set);
    return count > 1 ? (size_t)count : 1;
}

static bool take_job(struct pool *pool, size_t *index)
{
    pthread_mutex_lock(&pool->lock);
    bool taken = pool->next < pool->count;
    if (taken) {
        *index = pool->next++;
    }
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

/* A failed job ends the queue at its own index, so the lowest failed index wins in the end. */
static void record_failure(struct pool *pool, size_t index, const struct signet_err *err)
{
    pthread_mutex_lock(&pool->lock);
    if (index < pool->count) {
        pool->count = index;
        pool->first_error = *err;
        pool->failed = true;
    }
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *arg)
{
    const struct worker *self = arg;
    size_t index = 0;
    while (take_job(self->pool, &index)) {
        struct signet_err err;
        signet_err_clear(&err);
        int rc = self->pool->job(self->pool->ctx, index, self->index, &err);
        if (rc != SIGNET_OK) {
            signet_err_set(&err, rc, "job %zu failed", index);
            record_failure(self->pool, index, &err);
        }
    }
    return NULL;
}

/* Passes on what failed on another thread, unless err holds an error already. */
static void hand_over(const struct signet_err *from, struct signet_err *err)
{
    if (err != NULL && err->code == SIGNET_OK) {
        *err = *from;
    }
}

int signet_pool_run(
    size_t workers, size_t count, signet_pool_job *job, void *ctx, struct signet_err *err)
{
    struct pool pool = {.next = 0, .count = count, .failed = false, .job = job, .ctx = ctx};
    size_t wanted = workers < count ? workers : count;
    size_t started = 1; /* the calling thread is worker 0 */
    struct worker *crew = calloc(wanted > 0 ? wanted : 1, sizeof(*crew));

    if (crew == NULL || pthread_mutex_init(&pool.lock, NULL) != 0) {
        free(crew);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu threads", wanted);
    }
    for (size_t i = 0; i < wanted; i++) {
        crew[i].pool = &pool;
        crew[i].index = i;
    }
    crew[0].pool = &pool;
    while (started < wanted &&
           pthread_create(&crew[started].thread, NULL, work, &crew[started]) == 0) {
        started++;
    }
    work(&crew[0]);
    for (size_t i = 1; i < started; i++) {
        pthread_join(crew[i].thread, NULL);
    }
    pthread_mutex_destroy(&pool.lock);
    free(crew);
    if (pool.failed) {
        hand_over(&pool.first_error, err);
        return pool.first_error.code;
    }
    return SIGNET_OK;
}

static void *run_task(void *arg)
{
    struct signet_task *task = arg;
    int rc = task->run(task->ctx, &task->err);
    signet_err_set(&task->err, rc, "%s", signet_err_meaning(rc));
    atomic_store(&task->status, rc);
    return NULL;
}

int signet_task_start(signet_task_run *run,
                      void *ctx,
                      struct signet_task **task,
                      struct signet_err *err)
{
    struct signet_task *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a thread");
    }
    made->run = run;
    made->ctx = ctx;
    signet_err_clear(&made->err);
    made->has_thread = pthread_create(&made->thread, NULL, run_task, made) == 0;
    if (!made->has_thread) {
        run_task(made);
    }
    *task = made;
    return SIGNET_OK;
}

bool signet_task_failed(const struct signet_task *task)
{
    return atomic_load(&task->status) != SIGNET_OK;
}

int signet_task_join(struct signet_task *task, struct signet_err *err)
{
    if (task->has_thread) {
        pthread_join(task->thread, NULL);
    }
    int rc = atomic_load(&task->status);
    if (rc != SIGNET_OK) {
        hand_over(&task->err, err);
    }
    free(task);
    return rc;
}

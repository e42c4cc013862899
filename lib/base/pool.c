/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads for independent jobs. Owns starting, joining and waiting; knows nothing of what jobs do.
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
    return pool.failed ? signet_err_copy(err, &pool.first_error) : (int)SIGNET_OK;
}

struct signet_lock {
    pthread_mutex_t mutex;
};

int signet_lock_new(struct signet_lock **lock, struct signet_err *err)
{
    struct signet_lock *made = calloc(1, sizeof(*made));
    if (made == NULL || pthread_mutex_init(&made->mutex, NULL) != 0) {
        free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a lock");
    }
    *lock = made;
    return SIGNET_OK;
}

void signet_lock_hold(struct signet_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void signet_lock_release(struct signet_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

void signet_lock_free(struct signet_lock *lock)
{
    if (lock != NULL) {
        pthread_mutex_destroy(&lock->mutex);
        free(lock);
    }
}

struct signet_turns {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t present;
};

int signet_turns_new(struct signet_turns **turns, struct signet_err *err)
{
    struct signet_turns *made = calloc(1, sizeof(*made));
    if (made == NULL || pthread_mutex_init(&made->mutex, NULL) != 0) {
        free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for turns");
    }
    if (pthread_cond_init(&made->changed, NULL) != 0) {
        pthread_mutex_destroy(&made->mutex);
        free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for turns");
    }
    *turns = made;
    return SIGNET_OK;
}

void signet_turns_wait(struct signet_turns *turns, uint64_t number)
{
    pthread_mutex_lock(&turns->mutex);
    while (turns->present < number) {
        pthread_cond_wait(&turns->changed, &turns->mutex);
    }
    pthread_mutex_unlock(&turns->mutex);
}

void signet_turns_next(struct signet_turns *turns)
{
    pthread_mutex_lock(&turns->mutex);
    turns->present++;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->mutex);
}

void signet_turns_free(struct signet_turns *turns)
{
    if (turns != NULL) {
        pthread_cond_destroy(&turns->changed);
        pthread_mutex_destroy(&turns->mutex);
        free(turns);
    }
}

/* A place for a chunk. */
struct place {
    uint8_t *bytes;
    size_t len;
    size_t run;
};

struct signet_relay {
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* any of what follows */
    size_t given;           /* chunks, ever */
    size_t taken;           /* chunks given back, ever */
    bool giving_ended;
    bool taking_ended;
    bool taking; /* the taker looks at the chunk `taken` */
    size_t count;
    struct place places[];
};

void signet_relay_free(struct signet_relay *relay)
{
    if (relay == NULL) {
        return;
    }
    for (size_t i = 0; i < relay->count; i++) {
        free(relay->places[i].bytes);
    }
    pthread_cond_destroy(&relay->changed);
    pthread_mutex_destroy(&relay->mutex);
    free(relay);
}

int signet_relay_new(size_t places,
                     size_t bytes,
                     struct signet_relay **relay,
                     struct signet_err *err)
{
    struct signet_relay *made = calloc(1, sizeof(*made) + places * sizeof(made->places[0]));
    if (made == NULL || pthread_mutex_init(&made->mutex, NULL) != 0) {
        free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a relay");
    }
    if (pthread_cond_init(&made->changed, NULL) != 0) {
        pthread_mutex_destroy(&made->mutex);
        free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a relay");
    }
    for (made->count = 0; made->count < places; made->count++) {
        made->places[made->count].bytes = malloc(bytes);
        if (made->places[made->count].bytes == NULL) {
            signet_relay_free(made);
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu chunks", places);
        }
    }
    *relay = made;
    return SIGNET_OK;
}

uint8_t *signet_relay_place(struct signet_relay *relay)
{
    pthread_mutex_lock(&relay->mutex);
    while (!relay->taking_ended && relay->given - relay->taken == relay->count) {
        pthread_cond_wait(&relay->changed, &relay->mutex);
    }
    uint8_t *bytes = relay->taking_ended ? NULL : relay->places[relay->given % relay->count].bytes;
    pthread_mutex_unlock(&relay->mutex);
    return bytes;
}

void signet_relay_give(struct signet_relay *relay, size_t len, size_t run)
{
    pthread_mutex_lock(&relay->mutex);
    struct place *place = &relay->places[relay->given % relay->count];
    place->len = len;
    place->run = run;
    relay->given++;
    pthread_cond_signal(&relay->changed);
    pthread_mutex_unlock(&relay->mutex);
}

void signet_relay_end_giving(struct signet_relay *relay)
{
    pthread_mutex_lock(&relay->mutex);
    relay->giving_ended = true;
    pthread_cond_signal(&relay->changed);
    pthread_mutex_unlock(&relay->mutex);
}

bool signet_relay_take(struct signet_relay *relay, struct signet_span *bytes, size_t *run)
{
    pthread_mutex_lock(&relay->mutex);
    if (relay->taking) {
        relay->taken++;
        pthread_cond_signal(&relay->changed);
    }
    while (relay->given == relay->taken && !relay->giving_ended) {
        pthread_cond_wait(&relay->changed, &relay->mutex);
    }
    relay->taking = relay->given != relay->taken;
    if (relay->taking) {
        const struct place *place = &relay->places[relay->taken % relay->count];
        *bytes = signet_span_of(place->bytes, place->len);
        *run = place->run;
    }
    pthread_mutex_unlock(&relay->mutex);
    return relay->taking;
}

void signet_relay_end_taking(struct signet_relay *relay)
{
    pthread_mutex_lock(&relay->mutex);
    relay->taking_ended = true;
    pthread_cond_signal(&relay->changed);
    pthread_mutex_unlock(&relay->mutex);
}

static void *run_task(void *arg)
{
    struct signet_task *task = arg;
    int rc = task->run(task->ctx, &task->err);
    signet_err_set(&task->err, rc, "%s", signet_err_meaning(rc));
    atomic_store(&task->status, rc);
    return NULL;
}

int signet_task_spawn(signet_task_run *run,
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
        free(made);
        return signet_err_set(err, SIGNET_E_NOMEM, "no thread can be started");
    }
    *task = made;
    return SIGNET_OK;
}

int signet_task_start(signet_task_run *run,
                      void *ctx,
                      struct signet_task **task,
                      struct signet_err *err)
{
    struct signet_task *made = NULL;
    if (signet_task_spawn(run, ctx, task, NULL) == SIGNET_OK) {
        return SIGNET_OK;
    }
    made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a thread");
    }
    made->run = run;
    made->ctx = ctx;
    signet_err_clear(&made->err);
    run_task(made);
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
        SIGNET_IGNORE(signet_err_copy(err, &task->err) != rc); /* rc says the same */
    }
    free(task);
    return rc;
}

int signet_task_end(struct signet_task *task, int rc, struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    int done = task != NULL ? signet_task_join(task, &why) : (int)SIGNET_OK;
    return rc == SIGNET_OK && done != SIGNET_OK ? signet_err_copy(err, &why) : rc;
}

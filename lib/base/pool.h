/* SPDX-License-Identifier: Apache-2.0
 *
 * Independent jobs on a fixed number of threads, one function beside the caller's own work, and
 * what threads share: locks, and chunks handed from one to another.
 */
#ifndef SIGNET_BASE_POOL_H
#define SIGNET_BASE_POOL_H

#include <signet/err.h>
#include <signet/span.h>
#include <stdbool.h>
#include <stddef.h>

/** One job: index counts from 0; worker (0 … workers - 1) selects per-thread scratch. Returns a
 * status and records its error in err, which belongs to this job alone. */
typedef int signet_pool_job(void *ctx, size_t index, size_t worker, struct signet_err *err);

/** The number of processors this process may run on, at least 1. */
size_t signet_pool_default_workers(void);

/**
 * Runs jobs 0 … count - 1 on up to workers threads (1 or more; 1 uses the calling thread alone) and
 * waits for all that were started. Jobs start in index order; after a failure no job with a
 * higher index starts. Result and err are those of the failed job with the lowest index, so they
 * do not depend on scheduling. SIGNET_E_NOMEM if not even the bookkeeping can be allocated.
 */
SIGNET_NODISCARD int signet_pool_run(
    size_t workers, size_t count, signet_pool_job *job, void *ctx, struct signet_err *err);

/** What one thread at a time may hold. */
struct signet_lock;

/** Makes a lock that nobody holds. *lock is owned (free with signet_lock_free()) and set on success
 *  only. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_lock_new(struct signet_lock **lock, struct signet_err *err);

/** Waits until nobody holds the lock, and holds it. */
void signet_lock_hold(struct signet_lock *lock);

/** Gives back a lock that this thread holds. */
void signet_lock_release(struct signet_lock *lock);

/** Releases lock, which may be NULL and which nobody holds. */
void signet_lock_free(struct signet_lock *lock);

/** Turns that threads take one after another, numbered from 0. */
struct signet_turns;

/** Makes turns of which the first is to be taken. *turns is owned (free with signet_turns_free())
 *  and set on success only. Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_turns_new(struct signet_turns **turns, struct signet_err *err);

/** Waits until all turns before this one were taken. */
void signet_turns_wait(struct signet_turns *turns, uint64_t number);

/** Ends the present turn, for which this thread waited. */
void signet_turns_next(struct signet_turns *turns);

/** Releases turns, which may be NULL. */
void signet_turns_free(struct signet_turns *turns);

/**
 * Chunks of bytes on their way from one thread to another, in order, with a fixed number of places
 * for them. One thread gives and one takes; each of them ends its part exactly once.
 */
struct signet_relay;

/** Makes a relay with that many places, each of so many bytes. *relay is owned (free with
 *  signet_relay_free() when both threads are done) and set on success only. Returns SIGNET_OK or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int
signet_relay_new(size_t places, size_t bytes, struct signet_relay **relay, struct signet_err *err);

/** The giver waits for an empty place; NULL if the taker has ended. */
uint8_t *signet_relay_place(struct signet_relay *relay);

/** The giver sends the place it got last, filled with so many bytes (at most those of a place) of
 *  the run of that number. */
void signet_relay_give(struct signet_relay *relay, size_t len, size_t run);

/** The giver is done: all that was given will still be taken. */
void signet_relay_end_giving(struct signet_relay *relay);

/** The taker waits for the next chunk, valid until the next call; false at the end. */
bool signet_relay_take(struct signet_relay *relay, struct signet_span *bytes, size_t *run);

/** The taker takes no more: the giver gets no more places. */
void signet_relay_end_taking(struct signet_relay *relay);

/** Releases relay, which may be NULL. */
void signet_relay_free(struct signet_relay *relay);
/** A function that runs beside its caller. */
struct signet_task;

/** What a task does: returns a status and records its error in err, which is the task's own. */
typedef int signet_task_run(void *ctx, struct signet_err *err);

/**
 * Runs run(ctx) on a thread of its own; if none can be started, before it returns. ctx is run's
 * until signet_task_join(), which must follow. Returns SIGNET_OK, whatever run did, or
 * SIGNET_E_NOMEM (run is not called). *task is owned and set on success only.
 */
SIGNET_NODISCARD int signet_task_start(signet_task_run *run,
                                       void *ctx,
                                       struct signet_task **task,
                                       struct signet_err *err);

/** As signet_task_start() for what must run beside its caller: SIGNET_E_NOMEM too if no thread can
 * be started. */
SIGNET_NODISCARD int signet_task_spawn(signet_task_run *run,
                                       void *ctx,
                                       struct signet_task **task,
                                       struct signet_err *err);

/** Whether the task has ended with a failure; does not wait. For any thread until the task is
 *  joined. */
bool signet_task_failed(const struct signet_task *task);

/** Waits for the task and releases it. Returns the status of run, and its error in err. */
SIGNET_NODISCARD int signet_task_join(struct signet_task *task, struct signet_err *err);

/** Waits for a task, which may be NULL: there was none. Returns rc, the result of what was done
 *  beside it, if that is a failure, else as signet_task_join(). */
SIGNET_NODISCARD int signet_task_end(struct signet_task *task, int rc, struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Independent jobs on a fixed number of threads, and one function beside the caller's own work.
 */
#ifndef SIGNET_BASE_POOL_H
#define SIGNET_BASE_POOL_H

#include <signet/err.h>
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

/** Whether the task has ended with a failure; does not wait. For any thread until the task is
 *  joined. */
bool signet_task_failed(const struct signet_task *task);

/** Waits for the task and releases it. Returns the status of run, and its error in err. */
SIGNET_NODISCARD int signet_task_join(struct signet_task *task, struct signet_err *err);

#endif

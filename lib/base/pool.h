/* SPDX-License-Identifier: Apache-2.0
 *
 * Independent jobs on a fixed number of threads.
 */
#ifndef SIGNET_BASE_POOL_H
#define SIGNET_BASE_POOL_H

#include <signet/err.h>
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

#endif

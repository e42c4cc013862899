/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring ahead of time. Owns the thread, and when two ways to measure are one and the same;
 * measures nothing itself.
 */
#include "artifact/ahead.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "artifact/ignore.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/pool.h"

struct signet_ahead {
    struct signet_artifact *artifact;
    struct signet_measure_opts opts;
    struct signet_manifest manifest;
    struct signet_task *task; /* NULL: it was waited for */
    int status;               /* of it then */
    struct signet_err err;
    atomic_bool stopped;
};

static bool stopped(void *ctx)
{
    const struct signet_ahead *ahead = ctx;
    return atomic_load(&ahead->stopped);
}

static int measure(void *ctx, struct signet_err *err)
{
    struct signet_ahead *ahead = ctx;
    return signet_artifact_measure(ahead->artifact, &ahead->opts, &ahead->manifest, err);
}

int signet_ahead_start(struct signet_artifact *artifact,
                       const struct signet_measure_opts *opts,
                       struct signet_ahead **ahead,
                       struct signet_err *err)
{
    if (opts->stop != NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "what is measured ahead has a stop of its own");
    }
    struct signet_ahead *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for measuring ahead");
    }
    made->artifact = artifact;
    made->opts = *opts;
    made->opts.stop = stopped;
    made->opts.stop_ctx = made;
    atomic_init(&made->stopped, false);
    int rc = signet_task_spawn(measure, made, &made->task, err);
    if (rc != SIGNET_OK) {
        free(made);
        return rc;
    }
    *ahead = made;
    return SIGNET_OK;
}

static bool same_names(const char *const *a, const char *const *b)
{
    size_t i = 0;
    if (a == NULL || b == NULL) {
        return a == b;
    }
    while (a[i] != NULL && b[i] != NULL && strcmp(a[i], b[i]) == 0) {
        i++;
    }
    return a[i] == NULL && b[i] == NULL;
}

/* In any order; what cannot be ignored is the same as nothing. */
static bool same_ignores(const char *const *a, const char *const *b)
{
    struct signet_ignore of_a;
    struct signet_ignore of_b = {NULL, NULL, 0};
    size_t i = 0;
    bool same = signet_ignore_init(&of_a, a, NULL) == SIGNET_OK &&
                signet_ignore_init(&of_b, b, NULL) == SIGNET_OK && of_a.count == of_b.count;
    for (; same && i < of_a.count; i++) {
        same = strcmp(of_a.paths[i], of_b.paths[i]) == 0;
    }
    signet_ignore_free(&of_a);
    signet_ignore_free(&of_b);
    return same;
}

static enum signet_digest_alg alg_of(const struct signet_measure_opts *opts)
{
    return opts->alg == SIGNET_DIGEST_NONE ? SIGNET_DIGEST_SHA256 : opts->alg;
}

/* Of what is chosen, stripped, shared out, remembered or taken from others nothing is guessed. */
static bool is_plain(const struct signet_measure_opts *opts)
{
    return opts->only == NULL && !opts->contents && opts->part_count == 0 &&
           opts->part_files == NULL && opts->memory == NULL;
}

bool signet_ahead_fits(const struct signet_ahead *ahead, const struct signet_measure_opts *opts)
{
    const struct signet_measure_opts *ours = &ahead->opts;
    return is_plain(opts) && is_plain(ours) && alg_of(opts) == alg_of(ours) &&
           opts->shard_size == ours->shard_size && opts->limits == ours->limits &&
           opts->may_be_empty == ours->may_be_empty &&
           same_names(opts->files_only, ours->files_only) &&
           same_ignores(opts->ignore, ours->ignore);
}

int signet_ahead_wait(struct signet_ahead *ahead,
                      const struct signet_manifest **manifest,
                      struct signet_err *err)
{
    if (ahead->task != NULL) {
        signet_err_clear(&ahead->err);
        ahead->status = signet_task_join(ahead->task, &ahead->err);
        ahead->task = NULL;
    }
    if (ahead->status != SIGNET_OK) {
        return signet_err_copy(err, &ahead->err);
    }
    *manifest = &ahead->manifest;
    return SIGNET_OK;
}

int signet_ahead_finish(struct signet_ahead *ahead,
                        struct signet_manifest *manifest,
                        struct signet_err *err)
{
    const struct signet_manifest *made = NULL;
    int rc = signet_ahead_wait(ahead, &made, err);
    *manifest = ahead->manifest;
    free(ahead);
    return rc;
}

void signet_ahead_free(struct signet_ahead *ahead)
{
    struct signet_manifest manifest;
    if (ahead != NULL) {
        atomic_store(&ahead->stopped, true);
        SIGNET_IGNORE(signet_ahead_finish(ahead, &manifest, NULL) != SIGNET_OK);
        signet_manifest_free(&manifest);
    }
}

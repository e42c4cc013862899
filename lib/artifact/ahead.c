/* SPDX-License-Identifier: Apache-2.0
 *
 * Listing a bundle, at once or ahead of time. Owns which tree is listed by which rules, and whether
 * a listing is the one that is needed; what is listed and refused is in list.c.
 */
#include "artifact/ahead.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "artifact/artifact.h"
#include "artifact/engine.h"
#include "artifact/list.h"
#include "artifact/manifest.h"
#include "artifact/tree.h"
#include "base/err.h"
#include "base/pool.h"

struct signet_ahead {
    const struct signet_artifact *artifact;
    struct signet_measure_opts opts;
    struct signet_ignore ignore;
    struct signet_manifest manifest;
    struct signet_task *task; /* NULL once it was waited for */
    bool listed;
    atomic_bool stopped;
};

/* Sizes are asked of all files for what needs them, else of as many as cost next to nothing. */
static size_t count_sizes(const struct signet_measure_opts *opts)
{
    bool all = opts->progress != NULL || opts->shard_size > 0 || opts->part_count > 0 ||
               opts->part_files != NULL;
    return all ? SIZE_MAX : SIGNET_ENGINE_AHEAD;
}

static int list(const struct signet_artifact *artifact,
                const struct signet_measure_opts *opts,
                const struct signet_list_rules *rules,
                struct signet_manifest *manifest,
                struct signet_err *err)
{
    struct signet_tree *tree = NULL;
    int rc = opts->only != NULL ? signet_tree_open_names(artifact->fd, opts->only, &tree, err)
                                : signet_tree_open_dir(artifact->fd, count_sizes(opts), &tree, err);
    if (rc == SIGNET_OK) {
        rc = signet_list(tree, rules, manifest, err);
    }
    signet_tree_close(tree);
    return rc;
}

int signet_ahead_list_now(const struct signet_artifact *artifact,
                          const struct signet_measure_opts *opts,
                          struct signet_ignore *ignore,
                          struct signet_manifest *manifest,
                          struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_list_rules rules = {
        .limits = opts->limits != NULL ? opts->limits : &standard,
        .ignore = ignore,
        .files_only = opts->files_only,
        .may_be_empty = opts->may_be_empty,
    };
    return list(artifact, opts, &rules, manifest, err);
}

static bool stopped(void *ctx)
{
    const struct signet_ahead *ahead = ctx;
    return atomic_load(&ahead->stopped);
}

static int list_ahead(void *ctx, struct signet_err *err)
{
    struct signet_ahead *ahead = ctx;
    const struct signet_limits standard = signet_limits_default();
    const struct signet_list_rules rules = {
        .limits = ahead->opts.limits != NULL ? ahead->opts.limits : &standard,
        .ignore = &ahead->ignore,
        .files_only = ahead->opts.files_only,
        .may_be_empty = ahead->opts.may_be_empty,
        .stop = stopped,
        .stop_ctx = ahead,
    };
    return list(ahead->artifact, &ahead->opts, &rules, &ahead->manifest, err);
}

int signet_ahead_start(const struct signet_artifact *artifact,
                       const struct signet_measure_opts *opts,
                       struct signet_ahead **ahead,
                       struct signet_err *err)
{
    struct signet_ahead *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a listing");
    }
    made->artifact = artifact;
    made->opts = *opts;
    atomic_init(&made->stopped, false);
    int rc = signet_ignore_init(&made->ignore, opts->ignore, err);
    if (rc == SIGNET_OK) {
        rc = signet_manifest_begin(&made->manifest, artifact->kind, SIGNET_DIGEST_SHA256, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_task_spawn(list_ahead, made, &made->task, err);
    }
    if (rc != SIGNET_OK) {
        signet_ahead_free(made);
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

static bool same_paths(const struct signet_ignore *a, const struct signet_ignore *b)
{
    size_t i = 0;
    while (i < a->count && i < b->count && strcmp(a->paths[i], b->paths[i]) == 0) {
        i++;
    }
    return i == a->count && i == b->count;
}

static bool same_limits(const struct signet_limits *a, const struct signet_limits *b)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *of_a = a != NULL ? a : &standard;
    const struct signet_limits *of_b = b != NULL ? b : &standard;
    return of_a->path == of_b->path && of_a->entries == of_b->entries;
}

static bool fits(const struct signet_ahead *ahead,
                 const struct signet_measure_opts *opts,
                 const struct signet_ignore *ignore)
{
    return opts->only == NULL && ahead->opts.only == NULL &&
           count_sizes(opts) == count_sizes(&ahead->opts) &&
           opts->may_be_empty == ahead->opts.may_be_empty &&
           same_limits(opts->limits, ahead->opts.limits) &&
           same_names(opts->files_only, ahead->opts.files_only) &&
           same_paths(ignore, &ahead->ignore);
}

static void wait_for(struct signet_ahead *ahead)
{
    if (ahead->task != NULL) {
        ahead->listed = signet_task_join(ahead->task, NULL) == SIGNET_OK;
        ahead->task = NULL;
    }
}

bool signet_ahead_take(struct signet_ahead *ahead,
                       const struct signet_measure_opts *opts,
                       const struct signet_ignore *ignore,
                       struct signet_manifest *manifest)
{
    if (!fits(ahead, opts, ignore)) {
        atomic_store(&ahead->stopped, true);
        return false;
    }
    wait_for(ahead);
    if (!ahead->listed) {
        return false;
    }
    ahead->listed = false;
    struct signet_manifest begun = *manifest;
    *manifest = ahead->manifest;
    manifest->alg = begun.alg;
    manifest->shard_size = begun.shard_size;
    manifest->partial = begun.partial;
    ahead->manifest = begun;
    return true;
}

void signet_ahead_free(struct signet_ahead *ahead)
{
    if (ahead != NULL) {
        atomic_store(&ahead->stopped, true);
        wait_for(ahead);
        signet_ignore_free(&ahead->ignore);
        signet_manifest_free(&ahead->manifest);
        free(ahead);
    }
}

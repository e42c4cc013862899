/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring: list, hash every entry on all threads, seal. Owns the order of these steps and the
 * progress reported; what each step means is in list.c, hasher.c and manifest.c.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "artifact/hasher.h"
#include "artifact/ignore.h"
#include "artifact/list.h"
#include "artifact/manifest.h"
#include "artifact/tree.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/pool.h"
#include "base/utf8.h"

enum {
    JOBS_MAX = 64, /* 16 MiB of chunks */
    PROGRESS_STEP = 1 << 20
};

struct progress {
    void (*call)(void *ctx, uint64_t done, uint64_t total); /* or NULL */
    void *ctx;
    uint64_t total;
    atomic_uint_fast64_t done;
    atomic_flag busy;        /* set while one thread is in call */
    bool (*stop)(void *ctx); /* or NULL */
    void *stop_ctx;
};

struct measuring {
    const struct signet_artifact *artifact;
    struct signet_manifest *manifest;
    struct signet_hasher *crew; /* one for each worker */
    struct progress progress;
};

static void report(struct progress *progress)
{
    uint64_t done = atomic_load(&progress->done);
    progress->call(progress->ctx, done < progress->total ? done : progress->total, progress->total);
}

static bool may_go_on(const struct progress *progress)
{
    return progress->stop == NULL || !progress->stop(progress->stop_ctx);
}

/* At each step asks whether to go on, and reports it once, unless another thread is reporting just
 * then. */
static bool advance(void *ctx, size_t bytes)
{
    struct progress *progress = ctx;
    uint64_t before = atomic_fetch_add(&progress->done, bytes);
    if (before / PROGRESS_STEP == (before + bytes) / PROGRESS_STEP) {
        return true;
    }
    if (progress->call != NULL && !atomic_flag_test_and_set(&progress->busy)) {
        report(progress);
        atomic_flag_clear(&progress->busy);
    }
    return may_go_on(progress);
}

static int hash_file(const struct measuring *measuring,
                     struct signet_hasher *hasher,
                     struct progress *progress,
                     struct signet_err *err)
{
    if (lseek(measuring->artifact->fd, 0, SEEK_SET) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot read from the start");
    }
    return signet_hasher_file(hasher, measuring->artifact->fd, &measuring->manifest->entries[0],
                              advance, progress, err);
}

static int hash_entry(void *ctx, size_t index, size_t worker, struct signet_err *err)
{
    struct measuring *measuring = ctx;
    struct signet_hasher *hasher = &measuring->crew[worker];
    struct signet_entry *entry = &measuring->manifest->entries[index];
    char shown[SIGNET_SHOW_MAX];
    int fd = -1;
    if (!may_go_on(&measuring->progress)) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED, "stopped before all was read");
    }
    if (measuring->artifact->kind == SIGNET_ARTIFACT_FILE) {
        return hash_file(measuring, hasher, &measuring->progress, err);
    }
    int rc = signet_tree_open_beneath(measuring->artifact->fd, entry->name, &fd, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_hasher_file(hasher, fd, entry, advance, &measuring->progress, err);
    signet_fd_close(&fd);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(entry->name), shown));
    }
    return rc;
}

/* As many as asked for, but no more than there are files, nor than memory is promised for. */
static size_t count_workers(size_t jobs, size_t files)
{
    size_t workers = jobs == 0 ? signet_pool_default_workers() : jobs;
    size_t most = files < JOBS_MAX ? files : JOBS_MAX;
    workers = workers < most ? workers : most;
    return workers > 0 ? workers : 1;
}

static int hash_entries(struct measuring *measuring, size_t jobs, struct signet_err *err)
{
    size_t count = measuring->manifest->count;
    size_t workers = count_workers(jobs, count);
    measuring->crew = calloc(workers, sizeof(*measuring->crew));
    if (measuring->crew == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu threads", workers);
    }
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < workers; i++) {
        rc = signet_hasher_init(&measuring->crew[i], measuring->manifest->alg, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_pool_run(workers, count, hash_entry, measuring, err);
    }
    for (size_t i = 0; i < workers; i++) {
        signet_hasher_free(&measuring->crew[i]);
    }
    free(measuring->crew);
    measuring->crew = NULL;
    return rc;
}

static int list_bundle(const struct measuring *measuring,
                       const struct signet_measure_opts *opts,
                       struct signet_ignore *ignore,
                       struct signet_err *err)
{
    struct signet_limits limits = opts->limits != NULL ? *opts->limits : signet_limits_default();
    const struct signet_list_rules rules = {&limits, ignore, opts->files_only, opts->may_be_empty};
    struct signet_tree *tree = NULL;
    int rc = signet_tree_open_dir(measuring->artifact->fd, opts->progress != NULL, &tree, err);
    if (rc == SIGNET_OK) {
        rc = signet_list(tree, &rules, measuring->manifest, err);
    }
    signet_tree_close(tree);
    return rc;
}

/* A file's only entry is named as the file, whatever its name: no other name can be mixed up with
 * it. */
static int list_file(const struct measuring *measuring, struct signet_err *err)
{
    struct stat st;
    if (fstat(measuring->artifact->fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    return signet_manifest_add_file(measuring->manifest, signet_span_str(measuring->artifact->name),
                                    (uint64_t)st.st_size, 1, err);
}

static int measure(struct measuring *measuring,
                   const struct signet_measure_opts *opts,
                   struct signet_ignore *ignore,
                   struct signet_err *err)
{
    struct signet_manifest *manifest = measuring->manifest;
    enum signet_digest_alg alg = opts->alg == SIGNET_DIGEST_NONE ? SIGNET_DIGEST_SHA256 : opts->alg;
    int rc = signet_manifest_begin(manifest, measuring->artifact->kind, alg, err);
    if (rc == SIGNET_OK) {
        rc = measuring->artifact->kind == SIGNET_ARTIFACT_BUNDLE
                 ? list_bundle(measuring, opts, ignore, err)
                 : list_file(measuring, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    for (size_t i = 0; i < manifest->count; i++) {
        measuring->progress.total += manifest->entries[i].size;
    }
    rc = hash_entries(measuring, opts->jobs, err);
    if (rc == SIGNET_OK) {
        rc = signet_manifest_seal(manifest, err);
    }
    if (rc == SIGNET_OK && opts->progress != NULL) {
        report(&measuring->progress);
    }
    return rc;
}

int signet_artifact_measure(struct signet_artifact *artifact,
                            const struct signet_measure_opts *opts,
                            struct signet_manifest *manifest,
                            struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_ignore ignore;
    memset(manifest, 0, sizeof(*manifest));
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "measure: expected options of %zu bytes, found %zu", sizeof(*opts),
                              opts->size);
    }
    if (opts->alg != SIGNET_DIGEST_NONE && signet_digest_size(opts->alg) == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "measure: digest algorithm %d is unknown",
                              (int)opts->alg);
    }
    int rc = signet_ignore_init(&ignore, opts->ignore, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct measuring measuring = {
        .artifact = artifact,
        .manifest = manifest,
        .progress = {.call = opts->progress,
                     .ctx = opts->progress_ctx,
                     .busy = ATOMIC_FLAG_INIT,
                     .stop = opts->stop,
                     .stop_ctx = opts->stop_ctx},
    };
    rc = measure(&measuring, opts, &ignore, err);
    signet_ignore_free(&ignore);
    if (rc != SIGNET_OK) {
        signet_manifest_free(manifest);
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(artifact->path), shown));
    }
    return rc;
}

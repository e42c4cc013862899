/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring: list, digest every entry, seal. Owns the order of these steps; what each means is in
 * list.c, engine.c and manifest.c.
 */
#include <errno.h>

#include "artifact/artifact.h"
#include "artifact/engine.h"
#include "artifact/ignore.h"
#include "artifact/list.h"
#include "artifact/manifest.h"
#include "artifact/tree.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

struct measuring {
    const struct signet_artifact *artifact;
    const struct signet_measure_opts *opts;
    struct signet_limits limits;
    struct signet_manifest *manifest;
};

/* Sizes are asked of all files for what needs them, else of as many as cost next to nothing. */
static size_t count_sizes(const struct signet_measure_opts *opts)
{
    return opts->progress != NULL || opts->shard_size > 0 ? SIZE_MAX : SIGNET_ENGINE_AHEAD;
}

static int
list_bundle(const struct measuring *measuring, struct signet_ignore *ignore, struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    const struct signet_list_rules rules = {&measuring->limits, ignore, opts->files_only,
                                            opts->may_be_empty};
    struct signet_tree *tree = NULL;
    int rc = signet_tree_open_dir(measuring->artifact->fd, count_sizes(opts), &tree, err);
    if (rc == SIGNET_OK) {
        rc = signet_list(tree, &rules, measuring->manifest, err);
    }
    signet_tree_close(tree);
    return rc;
}

/* A file's only entry is named as the file, whatever its name: no other name can be mixed up with
 * it. */
static int list_file(const struct measuring *measuring, uint64_t size, struct signet_err *err)
{
    return signet_manifest_add_file(measuring->manifest, signet_span_str(measuring->artifact->name),
                                    size, 1, err);
}

static int digest(const struct measuring *measuring,
                  const struct signet_engine_input *input,
                  struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    struct signet_manifest *manifest = measuring->manifest;
    struct signet_engine_opts how = {
        .jobs = opts->jobs,
        .progress = opts->progress,
        .progress_ctx = opts->progress_ctx,
        .stop = opts->stop,
        .stop_ctx = opts->stop_ctx,
        .memory = opts->memory,
    };
    for (size_t i = 0; i < manifest->count; i++) {
        how.total += manifest->entries[i].size;
    }
    int rc = signet_manifest_make_room(manifest, measuring->limits.entries, err);
    if (rc == SIGNET_OK) {
        rc = signet_engine_run(manifest, input, &how, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_manifest_seal(manifest, err);
    }
    return rc;
}

static int measure_bundle(const struct measuring *measuring,
                          struct signet_ignore *ignore,
                          struct signet_err *err)
{
    const struct signet_engine_input input = {.root_fd = measuring->artifact->fd, .file_fd = -1};
    int rc = list_bundle(measuring, ignore, err);
    return rc == SIGNET_OK ? digest(measuring, &input, err) : rc;
}

static int measure_file(const struct measuring *measuring, struct signet_err *err)
{
    const struct signet_engine_input input = {.root_fd = -1, .file_fd = measuring->artifact->fd};
    struct stat before;
    struct stat after;
    if (fstat(input.file_fd, &before) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    int rc = list_file(measuring, (uint64_t)before.st_size, err);
    if (rc == SIGNET_OK) {
        rc = digest(measuring, &input, err);
    }
    if (rc == SIGNET_OK && fstat(input.file_fd, &after) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    if (rc == SIGNET_OK && !signet_fd_unchanged(&before, &after)) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was read");
    }
    return rc;
}

static int check_opts(const struct signet_artifact *artifact,
                      const struct signet_measure_opts *opts,
                      struct signet_err *err)
{
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "measure: expected options of %zu bytes, found %zu", sizeof(*opts),
                              opts->size);
    }
    if (opts->alg != SIGNET_DIGEST_NONE && signet_digest_size(opts->alg) == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "measure: digest algorithm %d is unknown",
                              (int)opts->alg);
    }
    if (opts->shard_size > 0 && artifact->kind == SIGNET_ARTIFACT_FILE) {
        return signet_err_set(err, SIGNET_E_USAGE, "measure: only files of a bundle have shards");
    }
    return SIGNET_OK;
}

static int
measure(struct measuring *measuring, struct signet_ignore *ignore, struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    enum signet_digest_alg alg = opts->alg == SIGNET_DIGEST_NONE ? SIGNET_DIGEST_SHA256 : opts->alg;
    int rc = signet_manifest_begin(measuring->manifest, measuring->artifact->kind, alg, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    measuring->manifest->shard_size = opts->shard_size;
    rc = measuring->artifact->kind == SIGNET_ARTIFACT_BUNDLE
             ? measure_bundle(measuring, ignore, err)
             : measure_file(measuring, err);
    if (rc == SIGNET_OK && opts->progress != NULL) {
        opts->progress(opts->progress_ctx, measuring->manifest->bytes, measuring->manifest->bytes);
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
    int rc = check_opts(artifact, opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_ignore_init(&ignore, opts->ignore, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct measuring measuring = {
        .artifact = artifact,
        .opts = opts,
        .limits = opts->limits != NULL ? *opts->limits : signet_limits_default(),
        .manifest = manifest,
    };
    rc = measure(&measuring, &ignore, err);
    signet_ignore_free(&ignore);
    if (rc != SIGNET_OK) {
        signet_manifest_free(manifest);
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(artifact->path), shown));
    }
    return rc;
}

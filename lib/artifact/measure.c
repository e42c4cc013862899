/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring: list, digest every entry, seal. Owns the order of these steps; what each means is in
 * list.c, engine.c, contents.c (archives) and manifest.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "artifact/artifact.h"
#include "artifact/contents.h"
#include "artifact/engine.h"
#include "artifact/ignore.h"
#include "artifact/list.h"
#include "artifact/manifest.h"
#include "artifact/part.h"
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
    bool all = opts->progress != NULL || opts->shard_size > 0 || opts->part_count > 0 ||
               opts->part_files != NULL;
    return all ? SIZE_MAX : SIGNET_ENGINE_AHEAD;
}

static struct signet_list_rules rules_of(const struct measuring *measuring,
                                         struct signet_ignore *ignore)
{
    const struct signet_measure_opts *opts = measuring->opts;
    return (struct signet_list_rules){
        .limits = &measuring->limits,
        .ignore = ignore,
        .files_only = opts->files_only,
        .may_be_empty = opts->may_be_empty,
        .stop = opts->stop,
        .stop_ctx = opts->stop_ctx,
    };
}

static int
list_bundle(const struct measuring *measuring, struct signet_ignore *ignore, struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    const struct signet_list_rules rules = rules_of(measuring, ignore);
    struct signet_tree *tree = NULL;
    int root_fd = measuring->artifact->fd;
    const char *const *names = opts->only != NULL ? opts->only : opts->files;
    int rc = names != NULL ? signet_tree_open_names(root_fd, names, &tree, err)
                           : signet_tree_open_dir(root_fd, count_sizes(opts), &tree, err);
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
        .look = opts->look,
        .watch = &measuring->artifact->watch,
    };
    for (size_t i = 0; i < manifest->count; i++) {
        how.total += manifest->entries[i].size;
    }
    int rc = signet_manifest_make_room(manifest, measuring->limits.entries, err);
    return rc == SIGNET_OK ? signet_engine_run(manifest, input, &how, err) : rc;
}

/* Keeps of what was listed the part that is asked for. */
static int keep_part(const struct measuring *measuring, struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    struct signet_manifest *manifest = measuring->manifest;
    int rc = signet_part_listing(manifest, &manifest->listing, err);
    manifest->part = opts->part;
    manifest->part_count = opts->part_count;
    return rc == SIGNET_OK ? signet_part_keep(manifest, opts->part, opts->part_count, err) : rc;
}

/* Takes the digests of what was listed from those who computed them. */
static int join_parts(const struct measuring *measuring, struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    measuring->manifest->from_parts = measuring->manifest->count;
    return signet_part_join(measuring->manifest, opts->part_files, opts->part_file_count,
                            &measuring->limits, err);
}

static int measure_bundle(const struct measuring *measuring,
                          struct signet_ignore *ignore,
                          struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    const struct signet_engine_input input = {.root_fd = measuring->artifact->fd, .file_fd = -1};
    int rc = list_bundle(measuring, ignore, err);
    if (rc == SIGNET_OK && opts->part_files != NULL) {
        return join_parts(measuring, err);
    }
    if (rc == SIGNET_OK && opts->part_count > 0) {
        rc = keep_part(measuring, err);
    }
    return rc == SIGNET_OK ? digest(measuring, &input, err) : rc;
}

static int
measure_file(const struct measuring *measuring, const struct stat *st, struct signet_err *err)
{
    const struct signet_engine_input input = {.root_fd = -1, .file_fd = measuring->artifact->fd};
    int rc = list_file(measuring, (uint64_t)st->st_size, err);
    if (rc == SIGNET_OK) {
        signet_manifest_note_file(&measuring->manifest->entries[0], st);
        rc = digest(measuring, &input, err);
    }
    return rc;
}

static int list_contents(const struct measuring *measuring,
                         const struct signet_contents *contents,
                         struct signet_ignore *ignore,
                         struct signet_err *err)
{
    const struct signet_list_rules rules = rules_of(measuring, ignore);
    const char *stripped = signet_contents_stripped(contents);
    struct signet_tree *tree = NULL;
    int rc = signet_contents_tree(contents, &tree, err);
    if (rc == SIGNET_OK) {
        rc = signet_list(tree, &rules, measuring->manifest, err);
    }
    if (rc == SIGNET_OK && stripped != NULL) {
        rc = signet_manifest_set_stripped(measuring->manifest, stripped, err);
    }
    signet_tree_close(tree);
    return rc;
}

/* Digests files that lie in the archive as they are. */
static int digest_in_place(const struct measuring *measuring,
                           const struct signet_contents *contents,
                           struct signet_err *err)
{
    struct signet_manifest *manifest = measuring->manifest;
    if (manifest->count == 0) {
        return SIGNET_OK;
    }
    uint64_t *offsets = calloc(manifest->count, sizeof(*offsets));
    uint32_t *sums = calloc(manifest->count, sizeof(*sums));
    int rc = SIGNET_OK;
    if (offsets == NULL || sums == NULL) {
        rc = signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu entries", manifest->count);
    }
    const struct signet_engine_input input = {
        .root_fd = -1,
        .file_fd = measuring->artifact->fd,
        .offsets = offsets,
        .crc32 = signet_contents_summed(contents) ? sums : NULL,
    };
    if (rc == SIGNET_OK) {
        rc = signet_contents_locate(contents, manifest, offsets, sums, err);
    }
    if (rc == SIGNET_OK) {
        rc = digest(measuring, &input, err);
    }
    free(offsets);
    free(sums);
    return rc;
}

/* What had to be unpacked was digested meanwhile. */
static int measure_contents(const struct measuring *measuring,
                            struct signet_ignore *ignore,
                            struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    struct signet_manifest *manifest = measuring->manifest;
    const struct signet_contents_rules rules = {
        .limits = &measuring->limits,
        .alg = manifest->alg,
        .shard_size = manifest->shard_size,
        .strip = opts->strip,
        .jobs = opts->jobs,
        .progress = opts->progress,
        .progress_ctx = opts->progress_ctx,
    };
    struct signet_contents *contents = NULL;
    int rc = signet_contents_read(measuring->artifact->fd, &rules, &contents, err);
    if (rc == SIGNET_OK) {
        rc = list_contents(measuring, contents, ignore, err);
    }
    if (rc == SIGNET_OK && signet_contents_direct(contents)) {
        rc = digest_in_place(measuring, contents, err);
    } else if (rc == SIGNET_OK) {
        rc = signet_manifest_make_room(manifest, measuring->limits.entries, err);
        if (rc == SIGNET_OK) {
            rc = signet_contents_fill(contents, manifest, err);
        }
    }
    signet_contents_free(contents);
    return rc;
}

/* A file, or what it holds: it must not change meanwhile. */
static int measure_in_file(const struct measuring *measuring,
                           struct signet_ignore *ignore,
                           struct signet_err *err)
{
    int fd = measuring->artifact->fd;
    struct stat before;
    struct stat after;
    if (fstat(fd, &before) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    int rc = measuring->manifest->kind == SIGNET_ARTIFACT_BUNDLE
                 ? measure_contents(measuring, ignore, err)
                 : measure_file(measuring, &before, err);
    if (rc == SIGNET_OK && fstat(fd, &after) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    if (rc == SIGNET_OK && !signet_fd_unchanged(&before, &after)) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was read");
    }
    return rc;
}

/* Parts are of whole files of a directory by SHA-256, and either one is made or all are joined. */
static int check_parts(const struct signet_artifact *artifact,
                       const struct signet_measure_opts *opts,
                       struct signet_err *err)
{
    bool one = opts->part_count > 0;
    bool all = opts->part_files != NULL;
    bool sha256 = opts->alg == SIGNET_DIGEST_NONE || opts->alg == SIGNET_DIGEST_SHA256;
    if (!one && !all && opts->part == 0) {
        return SIGNET_OK;
    }
    if (artifact->kind != SIGNET_ARTIFACT_BUNDLE) {
        return signet_err_set(err, SIGNET_E_USAGE, "measure: only a directory has parts");
    }
    if (one == all || opts->only != NULL || opts->shard_size > 0 || !sha256) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "measure: a part is of whole files by SHA-256, and made or joined");
    }
    if (one &&
        (opts->part == 0 || opts->part > opts->part_count || opts->part_count > SIGNET_PART_MAX)) {
        return signet_err_set(err, SIGNET_E_USAGE, "measure: there is no part %llu of %llu",
                              (unsigned long long)opts->part, (unsigned long long)opts->part_count);
    }
    return SIGNET_OK;
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
    if (opts->shard_size > 0 && artifact->kind == SIGNET_ARTIFACT_FILE && !opts->contents) {
        return signet_err_set(err, SIGNET_E_USAGE, "measure: only files of a bundle have shards");
    }
    if (opts->only != NULL && artifact->kind == SIGNET_ARTIFACT_FILE) {
        return signet_err_set(err, SIGNET_E_USAGE, "measure: only a bundle has entries to choose");
    }
    bool whole = opts->only == NULL && opts->part_count == 0 && opts->part_files == NULL;
    if (opts->files != NULL && (artifact->kind == SIGNET_ARTIFACT_FILE || !whole)) {
        return signet_err_set(err, SIGNET_E_USAGE, "measure: files are chosen of a whole folder");
    }
    return check_parts(artifact, opts, err);
}

static int
measure(struct measuring *measuring, struct signet_ignore *ignore, struct signet_err *err)
{
    const struct signet_measure_opts *opts = measuring->opts;
    enum signet_digest_alg alg = opts->alg == SIGNET_DIGEST_NONE ? SIGNET_DIGEST_SHA256 : opts->alg;
    bool directory = measuring->artifact->kind == SIGNET_ARTIFACT_BUNDLE;
    int rc = signet_manifest_begin(
        measuring->manifest, opts->contents ? SIGNET_ARTIFACT_BUNDLE : measuring->artifact->kind,
        alg, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    measuring->manifest->shard_size = opts->shard_size;
    measuring->manifest->partial = opts->only != NULL || opts->part_count > 0;
    rc = directory ? measure_bundle(measuring, ignore, err)
                   : measure_in_file(measuring, ignore, err);
    if (rc == SIGNET_OK) {
        rc = signet_manifest_seal(measuring->manifest, err);
    }
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

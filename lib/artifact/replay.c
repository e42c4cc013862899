/* SPDX-License-Identifier: Apache-2.0
 *
 * From an artifact and what it was measured to, back to bytes. Owns that they are the same bytes:
 * the artifact may have changed since. Knows nothing of where they go.
 */
#include "artifact/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/archive.h"
#include "artifact/artifact.h"
#include "artifact/contents.h"
#include "artifact/opener.h"
#include "artifact/unpacked.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

enum {
    CHUNK = 1 << 18,
    SHA256_BYTES = 32
};

struct replay {
    struct signet_artifact *artifact;
    const struct signet_manifest *manifest;
    const struct signet_replay_opts *opts;
    const struct signet_replay_sink *sink;
    struct signet_unpacked *digests;
    uint64_t *first; /* for each entry the number of its first digest, or not_given */
    uint8_t *chunk;
    uint64_t done; /* bytes */
};

static const uint64_t not_given = UINT64_MAX;

static int changed(const struct signet_entry *entry, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_MISMATCH, "%s: changed since it was verified",
                          signet_utf8_show(signet_span_str(entry->name), shown));
}

static int begin_entry(struct replay *replay,
                       const struct signet_entry *entry,
                       uint64_t size,
                       struct signet_err *err)
{
    size_t index = (size_t)(entry - replay->manifest->entries);
    if (size != entry->size || replay->first[index] != not_given) {
        return changed(entry, err);
    }
    int rc = signet_unpacked_begin(replay->digests, size, &replay->first[index], err);
    return rc == SIGNET_OK ? replay->sink->begin(replay->sink->ctx, entry, err) : rc;
}

static int give(struct replay *replay, struct signet_span bytes, struct signet_err *err)
{
    const struct signet_replay_opts *opts = replay->opts;
    int rc = signet_unpacked_put(replay->digests, bytes, err);
    if (rc == SIGNET_OK) {
        rc = replay->sink->put(replay->sink->ctx, bytes, err);
    }
    replay->done += bytes.len;
    if (opts->progress != NULL) {
        opts->progress(opts->progress_ctx, replay->done, replay->manifest->bytes);
    }
    return rc;
}

/* Exactly the size that was measured, and then the end. */
static int
give_file(struct replay *replay, int fd, const struct signet_entry *entry, struct signet_err *err)
{
    struct stat st;
    struct signet_fd_run run = {.buf = replay->chunk, .len = CHUNK, .offset = 0};
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    if (!S_ISREG(st.st_mode)) {
        return changed(entry, err);
    }
    int rc = begin_entry(replay, entry, (uint64_t)st.st_size, err);
    while (rc == SIGNET_OK) {
        size_t got = 0;
        bool cold = false;
        rc = signet_fd_pread(fd, &run, true, &got, &cold, err);
        if (rc != SIGNET_OK || got == 0) {
            break;
        }
        if (got > entry->size - run.offset) {
            return changed(entry, err);
        }
        run.offset += got;
        rc = give(replay, signet_span_of(replay->chunk, got), err);
    }
    if (rc == SIGNET_OK && run.offset != entry->size) {
        return changed(entry, err);
    }
    return rc == SIGNET_OK ? replay->sink->end(replay->sink->ctx, err) : rc;
}

static int give_directory(struct replay *replay, struct signet_err *err)
{
    struct signet_opener opener;
    int rc = SIGNET_OK;
    signet_opener_init(&opener, replay->artifact->fd, NULL);
    for (size_t i = 0; rc == SIGNET_OK && i < replay->manifest->count; i++) {
        const struct signet_entry *entry = &replay->manifest->entries[i];
        int fd = -1;
        if (!replay->sink->wants(replay->sink->ctx, entry)) {
            continue;
        }
        rc = signet_opener_open(&opener, entry->name, &fd, err);
        if (rc == SIGNET_OK) {
            rc = give_file(replay, fd, entry, err);
        }
        signet_fd_close(&fd);
    }
    signet_opener_clear(&opener);
    return rc;
}

/* The entry that an item of the archive was measured as, or NULL. */
static const struct signet_entry *entry_of(const struct signet_manifest *manifest,
                                           const struct signet_layout_item *item)
{
    struct signet_span name = signet_contents_name(item);
    if (manifest->stripped != NULL) {
        size_t len = strlen(manifest->stripped);
        if (!signet_span_begins(name, manifest->stripped) || name.len == len ||
            name.ptr[len] != '/') {
            return NULL;
        }
        name = signet_span_of(name.ptr + len + 1, name.len - len - 1);
    }
    return signet_manifest_find(manifest, name);
}

static int give_item(struct replay *replay,
                     struct signet_archive *archive,
                     const struct signet_layout_item *item,
                     struct signet_err *err)
{
    const struct signet_entry *entry = entry_of(replay->manifest, item);
    struct signet_span bytes = {NULL, 0};
    if (entry == NULL || !replay->sink->wants(replay->sink->ctx, entry)) {
        return SIGNET_OK;
    }
    if (!S_ISREG(item->mode) || item->hard_link) {
        return changed(entry, err);
    }
    int rc = begin_entry(replay, entry, item->size, err);
    do {
        if (rc == SIGNET_OK) {
            rc = signet_archive_read(archive, &bytes, err);
        }
        if (rc == SIGNET_OK && bytes.len > 0) {
            rc = give(replay, bytes, err);
        }
    } while (rc == SIGNET_OK && bytes.len > 0);
    return rc == SIGNET_OK ? replay->sink->end(replay->sink->ctx, err) : rc;
}

static int give_archive(struct replay *replay, struct signet_err *err)
{
    struct signet_archive *archive = NULL;
    struct signet_layout_item item;
    int rc = signet_archive_open(replay->artifact->fd, replay->opts->limits, &archive, err);
    do {
        if (rc == SIGNET_OK) {
            rc = signet_archive_next(archive, &item, err);
        }
        if (rc == SIGNET_OK && item.name.len > 0) {
            rc = give_item(replay, archive, &item, err);
        }
    } while (rc == SIGNET_OK && item.name.len > 0);
    signet_archive_close(archive);
    return rc;
}

static int give_all(struct replay *replay, struct signet_err *err)
{
    const struct signet_manifest *manifest = replay->manifest;
    if (replay->artifact->kind == SIGNET_ARTIFACT_BUNDLE) {
        return give_directory(replay, err);
    }
    return manifest->kind == SIGNET_ARTIFACT_BUNDLE
               ? give_archive(replay, err)
               : give_file(replay, replay->artifact->fd, &manifest->entries[0], err);
}

static bool same_digests(const struct replay *replay, size_t index)
{
    const struct signet_manifest *manifest = replay->manifest;
    const struct signet_entry *entry = &manifest->entries[index];
    uint64_t first = replay->first[index];
    for (uint64_t i = 0; i < signet_entry_digests(manifest, entry); i++) {
        struct signet_span digest = signet_entry_digest(manifest, entry, i);
        if (memcmp(signet_unpacked_digest(replay->digests, first + i, false), digest.ptr,
                   digest.len) != 0) {
            return false;
        }
    }
    return manifest->shard_size > 0 || memcmp(signet_unpacked_digest(replay->digests, first, true),
                                              entry->sha256, SHA256_BYTES) == 0;
}

static int check_all(const struct replay *replay, struct signet_err *err)
{
    int rc = signet_unpacked_finish(replay->digests, err);
    for (size_t i = 0; rc == SIGNET_OK && i < replay->manifest->count; i++) {
        const struct signet_entry *entry = &replay->manifest->entries[i];
        bool wanted = replay->sink->wants(replay->sink->ctx, entry);
        if (wanted && (replay->first[i] == not_given || !same_digests(replay, i))) {
            rc = changed(entry, err);
        }
    }
    return rc;
}

int signet_replay(struct signet_artifact *artifact,
                  const struct signet_manifest *manifest,
                  const struct signet_replay_opts *opts,
                  const struct signet_replay_sink *sink,
                  struct signet_err *err)
{
    struct replay replay = {.artifact = artifact, .manifest = manifest, .opts = opts, .sink = sink};
    if (manifest->count == 0) {
        return SIGNET_OK;
    }
    replay.first = malloc(manifest->count * sizeof(*replay.first));
    replay.chunk = malloc(CHUNK);
    int rc = SIGNET_OK;
    if (replay.first == NULL || replay.chunk == NULL) {
        rc = signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu entries", manifest->count);
    } else {
        memset(replay.first, 0xFF, manifest->count * sizeof(*replay.first)); /* not_given */
        rc = signet_unpacked_new(manifest->alg, manifest->shard_size, opts->jobs != 1,
                                 &replay.digests, err);
    }
    if (rc == SIGNET_OK) {
        rc = give_all(&replay, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_all(&replay, err);
    }
    signet_unpacked_free(replay.digests);
    free(replay.chunk);
    free(replay.first);
    return rc;
}

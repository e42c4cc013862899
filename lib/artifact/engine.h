/* SPDX-License-Identifier: Apache-2.0
 *
 * Digesting everything that a manifest lists, on all processors, two runs of bytes at a time on
 * each.
 */
#ifndef SIGNET_ARTIFACT_ENGINE_H
#define SIGNET_ARTIFACT_ENGINE_H

#include <signet/artifact.h>
#include <stdbool.h>

struct stat;
struct signet_artifact_watch;

/** Regular files that are worth asking for their size when they are listed, so that large ones are
 *  read first. */
#define SIGNET_ENGINE_AHEAD 4096

/** Where the bytes are. Exactly one of root_fd and file_fd is not -1. */
struct signet_engine_input {
    int root_fd;             /* each entry is opened by its name beneath this directory */
    int file_fd;             /* each entry lies in this file; whoever opened it watches it */
    const uint64_t *offsets; /* of the entries in file_fd; NULL: it has one, which is the file */
    const uint32_t *crc32;   /* of the entries in file_fd, none of them in pieces; may be NULL */
};

/**
 * Digests that are known without reading. Asked for whole files that are opened by their names and
 * digested by SHA-256 alone; by several threads at once, about each entry by one.
 */
struct signet_engine_memory {
    void *ctx;
    /* Once, before anything is opened. Returns SIGNET_OK or what ends the work. */
    int (*begin)(void *ctx, const struct signet_manifest *manifest, struct signet_err *err);
    /* Before the first byte is read: st is what fstat() says of fd. If the SHA-256 of the entry
     * and its usage are known they are written, and nothing is read. */
    bool (*recall)(
        void *ctx, size_t index, int fd, const struct stat *st, struct signet_entry *entry);
    /* After all was read of what was not known, and fstat() says the same still. */
    void (*learn)(
        void *ctx, size_t index, int fd, const struct stat *st, const struct signet_entry *entry);
};

/** How to go about it. */
struct signet_engine_opts {
    size_t jobs; /* threads, at most 64; 0 means one for each processor */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;
    uint64_t total; /* bytes, for progress */
    /* Asked about once for each file and each MiB, by any thread; true ends it. May be NULL. */
    bool (*stop)(void *ctx);
    void *stop_ctx;
    const struct signet_engine_memory *memory; /* NULL: everything is read */
    const struct signet_lane_look *look;       /* at whole files that are opened; or NULL */
    const struct signet_artifact_watch *watch; /* of what is opened by its name; may be NULL */
};

/**
 * Reads every entry of a manifest with room for its digests (signet_manifest_make_room()) once,
 * unless opts->memory knows it, and sets sizes, SHA-256, digests, and what opts->look finds. Each
 * entry must be a regular file of the size that was listed if that is larger than
 * SIGNET_ENGINE_LARGE or the manifest is of shards or a part, and must not change while it is read.
 * Result and error do not depend on jobs: of several failures that of the first entry is told, with
 * its name in front. Returns SIGNET_OK, SIGNET_E_FORBIDDEN (a link, or no regular file),
 * SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_engine_run(struct signet_manifest *manifest,
                                       const struct signet_engine_input *input,
                                       const struct signet_engine_opts *opts,
                                       struct signet_err *err);

/** Bytes from which on a file is large: it is shared out by itself, before all others. */
#define SIGNET_ENGINE_LARGE ((uint64_t)4 << 20)

#endif

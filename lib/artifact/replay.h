/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a measured artifact once more, for who wants its bytes and not its digests.
 */
#ifndef SIGNET_ARTIFACT_REPLAY_H
#define SIGNET_ARTIFACT_REPLAY_H

#include <signet/artifact.h>

/** Who wants the bytes. All calls come from one thread: for each entry that is wanted one begin(),
 *  its bytes by put(), one end(). They return SIGNET_OK, or a failure that ends it all. */
struct signet_replay_sink {
    bool (*wants)(void *ctx, const struct signet_entry *entry);
    int (*begin)(void *ctx, const struct signet_entry *entry, struct signet_err *err);
    int (*put)(void *ctx, struct signet_span bytes, struct signet_err *err);
    int (*end)(void *ctx, struct signet_err *err);
    void *ctx;
};

/** How to go about it. */
struct signet_replay_opts {
    const struct signet_limits *limits;
    size_t jobs;                                                /* 1: use no second thread */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;
};

/**
 * Gives every wanted entry of a manifest that artifact was measured to, in any order, and digests
 * it meanwhile: nothing that was given counts before this returns SIGNET_OK, which it does only if
 * each wanted entry was given once and all its digests are those of the manifest. Entries of the
 * artifact that are not in the manifest are passed over. Returns SIGNET_OK, SIGNET_E_MISMATCH (it
 * is not what was measured any more), what signet_artifact_measure() returns, or what sink
 * returned.
 */
SIGNET_NODISCARD int signet_replay(struct signet_artifact *artifact,
                                   const struct signet_manifest *manifest,
                                   const struct signet_replay_opts *opts,
                                   const struct signet_replay_sink *sink,
                                   struct signet_err *err);

#endif

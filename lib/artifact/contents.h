/* SPDX-License-Identifier: Apache-2.0
 *
 * An archive as a bundle: all that it holds, judged, in order, and below the right folder.
 */
#ifndef SIGNET_ARTIFACT_CONTENTS_H
#define SIGNET_ARTIFACT_CONTENTS_H

#include <signet/artifact.h>

#include "artifact/layout.h"
#include "artifact/tree.h"

/** How an archive is read. */
struct signet_contents_rules {
    const struct signet_limits *limits;
    enum signet_digest_alg alg;
    uint64_t shard_size; /* as in struct signet_manifest */
    struct signet_strip strip;
    size_t jobs; /* threads; 0 means one for each processor */
    /* Called with bytes of the archive that were read; may be NULL. */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
};

/** What an archive holds. */
struct signet_contents;

/**
 * Reads the archive behind fd (which the caller watches for changes) from front to back, and
 * digests its files unless they lie in it as they are. *contents is owned (free
 * with signet_contents_free()) and set on success only. Returns as signet_artifact_measure().
 */
SIGNET_NODISCARD int signet_contents_read(int fd,
                                          const struct signet_contents_rules *rules,
                                          struct signet_contents **contents,
                                          struct signet_err *err);

/** Whether files lie in the archive as they are, for signet_contents_locate(); else they are
 * digested already, for signet_contents_fill(). */
bool signet_contents_direct(const struct signet_contents *contents);

/** Whether the archive has a CRC-32 of every file. */
bool signet_contents_summed(const struct signet_contents *contents);

/** The folder that was taken off all names, or NULL. Valid as long as contents. */
const char *signet_contents_stripped(const struct signet_contents *contents);

/** Files and directories as a tree, sorted by name; contents (borrowed) must outlive it. *tree is
 *  owned (free with signet_tree_close()). Returns SIGNET_OK or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_contents_tree(const struct signet_contents *contents,
                                          struct signet_tree **tree,
                                          struct signet_err *err);

/** Gives where in the archive each entry of a manifest lies that was listed from these contents,
 *  and what its CRC-32 is said to be; offsets and sums have room for all. Returns SIGNET_OK, or
 * SIGNET_E_INTERNAL (an entry of another origin).
 */
SIGNET_NODISCARD int signet_contents_locate(const struct signet_contents *contents,
                                            const struct signet_manifest *manifest,
                                            uint64_t *offsets,
                                            uint32_t *sums,
                                            struct signet_err *err);

/** Sets the digests of each entry of such a manifest, which has room for them. Results as
 *  signet_contents_locate(). */
SIGNET_NODISCARD int signet_contents_fill(const struct signet_contents *contents,
                                          struct signet_manifest *manifest,
                                          struct signet_err *err);

/** The name of an entry of an archive below its root, without "./" in front and a directory's "/"
 *  behind it; empty for the root itself. Unchecked. */
struct signet_span signet_contents_name(const struct signet_layout_item *item);

/** Releases contents, which may be NULL. */
void signet_contents_free(struct signet_contents *contents);

#endif

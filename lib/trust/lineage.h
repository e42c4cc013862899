/* SPDX-License-Identifier: Apache-2.0
 *
 * The roots of one run: read one after the other as a chain, and the lineage they are of, by what
 * was seen before. Whether a root follows from another is for trust/chain.h.
 */
#ifndef SIGNET_TRUST_LINEAGE_H
#define SIGNET_TRUST_LINEAGE_H

#include <signet/trust.h>

#include "trust/chain.h"
#include "trust/state.h"

/** One root of a chain. */
struct signet_lineage_root {
    uint64_t version;
    struct signet_digest payload; /* SHA-256 */
};

/** Those of a chain that was followed. Zero-initialised is none; free with signet_lineage_free().
 */
struct signet_lineage {
    struct signet_lineage_root *roots;
    size_t count;
};

/** Says in front of an error which file it is about; returns rc. */
int signet_lineage_blame(int rc, const struct signet_trust_file *file, struct signet_err *err);

/**
 * Follows the chain from the first of the files to the last, and on to those of opts->further, of
 * which a root that is known already is compared alone; their texts are taken over as far as they
 * were read. chain is zeroed, and of the caller to free whatever is returned. lineage is owned
 * and set on success only. Returns SIGNET_OK, SIGNET_E_MALFORMED (also: a root of another version
 * than its file is of), SIGNET_E_MISMATCH (another root in opts->further than the known one), what
 * signet_envelope_parse(), signet_chain_start() and signet_chain_next() return, SIGNET_E_NOMEM, or
 * SIGNET_E_USAGE (no files); the message begins with the name of the file.
 */
SIGNET_NODISCARD int signet_lineage_follow(struct signet_lineage *lineage,
                                           const struct signet_trust_opts *opts,
                                           const struct signet_limits *limits,
                                           struct signet_chain *chain,
                                           struct signet_err *err);

/**
 * The lineage that the roots are of: that of the folder, if one was read from it before, else the
 * one that begins with the first of them or of which the newest that was seen is among them, else a
 * new one. *first is the digest of its first root. What was seen must be among them, and the same.
 *
 * folder is the path of the folder that they were read from, or NULL. Returns SIGNET_OK, or
 * SIGNET_E_STALE: the roots do not reach from the newest one that was seen, or have another in its
 * place.
 */
SIGNET_NODISCARD int signet_lineage_find(const struct signet_lineage *lineage,
                                         const struct signet_state *state,
                                         const char *folder,
                                         struct signet_digest *first,
                                         struct signet_err *err);

/** Releases what lineage holds and zeroes it. */
void signet_lineage_free(struct signet_lineage *lineage);

#endif

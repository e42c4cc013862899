/* SPDX-License-Identifier: Apache-2.0
 *
 * From a root that the caller chose to the newest one that follows from it: which root is believed.
 * Client rules of The Update Framework (specification 1.0, section 5.3). Reads no files and no
 * clock, and remembers nothing beyond one chain.
 */
#ifndef SIGNET_TRUST_CHAIN_H
#define SIGNET_TRUST_CHAIN_H

#include <signet/digest.h>

#include "envelope/envelope.h"
#include "trust/root.h"

/** Requires what the envelope of any document of trust is, before a byte of it is hashed: DSSE, and
 *  a payload of at most SIGNET_TRUST_PAYLOAD bytes. Returns SIGNET_OK, SIGNET_E_UNSUPPORTED or
 *  SIGNET_E_LIMIT. */
SIGNET_NODISCARD int signet_trust_check_envelope(const struct signet_envelope *envelope,
                                                 struct signet_err *err);

/**
 * The keys that may sign a root for its role `root`: those that are active and, if issued is given,
 * in whose not_before and not_after that instant lies. chosen has room for all keys of the role.
 * Returns how many there are.
 */
size_t signet_chain_signers(const struct signet_root *by,
                            const int64_t *issued,
                            struct signet_trusted_key *chosen);

/** A chain as far as it was followed. Owns its root; free with signet_chain_free(). */
struct signet_chain {
    struct signet_root root;      /* the last one that was verified; version 0: none was */
    struct signet_digest digest;  /* SHA-256 of its payload */
    struct signet_digest lineage; /* of the payload of the first root */
    size_t steps;                 /* from the first root to this one */
    uint64_t work_left;           /* private */
    int status;                   /* private: SIGNET_OK, or the error that stuck */
};

/**
 * Starts a chain with its anchor, a root that the caller was told to trust; it has any version.
 * envelope is DSSE, not sigstore, and is not used afterwards.
 *
 * A root is signed by a threshold of its own role `root`: by so many different keys of it that are
 * active and in whose not_before and not_after lies the instant at which the root was issued. There
 * is no trusted time for roots, so a retired key counts no more than a revoked one.
 *
 * Returns SIGNET_OK; SIGNET_E_THRESHOLD (some keys signed, and too few), SIGNET_E_BAD_SIGNATURE
 * (none did), SIGNET_E_UNTRUSTED (other keys did, or none may); SIGNET_E_UNSUPPORTED (another
 * format or payload type, or a key); SIGNET_E_MALFORMED; SIGNET_E_LIMIT; SIGNET_E_FORBIDDEN (a
 * key); SIGNET_E_NOMEM or SIGNET_E_INTERNAL. The message says which root was looked at. A failure
 * sticks: no call on the chain succeeds afterwards, and chain->root is what was verified before.
 */
SIGNET_NODISCARD int signet_chain_start(struct signet_chain *chain,
                                        const struct signet_envelope *envelope,
                                        struct signet_err *err);

/**
 * Follows the chain to its next root. It is signed by a threshold of the role `root` of the one
 * before, judged by what that one says of its keys, and by a threshold of its own; by the former
 * before anything in it is looked at. Its version is exactly one more. Neither of the two need be
 * valid still: only the last one of a chain does.
 *
 * Results as signet_chain_start(), and SIGNET_E_STALE (a version that the chain has passed),
 * SIGNET_E_MALFORMED (a gap) and SIGNET_E_LIMIT (more than SIGNET_ROOT_STEPS).
 */
SIGNET_NODISCARD int signet_chain_next(struct signet_chain *chain,
                                       const struct signet_envelope *envelope,
                                       struct signet_err *err);

/**
 * Requires that the last root still holds at now, in seconds since 1970-01-01: the one time that
 * all of a run is judged by. Only then is chain->root to be believed. Returns SIGNET_OK,
 * SIGNET_E_STALE (it expired: now is its `expires` or later), the error that stuck, or
 * SIGNET_E_USAGE (no chain was started).
 */
SIGNET_NODISCARD int
signet_chain_finish(struct signet_chain *chain, int64_t now, struct signet_err *err);

/** Releases what chain holds and zeroes it. chain may be NULL. */
void signet_chain_free(struct signet_chain *chain);

#endif

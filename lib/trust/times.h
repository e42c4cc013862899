/* SPDX-License-Identifier: Apache-2.0
 *
 * When signatures were made, as far as keys of a root's role "time" say so: see envelope/TIME.md.
 * Owns which of them count and what follows for keys that do not count any more.
 */
#ifndef SIGNET_TRUST_TIMES_H
#define SIGNET_TRUST_TIMES_H

#include "envelope/signers.h"
#include "trust/judge.h"

/** When one key says that a signature was there already: the first of the times that it says. */
struct signet_time_claim {
    struct signet_digest subject; /* see signet_cosignature_subject() */
    size_t key;                   /* index of the root's key */
    int64_t time;
};

/** What the keys of the role say, each once of a signature. Zero-initialised: nobody says
 *  anything; free with signet_times_free(). */
struct signet_times {
    struct signet_time_claim *list;
    size_t count;
    size_t threshold; /* of the role; 0: there is none */
};

/**
 * Reads the notes of a file and keeps what counts of them: by a key of the role that is active, at
 * a time at which the key is valid, and not more than SIGNET_TIME_AHEAD after now. Of a root
 * without the role that is nothing. Returns SIGNET_OK, what signet_cosignatures_parse() returns, or
 * SIGNET_E_INTERNAL; *times is zeroed on failure.
 */
SIGNET_NODISCARD int signet_times_read(struct signet_span text,
                                       const struct signet_root *root,
                                       int64_t now,
                                       struct signet_times *times,
                                       struct signet_err *err);

/** Releases what times holds and zeroes it. */
void signet_times_free(struct signet_times *times);

/** The time by which as many keys as the role demands say that a signature was there; or
 *  SIGNET_TIME_UNKNOWN. */
int64_t signet_times_signed_at(const struct signet_times *times,
                               const struct signet_digest *subject);

/**
 * Gives each signer that is known its time, and lets one count whose key needs that, if the key
 * counted then. signers are those of env, a file, found among keys, which are those of the root in
 * its order. Returns SIGNET_OK, SIGNET_E_NOMEM or SIGNET_E_INTERNAL: *signers is good for nothing
 * then.
 */
SIGNET_NODISCARD int signet_times_settle(const struct signet_times *times,
                                         const struct signet_root *root,
                                         const struct signet_trusted_key *keys,
                                         const struct signet_envelope *env,
                                         struct signet_signers *signers,
                                         struct signet_err *err);

#endif

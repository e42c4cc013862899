/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind <signet/trust.h>: a root and a policy that were verified.
 */
#ifndef SIGNET_TRUST_TRUST_H
#define SIGNET_TRUST_TRUST_H

#include <signet/trust.h>

#include "envelope/signers.h"
#include "trust/lineage.h"
#include "trust/policy.h"
#include "trust/root.h"

struct signet_trust {
    struct signet_root root;
    struct signet_policy policy;
    struct signet_trusted_key *keys; /* of the root, in its order; one that does not count now needs
                                        a time; one in no role for artifacts is of no use */
    int64_t now;                     /* read once; not before the newest trusted time seen */
    struct signet_lineage lineage;   /* the roots, of which root is the last */
    struct signet_digest first;      /* of the payload of the lineage's first root */
    struct signet_digest root_digest;
    struct signet_digest policy_digest;
    bool leaves_no_trace; /* nothing is recorded in the state */
    char *state;          /* path; NULL: nothing is remembered */
    bool first_use;       /* the state did not know the policy */
};

/**
 * Compares a release that the policy lets pass with what was seen of its name before, and records
 * it in the state, if there is one. payload is that of its statement. Returns SIGNET_OK;
 * SIGNET_E_STALE (a higher version was seen, or the same version with another payload); or as
 * signet_trust_new() for a state.
 */
SIGNET_NODISCARD int signet_trust_see_release(const struct signet_trust *trust,
                                              const char *name,
                                              const char *version,
                                              struct signet_span payload,
                                              struct signet_err *err);

/**
 * Tells the payload of the highest version that was seen of a release; its len is 0 if there is no
 * state, or nothing was seen. Results as signet_trust_new() for a state.
 */
SIGNET_NODISCARD int signet_trust_seen_payload(const struct signet_trust *trust,
                                               const char *name,
                                               struct signet_digest *payload,
                                               struct signet_err *err);

/**
 * Records a trusted time at which something was signed that passed, so that the clock cannot be put
 * back behind it; for one ahead of now, now. SIGNET_TIME_UNKNOWN changes nothing. Results as
 * signet_trust_new() for a state.
 */
SIGNET_NODISCARD int
signet_trust_see_time(const struct signet_trust *trust, int64_t signed_at, struct signet_err *err);

/**
 * Finds out from notes, the text of a file of them, when the signers of env signed, who were found
 * among trust->keys: see signet_times_settle(). Returns SIGNET_OK; SIGNET_E_MALFORMED or
 * SIGNET_E_LIMIT (it is no such file: nothing is changed); SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_NODISCARD int signet_trust_date(const struct signet_trust *trust,
                                       struct signet_span notes,
                                       const struct signet_envelope *env,
                                       struct signet_signers *signers,
                                       struct signet_err *err);

#endif

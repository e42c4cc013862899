/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind <signet/trust.h>: a root and a policy that were verified.
 */
#ifndef SIGNET_TRUST_TRUST_H
#define SIGNET_TRUST_TRUST_H

#include <signet/trust.h>

#include "trust/lineage.h"
#include "trust/policy.h"
#include "trust/root.h"

struct signet_trust {
    struct signet_root root;
    struct signet_policy policy;
    struct signet_trusted_key *keys; /* of the root, in its order; one that does not count now, or
                                        is in no role for artifacts, is of no use */
    int64_t now;                     /* read once */
    struct signet_lineage lineage;   /* the roots, of which root is the last */
    struct signet_digest first;      /* of the payload of the lineage's first root */
    struct signet_digest root_digest;
    struct signet_digest policy_digest;
    bool unsigned_policy; /* leaves no trace in the state */
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

#endif

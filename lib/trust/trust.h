/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind <signet/trust.h>: a root and a policy that were verified.
 */
#ifndef SIGNET_TRUST_TRUST_H
#define SIGNET_TRUST_TRUST_H

#include <signet/trust.h>

#include "trust/policy.h"
#include "trust/root.h"

struct signet_trust {
    struct signet_root root;
    struct signet_policy policy;
    struct signet_trusted_key *keys; /* of the root, in its order; one that does not count now, or
                                        is in no role for artifacts, is of no use */
    int64_t now;                     /* read once */
    bool first_use;                  /* the state did not know the policy */
};

#endif

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
    struct signet_trusted_key *keys; /* of the root, in its order, for looking at signatures: which
                                        of them counts is judged later */
    int64_t now;                     /* read once */
    bool first_use;                  /* there was no state */
};

#endif

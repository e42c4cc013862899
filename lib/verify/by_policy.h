/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found out about an artifact, put to a policy as plain values. Decides nothing itself:
 * trust/judge.h answers, and verify.c passes.
 */
#ifndef SIGNET_VERIFY_BY_POLICY_H
#define SIGNET_VERIFY_BY_POLICY_H

#include "verify/verification.h"

/** What the policy said. */
struct signet_by_policy {
    struct signet_source *source; /* by which the first demand of the rule holds */
    size_t keys;                  /* of the role, that signed its payload */
    bool nothing;                 /* no signature that counts is over the artifact */
};

/**
 * Asks opts->trust about an artifact whose sources were compared; artifact may be NULL: it stands
 * nowhere. Returns SIGNET_OK if a rule lets
 * it pass: *said is set then; SIGNET_E_DENIED if the deny list has it or anything in it, whoever
 * signed it; else as signet_judge(), or SIGNET_E_NOMEM. The reason is verification->err.
 */
SIGNET_NODISCARD int signet_by_policy_ask(struct signet_verification *verification,
                                          const struct signet_artifact *artifact,
                                          const struct signet_verify_opts *opts,
                                          struct signet_by_policy *said);

#endif

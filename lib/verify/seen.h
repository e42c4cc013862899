/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which payloads about an artifact are put to a policy: a release can be signed again,
 * with other bytes, and of several that a rule lets vouch the first one decides.
 */
#ifndef SIGNET_VERIFY_SEEN_H
#define SIGNET_VERIFY_SEEN_H

#include "trust/judge.h"
#include "verify/evidence.h"

/**
 * Of payloads that are releases of one name puts that which was seen before, if it is among them,
 * in front of the others, so that another one does not stand in its way; sources, which carry them,
 * in the same order. What was not seen is no better for that: whether the one that decides may
 * follow what was seen is for signet_trust_see_release(). Does nothing for a policy none of whose
 * rules asks what was seen. Returns SIGNET_OK, SIGNET_E_INTERNAL, or as signet_trust_new() for a
 * state.
 */
SIGNET_NODISCARD int signet_seen_first(const struct signet_trust *trust,
                                       struct signet_signed_payload *payloads,
                                       struct signet_source **sources,
                                       size_t count,
                                       struct signet_err *err);

#endif

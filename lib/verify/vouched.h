/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that an entry of a list of files vouches for: to be executed or loaded, and nothing else.
 */
#ifndef SIGNET_VERIFY_VOUCHED_H
#define SIGNET_VERIFY_VOUCHED_H

#include "verify/verification.h"

/** Whether entries of lists may vouch for what is asked: that a policy lets a FILE artifact be
 *  executed or loaded. artifact may be NULL. */
bool signet_vouched_asked(const struct signet_verify_opts *opts,
                          const struct signet_artifact *artifact);

/**
 * Compares artifact, if signet_vouched_asked(), with the entries of the list that source carries,
 * if it carries one: those of its digest and its size vouch for it, for all the uses that they
 * name, and source->entry is one of them, that of its path if there is one. If none does that is
 * NULL, and nothing else is changed but what was measured. Returns SIGNET_OK in both cases;
 * SIGNET_E_MISMATCH (the list, by its root, is on the deny list); or as signet_artifact_measure():
 * source->err is the reason.
 */
SIGNET_NODISCARD int signet_vouched_compare(struct signet_verification *verification,
                                            struct signet_artifact *artifact,
                                            const struct signet_verify_opts *opts,
                                            struct signet_source *source);

#endif

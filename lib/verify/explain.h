/* SPDX-License-Identifier: Apache-2.0
 *
 * Why an artifact did not pass, when no statement by a given key refused it. Owns words and the
 * choice of the gravest reason; what it is told of did not pass whatever it says.
 */
#ifndef SIGNET_VERIFY_EXPLAIN_H
#define SIGNET_VERIFY_EXPLAIN_H

#include "verify/verification.h"

/**
 * Records the reason in verification->err. most_keys is the greatest number of keys that signed one
 * payload. Returns its code, which is never SIGNET_OK.
 */
int signet_explain_refusal(struct signet_verification *verification, size_t most_keys);

/** Records that what enough keys signed is not the release that opts expect. Returns
 *  SIGNET_E_MISMATCH. */
int signet_explain_unexpected(struct signet_verification *verification,
                              const struct signet_verify_opts *opts);

/** Records why there is no signature at the place of that number (0: the whole). Returns
 *  SIGNET_E_NO_SIGNATURE, or for a known document that is malformed what is wrong with it. */
int signet_explain_unsigned(const struct signet_embedded *embedded,
                            size_t place,
                            struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verification found an artifact to be, for a statement about exactly that.
 */
#ifndef SIGNET_SIGN_FOUND_H
#define SIGNET_SIGN_FOUND_H

#include "verify/verification.h"

/** The names that exist in the bundle and were left out of what was verified, *count of them; found
 *  may be NULL. */
const char *const *signet_found_left_out(const struct signet_verification *found, size_t *count);

/** Whether it was verified as a bundle; found may be NULL. */
bool signet_found_bundle(const struct signet_verification *found);

/**
 * Requires that measured is what was verified, by kind and identity. A refusal before the artifact
 * was read holds of whatever it is; found may be NULL. Returns SIGNET_OK or SIGNET_E_MISMATCH.
 */
SIGNET_NODISCARD int signet_found_check(const struct signet_verification *found,
                                        const struct signet_manifest *measured,
                                        struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * How many keys signed one payload.
 */
#ifndef SIGNET_VERIFY_COUNT_H
#define SIGNET_VERIFY_COUNT_H

#include "verify/verification.h"

/** Distinct raw keys that signed the payload of alike, over all sources that match. */
size_t signet_count_keys(const struct signet_verification *verification,
                         const struct signet_source *alike);

/** Signatures by keys of a root that do not count, as no trusted time says that they were made
 * while their keys did. */
size_t signet_count_undated(const struct signet_verification *verification);

#endif

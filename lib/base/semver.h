/* SPDX-License-Identifier: Apache-2.0
 *
 * Semantic Versioning 2.0.0 (semver.org): its grammar, without a leading "v", and its precedence.
 */
#ifndef SIGNET_BASE_SEMVER_H
#define SIGNET_BASE_SEMVER_H

#include <signet/span.h>
#include <stdbool.h>

/** A version; borrows the text that it was read from. */
struct signet_semver {
    struct signet_span numbers[3]; /* major, minor, patch: digits, as many as there are */
    struct signet_span prerelease; /* identifiers with dots between; empty: none */
    struct signet_span build;      /* as well; has no part in the precedence */
};

/** Whether text is a version by the grammar; *version is set only if it is. */
bool signet_semver_parse(struct signet_span text, struct signet_semver *version);

/** Precedence (section 11): less than, equal to or greater than 0 if a is lower than, as high as,
 *  or higher than b. */
int signet_semver_compare(const struct signet_semver *a, const struct signet_semver *b);

#endif

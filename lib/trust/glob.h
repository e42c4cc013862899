/* SPDX-License-Identifier: Apache-2.0
 *
 * The patterns of a policy. Knows nothing of what is matched: a path, a name, or a type.
 *
 * Pattern and text are bytes, compared as they are, and fall into segments at each '/': "/a/b" has
 * the segments "", "a" and "b". In a segment '*' stands for any run of bytes, also none. A segment
 * "**" stands for zero or more whole segments, so "/a/" followed by it matches "/a/b" and "/a/b/c",
 * and, with zero segments, "/a" itself; it never matches "/ab". A dot at the start of a segment is
 * a byte like any other.
 */
#ifndef SIGNET_TRUST_GLOB_H
#define SIGNET_TRUST_GLOB_H

#include <signet/span.h>
#include <stdbool.h>

#include "base/texts.h"

/** Whether pattern is one: not empty, without '?', '[', ']', '\' and NUL, and with two stars side
 *  by side only where they are a whole segment. */
bool signet_glob_valid(struct signet_span pattern);

/** Whether pattern matches the whole of text; one that is not valid matches nothing. Takes at most
 *  as many steps as the product of both lengths, and no memory. */
bool signet_glob_match(struct signet_span pattern, struct signet_span text);

/** Whether any of patterns matches text, which may be NULL: nothing does then. */
bool signet_glob_any(const struct signet_texts *patterns, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signature file claims, for people who look for a mistake. Nothing of it is verified.
 */
#ifndef SIGNET_INSPECT_H
#define SIGNET_INSPECT_H

#include <signet/jsonout.h>
#include <signet/limits.h>

SIGNET_BEGIN_DECLS

/** Claims of a signature file, UNVERIFIED. */
struct signet_unverified;

/**
 * Parses a signature file and, if its payload is an in-toto statement, that. No signature is
 * checked. *text is taken over, whatever the result, and empty afterwards. limits may be NULL.
 * *claims is owned (free with signet_unverified_free()) and set on success only. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED, SIGNET_E_AMBIGUOUS, SIGNET_E_LIMIT or SIGNET_E_NOMEM.
 */
SIGNET_API SIGNET_NODISCARD int signet_unverified_read(struct signet_buf *text,
                                                       const struct signet_limits *limits,
                                                       struct signet_unverified **claims,
                                                       struct signet_err *err);

/** Releases claims, which may be NULL. */
SIGNET_API void signet_unverified_free(struct signet_unverified *claims);

/** Appends the claims as lines, each marked. Result as signet_buf_reserve(). */
SIGNET_API int signet_unverified_text(const struct signet_unverified *claims,
                                      struct signet_buf *out);

/** Writes them as the member "unverified" of an open object. An error sticks to json->out. */
SIGNET_API void signet_unverified_member(const struct signet_unverified *claims,
                                         struct signet_jsonout *json);

SIGNET_END_DECLS

#endif

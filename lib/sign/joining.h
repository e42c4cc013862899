/* SPDX-License-Identifier: Apache-2.0
 *
 * A statement that somebody signed before, for another key to sign the same bytes of.
 */
#ifndef SIGNET_SIGN_JOINING_H
#define SIGNET_SIGN_JOINING_H

#include <signet/limits.h>

#include "base/arena.h"
#include "envelope/envelope.h"

/** What is going to be signed again. */
struct signet_joining {
    const char *release; /* given: NAME@VERSION of the release that it must be; NULL: of none */
    bool lists_files;    /* an OMS statement */
    const char **ignore; /* the paths that it leaves out, NULL-terminated, in storage; or NULL */
};

/**
 * Reads the signature file text and appends its payload to statement: an in-toto statement that
 * says "signed" of one thing, as joining->release. No signature in it is checked, and none counts.
 * Returns SIGNET_OK; SIGNET_E_FORBIDDEN (it is about more than one thing, or as another release);
 * SIGNET_E_UNSUPPORTED (the payload is no statement, or an attestation); SIGNET_E_MALFORMED,
 * SIGNET_E_AMBIGUOUS, SIGNET_E_MISMATCH (a list of files that contradicts itself), SIGNET_E_LIMIT
 * or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_joining_read(struct signet_span text,
                                         const struct signet_limits *limits,
                                         struct signet_arena *storage,
                                         struct signet_buf *statement,
                                         struct signet_joining *joining,
                                         struct signet_err *err);

#endif

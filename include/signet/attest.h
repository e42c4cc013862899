/* SPDX-License-Identifier: Apache-2.0
 *
 * Types of predicates: what an attestation says of an artifact, other than that somebody signs it.
 */
#ifndef SIGNET_ATTEST_H
#define SIGNET_ATTEST_H

#include <signet/api.h>
#include <signet/err.h>
#include <stdbool.h>

SIGNET_BEGIN_DECLS

/** What is known of a predicate type. */
struct signet_predicate_type {
    const char *word; /* for names of files, such as "bom"; "attestation" if nothing is known */
    bool known;       /* what a predicate of this type must hold is checked */
};

/**
 * Looks a predicate type up, byte for byte. Returns SIGNET_OK, for types that are not known too, or
 * SIGNET_E_USAGE: it is no absolute URI (RFC 3986), begins like a type that is known but names no
 * version of it, or would vouch for an artifact or its release, which is no attestation. *found is
 * set on success only.
 */
SIGNET_API SIGNET_NODISCARD int signet_predicate_type_find(const char *type,
                                                           struct signet_predicate_type *found,
                                                           struct signet_err *err);

SIGNET_END_DECLS

#endif

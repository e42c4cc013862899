/* SPDX-License-Identifier: Apache-2.0
 *
 * Predicates of attestations: the types that are known, whether one is of the type that is claimed,
 * and its canonical form before it is signed. Predicates are open: members that are not known pass.
 */
#ifndef SIGNET_ENVELOPE_PREDICATE_H
#define SIGNET_ENVELOPE_PREDICATE_H

#include <signet/attest.h>
#include <signet/buf.h>
#include <signet/limits.h>

#include "json/read.h"

/** How the version of a document is told. */
enum signet_predicate_form {
    SIGNET_PREDICATE_CYCLONEDX = 1, /* a CycloneDX document */
    SIGNET_PREDICATE_SPDX,          /* an SPDX document */
    SIGNET_PREDICATE_MEMBERS,       /* an object with the members below */
};

/** A type that is known. */
struct signet_predicate_known {
    const char *uri; /* without the version of a document */
    const char *word;
    enum signet_predicate_form form;
};

/* X(URI, word, form): the types that are known. One of a document may go on with "/v" and its
 * version, or the first numbers of that. */
#define SIGNET_PREDICATE_TABLE(X)                                                                  \
    X("https://cyclonedx.org/bom", "bom", CYCLONEDX)                                               \
    X("https://spdx.dev/Document", "spdx", SPDX)                                                   \
    X("https://slsa.dev/provenance/v1", "provenance", MEMBERS)                                     \
    X("https://slsa.dev/verification_summary/v1", "vsa", MEMBERS)                                  \
    X("https://in-toto.io/attestation/vulns/v0.1", "vulns", MEMBERS)                               \
    X("https://in-toto.io/attestation/vulns/v0.2", "vulns", MEMBERS)                               \
    X("https://in-toto.io/attestation/test-result/v0.1", "test-result", MEMBERS)

/* X(word, place, kind, values): what the specification of a type demands; values are all that a
 * string may be, or NULL. A place is the names of members, joined with dots. */
#define SIGNET_PREDICATE_MEMBER_TABLE(X)                                                           \
    X("provenance", "buildDefinition.buildType", STRING, NULL)                                     \
    X("provenance", "buildDefinition.externalParameters", OBJECT, NULL)                            \
    X("provenance", "runDetails.builder.id", STRING, NULL)                                         \
    X("vsa", "verifier.id", STRING, NULL)                                                          \
    X("vsa", "timeVerified", STRING, NULL)                                                         \
    X("vsa", "resourceUri", STRING, NULL)                                                          \
    X("vsa", "policy.uri", STRING, NULL)                                                           \
    X("vsa", "verificationResult", STRING, "PASSED FAILED")                                        \
    X("vsa", "verifiedLevels", ARRAY, NULL)                                                        \
    X("vulns", "scanner.uri", STRING, NULL)                                                        \
    X("vulns", "scanner.db.lastUpdate", STRING, NULL)                                              \
    X("vulns", "scanner.result", ARRAY, NULL)                                                      \
    X("vulns", "metadata.scanStartedOn", STRING, NULL)                                             \
    X("vulns", "metadata.scanFinishedOn", STRING, NULL)                                            \
    X("test-result", "result", STRING, "PASSED WARNED FAILED")                                     \
    X("test-result", "configuration", ARRAY, NULL)

/** The known type that is exactly this one or, of a document, this one without its version; NULL:
 *  it is not known. */
const struct signet_predicate_known *signet_predicate_find(const char *type);

/** Requires that top is an object and, if the type is known, what that demands. Returns SIGNET_OK,
 *  SIGNET_E_MALFORMED, SIGNET_E_AMBIGUOUS or SIGNET_E_NOMEM. */
SIGNET_NODISCARD int
signet_predicate_check(const char *type, struct signet_json_value top, struct signet_err *err);

/**
 * Checks text, a predicate of a type that signet_predicate_type_find() lets pass, and appends its
 * RFC 8785 form to canonical: an object in strict JSON of at most limits->envelope bytes, nested at
 * most as deep as a statement may hold it, no integer beyond +-(2^53 - 1), of the type that is
 * claimed if that is known, and no report of this project, whose result nobody could tell from one
 * that was found. Returns SIGNET_OK; SIGNET_E_MALFORMED, with the offset if it is not strict JSON
 * or has such an integer; SIGNET_E_AMBIGUOUS; SIGNET_E_LIMIT; or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_predicate_read(const char *type,
                                           struct signet_span text,
                                           const struct signet_limits *limits,
                                           struct signet_buf *canonical,
                                           struct signet_err *err);

#endif

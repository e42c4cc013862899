/* SPDX-License-Identifier: Apache-2.0
 *
 * in-toto Statement v1: what a signature says. Emitted in RFC 8785 form; read from the exact
 * payload bytes that were verified.
 */
#ifndef SIGNET_ENVELOPE_STATEMENT_H
#define SIGNET_ENVELOPE_STATEMENT_H

#include <signet/artifact.h>
#include <signet/buf.h>

#include "base/arena.h"
#include "json/read.h"

/** What a file is signed with if nothing else is said about it: "this key signed these bytes". */
#define SIGNET_PREDICATE_SIGNED "https://sigstore.dev/cosign/sign/v1"

/** Strong digests that one digest set can hold: one of each algorithm. */
#define SIGNET_DIGEST_SET_MAX 4

/** A digest set: only its strong digests count, and all of them do. */
struct signet_digest_set {
    struct signet_digest strong[SIGNET_DIGEST_SET_MAX];
    size_t strong_count;
    size_t other_count; /* weak or unknown algorithms: never counted, reported */
};

/** One thing the statement is about. */
struct signet_subject {
    const char *name; /* informative; "" if absent */
    struct signet_digest_set digests;
};

/** A parsed statement. Owns its copies, borrows the payload. */
struct signet_statement {
    struct signet_span payload; /* what was parsed */
    const char *predicate_type;
    struct signet_json_value predicate; /* inside the payload; kind 0 if absent */
    struct signet_subject *subjects;
    size_t subject_count;        /* 1 or more */
    struct signet_arena storage; /* private */
};

/**
 * Parses payload (borrowed as long as statement lives): `_type` Statement v1 or v0.1, at least one
 * and at most limits->subjects subjects, each with a digest set that is an object of strings; extra
 * members are ignored. Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (another
 * `_type`), SIGNET_E_LIMIT or SIGNET_E_NOMEM. *statement is zeroed on failure.
 */
SIGNET_NODISCARD int signet_statement_parse(struct signet_span payload,
                                            const struct signet_limits *limits,
                                            struct signet_statement *statement,
                                            struct signet_err *err);

/** Releases what statement holds and zeroes it. statement may be NULL. */
void signet_statement_free(struct signet_statement *statement);

/**
 * Appends the canonical statement over one file: predicate type SIGNET_PREDICATE_SIGNED, empty
 * predicate, one subject with name and SHA-256, and the digest by manifest->alg if that is another.
 * Result as signet_buf_reserve(), or SIGNET_E_INTERNAL if manifest is not of a file.
 */
SIGNET_NODISCARD int signet_statement_write_file(const struct signet_manifest *manifest,
                                                 struct signet_buf *out,
                                                 struct signet_err *err);

/** Appends `"NAME":"HEX"`, a member of a digest set. Result as signet_buf_reserve(). */
int signet_statement_put_digest(struct signet_buf *out, const char *name, struct signet_span bytes);

#endif

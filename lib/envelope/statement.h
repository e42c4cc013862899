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

/** The name of a bundle's identity in a digest set (see struct signet_manifest). */
#define SIGNET_DIGEST_BUNDLE "signetBundle"

/** The annotation of a subject that is a form of a file and not its bytes, and the one form there
 *  is: RFC 8785. */
#define SIGNET_SUBJECT_FORM "signetForm"
#define SIGNET_FORM_CANONICAL "rfc8785"

/** A digest set: of a file, of which only strong digests count, and all of them do; or the identity
 *  of a bundle. Never both. */
struct signet_digest_set {
    struct signet_digest strong[SIGNET_DIGEST_SET_MAX];
    size_t strong_count;
    struct signet_digest bundle; /* len 0 if absent */
    size_t other_count;          /* weak or unknown algorithms: never counted, reported */
};

/** One thing the statement is about. */
struct signet_subject {
    const char *name; /* informative; "" if absent */
    struct signet_digest_set digests;
    bool canonical; /* the one digest, SHA-256, is of the RFC 8785 form of a JSON file */
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
 * and at most limits->subjects subjects, each with a digest set that is an object of strings, of a
 * file or of a bundle; extra members are ignored. Returns SIGNET_OK, SIGNET_E_MALFORMED,
 * SIGNET_E_UNSUPPORTED (another `_type`; a form of a file that is not known, or with other digests
 * than SHA-256), SIGNET_E_LIMIT or SIGNET_E_NOMEM. *statement is zeroed on failure.
 */
SIGNET_NODISCARD int signet_statement_parse(struct signet_span payload,
                                            const struct signet_limits *limits,
                                            struct signet_statement *statement,
                                            struct signet_err *err);

/** Releases what statement holds and zeroes it. statement may be NULL. */
void signet_statement_free(struct signet_statement *statement);

/**
 * Copies a STRING of a statement into storage. One with \u0000 in it is refused: it would be cut
 * short, and two different ones must not read as one. what names it in an error. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_statement_text(struct signet_arena *storage,
                                           struct signet_json_value value,
                                           const char *what,
                                           const char **copy,
                                           struct signet_err *err);

/** What a statement is going to say. Everything is borrowed. */
struct signet_statement_draft {
    const struct signet_manifest *manifest; /* the subject */
    const char *name;                       /* of the subject */
    const char *predicate_type;
    struct signet_span predicate; /* an object in RFC 8785 form */
    bool canonical;               /* about the form of the file, manifest->canonical, alone */
};

/**
 * Appends the statement in RFC 8785 form. Its subject has the name and, of a file, SHA-256 and the
 * digest by manifest->alg if that is another; of a bundle its identity. Result as
 * signet_buf_reserve(), or SIGNET_E_INTERNAL if the manifest lacks such a digest.
 */
SIGNET_NODISCARD int signet_statement_write(const struct signet_statement_draft *draft,
                                            struct signet_buf *out,
                                            struct signet_err *err);

/**
 * Appends the canonical statement that a file is signed: predicate type SIGNET_PREDICATE_SIGNED,
 * empty predicate, the subject named as the file; if the manifest has a canonical digest, over that
 * form of it. Result as signet_statement_write(), or SIGNET_E_INTERNAL if manifest is not of a
 * file.
 */
SIGNET_NODISCARD int signet_statement_write_file(const struct signet_manifest *manifest,
                                                 struct signet_buf *out,
                                                 struct signet_err *err);

/** Appends `"NAME":"HEX"`, a member of a digest set. Result as signet_buf_reserve(). */
int signet_statement_put_digest(struct signet_buf *out, const char *name, struct signet_span bytes);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The OpenSSF Model Signing predicate v1.0: the list of a bundle's files with their digests.
 */
#ifndef SIGNET_ENVELOPE_OMS_H
#define SIGNET_ENVELOPE_OMS_H

#include "envelope/statement.h"

#define SIGNET_PREDICATE_OMS "https://model_signing/signature/v1.0"

/** One signed file. */
struct signet_oms_resource {
    const char *name; /* passed the path rules, or "." for the single-file form */
    uint8_t digest[SIGNET_DIGEST_MAX];
};

/** A parsed predicate. Owns what it points at. */
struct signet_oms {
    enum signet_digest_alg alg;
    struct signet_oms_resource *resources; /* sorted by name, as bytes; no two alike */
    size_t count;                          /* 1 or more */
    size_t unknown_members;      /* of the predicate, below it and of resources: ignored */
    const char **ignore_paths;   /* NULL-terminated; passed the path rules */
    struct signet_arena storage; /* private */
};

/**
 * Parses the predicate of an OMS statement and checks it against itself: one subject; its SHA-256
 * is the root recomputed over the resources in listed order; method "files"; every algorithm is
 * hash_type; digests of the right length; names by the path rules, none twice. Extra members are
 * ignored. Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_FORBIDDEN (a name; symbolic links
 * allowed), SIGNET_E_UNSUPPORTED (hash, shards), SIGNET_E_MISMATCH (the root is not the
 * resources'), SIGNET_E_LIMIT (entries, path) or SIGNET_E_NOMEM. *oms is zeroed on failure.
 */
SIGNET_NODISCARD int signet_oms_parse(const struct signet_statement *statement,
                                      const struct signet_limits *limits,
                                      struct signet_oms *oms,
                                      struct signet_err *err);

/** Releases what oms holds and zeroes it. oms may be NULL. */
void signet_oms_free(struct signet_oms *oms);

/** The resource of exactly that name, or NULL. */
const struct signet_oms_resource *signet_oms_find(const struct signet_oms *oms, const char *name);

/**
 * Appends the canonical OMS statement over a bundle. ignore_paths is NULL-terminated and sorted as
 * bytes. Result as signet_buf_reserve(), or SIGNET_E_INTERNAL if the manifest is not of a bundle.
 */
SIGNET_NODISCARD int signet_oms_write(const struct signet_manifest *manifest,
                                      const char *subject_name,
                                      const char *const *ignore_paths,
                                      struct signet_buf *out,
                                      struct signet_err *err);

#endif

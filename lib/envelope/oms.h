/* SPDX-License-Identifier: Apache-2.0
 *
 * The OpenSSF Model Signing predicate v1.0: the list of a bundle's files with their digests.
 */
#ifndef SIGNET_ENVELOPE_OMS_H
#define SIGNET_ENVELOPE_OMS_H

#include "envelope/statement.h"

#define SIGNET_PREDICATE_OMS "https://model_signing/signature/v1.0"

/** One signed file. Small, because there can be millions: it refers to where its texts stand. */
struct signet_oms_resource {
    /* Passed the path rules, or "." for the single-file form; with shards "PATH:START:END", of
     * which PATH did. */
    const uint8_t *name;
    uint32_t name_len;
    uint32_t digest_at; /* where in the payload its hex digits begin */
};

/** A parsed predicate. Owns what it points at but for the payload. */
struct signet_oms {
    enum signet_digest_alg alg;
    uint64_t shard_size;        /* bytes; 0: resources are whole files */
    struct signet_span payload; /* borrowed from the statement */
    /* Sorted by name, as bytes, no two alike; shards by path and start, tiling their files. */
    struct signet_oms_resource *resources;
    size_t count;                /* 1 or more */
    size_t resource_cap;         /* private */
    size_t unknown_members;      /* of the predicate, below it and of resources: ignored */
    const char **ignore_paths;   /* NULL-terminated; passed the path rules */
    struct signet_arena storage; /* private */
};

/**
 * Parses the predicate of an OMS statement and checks it against itself: one subject; its SHA-256
 * is the root recomputed over the resources in listed order; method "files" or "shards"; every
 * algorithm is hash_type, or with shards "HASH_TYPE-sharded-SIZE" as others write; digests of the
 * right length; names by the path rules, none twice, and shards that make up whole files. Extra
 * members are ignored. *oms borrows the payload of statement. Returns SIGNET_OK,
 * SIGNET_E_MALFORMED, SIGNET_E_FORBIDDEN (a name; symbolic links allowed), SIGNET_E_UNSUPPORTED
 * (hash, method), SIGNET_E_MISMATCH (the root is not the resources'), SIGNET_E_LIMIT (entries,
 * path) or SIGNET_E_NOMEM. *oms is zeroed on failure.
 */
SIGNET_NODISCARD int signet_oms_parse(const struct signet_statement *statement,
                                      const struct signet_limits *limits,
                                      struct signet_oms *oms,
                                      struct signet_err *err);

/** Whether a signature file of so many bytes may hold this statement: an OMS statement
 * limits->bundle, any other limits->envelope. Returns SIGNET_OK or SIGNET_E_LIMIT. */
SIGNET_NODISCARD int signet_oms_check_size(const struct signet_statement *statement,
                                           size_t file_size,
                                           const struct signet_limits *limits,
                                           struct signet_err *err);

/** Releases what oms holds and zeroes it. oms may be NULL. */
void signet_oms_free(struct signet_oms *oms);

/** The name of a resource. */
static inline struct signet_span signet_oms_name(const struct signet_oms_resource *resource)
{
    return signet_span_of(resource->name, resource->name_len);
}

/** Reads the digest of a resource of oms. */
void signet_oms_digest(const struct signet_oms *oms,
                       const struct signet_oms_resource *resource,
                       struct signet_digest *digest);

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

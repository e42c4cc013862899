/* SPDX-License-Identifier: Apache-2.0
 *
 * The OpenSSF Model Signing predicate v1.0: the list of a bundle's files with their digests.
 */
#ifndef SIGNET_ENVELOPE_OMS_H
#define SIGNET_ENVELOPE_OMS_H

#include <signet/usage.h>

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

/** Bytes of a digest by which what a file is for is sorted. */
#define SIGNET_OMS_USE_KEY 16

/** What one signed file is for. A resource that says nothing of it has none. */
struct signet_oms_use {
    const uint8_t *name; /* of the resource, and its digest_at */
    uint32_t name_len;
    uint32_t digest_at;
    uint8_t key[SIGNET_OMS_USE_KEY]; /* the digest begins so */
    uint64_t size;                   /* bytes of the file */
    enum signet_usage usage;
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
    struct signet_oms_use *uses; /* of whole files only, sorted by digest */
    size_t use_count;
    size_t use_cap;              /* private */
    size_t unknown_members;      /* of the predicate, below it and of resources: ignored */
    const char **ignore_paths;   /* NULL-terminated; passed the path rules */
    struct signet_arena storage; /* private */
};

/**
 * Parses the predicate of an OMS statement and checks it against itself: one subject; its SHA-256
 * is the root recomputed over the resources in listed order; method "files" or "shards"; every
 * algorithm is hash_type, or with shards "HASH_TYPE-sharded-SIZE" as others write; digests of the
 * right length; names by the path rules, none twice, and shards that make up whole files; of a
 * whole file "size" is a number of bytes and "usage" a word of signet_usage_named(), if it has
 * them. Extra members are ignored. *oms borrows the payload of statement. Returns SIGNET_OK,
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

/** The name of the file that use is of. */
static inline struct signet_span signet_oms_use_name(const struct signet_oms_use *use)
{
    return signet_span_of(use->name, use->name_len);
}

/** What a resource of oms is for; 0: it does not say. */
enum signet_usage signet_oms_usage(const struct signet_oms *oms,
                                   const struct signet_oms_resource *resource);

/** The uses of files of exactly that digest, which lie one behind the other: *first is the first of
 *  so many. */
size_t signet_oms_find_uses(const struct signet_oms *oms,
                            const struct signet_digest *digest,
                            const struct signet_oms_use **first);

/** Takes the digest of a file; a failure ends the reading with it. */
typedef int signet_oms_take(void *ctx, const struct signet_digest *digest, struct signet_err *err);

/**
 * Hands take the digest of each resource that says what it is for, of a statement that nobody has
 * verified: what is no resource is passed over. Returns SIGNET_OK or what take returned.
 */
SIGNET_NODISCARD int signet_oms_claimed_uses(const struct signet_statement *statement,
                                             signet_oms_take *take,
                                             void *ctx,
                                             struct signet_err *err);

/**
 * Appends the canonical OMS statement over a bundle, of whole files that are code with what they
 * are for. ignore_paths is NULL-terminated and sorted as
 * bytes. Result as signet_buf_reserve(), or SIGNET_E_INTERNAL if the manifest is not of a bundle.
 */
SIGNET_NODISCARD int signet_oms_write(const struct signet_manifest *manifest,
                                      const char *subject_name,
                                      const char *const *ignore_paths,
                                      struct signet_buf *out,
                                      struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The OpenSSF Model Signing predicate (OMS v1.0). Owns its members and its agreement with itself;
 * compares nothing with files.
 */
#include "envelope/oms.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"
#include "envelope/oms_pieces.h"
#include "envelope/oms_uses.h"
#include "json/grow.h"

enum {
    /* {"name":"a","algorithm":"sha256","digest":"64 digits"}: less text than this is no resource,
     * so that the memory for resources is bounded by the text. */
    RESOURCE_TEXT_MIN = 100
};

static const char lacks[] = "a resource lacks \"name\", \"algorithm\" or \"digest\"";

static int malformed(struct signet_err *err, const char *what)
{
    return signet_err_set(err, SIGNET_E_MALFORMED, "OMS predicate: %s", what);
}

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the OMS predicate");
}

/* A string, where it stands or, if it has escapes, unescaped in storage. */
static int read_text(struct signet_json_value value,
                     struct signet_arena *storage,
                     struct signet_span *name,
                     struct signet_err *err)
{
    struct signet_buf text;
    if (value.kind != SIGNET_JSON_STRING) {
        return malformed(err, "a name or ignore path is not a string");
    }
    if (signet_json_plain_string(value, name)) {
        return SIGNET_OK;
    }
    signet_buf_init(&text, value.text.len);
    int rc = signet_json_string(value, &text);
    if (rc == SIGNET_OK) {
        const char *copy = signet_arena_copy(storage, signet_buf_span(&text));
        *name = signet_span_of(copy, text.len);
        rc = copy != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
    }
    signet_buf_free(&text);
    return rc == SIGNET_E_NOMEM ? no_memory(err) : rc;
}

/* A name by the path rules; a shard_size other than 0 means that a range is behind it. */
static int read_name(struct signet_json_value value,
                     const struct signet_limits *limits,
                     uint64_t shard_size,
                     struct signet_arena *storage,
                     struct signet_span *name,
                     struct signet_err *err)
{
    struct signet_oms_piece piece;
    int rc = read_text(value, storage, name, err);
    if (rc != SIGNET_OK || shard_size == 0) {
        return rc == SIGNET_OK ? signet_path_check(*name, limits->path, err) : rc;
    }
    rc = signet_oms_piece(*name, &piece, err);
    return rc == SIGNET_OK ? signet_path_check(piece.path, limits->path, err) : rc;
}

static int read_ignore_path(struct signet_json_value value,
                            const struct signet_limits *limits,
                            struct signet_arena *storage,
                            const char **path,
                            struct signet_err *err)
{
    struct signet_span name;
    int rc = read_name(value, limits, 0, storage, &name, err);
    if (rc == SIGNET_OK) {
        *path = signet_arena_copy(storage, name);
        rc = *path != NULL ? SIGNET_OK : no_memory(err);
    }
    return rc;
}

static int read_ignore_paths(struct signet_json_value list,
                             const struct signet_limits *limits,
                             struct signet_oms *oms,
                             struct signet_err *err)
{
    struct signet_json_value element;
    size_t count = 0;
    if (list.kind != SIGNET_JSON_ARRAY) {
        return malformed(err, "\"ignore_paths\": expected an array");
    }
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &element)) {
        count++;
    }
    oms->ignore_paths = signet_arena_array(&oms->storage, count + 1, sizeof(*oms->ignore_paths));
    if (oms->ignore_paths == NULL) {
        return no_memory(err);
    }
    walk = signet_json_walk(list);
    for (size_t i = 0; signet_json_next_element(&walk, &element); i++) {
        int rc = read_ignore_path(element, limits, &oms->storage, &oms->ignore_paths[i], err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "OMS predicate: ignore_paths");
            return rc;
        }
    }
    return SIGNET_OK;
}

static int
read_hash_type(struct signet_json_value value, struct signet_oms *oms, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span name;
    if (!signet_json_plain_string(value, &name)) {
        return malformed(err, "\"hash_type\": expected a string");
    }
    oms->alg = signet_digest_by_name(name);
    if (oms->alg != SIGNET_DIGEST_SHA256 && oms->alg != SIGNET_DIGEST_BLAKE2B) {
        return signet_err_set(
            err, SIGNET_E_UNSUPPORTED,
            "OMS predicate: hash_type %s is not supported; expected \"sha256\" or "
            "\"blake2b\"",
            signet_utf8_show(value.text, shown));
    }
    return SIGNET_OK;
}

static int check_links(struct signet_json_value value, struct signet_err *err)
{
    if (value.kind == 0) {
        return SIGNET_OK;
    }
    if (value.kind != SIGNET_JSON_BOOL) {
        return malformed(err, "\"allow_symlinks\": expected a boolean");
    }
    if (!signet_span_is(value.text, "false")) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "OMS predicate: signed with symbolic links allowed; what a link "
                              "points at is not bound, so such a signature is refused: sign "
                              "again without links");
    }
    return SIGNET_OK;
}

/* How files are listed: whole, or in shards of a size that goes with that and with nothing else. */
static int read_method(struct signet_json_value method,
                       struct signet_json_value shard_size,
                       struct signet_oms *oms,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (method.kind == 0) {
        return malformed(err, "member \"serialization.method\" missing");
    }
    if (signet_json_string_is(method, signet_span_str("shards"))) {
        return shard_size.kind != 0 ? signet_oms_shard_size(shard_size, &oms->shard_size, err)
                                    : malformed(err, "method \"shards\" lacks \"shard_size\"");
    }
    if (!signet_json_string_is(method, signet_span_str("files"))) {
        return signet_err_set(
            err, SIGNET_E_UNSUPPORTED,
            "OMS predicate: method %s is not supported; expected \"files\" or \"shards\"",
            signet_utf8_show(method.text, shown));
    }
    return shard_size.kind == 0 ? SIGNET_OK
                                : malformed(err, "\"shard_size\" goes with method \"shards\"");
}

static int read_serialization(struct signet_json_value serialization,
                              const struct signet_limits *limits,
                              struct signet_oms *oms,
                              struct signet_err *err)
{
    enum {
        METHOD,
        HASH_TYPE,
        ALLOW_SYMLINKS,
        IGNORE_PATHS,
        SHARD_SIZE,
        MEMBERS
    };
    static const char *const names[] = {"method",       "hash_type",  "allow_symlinks",
                                        "ignore_paths", "shard_size", NULL};
    struct signet_json_value values[MEMBERS];
    oms->unknown_members += signet_json_members(serialization, names, values);
    int rc = read_method(values[METHOD], values[SHARD_SIZE], oms, err);
    if (rc == SIGNET_OK) {
        rc = read_hash_type(values[HASH_TYPE], oms, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_links(values[ALLOW_SYMLINKS], err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (values[IGNORE_PATHS].kind == 0) {
        oms->ignore_paths = signet_arena_array(&oms->storage, 1, sizeof(*oms->ignore_paths));
        return oms->ignore_paths != NULL ? SIGNET_OK : no_memory(err);
    }
    return read_ignore_paths(values[IGNORE_PATHS], limits, oms, err);
}

/* A digest of the right length; *at is where in the payload its digits begin. */
static int read_digest(struct signet_json_value value,
                       const struct signet_oms *oms,
                       uint8_t bytes[SIGNET_DIGEST_MAX],
                       uint32_t *at,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span hex;
    size_t size = signet_digest_size(oms->alg);
    if (!signet_json_plain_string(value, &hex) ||
        signet_hex_decode(hex, bytes, size) != SIGNET_OK) {
        return signet_err_set(
            err, SIGNET_E_MALFORMED,
            "OMS predicate: digest of a resource: expected %zu hex digits, found %s", 2 * size,
            signet_utf8_show(value.text, shown));
    }
    *at = (uint32_t)(hex.ptr - oms->payload.ptr);
    return SIGNET_OK;
}

/* The members of a resource, in the order of resource_members. */
enum {
    RESOURCE_ALGORITHM,
    RESOURCE_DIGEST,
    RESOURCE_NAME,
    RESOURCE_SIZE,
    RESOURCE_USAGE,
    RESOURCE_MEMBERS
};

static const char *const resource_members[] = {"algorithm", "digest", "name",
                                               "size",      "usage",  NULL};

/* The algorithm of a resource is hash_type. Others have written the size of shards behind it. */
static bool names_algorithm(struct signet_json_value value, const struct signet_oms *oms)
{
    char sharded[64];
    const char *name = signet_digest_name(oms->alg);
    if (signet_json_string_is(value, signet_span_str(name)) || oms->shard_size == 0) {
        return signet_json_string_is(value, signet_span_str(name));
    }
    int len = snprintf(sharded, sizeof(sharded), "%s-sharded-%llu", name,
                       (unsigned long long)oms->shard_size);
    return len > 0 && len < (int)sizeof(sharded) &&
           signet_json_string_is(value, signet_span_str(sharded));
}

/* One resource by its members; bytes becomes its digest. */
static int read_resource(const struct signet_json_value values[RESOURCE_MEMBERS],
                         const struct signet_limits *limits,
                         struct signet_oms *oms,
                         struct signet_oms_resource *resource,
                         uint8_t bytes[SIGNET_DIGEST_MAX],
                         struct signet_err *err)
{
    struct signet_span name = signet_span_str(".");
    char shown[SIGNET_SHOW_MAX];
    if (values[RESOURCE_NAME].kind == 0 || values[RESOURCE_ALGORITHM].kind == 0 ||
        values[RESOURCE_DIGEST].kind == 0) {
        return malformed(err, lacks);
    }
    if (oms->shard_size > 0 || !signet_json_string_is(values[RESOURCE_NAME], name)) {
        int rc =
            read_name(values[RESOURCE_NAME], limits, oms->shard_size, &oms->storage, &name, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    resource->name = name.ptr;
    resource->name_len = (uint32_t)name.len;
    if (!names_algorithm(values[RESOURCE_ALGORITHM], oms)) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "OMS predicate: a resource has algorithm %s, but hash_type is %s",
                              signet_utf8_show(values[RESOURCE_ALGORITHM].text, shown),
                              signet_digest_name(oms->alg));
    }
    return read_digest(values[RESOURCE_DIGEST], oms, bytes, &resource->digest_at, err);
}

/* Makes room for one resource more, of at most as many as there can be in the text. */
static int grow(struct signet_oms *oms,
                struct signet_json_value list,
                const struct signet_limits *limits,
                struct signet_err *err)
{
    if (oms->count >= limits->entries) {
        return signet_err_set(err, SIGNET_E_LIMIT, "OMS predicate: more than %llu resources",
                              (unsigned long long)limits->entries);
    }
    if (oms->count == oms->resource_cap) {
        struct signet_oms_resource *grown =
            signet_json_grow(oms->resources, &oms->resource_cap, oms->count + 1,
                             list.text.len / RESOURCE_TEXT_MIN + 1, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        oms->resources = grown;
    }
    return SIGNET_OK;
}

/* What the last resource is for. Of a piece of a file nothing can be said: its members of these
 * names are like any others. */
static int read_use(const struct signet_json_value values[RESOURCE_MEMBERS],
                    size_t max,
                    struct signet_oms *oms,
                    const uint8_t digest[SIGNET_DIGEST_MAX],
                    struct signet_err *err)
{
    const struct signet_oms_said said = {values[RESOURCE_SIZE], values[RESOURCE_USAGE]};
    if (oms->shard_size == 0) {
        return signet_oms_add_use(oms, &said, &oms->resources[oms->count], digest, max, err);
    }
    oms->unknown_members += said.size.kind != 0 ? 1 : 0;
    oms->unknown_members += said.usage.kind != 0 ? 1 : 0;
    return SIGNET_OK;
}

/* Reads the list and adds its digests to root, in the order of the list. */
static int read_resources(struct signet_json_value list,
                          const struct signet_limits *limits,
                          struct signet_oms *oms,
                          struct signet_hash *root,
                          struct signet_err *err)
{
    struct signet_json_value element;
    struct signet_json_value values[RESOURCE_MEMBERS];
    uint8_t digest[SIGNET_DIGEST_MAX];
    size_t size = signet_digest_size(oms->alg);
    size_t others = 0;
    if (list.kind != SIGNET_JSON_ARRAY) {
        return malformed(err, "\"resources\": expected an array");
    }
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_object(&walk, resource_members, &element, values, &others)) {
        if (element.text.len < RESOURCE_TEXT_MIN) {
            return malformed(err, lacks);
        }
        int rc = grow(oms, list, limits, err);
        if (rc == SIGNET_OK) {
            rc = read_resource(values, limits, oms, &oms->resources[oms->count], digest, err);
        }
        if (rc == SIGNET_OK) {
            rc = read_use(values, list.text.len / RESOURCE_TEXT_MIN + 1, oms, digest, err);
        }
        if (rc == SIGNET_OK) {
            rc = signet_hash_update(root, signet_span_of(digest, size));
        }
        if (rc != SIGNET_OK) {
            return signet_err_set(err, rc, "cannot compute the root digest");
        }
        oms->unknown_members += others;
        oms->count++;
    }
    return oms->count > 0 ? SIGNET_OK : malformed(err, "\"resources\" is empty: it covers nothing");
}

/* The subject must name the root of the resources as listed. */
static int check_root(const struct signet_statement *statement,
                      struct signet_hash *hash,
                      struct signet_err *err)
{
    struct signet_digest root;
    char computed[SIGNET_DIGEST_HEX];
    if (statement->subject_count != 1) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "OMS statement: expected exactly 1 subject, found %zu",
                              statement->subject_count);
    }
    int rc = signet_hash_final(hash, &root);
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "cannot compute the root digest");
    }
    const struct signet_digest_set *claimed = &statement->subjects[0].digests;
    if (claimed->strong_count != 1 || !signet_digest_eq(&claimed->strong[0], &root)) {
        return signet_err_set(
            err, SIGNET_E_MISMATCH,
            "OMS statement: the subject is not the root of its resources, which is "
            "sha256 %s",
            signet_digest_hex(&root, computed));
    }
    return SIGNET_OK;
}

static int by_name(const void *a, const void *b)
{
    return signet_span_order(signet_oms_name(a), signet_oms_name(b));
}

/* Most lists are in order, and seeing that takes one step for each resource. */
static void sort(struct signet_oms *oms, int (*order)(const void *a, const void *b))
{
    for (size_t i = 1; i < oms->count; i++) {
        if (order(&oms->resources[i - 1], &oms->resources[i]) > 0) {
            qsort(oms->resources, oms->count, sizeof(*oms->resources), order);
            return;
        }
    }
}

static int sort_shards(struct signet_oms *oms, struct signet_err *err)
{
    sort(oms, signet_oms_by_piece);
    return signet_oms_check_tiles(oms, err);
}

static int sort_resources(struct signet_oms *oms, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    bool single = false;
    sort(oms, by_name);
    for (size_t i = 0; i < oms->count; i++) {
        struct signet_span name = signet_oms_name(&oms->resources[i]);
        single = single || signet_span_is(name, ".");
        if (i > 0 && by_name(&oms->resources[i - 1], &oms->resources[i]) == 0) {
            return signet_err_set(err, SIGNET_E_MALFORMED, "OMS predicate: \"%s\" is listed twice",
                                  signet_utf8_show(name, shown));
        }
    }
    if (oms->count > 1 && single) {
        return malformed(err, "resource \".\" stands for a single file, but there are others");
    }
    return SIGNET_OK;
}

static int read_predicate(const struct signet_statement *statement,
                          const struct signet_limits *limits,
                          struct signet_oms *oms,
                          struct signet_hash *root,
                          struct signet_err *err)
{
    enum {
        SERIALIZATION,
        RESOURCES,
        MEMBERS
    };
    static const char *const names[] = {"serialization", "resources", NULL};
    struct signet_json_value values[MEMBERS];
    oms->unknown_members = signet_json_members(statement->predicate, names, values);
    if (values[SERIALIZATION].kind == 0 || values[RESOURCES].kind == 0) {
        return malformed(err, "member \"serialization\" or \"resources\" missing");
    }
    int rc = read_serialization(values[SERIALIZATION], limits, oms, err);
    if (rc == SIGNET_OK) {
        rc = read_resources(values[RESOURCES], limits, oms, root, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_root(statement, root, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_oms_sort_uses(oms);
    return oms->shard_size > 0 ? sort_shards(oms, err) : sort_resources(oms, err);
}

int signet_oms_parse(const struct signet_statement *statement,
                     const struct signet_limits *limits,
                     struct signet_oms *oms,
                     struct signet_err *err)
{
    struct signet_hash *root = NULL;
    memset(oms, 0, sizeof(*oms));
    if (statement->payload.len > UINT32_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "OMS statement of more than 4 GiB");
    }
    oms->payload = statement->payload;
    /* Unescaped names are shorter than their text, and an ignore path is at most doubled. */
    signet_arena_init(&oms->storage, 4 * statement->payload.len + (1 << 16));
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &root, err);
    if (rc == SIGNET_OK) {
        rc = read_predicate(statement, limits, oms, root, err);
    }
    signet_hash_free(root);
    if (rc != SIGNET_OK) {
        signet_oms_free(oms);
    }
    return rc;
}

static bool is_oms(const struct signet_statement *statement)
{
    return statement->predicate_type != NULL &&
           strcmp(statement->predicate_type, SIGNET_PREDICATE_OMS) == 0;
}

int signet_oms_check_size(const struct signet_statement *statement,
                          size_t file_size,
                          const struct signet_limits *limits,
                          struct signet_err *err)
{
    uint64_t max = is_oms(statement) ? limits->bundle : limits->envelope;
    if (file_size > max) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "signature file of %zu bytes, more than the limit of %llu", file_size,
                              (unsigned long long)max);
    }
    return SIGNET_OK;
}

void signet_oms_free(struct signet_oms *oms)
{
    if (oms != NULL) {
        free(oms->resources);
        free(oms->uses);
        signet_arena_free(&oms->storage);
        memset(oms, 0, sizeof(*oms));
    }
}

void signet_oms_digest(const struct signet_oms *oms,
                       const struct signet_oms_resource *resource,
                       struct signet_digest *digest)
{
    size_t size = signet_digest_size(oms->alg);
    memset(digest, 0, sizeof(*digest));
    /* It was read before; if it could not be now, it would equal none. */
    if (signet_hex_decode(signet_span_of(oms->payload.ptr + resource->digest_at, 2 * size),
                          digest->bytes, size) == SIGNET_OK) {
        digest->alg = oms->alg;
        digest->len = size;
    }
}

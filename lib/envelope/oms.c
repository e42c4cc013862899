/* SPDX-License-Identifier: Apache-2.0
 *
 * The OpenSSF Model Signing predicate (OMS v1.0). Owns its members and its agreement with itself;
 * compares nothing with files.
 */
#include "envelope/oms.h"

#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

enum {
    /* {"name":"a","algorithm":"sha256","digest":"64 digits"}: less text than this is no resource,
     * so that the memory for resources is bounded by the text. */
    RESOURCE_TEXT_MIN = 100
};

static int malformed(struct signet_err *err, const char *what)
{
    return signet_err_set(err, SIGNET_E_MALFORMED, "OMS predicate: %s", what);
}

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the OMS predicate");
}

/* Members of object whose names are not in known, a NULL-terminated list. */
static size_t count_unknown(struct signet_json_value object, const char *const *known)
{
    struct signet_json_walk walk = signet_json_walk(object);
    struct signet_json_value name;
    struct signet_json_value value;
    size_t unknown = 0;
    while (signet_json_next_member(&walk, &name, &value)) {
        size_t i = 0;
        while (known[i] != NULL && !signet_json_string_is(name, signet_span_str(known[i]))) {
            i++;
        }
        unknown += known[i] == NULL ? 1 : 0;
    }
    return unknown;
}

/* An unescaped name that passes the path rules, copied. */
static int read_path(struct signet_json_value value,
                     const struct signet_limits *limits,
                     struct signet_arena *storage,
                     const char **path,
                     struct signet_err *err)
{
    struct signet_buf text;
    if (value.kind != SIGNET_JSON_STRING) {
        return malformed(err, "a name or ignore path is not a string");
    }
    signet_buf_init(&text, value.text.len);
    int rc = signet_json_string(value, &text);
    if (rc == SIGNET_OK) {
        rc = signet_path_check(signet_buf_span(&text), limits->path, err);
    }
    if (rc == SIGNET_OK) {
        *path = signet_arena_copy(storage, signet_buf_span(&text));
        rc = *path != NULL ? SIGNET_OK : no_memory(err);
    }
    signet_buf_free(&text);
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
        int rc = read_path(element, limits, &oms->storage, &oms->ignore_paths[i], err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "OMS predicate: ignore_paths");
            return rc;
        }
    }
    return SIGNET_OK;
}

static int read_hash_type(struct signet_json_value serialization,
                          struct signet_oms *oms,
                          struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_json_value value;
    struct signet_span name;
    if (!signet_json_member(serialization, "hash_type", &value) ||
        !signet_json_plain_string(value, &name)) {
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

static int read_serialization(struct signet_json_value serialization,
                              const struct signet_limits *limits,
                              struct signet_oms *oms,
                              struct signet_err *err)
{
    static const char *const none[] = {NULL};
    struct signet_json_value value;
    char shown[SIGNET_SHOW_MAX];
    if (!signet_json_member(serialization, "method", &value)) {
        return malformed(err, "member \"serialization.method\" missing");
    }
    if (!signet_json_string_is(value, signet_span_str("files"))) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "OMS predicate: method %s is not supported; expected \"files\"",
                              signet_utf8_show(value.text, shown));
    }
    int rc = read_hash_type(serialization, oms, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_json_member(serialization, "allow_symlinks", &value)) {
        if (value.kind != SIGNET_JSON_BOOL) {
            return malformed(err, "\"allow_symlinks\": expected a boolean");
        }
        if (!signet_span_is(value.text, "false")) {
            return signet_err_set(err, SIGNET_E_FORBIDDEN,
                                  "OMS predicate: signed with symbolic links allowed; what a link "
                                  "points at is not bound, so such a signature is refused: sign "
                                  "again without links");
        }
    }
    if (!signet_json_member(serialization, "ignore_paths", &value)) {
        oms->ignore_paths = signet_arena_array(&oms->storage, 1, sizeof(*none));
        return oms->ignore_paths != NULL ? SIGNET_OK : no_memory(err);
    }
    return read_ignore_paths(value, limits, oms, err);
}

static int read_resource(struct signet_json_value value,
                         const struct signet_limits *limits,
                         struct signet_oms *oms,
                         struct signet_oms_resource *resource,
                         struct signet_err *err)
{
    static const char *const members[] = {"name", "algorithm", "digest", NULL};
    char shown[SIGNET_SHOW_MAX];
    struct signet_json_value name;
    struct signet_json_value algorithm;
    struct signet_json_value digest;
    struct signet_span hex;
    if (!signet_json_member(value, "name", &name) ||
        !signet_json_member(value, "algorithm", &algorithm) ||
        !signet_json_member(value, "digest", &digest)) {
        return malformed(err, "a resource lacks \"name\", \"algorithm\" or \"digest\"");
    }
    oms->unknown_members += count_unknown(value, members);
    if (signet_json_string_is(name, signet_span_str("."))) {
        resource->name = ".";
    } else {
        int rc = read_path(name, limits, &oms->storage, &resource->name, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    if (!signet_json_string_is(algorithm, signet_span_str(signet_digest_name(oms->alg)))) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "OMS predicate: a resource has algorithm %s, but hash_type is %s",
                              signet_utf8_show(algorithm.text, shown),
                              signet_digest_name(oms->alg));
    }
    if (!signet_json_plain_string(digest, &hex) ||
        signet_hex_decode(hex, resource->digest, signet_digest_size(oms->alg)) != SIGNET_OK) {
        return signet_err_set(
            err, SIGNET_E_MALFORMED,
            "OMS predicate: digest of a resource: expected %zu hex digits, found %s",
            2 * signet_digest_size(oms->alg), signet_utf8_show(digest.text, shown));
    }
    return SIGNET_OK;
}

static int read_resources(struct signet_json_value list,
                          const struct signet_limits *limits,
                          struct signet_oms *oms,
                          struct signet_err *err)
{
    struct signet_json_value element;
    uint64_t count = 0;
    if (list.kind != SIGNET_JSON_ARRAY) {
        return malformed(err, "\"resources\": expected an array");
    }
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &element)) {
        if (element.text.len < RESOURCE_TEXT_MIN) {
            return malformed(err, "a resource lacks \"name\", \"algorithm\" or \"digest\"");
        }
        count++;
    }
    if (count == 0) {
        return malformed(err, "\"resources\" is empty: it covers nothing");
    }
    if (count > limits->entries) {
        return signet_err_set(err, SIGNET_E_LIMIT, "OMS predicate: more than %llu resources",
                              (unsigned long long)limits->entries);
    }
    oms->resources = signet_arena_array(&oms->storage, (size_t)count, sizeof(*oms->resources));
    if (oms->resources == NULL) {
        return no_memory(err);
    }
    walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &element)) {
        int rc = read_resource(element, limits, oms, &oms->resources[oms->count], err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        oms->count++;
    }
    return SIGNET_OK;
}

/* The subject must name the root of the resources as listed, before they are sorted. */
static int check_root(const struct signet_statement *statement,
                      const struct signet_oms *oms,
                      struct signet_err *err)
{
    struct signet_hash *hash = NULL;
    struct signet_digest root;
    char computed[SIGNET_DIGEST_HEX];
    if (statement->subject_count != 1) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "OMS statement: expected exactly 1 subject, found %zu",
                              statement->subject_count);
    }
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &hash, err);
    for (size_t i = 0; rc == SIGNET_OK && i < oms->count; i++) {
        rc = signet_hash_update(
            hash, signet_span_of(oms->resources[i].digest, signet_digest_size(oms->alg)));
    }
    if (rc == SIGNET_OK) {
        rc = signet_hash_final(hash, &root);
    }
    signet_hash_free(hash);
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
    const struct signet_oms_resource *first = a;
    const struct signet_oms_resource *second = b;
    return strcmp(first->name, second->name);
}

static int sort_resources(struct signet_oms *oms, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    qsort(oms->resources, oms->count, sizeof(*oms->resources), by_name);
    for (size_t i = 1; i < oms->count; i++) {
        if (by_name(&oms->resources[i - 1], &oms->resources[i]) == 0) {
            return signet_err_set(err, SIGNET_E_MALFORMED, "OMS predicate: \"%s\" is listed twice",
                                  signet_utf8_show(signet_span_str(oms->resources[i].name), shown));
        }
    }
    if (oms->count > 1 && signet_oms_find(oms, ".") != NULL) {
        return malformed(err, "resource \".\" stands for a single file, but there are others");
    }
    return SIGNET_OK;
}

int signet_oms_parse(const struct signet_statement *statement,
                     const struct signet_limits *limits,
                     struct signet_oms *oms,
                     struct signet_err *err)
{
    static const char *const members[] = {"serialization", "resources", NULL};
    static const char *const inner[] = {"method", "hash_type", "allow_symlinks", "ignore_paths",
                                        NULL};
    struct signet_json_value serialization;
    struct signet_json_value resources;
    size_t room = 0;
    memset(oms, 0, sizeof(*oms));
    if (!signet_json_member(statement->predicate, "serialization", &serialization) ||
        !signet_json_member(statement->predicate, "resources", &resources)) {
        return malformed(err, "member \"serialization\" or \"resources\" missing");
    }
    /* A resource takes at least as much text as its record: 4 times the text is ample. */
    if (SIGNET_MUL_OVERFLOWS(statement->predicate.text.len, (size_t)4, &room)) {
        return no_memory(err);
    }
    signet_arena_init(&oms->storage, room + (1 << 16));
    oms->unknown_members =
        count_unknown(statement->predicate, members) + count_unknown(serialization, inner);
    int rc = read_serialization(serialization, limits, oms, err);
    if (rc == SIGNET_OK) {
        rc = read_resources(resources, limits, oms, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_root(statement, oms, err);
    }
    if (rc == SIGNET_OK) {
        rc = sort_resources(oms, err);
    }
    if (rc != SIGNET_OK) {
        signet_oms_free(oms);
    }
    return rc;
}

void signet_oms_free(struct signet_oms *oms)
{
    if (oms != NULL) {
        signet_arena_free(&oms->storage);
        memset(oms, 0, sizeof(*oms));
    }
}

const struct signet_oms_resource *signet_oms_find(const struct signet_oms *oms, const char *name)
{
    struct signet_oms_resource wanted = {.name = name};
    return bsearch(&wanted, oms->resources, oms->count, sizeof(*oms->resources), by_name);
}

static void put_resources(const struct signet_manifest *manifest, struct signet_buf *out)
{
    for (size_t i = 0; i < manifest->count; i++) {
        signet_buf_puts(out, i == 0 ? "{\"algorithm\":\"" : ",{\"algorithm\":\"");
        signet_buf_puts(out, signet_digest_name(manifest->alg));
        signet_buf_puts(out, "\",");
        signet_statement_put_digest(out, "digest",
                                    signet_entry_digest(manifest, &manifest->entries[i], 0));
        signet_buf_puts(out, ",\"name\":");
        signet_json_put_string(out, signet_span_str(manifest->entries[i].name));
        signet_buf_putc(out, '}');
    }
}

int signet_oms_write(const struct signet_manifest *manifest,
                     const char *subject_name,
                     const char *const *ignore_paths,
                     struct signet_buf *out,
                     struct signet_err *err)
{
    if (manifest->kind != SIGNET_ARTIFACT_BUNDLE || manifest->count == 0) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "an OMS statement needs a bundle");
    }
    signet_buf_puts(out, "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":"
                         "{\"resources\":[");
    put_resources(manifest, out);
    signet_buf_puts(out, "],\"serialization\":{\"allow_symlinks\":false,\"hash_type\":\"");
    signet_buf_puts(out, signet_digest_name(manifest->alg));
    signet_buf_puts(out, "\",\"ignore_paths\":[");
    for (size_t i = 0; ignore_paths[i] != NULL; i++) {
        if (i > 0) {
            signet_buf_putc(out, ',');
        }
        signet_json_put_string(out, signet_span_str(ignore_paths[i]));
    }
    signet_buf_puts(out, "],\"method\":\"files\"}},\"predicateType\":\"" SIGNET_PREDICATE_OMS
                         "\",\"subject\":[{\"digest\":{");
    signet_statement_put_digest(out, "sha256",
                                signet_span_of(manifest->root.bytes, manifest->root.len));
    signet_buf_puts(out, "},\"name\":");
    signet_json_put_string(out, signet_span_str(subject_name));
    int rc = signet_buf_puts(out, "}]}");
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "no room for the statement");
}

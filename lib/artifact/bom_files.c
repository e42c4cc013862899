/* SPDX-License-Identifier: Apache-2.0
 *
 * From the components of a BOM to a list of paths and hashes: see bom_files.h. Which components are
 * files of the model is bom_parts.c's to say.
 */
#include "artifact/bom_files.h"

#include <signet/artifact.h>
#include <signet/text.h>
#include <stdlib.h>

#include "artifact/bom_graph.h"
#include "artifact/bom_parts.h"
#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"

enum {
    SHA1_HEX = 40,
    PURL_MAX = 4096 /* bytes of one that is looked at for a commit */
};

/* The names of hash algorithms in CycloneDX; those that count for nothing have none of ours. */
static const struct {
    const char *name;
    enum signet_digest_alg alg;
    size_t size; /* bytes */
} known[] = {
    {"SHA-256", SIGNET_DIGEST_SHA256, 32},
    {"SHA-384", SIGNET_DIGEST_SHA384, 48},
    {"SHA-512", SIGNET_DIGEST_SHA512, 64},
    {"BLAKE2b-256", SIGNET_DIGEST_BLAKE2B_256, 32},
    {"BLAKE2b-384", SIGNET_DIGEST_BLAKE2B_384, 48},
    {"BLAKE2b-512", SIGNET_DIGEST_BLAKE2B, 64},
    {"MD5", SIGNET_DIGEST_NONE, 16},
    {"SHA-1", SIGNET_DIGEST_NONE, SHA1_HEX / 2},
};

static const size_t storage_max = (size_t)1 << 32;

/* One list in the making. */
struct reading {
    struct signet_bom_files *files;
    const struct signet_bom_parts *parts;
    const struct signet_limits *limits;
    struct signet_buf name; /* of the component at hand */
    struct signet_buf purl;
    struct signet_err *err;
};

/* What the hashes of one component are. */
struct hashes {
    struct signet_digest *strong;
    size_t count;
    bool weak;   /* there are others, which count for nothing */
    bool commit; /* one of them is the git commit of the purl */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the files of a BOM");
}

/* Reads a member that is a string, or absent: empty then. */
static int
read_string(struct reading *reading, uint32_t offset, const char *member, struct signet_buf *out)
{
    struct signet_json_value value = signet_bom_parts_value(reading->parts, offset);
    signet_buf_reset(out);
    if (value.kind == 0) {
        return SIGNET_OK;
    }
    if (value.kind != SIGNET_JSON_STRING) {
        return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                              "BOM: a component's %s: expected a string, found %s", member,
                              signet_bom_value_name(value.kind));
    }
    int rc = signet_json_string(value, out);
    return rc == SIGNET_OK ? rc : signet_err_set(reading->err, rc, "BOM: a component's %s", member);
}

/* From the last byte c before end, or end. */
static size_t find_last(struct signet_span text, char c, size_t end)
{
    for (size_t i = end; i > 0; i--) {
        if (text.ptr[i - 1] == (uint8_t)c) {
            return i - 1;
        }
    }
    return end;
}

static size_t find_first(struct signet_span text, const char *set)
{
    size_t i = 0;
    while (i < text.len && (text.ptr[i] == '\0' || strchr(set, text.ptr[i]) == NULL)) {
        i++;
    }
    return i;
}

/* The version of a package URL: between "@" and what follows it. */
static struct signet_span version_of(struct signet_span purl)
{
    if (purl.len > PURL_MAX) {
        return signet_span_of("", 0);
    }
    size_t end = find_first(purl, "?#");
    size_t at = find_last(purl, '@', end);
    return at < end ? signet_span_of(purl.ptr + at + 1, end - at - 1) : signet_span_of("", 0);
}

static bool same_hex(struct signet_span a, struct signet_span b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++) {
        same = signet_hex_value(a.ptr[i]) >= 0 &&
               signet_hex_value(a.ptr[i]) == signet_hex_value(b.ptr[i]);
    }
    return same;
}

/* The version of the subject's purl in hex, if it may be a git commit. */
static bool is_commit(const struct reading *reading, struct signet_span hex)
{
    struct signet_span text;
    const struct signet_bom_part *subject = &reading->parts->list[reading->parts->subject];
    struct signet_json_value purl = signet_bom_parts_value(reading->parts, subject->purl);
    if (same_hex(hex, version_of(signet_buf_span(&reading->purl)))) {
        return true;
    }
    return purl.text.len <= PURL_MAX && signet_json_plain_string(purl, &text) &&
           same_hex(hex, version_of(text));
}

/* Reads one hash of a list into the next place of hashes->strong, if it is strong. */
static int read_hash(const struct reading *reading,
                     const struct signet_json_value *values,
                     const char *label,
                     struct hashes *hashes)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span hex;
    uint8_t bytes[SIGNET_DIGEST_MAX] = {0};
    size_t row = 0;
    while (row < SIGNET_COUNT(known) &&
           !signet_json_string_is(values[0], signet_span_str(known[row].name))) {
        row++;
    }
    if (values[0].kind != SIGNET_JSON_STRING || values[1].kind != SIGNET_JSON_STRING) {
        return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                              "%s: a hash in the BOM: expected alg and content, two strings",
                              label);
    }
    if (row == SIGNET_COUNT(known)) {
        return signet_err_set(reading->err, SIGNET_E_UNSUPPORTED,
                              "%s: a hash by %s cannot be checked: expected SHA-256, SHA-384, "
                              "SHA-512 or BLAKE2b",
                              label, signet_utf8_show(values[0].text, shown));
    }
    if (!signet_json_plain_string(values[1], &hex) ||
        signet_hex_decode(hex, bytes, known[row].size) != SIGNET_OK) {
        return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                              "%s: its %s in the BOM: expected %zu hex digits, found %s", label,
                              known[row].name, 2 * known[row].size,
                              signet_utf8_show(values[1].text, shown));
    }
    if (known[row].alg == SIGNET_DIGEST_NONE) {
        hashes->weak = true;
        hashes->commit = hashes->commit || (hex.len == SHA1_HEX && is_commit(reading, hex));
        return SIGNET_OK;
    }
    struct signet_digest *digest = &hashes->strong[hashes->count++];
    digest->alg = known[row].alg;
    digest->len = known[row].size;
    memcpy(digest->bytes, bytes, digest->len);
    reading->files->algs |= 1U << known[row].alg;
    return SIGNET_OK;
}

/* Reads the hashes of a part; label is what messages call it. */
static int read_hashes(const struct reading *reading,
                       const struct signet_bom_part *part,
                       const char *label,
                       struct hashes *hashes)
{
    static const char *const names[] = {"alg", "content", NULL};
    struct signet_json_value list = signet_bom_parts_value(reading->parts, part->hashes);
    struct signet_json_walk walk = signet_json_walk(list);
    struct signet_json_value values[2];
    struct signet_json_value element;
    size_t count = 0;
    size_t others = 0;
    *hashes = (struct hashes){0};
    if (list.kind != 0 && list.kind != SIGNET_JSON_ARRAY) {
        return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                              "%s: its hashes in the BOM: expected an array, found %s", label,
                              signet_bom_value_name(list.kind));
    }
    while (signet_json_next_object(&walk, names, &element, values, &others)) {
        count++;
    }
    hashes->strong =
        signet_arena_array(&reading->files->storage, count + 1, sizeof(*hashes->strong));
    if (hashes->strong == NULL) {
        return no_memory(reading->err);
    }
    int rc = SIGNET_OK;
    walk = signet_json_walk(list);
    while (rc == SIGNET_OK && signet_json_next_object(&walk, names, &element, values, &others)) {
        rc = read_hash(reading, values, label, hashes);
    }
    return rc;
}

static int not_bound(const struct reading *reading, const char *label, const struct hashes *hashes)
{
    const char *why = "has no hash in the BOM";
    if (hashes->commit) {
        why = "the SHA-1 in the BOM is the git commit of its purl, which is the hash of no file";
    } else if (hashes->weak) {
        why = "has only MD5 or SHA-1 in the BOM, which prove nothing";
    }
    return signet_err_set(reading->err, SIGNET_E_MISMATCH, "%s is not bound: %s", label, why);
}

/* Undoes the percent-encoding of a purl's subpath, appended to out. */
static int decode_subpath(struct reading *reading, struct signet_span text, struct signet_buf *out)
{
    char shown[SIGNET_SHOW_MAX];
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte == '%' &&
            (text.len - i < 3 ||
             signet_hex_decode(signet_span_of(text.ptr + i + 1, 2), &byte, 1) != SIGNET_OK ||
             byte == '/')) {
            return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                                  "BOM: the path in a purl: expected %%XX, and none for \"/\", "
                                  "found %s",
                                  signet_utf8_show(text, shown));
        }
        i += text.ptr[i] == '%' ? 2 : 0;
        signet_buf_putc(out, (char)byte);
    }
    return out->status == SIGNET_OK ? SIGNET_OK : no_memory(reading->err);
}

/* Whether a component that is called so may be the file at that path. */
static bool may_be_called(struct signet_span name, struct signet_span path)
{
    size_t slash = find_last(path, '/', path.len);
    struct signet_span last =
        slash < path.len ? signet_span_of(path.ptr + slash + 1, path.len - slash - 1) : path;
    return signet_span_eq(name, path) || signet_span_eq(name, last);
}

/* The path of the component at hand: what its purl says, or its name. */
static int find_path(struct reading *reading, struct signet_buf *decoded, struct signet_span *path)
{
    char shown[SIGNET_SHOW_MAX];
    char other[SIGNET_SHOW_MAX];
    struct signet_span name = signet_buf_span(&reading->name);
    struct signet_span purl = signet_buf_span(&reading->purl);
    size_t mark = find_first(purl, "#");
    *path = name;
    if (mark == purl.len) {
        return SIGNET_OK;
    }
    int rc =
        decode_subpath(reading, signet_span_of(purl.ptr + mark + 1, purl.len - mark - 1), decoded);
    *path = signet_buf_span(decoded);
    if (rc == SIGNET_OK && !may_be_called(name, *path)) {
        return signet_err_set(reading->err, SIGNET_E_AMBIGUOUS,
                              "BOM: a file is named %s, and its purl says %s",
                              signet_utf8_show(name, shown), signet_utf8_show(*path, other));
    }
    return rc;
}

static int
add_file(struct reading *reading, const struct signet_bom_part *part, struct signet_span path)
{
    char label[SIGNET_SHOW_MAX];
    struct hashes hashes;
    struct signet_bom_files *files = reading->files;
    signet_utf8_show(path, label);
    int rc = signet_path_check(path, reading->limits->path, reading->err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(reading->err, "a file of the BOM");
        return rc;
    }
    rc = read_hashes(reading, part, label, &hashes);
    if (rc == SIGNET_OK && hashes.count == 0) {
        rc = not_bound(reading, label, &hashes);
    }
    if (rc == SIGNET_OK) {
        const char *name = signet_arena_copy(&files->storage, path);
        files->list[files->count++] = (struct signet_bom_file){name, hashes.strong, hashes.count};
        rc = name != NULL ? (int)SIGNET_OK : no_memory(reading->err);
    }
    return rc;
}

/* Reads a component whose path its name or its purl says. */
static int read_file(struct reading *reading, const struct signet_bom_part *part)
{
    struct signet_span path = {NULL, 0};
    struct signet_buf decoded;
    int rc = read_string(reading, part->name, "name", &reading->name);
    if (rc == SIGNET_OK) {
        rc = read_string(reading, part->purl, "purl", &reading->purl);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&decoded, reading->purl.len);
    rc = find_path(reading, &decoded, &path);
    if (rc == SIGNET_OK) {
        rc = add_file(reading, part, path);
    }
    signet_buf_free(&decoded);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct signet_bom_file *)a)->name,
                  ((const struct signet_bom_file *)b)->name);
}

static int sort_files(const struct reading *reading)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_bom_files *files = reading->files;
    qsort(files->list, files->count, sizeof(*files->list), by_name);
    for (size_t i = 1; i < files->count; i++) {
        if (by_name(&files->list[i - 1], &files->list[i]) == 0) {
            return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                                  "BOM: two components are the file %s",
                                  signet_utf8_show(signet_span_str(files->list[i].name), shown));
        }
    }
    return SIGNET_OK;
}

/* The hashes of the model itself: its own if it is one file, else there must be none. */
static int read_subject(struct reading *reading, const struct signet_bom_part *subject)
{
    char label[SIGNET_SHOW_MAX];
    struct hashes hashes;
    struct signet_bom_files *files = reading->files;
    int rc = read_string(reading, subject->purl, "purl", &reading->purl);
    if (rc == SIGNET_OK) {
        signet_utf8_show(signet_span_str(files->subject), label);
        rc = read_hashes(reading, subject, label, &hashes);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (reading->parts->chosen > 0) {
        return hashes.count == 0
                   ? (int)SIGNET_OK
                   : signet_err_set(reading->err, SIGNET_E_AMBIGUOUS,
                                    "BOM: the model %s has a hash of its own, as if it were one "
                                    "file, and lists %zu files",
                                    label, reading->parts->chosen);
    }
    if (hashes.count == 0) {
        return not_bound(reading, label, &hashes);
    }
    files->single = true;
    files->complete = true;
    files->list[files->count++] =
        (struct signet_bom_file){files->subject, hashes.strong, hashes.count};
    return SIGNET_OK;
}

static int check_subject(const struct reading *reading)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_bom_parts *parts = reading->parts;
    if (parts->subject == SIZE_MAX) {
        return signet_err_set(reading->err, SIGNET_E_UNSUPPORTED,
                              "BOM: expected what it is about in metadata.component, found none");
    }
    struct signet_json_value type = signet_bom_parts_value(parts, parts->list[parts->subject].type);
    return signet_json_string_is(type, signet_span_str("machine-learning-model"))
               ? (int)SIGNET_OK
               : signet_err_set(reading->err, SIGNET_E_UNSUPPORTED,
                                "BOM: metadata.component: expected a component of type "
                                "machine-learning-model, found %s",
                                type.kind != 0 ? signet_utf8_show(type.text, shown) : "no type");
}

static int read_all(struct reading *reading)
{
    const struct signet_bom_parts *parts = reading->parts;
    struct signet_bom_files *files = reading->files;
    int rc = check_subject(reading);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_bom_part *subject = &parts->list[parts->subject];
    rc = read_string(reading, subject->name, "name", &reading->name);
    files->subject = signet_arena_copy(&files->storage, signet_buf_span(&reading->name));
    files->list = signet_arena_array(&files->storage, parts->chosen + 1, sizeof(*files->list));
    if (rc == SIGNET_OK && (files->subject == NULL || files->list == NULL)) {
        return no_memory(reading->err);
    }
    if (rc == SIGNET_OK && parts->chosen > reading->limits->entries) {
        rc = signet_err_set(reading->err, SIGNET_E_LIMIT, "BOM: more than %llu files",
                            (unsigned long long)reading->limits->entries);
    }
    files->complete = parts->complete;
    for (size_t i = 0; rc == SIGNET_OK && i < parts->count; i++) {
        if (parts->list[i].chosen) {
            rc = read_file(reading, &parts->list[i]);
        }
    }
    if (rc == SIGNET_OK) {
        rc = read_subject(reading, subject);
    }
    return rc == SIGNET_OK ? sort_files(reading) : rc;
}

int signet_bom_files_read(struct signet_json_value top,
                          const struct signet_bom *bom,
                          const struct signet_limits *limits,
                          struct signet_bom_files *files,
                          struct signet_err *err)
{
    struct signet_bom_parts parts;
    struct reading reading = {.files = files, .parts = &parts, .limits = limits, .err = err};
    memset(files, 0, sizeof(*files));
    if (bom->kind != SIGNET_BOM_CYCLONEDX || bom->version < 12 || bom->version > 17) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "BOM: expected CycloneDX 1.2 to 1.7, in which a model can be listed, "
                              "found another document");
    }
    int rc = signet_bom_parts_read(top, bom, &parts, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_arena_init(&files->storage, storage_max);
    signet_buf_init(&reading.name, top.text.len);
    signet_buf_init(&reading.purl, top.text.len);
    rc = read_all(&reading);
    signet_buf_free(&reading.name);
    signet_buf_free(&reading.purl);
    signet_bom_parts_free(&parts);
    if (rc != SIGNET_OK) {
        signet_bom_files_free(files);
    }
    return rc;
}

void signet_bom_files_free(struct signet_bom_files *files)
{
    if (files != NULL) {
        signet_arena_free(&files->storage);
        memset(files, 0, sizeof(*files));
    }
}

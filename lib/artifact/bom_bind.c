/* SPDX-License-Identifier: Apache-2.0
 *
 * Listing the files of a model in its BOM: see signet/bind.h. Owns what is written and where; what
 * it means is read by bom_files.c, which has the last word on what was made.
 */
#include <signet/bind.h>

#include <signet/text.h>

#include "artifact/bom_files.h"
#include "artifact/bom_graph.h"
#include "artifact/bom_parts.h"
#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"

enum {
    EDITS = 3,
    DATA_SINCE = 15 /* the version that has components of type data */
};

/* Text that goes into the document. */
struct edit {
    const uint8_t *at; /* before this byte of it */
    struct signet_buf text;
};

/* What is known of the document. */
struct binding {
    struct signet_span document;
    const struct signet_manifest *manifest;
    const struct signet_limits *limits;
    struct signet_bom bom;
    struct signet_json_value top;
    struct signet_json_value subject, components, properties, compositions;
    struct edit edits[EDITS];
    size_t count;
    struct signet_err *err;
};

static int check_manifest(const struct signet_manifest *manifest, struct signet_err *err)
{
    return manifest->alg == SIGNET_DIGEST_SHA256 && manifest->shard_size == 0 &&
                   !manifest->partial && manifest->count > 0
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "a model is bound by SHA-256 of whole files, and all of them");
}

static int refuse(const struct binding *b, const char *why)
{
    return signet_err_set(b->err, SIGNET_E_UNSUPPORTED, "BOM: %s", why);
}

/* A list that exists must be one. */
static int check_list(const struct binding *b, struct signet_json_value list, const char *member)
{
    return list.kind == 0 || list.kind == SIGNET_JSON_ARRAY
               ? (int)SIGNET_OK
               : signet_err_set(b->err, SIGNET_E_MALFORMED, "BOM: %s: expected an array, found %s",
                                member, signet_bom_value_name(list.kind));
}

static int check_properties(const struct binding *b)
{
    static const char *const names[] = {"name", NULL};
    struct signet_json_walk walk = signet_json_walk(b->properties);
    struct signet_json_value element;
    struct signet_json_value name;
    size_t others = 0;
    while (signet_json_next_object(&walk, names, &element, &name, &others)) {
        if (signet_json_string_is(name, signet_span_str(SIGNET_BIND_ROOT))) {
            return refuse(b, "the model has the property " SIGNET_BIND_ROOT " already");
        }
    }
    return SIGNET_OK;
}

/* What would be ambiguous if more files were listed. */
static int check_files(const struct binding *b)
{
    struct signet_bom_parts parts;
    int rc = signet_bom_parts_read(b->top, &b->bom, &parts, b->err);
    if (rc == SIGNET_OK && parts.chosen > 0) {
        rc = signet_err_set(b->err, SIGNET_E_UNSUPPORTED,
                            "BOM: it lists %zu files of the model already: expected none",
                            parts.chosen);
    }
    signet_bom_parts_free(&parts);
    return rc;
}

/* Finds what is going to be added to, and refuses what cannot be. */
static int look(struct binding *b)
{
    static const char *const of_top[] = {"metadata", "compositions", "signature", NULL};
    static const char *const of_subject[] = {"components", "properties", "signature", NULL};
    struct signet_json_value found[3];
    struct signet_json_value inner[3];
    signet_json_members(b->top, of_top, found);
    if (!signet_json_member(found[0], "component", &b->subject) ||
        b->subject.kind != SIGNET_JSON_OBJECT) {
        return refuse(b, "expected what it is about in metadata.component, found none");
    }
    signet_json_members(b->subject, of_subject, inner);
    if (found[2].kind != 0 || inner[2].kind != 0) {
        return refuse(b, "it is signed already, and what is added would break that: expected an "
                         "unsigned one");
    }
    b->compositions = found[1];
    b->components = inner[0];
    b->properties = inner[1];
    int rc = check_list(b, b->compositions, "compositions");
    if (rc == SIGNET_OK) {
        rc = check_list(b, b->components, "components");
    }
    if (rc == SIGNET_OK) {
        rc = check_list(b, b->properties, "properties");
    }
    if (rc == SIGNET_OK) {
        rc = check_properties(b);
    }
    return rc == SIGNET_OK ? check_files(b) : rc;
}

static int read_document(struct binding *b)
{
    int rc = signet_json_check(b->document, b->limits->json_depth, &b->top, b->err);
    if (rc == SIGNET_OK) {
        rc = signet_bom_recognize(b->top, &b->bom, b->err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (b->bom.kind != SIGNET_BOM_CYCLONEDX || b->bom.form != SIGNET_BOM_JSF) {
        return refuse(b, "expected CycloneDX 1.4 to 1.7, found another document");
    }
    return look(b);
}

/* Where the last thing in a container ends. */
static const uint8_t *end_of(struct signet_json_value container, bool *empty)
{
    const uint8_t *at = container.text.ptr + container.text.len - 1;
    while (at[-1] == ' ' || at[-1] == '\n' || at[-1] == '\r' || at[-1] == '\t') {
        at--;
    }
    *empty = at - container.text.ptr == 1;
    return at;
}

/* Starts an edit that adds an element to the list that owner has under that name, or the whole
 * list. It is put behind those that come before it in the document. */
static struct edit *start_edit(struct binding *b,
                               struct signet_json_value owner,
                               const char *member,
                               struct signet_json_value list)
{
    bool empty = false;
    struct edit fresh = {.at = end_of(list.kind != 0 ? list : owner, &empty)};
    size_t place = b->count++;
    signet_buf_init(&fresh.text, (size_t)b->limits->document);
    signet_buf_puts(&fresh.text, empty ? "\n" : ",\n");
    if (list.kind == 0) {
        signet_buf_puts(&fresh.text, "\"");
        signet_buf_puts(&fresh.text, member);
        signet_buf_puts(&fresh.text, "\": [\n");
    }
    while (place > 0 && b->edits[place - 1].at > fresh.at) {
        b->edits[place] = b->edits[place - 1];
        place--;
    }
    b->edits[place] = fresh;
    return &b->edits[place];
}

static void end_edit(struct edit *edit, struct signet_json_value list)
{
    signet_buf_puts(&edit->text, list.kind == 0 ? "\n]" : "");
}

static bool is_weights(const char *name)
{
    static const char *const endings[] = {".safetensors", ".gguf", ".onnx", ".bin", ".pt", ".npz"};
    size_t len = strlen(name);
    for (size_t i = 0; i < SIGNET_COUNT(endings); i++) {
        size_t of_ending = strlen(endings[i]);
        if (len > of_ending && strcmp(name + len - of_ending, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void put_ref(struct binding *b, struct signet_buf *out, const char *name)
{
    struct signet_buf ref;
    signet_buf_init(&ref, strlen(name) + sizeof(SIGNET_BIND_REF));
    signet_buf_puts(&ref, SIGNET_BIND_REF);
    if (signet_buf_puts(&ref, name) != SIGNET_OK) {
        signet_err_set(b->err, SIGNET_E_NOMEM, "out of memory for a bom-ref");
    }
    signet_json_put_string(out, signet_buf_span(&ref));
    signet_buf_free(&ref);
}

static void put_file(struct binding *b, struct signet_buf *out, const struct signet_entry *entry)
{
    char hex[SIGNET_DIGEST_HEX];
    bool data = b->bom.version >= DATA_SINCE && is_weights(entry->name);
    signet_buf_puts(out, data ? "{\"type\": \"data\", \"bom-ref\": "
                              : "{\"type\": \"file\", \"bom-ref\": ");
    put_ref(b, out, entry->name);
    signet_buf_puts(out, ", \"name\": ");
    signet_json_put_string(out, signet_span_str(entry->name));
    signet_hex_encode(signet_span_of(entry->sha256, sizeof(entry->sha256)), hex);
    signet_buf_puts(out, ", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"");
    signet_buf_puts(out, hex);
    signet_buf_puts(out, "\"}]}");
}

static void add_components(struct binding *b)
{
    struct edit *edit = start_edit(b, b->subject, "components", b->components);
    for (size_t i = 0; i < b->manifest->count; i++) {
        signet_buf_puts(&edit->text, i > 0 ? ",\n" : "");
        put_file(b, &edit->text, &b->manifest->entries[i]);
    }
    end_edit(edit, b->components);
}

static void add_root(struct binding *b)
{
    char hex[SIGNET_DIGEST_HEX];
    struct edit *edit = start_edit(b, b->subject, "properties", b->properties);
    signet_buf_puts(&edit->text, "{\"name\": \"" SIGNET_BIND_ROOT "\", \"value\": \"sha256:");
    signet_buf_puts(&edit->text, signet_digest_hex(&b->manifest->root, hex));
    signet_buf_puts(&edit->text, "\"}");
    end_edit(edit, b->properties);
}

static void add_composition(struct binding *b)
{
    struct edit *edit = start_edit(b, b->top, "compositions", b->compositions);
    signet_buf_puts(&edit->text, "{\"aggregate\": \"complete\", \"assemblies\": [");
    for (size_t i = 0; i < b->manifest->count; i++) {
        signet_buf_puts(&edit->text, i > 0 ? ",\n" : "\n");
        put_ref(b, &edit->text, b->manifest->entries[i].name);
    }
    signet_buf_puts(&edit->text, "\n]}");
    end_edit(edit, b->compositions);
}

static int splice(const struct binding *b, struct signet_buf *out)
{
    const uint8_t *from = b->document.ptr;
    const uint8_t *end = b->document.ptr + b->document.len;
    for (size_t i = 0; i < b->count; i++) {
        const struct edit *edit = &b->edits[i];
        if (edit->text.status != SIGNET_OK) {
            return signet_err_set(b->err, edit->text.status, "no room for the files of the model");
        }
        signet_buf_put(out, signet_span_of(from, (size_t)(edit->at - from)));
        signet_buf_put(out, signet_buf_span(&edit->text));
        from = edit->at;
    }
    int rc = signet_buf_put(out, signet_span_of(from, (size_t)(end - from)));
    return rc == SIGNET_OK ? rc : signet_err_set(b->err, rc, "no room for the bound document");
}

static bool lists_all(const struct signet_bom_files *files, const struct signet_manifest *manifest)
{
    bool same = files->complete && !files->single && files->count == manifest->count;
    for (size_t i = 0; same && i < files->count; i++) {
        const struct signet_bom_file *file = &files->list[i];
        const struct signet_entry *entry = &manifest->entries[i];
        same = strcmp(file->name, entry->name) == 0 && file->count == 1 &&
               file->digests[0].alg == SIGNET_DIGEST_SHA256 &&
               memcmp(file->digests[0].bytes, entry->sha256, sizeof(entry->sha256)) == 0;
    }
    return same;
}

/* What was made must say what was measured, to whoever reads it. */
static int check_made(const struct binding *b, struct signet_span made)
{
    struct signet_bom_files files;
    struct signet_json_value top;
    struct signet_bom bom;
    int rc = signet_json_check(made, b->limits->json_depth, &top, b->err);
    if (rc == SIGNET_OK) {
        rc = signet_bom_recognize(top, &bom, b->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_bom_files_read(top, &bom, b->limits, &files, b->err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    bool same = lists_all(&files, b->manifest);
    signet_bom_files_free(&files);
    return same ? SIGNET_OK
                : signet_err_set(b->err, SIGNET_E_INTERNAL,
                                 "the bound document does not list the model");
}

int signet_bind(struct signet_span document,
                const struct signet_manifest *manifest,
                const struct signet_limits *limits,
                struct signet_buf *out,
                struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    struct binding b = {
        .document = document,
        .manifest = manifest,
        .limits = limits != NULL ? limits : &standard,
        .err = err,
    };
    signet_buf_init(out, (size_t)b.limits->document);
    int rc = check_manifest(manifest, err);
    if (rc == SIGNET_OK) {
        rc = read_document(&b);
    }
    if (rc == SIGNET_OK) {
        add_components(&b);
        add_root(&b);
        add_composition(&b);
        rc = splice(&b, out);
    }
    if (rc == SIGNET_OK) {
        rc = check_made(&b, signet_buf_span(out));
    }
    for (size_t i = 0; i < b.count; i++) {
        signet_buf_free(&b.edits[i].text);
    }
    if (rc != SIGNET_OK) {
        signet_buf_free(out);
    }
    return rc;
}

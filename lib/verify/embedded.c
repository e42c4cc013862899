/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures inside documents: see verify/embedded.h.
 */
#include "verify/embedded.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/grow.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "verify/afterwards.h"
#include "verify/dialect.h"
#include "verify/inner.h"

enum {
    STORAGE_MIN =
        1 << 24, /* bytes for pointers and fingerprints, and those of the document again */
    WORTH_A_THREAD = 1 << 16 /* bytes to digest */
};

static struct signet_inplace place_of(const struct signet_bom_place *place)
{
    return (struct signet_inplace){
        .covered = place->object, .name = place->signature_name, .signature = place->signature};
}

/* Whether what inner points at lies below what outer points at. */
static bool lies_inside(struct signet_span inner, const char *outer)
{
    size_t len = strlen(outer);
    return inner.len > len && memcmp(inner.ptr, outer, len) == 0 && inner.ptr[len] == '/';
}

static int add_inner(struct signet_embedded *embedded,
                     const struct signet_bom_place *place,
                     struct signet_err *err)
{
    if (embedded->inner_count >= embedded->storage.max / sizeof(*embedded->inner)) {
        return signet_embedded_too_many(err);
    }
    if (embedded->inner_count == embedded->inner_cap) {
        struct signet_inner *grown =
            signet_grow(embedded->inner, &embedded->inner_cap, sizeof(*grown));
        if (grown == NULL) {
            return signet_embedded_no_memory(err);
        }
        embedded->inner = grown;
    }
    struct signet_inner *inner = &embedded->inner[embedded->inner_count];
    memset(inner, 0, sizeof(*inner));
    inner->pointer = signet_arena_copy(&embedded->storage, place->pointer);
    inner->type = place->type;
    inner->at = place_of(place);
    embedded->inner_count += inner->pointer != NULL ? 1 : 0;
    return inner->pointer != NULL ? SIGNET_OK : signet_embedded_no_storage(embedded, err);
}

static int visit(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    struct signet_embedded *embedded = ctx;
    size_t index = SIGNET_NOT_ASKED;
    int rc = signet_asked_find(&embedded->asked, place, &index, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (index == SIGNET_NOT_ASKED) {
        return place->signature.kind != 0 ? add_inner(embedded, place, err) : (int)SIGNET_OK;
    }
    struct signet_embedded_place *found = &embedded->places[index];
    found->found++;
    found->pointer = signet_arena_copy(&embedded->storage, place->pointer);
    found->type = place->type;
    found->is_signed = place->signature.kind != 0;
    found->at = place_of(place);
    found->at.made = &found->covered;
    return found->pointer != NULL ? SIGNET_OK : signet_embedded_no_storage(embedded, err);
}

/* Says what is wrong with a place that was not found, or found twice. */
static int explain_place(const struct signet_embedded *embedded,
                         struct signet_span asked,
                         struct signet_err *err)
{
    struct signet_bom_place place;
    struct signet_buf pointer;
    signet_buf_init(&pointer, SIGNET_EMBEDDED_POINTER);
    int rc = signet_bom_find(signet_json_top(embedded->json.bytes), &embedded->bom, asked, &place,
                             &pointer, err);
    signet_buf_free(&pointer);
    return rc != SIGNET_OK
               ? rc
               : signet_err_set(err, SIGNET_E_INTERNAL, "a place that is found by one walk alone");
}

static void ask_for(struct signet_embedded *embedded,
                    struct signet_asked_text *texts,
                    size_t index,
                    const char *text)
{
    texts[index] = (struct signet_asked_text){signet_span_str(text), index};
    embedded->places[index] =
        (struct signet_embedded_place){.asked = texts[index].text, .pointer = text};
}

static int
ask_for_places(struct signet_embedded *embedded, const char *const *at, struct signet_err *err)
{
    size_t count = 0;
    while (at != NULL && at[count] != NULL) {
        count++;
    }
    embedded->place_count = at == NULL ? 1 : count;
    embedded->places = signet_arena_array(&embedded->storage, count + 1, sizeof(*embedded->places));
    struct signet_asked_text *texts =
        signet_arena_array(&embedded->storage, count + 1, sizeof(*texts));
    if (embedded->places == NULL || texts == NULL) {
        return signet_embedded_no_memory(err);
    }
    if (at == NULL) {
        ask_for(embedded, texts, 0, "");
        embedded->places[0].type = "bom";
    }
    for (size_t i = 0; at != NULL && at[i] != NULL; i++) {
        ask_for(embedded, texts, i, at[i]);
    }
    signet_asked_init(&embedded->asked, texts, embedded->place_count);
    return SIGNET_OK;
}

/* Not every artifact that begins with a brace is a document, nor every document a BOM. */
static int recognize(struct signet_embedded *embedded,
                     const struct signet_limits *limits,
                     struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    embedded->json.bytes = signet_buf_span(&embedded->document.text);
    int rc = signet_json_text_scan(&embedded->json, limits, &why);
    embedded->scanned = rc == SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = signet_bom_identify(&embedded->json, &embedded->bom, &why);
    }
    if (rc == SIGNET_E_NOMEM || rc == SIGNET_E_INTERNAL) {
        return signet_err_copy(err, &why);
    }
    if (rc != SIGNET_OK && rc != SIGNET_E_UNSUPPORTED) {
        embedded->unread = why;
    }
    return SIGNET_OK;
}

/* The format of the signatures that a version allows, or NULL. */
static const struct signet_envelope_ops *format_of(enum signet_bom_form form)
{
    switch (form) {
    case SIGNET_BOM_JSF:
        return &signet_envelope_jsf;
    case SIGNET_BOM_JSS:
        return &signet_envelope_jss;
    case SIGNET_BOM_UNSIGNED:
    default:
        return NULL;
    }
}

static int visit_places(struct signet_embedded *embedded, bool all, struct signet_err *err)
{
    struct signet_json_value top = signet_json_top(embedded->json.bytes);
    /* Places that are asked for need not be signed. */
    int rc = all ? signet_bom_places(top, &embedded->bom, visit, embedded, err)
                 : signet_bom_signed_places(top, &embedded->bom, visit, embedded, err);
    for (size_t i = 0; rc == SIGNET_OK && i < embedded->place_count; i++) {
        if (embedded->places[i].found != 1) {
            rc = explain_place(embedded, embedded->places[i].asked, err);
        }
    }
    return rc;
}

static int find_signatures(struct signet_embedded *embedded,
                           const struct signet_verify_opts *opts,
                           struct signet_err *err)
{
    if (embedded->bom.kind == 0 || opts->files_only) {
        return SIGNET_OK;
    }
    int rc = ask_for_places(embedded, opts->at, err);
    embedded->format = format_of(embedded->bom.form);
    if (rc == SIGNET_OK && embedded->format == NULL) {
        return opts->at != NULL ? explain_place(embedded, signet_span_str(opts->at[0]), err)
                                : (int)SIGNET_OK;
    }
    if (rc == SIGNET_OK) {
        rc = visit_places(embedded, opts->at != NULL, &embedded->unread);
    }
    if (rc == SIGNET_OK || rc == SIGNET_E_NOMEM || opts->at != NULL) {
        return rc == SIGNET_OK ? rc : signet_err_copy(err, &embedded->unread);
    }
    embedded->place_count = 0; /* a signature file may still count */
    return SIGNET_OK;
}

static int scan(struct signet_embedded *embedded,
                const struct signet_verify_opts *opts,
                struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    embedded->work_left = SIGNET_SIGNERS_WORK;
    signet_arena_init(&embedded->storage, STORAGE_MIN + embedded->document.text.len);
    return recognize(embedded, opts->limits != NULL ? opts->limits : &standard, err);
}

/* A part can be asked of a document only. */
static int check_asked(const struct signet_embedded *embedded,
                       const struct signet_verify_opts *opts,
                       struct signet_err *err)
{
    if (opts->at == NULL || embedded->bom.kind != 0) {
        return SIGNET_OK;
    }
    if (embedded->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                          "expected a CycloneDX document, of which a part can be signed, found "
                          "something else");
}

static int open_document(struct signet_embedded *embedded,
                         const struct signet_artifact *artifact,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    bool object = false;
    int rc = signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE
                 ? signet_document_probe(artifact, &object, err)
                 : (int)SIGNET_OK;
    if (rc != SIGNET_OK || !object) {
        return rc;
    }
    rc = signet_document_read(artifact, limits->document, &embedded->document, &embedded->unread);
    if (rc == SIGNET_E_LIMIT && !opts->keep_document) {
        return SIGNET_OK; /* too large to look into, which no signature file need mind */
    }
    if (rc != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    rc = scan(embedded, opts, err);
    return rc == SIGNET_OK ? find_signatures(embedded, opts, err) : rc;
}

int signet_embedded_open(struct signet_embedded *embedded,
                         const struct signet_artifact *artifact,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    signet_err_clear(&embedded->unread);
    int rc = open_document(embedded, artifact, opts, err);
    return rc == SIGNET_OK ? check_asked(embedded, opts, err) : rc;
}

int signet_embedded_scan(struct signet_embedded *embedded,
                         struct signet_buf *text,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    signet_err_clear(&embedded->unread);
    embedded->document.text = *text;
    memset(text, 0, sizeof(*text));
    return scan(embedded, opts, err);
}

int signet_embedded_find(struct signet_embedded *embedded,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    int rc = find_signatures(embedded, opts, err);
    return rc == SIGNET_OK ? check_asked(embedded, opts, err) : rc;
}

int signet_embedded_take(struct signet_embedded *embedded,
                         struct signet_buf *text,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    int rc = signet_embedded_scan(embedded, text, opts, err);
    return rc == SIGNET_OK ? signet_embedded_find(embedded, opts, err) : rc;
}

/* A document that is malformed where nothing else looks has no number of components. */
static int describe(void *ctx, struct signet_err *err)
{
    struct signet_embedded *embedded = ctx;
    int rc = signet_document_describe(&embedded->document, embedded->name, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_bom_count(signet_json_top(embedded->json.bytes), &embedded->bom,
                          &embedded->components, NULL);
    return rc == SIGNET_E_NOMEM ? rc : (int)SIGNET_OK;
}

int signet_embedded_describe(struct signet_embedded *embedded,
                             const char *name,
                             struct signet_err *err)
{
    embedded->name = name;
    if (embedded->bom.kind == 0) {
        return SIGNET_OK;
    }
    return embedded->json.bytes.len >= WORTH_A_THREAD
               ? signet_task_start(describe, embedded, &embedded->describing, err)
               : describe(embedded, err);
}

int signet_embedded_settle(struct signet_embedded *embedded, struct signet_err *err)
{
    struct signet_task *task = embedded->describing;
    embedded->describing = NULL;
    int rc = task != NULL ? signet_task_join(task, err) : (int)SIGNET_OK;
    embedded->bom.components = embedded->components;
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot describe the document");
}

/* The first object inside the place of which a signature is broken, or NULL. */
static const struct signet_inner *find_broken(const struct signet_embedded *embedded,
                                              const char *pointer)
{
    for (size_t i = 0; i < embedded->inner_count; i++) {
        const struct signet_inner *inner = &embedded->inner[i];
        if (inner->broken && lies_inside(signet_span_str(inner->pointer), pointer)) {
            return inner;
        }
    }
    return NULL;
}

int signet_embedded_check_inside(const struct signet_embedded *embedded,
                                 const char *pointer,
                                 struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_inner *inner = find_broken(embedded, pointer);
    return inner == NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                                "the %s at %s was changed after it was signed: its own signature "
                                "does not verify",
                                inner->type,
                                signet_utf8_show(signet_span_str(inner->pointer), shown));
}

/* Says where the change lies that makes the signature of the whole fail, if that can be told. */
static void locate_change(struct signet_embedded *embedded,
                          const struct signet_verify_opts *opts,
                          struct signet_source *source)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_inner *broken = find_broken(embedded, source->covers);
    const struct signet_inner *later =
        broken == NULL && source->covers[0] == '\0' ? signet_afterwards_find(embedded, opts) : NULL;
    const struct signet_inner *inner = broken != NULL ? broken : later;
    if (inner == NULL) {
        return;
    }
    signet_utf8_show(signet_span_str(inner->pointer), shown);
    signet_err_clear(&source->err);
    if (later != NULL) {
        signet_err_set(&source->err, SIGNET_E_BAD_SIGNATURE,
                       "bad signature: the %s at %s was signed after the document was, which "
                       "changed the document: parts are signed first",
                       inner->type, shown);
    } else {
        signet_err_set(&source->err, SIGNET_E_BAD_SIGNATURE,
                       "bad signature: the document was changed after it was signed, and the "
                       "change lies in the %s at %s: its own signature does not verify either",
                       inner->type, shown);
    }
}

/* What verifies vouches for all that is inside it. */
static void look_inside(const struct signet_embedded *embedded, struct signet_source *source)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_inner *inner = find_broken(embedded, source->covers);
    if (inner == NULL) {
        return;
    }
    signet_source_drop_evidence(source);
    signet_err_set(&source->err, SIGNET_E_BAD_SIGNATURE,
                   "the %s at %s was changed after it was signed: its own signature does not "
                   "verify, although one around it does",
                   inner->type, signet_utf8_show(signet_span_str(inner->pointer), shown));
}

void signet_embedded_source(struct signet_embedded *embedded,
                            size_t place,
                            const struct signet_verify_opts *opts,
                            struct signet_source *source)
{
    const struct signet_embedded_place *asked = &embedded->places[place];
    const struct signet_source_place where = {
        .format = embedded->format,
        .text = &embedded->json,
        .place = asked->at,
        .work_left = &embedded->work_left,
    };
    source->covers = asked->pointer;
    signet_source_read_embedded(source, &where, opts);
    if (source->evidence != NULL) {
        look_inside(embedded, source);
        return;
    }
    if (source->err.code == SIGNET_E_BAD_SIGNATURE) {
        locate_change(embedded, opts, source);
    }
    signet_dialect_name(embedded, &asked->at, opts, source);
}

void signet_embedded_free(struct signet_embedded *embedded)
{
    if (embedded->describing != NULL) {
        SIGNET_IGNORE(signet_task_join(embedded->describing, NULL) != SIGNET_OK); /* given up */
    }
    for (size_t i = 0; embedded->places != NULL && i < embedded->place_count; i++) {
        signet_buf_free(&embedded->places[i].covered.text);
    }
    signet_asked_free(&embedded->asked);
    signet_json_text_clear(&embedded->json);
    signet_document_free(&embedded->document);
    free(embedded->inner);
    signet_arena_free(&embedded->storage);
    memset(embedded, 0, sizeof(*embedded));
}

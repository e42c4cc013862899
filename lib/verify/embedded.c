/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures inside documents: see verify/embedded.h.
 */
#include "verify/embedded.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

static const size_t storage_max = (size_t)1 << 31; /* pointers and fingerprints */

enum {
    POINTER_MAX = 1 << 20
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the signatures of a document");
}

static struct signet_jsf_place jsf_place(const struct signet_bom_place *place)
{
    return (struct signet_jsf_place){place->object, place->signature_name, place->signature};
}

/* Whether what inner points at lies below what outer points at. */
static bool lies_inside(struct signet_span inner, const char *outer)
{
    size_t len = strlen(outer);
    return inner.len > len && memcmp(inner.ptr, outer, len) == 0 && inner.ptr[len] == '/';
}

static struct signet_embedded_place *find_place(struct signet_embedded *embedded,
                                                struct signet_span pointer)
{
    for (size_t i = 0; i < embedded->place_count; i++) {
        if (signet_span_is(pointer, embedded->places[i].pointer)) {
            return &embedded->places[i];
        }
    }
    return NULL;
}

static int add_inner(struct signet_embedded *embedded,
                     const struct signet_bom_place *place,
                     struct signet_err *err)
{
    if (embedded->inner_count == embedded->inner_cap) {
        size_t cap = embedded->inner_cap > 0 ? 2 * embedded->inner_cap : 16;
        struct signet_inner *inner = realloc(embedded->inner, cap * sizeof(*inner));
        if (inner == NULL) {
            return no_memory(err);
        }
        embedded->inner = inner;
        embedded->inner_cap = cap;
    }
    struct signet_inner *inner = &embedded->inner[embedded->inner_count];
    memset(inner, 0, sizeof(*inner));
    inner->pointer = signet_arena_copy(&embedded->storage, place->pointer);
    inner->type = place->type;
    inner->jsf = jsf_place(place);
    embedded->inner_count += inner->pointer != NULL ? 1 : 0;
    return inner->pointer != NULL ? SIGNET_OK : no_memory(err);
}

static int visit(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    struct signet_embedded *embedded = ctx;
    struct signet_embedded_place *asked = find_place(embedded, place->pointer);
    if (asked != NULL) {
        asked->type = place->type;
        asked->is_signed = place->signature.kind != 0;
        asked->jsf = jsf_place(place);
        return SIGNET_OK;
    }
    return place->signature.kind != 0 ? add_inner(embedded, place, err) : (int)SIGNET_OK;
}

/* The pointer of a place that was asked for by bom-ref or pointer. */
static int resolve(struct signet_embedded *embedded,
                   struct signet_json_value top,
                   const char *asked,
                   struct signet_err *err)
{
    struct signet_bom_place place;
    struct signet_buf pointer;
    signet_buf_init(&pointer, POINTER_MAX);
    int rc = signet_bom_find(top, &embedded->bom, signet_span_str(asked), &place, &pointer, err);
    if (rc == SIGNET_OK) {
        const char *copy = signet_arena_copy(&embedded->storage, signet_buf_span(&pointer));
        embedded->places[embedded->place_count++] =
            (struct signet_embedded_place){.pointer = copy, .type = place.type};
        rc = copy != NULL ? (int)SIGNET_OK : no_memory(err);
    }
    signet_buf_free(&pointer);
    return rc;
}

static int choose_places(struct signet_embedded *embedded,
                         struct signet_json_value top,
                         const char *const *at,
                         struct signet_err *err)
{
    size_t count = 0;
    int rc = SIGNET_OK;
    while (at != NULL && at[count] != NULL) {
        count++;
    }
    embedded->places = signet_arena_array(&embedded->storage, count + 1, sizeof(*embedded->places));
    if (embedded->places == NULL) {
        return no_memory(err);
    }
    if (at == NULL) {
        embedded->places[0] = (struct signet_embedded_place){.pointer = "", .type = "bom"};
        embedded->place_count = 1;
    }
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = resolve(embedded, top, at[i], err);
    }
    return rc;
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
    if (rc == SIGNET_OK) {
        rc = signet_bom_recognize(signet_json_top(embedded->json.bytes), &embedded->bom, &why);
    }
    if (rc == SIGNET_E_NOMEM || rc == SIGNET_E_INTERNAL) {
        return signet_err_copy(err, &why);
    }
    if (rc != SIGNET_OK && rc != SIGNET_E_UNSUPPORTED) {
        embedded->unread = why;
    }
    return SIGNET_OK;
}

static int find_signatures(struct signet_embedded *embedded,
                           const struct signet_verify_opts *opts,
                           struct signet_err *err)
{
    struct signet_json_value top;
    if (embedded->bom.kind == 0 || opts->files_only) {
        return SIGNET_OK;
    }
    top = signet_json_top(embedded->json.bytes);
    int rc = choose_places(embedded, top, opts->at, err);
    if (rc != SIGNET_OK || embedded->bom.form != SIGNET_BOM_JSF) {
        return rc;
    }
    rc = signet_bom_places(top, &embedded->bom, visit, embedded, &embedded->unread);
    if (rc == SIGNET_OK || rc == SIGNET_E_NOMEM || opts->at != NULL) {
        return rc == SIGNET_OK ? rc : signet_err_copy(err, &embedded->unread);
    }
    embedded->place_count = 0; /* a signature file may still count */
    return SIGNET_OK;
}

static int read_document(struct signet_embedded *embedded,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    embedded->work_left = SIGNET_SIGNERS_WORK;
    signet_arena_init(&embedded->storage, storage_max);
    int rc = recognize(embedded, limits, err);
    return rc == SIGNET_OK ? find_signatures(embedded, opts, err) : rc;
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
    return read_document(embedded, opts, err);
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

int signet_embedded_take(struct signet_embedded *embedded,
                         struct signet_buf *text,
                         const char *name,
                         const struct signet_verify_opts *opts,
                         struct signet_err *err)
{
    signet_err_clear(&embedded->unread);
    int rc = signet_document_of(text, name, &embedded->document, err);
    if (rc == SIGNET_OK) {
        rc = read_document(embedded, opts, err);
    }
    return rc == SIGNET_OK ? check_asked(embedded, opts, err) : rc;
}

/* Notes what is known of each signature of an object. */
static int note_signatures(struct signet_embedded *embedded,
                           struct signet_inner *inner,
                           const struct signet_envelope *env,
                           const struct signet_signers *signers,
                           const struct signet_verify_opts *opts,
                           const bool *broken)
{
    inner->list =
        signet_arena_array(&embedded->storage, env->signature_count, sizeof(*inner->list));
    for (size_t i = 0; inner->list != NULL && i < env->signature_count; i++) {
        const struct signet_signature *signature = &env->signatures[i];
        bool trusted = signers->list[i].status == SIGNET_OK;
        const struct signet_pubkey *key =
            trusted ? &opts->keys[signers->list[i].key].key : signature->named;
        char text[SIGNET_FINGERPRINT_TEXT] = "";
        if (key != NULL) {
            signet_pubkey_fingerprint(key, text);
        }
        inner->list[i] = (struct signet_inner_signature){
            .algorithm = signet_sig_alg_name(signature->alg),
            .key = signet_arena_copy(&embedded->storage, signet_span_str(text)),
            .trusted = trusted ? signers->list[i].key : SIGNET_NO_KEY,
            .broken = broken[i],
            .intact = trusted || (signature->named != NULL && !broken[i]),
        };
        if (inner->list[i].key == NULL) {
            return SIGNET_E_NOMEM;
        }
        inner->broken = inner->broken || broken[i];
    }
    inner->count = env->signature_count;
    return inner->list != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
}

static int judge_read(struct signet_embedded *embedded,
                      struct signet_inner *inner,
                      const struct signet_envelope *env,
                      const struct signet_verify_opts *opts,
                      struct signet_err *err)
{
    struct signet_signers signers;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT,
        .keys = opts->keys,
        .key_count = opts->key_count,
        .work_left = &embedded->work_left,
    };
    bool any = false;
    bool *broken = calloc(env->signature_count, sizeof(*broken));
    if (broken == NULL) {
        return no_memory(err);
    }
    int rc = signet_signers_check(env, &request, &signers, err);
    if (rc == SIGNET_OK) {
        rc = signet_source_find_broken(env, &signers, &embedded->work_left, broken, &any, err);
    }
    if (rc == SIGNET_OK) {
        rc = note_signatures(embedded, inner, env, &signers, opts, broken);
        signet_err_set(err, rc, "out of memory for the signatures of a document");
    }
    signet_signers_free(&signers);
    free(broken);
    return rc;
}

/* One object that cannot be read, or is of a form that is not known, is noted. */
static int judge(struct signet_embedded *embedded,
                 struct signet_inner *inner,
                 const struct signet_verify_opts *opts,
                 struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    struct signet_envelope env;
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_jsf_read(&embedded->json, &inner->jsf, limits, &env, &why);
    if (rc == SIGNET_E_NOMEM || rc == SIGNET_E_INTERNAL) {
        return signet_err_copy(err, &why);
    }
    if (rc != SIGNET_OK) {
        inner->unreadable = signet_arena_copy(&embedded->storage, signet_span_str(why.msg));
        return inner->unreadable != NULL ? SIGNET_OK : no_memory(err);
    }
    rc = judge_read(embedded, inner, &env, opts, err);
    signet_envelope_free(&env);
    return rc;
}

int signet_embedded_judge_inner(struct signet_embedded *embedded,
                                const struct signet_verify_opts *opts,
                                struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < embedded->inner_count; i++) {
        rc = judge(embedded, &embedded->inner[i], opts, err);
    }
    return rc;
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

static void look_inside(const struct signet_embedded *embedded,
                        const char *pointer,
                        struct signet_source *source)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_inner *inner = find_broken(embedded, pointer);
    if (inner == NULL || (source->evidence == NULL && source->err.code != SIGNET_E_BAD_SIGNATURE)) {
        return;
    }
    signet_utf8_show(signet_span_str(inner->pointer), shown);
    if (source->evidence != NULL) {
        signet_source_drop_evidence(source);
        signet_err_set(&source->err, SIGNET_E_BAD_SIGNATURE,
                       "the %s at %s was changed after it was signed: its own signature does not "
                       "verify, although one around it does",
                       inner->type, shown);
    } else {
        signet_err_clear(&source->err);
        signet_err_set(&source->err, SIGNET_E_BAD_SIGNATURE,
                       "bad signature: the document was changed after it was signed, and the "
                       "change lies in the %s at %s: its own signature does not verify either",
                       inner->type, shown);
    }
}

void signet_embedded_source(struct signet_embedded *embedded,
                            size_t place,
                            const struct signet_verify_opts *opts,
                            struct signet_source *source)
{
    const struct signet_embedded_place *asked = &embedded->places[place];
    const struct signet_source_place where = {
        .text = &embedded->json,
        .place = asked->jsf,
        .work_left = &embedded->work_left,
    };
    source->covers = asked->pointer;
    signet_source_read_embedded(source, &where, opts);
    look_inside(embedded, asked->pointer, source);
}

static int explain_whole(const struct signet_embedded *embedded, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (embedded->inner_count == 0) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature found, neither in the document nor beside it");
    }
    signet_utf8_show(signet_span_str(embedded->inner[0].pointer), shown);
    if (embedded->inner_count == 1) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "the document is not signed as a whole: only %s is signed", shown);
    }
    return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                          "the document is not signed as a whole: only %s and %zu other parts are "
                          "signed",
                          shown, embedded->inner_count - 1);
}

int signet_embedded_explain(const struct signet_embedded *embedded,
                            size_t place,
                            struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (embedded->places == NULL) {
        return embedded->unread.code == SIGNET_OK
                   ? signet_err_set(err, SIGNET_E_NO_SIGNATURE, "no signature file found")
                   : signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                                    "no signature file found, and none inside: %s",
                                    embedded->unread.msg);
    }
    if (embedded->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    if (embedded->bom.form != SIGNET_BOM_JSF) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature file found, and this version of the document has no "
                              "place for a signature inside");
    }
    const struct signet_embedded_place *asked = &embedded->places[place];
    return asked->pointer[0] == '\0'
               ? explain_whole(embedded, err)
               : signet_err_set(err, SIGNET_E_NO_SIGNATURE, "the %s at %s is not signed by itself",
                                asked->type,
                                signet_utf8_show(signet_span_str(asked->pointer), shown));
}

void signet_embedded_free(struct signet_embedded *embedded)
{
    signet_json_text_clear(&embedded->json);
    signet_document_free(&embedded->document);
    free(embedded->inner);
    signet_arena_free(&embedded->storage);
    memset(embedded, 0, sizeof(*embedded));
}

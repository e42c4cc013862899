/* SPDX-License-Identifier: Apache-2.0
 *
 * Visiting the places of a BOM: see bom_places.h. What a visit tells, where an object ends and its
 * signature, lies behind all that is inside it; to look there from each object would cost its depth
 * times. So one walk notes it for the longer objects and a second one visits.
 */
#include "artifact/bom_places.h"

#include <signet/text.h>

#include "artifact/bom_graph.h"
#include "base/err.h"
#include "base/grow.h"
#include "json/pointer.h"

/* Objects of at most so many bytes are looked through when they are visited. */
enum {
    SHORT_OBJECT = 64
};

/* What a longer object has, as offsets in the text; 0 is none, as the top object begins there. */
struct note {
    uint32_t start, end, signature, ref;
};

struct places {
    struct signet_span text;
    const char *member; /* which holds signatures */
    struct note *notes; /* by rising start */
    size_t count, room, next;
    size_t index;
    size_t signatures; /* of all objects together */
    bool signed_only;  /* besides the top object only those that are signed are visited */
    signet_bom_visit *visit;
    void *ctx;
};

static uint32_t offset_of(const struct places *p, const uint8_t *at)
{
    return (uint32_t)(at - p->text.ptr);
}

static int
note_start(void *ctx, const struct signet_bom_at *at, size_t *tag, struct signet_err *err)
{
    struct places *p = ctx;
    if (!signet_bom_signable(at->type)) {
        return SIGNET_OK;
    }
    if (p->count == p->room) {
        struct note *grown = signet_grow(p->notes, &p->room, sizeof(*grown));
        if (grown == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "out of memory while reading a BOM");
        }
        p->notes = grown;
    }
    *tag = p->count;
    p->notes[p->count++] = (struct note){.start = offset_of(p, at->walk.rest.ptr)};
    return SIGNET_OK;
}

static int note_member(void *ctx,
                       const struct signet_bom_at *at,
                       struct signet_json_value name,
                       struct signet_json_value value,
                       struct signet_err *err)
{
    struct places *p = ctx;
    (void)err;
    if (!signet_bom_signable(at->type)) {
        return SIGNET_OK;
    }
    if (signet_json_string_is(name, signet_span_str(p->member))) {
        p->notes[at->tag].signature = offset_of(p, value.text.ptr);
        p->signatures++;
    } else if (signet_json_string_is(name, signet_span_str("bom-ref"))) {
        p->notes[at->tag].ref = offset_of(p, value.text.ptr);
    }
    return SIGNET_OK;
}

static void note_end(void *ctx, const struct signet_bom_at *at)
{
    struct places *p = ctx;
    if (!signet_bom_signable(at->type)) {
        return;
    }
    struct note *note = &p->notes[at->tag];
    note->end = offset_of(p, at->walk.rest.ptr);
    if (note->end - note->start <= SHORT_OBJECT) {
        p->count--; /* the last one: what is inside a short object is short and gone already */
    }
}

/* The value that begins at an offset; kind 0 at none. */
static struct signet_json_value value_from(const struct places *p, uint32_t offset)
{
    struct signet_json_value rest = {SIGNET_JSON_NULL, p->text};
    if (offset == 0) {
        return (struct signet_json_value){0};
    }
    rest.text = signet_span_of(p->text.ptr + offset, p->text.len - offset);
    struct signet_json_walk walk = signet_json_before(rest);
    return signet_json_take(&walk);
}

static void
look_through(struct places *p, const struct signet_bom_at *at, struct signet_bom_place *place)
{
    const uint8_t *start = at->walk.rest.ptr;
    if (p->next < p->count && p->notes[p->next].start == offset_of(p, start)) {
        const struct note *note = &p->notes[p->next++];
        place->object.kind = SIGNET_JSON_OBJECT;
        place->object.text = signet_span_of(start, note->end - note->start);
        place->signature = value_from(p, note->signature);
        place->ref = value_from(p, note->ref);
        return;
    }
    const char *const names[] = {p->member, "bom-ref", NULL};
    struct signet_json_value found[2];
    struct signet_json_walk walk = at->walk;
    place->object = signet_json_take(&walk);
    signet_json_members(place->object, names, found);
    place->signature = found[0];
    place->ref = found[1];
}

/* The name of a member, which begins at the last quote but one before its value: however it is
 * spelled, it means "signature" or the like, in which there is none. */
static struct signet_json_value name_before(const struct places *p, struct signet_json_value value)
{
    struct signet_json_value name = {SIGNET_JSON_STRING, value.text};
    if (value.kind == 0) {
        return value;
    }
    const uint8_t *end = value.text.ptr;
    while (end > p->text.ptr && end[-1] != '"') {
        end--;
    }
    const uint8_t *start = end - 1;
    while (start > p->text.ptr && start[-1] != '"') {
        start--;
    }
    name.text = signet_span_of(start - 1, (size_t)(end - start + 1));
    return name;
}

static int
visit_place(void *ctx, const struct signet_bom_at *at, size_t *tag, struct signet_err *err)
{
    struct places *p = ctx;
    if (!signet_bom_signable(at->type)) {
        return SIGNET_OK;
    }
    struct signet_bom_place place = {.index = p->index++,
                                     .parent = at->outer,
                                     .type = signet_bom_type_name(at->type),
                                     .pointer = at->pointer};
    look_through(p, at, &place);
    place.signature_name = name_before(p, place.signature);
    *tag = place.index;
    return p->signed_only && place.index > 0 && place.signature.kind == 0
               ? (int)SIGNET_OK
               : p->visit(p->ctx, &place, err);
}

/* Whether the top object was noted and no other is signed: most documents are signed as a whole. */
static bool only_top_counts(const struct places *p)
{
    return p->signed_only && p->count > 0 && p->notes[0].start == 0 &&
           p->signatures == (p->notes[0].signature != 0 ? 1 : 0);
}

static int visit_top(struct places *p, struct signet_json_value top, struct signet_err *err)
{
    struct signet_bom_place place = {
        .parent = SIZE_MAX,
        .type = signet_bom_type_name(SIGNET_BOM_BOM),
        .pointer = signet_span_of("", 0),
        .object = top,
        .signature = value_from(p, p->notes[0].signature),
        .ref = value_from(p, p->notes[0].ref),
    };
    place.signature_name = name_before(p, place.signature);
    return p->visit(p->ctx, &place, err);
}

static int visit_places(struct places *p,
                        struct signet_json_value top,
                        const struct signet_bom *bom,
                        struct signet_err *err)
{
    const struct signet_bom_steps noting = {note_start, note_member, note_end, p};
    const struct signet_bom_steps visiting = {.open = visit_place, .ctx = p};
    bool cyclonedx = bom->kind == SIGNET_BOM_CYCLONEDX;
    enum signet_bom_type type = cyclonedx ? SIGNET_BOM_BOM : SIGNET_BOM_DOCUMENT;
    if (bom->form == SIGNET_BOM_UNSIGNED) {
        return SIGNET_OK;
    }
    if (top.text.len > UINT32_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "a BOM may have less than 4 GiB");
    }
    p->text = top.text;
    p->member = bom->form == SIGNET_BOM_JSS ? "signatures" : "signature";
    int rc = signet_bom_walk(top, type, &signet_bom_all_edges, bom->version, &noting, err);
    if (rc == SIGNET_OK) {
        rc = cyclonedx && only_top_counts(p)
                 ? visit_top(p, top, err)
                 : signet_bom_walk(top, type, &signet_bom_all_edges, bom->version, &visiting, err);
    }
    free(p->notes);
    return rc;
}

int signet_bom_places(struct signet_json_value top,
                      const struct signet_bom *bom,
                      signet_bom_visit *visit,
                      void *ctx,
                      struct signet_err *err)
{
    struct places p = {.visit = visit, .ctx = ctx};
    return visit_places(&p, top, bom, err);
}

int signet_bom_signed_places(struct signet_json_value top,
                             const struct signet_bom *bom,
                             signet_bom_visit *visit,
                             void *ctx,
                             struct signet_err *err)
{
    struct places p = {.visit = visit, .ctx = ctx, .signed_only = true};
    return visit_places(&p, top, bom, err);
}

/* A search for one place. */
struct search {
    struct signet_span asked;
    bool by_pointer;
    bool found;
    struct signet_bom_place *place;
    struct signet_buf *pointer;
};

static int compare(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    struct search *search = ctx;
    char shown[SIGNET_SHOW_MAX];
    bool same = search->by_pointer ? signet_span_eq(place->pointer, search->asked)
                                   : signet_json_string_is(place->ref, search->asked);
    if (!same) {
        return SIGNET_OK;
    }
    if (search->found) {
        return signet_err_set(err, SIGNET_E_AMBIGUOUS, "two objects have the bom-ref %s",
                              signet_utf8_show(search->asked, shown));
    }
    search->found = true;
    *search->place = *place;
    int rc = signet_buf_put(search->pointer, place->pointer);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "no room for a JSON pointer");
}

/* Says what a pointer names that names no place. */
static int no_place(struct signet_json_value top, struct signet_span asked, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_json_value value = {0};
    int rc = signet_json_pointer_find(top, asked, &value, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    return signet_err_set(err, SIGNET_E_USAGE,
                          "%s names %s in which this version of the document allows no signature",
                          signet_utf8_show(asked, shown), signet_bom_value_name(value.kind));
}

static int refuse_version(const struct signet_bom *bom, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_UNSUPPORTED, "%s version %s allows no signature inside",
                          bom->kind == SIGNET_BOM_CYCLONEDX ? "CycloneDX" : "SPDX",
                          signet_utf8_show(bom->version_text.text, shown));
}

int signet_bom_find(struct signet_json_value top,
                    const struct signet_bom *bom,
                    struct signet_span asked,
                    struct signet_bom_place *place,
                    struct signet_buf *pointer,
                    struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_bom_place found = {0};
    struct search search = {
        .asked = asked,
        .by_pointer = asked.len == 0 || asked.ptr[0] == '/',
        .place = &found,
        .pointer = pointer,
    };
    signet_buf_reset(pointer);
    if (bom->form == SIGNET_BOM_UNSIGNED) {
        return refuse_version(bom, err);
    }
    int rc = signet_bom_places(top, bom, compare, &search, err);
    if (rc == SIGNET_OK && !search.found) {
        rc = search.by_pointer ? no_place(top, asked, err)
                               : signet_err_set(err, SIGNET_E_USAGE,
                                                "no object that may be signed has the bom-ref %s "
                                                "(a JSON pointer begins with \"/\")",
                                                signet_utf8_show(asked, shown));
    }
    if (rc == SIGNET_OK) {
        found.pointer = signet_buf_span(pointer);
        *place = found;
    }
    return rc;
}

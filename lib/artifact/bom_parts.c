/* SPDX-License-Identifier: Apache-2.0
 *
 * Components and compositions of a BOM: see bom_parts.h. One walk notes every component in the
 * inventory and below the subject, in few bytes, as a BOM can have very many; those outside of it
 * (pedigree, tools) are no files of anything.
 */
#include "artifact/bom_parts.h"

#include <signet/text.h>

#include "artifact/bom_graph.h"
#include "base/err.h"
#include "base/grow.h"
#include "json/order.h"
#include "json/text.h"

static const struct signet_bom_edge rows[] = {
    {"components", SIGNET_BOM_BOM, SIGNET_BOM_LIST, SIGNET_BOM_COMPONENT, 0},
    {"metadata", SIGNET_BOM_BOM, SIGNET_BOM_ONE, SIGNET_BOM_METADATA, 0},
    {"component", SIGNET_BOM_METADATA, SIGNET_BOM_ONE, SIGNET_BOM_COMPONENT, 0},
    {"components", SIGNET_BOM_COMPONENT, SIGNET_BOM_LIST, SIGNET_BOM_COMPONENT, 0},
};

static const struct signet_bom_edges edges = {rows, SIGNET_COUNT(rows)};

static const size_t in_metadata = SIZE_MAX - 1; /* tag of that object */

/* A complete composition, in relation to the model. */
struct composition {
    struct signet_json_value assemblies; /* kind 0: it is not complete, or names nothing */
    bool subject;                        /* names the subject */
    size_t inside;                       /* files below the subject that it names */
    size_t files;                        /* files that it names */
    size_t chosen;                       /* files of the model that it names */
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the components of a BOM");
}

static int
note_component(void *ctx, const struct signet_bom_at *at, size_t *tag, struct signet_err *err)
{
    struct signet_bom_parts *parts = ctx;
    if (at->type != SIGNET_BOM_COMPONENT) {
        *tag = at->type == SIGNET_BOM_METADATA ? in_metadata : at->outer;
        return SIGNET_OK;
    }
    if (parts->count == parts->room) {
        struct signet_bom_part *grown = signet_grow(parts->list, &parts->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        parts->list = grown;
    }
    bool below = at->outer < parts->count;
    struct signet_bom_part *part = &parts->list[parts->count];
    *part = (struct signet_bom_part){
        .inside = below && (at->outer == parts->subject || parts->list[at->outer].inside)};
    if (at->outer == in_metadata) {
        parts->subject = parts->count;
    }
    *tag = parts->count++;
    return SIGNET_OK;
}

static int note_member(void *ctx,
                       const struct signet_bom_at *at,
                       struct signet_json_value name,
                       struct signet_json_value value,
                       struct signet_err *err)
{
    static const char *const names[] = {"type", "name", "purl", "hashes", "bom-ref"};
    struct signet_bom_parts *parts = ctx;
    (void)err;
    if (at->type != SIGNET_BOM_COMPONENT) {
        return SIGNET_OK;
    }
    struct signet_bom_part *part = &parts->list[at->tag];
    uint32_t *const offsets[] = {&part->type, &part->name, &part->purl, &part->hashes, &part->ref};
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        if (signet_json_string_is(name, signet_span_str(names[i]))) {
            *offsets[i] = (uint32_t)(value.text.ptr - parts->text.ptr);
        }
    }
    return SIGNET_OK;
}

struct signet_json_value signet_bom_parts_value(const struct signet_bom_parts *parts,
                                                uint32_t offset)
{
    struct signet_json_value rest = {SIGNET_JSON_NULL, parts->text};
    if (offset == 0) {
        return (struct signet_json_value){0};
    }
    rest.text = signet_span_of(parts->text.ptr + offset, parts->text.len - offset);
    struct signet_json_walk walk = signet_json_before(rest);
    return signet_json_take(&walk);
}

static bool is_file(const struct signet_bom_parts *parts, const struct signet_bom_part *part)
{
    struct signet_json_value type = signet_bom_parts_value(parts, part->type);
    return signet_json_string_is(type, signet_span_str("file")) ||
           signet_json_string_is(type, signet_span_str("data"));
}

/* Which part a bom-ref is of, by where it stands. */
static int by_offset(const void *a, const void *b)
{
    const struct signet_bom_ref *one = a;
    const struct signet_bom_ref *other = b;
    return (one->offset > other->offset) - (one->offset < other->offset);
}

static int sort_refs(struct signet_bom_parts *parts, uint32_t *offsets, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    uint32_t twice = UINT32_MAX;
    if (parts->ref_count > 0) {
        qsort(parts->refs, parts->ref_count, sizeof(*parts->refs), by_offset);
        for (size_t i = 0; i < parts->ref_count; i++) {
            offsets[i] = parts->refs[i].offset;
        }
        twice = signet_json_sort_names(parts->text.ptr, offsets, parts->sorted, parts->ref_count);
    }
    return twice == UINT32_MAX
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_AMBIGUOUS, "BOM: two components have the bom-ref %s",
                                signet_utf8_show(signet_bom_parts_value(parts, twice).text, shown));
}

static int index_refs(struct signet_bom_parts *parts, struct signet_err *err)
{
    uint32_t *offsets = calloc(parts->count + 1, sizeof(*offsets));
    parts->refs = calloc(parts->count + 1, sizeof(*parts->refs));
    parts->sorted = calloc(parts->count + 1, sizeof(*parts->sorted));
    if (offsets == NULL || parts->refs == NULL || parts->sorted == NULL) {
        free(offsets);
        return no_memory(err);
    }
    for (size_t i = 0; i < parts->count; i++) {
        struct signet_bom_part *part = &parts->list[i];
        part->file = is_file(parts, part);
        if (signet_bom_parts_value(parts, part->ref).kind == SIGNET_JSON_STRING) {
            parts->refs[parts->ref_count++] = (struct signet_bom_ref){part->ref, (uint32_t)i};
        }
    }
    int rc = sort_refs(parts, offsets, err);
    free(offsets);
    return rc;
}

/* The part of that bom-ref, or NULL. */
static struct signet_bom_part *find_ref(const struct signet_bom_parts *parts,
                                        struct signet_json_value ref)
{
    size_t from = 0;
    size_t to = parts->ref_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct signet_bom_ref wanted = {parts->sorted[middle], 0};
        int order = signet_json_name_order(parts->text.ptr + wanted.offset + 1, ref.text.ptr + 1);
        if (order == 0) {
            const struct signet_bom_ref *found =
                bsearch(&wanted, parts->refs, parts->ref_count, sizeof(*parts->refs), by_offset);
            return found != NULL ? &parts->list[found->part] : NULL;
        }
        from = order < 0 ? middle + 1 : from;
        to = order < 0 ? to : middle;
    }
    return NULL;
}

static void choose(struct signet_bom_parts *parts, struct signet_bom_part *part)
{
    parts->chosen += part->chosen ? 0 : 1;
    part->chosen = true;
}

/* Counts what a complete composition names, each once by a stamp of its own; choosing its files if
 * that is asked for. What is named and is no component here is no file of the model either. */
static void count_named(struct signet_bom_parts *parts,
                        struct composition *composition,
                        uint32_t stamp,
                        bool choosing)
{
    struct signet_json_walk walk = signet_json_walk(composition->assemblies);
    struct signet_json_value ref;
    composition->inside = composition->files = composition->chosen = 0;
    while (signet_json_next_element(&walk, &ref)) {
        struct signet_bom_part *part = ref.kind == SIGNET_JSON_STRING ? find_ref(parts, ref) : NULL;
        if (part == NULL || part->stamp == stamp) {
            continue;
        }
        part->stamp = stamp;
        if ((size_t)(part - parts->list) == parts->subject) {
            composition->subject = true;
        } else if (part->file) {
            if (choosing) {
                choose(parts, part);
            }
            composition->files++;
            composition->inside += part->inside ? 1 : 0;
            composition->chosen += part->chosen ? 1 : 0;
        }
    }
}

/* Steps to the next complete composition. */
static bool next_complete(struct signet_json_walk *walk, struct composition *composition)
{
    static const char *const names[] = {"aggregate", "assemblies", NULL};
    struct signet_json_value values[2];
    struct signet_json_value element;
    size_t others = 0;
    while (signet_json_next_object(walk, names, &element, values, &others)) {
        if (signet_json_string_is(values[0], signet_span_str("complete"))) {
            *composition = (struct composition){.assemblies = values[1]};
            return true;
        }
    }
    return false;
}

static struct signet_json_walk compositions_of(struct signet_json_value top)
{
    struct signet_json_value list = {0};
    signet_json_member(top, "compositions", &list);
    if (list.kind != SIGNET_JSON_ARRAY) {
        list = (struct signet_json_value){SIGNET_JSON_ARRAY, signet_span_str("[]")};
    }
    return signet_json_walk(list);
}

static bool touches(const struct composition *composition)
{
    return composition->subject || composition->inside > 0;
}

/* The files of the compositions that name the subject or a file below it; *lone is the last one of
 * *others, which name files only. */
static void choose_named(struct signet_bom_parts *parts,
                         struct signet_json_value top,
                         struct composition *lone,
                         size_t *others,
                         uint32_t *stamp)
{
    struct signet_json_walk walk = compositions_of(top);
    struct composition composition;
    while (next_complete(&walk, &composition)) {
        count_named(parts, &composition, ++*stamp, false);
        if (touches(&composition)) {
            count_named(parts, &composition, ++*stamp, true);
        } else if (composition.files > 0) {
            *lone = composition;
            *others += 1;
        }
    }
}

static void
judge_complete(struct signet_bom_parts *parts, struct signet_json_value top, uint32_t *stamp)
{
    struct signet_json_walk walk = compositions_of(top);
    struct composition composition;
    while (!parts->complete && next_complete(&walk, &composition)) {
        count_named(parts, &composition, ++*stamp, false);
        parts->complete =
            composition.subject || (parts->chosen > 0 && composition.chosen == parts->chosen);
    }
}

static int
choose_files(struct signet_bom_parts *parts, struct signet_json_value top, struct signet_err *err)
{
    struct composition lone = {0};
    size_t others = 0;
    uint32_t stamp = 0;
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->list[i].file && parts->list[i].inside) {
            choose(parts, &parts->list[i]);
        }
    }
    choose_named(parts, top, &lone, &others, &stamp);
    if (parts->chosen == 0 && others > 1) {
        return signet_err_set(err, SIGNET_E_AMBIGUOUS,
                              "BOM: expected one complete composition with the files of the model, "
                              "found %zu, none of which names the model itself",
                              others);
    }
    if (parts->chosen == 0 && others == 1) {
        count_named(parts, &lone, ++stamp, true);
    }
    judge_complete(parts, top, &stamp);
    return SIGNET_OK;
}

int signet_bom_parts_read(struct signet_json_value top,
                          const struct signet_bom *bom,
                          struct signet_bom_parts *parts,
                          struct signet_err *err)
{
    const struct signet_bom_steps steps = {
        .open = note_component, .member = note_member, .ctx = parts};
    *parts = (struct signet_bom_parts){.text = top.text, .subject = SIZE_MAX};
    if (top.text.len > UINT32_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "a BOM may have less than 4 GiB");
    }
    int rc = signet_bom_walk(top, SIGNET_BOM_BOM, &edges, bom->version, &steps, err);
    if (rc == SIGNET_OK) {
        rc = index_refs(parts, err);
    }
    if (rc == SIGNET_OK && parts->subject != SIZE_MAX) {
        rc = choose_files(parts, top, err);
    }
    if (rc != SIGNET_OK) {
        signet_bom_parts_free(parts);
    }
    return rc;
}

void signet_bom_parts_free(struct signet_bom_parts *parts)
{
    free(parts->list);
    free(parts->refs);
    free(parts->sorted);
    memset(parts, 0, sizeof(*parts));
}

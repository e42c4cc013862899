/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/bom.h, bom_files.h, bom_places.h and json/pointer.h. A list of files has sorted paths
 * that a manifest can have, and a strong digest of each. Each place that a visit tells lies inside
 * its parent, is found by its own pointer and has the signature and bom-ref that a plain walk finds
 * in it; a document of a version without signatures has no place.
 */
#include "fuzz.h"

#include <signet/artifact.h>

#include "artifact/bom_dialect.h"
#include "artifact/bom_files.h"
#include "artifact/bom_places.h"
#include "json/pointer.h"

enum {
    DEPTH = 200,
    PLACES = 64 /* of which parents are remembered; further ones are only looked at */
};

struct document {
    struct signet_json_value top;
    struct signet_bom bom;
    size_t count;
    struct signet_json_value objects[PLACES];
};

static bool same(struct signet_json_value a, struct signet_json_value b)
{
    return a.kind == b.kind && a.text.ptr == b.text.ptr && a.text.len == b.text.len;
}

static struct signet_json_value member(struct signet_json_value object, const char *name)
{
    struct signet_json_value value = {0};
    signet_json_member(object, name, &value);
    return value;
}

static void check_parent(const struct document *document, const struct signet_bom_place *place)
{
    const uint8_t *start = place->object.text.ptr;
    if (place->parent == SIZE_MAX) {
        FUZZ_CHECK(place->index == 0 && same(place->object, document->top));
        return;
    }
    FUZZ_CHECK(place->parent < place->index);
    if (place->parent < PLACES) {
        struct signet_span outer = document->objects[place->parent].text;
        FUZZ_CHECK(start > outer.ptr);
        FUZZ_CHECK(start + place->object.text.len < outer.ptr + outer.len);
    }
}

static int check_place(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    struct document *document = ctx;
    struct signet_json_value found = {0};
    const char *name = document->bom.form == SIGNET_BOM_JSS ? "signatures" : "signature";
    FUZZ_CHECK(place->index == document->count++);
    if (place->index >= PLACES) {
        return SIGNET_OK;
    }
    document->objects[place->index] = place->object;
    check_parent(document, place);
    FUZZ_CHECK(signet_json_pointer_find(document->top, place->pointer, &found, err) == SIGNET_OK);
    FUZZ_CHECK(same(found, place->object));
    FUZZ_CHECK(same(place->signature, member(place->object, name)));
    FUZZ_CHECK(same(place->ref, member(place->object, "bom-ref")));
    signet_bom_dialect(place->signature);
    return SIGNET_OK;
}

/* Whatever is asked for, a place that is found is one that it names. */
static void check_find(const struct document *document, struct signet_span asked)
{
    struct signet_bom_place place = {0};
    struct signet_buf pointer;
    signet_buf_init(&pointer, 1 << 16);
    if (signet_bom_find(document->top, &document->bom, asked, &place, &pointer, NULL) ==
        SIGNET_OK) {
        bool by_pointer = asked.len == 0 || asked.ptr[0] == '/';
        FUZZ_CHECK(by_pointer ? signet_span_eq(place.pointer, asked)
                              : signet_json_string_is(place.ref, asked));
    }
    signet_buf_free(&pointer);
}

static void check_files(const struct document *document)
{
    const struct signet_limits limits = signet_limits_default();
    struct signet_bom_files files;
    if (signet_bom_files_read(document->top, &document->bom, &limits, &files, NULL) != SIGNET_OK) {
        FUZZ_CHECK(files.list == NULL);
        return;
    }
    FUZZ_CHECK(files.count > 0 && files.subject != NULL && files.algs != 0);
    FUZZ_CHECK(!files.single || (files.count == 1 && files.complete));
    for (size_t i = 0; i < files.count; i++) {
        const struct signet_bom_file *file = &files.list[i];
        FUZZ_CHECK(i == 0 || strcmp(files.list[i - 1].name, file->name) < 0);
        FUZZ_CHECK(files.single ||
                   signet_path_check(signet_span_str(file->name), limits.path, NULL) == SIGNET_OK);
        FUZZ_CHECK(file->count > 0);
        for (size_t j = 0; j < file->count; j++) {
            FUZZ_CHECK(file->digests[j].len == signet_digest_size(file->digests[j].alg));
            FUZZ_CHECK(file->digests[j].len >= 32);
        }
    }
    signet_bom_files_free(&files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document document = {0};
    struct signet_err err;
    struct signet_buf line;
    signet_err_clear(&err);
    if (signet_json_check(signet_span_of(data, size), DEPTH, &document.top, &err) != SIGNET_OK) {
        return 0;
    }
    signet_bom_document_dialect(document.top);
    if (signet_bom_recognize(document.top, &document.bom, &err) != SIGNET_OK) {
        FUZZ_CHECK(err.code != SIGNET_OK && document.bom.kind == 0);
        return 0;
    }
    signet_buf_init(&line, 4096);
    FUZZ_CHECK(signet_bom_describe(&document.bom, &line) == SIGNET_OK);
    signet_buf_free(&line);
    check_files(&document);
    int rc = signet_bom_places(document.top, &document.bom, check_place, &document, &err);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED);
    bool may = document.bom.form != SIGNET_BOM_UNSIGNED;
    FUZZ_CHECK(rc != SIGNET_OK || (document.count > 0) == may);
    if (rc == SIGNET_OK) {
        check_find(&document, signet_span_of(data + size / 2, size < 16 ? 0 : 4));
        check_find(&document, signet_span_str("a"));
        check_find(&document, signet_span_str("/components/0"));
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Trying a document without the signatures inside it: see verify/afterwards.h.
 */
#include "verify/afterwards.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "json/text.h"

/* A member of an object with the comma before it, or if there is none the one behind it. */
static struct signet_span member_with_comma(struct signet_span text,
                                            const struct signet_inplace *member)
{
    const uint8_t *start = member->name.text.ptr;
    const uint8_t *end = member->signature.text.ptr + member->signature.text.len;
    while (start[-1] == ' ' || start[-1] == '\n' || start[-1] == '\r' || start[-1] == '\t') {
        start--;
    }
    if (start[-1] == ',') {
        start--;
    } else {
        end = signet_json_skip_space(end, text.ptr + text.len);
        end += *end == ',' ? 1 : 0;
    }
    return signet_span_of(start, (size_t)(end - start));
}

/* The text without the signatures of all parts; those of one inside another go with it. */
static int strip(const struct signet_embedded *embedded, struct signet_buf *out)
{
    struct signet_span text = embedded->json.bytes;
    const uint8_t *from = text.ptr;
    signet_buf_init(out, text.len);
    for (size_t i = 0; i < embedded->inner_count; i++) {
        struct signet_span gone = member_with_comma(text, &embedded->inner[i].at);
        if (gone.ptr >= from) {
            signet_buf_put(out, signet_span_of(from, (size_t)(gone.ptr - from)));
            from = gone.ptr + gone.len;
        }
    }
    return signet_buf_put(out, signet_span_of(from, (size_t)(text.ptr + text.len - from)));
}

static bool verifies(struct signet_span text,
                     struct signet_embedded *embedded,
                     const struct signet_verify_opts *opts)
{
    const char *member = embedded->bom.form == SIGNET_BOM_JSS ? "signatures" : "signature";
    const struct signet_limits standard = signet_limits_default();
    struct signet_json_text json = {.bytes = text};
    struct signet_source source = {.covers = ""};
    struct signet_source_place where = {
        .format = embedded->format, .text = &json, .work_left = &embedded->work_left};
    int rc = signet_json_text_scan(&json, opts->limits != NULL ? opts->limits : &standard, NULL);
    if (rc == SIGNET_OK && signet_inplace_find(signet_json_top(json.bytes), member, &where.place)) {
        signet_source_read_embedded(&source, &where, opts);
    }
    bool found = source.evidence != NULL;
    signet_source_clear(&source);
    signet_json_text_clear(&json);
    return found;
}

static int by_place(const void *a, const void *b)
{
    const struct signet_inner *left = a;
    const struct signet_inner *right = b;
    const uint8_t *left_name = left->at.name.text.ptr;
    const uint8_t *right_name = right->at.name.text.ptr;
    return left_name < right_name ? -1 : left_name > right_name;
}

const struct signet_inner *signet_afterwards_find(struct signet_embedded *embedded,
                                                  const struct signet_verify_opts *opts)
{
    struct signet_buf text;
    struct signet_embedded sorted = *embedded;
    bool found = false;
    if (embedded->inner_count == 0) {
        return NULL;
    }
    sorted.inner = malloc(embedded->inner_count * sizeof(*sorted.inner));
    if (sorted.inner == NULL) {
        return NULL;
    }
    memcpy(sorted.inner, embedded->inner, embedded->inner_count * sizeof(*sorted.inner));
    qsort(sorted.inner, sorted.inner_count, sizeof(*sorted.inner), by_place);
    if (strip(&sorted, &text) == SIGNET_OK) {
        found = verifies(signet_buf_span(&text), embedded, opts);
    }
    signet_buf_free(&text);
    free(sorted.inner);
    return found ? &embedded->inner[0] : NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of signatures inside a document: see sign/places.h. The bytes that are signed are made
 * by the code that verifies.
 */
#include "sign/places.h"

#include <stdlib.h>

#include "base/codec.h"
#include "base/err.h"
#include "base/pool.h"
#include "envelope/inside.h"
#include "sign/own.h"
#include "sign/splice.h"

enum {
    WORTH_A_THREAD = 1 << 16 /* bytes to sign */
};

/* What all places have in common. */
struct signing {
    struct signet_embedded *document;
    const struct signet_places_request *how;
};

/* A value that was made, and the envelope that it belongs to. */
struct value {
    struct signet_envelope env;
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
};

/* What a place covers, made a second time: up to where its signatures stand, and from there. */
struct again {
    const struct signet_json_text *text;
    const struct signet_inplace *at;
    const struct signet_covered *first;
    struct signet_span before, after; /* what of the first is not reached yet */
    struct signet_task *task;
};

static int differs(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_INTERNAL,
                          "what is signed was made twice and differs: the memory of this machine "
                          "may be broken");
}

static int compare_piece(void *ctx, struct signet_span piece, struct signet_err *err)
{
    struct again *again = ctx;
    while (piece.len > 0) {
        struct signet_span *rest = again->before.len > 0 ? &again->before : &again->after;
        size_t len = piece.len < rest->len ? piece.len : rest->len;
        if (len == 0 || memcmp(piece.ptr, rest->ptr, len) != 0) {
            return differs(err);
        }
        piece = signet_span_of(piece.ptr + len, piece.len - len);
        *rest = signet_span_of(rest->ptr + len, rest->len - len);
    }
    return SIGNET_OK;
}

static int make_again(void *ctx, struct signet_err *err)
{
    struct again *again = ctx;
    const struct signet_json_recast recast = {.gap = again->at->name};
    const struct signet_sink sink = {compare_piece, again};
    struct signet_span all = signet_buf_span(&again->first->text);
    size_t behind = again->first->gap + again->first->hole;
    size_t gap = 0;
    again->before = signet_span_of(all.ptr, again->first->gap);
    again->after = signet_span_of(all.ptr + behind, all.len - behind);
    int rc = signet_json_canon_recast(again->text, again->at->covered, &recast, sink, &gap, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    return gap == again->first->gap && again->after.len == 0 ? SIGNET_OK : differs(err);
}

/* Signs a message while what it says of the document is made again. */
static int sign_twice_made(const struct signet_seckey *key,
                           struct signet_span message,
                           struct again *again,
                           uint8_t signature[SIGNET_ED25519_SIGNATURE],
                           struct signet_err *err)
{
    int rc = again->first->text.len >= WORTH_A_THREAD
                 ? signet_task_start(make_again, again, &again->task, err)
                 : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = signet_own_sign(key, message, signature, err);
    }
    return signet_task_end(again->task, rc, err);
}

/* Makes the value of the last signature of a place. The envelope is freed by the caller, also after
 * a failure. */
static int make_value(const struct signing *signing,
                      const struct signet_inplace *at,
                      struct value *value,
                      struct signet_err *err)
{
    const struct signet_json_text *text = &signing->document->json;
    struct signet_envelope *env = &value->env;
    struct signet_span message;
    memset(env, 0, sizeof(*env));
    int rc = signing->how->format->read(text, at, signing->how->limits, env, err);
    if (rc == SIGNET_OK) {
        rc = env->format->message(env, env->signature_count - 1, &message, err);
    }
    if (rc == SIGNET_OK) {
        struct again again = {.text = text, .at = at, .first = signet_inside_covered(env)};
        rc = sign_twice_made(signing->how->key, message, &again, value->signature, err);
    }
    return rc;
}

/* Writes a value over the one that says nothing. */
static int
write_value(const struct signet_buf *document, const struct value *value, struct signet_err *err)
{
    struct signet_json_value old = {0};
    struct signet_buf text;
    signet_buf_init(&text, (size_t)2 * SIGNET_SPLICE_VALUE);
    int rc = signet_b64_encode(&text, signet_span_of(value->signature, sizeof(value->signature)),
                               SIGNET_B64_URL_UNPADDED);
    bool found = signet_json_member(signet_inside_core(&value->env, value->env.signature_count - 1),
                                    "value", &old);
    if (rc == SIGNET_OK &&
        (!found || text.len != SIGNET_SPLICE_VALUE || old.text.len != SIGNET_SPLICE_VALUE + 2)) {
        rc = SIGNET_E_INTERNAL;
    }
    if (rc == SIGNET_OK) {
        memcpy(document->data + (old.text.ptr + 1 - document->data), text.data, text.len);
    }
    signet_buf_free(&text);
    return signet_err_set(err, rc, "a value has no place in its signature object");
}

/* Puts a value into its place, and leaves there what it covers. */
static int place_value(const struct signing *signing,
                       struct signet_embedded_place *place,
                       struct value *value,
                       struct signet_err *err)
{
    struct signet_covered *covered = signet_inside_covered(&value->env);
    int rc = write_value(&signing->document->document.text, value, err);
    if (rc == SIGNET_OK) {
        place->covered = *covered;
        memset(covered, 0, sizeof(*covered));
    }
    return rc;
}

static int find_places(void *ctx, struct signet_err *err)
{
    const struct signing *signing = ctx;
    return signet_embedded_find(signing->document, signing->how->places, err);
}

/* Where the whole is signed is known before all places are found: that is done meanwhile. */
static int sign_whole(struct signing *signing, struct signet_err *err)
{
    struct signet_embedded *document = signing->document;
    const char *member = signing->how->format == &signet_envelope_jss ? "signatures" : "signature";
    struct signet_inplace at = {.covered = signet_json_top(document->json.bytes)};
    struct signet_task *finding = NULL;
    struct value value = {0};
    if (!signet_json_text_member(&document->json, member, &at.name, &at.signature)) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "the signature object is not there");
    }
    int rc = signet_task_start(find_places, signing, &finding, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_task_end(finding, make_value(signing, &at, &value, err), err);
    if (rc == SIGNET_OK && document->place_count != 1) {
        rc = signet_err_set(err, SIGNET_E_INTERNAL, "the whole document has no place");
    }
    if (rc == SIGNET_OK) {
        rc = place_value(signing, &document->places[0], &value, err);
    }
    signet_envelope_free(&value.env);
    return rc;
}

static int sign_part(const struct signing *signing,
                     struct signet_embedded_place *place,
                     struct signet_err *err)
{
    struct value value = {0};
    int rc = make_value(signing, &place->at, &value, err);
    if (rc == SIGNET_OK) {
        rc = place_value(signing, place, &value, err);
    }
    signet_envelope_free(&value.env);
    return rc;
}

/* An inner object begins behind an outer one. */
static int inner_first(const void *a, const void *b)
{
    struct signet_embedded_place *const *left = a;
    struct signet_embedded_place *const *right = b;
    const uint8_t *left_object = (*left)->at.covered.text.ptr;
    const uint8_t *right_object = (*right)->at.covered.text.ptr;
    return left_object > right_object ? -1 : left_object < right_object;
}

static int sign_parts(struct signing *signing, struct signet_err *err)
{
    int rc = find_places(signing, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    size_t count = signing->document->place_count;
    struct signet_embedded_place **order = calloc(count, sizeof(struct signet_embedded_place *));
    if (order == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to sign a document");
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = &signing->document->places[i];
    }
    qsort(order, count, sizeof(struct signet_embedded_place *), inner_first);
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = sign_part(signing, order[i], err);
    }
    free(order);
    return rc;
}

int signet_sign_places(struct signet_embedded *document,
                       const struct signet_places_request *how,
                       struct signet_err *err)
{
    struct signing signing = {document, how};
    bool whole = how->places->at == NULL && document->json.bytes.len >= WORTH_A_THREAD;
    return whole ? sign_whole(&signing, err) : sign_parts(&signing, err);
}

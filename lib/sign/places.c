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

/* What a place covers, made a second time: up to where its signatures stand, and from there. */
struct again {
    const struct signet_embedded *document;
    const struct signet_embedded_place *place;
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
    const struct signet_inplace *at = &again->place->at;
    const struct signet_json_recast recast = {.gap = at->name};
    const struct signet_sink sink = {compare_piece, again};
    struct signet_span all = signet_buf_span(&again->first->text);
    size_t behind = again->first->gap + again->first->hole;
    size_t gap = 0;
    again->before = signet_span_of(all.ptr, again->first->gap);
    again->after = signet_span_of(all.ptr + behind, all.len - behind);
    int rc =
        signet_json_canon_recast(&again->document->json, at->covered, &recast, sink, &gap, err);
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
    struct signet_err why;
    signet_err_clear(&why);
    int rc = again->first->text.len >= WORTH_A_THREAD
                 ? signet_task_start(make_again, again, &again->task, err)
                 : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = signet_own_sign(key, message, signature, err);
    }
    int made = again->task != NULL ? signet_task_join(again->task, &why) : (int)SIGNET_OK;
    return rc == SIGNET_OK && made != SIGNET_OK ? signet_err_copy(err, &why) : rc;
}

/* Writes a value over the one that says nothing. */
static int fill(const struct signet_embedded *document,
                const struct signet_envelope *env,
                const uint8_t signature[SIGNET_ED25519_SIGNATURE],
                struct signet_err *err)
{
    struct signet_json_value value = {0};
    struct signet_buf text;
    signet_buf_init(&text, (size_t)2 * SIGNET_SPLICE_VALUE);
    int rc = signet_b64_encode(&text, signet_span_of(signature, SIGNET_ED25519_SIGNATURE),
                               SIGNET_B64_URL_UNPADDED);
    bool found =
        signet_json_member(signet_inside_core(env, env->signature_count - 1), "value", &value);
    if (rc == SIGNET_OK &&
        (!found || text.len != SIGNET_SPLICE_VALUE || value.text.len != SIGNET_SPLICE_VALUE + 2)) {
        rc = SIGNET_E_INTERNAL;
    }
    if (rc == SIGNET_OK) {
        const struct signet_buf *whole = &document->document.text;
        memcpy(whole->data + (value.text.ptr + 1 - whole->data), text.data, text.len);
    }
    signet_buf_free(&text);
    return signet_err_set(err, rc, "a value has no place in its signature object");
}

static int sign_place(const struct signet_embedded *document,
                      struct signet_embedded_place *place,
                      const struct signet_limits *limits,
                      const struct signet_seckey *key,
                      struct signet_err *err)
{
    uint8_t signature[SIGNET_ED25519_SIGNATURE];
    struct signet_span message;
    struct signet_envelope env;
    int rc = document->format->read(&document->json, &place->at, limits, &env, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = env.format->message(&env, env.signature_count - 1, &message, err);
    if (rc == SIGNET_OK) {
        struct again again = {
            .document = document, .place = place, .first = signet_inside_covered(&env)};
        rc = sign_twice_made(key, message, &again, signature, err);
    }
    if (rc == SIGNET_OK) {
        rc = fill(document, &env, signature, err);
    }
    if (rc == SIGNET_OK) {
        place->covered = *signet_inside_covered(&env);
        memset(signet_inside_covered(&env), 0, sizeof(place->covered));
    }
    signet_envelope_free(&env);
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

int signet_sign_places(struct signet_embedded *document,
                       const struct signet_limits *limits,
                       const struct signet_seckey *key,
                       struct signet_err *err)
{
    size_t count = document->place_count;
    struct signet_embedded_place **order = calloc(count, sizeof(struct signet_embedded_place *));
    if (order == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory to sign a document");
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = &document->places[i];
    }
    qsort(order, count, sizeof(struct signet_embedded_place *), inner_first);
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        rc = sign_place(document, order[i], limits, key, err);
    }
    free(order);
    return rc;
}

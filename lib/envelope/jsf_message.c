/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes that a JSF signature is over (JSF 0.82 section "signature creation"): the canonical
 * form (RFC 8785) of the covered object, without what `excludes` names, and in it of the signature
 * object: without `excludes`, without the value that is checked, and of several signatures only
 * this one, or of a chain this one and those before it. All but the signature object is the same
 * for each, so that is written once.
 */
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "envelope/jsf_inside.h"
#include "json/canon.h"

enum {
    SLACK = 1 << 16 /* bytes that a small text may grow by in its canonical form */
};

static const struct signet_json_value value_name = SIGNET_JSON_NAME("value");
static const struct signet_json_value excludes_name = SIGNET_JSON_NAME("excludes");

struct signet_jsf_inside *signet_jsf_inside_new(const struct signet_json_text *text,
                                                const struct signet_jsf_place *place,
                                                const struct signet_limits *limits)
{
    struct signet_jsf_inside *inside = calloc(1, sizeof(*inside));
    uint64_t max = 2 * limits->document;
    if (inside != NULL) {
        inside->text = text;
        inside->place = *place;
        /* A number can have more digits in its canonical form; few do. */
        uint64_t enough = 2 * (uint64_t)place->covered.text.len + SLACK;
        signet_buf_init(&inside->message, (size_t)(enough < max ? enough : max));
    }
    return inside;
}

/* An array that ends with the signature: its other elements. */
static int write_array(struct signet_jsf_inside *inside, struct signet_err *err)
{
    struct signet_json_walk walk = signet_json_walk(inside->place.covered);
    struct signet_json_value element;
    struct signet_sink sink = signet_sink_to_buf(&inside->message);
    int rc = signet_buf_putc(&inside->message, '[');
    while (rc == SIGNET_OK && signet_json_next_element(&walk, &element) &&
           element.text.ptr != inside->place.signature.text.ptr) {
        rc = signet_json_canon_part(inside->text, element.text, sink, err);
        signet_buf_putc(&inside->message, ',');
    }
    inside->gap = inside->message.len;
    signet_buf_putc(&inside->message, ']');
    return rc == SIGNET_OK ? inside->message.status : rc;
}

/* All but the signature object. */
static int write_covered(struct signet_jsf_inside *inside, struct signet_err *err)
{
    const struct signet_json_recast recast = {
        .gap = inside->place.name,
        .left_out = inside->jsf.excludes,
        .left_out_count = inside->jsf.exclude_count,
    };
    signet_buf_reset(&inside->message);
    int rc = signet_buf_reserve(&inside->message, inside->place.covered.text.len);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (inside->place.covered.kind == SIGNET_JSON_ARRAY) {
        return write_array(inside, err);
    }
    return signet_json_canon_recast(inside->text, inside->place.covered, &recast,
                                    signet_sink_to_buf(&inside->message), &inside->gap, err);
}

static int write_core(const struct signet_jsf_inside *inside,
                      size_t index,
                      struct signet_buf *out,
                      struct signet_err *err)
{
    const struct signet_json_value left_out[] = {value_name, excludes_name};
    const struct signet_json_recast recast = {.left_out = left_out,
                                              .left_out_count = SIGNET_COUNT(left_out)};
    size_t unused = 0;
    return signet_json_canon_recast(inside->text, inside->cores[index], &recast,
                                    signet_sink_to_buf(out), &unused, err);
}

/* The list of signatures as the one of that index sees it. */
static int write_list(const struct signet_jsf_inside *inside,
                      size_t index,
                      struct signet_buf *out,
                      struct signet_err *err)
{
    int rc = signet_buf_putc(out, '[');
    for (size_t i = 0; inside->jsf.form == SIGNET_JSF_CHAIN && rc == SIGNET_OK && i < index; i++) {
        rc = signet_json_canon_part(inside->text, inside->cores[i].text, signet_sink_to_buf(out),
                                    err);
        signet_buf_putc(out, ',');
    }
    if (rc == SIGNET_OK) {
        rc = write_core(inside, index, out, err);
    }
    signet_buf_putc(out, ']');
    return rc == SIGNET_OK ? out->status : rc;
}

/* The signature object as the signature of that index sees it. */
static int write_object(const struct signet_jsf_inside *inside,
                        size_t index,
                        struct signet_buf *out,
                        struct signet_err *err)
{
    struct signet_jsf_place list;
    struct signet_buf whole;
    size_t gap = 0;
    if (inside->jsf.form == SIGNET_JSF_SINGLE) {
        return write_core(inside, index, out, err);
    }
    if (!signet_jsf_find(inside->place.signature,
                         inside->jsf.form == SIGNET_JSF_CHAIN ? "chain" : "signers", &list)) {
        return SIGNET_E_INTERNAL;
    }
    const struct signet_json_recast recast = {
        .gap = list.name, .left_out = &excludes_name, .left_out_count = 1};
    signet_buf_init(&whole, out->max);
    int rc = signet_json_canon_recast(inside->text, inside->place.signature, &recast,
                                      signet_sink_to_buf(&whole), &gap, err);
    if (rc == SIGNET_OK) {
        signet_buf_put(out, signet_span_of(whole.data, gap));
        rc = write_list(inside, index, out, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_buf_put(out, signet_span_of(whole.data + gap, whole.len - gap));
    }
    signet_buf_free(&whole);
    return rc;
}

/* Puts object into the hole, which takes its size. */
static int fill(struct signet_jsf_inside *inside, struct signet_span object)
{
    struct signet_buf *message = &inside->message;
    size_t tail = inside->gap + inside->hole;
    if (object.len > inside->hole) {
        int rc = signet_buf_reserve(message, object.len - inside->hole);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    memmove(message->data + inside->gap + object.len, message->data + tail, message->len - tail);
    memcpy(message->data + inside->gap, object.ptr, object.len);
    message->len = message->len - inside->hole + object.len;
    inside->hole = object.len;
    return SIGNET_OK;
}

static int make_message(const struct signet_envelope *env,
                        size_t index,
                        struct signet_span *message,
                        struct signet_err *err)
{
    struct signet_jsf_inside *inside = env->inside;
    struct signet_buf object;
    signet_buf_init(&object, inside->message.max);
    int rc = inside->gap == 0 ? write_covered(inside, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = write_object(inside, index, &object, err);
    }
    if (rc == SIGNET_OK) {
        rc = fill(inside, signet_buf_span(&object));
    }
    signet_buf_free(&object);
    *message = signet_buf_span(&inside->message);
    return signet_err_set(err, rc, "the signed bytes cannot be made");
}

static void release(struct signet_envelope *env)
{
    struct signet_jsf_inside *inside = env->inside;
    if (inside != NULL) {
        signet_buf_free(&inside->message);
        free(inside);
    }
}

const struct signet_envelope_ops signet_envelope_jsf = {
    .name = "jsf",
    .use = SIGNET_USE_JSF,
    .message = make_message,
    .release = release,
};

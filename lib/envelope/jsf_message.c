/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes that a JSF signature is over (JSF 0.82 section "signature creation"): the canonical
 * form (RFC 8785) of the covered object, without what `excludes` names, and in it of the signature
 * object: without `excludes`, without the value that is checked, and of several signatures only
 * this one, or of a chain this one and those before it.
 */
#include "base/compiler.h"
#include "base/err.h"
#include "envelope/jsf_inside.h"

static const struct signet_json_value left_out[] = {SIGNET_JSON_NAME("value"),
                                                    SIGNET_JSON_NAME("excludes")};
static const struct signet_json_value *const excludes_name = &left_out[1];

static const struct signet_jsf *jsf_of(const struct signet_inside *inside)
{
    return &((const struct signet_jsf_inside *)inside)->jsf;
}

/* An array that ends with the signature: its other elements. */
static int write_array(struct signet_inside *inside, struct signet_err *err)
{
    struct signet_json_walk walk = signet_json_walk(inside->place.covered);
    struct signet_json_value element;
    struct signet_sink sink = signet_sink_to_buf(&inside->covered.text);
    int rc = signet_buf_putc(&inside->covered.text, '[');
    while (rc == SIGNET_OK && signet_json_next_element(&walk, &element) &&
           element.text.ptr != inside->place.signature.text.ptr) {
        rc = signet_json_canon_part(inside->text, element.text, sink, err);
        signet_buf_putc(&inside->covered.text, ',');
    }
    inside->covered.gap = inside->covered.text.len;
    signet_buf_putc(&inside->covered.text, ']');
    return rc == SIGNET_OK ? inside->covered.text.status : rc;
}

/* All but the signature object. */
static int write_covered(struct signet_inside *inside, struct signet_err *err)
{
    const struct signet_jsf *jsf = jsf_of(inside);
    return inside->place.covered.kind == SIGNET_JSON_ARRAY
               ? write_array(inside, err)
               : signet_inside_write_object(inside, jsf->excludes, jsf->exclude_count, err);
}

static int write_core(const struct signet_inside *inside,
                      size_t index,
                      struct signet_buf *out,
                      struct signet_err *err)
{
    const struct signet_json_recast recast = {.left_out = left_out,
                                              .left_out_count = SIGNET_COUNT(left_out)};
    return signet_inside_write_core(inside, inside->cores[index], &recast, out, err);
}

/* The list of signatures as the one of that index sees it. */
static int write_list(const struct signet_inside *inside,
                      size_t index,
                      struct signet_buf *out,
                      struct signet_err *err)
{
    int rc = signet_buf_putc(out, '[');
    for (size_t i = 0; jsf_of(inside)->form == SIGNET_JSF_CHAIN && rc == SIGNET_OK && i < index;
         i++) {
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
static int write_object(const struct signet_inside *inside,
                        size_t index,
                        struct signet_buf *out,
                        struct signet_err *err)
{
    const struct signet_inside_filling filling = {write_list, index};
    struct signet_inplace list;
    if (jsf_of(inside)->form == SIGNET_JSF_SINGLE) {
        return write_core(inside, index, out, err);
    }
    if (!signet_inplace_find(inside->place.signature,
                             jsf_of(inside)->form == SIGNET_JSF_CHAIN ? "chain" : "signers",
                             &list)) {
        return SIGNET_E_INTERNAL;
    }
    const struct signet_json_recast recast = {
        .gap = list.name, .left_out = excludes_name, .left_out_count = 1};
    return signet_inside_write_around(inside, inside->place.signature, &recast, &filling, out, err);
}

static int make_message(const struct signet_envelope *env,
                        size_t index,
                        struct signet_span *message,
                        struct signet_err *err)
{
    static const struct signet_inside_writers writers = {write_covered, write_object};
    return signet_inside_message(env->inside, &writers, index, message, err);
}

const struct signet_envelope_ops signet_envelope_jsf = {
    .name = "jsf",
    .use = SIGNET_USE_JSF,
    .read = signet_jsf_read,
    .message = make_message,
    .release = signet_inside_release,
};

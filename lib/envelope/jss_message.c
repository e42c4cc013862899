/* SPDX-License-Identifier: Apache-2.0
 *
 * What a JSS signature is made from (X.590 sections 7.1 and 7.2): the digest of the canonical form
 * (RFC 8785) of the covered object with this signature in the list and no other. Neither its value
 * nor a counter-signature is there, as both came later; to a counter-signature the one that it is
 * over is there with its value.
 */
#include "base/compiler.h"
#include "envelope/jss_inside.h"

static const struct signet_json_value later[] = {SIGNET_JSON_NAME("value"),
                                                 SIGNET_JSON_NAME("signature")};

static int write_covered(struct signet_inside *inside, struct signet_err *err)
{
    return signet_inside_write_object(inside, NULL, 0, err);
}

static int write_core(const struct signet_inside *inside,
                      size_t index,
                      struct signet_buf *out,
                      struct signet_err *err)
{
    const struct signet_json_recast recast = {.left_out = later,
                                              .left_out_count = SIGNET_COUNT(later)};
    return signet_inside_write_core(inside, inside->cores[index], &recast, out, err);
}

/* The signature before that of the index, in which that one stands. */
static int write_countersigned(const struct signet_inside *inside,
                               size_t index,
                               struct signet_buf *out,
                               struct signet_err *err)
{
    const struct signet_inside_filling filling = {write_core, index};
    struct signet_json_value object = inside->cores[index - 1];
    struct signet_inplace counter;
    if (!signet_inplace_find(object, "signature", &counter)) {
        return SIGNET_E_INTERNAL;
    }
    const struct signet_json_recast recast = {.gap = counter.name};
    return signet_inside_write_around(inside, object, &recast, &filling, out, err);
}

static int write_alone(const struct signet_inside *inside,
                       size_t index,
                       struct signet_buf *out,
                       struct signet_err *err)
{
    signet_buf_putc(out, '[');
    int rc = write_core(inside, index, out, err);
    signet_buf_putc(out, ']');
    return rc == SIGNET_OK ? out->status : rc;
}

static int write_with_counter(const struct signet_inside *inside,
                              size_t index,
                              struct signet_buf *out,
                              struct signet_err *err)
{
    signet_buf_putc(out, '[');
    int rc = write_countersigned(inside, index, out, err);
    signet_buf_putc(out, ']');
    return rc == SIGNET_OK ? out->status : rc;
}

static int make_message(const struct signet_envelope *env,
                        size_t index,
                        struct signet_span *message,
                        struct signet_err *err)
{
    static const struct signet_inside_writers writers[] = {{write_covered, write_alone},
                                                           {write_covered, write_with_counter}};
    struct signet_jss_inside *jss = env->inside;
    const struct signet_signature *signature = &env->signatures[index];
    struct signet_span text;
    int rc = signet_inside_message(&jss->inside, &writers[signature->counter ? 1 : 0], index, &text,
                                   err);
    if (rc == SIGNET_OK) {
        rc = signet_digest_of(signature->digest, text, &jss->digest, err);
    }
    *message = signet_span_of(jss->digest.bytes, jss->digest.len);
    return rc;
}

const struct signet_envelope_ops signet_envelope_jss = {
    .name = "jss",
    .use = SIGNET_USE_JSS,
    .read = signet_jss_read,
    .message = make_message,
    .release = signet_inside_release,
};

/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures inside documents, what their formats share: see envelope/inside.h. Which members a
 * format has, and what of the signatures one of them sees, is its own.
 */
#include "envelope/inside.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/utf8.h"

enum {
    CERTIFICATE_MAX = 1 << 16, /* bytes of one */
    KEEP_MAX = 1 << 20,        /* bytes of keys, key ids and signatures */
    SLACK = 1 << 16,           /* bytes for what a signature adds */
    GROWTH = 6                 /* 1e20 has that many times its digits in its canonical form */
};

bool signet_inplace_find(struct signet_json_value object,
                         const char *name,
                         struct signet_inplace *place)
{
    struct signet_json_walk walk = signet_json_walk(object);
    *place = (struct signet_inplace){.covered = object};
    while (signet_json_next_member(&walk, &place->name, &place->signature)) {
        if (signet_json_string_is(place->name, signet_span_str(name))) {
            return true;
        }
    }
    return false;
}

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a signature object");
}

int signet_inside_begin(struct signet_envelope *env,
                        const struct signet_envelope_ops *format,
                        size_t size,
                        const struct signet_json_text *text,
                        const struct signet_inplace *place,
                        const struct signet_limits *limits)
{
    struct signet_inside *inside = calloc(1, size);
    memset(env, 0, sizeof(*env));
    if (inside == NULL) {
        return SIGNET_E_NOMEM;
    }
    uint64_t max = GROWTH * limits->document;
    uint64_t enough = GROWTH * (uint64_t)place->covered.text.len + SLACK;
    inside->text = text;
    inside->place = *place;
    signet_buf_init(&inside->covered.text, (size_t)(enough < max ? enough : max));
    if (place->made != NULL && place->made->gap != 0) {
        inside->covered = *place->made;
        memset(place->made, 0, sizeof(*place->made));
    }
    signet_arena_init(&env->storage, KEEP_MAX + place->signature.text.len);
    env->format = format;
    env->inside = inside;
    env->payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT;
    env->hint = "";
    return SIGNET_OK;
}

struct signet_json_value signet_inside_core(const struct signet_envelope *env, size_t index)
{
    const struct signet_inside *inside = env->inside;
    return inside->cores[index];
}

struct signet_covered *signet_inside_covered(const struct signet_envelope *env)
{
    struct signet_inside *inside = env->inside;
    return &inside->covered;
}

void signet_inside_release(struct signet_envelope *env)
{
    struct signet_inside *inside = env->inside;
    signet_buf_free(&inside->covered.text);
    free(inside);
}

int signet_inside_make_room(struct signet_envelope *env,
                            size_t count,
                            uint64_t max,
                            struct signet_err *err)
{
    struct signet_inside *inside = env->inside;
    if (count > max) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected at most %llu signatures, found %zu",
                              (unsigned long long)max, count);
    }
    env->signatures = signet_arena_array(&env->storage, count, sizeof(*env->signatures));
    inside->cores = signet_arena_array(&env->storage, count, sizeof(*inside->cores));
    return env->signatures != NULL && inside->cores != NULL ? (int)SIGNET_OK : no_memory(err);
}

int signet_inside_algorithm(struct signet_json_value value,
                            struct signet_signature *signature,
                            struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span name;
    if (!signet_json_plain_string(value, &name)) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "algorithm: expected a name such as \"Ed25519\"");
    }
    signature->alg = signet_sig_alg_by_name(name);
    if (signature->alg != SIGNET_SIG_NONE) {
        return SIGNET_OK;
    }
    if (name.len == 5 && memcmp(name.ptr, "HS", 2) == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "algorithm %s: a shared secret proves no signer: whoever can check "
                              "such a signature can make one",
                              signet_utf8_show(name, shown));
    }
    return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                          "algorithm \"%s\": expected Ed25519, Ed448, or ES, RS or PS with 256, "
                          "384 or 512",
                          signet_utf8_show(name, shown));
}

int signet_inside_value(struct signet_envelope *env,
                        struct signet_json_value value,
                        const struct signet_inside_spelling *spelling,
                        struct signet_span *bytes,
                        struct signet_err *err)
{
    struct signet_buf decoded;
    signet_buf_init(&decoded, SIGNET_SIGNATURE_MAX);
    int rc = spelling->decode(value, &decoded);
    const char *copy = NULL;
    if (rc == SIGNET_OK && decoded.len > 0) {
        copy = signet_arena_copy(&env->storage, signet_buf_span(&decoded));
        *bytes = signet_span_of((const uint8_t *)copy, decoded.len);
        rc = copy != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
    } else if (rc == SIGNET_OK) {
        rc = SIGNET_E_MALFORMED;
    }
    signet_buf_free(&decoded);
    if (rc == SIGNET_E_NOMEM) {
        return no_memory(err);
    }
    return rc == SIGNET_OK
               ? rc
               : signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected a signature in %s",
                                spelling->member, spelling->expected);
}

int signet_inside_leaf(struct signet_json_value list,
                       const struct signet_inside_spelling *spelling,
                       struct signet_pubkey *key,
                       struct signet_err *err)
{
    struct signet_json_walk walk = signet_json_walk(list);
    struct signet_json_value leaf;
    struct signet_buf der;
    if (list.kind != SIGNET_JSON_ARRAY || !signet_json_next_element(&walk, &leaf)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected an array of certificates",
                              spelling->member);
    }
    signet_buf_init(&der, CERTIFICATE_MAX);
    int rc = spelling->decode(leaf, &der);
    rc = rc == SIGNET_OK ? signet_pubkey_from_certificate(signet_buf_span(&der), key, err)
                         : signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected %s",
                                          spelling->member, spelling->expected);
    signet_buf_free(&der);
    return rc;
}

int signet_inside_fits(const struct signet_signature *signature,
                       const struct signet_pubkey *key,
                       struct signet_err *err)
{
    return signet_sig_alg_fits(signature->alg, key)
               ? (int)SIGNET_OK
               : signet_err_set(
                     err, SIGNET_E_MALFORMED,
                     "algorithm %s does not go with the key beside it, which is of type %s",
                     signet_sig_alg_name(signature->alg), signet_key_alg_name(key->alg));
}

int signet_inside_write_object(struct signet_inside *inside,
                               const struct signet_json_value *left_out,
                               size_t left_out_count,
                               struct signet_err *err)
{
    const struct signet_json_recast recast = {
        .gap = inside->place.name,
        .left_out = left_out,
        .left_out_count = left_out_count,
    };
    return signet_json_canon_recast(inside->text, inside->place.covered, &recast,
                                    signet_sink_to_buf(&inside->covered.text), &inside->covered.gap,
                                    err);
}

int signet_inside_write_core(const struct signet_inside *inside,
                             struct signet_json_value core,
                             const struct signet_json_recast *recast,
                             struct signet_buf *out,
                             struct signet_err *err)
{
    size_t unused = 0;
    return signet_json_canon_recast(inside->text, core, recast, signet_sink_to_buf(out), &unused,
                                    err);
}

int signet_inside_write_around(const struct signet_inside *inside,
                               struct signet_json_value object,
                               const struct signet_json_recast *recast,
                               const struct signet_inside_filling *filling,
                               struct signet_buf *out,
                               struct signet_err *err)
{
    struct signet_buf whole;
    size_t gap = 0;
    signet_buf_init(&whole, out->max);
    int rc = signet_json_canon_recast(inside->text, object, recast, signet_sink_to_buf(&whole),
                                      &gap, err);
    if (rc == SIGNET_OK) {
        signet_buf_put(out, signet_span_of(whole.data, gap));
        rc = filling->write(inside, filling->index, out, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_buf_put(out, signet_span_of(whole.data + gap, whole.len - gap));
    }
    signet_buf_free(&whole);
    return rc;
}

/* Puts the signatures into the hole, which takes their size. */
static int fill(struct signet_inside *inside, struct signet_span signatures)
{
    struct signet_buf *message = &inside->covered.text;
    size_t tail = inside->covered.gap + inside->covered.hole;
    if (signatures.len > inside->covered.hole) {
        int rc = signet_buf_reserve(message, signatures.len - inside->covered.hole);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    memmove(message->data + inside->covered.gap + signatures.len, message->data + tail,
            message->len - tail);
    memcpy(message->data + inside->covered.gap, signatures.ptr, signatures.len);
    message->len = message->len - inside->covered.hole + signatures.len;
    inside->covered.hole = signatures.len;
    return SIGNET_OK;
}

static int write_covered(struct signet_inside *inside,
                         const struct signet_inside_writers *writers,
                         struct signet_err *err)
{
    signet_buf_reset(&inside->covered.text);
    int rc = signet_buf_reserve(&inside->covered.text, inside->place.covered.text.len);
    return rc == SIGNET_OK ? writers->covered(inside, err) : rc;
}

int signet_inside_message(struct signet_inside *inside,
                          const struct signet_inside_writers *writers,
                          size_t index,
                          struct signet_span *message,
                          struct signet_err *err)
{
    struct signet_buf signatures;
    signet_buf_init(&signatures, inside->covered.text.max);
    int rc = inside->covered.gap == 0 ? write_covered(inside, writers, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK) {
        rc = writers->signatures(inside, index, &signatures, err);
    }
    if (rc == SIGNET_OK) {
        rc = fill(inside, signet_buf_span(&signatures));
    }
    signet_buf_free(&signatures);
    *message = signet_buf_span(&inside->covered.text);
    return signet_err_set(err, rc, "the signed bytes cannot be made");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The DSSE envelope object and its pre-authentication encoding (DSSE v1.0.2, envelope.md and
 * protocol.md). Owns their bytes; verifies nothing.
 */
#include "envelope/dsse.h"

#include "base/codec.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"

enum {
    SIGNATURE_BYTES_MAX = 1024, /* the longest known is a P-521 one of 139 */
    PIECE = 3 << 14             /* bytes of payload that are written at a time, in whole groups */
};

static void put_length(struct signet_buf *out, size_t len)
{
    char digits[SIGNET_NUM_TEXT];
    signet_buf_putc(out, ' ');
    signet_num_format(len, digits);
    signet_buf_puts(out, digits);
    signet_buf_putc(out, ' ');
}

int signet_dsse_head(struct signet_span payload_type, size_t payload_len, struct signet_buf *out)
{
    signet_buf_puts(out, "DSSEv1");
    put_length(out, payload_type.len);
    signet_buf_put(out, payload_type);
    put_length(out, payload_len);
    return out->status;
}

/* The document without the payload's characters, for the tree that cJSON builds. */
static int parse_without(struct signet_span text,
                         struct signet_span payload,
                         uint64_t max,
                         struct signet_doc **rest,
                         struct signet_err *err)
{
    struct signet_buf small;
    size_t before = (size_t)(payload.ptr - text.ptr);
    size_t after = before + payload.len;
    if (text.len - payload.len > max) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "signature file of %zu bytes beside its payload, more than the limit "
                              "of %llu",
                              text.len - payload.len, (unsigned long long)max);
    }
    signet_buf_init(&small, text.len);
    signet_buf_put(&small, signet_span_of(text.ptr, before));
    int rc = signet_buf_put(&small, signet_span_of(text.ptr + after, text.len - after));
    if (rc == SIGNET_OK) {
        rc = signet_doc_parse(signet_buf_span(&small), text.len, rest, err);
    } else {
        signet_err_set(err, rc, "out of memory for the signature file");
    }
    signet_buf_free(&small);
    return rc;
}

int signet_dsse_read_payload(struct signet_json_value envelope,
                             const struct signet_limits *limits,
                             struct signet_envelope *env,
                             struct signet_doc **rest,
                             struct signet_err *err)
{
    struct signet_json_value value;
    struct signet_span characters;
    if (!signet_json_member(envelope, "payload", &value)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "DSSE envelope: member \"payload\" missing");
    }
    size_t at = (size_t)(value.text.ptr - env->text.data);
    if (!signet_json_plain_string(value, &characters)) {
        return signet_err_at(
            err, SIGNET_E_MALFORMED, at,
            "DSSE envelope: \"payload\": expected a string of base64 without escapes");
    }
    uint8_t *payload = env->text.data + at + 1;
    size_t len = characters.len;
    if (signet_b64_decode_in_place(payload, &len) != SIGNET_OK) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "DSSE envelope: \"payload\" is not strict base64");
    }
    env->payload = signet_span_of(payload, len);
    return parse_without(signet_buf_span(&env->text), characters, limits->envelope, rest, err);
}

/* Puts the head of the encoding right before the payload, so that the message is one run of bytes,
 * and gives back the memory behind it. A payload too near to the start of the text moves on. */
static int complete_message(struct signet_envelope *env, struct signet_err *err)
{
    struct signet_buf *text = &env->text;
    struct signet_buf head;
    size_t at = (size_t)(env->payload.ptr - text->data);
    size_t len = env->payload.len;
    signet_buf_init(&head, SIZE_MAX);
    int rc = signet_dsse_head(signet_span_str(env->payload_type), len, &head);
    text->len = at + len;
    if (rc == SIGNET_OK && at < head.len) {
        rc = signet_buf_reserve(text, head.len - at);
    }
    if (rc == SIGNET_OK && at < head.len) {
        memmove(text->data + head.len, text->data + at, len);
        at = head.len;
        text->len = at + len;
    }
    if (rc == SIGNET_OK) {
        memcpy(text->data + at - head.len, head.data, head.len);
        signet_buf_fit(text);
        env->payload = signet_span_of(text->data + at, len);
        env->message = signet_span_of(text->data + at - head.len, head.len + len);
    }
    signet_buf_free(&head);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "no memory for the signed bytes");
}

int signet_dsse_read_base64(const struct signet_doc_value *value,
                            size_t max,
                            const char *where,
                            struct signet_arena *storage,
                            struct signet_span *bytes,
                            struct signet_err *err)
{
    const char *text = signet_doc_string(value);
    struct signet_buf decoded;
    if (text == NULL) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected a string of base64", where);
    }
    signet_buf_init(&decoded, max);
    int rc = signet_b64_decode(&decoded, signet_span_str(text));
    if (rc == SIGNET_E_MALFORMED) {
        signet_err_set(err, rc, "%s: not strict base64", where);
    } else if (rc == SIGNET_E_LIMIT) {
        signet_err_set(err, rc, "%s: more than %zu bytes", where, max);
    } else if (rc == SIGNET_OK) {
        bytes->len = decoded.len;
        bytes->ptr = (const uint8_t *)signet_arena_copy(storage, signet_buf_span(&decoded));
        rc = bytes->ptr != NULL ? SIGNET_OK : SIGNET_E_NOMEM;
    }
    signet_buf_free(&decoded);
    return rc == SIGNET_E_NOMEM ? signet_err_set(err, rc, "%s: out of memory", where) : rc;
}

static int read_signature(const struct signet_doc_value *value,
                          struct signet_envelope *env,
                          struct signet_signature *signature,
                          struct signet_err *err)
{
    static const char *const members[] = {"sig", "keyid", NULL};
    const struct signet_doc_value *keyid = signet_doc_member(value, "keyid");
    int rc = signet_doc_closed(value, members, "signatures[]", err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    signature->keyid = "";
    if (keyid != NULL && !signet_doc_is_null(keyid)) {
        const char *text = signet_doc_string(keyid);
        if (text == NULL) {
            return signet_err_set(err, SIGNET_E_MALFORMED, "signatures[].keyid: expected a string");
        }
        signature->keyid = signet_arena_copy(&env->storage, signet_span_str(text));
        if (signature->keyid == NULL) {
            return signet_err_set(err, SIGNET_E_NOMEM, "signatures[].keyid: out of memory");
        }
    }
    return signet_dsse_read_base64(signet_doc_member(value, "sig"), SIGNATURE_BYTES_MAX,
                                   "signatures[].sig", &env->storage, &signature->sig, err);
}

static int read_signatures(const struct signet_doc_value *list,
                           uint64_t max,
                           struct signet_envelope *env,
                           struct signet_err *err)
{
    size_t count = signet_doc_count(list);
    if (!signet_doc_is_array(list)) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "DSSE envelope: \"signatures\": expected an array");
    }
    if (count == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "DSSE envelope: \"signatures\" is empty");
    }
    if (count > max) {
        return signet_err_set(err, SIGNET_E_LIMIT, "%zu signatures, more than the limit of %llu",
                              count, (unsigned long long)max);
    }
    env->signatures = signet_arena_array(&env->storage, count, sizeof(*env->signatures));
    if (env->signatures == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu signatures", count);
    }
    const struct signet_doc_value *value = signet_doc_first(list);
    for (size_t i = 0; i < count; i++, value = signet_doc_next(value)) {
        int rc = read_signature(value, env, &env->signatures[i], err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    env->signature_count = count;
    return SIGNET_OK;
}

int signet_dsse_read_rest(const struct signet_doc_value *envelope,
                          uint64_t max,
                          struct signet_envelope *env,
                          struct signet_err *err)
{
    static const char *const members[] = {"payload", "payloadType", "signatures", NULL};
    const char *type = signet_doc_string(signet_doc_member(envelope, "payloadType"));
    int rc = signet_doc_closed(envelope, members, "DSSE envelope", err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (type == NULL) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "DSSE envelope: \"payloadType\": expected a string");
    }
    env->payload_type = signet_arena_copy(&env->storage, signet_span_str(type));
    if (env->payload_type == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the payload type");
    }
    rc = read_signatures(signet_doc_member(envelope, "signatures"), max, env, err);
    return rc == SIGNET_OK ? complete_message(env, err) : rc;
}

int signet_dsse_flush(struct signet_buf *out, struct signet_sink sink, struct signet_err *err)
{
    int rc = out->status;
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "out of memory for the signature file");
    }
    rc = sink.write(sink.ctx, signet_buf_span(out), err);
    signet_buf_reset(out);
    return rc;
}

static int write_base64(struct signet_span bytes,
                        struct signet_sink sink,
                        struct signet_buf *out,
                        struct signet_err *err)
{
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && bytes.len > 0) {
        size_t len = bytes.len < PIECE ? bytes.len : PIECE;
        signet_b64_encode(out, signet_span_of(bytes.ptr, len), SIGNET_B64_STANDARD);
        rc = signet_dsse_flush(out, sink, err);
        bytes = signet_span_of(bytes.ptr + len, bytes.len - len);
    }
    return rc;
}

int signet_dsse_put_signature(struct signet_buf *out, const struct signet_signature *signature)
{
    signet_buf_puts(out, "{\"sig\":\"");
    signet_b64_encode(out, signature->sig, SIGNET_B64_STANDARD);
    signet_buf_puts(out, "\",\"keyid\":");
    signet_json_put_string(out, signet_span_str(signature->keyid));
    return signet_buf_putc(out, '}');
}

int signet_dsse_write(const struct signet_envelope *env,
                      struct signet_sink sink,
                      struct signet_err *err)
{
    struct signet_buf out;
    signet_buf_init(&out, SIZE_MAX);
    signet_buf_puts(&out, "{\"payload\":\"");
    int rc = write_base64(env->payload, sink, &out, err);
    if (rc == SIGNET_OK && env->settle != NULL) {
        rc = env->settle(env->settle_ctx, err);
    }
    signet_buf_puts(&out, "\",\"payloadType\":");
    signet_json_put_string(&out, signet_span_str(env->payload_type));
    signet_buf_puts(&out, ",\"signatures\":[");
    for (size_t i = 0; i < env->signature_count; i++) {
        signet_buf_puts(&out, i == 0 ? "" : ",");
        signet_dsse_put_signature(&out, &env->signatures[i]);
    }
    signet_buf_puts(&out, "]}");
    if (rc == SIGNET_OK) {
        rc = signet_dsse_flush(&out, sink, err);
    }
    signet_buf_free(&out);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/envelope.h. A container that is accepted keeps the limits and, written and parsed again,
 * says the same; what is refused leaves nothing and a reason.
 */
#include "fuzz.h"

#include "envelope/dsse.h"

enum {
    OUTPUT_MAX = 64 * 1024 * 1024,
    SIGNATURES_MAX = 8
};

/* The bytes that are signed are the payload and what DSSE v1.0.2 puts before it. */
static void check_message(const struct signet_envelope *env)
{
    struct signet_buf message;
    signet_buf_init(&message, OUTPUT_MAX);
    FUZZ_CHECK(signet_dsse_head(signet_span_str(env->payload_type), env->payload.len, &message) ==
               SIGNET_OK);
    FUZZ_CHECK(signet_buf_put(&message, env->payload) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&message), env->message));
    FUZZ_CHECK(env->message.ptr + env->message.len == env->payload.ptr + env->payload.len);
    signet_buf_free(&message);
}

static int parse(struct signet_span bytes, struct signet_envelope *env)
{
    struct signet_err err;
    struct signet_buf text;
    struct signet_limits limits = signet_limits_default();
    limits.signatures = SIGNATURES_MAX;
    signet_err_clear(&err);
    signet_buf_init(&text, bytes.len);
    FUZZ_CHECK(signet_buf_put(&text, bytes) == SIGNET_OK);
    int rc = signet_envelope_parse(&text, bytes.len, &limits, env, &err);
    FUZZ_CHECK(text.data == NULL);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED ||
               rc == SIGNET_E_AMBIGUOUS || rc == SIGNET_E_LIMIT);
    FUZZ_CHECK(err.code == rc);
    if (rc == SIGNET_OK) {
        FUZZ_CHECK(env->signature_count >= 1 && env->signature_count <= SIGNATURES_MAX);
        FUZZ_CHECK(env->payload.len <= bytes.len / 4 * 3 && env->file_size == bytes.len);
        check_message(env);
        FUZZ_CHECK(env->payload_type != NULL && env->hint != NULL);
    } else {
        static const struct signet_envelope empty;
        FUZZ_CHECK(memcmp(env, &empty, sizeof(empty)) == 0);
    }
    return rc;
}

static void check_same(const struct signet_envelope *a, const struct signet_envelope *b)
{
    FUZZ_CHECK(a->format == b->format);
    FUZZ_CHECK(strcmp(a->payload_type, b->payload_type) == 0);
    FUZZ_CHECK(strcmp(a->hint, b->hint) == 0);
    FUZZ_CHECK(signet_span_eq(a->payload, b->payload));
    FUZZ_CHECK(a->signature_count == b->signature_count);
    for (size_t i = 0; i < a->signature_count; i++) {
        FUZZ_CHECK(strcmp(a->signatures[i].keyid, b->signatures[i].keyid) == 0);
        FUZZ_CHECK(signet_span_eq(a->signatures[i].sig, b->signatures[i].sig));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_envelope env;
    struct signet_envelope again;
    struct signet_buf text;
    if (parse(signet_span_of(data, size), &env) != SIGNET_OK) {
        return 0;
    }
    signet_buf_init(&text, OUTPUT_MAX);
    FUZZ_CHECK(env.format->write(&env, signet_sink_to_buf(&text), NULL) == SIGNET_OK);
    FUZZ_CHECK(parse(signet_buf_span(&text), &again) == SIGNET_OK);
    check_same(&env, &again);
    FUZZ_CHECK(!again.unchecked_log_entries && !again.unchecked_timestamps);
    signet_envelope_free(&again);
    signet_envelope_free(&env);
    signet_buf_free(&text);
    return 0;
}

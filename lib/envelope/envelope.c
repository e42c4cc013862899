/* SPDX-License-Identifier: Apache-2.0
 *
 * The registry of container formats and the choice among them. Knows no format's members and
 * judges no signature.
 */
#include "envelope/envelope.h"

#include "base/compiler.h"
#include "base/err.h"

#define SIGNET_ENVELOPE(format) extern const struct signet_envelope_ops signet_envelope_##format;
#include "envelope/envelopes.def"
#undef SIGNET_ENVELOPE

const struct signet_envelope_ops *const signet_envelope_formats[] = {
#define SIGNET_ENVELOPE(format) &signet_envelope_##format,
#include "envelope/envelopes.def"
#undef SIGNET_ENVELOPE
};

const size_t signet_envelope_format_count = SIGNET_COUNT(signet_envelope_formats);

const struct signet_envelope_ops *signet_envelope_format(struct signet_span name)
{
    for (size_t i = 0; i < signet_envelope_format_count; i++) {
        if (signet_span_is(name, signet_envelope_formats[i]->name)) {
            return signet_envelope_formats[i];
        }
    }
    return NULL;
}

/* Exactly one format must claim the file: a file that two claim could mean two things. */
static int choose_format(struct signet_json_value top,
                         const struct signet_envelope_ops **chosen,
                         struct signet_err *err)
{
    *chosen = NULL;
    for (size_t i = 0; i < signet_envelope_format_count; i++) {
        const struct signet_envelope_ops *format = signet_envelope_formats[i];
        if (!format->probe(top)) {
            continue;
        }
        if (*chosen != NULL) {
            return signet_err_set(err, SIGNET_E_AMBIGUOUS,
                                  "both %s and %s claim this signature file", (*chosen)->name,
                                  format->name);
        }
        *chosen = format;
    }
    if (*chosen == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "no known signature format: expected a sigstore bundle or a DSSE "
                              "envelope");
    }
    return SIGNET_OK;
}

static int
parse(const struct signet_limits *limits, struct signet_envelope *env, struct signet_err *err)
{
    struct signet_json_value top;
    int rc = signet_json_check(signet_buf_span(&env->text), SIGNET_DEPTH_ENVELOPE, &top, err);
    if (rc == SIGNET_E_MALFORMED) {
        signet_err_prefix(err, "not a signature file");
    }
    if (rc == SIGNET_OK) {
        rc = choose_format(top, &env->format, err);
    }
    if (rc == SIGNET_OK) {
        /* A signature of a few characters takes a record in memory. */
        signet_arena_init(&env->storage,
                          env->text.len + (1 << 16) +
                              (size_t)limits->signatures * 2 * sizeof(*env->signatures));
        rc = env->format->parse(top, limits, env, err);
    }
    return rc;
}

int signet_envelope_parse(struct signet_buf *text,
                          uint64_t max,
                          const struct signet_limits *limits,
                          struct signet_envelope *env,
                          struct signet_err *err)
{
    int rc = SIGNET_E_INTERNAL;
    memset(env, 0, sizeof(*env));
    env->text = *text;
    env->file_size = text->len;
    memset(text, 0, sizeof(*text));
    if (env->file_size > max) {
        rc = signet_err_set(err, SIGNET_E_LIMIT,
                            "signature file of %zu bytes, more than the limit of %llu",
                            env->file_size, (unsigned long long)max);
    } else {
        rc = parse(limits, env, err);
    }
    if (rc != SIGNET_OK) {
        signet_envelope_free(env);
    }
    return rc;
}

void signet_envelope_free(struct signet_envelope *env)
{
    if (env != NULL) {
        if (env->inside != NULL && env->format != NULL) {
            env->format->release(env);
        }
        signet_buf_free(&env->text);
        signet_arena_free(&env->storage);
        memset(env, 0, sizeof(*env));
    }
}

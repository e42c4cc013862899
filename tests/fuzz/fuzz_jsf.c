/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/jsf.h. A signature object that is read says the same, and is over the same bytes, when
 * the whole text is brought into canonical form first: neither white space nor the order of members
 * counts. The bytes are JSON in canonical form themselves, hold neither the value that is checked
 * nor what is left out, and stay the same in whatever order they are asked for. What is refused
 * leaves nothing behind.
 */
#include "fuzz.h"

#include <signet/json.h>

#include "crypto/sigcheck.h"
#include "envelope/jsf.h"

enum {
    TEXT_MAX = 1 << 16,
    OUTPUT_MAX = 1 << 22,
    SIGNATURES_MAX = 8
};

/* A text and the signature object in it. */
struct sample {
    struct signet_json_text json;
    struct signet_inplace place;
    struct signet_envelope env;
    int rc; /* of reading it */
};

static struct signet_limits fuzz_limits(void)
{
    struct signet_limits limits = signet_limits_default();
    limits.signatures = SIGNATURES_MAX;
    limits.json_depth = 100;
    return limits;
}

/* The member signature of the top, or the last element of a top that is an array. */
static bool find_place(struct sample *sample)
{
    struct signet_json_value top = signet_json_top(sample->json.bytes);
    struct signet_json_walk walk = signet_json_walk(top);
    struct signet_json_value element;
    memset(&sample->place, 0, sizeof(sample->place));
    sample->place.covered = top;
    if (top.kind == SIGNET_JSON_OBJECT) {
        return signet_inplace_find(top, "signature", &sample->place);
    }
    while (top.kind == SIGNET_JSON_ARRAY && signet_json_next_element(&walk, &element)) {
        sample->place.signature = element;
    }
    return sample->place.signature.kind != 0;
}

/* False: no JSON, or no signature in it. */
static bool open_sample(struct sample *sample, struct signet_span text)
{
    const struct signet_limits limits = fuzz_limits();
    struct signet_err err;
    signet_err_clear(&err);
    memset(sample, 0, sizeof(*sample));
    sample->json.bytes = text;
    if (signet_json_text_scan(&sample->json, &limits, &err) != SIGNET_OK || !find_place(sample)) {
        signet_json_text_clear(&sample->json);
        return false;
    }
    sample->rc = signet_jsf_read(&sample->json, &sample->place, &limits, &sample->env, &err);
    FUZZ_CHECK(sample->rc == err.code);
    FUZZ_CHECK((sample->rc == SIGNET_OK) == (sample->env.format != NULL));
    return true;
}

static void close_sample(struct sample *sample)
{
    signet_envelope_free(&sample->env);
    signet_json_text_clear(&sample->json);
}

static bool has(struct signet_json_value object, const char *name)
{
    struct signet_json_value value;
    return signet_json_member(object, name, &value);
}

/* The signature object inside the signed bytes: of the signature of that index nothing but the
 * value is missing, and of the others what the form says. */
static void check_object(const struct sample *sample, size_t index, struct signet_json_value object)
{
    const struct signet_jsf *jsf = signet_jsf_of(&sample->env);
    bool chain = jsf->form == SIGNET_JSF_CHAIN;
    struct signet_json_value list;
    struct signet_json_value core;
    size_t count = 0;
    FUZZ_CHECK(object.kind == SIGNET_JSON_OBJECT && !has(object, "excludes"));
    if (jsf->form == SIGNET_JSF_SINGLE) {
        FUZZ_CHECK(has(object, "algorithm") && !has(object, "value"));
        return;
    }
    FUZZ_CHECK(signet_json_member(object, chain ? "chain" : "signers", &list));
    struct signet_json_walk walk = signet_json_walk(list);
    while (signet_json_next_element(&walk, &core)) {
        bool last = !chain || count == index;
        FUZZ_CHECK(has(core, "algorithm") && has(core, "value") != last);
        count++;
    }
    FUZZ_CHECK(count == (chain ? index + 1 : 1));
}

static void check_message(const struct sample *sample, size_t index, struct signet_span message)
{
    const struct signet_jsf *jsf = signet_jsf_of(&sample->env);
    const struct signet_limits limits = fuzz_limits();
    struct sample found = {.json.bytes = message};
    struct signet_buf again;
    struct signet_json_value name;
    struct signet_json_value value;
    signet_buf_init(&again, OUTPUT_MAX);
    FUZZ_CHECK(signet_json_canon(message, &limits, signet_sink_to_buf(&again), NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&again), message));
    signet_buf_free(&again);
    FUZZ_CHECK(find_place(&found));
    check_object(sample, index, found.place.signature);
    struct signet_json_walk walk = signet_json_walk(found.place.covered);
    while (jsf->exclude_count > 0 && signet_json_next_member(&walk, &name, &value)) {
        for (size_t i = 0; i < jsf->exclude_count; i++) {
            FUZZ_CHECK(!signet_json_same_string(jsf->excludes[i], name));
        }
    }
}

static int message_of(struct sample *sample, size_t index, struct signet_span *message)
{
    struct signet_err err;
    signet_err_clear(&err);
    return sample->env.format->message(&sample->env, index, message, &err);
}

static void check_same_signature(const struct signet_signature *a, const struct signet_signature *b)
{
    FUZZ_CHECK(a->alg == b->alg && a->alg != SIGNET_SIG_NONE);
    FUZZ_CHECK(strcmp(a->keyid, b->keyid) == 0);
    FUZZ_CHECK(a->sig.len > 0 && signet_span_eq(a->sig, b->sig));
    FUZZ_CHECK((a->named != NULL) == (b->named != NULL));
    if (a->named != NULL) {
        FUZZ_CHECK(signet_pubkey_eq(a->named, b->named));
        FUZZ_CHECK(signet_sig_alg_fits(a->alg, a->named));
    }
}

/* Of a text with many numbers such as 1e20 the signed bytes may be more than are made. */
static void check_messages(struct sample *sample, struct sample *canonical)
{
    struct signet_span message;
    struct signet_span other;
    for (size_t i = 0; i < 2 * sample->env.signature_count; i++) {
        size_t index = i % sample->env.signature_count;
        int rc = message_of(sample, index, &message);
        if (rc == SIGNET_E_LIMIT) {
            return;
        }
        FUZZ_CHECK(rc == SIGNET_OK);
        check_message(sample, index, message);
        /* backwards in the other one */
        size_t last = sample->env.signature_count - 1;
        FUZZ_CHECK(message_of(canonical, last - index, &other) == SIGNET_OK);
        FUZZ_CHECK(message_of(canonical, index, &other) == SIGNET_OK);
        FUZZ_CHECK(signet_span_eq(message, other));
    }
}

static void check_canonical(struct sample *sample)
{
    const struct signet_limits limits = fuzz_limits();
    const struct signet_jsf *jsf = signet_jsf_of(&sample->env);
    struct signet_buf text;
    struct sample canonical;
    signet_buf_init(&text, OUTPUT_MAX);
    FUZZ_CHECK(signet_json_canon(sample->json.bytes, &limits, signet_sink_to_buf(&text), NULL) ==
               SIGNET_OK);
    FUZZ_CHECK(open_sample(&canonical, signet_buf_span(&text)) && canonical.rc == SIGNET_OK);
    FUZZ_CHECK(canonical.env.signature_count == sample->env.signature_count);
    FUZZ_CHECK(signet_jsf_of(&canonical.env)->form == jsf->form);
    FUZZ_CHECK(signet_jsf_of(&canonical.env)->exclude_count == jsf->exclude_count);
    FUZZ_CHECK(signet_jsf_of(&canonical.env)->certificates == jsf->certificates);
    for (size_t i = 0; i < sample->env.signature_count; i++) {
        check_same_signature(&sample->env.signatures[i], &canonical.env.signatures[i]);
    }
    check_messages(sample, &canonical);
    close_sample(&canonical);
    signet_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sample sample;
    if (size > TEXT_MAX || !open_sample(&sample, signet_span_of(data, size))) {
        return 0;
    }
    if (sample.rc == SIGNET_OK) {
        FUZZ_CHECK(sample.env.signature_count >= 1 && sample.env.signature_count <= SIGNATURES_MAX);
        check_canonical(&sample);
    } else {
        FUZZ_CHECK(sample.rc == SIGNET_E_MALFORMED || sample.rc == SIGNET_E_UNSUPPORTED ||
                   sample.rc == SIGNET_E_FORBIDDEN || sample.rc == SIGNET_E_LIMIT);
    }
    close_sample(&sample);
    return 0;
}

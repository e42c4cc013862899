/* SPDX-License-Identifier: Apache-2.0
 *
 * A document with signatures inside, read by one of the formats that stand there.
 */
#ifndef SIGNET_TESTS_INPLACE_SAMPLE_H
#define SIGNET_TESTS_INPLACE_SAMPLE_H

#include "check.h"

#include "envelope/inplace.h"
#include "envelope/signers.h"
#include "json/scan.h"

/* A document, its index, and the envelope of the signatures in it. */
struct sample {
    struct signet_buf text;
    struct signet_json_text json;
    struct signet_inplace place;
    struct signet_envelope env;
    struct signet_err err;
};

/* Takes the text over; sample_read() comes next if this returns SIGNET_OK. */
static inline int sample_scan(struct sample *sample, struct signet_buf text)
{
    const struct signet_limits limits = signet_limits_default();
    memset(sample, 0, sizeof(*sample));
    signet_err_clear(&sample->err);
    sample->text = text;
    sample->json.bytes = signet_buf_span(&sample->text);
    return signet_json_text_scan(&sample->json, &limits, &sample->err);
}

/* Reads what stands at sample->place. */
static inline int sample_read(struct sample *sample, const struct signet_envelope_ops *format)
{
    const struct signet_limits limits = signet_limits_default();
    return format->read(&sample->json, &sample->place, &limits, &sample->env, &sample->err);
}

static inline void sample_close(struct sample *sample)
{
    signet_envelope_free(&sample->env);
    signet_json_text_clear(&sample->json);
    signet_buf_free(&sample->text);
}

static inline struct signet_buf sample_text(struct signet_span json)
{
    struct signet_buf text;
    signet_buf_init(&text, json.len);
    assert_int_equal(signet_buf_put(&text, json), SIGNET_OK);
    return text;
}

/* The verdict on its signatures; the caller frees it. */
static inline struct signet_signers
sample_judge(struct sample *sample, const struct signet_trusted_key *keys, size_t count)
{
    struct signet_signers signers;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT, .keys = keys, .key_count = count};
    CHECK_OK(signet_signers_check(&sample->env, &request, &signers, &sample->err), &sample->err);
    return signers;
}

/* How many of them are valid and count. */
static inline size_t sample_valid(const struct signet_signers *signers)
{
    size_t valid = 0;
    for (size_t i = 0; i < signers->count; i++) {
        valid += signers->list[i].status == SIGNET_OK ? 1 : 0;
    }
    assert_true(valid >= signers->distinct);
    return valid;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims of one signature text: see verify/claims.h. Owns what identifies a subject; believes
 * nothing of it.
 */
#include "verify/claims.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "envelope/envelope.h"
#include "envelope/oms.h"
#include "envelope/statement.h"

/* The encoded payload of the envelope, which may stand in a sigstore bundle. */
static int
find_payload(struct signet_span text, struct signet_span *encoded, struct signet_err *err)
{
    static const char *const names[] = {"payload", "payloadType", NULL};
    struct signet_json_value top;
    struct signet_json_value envelope;
    struct signet_json_value values[2];
    int rc = signet_json_check(text, SIGNET_DEPTH_ENVELOPE, &top, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!signet_json_member(top, "dsseEnvelope", &envelope)) {
        envelope = top;
    }
    SIGNET_IGNORE(signet_json_members(envelope, names, values)); /* others are for the verifier */
    if (!signet_json_string_is(values[1], signet_span_str(SIGNET_PAYLOAD_TYPE_INTOTO))) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a sigstore bundle or DSSE envelope with a statement "
                              "(payloadType \"" SIGNET_PAYLOAD_TYPE_INTOTO "\")");
    }
    return signet_json_plain_string(values[0], encoded)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_MALFORMED, "\"payload\": expected base64");
}

/* SHA-256 where it is one of several: by that a file is looked up. */
static const struct signet_digest *main_digest(const struct signet_digest_set *set)
{
    for (size_t i = 0; i < set->strong_count; i++) {
        if (set->strong[i].alg == SIGNET_DIGEST_SHA256) {
            return &set->strong[i];
        }
    }
    return set->strong_count > 0 ? &set->strong[0] : NULL;
}

static struct signet_claimed_identity claim_of(const struct signet_subject *subject, bool list)
{
    if (subject->digests.bundle.len > 0) {
        return (struct signet_claimed_identity){SIGNET_CLAIMED_BUNDLE, &subject->digests.bundle};
    }
    enum signet_claimed kind = list                 ? SIGNET_CLAIMED_LIST
                               : subject->canonical ? SIGNET_CLAIMED_FORM
                                                    : SIGNET_CLAIMED_FILE;
    return (struct signet_claimed_identity){kind, main_digest(&subject->digests)};
}

/* Who takes what. */
struct taking {
    signet_claims_take *take;
    void *ctx;
};

static int take_use(void *ctx, const struct signet_digest *digest, struct signet_err *err)
{
    const struct taking *taking = ctx;
    const struct signet_claimed_identity claim = {SIGNET_CLAIMED_ENTRY, digest};
    return taking->take(taking->ctx, &claim, err);
}

static int take_all(const struct signet_statement *statement,
                    signet_claims_take *take,
                    void *ctx,
                    struct signet_err *err)
{
    struct taking taking = {take, ctx};
    bool list = strcmp(statement->predicate_type, SIGNET_PREDICATE_OMS) == 0;
    bool any = false;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < statement->subject_count; i++) {
        const struct signet_claimed_identity claim = claim_of(&statement->subjects[i], list);
        if (claim.digest != NULL) {
            any = true;
            rc = take(ctx, &claim, err);
        }
    }
    if (rc == SIGNET_OK && list) {
        rc = signet_oms_claimed_uses(statement, take_use, &taking, err);
    }
    return rc != SIGNET_OK || any ? rc
                                  : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                                   "no subject has a strong digest to be found by");
}

int signet_claims_read(struct signet_span text,
                       const struct signet_limits *limits,
                       struct signet_buf *payload,
                       signet_claims_take *take,
                       void *ctx,
                       struct signet_err *err)
{
    struct signet_span encoded;
    struct signet_statement statement = {0};
    signet_buf_reset(payload);
    int rc = find_payload(text, &encoded, err);
    if (rc == SIGNET_OK) {
        rc = signet_b64_decode(payload, encoded);
        rc = rc == SIGNET_OK ? rc : signet_err_set(err, rc, "\"payload\": expected base64");
    }
    if (rc == SIGNET_OK) {
        rc = signet_statement_parse(signet_buf_span(payload), limits, &statement, err);
    }
    if (rc == SIGNET_OK) {
        rc = take_all(&statement, take, ctx, err);
    }
    signet_statement_free(&statement);
    return rc;
}

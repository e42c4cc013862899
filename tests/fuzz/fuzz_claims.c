/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/claims.h. No evidence is missed: of a text that the verifying parsers take, every subject
 * that something strong identifies is claimed, as its kind and by the digest that stands there.
 */
#include "fuzz.h"

#include "envelope/envelope.h"
#include "envelope/oms.h"
#include "verify/claims.h"

enum {
    CLAIMS_MAX = 1024
};

struct claims {
    enum signet_claimed kinds[CLAIMS_MAX];
    struct signet_digest digests[CLAIMS_MAX];
    size_t count;
};

static int take(void *ctx, const struct signet_claimed_identity *claim, struct signet_err *err)
{
    struct claims *claims = ctx;
    FUZZ_CHECK(claims->count < CLAIMS_MAX && claim->digest->len >= 32 && err->code == SIGNET_OK);
    claims->kinds[claims->count] = claim->kind;
    claims->digests[claims->count++] = *claim->digest;
    return SIGNET_OK;
}

/* Whether a subject is identified; if so it is what was claimed next. */
static void check_subject(const struct signet_subject *subject,
                          bool list,
                          const struct claims *claims,
                          size_t *next)
{
    const struct signet_digest_set *set = &subject->digests;
    bool bundle = set->bundle.len > 0;
    if (!bundle && set->strong_count == 0) {
        return;
    }
    FUZZ_CHECK(*next < claims->count);
    const struct signet_digest *digest = &claims->digests[*next];
    enum signet_claimed kind = bundle               ? SIGNET_CLAIMED_BUNDLE
                               : list               ? SIGNET_CLAIMED_LIST
                               : subject->canonical ? SIGNET_CLAIMED_FORM
                                                    : SIGNET_CLAIMED_FILE;
    FUZZ_CHECK(claims->kinds[*next] == kind);
    bool found = bundle && signet_digest_eq(&set->bundle, digest);
    bool sha256 = false;
    for (size_t i = 0; i < set->strong_count; i++) {
        found = found || signet_digest_eq(&set->strong[i], digest);
        sha256 = sha256 || set->strong[i].alg == SIGNET_DIGEST_SHA256;
    }
    FUZZ_CHECK(found && (!sha256 || digest->alg == SIGNET_DIGEST_SHA256));
    ++*next;
}

/* The claims of what the verifying parsers make of the text. */
static void check_against(const struct signet_envelope *env, int rc, const struct claims *claims)
{
    const struct signet_limits limits = signet_limits_default();
    struct signet_statement statement;
    struct signet_err err;
    size_t next = 0;
    signet_err_clear(&err);
    if (strcmp(env->payload_type, SIGNET_PAYLOAD_TYPE_INTOTO) != 0 ||
        signet_statement_parse(env->payload, &limits, &statement, &err) != SIGNET_OK) {
        FUZZ_CHECK(rc != SIGNET_OK);
        return;
    }
    bool list = strcmp(statement.predicate_type, SIGNET_PREDICATE_OMS) == 0;
    for (size_t i = 0; i < statement.subject_count; i++) {
        check_subject(&statement.subjects[i], list, claims, &next);
    }
    FUZZ_CHECK(next == claims->count);
    FUZZ_CHECK((rc == SIGNET_OK) == (next > 0));
    signet_statement_free(&statement);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct signet_limits limits = signet_limits_default();
    static struct claims claims;
    struct signet_envelope env;
    struct signet_buf payload;
    struct signet_buf text;
    struct signet_err err;
    signet_err_clear(&err);
    signet_buf_init(&payload, size);
    signet_buf_init(&text, size);
    claims.count = 0;
    int rc = signet_claims_read(signet_span_of(data, size), &limits, &payload, take, &claims, &err);
    FUZZ_CHECK(err.code == rc);
    FUZZ_CHECK(rc == SIGNET_OK || claims.count == 0);
    signet_err_clear(&err);
    FUZZ_CHECK(signet_buf_put(&text, signet_span_of(data, size)) == SIGNET_OK);
    if (signet_envelope_parse(&text, size, &limits, &env, &err) == SIGNET_OK) {
        check_against(&env, rc, &claims);
        signet_envelope_free(&env);
    }
    signet_buf_free(&payload);
    return 0;
}

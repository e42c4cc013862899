/* SPDX-License-Identifier: Apache-2.0
 *
 * From a signature file to a verified statement. Owns the order of the checks: container, payload
 * type, signatures by given keys, and only then the payload. Knows no artifact.
 */
#include "verify/evidence.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/utf8.h"

static bool all_untrusted(const struct signet_signers *signers)
{
    for (size_t i = 0; i < signers->count; i++) {
        if (signers->list[i].status != SIGNET_E_UNTRUSTED) {
            return false;
        }
    }
    return true;
}

/* Why no signature of the file counts, in one of the texts that never mix. */
static int explain_signers(const struct signet_source *source, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_signer *first = &source->signers.list[0];
    const char *keyid = source->env.signatures[0].keyid;
    const char *name = keyid[0] != '\0' ? keyid : source->env.hint;
    if (source->signers.count > 1 && all_untrusted(&source->signers)) {
        return signet_err_set(err, SIGNET_E_UNTRUSTED,
                              "all %zu signatures name keys that were not given",
                              source->signers.count);
    }
    if (source->signers.count > 1) {
        return signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                              "none of the %zu signatures is valid and by a given key",
                              source->signers.count);
    }
    if (first->wrong_use) {
        return signet_err_set(err, SIGNET_E_UNTRUSTED, "a given key may not be used with format %s",
                              source->env.format->name);
    }
    if (first->status == SIGNET_E_UNTRUSTED) {
        return signet_err_set(err, SIGNET_E_UNTRUSTED,
                              "no key for %s: the signature names that key, which was not given",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    if (first->names_key) {
        return signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                              "bad signature: it names the given key %s, but does not verify: the "
                              "signature or the statement was changed",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    return signet_err_set(err, SIGNET_E_BAD_SIGNATURE, "no given key made this signature");
}

static bool any_prehashed(const struct signet_signers *signers)
{
    for (size_t i = 0; i < signers->count; i++) {
        if (signers->list[i].status == SIGNET_OK && signers->list[i].prehashed) {
            return true;
        }
    }
    return false;
}

static int read_claim(const struct signet_signers *signers,
                      const struct signet_limits *limits,
                      struct signet_evidence *evidence,
                      struct signet_err *err)
{
    const char *type = evidence->statement.predicate_type;
    if (strcmp(type, SIGNET_PREDICATE_OMS) == 0) {
        evidence->claim = SIGNET_CLAIM_OMS;
        return signet_oms_parse(&evidence->statement, limits, &evidence->oms, err);
    }
    if (any_prehashed(signers)) {
        return signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                              "an Ed25519ph signature is accepted over OMS statements only");
    }
    evidence->claim =
        strcmp(type, SIGNET_PREDICATE_SIGNED) == 0 ? SIGNET_CLAIM_SIGNED : SIGNET_CLAIM_ATTESTATION;
    return SIGNET_OK;
}

static void evidence_free(struct signet_evidence *evidence)
{
    if (evidence != NULL) {
        signet_oms_free(&evidence->oms);
        signet_statement_free(&evidence->statement);
        free(evidence);
    }
}

/* The caller has made sure that a given key signed the payload. */
static int read_statement(struct signet_source *source,
                          const struct signet_limits *limits,
                          struct signet_err *err)
{
    struct signet_evidence *evidence = calloc(1, sizeof(*evidence));
    if (evidence == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a statement");
    }
    int rc = signet_statement_parse(source->env.payload, limits, &evidence->statement, err);
    if (rc == SIGNET_OK) {
        rc = signet_oms_check_size(&evidence->statement, source->env.file_size, limits, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_claim(&source->signers, limits, evidence, err);
    }
    if (rc == SIGNET_OK) {
        source->evidence = evidence;
    } else {
        evidence_free(evidence);
    }
    return rc;
}

bool signet_source_same_payload(const struct signet_source *a, const struct signet_source *b)
{
    return signet_span_eq(a->env.payload, b->env.payload);
}

void signet_source_read(struct signet_source *source,
                        struct signet_signature_file *file,
                        uint64_t max,
                        const struct signet_verify_opts *opts)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO,
        .keys = opts->keys,
        .key_count = opts->key_count,
        .try_prehashed = true,
    };
    memset(source, 0, sizeof(*source));
    signet_err_clear(&source->err);
    source->name = file->name;
    source->own_name = file->own_name;

    int rc = signet_envelope_parse(&file->text, max, limits, &source->env, &source->err);
    if (rc == SIGNET_OK) {
        rc = signet_signers_check(&source->env, &request, &source->signers, &source->err);
    }
    if (rc == SIGNET_OK && source->signers.distinct == 0) {
        rc = explain_signers(source, &source->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_statement(source, limits, &source->err);
    }
    signet_err_set(&source->err, rc, "%s", signet_err_meaning(rc));
}

void signet_source_clear(struct signet_source *source)
{
    evidence_free(source->evidence);
    signet_signers_free(&source->signers);
    signet_envelope_free(&source->env);
    memset(source, 0, sizeof(*source));
}

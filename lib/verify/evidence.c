/* SPDX-License-Identifier: Apache-2.0
 *
 * From a signature file to a verified statement. Owns the order of the checks: container, payload
 * type, signatures by given keys, and only then the payload. Knows no artifact.
 */
#include "verify/evidence.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/utf8.h"
#include "trust/trust.h"

/* A counter-signature is none that could be trusted. */
static bool all_untrusted(const struct signet_source *source)
{
    for (size_t i = 0; i < source->signers.count; i++) {
        if (!source->env.signatures[i].counter &&
            source->signers.list[i].status != SIGNET_E_UNTRUSTED) {
            return false;
        }
    }
    return true;
}

/* The signatures that could count, and *first of them: counter-signatures could not. */
static size_t count_candidates(const struct signet_source *source, size_t *first)
{
    size_t count = 0;
    for (size_t i = source->signers.count; i-- > 0;) {
        if (!source->env.signatures[i].counter) {
            *first = i;
            count++;
        }
    }
    return count;
}

static int explain_several(const struct signet_source *source, size_t count, struct signet_err *err)
{
    bool revoked = true;
    for (size_t i = 0; i < source->signers.count; i++) {
        const struct signet_signature *signature = &source->env.signatures[i];
        revoked = revoked && (signature->revoked || signature->counter);
    }
    if (revoked) {
        return signet_err_set(err, SIGNET_E_UNTRUSTED,
                              "all %zu signatures say themselves that they are revoked", count);
    }
    if (all_untrusted(source)) {
        return signet_err_set(err, SIGNET_E_UNTRUSTED,
                              "all %zu signatures name keys that were not given", count);
    }
    return signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                          "none of the %zu signatures is valid and by a given key", count);
}

/* Why no signature of the file counts, in one of the texts that never mix. */
static int explain_signers(const struct signet_source *source, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    size_t index = 0;
    size_t count = count_candidates(source, &index);
    const struct signet_signer *first = &source->signers.list[index];
    const struct signet_signature *signature = &source->env.signatures[index];
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    const char *name = signature->named != NULL
                           ? signet_pubkey_fingerprint(signature->named, fingerprint)
                       : signature->keyid[0] != '\0' ? signature->keyid
                                                     : source->env.hint;
    if (count > 1) {
        return explain_several(source, count, err);
    }
    if (signature->revoked) {
        return signet_err_set(err, SIGNET_E_UNTRUSTED,
                              "the signature says itself that it is revoked");
    }
    if (first->undated) {
        return signet_err_set(
            err, SIGNET_E_UNTRUSTED,
            "the key %s does not count now, and no trusted time says that it signed "
            "while it did",
            signet_utf8_show(signet_span_str(name), shown));
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
                              "signature or the %s was changed",
                              signet_utf8_show(signet_span_str(name), shown),
                              source->covers != NULL ? "document" : "statement");
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
    bool vouches =
        strcmp(type, SIGNET_PREDICATE_SIGNED) == 0 || strcmp(type, SIGNET_PREDICATE_RELEASE) == 0;
    evidence->claim = vouches ? SIGNET_CLAIM_SIGNED : SIGNET_CLAIM_ATTESTATION;
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

/* An attestation whose predicate is malformed is listed, and never counts. */
static int read_facts(struct signet_evidence *evidence, struct signet_err *err)
{
    struct signet_err why;
    signet_err_clear(&why);
    evidence->facts_code = signet_facts_read(&evidence->statement, &evidence->facts, &why);
    if (evidence->facts_code == SIGNET_E_NOMEM || evidence->claim != SIGNET_CLAIM_ATTESTATION) {
        signet_err_copy(err, &why);
        return evidence->facts_code;
    }
    return SIGNET_OK;
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
        rc = read_facts(evidence, err);
    }
    if (rc == SIGNET_OK) {
        source->evidence = evidence;
    } else {
        evidence_free(evidence);
    }
    return rc;
}

uint64_t signet_signature_max(const struct signet_artifact *artifact,
                              const struct signet_limits *limits)
{
    return signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE
               ? signet_limits_signature_file(limits)
               : limits->envelope;
}

bool signet_source_same_payload(const struct signet_source *a, const struct signet_source *b)
{
    return a->covers == NULL && b->covers == NULL && signet_span_eq(a->env.payload, b->env.payload);
}

/* Notes about the time that are none must not spoil the signatures that they lie beside. */
static int find_times(struct signet_source *source,
                      const struct signet_signature_file *file,
                      const struct signet_verify_opts *opts,
                      struct signet_err *err)
{
    size_t made = 0; /* signatures by a key of the root: others have no time to find */
    for (size_t i = 0; i < source->signers.count; i++) {
        made += source->signers.list[i].key != SIGNET_NO_KEY ? 1 : 0;
    }
    if (opts->trust == NULL || file->time.len == 0 || made == 0) {
        return SIGNET_OK;
    }
    int rc = signet_trust_date(opts->trust, file->time, &source->env, &source->signers,
                               &source->time_err);
    return rc == SIGNET_E_NOMEM || rc == SIGNET_E_INTERNAL ? signet_err_copy(err, &source->time_err)
                                                           : (int)SIGNET_OK;
}

/* What is parsed works where the bytes stand, and leaves others behind. */
static int keep_texts(struct signet_source *source,
                      const struct signet_signature_file *file,
                      struct signet_err *err)
{
    signet_buf_init(&source->kept, file->text.len);
    signet_buf_init(&source->kept_time, file->time.len);
    return signet_buf_put(&source->kept, signet_buf_span(&file->text)) == SIGNET_OK &&
                   signet_buf_put(&source->kept_time, file->time) == SIGNET_OK
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a signature file");
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
    signet_err_clear(&source->time_err);
    source->name = file->name;
    source->own_name = file->own_name;

    int rc = opts->keep_texts ? keep_texts(source, file, &source->err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK && opts->trust != NULL) { /* before its text is taken over */
        rc = signet_digest_of(SIGNET_DIGEST_SHA256, signet_buf_span(&file->text),
                              &source->file_digest, &source->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_envelope_parse(&file->text, max, limits, &source->env, &source->err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_signers_check(&source->env, &request, &source->signers, &source->err);
    }
    if (rc == SIGNET_OK) {
        rc = find_times(source, file, opts, &source->err);
    }
    if (rc == SIGNET_OK && source->signers.distinct == 0) {
        rc = explain_signers(source, &source->err);
    }
    if (rc == SIGNET_OK) {
        rc = read_statement(source, limits, &source->err);
    }
    signet_err_set(&source->err, rc, "%s", signet_err_meaning(rc));
}

static bool is_allowed(struct signet_json_value name, const char *const *allowed)
{
    for (size_t i = 0; allowed != NULL && allowed[i] != NULL; i++) {
        if (signet_json_string_is(name, signet_span_str(allowed[i]))) {
            return true;
        }
    }
    return false;
}

size_t signet_source_excluded(const struct signet_source *source,
                              const struct signet_json_value **names)
{
    const struct signet_jsf *jsf = source->env.format != NULL ? signet_jsf_of(&source->env) : NULL;
    if (names != NULL) {
        *names = jsf != NULL ? jsf->excludes : NULL;
    }
    return jsf != NULL ? jsf->exclude_count : 0;
}

int signet_source_check_excludes(const struct signet_envelope *env,
                                 const struct signet_verify_opts *opts,
                                 struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_jsf *jsf = signet_jsf_of(env);
    for (size_t i = 0; jsf != NULL && i < jsf->exclude_count; i++) {
        if (!is_allowed(jsf->excludes[i], opts->allow_excludes)) {
            return signet_err_set(
                err, SIGNET_E_DENIED,
                "excludes: the signature leaves the member \"%s\" out, so anyone can change it",
                signet_utf8_show(signet_json_between_quotes(jsf->excludes[i]), shown));
        }
    }
    return SIGNET_OK;
}

/* The keys that signatures carry, as if they were trusted: what comes of it is no trust. */
static size_t collect_named(const struct signet_envelope *env, struct signet_trusted_key *keys)
{
    size_t count = 0;
    for (size_t i = 0; i < env->signature_count; i++) {
        if (env->signatures[i].named != NULL) {
            keys[count++] = (struct signet_trusted_key){.key = *env->signatures[i].named,
                                                        .uses = env->format->use};
        }
    }
    return count;
}

int signet_source_find_broken(const struct signet_envelope *env,
                              const struct signet_signers *signers,
                              uint64_t *work_left,
                              bool *broken,
                              bool *any,
                              struct signet_err *err)
{
    struct signet_signers own = {0};
    struct signet_trusted_key *keys = calloc(env->signature_count, sizeof(*keys));
    if (keys == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for keys");
    }
    const struct signet_signers_request request = {
        .payload_type = env->payload_type,
        .keys = keys,
        .key_count = collect_named(env, keys),
        .work_left = work_left,
    };
    int rc = request.key_count > 0 && signers->distinct < env->signature_count
                 ? signet_signers_check(env, &request, &own, err)
                 : (int)SIGNET_OK;
    *any = false;
    for (size_t i = 0; rc == SIGNET_OK && i < env->signature_count; i++) {
        const struct signet_signer *signer = &signers->list[i];
        bool own_fails =
            own.count > 0 && env->signatures[i].named != NULL && own.list[i].key == SIGNET_NO_KEY;
        broken[i] = signer->key == SIGNET_NO_KEY &&
                    (own_fails || (signer->names_key && signer->status == SIGNET_E_BAD_SIGNATURE));
        *any = *any || broken[i];
    }
    signet_signers_free(&own);
    free(keys);
    return rc;
}

/* Each link of a chain vouches for those before it, so one that is broken breaks the chain. */
static int check_chain(struct signet_source *source, uint64_t *work_left, struct signet_err *err)
{
    bool any = false;
    size_t count = source->env.signature_count;
    const struct signet_jsf *jsf = signet_jsf_of(&source->env);
    if (jsf == NULL || jsf->form != SIGNET_JSF_CHAIN) {
        return SIGNET_OK;
    }
    bool *broken = calloc(count, sizeof(*broken));
    int rc = broken != NULL ? signet_source_find_broken(&source->env, &source->signers, work_left,
                                                        broken, &any, err)
                            : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a chain");
    for (size_t i = 0; rc == SIGNET_OK && i < count; i++) {
        if (broken[i]) {
            rc = signet_err_set(err, SIGNET_E_BAD_SIGNATURE,
                                "chain link %zu of %zu does not verify in its place: the document "
                                "was changed, or links were removed, moved or exchanged",
                                i + 1, count);
        }
    }
    free(broken);
    return rc;
}

static int judge_embedded(struct signet_source *source,
                          const struct signet_source_place *where,
                          const struct signet_verify_opts *opts,
                          struct signet_err *err)
{
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT,
        .keys = opts->keys,
        .key_count = opts->key_count,
        .work_left = where->work_left,
    };
    int rc = signet_source_check_excludes(&source->env, opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_signers_check(&source->env, &request, &source->signers, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_chain(source, where->work_left, err);
    }
    if (rc == SIGNET_OK && source->signers.distinct == 0) {
        rc = explain_signers(source, err);
    }
    return rc;
}

void signet_source_read_embedded(struct signet_source *source,
                                 const struct signet_source_place *where,
                                 const struct signet_verify_opts *opts)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    struct signet_err *err = &source->err;
    signet_err_clear(err);
    int rc = where->format->read(where->text, &where->place, limits, &source->env, err);
    if (rc == SIGNET_OK) {
        rc = judge_embedded(source, where, opts, err);
    }
    if (rc == SIGNET_OK) {
        source->evidence = calloc(1, sizeof(*source->evidence));
        rc = source->evidence != NULL
                 ? (int)SIGNET_OK
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for evidence");
    }
    if (rc == SIGNET_OK) {
        source->evidence->claim = SIGNET_CLAIM_DOCUMENT;
        signet_facts_init(&source->evidence->facts, "");
    }
    signet_err_set(err, rc, "%s", signet_err_meaning(rc));
}

const struct signet_facts *signet_source_facts(const struct signet_source *source)
{
    return source->entry != NULL ? &source->entry_facts : &source->evidence->facts;
}

void signet_source_drop_evidence(struct signet_source *source)
{
    if (!source->shared) {
        evidence_free(source->evidence);
    }
    source->evidence = NULL;
    source->entry = NULL;
}

void signet_source_clear(struct signet_source *source)
{
    if (!source->shared) {
        evidence_free(source->evidence);
        signet_signers_free(&source->signers);
        signet_envelope_free(&source->env);
        signet_buf_free(&source->kept);
        signet_buf_free(&source->kept_time);
    }
    memset(source, 0, sizeof(*source));
}

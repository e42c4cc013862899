/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for what did not pass: see verify/explain.h.
 */
#include "verify/explain.h"

#include "artifact/bom_dialect.h"
#include "base/err.h"
#include "base/utf8.h"
#include "verify/about.h"

/* Signatures that stand in a document: whoever holds it can take the last ones off. */
static const struct signet_source *find_embedded(const struct signet_verification *verification)
{
    for (size_t i = 0; i < verification->source_count; i++) {
        if (verification->sources[i].content_matches && verification->sources[i].covers != NULL) {
            return &verification->sources[i];
        }
    }
    return NULL;
}

/* Signatures over the document, and not over another signature. */
static size_t count_signatures(const struct signet_envelope *env)
{
    size_t count = 0;
    for (size_t i = 0; i < env->signature_count; i++) {
        count += env->signatures[i].counter ? 0 : 1;
    }
    return count;
}

static int explain_threshold(struct signet_verification *verification, size_t most_keys)
{
    const struct signet_source *embedded = find_embedded(verification);
    if (embedded == NULL) {
        return signet_err_set(&verification->err, SIGNET_E_THRESHOLD,
                              "%zu keys must sign one and the same statement, %zu did",
                              verification->threshold, most_keys);
    }
    size_t held = count_signatures(&embedded->env);
    return signet_err_set(&verification->err, SIGNET_E_THRESHOLD,
                          "%zu keys must sign the document, %zu did: it holds %zu %s, and others "
                          "may have been taken off",
                          verification->threshold, most_keys, held,
                          held == 1 ? "signature" : "signatures");
}

/* Whether a text that is no strict JSON, or no BOM as it stands, is meant as one. */
static bool looks_like_bom(struct signet_span text)
{
    static const char mark[] = "\"bomFormat\"";
    const uint8_t *p = text.ptr;
    const uint8_t *end = text.ptr + text.len;
    while (p != NULL && (size_t)(end - p) >= sizeof(mark)) {
        p = memchr(p, '"', (size_t)(end - p) - sizeof(mark));
        if (p != NULL && memcmp(p, mark, sizeof(mark) - 1) == 0) {
            return true;
        }
        p = p != NULL ? p + 1 : NULL;
    }
    return false;
}

static int explain_whole(const struct signet_embedded *embedded, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *dialect = signet_bom_document_dialect(signet_json_top(embedded->json.bytes));
    if (embedded->inner_count == 0 && dialect != NULL) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature found that the format of the document knows, but %s",
                              dialect);
    }
    if (embedded->inner_count == 0) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature found, neither in the document nor beside it");
    }
    signet_utf8_show(signet_span_str(embedded->inner[0].pointer), shown);
    if (embedded->inner_count == 1) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "the document is not signed as a whole: only %s is signed", shown);
    }
    return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                          "the document is not signed as a whole: only %s and %zu other %s signed",
                          shown, embedded->inner_count - 1,
                          embedded->inner_count == 2 ? "part is" : "parts are");
}

int signet_explain_unsigned(const struct signet_embedded *embedded,
                            size_t place,
                            struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (embedded->bom.kind == 0 && looks_like_bom(embedded->json.bytes) &&
        embedded->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    if (embedded->bom.kind == 0 || embedded->places == NULL) {
        return embedded->unread.code == SIGNET_OK
                   ? signet_err_set(err, SIGNET_E_NO_SIGNATURE, "no signature file found")
                   : signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                                    "no signature file found, and none inside: %s",
                                    embedded->unread.msg);
    }
    if (embedded->unread.code != SIGNET_OK) {
        return signet_err_copy(err, &embedded->unread);
    }
    if (embedded->format == NULL) {
        return signet_err_set(err, SIGNET_E_NO_SIGNATURE,
                              "no signature file found, and this version of the document has no "
                              "place for a signature inside");
    }
    const struct signet_embedded_place *asked = &embedded->places[place];
    return asked->pointer[0] == '\0'
               ? explain_whole(embedded, err)
               : signet_err_set(err, SIGNET_E_NO_SIGNATURE, "the %s at %s is not signed by itself",
                                asked->type,
                                signet_utf8_show(signet_span_str(asked->pointer), shown));
}

int signet_explain_refusal(struct signet_verification *verification, size_t most_keys)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_source *worst = NULL;
    char list[SIGNET_ABOUT_TEXT];
    bool attested = false;
    if (most_keys > 0) {
        return explain_threshold(verification, most_keys);
    }
    for (size_t i = 0; i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        bool refused =
            source->evidence == NULL ||
            (source->evidence->claim != SIGNET_CLAIM_ATTESTATION && source->err.code != SIGNET_OK);
        if (!refused) {
            attested = true;
        } else if (worst == NULL ||
                   signet_err_worse(worst->err.code, source->err.code) != worst->err.code) {
            worst = source;
        }
    }
    if (worst != NULL) {
        verification->err = worst->err;
        signet_err_prefix(&verification->err, "%s",
                          signet_utf8_show(signet_span_str(worst->name), shown));
        return worst->err.code;
    }
    if (attested) {
        return signet_err_set(&verification->err, SIGNET_E_NO_SIGNATURE,
                              "no signature found, only attestations: %s",
                              signet_about_list(verification, list));
    }
    return signet_explain_unsigned(&verification->embedded, 0, &verification->err);
}

int signet_explain_unexpected(struct signet_verification *verification,
                              const struct signet_verify_opts *opts)
{
    char expected[SIGNET_SHOW_MAX];
    char found[SIGNET_SHOW_MAX];
    char version[SIGNET_SHOW_MAX];
    const struct signet_facts *facts = NULL;
    const char *wanted = opts->expected_version != NULL ? opts->expected_version : "any version";
    signet_utf8_show(signet_span_str(opts->expected_name), expected);
    for (size_t i = 0; facts == NULL && i < verification->source_count; i++) {
        const struct signet_source *source = &verification->sources[i];
        facts = source->content_matches && source->evidence->facts.release_name != NULL
                    ? &source->evidence->facts
                    : NULL;
    }
    if (facts == NULL) {
        return signet_err_set(&verification->err, SIGNET_E_MISMATCH,
                              "expected the signed release %s of %s, found signatures that name no "
                              "release",
                              expected, signet_utf8_show(signet_span_str(wanted), version));
    }
    char asked[SIGNET_SHOW_MAX];
    return signet_err_set(&verification->err, SIGNET_E_MISMATCH,
                          "expected the signed release %s of %s, found %s of %s", expected,
                          signet_utf8_show(signet_span_str(wanted), asked),
                          signet_utf8_show(signet_span_str(facts->release_name), found),
                          signet_utf8_show(signet_span_str(facts->release_version), version));
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for what did not pass: see verify/explain.h.
 */
#include "verify/explain.h"

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

static int explain_threshold(struct signet_verification *verification, size_t most_keys)
{
    const struct signet_source *embedded = find_embedded(verification);
    if (embedded == NULL) {
        return signet_err_set(&verification->err, SIGNET_E_THRESHOLD,
                              "%zu keys must sign one and the same statement, %zu did",
                              verification->threshold, most_keys);
    }
    return signet_err_set(&verification->err, SIGNET_E_THRESHOLD,
                          "%zu keys must sign the document, %zu did: it holds %zu %s, and others "
                          "may have been taken off",
                          verification->threshold, most_keys, embedded->env.signature_count,
                          embedded->env.signature_count == 1 ? "signature" : "signatures");
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
        if (source->evidence != NULL) {
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
    return signet_embedded_explain(&verification->embedded, 0, &verification->err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Naming foreign signatures: see verify/dialect.h.
 */
#include "verify/dialect.h"

#include "artifact/bom_dialect.h"
#include "base/err.h"
#include "json/canon.h"

/* What cdxgen signs: the document without any of the signature object, so that nothing protects
 * the algorithm, the key or their number. */
static const struct signet_envelope_ops without_object = {
    .name = "cdxgen",
    .use = SIGNET_USE_JSF,
};

static bool is_over_the_rest(struct signet_embedded *embedded,
                             const struct signet_inplace *place,
                             const struct signet_verify_opts *opts,
                             const struct signet_source *source)
{
    const struct signet_json_recast recast = {.left_out = &place->name, .left_out_count = 1};
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT,
        .keys = opts->keys,
        .key_count = opts->key_count,
        .work_left = &embedded->work_left,
    };
    struct signet_envelope env = source->env; /* borrows from it */
    struct signet_signers signers = {0};
    struct signet_buf message;
    size_t unused = 0;
    signet_buf_init(&message, 2 * place->covered.text.len);
    int rc = signet_json_canon_recast(&embedded->json, place->covered, &recast,
                                      signet_sink_to_buf(&message), &unused, NULL);
    env.format = &without_object;
    env.message = signet_buf_span(&message);
    if (rc == SIGNET_OK) {
        rc = signet_signers_check(&env, &request, &signers, NULL);
    }
    bool over = rc == SIGNET_OK && signers.distinct > 0;
    signet_signers_free(&signers);
    signet_buf_free(&message);
    return over;
}

void signet_dialect_name(struct signet_embedded *embedded,
                         const struct signet_inplace *place,
                         const struct signet_verify_opts *opts,
                         struct signet_source *source)
{
    bool jsf = embedded->format == &signet_envelope_jsf;
    const char *dialect = jsf ? signet_bom_dialect(place->signature) : NULL;
    if (dialect != NULL) {
        signet_err_prefix(&source->err, "no JSF signature but %s", dialect);
        return;
    }
    if (jsf && source->err.code == SIGNET_E_BAD_SIGNATURE && source->env.signature_count > 0 &&
        is_over_the_rest(embedded, place, opts, source)) {
        signet_err_clear(&source->err);
        signet_err_set(&source->err, SIGNET_E_BAD_SIGNATURE,
                       "no JSF signature: it is over the document without its signature object, as "
                       "cdxgen makes it, so that algorithm and key are open to change; have it "
                       "signed anew");
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --format jsf: signing a document in place. Owns which options go with it; what is
 * spliced in, and that it verifies, is the library's.
 */
#include <signet/text.h>
#include <stdlib.h>
#include <string.h>

#include "sign/bind.h"
#include "sign/sign.h"

bool signet_sign_in_place(const struct signet_sign_run *run)
{
    return strcmp(run->format, "jsf") == 0 || strcmp(run->format, "jss") == 0;
}

/* Options of one way of signing that the other does not know. */
static int check_options(const struct signet_sign_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    bool in_place = signet_sign_in_place(run);
    static const struct {
        const char *name;
        int id;
        bool in_place;
        bool of_models; /* says what a model is, which --bind lists */
    } rows[] = {
        {"--at", SIGNET_SIGN_AT, true, false},
        {"--multi", SIGNET_SIGN_MULTI, true, false},
        {"--chain", SIGNET_SIGN_CHAIN, true, false},
        {"--key-id", SIGNET_SIGN_KEY_ID, true, false},
        {"--contents", SIGNET_SIGN_CONTENTS, false, true},
        {"--ignore", SIGNET_SIGN_IGNORE, false, true},
        {"--hash", SIGNET_SIGN_HASH, false, false},
        {"--shard-size", SIGNET_SIGN_SHARD_SIZE, false, false},
        {"--manifest", SIGNET_SIGN_MANIFEST, false, false},
        {"--reuse", SIGNET_SIGN_REUSE, false, false},
        {"--canonical", SIGNET_SIGN_CANONICAL, false, false},
        {"--attest", SIGNET_SIGN_ATTEST, false, false},
        {"--attest-verdict", SIGNET_SIGN_ATTEST_VERDICT, false, false},
        {"--predicate", SIGNET_SIGN_PREDICATE, false, false},
        {"--dry-run", SIGNET_SIGN_DRY_RUN, false, false},
    };
    bool bound = signet_opts_has(opts, SIGNET_SIGN_BIND);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (signet_opts_has(opts, rows[i].id) && rows[i].in_place != in_place &&
            !(bound && rows[i].of_models)) {
            return in_place ? signet_err_set(err, SIGNET_E_USAGE,
                                             "option %s does not go with --format %s", rows[i].name,
                                             run->format)
                            : signet_err_set(err, SIGNET_E_USAGE,
                                             "option %s goes with --format jsf", rows[i].name);
        }
    }
    return SIGNET_OK;
}

static int read_places(struct signet_sign_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    size_t count = signet_opts_count(opts, SIGNET_SIGN_AT);
    size_t at = 0;
    if (count == 0) {
        return SIGNET_OK;
    }
    run->at = calloc(count + 1, sizeof(*run->at));
    for (size_t i = 0; run->at != NULL && i < count; i++) {
        run->at[i] = signet_opts_next(opts, SIGNET_SIGN_AT, &at);
    }
    return run->at != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

int signet_sign_embed_check(struct signet_sign_run *run, struct signet_err *err)
{
    static const int forms[] = {SIGNET_SIGN_MULTI, SIGNET_SIGN_CHAIN, 0};
    static const int whole[] = {SIGNET_SIGN_BIND, SIGNET_SIGN_AT, 0};
    const struct signet_opts *opts = &run->tool->opts;
    int rc = check_options(run, err);
    if (rc != SIGNET_OK || !signet_sign_in_place(run)) {
        return rc;
    }
    if (!signet_opts_has(opts, SIGNET_SIGN_OUTPUT)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "the document itself is written, signed: say where with -o OUT; to "
                              "replace it, -o the same name, and --force");
    }
    rc = signet_opts_at_most_one(opts, forms, err);
    if (rc == SIGNET_OK) {
        rc = signet_opts_at_most_one(opts, whole, err);
    }
    return rc == SIGNET_OK ? read_places(run, err) : rc;
}

/* The BOM of --bind with the files of the model, which is the operand. */
static int state_bound(const struct signet_sign_run *run,
                       struct signet_sign_item *item,
                       struct signet_err *err)
{
    struct signet_buf text;
    const char *bom = signet_opts_value(&run->tool->opts, SIGNET_SIGN_BIND);
    const char *slash = strrchr(bom, '/');
    int rc = signet_sign_bind(run, item->output, &text, err);
    if (rc == SIGNET_OK) {
        rc = signet_embedding_of(&text, slash != NULL ? slash + 1 : bom, &item->embed,
                                 &item->embedding, err);
    }
    signet_buf_free(&text);
    return rc;
}

int signet_sign_embed_state(const struct signet_sign_run *run,
                            struct signet_sign_item *item,
                            struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    item->embed = (struct signet_embed_opts){
        .size = sizeof(item->embed),
        .format = run->format,
        .at = (const char *const *)run->at,
        .form = signet_opts_has(opts, SIGNET_SIGN_MULTI)   ? SIGNET_EMBED_MULTI
                : signet_opts_has(opts, SIGNET_SIGN_CHAIN) ? SIGNET_EMBED_CHAIN
                                                           : SIGNET_EMBED_SINGLE,
        .key_id = signet_opts_value(opts, SIGNET_SIGN_KEY_ID),
        .path = strcmp(item->output, "-") != 0 ? item->output : item->path,
        .limits = &run->tool->limits,
    };
    if (signet_opts_has(opts, SIGNET_SIGN_BIND)) {
        return state_bound(run, item, err);
    }
    if (signet_artifact_kind(item->artifact) == SIGNET_ARTIFACT_BUNDLE) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected a document to sign in place, found a folder");
    }
    return signet_embedding_new(item->artifact, &item->embed, &item->embedding, err);
}

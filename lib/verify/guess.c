/* SPDX-License-Identifier: Apache-2.0
 *
 * Guessing what will be demanded of a bundle: SHA-256 of whole files, without git's names and the
 * signature files, is what most signers state. Owns the guess; believes nothing and decides
 * nothing.
 */
#include "verify/guess.h"

#include "artifact/ahead.h"
#include "base/compiler.h"
#include "base/err.h"
#include "verify/store.h"

static bool is_worth_it(const struct signet_artifact *artifact,
                        const struct signet_manifest *measured,
                        const struct signet_verify_opts *opts)
{
    uint64_t bytes = 0;
    if (opts->store != NULL && measured == NULL && opts->only == NULL &&
        signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE &&
        (signet_store_has(opts->store, SIGNET_CLAIMED_BUNDLE, SIGNET_DIGEST_SHA256) ||
         signet_store_has(opts->store, SIGNET_CLAIMED_LIST, SIGNET_DIGEST_SHA256))) {
        return true; /* what is looked up must be known first */
    }
    for (size_t i = 0; i < opts->signature_count; i++) {
        bytes += opts->signatures[i].text.len;
    }
    return measured == NULL && opts->only == NULL && opts->jobs != 1 &&
           signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE && bytes >= SIGNET_GUESS_FROM;
}

/* Whoever signed them, all signature files inside the bundle count as its own. */
static const char **own_names_of(const struct signet_verify_opts *opts,
                                 struct signet_arena *storage)
{
    size_t count = 0;
    const char **names = signet_arena_array(storage, opts->signature_count + 1, sizeof(*names));
    for (size_t i = 0; names != NULL && i < opts->signature_count; i++) {
        if (opts->signatures[i].own_name != NULL) {
            names[count++] = opts->signatures[i].own_name;
        }
    }
    return names;
}

int signet_guess_start(struct signet_content *content,
                       struct signet_artifact *artifact,
                       const struct signet_manifest *measured,
                       const struct signet_verify_opts *opts,
                       struct signet_arena *storage,
                       struct signet_err *err)
{
    if (!is_worth_it(artifact, measured, opts)) {
        return SIGNET_OK;
    }
    const char **own_names = own_names_of(opts, storage);
    const char **ignore =
        own_names != NULL ? signet_content_ignores(storage, signet_artifact_git_names(), own_names)
                          : NULL;
    if (ignore == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for names");
    }
    const struct signet_measure_opts how = signet_content_how(opts, ignore, own_names);
    /* Without a thread it is measured later. */
    SIGNET_IGNORE(signet_ahead_start(artifact, &how, &content->ahead, NULL) != SIGNET_OK);
    return SIGNET_OK;
}

void signet_guess_end(struct signet_content *content)
{
    signet_ahead_free(content->ahead);
    content->ahead = NULL;
}

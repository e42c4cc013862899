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

static bool is_worth_it(const struct signet_artifact *artifact,
                        const struct signet_manifest *measured,
                        const struct signet_verify_opts *opts)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < opts->signature_count; i++) {
        bytes += opts->signatures[i].text.len;
    }
    return measured == NULL && opts->only == NULL && opts->jobs != 1 &&
           signet_artifact_kind(artifact) == SIGNET_ARTIFACT_BUNDLE && bytes >= SIGNET_GUESS_FROM;
}

/* Git's names and then those of the signature files; the latter also by themselves. */
static int collect(struct signet_content *content,
                   const struct signet_verify_opts *opts,
                   const char ***ignore,
                   const char ***own_names)
{
    const char *const *git = signet_artifact_git_names();
    size_t count = 0;
    size_t own = 0;
    while (git[count] != NULL) {
        count++;
    }
    *ignore =
        signet_arena_array(&content->guessed, count + opts->signature_count + 1, sizeof(**ignore));
    *own_names =
        signet_arena_array(&content->guessed, opts->signature_count + 1, sizeof(**own_names));
    if (*ignore == NULL || *own_names == NULL) {
        return SIGNET_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        (*ignore)[i] = git[i];
    }
    for (size_t i = 0; i < opts->signature_count; i++) {
        const char *name = opts->signatures[i].own_name;
        if (name != NULL) {
            (*ignore)[count++] = name;
            (*own_names)[own++] = name;
        }
    }
    return SIGNET_OK;
}

int signet_guess_start(struct signet_content *content,
                       struct signet_artifact *artifact,
                       const struct signet_manifest *measured,
                       const struct signet_verify_opts *opts,
                       struct signet_err *err)
{
    const char **ignore = NULL;
    const char **own_names = NULL;
    if (!is_worth_it(artifact, measured, opts)) {
        return SIGNET_OK;
    }
    signet_arena_init(&content->guessed, (size_t)1 << 24);
    if (collect(content, opts, &ignore, &own_names) != SIGNET_OK) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for names");
    }
    const struct signet_measure_opts how = {
        .size = sizeof(how),
        .limits = opts->limits,
        .ignore = ignore,
        .files_only = own_names,
        .may_be_empty = true,
        .jobs = opts->jobs,
        .progress = opts->progress,
        .progress_ctx = opts->progress_ctx,
    };
    /* Without a thread it is measured later. */
    SIGNET_IGNORE(signet_ahead_start(artifact, &how, &content->ahead, NULL) != SIGNET_OK);
    return SIGNET_OK;
}

void signet_guess_end(struct signet_content *content)
{
    signet_ahead_free(content->ahead);
    signet_arena_free(&content->guessed);
    content->ahead = NULL;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What is left out of a bundle that is signed: see sign/ignored.h.
 */
#include "sign/ignored.h"

#include "base/err.h"
#include "base/texts.h"
#include "sign/found.h"

/* Names being collected. */
struct collecting {
    struct signet_arena *storage;
    const char **names;
    size_t count;
};

static size_t count_names(const char *const *names)
{
    size_t count = 0;
    while (names != NULL && names[count] != NULL) {
        count++;
    }
    return count;
}

static int add_names(struct collecting *collecting, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *copy = signet_arena_copy(collecting->storage, signet_span_str(names[i]));
        if (copy == NULL) {
            return SIGNET_E_NOMEM;
        }
        collecting->names[collecting->count++] = copy;
    }
    return SIGNET_OK;
}

int signet_ignored_collect(const struct signet_sign_opts *opts,
                           struct signet_arena *storage,
                           const char ***ignore,
                           struct signet_err *err)
{
    const char *const *git = signet_artifact_git_names();
    const char *const own[] = {opts->own_name, NULL};
    struct collecting collecting = {.storage = storage};
    size_t found = 0;
    const char *const *left_out = signet_found_left_out(opts->found, &found);
    size_t of_git = opts->files == NULL ? count_names(git) : 0;
    size_t chosen = count_names(opts->ignore);
    collecting.names =
        signet_arena_array(storage, of_git + chosen + found + 2, sizeof(*collecting.names));
    int rc = collecting.names != NULL ? add_names(&collecting, git, of_git) : SIGNET_E_NOMEM;
    if (rc == SIGNET_OK) {
        rc = add_names(&collecting, opts->ignore, chosen);
    }
    if (rc == SIGNET_OK) {
        rc = add_names(&collecting, left_out, found);
    }
    if (rc == SIGNET_OK) {
        rc = add_names(&collecting, own, count_names(own));
    }
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "out of memory for the ignore paths");
    }
    collecting.count = signet_texts_sort(collecting.names, collecting.count);
    collecting.names[collecting.count] = NULL;
    *ignore = collecting.names;
    return SIGNET_OK;
}

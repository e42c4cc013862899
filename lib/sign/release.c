/* SPDX-License-Identifier: Apache-2.0
 *
 * The release that is asked for: see sign/release.h.
 */
#include "sign/release.h"

#include "artifact/artifact.h"
#include "base/err.h"
#include "base/utf8.h"
#include "sign/usage.h"

/* What goes with a release. */
static int check_release(const struct signet_sign_opts *opts, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (opts->release == NULL && opts->usage != NULL) {
        return signet_err_set(err, SIGNET_E_USAGE, "what a file is for is said of a release alone");
    }
    if (opts->release != NULL &&
        (opts->predicate_type != NULL || opts->canonical || opts->shard_size > 0)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "a release is of the bytes of a file, or of a bundle without shards");
    }
    if (opts->usage != NULL && signet_usage_named(signet_span_str(opts->usage)) == 0) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "usage: expected program, interp, lib, script, model or data, found "
                              "\"%s\"",
                              signet_utf8_show(signet_span_str(opts->usage), shown));
    }
    return SIGNET_OK;
}

int signet_sign_release_read(const struct signet_artifact *artifact,
                             const struct signet_sign_opts *opts,
                             struct signet_arena *storage,
                             struct signet_release *release,
                             struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span name;
    struct signet_span version;
    int rc = check_release(opts, err);
    if (rc != SIGNET_OK || opts->release == NULL) {
        return rc;
    }
    if (!signet_release_split(signet_span_str(opts->release), &name, &version)) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "release: expected NAME@VERSION, the name of letters, digits and "
                              "._+-/, the version as SemVer 2.0 has it, such as tools@1.4.0, found "
                              "\"%s\"",
                              signet_utf8_show(signet_span_str(opts->release), shown));
    }
    release->name = signet_arena_copy(storage, name);
    release->version = signet_arena_copy(storage, version);
    release->signed_at = opts->released_at;
    if (release->name == NULL || release->version == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    if (opts->usage != NULL) {
        release->usage = signet_usage_named(signet_span_str(opts->usage));
        return SIGNET_OK;
    }
    return signet_artifact_kind(artifact) == SIGNET_ARTIFACT_FILE && !opts->contents
               ? signet_usage_detect(artifact->fd, &release->usage, err)
               : (int)SIGNET_OK;
}

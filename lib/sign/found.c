/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verification found: see sign/found.h. What passed is what the proof says.
 */
#include "sign/found.h"

#include "base/err.h"

const char *const *signet_found_left_out(const struct signet_verification *found, size_t *count)
{
    const struct signet_manifest *manifest = found != NULL ? found->manifest : NULL;
    *count = manifest != NULL ? manifest->ignored_count : 0;
    return manifest != NULL ? (const char *const *)manifest->ignored : NULL;
}

bool signet_found_bundle(const struct signet_verification *found)
{
    return found != NULL && found->manifest != NULL && found->kind == SIGNET_ARTIFACT_BUNDLE;
}

static bool is_what(const struct signet_manifest *measured,
                    enum signet_artifact_kind kind,
                    const struct signet_digest *identity)
{
    return measured->kind == kind && identity->len > 0 &&
           signet_digest_eq(identity, &measured->identity);
}

int signet_found_check(const struct signet_verification *found,
                       const struct signet_manifest *measured,
                       struct signet_err *err)
{
    if (found == NULL) {
        return SIGNET_OK;
    }
    const struct signet_verified *passed = found->verified;
    bool same = passed != NULL ? is_what(measured, passed->kind, &passed->identity)
                               : found->manifest == NULL ||
                                     is_what(measured, found->kind, &found->manifest->identity);
    return same ? (int)SIGNET_OK
                : signet_err_set(err, SIGNET_E_MISMATCH,
                                 "it is not what was verified: it changed since, or was signed in "
                                 "a way in which it has no identity");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an artifact stays the same: see verify/steady.h.
 */
#include "verify/steady.h"

#include <errno.h>

#include "base/err.h"
#include "base/fd.h"

static int changed(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
}

int signet_steady_start(struct signet_steady *steady,
                        const struct signet_artifact *artifact,
                        struct signet_err *err)
{
    if (signet_artifact_kind(artifact) != SIGNET_ARTIFACT_FILE) {
        return SIGNET_OK;
    }
    if (fstat(artifact->fd, &steady->opened) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat");
    }
    steady->watched = true;
    return SIGNET_OK;
}

int signet_steady_note(struct signet_steady *steady,
                       const struct signet_manifest *manifest,
                       struct signet_err *err)
{
    if (manifest->kind != SIGNET_ARTIFACT_BUNDLE || manifest->identity.len == 0 ||
        manifest->ignored_count > 0) {
        return SIGNET_OK;
    }
    if (steady->bundle.len > 0 && !signet_digest_eq(&steady->bundle, &manifest->identity)) {
        return changed(err);
    }
    steady->bundle = manifest->identity;
    return SIGNET_OK;
}

int signet_steady_check(const struct signet_steady *steady,
                        const struct signet_artifact *artifact,
                        struct signet_err *err)
{
    struct stat now;
    bool same = !steady->watched ||
                (fstat(artifact->fd, &now) == 0 && signet_fd_unchanged(&steady->opened, &now));
    return same ? SIGNET_OK : changed(err);
}

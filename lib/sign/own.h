/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a signature that was just made and was verified as anyone's would be.
 */
#ifndef SIGNET_SIGN_OWN_H
#define SIGNET_SIGN_OWN_H

#include <signet/verify.h>

#include "base/err.h"

/** Passes rc of that verification on. If it failed, frees *verification and sets it to NULL, and
 * the fault is our own: SIGNET_E_INTERNAL, unless it was SIGNET_E_NOMEM or SIGNET_E_LIMIT. */
SIGNET_NODISCARD static inline int
signet_own_verified(int rc, struct signet_verification **verification, struct signet_err *err)
{
    if (rc == SIGNET_OK) {
        return rc;
    }
    signet_verification_free(*verification);
    *verification = NULL;
    signet_err_prefix(err, "what was signed does not verify");
    return rc == SIGNET_E_NOMEM || rc == SIGNET_E_LIMIT ? rc : SIGNET_E_INTERNAL;
}

#endif

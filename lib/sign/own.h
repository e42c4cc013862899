/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures that are verified as anyone's would be before they are given out, and what becomes of
 * them then.
 */
#ifndef SIGNET_SIGN_OWN_H
#define SIGNET_SIGN_OWN_H

#include <signet/seckey.h>
#include <signet/verify.h>

#include "base/err.h"

/** As signet_seckey_sign(), but without its check: the caller verifies the signature by the public
 * half before anyone sees it, because one that was made wrong can give the key away. */
SIGNET_NODISCARD int signet_own_sign(const struct signet_seckey *key,
                                     struct signet_span message,
                                     uint8_t signature[SIGNET_ED25519_SIGNATURE],
                                     struct signet_err *err);

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

/* SPDX-License-Identifier: Apache-2.0
 *
 * What one signature text claims to be about, by reading as little of it as that takes.
 */
#ifndef SIGNET_VERIFY_CLAIMS_H
#define SIGNET_VERIFY_CLAIMS_H

#include "verify/store.h"

/** One claimed identity. */
struct signet_claimed_identity {
    enum signet_claimed kind;
    const struct signet_digest *digest;
};

/** Takes one identity; a failure ends the reading with it. */
typedef int
signet_claims_take(void *ctx, const struct signet_claimed_identity *claim, struct signet_err *err);

/**
 * Reads the statement that a sigstore bundle or DSSE file holds and hands each identity that a
 * subject of it has to take, and of a list those of the files that it says the use of. payload is
 * room for the statement, used again for each text. Checks no signature, and of the container no
 * more than leads to the payload. Returns SIGNET_OK, SIGNET_E_MALFORMED, SIGNET_E_UNSUPPORTED (no
 * statement; a subject that nothing strong identifies), SIGNET_E_LIMIT, SIGNET_E_NOMEM, or what
 * take returned.
 */
SIGNET_NODISCARD int signet_claims_read(struct signet_span text,
                                        const struct signet_limits *limits,
                                        struct signet_buf *payload,
                                        signet_claims_take *take,
                                        void *ctx,
                                        struct signet_err *err);

#endif

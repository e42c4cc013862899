/* SPDX-License-Identifier: Apache-2.0
 *
 * What tests of the rollback state share.
 */
#ifndef SIGNET_TESTS_STATE_FILE_H
#define SIGNET_TESTS_STATE_FILE_H

#include "scratch.h"

#include "trust/state.h"

/* A SHA-256 of which every byte is the same. */
static inline struct signet_digest state_digest(unsigned byte)
{
    struct signet_digest digest = {.alg = SIGNET_DIGEST_SHA256, .len = 32};
    memset(digest.bytes, (int)byte, digest.len);
    return digest;
}

#endif

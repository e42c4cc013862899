/* SPDX-License-Identifier: Apache-2.0
 *
 * Handing on exactly what was verified: bytes that nobody can change any more, whatever happens to
 * the path they came from. Part of libsignet-gate. Linux only.
 */
#ifndef SIGNET_GATE_H
#define SIGNET_GATE_H

#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/**
 * Copies a verified file into sealed anonymous memory: read through the descriptor that the
 * artifact was opened by, hashed on the way, compared with the identity that was verified, and
 * sealed against writing, growing and shrinking before it is given out.
 *
 * artifact is the one that verified is about. max bounds the copy, in bytes; memory is taken as it
 * is filled. *fd is the caller's to close, positioned at 0, and set on success only.
 *
 * Returns SIGNET_OK, SIGNET_E_USAGE (a bundle), SIGNET_E_LIMIT (larger than max), SIGNET_E_MISMATCH
 * (changed since it was verified), SIGNET_E_UNSUPPORTED (the kernel cannot seal memory),
 * SIGNET_E_IO, SIGNET_E_NOMEM or SIGNET_E_INTERNAL.
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_copy(struct signet_artifact *artifact,
                                                 const struct signet_verified *verified,
                                                 uint64_t max,
                                                 int *fd,
                                                 struct signet_err *err);

SIGNET_END_DECLS

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Letting things happen with exactly what was verified: what an action can be done with, what the
 * system says of it, and bytes that nobody can change any more, whatever happens to the path they
 * came from. What <signet/verdict.h> calls it is the word for it. Part of libsignet-gate. Linux
 * only.
 */
#ifndef SIGNET_GATE_H
#define SIGNET_GATE_H

#include <signet/verify.h>

SIGNET_BEGIN_DECLS

/** Requires that the action can be done with artifact: only a regular file can be executed. Returns
 *  SIGNET_OK or SIGNET_E_FORBIDDEN. */
SIGNET_API SIGNET_NODISCARD int signet_gate_check_kind(const struct signet_artifact *artifact,
                                                       enum signet_action action,
                                                       struct signet_err *err);

/**
 * Asks the system whether it would execute exactly the file that was opened: by mode bits, mount
 * options, security modules, and writers. Nothing is executed. An answer says nothing of later.
 *
 * Returns SIGNET_OK, SIGNET_E_DENIED (err->sys_errno says why: EACCES, or ETXTBSY if it is open for
 * writing) or SIGNET_E_UNSUPPORTED (a system before Linux 6.14, which cannot be asked).
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_ask_system(const struct signet_artifact *artifact,
                                                       struct signet_err *err);

/**
 * Copies a verified file into sealed anonymous memory: read through the descriptor that the
 * artifact was opened by, hashed on the way, compared with the identity that was verified, and
 * sealed against writing, growing and shrinking before it is given out. Since Linux 6.3 it cannot
 * be executed either.
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

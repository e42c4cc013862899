/* SPDX-License-Identifier: Apache-2.0
 *
 * What an action can be done with, and what the system says of it. What <signet/verdict.h> calls it
 * is the word for it; <signet/hold.h> takes hold of bytes. Part of libsignet-gate. Linux only.
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
 * Asks the system whether it would execute exactly the file that was opened, also if a copy of it
 * is held: by mode bits, mount options, security modules, and writers. Nothing is executed. An
 * answer says nothing of later.
 *
 * Returns SIGNET_OK, SIGNET_E_DENIED (err->sys_errno says why: EACCES, or ETXTBSY if it is open for
 * writing) or SIGNET_E_UNSUPPORTED (a system before Linux 6.14, which cannot be asked).
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_ask_system(const struct signet_artifact *artifact,
                                                       struct signet_err *err);

SIGNET_END_DECLS

#endif

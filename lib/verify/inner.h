/* SPDX-License-Identifier: Apache-2.0
 *
 * What the signature objects inside a document besides those asked for are worth, and the memory
 * that is kept for all of them.
 */
#ifndef SIGNET_VERIFY_INNER_H
#define SIGNET_VERIFY_INNER_H

#include "verify/embedded.h"

/** Bytes that a pointer to an object may have. */
#define SIGNET_EMBEDDED_POINTER (1 << 20)

/** Judges all signature objects besides those asked for. Returns SIGNET_OK, SIGNET_E_LIMIT,
 *  SIGNET_E_NOMEM or SIGNET_E_INTERNAL. */
SIGNET_NODISCARD int signet_embedded_judge_inner(struct signet_embedded *embedded,
                                                 const struct signet_verify_opts *opts,
                                                 struct signet_err *err);

/** Sets err and returns SIGNET_E_NOMEM; SIGNET_E_LIMIT; or the one of them that says why the
 * storage of embedded gave nothing. */
int signet_embedded_no_memory(struct signet_err *err);
int signet_embedded_too_many(struct signet_err *err);
int signet_embedded_no_storage(const struct signet_embedded *embedded, struct signet_err *err);

#endif

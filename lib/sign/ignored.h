/* SPDX-License-Identifier: Apache-2.0
 *
 * What is left out of a bundle that is signed, and recorded so.
 */
#ifndef SIGNET_SIGN_IGNORED_H
#define SIGNET_SIGN_IGNORED_H

#include <signet/sign.h>

#include "base/arena.h"

/** Git's names, the signature file, and what the caller leaves out: *ignore is sorted, each once,
 *  NULL-terminated and in storage. Of chosen files nothing is left out. Returns SIGNET_OK or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_ignored_collect(const struct signet_sign_opts *opts,
                                            struct signet_arena *storage,
                                            const char ***ignore,
                                            struct signet_err *err);

#endif

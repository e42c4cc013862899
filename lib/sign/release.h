/* SPDX-License-Identifier: Apache-2.0
 *
 * The release as which an artifact is going to be signed.
 */
#ifndef SIGNET_SIGN_RELEASE_H
#define SIGNET_SIGN_RELEASE_H

#include <signet/sign.h>

#include "base/arena.h"
#include "envelope/release.h"

/**
 * Reads opts->release, what is asked for besides, and, if nobody says what artifact is for, its
 * first bytes. Without opts->release nothing is read. Texts are in storage. Returns SIGNET_OK;
 * SIGNET_E_USAGE (no NAME@VERSION, no known usage, or options that it does not go with);
 * SIGNET_E_IO or SIGNET_E_NOMEM.
 */
SIGNET_NODISCARD int signet_sign_release_read(const struct signet_artifact *artifact,
                                              const struct signet_sign_opts *opts,
                                              struct signet_arena *storage,
                                              struct signet_release *release,
                                              struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether what is demanded of a verification makes sense, before anything is read. Knows how the
 * demands exclude each other, and nothing of how they are met.
 */
#ifndef SIGNET_VERIFY_DEMANDED_H
#define SIGNET_VERIFY_DEMANDED_H

#include <signet/verify.h>

/** Requires demands that can be met together. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_verify_check_opts(const struct signet_verify_opts *opts,
                                              struct signet_err *err);

#endif

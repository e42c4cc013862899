/* SPDX-License-Identifier: Apache-2.0
 *
 * Why the signature over a document fails although the parts inside it verify: because they were
 * signed afterwards. Only words depend on it.
 */
#ifndef SIGNET_VERIFY_AFTERWARDS_H
#define SIGNET_VERIFY_AFTERWARDS_H

#include "verify/embedded.h"

/**
 * The first part of the document whose signature was put in after the whole was signed by a given
 * key: without all such signatures the whole verifies. NULL if that is not so, or cannot be told
 * within the work that is left.
 */
const struct signet_inner *signet_afterwards_find(struct signet_embedded *embedded,
                                                  const struct signet_verify_opts *opts);

#endif

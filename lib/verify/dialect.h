/* SPDX-License-Identifier: Apache-2.0
 *
 * Naming signatures in documents that are none of the format that they look like, as other tools
 * make them. None of them counts; only words depend on it.
 */
#ifndef SIGNET_VERIFY_DIALECT_H
#define SIGNET_VERIFY_DIALECT_H

#include "verify/embedded.h"

/** Says in source->err, which tells why a signature object does not count, what it is instead, if
 *  that can be told within the work that is left. */
void signet_dialect_name(struct signet_embedded *embedded,
                         const struct signet_inplace *place,
                         const struct signet_verify_opts *opts,
                         struct signet_source *source);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What signing asks of <signet/reuse.h>.
 */
#ifndef SIGNET_SIGN_REUSE_H
#define SIGNET_SIGN_REUSE_H

#include <signet/reuse.h>

#include "artifact/engine.h"

/** What takes digests over while a bundle is measured. Valid as long as reuse. */
const struct signet_engine_memory *signet_reuse_memory(const struct signet_reuse *reuse);

#endif

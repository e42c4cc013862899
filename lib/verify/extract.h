/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing what was verified into a folder that is somebody else's to make appear. The rest is
 * public: <signet/extract.h>.
 */
#ifndef SIGNET_VERIFY_EXTRACT_H
#define SIGNET_VERIFY_EXTRACT_H

#include <signet/extract.h>

#include "base/newdir.h"

/** Whether a verification that passed vouches for an entry of what it measured. */
bool signet_extract_wants(const struct signet_verification *verification,
                          const struct signet_entry *entry);

/** As signet_extract(), into an empty folder. What was written counts for nothing before this
 *  returned SIGNET_OK. */
SIGNET_NODISCARD int signet_extract_into(const struct signet_verification *verification,
                                         struct signet_artifact *artifact,
                                         struct signet_newdir *folder,
                                         const struct signet_extract_opts *opts,
                                         struct signet_err *err);

#endif

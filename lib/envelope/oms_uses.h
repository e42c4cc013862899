/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files in the list of an OMS statement are for (members of ours of a resource).
 */
#ifndef SIGNET_ENVELOPE_OMS_USES_H
#define SIGNET_ENVELOPE_OMS_USES_H

#include "envelope/oms.h"

/** What a resource may say besides what all say; kind 0: it does not. */
struct signet_oms_said {
    struct signet_json_value size;
    struct signet_json_value usage;
};

/** Adds what was read of a resource, whose digest begins with key, to the uses of oms, at most max
 *  of them. One that says but one of the two has none. Returns SIGNET_OK, SIGNET_E_MALFORMED or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_oms_add_use(struct signet_oms *oms,
                                        const struct signet_oms_said *said,
                                        const struct signet_oms_resource *resource,
                                        const uint8_t key[SIGNET_OMS_USE_KEY],
                                        size_t max,
                                        struct signet_err *err);

/** Sorts the uses, as they are looked for. */
void signet_oms_sort_uses(struct signet_oms *oms);

#endif

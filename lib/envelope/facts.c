/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signed statement says: see envelope/facts.h.
 */
#include "envelope/facts.h"

int signet_facts_read(const struct signet_statement *statement,
                      struct signet_arena *storage,
                      struct signet_facts *facts,
                      struct signet_err *err)
{
    (void)storage;
    (void)err;
    *facts = (struct signet_facts){.type = statement->predicate_type, .time = SIGNET_TIME_UNKNOWN};
    return SIGNET_OK;
}

bool signet_facts_are(const char *type, const char *demanded)
{
    return strcmp(type, demanded) == 0;
}

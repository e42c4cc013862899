/* SPDX-License-Identifier: Apache-2.0
 *
 * A key of a trust root as signet-root/1 writes it. Knows no roles.
 */
#ifndef SIGNET_TRUST_ROOT_KEY_H
#define SIGNET_TRUST_ROOT_KEY_H

#include "trust/field.h"
#include "trust/root.h"

/**
 * Reads a member of `keys`, see signet_root_parse(), into *key, which is zeroed; its texts are
 * copied to storage. Results as signet_root_parse(); *key is undefined on failure.
 */
SIGNET_NODISCARD int signet_root_key_read(const struct signet_field *object,
                                          struct signet_arena *storage,
                                          struct signet_root_key *key,
                                          struct signet_err *err);

#endif

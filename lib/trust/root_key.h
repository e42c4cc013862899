/* SPDX-License-Identifier: Apache-2.0
 *
 * A key of a trust root as signet-root/1 writes it. Knows no roles.
 */
#ifndef SIGNET_TRUST_ROOT_KEY_H
#define SIGNET_TRUST_ROOT_KEY_H

#include "trust/field.h"
#include "trust/root.h"

/* X(name, bit): what a key may be used for, as `uses` has it. */
#define SIGNET_ROOT_USES(X)                                                                        \
    X("bundle", SIGNET_USE_BUNDLE)                                                                 \
    X("dsse", SIGNET_USE_DSSE)                                                                     \
    X("jsf", SIGNET_USE_JSF)                                                                       \
    X("jss", SIGNET_USE_JSS)                                                                       \
    X("minisign", SIGNET_USE_MINISIGN)                                                             \
    X("signify", SIGNET_USE_SIGNIFY)                                                               \
    X("sshsig", SIGNET_USE_SSHSIG)                                                                 \
    X("time", SIGNET_USE_TIME)

/**
 * Reads a member of `keys`, see signet_root_parse(), into *key, which is zeroed; its texts are
 * copied to storage. Results as signet_root_parse(); *key is undefined on failure.
 */
SIGNET_NODISCARD int signet_root_key_read(const struct signet_field *object,
                                          struct signet_arena *storage,
                                          struct signet_root_key *key,
                                          struct signet_err *err);

#endif

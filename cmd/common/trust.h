/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom a tool trusts by a policy: a root and a policy, read from the files that its command line
 * names.
 */
#ifndef SIGNET_COMMON_TRUST_H
#define SIGNET_COMMON_TRUST_H

#include <signet/pack.h>
#include <signet/store.h>
#include <signet/trust.h>

#include "common/tool.h"

/** Where a root, which is a file or folder, and a policy are read from; all borrowed, or NULL. */
struct signet_trust_names {
    const char *root;
    const char *policy;
    struct signet_pack *unpacked; /* the policy instead, and roots after those of root: taken out */
    const char *policy_name;      /* what that policy must be called */
    struct signet_pack *packing;  /* gets copies of what is read */
};

/** What --policy and --root name, and, if environment is set, SIGNET_POLICY and then SIGNET_ROOT
 *  where they name nothing. */
struct signet_trust_names signet_tool_trust_names(struct signet_tool *tool, bool environment);

/** As signet_tool_trust(), of what names has, which are both there, or as signet_pack_add_root().
 */
SIGNET_NODISCARD int signet_tool_trust_by(struct signet_tool *tool,
                                          const struct signet_trust_names *names,
                                          struct signet_trust **trust,
                                          struct signet_err *err);

/**
 * Reads --root and --policy by what --state, --insecure-no-state and --insecure-unsigned-policy
 * say, and notes on stderr that a state is new. *trust is owned (free with signet_trust_free()) and
 * set on success only. Results as signet_roots_read(), signet_io_read() and
 * signet_trust_new().
 */
SIGNET_NODISCARD int
signet_tool_trust(struct signet_tool *tool, struct signet_trust **trust, struct signet_err *err);

/**
 * Looks through the folders of evidence that the policy of trust names, and the pack unless that is
 * NULL, and notes on stderr what in them does not count. *store is owned (free with
 * signet_store_close()); it is NULL if there is nothing to look through. Results as
 * signet_store_open().
 */
SIGNET_NODISCARD int signet_tool_evidence(struct signet_tool *tool,
                                          const struct signet_trust *trust,
                                          const struct signet_pack *pack,
                                          struct signet_store **store,
                                          struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom a tool trusts by a policy: a root and a policy, read from the files that its command line
 * names.
 */
#ifndef SIGNET_COMMON_TRUST_H
#define SIGNET_COMMON_TRUST_H

#include <signet/trust.h>

#include "common/tool.h"

/**
 * Reads --root and --policy by what --state, --insecure-no-state and --insecure-unsigned-policy
 * say, and notes on stderr that a state is new. *trust is owned (free with signet_trust_free()) and
 * set on success only. Results as signet_io_read() and signet_trust_new().
 */
SIGNET_NODISCARD int
signet_tool_trust(struct signet_tool *tool, struct signet_trust **trust, struct signet_err *err);

#endif

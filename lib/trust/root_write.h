/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing trust roots, for those who author them. Signs nothing.
 */
#ifndef SIGNET_TRUST_ROOT_WRITE_H
#define SIGNET_TRUST_ROOT_WRITE_H

#include <signet/json.h>

#include "trust/root.h"

/**
 * Writes the payload of a root, in RFC 8785 form without a line feed: what signet_root_parse()
 * reads as the same root, if root is one that it could have made. Nothing else is checked: parse
 * what was written before anyone signs it. uses is written unless a key has bundle and dsse alone.
 *
 * Returns SIGNET_OK, SIGNET_E_LIMIT (more than SIGNET_TRUST_PAYLOAD bytes), SIGNET_E_NOMEM, or what
 * the sink returned: only then was anything written.
 */
SIGNET_NODISCARD int
signet_root_write(const struct signet_root *root, struct signet_sink sink, struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file is for: whoever signs it says so, and a policy lets it be executed or loaded by that.
 */
#ifndef SIGNET_USAGE_H
#define SIGNET_USAGE_H

#include <signet/api.h>

SIGNET_BEGIN_DECLS

/** Uses, as bits; what is signed without one may be opened, and not executed or loaded. */
enum signet_usage {
    SIGNET_USAGE_NONE = 0,
    SIGNET_USAGE_PROGRAM = 1 << 0,
    SIGNET_USAGE_INTERP = 1 << 1, /* an ELF or #! interpreter */
    SIGNET_USAGE_LIB = 1 << 2,
    SIGNET_USAGE_SCRIPT = 1 << 3,
    SIGNET_USAGE_MODEL = 1 << 4,
    SIGNET_USAGE_DATA = 1 << 5,
};

/** Uses of what can be executed or loaded. */
#define SIGNET_USAGE_CODE                                                                          \
    (SIGNET_USAGE_PROGRAM | SIGNET_USAGE_INTERP | SIGNET_USAGE_LIB | SIGNET_USAGE_SCRIPT)

SIGNET_END_DECLS

#endif

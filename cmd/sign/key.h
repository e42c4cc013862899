/* SPDX-License-Identifier: Apache-2.0
 *
 * The signing key that a command line names.
 */
#ifndef SIGNET_CMD_SIGN_KEY_H
#define SIGNET_CMD_SIGN_KEY_H

#include <signet/seckey.h>

#include "common/tool.h"

/**
 * Opens the key that spec names: a file, "env:NAME" (the text of a key file in a variable) or
 * "fd:N"; NULL means $SIGNET_KEY, which names one in the same ways. Asks for the passphrase if the
 * key is encrypted. *key is owned (free with signet_seckey_free()) and set on success only. Returns
 * SIGNET_OK, SIGNET_E_USAGE (no key named, or a kind that is not supported), SIGNET_E_IO,
 * SIGNET_E_LIMIT, or what signet_passphrase_get() and signet_seckey_read() return.
 */
SIGNET_NODISCARD int signet_sign_open_key(struct signet_tool *tool,
                                          const char *spec,
                                          struct signet_seckey **key,
                                          struct signet_err *err);

#endif

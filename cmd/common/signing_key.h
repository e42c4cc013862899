/* SPDX-License-Identifier: Apache-2.0
 *
 * The signing key that a command line names.
 */
#ifndef SIGNET_COMMON_SIGNING_KEY_H
#define SIGNET_COMMON_SIGNING_KEY_H

#include <signet/seckey.h>

#include "common/tool.h"

/** The key of one run. Zero-initialised is none; free with signet_sign_key_close(). */
struct signet_sign_key {
    const char *spec; /* its name */
    struct signet_seckey *seckey;
    struct signet_seckey_opening *opening; /* until it is settled */
};

/**
 * Begins to open the key that spec names: a file, "env:NAME" (the text of a key file in a variable)
 * or "fd:N"; NULL means $SIGNET_KEY, which names one in the same ways. Asks for the passphrase if
 * the key is encrypted; what then takes time goes on beside the caller. Returns SIGNET_OK,
 * SIGNET_E_USAGE (no key named, or a kind that is not supported), SIGNET_E_IO, SIGNET_E_LIMIT, or
 * what signet_passphrase_get() and signet_seckey_opening_start() return.
 */
SIGNET_NODISCARD int signet_sign_key_open(struct signet_tool *tool,
                                          const char *spec,
                                          struct signet_sign_key *key,
                                          struct signet_err *err);

/** Whether it is known by now that the key cannot be used: for signet_sign_opts.stop, ctx is the
 *  key. */
bool signet_sign_key_failed(void *ctx);

/** Waits for the key: key->seckey is set if this succeeds. May be called again then. Results as
 *  signet_seckey_read(). */
SIGNET_NODISCARD int signet_sign_key_settle(struct signet_sign_key *key, struct signet_err *err);

/** Wipes and releases. */
void signet_sign_key_close(struct signet_sign_key *key);

#endif

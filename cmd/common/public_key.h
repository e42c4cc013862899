/* SPDX-License-Identifier: Apache-2.0
 *
 * A public key that a command line names.
 */
#ifndef SIGNET_COMMON_PUBLIC_KEY_H
#define SIGNET_COMMON_PUBLIC_KEY_H

#include <signet/key.h>

/** Reads the key in a file, in any of the forms of signet_pubkey_read_any(). Results as
 *  signet_io_read() and signet_pubkey_read_any(), naming the file. */
SIGNET_NODISCARD int
signet_public_key_read(const char *path, struct signet_pubkey *key, struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A public key that the caller trusts, and what for.
 */
#ifndef SIGNET_TRUSTED_KEY_H
#define SIGNET_TRUSTED_KEY_H

#include <signet/key.h>

/** Formats a key may be used with, as bits. A signature in another format does not count. A trust
 *  root may give uses for which there is no format here: such a key counts nowhere. */
enum signet_key_use {
    SIGNET_USE_BUNDLE = 1 << 1,
    SIGNET_USE_DSSE = 1 << 2,
    SIGNET_USE_JSF = 1 << 3,
    SIGNET_USE_JSS = 1 << 4,
    SIGNET_USE_MINISIGN = 1 << 5,
    SIGNET_USE_SIGNIFY = 1 << 6,
    SIGNET_USE_SSHSIG = 1 << 7,
    SIGNET_USE_TIME = 1 << 8, /* cosignatures that say when; a key with it has no other */
};

/** A key, its uses and the name its owner goes by in reports. */
struct signet_trusted_key {
    struct signet_pubkey key;
    unsigned uses;    /* SIGNET_USE_* bits; 0 is of no use */
    const char *name; /* borrowed; such as the file it came from; may be NULL */
    /* It does not count now: a signature by it counts only if a trusted time says that it was made
     * while the key did. */
    bool needs_time;
};

#endif

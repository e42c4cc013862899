/* SPDX-License-Identifier: Apache-2.0
 *
 * What a secret is made of, for the modules that put keys into one and take them out.
 */
#ifndef SIGNET_SIGN_SECRET_H
#define SIGNET_SIGN_SECRET_H

#include <signet/seckey.h>

struct signet_secret {
    uint8_t *bytes; /* between guard pages, kept out of swap and core files, wiped when freed */
    size_t len;     /* bytes used */
    size_t capacity;
};

#endif

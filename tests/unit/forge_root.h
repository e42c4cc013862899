/* SPDX-License-Identifier: Apache-2.0
 *
 * Trust roots for tests, put together as text. Keys 0 to 2 are those of RFC 8032 section 7.1, as
 * `openssl pkey -pubout` and `ssh-keygen -l` (OpenSSL 3.0.19, OpenSSH 9.2) write and name them; key
 * 3 is an ECDSA P-256 key that openssl made.
 */
#ifndef SIGNET_TESTS_FORGE_ROOT_H
#define SIGNET_TESTS_FORGE_ROOT_H

#include "forge.h"

#define ID0 "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"
#define ID1 "SHA256:F34nin7tcaYH6WR5LSWSfj6weFBPfBpuyUUoPFP9YjA"
#define ID2 "SHA256:s3Z2A+mldeflHo5TMMEUA7MlkMg96xvtqH9DGLHHZmE"
#define ID3 "SHA256:TBlirSHi+A8NqCWp5/U7SCssnycfoL0csMI4F7+hDAE"
#define PUBLIC0 "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define PUBLIC1 "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
#define PUBLIC2 "MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU="
#define PUBLIC3                                                                                    \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+Mvf0IXZmb0Ftb25fL1ZpObueDnYQcFPxJsgU81DLPOC5p7snZ8Azy0q" \
    "g1x9iFAu039V+sBu6nJkTU14pMetyA=="

/* A member of `keys`; more is further members with a comma before each. */
#define KEY_ENTRY(id, public, more)                                                                \
    "\"" id "\":{\"algorithm\":\"ed25519\",\"public\":\"" public "\",\"owner\":\"somebody\","      \
                                                                 "\"status\":\"active\"" more "}"

#endif

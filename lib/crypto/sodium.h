/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting libsodium, and not trusting one with a known fault.
 */
#ifndef SIGNET_CRYPTO_SODIUM_H
#define SIGNET_CRYPTO_SODIUM_H

#include <signet/err.h>

/**
 * Makes libsodium ready: picks its fastest code and checks that its point check works. Any thread,
 * any number of times; later calls cost an atomic read.
 * Returns SIGNET_OK, or SIGNET_E_INTERNAL (libsodium cannot start, or has CVE-2025-69277: its point
 * check lets points outside the prime-order group pass).
 */
SIGNET_NODISCARD int signet_sodium_start(struct signet_err *err);

#endif

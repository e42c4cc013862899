/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the time comes from.
 */
#ifndef SIGNET_CLOCK_H
#define SIGNET_CLOCK_H

#include <stdint.h>

/** A source of time; now() returns seconds since 1970-01-01 UTC. NULL means the system clock. */
struct signet_clock {
    int64_t (*now)(void *ctx);
    void *ctx; /* borrowed, passed to now() */
};

#endif

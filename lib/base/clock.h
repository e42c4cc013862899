/* SPDX-License-Identifier: Apache-2.0
 *
 * Time as an input: what needs the time takes a clock, so that tests can fix it.
 */
#ifndef SIGNET_BASE_CLOCK_H
#define SIGNET_BASE_CLOCK_H

#include <signet/clock.h>

/** Room for "YYYY-MM-DDTHH:MM:SSZ" and its NUL. */
#define SIGNET_CLOCK_TEXT 21

/** The time of clock in seconds since 1970-01-01 UTC; the system's if clock is NULL. */
int64_t signet_clock_now(const struct signet_clock *clock);

/** Writes seconds as RFC 3339 UTC; years outside 1970 to 9999 are shown as the nearest end. */
const char *signet_clock_format(int64_t seconds, char out[SIGNET_CLOCK_TEXT]);

#endif

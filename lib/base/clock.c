/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock and its one text form (RFC 3339, UTC). Judges nothing by it.
 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/compiler.h"

static const int64_t last_second = INT64_C(253402300799); /* 9999-12-31T23:59:59Z */

int64_t signet_clock_now(const struct signet_clock *clock)
{
    if (clock != NULL) {
        return clock->now(clock->ctx);
    }
    struct timespec now = {0, 0};
    SIGNET_IGNORE(clock_gettime(CLOCK_REALTIME, &now) != 0); /* cannot fail with this clock */
    return (int64_t)now.tv_sec;
}

const char *signet_clock_format(int64_t seconds, char out[SIGNET_CLOCK_TEXT])
{
    struct tm parts;
    if (seconds < 0) {
        seconds = 0;
    }
    if (seconds > last_second) {
        seconds = last_second;
    }
    time_t when = (time_t)seconds;
    if (gmtime_r(&when, &parts) == NULL ||
        strftime(out, SIGNET_CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        out[0] = '\0';
    }
    return out;
}

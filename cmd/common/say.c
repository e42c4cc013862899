/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of common/say.h.
 */
#include "common/say.h"

#include <errno.h>
#include <unistd.h>

void signet_say(int fd, struct signet_span bytes)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno != EINTR) {
            return;
        }
        done += n > 0 ? (size_t)n : 0;
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of common/say.h.
 */
#include "common/say.h"

#include <errno.h>
#include <signet/io.h>
#include <signet/text.h>
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

bool signet_say_to_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

int signet_say_result(struct signet_span bytes, struct signet_err *err)
{
    struct signet_buf shown;
    if (!signet_say_to_terminal()) {
        return signet_io_write("-", bytes, 0, true, err);
    }
    signet_buf_init(&shown, SIZE_MAX);
    signet_utf8_escape(&shown, bytes);
    signet_buf_putc(&shown, '\n');
    int rc = shown.status == SIGNET_OK
                 ? signet_io_write("-", signet_buf_span(&shown), 0, true, err)
                 : signet_err_set(err, shown.status, "out of memory for the output");
    signet_buf_free(&shown);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of a bundle are for: see sign/look.h. Most files are no code, as their first bytes
 * tell: nothing more is read of those.
 */
#include "sign/look.h"

#include "sign/usage.h"

static bool may_be_code(struct signet_span head)
{
    return head.len == 0 || signet_span_begins(head, "#!") ||
           signet_span_begins(head, "\x7f"
                                    "ELF");
}

static int look(int fd, struct signet_span head, enum signet_usage *usage, struct signet_err *err)
{
    *usage = SIGNET_USAGE_NONE;
    if (!may_be_code(head)) {
        return SIGNET_OK;
    }
    int rc = signet_usage_detect(fd, usage, err);
    if (rc != SIGNET_OK || (*usage & SIGNET_USAGE_CODE) == 0) {
        *usage = SIGNET_USAGE_NONE;
    }
    return rc;
}

const struct signet_lane_look *signet_sign_look(void)
{
    static const struct signet_lane_look looks = {look};
    return &looks;
}

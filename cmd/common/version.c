/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of --version: which signet, which libraries, which code computes SHA-256.
 */
#include <signet/digest.h>

#include "common/tool.h"

int signet_tool_version(struct signet_buf *out,
                        const char *name,
                        bool verbose,
                        struct signet_err *err)
{
    struct signet_digest_path path = {.name = "", .hardware = false};
    signet_buf_puts(out, name);
    signet_buf_putc(out, ' ');
    signet_buf_puts(out, signet_version());
    signet_buf_putc(out, '\n');
    if (!verbose) {
        return SIGNET_OK;
    }
    signet_buf_puts(out, "built with " SIGNET_BUILT_WITH "\n");
    int rc = signet_digest_self_check(&path, err);
    if (rc == SIGNET_OK) {
        signet_buf_puts(out, path.hardware ? "SHA-256: two streams a core with " : "SHA-256: ");
        signet_buf_puts(out, path.name);
        signet_buf_puts(out, path.hardware ? "\n" : ": the processor has no SHA instructions\n");
    }
    return rc;
}

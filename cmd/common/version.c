/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of --version: which signet, which libraries, which code computes SHA-256.
 */
#include <signet/digest.h>

#include "common/tool.h"

static const char *sha_path(const struct signet_digest_path *path)
{
    if (path->sha_in_use) {
        return "with the SHA instructions of the processor";
    }
    return path->cpu_has_sha ? "without the SHA instructions that the processor has"
                             : "in software: the processor has no SHA instructions";
}

int signet_tool_version(struct signet_buf *out,
                        const char *name,
                        bool verbose,
                        struct signet_err *err)
{
    struct signet_digest_path path = {.library = "", .cpu_has_sha = false, .sha_in_use = false};
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
        signet_buf_puts(out, "SHA-256: ");
        signet_buf_puts(out, path.library);
        signet_buf_puts(out, ", ");
        signet_buf_puts(out, sha_path(&path));
        signet_buf_putc(out, '\n');
    }
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify --inspect: what a signature file claims, which nobody has verified.
 */
#include <signet/inspect.h>
#include <signet/io.h>
#include <signet/text.h>

#include "verify/verify.h"

int signet_verify_inspect(struct signet_tool *tool, struct signet_err *err)
{
    const char *path = signet_opts_value(&tool->opts, SIGNET_VERIFY_INSPECT);
    struct signet_unverified *claims = NULL;
    struct signet_buf bytes;
    struct signet_buf text;
    char shown[SIGNET_SHOW_MAX];
    if (tool->opts.operand_count > 0 || signet_opts_has(&tool->opts, SIGNET_VERIFY_KEY)) {
        return signet_err_set(
            err, SIGNET_E_USAGE,
            "option --inspect takes one file and verifies nothing: no PATH, no -k");
    }
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_io_read(path, signet_limits_signature_file(&tool->limits), &bytes, err);
    if (rc == SIGNET_OK) {
        rc = signet_unverified_read(&bytes, &tool->limits, &claims, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
        }
    }
    if (rc == SIGNET_OK) {
        signet_unverified_member(claims, &tool->body);
        rc = signet_unverified_text(claims, &text);
    }
    if (rc == SIGNET_OK && !tool->json) {
        rc = signet_io_write("-", signet_buf_span(&text), 0, true, err);
    }
    signet_unverified_free(claims);
    signet_buf_free(&text);
    signet_buf_free(&bytes);
    return rc;
}

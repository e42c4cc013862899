/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-verify --lint: what the author of a policy did not mean.
 */
#include <signet/io.h>

#include "verify/verify.h"

int signet_verify_lint(struct signet_tool *tool, struct signet_err *err)
{
    const struct signet_trust_names names = signet_tool_trust_names(tool, true);
    struct signet_trust *trust = NULL;
    struct signet_buf text;
    if (tool->opts.operand_count > 0 || names.policy == NULL || names.root == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --lint goes with --policy and --root, and no PATH");
    }
    signet_buf_init(&text, SIZE_MAX);
    int rc = signet_tool_trust_by(tool, &names, &trust, err);
    bool never = rc == SIGNET_OK && signet_trust_lint(trust, &text, &tool->body);
    if (rc == SIGNET_OK && !tool->json) {
        rc = text.status == SIGNET_OK ? signet_io_write("-", signet_buf_span(&text), 0, true, err)
                                      : text.status;
    }
    if (rc == SIGNET_OK && never) {
        rc = signet_err_set(err, SIGNET_E_DENIED, "a rule of the policy never passes");
    }
    signet_buf_free(&text);
    signet_trust_free(trust);
    return rc;
}

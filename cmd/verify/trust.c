/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom signet-verify trusts by a policy instead of by keys: a root and a policy, read from files.
 */
#include <signet/io.h>
#include <signet/trust.h>

#include "verify/verify.h"

static int
read_file(const struct signet_tool *tool, struct signet_trust_file *file, struct signet_err *err)
{
    return signet_io_read(file->name, tool->limits.envelope, &file->text, err);
}

int signet_verify_read_trust(struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    struct signet_trust_file root = {.name = signet_opts_value(opts, SIGNET_VERIFY_ROOT)};
    struct signet_trust_file policy = {.name = signet_opts_value(opts, SIGNET_VERIFY_POLICY)};
    const struct signet_trust_opts how = {
        .size = sizeof(how),
        .root = &root,
        .policy = &policy,
        .insecure_unsigned_policy = signet_opts_has(opts, SIGNET_VERIFY_INSECURE_UNSIGNED_POLICY),
        .limits = &run->tool->limits,
    };
    int rc = read_file(run->tool, &root, err);
    if (rc == SIGNET_OK) {
        rc = read_file(run->tool, &policy, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_trust_new(&how, &run->trust, err);
    }
    signet_buf_free(&root.text); /* if it did not come to that */
    signet_buf_free(&policy.text);
    return rc;
}

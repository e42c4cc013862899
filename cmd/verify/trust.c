/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom signet-verify trusts by a policy instead of by keys: a root and a policy, read from files.
 */
#include <signet/io.h>
#include <signet/text.h>
#include <signet/trust.h>
#include <stdlib.h>

#include "common/state.h"
#include "verify/verify.h"

static int
read_file(const struct signet_tool *tool, struct signet_trust_file *file, struct signet_err *err)
{
    return signet_io_read(file->name, tool->limits.envelope, &file->text, err);
}

/* Where the versions seen are remembered; *path stays NULL if they are not. */
static int find_state(struct signet_tool *tool, char **path, struct signet_err *err)
{
    const char *given = signet_opts_value(&tool->opts, SIGNET_VERIFY_STATE);
    *path = NULL;
    if (signet_opts_has(&tool->opts, SIGNET_VERIFY_INSECURE_NO_STATE)) {
        return SIGNET_OK;
    }
    if (given != NULL) {
        *path = strdup(given);
        return *path != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    int rc = signet_state_path(tool, "state.json", path, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "the state that remembers the versions seen");
        return rc;
    }
    return signet_state_make_folder(*path, err);
}

static int make_trust(struct signet_verify_run *run,
                      const struct signet_trust_opts *how,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = read_file(run->tool, how->root, err);
    if (rc == SIGNET_OK) {
        rc = read_file(run->tool, how->policy, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_trust_new(how, &run->trust, err);
    }
    if (rc == SIGNET_OK && how->state != NULL && signet_trust_first_use(run->trust)) {
        signet_tool_note(run->tool,
                         "%s: first use: older policies are told from newer ones from now on",
                         signet_utf8_show(signet_span_str(how->state), shown));
    }
    return rc;
}

int signet_verify_read_trust(struct signet_verify_run *run, struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    struct signet_trust_file root = {.name = signet_opts_value(opts, SIGNET_VERIFY_ROOT)};
    struct signet_trust_file policy = {.name = signet_opts_value(opts, SIGNET_VERIFY_POLICY)};
    struct signet_trust_opts how = {
        .size = sizeof(how),
        .root = &root,
        .policy = &policy,
        .insecure_unsigned_policy = signet_opts_has(opts, SIGNET_VERIFY_INSECURE_UNSIGNED_POLICY),
        .limits = &run->tool->limits,
    };
    char *state = NULL;
    int rc = find_state(run->tool, &state, err);
    if (rc == SIGNET_OK) {
        how.state = state;
        rc = make_trust(run, &how, err);
    }
    free(state);
    signet_buf_free(&root.text); /* if it did not come to that */
    signet_buf_free(&policy.text);
    return rc;
}

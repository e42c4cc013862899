/* SPDX-License-Identifier: Apache-2.0
 *
 * What common/trust.h reads, and where the versions seen are remembered.
 */
#include "common/trust.h"

#include <signet/io.h>
#include <signet/root.h>
#include <signet/text.h>
#include <stdlib.h>

#include "common/roots.h"
#include "common/state.h"

/* Where the versions seen are remembered; *path stays NULL if they are not. */
static int find_state(struct signet_tool *tool, char **path, struct signet_err *err)
{
    const char *given = signet_opts_value(&tool->opts, SIGNET_OPT_STATE);
    *path = NULL;
    if (signet_opts_has(&tool->opts, SIGNET_OPT_INSECURE_NO_STATE)) {
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

static int make_trust(struct signet_tool *tool,
                      const struct signet_trust_opts *how,
                      struct signet_trust **trust,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_trust_new(how, trust, err);
    if (rc == SIGNET_OK && how->state != NULL && signet_trust_first_use(*trust)) {
        signet_tool_note(tool, "%s: first use: older policies are told from newer ones from now on",
                         signet_utf8_show(signet_span_str(how->state), shown));
    }
    return rc;
}

struct signet_trust_names signet_tool_trust_names(struct signet_tool *tool, bool environment)
{
    struct signet_trust_names names = {
        .root = signet_opts_value(&tool->opts, SIGNET_OPT_ROOT),
        .policy = signet_opts_value(&tool->opts, SIGNET_OPT_POLICY),
    };
    if (environment && names.policy == NULL) {
        names.policy = signet_tool_env(tool, "SIGNET_POLICY");
    }
    if (environment && names.policy != NULL && names.root == NULL) {
        names.root = signet_tool_env(tool, "SIGNET_ROOT");
    }
    return names;
}

static int64_t time_given(void *ctx)
{
    const int64_t *seconds = ctx;
    return *seconds;
}

/* Reads --insecure-verify-time into *clock, which then always tells it. */
static int read_time(const struct signet_tool *tool,
                     struct signet_clock *clock,
                     struct signet_trust_opts *how,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *text = signet_opts_value(&tool->opts, SIGNET_OPT_INSECURE_VERIFY_TIME);
    if (text == NULL) {
        return SIGNET_OK;
    }
    how->clock = clock;
    how->insecure_clock = true;
    return text[0] != 'P' && signet_root_time(text, 0, clock->ctx)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "option --insecure-verify-time: expected a time such as "
                                "2026-11-01T00:00:00Z, found \"%s\"",
                                signet_utf8_show(signet_span_str(text), shown));
}

int signet_tool_trust_by(struct signet_tool *tool,
                         const struct signet_trust_names *names,
                         struct signet_trust **trust,
                         struct signet_err *err)
{
    struct signet_trust_file policy = {.name = names->policy};
    struct signet_roots roots = {0};
    struct signet_trust_opts how = {
        .size = sizeof(how),
        .policy = &policy,
        .insecure_unsigned_policy =
            signet_opts_has(&tool->opts, SIGNET_OPT_INSECURE_UNSIGNED_POLICY),
        .limits = &tool->limits,
    };
    int64_t given = 0;
    struct signet_clock clock = {.now = time_given, .ctx = &given};
    char *state = NULL;
    int rc = read_time(tool, &clock, &how, err);
    if (rc == SIGNET_OK) {
        rc = find_state(tool, &state, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_roots_read(tool, names->root, &roots, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_io_read(policy.name, tool->limits.envelope, &policy.text, err);
    }
    if (rc == SIGNET_OK) {
        how.roots = roots.files;
        how.root_count = roots.count;
        how.root_folder = roots.folder;
        how.state = state;
        rc = make_trust(tool, &how, trust, err);
    }
    free(state);
    signet_roots_free(&roots);
    signet_buf_free(&policy.text); /* if it did not come to that */
    return rc;
}

int signet_tool_trust(struct signet_tool *tool, struct signet_trust **trust, struct signet_err *err)
{
    const struct signet_trust_names names = signet_tool_trust_names(tool, false);
    return signet_tool_trust_by(tool, &names, trust, err);
}

static void tell_refused(struct signet_tool *tool, const struct signet_store *store)
{
    uint64_t refused = signet_store_refused(store);
    for (size_t i = 0; signet_store_reason(store, i) != NULL; i++) {
        signet_tool_note(tool, "evidence that does not count: %s", signet_store_reason(store, i));
    }
    if (refused > SIGNET_STORE_TOLD) {
        signet_tool_note(tool, "evidence that does not count: %llu more",
                         (unsigned long long)(refused - SIGNET_STORE_TOLD));
    }
}

int signet_tool_evidence(struct signet_tool *tool,
                         const struct signet_trust *trust,
                         struct signet_store **store,
                         struct signet_err *err)
{
    size_t count = 0;
    const char *const *folders = signet_trust_evidence(trust, &count);
    const struct signet_store_opts opts = {
        .size = sizeof(opts), .limits = &tool->limits, .jobs = tool->jobs};
    *store = NULL;
    if (count == 0) {
        return SIGNET_OK;
    }
    int rc = signet_store_open(folders, count, &opts, store, err);
    if (rc == SIGNET_OK) {
        tell_refused(tool, *store);
    }
    return rc;
}

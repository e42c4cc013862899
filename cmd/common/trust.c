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

/* What is read for a policy. */
struct reading {
    const struct signet_trust_names *names;
    struct signet_roots roots;
    struct signet_trust_file policy;
    struct signet_trust_file *further; /* owned: as many as names->unpacked has roots */
};

/* A pack has given away what was taken out. */
static int take_unpacked(struct reading *reading, struct signet_err *err)
{
    struct signet_pack *pack = reading->names->unpacked;
    reading->further = calloc(pack->root_count + 1, sizeof(*reading->further));
    if (reading->further == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a pack");
    }
    for (size_t i = 0; i < pack->root_count; i++) {
        struct signet_pack_text *root = &pack->roots[i];
        reading->further[i] =
            (struct signet_trust_file){root->name, root->text, .version = root->version};
        memset(&root->text, 0, sizeof(root->text));
    }
    reading->policy =
        (struct signet_trust_file){pack->policy.name, pack->policy.text, .version = 0};
    memset(&pack->policy.text, 0, sizeof(pack->policy.text));
    return SIGNET_OK;
}

static int read_files(struct signet_tool *tool, struct reading *reading, struct signet_err *err)
{
    const struct signet_trust_names *names = reading->names;
    int rc = signet_roots_read(tool, names->root, &reading->roots, err);
    if (rc != SIGNET_OK || names->unpacked != NULL) {
        return rc == SIGNET_OK ? take_unpacked(reading, err) : rc;
    }
    reading->policy.name = names->policy;
    return signet_io_read(names->policy, tool->limits.envelope, &reading->policy.text, err);
}

/* Of what is going to be verified, before it is changed by that. */
static int pack_files(struct reading *reading, struct signet_err *err)
{
    struct signet_pack *pack = reading->names->packing;
    if (pack == NULL) {
        return SIGNET_OK;
    }
    int rc = signet_pack_add_policy(pack, signet_buf_span(&reading->policy.text), err);
    for (size_t i = 0; rc == SIGNET_OK && i < reading->roots.count; i++) {
        rc = signet_pack_add_root(pack, signet_buf_span(&reading->roots.files[i].text), err);
    }
    return rc;
}

static void pack_versions(const struct reading *reading, const struct signet_trust *trust)
{
    struct signet_pack *pack = reading->names->packing;
    for (size_t i = 0; pack != NULL && i < pack->root_count; i++) {
        pack->roots[i].version = signet_trust_root_version(trust, i);
    }
}

static void free_reading(struct reading *reading)
{
    for (size_t i = 0; reading->further != NULL && i < reading->names->unpacked->root_count; i++) {
        signet_buf_free(&reading->further[i].text);
    }
    free(reading->further);
    signet_roots_free(&reading->roots);
    signet_buf_free(&reading->policy.text); /* if it did not come to that */
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
    struct reading reading = {.names = names};
    struct signet_trust_opts how = {
        .size = sizeof(how),
        .policy = &reading.policy,
        .policy_name = names->policy_name,
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
        rc = read_files(tool, &reading, err);
    }
    if (rc == SIGNET_OK) {
        rc = pack_files(&reading, err);
    }
    if (rc == SIGNET_OK) {
        how.roots = reading.roots.files;
        how.root_count = reading.roots.count;
        how.root_folder = reading.roots.folder;
        how.further = reading.further;
        how.further_count = reading.further != NULL ? names->unpacked->root_count : 0;
        how.state = state;
        rc = make_trust(tool, &how, trust, err);
    }
    if (rc == SIGNET_OK) {
        pack_versions(&reading, *trust);
    }
    free(state);
    free_reading(&reading);
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
                         const struct signet_pack *pack,
                         struct signet_store **store,
                         struct signet_err *err)
{
    size_t count = 0;
    const char *const *folders = signet_trust_evidence(trust, &count);
    const struct signet_store_opts opts = {.size = sizeof(opts),
                                           .limits = &tool->limits,
                                           .jobs = tool->jobs,
                                           .pack = pack,
                                           .trust = trust};
    *store = NULL;
    if (count == 0 && pack == NULL) {
        return SIGNET_OK;
    }
    int rc = signet_store_open(folders, count, &opts, store, err);
    if (rc == SIGNET_OK) {
        tell_refused(tool, *store);
    }
    return rc;
}

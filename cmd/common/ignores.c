/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of common/ignores.h. Judges no path: measuring does.
 */
#include "common/ignores.h"

#include <signet/text.h>
#include <stdlib.h>

static char *without_trailing_slashes(const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    return strndup(path, len);
}

int signet_ignores_collect(struct signet_ignores *ignores,
                           const struct signet_tool *tool,
                           int id,
                           struct signet_err *err)
{
    const char *const *git_names = signet_artifact_git_names();
    const char *value = NULL;
    size_t at = 0;
    size_t room = tool->opts.given_count + 1;
    for (size_t i = 0; git_names[i] != NULL; i++) {
        room++;
    }
    memset(ignores, 0, sizeof(*ignores));
    ignores->paths = calloc(room, sizeof(*ignores->paths));
    bool complete = ignores->paths != NULL;
    while (complete && (value = signet_opts_next(&tool->opts, id, &at)) != NULL) {
        ignores->paths[ignores->given] = without_trailing_slashes(value);
        complete = ignores->paths[ignores->given++] != NULL;
    }
    for (size_t i = 0; complete && git_names[i] != NULL; i++) {
        ignores->paths[ignores->given + i] = strdup(git_names[i]);
        complete = ignores->paths[ignores->given + i] != NULL;
    }
    if (!complete) {
        signet_ignores_free(ignores);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    return SIGNET_OK;
}

bool signet_ignores_cover(const struct signet_ignores *ignores, const char *name)
{
    for (size_t i = 0; ignores->paths[i] != NULL; i++) {
        size_t len = strlen(ignores->paths[i]);
        if (strncmp(name, ignores->paths[i], len) == 0 && (name[len] == '\0' || name[len] == '/')) {
            return true;
        }
    }
    return false;
}

static bool was_met(const struct signet_manifest *manifest, const char *path)
{
    for (size_t i = 0; i < manifest->ignored_count; i++) {
        if (strcmp(manifest->ignored[i], path) == 0) {
            return true;
        }
    }
    return false;
}

void signet_ignores_tell(const struct signet_ignores *ignores,
                         struct signet_tool *tool,
                         const struct signet_manifest *manifest)
{
    char first[SIGNET_SHOW_MAX];
    char second[SIGNET_SHOW_MAX];
    for (size_t i = 0; i < manifest->ignored_count; i++) {
        signet_utf8_show(signet_span_str(manifest->ignored[i]), first);
        signet_tool_note(tool, "ignored: %s", first);
    }
    for (size_t i = 0; i < ignores->given; i++) {
        if (!was_met(manifest, ignores->paths[i])) {
            signet_utf8_show(signet_span_str(ignores->paths[i]), first);
            signet_tool_note(tool, "nothing to ignore is called %s", first);
        }
    }
    if (manifest->uncovered_count > 0) {
        signet_utf8_show(signet_span_str(manifest->uncovered[0]), first);
        signet_tool_note(tool, "folders without a file in them are not covered: %zu, such as %s",
                         manifest->uncovered_count, first);
    }
    if (manifest->twins[0] != NULL && manifest->twins[1] != NULL) {
        signet_utf8_show(signet_span_str(manifest->twins[0]), first);
        signet_utf8_show(signet_span_str(manifest->twins[1]), second);
        signet_tool_note(tool, "two names differ in case only: %s and %s", first, second);
    }
}

void signet_ignores_free(struct signet_ignores *ignores)
{
    for (size_t i = 0; ignores->paths != NULL && ignores->paths[i] != NULL; i++) {
        free(ignores->paths[i]);
    }
    free(ignores->paths);
    memset(ignores, 0, sizeof(*ignores));
}

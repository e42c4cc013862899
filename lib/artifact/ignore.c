/* SPDX-License-Identifier: Apache-2.0
 *
 * Ignored paths (OpenSSF Model Signing, "ignore_paths"): whole components compared as bytes, no
 * patterns. Owns the list; knows nothing of files.
 */
#include "artifact/ignore.h"

#include <stdlib.h>

#include "artifact/path.h"
#include "base/err.h"

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_all(const char *const *list, size_t *count, struct signet_err *err)
{
    for (*count = 0; list[*count] != NULL; (*count)++) {
        struct signet_err reason;
        signet_err_clear(&reason);
        if (signet_path_check(signet_span_str(list[*count]), UINT64_MAX, &reason) != SIGNET_OK) {
            return signet_err_set(err, SIGNET_E_USAGE, "path to ignore: %s", reason.msg);
        }
    }
    return SIGNET_OK;
}

int signet_ignore_init(struct signet_ignore *ignore,
                       const char *const *list,
                       struct signet_err *err)
{
    size_t given = 0;
    memset(ignore, 0, sizeof(*ignore));
    int rc = list == NULL ? SIGNET_OK : check_all(list, &given, err);
    if (rc != SIGNET_OK || given == 0) {
        return rc;
    }
    ignore->paths = calloc(given, sizeof(*ignore->paths));
    ignore->met = calloc(given, sizeof(*ignore->met));
    if (ignore->paths == NULL || ignore->met == NULL) {
        signet_ignore_free(ignore);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu paths to ignore", given);
    }
    memcpy(ignore->paths, list, given * sizeof(*ignore->paths));
    qsort(ignore->paths, given, sizeof(*ignore->paths), compare_paths);
    for (size_t i = 0; i < given; i++) {
        if (ignore->count == 0 || strcmp(ignore->paths[i], ignore->paths[ignore->count - 1]) != 0) {
            ignore->paths[ignore->count++] = ignore->paths[i];
        }
    }
    return SIGNET_OK;
}

static int compare_to_path(const void *name, const void *path)
{
    return signet_path_compare(*(const struct signet_span *)name, *(const char *const *)path);
}

bool signet_ignore_match(struct signet_ignore *ignore, struct signet_span name)
{
    for (size_t len = 1; ignore->count > 0 && len <= name.len; len++) {
        if (len < name.len && name.ptr[len] != '/') {
            continue;
        }
        struct signet_span upper = signet_span_of(name.ptr, len);
        const char **found =
            bsearch(&upper, ignore->paths, ignore->count, sizeof(*ignore->paths), compare_to_path);
        if (found != NULL) {
            ignore->met[found - ignore->paths] = true;
            return true;
        }
    }
    return false;
}

void signet_ignore_free(struct signet_ignore *ignore)
{
    free(ignore->paths);
    free(ignore->met);
    memset(ignore, 0, sizeof(*ignore));
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an artifact stays the same: see verify/steady.h.
 */
#include "verify/steady.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/fd.h"

static int changed(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
}

int signet_steady_start(struct signet_steady *steady,
                        const struct signet_artifact *artifact,
                        struct signet_err *err)
{
    if (signet_artifact_kind(artifact) != SIGNET_ARTIFACT_FILE) {
        return SIGNET_OK;
    }
    if (fstat(artifact->fd, &steady->opened) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat");
    }
    steady->watched = true;
    return SIGNET_OK;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether two manifests can be compared: of bundles that were read by the same names. */
static bool are_comparable(const struct signet_manifest *a, const struct signet_manifest *b)
{
    return a->kind == SIGNET_ARTIFACT_BUNDLE && b->kind == SIGNET_ARTIFACT_BUNDLE && !a->partial &&
           !b->partial && same_text(a->stripped, b->stripped);
}

static bool leaves_out(const struct signet_manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->ignored_count; i++) {
        size_t len = strlen(manifest->ignored[i]);
        if (strncmp(name, manifest->ignored[i], len) == 0 &&
            (name[len] == '\0' || name[len] == '/')) {
            return true;
        }
    }
    return false;
}

/* One file as it was found twice. */
static bool same_entry(const struct signet_manifest *a,
                       const struct signet_entry *of_a,
                       const struct signet_manifest *b,
                       const struct signet_entry *of_b)
{
    bool same = of_a->size == of_b->size;
    if (a->shard_size == 0 && b->shard_size == 0) {
        return same && memcmp(of_a->sha256, of_b->sha256, sizeof(of_a->sha256)) == 0;
    }
    if (a->shard_size != b->shard_size || a->alg != b->alg) {
        return same;
    }
    uint64_t count = signet_entry_digests(a, of_a);
    for (uint64_t i = 0; same && i < count; i++) {
        same = signet_span_eq(signet_entry_digest(a, of_a, i), signet_entry_digest(b, of_b, i));
    }
    return same;
}

/* Both lists are sorted by name, so they are walked in step. */
static bool same_entries(const struct signet_manifest *a, const struct signet_manifest *b)
{
    size_t i = 0;
    size_t j = 0;
    bool same = true;
    while (same && (i < a->count || j < b->count)) {
        int order = j == b->count ? -1 : 1;
        if (i < a->count && j < b->count) {
            order = strcmp(a->entries[i].name, b->entries[j].name);
        }
        same = order < 0   ? leaves_out(b, a->entries[i].name)
               : order > 0 ? leaves_out(a, b->entries[j].name)
                           : same_entry(a, &a->entries[i], b, &b->entries[j]);
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    return same;
}

int signet_steady_compare(const struct signet_manifest *before,
                          const struct signet_manifest *manifest,
                          struct signet_err *err)
{
    return !are_comparable(before, manifest) || same_entries(before, manifest) ? SIGNET_OK
                                                                               : changed(err);
}

int signet_steady_check(const struct signet_steady *steady,
                        const struct signet_artifact *artifact,
                        struct signet_err *err)
{
    struct stat now;
    bool same = !steady->watched ||
                (fstat(artifact->fd, &now) == 0 && signet_fd_unchanged(&steady->opened, &now));
    return same ? SIGNET_OK : changed(err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * From a verification that passed to files. Owns which entries are written and that nothing is,
 * unless everything is; reading them again is artifact/replay.c's, making a folder that appears at
 * once base/newdir.c's.
 */
#include "verify/extract.h"

#include "artifact/replay.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/newdir.h"
#include "base/utf8.h"
#include "verify/verification.h"

struct extraction {
    const struct signet_verification *verification;
    struct signet_newdir *folder;
    const char *name; /* of the entry being written */
    int fd;
};

bool signet_extract_wants(const struct signet_verification *verification,
                          const struct signet_entry *entry)
{
    return !signet_content_is_unsigned(&verification->content, entry->name);
}

static bool wants(void *ctx, const struct signet_entry *entry)
{
    const struct extraction *extraction = ctx;
    return signet_extract_wants(extraction->verification, entry);
}

static int begin(void *ctx, const struct signet_entry *entry, struct signet_err *err)
{
    struct extraction *extraction = ctx;
    extraction->name = entry->name;
    return signet_newdir_file(extraction->folder, entry->name, &extraction->fd, err);
}

static int put(void *ctx, struct signet_span bytes, struct signet_err *err)
{
    const struct extraction *extraction = ctx;
    char shown[SIGNET_SHOW_MAX];
    int rc = signet_place_write(extraction->fd, bytes, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(extraction->name), shown));
    }
    return rc;
}

static int end(void *ctx, struct signet_err *err)
{
    struct extraction *extraction = ctx;
    (void)err;
    signet_fd_close(&extraction->fd); /* what a file system tells late, commit asks for */
    return SIGNET_OK;
}

static int check(const struct signet_verification *verification,
                 const struct signet_extract_opts *opts,
                 struct signet_err *err)
{
    if (opts->size != sizeof(*opts)) {
        return signet_err_set(err, SIGNET_E_USAGE, "options of another version of the library");
    }
    if (signet_verification_verified(verification) == NULL || verification->manifest == NULL) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED,
                              "only what passed verification can be extracted");
    }
    return SIGNET_OK;
}

int signet_extract_into(const struct signet_verification *verification,
                        struct signet_artifact *artifact,
                        struct signet_newdir *folder,
                        const struct signet_extract_opts *opts,
                        struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    struct extraction extraction = {.verification = verification, .folder = folder, .fd = -1};
    const struct signet_replay_sink sink = {wants, begin, put, end, &extraction};
    const struct signet_replay_opts how = {
        .limits = opts->limits != NULL ? opts->limits : &standard,
        .jobs = opts->jobs,
        .progress = opts->progress,
        .progress_ctx = opts->progress_ctx,
    };
    int rc = check(verification, opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_replay(artifact, verification->manifest, &how, &sink, err);
    }
    signet_fd_close(&extraction.fd);
    return rc;
}

int signet_extract(const struct signet_verification *verification,
                   struct signet_artifact *artifact,
                   const char *path,
                   const struct signet_extract_opts *opts,
                   struct signet_err *err)
{
    struct signet_newdir folder;
    int rc = check(verification, opts, err);
    if (rc == SIGNET_OK) {
        rc = signet_newdir_open(&folder, path, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_extract_into(verification, artifact, &folder, opts, err);
    if (rc == SIGNET_OK) {
        return signet_newdir_commit(&folder, err);
    }
    signet_newdir_abort(&folder);
    return rc;
}

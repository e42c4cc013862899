/* SPDX-License-Identifier: Apache-2.0
 *
 * signet-sign --manifest: reading part manifests. Owns which files they may be; what they say, and
 * whether they belong together, is the library's.
 */
#include "sign/parts.h"

#include <signet/io.h>
#include <signet/text.h>
#include <stdlib.h>

#include "common/sidecar.h"
#include "sign/sign.h"

int signet_sign_parts_check(const struct signet_opts *opts, struct signet_err *err)
{
    static const int others[] = {SIGNET_SIGN_SHARD_SIZE, SIGNET_SIGN_CONTENTS, SIGNET_SIGN_REUSE,
                                 0};
    const char *hash = signet_opts_value(opts, SIGNET_SIGN_HASH);
    if (signet_opts_has(opts, SIGNET_SIGN_MANIFEST) && opts->operand_count > 1) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "option --manifest goes with one PATH, and takes one FILE: it is "
                              "given once for each part");
    }
    int rc = signet_opts_apart(opts, SIGNET_SIGN_MANIFEST, others, err);
    if (rc == SIGNET_OK && signet_opts_has(opts, SIGNET_SIGN_MANIFEST) && hash != NULL &&
        strcmp(hash, "sha256") != 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --manifest goes with sha256 alone");
    }
    return rc;
}

static int check_outside(const struct signet_sign_run *run,
                         const struct signet_sign_item *item,
                         const char *file,
                         struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char *inside = NULL;
    int rc = signet_sidecar_inside(file, item->path, &inside, err);
    if (rc == SIGNET_OK && inside != NULL && !signet_ignores_cover(&run->ignores, inside)) {
        rc =
            signet_err_set(err, SIGNET_E_USAGE,
                           "option --manifest: %s lies inside the folder, where it is listed: keep "
                           "it elsewhere, or leave it out with --ignore here and in every part",
                           signet_utf8_show(signet_span_str(file), shown));
    }
    free(inside);
    return rc;
}

static int read_file(struct signet_sign_parts *parts,
                     const struct signet_sign_run *run,
                     const struct signet_sign_item *item,
                     const char *file,
                     struct signet_err *err)
{
    struct signet_buf *text = &parts->texts[parts->count];
    int rc = check_outside(run, item, file, err);
    if (rc == SIGNET_OK) {
        rc = signet_io_read(file, run->tool->limits.bundle, text, err);
        parts->files[parts->count++] = (struct signet_part_file){file, signet_buf_span(text)};
    }
    return rc;
}

int signet_sign_parts_read(struct signet_sign_parts *parts,
                           const struct signet_sign_run *run,
                           const struct signet_sign_item *item,
                           struct signet_err *err)
{
    const struct signet_opts *opts = &run->tool->opts;
    size_t room = signet_opts_count(opts, SIGNET_SIGN_MANIFEST);
    const char *file = NULL;
    size_t at = 0;
    int rc = SIGNET_OK;
    if (room == 0) {
        return SIGNET_OK;
    }
    if (signet_artifact_kind(item->artifact) != SIGNET_ARTIFACT_BUNDLE) {
        return signet_err_set(err, SIGNET_E_USAGE, "option --manifest goes with a folder");
    }
    parts->files = calloc(room, sizeof(*parts->files));
    parts->texts = calloc(room, sizeof(*parts->texts));
    if (parts->files == NULL || parts->texts == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for part manifests");
    }
    while (rc == SIGNET_OK && (file = signet_opts_next(opts, SIGNET_SIGN_MANIFEST, &at)) != NULL) {
        rc = read_file(parts, run, item, file, err);
    }
    return rc;
}

void signet_sign_parts_free(struct signet_sign_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        signet_buf_free(&parts->texts[i]);
    }
    free(parts->files);
    free(parts->texts);
    memset(parts, 0, sizeof(*parts));
}

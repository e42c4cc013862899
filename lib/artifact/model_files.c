/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of a measured artifact, one after another: owns that what is parsed is what was
 * digested. See artifact/model_format.h.
 */
#include "artifact/model_format.h"

#include <errno.h>
#include <sys/stat.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "artifact/opener.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

static int read_at(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    const int *fd = ctx;
    return signet_fd_pread_all(*fd, (struct signet_fd_run){offset, buf, len}, err);
}

static int check_same(int fd, const struct signet_entry *entry, struct signet_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    return signet_manifest_same_file(entry, &st)
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
}

int signet_models_add(const struct signet_model_source *source,
                      struct signet_models *models,
                      struct signet_err *err)
{
    unsigned formats = 0;
    bool text = false;
    int rc = signet_model_formats(source, &formats, err);
    if (rc == SIGNET_OK && formats == 0) {
        rc = signet_model_is_text(source, &text, err);
        models->others = models->others || !text;
    }
    models->ambiguous = models->ambiguous || (formats & (formats - 1)) != 0;
    models->formats |= formats;
    return rc;
}

static int add_file(int fd,
                    const struct signet_entry *entry,
                    struct signet_models *models,
                    struct signet_err *err)
{
    const struct signet_model_source source = {read_at, &fd, entry->size};
    int rc = check_same(fd, entry, err);
    if (rc == SIGNET_OK) {
        rc = signet_models_add(&source, models, err);
    }
    return rc == SIGNET_OK ? check_same(fd, entry, err) : rc;
}

static int add_entry(struct signet_opener *opener,
                     const struct signet_entry *entry,
                     struct signet_models *models,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int fd = -1;
    int rc = signet_opener_open(opener, entry->name, &fd, err);
    if (rc == SIGNET_OK) {
        rc = add_file(fd, entry, models, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(entry->name), shown));
        }
    }
    signet_fd_close(&fd);
    return rc;
}

/* Whether each entry is a file of its own that was read as a whole. */
static bool are_files(const struct signet_artifact *artifact,
                      const struct signet_manifest *measured)
{
    bool files = !measured->partial && measured->kind == artifact->kind;
    for (size_t i = 0; files && i < measured->count; i++) {
        files = measured->entries[i].inode != 0;
    }
    return files;
}

int signet_models_find(const struct signet_artifact *artifact,
                       const struct signet_manifest *measured,
                       struct signet_models *models,
                       struct signet_err *err)
{
    struct signet_models found = {.known = true};
    struct signet_opener opener;
    int rc = SIGNET_OK;
    *models = (struct signet_models){0};
    if (!are_files(artifact, measured)) {
        return SIGNET_OK;
    }
    if (artifact->kind == SIGNET_ARTIFACT_FILE) {
        rc = add_file(artifact->fd, &measured->entries[0], &found, err);
    } else {
        signet_opener_init(&opener, artifact->fd, &artifact->watch);
        for (size_t i = 0; rc == SIGNET_OK && i < measured->count; i++) {
            rc = add_entry(&opener, &measured->entries[i], &found, err);
        }
        signet_opener_clear(&opener);
    }
    if (rc == SIGNET_OK) {
        *models = found;
    }
    return rc;
}

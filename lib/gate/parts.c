/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening the files of a closure: see gate/parts.h.
 */
#include "gate/parts.h"

#include <errno.h>
#include <sys/stat.h>

#include "artifact/artifact.h"
#include "base/err.h"
#include "base/grow.h"
#include "base/utf8.h"

enum {
    PARTS_MAX = 1024
};

static const size_t texts_max = (size_t)16 << 20;

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

static bool is_executed(enum signet_part_kind kind)
{
    return kind == SIGNET_PART_PROGRAM || kind == SIGNET_PART_SCRIPT;
}

/* Room for one more. */
static int make_room(struct signet_parts *parts, struct signet_err *err)
{
    if (parts->count == PARTS_MAX) {
        return signet_err_set(err, SIGNET_E_LIMIT, "expected at most %d files", PARTS_MAX);
    }
    if (parts->count == parts->room) {
        struct signet_part *list = signet_grow(parts->list, &parts->room, sizeof(*list));
        if (list == NULL) {
            return no_memory(err);
        }
        parts->list = list;
    }
    if (parts->count == parts->file_room) {
        struct signet_part_file *files =
            signet_grow(parts->files, &parts->file_room, sizeof(*files));
        if (files == NULL) {
            return no_memory(err);
        }
        parts->files = files;
    }
    return SIGNET_OK;
}

static int identify(const struct signet_artifact *artifact,
                    struct signet_part_file *file,
                    struct signet_err *err)
{
    struct stat st;
    if (artifact->kind != SIGNET_ARTIFACT_FILE) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "expected a regular file, found a directory");
    }
    if (fstat(artifact->fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    *file = (struct signet_part_file){st.st_dev, st.st_ino};
    return SIGNET_OK;
}

static size_t find(const struct signet_parts *parts, const struct signet_part_file *file)
{
    size_t i = 0;
    while (i < parts->count &&
           (parts->files[i].device != file->device || parts->files[i].inode != file->inode)) {
        i++;
    }
    return i;
}

static int add(struct signet_parts *parts,
               const struct signet_part_request *request,
               struct signet_artifact *artifact,
               const struct signet_part_file *file,
               struct signet_err *err)
{
    const struct signet_closure_opts *opts = parts->opts;
    int rc = make_room(parts, err);
    const char *path =
        rc == SIGNET_OK ? signet_parts_keep(parts, signet_span_str(request->path), err) : NULL;
    if (path == NULL) {
        return rc == SIGNET_OK ? (int)SIGNET_E_NOMEM : rc;
    }
    rc = opts->take != NULL ? opts->take(opts->take_ctx, artifact, err) : (int)SIGNET_OK;
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "cannot be held");
    }
    parts->list[parts->count] = (struct signet_part){
        .kind = request->kind,
        .artifact = artifact,
        .path = path,
        .needed_by = request->needed_by == SIZE_MAX ? parts->count : request->needed_by};
    parts->files[parts->count] = *file;
    parts->count++;
    return SIGNET_OK;
}

/* What was opened, which belongs to the parts if it is a fresh one of them. */
static int take_in(struct signet_parts *parts,
                   const struct signet_part_request *request,
                   struct signet_artifact *artifact,
                   size_t *part,
                   struct signet_err *err)
{
    struct signet_part_file file;
    int rc = identify(artifact, &file, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    *part = find(parts, &file);
    if (*part == parts->count) {
        return add(parts, request, artifact, &file, err);
    }
    return request->any_kind || is_executed(parts->list[*part].kind) == is_executed(request->kind)
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_FORBIDDEN,
                                "is to be executed and to be loaded: expected one of these");
}

int signet_parts_open(struct signet_parts *parts,
                      const struct signet_part_request *request,
                      size_t *part,
                      bool *fresh,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_artifact *artifact = NULL;
    size_t before = parts->count;
    int rc = signet_artifact_open(request->path, &artifact, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = take_in(parts, request, artifact, part, err);
    *fresh = parts->count > before;
    if (!*fresh) {
        signet_artifact_close(artifact);
    }
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(request->path), shown));
    }
    return rc;
}

void signet_parts_drop(struct signet_parts *parts)
{
    parts->count--;
    signet_artifact_close(parts->list[parts->count].artifact);
}

int signet_parts_fd(const struct signet_parts *parts, size_t part)
{
    return parts->list[part].artifact->fd;
}

char *signet_parts_keep(struct signet_parts *parts, struct signet_span text, struct signet_err *err)
{
    if (parts->texts.max == 0) {
        signet_arena_init(&parts->texts, texts_max);
    }
    char *copy = signet_arena_copy(&parts->texts, text);
    if (copy == NULL) {
        no_memory(err);
    }
    return copy;
}

void signet_parts_free(struct signet_parts *parts)
{
    while (parts->count > 0) {
        signet_parts_drop(parts);
    }
    free(parts->list);
    free(parts->files);
    signet_arena_free(&parts->texts);
    *parts = (struct signet_parts){0};
}

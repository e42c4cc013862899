/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening what a user named, once: all that follows goes through the descriptor. Owns descriptor,
 * kind and name; reads no contents.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "artifact/artifact.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/archive.h"
#include "artifact/path.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

const char *const *signet_artifact_git_names(void)
{
    static const char *const names[] = {".git", ".gitattributes", ".github", ".gitignore", NULL};
    return names;
}

static const char *shown(const char *path, char out[SIGNET_SHOW_MAX])
{
    return signet_utf8_show(signet_span_str(path), out);
}

static int kind_of(const struct stat *st,
                   const char *path,
                   enum signet_artifact_kind *kind,
                   struct signet_err *err)
{
    char text[SIGNET_SHOW_MAX];
    if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode)) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN,
                              "%s: expected a regular file or a directory, found a %s",
                              shown(path, text), signet_fd_kind(st->st_mode));
    }
    *kind = S_ISREG(st->st_mode) ? SIGNET_ARTIFACT_FILE : SIGNET_ARTIFACT_BUNDLE;
    return SIGNET_OK;
}

/* The last component of path without slashes after it; empty for the root. */
static struct signet_span last_component(const char *path)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/') {
        end--;
    }
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    return signet_span_of(path + start, end - start);
}

/* The path by which the opened directory is found from the root; the caller frees it. */
static int resolve(const char *path, int fd, char **resolved, struct signet_err *err)
{
    char text[SIGNET_SHOW_MAX];
    struct stat opened;
    struct stat found;
    char *real = realpath(path, NULL);
    if (real == NULL || fstat(fd, &opened) != 0 || stat(real, &found) != 0) {
        int saved = errno;
        free(real);
        return signet_err_sys(err, SIGNET_E_IO, saved, "%s: cannot tell the name of the directory",
                              shown(path, text));
    }
    if (!signet_fd_same(&opened, &found)) {
        free(real);
        return signet_err_set(err, SIGNET_E_IO, "%s: moved while it was opened", shown(path, text));
    }
    *resolved = real;
    return SIGNET_OK;
}

static int name_artifact(struct signet_artifact *artifact, struct signet_err *err)
{
    char *resolved = NULL;
    struct signet_span name = last_component(artifact->path);
    if (name.len == 0 || signet_span_is(name, ".") || signet_span_is(name, "..")) {
        int rc = resolve(artifact->path, artifact->fd, &resolved, err);
        if (resolved == NULL) {
            return rc;
        }
        name = last_component(resolved);
        name = name.len == 0 ? signet_span_str("root") : name;
    }
    int rc = signet_path_check_text(name, err);
    if (rc == SIGNET_OK) {
        artifact->name = strndup((const char *)name.ptr, name.len);
        rc = artifact->name != NULL
                 ? SIGNET_OK
                 : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a name");
    }
    free(resolved);
    return rc;
}

/* Looks before it opens, because opening a device can set it going; then judges what was opened. */
static int open_path(struct signet_artifact *artifact, struct signet_err *err)
{
    char text[SIGNET_SHOW_MAX];
    struct stat st;
    if (stat(artifact->path, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot open",
                              shown(artifact->path, text));
    }
    int rc = kind_of(&st, artifact->path, &artifact->kind, err);
    if (rc == SIGNET_OK) {
        rc = signet_fd_open_named(artifact->path, &artifact->fd, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (fstat(artifact->fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot stat",
                              shown(artifact->path, text));
    }
    return kind_of(&st, artifact->path, &artifact->kind, err);
}

int signet_artifact_open(const char *path,
                         struct signet_artifact **artifact,
                         struct signet_err *err)
{
    struct signet_artifact *opened = calloc(1, sizeof(*opened));
    if (opened == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for an artifact");
    }
    opened->fd = -1;
    opened->place_fd = -1;
    opened->path = strdup(path);
    int rc = SIGNET_E_NOMEM;
    if (opened->path == NULL) {
        signet_err_set(err, rc, "out of memory for a path");
    } else {
        rc = open_path(opened, err);
    }
    if (rc == SIGNET_OK) {
        rc = name_artifact(opened, err);
    }
    if (rc != SIGNET_OK) {
        signet_artifact_close(opened);
        return rc;
    }
    *artifact = opened;
    return SIGNET_OK;
}

void signet_artifact_close(struct signet_artifact *artifact)
{
    if (artifact == NULL) {
        return;
    }
    signet_fd_close(&artifact->fd);
    signet_fd_close(&artifact->place_fd);
    if (artifact->watch.release != NULL) {
        artifact->watch.release(artifact->watch.ctx);
    }
    free(artifact->path);
    free(artifact->name);
    free(artifact);
}

int signet_artifact_place(const struct signet_artifact *artifact)
{
    return artifact->place_fd >= 0 ? artifact->place_fd : artifact->fd;
}

enum signet_artifact_kind signet_artifact_kind(const struct signet_artifact *artifact)
{
    return artifact->kind;
}

const char *signet_artifact_name(const struct signet_artifact *artifact)
{
    return artifact->name;
}

int signet_artifact_archive(struct signet_artifact *artifact,
                            const char **format,
                            struct signet_err *err)
{
    char text[SIGNET_SHOW_MAX];
    enum signet_archive_kind kind = SIGNET_ARCHIVE_NONE;
    int rc = artifact->kind == SIGNET_ARTIFACT_FILE
                 ? signet_archive_detect(artifact->fd, &kind, err)
                 : SIGNET_OK;
    *format = signet_archive_kind_name(kind);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", shown(artifact->path, text));
    }
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * From the name of a file or folder to the roots in it: see common/roots.h.
 */
#include "common/roots.h"

#include <dirent.h>
#include <errno.h>
#include <signet/io.h>
#include <signet/text.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char ending[] = ".root.json";

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the names of trust roots");
}

/* Whether a name ends as those of roots do; *version is 0 if it does not begin with one. */
static bool is_root(const char *name, uint64_t *version)
{
    const struct signet_span text = signet_span_str(name);
    *version = 0;
    if (!signet_span_ends(text, ending)) {
        return false;
    }
    if (signet_num_parse(signet_span_of(text.ptr, text.len - strlen(ending)), version) !=
        SIGNET_OK) {
        *version = 0;
    }
    return true;
}

static char *join(const char *folder, const char *name)
{
    struct signet_buf path;
    signet_buf_init(&path, SIZE_MAX);
    signet_buf_puts(&path, folder);
    signet_buf_putc(&path, '/');
    signet_buf_puts(&path, name);
    signet_buf_putc(&path, '\0');
    if (path.status != SIGNET_OK) {
        signet_buf_free(&path);
        return NULL;
    }
    return (char *)path.data;
}

/* Adds a file by its path, which is taken over. */
static int add(struct signet_roots *roots, char *path, uint64_t version, struct signet_err *err)
{
    struct signet_trust_file *files =
        realloc(roots->files, (roots->count + 1) * sizeof(*roots->files));
    char **paths = realloc(roots->paths, (roots->count + 1) * sizeof(*roots->paths));
    roots->files = files != NULL ? files : roots->files;
    roots->paths = paths != NULL ? paths : roots->paths;
    if (files == NULL || paths == NULL || path == NULL) {
        free(path);
        return no_memory(err);
    }
    paths[roots->count] = path;
    files[roots->count++] = (struct signet_trust_file){.name = path, .version = version};
    return SIGNET_OK;
}

static int
add_entry(struct signet_roots *roots, const char *path, const char *name, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    uint64_t version = 0;
    if (!is_root(name, &version)) {
        return SIGNET_OK;
    }
    if (version == 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "expected N.root.json for version N, found the name %s",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    if (roots->count > SIGNET_ROOT_STEPS) {
        return signet_err_set(err, SIGNET_E_LIMIT,
                              "expected at most %d roots after the first, found more",
                              SIGNET_ROOT_STEPS);
    }
    return add(roots, join(path, name), version, err);
}

static int by_version(const void *a, const void *b)
{
    const struct signet_trust_file *one = a;
    const struct signet_trust_file *other = b;
    return (one->version > other->version) - (one->version < other->version);
}

static int list(struct signet_roots *roots, const char *path, DIR *dir, struct signet_err *err)
{
    const struct dirent *entry = NULL;
    int rc = SIGNET_OK;
    errno = 0;
    while (rc == SIGNET_OK && (entry = readdir(dir)) != NULL) {
        rc = add_entry(roots, path, entry->d_name, err);
        errno = 0;
    }
    if (rc == SIGNET_OK && errno != 0) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot list");
    }
    if (rc == SIGNET_OK && roots->count == 0) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED,
                            "expected 1.root.json or a later root in "
                            "this folder, found none");
    }
    if (rc == SIGNET_OK) {
        qsort(roots->files, roots->count, sizeof(*roots->files), by_version);
    }
    return rc;
}

/* Cuts path off behind the first part of it that is a link; false if there is none. */
static bool cut_at_link(char *path)
{
    struct stat st;
    bool link = false;
    size_t len = strlen(path);
    for (size_t i = 1; !link && i <= len; i++) {
        const char behind = path[i];
        if (behind == '/' || behind == '\0') {
            path[i] = '\0';
            link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
            path[i] = (char)(link ? '\0' : behind);
        }
    }
    return link;
}

/* A link could lead to other roots tomorrow, and the state would take them for new ones. */
static int refuse_links(const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char at[SIGNET_SHOW_MAX];
    char *part = strdup(path);
    int rc = part != NULL ? SIGNET_OK : no_memory(err);
    if (rc == SIGNET_OK && cut_at_link(part)) {
        rc = signet_err_set(err, SIGNET_E_FORBIDDEN,
                            "%s: expected the folder of the roots itself, found a link at %s: use "
                            "the path that realpath(1) tells",
                            signet_utf8_show(signet_span_str(path), shown),
                            signet_utf8_show(signet_span_str(part), at));
    }
    free(part);
    return rc;
}

static int open_folder(struct signet_roots *roots, const char *path, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = refuse_links(path, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    roots->folder = realpath(path, NULL);
    DIR *dir = roots->folder != NULL ? opendir(path) : NULL;
    rc = dir != NULL ? list(roots, path, dir, err)
                     : signet_err_sys(err, SIGNET_E_IO, errno, "cannot open");
    if (dir != NULL) {
        closedir(dir);
    }
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
    }
    return rc;
}

static int open_file(struct signet_roots *roots, const char *path, struct signet_err *err)
{
    return add(roots, strdup(path), 0, err);
}

int signet_roots_read(const struct signet_tool *tool,
                      const char *path,
                      struct signet_roots *roots,
                      struct signet_err *err)
{
    struct stat st;
    uint64_t left = tool->limits.envelope;
    memset(roots, 0, sizeof(*roots));
    const bool is_folder = strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    int rc = is_folder ? open_folder(roots, path, err) : open_file(roots, path, err);
    for (size_t i = 0; rc == SIGNET_OK && i < roots->count; i++) {
        rc = signet_io_read(roots->files[i].name, left, &roots->files[i].text, err);
        left -= rc == SIGNET_OK ? roots->files[i].text.len : 0;
    }
    return rc;
}

void signet_roots_free(struct signet_roots *roots)
{
    for (size_t i = 0; i < roots->count; i++) {
        signet_buf_free(&roots->files[i].text);
        free(roots->paths[i]);
    }
    free(roots->paths);
    free(roots->files);
    free(roots->folder);
    memset(roots, 0, sizeof(*roots));
}

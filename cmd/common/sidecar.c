/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of signature files. Knows the endings; knows nothing of what the files hold.
 */
#include "common/sidecar.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signet/text.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a file name");
}

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

int signet_sidecar_base(const char *path, char **base, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char *copy = strdup(path);
    if (copy == NULL) {
        return no_memory(err);
    }
    size_t len = strlen(copy);
    while (len > 1 && copy[len - 1] == '/') {
        copy[--len] = '\0';
    }
    const char *last = last_component(copy);
    if (strcmp(last, ".") == 0 || strcmp(last, "..") == 0) {
        char *resolved = realpath(copy, NULL);
        int saved = errno;
        free(copy);
        if (resolved == NULL) {
            return signet_err_sys(err, SIGNET_E_IO, saved, "%s",
                                  signet_utf8_show(signet_span_str(path), shown));
        }
        copy = resolved;
    }
    *base = copy;
    return SIGNET_OK;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t end = strlen(ending);
    return len >= end && strcmp(text + len - end, ending) == 0;
}

/* Whether name is that of a signature file of an artifact called base. */
static bool is_sidecar_name(const char *name, const char *base)
{
    size_t len = strlen(base);
    if (strncmp(name, base, len) != 0 || name[len] != '.') {
        return false;
    }
    const char *ending = name + len;
    return strcmp(ending, SIGNET_SIDECAR_OMS) == 0 || strcmp(ending, SIGNET_SIDECAR_DSSE) == 0 ||
           ends_with(ending, SIGNET_SIDECAR_BUNDLE);
}

bool signet_sidecar_ending(const char *path)
{
    return ends_with(path, SIGNET_SIDECAR_OMS) || ends_with(path, SIGNET_SIDECAR_DSSE) ||
           ends_with(path, SIGNET_SIDECAR_BUNDLE);
}

static int
append(struct signet_sidecar_list *list, const char *folder, size_t folder_len, const char *name)
{
    char **paths = realloc(list->paths, (list->count + 1) * sizeof(*paths));
    if (paths == NULL) {
        return SIGNET_E_NOMEM;
    }
    list->paths = paths;
    size_t name_len = strlen(name);
    char *path = malloc(folder_len + name_len + 1);
    if (path == NULL) {
        return SIGNET_E_NOMEM;
    }
    memcpy(path, folder, folder_len);
    memcpy(path + folder_len, name, name_len + 1);
    list->paths[list->count++] = path;
    return SIGNET_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int signet_sidecar_find(const char *base, struct signet_sidecar_list *list, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const char *name = last_component(base);
    size_t folder_len = (size_t)(name - base);
    char *folder = folder_len > 0 ? strndup(base, folder_len) : strdup(".");
    const struct dirent *entry = NULL;
    int rc = SIGNET_OK;

    memset(list, 0, sizeof(*list));
    if (folder == NULL) {
        return no_memory(err);
    }
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot list %s",
                            signet_utf8_show(signet_span_str(folder), shown));
        free(folder);
        return rc;
    }
    while (rc == SIGNET_OK && (entry = readdir(dir)) != NULL) {
        if (is_sidecar_name(entry->d_name, name)) {
            rc = append(list, base, folder_len, entry->d_name);
        }
    }
    if (closedir(dir) != 0 && rc == SIGNET_OK) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot list the folder of a signature");
    }
    free(folder);
    if (rc != SIGNET_OK) {
        signet_sidecar_list_free(list);
        return rc == SIGNET_E_NOMEM ? no_memory(err) : rc;
    }
    if (list->count > 1) {
        qsort(list->paths, list->count, sizeof(*list->paths), by_text);
    }
    return SIGNET_OK;
}

void signet_sidecar_list_free(struct signet_sidecar_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->paths[i]);
    }
    free(list->paths);
    memset(list, 0, sizeof(*list));
}

bool signet_sidecar_of_another(const char *path, const char *const *operands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *base = NULL;
        bool found = false;
        if (strcmp(operands[i], path) != 0 &&
            signet_sidecar_base(operands[i], &base, NULL) == SIGNET_OK) {
            found = is_sidecar_name(path, base);
            free(base);
        }
        if (found) {
            return true;
        }
    }
    return false;
}

/* The resolved path of a file that may not exist yet: of its folder, and its own name. */
static char *resolve(const char *path)
{
    const char *name = last_component(path);
    size_t folder_len = (size_t)(name - path);
    char *folder = folder_len > 0 ? strndup(path, folder_len) : strdup(".");
    char *resolved = folder != NULL ? realpath(folder, NULL) : NULL;
    char *whole = NULL;
    free(folder);
    if (resolved != NULL) {
        size_t len = strlen(resolved);
        size_t name_len = strlen(name);
        whole = malloc(len + name_len + 2);
        if (whole != NULL) {
            memcpy(whole, resolved, len);
            whole[len] = '/';
            memcpy(whole + len + 1, name, name_len + 1);
        }
        free(resolved);
    }
    return whole;
}

int signet_sidecar_inside(const char *path,
                          const char *directory,
                          char **name,
                          struct signet_err *err)
{
    char *file = resolve(path);
    char *folder = realpath(directory, NULL);
    int rc = SIGNET_OK;
    *name = NULL;
    if (file != NULL && folder != NULL) {
        size_t len = strlen(folder);
        if (strncmp(file, folder, len) == 0 && file[len] == '/') {
            *name = strdup(file + len + 1);
            rc = *name != NULL ? SIGNET_OK : no_memory(err);
        }
    }
    free(file);
    free(folder);
    return rc;
}

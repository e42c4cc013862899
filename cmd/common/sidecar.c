/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of signature files. Knows the endings; knows nothing of what the files hold.
 */
#include "common/sidecar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signet/text.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* Whether name is that of a signature file of an artifact called base, in the same folder. */
static bool is_sidecar_name(const char *name, const char *base)
{
    size_t len = strlen(base);
    if (strncmp(name, base, len) != 0 || name[len] != '.' || strchr(name + len, '/') != NULL) {
        return false;
    }
    const char *ending = name + len;
    return strcmp(ending, SIGNET_SIDECAR_OMS) == 0 || strcmp(ending, SIGNET_SIDECAR_DSSE) == 0 ||
           signet_span_ends(signet_span_str(ending), SIGNET_SIDECAR_BUNDLE);
}

bool signet_sidecar_ending(const char *path)
{
    return signet_span_ends(signet_span_str(path), SIGNET_SIDECAR_OMS) ||
           signet_span_ends(signet_span_str(path), SIGNET_SIDECAR_DSSE) ||
           signet_span_ends(signet_span_str(path), SIGNET_SIDECAR_BUNDLE);
}

/* Whether name, X.sigstore.json, belongs to another artifact than base: to an X that exists. */
static bool belongs_to_another(DIR *dir, const char *name, const char *base)
{
    struct stat st;
    char other[NAME_MAX + 1];
    size_t len = strlen(name);
    if (!signet_span_ends(signet_span_str(name), SIGNET_SIDECAR_BUNDLE) || len > NAME_MAX) {
        return false;
    }
    len -= strlen(SIGNET_SIDECAR_BUNDLE);
    memcpy(other, name, len);
    other[len] = '\0';
    return strcmp(other, base) != 0 && fstatat(dirfd(dir), other, &st, AT_SYMLINK_NOFOLLOW) == 0;
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
        if (!is_sidecar_name(entry->d_name, name) || belongs_to_another(dir, entry->d_name, name)) {
            continue;
        }
        rc = list->count < SIGNET_SIDECAR_MAX
                 ? append(list, base, folder_len, entry->d_name)
                 : signet_err_set(
                       err, SIGNET_E_LIMIT,
                       "%s: more than %d signature files stand beside it; name those that "
                       "count with -s",
                       signet_utf8_show(signet_span_str(base), shown), SIGNET_SIDECAR_MAX);
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

int signet_sidecar_bases(const char *const *operands,
                         size_t count,
                         struct signet_sidecar_list *bases,
                         struct signet_err *err)
{
    memset(bases, 0, sizeof(*bases));
    bases->paths = calloc(count + 1, sizeof(*bases->paths));
    if (bases->paths == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        char *base = NULL;
        struct signet_err reason;
        signet_err_clear(&reason);
        int rc = signet_sidecar_base(operands[i], &base, &reason);
        if (rc == SIGNET_OK) {
            bases->paths[bases->count++] = base;
        } else if (rc == SIGNET_E_NOMEM) {
            signet_sidecar_list_free(bases);
            return no_memory(err);
        } /* an operand that cannot be resolved has no signature files */
    }
    if (bases->count > 1) {
        qsort(bases->paths, bases->count, sizeof(*bases->paths), by_text);
    }
    return SIGNET_OK;
}

static bool contains(const struct signet_sidecar_list *bases, char *path)
{
    return bases->count > 0 &&
           bsearch(&path, bases->paths, bases->count, sizeof(*bases->paths), by_text) != NULL;
}

bool signet_sidecar_of_another(const char *path, const struct signet_sidecar_list *bases)
{
    char *copy = strdup(path);
    char *file = copy != NULL ? strdup(copy) : NULL;
    bool found = false;
    if (file != NULL && signet_span_ends(signet_span_str(file), SIGNET_SIDECAR_TIME)) {
        file[strlen(file) - strlen(SIGNET_SIDECAR_TIME)] = '\0';
    }
    const char *name = copy != NULL ? last_component(copy) : NULL;
    char *dot = file != NULL ? strrchr(copy, '.') : NULL;
    /* Each dot behind the folder may be where a base ends. */
    for (; !found && dot != NULL && dot > name; dot = strrchr(copy, '.')) {
        *dot = '\0';
        found = is_sidecar_name(file, copy) && contains(bases, copy);
    }
    free(file);
    free(copy);
    return found;
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
    if (strcmp(path, "-") != 0 && file != NULL && folder != NULL) {
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

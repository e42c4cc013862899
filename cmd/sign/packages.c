/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of installed packages: see sign/packages.h. dpkg keeps a file NAME.list of each
 * package, with a path on each line (dpkg(1), FILES).
 */
#include "sign/packages.h"

#include <dirent.h>
#include <errno.h>
#include <signet/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char database[] = "/var/lib/dpkg/info";

enum {
    LIST_MAX = 64 << 20, /* bytes */
    FIRST_ROOM = 1024
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for the files of packages");
}

/* Makes room for one more in an array of *room elements. */
static void *grow(void *array, size_t count, size_t *room, size_t unit)
{
    if (count < *room) {
        return array;
    }
    size_t more = *room > 0 ? 2 * *room : FIRST_ROOM;
    void *grown = more <= SIZE_MAX / unit ? realloc(array, more * unit) : NULL;
    if (grown != NULL) {
        *room = more;
    }
    return grown;
}

static int add_path(struct signet_sign_packages *packages, const char *path, struct signet_err *err)
{
    const char **grown = grow(packages->paths, packages->count, &packages->room, sizeof(*grown));
    if (grown == NULL) {
        return no_memory(err);
    }
    packages->paths = grown;
    packages->paths[packages->count++] = path;
    return SIGNET_OK;
}

/* Takes each line that is a path, where it stands; the last one ends with the text. */
static int take_lines(struct signet_sign_packages *packages, char *text, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (char *line = text; rc == SIGNET_OK && line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        rc = line[0] == '/' ? add_path(packages, line, err) : (int)SIGNET_OK;
        line = end != NULL ? end + 1 : NULL;
    }
    return rc;
}

static int
read_list(struct signet_sign_packages *packages, const char *name, struct signet_err *err)
{
    char path[sizeof(database) + 1 + sizeof(((struct dirent *)NULL)->d_name)];
    struct signet_buf *grown =
        grow(packages->texts, packages->text_count, &packages->text_room, sizeof(*grown));
    if (grown == NULL) {
        return no_memory(err);
    }
    packages->texts = grown;
    struct signet_buf *text = &packages->texts[packages->text_count++];
    signet_buf_init(text, 0);
    int rc = snprintf(path, sizeof(path), "%s/%s", database, name) < (int)sizeof(path)
                 ? signet_io_read(path, LIST_MAX, text, err)
                 : signet_err_set(err, SIGNET_E_INTERNAL, "a name is too long");
    if (rc == SIGNET_OK && signet_buf_putc(text, '\0') != SIGNET_OK) {
        rc = no_memory(err);
    }
    return rc == SIGNET_OK ? take_lines(packages, (char *)text->data, err) : rc;
}

static bool is_list(const char *name)
{
    return signet_span_ends(signet_span_str(name), ".list");
}

int signet_sign_packages_read(struct signet_sign_packages *packages, struct signet_err *err)
{
    DIR *folder = opendir(database);
    int rc = SIGNET_OK;
    if (folder == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected the package lists of dpkg in %s, found none: name the "
                              "folders whose programs and libraries are to be signed",
                              database);
    }
    const struct dirent *item = NULL;
    errno = 0;
    while (rc == SIGNET_OK && (item = readdir(folder)) != NULL) {
        if (is_list(item->d_name)) {
            rc = read_list(packages, item->d_name, err);
        }
        errno = 0;
    }
    if (rc == SIGNET_OK && errno != 0) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot be read", database);
    }
    closedir(folder);
    return rc;
}

void signet_sign_packages_free(struct signet_sign_packages *packages)
{
    for (size_t i = 0; i < packages->text_count; i++) {
        signet_buf_free(&packages->texts[i]);
    }
    free(packages->texts);
    free(packages->paths);
    memset(packages, 0, sizeof(*packages));
}

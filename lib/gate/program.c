/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding a program by its name, as execvp(3) does.
 */
#define _GNU_SOURCE /* AT_EACCESS */
#include <signet/closure.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/utf8.h"

/* Whether the caller may execute what is there; else errno says why. */
static bool is_program(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return false;
    }
    if (!S_ISREG(st.st_mode)) {
        errno = EACCES;
        return false;
    }
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

int signet_closure_find_program(const char *name,
                                const char *search,
                                char **path,
                                struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    char found[PATH_MAX];
    int reason = ENOENT;
    const char *folder = search != NULL ? search : "/bin:/usr/bin";
    const char *what = name;
    for (bool more = name[0] != '\0'; more && strchr(name, '/') == NULL;) {
        size_t len = strcspn(folder, ":");
        int room = snprintf(found, sizeof(found), "%.*s%s%s", (int)len, folder,
                            len > 0 ? "/" : "./", name);
        if (room > 0 && (size_t)room < sizeof(found)) {
            if (is_program(found)) {
                what = found;
                reason = 0;
                break;
            }
            reason = errno == EACCES ? EACCES : reason;
        }
        more = folder[len] == ':';
        folder += len + 1;
    }
    if (reason != 0 && strchr(name, '/') == NULL) {
        return signet_err_sys(err, SIGNET_E_IO, reason,
                              "%s: expected a program in one of the folders of PATH, found none",
                              signet_utf8_show(signet_span_str(name), shown));
    }
    *path = strdup(what);
    return *path != NULL ? (int)SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

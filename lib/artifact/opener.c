/* SPDX-License-Identifier: Apache-2.0
 *
 * The directory that was opened last. Owns when it can be used again; how something is opened
 * beneath a directory is base/fd.c's.
 */
#include "artifact/opener.h"

#include <string.h>

#include "artifact/tree.h"
#include "base/fd.h"

void signet_opener_init(struct signet_opener *opener, int root_fd)
{
    memset(opener, 0, sizeof(*opener));
    opener->root_fd = root_fd;
    opener->dir_fd = -1;
    opener->folder = "";
}

void signet_opener_clear(struct signet_opener *opener)
{
    signet_fd_close(&opener->dir_fd);
    opener->folder = "";
    opener->folder_len = 0;
}

static int enter(struct signet_opener *opener, const char *name, size_t len)
{
    char folder[4096]; /* PATH_MAX: what is longer cannot be opened at once */
    int fd = -1;
    if (len == opener->folder_len && memcmp(name, opener->folder, len) == 0) {
        opener->folder = name;
        return SIGNET_OK;
    }
    signet_opener_clear(opener);
    if (len >= sizeof(folder)) {
        return SIGNET_E_LIMIT;
    }
    memcpy(folder, name, len);
    folder[len] = '\0';
    int rc = len == 0 ? SIGNET_OK : signet_fd_open_beneath(opener->root_fd, folder, &fd, NULL);
    if (rc == SIGNET_OK) {
        opener->dir_fd = fd;
        opener->folder = name;
        opener->folder_len = len;
    }
    return rc;
}

int signet_opener_open(struct signet_opener *opener,
                       const char *name,
                       int *fd,
                       struct signet_err *err)
{
    const char *slash = strrchr(name, '/');
    size_t len = slash != NULL ? (size_t)(slash - name) : 0;
    int rc = enter(opener, name, len);
    if (rc == SIGNET_OK) {
        int dir_fd = opener->dir_fd >= 0 ? opener->dir_fd : opener->root_fd;
        rc = signet_fd_open_beneath(dir_fd, slash != NULL ? slash + 1 : name, fd, NULL);
    }
    /* The long way says what is wrong with the whole name. */
    return rc == SIGNET_OK ? rc : signet_tree_open_beneath(opener->root_fd, name, fd, err);
}

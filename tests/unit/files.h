/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that unit tests read: the vectors of this repository, and the bigger sets outside of it,
 * in the folder that the environment variable SIGNET_TESTDATA names.
 */
#ifndef SIGNET_TESTS_FILES_H
#define SIGNET_TESTS_FILES_H

#include "check.h"

#include <signet/buf.h>
#include <unistd.h>

#include "base/fd.h"

/* The whole file FOLDER/NAME; the caller frees it. */
static inline struct signet_buf check_read_file(const char *folder, const char *name)
{
    char path[4096];
    struct signet_buf text;
    struct signet_err err;
    int fd = -1;
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);
    assert_true(len > 0 && (size_t)len < sizeof(path));
    signet_err_clear(&err);
    signet_buf_init(&text, (size_t)64 << 20);
    CHECK_OK(signet_fd_open_named(path, &fd, &err), &err);
    CHECK_OK(signet_fd_read_file(fd, path, text.max, &text, &err), &err);
    signet_fd_close(&fd);
    return text;
}

/* The folder of one set of outside vectors in path, or false, said on stderr, if there is none. */
static inline bool check_find_testdata(const char *set, char *path, size_t size)
{
    const char *folder = getenv("SIGNET_TESTDATA");
    if (folder == NULL || folder[0] == '\0') {
        folder = SIGNET_SOURCE_DIR "/../shared/testdata";
    }
    int len = snprintf(path, size, "%s/%s", folder, set);
    assert_true(len > 0 && (size_t)len < size);
    bool found = access(path, R_OK) == 0;
    if (!found) {
        fprintf(stderr, "# %s: not here, only the repository's own vectors are run\n", path);
    }
    return found;
}

#endif

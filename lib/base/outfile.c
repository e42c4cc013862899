/* SPDX-License-Identifier: Apache-2.0
 *
 * Replacing a file in one step, and what it shares with base/newdir.c: where something is going to
 * stand, and under which name it waits. Knows nothing of contents.
 */
#define _GNU_SOURCE /* renameat2, O_TMPFILE */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

enum {
    COMPARE_CHUNK = 64 * 1024,
    WORTH_A_START = 1 << 20
};

/* A name given by the user, safe to print. */
static const char *shown(const char *name, char out[SIGNET_SHOW_MAX])
{
    return signet_utf8_show(signet_span_str(name), out);
}

int signet_place_open(struct signet_place *place, const char *path, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    size_t dir_len = slash == NULL ? 0 : (size_t)(slash - path);
    char *dir = NULL;

    place->dir_fd = -1;
    if (base[0] == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
        return signet_err_set(err, SIGNET_E_USAGE, "%s: expected a file name, found a directory",
                              shown(path, name));
    }
    if (strlen(base) >= sizeof(place->base)) {
        return signet_err_set(err, SIGNET_E_IO, "%s: file name too long", shown(path, name));
    }
    memcpy(place->base, base, strlen(base) + 1);
    if (slash == NULL) {
        dir = strdup(".");
    } else {
        dir = dir_len == 0 ? strdup("/") : strndup(path, dir_len);
    }
    if (dir == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    place->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->dir_fd < 0) {
        signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot open its folder", shown(path, name));
    }
    free(dir);
    return place->dir_fd < 0 ? SIGNET_E_IO : SIGNET_OK;
}

/* Only a file is replaced: with root's rights a slip that names a device, or a link to one, would
 * otherwise cost it. */
static int check_target(const struct signet_outfile *out, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    struct stat st;
    if (fstatat(out->place.dir_fd, out->place.base, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return SIGNET_OK;
    }
    if (S_ISDIR(st.st_mode)) {
        return signet_err_set(err, SIGNET_E_USAGE, "%s: expected a file name, found a directory",
                              shown(out->path, name));
    }
    if (!out->replace) {
        return signet_err_set(err, SIGNET_E_EXISTS, "%s: exists", shown(out->path, name));
    }
    if (!S_ISREG(st.st_mode)) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: will not replace a %s",
                              shown(out->path, name), signet_fd_kind(st.st_mode));
    }
    return SIGNET_OK;
}

int signet_place_temporary(char name[SIGNET_PLACE_TEMPORARY], struct signet_err *err)
{
    static const char prefix[] = ".signet-";
    uint8_t random[8];
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "no random bytes for a temporary name");
    }
    memcpy(name, prefix, sizeof(prefix));
    signet_hex_encode(signet_span_of(random, sizeof(random)), name + sizeof(prefix) - 1);
    return SIGNET_OK;
}

int signet_place_write(int fd, struct signet_span bytes, struct signet_err *err)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno != EINTR) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "cannot write");
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return SIGNET_OK;
}

/* A file without a name leaves nothing behind if the process is killed; where the file system has
 * no such files, a hidden name serves. */
static int open_temporary(struct signet_outfile *out, mode_t mode, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    if (access("/proc/self/fd", X_OK) == 0) { /* the way to name it later */
        out->fd = openat(out->place.dir_fd, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
    }
    if (out->fd >= 0) {
        return SIGNET_OK;
    }
    int rc = signet_place_temporary(out->temp, err);
    if (rc == SIGNET_OK) {
        out->fd = openat(out->place.dir_fd, out->temp,
                         O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    }
    if (rc == SIGNET_OK && out->fd < 0) {
        out->temp[0] = '\0';
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot write in its folder",
                            shown(out->path, name));
    }
    return rc;
}

int signet_outfile_open(struct signet_outfile *out,
                        const char *path,
                        unsigned mode,
                        bool replace,
                        struct signet_err *err)
{
    memset(out, 0, sizeof(*out));
    out->fd = -1;
    out->path = path;
    out->replace = replace;

    int rc = signet_place_open(&out->place, path, err);
    if (rc == SIGNET_OK) {
        rc = check_target(out, err);
    }
    if (rc == SIGNET_OK) {
        rc = open_temporary(out, (mode_t)mode, err);
    }
    if (rc != SIGNET_OK) {
        signet_outfile_abort(out);
    }
    return rc;
}

int signet_outfile_write(struct signet_outfile *out,
                         struct signet_span bytes,
                         struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    int rc = signet_place_write(out->fd, bytes, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", shown(out->path, name));
    } else if (bytes.len >= WORTH_A_START) {
        /* Begun now, the disk is done sooner when all of it is waited for: no error counts here. */
        SIGNET_IGNORE(sync_file_range(out->fd, 0, 0, SYNC_FILE_RANGE_WRITE) != 0);
    }
    return rc;
}

int signet_outfile_read(struct signet_outfile *out,
                        uint64_t max,
                        struct signet_buf *text,
                        struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    if (lseek(out->fd, 0, SEEK_SET) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot read back",
                              shown(out->path, name));
    }
    return signet_fd_read_file(out->fd, out->path, max, text, err);
}

static int differs(const struct signet_outfile *out, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_IO, "%s: does not read back as it was written",
                          shown(out->path, name));
}

int signet_outfile_compare(struct signet_outfile *out,
                           uint64_t from,
                           struct signet_span bytes,
                           struct signet_err *err)
{
    uint8_t chunk[COMPARE_CHUNK];
    size_t at = 0;
    size_t got = 0;
    bool cold = false;
    do {
        const struct signet_fd_run run = {.offset = from + at, .buf = chunk, .len = sizeof(chunk)};
        int rc = signet_fd_pread(out->fd, &run, true, &got, &cold, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        if (got > bytes.len - at || (got > 0 && memcmp(chunk, bytes.ptr + at, got) != 0)) {
            return differs(out, err);
        }
        at += got;
    } while (got > 0);
    return at == bytes.len ? SIGNET_OK : differs(out, err);
}

int signet_outfile_sync(struct signet_outfile *out, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    if (fsync(out->fd) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot write", shown(out->path, name));
    }
    return SIGNET_OK;
}

/* Gives the nameless file a name; 0 or an errno. */
static int link_as(const struct signet_outfile *out, const char *name)
{
    char self[32];
    SIGNET_IGNORE(snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd) < 0); /* always fits */
    return linkat(AT_FDCWD, self, out->place.dir_fd, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* Renames the temporary name to the final one; 0 or an errno. */
static int rename_temporary(const struct signet_outfile *out)
{
    unsigned flags = out->replace ? 0 : RENAME_NOREPLACE;
    if (renameat2(out->place.dir_fd, out->temp, out->place.dir_fd, out->place.base, flags) == 0) {
        return 0;
    }
    if (errno != EINVAL || out->replace) {
        return errno;
    }
    /* A file system without NOREPLACE: a link refuses to replace too. */
    if (linkat(out->place.dir_fd, out->temp, out->place.dir_fd, out->place.base, 0) != 0) {
        return errno;
    }
    SIGNET_IGNORE(unlinkat(out->place.dir_fd, out->temp, 0) != 0); /* the file is in place */
    return 0;
}

static int move_into_place(struct signet_outfile *out, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    int failure = 0;
    if (out->temp[0] == '\0' && !out->replace) {
        failure = link_as(out, out->place.base);
    } else {
        if (out->temp[0] == '\0') { /* only a name can replace a name */
            int rc = signet_place_temporary(out->temp, err);
            if (rc != SIGNET_OK) {
                return rc;
            }
            failure = link_as(out, out->temp);
        }
        failure = failure != 0 ? failure : rename_temporary(out);
    }
    if (failure == EEXIST) {
        return signet_err_set(err, SIGNET_E_EXISTS, "%s: exists", shown(out->path, name));
    }
    if (failure != 0) {
        return signet_err_sys(err, SIGNET_E_IO, failure, "%s: cannot be put in place",
                              shown(out->path, name));
    }
    out->temp[0] = '\0';
    return SIGNET_OK;
}

int signet_outfile_commit(struct signet_outfile *out, struct signet_err *err)
{
    int rc = signet_outfile_sync(out, err);
    if (rc == SIGNET_OK) {
        rc = move_into_place(out, err);
    }
    if (rc == SIGNET_OK) {
        SIGNET_IGNORE(fsync(out->place.dir_fd) != 0); /* some file systems cannot sync a folder */
    }
    signet_outfile_abort(out);
    return rc;
}

void signet_outfile_abort(struct signet_outfile *out)
{
    if (out->temp[0] != '\0') {
        SIGNET_IGNORE(unlinkat(out->place.dir_fd, out->temp, 0) != 0); /* nothing better to do */
        out->temp[0] = '\0';
    }
    if (out->path != NULL) {
        signet_fd_close(&out->fd);
        signet_fd_close(&out->place.dir_fd);
    }
    out->path = NULL;
}

int signet_fd_replace(
    const char *path, struct signet_span bytes, unsigned mode, bool replace, struct signet_err *err)
{
    struct signet_outfile out;
    int rc = signet_outfile_open(&out, path, mode, replace, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_outfile_write(&out, bytes, err);
    if (rc == SIGNET_OK) {
        return signet_outfile_commit(&out, err);
    }
    signet_outfile_abort(&out);
    return rc;
}

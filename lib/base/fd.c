/* SPDX-License-Identifier: Apache-2.0
 *
 * Safe file access. Owns how files are opened and read; knows nothing of their contents.
 */
#define _GNU_SOURCE /* O_PATH, preadv2 */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

enum {
    READ_CHUNK = 1 << 16
};

/* A name given by the user or found in an input, safe to print. */
static const char *shown(const char *name, char out[SIGNET_SHOW_MAX])
{
    return signet_utf8_show(signet_span_str(name), out);
}

void signet_fd_close(int *fd)
{
    if (*fd >= 0) {
        SIGNET_IGNORE(close(*fd) != 0); /* only read from, or synced before */
        *fd = -1;
    }
}

int signet_fd_open_named(const char *path, int *fd, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (opened < 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot open", shown(path, name));
    }
    *fd = opened;
    return SIGNET_OK;
}

static bool is_link(int dir_fd, const char *name)
{
    struct stat st;
    return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

/* Kernels before 5.6 lack openat2: descend one component at a time instead. */
static int open_by_component(int dir_fd, const char *name)
{
    int at = dir_fd;
    const char *rest = name;
    for (;;) {
        size_t len = strcspn(rest, "/");
        char component[256];
        if (len == 0 || len >= sizeof(component) || (len <= 2 && strncmp(rest, "..", len) == 0)) {
            errno = len >= sizeof(component) ? ENAMETOOLONG : EXDEV;
            break;
        }
        memcpy(component, rest, len);
        component[len] = '\0';
        bool last = rest[len] == '\0';
        int flags = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY;
        flags |= last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
        int next = openat(at, component, flags);
        int saved = errno;
        if (next < 0 && saved == ENOTDIR && is_link(at, component)) {
            saved = ELOOP;
        }
        if (at != dir_fd) {
            signet_fd_close(&at);
        }
        errno = saved;
        if (next < 0 || last) {
            return next;
        }
        at = next;
        rest += len + 1;
    }
    int saved = errno;
    if (at != dir_fd) {
        signet_fd_close(&at);
    }
    errno = saved;
    return -1;
}

static int open_beneath(int dir_fd, const char *name)
{
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    for (int tries = 0; tries < 16; tries++) {
        long fd = syscall(SYS_openat2, dir_fd, name, &how, sizeof(how));
        if (fd >= 0) {
            return (int)fd;
        }
        if (errno == ENOSYS || errno == EPERM) {
            return open_by_component(dir_fd, name);
        }
        if (errno != EAGAIN) { /* EAGAIN: something was renamed during the walk */
            break;
        }
    }
    return -1;
}

int signet_fd_open_beneath(int dir_fd, const char *name, int *fd, struct signet_err *err)
{
    char text[SIGNET_SHOW_MAX];
    int opened = open_beneath(dir_fd, name);
    if (opened >= 0) {
        *fd = opened;
        return SIGNET_OK;
    }
    if (errno == ELOOP || errno == EXDEV) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "%s: is a link or leads through one",
                              shown(name, text));
    }
    return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot open", shown(name, text));
}

int signet_fd_open_child(int dir_fd, const char *name, int *fd)
{
    int opened = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (opened < 0) {
        return SIGNET_E_IO;
    }
    *fd = opened;
    return SIGNET_OK;
}

const char *signet_fd_kind(unsigned mode)
{
    switch (mode & (unsigned)S_IFMT) {
    case S_IFREG:
        return "regular file";
    case S_IFDIR:
        return "directory";
    case S_IFLNK:
        return "symbolic link";
    case S_IFIFO:
        return "FIFO";
    case S_IFSOCK:
        return "socket";
    case S_IFCHR:
        return "character device";
    case S_IFBLK:
        return "block device";
    default:
        return "special file";
    }
}

int signet_fd_read(int fd, uint8_t *buf, size_t len, size_t *got, struct signet_err *err)
{
    for (;;) {
        ssize_t n = read(fd, buf, len);
        if (n >= 0) {
            *got = (size_t)n;
            return SIGNET_OK;
        }
        if (errno != EINTR) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "cannot read");
        }
    }
}

/* Reads what is in memory. Returns -1 with errno EAGAIN if it is not, or EOPNOTSUPP. */
static ssize_t read_cached(int fd, const struct signet_fd_run *run)
{
    struct iovec where = {.iov_base = run->buf, .iov_len = run->len};
    return preadv2(fd, &where, 1, (off_t)run->offset, RWF_NOWAIT);
}

int signet_fd_pread(int fd,
                    const struct signet_fd_run *run,
                    bool wait,
                    size_t *got,
                    bool *cold,
                    struct signet_err *err)
{
    *got = 0;
    *cold = false;
    for (;;) {
        ssize_t n = wait ? pread(fd, run->buf, run->len, (off_t)run->offset) : read_cached(fd, run);
        if (n >= 0) {
            *got = (size_t)n;
            return SIGNET_OK;
        }
        if (!wait && errno == EAGAIN) {
            *cold = true;
            return SIGNET_OK;
        }
        if (!wait && (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)) {
            wait = true;
        } else if (errno != EINTR) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "cannot read");
        }
    }
}

int signet_fd_pread_all(int fd, struct signet_fd_run run, struct signet_err *err)
{
    while (run.len > 0) {
        size_t got = 0;
        bool cold = false;
        int rc = signet_fd_pread(fd, &run, true, &got, &cold, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        if (got == 0) {
            return signet_err_set(err, SIGNET_E_IO, "became shorter while it was read");
        }
        run.offset += got;
        run.buf += got;
        run.len -= got;
    }
    return SIGNET_OK;
}

void signet_fd_will_need(int fd, uint64_t offset, uint64_t len)
{
    SIGNET_IGNORE(posix_fadvise(fd, (off_t)offset, (off_t)len, POSIX_FADV_WILLNEED)); /* a hint */
}

size_t signet_fd_most(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 64; /* POSIX promises 20 */
    }
    return limit.rlim_cur < SIZE_MAX ? (size_t)limit.rlim_cur : SIZE_MAX;
}

bool signet_fd_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool signet_fd_unchanged(const struct stat *before, const struct stat *after)
{
    return signet_fd_same(before, after) && before->st_size == after->st_size &&
           before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
           before->st_mtim.tv_nsec == after->st_mtim.tv_nsec &&
           before->st_ctim.tv_sec == after->st_ctim.tv_sec &&
           before->st_ctim.tv_nsec == after->st_ctim.tv_nsec;
}

int signet_fd_read_stream(
    int fd, const char *what, uint64_t max, struct signet_buf *out, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    size_t start = out->len;
    int rc = SIGNET_E_INTERNAL;
    for (;;) {
        size_t got = 0;
        rc = signet_buf_reserve(out, READ_CHUNK);
        if (rc == SIGNET_E_LIMIT) { /* near the maximum: see whether one more byte comes */
            uint8_t beyond[1];
            out->status = SIGNET_OK;
            size_t room = out->max - out->len;
            rc = signet_buf_reserve(out, room);
            if (rc == SIGNET_OK) {
                rc = signet_fd_read(fd, room > 0 ? out->data + out->len : beyond,
                                    room > 0 ? room : sizeof(beyond), &got, err);
            }
            if (rc == SIGNET_OK && got > 0 && room == 0) {
                rc = signet_err_set(err, SIGNET_E_LIMIT, "more than the limit of %llu bytes",
                                    (unsigned long long)max);
            }
        } else if (rc == SIGNET_OK) {
            rc = signet_fd_read(fd, out->data + out->len, READ_CHUNK, &got, err);
        }
        if (rc != SIGNET_OK || got == 0) {
            break;
        }
        out->len += got;
        if (out->len - start > max) {
            rc = signet_err_set(err, SIGNET_E_LIMIT, "more than the limit of %llu bytes",
                                (unsigned long long)max);
            break;
        }
    }
    if (rc != SIGNET_OK) {
        out->len = start;
        signet_err_set(err, rc, "out of memory");
        signet_err_prefix(err, "%s", shown(what, name));
    }
    return rc;
}

/* Reads exactly size bytes into out and requires the end to follow. */
static int read_exactly(int fd, size_t size, struct signet_buf *out, struct signet_err *err)
{
    uint8_t beyond[1];
    size_t start = out->len;
    size_t got = 1;
    while (out->len - start < size) {
        int rc = signet_fd_read(fd, out->data + out->len, size - (out->len - start), &got, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        if (got == 0) {
            return signet_err_set(err, SIGNET_E_IO, "became shorter while it was read");
        }
        out->len += got;
    }
    int rc = signet_fd_read(fd, beyond, sizeof(beyond), &got, err);
    if (rc == SIGNET_OK && got != 0) {
        return signet_err_set(err, SIGNET_E_IO, "became longer while it was read");
    }
    return rc;
}

int signet_fd_read_file(
    int fd, const char *what, uint64_t max, struct signet_buf *out, struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    struct stat st;
    size_t start = out->len;
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot stat", shown(what, name));
    }
    if (!S_ISREG(st.st_mode)) {
        return signet_err_set(err, SIGNET_E_IO, "%s: expected a regular file, found a %s",
                              shown(what, name), signet_fd_kind(st.st_mode));
    }
    if ((uint64_t)st.st_size > max) {
        return signet_err_set(err, SIGNET_E_LIMIT, "%s: %llu bytes, more than the limit of %llu",
                              shown(what, name), (unsigned long long)st.st_size,
                              (unsigned long long)max);
    }
    int rc = signet_buf_reserve(out, (size_t)st.st_size);
    if (rc == SIGNET_OK) {
        rc = read_exactly(fd, (size_t)st.st_size, out, err);
    }
    if (rc != SIGNET_OK) {
        out->len = start;
        signet_err_set(err, rc, "no room for %llu bytes", (unsigned long long)st.st_size);
        signet_err_prefix(err, "%s", shown(what, name));
    }
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies in sealed memory (memfd_create(2), F_ADD_SEALS in fcntl(2)) and in files without a name
 * (O_TMPFILE in open(2)). Owns how bytes get there; whether nobody else can write is hold.c's.
 */
#define _GNU_SOURCE /* memfd_create, F_ADD_SEALS, O_TMPFILE */
#include "gate/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"

enum {
    CHUNK = 1 << 18,
    NEVER_RUN = 0x8, /* MFD_NOEXEC_SEAL, which headers before 6.3 lack */
    MAY_RUN = 0x10,  /* MFD_EXEC, too */
    DESCRIPTOR_PATH = 32
};

static const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
static const mode_t for_all = S_IRUSR | S_IRGRP | S_IROTH; /* who find the copy */

/* Kernels before 6.3 know neither flag. */
static int open_memory(bool runs)
{
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = memfd_create("signet", flags | (runs ? MAY_RUN : NEVER_RUN));
    return fd < 0 && errno == EINVAL ? memfd_create("signet", flags) : fd;
}

static int write_all(int fd, struct signet_span bytes, struct signet_err *err)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) {
            return signet_err_sys(err, errno == ENOMEM ? SIGNET_E_NOMEM : SIGNET_E_IO, errno,
                                  "cannot fill the copy");
        }
        size_t done = n > 0 ? (size_t)n : 0;
        bytes = signet_span_of(bytes.ptr + done, bytes.len - done);
    }
    return SIGNET_OK;
}

static int too_large(uint64_t max, struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_LIMIT, "larger than the limit of %llu bytes",
                          (unsigned long long)max);
}

static int copy_bytes(int from, int to, uint64_t max, struct signet_err *err)
{
    struct signet_fd_run run = {.buf = malloc(CHUNK), .len = CHUNK};
    size_t got = 1;
    int rc = run.buf != NULL ? (int)SIGNET_OK
                             : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a copy");
    while (rc == SIGNET_OK && got > 0) {
        bool cold = false;
        rc = signet_fd_pread(from, &run, true, &got, &cold, err);
        if (rc == SIGNET_OK && got > max - run.offset) {
            rc = too_large(max, err);
        }
        if (rc == SIGNET_OK) {
            run.offset += got;
            rc = write_all(to, signet_span_of(run.buf, got), err);
        }
    }
    free(run.buf);
    return rc;
}

static int check_file(int from, uint64_t max, struct stat *st, struct signet_err *err)
{
    if (fstat(from, st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat");
    }
    return (uint64_t)st->st_size > max ? too_large(max, err) : (int)SIGNET_OK;
}

int signet_copy_to_memory(int from, uint64_t max, bool executable, int *to, struct signet_err *err)
{
    struct stat st;
    int rc = check_file(from, max, &st, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    mode_t mode = st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
    bool runs = executable && mode != 0;
    int fd = open_memory(runs);
    if (fd < 0) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "no memory that can be sealed");
    }
    rc = copy_bytes(from, fd, max, err);
    if (rc == SIGNET_OK &&
        (fchmod(fd, for_all | (runs ? mode : 0U)) != 0 || fcntl(fd, F_ADD_SEALS, seals) != 0)) {
        rc = signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot seal the copy");
    }
    if (rc == SIGNET_OK) {
        *to = fd;
    } else {
        signet_fd_close(&fd);
    }
    return rc;
}

bool signet_copy_is_sealed(int fd)
{
    int found = fcntl(fd, F_GET_SEALS);
    return found >= 0 && (found & seals) == seals;
}

/* Opened once more, as a descriptor that can write cannot lose that. */
static int open_again(int fd, int *again, struct signet_err *err)
{
    char path[DESCRIPTOR_PATH];
    if (snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0) {
        *again = open(path, O_RDONLY | O_CLOEXEC);
    }
    return *again >= 0 ? (int)SIGNET_OK
                       : signet_err_sys(err, SIGNET_E_IO, errno, "cannot open the copy");
}

int signet_copy_to_folder(int from, const char *folder, int *to, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int again = -1;
    int fd = open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, for_all);
    if (fd < 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: no copy can be made there",
                              signet_utf8_show(signet_span_str(folder), shown));
    }
    int rc = ioctl(fd, FICLONE, from) == 0 ? (int)SIGNET_OK : copy_bytes(from, fd, UINT64_MAX, err);
    if (rc == SIGNET_OK) {
        rc = open_again(fd, &again, err);
    }
    signet_fd_close(&fd);
    if (rc == SIGNET_OK) {
        *to = again;
    } else {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(folder), shown));
    }
    return rc;
}

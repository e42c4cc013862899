/* SPDX-License-Identifier: Apache-2.0
 *
 * Verified bytes in sealed memory (memfd_create(2), F_ADD_SEALS in fcntl(2)). Owns how verified
 * bytes leave the library; takes a struct signet_verified and decides nothing itself.
 */
#define _GNU_SOURCE /* memfd_create, F_ADD_SEALS */
#include <signet/gate.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "artifact/artifact.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/utf8.h"
#include "verify/verification.h"

enum {
    CHUNK = 1 << 18,
    NOT_EXECUTABLE = 0x8 /* MFD_NOEXEC_SEAL, which headers before 6.3 lack */
};

static const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/* What a copy works with. */
struct copy {
    int from;
    int to; /* sealable memory */
    uint8_t *chunk;
    struct signet_hash *hash;
};

/* Memory that can be sealed and, where the kernel can have that, never be executed; -1: none. */
static int open_memory(void)
{
    int fd = memfd_create("signet", MFD_CLOEXEC | MFD_ALLOW_SEALING | NOT_EXECUTABLE);
    return fd < 0 && errno == EINVAL ? memfd_create("signet", MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd;
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

static int copy_bytes(const struct copy *copy, uint64_t max, struct signet_err *err)
{
    uint64_t total = 0;
    for (;;) {
        ssize_t n = pread(copy->from, copy->chunk, CHUNK, (off_t)total);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "cannot read");
        }
        if (n == 0) {
            return SIGNET_OK;
        }
        if ((uint64_t)n > max - total) {
            return signet_err_set(err, SIGNET_E_LIMIT, "larger than the limit of %llu bytes",
                                  (unsigned long long)max);
        }
        struct signet_span piece = signet_span_of(copy->chunk, (size_t)n);
        int rc = signet_hash_update(copy->hash, piece);
        if (rc == SIGNET_OK) {
            rc = write_all(copy->to, piece, err);
        }
        if (rc != SIGNET_OK) {
            return signet_err_set(err, rc, "cannot hash the copy");
        }
        total += (uint64_t)n;
    }
}

static int seal_verified(const struct copy *copy,
                         const struct signet_verified *verified,
                         struct signet_err *err)
{
    struct signet_digest found;
    int rc = signet_hash_final(copy->hash, &found);
    if (rc != SIGNET_OK) {
        return signet_err_set(err, rc, "cannot hash the copy");
    }
    if (!signet_digest_eq(&found, &verified->identity)) {
        return signet_err_set(err, SIGNET_E_MISMATCH, "changed since it was verified");
    }
    if (fcntl(copy->to, F_ADD_SEALS, seals) != 0) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "cannot seal the copy");
    }
    if (lseek(copy->to, 0, SEEK_SET) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot rewind the copy");
    }
    return SIGNET_OK;
}

int signet_gate_copy(struct signet_artifact *artifact,
                     const struct signet_verified *verified,
                     uint64_t max,
                     int *fd,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct copy copy = {.from = artifact->fd, .to = -1};
    if (artifact->kind != SIGNET_ARTIFACT_FILE || verified->kind != SIGNET_ARTIFACT_FILE) {
        return signet_err_set(err, SIGNET_E_USAGE, "expected a verified file, found a bundle");
    }
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &copy.hash, err);
    if (rc == SIGNET_OK) {
        copy.chunk = malloc(CHUNK);
        copy.to = open_memory();
        if (copy.chunk == NULL || copy.to < 0) {
            rc = signet_err_set(err, copy.chunk == NULL ? SIGNET_E_NOMEM : SIGNET_E_UNSUPPORTED,
                                "no memory that can be sealed");
        }
    }
    if (rc == SIGNET_OK) {
        rc = copy_bytes(&copy, max, err);
    }
    if (rc == SIGNET_OK) {
        rc = seal_verified(&copy, verified, err);
    }
    if (rc == SIGNET_OK) {
        *fd = copy.to;
    } else {
        signet_fd_close(&copy.to);
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(artifact->path), shown));
    }
    free(copy.chunk);
    signet_hash_free(copy.hash);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a file once into one or two digests, and refusing one that changes meanwhile. Owns the
 * reading; knows neither names nor where descriptors come from.
 */
#include "artifact/hasher.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/fd.h"

int signet_hasher_init(struct signet_hasher *hasher,
                       enum signet_digest_alg alg,
                       struct signet_err *err)
{
    memset(hasher, 0, sizeof(*hasher));
    hasher->chunk = malloc(SIGNET_HASHER_CHUNK);
    if (hasher->chunk == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for reading");
    }
    int rc = signet_hash_new(SIGNET_DIGEST_SHA256, &hasher->sha256, err);
    if (rc == SIGNET_OK && alg != SIGNET_DIGEST_SHA256) {
        rc = signet_hash_new(alg, &hasher->chosen, err);
    }
    return rc;
}

void signet_hasher_free(struct signet_hasher *hasher)
{
    free(hasher->chunk);
    signet_hash_free(hasher->sha256);
    signet_hash_free(hasher->chosen);
    memset(hasher, 0, sizeof(*hasher));
}

static int update(struct signet_hasher *hasher, struct signet_span bytes)
{
    int rc = signet_hash_update(hasher->sha256, bytes);
    if (rc == SIGNET_OK && hasher->chosen != NULL) {
        rc = signet_hash_update(hasher->chosen, bytes);
    }
    return rc;
}

static int finish(struct signet_hasher *hasher, struct signet_entry *entry)
{
    struct signet_digest digest = {0};
    int rc = signet_hash_final(hasher->sha256, &digest);
    if (rc != SIGNET_OK) {
        return rc;
    }
    memcpy(entry->sha256, digest.bytes, sizeof(entry->sha256));
    if (hasher->chosen != NULL) {
        rc = signet_hash_final(hasher->chosen, &digest);
    }
    memcpy(entry->digest, digest.bytes, sizeof(entry->digest));
    return rc;
}

/* Exactly size bytes, and then the end. */
static int read_all(struct signet_hasher *hasher,
                    int fd,
                    uint64_t size,
                    signet_hasher_tick *tick,
                    void *tick_ctx,
                    struct signet_err *err)
{
    size_t got = 0;
    int rc = SIGNET_OK;
    for (uint64_t left = size; left > 0; left -= got) {
        size_t want = left < SIGNET_HASHER_CHUNK ? (size_t)left : SIGNET_HASHER_CHUNK;
        rc = signet_fd_read(fd, hasher->chunk, want, &got, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        if (got == 0) {
            return signet_err_set(err, SIGNET_E_IO, "became shorter while it was read");
        }
        rc = update(hasher, signet_span_of(hasher->chunk, got));
        if (rc != SIGNET_OK) {
            return signet_err_set(err, rc, "cannot compute its digest");
        }
        if (!tick(tick_ctx, got)) {
            return signet_err_set(err, SIGNET_E_UNVERIFIED, "stopped before all was read");
        }
    }
    rc = signet_fd_read(fd, hasher->chunk, 1, &got, err);
    if (rc == SIGNET_OK && got != 0) {
        return signet_err_set(err, SIGNET_E_IO, "became longer while it was read");
    }
    return rc;
}

int signet_hasher_file(struct signet_hasher *hasher,
                       int fd,
                       struct signet_entry *entry,
                       signet_hasher_tick *tick,
                       void *tick_ctx,
                       struct signet_err *err)
{
    struct stat before;
    struct stat after;
    if (fstat(fd, &before) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    if (!S_ISREG(before.st_mode)) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "was a regular file and is now a %s",
                              signet_fd_kind(before.st_mode));
    }
    entry->size = (uint64_t)before.st_size;
    int rc = read_all(hasher, fd, entry->size, tick, tick_ctx, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (fstat(fd, &after) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    if (!signet_fd_unchanged(&before, &after)) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was read");
    }
    rc = finish(hasher, entry);
    return rc == SIGNET_OK ? SIGNET_OK : signet_err_set(err, rc, "cannot compute its digest");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of leases, filled by the threads that digest: see gate/leases.h.
 */
#define _GNU_SOURCE /* F_DUPFD_CLOEXEC */
#include "gate/leases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/lease.h"
#include "base/pool.h"
#include "base/utf8.h"

enum {
    FIRST_ROOM = 256, /* a power of two, as every later one */
    SPARE_FILES = 128 /* descriptors that are left to everything else */
};

struct signet_leases {
    struct signet_lock *lock;
    struct signet_lease_held *table; /* by the hash of the name; free where there is no name */
    size_t room;
    size_t count;
    bool all;
    struct signet_err why; /* guarded by lock, as all above: why the first is not held */
};

int signet_lease_hold(int fd, struct signet_err *err)
{
    if (!signet_lease_is_firm(fd)) {
        return signet_err_sys(err, SIGNET_E_UNSUPPORTED, EOPNOTSUPP,
                              "its file system has no leases that can be relied on");
    }
    if (signet_lease_take(fd)) {
        return SIGNET_OK;
    }
    return errno == EAGAIN
               ? signet_err_sys(err, SIGNET_E_DENIED, ETXTBSY, "somebody has it open for writing")
               : signet_err_sys(err, SIGNET_E_UNSUPPORTED, errno, "no lease can be had");
}

/* FNV-1a: who chooses names that fall together makes his own bundle slow. */
static size_t hash(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *name != '\0'; name++) {
        hash = (hash ^ (uint8_t)*name) * UINT64_C(1099511628211);
    }
    return (size_t)(hash ^ hash >> 32);
}

/* Where name is, or belongs. */
static struct signet_lease_held *slot(const struct signet_leases *leases, const char *name)
{
    size_t at = hash(name) & (leases->room - 1);
    while (leases->table[at].name != NULL && strcmp(leases->table[at].name, name) != 0) {
        at = (at + 1) & (leases->room - 1);
    }
    return &leases->table[at];
}

static bool make_room(struct signet_leases *leases)
{
    struct signet_leases wider = {.room = leases->room > 0 ? leases->room * 2 : FIRST_ROOM};
    if (leases->count * 2 < leases->room) {
        return true;
    }
    wider.table = calloc(wider.room, sizeof(*wider.table));
    if (wider.table == NULL) {
        return false;
    }
    for (size_t i = 0; i < leases->room; i++) {
        if (leases->table[i].name != NULL) {
            *slot(&wider, leases->table[i].name) = leases->table[i];
        }
    }
    free(leases->table);
    leases->table = wider.table;
    leases->room = wider.room;
    return true;
}

/* A lease is of what was opened, so a duplicate keeps it when the digesting closes its own. */
static int take(const struct signet_leases *leases, int fd, int *held, struct signet_err *err)
{
    if (leases->count + SPARE_FILES > signet_fd_most()) {
        return signet_err_set(err, SIGNET_E_LIMIT, "more files than this process may hold open");
    }
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    int rc = copy >= 0 ? signet_lease_hold(copy, err)
                       : signet_err_sys(err, SIGNET_E_LIMIT, errno, "cannot be held open");
    if (rc == SIGNET_OK) {
        *held = copy;
    } else {
        signet_fd_close(&copy);
    }
    return rc;
}

static int add(struct signet_leases *leases,
               const char *name,
               int fd,
               const struct stat *st,
               struct signet_err *err)
{
    struct signet_lease_held held = {strdup(name), -1, st->st_dev, st->st_ino};
    if (held.name == NULL || !make_room(leases)) {
        free(held.name);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a lease");
    }
    char shown[SIGNET_SHOW_MAX];
    struct signet_err why;
    signet_err_clear(&why);
    int rc = take(leases, fd, &held.fd, &why);
    if (rc != SIGNET_OK) {
        signet_err_prefix(&why, "%s", signet_utf8_show(signet_span_str(name), shown));
        leases->why = leases->why.code == SIGNET_OK ? why : leases->why;
    }
    *slot(leases, name) = held;
    leases->count++;
    return rc == SIGNET_OK || !leases->all ? (int)SIGNET_OK : signet_err_copy(err, &why);
}

static int opened(void *ctx, const char *name, int fd, struct signet_err *err)
{
    struct signet_leases *leases = ctx;
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return SIGNET_OK; /* who digests it finds out too */
    }
    signet_lock_hold(leases->lock);
    const struct signet_lease_held *known = leases->room > 0 ? slot(leases, name) : NULL;
    int rc = SIGNET_OK;
    if (known == NULL || known->name == NULL) {
        rc = add(leases, name, fd, &st, err);
    } else if (known->device != st.st_dev || known->inode != st.st_ino) {
        rc = signet_err_set(err, SIGNET_E_IO, "changed while it was verified");
    }
    signet_lock_release(leases->lock);
    return rc;
}

static void release(void *ctx)
{
    struct signet_leases *leases = ctx;
    for (size_t i = 0; i < leases->room; i++) {
        if (leases->table[i].name != NULL) {
            signet_fd_close(&leases->table[i].fd);
            free(leases->table[i].name);
        }
    }
    free(leases->table);
    signet_lock_free(leases->lock);
    free(leases);
}

int signet_leases_begin(struct signet_artifact *artifact, bool all, struct signet_err *err)
{
    signet_leases_end(artifact);
    struct signet_leases *leases = calloc(1, sizeof(*leases));
    if (leases == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for leases");
    }
    int rc = signet_lock_new(&leases->lock, err);
    if (rc != SIGNET_OK) {
        free(leases);
        return rc;
    }
    leases->all = all;
    artifact->watch = (struct signet_artifact_watch){leases, opened, release};
    return SIGNET_OK;
}

void signet_leases_end(struct signet_artifact *artifact)
{
    if (artifact->watch.release != NULL) {
        artifact->watch.release(artifact->watch.ctx);
    }
    artifact->watch = (struct signet_artifact_watch){NULL, NULL, NULL};
}

int signet_leases_check(const struct signet_artifact *artifact, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_leases *leases = artifact->watch.ctx;
    if (leases == NULL) {
        return signet_err_set(err, SIGNET_E_DENIED, "it is not held");
    }
    if (leases->why.code != SIGNET_OK) {
        return signet_err_copy(err, &leases->why);
    }
    for (size_t i = 0; i < leases->room; i++) {
        const struct signet_lease_held *held = &leases->table[i];
        if (held->name != NULL && !signet_lease_held(held->fd)) {
            return signet_err_sys(err, SIGNET_E_DENIED, ETXTBSY,
                                  "%s: somebody asked to write to it",
                                  signet_utf8_show(signet_span_str(held->name), shown));
        }
    }
    return SIGNET_OK;
}

const struct signet_lease_held *signet_leases_find(const struct signet_artifact *artifact,
                                                   const char *name)
{
    const struct signet_leases *leases = artifact->watch.ctx;
    const struct signet_lease_held *found =
        leases != NULL && leases->room > 0 ? slot(leases, name) : NULL;
    return found != NULL && found->name != NULL ? found : NULL;
}

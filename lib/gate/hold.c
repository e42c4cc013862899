/* SPDX-License-Identifier: Apache-2.0
 *
 * Holding bytes: see <signet/hold.h>. Owns which way is sound where; how a copy is made is
 * copy.c's, what a lease is good for base/lease.c's.
 */
#include <signet/hold.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/utsname.h>

#include "artifact/artifact.h"
#include "artifact/real_path.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/lease.h"
#include "base/utf8.h"
#include "gate/copy.h"
#include "gate/leases.h"
#include "gate/script.h"

/* FS_IOC_GETFLAGS, which overlayfs has and a server's file system has not. */
static const unsigned long get_flags = _IOR('f', 1, long);

const char *signet_hold_word(enum signet_hold hold)
{
    static const char *const words[] = {"auto", "safe", "lease", "copy", "memfd"};
    return words[(unsigned)hold < SIGNET_COUNT(words) ? hold : 0];
}

static bool is_overlay(int fd)
{
    struct statfs system;
    long flags = 0;
    return fstatfs(fd, &system) == 0 && (uint32_t)system.f_type == 0x794C7630 &&
           ioctl(fd, get_flags, &flags) == 0;
}

static int check_safe(const struct signet_artifact *artifact, struct signet_err *err)
{
    char *path = NULL;
    bool local = signet_lease_is_firm(artifact->fd) || is_overlay(artifact->fd);
    int rc = local ? signet_real_path(artifact, &path, err) : (int)SIGNET_OK;
    if (rc == SIGNET_OK && (path == NULL || !signet_real_path_is_roots(path))) {
        rc = signet_err_set(err, SIGNET_E_UNSUPPORTED,
                            local ? "others than root can change it, or a folder on the way to it"
                                  : "its file system is none that only root can change");
    }
    free(path);
    return rc;
}

/* Linux 6.11 and 6.12 do not refuse to write to a program that runs. */
static bool runs_unprotected(void)
{
    struct utsname system;
    char *end = NULL;
    if (uname(&system) != 0) {
        return true;
    }
    long major = strtol(system.release, &end, 10);
    long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
    return major == 6 && (minor == 11 || minor == 12);
}

/* Reads what is held from now on; what was opened tells where it stands. */
static int use_copy(struct signet_artifact *artifact, int copy)
{
    artifact->place_fd = artifact->fd;
    artifact->fd = copy;
    return SIGNET_OK;
}

static int hold_in_memory(struct signet_artifact *artifact,
                          uint64_t max,
                          bool executable,
                          struct signet_err *err)
{
    int copy = -1;
    int rc = signet_copy_to_memory(artifact->fd, max, executable, &copy, err);
    return rc == SIGNET_OK ? use_copy(artifact, copy) : rc;
}

/* An interpreter reads its script for as long as it runs, which is longer than a lease is kept. */
static bool is_script(int fd)
{
    uint8_t head[2];
    const struct signet_fd_run run = {.buf = head, .len = sizeof(head)};
    size_t got = 0;
    bool cold = false;
    return signet_fd_pread(fd, &run, true, &got, &cold, NULL) != SIGNET_OK ||
           signet_script_begins(signet_span_of(head, got));
}

static bool hold_by_lease(int fd)
{
    if (runs_unprotected() || signet_lease_hold(fd, NULL) != SIGNET_OK) {
        return false;
    }
    if (is_script(fd)) {
        signet_lease_end(fd);
        return false;
    }
    return true;
}

/* As what is to be executed or loaded: reasons of the ways that are not possible do not matter. */
static int hold_any_way(struct signet_artifact *artifact,
                        uint64_t max,
                        enum signet_hold *got,
                        struct signet_err *err)
{
    *got = SIGNET_HOLD_SAFE;
    if (check_safe(artifact, NULL) == SIGNET_OK) {
        return SIGNET_OK;
    }
    *got = SIGNET_HOLD_LEASE;
    if (hold_by_lease(artifact->fd)) {
        return SIGNET_OK;
    }
    *got = SIGNET_HOLD_MEMORY;
    return hold_in_memory(artifact, max, true, err);
}

/* Files of a bundle are held one after another, when they are opened to be verified. */
static int
hold_bundle(struct signet_artifact *artifact, enum signet_hold *way, struct signet_err *err)
{
    switch (*way) {
    case SIGNET_HOLD_AUTO:
    case SIGNET_HOLD_LEASE: {
        bool all = *way == SIGNET_HOLD_LEASE;
        *way = SIGNET_HOLD_LEASE;
        return signet_leases_begin(artifact, all, err);
    }
    case SIGNET_HOLD_COPY:
        signet_leases_end(artifact);
        return SIGNET_OK;
    case SIGNET_HOLD_SAFE:
    case SIGNET_HOLD_MEMORY:
    default:
        return signet_err_set(err, SIGNET_E_USAGE,
                              "expected lease or copy for a bundle, found another way to hold it");
    }
}

static int check_unheld(const struct signet_artifact *artifact, struct signet_err *err)
{
    return artifact->held.st_mode == 0 ? (int)SIGNET_OK
                                       : signet_err_set(err, SIGNET_E_USAGE, "it is held already");
}

/* Ends a taking: notes what is held, or says of what it failed. */
static int
settle(struct signet_artifact *artifact, int rc, enum signet_hold way, struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    if (rc == SIGNET_OK && fstat(artifact->fd, &artifact->held) != 0) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat");
    }
    if (rc == SIGNET_OK) {
        artifact->hold = (int)way;
    } else {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(artifact->path), shown));
    }
    return rc;
}

/* *way is what is wanted, and then what is had. */
static int hold_file(struct signet_artifact *artifact,
                     uint64_t max,
                     enum signet_hold *way,
                     struct signet_err *err)
{
    switch (*way) {
    case SIGNET_HOLD_AUTO:
        return hold_any_way(artifact, max, way, err);
    case SIGNET_HOLD_SAFE:
        return check_safe(artifact, err);
    case SIGNET_HOLD_LEASE:
        return signet_lease_hold(artifact->fd, err);
    case SIGNET_HOLD_MEMORY:
        return hold_in_memory(artifact, max, false, err);
    case SIGNET_HOLD_COPY:
    default:
        return signet_err_set(err, SIGNET_E_USAGE, "a copy in a file needs a folder");
    }
}

int signet_gate_hold(struct signet_artifact *artifact,
                     enum signet_hold wanted,
                     uint64_t max,
                     enum signet_hold *got,
                     struct signet_err *err)
{
    enum signet_hold way = wanted;
    int rc = SIGNET_OK;
    if (artifact->kind == SIGNET_ARTIFACT_BUNDLE) {
        rc = hold_bundle(artifact, &way, err);
    } else {
        rc = check_unheld(artifact, err);
        rc = rc == SIGNET_OK ? hold_file(artifact, max, &way, err) : rc;
    }
    rc = settle(artifact, rc, way, err);
    if (rc == SIGNET_OK) {
        *got = way;
    }
    return rc;
}

enum signet_hold signet_gate_held_by(const struct signet_artifact *artifact)
{
    return (enum signet_hold)artifact->hold;
}

int signet_gate_copy(struct signet_artifact *artifact, const char *folder, struct signet_err *err)
{
    int copy = -1;
    int rc = artifact->kind == SIGNET_ARTIFACT_FILE
                 ? check_unheld(artifact, err)
                 : signet_err_set(err, SIGNET_E_USAGE, "expected a file, found a bundle");
    if (rc == SIGNET_OK) {
        rc = signet_copy_to_folder(artifact->fd, folder, &copy, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_lease_hold(copy, err);
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "the copy");
            signet_fd_close(&copy);
        }
    }
    return settle(artifact, rc == SIGNET_OK ? use_copy(artifact, copy) : rc, SIGNET_HOLD_COPY, err);
}

/* Only root can have changed it, as an update does. */
static int check_still_safe(const struct signet_artifact *artifact, struct signet_err *err)
{
    struct stat now;
    int rc = check_safe(artifact, err);
    if (rc == SIGNET_OK &&
        (fstat(artifact->fd, &now) != 0 || !signet_fd_unchanged(&artifact->held, &now))) {
        rc = signet_err_set(err, SIGNET_E_DENIED, "changed since it was taken hold of");
    }
    return rc;
}

static int
check_way(const struct signet_artifact *artifact, enum signet_hold hold, struct signet_err *err)
{
    switch (hold) {
    case SIGNET_HOLD_SAFE:
        return check_still_safe(artifact, err);
    case SIGNET_HOLD_LEASE:
    case SIGNET_HOLD_COPY:
        if (artifact->kind == SIGNET_ARTIFACT_BUNDLE) {
            return hold == SIGNET_HOLD_LEASE ? signet_leases_check(artifact, err) : (int)SIGNET_OK;
        }
        return signet_lease_held(artifact->fd)
                   ? (int)SIGNET_OK
                   : signet_err_sys(err, SIGNET_E_DENIED, ETXTBSY, "somebody asked to write to it");
    case SIGNET_HOLD_MEMORY:
        return signet_copy_is_sealed(artifact->fd)
                   ? (int)SIGNET_OK
                   : signet_err_set(err, SIGNET_E_DENIED, "the copy is not sealed");
    case SIGNET_HOLD_AUTO:
    default:
        return signet_err_set(err, SIGNET_E_DENIED, "it is not held");
    }
}

int signet_gate_check_hold(const struct signet_artifact *artifact,
                           enum signet_hold hold,
                           struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = check_way(artifact, hold, err);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(artifact->path), shown));
    }
    return rc;
}

int signet_gate_place(const struct signet_artifact *artifact)
{
    return signet_artifact_place(artifact);
}

int signet_gate_descriptor(const struct signet_artifact *artifact)
{
    return artifact->fd;
}

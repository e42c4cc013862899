/* SPDX-License-Identifier: Apache-2.0
 *
 * The tiers, step by step. Owns the order of the steps; each step is of another file.
 */
#define _GNU_SOURCE /* unshare, execveat */
#include <signet/start.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signet/probe.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "gate/confine.h"
#include "gate/filter.h"
#include "gate/landlock.h"
#include "gate/namespace.h"
#include "gate/places.h"
#include "gate/system.h"
#include "gate/view.h"

enum {
    LANDLOCK_THAT_TRUNCATES = 3 /* before, what may not be written could be emptied */
};

const char *signet_tier_word(enum signet_tier tier)
{
    static const char *const words[] = {"auto", "pin", "sandbox"};
    return words[tier];
}

/* What the kernel has to have for the sandbox; NULL: it has. */
static const char *find_lack(const struct signet_start *start)
{
    struct signet_probes has;
    signet_probe(&has);
    if (!signet_filter_fits() || !has.seccomp) {
        return "filters of system calls (seccomp)";
    }
    if (has.landlock < LANDLOCK_THAT_TRUNCATES) {
        return "Landlock 3 (Linux 6.2)";
    }
    if (!has.mount_setattr) {
        return "mount_setattr (Linux 5.12)";
    }
    return start->allow_jit || has.mdwe ? NULL : "PR_SET_MDWE (Linux 6.3)";
}

static int enter_namespace(const struct signet_start *start, struct signet_err *err)
{
    const char *lack = find_lack(start);
    if (lack != NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "the kernel lacks %s", lack);
    }
    int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int rc = signet_namespace_enter(proc, err);
    signet_fd_close(&proc);
    return rc;
}

static int check_images(const struct signet_start *start, struct signet_err *err)
{
    size_t i = 0;
    while (i < start->image_count &&
           (start->images[i].path != NULL || !start->images[i].in_place)) {
        i++;
    }
    return start->program < start->image_count && i == start->image_count
               ? (int)SIGNET_OK
               : signet_err_set(err, SIGNET_E_USAGE,
                                "expected a program among the images, and a path where it stands");
}

int signet_gate_choose(const struct signet_start *start,
                       enum signet_tier wanted,
                       enum signet_tier *got,
                       struct signet_err *err)
{
    struct signet_err refused;
    int rc = check_images(start, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (unshare(CLONE_THREAD) != 0) { /* does nothing, which threads cannot have done to them */
        return signet_err_sys(err, SIGNET_E_INTERNAL, errno, "expected a process of one thread");
    }
    if (signet_landlock_version() == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "the kernel lacks Landlock (Linux 5.13)");
    }
    signet_err_clear(&refused);
    rc = wanted == SIGNET_TIER_PIN ? SIGNET_E_UNSUPPORTED : enter_namespace(start, &refused);
    if (rc == SIGNET_OK || (rc == SIGNET_E_UNSUPPORTED && wanted != SIGNET_TIER_SANDBOX)) {
        *got = rc == SIGNET_OK ? SIGNET_TIER_SANDBOX : SIGNET_TIER_PIN;
        return SIGNET_OK;
    }
    signet_err_copy(err, &refused);
    signet_err_prefix(err, "no sandbox here");
    return rc;
}

/* What was opened may be executed, also by its path if a copy of it was verified. Whatever comes to
 * stand there instead may not. */
static int allow_images(const struct signet_landlock *rules,
                        const struct signet_start *start,
                        struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < start->image_count; i++) {
        const struct signet_image *image = &start->images[i];
        rc = signet_landlock_allow(rules, image->fd, SIGNET_LANDLOCK_EXECUTE, err);
        if (rc == SIGNET_OK && image->place >= 0 && image->place != image->fd) {
            rc = signet_landlock_allow(rules, image->place, SIGNET_LANDLOCK_EXECUTE, err);
        }
    }
    return rc;
}

/* Files that may be executed, written, and in the sandbox read; nothing is forbidden yet. */
static int collect_pin(const struct signet_start *start,
                       struct signet_landlock *rules,
                       int *program,
                       struct signet_err *err)
{
    int rc = signet_landlock_begin(rules, false, err);
    if (rc == SIGNET_OK) {
        rc = allow_images(rules, start, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_places_allow(start, SIGNET_TIER_PIN, rules, err);
    }
    if (rc == SIGNET_OK) {
        *program = fcntl(start->images[start->program].fd, F_DUPFD_CLOEXEC, 0);
        rc = *program >= 0 ? (int)SIGNET_OK
                           : signet_err_sys(err, SIGNET_E_IO, errno, "cannot duplicate");
    }
    return rc;
}

/* proc: as it was outside, as the view's cannot be written. */
static int collect_sandbox(const struct signet_start *start,
                           struct signet_landlock *rules,
                           int *program,
                           struct signet_err *err)
{
    int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int rc = signet_landlock_begin(rules, true, err);
    if (rc == SIGNET_OK) {
        rc = signet_view_make(start, rules, program, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_view_turn_folders(err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_view_keep_proc(err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_namespace_enter_last(proc, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_places_allow(start, SIGNET_TIER_SANDBOX, rules, err);
    }
    signet_fd_close(&proc);
    return rc;
}

static int confine_sandbox(const struct signet_start *start, struct signet_err *err)
{
    int rc = start->allow_jit ? (int)SIGNET_OK : signet_confine_memory(err);
    return rc == SIGNET_OK ? signet_filter_install(start->allow_jit, err) : rc;
}

/* Whether this is the program that runs here. */
static bool is_self(const struct signet_image *image, const struct stat *self)
{
    struct stat st;
    return fstat(image->fd, &st) == 0 && signet_fd_same(&st, self);
}

/* Asks the system, which may not know the question: it does not execute what runs here, unless that
 * is an image too. */
static int check_prepared(const struct signet_start *start, struct signet_err *err)
{
    struct stat st;
    int reason = 0;
    if (!signet_system_can_be_asked(&reason)) {
        return SIGNET_OK;
    }
    int self = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    bool forbidden = self >= 0 && fstat(self, &st) == 0 && signet_system_ask(self) == EACCES;
    for (size_t i = 0; self >= 0 && !forbidden && i < start->image_count; i++) {
        forbidden = is_self(&start->images[i], &st);
    }
    signet_fd_close(&self);
    return forbidden ? (int)SIGNET_OK
                     : signet_err_set(err, SIGNET_E_UNSUPPORTED,
                                      "what is no image can be executed still");
}

int signet_gate_prepare(const struct signet_start *start,
                        enum signet_tier tier,
                        int *fd,
                        struct signet_err *err)
{
    int program = -1;
    struct signet_landlock rules = {.fd = -1};
    bool sandbox = tier == SIGNET_TIER_SANDBOX;
    int rc = sandbox ? collect_sandbox(start, &rules, &program, err)
                     : collect_pin(start, &rules, &program, err);
    if (rc == SIGNET_OK) {
        rc = signet_confine_rights(err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_landlock_enforce(&rules, err);
    }
    if (rc == SIGNET_OK && sandbox) {
        rc = confine_sandbox(start, err);
    }
    if (rc == SIGNET_OK) {
        rc = check_prepared(start, err);
    }
    signet_fd_close(&rules.fd);
    if (rc == SIGNET_OK) {
        *fd = program;
    } else {
        signet_fd_close(&program);
    }
    return rc;
}

int signet_gate_exec(const struct signet_start *start, int fd, struct signet_err *err)
{
    SIGNET_IGNORE(
        syscall(SYS_execveat, fd, "", start->arguments, start->environment, AT_EMPTY_PATH));
    return signet_err_sys(err, SIGNET_E_DENIED, errno, "the system does not execute it");
}

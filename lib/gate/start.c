/* SPDX-License-Identifier: Apache-2.0
 *
 * The tiers, step by step. Owns the order of the steps; each step is of another file.
 */
#define _GNU_SOURCE /* unshare, execveat */
#include <signet/start.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/fd.h"
#include "gate/confine.h"
#include "gate/landlock.h"
#include "gate/places.h"

const char *signet_tier_word(enum signet_tier tier)
{
    static const char *const words[] = {"auto", "pin", "sandbox"};
    return words[tier];
}

int signet_gate_choose(const struct signet_start *start,
                       enum signet_tier wanted,
                       enum signet_tier *got,
                       struct signet_err *err)
{
    (void)start;
    if (unshare(CLONE_THREAD) != 0) { /* does nothing, which threads cannot have done to them */
        return signet_err_sys(err, SIGNET_E_INTERNAL, errno, "expected a process of one thread");
    }
    if (signet_landlock_version() == 0) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "the kernel has no Landlock (Linux 5.13)");
    }
    if (wanted == SIGNET_TIER_SANDBOX) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED, "the sandbox is not built");
    }
    *got = SIGNET_TIER_PIN;
    return SIGNET_OK;
}

/* Lets what stands at the image's path, or was opened, be executed. */
static int allow_image(const struct signet_landlock *rules,
                       const struct signet_image *image,
                       struct signet_err *err)
{
    int fd = image->path != NULL ? open(image->path, O_PATH | O_CLOEXEC | O_NOFOLLOW) : -1;
    int rc = signet_landlock_allow(rules, fd >= 0 ? fd : image->fd, SIGNET_LANDLOCK_EXECUTE, err);
    signet_fd_close(&fd);
    return rc;
}

static int allow_images(const struct signet_landlock *rules,
                        const struct signet_start *start,
                        struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < start->image_count; i++) {
        rc = allow_image(rules, &start->images[i], err);
    }
    return rc;
}

/* What may be executed, written, and in the sandbox read. */
static int
restrict_files(const struct signet_start *start, enum signet_tier tier, struct signet_err *err)
{
    struct signet_landlock rules = {.fd = -1};
    int rc = signet_landlock_begin(&rules, tier == SIGNET_TIER_SANDBOX, err);
    if (rc == SIGNET_OK) {
        rc = allow_images(&rules, start, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_places_allow(start, tier, &rules, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_landlock_enforce(&rules, err);
    }
    signet_fd_close(&rules.fd);
    return rc;
}

int signet_gate_prepare(const struct signet_start *start,
                        enum signet_tier tier,
                        int *fd,
                        struct signet_err *err)
{
    int program = fcntl(start->images[start->program].fd, F_DUPFD_CLOEXEC, 0);
    int rc = program >= 0 ? signet_confine_rights(err)
                          : signet_err_sys(err, SIGNET_E_IO, errno, "cannot duplicate");
    if (rc == SIGNET_OK) {
        rc = restrict_files(start, tier, err);
    }
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

/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting a program that was verified, in place of this process and so that neither it nor what it
 * starts can easily run other code. Owns what the kernel is told; decides nothing: what is started
 * here must have been verified. Part of libsignet-gate. Linux only.
 *
 * The order of calls, all in one thread: signet_gate_choose(), signet_gate_prepare(),
 * signet_gate_exec(). After signet_gate_prepare() this process can open and write little more than
 * the program may, so reports are written before it. None of it can be undone: a process in which
 * one of them failed should say so and end.
 */
#ifndef SIGNET_START_H
#define SIGNET_START_H

#include <signet/err.h>
#include <stdbool.h>
#include <stddef.h>

SIGNET_BEGIN_DECLS

/** How much is kept from a program. */
enum signet_tier {
    SIGNET_TIER_AUTO,   /* the strongest there is; a wish only */
    SIGNET_TIER_PIN,    /* exactly the verified program is started; what it loads is as it is */
    SIGNET_TIER_SANDBOX /* and no other file is executed or mapped as code by what it starts */
};

/** A verified file. */
struct signet_image {
    int fd;           /* its content, open for reading and unchanging; borrowed */
    int place;        /* what stood at path when fd was copied from it; else fd, or -1 */
    const char *path; /* absolute, without links, or NULL: it stands nowhere */
    bool in_place;    /* fd is what stands at path, and nobody but root can change that */
};

/** What is started, and what it may use. All is borrowed. */
struct signet_start {
    const struct signet_image *images; /* the program, and all it may execute or load */
    size_t image_count;
    size_t program;              /* which of them is executed: an ELF program */
    char *const *arguments;      /* NULL-terminated */
    char *const *environment;    /* NULL-terminated */
    const char *const *readable; /* paths, NULL-terminated, or NULL: none; links are followed */
    const char *const *writable;
    bool allow_jit; /* memory may be written and then executed */
};

/** "auto", "pin" or "sandbox". */
SIGNET_API const char *signet_tier_word(enum signet_tier tier);

/**
 * Finds out which tier this system has and, for the sandbox, enters a user namespace of its own, in
 * which each id of this process stays what it is: all of them for root, otherwise its own, so that
 * files of others seem to belong to nobody. Rights over the system do not go with it, those of root
 * neither. Nothing else is taken away yet. *got is SIGNET_TIER_PIN or SIGNET_TIER_SANDBOX, set on
 * success only; for SIGNET_TIER_AUTO it is the sandbox unless the kernel lacks something for it or
 * refuses the namespace.
 *
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (the system lacks what the message names), SIGNET_E_IO
 * (it refuses to map the ids), SIGNET_E_USAGE (no such image, or one in place without a path) or
 * SIGNET_E_INTERNAL (this process has threads).
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_choose(const struct signet_start *start,
                                                   enum signet_tier wanted,
                                                   enum signet_tier *got,
                                                   struct signet_err *err);

/**
 * Takes from this process what the program shall not have, and looks whether it is gone.
 *
 * In both tiers: no rights are gained by executing (set-id bits are ignored), only images can be
 * executed, and files can be written only below writable, besides /dev/null, zero, full, random,
 * urandom, tty, ptmx and the terminals in /dev/pts.
 *
 * In the sandbox besides: nothing can be executed or mapped as code but the images, each in a
 * mount of its own, read-only, at its path; one that is not in place is copied there, through fd.
 * No namespace and no mount can be made or changed. Only images, readable, writable, and what
 * signet_gate_base() lists can be opened. Memory is not executed if it was ever written, unless
 * allow_jit. Programs for other instruction sets, 32-bit ones among them, cannot run. Signals and
 * abstract sockets do not reach other programs where the kernel can see to that (Linux 6.12).
 *
 * Descriptors that are open stay so, the current folder and the terminal stay what they are; in the
 * sandbox folders, and files that can be read, are opened again, as code could be mapped from them.
 * *fd is what signet_gate_exec() takes; set on success only. What must hold of images still holds
 * when this returns, or it is no use: look after that before signet_gate_exec().
 *
 * Returns SIGNET_OK, SIGNET_E_UNSUPPORTED (the system refuses a step, or what was done does not
 * hold), SIGNET_E_IO (a path of readable or writable is not there, an image cannot be copied),
 * SIGNET_E_MISMATCH (something else stands where an image is in place) or SIGNET_E_USAGE (nothing
 * can be mounted at the path of an image).
 */
SIGNET_API SIGNET_NODISCARD int signet_gate_prepare(const struct signet_start *start,
                                                    enum signet_tier tier,
                                                    int *fd,
                                                    struct signet_err *err);

/** Executes fd in place of this process, with start's arguments and environment; returns only on
 *  failure: SIGNET_E_DENIED, with errno in err. */
SIGNET_API SIGNET_NODISCARD int
signet_gate_exec(const struct signet_start *start, int fd, struct signet_err *err);

/** The paths that every program in the sandbox can read, NULL-terminated; static storage. Those
 *  that do not exist do not count. */
SIGNET_API const char *const *signet_gate_base(void);

SIGNET_END_DECLS

#endif

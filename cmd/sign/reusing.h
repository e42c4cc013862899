/* SPDX-License-Identifier: Apache-2.0
 *
 * What --reuse adds to the signing of one operand.
 */
#ifndef SIGNET_CMD_SIGN_REUSING_H
#define SIGNET_CMD_SIGN_REUSING_H

#include <signet/reuse.h>
#include <signet/sign.h>

struct signet_sign_item;
struct signet_sign_run;

/** Zero-initialised is without --reuse; release with signet_sign_reuse_close(). */
struct signet_sign_reuse {
    struct signet_reuse *reuse;
    struct signet_buf kept; /* digests of the last time */
    char *path;             /* where they are kept; NULL: nowhere */
};

/** Whether --reuse goes with what else was asked for. Returns SIGNET_OK or SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_reuse_check(const struct signet_sign_run *run,
                                             struct signet_err *err);

/**
 * Reads and verifies the old signature that --reuse names, by the settled key, and reads the
 * digests kept beside it, without which everything is read. Does nothing without the option.
 * Returns SIGNET_OK, SIGNET_E_USAGE (the operand is no folder), what signet_io_read() and
 * signet_reuse_new() return.
 */
SIGNET_NODISCARD int signet_sign_reuse_open(const struct signet_sign_run *run,
                                            struct signet_sign_item *item,
                                            struct signet_err *err);

/** After the signature was written: says how much was reused, and keeps digests for the next time;
 *  what prevents that is said, and no failure. */
void signet_sign_reuse_keep(const struct signet_sign_run *run, const struct signet_sign_item *item);

/** Writes the member "reused" of the report: null without --reuse or if nothing was read. */
void signet_sign_reuse_report(const struct signet_sign_run *run,
                              const struct signet_sign_item *item);

/** Releases what reuse holds. */
void signet_sign_reuse_close(struct signet_sign_reuse *reuse);

#endif

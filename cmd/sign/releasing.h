/* SPDX-License-Identifier: Apache-2.0
 *
 * What --release and --usage add to a run of signet-sign: the name and the version as which an
 * artifact is signed.
 */
#ifndef SIGNET_CMD_SIGN_RELEASING_H
#define SIGNET_CMD_SIGN_RELEASING_H

#include <signet/err.h>
#include <stdint.h>

struct signet_sign_item;
struct signet_sign_run;
struct signet_sign_opts;

/** Zero-initialised is without --release. */
struct signet_sign_release {
    const char *named; /* NAME@VERSION; NULL without --release */
    const char *usage; /* NULL: it is detected */
    int64_t at;        /* seconds since 1970-01-01 UTC */
};

/** Whether the options go together; reads SOURCE_DATE_EPOCH, or the clock. Returns SIGNET_OK or
 *  SIGNET_E_USAGE. */
SIGNET_NODISCARD int signet_sign_release_check(struct signet_sign_run *run, struct signet_err *err);

/** Sets in opts what is stated of item, and where its second signature goes if it is a bundle.
 *  Returns SIGNET_OK, or as signet_sign_place_beside() and signet_sign_check_output(). */
SIGNET_NODISCARD int signet_sign_release_state(const struct signet_sign_run *run,
                                               struct signet_sign_item *item,
                                               struct signet_sign_opts *opts,
                                               struct signet_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What --attest and --canonical add to a run of signet-sign: what is stated other than that the
 * bytes of an artifact are signed.
 */
#ifndef SIGNET_CMD_SIGN_ATTEST_H
#define SIGNET_CMD_SIGN_ATTEST_H

#include <signet/attest.h>
#include <signet/buf.h>

struct signet_sign_item;
struct signet_sign_run;
struct signet_sign_opts;

/** Zero-initialised is without --attest; free with signet_sign_attest_free(). */
struct signet_sign_attest {
    const char *type; /* NULL without --attest */
    struct signet_predicate_type known;
    struct signet_buf predicate; /* the text of the predicate */
};

/** Whether the options go together; reads the predicate, and says if nothing is known of its type.
 *  Returns SIGNET_OK, SIGNET_E_USAGE, or what signet_io_read() returns. */
SIGNET_NODISCARD int signet_sign_attest_read(struct signet_sign_run *run, struct signet_err *err);

/** Sets in opts what is stated of item. Returns SIGNET_OK, or SIGNET_E_USAGE (--canonical of what
 *  is no file). */
SIGNET_NODISCARD int signet_sign_attest_state(const struct signet_sign_run *run,
                                              const struct signet_sign_item *item,
                                              struct signet_sign_opts *opts,
                                              struct signet_err *err);

/** The ending of an attestation beside its artifact, in ending, or NULL without --attest. */
#define SIGNET_SIGN_ENDING 48
const char *signet_sign_attest_ending(const struct signet_sign_run *run,
                                      char ending[SIGNET_SIGN_ENDING]);

/** What is written, for the line that says so; NULL if it is a signature over bytes. */
const char *signet_sign_attest_covers(const struct signet_sign_run *run,
                                      const struct signet_sign_item *item);

/** Releases what attest holds and empties it. */
void signet_sign_attest_free(struct signet_sign_attest *attest);

#endif

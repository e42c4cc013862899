/* SPDX-License-Identifier: Apache-2.0
 *
 * What --attest-verdict adds to a run of signet-sign: a policy, by which each operand is verified,
 * and what became of them.
 */
#ifndef SIGNET_CMD_SIGN_VERDICT_H
#define SIGNET_CMD_SIGN_VERDICT_H

#include "common/trust.h"
#include "common/verifying.h"

/** The type of the predicate. */
#define SIGNET_SIGN_VERDICT_TYPE "https://slsa.dev/verification_summary/v1"

struct signet_sign_item;
struct signet_sign_run;

/** Zero-initialised is without --attest-verdict; free with signet_sign_verdict_free(). */
struct signet_sign_verdict {
    struct signet_trust *trust;
    struct signet_store *store; /* may be NULL */
    struct signet_verifying all;
};

/** Whether the options go together, without reading anything. Returns SIGNET_OK or SIGNET_E_USAGE.
 */
SIGNET_NODISCARD int signet_sign_verdict_check(const struct signet_opts *opts,
                                               struct signet_err *err);

/** Reads whom --policy and --root trust, and sets run->verdict to verdict; nothing without
 *  --attest-verdict. Results as signet_tool_trust() and signet_tool_evidence(). */
SIGNET_NODISCARD int signet_sign_verdict_read(struct signet_sign_run *run,
                                              struct signet_sign_verdict *verdict,
                                              struct signet_err *err);

/** Verifies item, whose artifact is open, into item->verdict and item->summary; nothing without
 *  --attest-verdict. Returns SIGNET_OK, whatever the verdict, or the code of what kept it from one.
 */
SIGNET_NODISCARD int signet_sign_verdict_find(const struct signet_sign_run *run,
                                              struct signet_sign_item *item,
                                              struct signet_err *err);

/** Says why item did not pass, if so, which then is what this run ends with. Returns SIGNET_OK or
 *  SIGNET_E_NOMEM. */
SIGNET_NODISCARD int signet_sign_verdict_tell(const struct signet_sign_run *run,
                                              struct signet_sign_item *item,
                                              struct signet_err *err);

/** Releases what verdict holds, after all items. */
void signet_sign_verdict_free(struct signet_sign_verdict *verdict);

#endif

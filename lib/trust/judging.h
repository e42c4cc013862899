/* SPDX-License-Identifier: Apache-2.0
 *
 * One judgement in the making, shared by what judges which rule is for a question, by whom it is
 * signed, and what is attested.
 */
#ifndef SIGNET_TRUST_JUDGING_H
#define SIGNET_TRUST_JUDGING_H

#include "trust/judge.h"

struct signet_judging {
    const struct signet_policy *policy;
    const struct signet_root *root;
    const struct signet_question *question;
    struct signet_answer *answer;
    struct signet_err *err;
};

/** Distinct keys of the role that signed a payload, as far as their signatures count. */
size_t signet_judge_count(const struct signet_judging *judging,
                          const struct signet_counted *counted,
                          const struct signet_signed_payload *payload);

/** Sets the error to "rule ID WHY" and returns code. */
int signet_judge_refuse(const struct signet_judging *judging, int code, const char *why);

/** The role of a demand; NULL: the root lacks it, or it says nothing of artifacts. */
const struct signet_root_role *signet_judge_role(const struct signet_judging *judging,
                                                 const char *name);

/** The same, and the error says why there is none. */
const struct signet_root_role *signet_judge_need_role(const struct signet_judging *judging,
                                                      const char *name);

/** Notes what became of a demand, if the question has room for it. */
void signet_judge_note(const struct signet_judging *judging,
                       const struct signet_demand_found *found);

/** Whether the time that a payload states lies no more than max_age seconds before now, and at most
 *  a few minutes behind it. */
bool signet_judge_is_young(int64_t time, int64_t now, int64_t max_age);

/** Whether some payload makes a rule with names one for the question. */
bool signet_judge_names_fit(const struct signet_judging *judging,
                            const struct signet_policy_rule *rule);

/** Each entry of the rule's signed_by, by payloads that the rule lets vouch. Results as
 *  signet_judge(). */
SIGNET_NODISCARD int signet_judge_signers(const struct signet_judging *judging);

/** Each of the rule's attestations. Results as signet_judge(). */
SIGNET_NODISCARD int signet_judge_attested(const struct signet_judging *judging);

#endif

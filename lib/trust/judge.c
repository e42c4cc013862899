/* SPDX-License-Identifier: Apache-2.0
 *
 * What a policy says of an artifact: see trust/judge.h.
 */
#include "trust/judging.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "trust/glob.h"

bool signet_root_key_counts(const struct signet_root_key *key,
                            const struct signet_payload_key *signature,
                            int64_t now)
{
    bool known = signature->signed_at != SIGNET_TIME_UNKNOWN;
    int64_t when = known ? signature->signed_at : now;
    if ((key->uses & signature->use) == 0 || when < key->not_before || when > key->not_after) {
        return false;
    }
    if (key->status == SIGNET_ROOT_ACTIVE) {
        return true;
    }
    return known && when < key->retired_at && when < key->revoked_at;
}

int signet_judge_policy(const struct signet_policy *policy,
                        const struct signet_root *root,
                        int64_t now,
                        struct signet_err *err)
{
    char when[SIGNET_CLOCK_TEXT];
    char shown[SIGNET_SHOW_MAX];
    signet_utf8_show(signet_span_str(policy->name), shown);
    if (now >= policy->expires) {
        return signet_err_set(err, SIGNET_E_STALE, "policy %s expired at %s: use its successor",
                              shown, signet_clock_format(policy->expires, when));
    }
    return root->version >= policy->root_min_version
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_STALE,
                                "policy %s expects version %llu of the root or a later one, found "
                                "version %llu",
                                shown, (unsigned long long)policy->root_min_version,
                                (unsigned long long)root->version);
}

static bool path_counts(const struct signet_question *question)
{
    return question->path_is_safe || question->action == SIGNET_ACTION_VERIFY ||
           question->action == SIGNET_ACTION_OPEN;
}

static bool path_fits(const struct signet_texts *paths, const struct signet_question *question)
{
    return paths->count == 0 || question->path == NULL ||
           (path_counts(question) && signet_glob_any(paths, question->path));
}

/* What is not known fits, and is refused then. */
static bool format_fits(unsigned formats, const struct signet_models *models)
{
    return formats == 0 || !models->known || models->ambiguous ||
           (models->formats != 0 && !models->others && (models->formats & ~formats) == 0);
}

static bool fits(const struct signet_judging *judging, const struct signet_policy_rule *rule)
{
    const struct signet_question *question = judging->question;
    const struct signet_policy_match *match = &rule->match;
    return (rule->actions & (unsigned)question->action) != 0 &&
           (match->kinds == 0 || (match->kinds & (unsigned)question->kind) != 0) &&
           path_fits(&match->paths, question) && format_fits(match->formats, &question->models) &&
           (match->names.count == 0 || signet_judge_names_fit(judging, rule));
}

/* Whether a rule is for that path, but not while others can put something else there. */
static bool passed_over(const struct signet_judging *judging)
{
    const struct signet_question *question = judging->question;
    bool found = false;
    for (size_t i = 0; !found && i < judging->policy->rule_count; i++) {
        const struct signet_policy_rule *rule = &judging->policy->rules[i];
        found = (rule->actions & (unsigned)question->action) != 0 &&
                signet_glob_any(&rule->match.paths, question->path);
    }
    return found && !path_counts(question);
}

static const struct signet_policy_rule *find_rule(const struct signet_judging *judging)
{
    const struct signet_policy_rule *rules = judging->policy->rules;
    for (size_t i = 0; rules != NULL && i < judging->policy->rule_count; i++) {
        if (fits(judging, &rules[i])) {
            return &rules[i];
        }
    }
    return NULL;
}

bool signet_judge_asks_formats(const struct signet_policy *policy, enum signet_action action)
{
    for (size_t i = 0; i < policy->rule_count; i++) {
        const struct signet_policy_rule *rule = &policy->rules[i];
        if ((rule->actions & (unsigned)action) != 0 && rule->match.formats != 0) {
            return true;
        }
    }
    return false;
}

size_t signet_judge_demands(const struct signet_policy *policy)
{
    size_t most = 0;
    for (size_t i = 0; i < policy->rule_count; i++) {
        size_t demands = policy->rules[i].signed_by_count + policy->rules[i].attestation_count;
        most = demands > most ? demands : most;
    }
    return most;
}

void signet_judge_note(const struct signet_judging *judging,
                       const struct signet_demand_found *found)
{
    if (judging->question->found != NULL) {
        judging->question->found[judging->answer->found_count++] = *found;
    }
}

int signet_judge_refuse(const struct signet_judging *judging, int code, const char *why)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(judging->err, code, "rule %s %s",
                          signet_utf8_show(signet_span_str(judging->answer->rule->id), shown), why);
}

const struct signet_root_role *signet_judge_role(const struct signet_judging *judging,
                                                 const char *name)
{
    return signet_role_speaks(name) ? signet_root_role(judging->root, name) : NULL;
}

const struct signet_root_role *signet_judge_need_role(const struct signet_judging *judging,
                                                      const char *name)
{
    char rule[SIGNET_SHOW_MAX];
    char shown[SIGNET_SHOW_MAX];
    const struct signet_root_role *role = signet_judge_role(judging, name);
    if (!signet_role_speaks(name)) {
        signet_err_set(judging->err, SIGNET_E_DENIED,
                       "rule %s asks for role %s, which says nothing of artifacts",
                       signet_utf8_show(signet_span_str(judging->answer->rule->id), rule),
                       signet_utf8_show(signet_span_str(name), shown));
    } else if (role == NULL) {
        signet_err_set(judging->err, SIGNET_E_DENIED,
                       "rule %s asks for role %s, which the root does not have",
                       signet_utf8_show(signet_span_str(judging->answer->rule->id), rule),
                       signet_utf8_show(signet_span_str(name), shown));
    }
    return role;
}

/* Names of a bundle that nobody signed are each allowed, byte for byte. */
static int check_left_out(const struct signet_judging *judging)
{
    char rule[SIGNET_SHOW_MAX];
    char shown[SIGNET_SHOW_MAX];
    const struct signet_texts *left_out = &judging->question->left_out;
    for (size_t i = 0; i < left_out->count; i++) {
        if (!signet_texts_have(&judging->answer->rule->ignored, left_out->list[i])) {
            return signet_err_set(
                judging->err, SIGNET_E_DENIED,
                "rule %s does not have %s among the names that may be left out of a bundle",
                signet_utf8_show(signet_span_str(judging->answer->rule->id), rule),
                signet_utf8_show(signet_span_str(left_out->list[i]), shown));
        }
    }
    return SIGNET_OK;
}

/* A rule with formats decides by what is known of the files. Nobody looks at what nobody signed,
 * and that is refused for having no signature. */
static int check_formats(const struct signet_judging *judging)
{
    const struct signet_question *question = judging->question;
    if (judging->answer->rule->match.formats == 0 || question->payload_count == 0) {
        return SIGNET_OK;
    }
    if (!question->models.known) {
        return signet_judge_refuse(judging, SIGNET_E_DENIED,
                                   "asks for the format of a model, which is told of a file or a "
                                   "folder only that is verified as a whole, without shards");
    }
    return question->models.ambiguous
               ? signet_judge_refuse(judging, SIGNET_E_DENIED,
                                     "asks for the format of a model, and two formats claim one "
                                     "file")
               : (int)SIGNET_OK;
}

/* What was looked at is what the rule is about. */
static int check_looked_at(const struct signet_judging *judging)
{
    const struct signet_policy_rule *rule = judging->answer->rule;
    if (rule->match.paths.count > 0 && judging->question->path == NULL) {
        return signet_judge_refuse(judging, SIGNET_E_DENIED,
                                   "is for a path, and what was opened has none any more");
    }
    if (judging->question->partial && !rule->partial) {
        return signet_judge_refuse(judging, SIGNET_E_DENIED,
                                   "asks for the whole, and only a part was looked at");
    }
    if (judging->question->contents && judging->question->action != SIGNET_ACTION_VERIFY) {
        return signet_judge_refuse(judging, SIGNET_E_DENIED,
                                   "is for the bytes of a file, and what is signed is only what "
                                   "the archive holds: have the archive signed as a file");
    }
    int rc = check_formats(judging);
    return rc == SIGNET_OK ? check_left_out(judging) : rc;
}

int signet_judge(const struct signet_policy *policy,
                 const struct signet_root *root,
                 const struct signet_question *question,
                 struct signet_answer *answer,
                 struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct signet_judging judging = {policy, root, question, answer, err};
    memset(answer, 0, sizeof(*answer));
    int rc = signet_judge_policy(policy, root, question->now, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    answer->rule = find_rule(&judging);
    if (answer->rule == NULL) {
        return signet_err_set(
            err, SIGNET_E_DENIED, "no rule of policy %s is for this, so it is refused%s",
            signet_utf8_show(signet_span_str(policy->name), shown),
            passed_over(&judging) ? ": others than root and the caller can change what stands at "
                                    "its path"
                                  : "");
    }
    rc = check_looked_at(&judging);
    if (rc == SIGNET_OK) {
        rc = signet_judge_signers(&judging);
    }
    return rc == SIGNET_OK ? signet_judge_attested(&judging) : rc;
}

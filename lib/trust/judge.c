/* SPDX-License-Identifier: Apache-2.0
 *
 * What a policy says of an artifact: see trust/judge.h.
 */
#include "trust/judge.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "trust/glob.h"

/* A judgement in the making. */
struct judging {
    const struct signet_policy *policy;
    const struct signet_root *root;
    const struct signet_question *question;
    struct signet_answer *answer;
    struct signet_err *err;
};

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

const struct signet_policy_revoked *signet_policy_find_revoked(const struct signet_policy *policy,
                                                               enum signet_policy_kind kind,
                                                               const struct signet_digest *digest)
{
    for (size_t i = 0; i < policy->revoked_count; i++) {
        const struct signet_policy_revoked *revoked = &policy->revoked[i];
        if (revoked->kind == (unsigned)kind && signet_digest_eq(&revoked->digest, digest)) {
            return revoked;
        }
    }
    return NULL;
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

static bool any_matches(const struct signet_texts *patterns, const char *text)
{
    for (size_t i = 0; text != NULL && i < patterns->count; i++) {
        if (signet_glob_match(signet_span_str(patterns->list[i]), signet_span_str(text))) {
            return true;
        }
    }
    return false;
}

static bool path_counts(const struct signet_question *question)
{
    return question->path_is_safe || question->action == SIGNET_ACTION_VERIFY ||
           question->action == SIGNET_ACTION_OPEN;
}

/* Whether a rule is for what is asked, as far as that can be told without a signed name. */
static bool fits(const struct signet_policy_rule *rule, const struct signet_question *question)
{
    const struct signet_policy_match *match = &rule->match;
    return (rule->actions & (unsigned)question->action) != 0 &&
           (match->kinds == 0 || (match->kinds & (unsigned)question->kind) != 0) &&
           (match->paths.count == 0 || question->path == NULL ||
            (path_counts(question) && any_matches(&match->paths, question->path)));
}

static int deny(const struct judging *j, const char *why)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(j->err, SIGNET_E_DENIED, "rule %s %s",
                          signet_utf8_show(signet_span_str(j->answer->rule->id), shown), why);
}

/* What is demanded and cannot be judged does not hold. */
static int check_judged(const struct judging *j)
{
    const struct signet_policy_rule *rule = j->answer->rule;
    if (rule->match.names.count > 0 || rule->has_version) {
        return deny(j, "asks for a signed release name, which this version cannot judge");
    }
    if (rule->match.formats.count > 0) {
        return deny(j, "asks for the format of a model, which this version cannot judge");
    }
    if (rule->attestation_count > 0) {
        return deny(j, "asks for attestations, which this version cannot judge");
    }
    if (rule->ignored.count > 0) {
        return deny(j, "lists names that are left out, which this version cannot judge");
    }
    if (rule->match.paths.count > 0 && j->question->path == NULL) {
        return deny(j, "is for a path, and what was opened has none any more");
    }
    if (rule->max_signature_age > 0) {
        return deny(j, "asks for the age of a signature, which this version cannot judge");
    }
    return j->question->partial && !rule->partial
               ? deny(j, "asks for the whole, and only a part was looked at")
               : (int)SIGNET_OK;
}

static bool in_role(const struct signet_root_role *role, size_t key)
{
    size_t i = 0;
    while (i < role->key_count && role->keys[i] != key) {
        i++;
    }
    return i < role->key_count;
}

/* Whether a signature counts for a demand. */
static bool counts(const struct judging *j,
                   const struct signet_policy_signers *demand,
                   const struct signet_root_role *role,
                   const struct signet_payload_key *signature)
{
    return (demand->uses == 0 || (demand->uses & signature->use) != 0) &&
           in_role(role, signature->key) &&
           signet_root_key_counts(&j->root->keys[signature->key], signature, j->question->now);
}

/* Distinct keys of the role that signed one payload. */
static size_t count_keys(const struct judging *j,
                         const struct signet_policy_signers *demand,
                         const struct signet_root_role *role,
                         const struct signet_signed_payload *payload)
{
    size_t count = 0;
    for (size_t i = 0; i < payload->key_count; i++) {
        bool repeated = !counts(j, demand, role, &payload->keys[i]);
        for (size_t k = 0; !repeated && k < i; k++) {
            repeated = payload->keys[k].key == payload->keys[i].key &&
                       counts(j, demand, role, &payload->keys[k]);
        }
        count += repeated ? 0 : 1;
    }
    return count;
}

/* One demand holds by one payload: keys over different ones do not add up. */
static int check_signers(const struct judging *j, const struct signet_policy_signers *demand)
{
    char rule[SIGNET_SHOW_MAX];
    char name[SIGNET_SHOW_MAX];
    const struct signet_question *question = j->question;
    const struct signet_root_role *role = signet_root_role(j->root, demand->role);
    size_t most = 0;
    signet_utf8_show(signet_span_str(j->answer->rule->id), rule);
    signet_utf8_show(signet_span_str(demand->role), name);
    if (role == NULL) {
        return signet_err_set(j->err, SIGNET_E_DENIED,
                              "rule %s asks for role %s, which the root does not have", rule, name);
    }
    for (size_t i = 0; i < question->payload_count; i++) {
        size_t keys = count_keys(j, demand, role, &question->payloads[i]);
        if (keys >= demand->threshold) {
            if (demand == j->answer->rule->signed_by) {
                j->answer->payload = i;
                j->answer->keys = keys;
            }
            return SIGNET_OK;
        }
        most = keys > most ? keys : most;
    }
    return signet_err_set(j->err, SIGNET_E_THRESHOLD,
                          "rule %s asks for %llu keys of role %s over one statement, found %zu",
                          rule, (unsigned long long)demand->threshold, name, most);
}

int signet_judge(const struct signet_policy *policy,
                 const struct signet_root *root,
                 const struct signet_question *question,
                 struct signet_answer *answer,
                 struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    const struct judging judging = {policy, root, question, answer, err};
    memset(answer, 0, sizeof(*answer));
    int rc = signet_judge_policy(policy, root, question->now, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    for (size_t i = 0; answer->rule == NULL && i < policy->rule_count; i++) {
        answer->rule = fits(&policy->rules[i], question) ? &policy->rules[i] : NULL;
    }
    if (answer->rule == NULL) {
        return signet_err_set(err, SIGNET_E_DENIED,
                              "no rule of policy %s is for this, so it is refused",
                              signet_utf8_show(signet_span_str(policy->name), shown));
    }
    rc = check_judged(&judging);
    for (size_t i = 0; rc == SIGNET_OK && i < answer->rule->signed_by_count; i++) {
        rc = check_signers(&judging, &answer->rule->signed_by[i]);
    }
    return rc;
}

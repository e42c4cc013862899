/* SPDX-License-Identifier: Apache-2.0
 *
 * Who must have signed: see trust/judging.h. Owns which payloads a rule lets vouch, and that keys
 * over different ones do not add up.
 */
#include "trust/judging.h"

#include "base/err.h"
#include "base/semver.h"
#include "base/utf8.h"
#include "trust/glob.h"

/* Why a payload does not vouch; those that come later in the list came nearer. */
enum shortfall {
    NO_RELEASE = 0,
    OTHER_NAME,
    NOT_EXPECTED,
    LOWER_VERSION,
    OTHER_USAGE,
    TOO_OLD,
    NONE, /* it does */
};

bool signet_judge_counts(const struct signet_root *root,
                         const struct signet_counted *counted,
                         const struct signet_payload_key *signature,
                         int64_t now)
{
    return (counted->uses == 0 || (counted->uses & signature->use) != 0) &&
           signet_root_role_has(counted->role, signature->key) &&
           signet_root_key_counts(&root->keys[signature->key], signature, now);
}

static bool counts(const struct signet_judging *judging,
                   const struct signet_counted *counted,
                   const struct signet_payload_key *signature)
{
    return signet_judge_counts(judging->root, counted, signature, judging->question->now);
}

size_t signet_judge_count(const struct signet_judging *judging,
                          const struct signet_counted *counted,
                          const struct signet_signed_payload *payload)
{
    size_t count = 0;
    for (size_t i = 0; i < payload->key_count; i++) {
        bool repeated = !counts(judging, counted, &payload->keys[i]);
        for (size_t k = 0; !repeated && k < i; k++) {
            repeated = payload->keys[k].key == payload->keys[i].key &&
                       counts(judging, counted, &payload->keys[k]);
        }
        count += repeated ? 0 : 1;
    }
    return count;
}

bool signet_judge_is_young(int64_t time, int64_t now, int64_t max_age)
{
    return time != SIGNET_TIME_UNKNOWN && time <= now + SIGNET_TIME_AHEAD && time >= now - max_age;
}

static bool any_key_counts(const struct signet_judging *judging,
                           const struct signet_policy_rule *rule,
                           const struct signet_signed_payload *payload)
{
    for (size_t i = 0; i < rule->signed_by_count; i++) {
        const struct signet_policy_signers *demand = &rule->signed_by[i];
        const struct signet_counted counted = {signet_judge_role(judging, demand->role),
                                               demand->uses};
        if (counted.role != NULL && signet_judge_count(judging, &counted, payload) > 0) {
            return true;
        }
    }
    return false;
}

bool signet_judge_names_fit(const struct signet_judging *judging,
                            const struct signet_policy_rule *rule)
{
    for (size_t i = 0; i < judging->question->payload_count; i++) {
        const struct signet_signed_payload *payload = &judging->question->payloads[i];
        if (signet_glob_any(&rule->match.names, payload->facts->release_name) &&
            any_key_counts(judging, rule, payload)) {
            return true;
        }
    }
    return false;
}

/* Precedence; what is no version is lower than any. */
static int compare_versions(const char *a, const char *b)
{
    struct signet_semver x;
    struct signet_semver y;
    if (!signet_semver_parse(signet_span_str(a), &x)) {
        return -1;
    }
    return signet_semver_parse(signet_span_str(b), &y) ? signet_semver_compare(&x, &y) : 1;
}

static bool may_be_used(enum signet_action action, enum signet_usage usage)
{
    switch (action) {
    case SIGNET_ACTION_VERIFY:
    case SIGNET_ACTION_OPEN:
        return true;
    case SIGNET_ACTION_EXECUTE:
        return (usage & (SIGNET_USAGE_PROGRAM | SIGNET_USAGE_INTERP | SIGNET_USAGE_SCRIPT)) != 0;
    case SIGNET_ACTION_LOAD:
        return (usage & (SIGNET_USAGE_LIB | SIGNET_USAGE_INTERP | SIGNET_USAGE_SCRIPT)) != 0;
    default:
        return false;
    }
}

/* Whether a rule, or who asks, is for releases only. */
static bool is_for_releases(const struct signet_judging *judging)
{
    const struct signet_policy_rule *rule = judging->answer->rule;
    return rule->match.names.count > 0 || rule->has_version ||
           judging->question->expected_name != NULL || judging->question->expected_version != NULL;
}

static enum shortfall fall_short(const struct signet_judging *judging,
                                 const struct signet_facts *facts)
{
    const struct signet_question *question = judging->question;
    const struct signet_policy_rule *rule = judging->answer->rule;
    if (is_for_releases(judging)) {
        if (facts->release_name == NULL || facts->release_version == NULL) {
            return NO_RELEASE;
        }
        if (rule->match.names.count > 0 &&
            !signet_glob_any(&rule->match.names, facts->release_name)) {
            return OTHER_NAME;
        }
        if (!signet_facts_release(facts, question->expected_name, question->expected_version)) {
            return NOT_EXPECTED;
        }
        if (rule->version_minimum != NULL &&
            compare_versions(facts->release_version, rule->version_minimum) < 0) {
            return LOWER_VERSION;
        }
    }
    if (!may_be_used(question->action, facts->usage)) {
        return OTHER_USAGE;
    }
    return rule->max_signature_age > 0 &&
                   !signet_judge_is_young(facts->time, question->now, rule->max_signature_age)
               ? TOO_OLD
               : NONE;
}

/* Why nothing that is signed vouches. */
static int refuse_all(const struct signet_judging *judging, enum shortfall nearest)
{
    static const struct {
        int code;
        const char *why;
    } said[] = {
        [NO_RELEASE] = {SIGNET_E_DENIED, "asks for a signed release, and what is signed is none"},
        [OTHER_NAME] = {SIGNET_E_DENIED, "asks for a release of a name that it has, and what is "
                                         "signed is another"},
        [NOT_EXPECTED] = {SIGNET_E_DENIED, "would let this pass, but what is signed is not the "
                                           "release that is expected"},
        [LOWER_VERSION] = {SIGNET_E_STALE, "asks for a later version than the one that is signed"},
        [OTHER_USAGE] = {SIGNET_E_DENIED, "is to execute or load, and what is signed is not said "
                                          "to be a program, an interpreter, a script or, to load, "
                                          "a library"},
        [TOO_OLD] = {SIGNET_E_DENIED, "asks for a younger signature: the time that is signed is "
                                      "older than it allows, in the future, or absent"},
    };
    judging->answer->refusal = nearest == OTHER_USAGE ? SIGNET_REFUSAL_USAGE
                               : nearest == TOO_OLD   ? SIGNET_REFUSAL_AGE
                                                      : SIGNET_REFUSAL_OTHER;
    return signet_judge_refuse(judging, said[nearest].code, said[nearest].why);
}

/* The most keys of a role over one payload that vouches, of that release if it is not NULL; the
 * first payload by which the threshold is reached ends the search. */
static size_t count_most(const struct signet_judging *judging,
                         const struct signet_policy_signers *demand,
                         const struct signet_facts *release,
                         size_t *payload)
{
    const struct signet_question *question = judging->question;
    const struct signet_counted counted = {signet_judge_role(judging, demand->role), demand->uses};
    size_t most = 0;
    for (size_t i = 0; counted.role != NULL && i < question->payload_count; i++) {
        const struct signet_facts *facts = question->payloads[i].facts;
        if (fall_short(judging, facts) != NONE ||
            (release != NULL &&
             !signet_facts_release(facts, release->release_name, release->release_version))) {
            continue;
        }
        size_t keys = signet_judge_count(judging, &counted, &question->payloads[i]);
        if (keys > most) {
            most = keys;
            *payload = i;
        }
        if (most >= demand->threshold) {
            break;
        }
    }
    return most;
}

static bool all_hold(const struct signet_judging *judging, const struct signet_facts *release)
{
    const struct signet_policy_rule *rule = judging->answer->rule;
    size_t payload = 0;
    size_t i = 0;
    while (i < rule->signed_by_count && count_most(judging, &rule->signed_by[i], release,
                                                   &payload) >= rule->signed_by[i].threshold) {
        i++;
    }
    return i == rule->signed_by_count;
}

/* The release of the highest version by which all demands hold; if there is none, the highest that
 * vouches. */
static const struct signet_facts *choose_release(const struct signet_judging *judging)
{
    const struct signet_question *question = judging->question;
    const struct signet_facts *best = NULL;
    bool holds = false;
    for (size_t i = 0; i < question->payload_count; i++) {
        const struct signet_facts *facts = question->payloads[i].facts;
        if (fall_short(judging, facts) != NONE) {
            continue;
        }
        bool higher =
            best == NULL || compare_versions(facts->release_version, best->release_version) > 0;
        if ((higher || !holds) && all_hold(judging, facts)) {
            best = facts;
            holds = true;
        } else if (higher && !holds) {
            best = facts;
        }
    }
    return best;
}

static int check_demand(const struct signet_judging *judging,
                        const struct signet_policy_signers *demand,
                        const struct signet_facts *release)
{
    char rule[SIGNET_SHOW_MAX];
    char name[SIGNET_SHOW_MAX];
    size_t payload = 0;
    if (signet_judge_need_role(judging, demand->role) == NULL) {
        return SIGNET_E_DENIED;
    }
    size_t keys = count_most(judging, demand, release, &payload);
    const struct signet_demand_found found = {
        .role = demand->role,
        .counted = {signet_judge_role(judging, demand->role), demand->uses},
        .needed = demand->threshold,
        .keys = keys,
        .payload = keys > 0 ? &judging->question->payloads[payload] : NULL,
        .holds = keys >= demand->threshold,
    };
    signet_judge_note(judging, &found);
    if (keys < demand->threshold) {
        return signet_err_set(judging->err, SIGNET_E_THRESHOLD,
                              "rule %s asks for %llu keys of role %s over one statement, found %zu",
                              signet_utf8_show(signet_span_str(judging->answer->rule->id), rule),
                              (unsigned long long)demand->threshold,
                              signet_utf8_show(signet_span_str(demand->role), name), keys);
    }
    if (demand == judging->answer->rule->signed_by) {
        judging->answer->payload = payload;
        judging->answer->keys = keys;
    }
    return SIGNET_OK;
}

int signet_judge_signers(const struct signet_judging *judging)
{
    const struct signet_question *question = judging->question;
    const struct signet_policy_rule *rule = judging->answer->rule;
    enum shortfall nearest = NO_RELEASE;
    int rc = SIGNET_OK;
    for (size_t i = 0; i < question->payload_count; i++) {
        enum shortfall found = fall_short(judging, question->payloads[i].facts);
        nearest = found > nearest ? found : nearest;
    }
    if (question->payload_count > 0 && nearest != NONE) {
        return refuse_all(judging, nearest);
    }
    const struct signet_facts *release = is_for_releases(judging) ? choose_release(judging) : NULL;
    for (size_t i = 0; rc == SIGNET_OK && i < rule->signed_by_count; i++) {
        rc = check_demand(judging, &rule->signed_by[i], release);
    }
    judging->answer->release = release;
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What must be attested: see trust/judging.h. Owns which statement about the artifact is one that a
 * rule demands.
 */
#include "trust/judging.h"

#include <stdio.h>

#include "base/err.h"
#include "base/utf8.h"

enum {
    LISTED = 128 /* bytes of the types that are listed in a message */
};

/* Why the nearest attestation of a type is not the one that is demanded. */
enum shortfall {
    NO_SIGNER = 0,
    OTHER_BUILDER,
    OTHER_SOURCE,
    UNKNOWN_PARAMETER,
    SAYS_FAILED,
    TOO_SEVERE,
    TOO_OLD,
    NONE,
};

static bool sources_allowed(const struct signet_texts *allowed, const struct signet_texts *found)
{
    size_t i = 0;
    while (i < found->count && signet_texts_have(allowed, found->list[i])) {
        i++;
    }
    return allowed->count == 0 || (found->count > 0 && i == found->count);
}

static bool parameters_allowed(const struct signet_texts *allowed, const struct signet_texts *found)
{
    size_t i = 0;
    while (i < found->count && signet_texts_have(allowed, found->list[i])) {
        i++;
    }
    return i == found->count;
}

static enum shortfall fall_short(const struct signet_policy_attestation *demand,
                                 const struct signet_facts *facts,
                                 int64_t now)
{
    if (demand->builders.count > 0 && !signet_texts_have(&demand->builders, facts->builder)) {
        return OTHER_BUILDER;
    }
    if (!sources_allowed(&demand->sources, &facts->sources)) {
        return OTHER_SOURCE;
    }
    if (!parameters_allowed(&demand->parameters, &facts->parameters)) {
        return UNKNOWN_PARAMETER;
    }
    if (facts->failed) {
        return SAYS_FAILED;
    }
    if (demand->has_severity && (!facts->has_severity || facts->severity > demand->max_severity)) {
        return TOO_SEVERE;
    }
    return demand->max_age > 0 && !signet_judge_is_young(facts->time, now, demand->max_age)
               ? TOO_OLD
               : NONE;
}

/* The types of all attestations, as far as they fit. */
static const char *list_types(const struct signet_question *question, char out[LISTED])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < question->attestation_count; i++) {
        char shown[SIGNET_SHOW_MAX];
        const char *type = question->attestations[i].facts->type;
        int len = snprintf(out + used, LISTED - used, "%s%s", used > 0 ? ", " : "",
                           signet_utf8_show(signet_span_str(type), shown));
        if (len < 0 || (size_t)len >= LISTED - used) {
            out[used] = '\0';
            break;
        }
        used += (size_t)len;
    }
    return used > 0 ? out : "none";
}

static int refuse(const struct signet_judging *judging,
                  const struct signet_policy_attestation *demand,
                  enum shortfall nearest)
{
    static const char *const why[] = {
        [NO_SIGNER] = "too few keys of its role signed it",
        [OTHER_BUILDER] = "it names a builder that the rule does not have",
        [OTHER_SOURCE] = "it names a source that the rule does not have, or none",
        [UNKNOWN_PARAMETER] = "it has an external parameter that the rule does not allow",
        [SAYS_FAILED] = "it says itself that the artifact failed",
        [TOO_SEVERE] = "it lists a finding of a higher severity than the rule allows",
        [TOO_OLD] = "its time is older than the rule allows, in the future, or absent",
    };
    char rule[SIGNET_SHOW_MAX];
    char type[SIGNET_SHOW_MAX];
    return signet_err_set(judging->err, SIGNET_E_DENIED, "rule %s asks for %s: %s",
                          signet_utf8_show(signet_span_str(judging->answer->rule->id), rule),
                          signet_utf8_show(signet_span_str(demand->type), type), why[nearest]);
}

static int refuse_absent(const struct signet_judging *judging,
                         const struct signet_policy_attestation *demand)
{
    char rule[SIGNET_SHOW_MAX];
    char type[SIGNET_SHOW_MAX];
    char found[LISTED];
    return signet_err_set(judging->err, SIGNET_E_NO_SIGNATURE,
                          "rule %s asks for an attestation %s about this artifact, found %s",
                          signet_utf8_show(signet_span_str(judging->answer->rule->id), rule),
                          signet_utf8_show(signet_span_str(demand->type), type),
                          list_types(judging->question, found));
}

/* One payload must be all that is demanded, and signed by as many as its role has for threshold. */
static int check(const struct signet_judging *judging,
                 const struct signet_policy_attestation *demand)
{
    const struct signet_question *question = judging->question;
    const struct signet_counted counted = {signet_judge_need_role(judging, demand->role), 0};
    struct signet_demand_found said = {
        .role = demand->role, .type = demand->type, .counted = counted};
    enum shortfall nearest = NO_SIGNER;
    bool any = false;
    if (counted.role == NULL) {
        return SIGNET_E_DENIED;
    }
    said.needed = counted.role->threshold;
    for (size_t i = 0; i < question->attestation_count; i++) {
        const struct signet_signed_payload *payload = &question->attestations[i];
        if (!signet_facts_are(payload->facts->type, demand->type)) {
            continue;
        }
        any = true;
        size_t keys = signet_judge_count(judging, &counted, payload);
        if (keys > said.keys) {
            said.keys = keys;
            said.payload = payload;
        }
        if (keys < counted.role->threshold) {
            continue;
        }
        enum shortfall found = fall_short(demand, payload->facts, question->now);
        if (found == NONE) {
            said.keys = keys;
            said.payload = payload;
            said.holds = true;
            break;
        }
        nearest = found > nearest ? found : nearest;
    }
    signet_judge_note(judging, &said);
    if (said.holds) {
        return SIGNET_OK;
    }
    return any ? refuse(judging, demand, nearest) : refuse_absent(judging, demand);
}

int signet_judge_attested(const struct signet_judging *judging)
{
    const struct signet_policy_rule *rule = judging->answer->rule;
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < rule->attestation_count; i++) {
        rc = check(judging, &rule->attestations[i]);
    }
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What an author of a policy did not mean: see signet_trust_lint(). Claims that a rule never passes
 * only where nothing that anybody could sign would change it; judges no artifact.
 */
#include <signet/text.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "trust/glob.h"
#include "trust/judge.h"
#include "trust/trust.h"

enum {
    SOON = 30 * 24 * 3600,
    LINE_MAX_BYTES = 1024
};

/* Formats in which a signature over an artifact can be at all. */
static const unsigned all_formats =
    SIGNET_USE_BUNDLE | SIGNET_USE_DSSE | SIGNET_USE_JSF | SIGNET_USE_JSS;
/* Those that carry statements, of which releases and attestations are. */
static const unsigned statements = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE;

struct linting {
    const struct signet_trust *trust;
    struct signet_buf *text;
    struct signet_jsonout *json;
    bool never;
};

/* A role, and signatures by its keys that something asks for. */
struct demand {
    const char *rule;
    const char *role;
    uint64_t threshold;
    unsigned uses; /* formats that count */
};

static void found(struct linting *linting, const char *rule, bool never, const char *format, ...)
    SIGNET_PRINTF(4, 5);

static void found(struct linting *linting, const char *rule, bool never, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (len < 0) {
        line[0] = '\0';
    }
    signet_buf_puts(linting->text, rule != NULL ? "rule " : "policy");
    signet_utf8_escape(linting->text, signet_span_str(rule != NULL ? rule : ""));
    signet_buf_puts(linting->text, never ? ": never passes: " : ": ");
    signet_buf_puts(linting->text, line);
    signet_buf_putc(linting->text, '\n');
    signet_jsonout_open_object(linting->json, NULL);
    signet_jsonout_text(linting->json, "rule", rule);
    signet_jsonout_bool(linting->json, "never_passes", never);
    signet_jsonout_text(linting->json, "message", line);
    signet_jsonout_close_object(linting->json);
    linting->never = linting->never || never;
}

/* Whether all that the glob inner matches, outer matches too. False where that is not plain. */
static bool glob_covers(const char *outer, const char *inner)
{
    const size_t len = strlen(outer);
    const size_t before = len >= 3 ? len - 2 : 0; /* of "/" and two stars */
    if (strcmp(outer, inner) == 0 || strcmp(outer, "**") == 0) {
        return true;
    }
    if (strchr(inner, '*') == NULL) {
        return signet_glob_match(signet_span_str(outer), signet_span_str(inner));
    }
    return before > 0 && strcmp(outer + before - 1, "/**") == 0 &&
           strchr(outer, '*') == outer + before && strncmp(outer, inner, before) == 0;
}

static bool globs_cover(const struct signet_texts *outer, const struct signet_texts *inner)
{
    if (outer->count == 0) {
        return true;
    }
    for (size_t i = 0; i < inner->count; i++) {
        bool covered = false;
        for (size_t k = 0; !covered && k < outer->count; k++) {
            covered = glob_covers(outer->list[k], inner->list[i]);
        }
        if (!covered) {
            return false;
        }
    }
    return inner->count > 0;
}

/* Whether whatever fits the second rule fits the first. One that has names fits by who signed, and
 * covers nothing for sure. */
static bool rule_covers(const struct signet_policy_rule *first,
                        const struct signet_policy_rule *second)
{
    const unsigned every = SIGNET_POLICY_FILE | SIGNET_POLICY_BUNDLE;
    const unsigned kinds = first->match.kinds != 0 ? first->match.kinds : every;
    const unsigned asked = second->match.kinds != 0 ? second->match.kinds : every;
    return (second->actions & ~first->actions) == 0 && (asked & ~kinds) == 0 &&
           first->match.names.count == 0 && first->match.formats == 0 &&
           globs_cover(&first->match.paths, &second->match.paths);
}

/* Whether the key may make a signature that counts: now, or, which needs the role of times, one of
 * the past, or one of the future. */
static bool may_count(const struct signet_trust *trust,
                      const struct signet_root_key *key,
                      unsigned uses,
                      bool now_only)
{
    const bool past = signet_root_role(&trust->root, SIGNET_ROLE_TIME) != NULL;
    const bool future = key->status == SIGNET_ROOT_ACTIVE && trust->now < key->not_before;
    if ((key->uses & uses) == 0) {
        return false;
    }
    const struct signet_payload_key now = {0, uses, SIGNET_TIME_UNKNOWN};
    return (!now_only && (past || future)) || signet_root_key_counts(key, &now, trust->now);
}

static size_t count_keys(const struct signet_trust *trust,
                         const struct signet_root_role *role,
                         unsigned uses,
                         bool now_only)
{
    size_t count = 0;
    for (size_t i = 0; i < role->key_count; i++) {
        count += may_count(trust, &trust->root.keys[role->keys[i]], uses, now_only) ? 1 : 0;
    }
    return count;
}

static void check_demand(struct linting *linting, const struct demand *demand)
{
    char role[SIGNET_SHOW_MAX];
    const struct signet_trust *trust = linting->trust;
    const struct signet_root_role *found_role = signet_root_role(&trust->root, demand->role);
    signet_utf8_show(signet_span_str(demand->role), role);
    if (!signet_role_speaks(demand->role)) {
        found(linting, demand->rule, true, "keys of the role %s say nothing of artifacts", role);
        return;
    }
    if (found_role == NULL) {
        found(linting, demand->rule, true, "root %llu has no role %s",
              (unsigned long long)trust->root.version, role);
        return;
    }
    const uint64_t needed = demand->threshold > 0 ? demand->threshold : found_role->threshold;
    const size_t ever = count_keys(trust, found_role, demand->uses, false);
    const size_t now = count_keys(trust, found_role, demand->uses, true);
    if (ever < needed) {
        found(
            linting, demand->rule, true,
            "%llu keys of the role %s must sign, and %zu of its %zu can in the formats that count",
            (unsigned long long)needed, role, ever, found_role->key_count);
    } else if (now < needed) {
        found(linting, demand->rule, false,
              "%llu keys of the role %s must sign, and only %zu of its %zu count now",
              (unsigned long long)needed, role, now, found_role->key_count);
    }
}

static void check_demands(struct linting *linting, const struct signet_policy_rule *rule)
{
    const bool release =
        rule->match.names.count > 0 || rule->has_version || rule->max_signature_age != 0;
    const unsigned formats = release ? statements : all_formats;
    for (size_t i = 0; i < rule->signed_by_count; i++) {
        const struct signet_policy_signers *signers = &rule->signed_by[i];
        const struct demand demand = {
            .rule = rule->id,
            .role = signers->role,
            .threshold = signers->threshold,
            .uses = formats & (signers->uses != 0 ? signers->uses : all_formats),
        };
        check_demand(linting, &demand);
    }
    for (size_t i = 0; i < rule->attestation_count; i++) {
        const struct demand demand = {
            .rule = rule->id, .role = rule->attestations[i].role, .uses = statements};
        check_demand(linting, &demand);
    }
}

static void check_shadows(struct linting *linting, size_t index)
{
    char id[SIGNET_SHOW_MAX];
    const struct signet_policy_rule *rules = linting->trust->policy.rules;
    for (size_t i = 0; i < index; i++) {
        if (rule_covers(&rules[i], &rules[index])) {
            found(linting, rules[index].id, true, "rule %s before it decides on all that it is for",
                  signet_utf8_show(signet_span_str(rules[i].id), id));
            return;
        }
    }
}

static void check_key(struct linting *linting, const struct signet_root_key *key)
{
    char until[SIGNET_CLOCK_TEXT];
    char owner[SIGNET_SHOW_MAX];
    const int64_t now = linting->trust->now;
    if (key->status == SIGNET_ROOT_ACTIVE && key->not_after >= now && key->not_after < now + SOON) {
        found(linting, NULL, false, "key %s of %s counts only until %s", key->id,
              signet_utf8_show(signet_span_str(key->owner), owner),
              signet_clock_format(key->not_after, until));
    }
}

static void check_expiry(struct linting *linting)
{
    char text[SIGNET_CLOCK_TEXT];
    const struct signet_trust *trust = linting->trust;
    if (trust->policy.expires < trust->now + SOON) {
        found(linting, NULL, false, "it expires at %s",
              signet_clock_format(trust->policy.expires, text));
    }
    if (trust->root.expires < trust->now + SOON) {
        found(linting, NULL, false, "root %llu expires at %s",
              (unsigned long long)trust->root.version,
              signet_clock_format(trust->root.expires, text));
    }
    for (size_t i = 0; i < trust->root.key_count; i++) {
        check_key(linting, &trust->root.keys[i]);
    }
}

bool signet_trust_lint(const struct signet_trust *trust,
                       struct signet_buf *text,
                       struct signet_jsonout *json)
{
    struct linting linting = {.trust = trust, .text = text, .json = json};
    signet_jsonout_open_array(json, "findings");
    for (size_t i = 0; i < trust->policy.rule_count; i++) {
        check_shadows(&linting, i);
        check_demands(&linting, &trust->policy.rules[i]);
    }
    check_expiry(&linting);
    signet_jsonout_close_array(json);
    return linting.never;
}

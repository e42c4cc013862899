/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/judge: a policy over plain values. Each question that is let pass has twins that differ in
 * one thing and are refused.
 */
#include "check.h"

#include "base/compiler.h"
#include "trust/judge.h"

enum {
    NOW = 1800000000,
    HOUR = 3600
};

/* Keys 0 to 5; 6 may sign with jsf only. */
static struct signet_root_key keys[7];
static size_t release_keys[] = {0, 1, 2};
static size_t ci_keys[] = {3, 6};
static struct signet_root_role roles[] = {{"release", release_keys, 3, 2}, {"ci", ci_keys, 2, 1}};
static struct signet_root root;

static const char *const opt[] = {"/opt/**"};
static struct signet_policy_signers two_release[] = {{"release", 2, 0}};
static struct signet_policy_signers three_release[] = {{"release", 3, 0}};
static struct signet_policy_signers both[] = {{"release", 1, SIGNET_USE_DSSE}, {"ci", 1, 0}};
static struct signet_policy_signers unknown[] = {{"nobody", 1, 0}};
static const struct signet_facts no_facts = {.type = "", .time = SIGNET_TIME_UNKNOWN};
static struct signet_policy_rule rules[3];
static struct signet_policy policy;

static int set_up(void **state)
{
    (void)state;
    memset(keys, 0, sizeof(keys));
    for (size_t i = 0; i < 7; i++) {
        keys[i] = (struct signet_root_key){
            .status = SIGNET_ROOT_ACTIVE,
            .not_before = INT64_MIN,
            .not_after = INT64_MAX,
            .retired_at = INT64_MAX,
            .revoked_at = INT64_MAX,
            .uses = i == 6 ? SIGNET_USE_JSF : SIGNET_USE_BUNDLE | SIGNET_USE_DSSE,
        };
    }
    root = (struct signet_root){
        .version = 3, .keys = keys, .key_count = 7, .roles = roles, .role_count = 2};
    memset(rules, 0, sizeof(rules));
    rules[0] = (struct signet_policy_rule){.id = "opt",
                                           .actions = SIGNET_ACTION_VERIFY | SIGNET_ACTION_LOAD,
                                           .match = {.paths = {opt, 1}},
                                           .signed_by = two_release,
                                           .signed_by_count = 1};
    rules[1] = (struct signet_policy_rule){.id = "bundles",
                                           .actions = SIGNET_ACTION_VERIFY,
                                           .match = {.kinds = SIGNET_POLICY_BUNDLE},
                                           .signed_by = both,
                                           .signed_by_count = 2};
    rules[2] = (struct signet_policy_rule){.id = "open",
                                           .actions = SIGNET_ACTION_OPEN,
                                           .match = {.kinds = SIGNET_POLICY_FILE},
                                           .signed_by = unknown,
                                           .signed_by_count = 1};
    policy = (struct signet_policy){
        .name = "p", .version = 1, .expires = NOW + HOUR, .rules = rules, .rule_count = 3};
    return 0;
}

/* One signature after the other: a letter for the format (d: dsse, b: bundle, j: jsf), the key, and
 * perhaps what its trusted time is before now, in hours. A semicolon begins another payload. */
static void read_claims(const char *text,
                        struct signet_payload_key *room,
                        struct signet_signed_payload *claims,
                        size_t *count)
{
    *count = 1;
    claims[0] = (struct signet_signed_payload){&no_facts, room, 0};
    for (; *text != '\0'; text++) {
        if (*text == ';') {
            room += claims[*count - 1].key_count;
            claims[(*count)++] = (struct signet_signed_payload){&no_facts, room, 0};
            continue;
        }
        struct signet_payload_key *key = &room[claims[*count - 1].key_count++];
        key->use = *text == 'd'   ? SIGNET_USE_DSSE
                   : *text == 'b' ? SIGNET_USE_BUNDLE
                                  : SIGNET_USE_JSF;
        key->key = (size_t)(*++text - '0');
        key->signed_at = SIGNET_TIME_UNKNOWN;
        if (text[1] == '@') {
            key->signed_at = NOW - (int64_t)(text[2] - '0') * HOUR;
            text += 2;
        }
    }
}

static int ask(enum signet_action action,
               const char *path,
               enum signet_policy_kind kind,
               const char *signatures,
               struct signet_answer *answer)
{
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_question question = {
        .action = action, .path = path, .kind = kind, .now = NOW, .payloads = claims};
    read_claims(signatures, room, claims, &question.payload_count);
    return signet_judge(&policy, &root, &question, answer, NULL);
}

static void the_first_rule_that_fits_decides(void **state)
{
    static const struct {
        enum signet_action action;
        const char *path;
        enum signet_policy_kind kind;
        const char *signatures;
        int code;
        const char *rule; /* NULL: none */
    } rows[] = {
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0d1", SIGNET_OK, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0b1", SIGNET_OK, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d2d1", SIGNET_OK, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0d0", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0b0", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0d3", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0;d1", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0;d0d1", SIGNET_OK, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "j0j1", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "", SIGNET_E_THRESHOLD, "opt"},
        /* another path, no path, another action */
        {SIGNET_ACTION_VERIFY, "/optx/a", SIGNET_POLICY_FILE, "d0d1", SIGNET_E_DENIED, NULL},
        {SIGNET_ACTION_VERIFY, NULL, SIGNET_POLICY_FILE, "d0d1", SIGNET_E_DENIED, "opt"},
        {SIGNET_ACTION_EXECUTE, "/opt/a", SIGNET_POLICY_FILE, "d0d1", SIGNET_E_DENIED, NULL},
        {SIGNET_ACTION_LOAD, "/opt/a", SIGNET_POLICY_FILE, "d0d1", SIGNET_E_DENIED, NULL},
        {SIGNET_ACTION_OPEN, "/opt/a", SIGNET_POLICY_FILE, "d0d1", SIGNET_E_DENIED, "open"},
        {SIGNET_ACTION_OPEN, "/opt/a", SIGNET_POLICY_BUNDLE, "d0d1", SIGNET_E_DENIED, NULL},
        /* a later rule does not help one that fits */
        {SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_BUNDLE, "d0d3", SIGNET_E_THRESHOLD, "opt"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d0d3", SIGNET_OK, "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_FILE, "d0d3", SIGNET_E_DENIED, NULL},
        /* each demand must hold, in the formats that it allows, if need be by other payloads */
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d0;d3", SIGNET_OK, "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d0b3", SIGNET_OK, "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "b0d3", SIGNET_E_THRESHOLD,
         "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d0", SIGNET_E_THRESHOLD, "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d3", SIGNET_E_THRESHOLD, "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d0j6", SIGNET_OK, "bundles"},
        {SIGNET_ACTION_VERIFY, "/srv/a", SIGNET_POLICY_BUNDLE, "d0d6", SIGNET_E_THRESHOLD,
         "bundles"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_answer answer;
        CHECK_CODE(ask(rows[i].action, rows[i].path, rows[i].kind, rows[i].signatures, &answer),
                   rows[i].code);
        assert_int_equal(answer.rule != NULL, rows[i].rule != NULL);
        if (rows[i].rule != NULL) {
            assert_string_equal(answer.rule->id, rows[i].rule);
        }
    }
}

static void what_decided_is_told(void **state)
{
    struct signet_answer answer;
    (void)state;
    CHECK_CODE(ask(SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d3;d0;d0d1b1d2", &answer),
               SIGNET_OK);
    assert_int_equal(answer.payload, 2);
    assert_int_equal(answer.keys, 3);
}

static void to_load_a_path_must_be_safe(void **state)
{
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_answer answer;
    struct signet_question question = {.action = SIGNET_ACTION_LOAD,
                                       .path = "/opt/lib.so",
                                       .path_is_safe = true,
                                       .kind = SIGNET_POLICY_FILE,
                                       .now = NOW,
                                       .payloads = claims};
    (void)state;
    struct signet_facts facts = {.type = "", .usage = SIGNET_USAGE_LIB};
    read_claims("d0d1", room, claims, &question.payload_count);
    claims[0].facts = &facts;
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
    question.path_is_safe = false;
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_E_DENIED);
}

/* Key 1 is what differs, key 0 is sound. */
static void a_key_counts_while_it_is_valid(void **state)
{
    static const struct {
        enum signet_root_status status;
        int64_t not_before, not_after, ended; /* hours from now; 99: never */
        const char *signatures;
        bool passes;
    } rows[] = {
        {SIGNET_ROOT_ACTIVE, -1, 1, 99, "d0d1", true},
        {SIGNET_ROOT_ACTIVE, 1, 2, 99, "d0d1", false},   /* not yet */
        {SIGNET_ROOT_ACTIVE, -3, -1, 99, "d0d1", false}, /* no longer */
        {SIGNET_ROOT_ACTIVE, -3, -1, 99, "d0d1@2", true},
        {SIGNET_ROOT_ACTIVE, -3, -1, 99, "d0d1@1", true},
        {SIGNET_ROOT_ACTIVE, -3, -2, 99, "d0d1@1", false},
        {SIGNET_ROOT_ACTIVE, -3, 1, 99, "d0d1@4", false},
        {SIGNET_ROOT_RETIRED, -9, 9, -2, "d0d1", false},
        {SIGNET_ROOT_RETIRED, -9, 9, -2, "d0d1@3", true},
        {SIGNET_ROOT_RETIRED, -9, 9, -2, "d0d1@2", false},
        {SIGNET_ROOT_RETIRED, -9, 9, 2, "d0d1", false}, /* retired later, and no time known */
        {SIGNET_ROOT_RETIRED, -2, 9, -1, "d0d1@3", false},
        {SIGNET_ROOT_REVOKED, -9, 9, -2, "d0d1", false},
        {SIGNET_ROOT_REVOKED, -9, 9, -2, "d0d1@3", true},
        {SIGNET_ROOT_REVOKED, -9, 9, -2, "d0d1@2", false},
        {SIGNET_ROOT_REVOKED, -9, 9, -2, "d0d1@1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_answer answer;
        int64_t ended = rows[i].ended == 99 ? INT64_MAX : NOW + rows[i].ended * HOUR;
        keys[1].status = rows[i].status;
        keys[1].not_before = NOW + rows[i].not_before * HOUR;
        keys[1].not_after = NOW + rows[i].not_after * HOUR;
        keys[1].retired_at = rows[i].status == SIGNET_ROOT_RETIRED ? ended : INT64_MAX;
        keys[1].revoked_at = rows[i].status == SIGNET_ROOT_REVOKED ? ended : INT64_MAX;
        CHECK_CODE(
            ask(SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, rows[i].signatures, &answer),
            rows[i].passes ? SIGNET_OK : SIGNET_E_THRESHOLD);
    }
}

static int simple(void)
{
    struct signet_answer answer;
    return ask(SIGNET_ACTION_VERIFY, "/opt/a", SIGNET_POLICY_FILE, "d0d1", &answer);
}

static void a_policy_and_a_root_hold_for_a_time(void **state)
{
    (void)state;
    CHECK_CODE(simple(), SIGNET_OK);
    policy.expires = NOW;
    CHECK_CODE(simple(), SIGNET_E_STALE);
    policy.expires = NOW + 1;
    CHECK_CODE(simple(), SIGNET_OK);
    policy.root_min_version = 4;
    CHECK_CODE(simple(), SIGNET_E_STALE);
    policy.root_min_version = 3;
    CHECK_CODE(simple(), SIGNET_OK);
    policy.rule_count = 0;
    CHECK_CODE(simple(), SIGNET_E_DENIED);
}

/* What the files of /opt/a are, as a rule for GGUF and ONNX is asked, before one for all that has
 * not enough keys. */
static int ask_format(struct signet_models models)
{
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_answer answer;
    struct signet_question question = {.action = SIGNET_ACTION_VERIFY,
                                       .path = "/opt/a",
                                       .kind = SIGNET_POLICY_BUNDLE,
                                       .models = models,
                                       .now = NOW,
                                       .payloads = claims};
    read_claims("d0d1", room, claims, &question.payload_count);
    return signet_judge(&policy, &root, &question, &answer, NULL);
}

static void a_rule_is_for_formats_of_models(void **state)
{
    static const struct {
        struct signet_models models;
        int expected; /* SIGNET_E_THRESHOLD: the next rule is for it */
    } cases[] = {
        {{.known = true, .formats = SIGNET_MODEL_GGUF}, SIGNET_OK},
        {{.known = true, .formats = SIGNET_MODEL_ONNX}, SIGNET_OK},
        {{.known = true, .formats = SIGNET_MODEL_GGUF | SIGNET_MODEL_ONNX}, SIGNET_OK},
        {{.known = true, .formats = SIGNET_MODEL_SAFETENSORS}, SIGNET_E_THRESHOLD},
        {{.known = true, .formats = SIGNET_MODEL_GGUF | SIGNET_MODEL_SAFETENSORS},
         SIGNET_E_THRESHOLD},
        {{.known = true, .formats = SIGNET_MODEL_GGUF, .others = true}, SIGNET_E_THRESHOLD},
        {{.known = true}, SIGNET_E_THRESHOLD},
        {{.known = true, .formats = SIGNET_MODEL_GGUF, .ambiguous = true}, SIGNET_E_DENIED},
        {{.known = true, .formats = SIGNET_MODEL_SAFETENSORS, .ambiguous = true}, SIGNET_E_DENIED},
        {{.formats = SIGNET_MODEL_GGUF}, SIGNET_E_DENIED},
    };
    (void)state;
    assert_false(signet_judge_asks_formats(&policy, SIGNET_ACTION_VERIFY));
    rules[0].match.formats = SIGNET_MODEL_GGUF | SIGNET_MODEL_ONNX;
    rules[1] = rules[0];
    rules[1].match.formats = 0;
    rules[1].signed_by = three_release;
    for (size_t i = 0; i < SIGNET_COUNT(cases); i++) {
        CHECK_CODE(ask_format(cases[i].models), cases[i].expected);
    }
    assert_true(signet_judge_asks_formats(&policy, SIGNET_ACTION_VERIFY));
    assert_false(signet_judge_asks_formats(&policy, SIGNET_ACTION_OPEN));
}

static void names_that_are_left_out_are_listed(void **state)
{
    static const char *const cache[] = {"cache", ".git"};
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_answer answer;
    struct signet_question question = {.action = SIGNET_ACTION_VERIFY,
                                       .path = "/opt/a",
                                       .kind = SIGNET_POLICY_BUNDLE,
                                       .left_out = {cache, 1},
                                       .now = NOW,
                                       .payloads = claims};
    (void)state;
    read_claims("d0d1", room, claims, &question.payload_count);
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_E_DENIED);
    rules[0].ignored = (struct signet_texts){cache, 1};
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
    question.left_out.count = 2;
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_E_DENIED);
}

/* A question for the artifact at /opt/a, whose payloads say what facts say, in order. */
static struct signet_question about(const struct signet_facts *facts,
                                    const char *signatures,
                                    struct signet_payload_key *room,
                                    struct signet_signed_payload *claims)
{
    struct signet_question question = {.action = SIGNET_ACTION_VERIFY,
                                       .path = "/opt/a",
                                       .path_is_safe = true,
                                       .kind = SIGNET_POLICY_FILE,
                                       .now = NOW,
                                       .payloads = claims};
    read_claims(signatures, room, claims, &question.payload_count);
    for (size_t i = 0; i < question.payload_count; i++) {
        claims[i].facts = &facts[i];
    }
    return question;
}

static struct signet_facts release(const char *name, const char *version)
{
    return (struct signet_facts){.type = SIGNET_PREDICATE_RELEASE,
                                 .time = NOW - HOUR,
                                 .release_name = name,
                                 .release_version = version};
}

static int
ask_about(const struct signet_facts *facts, const char *signatures, struct signet_answer *answer)
{
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_question question = about(facts, signatures, room, claims);
    return signet_judge(&policy, &root, &question, answer, NULL);
}

static void a_rule_is_for_names(void **state)
{
    static const char *const names[] = {"acme-*"};
    struct signet_answer answer;
    struct signet_facts facts[] = {release("acme-tools", "1.0.0"), release("other", "1.0.0")};
    (void)state;
    rules[0].match.names = (struct signet_texts){names, 1};
    CHECK_CODE(ask_about(facts, "d0d1", &answer), SIGNET_OK);
    assert_ptr_equal(answer.rule, &rules[0]);
    assert_string_equal(answer.release->release_name, "acme-tools");
    /* too few keys of the role, yet it is the rule that decides */
    CHECK_CODE(ask_about(facts, "d0", &answer), SIGNET_E_THRESHOLD);
    assert_ptr_equal(answer.rule, &rules[0]);
    /* the name is not the role's word */
    CHECK_CODE(ask_about(facts, "d3", &answer), SIGNET_E_DENIED);
    assert_null(answer.rule);
    /* another name, or none */
    CHECK_CODE(ask_about(&facts[1], "d0d1", &answer), SIGNET_E_DENIED);
    assert_null(answer.rule);
    CHECK_CODE(ask_about(&no_facts, "d0d1", &answer), SIGNET_E_DENIED);
    assert_null(answer.rule);
    /* what the role said under another name does not add up */
    CHECK_CODE(ask_about(facts, "d0;d1d2", &answer), SIGNET_E_THRESHOLD);
    assert_ptr_equal(answer.rule, &rules[0]);
}

static void a_version_is_a_release_and_high_enough(void **state)
{
    struct signet_answer answer;
    static const struct {
        const char *version;
        int code;
    } rows[] = {
        {"1.4.0", SIGNET_OK},       {"1.4.0+build", SIGNET_OK},     {"1.10.0", SIGNET_OK},
        {"2.0.0-rc.1", SIGNET_OK},  {"1.4.0-rc.1", SIGNET_E_STALE}, {"1.3.9", SIGNET_E_STALE},
        {"1.4", SIGNET_E_STALE}, /* no version at all */
        {"v2.0.0", SIGNET_E_STALE},
    };
    (void)state;
    rules[0].has_version = true;
    CHECK_CODE(ask_about(&no_facts, "d0d1", &answer), SIGNET_E_DENIED);
    rules[0].version_minimum = "1.4.0";
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_facts facts = release("a", rows[i].version);
        CHECK_CODE(ask_about(&facts, "d0d1", &answer), rows[i].code);
    }
}

static void all_demands_hold_by_one_release(void **state)
{
    static struct signet_policy_signers two[] = {{"release", 1, 0}, {"ci", 1, 0}};
    struct signet_answer answer;
    struct signet_facts facts[] = {release("a", "1.0.0"), release("a", "2.0.0"),
                                   release("a", "1.0.0"), release("b", "2.0.0")};
    (void)state;
    rules[0].signed_by = two;
    rules[0].signed_by_count = 2;
    CHECK_CODE(ask_about(facts, "d0;d3", &answer), SIGNET_OK); /* nobody asks */
    rules[0].has_version = true;
    CHECK_CODE(ask_about(facts, "d0;d3", &answer), SIGNET_E_THRESHOLD);
    CHECK_CODE(ask_about(facts, "d0;d1;d3", &answer), SIGNET_OK);
    assert_string_equal(answer.release->release_version, "1.0.0");
    assert_int_equal(answer.payload, 0);
    CHECK_CODE(ask_about(facts, "d0d3;d1d3", &answer), SIGNET_OK);
    assert_string_equal(answer.release->release_version, "2.0.0");
    assert_int_equal(answer.payload, 1);
    CHECK_CODE(ask_about(&facts[1], "d0;;d3", &answer), SIGNET_E_THRESHOLD); /* another name */
}

static void what_is_expected_decides_too(void **state)
{
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_answer answer;
    struct signet_facts facts[] = {release("a", "1.0.0"), release("b", "3.0.0")};
    struct signet_question question = about(facts, "d0d1;d0d1", room, claims);
    (void)state;
    question.expected_name = "a";
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
    assert_string_equal(answer.release->release_version, "1.0.0");
    question.expected_version = "1.0.0";
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
    question.expected_version = "1.0.1";
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_E_DENIED);
    question.expected_version = NULL;
    question.expected_name = "c";
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_E_DENIED);
}

static void what_runs_is_signed_to_run(void **state)
{
    static const struct {
        enum signet_usage usage;
        bool executes, loads;
    } rows[] = {
        {0, false, false},
        {SIGNET_USAGE_PROGRAM, true, false},
        {SIGNET_USAGE_INTERP, true, true},
        {SIGNET_USAGE_LIB, false, true},
        {SIGNET_USAGE_SCRIPT, true, true},
        {SIGNET_USAGE_MODEL, false, false},
        {SIGNET_USAGE_DATA, false, false},
    };
    (void)state;
    rules[0].actions = SIGNET_ACTION_EXECUTE | SIGNET_ACTION_LOAD | SIGNET_ACTION_OPEN;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_payload_key room[16];
        struct signet_signed_payload claims[8];
        struct signet_answer answer;
        struct signet_facts facts = release("a", "1.0.0");
        struct signet_question question = about(&facts, "d0d1", room, claims);
        facts.usage = rows[i].usage;
        question.action = SIGNET_ACTION_EXECUTE;
        CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL),
                   rows[i].executes ? SIGNET_OK : SIGNET_E_DENIED);
        question.action = SIGNET_ACTION_LOAD;
        CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL),
                   rows[i].loads ? SIGNET_OK : SIGNET_E_DENIED);
        question.action = SIGNET_ACTION_OPEN;
        CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
    }
}

static void a_signature_has_an_age(void **state)
{
    struct signet_answer answer;
    static const struct {
        int64_t time;
        bool passes;
    } rows[] = {
        {NOW, true},       {NOW - HOUR, true}, {NOW - HOUR - 1, false},
        {NOW + 300, true}, {NOW + 301, false}, {SIGNET_TIME_UNKNOWN, false},
    };
    (void)state;
    rules[0].max_signature_age = HOUR;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_facts facts = release("a", "1.0.0");
        facts.time = rows[i].time;
        CHECK_CODE(ask_about(&facts, "d0d1", &answer),
                   rows[i].passes ? SIGNET_OK : SIGNET_E_DENIED);
    }
}

static void a_part_is_not_the_whole(void **state)
{
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_answer answer;
    struct signet_question question = {.action = SIGNET_ACTION_VERIFY,
                                       .path = "/opt/a",
                                       .kind = SIGNET_POLICY_BUNDLE,
                                       .partial = true,
                                       .now = NOW,
                                       .payloads = claims};
    (void)state;
    read_claims("d0d1", room, claims, &question.payload_count);
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_E_DENIED);
    rules[0].partial = true;
    CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
}

static void what_an_archive_holds_is_not_its_bytes(void **state)
{
    static const struct {
        enum signet_action action;
        bool passes;
    } rows[] = {
        {SIGNET_ACTION_VERIFY, true},
        {SIGNET_ACTION_OPEN, false},
        {SIGNET_ACTION_EXECUTE, false},
        {SIGNET_ACTION_LOAD, false},
    };
    struct signet_facts facts = release("a", "1.0.0");
    struct signet_payload_key room[16];
    struct signet_signed_payload claims[8];
    struct signet_answer answer;
    (void)state;
    facts.usage = SIGNET_USAGE_SCRIPT; /* to execute and to load */
    rules[0].actions = ~0U;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_question question = about(&facts, "d0d1", room, claims);
        question.action = rows[i].action;
        question.kind = SIGNET_POLICY_BUNDLE;
        question.path_is_safe = true;
        CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL), SIGNET_OK);
        question.contents = true;
        CHECK_CODE(signet_judge(&policy, &root, &question, &answer, NULL),
                   rows[i].passes ? SIGNET_OK : SIGNET_E_DENIED);
    }
}

static void the_deny_list_is_typed(void **state)
{
    struct signet_policy_revoked revoked[] = {
        {SIGNET_POLICY_FILE, {SIGNET_DIGEST_SHA256, 32, {1}}, "stolen"}};
    struct signet_digest same = revoked[0].digest;
    struct signet_digest other = {SIGNET_DIGEST_SHA256, 32, {2}};
    (void)state;
    policy.revoked = revoked;
    policy.revoked_count = 1;
    assert_ptr_equal(signet_policy_find_revoked(&policy, SIGNET_POLICY_FILE, &same), &revoked[0]);
    assert_null(signet_policy_find_revoked(&policy, SIGNET_POLICY_BUNDLE, &same));
    assert_null(signet_policy_find_revoked(&policy, SIGNET_POLICY_FILE, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_rule_that_fits_decides, set_up),
        cmocka_unit_test_setup(what_decided_is_told, set_up),
        cmocka_unit_test_setup(to_load_a_path_must_be_safe, set_up),
        cmocka_unit_test_setup(a_key_counts_while_it_is_valid, set_up),
        cmocka_unit_test_setup(a_policy_and_a_root_hold_for_a_time, set_up),
        cmocka_unit_test_setup(a_rule_is_for_formats_of_models, set_up),
        cmocka_unit_test_setup(names_that_are_left_out_are_listed, set_up),
        cmocka_unit_test_setup(a_rule_is_for_names, set_up),
        cmocka_unit_test_setup(a_version_is_a_release_and_high_enough, set_up),
        cmocka_unit_test_setup(all_demands_hold_by_one_release, set_up),
        cmocka_unit_test_setup(what_is_expected_decides_too, set_up),
        cmocka_unit_test_setup(what_runs_is_signed_to_run, set_up),
        cmocka_unit_test_setup(a_signature_has_an_age, set_up),
        cmocka_unit_test_setup(a_part_is_not_the_whole, set_up),
        cmocka_unit_test_setup(what_an_archive_holds_is_not_its_bytes, set_up),
        cmocka_unit_test_setup(the_deny_list_is_typed, set_up),
    };
    return CHECK_RUN(tests);
}

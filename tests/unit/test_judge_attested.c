/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/judge: what must be attested. Each attestation that holds has twins that differ in one
 * thing and are refused.
 */
#include "check.h"

#include "trust/judge.h"

enum {
    NOW = 1800000000,
    HOUR = 3600
};

static struct signet_root_key keys[3]; /* 0: release, 1 and 2: ci */
static size_t release_keys[] = {0};
static size_t ci_keys[] = {1, 2};
static struct signet_root_role roles[2];
static struct signet_root root;
static struct signet_policy_signers by_release[] = {{"release", 1, 0}};
static struct signet_policy_rule rule;
static const struct signet_facts no_facts = {.type = "", .time = SIGNET_TIME_UNKNOWN};

/* An attestation that holds, whose parts each test changes. */
static const char *const builders[] = {"https://ci/b@v1", "https://ci/b@v2"};
static const char *const sources[] = {"git+https://git/a", "git+https://git/b"};
static const char *const parameters[] = {"workflow"};
static struct signet_policy_attestation provenance;
static struct signet_facts built;

static void set_up_built(void)
{
    built = (struct signet_facts){.type = "t",
                                  .time = NOW - HOUR,
                                  .builder = "https://ci/b@v1",
                                  .sources = {sources, 1},
                                  .parameters = {parameters, 1},
                                  .has_severity = true,
                                  .severity = 69};
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        keys[i] = (struct signet_root_key){.status = SIGNET_ROOT_ACTIVE,
                                           .not_before = INT64_MIN,
                                           .not_after = INT64_MAX,
                                           .retired_at = INT64_MAX,
                                           .revoked_at = INT64_MAX,
                                           .uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE};
    }
    roles[0] = (struct signet_root_role){"release", release_keys, 1, 1};
    roles[1] = (struct signet_root_role){"ci", ci_keys, 2, 1};
    root = (struct signet_root){
        .version = 1, .keys = keys, .key_count = 3, .roles = roles, .role_count = 2};
    provenance = (struct signet_policy_attestation){.type = "t",
                                                    .role = "ci",
                                                    .builders = {builders, 1},
                                                    .sources = {sources, 1},
                                                    .parameters = {parameters, 1},
                                                    .max_age = HOUR,
                                                    .has_severity = true,
                                                    .max_severity = 69};
    rule = (struct signet_policy_rule){.id = "r",
                                       .actions = SIGNET_ACTION_VERIFY,
                                       .match = {.kinds = SIGNET_POLICY_FILE},
                                       .signed_by = by_release,
                                       .signed_by_count = 1,
                                       .attestations = &provenance,
                                       .attestation_count = 1};
    set_up_built();
    return 0;
}

/* What is built, signed once by each of these keys. */
static int ask_attested(const char *signers)
{
    const struct signet_policy policy = {
        .name = "p", .version = 1, .expires = NOW + HOUR, .rules = &rule, .rule_count = 1};
    const struct signet_payload_key released = {0, SIGNET_USE_DSSE, SIGNET_TIME_UNKNOWN};
    struct signet_payload_key attested_by[8];
    struct signet_signed_payload payload = {&no_facts, &released, 1};
    struct signet_signed_payload attested = {&built, attested_by, 0};
    const struct signet_question question = {.action = SIGNET_ACTION_VERIFY,
                                             .path = "/opt/a",
                                             .kind = SIGNET_POLICY_FILE,
                                             .now = NOW,
                                             .payloads = &payload,
                                             .payload_count = 1,
                                             .attestations = &attested,
                                             .attestation_count = 1};
    struct signet_answer answer;
    for (; *signers != '\0'; signers++) {
        attested_by[attested.key_count++] = (struct signet_payload_key){
            (size_t)(*signers - '0'), SIGNET_USE_DSSE, SIGNET_TIME_UNKNOWN};
    }
    return signet_judge(&policy, &root, &question, &answer, NULL);
}

static void what_is_attested_is_demanded_whole(void **state)
{
    static const char *const unknown_parameter[] = {"workflow", "inputs"};
    (void)state;
    CHECK_CODE(ask_attested("1"), SIGNET_OK);
    CHECK_CODE(ask_attested("0"), SIGNET_E_DENIED); /* another role */
    CHECK_CODE(ask_attested(""), SIGNET_E_DENIED);
    built.type = "u";
    CHECK_CODE(ask_attested("1"), SIGNET_E_NO_SIGNATURE);
    set_up_built();
    built.builder = builders[1];
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    built.builder = NULL;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    set_up_built();
    built.sources.count = 2; /* one of them is not allowed */
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    built.sources.count = 0;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    set_up_built();
    built.parameters = (struct signet_texts){unknown_parameter, 2};
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    built.parameters.count = 0;
    CHECK_CODE(ask_attested("1"), SIGNET_OK);
    set_up_built();
    built.failed = true;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    set_up_built();
    built.severity = 70;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    built.severity = 0;
    built.has_severity = false;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    set_up_built();
    built.time = NOW - HOUR - 1;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
}

static void attested_by_as_many_as_the_role_demands(void **state)
{
    (void)state;
    CHECK_CODE(ask_attested("1"), SIGNET_OK);
    roles[1].threshold = 2;
    CHECK_CODE(ask_attested("1"), SIGNET_E_DENIED);
    CHECK_CODE(ask_attested("12"), SIGNET_OK);
    CHECK_CODE(ask_attested("11"), SIGNET_E_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_attested_is_demanded_whole, set_up),
        cmocka_unit_test_setup(attested_by_as_many_as_the_role_demands, set_up),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/policy: the whole schema is read, and each text that differs in one thing from what it
 * allows is refused with its place.
 */
#include "check.h"

#include <signet/trusted_key.h>

#include "artifact/model_format.h"
#include "base/codec.h"
#include "trust/policy.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Every member that there is. */
static const char *const whole =
    "{\"schema\":\"signet-policy/1\",\"name\":\"acme\",\"version\":7,"
    "\"issued\":\"2026-11-01T00:00:00Z\",\"expires\":\"2027-05-01T00:00:00Z\","
    "\"root\":{\"min_version\":2},\"state\":\"required\",\"evidence\":[\"/etc/signet/evidence\"],"
    "\"rules\":[{\"id\":\"tools\",\"actions\":[\"verify\",\"execute\"],"
    "\"match\":{\"paths\":[\"/opt/**\"],\"names\":[\"acme-*\"],\"kinds\":[\"file\"],"
    "\"formats\":[\"gguf\"]},"
    "\"signed_by\":[{\"role\":\"release\",\"threshold\":2,\"formats\":[\"bundle\",\"dsse\"]}],"
    "\"version\":{\"minimum\":\"1.4.0\",\"monotonic\":true},\"max_signature_age\":\"P400D\","
    "\"attestations\":[{\"type\":\"https://slsa.dev/provenance/v1\",\"role\":\"ci\","
    "\"builders\":[\"https://ci/b\"],\"sources\":[\"git+https://g/t\"],\"parameters\":[\"ref\"]},"
    "{\"type\":\"https://in-toto.io/attestation/vulns/v0.2\",\"role\":\"scanner\","
    "\"max_age\":\"PT12H\",\"max_severity\":6.9}],"
    "\"ignored\":[\".cache\"],\"partial\":true}],"
    "\"revoked\":[{\"file\":\"sha256:" DIGEST "\",\"reason\":\"stolen\"},"
    "{\"bundle\":\"sha256:" DIGEST "\",\"reason\":\"bad\"}]}";

/* whole with the first `from` in it replaced; freed by the caller. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(whole, from);
    assert_non_null(at);
    size_t room = strlen(whole) + strlen(to) + 1;
    char *text = malloc(room);
    assert_non_null(text);
    int len = snprintf(text, room, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    assert_true(len > 0 && (size_t)len < room);
    return text;
}

static void every_member_is_read(void **state)
{
    struct signet_policy policy;
    struct signet_err err;
    char hex[65];
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_policy_parse(signet_span_str(whole), &policy, &err), &err);
    assert_string_equal(policy.name, "acme");
    assert_int_equal(policy.version, 7);
    assert_int_equal(policy.issued, 1793491200);
    assert_int_equal(policy.expires, 1809129600);
    assert_int_equal(policy.root_min_version, 2);
    assert_true(policy.state_required);
    assert_int_equal(policy.evidence.count, 1);
    assert_string_equal(policy.evidence.list[0], "/etc/signet/evidence");
    assert_int_equal(policy.rule_count, 1);
    const struct signet_policy_rule *rule = &policy.rules[0];
    assert_string_equal(rule->id, "tools");
    assert_int_equal(rule->actions, SIGNET_ACTION_VERIFY | SIGNET_ACTION_EXECUTE);
    assert_string_equal(rule->match.paths.list[0], "/opt/**");
    assert_string_equal(rule->match.names.list[0], "acme-*");
    assert_int_equal(rule->match.kinds, SIGNET_POLICY_FILE);
    assert_int_equal(rule->match.formats, SIGNET_MODEL_GGUF);
    assert_int_equal(rule->signed_by_count, 1);
    assert_string_equal(rule->signed_by[0].role, "release");
    assert_int_equal(rule->signed_by[0].threshold, 2);
    assert_int_equal(rule->signed_by[0].uses, SIGNET_USE_BUNDLE | SIGNET_USE_DSSE);
    assert_true(rule->has_version);
    assert_string_equal(rule->version_minimum, "1.4.0");
    assert_true(rule->version_monotonic);
    assert_int_equal(rule->max_signature_age, 400 * 86400);
    assert_int_equal(rule->attestation_count, 2);
    assert_string_equal(rule->attestations[0].builders.list[0], "https://ci/b");
    assert_string_equal(rule->attestations[0].sources.list[0], "git+https://g/t");
    assert_string_equal(rule->attestations[0].parameters.list[0], "ref");
    assert_int_equal(rule->attestations[0].max_age, 0);
    assert_false(rule->attestations[0].has_severity);
    assert_string_equal(rule->attestations[1].role, "scanner");
    assert_int_equal(rule->attestations[1].max_age, 12 * 3600);
    assert_true(rule->attestations[1].has_severity);
    assert_int_equal(rule->attestations[1].max_severity, 69);
    assert_string_equal(rule->ignored.list[0], ".cache");
    assert_true(rule->partial);
    assert_int_equal(policy.revoked_count, 2);
    assert_int_equal(policy.revoked[0].kind, SIGNET_POLICY_FILE);
    assert_int_equal(policy.revoked[1].kind, SIGNET_POLICY_BUNDLE);
    signet_hex_encode(signet_span_of(policy.revoked[1].digest.bytes, policy.revoked[1].digest.len),
                      hex);
    assert_string_equal(hex, DIGEST);
    assert_string_equal(policy.revoked[0].reason, "stolen");
    signet_policy_free(&policy);
}

struct row {
    const char *from, *to;
    const char *wrong; /* how the message begins; NULL: it passes */
};

static void try_row(const struct row *row)
{
    struct signet_policy policy;
    struct signet_err err;
    char *text = changed(row->from, row->to);
    signet_err_clear(&err);
    int rc = signet_policy_parse(signet_span_str(text), &policy, &err);
    if (row->wrong == NULL) {
        CHECK_OK(rc, &err);
    } else {
        CHECK_CODE(rc, SIGNET_E_MALFORMED);
        if (strncmp(err.msg, row->wrong, strlen(row->wrong)) != 0) {
            assert_string_equal(err.msg, row->wrong);
        }
        assert_null(policy.rules);
    }
    signet_policy_free(&policy);
    free(text);
}

/* What may be absent, or have another value, and what may not. */
static void each_member_is_required_or_not(void **state)
{
    static const struct row rows[] = {
        {"\"schema\":\"signet-policy/1\",", "", "/schema: expected this member"},
        {"signet-policy/1", "signet-policy/2", "/schema: expected signet-policy/1"},
        {"\"name\":\"acme\",", "", "/name: expected this member"},
        {"\"name\":\"acme\"", "\"name\":\"\"", "/name: expected a text"},
        {"\"name\":\"acme\"", "\"name\":7", "/name: expected a text"},
        {"\"version\":7,", "", "/version: expected this member"},
        {"\"version\":7", "\"version\":0", "/version: expected an integer"},
        {"\"version\":7", "\"version\":1", NULL},
        {"\"version\":7", "\"version\":\"7\"", "/version: expected an integer"},
        {"\"issued\":\"2026-11-01T00:00:00Z\",", "", "/issued: expected this member"},
        {"\"expires\":\"2027-05-01T00:00:00Z\",", "", "/expires: expected this member"},
        {"2027-05-01T00:00:00Z", "2026-11-01T00:00:00Z", "/expires: expected later"},
        {"2027-05-01T00:00:00Z", "2026-11-01T00:00:01Z", NULL},
        {"2027-05-01T00:00:00Z", "2027-05-01", "/expires: expected an instant"},
        {"\"root\":{\"min_version\":2},", "", NULL},
        {"\"root\":{\"min_version\":2}", "\"root\":{}", "/root/min_version: expected this member"},
        {"{\"min_version\":2}", "{\"min_version\":2,\"max\":3}", "/root/max: expected no member"},
        {"\"state\":\"required\",", "", NULL},
        {"\"state\":\"required\"", "\"state\":\"optional\"", NULL},
        {"\"state\":\"required\"", "\"state\":\"Required\"", "/state: expected one of optional"},
        {"\"evidence\":[\"/etc/signet/evidence\"],", "", NULL},
        {"[\"/etc/signet/evidence\"]", "[]", "/evidence: expected an array of at least one"},
        {"/etc/signet/evidence", "etc/evidence", "/evidence/0: expected an absolute path"},
        {"\"revoked\":[{", "\"revoked\":[],\"x\":[{", "/x: expected no member"},
        {"\"schema\"", "\"Schema\"", "/Schema: expected no member"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        try_row(&rows[i]);
    }
}

static void each_member_of_a_rule_too(void **state)
{
    static const struct row rows[] = {
        {"\"id\":\"tools\",", "", "/rules/0/id: expected this member"},
        {"\"actions\":[\"verify\",\"execute\"],", "", "/rules/0/actions: expected this member"},
        {"[\"verify\",\"execute\"]", "[]", "/rules/0/actions: expected an array of at least one"},
        {"[\"verify\",\"execute\"]", "[\"run\"]", "/rules/0/actions/0: expected one of verify"},
        {"[\"verify\",\"execute\"]", "[\"load\",\"open\"]", NULL},
        {"\"match\":{\"paths\":[\"/opt/**\"],\"names\":[\"acme-*\"],\"kinds\":[\"file\"],"
         "\"formats\":[\"gguf\"]}",
         "\"match\":{}", "/rules/0/match: expected an object of at least one member"},
        {"\"paths\":[\"/opt/**\"],", "", NULL},
        {"[\"/opt/**\"]", "[]", "/rules/0/match/paths: expected an array"},
        {"/opt/**", "opt/**", "/rules/0/match/paths/0: expected an absolute path"},
        {"/opt/**", "/opt/a?", "/rules/0/match/paths/0: expected a pattern"},
        {"/opt/**", "/opt/a**", "/rules/0/match/paths/0: expected a pattern"},
        {"acme-*", "acme-[a]", "/rules/0/match/names/0: expected a pattern"},
        {"[\"file\"]", "[\"file\",\"bundle\"]", NULL},
        {"[\"file\"]", "[\"folder\"]", "/rules/0/match/kinds/0: expected one of file"},
        {"\"formats\":[\"gguf\"]", "\"size\":1", "/rules/0/match/size: expected no member"},
        {"\"signed_by\":[{\"role\":\"release\",\"threshold\":2,\"formats\":[\"bundle\",\"dsse\"]}]"
         ",",
         "", "/rules/0/signed_by: expected this member"},
        {"[{\"role\":\"release\",\"threshold\":2,\"formats\":[\"bundle\",\"dsse\"]}]", "[]",
         "/rules/0/signed_by: expected an array of at least one"},
        {"\"role\":\"release\",", "", "/rules/0/signed_by/0/role: expected this member"},
        {"\"threshold\":2", "\"threshold\":0", "/rules/0/signed_by/0/threshold: expected"},
        {"\"threshold\":2,", "", "/rules/0/signed_by/0/threshold: expected this member"},
        {"\"formats\":[\"bundle\",\"dsse\"]", "\"formats\":[]",
         "/rules/0/signed_by/0/formats: expected an array"},
        {",\"formats\":[\"bundle\",\"dsse\"]", "", NULL},
        {"[\"bundle\",\"dsse\"]", "[\"pgp\"]", "/rules/0/signed_by/0/formats/0: expected one of"},
        {"\"version\":{\"minimum\":\"1.4.0\",\"monotonic\":true},", "", NULL},
        {"{\"minimum\":\"1.4.0\",\"monotonic\":true}", "{}",
         "/rules/0/version: expected an object"},
        {"1.4.0", "1.4", "/rules/0/version/minimum: expected a version"},
        {"\"monotonic\":true", "\"monotonic\":1", "/rules/0/version/monotonic: expected true"},
        {"P400D", "P400", "/rules/0/max_signature_age: expected a duration"},
        {"\"ignored\":[\".cache\"]", "\"ignored\":[]", "/rules/0/ignored: expected an array"},
        {"\"partial\":true", "\"partial\":\"true\"", "/rules/0/partial: expected true"},
        {"\"partial\":true", "\"comment\":\"x\"", "/rules/0/comment: expected no member"},
        {"],\"revoked\"", ",{}],\"revoked\"", "/rules/1/id: expected this member"},
        {"],\"revoked\"",
         ",{\"id\":\"tools\",\"actions\":[\"open\"],\"match\":{\"kinds\":[\"file\"]},"
         "\"signed_by\":[{\"role\":\"r\",\"threshold\":1}]}],\"revoked\"",
         "/rules/1/id: expected an id that no other rule has"},
        {"],\"revoked\"",
         ",{\"id\":\"more\",\"actions\":[\"open\"],\"match\":{\"kinds\":[\"file\"]},"
         "\"signed_by\":[{\"role\":\"r\",\"threshold\":1}]}],\"revoked\"",
         NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        try_row(&rows[i]);
    }
}

static void each_demand_and_each_digest(void **state)
{
    static const struct row rows[] = {
        {"\"role\":\"ci\",", "", "/rules/0/attestations/0/role: expected this member"},
        {"\"type\":\"https://slsa.dev/provenance/v1\",", "",
         "/rules/0/attestations/0/type: expected this member"},
        {"https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom",
         "/rules/0/attestations/0/builders: expected no such demand"},
        {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenancex",
         "/rules/0/attestations/0/builders: expected no such demand"},
        {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2",
         "/rules/0/attestations/0/builders: expected no such demand"},
        {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenance",
         "/rules/0/attestations/0/builders: expected no such demand"},
        {"v1\",\"role\":\"ci\",\"builders\":[\"https://ci/b\"],\"sources\":[\"git+https://g/t\"],",
         "v0.2\",\"role\":\"ci\",", "/rules/0/attestations/0/parameters: expected no such demand"},
        {"https://in-toto.io/attestation/vulns/v0.2", "https://in-toto.io/attestation/vulns/v0.1",
         NULL},
        {"https://in-toto.io/attestation/vulns/v0.2", "https://in-toto.io/attestation/vulns/v0.3",
         "/rules/0/attestations/1/max_severity: expected no such demand"},
        {"https://in-toto.io/attestation/vulns/v0.2", "https://spdx.dev/Document",
         "/rules/0/attestations/1/max_severity: expected no such demand"},
        {"[\"https://ci/b\"]", "[]", "/rules/0/attestations/0/builders: expected an array"},
        {"\"max_severity\":6.9", "\"max_severity\":10", NULL},
        {"\"max_severity\":6.9", "\"max_severity\":0", NULL},
        {"\"max_severity\":6.9", "\"max_severity\":10.1",
         "/rules/0/attestations/1/max_severity: expected a number from 0 to 10.0"},
        {"\"max_severity\":6.9", "\"max_severity\":6.95",
         "/rules/0/attestations/1/max_severity: expected a number"},
        {"\"max_severity\":6.9", "\"max_severity\":-1",
         "/rules/0/attestations/1/max_severity: expected a number"},
        {"\"max_severity\":6.9", "\"max_severity\":1e0",
         "/rules/0/attestations/1/max_severity: expected a number"},
        {"PT12H", "12h", "/rules/0/attestations/1/max_age: expected a duration"},
        {"\"file\":\"sha256:" DIGEST "\",", "", "/revoked/0: expected either file or bundle"},
        {"\"file\":", "\"bundle\":\"sha256:" DIGEST "\",\"file\":",
         "/revoked/0: expected either file or bundle"},
        {",\"reason\":\"stolen\"", "", "/revoked/0/reason: expected this member"},
        {"sha256:0", "sha512:0", "/revoked/0/file: expected sha256:"},
        {"sha256:0", "sha256:", "/revoked/0/file: expected sha256:"},
        {"sha256:0", "sha256:00", "/revoked/0/file: expected sha256:"},
        {"abcdef", "Abcdef", "/revoked/0/file: expected sha256:"},
        {"abcdef", "abcdeg", "/revoked/0/file: expected sha256:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        try_row(&rows[i]);
    }
}

static void what_is_no_json_is_no_policy(void **state)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "null",
                                        "{} ",
                                        "{\"schema\":1}",
                                        "{\"schema\":\"signet-policy/1\",\"schema\":1}"};
    struct signet_policy policy;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        CHECK_CODE(signet_policy_parse(signet_span_str(texts[i]), &policy, NULL),
                   SIGNET_E_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_read),
        cmocka_unit_test(each_member_is_required_or_not),
        cmocka_unit_test(each_member_of_a_rule_too),
        cmocka_unit_test(each_demand_and_each_digest),
        cmocka_unit_test(what_is_no_json_is_no_policy),
    };
    return CHECK_RUN(tests);
}

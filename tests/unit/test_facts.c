/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/facts: what a signed statement says. Predicates are the examples of
 * the specifications (in-toto attestation spec/predicates, SLSA provenance and verification summary
 * v1, the GitHub Actions build type) and published documents; times in seconds are those of GNU
 * date. Each refusal differs in one thing from what passes.
 */
#include "told.h"

#include "files.h"
#include "forge.h"

#define SLSA "https://slsa.dev/provenance/v1"
#define VSA "https://slsa.dev/verification_summary/v1"
#define VULNS1 "https://in-toto.io/attestation/vulns/v0.1"
#define VULNS "https://in-toto.io/attestation/vulns/v0.2"
#define TEST "https://in-toto.io/attestation/test-result/v0.1"
#define BOM "https://cyclonedx.org/bom"
#define SPDX "https://spdx.dev/Document"

/* ---- SLSA provenance ---- */

static const char workflow[] =
    "{\"buildDefinition\":{\"buildType\":\"https://slsa.dev/github-actions-workflow/v1\","
    "\"externalParameters\":{\"inputs\":{\"build_id\":123456768},\"vars\":{\"MASCOT\":\"Mona\"},"
    "\"workflow\":{\"ref\":\"refs/heads/main\","
    "\"repository\":\"https://github.com/octocat/hello-world\","
    "\"path\":\".github/workflow/release.yml\"}}},\"runDetails\":{\"builder\":{\"id\":"
    "\"https://github.com/actions/runner@v1\"},\"metadata\":{\"invocationId\":\"1\","
    "\"startedOn\":\"2021-08-06T17:50:50Z\",\"finishedOn\":\"2023-01-01T12:34:56Z\"}}}";

static void provenance_is_read(void **state)
{
    (void)state;
    static const char *const names[] = {"inputs", "vars", "workflow"};
    struct told told = tell_good(SLSA, workflow);
    assert_string_equal(told.facts.builder, "https://github.com/actions/runner@v1");
    assert_true(told.facts.time == 1672576496);
    assert_int_equal(told.facts.sources.count, 1);
    assert_string_equal(told.facts.sources.list[0], "https://github.com/octocat/hello-world");
    assert_int_equal(told.facts.parameters.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(told.facts.parameters.list[i], names[i]);
    }
    forget(&told);
}

static void every_source_is_found(void **state)
{
    (void)state;
    char *all = forge_replace(workflow, "\"inputs\":{\"build_id\":123456768}",
                              "\"source\":{\"uri\":\"git+https://a\",\"digest\":{\"sha1\":\"00\"}},"
                              "\"repository\":\"https://b\"");
    struct told told = tell_good(SLSA, all);
    assert_int_equal(told.facts.sources.count, 3);
    assert_string_equal(told.facts.sources.list[0], "git+https://a");
    assert_string_equal(told.facts.sources.list[1], "https://b");
    assert_int_equal(told.facts.parameters.count, 2);
    forget(&told);
    /* What names no repository is a parameter as any other. */
    char *other = forge_replace(all, "\"uri\"", "\"url\"");
    told = tell_good(SLSA, other);
    assert_int_equal(told.facts.sources.count, 2);
    assert_int_equal(told.facts.parameters.count, 3);
    assert_string_equal(told.facts.parameters.list[0], "source");
    forget(&told);
    free(other);
    free(all);
    char *none = forge_replace(workflow, "\"repository\":", "\"repo\":");
    told = tell_good(SLSA, none);
    assert_int_equal(told.facts.sources.count, 0);
    assert_int_equal(told.facts.parameters.count, 3);
    forget(&told);
    free(none);
    none = forge_replace(workflow, "\"finishedOn\"", "\"finished\"");
    told = tell_good(SLSA, none);
    assert_true(told.facts.time == SIGNET_TIME_UNKNOWN);
    forget(&told);
    free(none);
}

static void provenance_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        const char *words;
    } rows[] = {
        {"\"builder\":{\"id\":", "\"builder\":{\"ID\":", "runDetails.builder.id"},
        {"\"https://github.com/actions/runner@v1\"", "1", "runDetails.builder.id"},
        {"runner@v1", "runner@v1\\u0000x", "u0000"},
        {"hello-world", "hello-world\\u0000x", "u0000"},
        {"\"https://github.com/octocat/hello-world\"", "\"\"", "a source is empty"},
        {"\"vars\"", "\"\"", "an external parameter is empty"},
        {"\"vars\"", "\"source\\u0000\"", "u0000"},
        {"\"externalParameters\":{", "\"externalParameters\":[],\"x\":{", "externalParameters"},
        {"\"externalParameters\"", "\"parameters\"", "externalParameters"},
        {"\"buildType\"", "\"type\"", "buildType"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *changed = forge_replace(workflow, rows[i].from, rows[i].to);
        refuse(SLSA, changed, SIGNET_E_MALFORMED, rows[i].words);
        free(changed);
    }
    refuse(SLSA, NULL, SIGNET_E_MALFORMED, "expected an object");
}

static void external_parameters_are_limited(void **state)
{
    (void)state;
    for (size_t count = 1024; count <= 1025; count++) {
        struct signet_buf text;
        signet_buf_init(&text, 1 << 20);
        signet_buf_puts(&text, "{\"buildDefinition\":{\"buildType\":\"t\","
                               "\"externalParameters\":{");
        for (size_t i = 0; i < count; i++) {
            char member[32];
            assert_true(snprintf(member, sizeof(member), "%s\"p%zu\":0", i > 0 ? "," : "", i) > 0);
            signet_buf_puts(&text, member);
        }
        signet_buf_puts(&text, "}},\"runDetails\":{\"builder\":{\"id\":\"b\"}}}");
        signet_buf_putc(&text, '\0');
        if (count == 1024) {
            struct told told = tell_good(SLSA, (const char *)text.data);
            assert_int_equal(told.facts.parameters.count, 1024);
            assert_string_equal(told.facts.parameters.list[1023], "p1023");
            forget(&told);
        } else {
            refuse(SLSA, (const char *)text.data, SIGNET_E_LIMIT, "1024");
        }
        signet_buf_free(&text);
    }
}

/* ---- vulnerability scans ---- */

static const char vulns[] =
    "{\"scanner\":{\"uri\":\"pkg:github/aquasecurity/trivy@244fd47e07d1004f0aed9\","
    "\"version\":\"0.19.2\",\"db\":{\"uri\":\"pkg:github/aquasecurity/trivy-db/commit/4c76bb58\","
    "\"version\":\"v1-2021080612\",\"lastUpdate\":\"2021-08-06T17:45:50.52Z\"},\"result\":["
    "{\"id\":\"CVE-123\",\"severity\":[{\"method\":\"nvd\",\"score\":\"medium\"},"
    "{\"method\":\"cvss_score\",\"score\":\"5.2\"}]}]},"
    "\"metadata\":{\"scanStartedOn\":\"2021-08-06T17:45:50.52Z\","
    "\"scanFinishedOn\":\"2021-08-06T17:50:50.52Z\"}}";

static void expect_severity(const char *from, const char *to, uint64_t tenths)
{
    static const char *const types[] = {VULNS1, VULNS};
    char *changed = forge_replace(vulns, from, to);
    for (size_t i = 0; i < 2; i++) {
        struct told told = tell_good(types[i], changed);
        assert_true(told.facts.has_severity);
        assert_true(told.facts.time == 1628272250);
        if (told.facts.severity != tenths) {
            fail_msg("%s: expected %llu, found %llu", to, (unsigned long long)tenths,
                     (unsigned long long)told.facts.severity);
        }
        forget(&told);
    }
    free(changed);
}

static void methods_that_are_cvss_count(void **state)
{
    (void)state;
    static const char *const good[] = {"CVSS3",    "cvssv3",   "CVSSv3.1", "CVSSv31",  "CVSS_V3",
                                       "cvss-v3",  "CVSS 3.0", "CVSS4",    "CVSSv4.0", "cvss_v4",
                                       "CVSS:3.1", "cvssV3_1", "cvssV4_0", "CVSS-3-0"};
    static const char *const bad[] = {"cvss",     "CVSSv2", "CVSS20",    "CVSS5",       "xCVSS3",
                                      "CVSS3x",   "CVSS3.", "CVSS3.1.1", "CVSSv311",    "nvd",
                                      "severity", "CVS3",   "",          "CVSS3\\u0000"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        expect_severity("cvss_score", good[i], 52);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_severity("cvss_score", bad[i], 100);
    }
    expect_severity("v1-2021080612", "v1", 100); /* the example itself: of no version */
}

/* A finding that has a score by CVSS 3 as well. */
static void what_is_like_cvss_is_no_lower(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        uint64_t tenths;
    } rows[] = {
        {"CVSSv3.1", 98},
        {"cvssV3_1", 98},
        {"nvd CVSSv3", 98},
        {"cvssMetricV31", 98},
        {"CVSSv3.1 base", 98},
        {"CVSS version 4", 98},
        {"CVSS", 98},
        {"cvssMetricV2", 98},
        {"CVSSv2", 52},
        {"cvssV2_0", 52},
        {"nvd", 52},
        {"CVS", 52},
        {"", 52},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char ratings[160];
        assert_true(snprintf(ratings, sizeof(ratings),
                             "\"CVSS3\",\"score\":\"5.2\"},{\"method\":\"%s\",\"score\":\"9.8\"",
                             rows[i].method) > 0);
        expect_severity("\"cvss_score\",\"score\":\"5.2\"", ratings, rows[i].tenths);
    }
}

static void scores_are_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *score;
        uint64_t tenths;
    } rows[] = {
        {"\"0.0\"", 0},    {"\"0\"", 0},      {"0", 0},           {"7.5", 75},
        {"\"7.5\"", 75},   {"\"10\"", 100},   {"\"10.0\"", 100},  {"\"9.9\"", 99},
        {"\"6.90\"", 69},  {"\"6.91\"", 70},  {"\"6.9001\"", 70}, {"\"9.99\"", 100},
        {"\"10.1\"", 100}, {"\"-1\"", 100},   {"\"1e0\"", 100},   {"1e0", 100},
        {"\"05.2\"", 100}, {"\"11\"", 100},   {"\"5.\"", 100},    {"\".5\"", 100},
        {"\"5,2\"", 100},  {"\" 5.2\"", 100}, {"\"\"", 100},      {"null", 100},
        {"[5.2]", 100},    {"\"HIGH\"", 100},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char rating[64];
        assert_true(snprintf(rating, sizeof(rating), "\"CVSSv3.1\",\"score\":%s", rows[i].score) >
                    0);
        expect_severity("\"cvss_score\",\"score\":\"5.2\"", rating, rows[i].tenths);
    }
}

static void the_worst_finding_counts(void **state)
{
    (void)state;
    static const char finding[] =
        "{\"id\":\"CVE-123\",\"severity\":[{\"method\":\"nvd\",\"score\":\"medium\"},"
        "{\"method\":\"cvss_score\",\"score\":\"5.2\"}]}";
    expect_severity(finding, "", 0);
    expect_severity(finding, "{\"id\":\"1\"}", 100);
    expect_severity(finding, "{\"severity\":[]}", 100);
    expect_severity(finding, "{\"severity\":{\"method\":\"CVSS3\",\"score\":1}}", 100);
    expect_severity(finding, "7", 100);
    /* a score that cannot be read could be any, beside one that can */
    expect_severity(finding,
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":1},"
                    "{\"method\":\"CVSS4\",\"score\":9.8e0}]}",
                    100);
    expect_severity(finding,
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":1},"
                    "{\"method\":\"CVSS4\",\"score\":\"AV:N\"}]}",
                    100);
    expect_severity(finding,
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":1},"
                    "{\"method\":\"CVSS\\u005fV3\",\"score\":2}]}",
                    100);
    expect_severity(finding, "{\"severity\":[7,{\"method\":\"CVSS3\",\"score\":1}]}", 10);
    expect_severity(finding,
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":1},"
                    "{\"method\":\"CVSS4\",\"score\":3},{\"method\":\"CVSS2\",\"score\":9}]}",
                    30);
    expect_severity(finding,
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":8.1}]},"
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":2}]}",
                    81);
    expect_severity(finding,
                    "{\"severity\":[{\"method\":\"CVSS3\",\"score\":2}]},"
                    "{\"severity\":[{\"method\":\"nvd\",\"score\":\"low\"}]}",
                    100);
}

static void a_scan_is_refused(void **state)
{
    (void)state;
    char *changed = forge_replace(vulns, "\"result\":", "\"results\":");
    refuse(VULNS, changed, SIGNET_E_MALFORMED, "scanner.result");
    free(changed);
    changed = forge_replace(vulns, "\"scanFinishedOn\":", "\"finished\":");
    refuse(VULNS, changed, SIGNET_E_MALFORMED, "metadata.scanFinishedOn");
    free(changed);
    changed = forge_replace(vulns, "17:50:50.52Z", "soon");
    struct told told = tell_good(VULNS, changed);
    assert_true(told.facts.time == SIGNET_TIME_UNKNOWN);
    forget(&told);
    free(changed);
}

/* ---- results ---- */

static const char vsa[] =
    "{\"verifier\":{\"id\":\"https://example.com/publication_verifier\"},"
    "\"timeVerified\":\"1985-04-12T23:20:50.52Z\","
    "\"resourceUri\":\"https://example.com/example-1.2.3.tar.gz\","
    "\"policy\":{\"uri\":\"https://example.com/example_tarball.policy\"},"
    "\"verificationResult\":\"PASSED\",\"verifiedLevels\":[\"SLSA_BUILD_LEVEL_3\"]}";

static const char test[] =
    "{\"result\":\"PASSED\",\"configuration\":[{\"name\":\".github/workflows/ci.yml\"}],"
    "\"url\":\"https://github.com/in-toto/in-toto/actions/runs/4425592351\","
    "\"passedTests\":[\"build (3.7, ubuntu-latest, py)\"],\"warnedTests\":[],\"failedTests\":[]}";

static void expect_failed(const char *type, const char *predicate, bool failed)
{
    struct told told = tell_good(type, predicate);
    assert_int_equal(told.facts.failed, failed);
    assert_true(told.facts.time == (strcmp(type, VSA) == 0 ? 482196050 : SIGNET_TIME_UNKNOWN));
    forget(&told);
}

static void only_passed_has_not_failed(void **state)
{
    (void)state;
    static const char *const results[] = {"\"WARNED\"", "\"FAILED\""};
    expect_failed(VSA, vsa, false);
    expect_failed(TEST, test, false);
    for (size_t i = 0; i < 2; i++) {
        char *changed = forge_replace(test, "\"PASSED\"", results[i]);
        expect_failed(TEST, changed, true);
        free(changed);
    }
    char *changed = forge_replace(vsa, "\"PASSED\"", "\"FAILED\"");
    expect_failed(VSA, changed, true);
    free(changed);
    changed = forge_replace(vsa, "\"PASSED\"", "\"passed\"");
    refuse(VSA, changed, SIGNET_E_MALFORMED, "verificationResult");
    free(changed);
    changed = forge_replace(test, "\"PASSED\"", "true");
    refuse(TEST, changed, SIGNET_E_MALFORMED, "result");
    free(changed);
}

/* ---- documents ---- */

static void documents_tell_their_time(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *file;
        int64_t time;
    } rows[] = {
        {BOM, "cdx-1.6-aibom-hunyuanworld.json", 1757425841},
        {BOM "/v1.6", "cdx-1.6-aibom-hunyuanworld.json", 1757425841},
        {SPDX, "spdx-2.3-apko-bomctl.json", 1685443535},
        {SPDX "/v2.3", "spdx-2.3-apko-bomctl.json", 1685443535},
        {SPDX, "spdx-3.0-ai-sentiment-example02.json", 1719207000},
    };
    char folder[4096];
    bool found = check_find_testdata("sbom", folder, sizeof(folder));
    for (size_t i = 0; found && i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_buf text = check_read_file(folder, rows[i].file);
        signet_buf_putc(&text, '\0');
        struct told told = tell_good(rows[i].type, (const char *)text.data);
        if (told.facts.time != rows[i].time) {
            fail_msg("%s: %lld", rows[i].file, (long long)told.facts.time);
        }
        forget(&told);
        signet_buf_free(&text);
    }
}

#define GRAPH(elements)                                                                            \
    "{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",\"@graph\":[" elements "]}"
#define CREATED(time)                                                                              \
    "{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\",\"created\":\"" time "\"}"

static void documents_of_several_times_have_none(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *text;
        int64_t time;
    } rows[] = {
        {SPDX, GRAPH(CREATED("2024-06-24T05:30:00Z")), 1719207000},
        {SPDX, GRAPH(CREATED("2024-06-24T05:30:00Z") "," CREATED("2024-06-24T05:30:00Z")),
         1719207000},
        {SPDX, GRAPH(CREATED("2024-06-24T05:30:00Z") "," CREATED("2024-06-24T05:30:01Z")),
         SIGNET_TIME_UNKNOWN},
        {SPDX, GRAPH(CREATED("x") "," CREATED("2024-06-24T05:30:00Z")), SIGNET_TIME_UNKNOWN},
        {SPDX, "{\"spdxVersion\":\"SPDX-2.3\",\"creationInfo\":{\"created\":1}}",
         SIGNET_TIME_UNKNOWN},
        {SPDX, "{\"spdxVersion\":\"SPDX-2.3\"}", SIGNET_TIME_UNKNOWN},
        {BOM, "{\"specVersion\":\"1.6\",\"bomFormat\":\"CycloneDX\",\"metadata\":[]}",
         SIGNET_TIME_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct told told = tell_good(rows[i].type, rows[i].text);
        if (told.facts.time != rows[i].time) {
            fail_msg("%s: %lld", rows[i].text, (long long)told.facts.time);
        }
        forget(&told);
    }
    refuse(BOM, "{\"spdxVersion\":\"SPDX-2.3\"}", SIGNET_E_MALFORMED, "CycloneDX");
    refuse(BOM "/v1.5", "{\"specVersion\":\"1.6\",\"bomFormat\":\"CycloneDX\"}", SIGNET_E_MALFORMED,
           "1.5");
}

/* ---- types ---- */

static void what_is_not_known_says_nothing(void **state)
{
    (void)state;
    static const char *const types[] = {"https://example.com/release/v1", "p",
                                        "https://slsa.dev/provenance/v0.2",
                                        "https://in-toto.io/attestation/release/v0.2", ""};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct told told = tell_good(types[i], workflow);
        expect_nothing(&told.facts);
        forget(&told);
        told = tell_good(types[i], NULL);
        expect_nothing(&told.facts);
        forget(&told);
    }
}

static void a_type_is_what_is_demanded(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *demanded;
        bool is;
    } rows[] = {
        {BOM, BOM, true},
        {BOM "/v1.6", BOM, true},
        {BOM "/v1.6", BOM "/v1.6", true},
        {BOM, BOM "/v1.6", false},
        {BOM "/v1.5", BOM "/v1.6", false},
        {BOM "/1.6", BOM, false},
        {BOM "b", BOM, false},
        {SPDX "/v2.3", SPDX, true},
        {SPDX "/v2.3", BOM, false},
        {SLSA, SLSA, true},
        {SLSA "/v1", SLSA, false},
        {VULNS, VULNS1, false},
        {"x", "x", true},
        {"x", "y", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (signet_facts_are(rows[i].type, rows[i].demanded) != rows[i].is) {
            fail_msg("%s, %s demanded", rows[i].type, rows[i].demanded);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(provenance_is_read),
        cmocka_unit_test(every_source_is_found),
        cmocka_unit_test(provenance_is_refused),
        cmocka_unit_test(external_parameters_are_limited),
        cmocka_unit_test(methods_that_are_cvss_count),
        cmocka_unit_test(what_is_like_cvss_is_no_lower),
        cmocka_unit_test(scores_are_decimals),
        cmocka_unit_test(the_worst_finding_counts),
        cmocka_unit_test(a_scan_is_refused),
        cmocka_unit_test(only_passed_has_not_failed),
        cmocka_unit_test(documents_tell_their_time),
        cmocka_unit_test(documents_of_several_times_have_none),
        cmocka_unit_test(what_is_not_known_says_nothing),
        cmocka_unit_test(a_type_is_what_is_demanded),
    };
    return CHECK_RUN(tests);
}

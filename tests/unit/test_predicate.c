/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/predicate: what may be attested. The types and what they demand are those of the in-toto
 * attestation and SLSA specifications; each refusal differs in one thing from what passes.
 */
#include "check.h"

#include <signet/attest.h>

#include "envelope/predicate.h"
#include "forge.h"

static void types_are_found_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *word; /* NULL: refused */
        bool known;
    } rows[] = {
        {"https://cyclonedx.org/bom", "bom", true},
        {"https://cyclonedx.org/bom/v1.6", "bom", true},
        {"https://cyclonedx.org/bom/v2", "bom", true},
        {"https://cyclonedx.org/bom/1.6", NULL, false},
        {"https://cyclonedx.org/bom/v", NULL, false},
        {"https://cyclonedx.org/bom/v1.", NULL, false},
        {"https://cyclonedx.org/bom/v1..6", NULL, false},
        {"https://cyclonedx.org/bom/v1.6x", NULL, false},
        {"https://cyclonedx.org/BOM", NULL, false},
        {"https://cyclonedx.org/bomb", "attestation", false},
        {"https://spdx.dev/Document", "spdx", true},
        {"https://spdx.dev/Document/v2.3", "spdx", true},
        {"https://spdx.dev/Document/v3", "spdx", true},
        {"https://spdx.dev/document", NULL, false},
        {"https://slsa.dev/provenance/v1", "provenance", true},
        {"https://slsa.dev/provenance/v1/v1", NULL, false},
        {"https://slsa.dev/provenance/v0.2", "attestation", false},
        {"https://slsa.dev/verification_summary/v1", "vsa", true},
        {"https://in-toto.io/attestation/vulns/v0.1", "vulns", true},
        {"https://in-toto.io/attestation/vulns/v0.2", "vulns", true},
        {"https://in-toto.io/attestation/test-result/v0.1", "test-result", true},
        {"https://sigstore.dev/cosign/sign/v1", NULL, false},
        {"https://sigstore.dev/cosign/sign/v2", NULL, false},
        {"https://SigStore.dev/cosign/sign/v1", NULL, false},
        {"https://sigstore.dev/cosign/other/v1", "attestation", false},
        {"https://model_signing/signature/v1.0", NULL, false},
        {"https://model_signing/signature/v1.1", NULL, false},
        {"https://in-toto.io/attestation/release/v0.1", NULL, false},
        {"https://in-toto.io/attestation/release/v0.2", NULL, false},
        {"https://in-toto.io/attestation/releases/v0.1", "attestation", false},
        {"urn:example:x", "attestation", false},
        {"x:y", "attestation", false},
        {"x:", NULL, false},
        {":y", NULL, false},
        {"", NULL, false},
        {"example.com/x", NULL, false},
        {"1x:y", NULL, false},
        {"x-1.2+3:y", "attestation", false},
        {"x_1:y", NULL, false},
        {"https://example.com/a b", NULL, false},
        {"https://example.com/a%20b", "attestation", false},
        {"https://example.com/a%2", NULL, false},
        {"https://example.com/\"", NULL, false},
        {"https://example.com/\n", NULL, false},
        {"https://example.com/\xc3\xa9", NULL, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_predicate_type found = {"untouched", true};
        struct signet_err err;
        signet_err_clear(&err);
        int rc = signet_predicate_type_find(rows[i].type, &found, &err);
        if (rc != (rows[i].word != NULL ? SIGNET_OK : SIGNET_E_USAGE)) {
            fail_msg("%s: %s", rows[i].type, signet_err_name(rc));
        }
        assert_string_equal(found.word, rc == SIGNET_OK ? rows[i].word : "untouched");
        assert_int_equal(found.known, rc == SIGNET_OK ? rows[i].known : true);
    }
}

#define BOM "https://cyclonedx.org/bom"
#define SPDX "https://spdx.dev/Document"
#define SLSA "https://slsa.dev/provenance/v1"
#define VSA "https://slsa.dev/verification_summary/v1"
#define VULNS "https://in-toto.io/attestation/vulns/v0.2"
#define TEST "https://in-toto.io/attestation/test-result/v0.1"

static const char bom[] = "{\"specVersion\":\"1.6\",\"bomFormat\":\"CycloneDX\"}";
static const char spdx2[] = "{\"spdxVersion\":\"SPDX-2.3\"}";
static const char spdx3[] = "{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\","
                            "\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"}]}";
static const char slsa[] = "{\"buildDefinition\":{\"buildType\":\"t\",\"externalParameters\":{}},"
                           "\"runDetails\":{\"builder\":{\"id\":\"b\"}}}";
static const char vsa[] = "{\"verifier\":{\"id\":\"v\"},\"timeVerified\":\"1985-04-12T23:20:50Z\","
                          "\"resourceUri\":\"r\",\"policy\":{\"uri\":\"p\"},"
                          "\"verificationResult\":\"PASSED\",\"verifiedLevels\":[\"L\"]}";
static const char vulns[] =
    "{\"scanner\":{\"uri\":\"u\",\"db\":{\"lastUpdate\":\"2021-08-06T17:45:50Z\"},\"result\":[]},"
    "\"metadata\":{\"scanStartedOn\":\"2021-08-06T17:45:50Z\","
    "\"scanFinishedOn\":\"2021-08-06T17:50:50Z\"}}";
static const char test[] = "{\"result\":\"PASSED\",\"configuration\":[]}";

static int
read_predicate(const char *type, const char *text, struct signet_buf *out, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    signet_buf_init(out, 1 << 20);
    signet_err_clear(err);
    return signet_predicate_read(type, signet_span_str(text), &limits, out, err);
}

static void expect(const char *type, const char *text, int code, const char *words)
{
    struct signet_buf out;
    struct signet_err err;
    int rc = read_predicate(type, text, &out, &err);
    if (rc != code || err.code != code) {
        fail_msg("%s %s: expected %s, found %s: %s", type, text, signet_err_name(code),
                 signet_err_name(rc), err.msg);
    }
    if (words != NULL && strstr(err.msg, words) == NULL) {
        fail_msg("%s: expected \"%s\" in: %s", text, words, err.msg);
    }
    signet_buf_free(&out);
}

static void documents_are_of_the_claimed_kind(void **state)
{
    (void)state;
    expect(BOM, bom, SIGNET_OK, NULL);
    expect(BOM "/v1.6", bom, SIGNET_OK, NULL);
    expect(BOM "/v1", bom, SIGNET_OK, NULL);
    expect(BOM "/v1.5", bom, SIGNET_E_MALFORMED,
           "says version 1.5, but the document is of \"1.6\"");
    expect(BOM "/v1.60", bom, SIGNET_E_MALFORMED, "version");
    expect(BOM "/v1.6.0", bom, SIGNET_E_MALFORMED, "version");
    expect(BOM, spdx2, SIGNET_E_MALFORMED, "a CycloneDX document, found an SPDX one");
    expect(BOM, "{}", SIGNET_E_MALFORMED, "found none of their marks");
    expect(BOM,
           "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"spdxVersion\":\"SPDX-2.3\"}",
           SIGNET_E_AMBIGUOUS, "found");
    expect(SPDX, spdx2, SIGNET_OK, NULL);
    expect(SPDX "/v2.3", spdx2, SIGNET_OK, NULL);
    expect(SPDX "/v2.2", spdx2, SIGNET_E_MALFORMED, "version");
    expect(SPDX "/v3", spdx2, SIGNET_E_MALFORMED, "version");
    expect(SPDX "/v3", spdx3, SIGNET_OK, NULL);
    expect(SPDX "/v3.0", spdx3, SIGNET_OK, NULL);
    expect(SPDX, bom, SIGNET_E_MALFORMED, "an SPDX document, found a CycloneDX one");
}

/* Each row takes one member, or gives it another value. */
static void demanded_members_are_there(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *good;
        const char *from;
        const char *to;
        const char *place; /* NULL: passes */
    } rows[] = {
        {SLSA, slsa, "\"buildType\":\"t\",", "", "buildDefinition.buildType, found nothing"},
        {SLSA, slsa, "\"t\"", "[]", "buildDefinition.buildType, found an array"},
        {SLSA, slsa, "{}", "null", "buildDefinition.externalParameters, found null"},
        {SLSA, slsa, "\"id\":\"b\"", "", "runDetails.builder.id, found nothing"},
        {SLSA, slsa, "{\"id\":\"b\"}", "\"b\"", "runDetails.builder.id, found nothing"},
        {SLSA, slsa, "\"buildDefinition\"", "\"x\":1,\"buildDefinition\"", NULL},
        {SLSA, slsa, "buildType", "build\\u0054ype", NULL},
        {VSA, vsa, "\"id\":\"v\"", "", "verifier.id, found nothing"},
        {VSA, vsa, "timeVerified", "time", "timeVerified, found nothing"},
        {VSA, vsa, "resourceUri", "resource", "resourceUri, found nothing"},
        {VSA, vsa, "\"uri\":\"p\"", "", "policy.uri, found nothing"},
        {VSA, vsa, "\"PASSED\"", "\"FAILED\"", NULL},
        {VSA, vsa, "\"PASSED\"", "\"passed\"", "one of PASSED FAILED at verificationResult"},
        {VSA, vsa, "\"PASSED\"", "\"PASS\"", "one of PASSED FAILED at verificationResult"},
        {VSA, vsa, "[\"L\"]", "\"L\"", "verifiedLevels, found a string"},
        {VULNS, vulns, "\"uri\":\"u\",", "", "scanner.uri, found nothing"},
        {VULNS, vulns, "lastUpdate", "x", "scanner.db.lastUpdate, found nothing"},
        {VULNS, vulns, "[]", "{}", "scanner.result, found an object"},
        {VULNS, vulns, "scanStartedOn", "x", "metadata.scanStartedOn, found nothing"},
        {VULNS, vulns, "scanFinishedOn", "x", "metadata.scanFinishedOn, found nothing"},
        {TEST, test, "\"PASSED\"", "\"WARNED\"", NULL},
        {TEST, test, "\"PASSED\"", "\"OK\"", "one of PASSED WARNED FAILED at result"},
        {TEST, test, "[]", "true", "configuration, found a boolean"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *changed = forge_replace(rows[i].good, rows[i].from, rows[i].to);
        char *clean = strstr(changed, "{,") != NULL ? forge_replace(changed, "{,", "{") : NULL;
        expect(rows[i].type, rows[i].good, SIGNET_OK, NULL);
        expect(rows[i].type, clean != NULL ? clean : changed,
               rows[i].place != NULL ? SIGNET_E_MALFORMED : SIGNET_OK, rows[i].place);
        free(clean);
        free(changed);
    }
    expect("https://in-toto.io/attestation/vulns/v0.1", vulns, SIGNET_OK, NULL);
    expect("https://in-toto.io/attestation/vulns/v0.1", test, SIGNET_E_MALFORMED, "scanner.uri");
}

static void predicates_are_strict_json_objects(void **state)
{
    (void)state;
    static const char *const other = "urn:x";
    struct signet_buf out;
    struct signet_err err;
    expect(other, "{}", SIGNET_OK, NULL);
    expect(other, "[]", SIGNET_E_MALFORMED, "expected an object");
    expect(other, "\"{}\"", SIGNET_E_MALFORMED, "expected an object");
    expect(other, "{\"a\":1,\"\\u0061\":2}", SIGNET_E_MALFORMED, "once");
    expect(other, "{} {}", SIGNET_E_MALFORMED, NULL);
    expect(other, "", SIGNET_E_MALFORMED, NULL);
    CHECK_CODE(read_predicate(other, "{\"a\":9007199254740992}", &out, &err), SIGNET_E_MALFORMED);
    assert_int_equal(err.offset, 5);
    signet_buf_free(&out);
    expect(other, "{\"a\":9007199254740991}", SIGNET_OK, NULL);
    expect(other, "{\"schema\":\"signet-report/1\"}", SIGNET_E_MALFORMED, "report");
    expect(other, "{\"schema\":\"signet-report/\\u0031\"}", SIGNET_E_MALFORMED, "report");
    expect(other, "{\"schema\":\"x\"}", SIGNET_OK, NULL);
    CHECK_OK(read_predicate(other, " { \"b\" : 1.0 , \"a\" : \"\\u0041\" }\n", &out, &err), &err);
    assert_true(signet_span_is(signet_buf_span(&out), "{\"a\":\"A\",\"b\":1}"));
    signet_buf_free(&out);
}

/* A statement, which has the predicate inside, is nested 64 deep at most. */
static void depth_and_size_are_those_of_a_statement(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct signet_buf out;
    struct signet_err err;
    char text[256];
    for (int depth = 63; depth <= 64; depth++) {
        int inside = depth - 1;
        int len =
            snprintf(text, sizeof(text), "{\"a\":%.*s%.*s}", inside,
                     "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", inside,
                     "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
        assert_true(len > 0 && (size_t)len < sizeof(text));
        expect("urn:x", text, depth == 63 ? SIGNET_OK : SIGNET_E_LIMIT, NULL);
    }
    limits.envelope = 8;
    for (size_t size = 8; size <= 9; size++) {
        signet_buf_init(&out, 64);
        signet_err_clear(&err);
        int rc =
            signet_predicate_read("urn:x", signet_span_of("{      } ", size), &limits, &out, &err);
        CHECK_CODE(rc, size == 8 ? SIGNET_OK : SIGNET_E_LIMIT);
        signet_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_found_or_refused),
        cmocka_unit_test(documents_are_of_the_claimed_kind),
        cmocka_unit_test(demanded_members_are_there),
        cmocka_unit_test(predicates_are_strict_json_objects),
        cmocka_unit_test(depth_and_size_are_those_of_a_statement),
    };
    return CHECK_RUN(tests);
}

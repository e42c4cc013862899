/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/bom.h. The figures of real documents were counted by Python's json: entries of
 * `components` and of their `components` for CycloneDX, `packages` for SPDX 2, elements of @graph
 * whose type is software_Package, ai_AIPackage or dataset_DatasetPackage for SPDX 3. Refused
 * documents stand beside twins that differ in one thing.
 */
#include "boms.h"

/* The line for a report. */
static void check_line(const struct signet_bom *bom, const char *expected)
{
    struct signet_buf line;
    signet_buf_init(&line, 1024);
    CHECK_CODE(signet_bom_describe(bom, &line), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&line), expected);
    signet_buf_free(&line);
}

struct real {
    const char *name;
    enum signet_bom_kind kind;
    unsigned version;
    enum signet_bom_form form;
    const char *line;
};

static void check_real(const char *set, const struct real *rows, size_t count)
{
    char folder[4096];
    if (!check_find_testdata(set, folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct held_bom held = hold_bom_file(folder, rows[i].name);
        assert_int_equal(held.bom.kind, rows[i].kind);
        assert_int_equal(held.bom.version, rows[i].version);
        assert_int_equal(held.bom.form, rows[i].form);
        check_line(&held.bom, rows[i].line);
        free(held.bytes);
    }
}

static void documents_of_real_tools(void **state)
{
    (void)state;
    static const struct real rows[] = {
        {"cdx-1.2-keycloak.json", SIGNET_BOM_CYCLONEDX, 12, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.2, 903 components, serial urn:uuid:411dafd2-c29f-491a-97d7-e97de5bc2289"},
        {"cdx-1.4-laravel.json", SIGNET_BOM_CYCLONEDX, 14, SIGNET_BOM_JSF,
         "CycloneDX 1.4, 62 components"},
        {"cdx-1.4-quarkus-deps.json", SIGNET_BOM_CYCLONEDX, 14, SIGNET_BOM_JSF,
         "CycloneDX 1.4, 94 components, serial urn:uuid:0697952e-9848-4785-95bf-f81ff9731682"},
        {"cdx-1.6-aibom-hunyuanworld.json", SIGNET_BOM_CYCLONEDX, 16, SIGNET_BOM_JSF,
         "CycloneDX 1.6, 1 component, serial urn:uuid:bf86019c-8291-4464-88e8-716c24dcef2c"},
        {"cdx-1.6-cbom-protocol.json", SIGNET_BOM_CYCLONEDX, 16, SIGNET_BOM_JSF,
         "CycloneDX 1.6, 8 components, serial urn:uuid:e8c355aa-2142-4084-a8c7-6d42c8610ba2"},
        {"cdx-1.6-mlbom-stable-diffusion.json", SIGNET_BOM_CYCLONEDX, 16, SIGNET_BOM_JSF,
         "CycloneDX 1.6, 1 component, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"},
        {"spdx-2.2-microsoft-sbom-tool.json", SIGNET_BOM_SPDX, 22, SIGNET_BOM_UNSIGNED,
         "SPDX 2.2, 267 packages, document https://spdx.org/spdxdocs/"
         "sbom-tool-0.0.0-preview.0-a9f07752-11ae-48bb-9572-24091c66ca2b/sbom-tool%20sample/4.0.3/"
         "c4ysYbgEfkenhPeWV1Hjnw"},
        {"spdx-2.3-apko-bomctl.json", SIGNET_BOM_SPDX, 23, SIGNET_BOM_UNSIGNED,
         "SPDX 2.3, 14 packages, document https://spdx.org/spdxdocs/apko/"},
        {"spdx-3.0-ai-sentiment-example02.json", SIGNET_BOM_SPDX, 30, SIGNET_BOM_UNSIGNED,
         "SPDX 3.0.1, 2 packages, document https://spdx.org/spdxdocs/"
         "SpdxDocument1-d1edd8cb-935e-46f2-bd5b-43f5f554a097"},
        {"spdx-3.0-microsoft-sbom-tool.json", SIGNET_BOM_SPDX, 30, SIGNET_BOM_UNSIGNED,
         "SPDX 3.0, 267 packages, document SPDXRef-SpdxDocument-"
         "C695AAC7EB0657C45FAA0EEDC59A28D7F2DF4BF0C9627909D9A5B5FFDF990BE6"},
    };
    check_real("sbom", rows, SIGNET_COUNT(rows));
}

static void signed_documents(void **state)
{
    (void)state;
    static const struct real rows[] = {
        {"valid-signatures-1.4.json", SIGNET_BOM_CYCLONEDX, 14, SIGNET_BOM_JSF,
         "CycloneDX 1.4, 1 component, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"},
        {"valid-signatures-1.5.json", SIGNET_BOM_CYCLONEDX, 15, SIGNET_BOM_JSF,
         "CycloneDX 1.5, 1 component, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"},
        {"valid-signatures-1.6.json", SIGNET_BOM_CYCLONEDX, 16, SIGNET_BOM_JSF,
         "CycloneDX 1.6, 1 component, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"},
        {"valid-signatures-1.7.json", SIGNET_BOM_CYCLONEDX, 17, SIGNET_BOM_JSF,
         "CycloneDX 1.7, 1 component, serial urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"},
    };
    static const struct real drafts[] = {
        {"valid-jss-signature-public-key-2.0.json", SIGNET_BOM_CYCLONEDX, 20, SIGNET_BOM_JSS,
         "CycloneDX 2.0, 1 component, serial urn:uuid:1b1bff0e-fdb9-4088-8b9a-1a9f2d9006da"},
        {"valid-jss-signature-counter-signature-2.0.json", SIGNET_BOM_CYCLONEDX, 20, SIGNET_BOM_JSS,
         "CycloneDX 2.0, 1 component, serial urn:uuid:1b1bff0e-fdb9-4088-8b9a-1a9f2d9006da"},
        {"invalid-jss-signature-empty-signatures-2.0.json", SIGNET_BOM_CYCLONEDX, 20,
         SIGNET_BOM_JSS,
         "CycloneDX 2.0, 1 component, serial urn:uuid:1b1bff0e-fdb9-4088-8b9a-1a9f2d9006da"},
    };
    check_real("jsf/cyclonedx", rows, SIGNET_COUNT(rows));
    check_real("jss/cyclonedx-2.0-dev", drafts, SIGNET_COUNT(drafts));
}

#define CONTEXT "\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\""

static void versions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned version;
        enum signet_bom_form form;
        const char *line;
    } rows[] = {
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.3\"}", 13, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.3, 0 components"},
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.8\"}", 0, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.8 (unknown version), 0 components"},
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.1\"}", 0, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.1 (unknown version), 0 components"},
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.60\"}", 0, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.60 (unknown version), 0 components"},
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6.1\"}", 0, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.6.1 (unknown version), 0 components"},
        {"{\"bomFormat\":\"Cyclone\\u0044X\",\"specVersion\":\"1.\\u0036\"}", 16, SIGNET_BOM_JSF,
         "CycloneDX 1.\\\\u0036, 0 components"},
        /* 2.0 renamed the mark: each belongs to its versions alone. */
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"2.0\"}", 0, SIGNET_BOM_UNSIGNED,
         "CycloneDX 2.0 (unknown version), 0 components"},
        {"{\"specFormat\":\"CycloneDX\",\"specVersion\":\"2.0\"}", 20, SIGNET_BOM_JSS,
         "CycloneDX 2.0, 0 components"},
        {"{\"specFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}", 0, SIGNET_BOM_UNSIGNED,
         "CycloneDX 1.6 (unknown version), 0 components"},
        {"{\"spdxVersion\":\"SPDX-2.3\"}", 23, SIGNET_BOM_UNSIGNED, "SPDX 2.3, 0 packages"},
        {"{\"spdxVersion\":\"SPDX-3.1\"}", 0, SIGNET_BOM_UNSIGNED,
         "SPDX 3.1 (unknown version), 0 packages"},
        {"{\"spdxVersion\":\"2.3\"}", 0, SIGNET_BOM_UNSIGNED,
         "SPDX 2.3 (unknown version), 0 packages"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.1.0\"}]}", 31,
         SIGNET_BOM_JSS, "SPDX 3.1.0, 0 packages"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.1\"}]}", 31,
         SIGNET_BOM_JSS, "SPDX 3.1, 0 packages"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.1-dev\"}]}", 0,
         SIGNET_BOM_UNSIGNED, "SPDX 3.1-dev (unknown version), 0 packages"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.1.\"}]}", 0,
         SIGNET_BOM_UNSIGNED, "SPDX 3.1. (unknown version), 0 packages"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.11\"}]}", 0,
         SIGNET_BOM_UNSIGNED, "SPDX 3.11 (unknown version), 0 packages"},
        {"{" CONTEXT
         ",\"@graph\":[{\"type\":\"Person\",\"creationInfo\":{\"type\":\"CreationInfo\","
         "\"specVersion\":\"3.1.0\"}},{\"@type\":\"SpdxDocument\",\"@id\":\"urn:x\"},"
         "{\"type\":\"ai_AIPackage\"}]}",
         31, SIGNET_BOM_JSS, "SPDX 3.1.0, 1 package, document urn:x"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"},"
         "{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.0\"}]}",
         30, SIGNET_BOM_UNSIGNED, "SPDX 3.0.1, 0 packages"},
        /* Several versions in one graph are none; what comes first does not decide. */
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.1.0\"},"
         "{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"}]}",
         0, SIGNET_BOM_UNSIGNED, "SPDX 3.1.0 (unknown version), 0 packages"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"},"
         "{\"type\":\"CreationInfo\",\"specVersion\":\"3.1.0\"},"
         "{\"type\":\"CreationInfo\",\"specVersion\":\"3.1.0\"}]}",
         0, SIGNET_BOM_UNSIGNED, "SPDX 3.0.1 (unknown version), 0 packages"},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held_bom held = hold_bom(signet_span_str(rows[i].text));
        assert_int_equal(held.bom.version, rows[i].version);
        assert_int_equal(held.bom.form, rows[i].form);
        check_line(&held.bom, rows[i].line);
        free(held.bytes);
    }
}

static void what_is_counted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t count;
    } rows[] = {
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"metadata\":{\"component\":"
         "{\"components\":[{},{}]},\"tools\":{\"components\":[{}]}},"
         "\"components\":[{\"components\":[{},{\"components\":[]}]},{\"pedigree\":{\"ancestors\":"
         "[{\"components\":[{}]}]}},{}],\"services\":[{}],\"other\":[{\"components\":[{}]}]}",
         5},
        {"{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{},{\"packages\":[{}]}],\"files\":[{}]}", 2},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"software_File\"},{\"type\":\"software_Package\"},"
         "{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"},{\"type\":\"ai_AIPackage\"},"
         "{\"type\":\"dataset_DatasetPackage\"},{\"type\":\"software_Sbom\"}]}",
         3},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held_bom held = hold_bom(signet_span_str(rows[i].text));
        assert_int_equal(held.bom.components, rows[i].count);
        free(held.bytes);
    }
}

struct refused {
    const char *text;
    int code; /* SIGNET_OK: the twin that is accepted */
    const char *message;
};

static void check_refused(const struct refused *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct held_bom held = hold_text(signet_span_str(rows[i].text));
        struct signet_err err;
        signet_err_clear(&err);
        held.bom.kind = SIGNET_BOM_SPDX;
        CHECK_CODE(signet_bom_recognize(held.top, &held.bom, &err), rows[i].code);
        if (rows[i].code != SIGNET_OK) {
            assert_non_null(strstr(err.msg, rows[i].message));
            assert_int_equal(held.bom.kind, 0);
            assert_int_equal(held.bom.version_text.kind, 0);
        }
        free(held.bytes);
    }
}

#define CDX "\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\""

static void one_kind_alone(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {"{" CDX "}", SIGNET_OK, NULL},
        {"{" CDX ",\"spdxVersion\":\"SPDX-2.3\"}", SIGNET_E_AMBIGUOUS, "bomFormat and spdxVersion"},
        {"{\"spdxVersion\":\"SPDX-2.3\"," CDX "}", SIGNET_E_AMBIGUOUS, "bomFormat and spdxVersion"},
        {"{" CDX ",\"spdxVersion\":null}", SIGNET_E_AMBIGUOUS, "bomFormat and spdxVersion"},
        {"{" CDX ",\"SpdxVersion\":\"SPDX-2.3\"}", SIGNET_OK, NULL},
        {"{" CDX ",\"specFormat\":\"CycloneDX\"}", SIGNET_E_AMBIGUOUS, "bomFormat and specFormat"},
        {"{" CDX ",\"@graph\":[]}", SIGNET_E_AMBIGUOUS, "bomFormat and @graph"},
        {"{\"spdxVersion\":\"SPDX-2.3\",\"@graph\":{}}", SIGNET_E_AMBIGUOUS, "and @graph"},
        {"{\"bomFormat\":\"SPDX\",\"spdxVersion\":\"SPDX-2.3\"}", SIGNET_E_AMBIGUOUS,
         "spdxVersion and bomFormat"},
        {"{\"spdxVersion\":\"SPDX-2.3\"}", SIGNET_OK, NULL},
    };
    check_refused(rows, SIGNET_COUNT(rows));
}

static void what_is_no_bom(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {"{}", SIGNET_E_UNSUPPORTED, "none of their marks"},
        {"[{" CDX "}]", SIGNET_E_UNSUPPORTED, "none of their marks"},
        {"\"CycloneDX\"", SIGNET_E_UNSUPPORTED, "none of their marks"},
        {"{\"bomFormat\":\"cyclonedx\",\"specVersion\":\"1.6\"}", SIGNET_E_UNSUPPORTED, "marks"},
        {"{\"bomFormat\":1,\"specVersion\":\"1.6\"}", SIGNET_E_UNSUPPORTED, "marks"},
        {"{\"bomformat\":\"CycloneDX\",\"specVersion\":\"1.6\"}", SIGNET_E_UNSUPPORTED, "marks"},
        {"{\"spdxVersion\":2.3}", SIGNET_E_UNSUPPORTED, "marks"},
        {"{\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"}]}",
         SIGNET_E_UNSUPPORTED, "marks"},
        {"{\"@context\":\"https://schema.org\",\"@graph\":[]}", SIGNET_E_UNSUPPORTED, "marks"},
        {"{" CONTEXT ",\"@graph\":{}}", SIGNET_E_UNSUPPORTED, "marks"},
        {"{\"@context\":[1,\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"],"
         "\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"}]}",
         SIGNET_OK, NULL},
    };
    check_refused(rows, SIGNET_COUNT(rows));
}

static void members_of_the_wrong_kind(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {"{\"bomFormat\":\"CycloneDX\"}", SIGNET_E_MALFORMED, "expected specVersion"},
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":1.6}", SIGNET_E_MALFORMED, "specVersion"},
        {"{" CDX ",\"serialNumber\":7}", SIGNET_E_MALFORMED, "expected serialNumber"},
        {"{" CDX ",\"serialNumber\":\"7\"}", SIGNET_OK, NULL},
        {"{" CDX ",\"components\":{}}", SIGNET_E_MALFORMED,
         "BOM /components: expected an array, found an object"},
        {"{" CDX ",\"components\":null}", SIGNET_E_MALFORMED, "expected an array, found null"},
        {"{" CDX ",\"components\":\"\"}", SIGNET_E_MALFORMED, "expected an array, found a string"},
        {"{" CDX ",\"components\":[]}", SIGNET_OK, NULL},
        {"{" CDX ",\"components\":[{},3]}", SIGNET_E_MALFORMED,
         "BOM /components/1: expected an object, found a number"},
        {"{" CDX ",\"components\":[{},{\"components\":[[]]}]}", SIGNET_E_MALFORMED,
         "BOM /components/1/components/0: expected an object, found an array"},
        {"{" CDX ",\"components\":[{},{\"components\":[{}]}]}", SIGNET_OK, NULL},
        {"{\"spdxVersion\":\"SPDX-2.3\",\"packages\":{}}", SIGNET_E_MALFORMED, "expected packages"},
        {"{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[\"\"]}", SIGNET_E_MALFORMED,
         "each of packages"},
        {"{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{}]}", SIGNET_OK, NULL},
        {"{\"spdxVersion\":\"SPDX-2.3\",\"documentNamespace\":[]}", SIGNET_E_MALFORMED,
         "documentNamespace"},
        {"{" CONTEXT ",\"@graph\":[]}", SIGNET_E_MALFORMED, "expected a CreationInfo"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":3.0}]}",
         SIGNET_E_MALFORMED, "specVersion of a CreationInfo"},
        {"{" CONTEXT ",\"@graph\":[{\"creationInfo\":{}}]}", SIGNET_E_MALFORMED,
         "specVersion of a CreationInfo"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0\"},1]}",
         SIGNET_E_MALFORMED, "each of @graph"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0\"},"
         "{\"type\":\"SpdxDocument\"}]}",
         SIGNET_E_MALFORMED, "spdxId of the SpdxDocument"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0\"},"
         "{\"type\":\"SpdxDocument\",\"spdxId\":\"a\"},{\"type\":\"SpdxDocument\","
         "\"spdxId\":\"b\"}]}",
         SIGNET_E_MALFORMED, "found two"},
        {"{" CONTEXT ",\"@graph\":[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0\"},"
         "{\"type\":\"SpdxDocument\",\"spdxId\":\"a\"}]}",
         SIGNET_OK, NULL},
    };
    check_refused(rows, SIGNET_COUNT(rows));
}

/* What a document says reaches a terminal only escaped, and not at any length. */
static void lines_are_safe(void **state)
{
    (void)state;
    struct held_bom held =
        hold_bom(signet_span_str("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\xe2\x80\xae\","
                                 "\"serialNumber\":\"\\u001b[2J\xc2\x9b\"}"));
    check_line(&held.bom, "CycloneDX 1.6\\u{202e} (unknown version), 0 components, serial "
                          "\\\\u001b[2J\\u{9b}");
    free(held.bytes);
    char text[2048] = "{" CDX ",\"serialNumber\":\"";
    memset(text + strlen(text), 'a', 1000);
    memcpy(text + strlen(text), "\"}", 3);
    held = hold_bom(signet_span_str(text));
    struct signet_buf line;
    signet_buf_init(&line, 1024);
    CHECK_CODE(signet_bom_describe(&held.bom, &line), SIGNET_OK);
    assert_int_equal(line.len, strlen("CycloneDX 1.6, 0 components, serial ...") + 256);
    signet_buf_free(&line);
    signet_buf_init(&line, 8);
    CHECK_CODE(signet_bom_describe(&held.bom, &line), SIGNET_E_LIMIT);
    signet_buf_free(&line);
    free(held.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_of_real_tools),
        cmocka_unit_test(signed_documents),
        cmocka_unit_test(versions),
        cmocka_unit_test(what_is_counted),
        cmocka_unit_test(one_kind_alone),
        cmocka_unit_test(what_is_no_bom),
        cmocka_unit_test(members_of_the_wrong_kind),
        cmocka_unit_test(lines_are_safe),
    };
    return CHECK_RUN(tests);
}

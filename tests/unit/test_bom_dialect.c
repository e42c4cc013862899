/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/bom_dialect.h. The shapes are those that the named tools write; the JSF ones, which have
 * nothing foreign, are of its own published vectors and of CycloneDX's.
 */
#include "boms.h"

#include "artifact/bom_dialect.h"

static const char *dialect_of(const char *text)
{
    struct held_bom held = hold_text(signet_span_str(text));
    const char *dialect = signet_bom_dialect(held.top);
    free(held.bytes);
    return dialect;
}

static void values_that_tell(void **state)
{
    (void)state;
    static const char *const jws = "a JWS inside (cdxgen until 2025)";
    static const char *const rsa = "RSA in standard base64 (as sbomqs checks)";
    static const char *const other = "standard base64, not base64url";
    static const struct {
        const char *text;
        const char *dialect;
    } rows[] = {
        {"{\"algorithm\":\"RS512\",\"value\":\"eyJhbGciOiJSUzUxMiJ9.eyJhIjoxfQ.c2ln-_A\"}", jws},
        {"{\"algorithm\":\"RS512\",\"value\":\"eyJhbGciOiJSUzUxMiJ9.eyJhIjoxfQ\"}", NULL},
        {"{\"algorithm\":\"RS512\",\"value\":\"a.b.c.d\"}", NULL},
        {"{\"algorithm\":\"RS512\",\"value\":\"a..c\"}", NULL},
        {"{\"algorithm\":\"RS512\",\"value\":\"a.b.\"}", NULL},
        {"{\"algorithm\":\"RS512\",\"value\":\".b.c\"}", NULL},
        {"{\"algorithm\":\"RS512\",\"value\":\"a.b.c=\"}", NULL},
        {"{\"algorithm\":\"RS256\",\"value\":\"ab+/cQ==\"}", rsa},
        {"{\"algorithm\":\"RS256\",\"value\":\"ab-_cQ\"}", NULL},
        {"{\"algorithm\":\"RS256\",\"value\":\"abcdcQ\"}", NULL},
        {"{\"algorithm\":\"Ed25519\",\"value\":\"ab+/cQ\"}", other},
        {"{\"value\":\"abcdcQ==\"}", other},
        {"{\"algorithm\":7,\"value\":\"abcd/Q\"}", other},
        {"{\"algorithm\":\"RS256\",\"value\":\"ab+/ Q==\"}", NULL},
        {"{\"algorithm\":\"RS256\",\"value\":7}", NULL},
        {"{\"algorithm\":\"RS256\"}", NULL},
        {"{\"value\":\"\"}", NULL},
        {"{\"signers\":[{\"value\":\"a.b.c\"}]}", NULL},
        {"[\"a.b.c\"]", NULL},
        {"\"a.b.c\"", NULL},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        const char *dialect = dialect_of(rows[i].text);
        if (rows[i].dialect == NULL) {
            assert_null(dialect);
        } else {
            assert_string_equal(dialect, rows[i].dialect);
        }
    }
}

static void jsf_has_nothing_foreign(void **state)
{
    (void)state;
    static const char *const names[] = {"valid-signatures-1.4.json", "valid-signatures-1.5.json",
                                        "valid-signatures-1.6.json", "valid-signatures-1.7.json"};
    char folder[4096];
    if (!check_find_testdata("jsf/cyclonedx", folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        struct held_bom held = hold_bom_file(folder, names[i]);
        struct signet_json_value signature = {0};
        assert_true(signet_json_member(held.top, "signature", &signature));
        assert_null(signet_bom_dialect(signature));
        assert_null(signet_bom_document_dialect(held.top));
        free(held.bytes);
    }
}

static void signatures_kept_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool foreign;
    } rows[] = {
        {"{\"metadata\":{\"properties\":[{\"name\":\"a\"},{\"name\":\"BOM Signature\"}]}}", true},
        {"{\"metadata\":{\"properties\":[{\"name\":\"a\"},{\"name\":\"BOM signature\"}]}}", false},
        {"{\"metadata\":{\"properties\":{\"name\":\"BOM Signature\"}}}", false},
        {"{\"metadata\":[]}", false},
        {"{\"properties\":[{\"name\":\"BOM Signature\"}]}", false},
        {"{\"metadata\":{\"properties\":[7,null]}}", false},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held_bom held = hold_text(signet_span_str(rows[i].text));
        assert_int_equal(signet_bom_document_dialect(held.top) != NULL, rows[i].foreign);
        free(held.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_tell),
        cmocka_unit_test(jsf_has_nothing_foreign),
        cmocka_unit_test(signatures_kept_elsewhere),
    };
    return CHECK_RUN(tests);
}

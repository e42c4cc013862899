/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/bom_places.h and bom_graph.h. Expected places are written by hand from the CycloneDX
 * JSON schemas; tests/interop compares the whole table with them.
 */
#include "boms.h"

#include "artifact/bom_places.h"

/* One line a place: index, parent, type, pointer, then bom-ref and signature as they stand there.
 */
static int list(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    struct signet_buf *out = ctx;
    char head[64];
    (void)err;
    assert_int_equal(place->object.kind, SIGNET_JSON_OBJECT);
    assert_int_equal(place->object.text.ptr[0], '{');
    assert_int_equal(place->object.text.ptr[place->object.text.len - 1], '}');
    assert_true(snprintf(head, sizeof(head), "%zu %zd %s ", place->index, (ssize_t)place->parent,
                         place->type) < (int)sizeof(head));
    signet_buf_puts(out, head);
    signet_buf_put(out, place->pointer);
    if (place->ref.kind != 0) {
        signet_buf_puts(out, " ref ");
        signet_buf_put(out, place->ref.text);
    }
    if (place->signature.kind != 0) {
        signet_buf_puts(out, " signature ");
        signet_buf_put(out, place->signature.text);
    }
    return signet_buf_putc(out, '\n');
}

static void check_places(const char *text, const char *expected)
{
    struct held_bom held = hold_bom(signet_span_str(text));
    struct signet_buf out;
    struct signet_err err;
    signet_err_clear(&err);
    signet_buf_init(&out, 1 << 16);
    CHECK_OK(signet_bom_places(held.top, &held.bom, list, &out, &err), &err);
    CHECK_SPAN(signet_buf_span(&out), expected);
    signet_buf_free(&out);
    free(held.bytes);
}

static void versions_without_a_place(void **state)
{
    (void)state;
    check_places("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.3\",\"components\":[{}],"
                 "\"signature\":{}}",
                 "");
    check_places("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.9\",\"components\":[{}]}", "");
    check_places("{\"spdxVersion\":\"SPDX-2.3\",\"signature\":{}}", "");
    check_places("{\"@context\":\"https://spdx.org/rdf/3.0.1/x\",\"@graph\":"
                 "[{\"type\":\"CreationInfo\",\"specVersion\":\"3.0.1\"}],\"signatures\":[]}",
                 "");
    check_places("{\"@context\":\"https://spdx.org/rdf/3.1/x\",\"@graph\":"
                 "[{\"type\":\"CreationInfo\",\"specVersion\":\"3.1.0\"}],\"signatures\":[7]}",
                 "0 -1 document  signature [7]\n");
}

/* Everything that any version has, in one text; %s is its head. */
static const char everything[] =
    "{%s,\"metadata\":{\"tools\":{\"components\":[{}],\"services\":[{\"services\":[{}]}]},"
    "\"component\":{\"pedigree\":{\"ancestors\":[{}],\"descendants\":[{}],\"variants\":[{}],"
    "\"patches\":[{}]},\"components\":[{\"components\":[{}]}]},\"authors\":[{}]},"
    "\"services\":[{}],\"compositions\":[{}],\"annotations\":[{\"annotator\":{\"component\":{},"
    "\"service\":{},\"individual\":{}}}],\"vulnerabilities\":[{\"tools\":{\"components\":[{}],"
    "\"services\":[{}]}},{\"tools\":[{\"components\":[{}]}]}],\"formulation\":[{\"components\":[{}]"
    ","
    "\"services\":[{}],\"workflows\":[{}]}],\"declarations\":{\"assessors\":[{}],"
    "\"attestations\":[{}],\"claims\":[{}],\"evidence\":[{}],\"targets\":{\"components\":[{}],"
    "\"services\":[{}],\"organizations\":[{}]},\"affirmation\":{\"signatories\":[{}]}},"
    "\"definitions\":{\"standards\":[{\"requirements\":[{}]}]},\"citations\":[{}],"
    "\"dependencies\":[{}],\"externalReferences\":[{}]}";

static void check_everything(const char *head, const char *expected)
{
    char text[4096];
    assert_true(snprintf(text, sizeof(text), everything, head) < (int)sizeof(text));
    check_places(text, expected);
}

static void places_of_each_version(void **state)
{
    (void)state;
    check_everything("\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.4\"",
                     "0 -1 bom \n"
                     "1 0 component /metadata/component\n"
                     "2 1 component /metadata/component/pedigree/ancestors/0\n"
                     "3 1 component /metadata/component/pedigree/descendants/0\n"
                     "4 1 component /metadata/component/pedigree/variants/0\n"
                     "5 1 component /metadata/component/components/0\n"
                     "6 5 component /metadata/component/components/0/components/0\n"
                     "7 0 service /services/0\n"
                     "8 0 composition /compositions/0\n");
#define OF_1_5                                                                                     \
    "0 -1 bom \n"                                                                                  \
    "1 0 component /metadata/tools/components/0\n"                                                 \
    "2 0 service /metadata/tools/services/0\n"                                                     \
    "3 2 service /metadata/tools/services/0/services/0\n"                                          \
    "4 0 component /metadata/component\n"                                                          \
    "5 4 component /metadata/component/pedigree/ancestors/0\n"                                     \
    "6 4 component /metadata/component/pedigree/descendants/0\n"                                   \
    "7 4 component /metadata/component/pedigree/variants/0\n"                                      \
    "8 4 component /metadata/component/components/0\n"                                             \
    "9 8 component /metadata/component/components/0/components/0\n"                                \
    "10 0 service /services/0\n"                                                                   \
    "11 0 composition /compositions/0\n"                                                           \
    "12 0 annotation /annotations/0\n"                                                             \
    "13 12 component /annotations/0/annotator/component\n"                                         \
    "14 12 service /annotations/0/annotator/service\n"                                             \
    "15 0 component /vulnerabilities/0/tools/components/0\n"                                       \
    "16 0 service /vulnerabilities/0/tools/services/0\n"                                           \
    "17 0 component /formulation/0/components/0\n"                                                 \
    "18 0 service /formulation/0/services/0\n"
#define OF_1_6                                                                                     \
    OF_1_5 "19 0 declarations /declarations\n"                                                     \
           "20 19 attestation /declarations/attestations/0\n"                                      \
           "21 19 claim /declarations/claims/0\n"                                                  \
           "22 19 evidence /declarations/evidence/0\n"                                             \
           "23 19 component /declarations/targets/components/0\n"                                  \
           "24 19 service /declarations/targets/services/0\n"                                      \
           "25 19 affirmation /declarations/affirmation\n"                                         \
           "26 25 signatory /declarations/affirmation/signatories/0\n"                             \
           "27 0 standard /definitions/standards/0\n"
    check_everything("\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\"", OF_1_5);
    check_everything("\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"", OF_1_6);
    check_everything("\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.7\"",
                     OF_1_6 "28 0 citation /citations/0\n");
    check_everything("\"specFormat\":\"CycloneDX\",\"specVersion\":\"2.0\"",
                     OF_1_6 "28 0 citation /citations/0\n");
}

#define CDX "\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\""
/* Makes an object longer than those that are looked through when they are visited. */
#define LONG "\"x\":\"................................................................\""

static void what_a_place_has(void **state)
{
    (void)state;
    check_places(
        " {" CDX ",\"bom-ref\":1,\"components\":[\n"
        "{\"bom-ref\":\"a\",\"signature\":{\"value\":\"s\"} }, {" LONG ",\"bom-ref\":\"\\u0062\","
        "\"components\":[{\"signature\":null},{" LONG "},{\"signature\":[1, {}]," LONG "}],"
        "\"signature\":\"}\"},{\"signatures\":[],\"x\":{\"signature\":1},\"Signature\":2,"
        "\"bom-Ref\":3},{\"s\\u0069gnature\":5}],\"signature\": {\"algorithm\" : \"x\"}\n} ",
        "0 -1 bom  ref 1 signature {\"algorithm\" : \"x\"}\n"
        "1 0 component /components/0 ref \"a\" signature {\"value\":\"s\"}\n"
        "2 0 component /components/1 ref \"\\u0062\" signature \"}\"\n"
        "3 2 component /components/1/components/0 signature null\n"
        "4 2 component /components/1/components/1\n"
        "5 2 component /components/1/components/2 signature [1, {}]\n"
        "6 0 component /components/2\n"
        "7 0 component /components/3 signature 5\n");
    check_places("{\"specFormat\":\"CycloneDX\",\"specVersion\":\"2.0\",\"signature\":1,"
                 "\"components\":[{\"signatures\":[{}]}]}",
                 "0 -1 bom \n1 0 component /components/0 signature [{}]\n");
}

static void signed_documents(void **state)
{
    (void)state;
    static const char *const names[] = {"valid-signatures-1.4.json", "valid-signatures-1.5.json",
                                        "valid-signatures-1.6.json", "valid-signatures-1.7.json"};
    static const char *const pointers[] = {"", "/components/0", "/services/0", "/compositions/0"};
    char folder[4096];
    if (!check_find_testdata("jsf/cyclonedx", folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        struct held_bom held = hold_bom_file(folder, names[i]);
        for (size_t j = 0; j < SIGNET_COUNT(pointers); j++) {
            struct signet_bom_place place = {0};
            struct signet_buf pointer;
            struct signet_err err;
            signet_err_clear(&err);
            signet_buf_init(&pointer, 64);
            CHECK_OK(signet_bom_find(held.top, &held.bom, signet_span_str(pointers[j]), &place,
                                     &pointer, &err),
                     &err);
            CHECK_SPAN(place.pointer, pointers[j]);
            assert_int_equal(place.signature.kind, SIGNET_JSON_OBJECT);
            signet_buf_free(&pointer);
        }
        free(held.bytes);
    }
}

static void members_of_the_wrong_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *message;
    } rows[] = {
        {"{" CDX ",\"services\":{}}", SIGNET_E_MALFORMED,
         "BOM /services: expected an array, found an object"},
        {"{" CDX ",\"services\":[{}]}", SIGNET_OK, NULL},
        {"{" CDX ",\"services\":[{},{\"services\":[null]}]}", SIGNET_E_MALFORMED,
         "BOM /services/1/services/0: expected an object, found null"},
        {"{" CDX ",\"metadata\":[]}", SIGNET_E_MALFORMED,
         "BOM /metadata: expected an object, found an array"},
        {"{" CDX ",\"metadata\":{\"component\":true}}", SIGNET_E_MALFORMED,
         "BOM /metadata/component: expected an object, found true or false"},
        {"{" CDX ",\"metadata\":{\"tools\":\"x\"}}", SIGNET_E_MALFORMED,
         "BOM /metadata/tools: expected an object, found a string"},
        {"{" CDX ",\"metadata\":{\"tools\":[7]}}", SIGNET_OK, NULL},
        {"{" CDX ",\"declarations\":{\"claims\":7}}", SIGNET_E_MALFORMED,
         "BOM /declarations/claims: expected an array, found a number"},
        /* 1.4 knows no declarations. */
        {"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.4\",\"declarations\":{\"claims\":7}}",
         SIGNET_OK, NULL},
    };
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct held_bom held = hold_bom(signet_span_str(rows[i].text));
        struct signet_buf out;
        struct signet_err err;
        signet_err_clear(&err);
        signet_buf_init(&out, 4096);
        CHECK_CODE(signet_bom_places(held.top, &held.bom, list, &out, &err), rows[i].code);
        if (rows[i].code != SIGNET_OK) {
            assert_string_equal(err.msg, rows[i].message);
            assert_int_equal(out.len, 0);
        }
        signet_buf_free(&out);
        free(held.bytes);
    }
}

static int stop_at_second(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    size_t *calls = ctx;
    (void)place;
    return ++*calls == 2 ? signet_err_set(err, SIGNET_E_DENIED, "enough") : SIGNET_OK;
}

static void a_call_that_fails_ends_the_visits(void **state)
{
    (void)state;
    struct held_bom held = hold_bom(signet_span_str("{" CDX ",\"components\":[{},{},{}]}"));
    size_t calls = 0;
    CHECK_CODE(signet_bom_places(held.top, &held.bom, stop_at_second, &calls, NULL),
               SIGNET_E_DENIED);
    assert_int_equal(calls, 2);
    free(held.bytes);
}

static void a_place_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        int code;
        const char *expected; /* the pointer found, or a part of the message */
    } rows[] = {
        {"", SIGNET_OK, ""},
        {"a", SIGNET_OK, "/components/0"},
        {"pkg:npm/b@1", SIGNET_OK, "/components/0/components/1"},
        {"/components/0/components/1", SIGNET_OK, "/components/0/components/1"},
        {"/declarations/affirmation", SIGNET_OK, "/declarations/affirmation"},
        {"twice", SIGNET_E_AMBIGUOUS, "two objects have the bom-ref twice"},
        {"once", SIGNET_OK, "/components/0/components/0"},
        {"A", SIGNET_E_USAGE, "no object that may be signed has the bom-ref A"},
        {"v", SIGNET_E_USAGE, "no object that may be signed has the bom-ref v"},
        {"7", SIGNET_E_USAGE, "no object that may be signed has the bom-ref 7"},
        {"/components/9", SIGNET_E_USAGE, "/components/9 names nothing in this document"},
        {"/components/00", SIGNET_E_USAGE, "names nothing"},
        {"/components", SIGNET_E_USAGE, "/components names an array in which this version"},
        {"/metadata", SIGNET_E_USAGE, "/metadata names an object in which this version"},
        {"/vulnerabilities/0", SIGNET_E_USAGE, "names an object in which this version"},
        {"/components/0/bom-ref", SIGNET_E_USAGE, "names a string in which this version"},
        {"/components/0/", SIGNET_E_USAGE, "names nothing"},
        {"/~", SIGNET_E_USAGE, "expected a JSON pointer"},
        {"/x\x1b", SIGNET_E_USAGE, "/x\\x1b names nothing"},
    };
    struct held_bom held = hold_bom(signet_span_str(
        "{" CDX ",\"components\":[{\"bom-ref\":\"a\",\"components\":[{\"bom-ref\":\"once\"},"
        "{\"bom-ref\":\"pkg:npm\\/b\\u00401\"},{\"bom-ref\":7}]},{\"bom-ref\":\"twice\"}],"
        "\"services\":[{\"bom-ref\":\"tw\\u0069ce\"}],\"vulnerabilities\":[{\"bom-ref\":\"v\"},"
        "{\"bom-ref\":\"once\"}],\"metadata\":{},\"declarations\":{\"affirmation\":{}}}"));
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_bom_place place = {0};
        struct signet_buf pointer;
        struct signet_err err;
        signet_err_clear(&err);
        signet_buf_init(&pointer, 64);
        CHECK_CODE(signet_bom_find(held.top, &held.bom, signet_span_str(rows[i].asked), &place,
                                   &pointer, &err),
                   rows[i].code);
        if (rows[i].code == SIGNET_OK) {
            CHECK_SPAN(place.pointer, rows[i].expected);
        } else {
            assert_non_null(strstr(err.msg, rows[i].expected));
            assert_null(place.type);
        }
        signet_buf_free(&pointer);
    }
    free(held.bytes);
}

static void where_none_is_allowed(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.3\",\"components\":[{\"bom-ref\":\"a\"}]"
        "}",
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.8\",\"components\":[{\"bom-ref\":\"a\"}]"
        "}",
        "{\"spdxVersion\":\"SPDX-2.3\"}",
    };
    static const char *const asked[] = {"", "a", "/components/0"};
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        struct held_bom held = hold_bom(signet_span_str(texts[i]));
        for (size_t j = 0; j < SIGNET_COUNT(asked); j++) {
            struct signet_bom_place place = {0};
            struct signet_buf pointer;
            struct signet_err err;
            signet_err_clear(&err);
            signet_buf_init(&pointer, 64);
            CHECK_CODE(signet_bom_find(held.top, &held.bom, signet_span_str(asked[j]), &place,
                                       &pointer, &err),
                       SIGNET_E_UNSUPPORTED);
            assert_non_null(strstr(err.msg, "no signature inside"));
            signet_buf_free(&pointer);
        }
        free(held.bytes);
    }
}

static void a_pointer_longer_than_its_buffer(void **state)
{
    (void)state;
    struct held_bom held =
        hold_bom(signet_span_str("{" CDX ",\"components\":[{\"bom-ref\":\"a\"}]}"));
    struct signet_bom_place place = {0};
    struct signet_buf pointer;
    signet_buf_init(&pointer, strlen("/components/0") - 1);
    CHECK_CODE(signet_bom_find(held.top, &held.bom, signet_span_str("a"), &place, &pointer, NULL),
               SIGNET_E_LIMIT);
    assert_null(place.type);
    signet_buf_free(&pointer);
    free(held.bytes);
}

/* What a walk through a large document has seen. */
struct seen {
    size_t places;
    size_t signatures;
    size_t chained; /* places whose parent is the place before */
    size_t deepest; /* bytes of the longest pointer */
};

static int look(void *ctx, const struct signet_bom_place *place, struct signet_err *err)
{
    struct seen *seen = ctx;
    (void)err;
    assert_int_equal(place->index, seen->places);
    seen->places++;
    seen->signatures += place->signature.kind == SIGNET_JSON_NUMBER;
    seen->chained += place->parent + 1 == place->index;
    seen->deepest = place->pointer.len > seen->deepest ? place->pointer.len : seen->deepest;
    return SIGNET_OK;
}

/* Visits all, and expects so many components beside the BOM itself. */
static struct seen see(struct signet_buf *text, size_t components)
{
    struct seen seen = {0};
    struct signet_err err;
    assert_int_equal(text->status, SIGNET_OK);
    struct held_bom held = hold_bom(signet_buf_span(text));
    assert_int_equal(held.bom.components, components);
    signet_err_clear(&err);
    CHECK_OK(signet_bom_places(held.top, &held.bom, look, &seen, &err), &err);
    assert_int_equal(seen.places, components + 1);
    free(held.bytes);
    signet_buf_free(text);
    return seen;
}

/* 900 components, each inside the one before; signatures stand behind all that is inside. */
static void deep_documents(void **state)
{
    (void)state;
    struct signet_buf text;
    signet_buf_init(&text, 1 << 20);
    signet_buf_puts(&text, "{" CDX);
    for (int i = 0; i < 900; i++) {
        signet_buf_puts(&text, ",\"components\":[{\"a\":0");
    }
    for (int i = 0; i < 900; i++) {
        signet_buf_puts(&text, ",\"signature\":1}]");
    }
    signet_buf_puts(&text, "}");
    struct seen seen = see(&text, 900);
    assert_int_equal(seen.signatures, 900);
    assert_int_equal(seen.chained, 901); /* SIZE_MAX + 1 is 0 */
    assert_int_equal(seen.deepest, 900 * strlen("/components/0"));
}

static void wide_documents(void **state)
{
    (void)state;
    struct signet_buf text;
    signet_buf_init(&text, 1 << 24);
    signet_buf_puts(&text, "{" CDX ",\"components\":[{}");
    for (int i = 1; i < 200000; i++) {
        signet_buf_puts(&text, i % 2 == 0 ? ",{\"signature\":1}" : ",{" LONG "}");
    }
    signet_buf_puts(&text, "]}");
    struct seen seen = see(&text, 200000);
    assert_int_equal(seen.signatures, 99999);
    assert_int_equal(seen.chained, 2);
    assert_int_equal(seen.deepest, strlen("/components/199999"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_without_a_place),
        cmocka_unit_test(places_of_each_version),
        cmocka_unit_test(what_a_place_has),
        cmocka_unit_test(signed_documents),
        cmocka_unit_test(members_of_the_wrong_kind),
        cmocka_unit_test(a_call_that_fails_ends_the_visits),
        cmocka_unit_test(a_place_is_found),
        cmocka_unit_test(where_none_is_allowed),
        cmocka_unit_test(a_pointer_longer_than_its_buffer),
        cmocka_unit_test(deep_documents),
        cmocka_unit_test(wide_documents),
    };
    return CHECK_RUN(tests);
}

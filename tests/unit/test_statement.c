/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/statement and envelope/oms: what a payload may say, and the bytes that are emitted.
 * Expected digests of the emitted bytes are those of the published OMS example in RFC 8785 form
 * (two files, seed of RFC 8032 test 1), computed with npm canonicalize 4.0.0.
 */
#include "check.h"

#include <signet/json.h>

#include "artifact/manifest.h"
#include "base/codec.h"
#include "envelope/dsse.h"
#include "envelope/envelope.h"
#include "envelope/oms.h"
#include "forge.h"

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define TYPE "https://in-toto.io/Statement/v1"

static const char good[] = "{\"_type\":\"" TYPE "\",\"subject\":[{\"name\":\"a\",\"digest\":"
                           "{\"sha256\":\"" HEX64 "\"}}],\"predicateType\":\"p\",\"predicate\":{}}";

static int parse(const char *text, struct signet_statement *statement, struct signet_err *err)
{
    struct signet_limits limits = signet_limits_default();
    limits.subjects = 3;
    signet_err_clear(err);
    return signet_statement_parse(signet_span_str(text), &limits, statement, err);
}

static void statement_is_read(void **state)
{
    (void)state;
    struct signet_statement statement;
    struct signet_err err;
    CHECK_OK(parse(good, &statement, &err), &err);
    assert_string_equal(statement.predicate_type, "p");
    assert_int_equal(statement.predicate.kind, SIGNET_JSON_OBJECT);
    assert_int_equal(statement.subject_count, 1);
    assert_string_equal(statement.subjects[0].name, "a");
    assert_int_equal(statement.subjects[0].digests.strong_count, 1);
    assert_int_equal(statement.subjects[0].digests.strong[0].alg, SIGNET_DIGEST_SHA256);
    assert_int_equal(statement.subjects[0].digests.strong[0].bytes[0], 0xe3);
    signet_statement_free(&statement);
}

struct replacement {
    const char *from;
    const char *to;
    int code;
    const char *text;
};

static void statement_refuses_with_a_text_of_its_own(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {TYPE, "https://in-toto.io/Statement/v0.1", SIGNET_OK, NULL},
        {TYPE, "https://in-toto.io/Statement/v2", SIGNET_E_UNSUPPORTED, "_type"},
        {"\"_type\":\"" TYPE "\"", "\"_type\":1", SIGNET_E_MALFORMED, "_type"},
        {"\"_type\":\"" TYPE "\",", "", SIGNET_E_MALFORMED, "_type"},
        {"\"predicateType\":\"p\",", "", SIGNET_E_MALFORMED, "predicateType"},
        {"\"predicateType\":\"p\"", "\"predicateType\":[]", SIGNET_E_MALFORMED, "predicateType"},
        {"\"p\"", "\"p\\u0000x\"", SIGNET_E_MALFORMED, "u0000"},
        {"\"p\"", "\"p\\u0001x\"", SIGNET_OK, NULL},
        {"\"name\":\"a\"", "\"name\":\"a\\u0000\"", SIGNET_E_MALFORMED, "u0000"},
        {",\"predicate\":{}", "", SIGNET_OK, NULL},
        {"\"predicate\":{}", "\"predicate\":7", SIGNET_E_MALFORMED, "\"predicate\""},
        {"\"predicate\":{}", "\"predicate\":{},\"x\":1", SIGNET_OK, NULL},
        {"\"predicate\":{}", "\"predicate\":{},\"predicat\\u0065\":{}", SIGNET_E_MALFORMED, "once"},
        {"\"name\":\"a\",", "", SIGNET_OK, NULL},
        {"\"name\":\"a\"", "\"name\":7", SIGNET_E_MALFORMED, "name"},
        {"\"name\":\"a\"", "\"name\":\"a\",\"uri\":\"x\"", SIGNET_OK, NULL},
        {"{\"sha256\":\"" HEX64 "\"}", "{}", SIGNET_OK, NULL},
        {"{\"sha256\":\"" HEX64 "\"}", "7", SIGNET_E_MALFORMED, "digest set"},
        {"\"sha256\":\"" HEX64 "\"", "\"sha256\":7", SIGNET_E_MALFORMED, "string"},
        {"855\"", "85\"", SIGNET_E_MALFORMED, "64 hex digits"},
        {"855\"", "8555\"", SIGNET_E_MALFORMED, "64 hex digits"},
        {"855\"", "85g\"", SIGNET_E_MALFORMED, "64 hex digits"},
        {"sha256", "sha384", SIGNET_E_MALFORMED, "96 hex digits"},
        {"sha256", "md5", SIGNET_OK, NULL},
        {"[{\"name\"", "{\"x\":[{\"name\"", SIGNET_E_MALFORMED, "expected"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_statement statement;
        struct signet_err err;
        char *changed = forge_replace(good, rows[i].from, rows[i].to);
        int rc = parse(changed, &statement, &err);
        if (rc != rows[i].code) {
            fail_msg("%s: expected %s, got %s: %s", rows[i].to, signet_err_name(rows[i].code),
                     signet_err_name(rc), err.msg);
        }
        if (rc != SIGNET_OK && strstr(err.msg, rows[i].text) == NULL) {
            fail_msg("%s: expected \"%s\" in: %s", rows[i].to, rows[i].text, err.msg);
        }
        signet_statement_free(&statement);
        free(changed);
    }
}

static void weak_and_unknown_digests_never_count(void **state)
{
    (void)state;
    struct signet_statement statement;
    struct signet_err err;
    char *changed = forge_replace(good, "\"sha256\":\"" HEX64 "\"",
                                  "\"sha1\":\"00\",\"gitCommit\":\"00\",\"SHA256\":\"00\"");
    CHECK_OK(parse(changed, &statement, &err), &err);
    assert_int_equal(statement.subjects[0].digests.strong_count, 0);
    assert_int_equal(statement.subjects[0].digests.other_count, 3);
    signet_statement_free(&statement);
    free(changed);
}

/* "sha256" and its escaped spelling are one name: a digest does not stop counting by its spelling.
 */
static void an_escaped_algorithm_is_the_same(void **state)
{
    (void)state;
    struct signet_statement statement;
    struct signet_err err;
    char *changed = forge_replace(good, "\"sha256\"", "\"\\u0073ha25\\u0036\"");
    CHECK_OK(parse(changed, &statement, &err), &err);
    assert_int_equal(statement.subjects[0].digests.strong_count, 1);
    assert_int_equal(statement.subjects[0].digests.strong[0].alg, SIGNET_DIGEST_SHA256);
    assert_int_equal(statement.subjects[0].digests.other_count, 0);
    signet_statement_free(&statement);
    free(changed);
}

static void subjects_are_counted(void **state)
{
    (void)state;
    struct signet_statement statement;
    struct signet_err err;
    char *none =
        forge_replace(good, "[{\"name\":\"a\",\"digest\":{\"sha256\":\"" HEX64 "\"}}]", "[]");
    char *three = forge_replace(good, "[{\"name\"", "[{\"digest\":{}},{\"digest\":{}},{\"name\"");
    char *four = forge_replace(three, "[{", "[{\"digest\":{}},{");
    CHECK_CODE(parse(none, &statement, &err), SIGNET_E_MALFORMED);
    CHECK_OK(parse(three, &statement, &err), &err);
    assert_int_equal(statement.subject_count, 3);
    signet_statement_free(&statement);
    CHECK_CODE(parse(four, &statement, &err), SIGNET_E_LIMIT);
    free(none);
    free(three);
    free(four);
}

/* ---- OMS ---- */

#define RESOURCE_A                                                                                 \
    "{\"name\":\"config.json\",\"algorithm\":\"sha256\",\"digest\":"                               \
    "\"e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c\"}"
#define RESOURCE_B                                                                                 \
    "{\"name\":\"w/0.bin\",\"algorithm\":\"sha256\",\"digest\":"                                   \
    "\"9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c\"}"
#define ROOT "c90837e3b8a9b2c26e98e073976d9d6d56195fdf0290d8f787f235e7dccae09c"

static const char oms_good[] =
    "{\"_type\":\"" TYPE "\",\"subject\":[{\"name\":\"tiny\",\"digest\":{\"sha256\":\"" ROOT
    "\"}}],"
    "\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{\"serialization\":"
    "{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":"
    "[\".git\",\".gitattributes\",\".github\",\".gitignore\"]},\"resources\":[" RESOURCE_A
    "," RESOURCE_B "]}}";

static const struct signet_oms_resource *find(const struct signet_oms *oms, const char *name)
{
    for (size_t i = 0; i < oms->count; i++) {
        if (signet_span_is(signet_oms_name(&oms->resources[i]), name)) {
            return &oms->resources[i];
        }
    }
    return NULL;
}

static int parse_oms(const char *text, struct signet_oms *oms, struct signet_err *err)
{
    struct signet_statement statement;
    struct signet_limits limits = signet_limits_default();
    signet_err_clear(err);
    CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &statement, err), err);
    limits.entries = 3;
    limits.path = 20;
    int rc = signet_oms_parse(&statement, &limits, oms, err);
    signet_statement_free(&statement);
    return rc;
}

static void oms_is_read(void **state)
{
    (void)state;
    struct signet_oms oms;
    struct signet_digest digest;
    struct signet_err err;
    CHECK_OK(parse_oms(oms_good, &oms, &err), &err);
    assert_int_equal(oms.alg, SIGNET_DIGEST_SHA256);
    assert_int_equal(oms.count, 2);
    assert_string_equal(oms.ignore_paths[3], ".gitignore");
    assert_null(oms.ignore_paths[4]);
    assert_non_null(find(&oms, "w/0.bin"));
    assert_null(find(&oms, "w/0.bi"));
    signet_oms_digest(&oms, find(&oms, "config.json"), &digest);
    assert_int_equal(digest.alg, SIGNET_DIGEST_SHA256);
    assert_int_equal(digest.len, 32);
    assert_int_equal(digest.bytes[0], 0xe3);
    assert_int_equal(digest.bytes[31], 0x1c);
    signet_oms_free(&oms);
}

static void oms_refuses_with_a_text_of_its_own(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {"\"files\"", "\"shards\"", SIGNET_E_MALFORMED, "lacks \"shard_size\""},
        {"\"files\"", "\"other\"", SIGNET_E_UNSUPPORTED, "\"files\" or \"shards\""},
        {"\"method\":\"files\",", "", SIGNET_E_MALFORMED, "method"},
        {"\"hash_type\":\"sha256\"", "\"hash_type\":\"blake3\"", SIGNET_E_UNSUPPORTED, "blake3"},
        {"\"hash_type\":\"sha256\"", "\"hash_type\":\"sha512\"", SIGNET_E_UNSUPPORTED, "sha512"},
        {"\"hash_type\":\"sha256\",", "", SIGNET_E_MALFORMED, "hash_type"},
        {"\"hash_type\":\"sha256\"", "\"hash_type\":\"blake2b\"", SIGNET_E_MALFORMED, "algorithm"},
        {"\"allow_symlinks\":false", "\"allow_symlinks\":true", SIGNET_E_FORBIDDEN, "link"},
        {"\"allow_symlinks\":false", "\"allow_symlinks\":\"no\"", SIGNET_E_MALFORMED, "boolean"},
        {"\"allow_symlinks\":false,", "", SIGNET_OK, NULL},
        {",\"ignore_paths\":[\".git\",\".gitattributes\",\".github\",\".gitignore\"]", "",
         SIGNET_OK, NULL},
        {"[\".git\",", "[7,", SIGNET_E_MALFORMED, "not a string"},
        {"[\".git\",", "[\"../x\",", SIGNET_E_FORBIDDEN, "ignore_paths"},
        {"[\".git\",", "[\"\",", SIGNET_E_FORBIDDEN, "ignore_paths"},
        {"config.json", "../config.json", SIGNET_E_FORBIDDEN, ".."},
        {"config.json", "/config.json", SIGNET_E_FORBIDDEN, "name"},
        {"config.json", "a//config.json", SIGNET_E_FORBIDDEN, "name"},
        {"config.json", "config\\njson", SIGNET_E_FORBIDDEN, "control"},
        {"config.json", "config\\u0000json", SIGNET_E_FORBIDDEN, "control"},
        {"config.json", "config\\\\json", SIGNET_E_FORBIDDEN, "backslash"},
        {"config.json", "w/0.bin", SIGNET_E_MALFORMED, "twice"},
        {"config.json", "w/\\u0030.bin", SIGNET_E_MALFORMED, "twice"},
        {"config.json", ".", SIGNET_E_MALFORMED, "single file"},
        {"config.json", "a-name-longer-than-twenty", SIGNET_E_LIMIT, "20"},
        {"\"algorithm\":\"sha256\"", "\"algorithm\":\"sha512\"", SIGNET_E_MALFORMED, "sha512"},
        {"\"algorithm\":\"sha256\",", "", SIGNET_E_MALFORMED, "lacks"},
        {"01c\"}", "01\"}", SIGNET_E_MALFORMED, "64 hex digits"},
        {"01c\"}", "01d\"}", SIGNET_E_MISMATCH, "root"},
        {"01c\"}", "01c\",\"size\":8}", SIGNET_OK, NULL},
        {"\"tiny\"", "\"other\"", SIGNET_OK, NULL},
        {"\"sha256\":\"c908", "\"sha256\":\"c909", SIGNET_E_MISMATCH, "root"},
        {"\"sha256\":\"c908", "\"sha1\":\"00\",\"sha256\":\"c908", SIGNET_OK, NULL},
        {"{\"sha256\":\"" ROOT "\"}", "{}", SIGNET_E_MISMATCH, "root"},
        {"{\"sha256\":\"" ROOT "\"}", "{\"sha1\":\"00\"}", SIGNET_E_MISMATCH, "root"},
        {"[{\"name\":\"tiny\"", "[{\"digest\":{}},{\"name\":\"tiny\"", SIGNET_E_MALFORMED,
         "1 subject"},
        {RESOURCE_A "," RESOURCE_B, "", SIGNET_E_MALFORMED, "empty"},
        {RESOURCE_A ",", "", SIGNET_E_MISMATCH, "root"},
        {RESOURCE_A "," RESOURCE_B, RESOURCE_B "," RESOURCE_A, SIGNET_E_MISMATCH, "root"},
        {RESOURCE_B, RESOURCE_B "," RESOURCE_B "," RESOURCE_B, SIGNET_E_LIMIT, "resources"},
        {"\"resources\":", "\"files\":", SIGNET_E_MALFORMED, "resources"},
        {"\"resources\":[" RESOURCE_A "," RESOURCE_B "]", "\"resources\":{}", SIGNET_E_MALFORMED,
         "array"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_oms oms;
        struct signet_err err;
        char *changed = forge_replace(oms_good, rows[i].from, rows[i].to);
        int rc = parse_oms(changed, &oms, &err);
        if (rc != rows[i].code) {
            fail_msg("%s: expected %s, got %s: %s", rows[i].to, signet_err_name(rows[i].code),
                     signet_err_name(rc), err.msg);
        }
        if (rc != SIGNET_OK && strstr(err.msg, rows[i].text) == NULL) {
            fail_msg("%s: expected \"%s\" in: %s", rows[i].to, rows[i].text, err.msg);
        }
        signet_oms_free(&oms);
        free(changed);
    }
}

static void set_sha256(uint8_t *to, const char *hex)
{
    assert_int_equal(signet_hex_decode(signet_span_str(hex), to, 32), SIGNET_OK);
}

static void expect_sha256(struct signet_span bytes, const char *hex)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char found[65];
    crypto_hash_sha256(digest, bytes.ptr, bytes.len);
    signet_hex_encode(signet_span_of(digest, sizeof(digest)), found);
    assert_string_equal(found, hex);
}

static void oms_counts_what_it_ignores(void **state)
{
    (void)state;
    struct signet_oms oms;
    struct signet_err err;
    char *one = forge_replace(oms_good, "\"method\":", "\"x\":1,\"method\":");
    char *two = forge_replace(one, "{\"name\":\"w/0.bin\",", "{\"mode\":7,\"name\":\"w/0.bin\",");
    char *three = forge_replace(two, "\"resources\":", "\"y\":[],\"resources\":");
    CHECK_OK(parse_oms(oms_good, &oms, &err), &err);
    assert_int_equal(oms.unknown_members, 0);
    signet_oms_free(&oms);
    CHECK_OK(parse_oms(three, &oms, &err), &err);
    assert_int_equal(oms.unknown_members, 3);
    signet_oms_free(&oms);
    free(one);
    free(two);
    free(three);
}

static void oms_is_emitted_as_published(void **state)
{
    (void)state;
    static const char *const ignore[] = {".git", ".gitattributes", ".github", ".gitignore", NULL};
    struct signet_entry entries[2] = {{.name = "config.json"}, {.name = "w/0.bin"}};
    struct signet_manifest manifest = {.kind = SIGNET_ARTIFACT_BUNDLE,
                                       .alg = SIGNET_DIGEST_SHA256,
                                       .entries = entries,
                                       .count = 2};
    struct signet_buf out;
    struct signet_buf canonical;
    struct signet_buf pae;
    struct signet_err err;
    signet_err_clear(&err);
    set_sha256(entries[0].sha256,
               "e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c");
    set_sha256(entries[1].sha256,
               "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c");
    manifest.root.alg = SIGNET_DIGEST_SHA256;
    manifest.root.len = 32;
    set_sha256(manifest.root.bytes, ROOT);
    signet_buf_init(&out, 4096);
    signet_buf_init(&canonical, 4096);
    signet_buf_init(&pae, 4096);
    CHECK_OK(signet_oms_write(&manifest, "tiny", ignore, &out, &err), &err);
    assert_int_equal(out.len, 620);
    expect_sha256(signet_buf_span(&out),
                  "712903af0966706bd16a1c955d06df32cf8840ac24ddfaf6431ebdd2f8b4b6d9");
    signet_dsse_head(signet_span_str("application/vnd.in-toto+json"), out.len, &pae);
    signet_buf_put(&pae, signet_buf_span(&out));
    expect_sha256(signet_buf_span(&pae),
                  "6d3026a1d004be70208dfb428462bcca6c2a35727c6840df84be2208682180f7");
    CHECK_OK(signet_json_canon(signet_buf_span(&out), NULL, signet_sink_to_buf(&canonical), &err),
             &err);
    assert_true(signet_span_eq(signet_buf_span(&out), signet_buf_span(&canonical)));
    signet_buf_free(&out);
    signet_buf_free(&canonical);
    signet_buf_free(&pae);
}

static void file_statement_is_canonical(void **state)
{
    (void)state;
    static const enum signet_digest_alg algs[] = {SIGNET_DIGEST_SHA256, SIGNET_DIGEST_BLAKE2B};
    for (size_t i = 0; i < 2; i++) {
        struct signet_manifest manifest;
        struct signet_buf out;
        struct signet_buf canonical;
        struct signet_statement statement;
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_OK(signet_manifest_begin(&manifest, SIGNET_ARTIFACT_FILE, algs[i], &err), &err);
        CHECK_OK(
            signet_manifest_add_file(&manifest, signet_span_str("a \"b\"\xc3\xa9"), 0, 1, &err),
            &err);
        CHECK_OK(signet_manifest_make_room(&manifest, 1, &err), &err);
        signet_buf_init(&out, 4096);
        signet_buf_init(&canonical, 4096);
        CHECK_OK(signet_statement_write_file(&manifest, &out, &err), &err);
        CHECK_OK(
            signet_json_canon(signet_buf_span(&out), NULL, signet_sink_to_buf(&canonical), &err),
            &err);
        assert_true(signet_span_eq(signet_buf_span(&out), signet_buf_span(&canonical)));
        const struct signet_limits limits = signet_limits_default();
        CHECK_OK(signet_statement_parse(signet_buf_span(&out), &limits, &statement, &err), &err);
        assert_string_equal(statement.subjects[0].name, "a \"b\"\xc3\xa9");
        assert_string_equal(statement.predicate_type, "https://sigstore.dev/cosign/sign/v1");
        assert_int_equal(statement.subjects[0].digests.strong_count, i + 1);
        signet_statement_free(&statement);
        signet_manifest_free(&manifest);
        signet_buf_free(&out);
        signet_buf_free(&canonical);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statement_is_read),
        cmocka_unit_test(statement_refuses_with_a_text_of_its_own),
        cmocka_unit_test(weak_and_unknown_digests_never_count),
        cmocka_unit_test(an_escaped_algorithm_is_the_same),
        cmocka_unit_test(subjects_are_counted),
        cmocka_unit_test(oms_is_read),
        cmocka_unit_test(oms_refuses_with_a_text_of_its_own),
        cmocka_unit_test(oms_counts_what_it_ignores),
        cmocka_unit_test(oms_is_emitted_as_published),
        cmocka_unit_test(file_statement_is_canonical),
    };
    return CHECK_RUN(tests);
}

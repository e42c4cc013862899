/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/statement: what a statement is about. A subject is the bytes of a file, the canonical
 * form of one, or a bundle, and never two of them; statements about each are written in RFC 8785
 * form.
 */
#include "check.h"

#include <signet/json.h>

#include "artifact/manifest.h"
#include "base/codec.h"
#include "envelope/statement.h"
#include "forge.h"

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA256 "\"sha256\":\"" HEX64 "\""
#define BUNDLE "\"signetBundle\":\"" HEX64 "\""

static int
read_subject(const char *subject, struct signet_statement *statement, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    char text[1024];
    int len = snprintf(text, sizeof(text),
                       "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"p\","
                       "\"subject\":[{%s}]}",
                       subject);
    assert_true(len > 0 && (size_t)len < sizeof(text));
    signet_err_clear(err);
    return signet_statement_parse(signet_span_str(text), &limits, statement, err);
}

static void a_subject_is_one_thing(void **state)
{
    (void)state;
    static const struct {
        const char *subject;
        int code;
        const char *text;
    } rows[] = {
        {"\"digest\":{" SHA256 "}", SIGNET_OK, NULL},
        {"\"digest\":{" BUNDLE "}", SIGNET_OK, NULL},
        {"\"digest\":{" BUNDLE ",\"sha1\":\"00\"}", SIGNET_OK, NULL},
        {"\"digest\":{" BUNDLE "," SHA256 "}", SIGNET_E_MALFORMED, "of a file and of a bundle"},
        {"\"digest\":{" SHA256 "," BUNDLE "}", SIGNET_E_MALFORMED, "of a file and of a bundle"},
        {"\"digest\":{" SHA256 ",\"sign\\u0065tBundle\":\"" HEX64 "\"}", SIGNET_E_MALFORMED,
         "of a file and of a bundle"},
        {"\"digest\":{\"signetBundle\":\"00\"}", SIGNET_E_MALFORMED, "signetBundle"},
        {"\"digest\":{\"signetBundle\":7}", SIGNET_E_MALFORMED, "not a string"},
        {"\"digest\":{" SHA256 "},\"annotations\":{\"signetForm\":\"rfc8785\"}", SIGNET_OK, NULL},
        {"\"digest\":{" SHA256 "},\"annotations\":{\"signetForm\":\"rfc8786\"}",
         SIGNET_E_UNSUPPORTED, "expected \"rfc8785\", found \"rfc8786\""},
        {"\"digest\":{" SHA256 "},\"annotations\":{\"signetForm\":null}", SIGNET_E_UNSUPPORTED,
         "signetForm"},
        {"\"digest\":{" SHA256 "},\"annotations\":{\"signetform\":null}", SIGNET_OK, NULL},
        {"\"digest\":{" SHA256 "},\"annotations\":[]", SIGNET_OK, NULL},
        {"\"digest\":{" BUNDLE "},\"annotations\":{\"signetForm\":\"rfc8785\"}",
         SIGNET_E_UNSUPPORTED, "sha256 alone"},
        {"\"digest\":{\"sha1\":\"00\"},\"annotations\":{\"signetForm\":\"rfc8785\"}",
         SIGNET_E_UNSUPPORTED, "sha256 alone"},
        {"\"digest\":{" SHA256 ",\"blake2b\":\"" HEX64 HEX64
         "\"},\"annotations\":{\"signetForm\":\"rfc8785\"}",
         SIGNET_E_UNSUPPORTED, "sha256 alone"},
        {"\"digest\":{\"blake2b\":\"" HEX64 HEX64
         "\"},\"annotations\":{\"signetForm\":\"rfc8785\"}",
         SIGNET_E_UNSUPPORTED, "sha256 alone"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_statement statement;
        struct signet_err err;
        int rc = read_subject(rows[i].subject, &statement, &err);
        if (rc != rows[i].code || (rc != SIGNET_OK && strstr(err.msg, rows[i].text) == NULL)) {
            fail_msg("%s: %s: %s", rows[i].subject, signet_err_name(rc), err.msg);
        }
        signet_statement_free(&statement);
    }
}

static void kinds_of_digests_are_told_apart(void **state)
{
    (void)state;
    struct signet_statement statement;
    struct signet_err err;
    CHECK_OK(read_subject("\"digest\":{" BUNDLE ",\"md5\":\"00\"}", &statement, &err), &err);
    const struct signet_subject *subject = &statement.subjects[0];
    assert_int_equal(subject->digests.strong_count, 0);
    assert_int_equal(subject->digests.other_count, 1);
    assert_int_equal(subject->digests.bundle.len, 32);
    assert_int_equal(subject->digests.bundle.bytes[0], 0xe3);
    assert_false(subject->canonical);
    signet_statement_free(&statement);
    CHECK_OK(read_subject("\"digest\":{" SHA256 "},\"annotations\":{\"signetForm\":\"rfc8785\"}",
                          &statement, &err),
             &err);
    assert_true(statement.subjects[0].canonical);
    assert_int_equal(statement.subjects[0].digests.bundle.len, 0);
    signet_statement_free(&statement);
}

/* The members of a statement in the order of RFC 8785, around what its subject is. */
static void statements_are_written(void **state)
{
    (void)state;
    struct signet_entry entry = {.name = "a.json", .sha256 = {0}};
    struct signet_manifest file = {
        .kind = SIGNET_ARTIFACT_FILE, .alg = SIGNET_DIGEST_SHA256, .entries = &entry, .count = 1};
    struct signet_manifest bundle = {.kind = SIGNET_ARTIFACT_BUNDLE};
    struct signet_statement_draft draft = {.manifest = &file,
                                           .name = "a.json",
                                           .predicate_type = "urn:x",
                                           .predicate = signet_span_str("{\"p\":1}")};
    struct signet_buf out;
    struct signet_err err;
    uint8_t digest[32];
    assert_int_equal(signet_hex_decode(signet_span_str(HEX64), digest, 32), SIGNET_OK);
    memcpy(entry.sha256, digest, 32);
    signet_err_clear(&err);
    signet_buf_init(&out, 4096);
    CHECK_OK(signet_statement_write(&draft, &out, &err), &err);
    assert_true(
        signet_span_is(signet_buf_span(&out),
                       "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"p\":1},"
                       "\"predicateType\":\"urn:x\",\"subject\":[{\"digest\":{" SHA256
                       "},\"name\":\"a.json\"}]}"));

    signet_buf_reset(&out);
    file.canonical.alg = SIGNET_DIGEST_SHA256;
    file.canonical.len = 32;
    memcpy(file.canonical.bytes, digest, 32);
    entry.sha256[0] ^= 1; /* the bytes are not what is stated */
    CHECK_OK(signet_statement_write_file(&file, &out, &err), &err);
    assert_true(signet_span_is(
        signet_buf_span(&out),
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},\"predicateType\":"
        "\"https://sigstore.dev/cosign/sign/v1\",\"subject\":[{\"annotations\":{\"signetForm\":"
        "\"rfc8785\"},\"digest\":{" SHA256 "},\"name\":\"a.json\"}]}"));

    signet_buf_reset(&out);
    draft.manifest = &bundle;
    draft.name = "m";
    CHECK_CODE(signet_statement_write(&draft, &out, &err), SIGNET_E_INTERNAL); /* of shards */
    signet_err_clear(&err);
    signet_buf_reset(&out);
    bundle.identity = file.canonical;
    CHECK_OK(signet_statement_write(&draft, &out, &err), &err);
    assert_true(signet_span_is(
        signet_buf_span(&out),
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"p\":1},"
        "\"predicateType\":\"urn:x\",\"subject\":[{\"digest\":{" BUNDLE "},\"name\":\"m\"}]}"));
    signet_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subject_is_one_thing),
        cmocka_unit_test(kinds_of_digests_are_told_apart),
        cmocka_unit_test(statements_are_written),
    };
    return CHECK_RUN(tests);
}

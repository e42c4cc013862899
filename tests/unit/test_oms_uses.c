/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/oms: what listed files are for. Statements are put together by hand; digests are
 * libsodium's.
 */
#include "attempt.h"

#include "artifact/manifest.h"
#include "envelope/oms.h"

/* A name and further members, as oms_statement() has them. */
#define USED(name, size, usage) name "\",\"size\":" size ",\"usage\":\"" usage

static int parse(const char *const *files,
                 struct signet_statement *statement,
                 struct signet_oms *oms,
                 char **text,
                 struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    signet_err_clear(err);
    *text = oms_statement(files, "");
    CHECK_OK(signet_statement_parse(signet_span_str(*text), &limits, statement, err), err);
    return signet_oms_parse(statement, &limits, oms, err);
}

static struct signet_digest digest_of(const char *text)
{
    struct signet_digest digest = {SIGNET_DIGEST_SHA256, 32, {0}};
    crypto_hash_sha256(digest.bytes, (const uint8_t *)text, strlen(text));
    return digest;
}

static void uses_are_found_by_digest(void **state)
{
    (void)state;
    static const char *const files[] = {USED("a", "3", "program"),
                                        "one",
                                        "b",
                                        "two",
                                        USED("c", "4", "lib"),
                                        "one",
                                        USED("d", "5", "model"),
                                        "three",
                                        "e\",\"size\":\"x",
                                        "four",
                                        NULL};
    static const char *const sound[] = {USED("a", "3", "program"),
                                        "one",
                                        "b",
                                        "two",
                                        USED("c", "4", "lib"),
                                        "one",
                                        USED("d", "5", "model"),
                                        "three",
                                        "e\",\"size\":7,\"more\":\"",
                                        "four",
                                        "f\",\"usage\":\"data",
                                        "five",
                                        NULL};
    struct signet_statement statement;
    struct signet_oms oms;
    struct signet_err err;
    const struct signet_oms_use *first = NULL;
    char *text = NULL;
    CHECK_CODE(parse(files, &statement, &oms, &text, &err), SIGNET_E_MALFORMED);
    assert_non_null(strstr(err.msg, "size of a resource: expected a number of bytes, found \"x\""));
    signet_statement_free(&statement);
    free(text);
    CHECK_OK(parse(sound, &statement, &oms, &text, &err), &err);
    assert_int_equal(oms.use_count, 3); /* e and f say but one of the two */
    assert_int_equal(oms.unknown_members, 1);
    struct signet_digest digest = digest_of("one");
    assert_int_equal(signet_oms_find_uses(&oms, &digest, &first), 2);
    CHECK_SPAN(signet_oms_use_name(&first[0]), "a");
    assert_int_equal(first[0].size, 3);
    assert_int_equal(first[0].usage, SIGNET_USAGE_PROGRAM);
    CHECK_SPAN(signet_oms_use_name(&first[1]), "c");
    assert_int_equal(first[1].size, 4);
    assert_int_equal(first[1].usage, SIGNET_USAGE_LIB);
    digest.bytes[31] ^= 1; /* behind what it is sorted by */
    assert_int_equal(signet_oms_find_uses(&oms, &digest, &first), 0);
    assert_null(first);
    digest.bytes[31] ^= 1;
    digest.alg = SIGNET_DIGEST_BLAKE2B_256;
    assert_int_equal(signet_oms_find_uses(&oms, &digest, &first), 0);
    digest = digest_of("two");
    assert_int_equal(signet_oms_find_uses(&oms, &digest, &first), 0);
    static const enum signet_usage usages[] = {SIGNET_USAGE_PROGRAM, SIGNET_USAGE_NONE,
                                               SIGNET_USAGE_LIB,     SIGNET_USAGE_MODEL,
                                               SIGNET_USAGE_NONE,    SIGNET_USAGE_NONE};
    for (size_t i = 0; i < oms.count; i++) {
        assert_int_equal(signet_oms_usage(&oms, &oms.resources[i]), usages[i]);
    }
    signet_oms_free(&oms);
    signet_statement_free(&statement);
    free(text);
}

static void words_and_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        int code;
    } cases[] = {
        {"a\",\"size\":0,\"usage\":\"script", SIGNET_OK},
        {"a\",\"size\":1.0,\"usage\":\"script", SIGNET_OK},
        {"a\",\"size\":9007199254740991,\"usage\":\"data", SIGNET_OK},
        {"a\",\"usage\":\"interp", SIGNET_OK},
        {"a\",\"size\":9007199254740992,\"usage\":\"data", SIGNET_E_MALFORMED},
        {"a\",\"size\":-1,\"usage\":\"data", SIGNET_E_MALFORMED},
        {"a\",\"size\":1.5,\"usage\":\"data", SIGNET_E_MALFORMED},
        {"a\",\"size\":null,\"usage\":\"data", SIGNET_E_MALFORMED},
        {"a\",\"size\":true,\"x\":\"", SIGNET_E_MALFORMED},
        {"a\",\"size\":1,\"usage\":\"programs", SIGNET_E_MALFORMED},
        {"a\",\"size\":1,\"usage\":\"Program", SIGNET_E_MALFORMED},
        {"a\",\"size\":1,\"usage\":\"", SIGNET_E_MALFORMED},
        {"a\",\"size\":1,\"usage\":null,\"x\":\"", SIGNET_E_MALFORMED},
        {"a\",\"size\":1,\"usage\":[\"lib\"],\"x\":\"", SIGNET_E_MALFORMED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const files[] = {cases[i].members, "x", NULL};
        struct signet_statement statement;
        struct signet_oms oms;
        struct signet_err err;
        char *text = NULL;
        int rc = parse(files, &statement, &oms, &text, &err);
        if (rc != cases[i].code) {
            fail_msg("%s: %s", cases[i].members, err.msg);
        }
        signet_oms_free(&oms);
        signet_statement_free(&statement);
        free(text);
    }
}

/* A piece of a file is no file, whatever is said of it. */
static void pieces_are_for_nothing(void **state)
{
    (void)state;
    static const char *const files[] = {"a:0:3\",\"size\":3,\"usage\":\"program", "one", NULL};
    const struct signet_limits limits = signet_limits_default();
    struct signet_statement statement;
    struct signet_oms oms;
    struct signet_err err;
    const struct signet_oms_use *first = NULL;
    const struct signet_digest digest = digest_of("one");
    char *whole = oms_statement(files, "");
    char *text =
        forge_replace(whole, "\"method\":\"files\"", "\"method\":\"shards\",\"shard_size\":3");
    signet_err_clear(&err);
    CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &statement, &err), &err);
    CHECK_OK(signet_oms_parse(&statement, &limits, &oms, &err), &err);
    assert_int_equal(oms.use_count, 0);
    assert_int_equal(oms.unknown_members, 2);
    assert_int_equal(signet_oms_find_uses(&oms, &digest, &first), 0);
    signet_oms_free(&oms);
    signet_statement_free(&statement);
    free(text);
    free(whole);
}

/* What take was called with. */
struct taken {
    struct signet_digest list[4];
    size_t count;
    int rc;
};

static int take(void *ctx, const struct signet_digest *digest, struct signet_err *err)
{
    struct taken *taken = ctx;
    (void)err;
    assert_true(taken->count < 4);
    taken->list[taken->count++] = *digest;
    return taken->rc;
}

static void claims_are_those_that_have_both(void **state)
{
    (void)state;
    static const char *const files[] = {
        USED("a", "3", "program"), "one",   "b", "two", "c\",\"size\":7,\"more\":\"", "three",
        USED("d", "5", "lib"),     "three", NULL};
    const struct signet_limits limits = signet_limits_default();
    struct signet_statement statement;
    struct signet_err err;
    struct taken taken = {.rc = SIGNET_OK};
    char *text = oms_statement(files, "");
    signet_err_clear(&err);
    CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &statement, &err), &err);
    CHECK_OK(signet_oms_claimed_uses(&statement, take, &taken, &err), &err);
    assert_int_equal(taken.count, 2);
    const struct signet_digest one = digest_of("one");
    const struct signet_digest three = digest_of("three");
    assert_true(signet_digest_eq(&taken.list[0], &one));
    assert_true(signet_digest_eq(&taken.list[1], &three));
    taken = (struct taken){.rc = SIGNET_E_LIMIT};
    CHECK_CODE(signet_oms_claimed_uses(&statement, take, &taken, &err), SIGNET_E_LIMIT);
    assert_int_equal(taken.count, 1);
    signet_statement_free(&statement);
    free(text);
}

/* What is no list has no claims, and no resource is a failure. */
static void claims_of_anything(void **state)
{
    (void)state;
    static const char *const predicates[] = {
        "{}",
        "{\"resources\":{}}",
        "{\"resources\":[1,[],null,{},{\"size\":1,\"usage\":\"lib\"}]}",
        "{\"resources\":[{\"size\":1,\"usage\":\"lib\",\"algorithm\":\"md5\",\"digest\":\"00\"}]}",
        "{\"resources\":[{\"size\":1,\"usage\":\"lib\",\"algorithm\":\"sha256\","
        "\"digest\":\"00\"}]}",
    };
    const struct signet_limits limits = signet_limits_default();
    for (size_t i = 0; i < sizeof(predicates) / sizeof(predicates[0]); i++) {
        char text[512];
        struct signet_statement statement;
        struct signet_err err;
        struct taken taken = {.rc = SIGNET_OK};
        signet_err_clear(&err);
        assert_true(snprintf(text, sizeof(text),
                             "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":"
                             "\"" OMS "\",\"predicate\":%s,\"subject\":[{\"name\":\"x\","
                             "\"digest\":{\"sha256\":\"%064d\"}}]}",
                             predicates[i], 0) > 0);
        CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &statement, &err), &err);
        CHECK_OK(signet_oms_claimed_uses(&statement, take, &taken, &err), &err);
        assert_int_equal(taken.count, 0);
        signet_statement_free(&statement);
    }
}

/* Code has both members, in their places among the others (RFC 8785); nothing else has them. */
static void uses_are_written(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    struct signet_manifest manifest;
    struct signet_buf out;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
             &err);
    CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str("a"), 12, 9, &err), &err);
    CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str("b"), 34, 9, &err), &err);
    CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str("c"), 56, 9, &err), &err);
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    CHECK_OK(signet_manifest_make_room(&manifest, 9, &err), &err);
    manifest.entries[0].usage = SIGNET_USAGE_INTERP;
    manifest.entries[1].usage = SIGNET_USAGE_MODEL;
    CHECK_OK(signet_manifest_seal(&manifest, &err), &err);
    signet_buf_init(&out, 1 << 16);
    CHECK_OK(signet_oms_write(&manifest, "m", none, &out, &err), &err);
    assert_int_equal(signet_buf_putc(&out, '\0'), SIGNET_OK);
    const char *text = (const char *)out.data;
    assert_non_null(strstr(text, "\",\"name\":\"a\",\"size\":12,\"usage\":\"interp\"},{"));
    assert_non_null(strstr(text, "\",\"name\":\"b\"},{"));
    assert_non_null(strstr(text, "\",\"name\":\"c\"}],"));
    signet_buf_free(&out);
    signet_manifest_free(&manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uses_are_found_by_digest),
        cmocka_unit_test(words_and_sizes),
        cmocka_unit_test(pieces_are_for_nothing),
        cmocka_unit_test(claims_are_those_that_have_both),
        cmocka_unit_test(claims_of_anything),
        cmocka_unit_test(uses_are_written),
    };
    return CHECK_RUN(tests);
}

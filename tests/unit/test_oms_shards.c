/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/oms: lists of shards (OpenSSF Model Signing v1.0, method "shards"). What is listed makes
 * up whole files, and each way in which it would not is refused by a text of its own. Digests and
 * root are those of the published OMS example; the names are made up.
 */
#include "check.h"

#include "envelope/oms.h"
#include "forge.h"

#define DIGEST_A "e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c"
#define DIGEST_B "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
#define ROOT "c90837e3b8a9b2c26e98e073976d9d6d56195fdf0290d8f787f235e7dccae09c"
#define SIZE "\"shard_size\":10"
#define FIRST "\"a:0:10\""
#define SECOND "\"a:10:15\""

static const char good[] =
    "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"m\",\"digest\":"
    "{\"sha256\":\"" ROOT "\"}}],\"predicateType\":\"https://model_signing/signature/v1.0\","
    "\"predicate\":{\"serialization\":{\"method\":\"shards\",\"hash_type\":\"sha256\"," SIZE "},"
    "\"resources\":[{\"name\":" FIRST ",\"algorithm\":\"sha256\",\"digest\":\"" DIGEST_A "\"},"
    "{\"name\":" SECOND ",\"algorithm\":\"sha256\",\"digest\":\"" DIGEST_B "\"}]}}";

static int parse(const char *text, struct signet_oms *oms, struct signet_err *err)
{
    struct signet_statement statement;
    struct signet_limits limits = signet_limits_default();
    signet_err_clear(err);
    CHECK_OK(signet_statement_parse(signet_span_str(text), &limits, &statement, err), err);
    limits.path = 8;
    int rc = signet_oms_parse(&statement, &limits, oms, err);
    signet_statement_free(&statement);
    return rc;
}

struct replacement {
    const char *from;
    const char *to;
    int code; /* SIGNET_OK: still read */
    const char *text;
};

static void check_replacements(const char *base, const struct replacement *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct signet_oms oms;
        struct signet_err err;
        char *changed = forge_replace(base, rows[i].from, rows[i].to);
        int rc = parse(changed, &oms, &err);
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

static void shards_are_read(void **state)
{
    (void)state;
    struct signet_oms oms;
    struct signet_err err;
    CHECK_OK(parse(good, &oms, &err), &err);
    assert_int_equal(oms.shard_size, 10);
    assert_int_equal(oms.count, 2);
    assert_int_equal(oms.unknown_members, 0);
    CHECK_SPAN(signet_oms_name(&oms.resources[0]), "a:0:10");
    CHECK_SPAN(signet_oms_name(&oms.resources[1]), "a:10:15");
    signet_oms_free(&oms);
}

/* A whole number by its value: some write every number as a float. */
static void shard_size_is_a_whole_number(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {SIZE, "\"shard_size\":10.0", SIGNET_OK, NULL},
        {SIZE, "\"shard_size\":10.000000", SIGNET_OK, NULL},
        {SIZE, "\"shard_size\":1e1", SIGNET_OK, NULL},
        {SIZE, "\"shard_size\":1.0E+1", SIGNET_OK, NULL},
        {SIZE, "\"shard_size\":100e-1", SIGNET_OK, NULL},
        {SIZE, "\"shard_size\":10.5", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":1e-1", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":0", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":-0.0", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":-10", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":9007199254740992", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":1e16", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":1e300", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":\"10\"", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":null", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":[10]", SIGNET_E_MALFORMED, "whole number"},
        {SIZE, "\"shard_size\":true", SIGNET_E_MALFORMED, "whole number"},
        {"," SIZE, "", SIGNET_E_MALFORMED, "lacks \"shard_size\""},
        {"\"shards\"", "\"files\"", SIGNET_E_MALFORMED, "goes with method \"shards\""},
        {"\"shards\"", "\"Shards\"", SIGNET_E_UNSUPPORTED, "\"files\" or \"shards\""},
        /* the greatest there is, of files that are shorter */
        {"10},\"resources\":[{\"name\":" FIRST,
         "9007199254740991},\"resources\":[{\"name\":\"b:0:10\"", SIGNET_E_MALFORMED,
         "nothing covers the bytes before it"},
    };
    check_replacements(good, rows, sizeof(rows) / sizeof(rows[0]));
}

static void names_are_a_path_and_two_numbers(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {SECOND, "\"a\\u003a1\\u0030:15\"", SIGNET_OK, NULL},
        {SECOND, "\"b:0:9\"", SIGNET_OK, NULL},
        {SECOND, "\"b:0:10\"", SIGNET_OK, NULL},
        {SECOND, "\"a:1:0:9\"", SIGNET_OK, NULL}, /* a file called "a:1" */
        {SECOND, "\"a:10\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a::15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:010:15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:015\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:+10:15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:-15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10: 15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:0xa:15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:1e1:15\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:15\\u0000\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:9223372036854775808\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:18446744073709551631\"", SIGNET_E_MALFORMED, "PATH:START:END"},
        {SECOND, "\"a:10:9223372036854775807\"", SIGNET_E_MALFORMED, "longer than shard_size"},
        {SECOND, "\":0:5\"", SIGNET_E_FORBIDDEN, "empty"},
        {SECOND, "\".:0:5\"", SIGNET_E_FORBIDDEN, "\".\""},
        {SECOND, "\"../b:0:5\"", SIGNET_E_FORBIDDEN, "\"..\""},
        {SECOND, "\"/b:0:5\"", SIGNET_E_FORBIDDEN, "absolute"},
        {SECOND, "\"b\\u0000:0:5\"", SIGNET_E_FORBIDDEN, "control"},
        {SECOND, "\"b\\\\c:0:5\"", SIGNET_E_FORBIDDEN, "backslash"},
        {SECOND, "\"12345678:0:5\"", SIGNET_OK, NULL},
        {SECOND, "\"123456789:0:5\"", SIGNET_E_LIMIT, "9 bytes"},
        {SECOND, "7", SIGNET_E_MALFORMED, "not a string"},
    };
    check_replacements(good, rows, sizeof(rows) / sizeof(rows[0]));
}

static void shards_make_up_whole_files(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {SECOND, "\"a:10:20\"", SIGNET_OK, NULL},
        {SECOND, "\"a:10:11\"", SIGNET_OK, NULL},
        {SECOND, "\"a:0:10\"", SIGNET_E_MALFORMED, "listed twice"},
        {SECOND, "\"a:0:9\"", SIGNET_E_MALFORMED, "overlaps"},
        {SECOND, "\"a:5:15\"", SIGNET_E_MALFORMED, "overlaps"},
        {SECOND, "\"a:9:10\"", SIGNET_E_MALFORMED, "overlaps"},
        {SECOND, "\"a:10:10\"", SIGNET_E_MALFORMED, "at least one byte"},
        {SECOND, "\"a:15:10\"", SIGNET_E_MALFORMED, "at least one byte"},
        {SECOND, "\"b:0:0\"", SIGNET_E_MALFORMED, "at least one byte"},
        {SECOND, "\"a:10:21\"", SIGNET_E_MALFORMED, "longer than shard_size"},
        {SECOND, "\"a:11:15\"", SIGNET_E_MALFORMED, "nothing covers the bytes before it"},
        {SECOND, "\"a:20:25\"", SIGNET_E_MALFORMED, "nothing covers the bytes before it"},
        {SECOND, "\"b:10:15\"", SIGNET_E_MALFORMED, "nothing covers the bytes before it"},
        {SECOND, "\"A:10:15\"", SIGNET_E_MALFORMED, "nothing covers the bytes before it"},
        {FIRST, "\"a:0:9\"", SIGNET_E_MALFORMED, "nothing covers the bytes before it"},
        {FIRST, "\"a:1:10\"", SIGNET_E_MALFORMED, "nothing covers the bytes before it"},
    };
    static const struct replacement short_inside[] = {
        {SECOND, "\"a:9:15\"", SIGNET_E_MALFORMED, "follows one that is shorter"},
    };
    check_replacements(good, rows, sizeof(rows) / sizeof(rows[0]));
    char *shorter = forge_replace(good, FIRST, "\"a:0:9\"");
    check_replacements(shorter, short_inside, 1);
    free(shorter);
}

/* Older versions of other tools wrote the size of the shards behind the algorithm. */
static void the_algorithm_is_the_hash_type_or_names_this_size(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {"\"sha256\",\"digest\"", "\"sha256-sharded-10\",\"digest\"", SIGNET_OK, NULL},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-1\\u0030\",\"digest\"", SIGNET_OK, NULL},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-100\",\"digest\"", SIGNET_E_MALFORMED,
         "sha256-sharded-100"},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-1\",\"digest\"", SIGNET_E_MALFORMED,
         "algorithm"},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-10.0\",\"digest\"", SIGNET_E_MALFORMED,
         "algorithm"},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-\",\"digest\"", SIGNET_E_MALFORMED,
         "algorithm"},
        {"\"sha256\",\"digest\"", "\"blake2b-sharded-10\",\"digest\"", SIGNET_E_MALFORMED,
         "algorithm"},
        {"\"sha256\",\"digest\"", "\"blake2b\",\"digest\"", SIGNET_E_MALFORMED, "algorithm"},
    };
    check_replacements(good, rows, sizeof(rows) / sizeof(rows[0]));
    /* whole files have no such name */
    char *files = forge_replace(good, "\"shards\",\"hash_type\":\"sha256\"," SIZE,
                                "\"files\",\"hash_type\":\"sha256\"");
    static const struct replacement whole[] = {
        {FIRST, FIRST, SIGNET_OK, NULL},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-10\",\"digest\"", SIGNET_E_MALFORMED,
         "algorithm"},
        {"\"sha256\",\"digest\"", "\"sha256-sharded-0\",\"digest\"", SIGNET_E_MALFORMED,
         "algorithm"},
    };
    check_replacements(files, whole, sizeof(whole) / sizeof(whole[0]));
    free(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_are_read),
        cmocka_unit_test(shard_size_is_a_whole_number),
        cmocka_unit_test(names_are_a_path_and_two_numbers),
        cmocka_unit_test(shards_make_up_whole_files),
        cmocka_unit_test(the_algorithm_is_the_hash_type_or_names_this_size),
    };
    return CHECK_RUN(tests);
}

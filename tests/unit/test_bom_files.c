/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/bom_files.h. Each list that is refused stands beside one that is read and differs in one
 * thing.
 */
#include "boms.h"

#include "artifact/bom_files.h"
#include "base/codec.h"

#define HEX32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX16 "101112131415161718191a1b1c1d1e1f"
#define COMMIT "d5fbb3ebb5ed3d3a2d1f0c3b2a19080706050403"
#define SHA256 "{\"alg\":\"SHA-256\",\"content\":\"" HEX32 "\"}"
#define SHA384 "{\"alg\":\"SHA-384\",\"content\":\"" HEX32 HEX16 "\"}"
#define SHA512 "{\"alg\":\"SHA-512\",\"content\":\"" HEX32 HEX32 "\"}"
#define MD5 "{\"alg\":\"MD5\",\"content\":\"" HEX16 "\"}"
#define SHA1 "{\"alg\":\"SHA-1\",\"content\":\"" COMMIT "\"}"
#define FILE_OF(ref, name, hashes)                                                                 \
    "{\"type\":\"file\",\"bom-ref\":\"" ref "\",\"name\":\"" name "\",\"hashes\":[" hashes "]}"
#define MODEL_OF(more)                                                                             \
    "\"metadata\":{\"component\":{\"type\":\"machine-learning-model\",\"name\":\"m\","             \
    "\"bom-ref\":\"m\"" more "}}"
#define BOM_OF(version, rest)                                                                      \
    "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"" version "\"," rest "}"
#define LISTED(files) BOM_OF("1.6", MODEL_OF(",\"components\":[" files "]"))
#define COMPLETE(refs) ",\"compositions\":[{\"aggregate\":\"complete\",\"assemblies\":[" refs "]}]"

static int read_text(const char *text, struct signet_bom_files *files, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    struct held_bom held = hold_bom(signet_span_str(text));
    signet_err_clear(err);
    int rc = signet_bom_files_read(held.top, &held.bom, &limits, files, err);
    free(held.bytes); /* nothing borrows from it */
    return rc;
}

/* "name:alg+alg name:alg", then "!" if that is complete and "=" if it is a model of one file. */
static void check_list(const char *text, const char *expected)
{
    struct signet_bom_files files;
    struct signet_err err;
    struct signet_buf line;
    signet_buf_init(&line, 4096);
    CHECK_OK(read_text(text, &files, &err), &err);
    assert_true(files.count > 0);
    for (size_t i = 0; i < files.count; i++) {
        signet_buf_puts(&line, i > 0 ? " " : "");
        signet_buf_puts(&line, files.list[i].name);
        assert_true(files.list[i].count > 0);
        for (size_t j = 0; j < files.list[i].count; j++) {
            const struct signet_digest *digest = &files.list[i].digests[j];
            signet_buf_putc(&line, j > 0 ? '+' : ':');
            signet_buf_puts(&line, signet_digest_name(digest->alg));
            assert_int_equal(digest->len, signet_digest_size(digest->alg));
            for (size_t at = 0; at < digest->len; at++) {
                uint8_t value = (uint8_t)(at < 32 ? at : digest->len == 48 ? at - 16 : at - 32);
                assert_int_equal(digest->bytes[at], value);
            }
            assert_true((files.algs & 1U << digest->alg) != 0);
        }
    }
    signet_buf_puts(&line, files.complete ? "!" : "");
    signet_buf_puts(&line, files.single ? "=" : "");
    CHECK_SPAN(signet_buf_span(&line), expected);
    signet_buf_free(&line);
    signet_bom_files_free(&files);
}

static void check_refused(const char *text, int code, const char *message)
{
    struct signet_bom_files files;
    struct signet_err err;
    CHECK_CODE(read_text(text, &files, &err), code);
    if (strstr(err.msg, message) == NULL) {
        fail_msg("expected \"%s\" in: %s", message, err.msg);
    }
    assert_null(files.list);
}

struct refused {
    const char *text;
    int code;
    const char *message;
};

static void check_all_refused(const struct refused *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_refused(rows[i].text, rows[i].code, rows[i].message);
    }
}

static void files_below_the_model(void **state)
{
    (void)state;
    check_list(LISTED(FILE_OF("a", "a", SHA256)), "a:sha256");
    check_list(LISTED(FILE_OF("b", "w/b", SHA256) "," FILE_OF("a", "a", SHA512 "," SHA384)),
               "a:sha512+sha384 w/b:sha256");
    /* of type data, below another component; what is of other types is no file */
    check_list(LISTED("{\"type\":\"library\",\"name\":\"l\",\"components\":[{\"name\":\"d\","
                      "\"hashes\":[" SHA256 "],\"type\":\"data\"}]}"),
               "d:sha256");
    /* neither pedigree nor tools nor the rest of the BOM */
    check_list(
        BOM_OF("1.6",
               MODEL_OF(",\"components\":[" FILE_OF(
                   "a", "a", SHA256) "],\"pedigree\":{"
                                     "\"ancestors\":[" FILE_OF(
                                         "b", "b", MD5) "]}") ",\"components\":[" FILE_OF("c", "c",
                                                                                          MD5) "]"),
        "a:sha256");
    check_list(BOM_OF("1.2", MODEL_OF(",\"components\":[" FILE_OF("a", "a", SHA256) "]")),
               "a:sha256");
}

static void a_model_of_one_file(void **state)
{
    (void)state;
    check_list(BOM_OF("1.6", MODEL_OF(",\"hashes\":[" SHA256 "," MD5 "]")), "m:sha256!=");
    static const struct refused rows[] = {
        {BOM_OF("1.6", MODEL_OF("")), SIGNET_E_MISMATCH, "m is not bound: has no hash"},
        {BOM_OF("1.6", MODEL_OF(",\"hashes\":[" MD5 "]")), SIGNET_E_MISMATCH, "has only MD5"},
        {BOM_OF("1.6", MODEL_OF(",\"hashes\":[" SHA256
                                "],\"components\":[" FILE_OF("a", "a", SHA256) "]")),
         SIGNET_E_AMBIGUOUS, "has a hash of its own"},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
    /* what proves nothing does not disturb */
    check_list(BOM_OF("1.6", MODEL_OF(",\"hashes\":[" SHA1
                                      "],\"components\":[" FILE_OF("a", "a", SHA256) "]")),
               "a:sha256");
}

static void the_subject_is_a_model(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {BOM_OF("1.6", "\"version\":1"), SIGNET_E_UNSUPPORTED, "found none"},
        {BOM_OF("1.6", "\"metadata\":{}"), SIGNET_E_UNSUPPORTED, "found none"},
        {BOM_OF("1.6", "\"metadata\":{\"component\":{\"type\":\"application\",\"name\":\"m\","
                       "\"hashes\":[" SHA256 "]}}"),
         SIGNET_E_UNSUPPORTED, "found \"application\""},
        {BOM_OF("1.6", "\"metadata\":{\"component\":{\"name\":\"m\",\"hashes\":[" SHA256 "]}}"),
         SIGNET_E_UNSUPPORTED, "found no type"},
        {BOM_OF("1.8", MODEL_OF(",\"hashes\":[" SHA256 "]")), SIGNET_E_UNSUPPORTED,
         "expected CycloneDX 1.2 to 1.7"},
        {"{\"spdxVersion\":\"SPDX-2.3\"}", SIGNET_E_UNSUPPORTED, "expected CycloneDX"},
        {BOM_OF("1.6", "\"metadata\":{\"component\":[]}"), SIGNET_E_MALFORMED,
         "expected an object"},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
}

#define TWO FILE_OF("a", "a", SHA256) "," FILE_OF("b", "b", SHA256)
#define WITH(compositions) BOM_OF("1.6", MODEL_OF(",\"components\":[" TWO "]") compositions)
#define APART(compositions) BOM_OF("1.6", MODEL_OF("") ",\"components\":[" TWO "]" compositions)

static void compositions(void **state)
{
    (void)state;
    check_list(WITH(""), "a:sha256 b:sha256");
    check_list(WITH(COMPLETE("\"a\",\"b\"")), "a:sha256 b:sha256!");
    check_list(WITH(COMPLETE("\"b\",\"\\u0061\",\"b\",\"nowhere\"")), "a:sha256 b:sha256!");
    check_list(WITH(COMPLETE("\"m\"")), "a:sha256 b:sha256!");
    check_list(WITH(COMPLETE("\"a\"")), "a:sha256 b:sha256");
    check_list(WITH(COMPLETE("\"a\",\"a\"")), "a:sha256 b:sha256");
    check_list(WITH(COMPLETE("7,[],\"\"")), "a:sha256 b:sha256");
    check_list(
        WITH(",\"compositions\":[{\"aggregate\":\"incomplete\",\"assemblies\":[\"a\",\"b\"]}]"),
        "a:sha256 b:sha256");
    check_list(APART(COMPLETE("\"a\",\"b\"")), "a:sha256 b:sha256!");
    check_list(APART(COMPLETE("\"a\"")), "a:sha256!");
    check_list(APART(",\"compositions\":[{\"aggregate\":\"complete\",\"assemblies\":[\"a\"]},"
                     "{\"aggregate\":\"complete\",\"assemblies\":[\"b\",\"m\"]}]"),
               "b:sha256!");
    /* what is named together with a file of the model is one of its files too */
    check_list(
        BOM_OF(
            "1.6",
            MODEL_OF(",\"components\":[" FILE_OF("a", "a", SHA256) "]") ",\"components\":[" FILE_OF(
                "b", "b", SHA256) "]" COMPLETE("\"a\",\"b\"")),
        "a:sha256 b:sha256!");
    static const struct refused rows[] = {
        {APART(""), SIGNET_E_MISMATCH, "not bound"},
        {APART(",\"compositions\":[{\"aggregate\":\"incomplete\",\"assemblies\":[\"a\"]}]"),
         SIGNET_E_MISMATCH, "not bound"},
        {APART(",\"compositions\":[{\"aggregate\":\"complete\",\"assemblies\":[\"a\"]},"
               "{\"aggregate\":\"complete\",\"assemblies\":[\"b\"]}]"),
         SIGNET_E_AMBIGUOUS, "expected one complete composition"},
        {LISTED(FILE_OF("a", "a", SHA256) "," FILE_OF("a", "b", SHA256)), SIGNET_E_AMBIGUOUS,
         "two components have the bom-ref \"a\""},
        {LISTED(FILE_OF("a", "a", SHA256) "," FILE_OF("\\u0061", "b", SHA256)), SIGNET_E_AMBIGUOUS,
         "two components have the bom-ref"},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
}

static void paths(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {LISTED(FILE_OF("a", "../a", SHA256)), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {LISTED(FILE_OF("a", "/a", SHA256)), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {LISTED(FILE_OF("a", "a\\\\b", SHA256)), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {LISTED(FILE_OF("a", "a\\u0000b", SHA256)), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {LISTED(FILE_OF("a", "", SHA256)), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {LISTED("{\"type\":\"file\",\"hashes\":[" SHA256 "]}"), SIGNET_E_FORBIDDEN,
         "a file of the BOM"},
        {LISTED("{\"type\":\"file\",\"name\":7,\"hashes\":[" SHA256 "]}"), SIGNET_E_MALFORMED,
         "name: expected a string"},
        {LISTED(FILE_OF("a", "a", SHA256) "," FILE_OF("b", "a", SHA256)), SIGNET_E_MALFORMED,
         "two components are the file a"},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
    check_list(LISTED(FILE_OF("a", "..a", SHA256) "," FILE_OF("b", "A", SHA256)),
               "..a:sha256 A:sha256");
}

#define PURL(name, purl)                                                                           \
    LISTED("{\"type\":\"data\",\"name\":\"" name "\",\"purl\":\"" purl "\",\"hashes\":[" SHA256    \
           "]}")

static void paths_of_purls(void **state)
{
    (void)state;
    check_list(PURL("w/x.bin", "pkg:huggingface/o/n@" COMMIT), "w/x.bin:sha256");
    check_list(PURL("x.bin", "pkg:huggingface/o/n@" COMMIT "#w/x.bin"), "w/x.bin:sha256");
    check_list(PURL("w/x.bin", "pkg:huggingface/o/n@" COMMIT "?a=b#w/x.bin"), "w/x.bin:sha256");
    check_list(PURL("x y", "pkg:huggingface/o/n#%77/x%20y"), "w/x y:sha256");
    static const struct refused rows[] = {
        {PURL("y.bin", "pkg:huggingface/o/n#w/x.bin"), SIGNET_E_AMBIGUOUS, "and its purl says"},
        {PURL("in", "pkg:huggingface/o/n#w/x.bin"), SIGNET_E_AMBIGUOUS, "and its purl says"},
        {PURL("x", "pkg:huggingface/o/n#../x"), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {PURL("x", "pkg:huggingface/o/n#%2e%2e/x"), SIGNET_E_FORBIDDEN, "a file of the BOM"},
        {PURL("w/x", "pkg:huggingface/o/n#w%2fx"), SIGNET_E_MALFORMED, "the path in a purl"},
        {PURL("x", "pkg:huggingface/o/n#%7"), SIGNET_E_MALFORMED, "the path in a purl"},
        {PURL("x", "pkg:huggingface/o/n#%7g"), SIGNET_E_MALFORMED, "the path in a purl"},
        {PURL("", "pkg:huggingface/o/n#"), SIGNET_E_FORBIDDEN, "a file of the BOM"},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
}

static void hashes_that_count(void **state)
{
    (void)state;
    check_list(LISTED(FILE_OF("a", "a", MD5 "," SHA256 "," SHA1)), "a:sha256");
    check_list(LISTED(FILE_OF("a", "a", SHA256 "," SHA256)), "a:sha256+sha256");
    check_list(LISTED(FILE_OF("a", "a",
                              "{\"alg\":\"BLAKE2b-256\",\"content\":\"" HEX32 "\"},"
                              "{\"alg\":\"BLAKE2b-384\",\"content\":\"" HEX32 HEX16 "\"},"
                              "{\"alg\":\"BLAKE2b-512\",\"content\":\"" HEX32 HEX32 "\"}")),
               "a:blake2b-256+blake2b-384+blake2b");
    check_list(LISTED(FILE_OF("a", "a",
                              "{\"alg\":\"SHA-256\",\"content\":\"000102030405060708090A0B0C0D0E0F"
                              "101112131415161718191A1B1c1d1E1F\"}")),
               "a:sha256");
    static const struct refused rows[] = {
        {LISTED(FILE_OF("a", "a", "")), SIGNET_E_MISMATCH, "a is not bound: has no hash"},
        {LISTED("{\"type\":\"file\",\"name\":\"a\"}"), SIGNET_E_MISMATCH, "has no hash"},
        {LISTED(FILE_OF("b", "b", SHA256) "," FILE_OF("a", "a", MD5)), SIGNET_E_MISMATCH,
         "a is not bound: has only MD5 or SHA-1"},
        {LISTED(FILE_OF("a", "a", SHA1)), SIGNET_E_MISMATCH, "has only MD5 or SHA-1"},
        {LISTED(FILE_OF("a", "a", SHA256 ",{\"alg\":\"SHA3-256\",\"content\":\"" HEX32 "\"}")),
         SIGNET_E_UNSUPPORTED, "a hash by \"SHA3-256\" cannot be checked"},
        {LISTED(FILE_OF("a", "a", SHA256 ",{\"alg\":\"BLAKE3\",\"content\":\"" HEX32 "\"}")),
         SIGNET_E_UNSUPPORTED, "a hash by \"BLAKE3\" cannot be checked"},
        {LISTED(FILE_OF("a", "a", "{\"alg\":\"Streebog-256\",\"content\":\"" HEX32 "\"}")),
         SIGNET_E_UNSUPPORTED, "Streebog-256"},
        {LISTED(FILE_OF("a", "a", SHA256 ",{\"alg\":\"sha-256\",\"content\":\"" HEX32 "\"}")),
         SIGNET_E_UNSUPPORTED, "a hash by \"sha-256\""},
        {LISTED(FILE_OF("a", "a", "{\"alg\":\"SHA-256\",\"content\":\"" HEX16 "\"}")),
         SIGNET_E_MALFORMED, "its SHA-256 in the BOM: expected 64 hex digits"},
        {LISTED(FILE_OF("a", "a", "{\"alg\":\"SHA-256\",\"content\":\"" HEX32 "00\"}")),
         SIGNET_E_MALFORMED, "expected 64 hex digits"},
        {LISTED(FILE_OF("a", "a", "{\"alg\":\"SHA-256\",\"content\":\"x" HEX32 "\"}")),
         SIGNET_E_MALFORMED, "expected 64 hex digits"},
        {LISTED(FILE_OF("a", "a", SHA256 ",{\"alg\":\"MD5\",\"content\":\"" HEX32 "\"}")),
         SIGNET_E_MALFORMED, "its MD5 in the BOM: expected 32 hex digits"},
        {LISTED(FILE_OF("a", "a", "{\"alg\":\"SHA-256\"}")), SIGNET_E_MALFORMED, "two strings"},
        {LISTED(FILE_OF("a", "a", "{\"alg\":7,\"content\":\"" HEX32 "\"}")), SIGNET_E_MALFORMED,
         "two strings"},
        {LISTED(FILE_OF("a", "a", SHA256 ",7")), SIGNET_E_MALFORMED, "two strings"},
        {LISTED("{\"type\":\"file\",\"name\":\"a\",\"hashes\":" SHA256 "}"), SIGNET_E_MALFORMED,
         "expected an array"},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
}

/* A commit that another tool calls the SHA-1 of the model is said to be one. */
static void commits(void **state)
{
    (void)state;
    static const char *const commit = "is the git commit of its purl";
    static const char *const weak = "has only MD5 or SHA-1";
#define OF_PURL(purl) BOM_OF("1.6", MODEL_OF(",\"purl\":\"" purl "\",\"hashes\":[" SHA1 "]"))
    const struct refused rows[] = {
        {OF_PURL("pkg:huggingface/o/n@" COMMIT), SIGNET_E_MISMATCH, commit},
        {OF_PURL("pkg:huggingface/o/n@D5FBB3EBB5ED3D3A2D1F0C3B2A19080706050403?x=@y#z"),
         SIGNET_E_MISMATCH, commit},
        {OF_PURL("pkg:huggingface/o/n@a" COMMIT), SIGNET_E_MISMATCH, weak},
        {OF_PURL("pkg:huggingface/o/n"), SIGNET_E_MISMATCH, weak},
        {BOM_OF("1.6", MODEL_OF(",\"purl\":\"pkg:huggingface/o/n@" COMMIT
                                "\",\"components\":[" FILE_OF("a", "a", SHA1) "]")),
         SIGNET_E_MISMATCH, commit},
    };
    check_all_refused(rows, SIGNET_COUNT(rows));
}

static void a_limit_of_files(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct held_bom held = hold_bom(signet_span_str(LISTED(TWO)));
    struct signet_bom_files files;
    struct signet_err err;
    signet_err_clear(&err);
    limits.entries = 2;
    CHECK_OK(signet_bom_files_read(held.top, &held.bom, &limits, &files, &err), &err);
    signet_bom_files_free(&files);
    limits.entries = 1;
    CHECK_CODE(signet_bom_files_read(held.top, &held.bom, &limits, &files, &err), SIGNET_E_LIMIT);
    free(held.bytes);
}

/* BOMs of real tools list no files: that is said, and none is taken for bound. */
static void real_documents_bind_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"cdx-1.6-aibom-hunyuanworld.json",
                                        "cdx-1.6-mlbom-stable-diffusion.json",
                                        "cdx-1.2-keycloak.json", "cdx-1.4-quarkus-deps.json"};
    const struct signet_limits limits = signet_limits_default();
    char folder[4096];
    if (!check_find_testdata("sbom", folder, sizeof(folder))) {
        return;
    }
    for (size_t i = 0; i < SIGNET_COUNT(names); i++) {
        struct held_bom held = hold_bom_file(folder, names[i]);
        struct signet_bom_files files;
        struct signet_err err;
        signet_err_clear(&err);
        int rc = signet_bom_files_read(held.top, &held.bom, &limits, &files, &err);
        assert_true(rc == SIGNET_E_MISMATCH || rc == SIGNET_E_UNSUPPORTED);
        free(held.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_below_the_model),
        cmocka_unit_test(a_model_of_one_file),
        cmocka_unit_test(the_subject_is_a_model),
        cmocka_unit_test(compositions),
        cmocka_unit_test(paths),
        cmocka_unit_test(paths_of_purls),
        cmocka_unit_test(hashes_that_count),
        cmocka_unit_test(commits),
        cmocka_unit_test(a_limit_of_files),
        cmocka_unit_test(real_documents_bind_nothing),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * json/: canonical output against vectors: the project's own (tests/vectors/json/PROVENANCE) and
 * those of the test data folder (its SOURCE.md files name origin and generator).
 */
#include "json_vectors.h"

#include <sodium.h>

#include "base/codec.h"
#include "base/compiler.h"

/* NAME.in.json and its NAME.out.json. */
static void check_own_pair(const char *dir, const char *name)
{
    char other[256];
    struct signet_buf in;
    struct signet_buf out;
    size_t stem = strlen(name) - strlen(".in.json");
    assert_in_range(snprintf(other, sizeof(other), "%.*s.out.json", (int)stem, name), 1, 255);
    json_read(dir, name, &in);
    json_read(dir, other, &out);
    json_expect(signet_buf_span(&in), signet_buf_span(&out));
    signet_buf_free(&in);
    signet_buf_free(&out);
}

static void own_pairs(void **state)
{
    (void)state;
    assert_int_equal(json_each_file(JSON_OWN_VECTORS "/canon", ".in.json", check_own_pair), 10);
}

/* DIR/input/NAME and DIR/output/NAME, where dir is DIR/input. */
static void check_pair(const char *dir, const char *name)
{
    char outputs[1024];
    struct signet_buf in;
    struct signet_buf out;
    assert_in_range(snprintf(outputs, sizeof(outputs), "%s/../output", dir), 1, 1023);
    json_read(dir, name, &in);
    json_read(outputs, name, &out);
    json_expect(signet_buf_span(&in), signet_buf_span(&out));
    signet_buf_free(&in);
    signet_buf_free(&out);
}

/* The bytes that hex digits and white space stand for. */
static void decode_hex(struct signet_span hex, struct signet_buf *out)
{
    signet_buf_init(out, hex.len);
    for (size_t i = 0; i + 1 < hex.len; i++) {
        uint8_t byte = 0;
        if (hex.ptr[i] > ' ') {
            assert_int_equal(signet_hex_decode(signet_span_of(hex.ptr + i++, 2), &byte, 1), 0);
            assert_int_equal(signet_buf_putc(out, (char)byte), SIGNET_OK);
        }
    }
}

/* DIR/outhex/NAME.txt: the canonical bytes of DIR/input/NAME.json as spaced hex. */
static void check_hex_pair(const char *dir, const char *name)
{
    char inputs[1024];
    char input[256];
    struct signet_buf hex;
    struct signet_buf in;
    struct signet_buf out;
    size_t stem = strlen(name) - strlen(".txt");
    assert_in_range(snprintf(inputs, sizeof(inputs), "%s/../input", dir), 1, 1023);
    assert_in_range(snprintf(input, sizeof(input), "%.*s.json", (int)stem, name), 1, 255);
    json_read(dir, name, &hex);
    json_read(inputs, input, &in);
    decode_hex(signet_buf_span(&hex), &out);
    json_expect(signet_buf_span(&in), signet_buf_span(&out));
    signet_buf_free(&hex);
    signet_buf_free(&in);
    signet_buf_free(&out);
}

static void check_rejected(const char *dir, const char *name)
{
    struct signet_buf in;
    json_read(dir, name, &in);
    json_expect_refusal(signet_buf_span(&in), SIGNET_E_MALFORMED);
    signet_buf_free(&in);
}

static void jcs_pairs_and_rejects(void **state)
{
    (void)state;
    char dir[1024];
    static const struct {
        const char *dir;
        const char *suffix;
        void (*check)(const char *dir, const char *name);
        size_t count;
    } rows[] = {
        {"jcs/input", ".json", check_pair, 6},
        {"jcs/outhex", ".txt", check_hex_pair, 6},
        {"jcs/extra/input", ".json", check_pair, 19},
        {"jcs/reject", ".json", check_rejected, 64},
    };
    for (size_t i = 0; json_has_testdata() && i < SIGNET_COUNT(rows); i++) {
        assert_in_range(snprintf(dir, sizeof(dir), "%s/%s", json_testdata(), rows[i].dir), 1, 1023);
        assert_int_equal(json_each_file(dir, rows[i].suffix, rows[i].check), rows[i].count);
    }
}

/* Checks the files that a table of names, verdicts and canonical forms in hex lists. */
static void check_table(const char *table, const char *folder, size_t accepts, size_t rejects)
{
    char json_dir[1024];
    char dir[1024];
    struct signet_buf rows;
    struct signet_limits limits = signet_limits_default();
    size_t accepted = 0;
    size_t rejected = 0;
    limits.json_depth = 100000; /* one file is that deep, and wrong for another reason */
    assert_in_range(snprintf(json_dir, sizeof(json_dir), "%s/json", json_testdata()), 1, 1023);
    assert_in_range(snprintf(dir, sizeof(dir), "%s/%s", json_testdata(), folder), 1, 1023);
    json_read(json_dir, table, &rows);
    struct signet_span rest = signet_buf_span(&rows);
    json_take(&rest, '\n');
    while (rest.len > 0) {
        char name[256];
        struct signet_buf in;
        struct signet_buf canonical;
        struct signet_span line = json_take(&rest, '\n');
        struct signet_span file = json_take(&line, '\t');
        struct signet_span verdict = json_take(&line, '\t');
        assert_in_range(snprintf(name, sizeof(name), "%.*s", (int)file.len, file.ptr), 1, 255);
        json_read(dir, name, &in);
        if (signet_span_is(verdict, "accept")) {
            decode_hex(line, &canonical);
            json_expect(signet_buf_span(&in), signet_buf_span(&canonical));
            signet_buf_free(&canonical);
            accepted++;
        } else {
            assert_true(signet_span_is(verdict, "reject"));
            json_expect_refusal_within(signet_buf_span(&in), &limits, SIGNET_E_MALFORMED);
            rejected++;
        }
        signet_buf_free(&in);
    }
    signet_buf_free(&rows);
    assert_int_equal(accepted, accepts);
    assert_int_equal(rejected, rejects);
}

static void json_test_suite(void **state)
{
    (void)state;
    if (json_has_testdata()) {
        check_table("test_parsing.expected.tsv", "json/test_parsing", 99, 218);
        check_table("test_transform.expected.tsv", "json/test_transform", 13, 9);
    }
}

/* The one file left out of that suite for its size: [{"": 50,000 times. */
static void suite_open_array_object(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_buf in;
    struct signet_buf out;
    struct signet_limits limits = signet_limits_default();
    signet_buf_init(&in, 300000);
    for (int i = 0; i < 50000; i++) {
        signet_buf_puts(&in, "[{\"\":");
    }
    signet_buf_putc(&in, '\n');
    assert_int_equal(json_expect_refusal(signet_buf_span(&in), SIGNET_E_LIMIT), 500 * 5);
    limits.json_depth = 100000;
    CHECK_CODE(json_canon_within(signet_buf_span(&in), &limits, &out, &err), SIGNET_E_MALFORMED);
    assert_int_equal(err.offset, in.len);
    assert_string_equal(err.msg, "expected a value, found the end");
    signet_buf_free(&in);
    signet_buf_free(&out);
}

struct hashing {
    crypto_hash_sha256_state state;
    size_t bytes;
};

static int hash_piece(void *ctx, struct signet_span piece, struct signet_err *err)
{
    struct hashing *hashing = ctx;
    (void)err;
    hashing->bytes += piece.len;
    return crypto_hash_sha256_update(&hashing->state, piece.ptr, piece.len) == 0
               ? SIGNET_OK
               : SIGNET_E_INTERNAL;
}

static void check_sbom(const char *dir, struct signet_span row)
{
    char name[256];
    char size[32];
    char hex[65];
    unsigned char digest[crypto_hash_sha256_BYTES];
    struct signet_err err;
    struct signet_buf in;
    struct hashing hashing = {.bytes = 0};
    struct signet_span file = json_take(&row, '\t');
    json_take(&row, '\t');
    json_take(&row, '\t');
    struct signet_span bytes = json_take(&row, '\t');
    assert_in_range(snprintf(name, sizeof(name), "%.*s", (int)file.len, file.ptr), 1, 255);
    json_read(dir, name, &in);
    signet_err_clear(&err);
    crypto_hash_sha256_init(&hashing.state);
    CHECK_OK(signet_json_canon(signet_buf_span(&in), NULL,
                               (struct signet_sink){hash_piece, &hashing}, &err),
             &err);
    crypto_hash_sha256_final(&hashing.state, digest);
    signet_hex_encode(signet_span_of(digest, sizeof(digest)), hex);
    CHECK_SPAN(row, hex);
    assert_in_range(snprintf(size, sizeof(size), "%zu", hashing.bytes), 1, 31);
    CHECK_SPAN(bytes, size);
    signet_buf_free(&in);
}

/* Four implementations agree on these digests of real documents. */
static void sbom_digests(void **state)
{
    (void)state;
    char dir[1024];
    struct signet_buf rows;
    size_t count = 0;
    if (!json_has_testdata()) {
        return;
    }
    assert_in_range(snprintf(dir, sizeof(dir), "%s/sbom", json_testdata()), 1, 1023);
    json_read(dir, "canonical.tsv", &rows);
    struct signet_span rest = signet_buf_span(&rows);
    json_take(&rest, '\n');
    for (; rest.len > 0; count++) {
        check_sbom(dir, json_take(&rest, '\n'));
    }
    signet_buf_free(&rows);
    assert_int_equal(count, 10);
}

static int refuse_second_piece(void *ctx, struct signet_span piece, struct signet_err *err)
{
    size_t *pieces = ctx;
    (void)err;
    assert_in_range(piece.len, 1, 1 << 20);
    return ++*pieces == 2 ? SIGNET_E_IO : SIGNET_OK;
}

/* The code of the sink comes back, and no piece follows the refused one. */
static void sink_failure_ends_the_work(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_buf in;
    size_t pieces = 0;
    signet_buf_init(&in, 1 << 20);
    signet_buf_putc(&in, '[');
    while (in.len < 500000) {
        signet_buf_puts(&in, "{\"b\":\"sixteen bytes...\",\"a\":1},");
    }
    signet_buf_puts(&in, "0]");
    signet_err_clear(&err);
    CHECK_CODE(signet_json_canon(signet_buf_span(&in), NULL,
                                 (struct signet_sink){refuse_second_piece, &pieces}, &err),
               SIGNET_E_IO);
    assert_int_equal(pieces, 2);

    struct signet_buf small;
    signet_buf_init(&small, 1000);
    CHECK_CODE(signet_json_canon(signet_buf_span(&in), NULL, signet_sink_to_buf(&small), &err),
               SIGNET_E_LIMIT);
    assert_int_equal(small.len, 0);
    signet_buf_free(&small);
    signet_buf_free(&in);
}

/* One string longer than any buffer inside, escapes at every distance from its pieces' ends. */
static void long_strings_cross_chunks(void **state)
{
    (void)state;
    struct signet_buf in;
    struct signet_buf out;
    signet_buf_init(&in, 1 << 20);
    signet_buf_init(&out, 1 << 20);
    signet_buf_putc(&in, '"');
    signet_buf_putc(&out, '"');
    for (size_t i = 0; i < 300; i++) {
        for (size_t j = 0; j < i + 500; j++) {
            signet_buf_putc(&in, 'x');
            signet_buf_putc(&out, 'x');
        }
        signet_buf_puts(&in, "\\u00e9\\/\\u000a\\\\");
        signet_buf_puts(&out, "\xc3\xa9/\\n\\\\");
    }
    signet_buf_putc(&in, '"');
    signet_buf_putc(&out, '"');
    json_expect(signet_buf_span(&in), signet_buf_span(&out));
    signet_buf_free(&in);
    signet_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_pairs),
        cmocka_unit_test(jcs_pairs_and_rejects),
        cmocka_unit_test(json_test_suite),
        cmocka_unit_test(suite_open_array_object),
        cmocka_unit_test(sbom_digests),
        cmocka_unit_test(sink_failure_ends_the_work),
        cmocka_unit_test(long_strings_cross_chunks),
    };
    return CHECK_RUN(tests);
}

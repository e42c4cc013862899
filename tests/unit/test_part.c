/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/part: what a part manifest is, by lib/artifact/PARTS.md, and that nothing else is one.
 * Digests: printf with sha256sum, or libsodium.
 */
#include "parts.h"

#include <signet/limits.h>

#include "artifact/part.h"

/* printf x | sha256sum, and of y; any digits will do for the listing */
#define X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
#define Y "a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa"
#define LISTING "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HEAD "signet-part/1 2/3 sha256 " LISTING "\n"
#define BODY HEAD X "  1  a b\n" Y "  18446744073709551615  w/  y\n"

static int read_part(struct signet_span text, struct signet_part *part, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    signet_err_clear(err);
    int rc = signet_part_read(text, &limits, part, err);
    assert_int_equal(rc, err->code);
    if (rc != SIGNET_OK) {
        static const struct signet_part empty;
        assert_memory_equal(part, &empty, sizeof(empty));
    }
    return rc;
}

static void a_part_is_read(void **state)
{
    (void)state;
    char hex[SIGNET_DIGEST_HEX];
    struct signet_err err;
    struct signet_part part;
    struct signet_buf text = parts_seal(BODY);
    CHECK_OK(read_part(signet_buf_span(&text), &part, &err), &err);
    assert_int_equal(part.number, 2);
    assert_int_equal(part.of, 3);
    assert_string_equal(signet_digest_hex(&part.listing, hex), LISTING);
    assert_int_equal(part.count, 2);
    CHECK_SPAN(part.entries[0].name, "a b");
    assert_int_equal(part.entries[0].size, 1);
    assert_int_equal(part.entries[0].sha256[0], 0x2d);
    assert_int_equal(part.entries[0].sha256[31], 0x81);
    CHECK_SPAN(part.entries[1].name, "w/  y");
    assert_true(part.entries[1].size == UINT64_MAX);
    assert_int_equal(part.entries[1].sha256[0], 0xa1);
    signet_part_free(&part);
    signet_buf_free(&text);
}

/* sha256sum of the text before the end line */
static void known_end_lines_are_accepted(void **state)
{
    (void)state;
    static const char empty[] =
        "signet-part/1 1/1 sha256 "
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        "end  3cc24fd25b62db93b4dc9103a8d1f6df1b901a59f332daafd37045b5dab5387b\n";
    struct signet_err err;
    struct signet_part part;
    CHECK_OK(read_part(signet_span_str(empty), &part, &err), &err);
    assert_int_equal(part.number, 1);
    assert_int_equal(part.of, 1);
    assert_int_equal(part.count, 0);
    signet_part_free(&part);
}

/* Bodies under an end line that belongs to them, so that nothing but what is said is wrong. */
static void other_bodies_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int code;
        uint64_t offset;
        const char *msg; /* how it begins */
    } rows[] = {
        {HEAD, SIGNET_OK, SIGNET_NO_OFFSET, ""},
        {BODY, SIGNET_OK, SIGNET_NO_OFFSET, ""},
        {"signet-part/1 65536/65536 sha256 " LISTING "\n", SIGNET_OK, SIGNET_NO_OFFSET, ""},
        /* the first line */
        {"signet-part/2 2/3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a first line that begins with \"signet-part/1\", found "
         "\"signet-part/2 2/3 sha256 "},
        {" " HEAD, SIGNET_E_MALFORMED, 0, "part manifest: expected a first line"},
        {"\n" HEAD, SIGNET_E_MALFORMED, 0, "part manifest: expected a first line"},
        {"signet-part/1 0/3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N with I from 1 to N, and N at most 65536, found "},
        {"signet-part/1 4/3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 1/65537 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 02/3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 2/+3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 2/ sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 2 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1  2/3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 18446744073709551617/3 sha256 " LISTING "\n", SIGNET_E_MALFORMED, 0,
         "part manifest: expected a part I/N"},
        {"signet-part/1 2/3 blake2b " LISTING "\n", SIGNET_E_UNSUPPORTED, SIGNET_NO_OFFSET,
         "part manifest: digests are by \"blake2b\"; expected sha256"},
        {"signet-part/1 2/3  sha256 " LISTING "\n", SIGNET_E_UNSUPPORTED, SIGNET_NO_OFFSET,
         "part manifest: digests are by \"\"; expected sha256"},
        {"signet-part/1 2/3 sha256 " LISTING "0\n", SIGNET_E_MALFORMED, 89,
         "part manifest: expected the digest of the listing, found \"0\""},
        {"signet-part/1 2/3 sha256 " LISTING " \n", SIGNET_E_MALFORMED, 89,
         "part manifest: expected the digest of the listing"},
        {"signet-part/1 2/3 sha256 " LISTING "\r\n", SIGNET_E_MALFORMED, 89,
         "part manifest: expected the digest of the listing"},
        {"signet-part/1 2/3 sha256 00112233\n", SIGNET_E_MALFORMED, 25,
         "part manifest: expected the digest of the listing, found \"00112233\""},
        /* a line */
        {HEAD "\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE  NAME\", found "},
        {HEAD X " 1  a\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE  NAME\""},
        {HEAD X "  1 a\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE  NAME\""},
        {HEAD X "  01  a\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD X "  -1  a\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD X "    a\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD X "  18446744073709551616  a\n", SIGNET_E_MALFORMED, 90,
         "part manifest: expected \"HEX  SIZE"},
        {HEAD X "\t1\ta\n", SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD "2D711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  1  a\n",
         SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD "2g711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  1  a\n",
         SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD "11642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  1  a\n",
         SIGNET_E_MALFORMED, 90, "part manifest: expected \"HEX  SIZE"},
        {HEAD X "  1  a\nend  " X "\n", SIGNET_E_MALFORMED, 161,
         "part manifest: expected \"HEX  SIZE  NAME\", found \"end  2d71"},
        /* names */
        {HEAD X "  1  \n", SIGNET_E_FORBIDDEN, SIGNET_NO_OFFSET, "a name is empty"},
        {HEAD X "  1  /a\n", SIGNET_E_FORBIDDEN, SIGNET_NO_OFFSET, "/a: the name is absolute"},
        {HEAD X "  1  a/../b\n", SIGNET_E_FORBIDDEN, SIGNET_NO_OFFSET, "a/../b: the name has a "},
        {HEAD X "  1  a\\b\n", SIGNET_E_FORBIDDEN, SIGNET_NO_OFFSET,
         "a\\\\b: the name holds a backslash"},
        {HEAD X "  1  a\r\n", SIGNET_E_FORBIDDEN, SIGNET_NO_OFFSET,
         "a\\x0d: the name holds a control character"},
        {HEAD X "  1  \xff\n", SIGNET_E_FORBIDDEN, SIGNET_NO_OFFSET,
         "\\xff: the name is not valid UTF-8"},
        {HEAD X "  1  b\n" Y "  1  a\n", SIGNET_E_MALFORMED, 161,
         "part manifest: expected names in the order of their bytes, each once, found "},
        {HEAD X "  1  a\n" X "  1  a\n", SIGNET_E_MALFORMED, 161,
         "part manifest: expected names in the order of their bytes, each once, found "},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_err err;
        struct signet_part part;
        struct signet_buf text = parts_seal(rows[i].body);
        int rc = read_part(signet_buf_span(&text), &part, &err);
        if (rc != rows[i].code || err.offset != rows[i].offset ||
            strncmp(err.msg, rows[i].msg, strlen(rows[i].msg)) != 0) {
            fail_msg("row %zu: %s at %llu: %s", i, signet_err_name(rc),
                     (unsigned long long)err.offset, err.msg);
        }
        signet_part_free(&part);
        signet_buf_free(&text);
    }
}

/* Cut anywhere, with a byte more, and with any one byte another. */
static void no_byte_may_differ(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_part part;
    struct signet_buf text = parts_seal(BODY);
    size_t whole = text.len;
    for (size_t len = 0; len < whole; len++) {
        /* a copy of exactly that size, so that reading behind it is noticed */
        uint8_t *cut = malloc(len > 0 ? len : 1);
        assert_non_null(cut);
        memcpy(cut, text.data, len);
        CHECK_CODE(read_part(signet_span_of(cut, len), &part, &err), SIGNET_E_MALFORMED);
        free(cut);
    }
    for (size_t i = 0; i < whole; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text.data[i] ^= (uint8_t)(1U << bit);
            int rc = read_part(signet_buf_span(&text), &part, &err);
            assert_true(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_UNSUPPORTED);
            text.data[i] ^= (uint8_t)(1U << bit);
        }
    }
    CHECK_OK(read_part(signet_buf_span(&text), &part, &err), &err);
    signet_part_free(&part);
    assert_int_equal(signet_buf_putc(&text, '\n'), SIGNET_OK);
    CHECK_CODE(read_part(signet_buf_span(&text), &part, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg,
                        "part manifest: no end line: it is cut off, or was not written whole");
    signet_buf_free(&text);
    CHECK_CODE(read_part(signet_span_of(NULL, 0), &part, &err), SIGNET_E_MALFORMED);
}

static void the_end_line_must_fit(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_part part;
    struct signet_buf text;
    signet_buf_init(&text, 1 << 16);
    signet_buf_puts(&text, BODY);
    CHECK_CODE(read_part(signet_buf_span(&text), &part, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg,
                        "part manifest: no end line: it is cut off, or was not written whole");
    signet_buf_puts(&text, "end  " X "\n");
    CHECK_CODE(read_part(signet_buf_span(&text), &part, &err), SIGNET_E_MALFORMED);
    assert_string_equal(
        err.msg, "part manifest: the end line does not fit what stands before it: it was changed");
    signet_buf_free(&text);
}

static void limits_hold(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_part part;
    struct signet_limits limits = signet_limits_default();
    struct signet_buf text = parts_seal(BODY);
    limits.entries = 2;
    limits.path = 5;
    signet_err_clear(&err);
    CHECK_OK(signet_part_read(signet_buf_span(&text), &limits, &part, &err), &err);
    signet_part_free(&part);
    limits.entries = 1;
    CHECK_CODE(signet_part_read(signet_buf_span(&text), &limits, &part, &err), SIGNET_E_LIMIT);
    limits.entries = 2;
    limits.path = 4;
    signet_err_clear(&err);
    CHECK_CODE(signet_part_read(signet_buf_span(&text), &limits, &part, &err), SIGNET_E_LIMIT);
    signet_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_read),           cmocka_unit_test(known_end_lines_are_accepted),
        cmocka_unit_test(other_bodies_are_refused), cmocka_unit_test(no_byte_may_differ),
        cmocka_unit_test(the_end_line_must_fit),    cmocka_unit_test(limits_hold),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * base/: errors, buffers, numbers, codecs, UTF-8, limits and the clock. Expected values
 * are those of RFC 4648 section 10, RFC 3629 and hand computation.
 */
#include "check.h"

#include <signet/limits.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"

static void err_first_wins_and_prefix_adds(void **state)
{
    (void)state;
    struct signet_err err;
    signet_err_clear(&err);
    assert_int_equal(signet_err_at(&err, SIGNET_E_MALFORMED, 7, "bad %s", "thing"),
                     SIGNET_E_MALFORMED);
    signet_err_set(&err, SIGNET_E_IO, "later");
    signet_err_prefix(&err, "file");
    assert_int_equal(err.code, SIGNET_E_MALFORMED);
    assert_int_equal(err.offset, 7);
    assert_string_equal(err.msg, "file: bad thing");
}

static void err_long_texts_are_cut(void **state)
{
    (void)state;
    struct signet_err err;
    char long_text[1000];
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    signet_err_clear(&err);
    signet_err_set(&err, SIGNET_E_IO, "%s", long_text);
    assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
    signet_err_prefix(&err, "%s", long_text);
    assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void err_worst_follows_the_contract(void **state)
{
    (void)state;
    static const int order[] = {SIGNET_E_INTERNAL, SIGNET_E_IO,        SIGNET_E_MISMATCH,
                                SIGNET_E_STALE,    SIGNET_E_UNTRUSTED, SIGNET_E_NO_SIGNATURE,
                                SIGNET_E_USAGE,    SIGNET_OK};
    static const int exits[] = {70, 3, 1, 6, 5, 4, 2, 0};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        assert_int_equal(signet_err_exit(order[i]), exits[i]);
        for (size_t j = i; j < sizeof(order) / sizeof(order[0]); j++) {
            assert_int_equal(signet_err_worse(order[i], order[j]), order[i]);
            assert_int_equal(signet_err_worse(order[j], order[i]), order[i]);
        }
    }
}

/* The exit status of each code, by the tables of signet(7), and the word for it in reports. */
static void each_code_has_its_exit_status(void **state)
{
    (void)state;
    static const struct {
        int exit_status;
        int code;
    } rows[] = {
        {0, SIGNET_OK},
        {1, SIGNET_E_BAD_SIGNATURE},
        {1, SIGNET_E_MISMATCH},
        {1, SIGNET_E_THRESHOLD},
        {1, SIGNET_E_DENIED},
        {1, SIGNET_E_UNVERIFIED},
        {2, SIGNET_E_USAGE},
        {3, SIGNET_E_IO},
        {3, SIGNET_E_LIMIT},
        {3, SIGNET_E_MALFORMED},
        {3, SIGNET_E_UNSUPPORTED},
        {3, SIGNET_E_AMBIGUOUS},
        {3, SIGNET_E_EXISTS},
        {3, SIGNET_E_FORBIDDEN},
        {3, SIGNET_E_PASSPHRASE},
        {4, SIGNET_E_NO_SIGNATURE},
        {5, SIGNET_E_UNTRUSTED},
        {6, SIGNET_E_STALE},
        {70, SIGNET_E_NOMEM},
        {70, SIGNET_E_INTERNAL},
    };
    static const struct {
        int exit_status;
        const char *word;
    } words[] = {{0, "pass"}, {1, "fail"}, {2, "error"}, {3, "error"},
                 {4, "fail"}, {5, "fail"}, {6, "fail"},  {70, "error"}};
    size_t codes = 1;
#define COUNT_ROW(name, value, exit_status, meaning) codes++;
    SIGNET_ERR_TABLE(COUNT_ROW)
#undef COUNT_ROW
    assert_int_equal(codes, sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t word = 0;
        while (words[word].exit_status != rows[i].exit_status) {
            word++;
        }
        assert_int_equal(signet_err_exit(rows[i].code), rows[i].exit_status);
        assert_string_equal(signet_err_result(rows[i].code), words[word].word);
    }
    /* What nobody gave a meaning is a fault, never a pass. */
    assert_int_equal(signet_err_exit(1), 70);
    assert_string_equal(signet_err_result(1), "error");
    assert_int_equal(signet_err_exit(SIGNET_E_INTERNAL - 1), 70);
    assert_int_equal(signet_err_worse(SIGNET_OK, 1), 1);
}

static void buf_stops_at_its_maximum_and_stays_failed(void **state)
{
    (void)state;
    struct signet_buf buf;
    signet_buf_init(&buf, 300);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(signet_buf_putc(&buf, 'a'), SIGNET_OK);
    }
    assert_int_equal(signet_buf_putc(&buf, 'b'), SIGNET_E_LIMIT);
    assert_int_equal(buf.len, 300);
    buf.len = 0;
    assert_int_equal(signet_buf_putc(&buf, 'b'), SIGNET_E_LIMIT);
    signet_buf_reset(&buf);
    assert_int_equal(signet_buf_putc(&buf, 'b'), SIGNET_OK);
    assert_int_equal(signet_buf_reserve(&buf, SIZE_MAX), SIGNET_E_LIMIT);
    signet_buf_free(&buf);
}

static void arena_aligns_zeroes_and_stops_at_its_maximum(void **state)
{
    (void)state;
    struct signet_arena arena;
    signet_arena_init(&arena, 100000);
    assert_string_equal(signet_arena_copy(&arena, signet_span_str("abc")), "abc");
    uint64_t *numbers = signet_arena_array(&arena, 5, sizeof(*numbers));
    assert_int_equal((uintptr_t)numbers % _Alignof(max_align_t), 0);
    assert_true(numbers[0] == 0 && numbers[4] == 0);
    assert_non_null(signet_arena_alloc(&arena, 50000));
    assert_null(signet_arena_alloc(&arena, 50000));
    assert_non_null(signet_arena_alloc(&arena, 100));
    assert_null(signet_arena_array(&arena, SIZE_MAX / 2, 4));
    assert_null(signet_arena_alloc(&arena, 0));
    signet_arena_free(&arena);
    assert_null(signet_arena_alloc(&arena, 1));
}

static void num_has_one_spelling(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "00", "01", "+1", "-1", " 1", "1 ", "1a", "0x1"};
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_CODE(signet_num_parse(signet_span_str(bad[i]), &value), SIGNET_E_MALFORMED);
    }
    CHECK_CODE(signet_num_parse(signet_span_str("18446744073709551616"), &value), SIGNET_E_LIMIT);
    assert_int_equal(signet_num_parse(signet_span_str("18446744073709551615"), &value), 0);
    assert_true(value == UINT64_MAX);
    char text[SIGNET_NUM_TEXT];
    assert_int_equal(signet_num_format(UINT64_MAX, text), 20);
    assert_string_equal(text, "18446744073709551615");
    assert_int_equal(signet_num_format(0, text), 1);
    assert_string_equal(text, "0");
}

static void hex_is_strict(void **state)
{
    (void)state;
    uint8_t out[4];
    char text[9];
    assert_int_equal(signet_hex_decode(signet_span_str("00fFaB10"), out, 4), 0);
    CHECK_BYTES(out, "\x00\xff\xab\x10", 4);
    signet_hex_encode(signet_span_of(out, 4), text);
    assert_string_equal(text, "00ffab10");
    CHECK_CODE(signet_hex_decode(signet_span_str("00ffab1"), out, 4), SIGNET_E_MALFORMED);
    CHECK_CODE(signet_hex_decode(signet_span_str("00ffab1g"), out, 4), SIGNET_E_MALFORMED);
    CHECK_CODE(signet_hex_decode(signet_span_str("00ffab1000"), out, 4), SIGNET_E_MALFORMED);
}

static void buf_gives_back_what_it_does_not_hold(void **state)
{
    (void)state;
    struct signet_buf buf;
    signet_buf_init(&buf, 1000);
    signet_buf_fit(&buf);
    assert_null(buf.data);
    CHECK_CODE(signet_buf_puts(&buf, "contents"), SIGNET_OK);
    assert_true(buf.cap > 8);
    signet_buf_fit(&buf);
    assert_int_equal(buf.cap, 8);
    CHECK_SPAN(signet_buf_span(&buf), "contents");
    CHECK_CODE(signet_buf_putc(&buf, '!'), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&buf), "contents!");
    signet_buf_free(&buf);
}

static void span_order_is_that_of_bytes(void **state)
{
    (void)state;
    static const char *const rising[] = {"", "a", "a-b", "a/b", "ab", "b", "\xc3\xa9", "\xff"};
    for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++) {
        for (size_t j = 0; j < sizeof(rising) / sizeof(rising[0]); j++) {
            int order = signet_span_order(signet_span_str(rising[i]), signet_span_str(rising[j]));
            assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
        }
    }
    assert_int_equal(signet_span_order(signet_span_of(NULL, 0), signet_span_str("")), 0);
}

static void b64_rfc4648_vectors(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_buf out;
        signet_buf_init(&out, 100);
        assert_int_equal(signet_b64_encode(&out, signet_span_str(rows[i][0]), SIGNET_B64_STANDARD),
                         0);
        CHECK_SPAN(signet_buf_span(&out), rows[i][1]);
        signet_buf_reset(&out);
        assert_int_equal(signet_b64_decode(&out, signet_span_str(rows[i][1])), 0);
        CHECK_SPAN(signet_buf_span(&out), rows[i][0]);
        signet_buf_free(&out);
    }
}

static void b64_accepts_either_alphabet_padded_or_not(void **state)
{
    (void)state;
    static const char *const good[] = {"+/8=", "+/8", "-_8=", "-_8"};
    static const char *const bad[] = {"+_8=", "+/8==", "+/9=", "+/8 ",  " +/8", "+/8=\n", "+/=",
                                      "+",    "=",     "====", "+/8=A", "+/8*", "+/===",  "+=/8"};
    struct signet_buf out;
    signet_buf_init(&out, 100);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        signet_buf_reset(&out);
        assert_int_equal(signet_b64_decode(&out, signet_span_str(good[i])), 0);
        CHECK_SPAN(signet_buf_span(&out), "\xfb\xff");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        signet_buf_reset(&out);
        CHECK_CODE(signet_b64_decode(&out, signet_span_str(bad[i])), SIGNET_E_MALFORMED);
        assert_int_equal(out.len, 0);
    }
    signet_buf_reset(&out);
    signet_b64_encode(&out, signet_span_str("\xfb\xff"), SIGNET_B64_URL_UNPADDED);
    CHECK_SPAN(signet_buf_span(&out), "-_8");
    signet_buf_reset(&out);
    signet_b64_encode(&out, signet_span_str("\xfb\xff"), SIGNET_B64_STANDARD_BARE);
    CHECK_SPAN(signet_buf_span(&out), "+/8");
    signet_buf_free(&out);
}

/* Every byte in each place of a group: what is no character of base64 is refused wherever it is. */
static void b64_knows_its_characters(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
    struct signet_buf out;
    signet_buf_init(&out, 100);
    for (unsigned c = 0; c < 256; c++) {
        for (size_t at = 0; at < 8; at++) {
            char text[] = "AAAAAAAA";
            text[at] = (char)c;
            bool known = c != 0 && strchr(alphabet, (int)c) != NULL;
            bool pads = c == '=' && at == 7; /* "AAAAAAA=" */
            signet_buf_reset(&out);
            CHECK_CODE(signet_b64_decode(&out, signet_span_of(text, 8)),
                       known || pads ? SIGNET_OK : SIGNET_E_MALFORMED);
            assert_int_equal(out.len, known ? 6 : pads ? 5 : 0);
        }
    }
    signet_buf_free(&out);
}

/* The vectors of RFC 4648 section 10, padded and not, and texts that are none. */
static void b64_is_decoded_where_it_stands(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},           {"Zg==", "f"},        {"Zm8=", "fo"},         {"Zm9v", "foo"},
        {"Zm9vYg", "foob"}, {"Zm9vYmE", "fooba"}, {"Zm9vYmFy", "foobar"}, {"-_8", "\xfb\xff"}};
    static const char *const bad[] = {"Zm9vY", "Zm9vYm=", "Zm9v YmF", "Zm9vY+_", "Zm9vYn=="};
    char place[16];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = strlen(rows[i][0]);
        memcpy(place, rows[i][0], len + 1);
        CHECK_CODE(signet_b64_decode_in_place((uint8_t *)place, &len), SIGNET_OK);
        CHECK_SPAN(signet_span_of(place, len), rows[i][1]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t len = strlen(bad[i]);
        memcpy(place, bad[i], len + 1);
        CHECK_CODE(signet_b64_decode_in_place((uint8_t *)place, &len), SIGNET_E_MALFORMED);
        assert_int_equal(len, strlen(bad[i]));
    }
}

static void utf8_refuses_what_rfc3629_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xc3",         "\xe2\x82",         "\xf0\x9f\x98",     "\xff"};
    static const char *const good[] = {
        "\x7f",         "\xc2\x80",     "\xdf\xbf",         "\xe0\xa0\x80",
        "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(signet_utf8_valid_length(signet_span_str(bad[i])), 0);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint8_t again[4];
        size_t len = strlen(good[i]);
        assert_int_equal(signet_utf8_sequence(signet_span_str(good[i])), len);
        uint32_t c = signet_utf8_decode((const uint8_t *)good[i], len);
        assert_int_equal(signet_utf8_encode(c, again), len);
        CHECK_BYTES(again, good[i], len);
    }
}

/* Whatever stands before and behind it: the bytes before a wrong one are valid, and no others. */
static void utf8_is_valid_up_to_the_first_wrong_byte(void **state)
{
    (void)state;
    char text[24];
    for (size_t at = 0; at < sizeof(text); at++) {
        memset(text, 'a', sizeof(text));
        text[at] = '\x80';
        assert_int_equal(signet_utf8_valid_length(signet_span_of(text, sizeof(text))), at);
        if (at > 0) {
            text[at - 1] = '\xc3';
            assert_int_equal(signet_utf8_valid_length(signet_span_of(text, sizeof(text))),
                             sizeof(text));
            assert_int_equal(signet_utf8_valid_length(signet_span_of(text, at)), at - 1);
        }
    }
}

static void utf8_show_hides_nothing_and_moves_nothing(void **state)
{
    (void)state;
    char out[SIGNET_SHOW_MAX];
    char long_text[300];
    assert_string_equal(
        signet_utf8_show(signet_span_str("a\x1b[31m\n\xff\\\xe2\x80\xae\xc3\xa9"), out),
        "a\\x1b[31m\\x0a\\xff\\\\\\u{202e}\xc3\xa9");
    memset(long_text, '\n', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    signet_utf8_show(signet_span_str(long_text), out);
    assert_true(strlen(out) < SIGNET_SHOW_MAX);
    assert_string_equal(out + strlen(out) - 3, "...");
}

static void limits_take_known_names_only(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    static const char *const bad[] = {
        "depth=5",        "json-depth",           "json-depth=", "json-depth=0",
        "json-depth=1e3", "json-depth=999999999", "=5",          ""};
    signet_err_clear(&err);
    CHECK_OK(signet_limits_set(&limits, signet_span_str("json-depth=5"), &err), &err);
    assert_int_equal(limits.json_depth, 5);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_CODE(signet_limits_set(&limits, signet_span_str(bad[i]), &err), SIGNET_E_USAGE);
    }
    assert_int_equal(limits.json_depth, 5);
    assert_int_equal(limits.envelope, 64 * 1024 * 1024);
}

static int64_t fixed_time(void *ctx)
{
    return *(const int64_t *)ctx;
}

static void clock_is_injected_and_formatted(void **state)
{
    (void)state;
    int64_t when = 1700000000;
    struct signet_clock clock = {fixed_time, &when};
    char text[SIGNET_CLOCK_TEXT];
    assert_string_equal(signet_clock_format(signet_clock_now(&clock), text),
                        "2023-11-14T22:13:20Z");
    assert_string_equal(signet_clock_format(-5, text), "1970-01-01T00:00:00Z");
    assert_string_equal(signet_clock_format(INT64_MAX, text), "9999-12-31T23:59:59Z");
    assert_true(signet_clock_now(NULL) > 1700000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err_first_wins_and_prefix_adds),
        cmocka_unit_test(err_long_texts_are_cut),
        cmocka_unit_test(err_worst_follows_the_contract),
        cmocka_unit_test(each_code_has_its_exit_status),
        cmocka_unit_test(buf_stops_at_its_maximum_and_stays_failed),
        cmocka_unit_test(arena_aligns_zeroes_and_stops_at_its_maximum),
        cmocka_unit_test(num_has_one_spelling),
        cmocka_unit_test(hex_is_strict),
        cmocka_unit_test(buf_gives_back_what_it_does_not_hold),
        cmocka_unit_test(span_order_is_that_of_bytes),
        cmocka_unit_test(b64_rfc4648_vectors),
        cmocka_unit_test(b64_accepts_either_alphabet_padded_or_not),
        cmocka_unit_test(b64_knows_its_characters),
        cmocka_unit_test(b64_is_decoded_where_it_stands),
        cmocka_unit_test(utf8_refuses_what_rfc3629_refuses),
        cmocka_unit_test(utf8_is_valid_up_to_the_first_wrong_byte),
        cmocka_unit_test(utf8_show_hides_nothing_and_moves_nothing),
        cmocka_unit_test(limits_take_known_names_only),
        cmocka_unit_test(clock_is_injected_and_formatted),
    };
    return CHECK_RUN(tests);
}

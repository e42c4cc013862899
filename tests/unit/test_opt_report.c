/* SPDX-License-Identifier: Apache-2.0
 *
 * What tools print beside results: the JSON writer (expected texts by RFC 8259 section 7) and the
 * progress line (expected texts computed by hand) under a clock and a terminal of the test's own.
 */
#include "check.h"

#include <unistd.h>

#include "common/progress.h"
#include <signet/jsonout.h>

static void json_puts_commas_and_names(void **state)
{
    (void)state;
    struct signet_buf out;
    signet_buf_init(&out, 1000);
    struct signet_jsonout json = {.out = &out};
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_open_array(&json, "empty");
    signet_jsonout_close_array(&json);
    signet_jsonout_open_array(&json, "list");
    signet_jsonout_number(&json, NULL, UINT64_MAX);
    signet_jsonout_null(&json, NULL);
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_close_object(&json);
    signet_jsonout_spliced(&json, signet_span_str("1,2"));
    signet_jsonout_spliced(&json, signet_span_str(""));
    signet_jsonout_close_array(&json);
    signet_jsonout_bool(&json, "yes", true);
    signet_jsonout_bool(&json, "no", false);
    signet_jsonout_text(&json, "text", "t");
    signet_jsonout_text(&json, "none", NULL);
    signet_jsonout_close_object(&json);
    CHECK_SPAN(signet_buf_span(&out), "{\"empty\":[],\"list\":[18446744073709551615,null,{},1,2],"
                                      "\"yes\":true,\"no\":false,\"text\":\"t\",\"none\":null}");
    signet_buf_free(&out);
}

static void json_strings_are_valid_and_harmless(void **state)
{
    (void)state;
    static const char hostile[] =
        "\"\\/\n\x1b\0\x7f\xc3\xa9\xe2\x80\xae\xff\xf0\x9f\x98\x80\xf3\xa0\x80\x81";
    struct signet_buf out;
    signet_buf_init(&out, 1000);
    struct signet_jsonout json = {.out = &out};
    signet_jsonout_bytes(&json, NULL, signet_span_of(hostile, sizeof(hostile) - 1));
    CHECK_SPAN(signet_buf_span(&out),
               "\"\\\"\\\\/\\u000a\\u001b\\u0000\\u007f\xc3\xa9\\u202e\\ufffd"
               "\xf0\x9f\x98\x80\\udb40\\udc01\"");
    signet_buf_free(&out);
}

static void json_error_sticks_to_the_buffer(void **state)
{
    (void)state;
    struct signet_buf out;
    signet_buf_init(&out, 10);
    struct signet_jsonout json = {.out = &out};
    signet_jsonout_text(&json, NULL, "longer than ten bytes");
    assert_int_equal(out.status, SIGNET_E_LIMIT);
    signet_buf_free(&out);
}

static void progress_line_says_how_much_and_how_long(void **state)
{
    (void)state;
    char line[SIGNET_PROGRESS_LINE];
    static const struct {
        uint64_t done;
        uint64_t total;
        uint64_t elapsed_ms;
        const char *text;
    } rows[] = {
        {0, 1000, 1000, "t: 0 B of 1000 B, 0 %, 0 B/s, 99 h 59 min left"},
        {1 << 20, UINT64_C(1) << 30, 1000,
         "t: 1.0 MiB of 1.0 GiB, 0 %, 1.0 MiB/s, 17 min 03 s left"},
        {512, 1024, 2000, "t: 512 B of 1.0 KiB, 50 %, 256 B/s, 2 s left"},
        {1023, 1023, 1000, "t: 1023 B of 1023 B, 100 %, 1023 B/s, 0 s left"},
        {UINT64_C(3) << 40, UINT64_C(4) << 40, 10800000,
         "t: 3.0 TiB of 4.0 TiB, 75 %, 291.3 MiB/s, 1 h 00 min left"},
        {1048575, 0, 1000, "t: 1.0 MiB, 1.0 MiB/s"},
        {2000, 1000, 1000, "t: 2.0 KiB, 2.0 KiB/s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len =
            signet_progress_line("t", rows[i].done, rows[i].total, rows[i].elapsed_ms, line);
        assert_string_equal(line, rows[i].text);
        assert_int_equal(len, strlen(line));
    }
    size_t len = signet_progress_line("signet-canon", UINT64_MAX - 1, UINT64_MAX, 1000, line);
    assert_true(len < SIGNET_PROGRESS_LINE && line[len] == '\0');
}

/* The clock counts the calls: 400 ms each. */
static uint64_t ticking(void)
{
    static uint64_t now;
    now += 400;
    return now;
}

static void progress_waits_a_second_and_cleans_up(void **state)
{
    (void)state;
    int ends[2];
    char seen[400] = "";
    assert_int_equal(pipe(ends), 0);
    struct signet_progress progress = {
        .name = "t", .fd = ends[1], .enabled = true, .now_ms = ticking};
    signet_progress_update(&progress, 1, 4); /* 0 ms */
    signet_progress_update(&progress, 1, 4); /* 400 ms */
    signet_progress_update(&progress, 2, 4); /* 800 ms */
    assert_int_equal(progress.width, 0);
    signet_progress_erase(&progress);
    signet_progress_update(&progress, 3, 4); /* 1200 ms */
    assert_true(progress.width > 0);
    signet_progress_erase(&progress);
    signet_progress_erase(&progress);
    close(ends[1]);
    ssize_t got = read(ends[0], seen, sizeof(seen) - 1);
    close(ends[0]);
    assert_true(got > 0);
    assert_string_equal(seen, "\rt: 3 B of 4 B, 75 %, 2 B/s, 0 s left"
                              "\r                                    \r");
}

static void progress_disabled_says_nothing(void **state)
{
    (void)state;
    struct signet_progress progress = {.name = "t", .fd = -1, .now_ms = ticking};
    for (uint64_t i = 0; i < 10; i++) {
        signet_progress_update(&progress, i, 10);
    }
    assert_int_equal(progress.width, 0);
    assert_false(progress.started);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_puts_commas_and_names),
        cmocka_unit_test(json_strings_are_valid_and_harmless),
        cmocka_unit_test(json_error_sticks_to_the_buffer),
        cmocka_unit_test(progress_line_says_how_much_and_how_long),
        cmocka_unit_test(progress_waits_a_second_and_cleans_up),
        cmocka_unit_test(progress_disabled_says_nothing),
    };
    return CHECK_RUN(tests);
}

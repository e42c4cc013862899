/* SPDX-License-Identifier: Apache-2.0
 *
 * base/instant: RFC 3339 instants against timegm() of the C library, and the texts that are none.
 */
#define _DEFAULT_SOURCE 1 /* timegm */
#include "check.h"

#include <time.h>

#include "base/instant.h"

static int64_t by_libc(int year, int month, int day, int hour, int minute, int second)
{
    struct tm parts = {.tm_year = year - 1900,
                       .tm_mon = month - 1,
                       .tm_mday = day,
                       .tm_hour = hour,
                       .tm_min = minute,
                       .tm_sec = second};
    return (int64_t)timegm(&parts);
}

/* The second day and the last day of each month from 1970 to 2500, and some years beyond. */
static void instants_are_those_of_the_c_library(void **state)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    (void)state;
    for (int year = 1970; year < 9999; year += year < 2500 ? 1 : 777) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 2; day <= 31; day = day == 2 ? 28 : day + 1) {
                char text[32];
                int64_t seconds = -1;
                bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
                bool valid = day <= days[month - 1] && (month != 2 || day < 29 || leap);
                assert_int_equal(snprintf(text, sizeof(text), "%04d-%02d-%02dT23:%02d:%02dZ", year,
                                          month, day, day, month),
                                 20);
                assert_int_equal(signet_instant_parse(signet_span_str(text), &seconds), valid);
                assert_true(seconds == (valid ? by_libc(year, month, day, 23, day, month) : -1));
            }
        }
    }
}

static void one_spelling_only(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026-11-01",
        "2026-11-01T00:00:00",
        "2026-11-01T00:00:00z",
        "2026-11-01t00:00:00Z",
        "2026-11-01 00:00:00Z",
        "2026-11-01T00:00:00+00:00",
        "2026-11-01T00:00:00.0Z",
        "2026-11-01T00:00:00Z ",
        " 2026-11-01T00:00:00Z",
        "2026-11-01T24:00:00Z",
        "2026-11-01T00:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "12026-11-01T00:00:00Z",
        "226-11-01T00:00:00Z",
        "2026-1-01T00:00:00Z",
        "2026-11-01T0:00:00Z",
        "-026-11-01T00:00:00Z",
        "2026-11-01T00:00:00ZZ",
        "20261101T000000Z",
    };
    int64_t seconds = 7;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(signet_instant_parse(signet_span_str(wrong[i]), &seconds));
        assert_int_equal(seconds, 7);
    }
    assert_true(signet_instant_parse(signet_span_str("2026-11-01T00:00:00Z"), &seconds));
    assert_int_equal(seconds, 1793491200);
    assert_true(signet_instant_parse(signet_span_str("1970-01-01T00:00:00Z"), &seconds));
    assert_int_equal(seconds, 0);
    assert_true(signet_instant_parse(signet_span_str("9999-12-31T23:59:59Z"), &seconds));
    assert_true(seconds == INT64_C(253402300799));
}

static void others_write_zones_and_fractions(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: none */
    } rows[] = {
        {"2026-11-01T00:00:00Z", 1793491200},
        {"2026-11-01T00:00:00.9Z", 1793491200},
        {"2026-11-01T00:00:00.123456789Z", 1793491200},
        {"2026-11-01T01:30:00+01:30", 1793491200},
        {"2026-10-31T19:00:00-05:00", 1793491200},
        {"2026-11-01T00:00:00-00:00", 1793491200},
        {"2026-11-01T00:00:00.5+00:00", 1793491200},
        {"2026-11-01T00:00:00.Z", -1},
        {"2026-11-01T00:00:00.1234567890Z", -1},
        {"2026-11-01T00:00:00", -1},
        {"2026-11-01T00:00:00+24:00", -1},
        {"2026-11-01T00:00:00+00:60", -1},
        {"2026-11-01T00:00:00+0000", -1},
        {"2026-11-01T00:00:00+00:00Z", -1},
        {"2026-11-01T00:00:00,5Z", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t seconds = -1;
        assert_int_equal(signet_instant_parse_any(signet_span_str(rows[i].text), &seconds),
                         rows[i].seconds >= 0);
        assert_true(seconds == rows[i].seconds);
    }
}

static void durations_have_one_unit(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: none */
    } rows[] = {
        {"P1D", 86400},
        {"P400D", 34560000},
        {"PT1H", 3600},
        {"PT999999H", 3599996400},
        {"P999999D", 86399913600},
        {"P0D", -1},
        {"PT0H", -1},
        {"P01D", -1},
        {"P1000000D", -1},
        {"P1H", -1},
        {"PT1D", -1},
        {"P1DT1H", -1},
        {"P", -1},
        {"PD", -1},
        {"PT", -1},
        {"PTH", -1},
        {"P-1D", -1},
        {"P+1D", -1},
        {"P1.5D", -1},
        {"P1W", -1},
        {"P1M", -1},
        {"p1D", -1},
        {"P1d", -1},
        {"1D", -1},
        {" P1D", -1},
        {"P1D ", -1},
        {"", -1},
        {"PT1M", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t seconds = -1;
        assert_int_equal(signet_duration_parse(signet_span_str(rows[i].text), &seconds),
                         rows[i].seconds > 0);
        assert_true(seconds == rows[i].seconds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_those_of_the_c_library),
        cmocka_unit_test(one_spelling_only),
        cmocka_unit_test(others_write_zones_and_fractions),
        cmocka_unit_test(durations_have_one_unit),
    };
    return CHECK_RUN(tests);
}

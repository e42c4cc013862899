/* SPDX-License-Identifier: Apache-2.0
 *
 * Points in time and lengths of time: see base/instant.h.
 */
#include "base/instant.h"

#include <signet/err.h>
#include <signet/text.h>

enum {
    DAY = 86400,
    HOUR = 3600,
    MINUTE = 60,
    FRACTION = 9,     /* digits */
    LONGEST_COUNT = 6 /* digits of a duration */
};

/* Takes exactly so many digits off text. */
static bool take_digits(struct signet_span *text, size_t count, int64_t *number)
{
    *number = 0;
    if (text->len < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9') {
            return false;
        }
        *number = *number * 10 + (text->ptr[i] - '0');
    }
    *text = signet_span_of(text->ptr + count, text->len - count);
    return true;
}

static bool take_mark(struct signet_span *text, char mark)
{
    if (text->len == 0 || text->ptr[0] != (uint8_t)mark) {
        return false;
    }
    *text = signet_span_of(text->ptr + 1, text->len - 1);
    return true;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01 to the first day of a year. */
static int64_t days_before_year(int64_t year)
{
    int64_t before = year - 1;
    int64_t leap_days = before / 4 - before / 100 + before / 400;
    return 365 * (year - 1970) + leap_days - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static bool take_date(struct signet_span *text, int64_t *seconds)
{
    int64_t year = 0;
    int64_t month = 0;
    int64_t day = 0;
    if (!take_digits(text, 4, &year) || !take_mark(text, '-') || !take_digits(text, 2, &month) ||
        !take_mark(text, '-') || !take_digits(text, 2, &day) || year < 1970 || month < 1 ||
        month > 12 || day < 1 || day > days_of_month(year, month)) {
        return false;
    }
    int64_t days = days_before_year(year) + day - 1;
    for (int64_t i = 1; i < month; i++) {
        days += days_of_month(year, i);
    }
    *seconds = days * DAY;
    return true;
}

static bool take_time(struct signet_span *text, int64_t *seconds)
{
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    if (!take_digits(text, 2, &hour) || !take_mark(text, ':') || !take_digits(text, 2, &minute) ||
        !take_mark(text, ':') || !take_digits(text, 2, &second) || hour > 23 || minute > 59 ||
        second > 59) {
        return false;
    }
    *seconds += hour * HOUR + minute * MINUTE + second;
    return true;
}

static bool take_both(struct signet_span *text, int64_t *seconds)
{
    return take_date(text, seconds) && take_mark(text, 'T') && take_time(text, seconds);
}

bool signet_instant_parse(struct signet_span text, int64_t *seconds)
{
    int64_t read = 0;
    if (!take_both(&text, &read) || !take_mark(&text, 'Z') || text.len != 0) {
        return false;
    }
    *seconds = read;
    return true;
}

static bool take_fraction(struct signet_span *text)
{
    size_t digits = 0;
    int64_t digit = 0;
    if (!take_mark(text, '.')) {
        return true;
    }
    while (digits <= FRACTION && take_digits(text, 1, &digit)) {
        digits++;
    }
    return digits > 0 && digits <= FRACTION;
}

/* What a zone is ahead of UTC. */
static bool take_zone(struct signet_span *text, int64_t *ahead)
{
    int64_t hours = 0;
    int64_t minutes = 0;
    *ahead = 0;
    if (take_mark(text, 'Z')) {
        return true;
    }
    bool behind = take_mark(text, '-');
    if ((!behind && !take_mark(text, '+')) || !take_digits(text, 2, &hours) ||
        !take_mark(text, ':') || !take_digits(text, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *ahead = (hours * HOUR + minutes * MINUTE) * (behind ? -1 : 1);
    return true;
}

bool signet_instant_parse_any(struct signet_span text, int64_t *seconds)
{
    int64_t read = 0;
    int64_t ahead = 0;
    if (!take_both(&text, &read) || !take_fraction(&text) || !take_zone(&text, &ahead) ||
        text.len != 0) {
        return false;
    }
    *seconds = read - ahead;
    return true;
}

bool signet_duration_parse(struct signet_span text, int64_t *seconds)
{
    uint64_t count = 0;
    if (!take_mark(&text, 'P')) {
        return false;
    }
    bool hours = take_mark(&text, 'T');
    uint8_t unit = hours ? 'H' : 'D';
    if (text.len < 2 || text.len > LONGEST_COUNT + 1 || text.ptr[text.len - 1] != unit ||
        text.ptr[0] == '0' ||
        signet_num_parse(signet_span_of(text.ptr, text.len - 1), &count) != SIGNET_OK) {
        return false;
    }
    *seconds = (int64_t)count * (hours ? HOUR : DAY);
    return true;
}

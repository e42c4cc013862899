/* SPDX-License-Identifier: Apache-2.0
 *
 * From the lexeme of a number to its canonical text: see json/num.h. Owns digits and layout; the
 * rounding is in json/double.c.
 */
#include "json/num.h"

#include "json/double.h"

enum {
    /* Decimals of up to 15 digits survive the way into a double and back (DBL_DIG), so no two of
     * them share one, and the shortest text of theirs is the one they have. */
    SAFE_DIGITS = 15,
    /* 10^-307 to 10^308 are normal doubles. */
    LOWEST_SAFE_POINT = -306,
    HIGHEST_SAFE_POINT = 308,
    GREATEST_POINT = 309,
};

/* Beyond every sum of an exponent that matters and the digits of a text (less than 2^32). */
static const int64_t exponent_ceiling = INT64_C(1) << 40;

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static int64_t read_exponent(const uint8_t *p, const uint8_t *end)
{
    bool negative = *p == '-';
    int64_t exponent = 0;
    for (p += *p == '-' || *p == '+'; p < end; p++) {
        exponent = exponent * 10 + (*p - '0');
        if (exponent > exponent_ceiling) {
            exponent = exponent_ceiling;
        }
    }
    return negative ? -exponent : exponent;
}

static void append_digit(struct signet_decimal *decimal, uint8_t digit)
{
    if (decimal->count < SIGNET_JSON_DIGITS) {
        decimal->digits[decimal->count++] = digit;
    } else if (digit != 0) {
        /* Only that more follows is of interest: any non-zero digit stands for it. */
        decimal->count = SIGNET_JSON_DIGITS + 1;
        decimal->digits[SIGNET_JSON_DIGITS] = 1;
    }
}

static void read_lexeme(struct signet_span lexeme, struct signet_decimal *decimal)
{
    const uint8_t *p = lexeme.ptr;
    const uint8_t *end = p + lexeme.len;
    bool fraction = false;

    decimal->negative = *p == '-';
    decimal->point = 0;
    decimal->count = 0;
    for (p += decimal->negative; p < end && (is_digit(*p) || *p == '.'); p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        if (decimal->count > 0 || *p != '0') {
            append_digit(decimal, (uint8_t)(*p - '0'));
            decimal->point += !fraction;
        } else {
            decimal->point -= fraction;
        }
    }
    if (p < end) {
        decimal->point += read_exponent(p + 1, end);
    }
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == 0) {
        decimal->count--;
    }
}

bool signet_json_number_fits(struct signet_span lexeme)
{
    struct signet_decimal decimal;
    read_lexeme(lexeme, &decimal);
    if (decimal.count == 0 || decimal.point < GREATEST_POINT) {
        return true;
    }
    return decimal.point == GREATEST_POINT &&
           signet_double_from_decimal(&decimal) < SIGNET_DOUBLE_INFINITY;
}

static char *put_digits(char *to, const struct signet_decimal *decimal, size_t from, size_t until)
{
    for (size_t i = from; i < until; i++) {
        *to++ = (char)('0' + (i < decimal->count ? decimal->digits[i] : 0));
    }
    return to;
}

static char *put_exponent(char *to, int exponent)
{
    unsigned magnitude = (unsigned)(exponent < 0 ? -exponent : exponent);
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    if (magnitude >= 100) {
        *to++ = (char)('0' + magnitude / 100);
    }
    if (magnitude >= 10) {
        *to++ = (char)('0' + magnitude / 10 % 10);
    }
    *to++ = (char)('0' + magnitude % 10);
    return to;
}

/* Number::toString of ECMA-262: digits before the point up to 21, zeros after it up to 6. */
static size_t put_ecmascript(const struct signet_decimal *decimal, char *out)
{
    char *to = out;
    int point = (int)decimal->point;
    if (decimal->count == 0) {
        *to = '0';
        return 1;
    }
    if (decimal->negative) {
        *to++ = '-';
    }
    if (point > 21 || point <= -6) {
        to = put_digits(to, decimal, 0, 1);
        if (decimal->count > 1) {
            *to++ = '.';
            to = put_digits(to, decimal, 1, decimal->count);
        }
        to = put_exponent(to, point - 1);
    } else if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        for (; point < 0; point++) {
            *to++ = '0';
        }
        to = put_digits(to, decimal, 0, decimal->count);
    } else {
        to = put_digits(to, decimal, 0, (size_t)point);
        if (decimal->count > (size_t)point) {
            *to++ = '.';
            to = put_digits(to, decimal, (size_t)point, decimal->count);
        }
    }
    return (size_t)(to - out);
}

static bool is_short_integer(struct signet_span lexeme)
{
    bool negative = lexeme.ptr[0] == '-';
    if (lexeme.len - negative > SAFE_DIGITS || (negative && lexeme.ptr[1] == '0')) {
        return false;
    }
    for (size_t i = negative; i < lexeme.len; i++) {
        if (!is_digit(lexeme.ptr[i])) {
            return false;
        }
    }
    return true;
}

size_t signet_json_number_canon(struct signet_span lexeme, char out[SIGNET_JSON_NUMBER_TEXT])
{
    struct signet_decimal decimal;
    if (is_short_integer(lexeme)) {
        memcpy(out, lexeme.ptr, lexeme.len);
        return lexeme.len;
    }
    read_lexeme(lexeme, &decimal);
    if (decimal.count > SAFE_DIGITS || decimal.point > HIGHEST_SAFE_POINT ||
        decimal.point < LOWEST_SAFE_POINT) {
        signet_double_to_decimal(signet_double_from_decimal(&decimal), &decimal);
    }
    return put_ecmascript(&decimal, out);
}

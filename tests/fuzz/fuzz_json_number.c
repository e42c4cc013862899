/* SPDX-License-Identifier: Apache-2.0
 *
 * json/num.h: numbers. The C library is the other opinion: a number that is accepted, and its
 * canonical text, read as the same double, and no decimal of fewer digits does. What is refused
 * breaks the grammar or is infinite there too.
 */
#include "fuzz.h"

#include <math.h>
#include <signet/json.h>

enum {
    LEXEME_MAX = 4096,
    DIGITS_MAX = 17 /* enough for every double */
};

static bool is_number_character(uint8_t c)
{
    return c != '\0' && strchr("0123456789+-.eE", c) != NULL;
}

static const char *skip_digits(const char *p)
{
    while (*p >= '0' && *p <= '9') {
        p++;
    }
    return p;
}

/* The grammar of RFC 8259 section 6. */
static bool is_number(const char *p)
{
    p += *p == '-';
    const char *end = *p == '0' ? p + 1 : skip_digits(p);
    if (end == p) {
        return false;
    }
    if (*end == '.') {
        p = end + 1;
        end = skip_digits(p);
        if (end == p) {
            return false;
        }
    }
    if (*end == 'e' || *end == 'E') {
        p = end + 1;
        p += *p == '-' || *p == '+';
        end = skip_digits(p);
        if (end == p) {
            return false;
        }
    }
    return *end == '\0';
}

static size_t count_digits(const char *text)
{
    size_t digits = 0;
    size_t zeros = 0; /* since the last digit that counts */
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '0') {
            zeros += digits > 0 ? 1 : 0;
        } else if (*text != '.' && *text != '-') {
            digits += zeros + 1;
            zeros = 0;
        }
    }
    return digits;
}

/* The fewest digits that the C library can print value with and read it back. */
static size_t fewest_digits(double value)
{
    char text[64];
    for (int digits = 1; digits < DIGITS_MAX; digits++) {
        FUZZ_CHECK(snprintf(text, sizeof(text), "%.*e", digits - 1, value) > 0);
        double again = strtod(text, NULL);
        if (again <= value && again >= value) {
            return (size_t)digits;
        }
    }
    return DIGITS_MAX;
}

static void check_lexeme(const char *lexeme)
{
    char *end = NULL;
    struct signet_buf text;
    double value = strtod(lexeme, &end);
    signet_buf_init(&text, LEXEME_MAX);
    int rc = signet_json_canon(signet_span_str(lexeme), NULL, signet_sink_to_buf(&text), NULL);
    FUZZ_CHECK((rc == SIGNET_OK) == (is_number(lexeme) && isfinite(value)));
    if (rc == SIGNET_OK) {
        FUZZ_CHECK(signet_buf_putc(&text, '\0') == SIGNET_OK);
        const char *form = (const char *)text.data;
        double again = strtod(form, &end);
        FUZZ_CHECK(*end == '\0' && again <= value && again >= value);
        FUZZ_CHECK(strlen(form) <= 25);
        FUZZ_CHECK(count_digits(form) <= fewest_digits(value));
        FUZZ_CHECK(strpbrk(form, "E") == NULL && strcmp(form, "-0") != 0);
    } else {
        FUZZ_CHECK(rc == SIGNET_E_MALFORMED && text.len == 0);
    }
    signet_buf_free(&text);
}

/* A double by its bits: the digits that are always enough must be accepted. */
static void check_bits(const uint8_t *data)
{
    char lexeme[64];
    double value = 0;
    struct signet_buf text;
    memcpy(&value, data, sizeof(value));
    if (!isfinite(value)) {
        return;
    }
    FUZZ_CHECK(snprintf(lexeme, sizeof(lexeme), "%.17g", value) > 0);
    signet_buf_init(&text, LEXEME_MAX);
    FUZZ_CHECK(signet_json_canon(signet_span_str(lexeme), NULL, signet_sink_to_buf(&text), NULL) ==
               SIGNET_OK);
    signet_buf_free(&text);
    check_lexeme(lexeme);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char lexeme[LEXEME_MAX];
    size_t len = 0;
    if (size == sizeof(double)) {
        check_bits(data);
    }
    while (len < size && len < sizeof(lexeme) - 1 && is_number_character(data[len])) {
        lexeme[len] = (char)data[len];
        len++;
    }
    lexeme[len] = '\0';
    check_lexeme(lexeme);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Semantic versions: see base/semver.h. Numbers are compared as text, so none is too large.
 */
#include "base/semver.h"

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_identifier_character(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* Takes what precedes the first mark, or all, off *rest. False if no mark was left. */
static bool take_until(struct signet_span *rest, char mark, struct signet_span *taken)
{
    const uint8_t *at = rest->len > 0 ? memchr(rest->ptr, mark, rest->len) : NULL;
    if (at == NULL) {
        *taken = *rest;
        *rest = signet_span_of(NULL, 0);
        return false;
    }
    *taken = signet_span_of(rest->ptr, (size_t)(at - rest->ptr));
    *rest = signet_span_of(at + 1, rest->len - taken->len - 1);
    return true;
}

static bool is_numeric(struct signet_span identifier)
{
    size_t digits = 0;
    while (digits < identifier.len && is_digit(identifier.ptr[digits])) {
        digits++;
    }
    return digits > 0 && digits == identifier.len;
}

static bool is_number(struct signet_span text)
{
    return is_numeric(text) && (text.len == 1 || text.ptr[0] != '0');
}

static bool is_identifier(struct signet_span text, bool of_prerelease)
{
    size_t fitting = 0;
    while (fitting < text.len && is_identifier_character(text.ptr[fitting])) {
        fitting++;
    }
    return fitting > 0 && fitting == text.len &&
           (!of_prerelease || !is_numeric(text) || is_number(text));
}

static bool are_identifiers(struct signet_span text, bool of_prerelease)
{
    struct signet_span identifier;
    bool fits = true;
    bool more = true;
    while (fits && more) {
        more = take_until(&text, '.', &identifier);
        fits = is_identifier(identifier, of_prerelease);
    }
    return fits;
}

bool signet_semver_parse(struct signet_span text, struct signet_semver *version)
{
    struct signet_semver read;
    struct signet_span before_build;
    struct signet_span core;
    bool has_build = take_until(&text, '+', &before_build);
    read.build = text;
    bool has_prerelease = take_until(&before_build, '-', &core);
    read.prerelease = before_build;
    if (!take_until(&core, '.', &read.numbers[0]) || !take_until(&core, '.', &read.numbers[1]) ||
        take_until(&core, '.', &read.numbers[2]) || !is_number(read.numbers[0]) ||
        !is_number(read.numbers[1]) || !is_number(read.numbers[2]) ||
        (has_prerelease && !are_identifiers(read.prerelease, true)) ||
        (has_build && !are_identifiers(read.build, false))) {
        return false;
    }
    *version = read;
    return true;
}

/* Of digits without leading zeros. */
static int compare_numbers(struct signet_span a, struct signet_span b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return signet_span_order(a, b);
}

static int compare_identifiers(struct signet_span a, struct signet_span b)
{
    bool number_a = is_numeric(a);
    bool number_b = is_numeric(b);
    if (number_a != number_b) {
        return number_a ? -1 : 1;
    }
    return number_a ? compare_numbers(a, b) : signet_span_order(a, b);
}

static int compare_prereleases(struct signet_span a, struct signet_span b)
{
    struct signet_span one;
    struct signet_span other;
    if (a.len == 0 || b.len == 0) {
        return (a.len == 0) - (b.len == 0); /* the release itself is above them */
    }
    for (;;) {
        bool more_a = take_until(&a, '.', &one);
        bool more_b = take_until(&b, '.', &other);
        int order = compare_identifiers(one, other);
        if (order != 0 || !more_a || !more_b) {
            return order != 0 ? order : more_a - more_b;
        }
    }
}

int signet_semver_compare(const struct signet_semver *a, const struct signet_semver *b)
{
    for (size_t i = 0; i < sizeof(a->numbers) / sizeof(a->numbers[0]); i++) {
        int order = compare_numbers(a->numbers[i], b->numbers[i]);
        if (order != 0) {
            return order;
        }
    }
    return compare_prereleases(a->prerelease, b->prerelease);
}

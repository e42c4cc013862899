/* SPDX-License-Identifier: Apache-2.0
 *
 * Escapes and the order of names, on strings that were checked: see json/text.h.
 */
#include "json/text.h"

#include "base/codec.h"
#include "base/utf8.h"

static uint32_t four_hex_digits(const uint8_t *p)
{
    uint32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        unit = unit << 4 | (uint32_t)signet_hex_value(p[i]);
    }
    return unit;
}

static const uint8_t *unicode_escape(const uint8_t *digits, uint32_t *code_point)
{
    *code_point = four_hex_digits(digits);
    if (*code_point < 0xD800 || *code_point > 0xDFFF) {
        return digits + 4;
    }
    uint32_t low = four_hex_digits(digits + 6);
    *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (low - 0xDC00);
    return digits + 10;
}

const uint8_t *signet_json_char(const uint8_t *p, uint32_t *code_point)
{
    if (*p != '\\') {
        size_t len = *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
        *code_point = signet_utf8_decode(p, len);
        return p + len;
    }
    switch (p[1]) {
    case 'u':
        return unicode_escape(p + 2, code_point);
    case 'b':
        *code_point = '\b';
        break;
    case 'f':
        *code_point = '\f';
        break;
    case 'n':
        *code_point = '\n';
        break;
    case 'r':
        *code_point = '\r';
        break;
    case 't':
        *code_point = '\t';
        break;
    default: /* quote, backslash, slash */
        *code_point = p[1];
        break;
    }
    return p + 2;
}

size_t signet_json_put_char(uint32_t code_point, uint8_t out[6])
{
    static const char hex[] = "0123456789abcdef";
    static const char short_forms[] = "btn\0fr"; /* U+0008 to U+000D; U+000B has none */
    if (code_point >= 0x20 && code_point != '"' && code_point != '\\') {
        return signet_utf8_encode(code_point, out);
    }
    out[0] = '\\';
    if (code_point >= 0x20) {
        out[1] = (uint8_t)code_point;
        return 2;
    }
    if (code_point >= 8 && code_point <= 13 && code_point != 11) {
        out[1] = (uint8_t)short_forms[code_point - 8];
        return 2;
    }
    out[1] = 'u';
    out[2] = '0';
    out[3] = '0';
    out[4] = (uint8_t)hex[code_point >> 4];
    out[5] = (uint8_t)hex[code_point & 15];
    return 6;
}

/* UTF-16 order differs from that of code points, and so from that of UTF-8 bytes, in one way:
 * U+10000 and above, being surrogate pairs, come before U+E000 to U+FFFF. */
static uint32_t rank_of_code_point(uint32_t c)
{
    return c >= 0x10000 ? c - 0x2000 : c >= 0xE000 ? c + 0x100000 : c;
}

static int rank_of_byte(uint8_t byte)
{
    return byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte;
}

static int order_of_characters(const uint8_t *a, const uint8_t *b)
{
    while (*a != '"' && *b != '"') {
        uint32_t from_a = 0;
        uint32_t from_b = 0;
        a = signet_json_char(a, &from_a);
        b = signet_json_char(b, &from_b);
        if (from_a != from_b) {
            return rank_of_code_point(from_a) < rank_of_code_point(from_b) ? -1 : 1;
        }
    }
    return (*a != '"') - (*b != '"');
}

int signet_json_name_order(const uint8_t *a, const uint8_t *b)
{
    while (*a == *b && *a != '"' && *a != '\\') {
        a++;
        b++;
    }
    if (*a == '\\' || *b == '\\') {
        /* What went before is equal, so both stand at the start of a character. */
        return order_of_characters(a, b);
    }
    if (*a == '"' || *b == '"') {
        return (*a != '"') - (*b != '"');
    }
    return rank_of_byte(*a) - rank_of_byte(*b);
}

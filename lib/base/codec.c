/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict hex and base64 (RFC 4648). Owns the tables; knows nothing of what is encoded.
 */
#include "base/codec.h"

#include <signet/err.h>

#include "base/compiler.h"

static const char hex_digits[] = "0123456789abcdef";
static const char standard_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void signet_hex_encode(struct signet_span bytes, char *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        out[2 * i] = hex_digits[bytes.ptr[i] >> 4];
        out[2 * i + 1] = hex_digits[bytes.ptr[i] & 15];
    }
    out[2 * bytes.len] = '\0';
}

/* clang-format off */
static const int8_t hex_values[256] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1,
    -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};
/* clang-format on */

int signet_hex_value(uint8_t c)
{
    return hex_values[c];
}

int signet_hex_decode(struct signet_span text, uint8_t *out, size_t len)
{
    if (text.len / 2 != len || text.len % 2 != 0) {
        return SIGNET_E_MALFORMED;
    }
    int seen = 0;
    for (size_t i = 0; i < len; i++) {
        int high = signet_hex_value(text.ptr[2 * i]);
        int low = signet_hex_value(text.ptr[2 * i + 1]);
        seen |= high | low;
        out[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    return seen >= 0 ? SIGNET_OK : SIGNET_E_MALFORMED;
}

int signet_b64_encode(struct signet_buf *out, struct signet_span bytes, enum signet_b64_form form)
{
    const char *alphabet = form == SIGNET_B64_URL_UNPADDED ? url_alphabet : standard_alphabet;
    size_t need = 0;
    if (SIGNET_MUL_OVERFLOWS(bytes.len / 3 + 1, (size_t)4, &need)) {
        out->status = SIGNET_E_LIMIT;
        return out->status;
    }
    int rc = signet_buf_reserve(out, need);
    if (rc != SIGNET_OK) {
        return rc;
    }
    uint8_t *to = out->data + out->len;
    size_t i = 0;
    for (; bytes.len - i >= 3; i += 3) {
        unsigned group =
            (unsigned)bytes.ptr[i] << 16 | (unsigned)bytes.ptr[i + 1] << 8 | bytes.ptr[i + 2];
        *to++ = (uint8_t)alphabet[group >> 18];
        *to++ = (uint8_t)alphabet[group >> 12 & 63];
        *to++ = (uint8_t)alphabet[group >> 6 & 63];
        *to++ = (uint8_t)alphabet[group & 63];
    }
    size_t rest = bytes.len - i;
    if (rest > 0) {
        unsigned group = (unsigned)bytes.ptr[i] << 16;
        if (rest == 2) {
            group |= (unsigned)bytes.ptr[i + 1] << 8;
        }
        *to++ = (uint8_t)alphabet[group >> 18];
        *to++ = (uint8_t)alphabet[group >> 12 & 63];
        if (rest == 2) {
            *to++ = (uint8_t)alphabet[group >> 6 & 63];
        }
        for (size_t pad = rest; form == SIGNET_B64_STANDARD && pad < 3; pad++) {
            *to++ = '=';
        }
    }
    out->len = (size_t)(to - out->data);
    return SIGNET_OK;
}

/* What a base64 character stands for: its value, and as the high bits in which alphabets it is not.
 * A text whose characters together are in neither is refused: it mixes them, or has a foreign one.
 */
enum {
    NOT_IN_URL = 0x40,
    NOT_IN_STANDARD = 0x80,
    NOT_IN_EITHER = NOT_IN_URL | NOT_IN_STANDARD,
    VALUE = 0x3f
};

/* clang-format off */
static const uint8_t b64_values[256] = {
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0x7e, 0xc0, 0xbe, 0xc0, 0x7f,
    0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
    0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0xc0, 0xc0, 0xc0, 0xc0, 0xbf,
    0xc0, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
};
/* clang-format on */

/* Length of the text without padding, or SIZE_MAX if the padding is wrong. */
static size_t unpadded_length(struct signet_span text)
{
    size_t len = text.len;
    while (len > 0 && text.len - len < 2 && text.ptr[len - 1] == '=') {
        len--;
    }
    if (len % 4 == 1 || (len != text.len && text.len % 4 != 0)) {
        return SIZE_MAX;
    }
    return len;
}

static size_t decoded_length(size_t unpadded)
{
    return unpadded / 4 * 3 + unpadded % 4 * 3 / 4;
}

/* Writes what len characters without padding stand for to a place that may lie at or before them:
 * nothing is overwritten before it was read. */
static bool decode(const uint8_t *from, size_t len, uint8_t *to)
{
    unsigned seen = 0;
    unsigned left_over = 0;
    for (; len >= 4; len -= 4, from += 4, to += 3) {
        unsigned a = b64_values[from[0]];
        unsigned b = b64_values[from[1]];
        unsigned c = b64_values[from[2]];
        unsigned d = b64_values[from[3]];
        seen |= a | b | c | d;
        to[0] = (uint8_t)(a << 2 | (b & VALUE) >> 4);
        to[1] = (uint8_t)(b << 4 | (c & VALUE) >> 2);
        to[2] = (uint8_t)(c << 6 | (d & VALUE));
    }
    if (len > 0) { /* 2 or 3 */
        unsigned a = b64_values[from[0]];
        unsigned b = b64_values[from[1]];
        unsigned c = len == 3 ? b64_values[from[2]] : 0;
        seen |= a | b | c;
        to[0] = (uint8_t)(a << 2 | (b & VALUE) >> 4);
        left_over = len == 2 ? b & 15 : c & 3;
        if (len == 3) {
            to[1] = (uint8_t)(b << 4 | (c & VALUE) >> 2);
        }
    }
    return (seen & NOT_IN_EITHER) != NOT_IN_EITHER && left_over == 0;
}

int signet_b64_decode(struct signet_buf *out, struct signet_span text)
{
    size_t len = unpadded_length(text);
    if (len == SIZE_MAX) {
        return SIGNET_E_MALFORMED;
    }
    size_t bytes = decoded_length(len);
    int rc = signet_buf_reserve(out, bytes);
    if (rc != SIGNET_OK || len == 0) {
        return rc;
    }
    if (!decode(text.ptr, len, out->data + out->len)) {
        return SIGNET_E_MALFORMED;
    }
    out->len += bytes;
    return SIGNET_OK;
}

int signet_b64_decode_in_place(uint8_t *text, size_t *len)
{
    size_t unpadded = unpadded_length(signet_span_of(text, *len));
    if (unpadded == SIZE_MAX || !decode(text, unpadded, text)) {
        return SIGNET_E_MALFORMED;
    }
    *len = decoded_length(unpadded);
    return SIGNET_OK;
}

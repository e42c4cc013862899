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

int signet_hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

int signet_hex_decode(struct signet_span text, uint8_t *out, size_t len)
{
    if (text.len / 2 != len || text.len % 2 != 0) {
        return SIGNET_E_MALFORMED;
    }
    for (size_t i = 0; i < len; i++) {
        int high = signet_hex_value(text.ptr[2 * i]);
        int low = signet_hex_value(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return SIGNET_E_MALFORMED;
        }
        out[i] = (uint8_t)(high * 16 + low);
    }
    return SIGNET_OK;
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

/* Which alphabets a character belongs to, as bits. */
enum {
    IN_STANDARD = 1,
    IN_URL = 2,
    IN_BOTH = 3
};

/* Value of a base64 character, or -1; narrows *alphabets to those that have it. */
static int b64_value(uint8_t c, unsigned *alphabets)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+' || c == '/') {
        *alphabets &= IN_STANDARD;
        return c == '+' ? 62 : 63;
    }
    if (c == '-' || c == '_') {
        *alphabets &= IN_URL;
        return c == '-' ? 62 : 63;
    }
    return -1;
}

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

int signet_b64_decode(struct signet_buf *out, struct signet_span text)
{
    size_t len = unpadded_length(text);
    if (len == SIZE_MAX) {
        return SIGNET_E_MALFORMED;
    }
    int rc = signet_buf_reserve(out, len / 4 * 3 + 2);
    if (rc != SIGNET_OK) {
        return rc;
    }
    uint8_t *to = out->data + out->len;
    unsigned alphabets = IN_BOTH;
    unsigned group = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < len; i++) {
        int value = b64_value(text.ptr[i], &alphabets);
        if (value < 0) {
            return SIGNET_E_MALFORMED;
        }
        group = group << 6 | (unsigned)value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = (uint8_t)(group >> bits & 255);
        }
    }
    if (alphabets == 0 || (group & ((1U << bits) - 1)) != 0) {
        return SIGNET_E_MALFORMED;
    }
    out->len = (size_t)(to - out->data);
    return SIGNET_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict UTF-8 (RFC 3629) and terminal-safe escaping. Knows nothing of JSON.
 */
#include "base/utf8.h"

#include <signet/err.h>
#include <stdio.h>

#include "base/compiler.h"

static bool continues(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Length of a sequence by its first byte; 0 for bytes that begin none. */
static size_t length_from_lead(uint8_t lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

size_t signet_utf8_sequence(struct signet_span text)
{
    size_t len = text.len > 0 ? length_from_lead(text.ptr[0]) : 0;
    if (len < 2 || len > text.len) {
        return len < 2 ? len : 0;
    }
    for (size_t i = 1; i < len; i++) {
        if (!continues(text.ptr[i])) {
            return 0;
        }
    }
    uint32_t c = signet_utf8_decode(text.ptr, len);
    bool overlong = (len == 3 && c < 0x800) || (len == 4 && c < 0x10000);
    bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    return overlong || surrogate || c > 0x10FFFF ? 0 : len;
}

/* How many of the first bytes are ASCII for certain: most names and messages are, all of them. */
static size_t ascii_length(struct signet_span text)
{
    size_t at = 0;
    uint64_t word = 0;
    for (; text.len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text.ptr + at, sizeof(word));
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    return at;
}

size_t signet_utf8_valid_length(struct signet_span text)
{
    size_t at = ascii_length(text);
    while (at < text.len) {
        size_t len = signet_utf8_sequence(signet_span_of(text.ptr + at, text.len - at));
        if (len == 0) {
            break;
        }
        at += len;
    }
    return at;
}

uint32_t signet_utf8_decode(const uint8_t *ptr, size_t len)
{
    static const uint8_t lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code_point = ptr[0] & lead_mask[len];
    for (size_t i = 1; i < len; i++) {
        code_point = code_point << 6 | (ptr[i] & 0x3F);
    }
    return code_point;
}

size_t signet_utf8_encode(uint32_t code_point, uint8_t out[4])
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}

/* Characters that move the cursor, change direction, or cannot be seen. */
static bool deceives(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

enum signet_utf8_class signet_utf8_next(struct signet_span *text, uint32_t *code_point)
{
    size_t len = signet_utf8_sequence(*text);
    enum signet_utf8_class class = SIGNET_UTF8_INVALID;
    if (len == 0) {
        *code_point = text->ptr[0];
        len = 1;
    } else {
        *code_point = signet_utf8_decode(text->ptr, len);
        class = deceives(*code_point) ? SIGNET_UTF8_DECEIVES : SIGNET_UTF8_PLAIN;
    }
    *text = signet_span_of(text->ptr + len, text->len - len);
    return class;
}

/* Takes the next character off *text and writes its safe form. */
static void show_next(struct signet_span *text, char out[16])
{
    const uint8_t *start = text->ptr;
    uint32_t c = 0;
    enum signet_utf8_class class = signet_utf8_next(text, &c);
    size_t len = (size_t)(text->ptr - start);
    if (c == '\\') {
        memcpy(out, "\\\\", 3);
    } else if (class == SIGNET_UTF8_PLAIN) {
        memcpy(out, start, len);
        out[len] = '\0';
    } else if (len == 1) {
        SIGNET_IGNORE(snprintf(out, 16, "\\x%02x", (unsigned)c) < 0); /* always fits */
    } else {
        SIGNET_IGNORE(snprintf(out, 16, "\\u{%x}", (unsigned)c) < 0); /* always fits */
    }
}

const char *signet_utf8_show(struct signet_span text, char out[SIGNET_SHOW_MAX])
{
    size_t used = 0;
    while (text.len > 0) {
        char piece[16];
        show_next(&text, piece);
        size_t len = strlen(piece);
        bool last = text.len == 0;
        size_t room = SIGNET_SHOW_MAX - 1 - used;
        if (len > room || (!last && len > room - 3)) {
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        memcpy(out + used, piece, len);
        used += len;
    }
    out[used] = '\0';
    return out;
}

int signet_utf8_escape(struct signet_buf *out, struct signet_span text)
{
    while (text.len > 0 && out->status == SIGNET_OK) {
        char piece[16];
        show_next(&text, piece);
        signet_buf_puts(out, piece);
    }
    return out->status;
}

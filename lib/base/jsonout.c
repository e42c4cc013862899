/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON writer of <signet/jsonout.h> (RFC 8259). Owns commas and escapes; knows no report.
 */
#include <signet/jsonout.h>

#include <signet/err.h>
#include <signet/text.h>
#include <stdio.h>

static void put_escape(struct signet_buf *out, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    signet_buf_puts(out, "\\u");
    for (unsigned shift = 16; shift > 0; shift -= 4) {
        signet_buf_putc(out, digits[unit >> (shift - 4) & 15]);
    }
}

static void put_string(struct signet_buf *out, struct signet_span text)
{
    signet_buf_putc(out, '"');
    while (text.len > 0 && out->status == SIGNET_OK) {
        const uint8_t *start = text.ptr;
        uint32_t c = 0;
        enum signet_utf8_class class = signet_utf8_next(&text, &c);
        if (class == SIGNET_UTF8_INVALID) {
            put_escape(out, 0xFFFD);
        } else if (class == SIGNET_UTF8_DECEIVES && c > 0xFFFF) {
            put_escape(out, 0xD800 + ((c - 0x10000) >> 10));
            put_escape(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
        } else if (class == SIGNET_UTF8_DECEIVES) {
            put_escape(out, c);
        } else {
            if (c == '"' || c == '\\') {
                signet_buf_putc(out, '\\');
            }
            signet_buf_put(out, signet_span_of(start, (size_t)(text.ptr - start)));
        }
    }
    signet_buf_putc(out, '"');
}

/* What stands before a value: a comma, and its name. */
static void begin_value(struct signet_jsonout *json, const char *name)
{
    if (json->comma) {
        signet_buf_putc(json->out, ',');
    }
    if (name != NULL) {
        put_string(json->out, signet_span_str(name));
        signet_buf_putc(json->out, ':');
    }
    json->comma = true;
}

static void put_word(struct signet_jsonout *json, const char *name, const char *word)
{
    begin_value(json, name);
    signet_buf_puts(json->out, word);
}

static void open_container(struct signet_jsonout *json, const char *name, const char *bracket)
{
    put_word(json, name, bracket);
    json->comma = false;
}

static void close_container(struct signet_jsonout *json, const char *bracket)
{
    signet_buf_puts(json->out, bracket);
    json->comma = true;
}

void signet_jsonout_open_object(struct signet_jsonout *json, const char *name)
{
    open_container(json, name, "{");
}

void signet_jsonout_close_object(struct signet_jsonout *json)
{
    close_container(json, "}");
}

void signet_jsonout_open_array(struct signet_jsonout *json, const char *name)
{
    open_container(json, name, "[");
}

void signet_jsonout_close_array(struct signet_jsonout *json)
{
    close_container(json, "]");
}

void signet_jsonout_bytes(struct signet_jsonout *json, const char *name, struct signet_span text)
{
    begin_value(json, name);
    put_string(json->out, text);
}

void signet_jsonout_text(struct signet_jsonout *json, const char *name, const char *text)
{
    if (text == NULL) {
        signet_jsonout_null(json, name);
    } else {
        signet_jsonout_bytes(json, name, signet_span_str(text));
    }
}

void signet_jsonout_number(struct signet_jsonout *json, const char *name, uint64_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    put_word(json, name, len > 0 ? digits : "null");
}

void signet_jsonout_bool(struct signet_jsonout *json, const char *name, bool truth)
{
    put_word(json, name, truth ? "true" : "false");
}

void signet_jsonout_null(struct signet_jsonout *json, const char *name)
{
    put_word(json, name, "null");
}

void signet_jsonout_spliced(struct signet_jsonout *json, struct signet_span written)
{
    if (written.len > 0) {
        begin_value(json, NULL);
        signet_buf_put(json->out, written);
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/json.h>. What is refused wrote nothing and names its place; what is accepted keeps its
 * value, has its names in UTF-16 order (RFC 8785 section 3.2.3) and is its own canonical form.
 */
#include "fuzz.h"

#include <signet/json.h>

#include "base/utf8.h"
#include "json/read.h"

enum {
    OUTPUT_MAX = 64 * 1024 * 1024,
    VALUE_MAX = 4096 /* longer texts are not compared: finding members takes their number squared */
};

static int canon(struct signet_span text, struct signet_buf *out)
{
    struct signet_err err;
    struct signet_json_value top;
    const struct signet_limits limits = signet_limits_default();
    signet_err_clear(&err);
    signet_buf_init(out, OUTPUT_MAX);
    int rc = signet_json_canon(text, NULL, signet_sink_to_buf(out), &err);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_LIMIT);
    FUZZ_CHECK(err.code == rc);
    FUZZ_CHECK(signet_json_check(text, limits.json_depth, &top, NULL) == rc);
    if (rc != SIGNET_OK) {
        FUZZ_CHECK(out->len == 0 && err.offset <= text.len);
    }
    return rc;
}

static struct signet_json_value top_of(struct signet_span text)
{
    struct signet_json_value top;
    const struct signet_limits limits = signet_limits_default();
    FUZZ_CHECK(signet_json_check(text, limits.json_depth, &top, NULL) == SIGNET_OK);
    return top;
}

static struct signet_buf unescape(struct signet_json_value string)
{
    struct signet_buf text;
    signet_buf_init(&text, OUTPUT_MAX);
    FUZZ_CHECK(signet_json_string(string, &text) == SIGNET_OK);
    FUZZ_CHECK(signet_utf8_valid_length(signet_buf_span(&text)) == text.len);
    return text;
}

static double number_of(struct signet_json_value value)
{
    char lexeme[VALUE_MAX + 1];
    char *end = NULL;
    FUZZ_CHECK(value.text.len < sizeof(lexeme));
    memcpy(lexeme, value.text.ptr, value.text.len);
    lexeme[value.text.len] = '\0';
    double number = strtod(lexeme, &end);
    FUZZ_CHECK(*end == '\0');
    return number;
}

/* Strings, numbers and words. */
static void check_same_scalar(struct signet_json_value a, struct signet_json_value b)
{
    if (a.kind == SIGNET_JSON_STRING) {
        struct signet_buf text = unescape(a);
        FUZZ_CHECK(signet_json_string_is(b, signet_buf_span(&text)));
        signet_buf_free(&text);
    } else if (a.kind == SIGNET_JSON_NUMBER) {
        double from = number_of(a);
        double to = number_of(b);
        FUZZ_CHECK(from <= to && from >= to);
    } else {
        FUZZ_CHECK(signet_span_eq(a.text, b.text));
    }
}

/* The member of b that has the name of a's; the library's own search takes C strings. */
static struct signet_json_value find_member(struct signet_json_value b, struct signet_span name)
{
    struct signet_json_value found_name;
    struct signet_json_value found;
    struct signet_json_walk walk = signet_json_walk(b);
    do {
        FUZZ_CHECK(signet_json_next_member(&walk, &found_name, &found));
    } while (!signet_json_string_is(found_name, name));
    return found;
}

/* Everything in a is in b. With as many members on both sides they are the same. */
static void check_same(struct signet_json_value a, struct signet_json_value b)
{
    struct signet_json_value name;
    struct signet_json_value in_a;
    struct signet_json_value in_b;
    struct signet_json_walk walk_a = signet_json_walk(a);
    struct signet_json_walk walk_b = signet_json_walk(b);
    FUZZ_CHECK(a.kind == b.kind);
    if (a.kind == SIGNET_JSON_OBJECT) {
        while (signet_json_next_member(&walk_a, &name, &in_a)) {
            struct signet_buf text = unescape(name);
            check_same(in_a, find_member(b, signet_buf_span(&text)));
            FUZZ_CHECK(signet_json_next_member(&walk_b, &name, &in_b));
            signet_buf_free(&text);
        }
        FUZZ_CHECK(!signet_json_next_member(&walk_b, &name, &in_b));
    } else if (a.kind == SIGNET_JSON_ARRAY) {
        while (signet_json_next_element(&walk_a, &in_a)) {
            FUZZ_CHECK(signet_json_next_element(&walk_b, &in_b));
            check_same(in_a, in_b);
        }
        FUZZ_CHECK(!signet_json_next_element(&walk_b, &in_b));
    } else {
        check_same_scalar(a, b);
    }
}

/* The UTF-16 unit number i of text, or -1 behind its end. */
static int32_t utf16_unit(struct signet_span text, size_t i)
{
    size_t units = 0;
    for (size_t at = 0; at < text.len;) {
        size_t len = signet_utf8_sequence(signet_span_of(text.ptr + at, text.len - at));
        uint32_t c = signet_utf8_decode(text.ptr + at, len);
        if (c >= 0x10000) {
            if (i == units || i == units + 1) {
                uint32_t high = 0xD800 + ((c - 0x10000) >> 10);
                uint32_t low = 0xDC00 + ((c - 0x10000) & 0x3FF);
                return (int32_t)(i == units ? high : low);
            }
            units += 2;
        } else {
            if (i == units) {
                return (int32_t)c;
            }
            units++;
        }
        at += len;
    }
    return -1;
}

static void check_order(struct signet_span first, struct signet_span second)
{
    size_t i = 0;
    while (utf16_unit(first, i) == utf16_unit(second, i)) {
        FUZZ_CHECK(utf16_unit(first, i) >= 0); /* else both end here, and a name stands twice */
        i++;
    }
    FUZZ_CHECK(utf16_unit(first, i) < utf16_unit(second, i));
}

static void check_sorted(struct signet_json_value value)
{
    struct signet_json_value name;
    struct signet_json_value inside;
    struct signet_buf before;
    struct signet_json_walk walk = signet_json_walk(value);
    bool first = true;
    signet_buf_init(&before, OUTPUT_MAX);
    while (value.kind == SIGNET_JSON_ARRAY && signet_json_next_element(&walk, &inside)) {
        check_sorted(inside);
    }
    while (value.kind == SIGNET_JSON_OBJECT && signet_json_next_member(&walk, &name, &inside)) {
        struct signet_buf text = unescape(name);
        if (!first) {
            check_order(signet_buf_span(&before), signet_buf_span(&text));
        }
        first = false;
        signet_buf_free(&before);
        before = text;
        check_sorted(inside);
    }
    signet_buf_free(&before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span text = signet_span_of(data, size);
    struct signet_buf once;
    struct signet_buf twice;
    if (canon(text, &once) == SIGNET_OK) {
        struct signet_span form = signet_buf_span(&once);
        FUZZ_CHECK(canon(form, &twice) == SIGNET_OK);
        FUZZ_CHECK(signet_span_eq(form, signet_buf_span(&twice)));
        if (size <= VALUE_MAX && form.len <= VALUE_MAX) {
            check_same(top_of(text), top_of(form));
            check_sorted(top_of(form));
        }
        signet_buf_free(&twice);
    }
    signet_buf_free(&once);
    return 0;
}

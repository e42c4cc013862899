/* SPDX-License-Identifier: Apache-2.0
 *
 * json/. A text that is refused leaves nothing written and names a place in it; one that is
 * accepted has a canonical form that is its own and holds the same values, and every reader accepts
 * it alike. On the way through it, each string read and written anew is its canonical form, each
 * number is the double that the C library reads, and names stand in the order of UTF-16. What the
 * strict scanner lets through, cJSON reads too.
 */
#include "fuzz.h"

#include <math.h>
#include <signet/json.h>

#include "base/utf8.h"
#include "json/doc.h"
#include "json/read.h"

enum {
    OUTPUT_MAX = 64 * 1024 * 1024,
    DEPTH = 64,
    VALUE_MAX = 4096 /* longer texts are not compared: finding members takes their number squared */
};

static int canon(struct signet_span text, struct signet_buf *out, struct signet_err *err)
{
    struct signet_limits limits = signet_limits_default();
    limits.json_depth = DEPTH;
    signet_err_clear(err);
    signet_buf_init(out, OUTPUT_MAX);
    return signet_json_canon(text, &limits, signet_sink_to_buf(out), err);
}

/* The canonical form of a lexeme is exactly these bytes. */
static void check_form(struct signet_span lexeme, struct signet_span form)
{
    struct signet_err err;
    struct signet_buf out;
    FUZZ_CHECK(canon(lexeme, &out, &err) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(signet_buf_span(&out), form));
    signet_buf_free(&out);
}

static void check_string(struct signet_json_value string)
{
    struct signet_buf bytes;
    struct signet_buf written;
    struct signet_span plain;
    signet_buf_init(&bytes, OUTPUT_MAX);
    signet_buf_init(&written, OUTPUT_MAX);
    FUZZ_CHECK(signet_json_string(string, &bytes) == SIGNET_OK);
    FUZZ_CHECK(signet_utf8_valid_length(signet_buf_span(&bytes)) == bytes.len);
    FUZZ_CHECK(signet_json_string_is(string, signet_buf_span(&bytes)));
    if (signet_json_plain_string(string, &plain)) {
        FUZZ_CHECK(signet_span_eq(plain, signet_buf_span(&bytes)));
    }
    FUZZ_CHECK(signet_json_put_string(&written, signet_buf_span(&bytes)) == SIGNET_OK);
    check_form(string.text, signet_buf_span(&written));
    signet_buf_free(&bytes);
    signet_buf_free(&written);
}

/* The shortest text of a double is never longer than 25 characters, and reads back as the same. */
static void check_number(struct signet_json_value number)
{
    struct signet_err err;
    struct signet_buf out;
    uint64_t integer = 0;
    char *lexeme = strndup((const char *)number.text.ptr, number.text.len);
    FUZZ_CHECK(lexeme != NULL && canon(number.text, &out, &err) == SIGNET_OK);
    FUZZ_CHECK(out.len <= 25 && signet_buf_putc(&out, '\0') == SIGNET_OK);
    double value = strtod(lexeme, NULL);
    double again = strtod((const char *)out.data, NULL);
    FUZZ_CHECK(isfinite(value) && !(value < again) && !(value > again));
    if (signet_json_uint(number, &integer)) {
        FUZZ_CHECK(!((double)integer < value) && !((double)integer > value));
    }
    free(lexeme);
    signet_buf_free(&out);
}

/* Order of two strings of valid UTF-8 by UTF-16 code units: U+10000 and above come before U+E000.
 */
static int utf16_order(struct signet_span a, struct signet_span b)
{
    size_t at = 0;
    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at]) {
        at++;
    }
    if (at == a.len || at == b.len) {
        return (at < a.len) - (at < b.len);
    }
    bool a_pair = a.ptr[at] >= 0xF0;
    bool b_pair = b.ptr[at] >= 0xF0;
    if (a_pair != b_pair && (a_pair ? b.ptr[at] : a.ptr[at]) >= 0xEE) {
        return a_pair ? -1 : 1;
    }
    return a.ptr[at] < b.ptr[at] ? -1 : 1;
}

/* Walks all of a canonical text: containers are put on a stack as deep as it may be. */
static void check_values(struct signet_json_value top)
{
    struct signet_json_walk stack[DEPTH];
    struct signet_buf names[DEPTH];
    size_t depth = 0;
    struct signet_json_value value = top;
    for (;;) {
        if (value.kind == SIGNET_JSON_STRING) {
            check_string(value);
        } else if (value.kind == SIGNET_JSON_NUMBER) {
            check_number(value);
        } else if (value.kind == SIGNET_JSON_OBJECT || value.kind == SIGNET_JSON_ARRAY) {
            FUZZ_CHECK(depth < DEPTH);
            signet_buf_init(&names[depth], OUTPUT_MAX);
            stack[depth++] = signet_json_walk(value);
        }
        for (;;) {
            struct signet_json_value name = {SIGNET_JSON_NULL, {NULL, 0}};
            if (depth == 0) {
                return;
            }
            if (signet_json_next_element(&stack[depth - 1], &value)) {
                break;
            }
            if (signet_json_next_member(&stack[depth - 1], &name, &value)) {
                struct signet_buf next;
                struct signet_buf *last = &names[depth - 1];
                check_string(name);
                signet_buf_init(&next, OUTPUT_MAX);
                FUZZ_CHECK(signet_json_string(name, &next) == SIGNET_OK);
                FUZZ_CHECK(last->data == NULL ||
                           utf16_order(signet_buf_span(last), signet_buf_span(&next)) < 0);
                signet_buf_free(last);
                *last = next;
                FUZZ_CHECK(signet_buf_reserve(last, 1) == SIGNET_OK);
                break;
            }
            signet_buf_free(&names[--depth]);
        }
    }
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

static void check_accepted(struct signet_span text, struct signet_span form)
{
    struct signet_err err;
    struct signet_json_value top;
    struct signet_doc *doc = NULL;
    check_form(form, form);
    signet_err_clear(&err);
    FUZZ_CHECK(signet_json_check(form, DEPTH, &top, &err) == SIGNET_OK);
    FUZZ_CHECK(signet_span_eq(top.text, form));
    check_values(top);
    FUZZ_CHECK(signet_json_check(text, DEPTH, &top, &err) == SIGNET_OK);
    check_form(top.text, form);
    if (text.len <= VALUE_MAX) {
        struct signet_json_value top_of_form;
        FUZZ_CHECK(signet_json_check(form, DEPTH, &top_of_form, &err) == SIGNET_OK);
        check_same(top, top_of_form);
    }
    int rc = signet_doc_parse(text, text.len, &doc, &err);
    FUZZ_CHECK(rc == SIGNET_OK || rc == SIGNET_E_MALFORMED || rc == SIGNET_E_LIMIT);
    FUZZ_CHECK((doc != NULL) == (rc == SIGNET_OK));
    signet_doc_free(doc);
}

static void check_refused(struct signet_span text, int rc, const struct signet_err *refusal)
{
    struct signet_err err;
    struct signet_json_value top;
    struct signet_doc *doc = NULL;
    FUZZ_CHECK(rc == SIGNET_E_MALFORMED || rc == SIGNET_E_LIMIT);
    FUZZ_CHECK(refusal->offset <= text.len && strncmp(refusal->msg, "expected ", 9) == 0);
    signet_err_clear(&err);
    FUZZ_CHECK(signet_json_check(text, DEPTH, &top, &err) == rc);
    FUZZ_CHECK(err.offset == refusal->offset && strcmp(err.msg, refusal->msg) == 0);
    FUZZ_CHECK(signet_doc_parse(text, text.len, &doc, NULL) == rc && doc == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signet_span text = signet_span_of(data, size);
    struct signet_err err;
    struct signet_buf out;
    int rc = canon(text, &out, &err);
    if (rc == SIGNET_OK) {
        check_accepted(text, signet_buf_span(&out));
    } else {
        FUZZ_CHECK(out.len == 0);
        check_refused(text, rc, &err);
    }
    signet_buf_free(&out);
    return 0;
}

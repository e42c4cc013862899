/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking a checked text: see json/read.h. Everything here relies on the scanner's check and steps
 * over bytes; nothing here decides what is JSON.
 */
#include "json/read.h"

#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "json/scan.h"
#include "json/text.h"

static const uint64_t greatest_integer = (UINT64_C(1) << 53) - 1;

static enum signet_json_kind kind_of(uint8_t first)
{
    switch (first) {
    case '{':
        return SIGNET_JSON_OBJECT;
    case '[':
        return SIGNET_JSON_ARRAY;
    case '"':
        return SIGNET_JSON_STRING;
    case 't':
    case 'f':
        return SIGNET_JSON_BOOL;
    case 'n':
        return SIGNET_JSON_NULL;
    default:
        return SIGNET_JSON_NUMBER;
    }
}

/* The byte after the container that starts at p. */
static const uint8_t *container_end(const uint8_t *p, const uint8_t *end)
{
    size_t depth = 0;
    do {
        if (*p == '"') {
            p = signet_json_string_end(p + 1, end);
        } else {
            depth += *p == '{' || *p == '[';
            depth -= *p == '}' || *p == ']';
            p++;
        }
        p = depth > 0 ? signet_json_skip_flat(p, end) : p;
    } while (depth > 0);
    return p;
}

/* The value that starts at p. */
static struct signet_json_value value_at(const uint8_t *p, const uint8_t *end)
{
    struct signet_json_value value = {kind_of(*p), {p, 0}};
    const uint8_t *after = NULL;
    if (value.kind == SIGNET_JSON_STRING) {
        after = signet_json_string_end(p + 1, end);
    } else if (value.kind == SIGNET_JSON_OBJECT || value.kind == SIGNET_JSON_ARRAY) {
        after = container_end(p, end);
    } else {
        after = signet_json_word_end(p, end);
    }
    value.text.len = (size_t)(after - p);
    return value;
}

struct signet_json_value signet_json_top(struct signet_span checked)
{
    const uint8_t *end = checked.ptr + checked.len;
    const uint8_t *first = signet_json_skip_space(checked.ptr, end);
    while (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t' || end[-1] == '\r') {
        end--;
    }
    return (struct signet_json_value){kind_of(*first), {first, (size_t)(end - first)}};
}

int signet_json_check(struct signet_span text,
                      uint64_t depth,
                      struct signet_json_value *top,
                      struct signet_err *err)
{
    int rc = signet_json_scan(text, depth, NULL, err);
    if (rc == SIGNET_OK) {
        *top = signet_json_top(text);
    }
    return rc;
}

struct signet_json_walk signet_json_walk(struct signet_json_value container)
{
    struct signet_json_walk walk = {{NULL, 0}, container.kind == SIGNET_JSON_OBJECT};
    if (container.kind == SIGNET_JSON_OBJECT || container.kind == SIGNET_JSON_ARRAY) {
        walk.rest = signet_span_of(container.text.ptr + 1, container.text.len - 1);
    }
    return walk;
}

/* Steps over white space and the one mark that may come next; false at the closing bracket. */
static bool step_over(struct signet_span *rest, char mark)
{
    if (rest->len == 0) {
        return false;
    }
    const uint8_t *end = rest->ptr + rest->len;
    const uint8_t *p = signet_json_skip_space(rest->ptr, end);
    if (p < end && *p == (uint8_t)mark) {
        p = signet_json_skip_space(p + 1, end);
    }
    *rest = signet_span_of(p, (size_t)(end - p));
    return p < end && *p != '}' && *p != ']';
}

static struct signet_json_value take_value(struct signet_span *rest)
{
    const uint8_t *end = rest->ptr + rest->len;
    struct signet_json_value value = value_at(rest->ptr, end);
    *rest = signet_span_of(rest->ptr + value.text.len, rest->len - value.text.len);
    return value;
}

struct signet_json_walk signet_json_before(struct signet_json_value value)
{
    struct signet_json_walk walk = {value.text, false};
    return walk;
}

bool signet_json_next_name(struct signet_json_walk *walk, struct signet_json_value *name)
{
    if (!walk->object || !step_over(&walk->rest, ',')) {
        return false;
    }
    *name = take_value(&walk->rest);
    return step_over(&walk->rest, ':'); /* a checked member has its value */
}

bool signet_json_next_item(struct signet_json_walk *walk)
{
    return !walk->object && step_over(&walk->rest, ',');
}

enum signet_json_kind signet_json_ahead(const struct signet_json_walk *walk)
{
    return kind_of(*walk->rest.ptr);
}

struct signet_json_value signet_json_take(struct signet_json_walk *walk)
{
    return take_value(&walk->rest);
}

void signet_json_enter(struct signet_json_walk *walk)
{
    walk->object = *walk->rest.ptr == '{';
    walk->rest = signet_span_of(walk->rest.ptr + 1, walk->rest.len - 1);
}

void signet_json_leave(struct signet_json_walk *walk, bool object)
{
    walk->object = object;
    walk->rest = signet_span_of(walk->rest.ptr + 1, walk->rest.len - 1);
}

bool signet_json_next_member(struct signet_json_walk *walk,
                             struct signet_json_value *name,
                             struct signet_json_value *value)
{
    if (!signet_json_next_name(walk, name)) {
        return false;
    }
    *value = take_value(&walk->rest);
    return true;
}

bool signet_json_next_element(struct signet_json_walk *walk, struct signet_json_value *value)
{
    if (!signet_json_next_item(walk)) {
        return false;
    }
    *value = take_value(&walk->rest);
    return true;
}

bool signet_json_member(struct signet_json_value object,
                        const char *name,
                        struct signet_json_value *value)
{
    struct signet_json_walk walk = signet_json_walk(object);
    struct signet_json_value found_name;
    struct signet_json_value found;
    while (signet_json_next_member(&walk, &found_name, &found)) {
        if (signet_json_string_is(found_name, signet_span_str(name))) {
            *value = found;
            return true;
        }
    }
    return false;
}

bool signet_json_find(struct signet_json_value object,
                      const char *place,
                      struct signet_json_value *value)
{
    char name[64];
    struct signet_json_value at = object;
    while (*place != '\0') {
        size_t len = strcspn(place, ".");
        if (len >= sizeof(name)) {
            return false;
        }
        memcpy(name, place, len);
        name[len] = '\0';
        if (at.kind != SIGNET_JSON_OBJECT || !signet_json_member(at, name, &at)) {
            return false;
        }
        place += len + (place[len] == '.' ? 1 : 0);
    }
    *value = at;
    return true;
}

/* Walks an object up to its closing brace; see signet_json_members(). */
static size_t
collect(struct signet_json_walk *walk, const char *const *names, struct signet_json_value *values)
{
    struct signet_json_value name;
    struct signet_json_value value;
    size_t others = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        values[i] = (struct signet_json_value){0};
    }
    while (signet_json_next_member(walk, &name, &value)) {
        size_t i = 0;
        while (names[i] != NULL && !signet_json_string_is(name, signet_span_str(names[i]))) {
            i++;
        }
        if (names[i] != NULL) {
            values[i] = value;
        } else {
            others++;
        }
    }
    return others;
}

size_t signet_json_members(struct signet_json_value object,
                           const char *const *names,
                           struct signet_json_value *values)
{
    struct signet_json_walk walk = signet_json_walk(object);
    return collect(&walk, names, values);
}

bool signet_json_next_object(struct signet_json_walk *walk,
                             const char *const *names,
                             struct signet_json_value *element,
                             struct signet_json_value *values,
                             size_t *others)
{
    if (walk->object || !step_over(&walk->rest, ',')) {
        return false;
    }
    if (kind_of(*walk->rest.ptr) != SIGNET_JSON_OBJECT) {
        *element = take_value(&walk->rest);
        *others = signet_json_members(*element, names, values);
        return true;
    }
    /* Where the object ends is known when its members are: it need not be looked for before. */
    const uint8_t *start = walk->rest.ptr;
    struct signet_json_walk inside = {signet_span_of(start + 1, walk->rest.len - 1), true};
    *others = collect(&inside, names, values);
    size_t len = (size_t)(inside.rest.ptr + 1 - start);
    *element = (struct signet_json_value){SIGNET_JSON_OBJECT, {start, len}};
    walk->rest = signet_span_of(start + len, walk->rest.len - len);
    return true;
}

/* What follows the prefix in the text of a string, or NULL if the string does not begin so. */
static const uint8_t *skip_prefix(struct signet_json_value value, struct signet_span prefix)
{
    const uint8_t *p = value.text.ptr + 1;
    const uint8_t *end = value.text.ptr + value.text.len - 1;
    while (prefix.len > 0) {
        uint32_t code_point = 0;
        uint8_t utf8[4];
        if (p == end) {
            return NULL;
        }
        p = signet_json_char(p, &code_point);
        size_t len = signet_utf8_encode(code_point, utf8);
        if (len > prefix.len || memcmp(utf8, prefix.ptr, len) != 0) {
            return NULL;
        }
        prefix = signet_span_of(prefix.ptr + len, prefix.len - len);
    }
    return p;
}

bool signet_json_string_is(struct signet_json_value value, struct signet_span bytes)
{
    struct signet_span plain;
    if (value.kind != SIGNET_JSON_STRING) {
        return false;
    }
    /* An escape is longer than the character it stands for, so most strings differ by length. */
    if (value.text.len - 2 < bytes.len) {
        return false;
    }
    if (signet_json_plain_string(value, &plain)) {
        return signet_span_eq(plain, bytes);
    }
    const uint8_t *rest = skip_prefix(value, bytes);
    return rest != NULL && rest == value.text.ptr + value.text.len - 1;
}

bool signet_json_string_begins(struct signet_json_value value, const char *prefix)
{
    return value.kind == SIGNET_JSON_STRING && skip_prefix(value, signet_span_str(prefix)) != NULL;
}

bool signet_json_same_string(struct signet_json_value a, struct signet_json_value b)
{
    return a.kind == SIGNET_JSON_STRING && b.kind == SIGNET_JSON_STRING &&
           signet_json_name_order(a.text.ptr + 1, b.text.ptr + 1) == 0;
}

int signet_json_string(struct signet_json_value value, struct signet_buf *out)
{
    if (value.kind != SIGNET_JSON_STRING) {
        return SIGNET_E_MALFORMED;
    }
    /* An escape is longer than the character it stands for. */
    int rc = signet_buf_reserve(out, value.text.len - 2);
    const uint8_t *end = value.text.ptr + value.text.len - 1;
    for (const uint8_t *p = value.text.ptr + 1; rc == SIGNET_OK && p < end;) {
        const uint8_t *run = p;
        p = signet_json_skip_verbatim(p, end);
        rc = signet_buf_put(out, signet_span_of(run, (size_t)(p - run)));
        if (rc == SIGNET_OK && p < end) {
            uint32_t code_point = 0;
            uint8_t utf8[4];
            p = signet_json_char(p, &code_point);
            rc = signet_buf_put(out, signet_span_of(utf8, signet_utf8_encode(code_point, utf8)));
        }
    }
    return rc;
}

struct signet_span signet_json_between_quotes(struct signet_json_value string)
{
    return signet_span_of(string.text.ptr + 1, string.text.len - 2);
}

bool signet_json_plain_string(struct signet_json_value value, struct signet_span *bytes)
{
    if (value.kind != SIGNET_JSON_STRING || memchr(value.text.ptr, '\\', value.text.len) != NULL) {
        return false;
    }
    *bytes = signet_json_between_quotes(value);
    return true;
}

bool signet_json_uint(struct signet_json_value value, uint64_t *number)
{
    struct signet_span digits = value.text;
    uint64_t parsed = 0;
    if (value.kind != SIGNET_JSON_NUMBER) {
        return false;
    }
    const uint8_t *dot = memchr(digits.ptr, '.', digits.len);
    if (dot != NULL) {
        digits.len = (size_t)(dot - digits.ptr);
        for (size_t i = digits.len + 1; i < value.text.len; i++) {
            if (value.text.ptr[i] != '0') {
                return false;
            }
        }
    }
    if (signet_num_parse(digits, &parsed) != SIGNET_OK || parsed > greatest_integer) {
        return false;
    }
    *number = parsed;
    return true;
}

int signet_json_put_string(struct signet_buf *out, struct signet_span bytes)
{
    size_t at = 0;
    signet_buf_putc(out, '"');
    while (at < bytes.len) {
        uint8_t escaped[6];
        size_t from = at;
        while (at < bytes.len && bytes.ptr[at] >= 0x20 && bytes.ptr[at] != '"' &&
               bytes.ptr[at] != '\\') {
            at++;
        }
        signet_buf_put(out, signet_span_of(bytes.ptr + from, at - from));
        if (at < bytes.len) {
            size_t len = signet_json_put_char(bytes.ptr[at++], escaped);
            signet_buf_put(out, signet_span_of(escaped, len));
        }
    }
    return signet_buf_putc(out, '"');
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The strict scanner: RFC 8259 grammar, RFC 3629 UTF-8, and of RFC 7493 (I-JSON) what RFC 8785
 * makes an error. Iterative: nesting costs one frame, never stack. Owns every decision on what is
 * a JSON text; numbers' range is json/num.c's, sorting json/order.c's.
 *
 * A function that reads on returns the byte after what it read, or NULL once the text is refused.
 */
#include "json/scan.h"

#include <stdio.h>

#include "base/codec.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "json/grow.h"
#include "json/num.h"
#include "json/order.h"
#include "json/text.h"

enum {
    ALWAYS_FITS = 300, /* characters of a number without exponent that cannot be out of range */
};

/* One open container. */
struct frame {
    uint32_t object;     /* its place in the index, if it is an object and there is an index */
    uint32_t first_name; /* its place among the pending names */
    bool is_object;
    bool in_order; /* each name so far is greater than the one before, so none is there twice */
};

struct scanner {
    struct signet_span text;
    const uint8_t *end;
    size_t depth_max;
    struct signet_json_index *index;      /* NULL: only check */
    struct signet_json_offsets pending;   /* names of the open objects, innermost last */
    struct signet_json_offsets unindexed; /* takes the place of index->names if there is none */
    struct frame *frames;
    size_t depth, frames_cap;
    struct signet_err *err;
    int rc;
};

void signet_json_index_clear(struct signet_json_index *index)
{
    free(index->objects);
    free(index->names.at);
    memset(index, 0, sizeof(*index));
}

static uint32_t offset_of(const struct scanner *s, const uint8_t *p)
{
    return (uint32_t)(p - s->text.ptr);
}

static const uint8_t *
complain(struct scanner *s, const uint8_t *at, const char *expected, const char *found)
{
    s->rc = signet_err_at(s->err, SIGNET_E_MALFORMED, offset_of(s, at), "expected %s, found %s",
                          expected, found);
    return NULL;
}

static const uint8_t *refuse(struct scanner *s, const uint8_t *at, const char *expected)
{
    char found[16] = "the end";
    int byte = at == s->end ? -1 : *at;
    if (byte > ' ' && byte < 0x7F) {
        SIGNET_IGNORE(snprintf(found, sizeof(found), "'%c'", byte) < 0); /* always fits */
    } else if (byte >= 0) {
        SIGNET_IGNORE(snprintf(found, sizeof(found), "byte 0x%02x", (unsigned)byte) < 0);
    }
    return complain(s, at, expected, found);
}

static const uint8_t *out_of_memory(struct scanner *s)
{
    s->rc = signet_err_set(s->err, SIGNET_E_NOMEM, "out of memory while reading JSON");
    return NULL;
}

/* A member takes 5 bytes at least, but for one open on each level; and in an object that is out of
 * order two members and what is around them take 11, for 3 entries among the sorted names. */
static size_t most_members(const struct scanner *s)
{
    return s->text.len / 5 + s->depth_max + 64;
}

static size_t most_sorted(const struct scanner *s)
{
    return s->text.len / 11 * 3 + 64;
}

static bool reserve(struct signet_json_offsets *list, size_t more, size_t most)
{
    if (list->cap - list->len < more) {
        uint32_t *at = signet_json_grow(list->at, &list->cap, list->len + more, most, sizeof(*at));
        if (at == NULL) {
            return false;
        }
        list->at = at;
    }
    return true;
}

/* A whole \u escape at p; *unit is its UTF-16 unit. */
static const uint8_t *scan_unit(struct scanner *s, const uint8_t *p, uint32_t *unit)
{
    *unit = 0;
    p += 2;
    for (size_t i = 0; i < 4; i++) {
        int digit = p < s->end ? signet_hex_value(*p) : -1;
        if (digit < 0) {
            return refuse(s, p, "four hex digits after \\u");
        }
        *unit = *unit << 4 | (uint32_t)digit;
        p++;
    }
    return p;
}

static const uint8_t *scan_escape(struct scanner *s, const uint8_t *p)
{
    const uint8_t *first = p;
    uint32_t high = 0;
    uint32_t low = 0;
    if (s->end - p < 2 || p[1] == '\0' || strchr("\"\\/bfnrtu", p[1]) == NULL) {
        return refuse(s, p + 1, "one of \" \\ / b f n r t u after a backslash");
    }
    if (p[1] != 'u') {
        return p + 2;
    }
    p = scan_unit(s, p, &high);
    if (p == NULL || high < 0xD800 || high > 0xDFFF) {
        return p;
    }
    if (high > 0xDBFF || s->end - p < 2 || p[0] != '\\' || p[1] != 'u') {
        return complain(s, first, "surrogates in pairs", "a lone one");
    }
    p = scan_unit(s, p, &low);
    if (p != NULL && (low < 0xDC00 || low > 0xDFFF)) {
        return complain(s, first, "surrogates in pairs", "a lone one");
    }
    return p;
}

static const uint8_t *scan_utf8(struct scanner *s, const uint8_t *p)
{
    while (p < s->end && *p >= 0x80) {
        size_t len = signet_utf8_sequence(signet_span_of(p, (size_t)(s->end - p)));
        if (len == 0) {
            return refuse(s, p, "valid UTF-8");
        }
        p += len;
    }
    return p;
}

/* p is behind the opening quote. */
static const uint8_t *scan_string(struct scanner *s, const uint8_t *p)
{
    for (;;) {
        p = signet_json_skip_plain(p, s->end);
        if (p == s->end) {
            return refuse(s, p, "a closing quote");
        }
        if (*p == '"') {
            return p + 1;
        }
        if (*p < 0x20) {
            return refuse(s, p, "no control character in a string");
        }
        p = *p == '\\' ? scan_escape(s, p) : scan_utf8(s, p);
        if (p == NULL) {
            return NULL;
        }
    }
}

static bool digit_at(const struct scanner *s, const uint8_t *p)
{
    return p < s->end && *p >= '0' && *p <= '9';
}

static const uint8_t *scan_digits(struct scanner *s, const uint8_t *p)
{
    if (!digit_at(s, p)) {
        return refuse(s, p, "a digit");
    }
    while (digit_at(s, p)) {
        p++;
    }
    return p;
}

/* Sixteen digits can be more than 2^53 - 1; without leading zeros fewer cannot. */
static void note_inexact(struct scanner *s, const uint8_t *first, const uint8_t *end)
{
    const uint8_t *digits = first + (*first == '-');
    uint64_t magnitude = 0;
    if (s->index == NULL || s->index->inexact != 0 || end - digits < 16) {
        return;
    }
    if (signet_num_parse(signet_span_of(digits, (size_t)(end - digits)), &magnitude) != SIGNET_OK ||
        magnitude >= UINT64_C(1) << 53) {
        s->index->inexact = offset_of(s, first) + 1;
    }
}

static const uint8_t *scan_number(struct scanner *s, const uint8_t *first)
{
    const uint8_t *p = first + (*first == '-');
    bool exponent = false;
    bool fraction = false;
    if (p < s->end && *p == '0') {
        p++;
        if (digit_at(s, p)) {
            return refuse(s, p, "no digit after a leading 0");
        }
    } else {
        p = scan_digits(s, p);
    }
    if (p != NULL && p < s->end && *p == '.') {
        fraction = true;
        p = scan_digits(s, p + 1);
    }
    if (p != NULL && p < s->end && (*p == 'e' || *p == 'E')) {
        exponent = true;
        p++;
        p += p < s->end && (*p == '-' || *p == '+');
        p = scan_digits(s, p);
    }
    if (p != NULL && (exponent || p - first > ALWAYS_FITS) &&
        !signet_json_number_fits(signet_span_of(first, (size_t)(p - first)))) {
        return complain(s, first, "a number within the range of a double", "one beyond");
    }
    if (p != NULL && !exponent && !fraction) {
        note_inexact(s, first, p);
    }
    return p;
}

static const uint8_t *scan_literal(struct scanner *s, const uint8_t *p, const char *literal)
{
    size_t len = strlen(literal);
    if ((size_t)(s->end - p) < len || memcmp(p, literal, len) != 0) {
        return refuse(s, p, "a value");
    }
    return p + len;
}

static const uint8_t *repeated_name(struct scanner *s, uint32_t offset)
{
    char shown[SIGNET_SHOW_MAX];
    const uint8_t *name = s->text.ptr + offset + 1;
    size_t len = (size_t)(signet_json_string_end(name, s->end) - 1 - name);
    s->rc = signet_err_at(s->err, SIGNET_E_MALFORMED, offset,
                          "expected each name once in an object, found \"%s\" again",
                          signet_utf8_show(signet_span_of(name, len), shown));
    return NULL;
}

/* A name and its colon. */
static const uint8_t *scan_name(struct scanner *s, const uint8_t *p)
{
    struct frame *object = &s->frames[s->depth - 1];
    const uint8_t *name = p;
    if (p == s->end || *p != '"') {
        return refuse(s, p, "a member name in quotes");
    }
    p = scan_string(s, p + 1);
    if (p == NULL) {
        return NULL;
    }
    if (object->in_order && s->pending.len > object->first_name) {
        const uint8_t *before = s->text.ptr + s->pending.at[s->pending.len - 1];
        object->in_order = signet_json_name_order(before + 1, name + 1) < 0;
    }
    if (!reserve(&s->pending, 1, most_members(s))) {
        return out_of_memory(s);
    }
    s->pending.at[s->pending.len++] = offset_of(s, name);
    p = signet_json_skip_space(p, s->end);
    if (p == s->end || *p != ':') {
        return refuse(s, p, "':' after a member name");
    }
    return p + 1;
}

static bool index_object(struct scanner *s, const uint8_t *p)
{
    struct signet_json_index *index = s->index;
    if (index->len == index->cap) {
        struct signet_json_object *objects = signet_json_grow(
            index->objects, &index->cap, index->len + 1, most_members(s), sizeof(*objects));
        if (objects == NULL) {
            return false;
        }
        index->objects = objects;
    }
    struct signet_json_object *object = &index->objects[index->len++];
    object->open = offset_of(s, p);
    object->names = SIGNET_JSON_IN_ORDER;
    return true;
}

/* An opening bracket: up to the first value inside, or to the closing bracket of an empty one. */
static const uint8_t *open_container(struct scanner *s, const uint8_t *p, bool *more)
{
    if (s->depth == s->depth_max) {
        s->rc = signet_err_at(s->err, SIGNET_E_LIMIT, offset_of(s, p),
                              "expected at most %zu levels of nesting, found more", s->depth_max);
        return NULL;
    }
    if (s->depth == s->frames_cap) {
        struct frame *frames = signet_json_grow(s->frames, &s->frames_cap, s->depth + 1,
                                                s->depth_max, sizeof(*frames));
        if (frames == NULL) {
            return out_of_memory(s);
        }
        s->frames = frames;
    }
    bool is_object = *p == '{';
    struct frame *frame = &s->frames[s->depth++];
    *frame = (struct frame){
        .first_name = (uint32_t)s->pending.len,
        .is_object = is_object,
        .in_order = true,
    };
    if (s->index != NULL) {
        s->index->depth = s->depth > s->index->depth ? s->depth : s->index->depth;
        frame->object = (uint32_t)s->index->len;
        if (is_object && !index_object(s, p)) {
            return out_of_memory(s);
        }
    }
    p = signet_json_skip_space(p + 1, s->end);
    *more = p == s->end || *p != (is_object ? '}' : ']');
    return *more && is_object ? scan_name(s, p) : p;
}

/* A value; *more says that it was the start of a container whose first value comes next. */
static const uint8_t *scan_value(struct scanner *s, const uint8_t *p, bool *more)
{
    *more = false;
    p = signet_json_skip_space(p, s->end);
    if (p == s->end) {
        return refuse(s, p, "a value");
    }
    switch (*p) {
    case '"':
        return scan_string(s, p + 1);
    case '{':
    case '[':
        return open_container(s, p, more);
    case 't':
        return scan_literal(s, p, "true");
    case 'f':
        return scan_literal(s, p, "false");
    case 'n':
        return scan_literal(s, p, "null");
    default:
        return *p == '-' || digit_at(s, p) ? scan_number(s, p) : refuse(s, p, "a value");
    }
}

/* The names of an object that is not in order, sorted: into the index if there is one. */
static bool sort_object(struct scanner *s, const struct frame *object)
{
    struct signet_json_offsets *names = s->index != NULL ? &s->index->names : &s->unindexed;
    size_t count = s->pending.len - object->first_name;
    if (!reserve(names, count + 1, most_sorted(s))) {
        out_of_memory(s);
        return false;
    }
    uint32_t *to = names->at + names->len;
    *to = (uint32_t)count;
    uint32_t repeated =
        signet_json_sort_names(s->text.ptr, s->pending.at + object->first_name, to + 1, count);
    if (repeated != UINT32_MAX) {
        repeated_name(s, repeated);
        return false;
    }
    if (s->index != NULL) {
        s->index->objects[object->object].names = (uint32_t)names->len;
        names->len += count + 1;
    }
    return true;
}

static const uint8_t *close_container(struct scanner *s, const uint8_t *p)
{
    const struct frame *closed = &s->frames[--s->depth];
    if (closed->is_object) {
        if (!closed->in_order && !sort_object(s, closed)) {
            return NULL;
        }
        if (closed->in_order && s->index != NULL && closed->object == s->index->len - 1) {
            s->index->len--;
        }
        s->pending.len = closed->first_name;
    }
    return p + 1;
}

/* What follows a value inside a container: a comma up to the next value, or a closing bracket. */
static const uint8_t *scan_next(struct scanner *s, const uint8_t *p, bool *more)
{
    bool is_object = s->frames[s->depth - 1].is_object;
    p = signet_json_skip_space(p, s->end);
    if (p < s->end && *p == ',') {
        *more = true;
        p++;
        return is_object ? scan_name(s, signet_json_skip_space(p, s->end)) : p;
    }
    if (p < s->end && *p == (is_object ? '}' : ']')) {
        return close_container(s, p);
    }
    return refuse(s, p, is_object ? "',' or '}'" : "',' or ']'");
}

static int scan_text(struct scanner *s)
{
    const uint8_t *p = s->text.ptr;
    do {
        bool more = false;
        p = scan_value(s, p, &more);
        while (p != NULL && !more && s->depth > 0) {
            p = scan_next(s, p, &more);
        }
    } while (p != NULL && s->depth > 0);
    if (p != NULL) {
        p = signet_json_skip_space(p, s->end);
        if (p == s->end) {
            return SIGNET_OK;
        }
        refuse(s, p, "nothing after the value");
    }
    return s->rc;
}

int signet_json_scan(struct signet_span text,
                     uint64_t depth,
                     struct signet_json_index *index,
                     struct signet_err *err)
{
    if (text.len > SIGNET_JSON_TEXT_MAX) {
        return signet_err_at(err, SIGNET_E_LIMIT, SIGNET_JSON_TEXT_MAX,
                             "expected less than 4 GiB of JSON, found more");
    }
    if (text.len == 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, 0, "expected a value, found the end");
    }
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, 0,
                             "expected a value, found a byte order mark; save the file without it");
    }
    struct scanner s = {
        .text = text,
        .end = text.ptr + text.len,
        .depth_max = depth < text.len ? (size_t)depth : text.len,
        .index = index,
        .err = err,
        .rc = SIGNET_E_INTERNAL,
    };
    int rc = scan_text(&s);
    free(s.frames);
    free(s.pending.at);
    free(s.unindexed.at);
    return rc;
}

int signet_json_text_scan(struct signet_json_text *text,
                          const struct signet_limits *limits,
                          struct signet_err *err)
{
    if (text->bytes.len > limits->document) {
        return signet_err_at(err, SIGNET_E_LIMIT, limits->document,
                             "expected at most %llu bytes of JSON, found %zu; raise the limit "
                             "\"document\" if this is intended",
                             (unsigned long long)limits->document, text->bytes.len);
    }
    return signet_json_scan(text->bytes, limits->json_depth, &text->index, err);
}

void signet_json_text_clear(struct signet_json_text *text)
{
    signet_json_index_clear(&text->index);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 8785 output: <signet/json.h>. The scanner has checked all of the text and says which objects
 * are out of order; this walks the text once more, copies what is canonical as it stands, rewrites
 * escapes and numbers, and jumps from member to member in the objects that need it. No byte is
 * visited twice, and nothing is copied on the way but into one buffer before the sink.
 */
#include "json/canon.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/grow.h"
#include "json/num.h"
#include "json/scan.h"
#include "json/text.h"

enum {
    CHUNK = 64 * 1024
};

static const uint32_t no_gap = UINT32_MAX;

/* An object that is written member by member, and what to return to after it. */
struct jump {
    const uint32_t *names; /* offsets of its members' names, in canonical order */
    uint32_t count;        /* of them */
    uint32_t inside;       /* place in the index of the first object behind its brace */
    uint32_t member;       /* how many members were begun */
    uint32_t close;        /* offset of its closing brace, once met */
    uint32_t next;         /* place in the index of the first object behind it, once met */
    uint32_t depth;        /* plain containers open around it in the enclosing member */
};

struct writer {
    struct signet_span text;
    const uint8_t *end;
    const struct signet_json_index *index;
    size_t next;        /* place in the index of the next object at or behind the cursor */
    uint32_t depth;     /* plain containers open inside the innermost jump */
    struct jump *jumps; /* as many as the text is deep */
    size_t jumps_len;
    uint8_t *chunk;
    size_t used;
    size_t flushed;   /* bytes that the sink took */
    uint32_t gap;     /* offset of the name of the member that is written without a value */
    size_t gap_place; /* bytes written when its value would have come */
    struct signet_sink sink;
    struct signet_err *err;
    int rc; /* the first failure sticks; nothing more reaches the sink then */
};

static void flush(struct writer *w)
{
    if (w->rc == SIGNET_OK && w->used > 0) {
        w->rc = w->sink.write(w->sink.ctx, signet_span_of(w->chunk, w->used), w->err);
    }
    w->flushed += w->used;
    w->used = 0;
}

static inline void put(struct writer *w, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;
    while (SIGNET_UNLIKELY(len > CHUNK - w->used)) {
        size_t part = CHUNK - w->used;
        memcpy(w->chunk + w->used, from, part);
        w->used = CHUNK;
        flush(w);
        from += part;
        len -= part;
    }
    memcpy(w->chunk + w->used, from, len);
    w->used += len;
}

static inline void put_byte(struct writer *w, uint8_t byte)
{
    put(w, &byte, 1);
}

/* A string or name at p, its opening quote; returns the byte after it. */
static const uint8_t *put_string(struct writer *w, const uint8_t *p)
{
    const uint8_t *from = p;
    p = signet_json_skip_verbatim(p + 1, w->end);
    while (*p == '\\') {
        uint32_t code_point = 0;
        uint8_t escaped[6];
        put(w, from, (size_t)(p - from));
        p = signet_json_char(p, &code_point);
        put(w, escaped, signet_json_put_char(code_point, escaped));
        from = p;
        p = signet_json_skip_verbatim(p, w->end);
    }
    p++;
    put(w, from, (size_t)(p - from));
    return p;
}

static const uint8_t *put_number(struct writer *w, const uint8_t *p)
{
    char number[SIGNET_JSON_NUMBER_TEXT];
    const uint8_t *end = signet_json_word_end(p, w->end);
    put(w, number, signet_json_number_canon(signet_span_of(p, (size_t)(end - p)), number));
    return end;
}

/* The first object of the index from `from` on that opens at or behind offset: doubling steps, then
 * halving ones, so that what is near is found fast. */
static size_t find_object(const struct signet_json_index *index, size_t from, uint32_t offset)
{
    size_t step = 1;
    while (step < index->len - from && index->objects[from + step].open < offset) {
        from += step;
        step *= 2;
    }
    size_t until = step < index->len - from ? from + step : index->len;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (index->objects[middle].open < offset) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

/* Writes the name of the member whose value is left open. */
static void put_gap(struct writer *w)
{
    put_string(w, w->text.ptr + w->gap);
    put_byte(w, ':');
    w->gap_place = w->flushed + w->used;
}

/* Goes to the next member of the innermost jump, in canonical order, or behind the object. */
static const uint8_t *next_member(struct writer *w)
{
    struct jump *jump = &w->jumps[w->jumps_len - 1];
    while (jump->member < jump->count) {
        uint32_t name = jump->names[jump->member++];
        signet_json_fetch_ahead(w->text.ptr, jump->names, jump->member - 1, jump->count);
        if (jump->member > 1) {
            put_byte(w, ',');
        }
        if (name != w->gap) {
            w->next = find_object(w->index, jump->inside, name);
            return w->text.ptr + name;
        }
        put_gap(w);
    }
    put_byte(w, '}');
    w->next = jump->next;
    w->depth = jump->depth;
    w->jumps_len--;
    return w->text.ptr + jump->close + 1;
}

/* The names of an object as the index has them, or NULL if it stands in order. */
static const uint32_t *names_in_index(const struct signet_json_index *index, size_t object)
{
    uint32_t names = index->objects[object].names;
    return names == SIGNET_JSON_IN_ORDER ? NULL : index->names.at + names;
}

static void begin_jump(struct writer *w, const uint32_t *names, size_t count, size_t inside)
{
    w->jumps[w->jumps_len++] = (struct jump){
        .names = names,
        .count = (uint32_t)count,
        .inside = (uint32_t)inside,
        .depth = w->depth,
    };
    w->depth = 0;
    put_byte(w, '{');
}

/* An opening brace, of an object in order or to be written by jumps. */
static const uint8_t *open_object(struct writer *w, const uint8_t *p)
{
    const struct signet_json_index *index = w->index;
    const uint32_t *names = NULL;
    if (w->next < index->len && index->objects[w->next].open == (uint32_t)(p - w->text.ptr)) {
        names = names_in_index(index, w->next++);
    }
    if (names == NULL) {
        put_byte(w, '{');
        w->depth++;
        return p + 1;
    }
    begin_jump(w, names + 1, names[0], w->next);
    return next_member(w);
}

/* A comma or closing brace right inside the innermost jump: the end of a member. */
static const uint8_t *end_member(struct writer *w, const uint8_t *p)
{
    if (*p == '}') {
        struct jump *jump = &w->jumps[w->jumps_len - 1];
        jump->close = (uint32_t)(p - w->text.ptr);
        jump->next = (uint32_t)w->next;
    }
    return next_member(w);
}

static void write_from(struct writer *w, const uint8_t *p)
{
    p = signet_json_skip_space(p, w->end);
    while (p < w->end && w->rc == SIGNET_OK) {
        switch (*p) {
        case '"':
            p = put_string(w, p);
            break;
        case '{':
            p = open_object(w, p);
            break;
        case ',':
        case '}':
            if (w->depth == 0 && w->jumps_len > 0) {
                p = end_member(w, p);
                break;
            }
            w->depth -= *p == '}';
            put_byte(w, *p++);
            break;
        case '[':
            w->depth++;
            put_byte(w, *p++);
            break;
        case ']':
            w->depth--;
            put_byte(w, *p++);
            break;
        case ':':
            put_byte(w, *p++);
            break;
        case 't':
        case 'n':
            put(w, p, 4);
            p += 4;
            break;
        case 'f':
            put(w, p, 5);
            p += 5;
            break;
        default:
            p = put_number(w, p);
            break;
        }
        p = signet_json_skip_space(p, w->end);
    }
    flush(w);
}

static int start(struct writer *w,
                 const struct signet_json_text *text,
                 struct signet_span part,
                 struct signet_sink sink,
                 struct signet_err *err)
{
    *w = (struct writer){
        .text = text->bytes,
        .end = part.ptr + part.len,
        .index = &text->index,
        .next = find_object(&text->index, 0, (uint32_t)(part.ptr - text->bytes.ptr)),
        .jumps = malloc((text->index.depth + 1) * sizeof(*w->jumps)),
        .chunk = malloc(CHUNK),
        .gap = no_gap,
        .sink = sink,
        .err = err,
        .rc = SIGNET_OK,
    };
    return w->chunk != NULL && w->jumps != NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory while writing JSON");
}

static void end(struct writer *w)
{
    free(w->chunk);
    free(w->jumps);
}

int signet_json_canon_part(const struct signet_json_text *text,
                           struct signet_span part,
                           struct signet_sink sink,
                           struct signet_err *err)
{
    struct writer w;
    int rc = start(&w, text, part, sink, err);
    if (rc == SIGNET_OK) {
        write_from(&w, part.ptr);
        rc = w.rc;
    }
    end(&w);
    return rc;
}

/* The sorted names of the top object, after their number; NULL: they are not in the index. */
static const uint32_t *top_names(const struct signet_json_text *text, struct signet_json_value top)
{
    uint32_t open = (uint32_t)(top.text.ptr - text->bytes.ptr);
    size_t place = find_object(&text->index, 0, open);
    bool indexed = place < text->index.len && text->index.objects[place].open == open;
    return indexed ? names_in_index(&text->index, place) : NULL;
}

/* The member of top with this name, of those that are sorted. */
static bool find_sorted(const struct signet_json_text *text,
                        const uint32_t *sorted,
                        const char *wanted,
                        struct signet_json_value *name,
                        struct signet_json_value *value)
{
    struct signet_json_value top = signet_json_top(text->bytes);
    const uint8_t *end = top.text.ptr + top.text.len;
    for (size_t i = 0; i < sorted[0]; i++) {
        const uint8_t *at = text->bytes.ptr + sorted[i + 1];
        struct signet_json_walk walk = {signet_span_of(at, (size_t)(end - at)), true};
        name->kind = SIGNET_JSON_STRING;
        name->text = signet_span_of(at, (size_t)(signet_json_string_end(at + 1, end) - at));
        if (signet_json_string_is(*name, signet_span_str(wanted))) {
            return signet_json_next_member(&walk, name, value);
        }
    }
    return false;
}

void signet_json_text_members(const struct signet_json_text *text,
                              const char *const *names,
                              struct signet_json_value *values)
{
    struct signet_json_value top = signet_json_top(text->bytes);
    struct signet_json_value name;
    const uint32_t *sorted = top_names(text, top);
    if (sorted == NULL) {
        SIGNET_IGNORE(signet_json_members(top, names, values)); /* how many others is not asked */
        return;
    }
    for (size_t i = 0; names[i] != NULL; i++) {
        values[i] = (struct signet_json_value){0};
        SIGNET_IGNORE(find_sorted(text, sorted, names[i], &name, &values[i])); /* or kind 0 */
    }
}

bool signet_json_text_member(const struct signet_json_text *text,
                             const char *wanted,
                             struct signet_json_value *name,
                             struct signet_json_value *value)
{
    struct signet_json_value top = signet_json_top(text->bytes);
    const uint32_t *sorted = top_names(text, top);
    if (sorted != NULL) {
        return find_sorted(text, sorted, wanted, name, value);
    }
    struct signet_json_walk walk = signet_json_walk(top);
    while (signet_json_next_member(&walk, name, value)) {
        if (signet_json_string_is(*name, signet_span_str(wanted))) {
            return true;
        }
    }
    return false;
}

/* Names of members, in canonical order. */
struct names {
    uint32_t *at;
    size_t len, cap;
};

static bool is_left_out(const struct signet_json_recast *recast, const uint8_t *name)
{
    for (size_t i = 0; i < recast->left_out_count; i++) {
        if (signet_json_name_order(recast->left_out[i].text.ptr + 1, name + 1) == 0) {
            return true;
        }
    }
    return false;
}

static int keep_name(struct names *names,
                     const struct signet_json_text *text,
                     const struct signet_json_recast *recast,
                     uint32_t name)
{
    if (is_left_out(recast, text->bytes.ptr + name)) {
        return SIGNET_OK;
    }
    if (names->len == names->cap) {
        uint32_t *grown = signet_grow(names->at, &names->cap, sizeof(*grown));
        if (grown == NULL) {
            return SIGNET_E_NOMEM;
        }
        names->at = grown;
    }
    names->at[names->len++] = name;
    return SIGNET_OK;
}

/* The names that stay, from the index, or as they stand in an object that is in order. */
static int collect_names(const struct signet_json_text *text,
                         struct signet_json_value object,
                         size_t place,
                         const struct signet_json_recast *recast,
                         struct names *names)
{
    struct signet_json_value name;
    struct signet_json_value value;
    bool indexed = place < text->index.len &&
                   text->index.objects[place].open == (uint32_t)(object.text.ptr - text->bytes.ptr);
    const uint32_t *sorted = indexed ? names_in_index(&text->index, place) : NULL;
    int rc = SIGNET_OK;
    for (size_t i = 0; sorted != NULL && rc == SIGNET_OK && i < sorted[0]; i++) {
        rc = keep_name(names, text, recast, sorted[i + 1]);
    }
    struct signet_json_walk walk = signet_json_walk(object);
    while (sorted == NULL && rc == SIGNET_OK && signet_json_next_member(&walk, &name, &value)) {
        rc = keep_name(names, text, recast, (uint32_t)(name.text.ptr - text->bytes.ptr));
    }
    return rc;
}

int signet_json_canon_recast(const struct signet_json_text *text,
                             struct signet_json_value object,
                             const struct signet_json_recast *recast,
                             struct signet_sink sink,
                             size_t *gap,
                             struct signet_err *err)
{
    struct writer w;
    struct names names = {0};
    int rc = start(&w, text, object.text, sink, err);
    if (rc == SIGNET_OK) {
        rc = collect_names(text, object, w.next, recast, &names);
        signet_err_set(err, rc, "out of memory while writing JSON");
    }
    if (rc == SIGNET_OK) {
        if (recast->gap.kind != 0) {
            w.gap = (uint32_t)(recast->gap.text.ptr - text->bytes.ptr);
        }
        begin_jump(&w, names.at, names.len, w.next);
        w.jumps[0].close = (uint32_t)(object.text.ptr + object.text.len - 1 - text->bytes.ptr);
        write_from(&w, next_member(&w));
        rc = w.rc;
        *gap = w.gap_place;
    }
    free(names.at);
    end(&w);
    return rc;
}

int signet_json_canon(struct signet_span text,
                      const struct signet_limits *limits,
                      struct signet_sink sink,
                      struct signet_err *err)
{
    struct signet_limits standard = signet_limits_default();
    struct signet_json_text scanned = {.bytes = text};
    if (limits == NULL) {
        limits = &standard;
    }
    int rc = signet_json_text_scan(&scanned, limits, err);
    if (rc == SIGNET_OK) {
        rc = signet_json_canon_part(&scanned, text, sink, err);
    }
    signet_json_text_clear(&scanned);
    return rc;
}

static int write_to_buf(void *ctx, struct signet_span piece, struct signet_err *err)
{
    int rc = signet_buf_put(ctx, piece);
    if (rc != SIGNET_OK) {
        signet_err_set(err, rc, "the canonical form does not fit the memory allowed for it");
    }
    return rc;
}

struct signet_sink signet_sink_to_buf(struct signet_buf *buf)
{
    struct signet_sink sink = {write_to_buf, buf};
    return sink;
}

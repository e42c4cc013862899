/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 8785 output: <signet/json.h>. The scanner has checked all of the text and says which objects
 * are out of order; this walks the text once more, copies what is canonical as it stands, rewrites
 * escapes and numbers, and jumps from member to member in the objects that need it. No byte is
 * visited twice, and nothing is copied on the way but into one buffer before the sink.
 */
#include <signet/json.h>

#include <stdlib.h>

#include "base/err.h"
#include "json/num.h"
#include "json/scan.h"
#include "json/text.h"

enum {
    CHUNK = 64 * 1024
};

/* An object that is written member by member, and what to return to after it. */
struct jump {
    uint32_t object; /* its place in the index */
    uint32_t member; /* how many members were begun */
    uint32_t close;  /* offset of its closing brace, once met */
    uint32_t next;   /* place in the index of the first object behind it, once met */
    uint32_t depth;  /* plain containers open around it in the enclosing member */
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
    struct signet_sink sink;
    struct signet_err *err;
    int rc; /* the first failure sticks; nothing more reaches the sink then */
};

static void flush(struct writer *w)
{
    if (w->rc == SIGNET_OK && w->used > 0) {
        w->rc = w->sink.write(w->sink.ctx, signet_span_of(w->chunk, w->used), w->err);
    }
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

static const uint32_t *names_of(const struct writer *w, const struct jump *jump)
{
    return w->index->names.at + w->index->objects[jump->object].names;
}

/* Goes to the next member of the innermost jump, in canonical order, or behind the object. */
static const uint8_t *next_member(struct writer *w)
{
    struct jump *jump = &w->jumps[w->jumps_len - 1];
    const uint32_t *names = names_of(w, jump);
    if (jump->member < names[0]) {
        uint32_t name = names[++jump->member];
        signet_json_fetch_ahead(w->text.ptr, names, jump->member, names[0]);
        if (jump->member > 1) {
            put_byte(w, ',');
        }
        w->next = find_object(w->index, jump->object + 1, name);
        return w->text.ptr + name;
    }
    put_byte(w, '}');
    w->next = jump->next;
    w->depth = jump->depth;
    w->jumps_len--;
    return w->text.ptr + jump->close + 1;
}

/* An opening brace, of an object in order or to be written by jumps. */
static const uint8_t *open_object(struct writer *w, const uint8_t *p)
{
    const struct signet_json_index *index = w->index;
    put_byte(w, '{');
    if (w->next == index->len || index->objects[w->next].open != (uint32_t)(p - w->text.ptr)) {
        w->depth++;
        return p + 1;
    }
    if (index->objects[w->next].names == SIGNET_JSON_IN_ORDER) {
        w->next++;
        w->depth++;
        return p + 1;
    }
    w->jumps[w->jumps_len++] = (struct jump){.object = (uint32_t)w->next, .depth = w->depth};
    w->depth = 0;
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

static void write_text(struct writer *w)
{
    const uint8_t *p = signet_json_skip_space(w->text.ptr, w->end);
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

static int write_canonical(struct signet_span text,
                           const struct signet_json_index *index,
                           struct signet_sink sink,
                           struct signet_err *err)
{
    struct writer w = {
        .text = text,
        .end = text.ptr + text.len,
        .index = index,
        .jumps = malloc((index->depth + 1) * sizeof(*w.jumps)),
        .chunk = malloc(CHUNK),
        .sink = sink,
        .err = err,
        .rc = SIGNET_OK,
    };
    if (w.chunk != NULL && w.jumps != NULL) {
        write_text(&w);
    } else {
        w.rc = signet_err_set(err, SIGNET_E_NOMEM, "out of memory while writing JSON");
    }
    free(w.chunk);
    free(w.jumps);
    return w.rc;
}

int signet_json_canon(struct signet_span text,
                      const struct signet_limits *limits,
                      struct signet_sink sink,
                      struct signet_err *err)
{
    struct signet_limits standard = signet_limits_default();
    struct signet_json_index index = {0};
    if (limits == NULL) {
        limits = &standard;
    }
    if (text.len > limits->document) {
        return signet_err_at(err, SIGNET_E_LIMIT, limits->document,
                             "expected at most %llu bytes of JSON, found %zu; raise the limit "
                             "\"document\" if this is intended",
                             (unsigned long long)limits->document, text.len);
    }
    int rc = signet_json_scan(text, limits->json_depth, &index, err);
    if (rc == SIGNET_OK) {
        rc = write_canonical(text, &index, sink, err);
    }
    signet_json_index_clear(&index);
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

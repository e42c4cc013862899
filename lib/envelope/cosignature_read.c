/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading notes: see envelope/cosignature.h. Owns their grammar, which has one spelling for
 * everything; knows nothing of what is true.
 */
#include "envelope/cosignature.h"

#include <signet/limits.h>
#include <stdlib.h>

#include "base/codec.h"
#include "base/err.h"
#include "base/utf8.h"

enum {
    SUBJECT = 32,     /* bytes */
    BASE64_MAX = 8192 /* characters: lines of other kinds may be longer than ours */
};

/* A file being read. */
struct reading {
    struct signet_span text; /* the whole */
    struct signet_span rest;
    struct signet_cosignatures *notes;
    size_t room; /* of notes->list */
    struct signet_err *err;
};

static int malformed(const struct reading *r, struct signet_span at, const char *expected)
{
    char shown[SIGNET_SHOW_MAX];
    size_t offset = at.ptr != NULL ? (size_t)(at.ptr - r->text.ptr) : 0;
    return signet_err_at(r->err, SIGNET_E_MALFORMED, offset, "expected %s, found \"%s\"", expected,
                         signet_utf8_show(at, shown));
}

static int exceeded(const struct reading *r, const char *what, size_t limit)
{
    return signet_err_set(r->err, SIGNET_E_LIMIT, "more than %zu %s", limit, what);
}

/* The next line, which ends in a line feed, without it. */
static int take_line(struct reading *r, const char *expected, struct signet_span *line)
{
    const uint8_t *end = r->rest.len > 0 ? memchr(r->rest.ptr, '\n', r->rest.len) : NULL;
    if (end == NULL) {
        return malformed(r, r->rest, expected);
    }
    *line = signet_span_of(r->rest.ptr, (size_t)(end - r->rest.ptr));
    r->rest = signet_span_of(end + 1, r->rest.len - line->len - 1);
    return SIGNET_OK;
}

/* Decodes what is in the one spelling that notes have: the standard alphabet, padded. */
static int decode(const struct reading *r,
                  struct signet_span text,
                  const char *expected,
                  struct signet_buf *out)
{
    struct signet_buf again;
    if (text.len == 0 || text.len > BASE64_MAX || signet_b64_decode(out, text) != SIGNET_OK) {
        return out->status == SIGNET_E_NOMEM
                   ? signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for a cosignature")
                   : malformed(r, text, expected);
    }
    signet_buf_init(&again, BASE64_MAX + 4);
    int rc = signet_b64_encode(&again, signet_buf_span(out), SIGNET_B64_STANDARD);
    bool same = rc == SIGNET_OK && signet_span_eq(signet_buf_span(&again), text);
    signet_buf_free(&again);
    if (rc != SIGNET_OK) {
        return signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for a cosignature");
    }
    return same ? SIGNET_OK : malformed(r, text, expected);
}

static bool is_space(uint32_t c)
{
    return c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool signet_cosignature_is_name(struct signet_span name)
{
    if (name.len == 0 || name.len > SIGNET_COSIGNATURE_NAME) {
        return false;
    }
    for (size_t at = 0, len = 0; at < name.len; at += len) {
        len = signet_utf8_sequence(signet_span_of(name.ptr + at, name.len - at));
        uint32_t c = len > 0 ? signet_utf8_decode(name.ptr + at, len) : 0;
        if (c < 0x20 || c == 0x7F || c == '+' || is_space(c)) {
            return false;
        }
    }
    return true;
}

static int make_room(struct reading *r)
{
    struct signet_cosignatures *notes = r->notes;
    if (notes->count < r->room) {
        return SIGNET_OK;
    }
    size_t room = r->room * 2 + 8;
    struct signet_cosignature *list = realloc(notes->list, room * sizeof(*list));
    if (list == NULL) {
        return signet_err_set(r->err, SIGNET_E_NOMEM, "out of memory for cosignatures");
    }
    notes->list = list;
    r->room = room;
    return SIGNET_OK;
}

/* Takes what a line of our kind says; the time is bounded by the format. */
static int keep(struct reading *r, const struct signet_cosignature *said, struct signet_span line)
{
    int rc = said->time >= 0 ? make_room(r) : malformed(r, line, "a time below 2^63");
    if (rc == SIGNET_OK) {
        r->notes->list[r->notes->count++] = *said;
    }
    return rc;
}

/* The dash, name, space, base64 of a key id and a signature. */
static int read_line(struct reading *r, const struct signet_digest *subject)
{
    static const char expected[] = "a signature line";
    struct signet_span line;
    struct signet_buf blob;
    struct signet_cosignature said = {.subject = *subject};
    int rc = take_line(r, expected, &line);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const uint8_t *from = line.ptr + strlen(SIGNET_COSIGNATURE_DASH);
    size_t left = line.len - strlen(SIGNET_COSIGNATURE_DASH);
    const uint8_t *space = memchr(from, ' ', left);
    if (space == NULL) {
        return malformed(r, line, expected);
    }
    said.name = signet_span_of(from, (size_t)(space - from));
    if (!signet_cosignature_is_name(said.name)) {
        return malformed(r, line, "the name of a key");
    }
    signet_buf_init(&blob, BASE64_MAX);
    rc = decode(r, signet_span_of(space + 1, left - said.name.len - 1), expected, &blob);
    if (rc == SIGNET_OK && blob.len <= SIGNET_COSIGNATURE_KEY_ID) {
        rc = malformed(r, line, expected);
    } else if (rc == SIGNET_OK && blob.len == SIGNET_COSIGNATURE_BLOB) {
        uint64_t time = 0;
        for (size_t i = 0; i < SIGNET_COSIGNATURE_STAMP; i++) {
            time = time << 8 | blob.data[SIGNET_COSIGNATURE_KEY_ID + i];
        }
        said.time = time <= INT64_MAX ? (int64_t)time : -1;
        memcpy(said.key_id, blob.data, sizeof(said.key_id));
        memcpy(said.signature, blob.data + sizeof(said.key_id) + SIGNET_COSIGNATURE_STAMP,
               sizeof(said.signature));
        rc = keep(r, &said, line);
    }
    signet_buf_free(&blob);
    return rc;
}

/* The two lines that are signed. */
static int read_text(struct reading *r, struct signet_digest *subject)
{
    static const char expected[] = "44 characters of base64";
    struct signet_span line = {NULL, 0};
    struct signet_buf bytes;
    int rc = take_line(r, "\"" SIGNET_COSIGNATURE_ORIGIN "\"", &line);
    if (rc == SIGNET_OK && !signet_span_is(line, SIGNET_COSIGNATURE_ORIGIN)) {
        rc = malformed(r, line, "\"" SIGNET_COSIGNATURE_ORIGIN "\"");
    }
    if (rc == SIGNET_OK) {
        rc = take_line(r, expected, &line);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    signet_buf_init(&bytes, BASE64_MAX);
    rc = decode(r, line, expected, &bytes);
    if (rc == SIGNET_OK && bytes.len != SUBJECT) {
        rc = malformed(r, line, expected);
    }
    if (rc == SIGNET_OK) {
        *subject = (struct signet_digest){.alg = SIGNET_DIGEST_SHA256, .len = SUBJECT};
        memcpy(subject->bytes, bytes.data, SUBJECT);
    }
    signet_buf_free(&bytes);
    return rc;
}

static int read_note(struct reading *r)
{
    struct signet_digest subject;
    struct signet_span line;
    size_t lines = 0;
    int rc = read_text(r, &subject);
    if (rc == SIGNET_OK) {
        rc = take_line(r, "an empty line", &line);
    }
    if (rc == SIGNET_OK && line.len > 0) {
        rc = malformed(r, line, "an empty line");
    }
    while (rc == SIGNET_OK && signet_span_begins(r->rest, SIGNET_COSIGNATURE_DASH)) {
        rc = ++lines <= SIGNET_COSIGNATURE_LINES
                 ? read_line(r, &subject)
                 : exceeded(r, "signatures of a note", SIGNET_COSIGNATURE_LINES);
    }
    return rc != SIGNET_OK || lines > 0 ? rc : malformed(r, r->rest, "a signature line");
}

int signet_cosignatures_parse(struct signet_span text,
                              struct signet_cosignatures *notes,
                              struct signet_err *err)
{
    struct reading reading = {text, text, notes, 0, err};
    size_t count = 0;
    memset(notes, 0, sizeof(*notes));
    if (text.len > SIGNET_TIME_NOTES) {
        return exceeded(&reading, "bytes of notes", SIGNET_TIME_NOTES);
    }
    int rc = SIGNET_OK;
    do {
        rc = ++count <= SIGNET_COSIGNATURE_NOTES
                 ? read_note(&reading)
                 : exceeded(&reading, "notes", SIGNET_COSIGNATURE_NOTES);
    } while (rc == SIGNET_OK && reading.rest.len > 0);
    if (rc != SIGNET_OK) {
        signet_cosignatures_free(notes);
    }
    return rc;
}

void signet_cosignatures_free(struct signet_cosignatures *notes)
{
    free(notes->list);
    memset(notes, 0, sizeof(*notes));
}

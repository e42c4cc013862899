/* SPDX-License-Identifier: Apache-2.0
 *
 * Part manifests as text: artifact/PARTS.md. Owns the format; whether parts belong together is
 * part_join.c's to say.
 */
#include "artifact/part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/codec.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"

enum {
    HEX = 64,                           /* digits of a SHA-256 */
    END = 3 + 2 + HEX + 1,              /* bytes of "end  HEX" and its line feed */
    LINE_MIN = HEX + 2 + 1 + 2 + 1 + 1, /* bytes of the shortest "HEX  SIZE  NAME" and its own */
};

/* How far a text was read. */
struct reading {
    struct signet_span text;
    size_t at;
    const struct signet_limits *limits;
    struct signet_err *err;
};

static int malformed(const struct reading *reading, const char *expected)
{
    char shown[SIGNET_SHOW_MAX];
    const uint8_t *from = reading->text.ptr + reading->at;
    size_t left = reading->text.len - reading->at;
    const uint8_t *end = left > 0 ? memchr(from, '\n', left) : NULL;
    struct signet_span line = signet_span_of(from, end != NULL ? (size_t)(end - from) : left);
    return signet_err_at(reading->err, SIGNET_E_MALFORMED, reading->at,
                         "part manifest: expected %s, found \"%s\"", expected,
                         signet_utf8_show(line, shown));
}

/* Takes what stands before the next byte of that value, and the byte; false if there is none. */
static bool take_until(struct reading *reading, uint8_t byte, struct signet_span *taken)
{
    const uint8_t *from = reading->text.ptr + reading->at;
    size_t left = reading->text.len - reading->at;
    const uint8_t *end = left > 0 ? memchr(from, byte, left) : NULL;
    if (end == NULL) {
        return false;
    }
    *taken = signet_span_of(from, (size_t)(end - from));
    reading->at += taken->len + 1;
    return true;
}

static bool take_text(struct reading *reading, const char *text)
{
    size_t len = strlen(text);
    bool found = reading->text.len - reading->at >= len &&
                 memcmp(reading->text.ptr + reading->at, text, len) == 0;
    reading->at += found ? len : 0;
    return found;
}

/* Lower-case digits only, so that each digest has one spelling. */
static bool take_digest(struct reading *reading, uint8_t digest[HEX / 2])
{
    struct signet_span digits = signet_span_of(reading->text.ptr + reading->at, HEX);
    if (reading->text.len - reading->at < HEX) {
        return false;
    }
    for (size_t i = 0; i < HEX; i++) {
        if (digits.ptr[i] >= 'A' && digits.ptr[i] <= 'F') {
            return false;
        }
    }
    if (signet_hex_decode(digits, digest, HEX / 2) != SIGNET_OK) {
        return false;
    }
    reading->at += HEX;
    return true;
}

static bool take_number(struct reading *reading, uint8_t end, uint64_t *number)
{
    struct signet_span digits;
    return take_until(reading, end, &digits) && signet_num_parse(digits, number) == SIGNET_OK;
}

static int read_head(struct reading *reading, struct signet_part *part)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span hash;
    if (!take_text(reading, SIGNET_PART_MAGIC)) {
        return malformed(reading, "a first line that begins with \"signet-part/1\"");
    }
    if (!take_number(reading, '/', &part->number) || !take_number(reading, ' ', &part->of) ||
        part->number == 0 || part->number > part->of || part->of > SIGNET_PART_MAX) {
        reading->at = 0;
        return malformed(reading, "a part I/N with I from 1 to N, and N at most 65536");
    }
    if (!take_until(reading, ' ', &hash)) {
        return malformed(reading, "the name of a digest");
    }
    if (!signet_span_is(hash, "sha256")) {
        return signet_err_set(reading->err, SIGNET_E_UNSUPPORTED,
                              "part manifest: digests are by \"%s\"; expected sha256",
                              signet_utf8_show(hash, shown));
    }
    part->listing.alg = SIGNET_DIGEST_SHA256;
    part->listing.len = HEX / 2;
    if (!take_digest(reading, part->listing.bytes) || !take_text(reading, "\n")) {
        return malformed(reading, "the digest of the listing");
    }
    return SIGNET_OK;
}

/* The last line must be there, and hold the digest of all before it. Takes it off the text. */
static int check_end(struct reading *reading)
{
    struct signet_digest claimed = {.alg = SIGNET_DIGEST_SHA256, .len = HEX / 2};
    struct signet_digest found;
    struct reading end = *reading;
    size_t body = reading->text.len < END ? 0 : reading->text.len - END;
    end.at = body;
    if (body < reading->at || reading->text.ptr[body - 1] != '\n' || !take_text(&end, "end  ") ||
        !take_digest(&end, claimed.bytes) || !take_text(&end, "\n")) {
        return signet_err_set(
            reading->err, SIGNET_E_MALFORMED,
            "part manifest: no end line: it is cut off, or was not written whole");
    }
    int rc = signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_of(reading->text.ptr, body), &found,
                              reading->err);
    if (rc == SIGNET_OK && !signet_digest_eq(&claimed, &found)) {
        return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                              "part manifest: the end line does not fit what stands before it: it "
                              "was changed");
    }
    reading->text.len = body;
    return rc;
}

static int read_entry(struct reading *reading, struct signet_part *part)
{
    struct signet_part_entry *entry = &part->entries[part->count];
    size_t start = reading->at;
    bool sound = take_digest(reading, entry->sha256) && take_text(reading, "  ") &&
                 take_number(reading, ' ', &entry->size) && take_text(reading, " ") &&
                 take_until(reading, '\n', &entry->name);
    if (!sound) {
        reading->at = start;
        return malformed(reading, "\"HEX  SIZE  NAME\"");
    }
    int rc = signet_path_check(entry->name, reading->limits->path, reading->err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (part->count > 0 && signet_span_order(entry[-1].name, entry->name) >= 0) {
        reading->at = start;
        return malformed(reading, "names in the order of their bytes, each once");
    }
    part->count++;
    return SIGNET_OK;
}

static int read_entries(struct reading *reading, struct signet_part *part)
{
    size_t room = (reading->text.len - reading->at) / LINE_MIN + 1; /* the last may be refused */
    uint64_t lines = 0;
    for (size_t i = reading->at; i < reading->text.len; i++) {
        lines += reading->text.ptr[i] == '\n' ? 1 : 0;
    }
    if (lines > reading->limits->entries) {
        return signet_err_set(
            reading->err, SIGNET_E_LIMIT,
            "part manifest: more than %llu files; --limit entries=N raises the limit",
            (unsigned long long)reading->limits->entries);
    }
    part->entries = calloc(room, sizeof(*part->entries));
    if (part->entries == NULL) {
        return signet_err_set(reading->err, SIGNET_E_NOMEM, "out of memory for %zu names", room);
    }
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && reading->at < reading->text.len) {
        rc = read_entry(reading, part);
    }
    return rc;
}

int signet_part_read(struct signet_span text,
                     const struct signet_limits *limits,
                     struct signet_part *part,
                     struct signet_err *err)
{
    struct reading reading = {.limits = limits, .err = err};
    memset(part, 0, sizeof(*part));
    reading.text = text.len > 0 ? text : signet_span_str("");
    int rc = read_head(&reading, part);
    if (rc == SIGNET_OK) {
        rc = check_end(&reading);
    }
    if (rc == SIGNET_OK) {
        rc = read_entries(&reading, part);
    }
    if (rc != SIGNET_OK) {
        signet_part_free(part);
    }
    return rc;
}

void signet_part_free(struct signet_part *part)
{
    free(part->entries);
    memset(part, 0, sizeof(*part));
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Releases: see release.h. in-toto attestation spec/predicates/release.md v0.1, with a package URL
 * of type generic, and with the time, use and size that are members of ours.
 */
#include "envelope/release.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/semver.h"
#include "base/utf8.h"

static const char purl_begin[] = "pkg:generic/";

static const struct {
    const char *name;
    enum signet_usage usage;
} usages[] = {
    {"program", SIGNET_USAGE_PROGRAM}, {"interp", SIGNET_USAGE_INTERP}, {"lib", SIGNET_USAGE_LIB},
    {"script", SIGNET_USAGE_SCRIPT},   {"model", SIGNET_USAGE_MODEL},   {"data", SIGNET_USAGE_DATA},
};

enum signet_usage signet_usage_named(struct signet_span word)
{
    for (size_t i = 0; i < SIGNET_COUNT(usages); i++) {
        if (signet_span_is(word, usages[i].name)) {
            return usages[i].usage;
        }
    }
    return (enum signet_usage)0;
}

const char *signet_usage_name(enum signet_usage usage)
{
    for (size_t i = 0; i < SIGNET_COUNT(usages); i++) {
        if (usages[i].usage == usage) {
            return usages[i].name;
        }
    }
    return "";
}

static bool is_name_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '.' || byte == '_' || byte == '+' || byte == '-';
}

static bool is_segment(struct signet_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_name_byte(text.ptr[i])) {
            return false;
        }
    }
    return text.len > 0 && !signet_span_is(text, ".") && !signet_span_is(text, "..");
}

static bool is_name(struct signet_span text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '/') {
            if (!is_segment(signet_span_of(text.ptr + start, i - start))) {
                return false;
            }
            start = i + 1;
        }
    }
    return text.len > start && is_segment(signet_span_of(text.ptr + start, text.len - start));
}

bool signet_release_split(struct signet_span text,
                          struct signet_span *name,
                          struct signet_span *version)
{
    struct signet_semver semver;
    const uint8_t *mark = text.len > 0 ? memchr(text.ptr, '@', text.len) : NULL;
    if (mark == NULL) {
        return false;
    }
    size_t before = (size_t)(mark - text.ptr);
    struct signet_span rest = signet_span_of(mark + 1, text.len - before - 1);
    if (!is_name(signet_span_of(text.ptr, before)) || !signet_semver_parse(rest, &semver)) {
        return false;
    }
    *name = signet_span_of(text.ptr, before);
    *version = rest;
    return true;
}

static int wrong(const char *what,
                 const char *expected,
                 struct signet_json_value found,
                 struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected %s, found %s", what, expected,
                          found.kind == 0 ? "nothing" : signet_utf8_show(found.text, shown));
}

static int read_purl(struct signet_json_value value,
                     struct signet_arena *storage,
                     struct signet_release *release,
                     struct signet_err *err)
{
    const size_t skipped = sizeof(purl_begin) - 1;
    struct signet_span text;
    struct signet_span name;
    struct signet_span version;
    if (!signet_json_plain_string(value, &text) || !signet_span_begins(text, purl_begin) ||
        !signet_release_split(signet_span_of(text.ptr + skipped, text.len - skipped), &name,
                              &version)) {
        return wrong("purl", "pkg:generic/NAME@VERSION with a SemVer version", value, err);
    }
    release->name = signet_arena_copy(storage, name);
    release->version = signet_arena_copy(storage, version);
    return release->name != NULL && release->version != NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a release");
}

static int
read_usage(struct signet_json_value value, struct signet_release *release, struct signet_err *err)
{
    struct signet_span word;
    if (value.kind == 0) {
        return SIGNET_OK;
    }
    if (signet_json_plain_string(value, &word)) {
        release->usage = signet_usage_named(word);
    }
    return release->usage != 0
               ? SIGNET_OK
               : wrong("usage", "program, interp, lib, script, model or data", value, err);
}

int signet_release_read(struct signet_json_value predicate,
                        struct signet_arena *storage,
                        struct signet_release *release,
                        struct signet_err *err)
{
    enum {
        PURL,
        SIGNED_AT,
        USAGE,
        SIZE,
        MEMBERS
    };
    static const char *const names[] = {"purl", "signedAt", "usage", "size", NULL};
    struct signet_json_value values[MEMBERS];
    struct signet_span time;
    struct signet_release read = {0};
    memset(release, 0, sizeof(*release));
    SIGNET_IGNORE(signet_json_members(predicate, names, values)); /* predicates are open */
    int rc = read_purl(values[PURL], storage, &read, err);
    if (rc == SIGNET_OK && (!signet_json_plain_string(values[SIGNED_AT], &time) ||
                            !signet_instant_parse(time, &read.signed_at))) {
        rc = wrong("signedAt", "a time such as 2026-11-01T00:00:00Z", values[SIGNED_AT], err);
    }
    if (rc == SIGNET_OK) {
        rc = read_usage(values[USAGE], &read, err);
    }
    read.has_size = values[SIZE].kind != 0;
    if (rc == SIGNET_OK && read.has_size && !signet_json_uint(values[SIZE], &read.size)) {
        rc = wrong("size", "a number of bytes", values[SIZE], err);
    }
    if (rc == SIGNET_OK) {
        *release = read;
    }
    return rc;
}

int signet_release_write(const struct signet_release *release, struct signet_buf *out)
{
    char time[SIGNET_CLOCK_TEXT];
    char size[32];
    signet_buf_puts(out, "{\"purl\":\"");
    signet_buf_puts(out, purl_begin);
    signet_buf_puts(out, release->name); /* of characters that stand for themselves */
    signet_buf_puts(out, "@");
    signet_buf_puts(out, release->version);
    signet_buf_puts(out, "\",\"signedAt\":\"");
    signet_buf_puts(out, signet_clock_format(release->signed_at, time));
    signet_buf_puts(out, "\"");
    if (release->has_size &&
        snprintf(size, sizeof(size), ",\"size\":%llu", (unsigned long long)release->size) > 0) {
        signet_buf_puts(out, size);
    }
    if (release->usage != 0) {
        signet_buf_puts(out, ",\"usage\":\"");
        signet_buf_puts(out, signet_usage_name(release->usage));
        signet_buf_puts(out, "\"");
    }
    return signet_buf_putc(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Matching of patterns: see trust/glob.h.
 *
 * Stars are tried at their shortest, and only the last one met is ever lengthened: what follows a
 * star and is found earliest leaves the most to the rest. So each part of a pattern meets each part
 * of a text once at most, among segments as within them.
 */
#include "trust/glob.h"

/* The segment that starts at offset at, which is at most the length. The one behind it starts one
 * byte behind its end; there is none if that is beyond the length. */
static struct signet_span segment_at(struct signet_span text, size_t at)
{
    const uint8_t *start = text.len > 0 ? text.ptr + at : NULL;
    const uint8_t *slash = at < text.len ? memchr(start, '/', text.len - at) : NULL;
    return signet_span_of(start, slash != NULL ? (size_t)(slash - start) : text.len - at);
}

static bool segment_is_valid(struct signet_span segment)
{
    bool twice = false;
    for (size_t i = 0; i < segment.len; i++) {
        switch (segment.ptr[i]) {
        case '\0':
        case '?':
        case '[':
        case ']':
        case '\\':
            return false;
        default:
            twice = twice || (i > 0 && segment.ptr[i] == '*' && segment.ptr[i - 1] == '*');
        }
    }
    return !twice || segment.len == 2;
}

bool signet_glob_valid(struct signet_span pattern)
{
    bool valid = pattern.len > 0;
    for (size_t at = 0; valid && at <= pattern.len;) {
        struct signet_span segment = segment_at(pattern, at);
        valid = segment_is_valid(segment);
        at += segment.len + 1;
    }
    return valid;
}

/* Whether one segment matches another. */
static bool segment_matches(struct signet_span pattern, struct signet_span text)
{
    size_t p = 0;
    size_t t = 0;
    size_t behind_star = SIZE_MAX; /* in the pattern, behind the last star met */
    size_t star_end = 0;           /* in the text, where that star ends */
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            behind_star = ++p;
            star_end = t;
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (behind_star != SIZE_MAX) {
            p = behind_star;
            t = ++star_end;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

/* As segment_matches(), with segments for bytes and "**" for a star. */
bool signet_glob_match(struct signet_span pattern, struct signet_span text)
{
    size_t p = 0;
    size_t t = 0;
    size_t behind_star = SIZE_MAX;
    size_t star_end = 0;
    if (!signet_glob_valid(pattern)) {
        return false;
    }
    while (t <= text.len) {
        struct signet_span wanted = {NULL, 0};
        struct signet_span found = segment_at(text, t);
        bool left = p <= pattern.len;
        if (left) {
            wanted = segment_at(pattern, p);
        }
        if (left && signet_span_is(wanted, "**")) {
            p += wanted.len + 1;
            behind_star = p;
            star_end = t;
        } else if (left && segment_matches(wanted, found)) {
            p += wanted.len + 1;
            t += found.len + 1;
        } else if (behind_star != SIZE_MAX) {
            p = behind_star;
            star_end += segment_at(text, star_end).len + 1;
            t = star_end;
        } else {
            return false;
        }
    }
    while (p <= pattern.len && signet_span_is(segment_at(pattern, p), "**")) {
        p += 3;
    }
    return p > pattern.len;
}

bool signet_glob_any(const struct signet_texts *patterns, const char *text)
{
    for (size_t i = 0; text != NULL && i < patterns->count; i++) {
        if (signet_glob_match(signet_span_str(patterns->list[i]), signet_span_str(text))) {
            return true;
        }
    }
    return false;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a JSS signature says about itself (X.590 sections 6.1 and 6.3). All of it is signed, so it
 * is as true as its signer.
 */
#include "base/err.h"
#include "envelope/jss_inside.h"

enum member {
    TYPE,
    ID,
    RELATED_TO,
    RELATED_VERSION,
    CREATED,
    MODIFIED,
    REVOKED,
    SIGNEE,
    VALID_FROM,
    VALID_UNTIL,
    MEMBERS
};

static const char *const names[] = {"type",       "id",          "related_to", "related_version",
                                    "created",    "modified",    "revoked",    "signee",
                                    "valid_from", "valid_until", NULL};

enum {
    SECONDS = 19 /* characters of a time up to its seconds */
};

static int malformed(struct signet_err *err, enum member member, const char *expected)
{
    return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected %s", names[member], expected);
}

/* Whether each character is the one of pattern, in which 0 is a decimal and x a hex digit. */
static bool fits(struct signet_span text, const char *pattern)
{
    bool fits = text.len == strlen(pattern);
    for (size_t i = 0; fits && i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool decimal = c >= '0' && c <= '9';
        bool hex = decimal || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        fits = pattern[i] == '0' ? decimal : pattern[i] == 'x' ? hex : c == (uint8_t)pattern[i];
    }
    return fits;
}

static unsigned two_digits(struct signet_span text, size_t at)
{
    return (unsigned)(text.ptr[at] - '0') * 10 + (unsigned)(text.ptr[at + 1] - '0');
}

/* Section 6.1: RFC 3339, UTC, seconds or milliseconds. */
static bool is_time(struct signet_span text)
{
    if (!fits(text, "0000-00-00T00:00:00Z") && !fits(text, "0000-00-00T00:00:00.000Z")) {
        return false;
    }
    unsigned month = two_digits(text, 5);
    unsigned day = two_digits(text, 8);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && two_digits(text, 11) <= 23 &&
           two_digits(text, 14) <= 59 && two_digits(text, 17) <= 59;
}

static bool has_milliseconds(struct signet_span time)
{
    return time.len > SECONDS + 1;
}

/* By time; one without milliseconds has none of them. */
static int compare(struct signet_span a, struct signet_span b)
{
    int order = memcmp(a.ptr, b.ptr, SECONDS);
    const void *fraction[] = {has_milliseconds(a) ? (const void *)(a.ptr + SECONDS) : ".000",
                              has_milliseconds(b) ? (const void *)(b.ptr + SECONDS) : ".000"};
    return order != 0 ? order : memcmp(fraction[0], fraction[1], 4);
}

static int read_time(const struct signet_json_value *members,
                     enum member member,
                     struct signet_span *time,
                     struct signet_err *err)
{
    *time = signet_span_of(NULL, 0);
    if (members[member].kind == 0) {
        return SIGNET_OK;
    }
    if (!signet_json_plain_string(members[member], time) || !is_time(*time)) {
        return malformed(err, member, "a time in UTC such as \"2023-10-29T13:56:08.000Z\"");
    }
    if ((member == CREATED || member == MODIFIED) && !has_milliseconds(*time)) {
        return malformed(err, member,
                         "a time with milliseconds, such as \"2023-10-29T13:56:08.000Z\"");
    }
    return SIGNET_OK;
}

/* The two ends of a span of time, of which one may be missing. */
static int read_times(const struct signet_json_value *members,
                      enum member first,
                      enum member last,
                      struct signet_span times[2],
                      struct signet_err *err)
{
    int rc = read_time(members, first, &times[0], err);
    if (rc == SIGNET_OK) {
        rc = read_time(members, last, &times[1], err);
    }
    if (rc != SIGNET_OK || times[0].len == 0 || times[1].len == 0) {
        return rc;
    }
    int order = compare(times[0], times[1]);
    bool sound = first == CREATED ? order <= 0 : order < 0;
    return sound ? SIGNET_OK
                 : signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected a time after %s",
                                  names[last], names[first]);
}

static int keep_time(struct signet_envelope *env,
                     struct signet_span time,
                     const char **kept,
                     struct signet_err *err)
{
    if (time.len == 0) {
        return SIGNET_OK;
    }
    *kept = signet_arena_copy(&env->storage, time);
    return *kept != NULL ? SIGNET_OK : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

static int check_texts(const struct signet_json_value *members, struct signet_err *err)
{
    static const enum member texts[] = {RELATED_TO, RELATED_VERSION, SIGNEE};
    struct signet_span id;
    if (members[TYPE].kind != 0 && !signet_json_string_is(members[TYPE], signet_span_str("jss"))) {
        return malformed(err, TYPE, "\"jss\"");
    }
    if (members[ID].kind != 0 && (!signet_json_plain_string(members[ID], &id) ||
                                  !fits(id, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))) {
        return malformed(err, ID, "a UUID");
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (members[texts[i]].kind != 0 && members[texts[i]].kind != SIGNET_JSON_STRING) {
            return malformed(err, texts[i], "a string");
        }
    }
    if (members[REVOKED].kind != 0 && members[REVOKED].kind != SIGNET_JSON_BOOL) {
        return malformed(err, REVOKED, "true or false");
    }
    return SIGNET_OK;
}

int signet_jss_said(struct signet_envelope *env,
                    struct signet_json_value core,
                    struct signet_signature *signature,
                    struct signet_json_value *id,
                    struct signet_err *err)
{
    struct signet_json_value members[MEMBERS];
    struct signet_span made[2];
    struct signet_span valid[2];
    signet_json_members(core, names, members);
    int rc = check_texts(members, err);
    if (rc == SIGNET_OK) {
        rc = read_times(members, CREATED, MODIFIED, made, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_times(members, VALID_FROM, VALID_UNTIL, valid, err);
    }
    /* Nobody here knows the time for sure, and the signer would choose both times anyway: what is
     * said is reported. That it is revoked needs no time, and only its signer can have said it. */
    if (rc == SIGNET_OK) {
        rc = keep_time(env, valid[0], &signature->valid_from, err);
    }
    if (rc == SIGNET_OK) {
        rc = keep_time(env, valid[1], &signature->valid_until, err);
    }
    *id = members[ID];
    signature->revoked =
        members[REVOKED].kind == SIGNET_JSON_BOOL && members[REVOKED].text.ptr[0] == 't';
    return rc;
}

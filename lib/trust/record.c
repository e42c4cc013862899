/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a state file and the records it stands for: see trust/record.h.
 */
#include "trust/record.h"

#include <stdlib.h>

#include <signet/jsonout.h>

#include "base/clock.h"
#include "base/codec.h"
#include "trust/field.h"
#include "trust/semver.h"
#include "trust/state.h"

enum {
    HEX_LEN = 64
};

static const char schema[] = "signet-state/1";
static const char *const lists[SIGNET_RECORD_LEVELS] = {"roots", "policies", "releases"};
static const char *const top_members[] = {"schema", "roots", NULL};
static const char *const members[SIGNET_RECORD_LEVELS][5] = {
    {"version", "sha256", "time", "policies", NULL},
    {"version", "sha256", "releases", NULL},
    {"version", "sha256", NULL},
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

static void free_record(struct signet_record *record)
{
    free(record->name);
    free(record->release);
    free(record);
}

void signet_record_free(struct signet_record *record)
{
    while (record != NULL) {
        struct signet_record *next = record->next;
        signet_record_free(record->inner); /* as deep as there are levels */
        free_record(record);
        record = next;
    }
}

struct signet_record *signet_record_new(const char *name)
{
    struct signet_record *record = calloc(1, sizeof(*record));
    if (record != NULL) {
        record->time = SIGNET_RECORD_NO_TIME;
        record->name = strdup(name);
    }
    if (record != NULL && record->name == NULL) {
        free(record);
        return NULL;
    }
    return record;
}

/* Puts what was seen in the place of what a record has. */
int signet_record_fill(struct signet_record *record,
                       const struct signet_record_seen *seen,
                       struct signet_err *err)
{
    char *release = seen->release != NULL ? strdup(seen->release) : NULL;
    if (seen->release != NULL && release == NULL) {
        return no_memory(err);
    }
    free(record->release);
    record->release = release;
    record->seen = *seen;
    record->seen.release = release;
    return SIGNET_OK;
}

/* A SHA-256 in hex, in the one spelling with lower-case digits. */
bool signet_record_hex(const char *text, struct signet_digest *digest)
{
    char again[SIGNET_DIGEST_HEX];
    *digest = (struct signet_digest){.alg = SIGNET_DIGEST_SHA256, .len = HEX_LEN / 2};
    return signet_hex_decode(signet_span_str(text), digest->bytes, digest->len) == SIGNET_OK &&
           strcmp(signet_digest_hex(digest, again), text) == 0;
}

static int read_version(const struct signet_field *object,
                        enum signet_record_level level,
                        struct signet_record_seen *seen,
                        struct signet_err *err)
{
    struct signet_field version;
    struct signet_semver semver;
    int rc = signet_field_get(object, "version", &version, err);
    if (rc != SIGNET_OK || level != SIGNET_RECORD_RELEASE) {
        return rc != SIGNET_OK
                   ? rc
                   : signet_field_uint(&version, 1, SIGNET_RECORD_HIGHEST, &seen->number, err);
    }
    seen->release = signet_doc_string(version.value);
    return seen->release != NULL && signet_semver_parse(signet_span_str(seen->release), &semver)
               ? SIGNET_OK
               : signet_field_wrong(&version, "a semantic version", err);
}

static int read_seen(const struct signet_field *object,
                     enum signet_record_level level,
                     struct signet_record_seen *seen,
                     struct signet_err *err)
{
    struct signet_field payload;
    memset(seen, 0, sizeof(*seen));
    int rc = read_version(object, level, seen, err);
    if (rc == SIGNET_OK) {
        rc = signet_field_get(object, "sha256", &payload, err);
    }
    if (rc == SIGNET_OK) {
        const char *hex = signet_doc_string(payload.value);
        rc = hex != NULL && signet_record_hex(hex, &seen->payload)
                 ? SIGNET_OK
                 : signet_field_wrong(&payload, "64 lower-case hex digits", err);
    }
    return rc;
}

static int check_name(const struct signet_field *object,
                      enum signet_record_level level,
                      struct signet_err *err)
{
    struct signet_digest first;
    if (level == SIGNET_RECORD_ROOT && !signet_record_hex(object->name, &first)) {
        return signet_field_wrong(object, "a name of 64 lower-case hex digits", err);
    }
    return signet_field_plain(object->name)
               ? SIGNET_OK
               : signet_field_wrong(object, "a name that is not empty, without control characters",
                                    err);
}

static int read_list(const struct signet_field *object,
                     enum signet_record_level level,
                     struct signet_record **list,
                     struct signet_err *err);

static int read_inner(const struct signet_field *object,
                      enum signet_record_level level,
                      struct signet_record *record,
                      struct signet_err *err)
{
    struct signet_field member;
    int rc = SIGNET_OK;
    if (level == SIGNET_RECORD_ROOT && signet_field_find(object, "time", &member)) {
        rc = signet_field_instant(&member, &record->time, err);
    }
    if (rc == SIGNET_OK && level < SIGNET_RECORD_RELEASE &&
        signet_field_find(object, lists[level + 1], &member)) {
        rc = read_list(&member, level + 1, &record->inner, err);
    }
    return rc;
}

static int read_record(const struct signet_field *object,
                       enum signet_record_level level,
                       struct signet_record **made,
                       struct signet_err *err)
{
    struct signet_record_seen seen;
    int rc = check_name(object, level, err);
    rc = rc == SIGNET_OK ? signet_field_closed(object, members[level], err) : rc;
    rc = rc == SIGNET_OK ? read_seen(object, level, &seen, err) : rc;
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_record *record = signet_record_new(object->name);
    if (record == NULL) {
        return no_memory(err);
    }
    rc = signet_record_fill(record, &seen, err);
    if (rc == SIGNET_OK) {
        rc = read_inner(object, level, record, err);
    }
    *made = record; /* with whatever it has, so that it is freed */
    return rc;
}

static int read_list(const struct signet_field *object,
                     enum signet_record_level level,
                     struct signet_record **list,
                     struct signet_err *err)
{
    struct signet_field item;
    size_t count = 0;
    int rc = signet_field_map(object, &count, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    bool more = signet_field_first(object, &item);
    while (more && rc == SIGNET_OK) {
        rc = read_record(&item, level, list, err);
        if (*list != NULL) {
            list = &(*list)->next;
        }
        more = signet_field_next(&item);
    }
    return rc;
}

/* Reads the text of a file; *roots is NULL on failure. */
int signet_record_parse(struct signet_span text,
                        struct signet_record **roots,
                        struct signet_err *err)
{
    struct signet_doc *doc = NULL;
    struct signet_field member;
    int rc = signet_doc_parse(text, SIGNET_STATE_MAX, &doc, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_field top = signet_field_top(doc);
    rc = signet_field_closed(&top, top_members, err);
    rc = rc == SIGNET_OK ? signet_field_get(&top, "schema", &member, err) : rc;
    rc = rc == SIGNET_OK ? signet_field_is(&member, schema, err) : rc;
    rc = rc == SIGNET_OK ? signet_field_get(&top, lists[SIGNET_RECORD_ROOT], &member, err) : rc;
    rc = rc == SIGNET_OK ? read_list(&member, SIGNET_RECORD_ROOT, roots, err) : rc;
    if (rc != SIGNET_OK) {
        signet_record_free(*roots); /* what was read before it went wrong */
        *roots = NULL;
    }
    signet_doc_free(doc);
    return rc;
}

static void write_list(struct signet_jsonout *json,
                       enum signet_record_level level,
                       const struct signet_record *record)
{
    char text[SIGNET_DIGEST_HEX];
    signet_jsonout_open_object(json, lists[level]);
    for (; record != NULL; record = record->next) {
        signet_jsonout_open_object(json, record->name);
        if (level == SIGNET_RECORD_RELEASE) {
            signet_jsonout_text(json, "version", record->seen.release);
        } else {
            signet_jsonout_number(json, "version", record->seen.number);
        }
        signet_jsonout_text(json, "sha256", signet_digest_hex(&record->seen.payload, text));
        if (record->time != SIGNET_RECORD_NO_TIME) {
            signet_jsonout_text(json, "time", signet_clock_format(record->time, text));
        }
        if (record->inner != NULL) {
            write_list(json, level + 1, record->inner); /* as deep as there are levels */
        }
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_object(json);
}

int signet_record_print(const struct signet_record *roots, struct signet_buf *out)
{
    struct signet_jsonout json = {.out = out};
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_text(&json, "schema", schema);
    write_list(&json, SIGNET_RECORD_ROOT, roots);
    signet_jsonout_close_object(&json);
    return signet_buf_putc(out, '\n');
}

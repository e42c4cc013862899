/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a state file and the records it stands for: see trust/record.h.
 */
#include "trust/record.h"

#include <stdlib.h>

#include <signet/jsonout.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/semver.h"
#include "trust/field.h"
#include "trust/state.h"

enum {
    HEX_LEN = 64
};

static const char schema[] = "signet-state/1";
static const char *const lists[SIGNET_RECORD_LEVELS] = {"roots", "policies", "releases"};
static const char *const top_members[] = {"schema", "roots", "folders", NULL};
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

void signet_record_free(struct signet_record *list)
{
    while (list != NULL) {
        struct signet_record *record = list;
        struct signet_record **end = &record->inner;
        while (*end != NULL) {
            end = &(*end)->next;
        }
        *end = record->next; /* what is in it comes next */
        list = record->inner;
        free_record(record);
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

static int read_record(const struct signet_field *object,
                       enum signet_record_level level,
                       struct signet_record **made,
                       struct signet_err *err)
{
    struct signet_record_seen seen;
    struct signet_field time;
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
    *made = record; /* with whatever it has, so that it is freed */
    rc = signet_record_fill(record, &seen, err);
    if (rc == SIGNET_OK && level == SIGNET_RECORD_ROOT &&
        signet_field_find(object, "time", &time)) {
        rc = signet_field_instant(&time, &record->time, err);
    }
    return rc;
}

/* Where reading stands on each level. */
struct step {
    struct signet_field list;
    struct signet_field item;
    struct signet_record **end; /* where the next record goes */
};

static int enter_list(struct step *step, struct signet_record **end, struct signet_err *err)
{
    size_t count = 0;
    int rc = signet_field_map(&step->list, &count, err);
    step->end = end;
    return rc == SIGNET_OK && !signet_field_first(&step->list, &step->item)
               ? signet_field_wrong(&step->list, "a member", err)
               : rc;
}

static int
read_roots(const struct signet_field *top, struct signet_record **roots, struct signet_err *err)
{
    struct step steps[SIGNET_RECORD_LEVELS];
    size_t level = SIGNET_RECORD_ROOT;
    int rc = signet_field_get(top, lists[level], &steps[level].list, err);
    rc = rc == SIGNET_OK ? enter_list(&steps[level], roots, err) : rc;
    while (rc == SIGNET_OK) {
        struct step *step = &steps[level];
        rc = read_record(&step->item, (enum signet_record_level)level, step->end, err);
        if (rc != SIGNET_OK) {
            break;
        }
        struct signet_record *record = *step->end;
        step->end = &record->next;
        if (level < SIGNET_RECORD_RELEASE &&
            signet_field_find(&step->item, lists[level + 1], &steps[level + 1].list)) {
            rc = enter_list(&steps[++level], &record->inner, err);
            continue;
        }
        while (!signet_field_next(&steps[level].item)) {
            if (level == SIGNET_RECORD_ROOT) {
                return SIGNET_OK;
            }
            level--;
        }
    }
    return rc;
}

static bool is_listed(const struct signet_record *list, const char *name)
{
    while (list != NULL && strcmp(list->name, name) != 0) {
        list = list->next;
    }
    return list != NULL;
}

static int read_folder(const struct signet_field *member,
                       const struct signet_record *roots,
                       struct signet_record **made,
                       struct signet_err *err)
{
    const char *hex = signet_doc_string(member->value);
    struct signet_digest first;
    int rc = check_name(member, SIGNET_RECORD_POLICY, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (hex == NULL || !signet_record_hex(hex, &first) || !is_listed(roots, hex)) {
        return signet_field_wrong(member, "the name of one of /roots", err);
    }
    *made = signet_record_new(member->name);
    if (*made == NULL) {
        return no_memory(err);
    }
    (*made)->seen.payload = first;
    return SIGNET_OK;
}

/* There may be none. */
static int
read_folders(const struct signet_field *top, struct signet_records *records, struct signet_err *err)
{
    struct signet_field map;
    struct signet_field member;
    size_t count = 0;
    struct signet_record **end = &records->folders;
    if (!signet_field_find(top, "folders", &map)) {
        return SIGNET_OK;
    }
    int rc = signet_field_map(&map, &count, err);
    bool more = rc == SIGNET_OK && signet_field_first(&map, &member);
    while (rc == SIGNET_OK && more) {
        struct signet_record *folder = NULL;
        rc = read_folder(&member, records->roots, &folder, err);
        if (folder != NULL) {
            *end = folder;
            end = &folder->next;
        }
        more = signet_field_next(&member);
    }
    return rc;
}

void signet_records_free(struct signet_records *records)
{
    signet_record_free(records->roots);
    signet_record_free(records->folders);
    memset(records, 0, sizeof(*records));
}

int signet_record_parse(struct signet_span text,
                        struct signet_records *records,
                        struct signet_err *err)
{
    struct signet_doc *doc = NULL;
    struct signet_field member;
    memset(records, 0, sizeof(*records));
    int rc = signet_doc_parse(text, SIGNET_STATE_MAX, &doc, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const struct signet_field top = signet_field_top(doc);
    rc = signet_field_closed(&top, top_members, err);
    rc = rc == SIGNET_OK ? signet_field_get(&top, "schema", &member, err) : rc;
    rc = rc == SIGNET_OK ? signet_field_is(&member, schema, err) : rc;
    rc = rc == SIGNET_OK ? read_roots(&top, &records->roots, err) : rc;
    rc = rc == SIGNET_OK ? read_folders(&top, records, err) : rc;
    if (rc != SIGNET_OK) {
        signet_records_free(records); /* what was read before it went wrong */
    }
    signet_doc_free(doc);
    return rc;
}

static void open_record(struct signet_jsonout *json, const struct signet_record *record)
{
    char text[SIGNET_DIGEST_HEX];
    signet_jsonout_open_object(json, record->name);
    if (record->seen.release != NULL) {
        signet_jsonout_text(json, "version", record->seen.release);
    } else {
        signet_jsonout_number(json, "version", record->seen.number);
    }
    signet_jsonout_text(json, "sha256", signet_digest_hex(&record->seen.payload, text));
    if (record->time != SIGNET_RECORD_NO_TIME) {
        signet_jsonout_text(json, "time", signet_clock_format(record->time, text));
    }
}

static void write_roots(struct signet_jsonout *json, const struct signet_record *roots)
{
    const struct signet_record *steps[SIGNET_RECORD_LEVELS] = {roots};
    size_t level = SIGNET_RECORD_ROOT;
    signet_jsonout_open_object(json, lists[level]);
    for (;;) {
        const struct signet_record *record = steps[level];
        if (record != NULL) {
            open_record(json, record);
            steps[level] = record->next;
            if (level < SIGNET_RECORD_RELEASE && record->inner != NULL) {
                steps[++level] = record->inner;
                signet_jsonout_open_object(json, lists[level]);
            } else {
                signet_jsonout_close_object(json);
            }
            continue;
        }
        signet_jsonout_close_object(json); /* the list */
        if (level == SIGNET_RECORD_ROOT) {
            return;
        }
        signet_jsonout_close_object(json); /* and the record that it is in */
        level--;
    }
}

static void write_folders(struct signet_jsonout *json, const struct signet_record *folder)
{
    char text[SIGNET_DIGEST_HEX];
    if (folder == NULL) {
        return;
    }
    signet_jsonout_open_object(json, "folders");
    for (; folder != NULL; folder = folder->next) {
        signet_jsonout_text(json, folder->name, signet_digest_hex(&folder->seen.payload, text));
    }
    signet_jsonout_close_object(json);
}

int signet_record_print(const struct signet_records *records, struct signet_buf *out)
{
    struct signet_jsonout json = {.out = out};
    signet_jsonout_open_object(&json, NULL);
    signet_jsonout_text(&json, "schema", schema);
    write_roots(&json, records->roots);
    write_folders(&json, records->folders);
    signet_jsonout_close_object(&json);
    return signet_buf_putc(out, '\n');
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The rollback state: see trust/state.h. The file has the same shape on three levels, roots with
 * policies with releases, and so have the records in memory.
 */
#include "trust/state.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/num.h"
#include "base/outfile.h"
#include "base/semver.h"
#include "base/utf8.h"
#include "trust/field.h"
#include "trust/record.h"

enum {
    SHA256_BYTES = 32
};

static const int64_t last_second = 253402300799; /* of the year 9999 */

static const char *const words[SIGNET_RECORD_LEVELS] = {"root", "policy", "release"};

struct signet_state {
    struct signet_place place;
    int lock;
    char *path;
    struct signet_records *all;
    bool is_new;
    bool changed;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
}

static int check_file(int fd, struct signet_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat");
    }
    if (!S_ISREG(st.st_mode)) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "expected a regular file, found a %s",
                              signet_fd_kind(st.st_mode));
    }
    if (st.st_uid != geteuid()) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "belongs to another user");
    }
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return signet_err_set(err, SIGNET_E_FORBIDDEN, "others than its owner may write it");
    }
    return SIGNET_OK;
}

static int read_file(struct signet_state *state, struct signet_err *err)
{
    struct signet_err first;
    struct signet_buf text;
    int fd = -1;
    signet_err_clear(&first);
    int rc = signet_fd_open_beneath(state->place.dir_fd, state->place.base, &fd, &first);
    if (rc == SIGNET_E_IO && first.sys_errno == ENOENT) {
        state->is_new = true;
        return SIGNET_OK;
    }
    if (rc != SIGNET_OK) {
        return rc == SIGNET_E_FORBIDDEN ? signet_err_set(err, rc, "is a link")
                                        : signet_err_sys(err, rc, first.sys_errno, "cannot open");
    }
    signet_buf_init(&text, SIGNET_STATE_MAX);
    rc = check_file(fd, err);
    if (rc == SIGNET_OK) {
        rc = signet_fd_read_file(fd, "state", SIGNET_STATE_MAX, &text, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_record_parse(signet_buf_span(&text), state->all, err);
    }
    signet_buf_free(&text);
    signet_fd_close(&fd);
    return rc;
}

static int take_lock(struct signet_state *state, uint64_t wait_ms, struct signet_err *err)
{
    struct signet_buf name;
    signet_buf_init(&name, sizeof(state->place.base) + 8);
    signet_buf_puts(&name, state->place.base);
    signet_buf_puts(&name, ".lock");
    signet_buf_putc(&name, '\0');
    int rc = name.status != SIGNET_OK
                 ? no_memory(err)
                 : signet_lock_take(state->place.dir_fd, (const char *)name.data, wait_ms,
                                    &state->lock, err);
    signet_buf_free(&name);
    return rc;
}

int signet_state_open(const char *path,
                      uint64_t wait_ms,
                      struct signet_state **state,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_state *opened = calloc(1, sizeof(*opened));
    if (opened == NULL) {
        return no_memory(err);
    }
    opened->lock = -1;
    opened->place.dir_fd = -1;
    opened->path = strdup(path);
    opened->all = calloc(1, sizeof(*opened->all));
    int rc = opened->path != NULL && opened->all != NULL
                 ? signet_place_open(&opened->place, path, err)
                 : no_memory(err);
    if (rc == SIGNET_OK) {
        rc = take_lock(opened, wait_ms, err);
        rc = rc == SIGNET_OK ? read_file(opened, err) : rc;
        if (rc != SIGNET_OK) {
            signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
        }
    }
    if (rc != SIGNET_OK) {
        signet_state_close(opened);
        return rc;
    }
    *state = opened;
    return SIGNET_OK;
}

void signet_state_close(struct signet_state *state)
{
    if (state != NULL) {
        if (state->all != NULL) {
            signet_records_free(state->all);
        }
        free(state->all);
        free(state->path);
        signet_fd_close(&state->lock);
        signet_fd_close(&state->place.dir_fd);
        free(state);
    }
}

/* Asking. */

/* The place of a record in its list: the pointer to it, or the one at the end. */
static struct signet_record **find_in(struct signet_record **list, const char *name)
{
    while (*list != NULL && strcmp((*list)->name, name) != 0) {
        list = &(*list)->next;
    }
    return list;
}

static bool is_sha256(const struct signet_digest *digest)
{
    return digest->alg == SIGNET_DIGEST_SHA256 && digest->len == SHA256_BYTES;
}

/* As find_in() for what key names; NULL if what it is in was not seen, or key is none. */
static struct signet_record **find(const struct signet_state *state,
                                   const struct signet_state_key *key)
{
    char hex[SIGNET_DIGEST_HEX];
    const char *const path[SIGNET_RECORD_LEVELS] = {hex, key->policy, key->name};
    if (!is_sha256(key->first) || (key->policy == NULL && key->name != NULL)) {
        return NULL;
    }
    signet_digest_hex(key->first, hex);
    struct signet_record **place = find_in(&state->all->roots, hex);
    for (size_t level = SIGNET_RECORD_POLICY; level < SIGNET_RECORD_LEVELS && path[level] != NULL;
         level++) {
        if (*place == NULL) {
            return NULL;
        }
        place = find_in(&(*place)->inner, path[level]);
    }
    return place;
}

static const struct signet_record *look_up(const struct signet_state *state,
                                           const struct signet_state_key *key)
{
    struct signet_record **place = find(state, key);
    return place != NULL ? *place : NULL;
}

bool signet_state_is_new(const struct signet_state *state)
{
    return state->is_new;
}

bool signet_state_holds(const struct signet_state *state, const struct signet_state_key *key)
{
    return look_up(state, key) != NULL;
}

bool signet_state_root(const struct signet_state *state,
                       const struct signet_digest *first,
                       uint64_t *version,
                       struct signet_digest *payload)
{
    const struct signet_state_key key = {.first = first};
    const struct signet_record *root = look_up(state, &key);
    if (root != NULL) {
        *version = root->seen.number;
        *payload = root->seen.payload;
    }
    return root != NULL;
}

bool signet_state_payload(const struct signet_state *state,
                          const struct signet_state_key *key,
                          struct signet_digest *payload)
{
    const struct signet_record *record = look_up(state, key);
    if (record != NULL) {
        *payload = record->seen.payload;
    }
    return record != NULL;
}

bool signet_state_find(const struct signet_state *state,
                       uint64_t version,
                       const struct signet_digest *payload,
                       struct signet_digest *first)
{
    for (const struct signet_record *root = state->all->roots; root != NULL; root = root->next) {
        if (root->seen.number == version && signet_digest_eq(&root->seen.payload, payload)) {
            return signet_record_hex(root->name, first);
        }
    }
    return false;
}

bool signet_state_folder(const struct signet_state *state,
                         const char *path,
                         struct signet_digest *first)
{
    const struct signet_record *folder = state->all->folders;
    while (folder != NULL && strcmp(folder->name, path) != 0) {
        folder = folder->next;
    }
    if (folder != NULL) {
        *first = folder->seen.payload;
    }
    return folder != NULL;
}

bool signet_state_time(const struct signet_state *state,
                       const struct signet_digest *first,
                       int64_t *seconds)
{
    const struct signet_state_key key = {.first = first};
    const struct signet_record *root = look_up(state, &key);
    bool has = root != NULL && root->time != SIGNET_RECORD_NO_TIME;
    if (has) {
        *seconds = root->time;
    }
    return has;
}

/* Seeing. */

static int compare_releases(const char *a, const char *b)
{
    struct signet_semver one;
    struct signet_semver other;
    /* Both were checked when they came in. */
    bool read = signet_semver_parse(signet_span_str(a), &one) &&
                signet_semver_parse(signet_span_str(b), &other);
    return read ? signet_semver_compare(&one, &other) : -1;
}

static int compare_seen(const struct signet_record_seen *a, const struct signet_record_seen *b)
{
    if (a->release != NULL) {
        return compare_releases(a->release, b->release);
    }
    return (a->number > b->number) - (a->number < b->number);
}

static const char *show_version(const struct signet_record_seen *seen, char out[SIGNET_SHOW_MAX])
{
    char number[SIGNET_NUM_TEXT];
    signet_num_format(seen->number, number);
    return signet_utf8_show(signet_span_str(seen->release != NULL ? seen->release : number), out);
}

/* Refuses what is older than the record, or as old and not the same. */
static int check_seen(const struct signet_record *record,
                      enum signet_record_level level,
                      const struct signet_record_seen *seen,
                      struct signet_err *err)
{
    char name[SIGNET_SHOW_MAX];
    char version[SIGNET_SHOW_MAX];
    char before[SIGNET_SHOW_MAX];
    int order = compare_seen(seen, &record->seen);
    if (order > 0 || (order == 0 && signet_digest_eq(&seen->payload, &record->seen.payload))) {
        return SIGNET_OK;
    }
    signet_utf8_show(signet_span_str(record->name), name);
    show_version(seen, version);
    if (order < 0) {
        return signet_err_set(err, SIGNET_E_STALE,
                              "%s %s: version %s is older than version %s seen before",
                              words[level], name, version, show_version(&record->seen, before));
    }
    return signet_err_set(err, SIGNET_E_STALE,
                          "%s %s: version %s was seen before with other contents", words[level],
                          name, version);
}

static int check_asked(const struct signet_state_key *key,
                       enum signet_record_level level,
                       const struct signet_record_seen *seen,
                       struct signet_err *err)
{
    bool fits = (key->policy != NULL) == (level >= SIGNET_RECORD_POLICY) &&
                (key->name != NULL) == (level >= SIGNET_RECORD_RELEASE) &&
                is_sha256(&seen->payload) && is_sha256(key->first);
    if (!fits || (level != SIGNET_RECORD_RELEASE &&
                  (seen->number < 1 || seen->number > SIGNET_RECORD_HIGHEST))) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "state: expected the key of a %s, its version "
                              "and its SHA-256",
                              words[level]);
    }
    if ((key->policy != NULL && !signet_field_plain(key->policy)) ||
        (key->name != NULL && !signet_field_plain(key->name))) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "name of a %s: expected a text without control characters",
                              words[level]);
    }
    return SIGNET_OK;
}

static int see(struct signet_state *state,
               const struct signet_state_key *key,
               enum signet_record_level level,
               const struct signet_record_seen *seen,
               struct signet_err *err)
{
    char hex[SIGNET_DIGEST_HEX];
    int rc = check_asked(key, level, seen, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    struct signet_record **place = find(state, key);
    if (place == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "state: what the %s belongs to was not seen before it", words[level]);
    }
    if (*place != NULL) {
        rc = check_seen(*place, level, seen, err);
        if (rc != SIGNET_OK || compare_seen(seen, &(*place)->seen) == 0) {
            return rc;
        }
        rc = signet_record_fill(*place, seen, err);
        state->changed = state->changed || rc == SIGNET_OK;
        return rc;
    }
    const char *const names[SIGNET_RECORD_LEVELS] = {signet_digest_hex(key->first, hex),
                                                     key->policy, key->name};
    struct signet_record *record = signet_record_new(names[level]);
    rc = record != NULL ? signet_record_fill(record, seen, err) : no_memory(err);
    if (rc != SIGNET_OK) {
        signet_record_free(record);
        return rc;
    }
    *place = record;
    state->changed = true;
    return SIGNET_OK;
}

int signet_state_see_root(struct signet_state *state,
                          const struct signet_state_key *key,
                          uint64_t version,
                          const struct signet_digest *payload,
                          struct signet_err *err)
{
    const struct signet_record_seen seen = {.number = version, .payload = *payload};
    return see(state, key, SIGNET_RECORD_ROOT, &seen, err);
}

int signet_state_pass_root(const struct signet_state *state,
                           const struct signet_state_key *key,
                           uint64_t version,
                           const struct signet_digest *payload,
                           struct signet_err *err)
{
    const struct signet_record_seen seen = {.number = version, .payload = *payload};
    int rc = check_asked(key, SIGNET_RECORD_ROOT, &seen, err);
    const struct signet_record *root = rc == SIGNET_OK ? look_up(state, key) : NULL;
    return root != NULL && root->seen.number == version
               ? check_seen(root, SIGNET_RECORD_ROOT, &seen, err)
               : rc;
}

int signet_state_see_policy(struct signet_state *state,
                            const struct signet_state_key *key,
                            uint64_t version,
                            const struct signet_digest *payload,
                            struct signet_err *err)
{
    const struct signet_record_seen seen = {.number = version, .payload = *payload};
    return see(state, key, SIGNET_RECORD_POLICY, &seen, err);
}

int signet_state_see_release(struct signet_state *state,
                             const struct signet_state_key *key,
                             const char *version,
                             const struct signet_digest *payload,
                             struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_semver semver;
    const struct signet_record_seen seen = {.release = version, .payload = *payload};
    if (!signet_semver_parse(signet_span_str(version), &semver)) {
        return signet_err_set(err, SIGNET_E_MALFORMED, "%s: expected a semantic version",
                              signet_utf8_show(signet_span_str(version), shown));
    }
    return see(state, key, SIGNET_RECORD_RELEASE, &seen, err);
}

int signet_state_see_folder(struct signet_state *state,
                            const char *path,
                            const struct signet_digest *first,
                            struct signet_err *err)
{
    const struct signet_state_key key = {.first = first};
    struct signet_digest before;
    if (look_up(state, &key) == NULL) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "state: expected the folder of a root that was seen");
    }
    if (!signet_field_plain(path)) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "path of a folder of roots: expected a text without control "
                              "characters");
    }
    if (signet_state_folder(state, path, &before)) {
        return signet_digest_eq(&before, first)
                   ? SIGNET_OK
                   : signet_err_set(err, SIGNET_E_STALE,
                                    "another chain of roots was seen in this folder before");
    }
    struct signet_record *record = signet_record_new(path);
    if (record == NULL) {
        return no_memory(err);
    }
    record->seen.payload = *first;
    record->next = state->all->folders;
    state->all->folders = record;
    state->changed = true;
    return SIGNET_OK;
}

int signet_state_see_time(struct signet_state *state,
                          const struct signet_digest *first,
                          int64_t seconds,
                          struct signet_err *err)
{
    const struct signet_state_key key = {.first = first};
    struct signet_record **root = find(state, &key);
    if (root == NULL || *root == NULL || seconds < 0 || seconds > last_second) {
        return signet_err_set(err, SIGNET_E_USAGE,
                              "state: expected a time from 1970 to 9999 of a root that was seen");
    }
    if (seconds > (*root)->time) {
        (*root)->time = seconds;
        state->changed = true;
    }
    return SIGNET_OK;
}

int signet_state_commit(struct signet_state *state, struct signet_err *err)
{
    struct signet_buf text;
    struct signet_records again;
    if (!state->changed) {
        return SIGNET_OK;
    }
    signet_buf_init(&text, SIGNET_STATE_MAX);
    int rc = signet_record_print(state->all, &text);
    if (rc != SIGNET_OK) {
        signet_err_set(err, rc, "state: no room for what it would hold");
    } else {
        /* What could not be read again would be refused from then on. */
        rc = signet_record_parse(signet_buf_span(&text), &again, err);
        signet_records_free(&again);
    }
    if (rc == SIGNET_OK) {
        rc = signet_fd_replace(state->path, signet_buf_span(&text), 0600, true, err);
    }
    state->changed = rc != SIGNET_OK;
    signet_buf_free(&text);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts of a store as sources: see verify/lists.h. Owns that a list is verified once, whatever
 * number of its files is asked about: with thousands of entries that takes longer than all else.
 */
#include "verify/lists.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/grow.h"
#include "base/pool.h"
#include "trust/trust.h"

/* A text that was read. */
struct list {
    struct signet_store_text text;
    struct signet_source *source; /* stays where it is */
};

struct signet_lists {
    const struct signet_store *store;
    const struct signet_trust *trust;
    const struct signet_limits *limits;
    struct signet_lock *lock; /* guards all below */
    struct list *list;        /* in the order of texts */
    size_t count, room;
    struct signet_store_reader reader;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for evidence");
}

/* Reads a signature file with the notes about its time. */
static void read_file(const struct signet_verify_opts *opts,
                      const struct signet_store_text *text,
                      struct signet_signature_file *file,
                      struct signet_source *source)
{
    const struct signet_limits standard = signet_limits_default();
    const struct signet_limits *limits = opts->limits != NULL ? opts->limits : &standard;
    struct signet_buf times;
    struct signet_err why;
    signet_err_clear(&why);
    signet_buf_init(&times, SIGNET_TIME_NOTES);
    int rc = opts->trust != NULL ? signet_store_read_times(opts->store, text, &times, &why)
                                 : (int)SIGNET_OK;
    file->time = signet_buf_span(&times);
    signet_source_read(source, file, limits->envelope, opts);
    if (rc != SIGNET_OK) {
        source->time_err = why;
    }
    signet_buf_free(&times);
}

int signet_lists_read(const struct signet_verify_opts *opts,
                      const struct signet_store_text *text,
                      struct signet_store_reader *reader,
                      struct signet_source *source,
                      struct signet_err *err)
{
    struct signet_signature_file file = {.name = ""};
    signet_err_clear(&source->err);
    signet_buf_init(&file.text, text->len);
    int rc = signet_store_read(opts->store, text, reader, &file.text, &source->err);
    if (rc == SIGNET_OK) {
        read_file(opts, text, &file, source);
        rc = source->err.code;
    }
    source->name = "";
    source->stored = true;
    signet_buf_free(&file.text);
    return rc == SIGNET_E_NOMEM ? signet_err_copy(err, &source->err) : (int)SIGNET_OK;
}

int signet_lists_new(const struct signet_store *store,
                     const struct signet_trust *trust,
                     const struct signet_limits *limits,
                     struct signet_lists **lists,
                     struct signet_err *err)
{
    struct signet_lists *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return no_memory(err);
    }
    made->store = store;
    made->trust = trust;
    made->limits = limits;
    made->reader.fd = -1;
    int rc = signet_lock_new(&made->lock, err);
    if (rc != SIGNET_OK) {
        free(made);
        return rc;
    }
    *lists = made;
    return SIGNET_OK;
}

bool signet_lists_fit(const struct signet_lists *lists, const struct signet_verify_opts *opts)
{
    return lists != NULL && opts->trust == lists->trust && !opts->keep_texts;
}

/* The place of a text among those that were read, or where it would be. */
static size_t place_of(const struct signet_lists *lists, const struct signet_store_text *text)
{
    size_t low = 0;
    size_t high = lists->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (signet_store_compare_texts(&lists->list[middle].text, text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int read_list(struct signet_lists *lists,
                     const struct signet_store_text *text,
                     struct signet_source *source,
                     struct signet_err *err)
{
    const struct signet_verify_opts how = {
        .size = sizeof(how),
        .keys = lists->trust->keys,
        .key_count = lists->trust->root.key_count,
        .trust = lists->trust,
        .store = lists->store,
        .limits = lists->limits,
    };
    int rc = signet_lists_read(&how, text, &lists->reader, source, err);
    if (rc == SIGNET_OK && source->evidence == NULL) { /* what a stranger wrote takes no room */
        struct signet_err why = source->err;
        signet_source_clear(source);
        source->err = why;
        source->name = "";
        source->stored = true;
    }
    return rc;
}

/* Reads a text and puts it in its place. */
static int add_list(struct signet_lists *lists,
                    const struct signet_store_text *text,
                    size_t place,
                    struct signet_err *err)
{
    if (lists->count == lists->room) {
        struct list *grown = signet_grow(lists->list, &lists->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(err);
        }
        lists->list = grown;
    }
    struct signet_source *source = calloc(1, sizeof(*source));
    if (source == NULL) {
        return no_memory(err);
    }
    int rc = read_list(lists, text, source, err);
    if (rc != SIGNET_OK) {
        signet_source_clear(source);
        free(source);
        return rc;
    }
    memmove(&lists->list[place + 1], &lists->list[place],
            (lists->count - place) * sizeof(*lists->list));
    lists->list[place] = (struct list){*text, source};
    lists->count++;
    return SIGNET_OK;
}

int signet_lists_take(struct signet_lists *lists,
                      const struct signet_store_text *text,
                      struct signet_source *source,
                      struct signet_err *err)
{
    int rc = SIGNET_OK;
    signet_lock_hold(lists->lock);
    size_t place = place_of(lists, text);
    if (place == lists->count || signet_store_compare_texts(&lists->list[place].text, text) != 0) {
        rc = add_list(lists, text, place, err);
    }
    if (rc == SIGNET_OK) {
        *source = *lists->list[place].source;
        source->shared = true;
    }
    signet_lock_release(lists->lock);
    return rc;
}

void signet_lists_free(struct signet_lists *lists)
{
    if (lists == NULL) {
        return;
    }
    for (size_t i = 0; i < lists->count; i++) {
        signet_source_clear(lists->list[i].source);
        free(lists->list[i].source);
    }
    signet_fd_close(&lists->reader.fd);
    signet_lock_free(lists->lock);
    free(lists->list);
    free(lists);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Where unpacking and digesting meet. Owns which thread digests what, and the digests; knows
 * neither names nor archives.
 */
#include "artifact/unpacked.h"

#include <stdlib.h>

#include "artifact/digester.h"
#include "base/err.h"
#include "base/grow.h"
#include "base/pool.h"

enum {
    PLACES = 16,            /* chunks on their way to the other thread */
    CHUNK = 1 << 16,        /* bytes of each */
    WORTH_A_TRIP = 1 << 16, /* bytes from which on a file is digested by the other thread */
    SHA256_BYTES = 32
};

/* The file that a thread is at. */
struct current {
    struct signet_digester digester;
    uint64_t size;
    uint64_t left;  /* bytes of it to come */
    uint64_t piece; /* bytes up to the end of the present piece */
    size_t record;  /* where its next digest goes */
};

struct signet_unpacked {
    uint64_t shard_size;
    bool whole;  /* digests of whole files, and SHA-256 with them */
    size_t unit; /* bytes of a record: SHA-256 if whole, and behind it that by alg if other */
    size_t alg_len;
    uint8_t *records; /* guarded by lock */
    size_t count;     /* of records; the unpacking thread's */
    size_t room;      /* likewise */
    struct signet_lock *lock;
    struct current here;  /* what the unpacking thread is at */
    struct current there; /* what the other thread is at */
    bool away;            /* the current file goes to the other thread */
    struct signet_relay *relay;
    struct signet_task *task; /* NULL: there is no other thread */
};

static void keep(struct signet_unpacked *unpacked, struct current *at, const uint8_t *record)
{
    signet_lock_hold(unpacked->lock);
    memcpy(unpacked->records + unpacked->unit * at->record, record, unpacked->unit);
    signet_lock_release(unpacked->lock);
    at->record++;
}

static int end_piece(struct signet_unpacked *unpacked, struct current *at)
{
    uint8_t record[SHA256_BYTES + SIGNET_DIGEST_MAX];
    const struct signet_digest_slots slots = {
        .sha256 = unpacked->whole ? record : NULL,
        .digest = record + unpacked->unit - unpacked->alg_len,
    };
    int rc = signet_digester_finish(&at->digester, &slots);
    if (rc == SIGNET_OK) {
        keep(unpacked, at, record);
    }
    return rc;
}

static void
begin(const struct signet_unpacked *unpacked, struct current *at, size_t record, uint64_t size)
{
    at->record = record;
    at->size = size;
    at->left = size;
    at->piece = unpacked->whole ? UINT64_MAX : unpacked->shard_size;
}

/* Bytes of the current file, and all that ends with them. */
static int digest(struct signet_unpacked *unpacked, struct current *at, struct signet_span bytes)
{
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && bytes.len > 0) {
        size_t now = bytes.len < at->piece ? bytes.len : (size_t)at->piece;
        rc = signet_digester_update(&at->digester, signet_span_of(bytes.ptr, now));
        bytes = signet_span_of(bytes.ptr + now, bytes.len - now);
        at->left -= now;
        at->piece -= now;
        if (rc == SIGNET_OK && (at->piece == 0 || at->left == 0)) {
            rc = end_piece(unpacked, at);
            at->piece = unpacked->whole ? UINT64_MAX : unpacked->shard_size;
        }
    }
    return rc;
}

/* The other thread: each chunk says the number of its file's first record. A file's size comes
 * first, in a chunk of its own. */
static int digest_beside(void *ctx, struct signet_err *err)
{
    struct signet_unpacked *unpacked = ctx;
    struct current *at = &unpacked->there;
    struct signet_span bytes = {NULL, 0};
    size_t record = 0;
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && signet_relay_take(unpacked->relay, &bytes, &record)) {
        if (at->left == 0) {
            uint64_t size = 0;
            memcpy(&size, bytes.ptr, sizeof(size));
            begin(unpacked, at, record, size);
        } else {
            rc = digest(unpacked, at, bytes);
        }
    }
    signet_relay_end_taking(unpacked->relay);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot compute a digest");
}

/* Without a second thread everything is digested here: that is no failure. */
static void start_other_thread(struct signet_unpacked *unpacked)
{
    if (signet_relay_new(PLACES, CHUNK, &unpacked->relay, NULL) == SIGNET_OK &&
        signet_task_spawn(digest_beside, unpacked, &unpacked->task, NULL) != SIGNET_OK) {
        unpacked->task = NULL;
    }
}

int signet_unpacked_new(enum signet_digest_alg alg,
                        uint64_t shard_size,
                        bool beside,
                        struct signet_unpacked **unpacked,
                        struct signet_err *err)
{
    struct signet_unpacked *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for digests");
    }
    made->shard_size = shard_size;
    made->whole = shard_size == 0;
    made->alg_len = signet_digest_size(alg);
    made->unit =
        made->alg_len + (made->whole && alg != SIGNET_DIGEST_SHA256 ? (size_t)SHA256_BYTES : 0);
    int rc = signet_lock_new(&made->lock, err);
    if (rc == SIGNET_OK) {
        rc = signet_digester_init(&made->here.digester, alg, made->whole, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_digester_init(&made->there.digester, alg, made->whole, err);
    }
    if (rc != SIGNET_OK) {
        signet_unpacked_free(made);
        return rc;
    }
    if (beside) {
        start_other_thread(made);
    }
    *unpacked = made;
    return SIGNET_OK;
}

static uint64_t count_digests(const struct signet_unpacked *unpacked, uint64_t size)
{
    return unpacked->whole
               ? 1
               : size / unpacked->shard_size + (size % unpacked->shard_size != 0 ? 1 : 0);
}

static int make_room(struct signet_unpacked *unpacked, uint64_t more, struct signet_err *err)
{
    int rc = SIGNET_OK;
    signet_lock_hold(unpacked->lock);
    while (rc == SIGNET_OK && unpacked->room - unpacked->count < more) {
        uint8_t *grown = signet_grow(unpacked->records, &unpacked->room, unpacked->unit);
        if (grown == NULL) {
            rc = signet_err_set(err, SIGNET_E_NOMEM, "out of memory for %zu digests",
                                unpacked->count);
        } else {
            unpacked->records = grown;
        }
    }
    signet_lock_release(unpacked->lock);
    return rc;
}

/* Sends bytes, of a file whose first digest has that number, to the other thread. */
static int send(struct signet_unpacked *unpacked, struct signet_span bytes, struct signet_err *err)
{
    while (bytes.len > 0) {
        size_t now = bytes.len < CHUNK ? bytes.len : (size_t)CHUNK;
        uint8_t *place = signet_relay_place(unpacked->relay);
        if (place == NULL) {
            return signet_err_set(err, SIGNET_E_INTERNAL, "cannot compute a digest");
        }
        memcpy(place, bytes.ptr, now);
        signet_relay_give(unpacked->relay, now, unpacked->here.record);
        bytes = signet_span_of(bytes.ptr + now, bytes.len - now);
    }
    return SIGNET_OK;
}

int signet_unpacked_begin(struct signet_unpacked *unpacked,
                          uint64_t size,
                          uint64_t *first,
                          struct signet_err *err)
{
    uint64_t digests = count_digests(unpacked, size);
    int rc = make_room(unpacked, digests, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    *first = unpacked->count;
    begin(unpacked, &unpacked->here, unpacked->count, size);
    unpacked->count += (size_t)digests;
    unpacked->away = unpacked->task != NULL && size >= WORTH_A_TRIP;
    if (unpacked->away) {
        return send(unpacked, signet_span_of((const uint8_t *)&size, sizeof(size)), err);
    }
    /* A whole file is digested even if it is empty. */
    return size == 0 && unpacked->whole ? signet_err_set(err, end_piece(unpacked, &unpacked->here),
                                                         "cannot compute a digest")
                                        : SIGNET_OK;
}

int signet_unpacked_put(struct signet_unpacked *unpacked,
                        struct signet_span bytes,
                        struct signet_err *err)
{
    if (unpacked->away) {
        return send(unpacked, bytes, err);
    }
    return signet_err_set(err, digest(unpacked, &unpacked->here, bytes), "cannot compute a digest");
}

int signet_unpacked_finish(struct signet_unpacked *unpacked, struct signet_err *err)
{
    if (unpacked->task == NULL) {
        return SIGNET_OK;
    }
    signet_relay_end_giving(unpacked->relay);
    int rc = signet_task_join(unpacked->task, err);
    unpacked->task = NULL;
    return rc;
}

const uint8_t *
signet_unpacked_digest(const struct signet_unpacked *unpacked, uint64_t number, bool sha256)
{
    const uint8_t *record = unpacked->records + unpacked->unit * (size_t)number;
    return sha256 ? record : record + unpacked->unit - unpacked->alg_len;
}

void signet_unpacked_free(struct signet_unpacked *unpacked)
{
    if (unpacked == NULL) {
        return;
    }
    SIGNET_IGNORE(signet_unpacked_finish(unpacked, NULL)); /* nobody asks for them any more */
    signet_relay_free(unpacked->relay);
    signet_digester_clear(&unpacked->here.digester);
    signet_digester_clear(&unpacked->there.digester);
    signet_lock_free(unpacked->lock);
    free(unpacked->records);
    free(unpacked);
}

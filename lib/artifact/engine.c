/* SPDX-License-Identifier: Apache-2.0
 *
 * Which thread reads what, and when. Owns the order of the work: large files before small ones,
 * pieces of one file on all threads, files that are not in memory asked for before they are read.
 * Knows neither how bytes are digested nor how a manifest was listed.
 */
#include "artifact/engine.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "artifact/lane.h"
#include "artifact/large.h"
#include "artifact/manifest.h"
#include "artifact/opener.h"
#include "artifact/tandem.h"
#include "artifact/ticker.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/pool.h"
#include "base/utf8.h"

enum {
    JOBS_MAX = 64,
    LANES = 2,
    BATCH_LEAST = 32, /* entries taken at a time */
    BATCH_MOST = 256,
    BATCHES = 4,               /* into which what is left is shared out for each thread */
    ROOM_MAX = 1 << 16,        /* bytes read at a time */
    ROOM_ALL = 48 * (1 << 20), /* and by all threads together */
    WINDOW_MAX = 128,          /* files of a thread that are asked for before they are read */
    WINDOW_ALL = 256           /* and of all threads together */
};

/* What all threads share. */
struct engine {
    struct signet_manifest *manifest;
    const struct signet_engine_input *input;
    const struct signet_engine_opts *opts;
    size_t room;                      /* bytes of a lane's buffer */
    size_t workers;                   /* threads */
    size_t window;                    /* files that a thread may ask for in advance */
    const struct signet_crc32 *crc32; /* NULL if no check sums are to be looked at */
    bool tandem;                      /* there is one long run and a second processor for it */
    struct signet_lock *lock;
    struct signet_large_heap large; /* guarded by lock */
    size_t next;                    /* guarded by lock: first entry that nobody took */
    size_t idle;                    /* guarded by lock: threads that have nothing to do yet */
    struct signet_err first_error;  /* guarded by lock: of the entry `failed` */
    atomic_size_t failed;           /* the first entry that failed, or the number of entries */
    const struct signet_engine_memory *memory; /* NULL: everything is read */
    struct signet_ticker *ticker;
};

/* A file that was opened and is being brought into memory. */
struct pending {
    int fd;
    size_t entry;
    struct stat st;
};

/* What a lane is busy with. */
struct task {
    bool busy;
    size_t entry;
    uint64_t number;            /* of the piece */
    struct signet_large *large; /* NULL unless the entry is shared out by itself */
};

struct worker {
    struct engine *engine;
    struct signet_lane lanes[LANES];
    struct task tasks[LANES];
    struct signet_opener opener;
    size_t at; /* of the batch: its next entry, and its end */
    size_t end;
    bool idle; /* counted as such */
    struct pending pending[WINDOW_MAX];
    size_t pending_first;
    size_t pending_count;
};

/* Of all failures that of the first entry is told; what comes after it is not read any more. */
static void fail(struct engine *engine, size_t entry, struct signet_err *why)
{
    char shown[SIGNET_SHOW_MAX];
    if (engine->input->root_fd >= 0 || engine->input->offsets != NULL) {
        struct signet_span name = signet_span_str(engine->manifest->entries[entry].name);
        const char *text = signet_utf8_show(name, shown);
        size_t len = strlen(text);
        if (strncmp(why->msg, text, len) != 0 || why->msg[len] != ':') {
            signet_err_prefix(why, "%s", text);
        }
    }
    signet_lock_hold(engine->lock);
    if (entry < atomic_load(&engine->failed)) {
        atomic_store(&engine->failed, entry);
        engine->first_error = *why;
    }
    signet_lock_release(engine->lock);
}

/* Whether the worker has anything to do but what it may take now. */
static bool holds_work(const struct worker *worker)
{
    return worker->tasks[0].busy || worker->tasks[1].busy || worker->pending_count > 0;
}

/* Large files go first. But a second one is not for a worker that has one, as long as there are
 * others who have nothing: two on one processor are slower than one on each. */
static bool may_take_large(const struct worker *worker)
{
    const struct engine *engine = worker->engine;
    return engine->large.pieces > 0 && (!holds_work(worker) || engine->large.pieces > engine->idle);
}

static void count_idle(struct worker *worker, bool idle)
{
    if (worker->idle != idle) {
        worker->engine->idle = idle ? worker->engine->idle + 1 : worker->engine->idle - 1;
        worker->idle = idle;
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Batches are large, so that threads are seldom in one folder, where they would wait for each
 * other; towards the end they are small, so that threads end together. */
static size_t next_batch(const struct engine *engine)
{
    size_t left = engine->manifest->count - engine->next;
    size_t share = least(left / BATCHES / engine->workers, BATCH_MOST);
    return least(left, share > BATCH_LEAST ? share : BATCH_LEAST);
}

/* Takes a piece of a large file, or a batch of entries, or finds that nothing is left. */
static void take_work(struct worker *worker, struct task *task)
{
    struct engine *engine = worker->engine;
    signet_lock_hold(engine->lock);
    count_idle(worker, !holds_work(worker));
    if (may_take_large(worker)) {
        task->busy = true;
        task->large = signet_large_take(&engine->large, &task->number);
        task->entry = task->large->entry;
    } else if (engine->next < engine->manifest->count) {
        worker->at = engine->next;
        worker->end = engine->next += next_batch(engine);
    }
    count_idle(worker, false); /* it works, or it leaves */
    signet_lock_release(engine->lock);
}

static uint64_t piece_size(const struct engine *engine)
{
    uint64_t size = engine->manifest->shard_size;
    return size > 0 ? size : UINT64_MAX;
}

/* Files that are large, or that have several pieces, are shared out by themselves. */
static bool is_large(const struct engine *engine, uint64_t size)
{
    return size > SIGNET_ENGINE_LARGE || size > piece_size(engine);
}

static int
open_entry(struct worker *worker, size_t entry, struct pending *file, struct signet_err *err)
{
    struct signet_manifest *manifest = worker->engine->manifest;
    int rc = signet_opener_open(&worker->opener, manifest->entries[entry].name, &file->fd, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    file->entry = entry;
    if (fstat(file->fd, &file->st) != 0) {
        rc = signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    } else if (!S_ISREG(file->st.st_mode)) {
        rc = signet_err_set(err, SIGNET_E_FORBIDDEN, "was a regular file and is now a %s",
                            signet_fd_kind(file->st.st_mode));
    }
    if (rc != SIGNET_OK) {
        signet_fd_close(&file->fd);
    } else if (manifest->shard_size == 0) {
        signet_manifest_note_file(&manifest->entries[entry], &file->st);
    }
    return rc;
}

/* The run of bytes that entry is in the one file that holds all. */
static struct signet_lane_run run_inside(const struct engine *engine, size_t entry)
{
    const struct signet_engine_input *input = engine->input;
    struct signet_lane_run run = {.fd = input->file_fd,
                                  .len = engine->manifest->entries[entry].size};
    run.to_end = input->offsets == NULL;
    run.at = run.to_end ? 0 : input->offsets[entry];
    return run;
}

/* Whether the digest of an opened file is known; it is closed then. */
static bool recall(struct worker *worker, struct pending *file)
{
    const struct signet_engine_memory *memory = worker->engine->memory;
    struct signet_entry *entry = &worker->engine->manifest->entries[file->entry];
    if (memory == NULL || !memory->recall(memory->ctx, file->entry, file->fd, &file->st, entry)) {
        return false;
    }
    signet_fd_close(&file->fd);
    signet_ticker_advance(worker->engine->ticker, entry->size);
    return true;
}

static void
narrow_to_piece(struct signet_lane_run *run, const struct signet_large *large, uint64_t number)
{
    uint64_t start = number * large->piece;
    run->at += start;
    run->to_end = run->to_end && large->size - start <= large->piece;
    run->len = large->size - start < large->piece ? large->size - start : large->piece;
}

static int check_same_file(struct engine *engine,
                           struct signet_large *large,
                           const struct stat *st,
                           struct signet_err *err)
{
    signet_lock_hold(engine->lock);
    bool same = signet_large_same(large, st);
    signet_lock_release(engine->lock);
    return same ? SIGNET_OK : signet_err_set(err, SIGNET_E_IO, "changed while it was read");
}

static int begin_piece(struct worker *worker, size_t which, struct signet_err *err)
{
    struct engine *engine = worker->engine;
    struct task *task = &worker->tasks[which];
    struct pending file = {.fd = -1};
    struct signet_lane_run run;
    if (engine->input->file_fd >= 0) {
        run = run_inside(engine, task->entry);
    } else {
        int rc = open_entry(worker, task->entry, &file, err);
        if (rc == SIGNET_OK) {
            rc = check_same_file(engine, task->large, &file.st, err);
        }
        if (rc != SIGNET_OK) {
            signet_fd_close(&file.fd);
            return rc;
        }
        if (recall(worker, &file)) {
            task->busy = false;
            return SIGNET_OK;
        }
        run = (struct signet_lane_run){
            .fd = file.fd, .owned = true, .to_end = true, .before = &file.st};
    }
    narrow_to_piece(&run, task->large, task->number);
    return signet_lane_begin(&worker->lanes[which], &run);
}

static int begin_file(struct worker *worker, size_t which, const struct pending *file)
{
    const struct signet_lane_run run = {.fd = file->fd,
                                        .owned = true,
                                        .to_end = true,
                                        .before = &file->st,
                                        .len = (uint64_t)file->st.st_size};
    worker->tasks[which] = (struct task){.busy = true, .entry = file->entry};
    return signet_lane_begin(&worker->lanes[which], &run);
}

/* Begins the next file of a batch if it is in memory; else it waits, and the system fetches it. */
static int begin_entry(struct worker *worker, size_t which, size_t entry, struct signet_err *err)
{
    struct engine *engine = worker->engine;
    struct signet_lane *lane = &worker->lanes[which];
    struct pending file = {.fd = -1};
    bool cold = false;
    int rc = open_entry(worker, entry, &file, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    uint64_t size = (uint64_t)file.st.st_size;
    /* Room for the digests of pieces was made by the size that was listed, and a part is of it. */
    bool settled = engine->manifest->shard_size > 0 || engine->manifest->part_count > 0;
    if (settled && size != engine->manifest->entries[entry].size) {
        signet_fd_close(&file.fd);
        return signet_err_set(err, SIGNET_E_IO, "changed while it was read");
    }
    engine->manifest->entries[entry].size = size;
    if (is_large(engine, size)) {
        signet_fd_close(&file.fd);
        signet_lock_hold(engine->lock);
        rc = signet_large_add(&engine->large, entry, size, piece_size(engine), err);
        signet_lock_release(engine->lock);
        return rc;
    }
    if (recall(worker, &file)) {
        return SIGNET_OK;
    }
    rc = begin_file(worker, which, &file);
    if (rc == SIGNET_OK) {
        rc = signet_lane_read(lane, false, &cold, err);
    }
    if (rc != SIGNET_OK || !cold) {
        signet_ticker_advance(engine->ticker, lane->ready.len);
        return rc;
    }
    signet_fd_will_need(file.fd, 0, size);
    lane->owned = false;
    worker->tasks[which].busy = false;
    worker->pending[(worker->pending_first + worker->pending_count++) % WINDOW_MAX] = file;
    return SIGNET_OK;
}

static int begin_pending(struct worker *worker, size_t which)
{
    const struct pending *file = &worker->pending[worker->pending_first];
    worker->pending_first = (worker->pending_first + 1) % WINDOW_MAX;
    worker->pending_count--;
    return begin_file(worker, which, file);
}

/* Whether the entry was given out by itself when the work began. */
static bool is_apart(const struct engine *engine, size_t entry)
{
    return is_large(engine, engine->manifest->entries[entry].size);
}

static int begin_next(struct worker *worker, size_t which, struct signet_err *err)
{
    struct engine *engine = worker->engine;
    size_t entry = worker->at++;
    if (is_apart(engine, entry) || entry > atomic_load(&engine->failed)) {
        return SIGNET_OK;
    }
    worker->tasks[which] = (struct task){.entry = entry};
    if (engine->input->file_fd < 0) {
        return begin_entry(worker, which, entry, err);
    }
    const struct signet_lane_run run = run_inside(engine, entry);
    worker->tasks[which].busy = true;
    return signet_lane_begin(&worker->lanes[which], &run);
}

static void end_task(struct worker *worker, size_t which, int rc, struct signet_err *why)
{
    if (rc != SIGNET_OK) {
        signet_err_set(why, rc, "cannot be read");
        fail(worker->engine, worker->tasks[which].entry, why);
    }
    signet_lane_drop(&worker->lanes[which]);
    worker->tasks[which].busy = false;
}

/* Finds the lane something to do; false if there is nothing. */
static bool start(struct worker *worker, size_t which)
{
    struct engine *engine = worker->engine;
    struct task *task = &worker->tasks[which];
    while (!task->busy) {
        struct signet_err why;
        int rc = SIGNET_OK;
        bool room = worker->pending_count < engine->window;
        signet_err_clear(&why);
        if (room && worker->at == worker->end) {
            take_work(worker, task);
        }
        if (signet_ticker_ask(engine->ticker)) {
            return false;
        }
        if (task->busy) {
            rc = begin_piece(worker, which, &why);
        } else if (room && worker->at < worker->end) {
            rc = begin_next(worker, which, &why);
        } else if (worker->pending_count > 0) {
            rc = begin_pending(worker, which);
        } else {
            return false;
        }
        if (rc != SIGNET_OK) {
            end_task(worker, which, rc, &why);
        }
    }
    return true;
}

/* Reads on, unless the entry does not matter any more. */
static void read_on(struct worker *worker, size_t which)
{
    struct engine *engine = worker->engine;
    struct signet_lane *lane = &worker->lanes[which];
    struct signet_err why;
    bool cold = false;
    if (worker->tasks[which].entry > atomic_load(&engine->failed)) {
        end_task(worker, which, SIGNET_OK, NULL);
        return;
    }
    signet_err_clear(&why);
    uint64_t before = lane->left;
    int rc = signet_lane_read(lane, true, &cold, &why);
    signet_ticker_advance(engine->ticker, before - lane->left);
    if (rc != SIGNET_OK) {
        end_task(worker, which, rc, &why);
    }
}

static void finish(struct worker *worker, size_t which)
{
    struct engine *engine = worker->engine;
    const struct task *task = &worker->tasks[which];
    struct signet_entry *entry = &engine->manifest->entries[task->entry];
    uint8_t nowhere[SIGNET_DIGEST_MAX]; /* an empty file has no pieces, and no room for a digest */
    bool any = signet_entry_digests(engine->manifest, entry) > 0;
    uint32_t sum = 0;
    const struct signet_digest_slots slots = {
        engine->manifest->shard_size == 0 ? entry->sha256 : NULL,
        any ? signet_manifest_slot(engine->manifest, entry, task->number) : nowhere,
        &sum,
    };
    struct signet_err why;
    signet_err_clear(&why);
    int rc = signet_lane_finish(&worker->lanes[which], &slots, &why);
    if (rc == SIGNET_OK && engine->crc32 != NULL) {
        rc = signet_crc32_check(engine->input->crc32[task->entry], sum, &why);
    }
    entry->usage = worker->lanes[which].usage;
    if (rc == SIGNET_OK && engine->memory != NULL) {
        engine->memory->learn(engine->memory->ctx, task->entry, worker->lanes[which].fd,
                              &worker->lanes[which].before, entry);
    }
    end_task(worker, which, rc, &why);
}

static int digest(struct worker *worker)
{
    struct signet_lane *first = &worker->lanes[0];
    struct signet_lane *second = &worker->lanes[1];
    struct signet_lane *only = worker->tasks[0].busy ? first : second;
    if (worker->tasks[0].busy && worker->tasks[1].busy) {
        return signet_lane_digest_pair(first, second);
    }
    if (worker->tasks[0].busy || worker->tasks[1].busy) {
        return signet_lane_digest(only, &only->digester);
    }
    return SIGNET_OK;
}

static bool tandem_tick(void *ctx, uint64_t bytes)
{
    struct engine *engine = ctx;
    signet_ticker_advance(engine->ticker, bytes);
    return !signet_ticker_stopped(engine->ticker);
}

static int work_in_tandem(struct worker *worker)
{
    struct signet_err why;
    signet_err_clear(&why);
    if (!start(worker, 0)) {
        return SIGNET_OK;
    }
    int rc = signet_tandem_run(&worker->lanes[0], tandem_tick, worker->engine, &why);
    if (rc == SIGNET_OK && !signet_ticker_stopped(worker->engine->ticker)) {
        finish(worker, 0);
    } else {
        end_task(worker, 0, rc, &why);
    }
    return SIGNET_OK;
}

static int work_through(struct worker *worker, struct signet_err *err)
{
    for (;;) {
        bool first = start(worker, 0);
        bool second = start(worker, 1);
        if ((!first && !second) || signet_ticker_stopped(worker->engine->ticker)) {
            return SIGNET_OK;
        }
        for (size_t i = 0; i < LANES; i++) {
            if (worker->tasks[i].busy) {
                read_on(worker, i);
            }
        }
        int rc = digest(worker);
        if (rc != SIGNET_OK) {
            return signet_err_set(err, rc, "cannot compute a digest");
        }
        for (size_t i = 0; i < LANES; i++) {
            if (worker->tasks[i].busy && signet_lane_done(&worker->lanes[i])) {
                finish(worker, i);
            }
        }
    }
}

static int work(void *ctx, size_t index, size_t thread, struct signet_err *err)
{
    struct engine *engine = ctx;
    struct worker *worker = calloc(1, sizeof(*worker));
    int rc = SIGNET_OK;
    (void)index;
    (void)thread;
    if (worker == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a thread");
    }
    worker->engine = engine;
    worker->idle = true;
    signet_opener_init(&worker->opener, engine->input->root_fd, engine->opts->watch);
    for (size_t i = 0; rc == SIGNET_OK && i < LANES; i++) {
        rc = signet_lane_init(&worker->lanes[i], engine->manifest->alg,
                              engine->manifest->shard_size == 0, engine->room, err);
        worker->lanes[i].digester.crc32 = engine->crc32;
        worker->lanes[i].look = engine->manifest->shard_size == 0 ? engine->opts->look : NULL;
    }
    if (rc == SIGNET_OK) {
        rc = engine->tandem ? work_in_tandem(worker) : work_through(worker, err);
    }
    for (size_t i = 0; i < LANES; i++) {
        signet_lane_clear(&worker->lanes[i]);
    }
    for (; worker->pending_count > 0; worker->pending_count--) {
        signet_fd_close(&worker->pending[worker->pending_first].fd);
        worker->pending_first = (worker->pending_first + 1) % WINDOW_MAX;
    }
    signet_opener_clear(&worker->opener);
    free(worker);
    return rc;
}

static int set_large_apart(struct engine *engine, struct signet_err *err)
{
    int rc = SIGNET_OK;
    for (size_t i = 0; rc == SIGNET_OK && i < engine->manifest->count; i++) {
        if (is_apart(engine, i)) {
            rc = signet_large_add(&engine->large, i, engine->manifest->entries[i].size,
                                  piece_size(engine), err);
        }
    }
    return rc;
}

static int run(struct engine *engine, struct signet_err *err)
{
    int rc = set_large_apart(engine, err);
    if (rc == SIGNET_OK && engine->memory != NULL) {
        rc = engine->memory->begin(engine->memory->ctx, engine->manifest, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    size_t jobs = engine->opts->jobs == 0 ? signet_pool_default_workers() : engine->opts->jobs;
    engine->tandem = engine->manifest->count == 1 && engine->large.pieces == 1 && jobs > 1;
    size_t most = least(engine->manifest->count + engine->large.pieces, JOBS_MAX);
    engine->workers = engine->tandem || most == 0 ? 1 : least(jobs, most);
    size_t window = least(WINDOW_ALL, signet_fd_most() / 4) / engine->workers;
    engine->idle = engine->workers;
    engine->room = least(ROOM_MAX, ROOM_ALL / (LANES * engine->workers));
    engine->window = window > 0 ? least(window, WINDOW_MAX) : 1;
    rc = signet_pool_run(engine->workers, engine->workers, work, engine, err);
    if (rc == SIGNET_OK && signet_ticker_stopped(engine->ticker)) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED, "stopped before all was read");
    }
    if (rc == SIGNET_OK && atomic_load(&engine->failed) < engine->manifest->count) {
        if (err != NULL && err->code == SIGNET_OK) {
            *err = engine->first_error;
        }
        rc = engine->first_error.code;
    }
    return rc;
}

int signet_engine_run(struct signet_manifest *manifest,
                      const struct signet_engine_input *input,
                      const struct signet_engine_opts *opts,
                      struct signet_err *err)
{
    struct engine engine = {.manifest = manifest, .input = input, .opts = opts};
    atomic_init(&engine.failed, manifest->count);
    if (input->root_fd >= 0 && manifest->alg == SIGNET_DIGEST_SHA256 && manifest->shard_size == 0) {
        engine.memory = opts->memory;
    }
    engine.ticker = signet_ticker_new(opts);
    int rc = engine.ticker != NULL ? signet_lock_new(&engine.lock, err)
                                   : signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    if (rc == SIGNET_OK && input->crc32 != NULL) {
        rc = signet_crc32_get(&engine.crc32, err);
    }
    if (rc == SIGNET_OK) {
        rc = run(&engine, err);
    }
    signet_large_free(&engine.large);
    signet_lock_free(engine.lock);
    signet_ticker_free(engine.ticker);
    return rc;
}

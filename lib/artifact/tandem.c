/* SPDX-License-Identifier: Apache-2.0
 *
 * Two threads that take turns on one run of bytes. Each chunk is read by the thread that digests
 * it, so that it is still in that processor's cache; the digest is computed in order. Owns the
 * turns; what reading means is in lane.c.
 */
#include "artifact/tandem.h"

#include <stdatomic.h>

#include "base/err.h"
#include "base/pool.h"

enum {
    RIDERS = 2,
    CHUNK = 1 << 21 /* bytes of a turn */
};

struct tandem {
    struct signet_lane *whole;
    signet_tandem_tick *tick;
    void *ctx;
    struct signet_turns *turns;
    uint64_t chunks;
    uint64_t start;            /* of the run, in the file */
    atomic_uint_fast64_t next; /* chunk to be taken */
    atomic_bool over;          /* failed, or stopped */
};

/* The part of the whole run that is to be read in one turn. The last may be empty: then it only
 * sees that the file ends there. */
static int begin_chunk(const struct tandem *tandem, uint64_t number, struct signet_lane *lane)
{
    const struct signet_lane *whole = tandem->whole;
    uint64_t from = number * CHUNK;
    bool last = number + 1 == tandem->chunks;
    const struct signet_lane_run run = {
        .fd = whole->fd,
        .to_end = last && whole->to_end,
        .at = tandem->start + from,
        .len = last ? whole->left - from : CHUNK,
    };
    return signet_lane_begin(lane, &run);
}

static int read_more(struct tandem *tandem, struct signet_lane *lane, struct signet_err *err)
{
    bool cold = false;
    uint64_t before = lane->left;
    int rc = signet_lane_read(lane, true, &cold, err);
    if (rc == SIGNET_OK && before > lane->left && !tandem->tick(tandem->ctx, before - lane->left)) {
        atomic_store(&tandem->over, true);
    }
    return rc;
}

/* Reads before its turn and digests in its turn. */
static int
ride(struct tandem *tandem, uint64_t number, struct signet_lane *lane, struct signet_err *err)
{
    int rc = begin_chunk(tandem, number, lane);
    if (rc == SIGNET_OK) {
        rc = read_more(tandem, lane, err);
    }
    signet_turns_wait(tandem->turns, number);
    while (rc == SIGNET_OK && !atomic_load(&tandem->over) && !signet_lane_done(lane)) {
        rc = signet_lane_digest(lane, &tandem->whole->digester);
        if (rc == SIGNET_OK) {
            rc = read_more(tandem, lane, err);
        }
    }
    if (rc != SIGNET_OK) {
        atomic_store(&tandem->over, true);
    }
    signet_turns_next(tandem->turns);
    return rc;
}

static int work(void *ctx, size_t index, size_t thread, struct signet_err *err)
{
    struct tandem *tandem = ctx;
    struct signet_lane lane;
    (void)index;
    (void)thread;
    int rc = signet_lane_init(&lane, SIGNET_DIGEST_SHA256, true, CHUNK + 1, err);
    while (rc == SIGNET_OK && !atomic_load(&tandem->over)) {
        uint64_t number = atomic_fetch_add(&tandem->next, 1);
        if (number >= tandem->chunks) {
            break;
        }
        rc = ride(tandem, number, &lane, err);
    }
    signet_lane_clear(&lane);
    return rc;
}

int signet_tandem_run(struct signet_lane *lane,
                      signet_tandem_tick *tick,
                      void *ctx,
                      struct signet_err *err)
{
    struct tandem tandem = {
        .whole = lane,
        .tick = tick,
        .ctx = ctx,
        .chunks = lane->left / CHUNK + 1,
        .start = lane->at,
    };
    atomic_init(&tandem.next, 0);
    atomic_init(&tandem.over, false);
    int rc = signet_turns_new(&tandem.turns, err);
    if (rc == SIGNET_OK) {
        rc = signet_pool_run(RIDERS, RIDERS, work, &tandem, err);
    }
    signet_turns_free(tandem.turns);
    lane->at += lane->left;
    lane->left = 0;
    lane->ended = true;
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a run of bytes once into digests, and refusing a file that changes meanwhile. Owns the
 * reading; knows neither names nor where descriptors come from.
 */
#include "artifact/lane.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/fd.h"

enum {
    BLOCK = 64,           /* of the digests: whole ones are digested without copying */
    AHEAD = 8 * (1 << 20) /* bytes that the system is told of before they are read */
};

int signet_lane_init(struct signet_lane *lane,
                     enum signet_digest_alg alg,
                     bool both,
                     size_t room,
                     struct signet_err *err)
{
    memset(lane, 0, sizeof(*lane));
    lane->fd = -1;
    lane->room = room;
    lane->buffer = malloc(room);
    if (lane->buffer == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for reading");
    }
    return signet_digester_init(&lane->digester, alg, both, err);
}

/* What a failed run left in the digester must not get into the next one's digest. */
static int forget(struct signet_lane *lane)
{
    uint8_t nowhere[SIGNET_DIGEST_MAX];
    const struct signet_digest_slots slots = {.digest = nowhere};
    return lane->spent ? signet_digester_finish(&lane->digester, &slots) : SIGNET_OK;
}

int signet_lane_begin(struct signet_lane *lane, const struct signet_lane_run *run)
{
    int rc = forget(lane);
    lane->spent = true;
    lane->fd = run->fd;
    lane->owned = run->owned;
    lane->to_end = run->to_end;
    lane->watched = run->before != NULL;
    if (run->before != NULL) {
        lane->before = *run->before;
    }
    lane->at = run->at;
    lane->left = run->len;
    lane->ended = run->len == 0 && !run->to_end;
    lane->ready = signet_span_of(lane->buffer, 0);
    lane->head_len = 0;
    lane->usage = SIGNET_USAGE_NONE;
    return rc;
}

/* The first bytes of a run are kept, and what there is of them if a file has no more. */
static void keep_head(struct signet_lane *lane, size_t got)
{
    if (lane->head_len == 0) {
        lane->head_len = got < sizeof(lane->head) ? got : sizeof(lane->head);
        memcpy(lane->head, lane->buffer, lane->head_len);
    }
}

/* The last read of a run that ends with its file asks for one byte more. */
static size_t count_wanted(const struct signet_lane *lane)
{
    uint64_t wanted = lane->left;
    if (lane->to_end && wanted < lane->room) {
        wanted++;
    }
    return wanted < lane->room ? (size_t)wanted : lane->room;
}

int signet_lane_read(struct signet_lane *lane, bool wait, bool *cold, struct signet_err *err)
{
    size_t got = 0;
    *cold = false;
    if (lane->ready.len > 0 || lane->ended) {
        return SIGNET_OK;
    }
    const struct signet_fd_run run = {lane->at, lane->buffer, count_wanted(lane)};
    int rc = signet_fd_pread(lane->fd, &run, false, &got, cold, err);
    if (rc == SIGNET_OK && *cold && wait) {
        signet_fd_will_need(lane->fd, lane->at, lane->left < AHEAD ? lane->left : AHEAD);
        rc = signet_fd_pread(lane->fd, &run, true, &got, cold, err);
    }
    if (rc != SIGNET_OK || *cold) {
        return rc;
    }
    if (got > lane->left) {
        return signet_err_set(err, SIGNET_E_IO, "became longer while it was read");
    }
    if (got == 0 && lane->left > 0) {
        return signet_err_set(err, SIGNET_E_IO, "became shorter while it was read");
    }
    lane->ready = signet_span_of(lane->buffer, got);
    keep_head(lane, got);
    lane->at += got;
    lane->left -= got;
    /* Fewer bytes than asked for, and none missing: that was the end. */
    lane->ended = lane->left == 0 && (!lane->to_end || got < run.len);
    return SIGNET_OK;
}

bool signet_lane_done(const struct signet_lane *lane)
{
    return lane->ended && lane->ready.len == 0;
}

/* Takes the first len bytes off what is ready. */
static struct signet_span take(struct signet_lane *lane, size_t len)
{
    struct signet_span bytes = signet_span_of(lane->ready.ptr, len);
    lane->ready = signet_span_of(lane->ready.ptr + len, lane->ready.len - len);
    return bytes;
}

int signet_lane_digest_pair(struct signet_lane *a, struct signet_lane *b)
{
    size_t both = a->ready.len < b->ready.len ? a->ready.len : b->ready.len;
    size_t whole = both - both % BLOCK;
    struct signet_span x = take(a, a->ready.len == both ? both : whole);
    struct signet_span y = take(b, b->ready.len == both ? both : whole);
    return signet_digester_update_pair(&a->digester, x, &b->digester, y);
}

int signet_lane_digest(struct signet_lane *lane, struct signet_digester *digester)
{
    return signet_digester_update(digester, take(lane, lane->ready.len));
}

/* The head is from the read that a digest is of: whatever else is looked at is the same file. */
static int look(struct signet_lane *lane, struct signet_err *err)
{
    return lane->look != NULL && lane->watched
               ? lane->look->look(lane->fd, signet_span_of(lane->head, lane->head_len),
                                  &lane->usage, err)
               : (int)SIGNET_OK;
}

int signet_lane_finish(struct signet_lane *lane,
                       const struct signet_digest_slots *slots,
                       struct signet_err *err)
{
    struct stat after;
    int rc = look(lane, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (lane->watched && fstat(lane->fd, &after) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "cannot stat it");
    }
    if (lane->watched && !signet_fd_unchanged(&lane->before, &after)) {
        return signet_err_set(err, SIGNET_E_IO, "changed while it was read");
    }
    rc = signet_digester_finish(&lane->digester, slots);
    lane->spent = rc != SIGNET_OK;
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot compute its digest");
}

void signet_lane_drop(struct signet_lane *lane)
{
    if (lane->owned) {
        signet_fd_close(&lane->fd);
    }
    lane->fd = -1;
    lane->owned = false;
}

void signet_lane_clear(struct signet_lane *lane)
{
    signet_lane_drop(lane);
    free(lane->buffer);
    signet_digester_clear(&lane->digester);
    memset(lane, 0, sizeof(*lane));
    lane->fd = -1;
}

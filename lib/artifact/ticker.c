/* SPDX-License-Identifier: Apache-2.0
 *
 * The counter of artifact/ticker.h. Owns how often its callers are told and asked.
 */
#include "artifact/ticker.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
    STEP = 1 << 20 /* bytes */
};

struct signet_ticker {
    const struct signet_engine_opts *opts;
    atomic_uint_fast64_t done; /* bytes */
    atomic_flag reporting;
    atomic_bool stopped;
};

struct signet_ticker *signet_ticker_new(const struct signet_engine_opts *opts)
{
    struct signet_ticker *ticker = malloc(sizeof(*ticker));
    if (ticker != NULL) {
        ticker->opts = opts;
        atomic_init(&ticker->done, 0);
        atomic_flag_clear(&ticker->reporting);
        atomic_init(&ticker->stopped, false);
    }
    return ticker;
}

void signet_ticker_free(struct signet_ticker *ticker)
{
    free(ticker);
}

void signet_ticker_advance(struct signet_ticker *ticker, uint64_t bytes)
{
    const struct signet_engine_opts *opts = ticker->opts;
    uint64_t before = atomic_fetch_add(&ticker->done, bytes);
    uint64_t now = before + bytes;
    if (before / STEP == now / STEP) {
        return;
    }
    if (opts->progress != NULL && !atomic_flag_test_and_set(&ticker->reporting)) {
        opts->progress(opts->progress_ctx, now < opts->total ? now : opts->total, opts->total);
        atomic_flag_clear(&ticker->reporting);
    }
    (void)signet_ticker_ask(ticker);
}

bool signet_ticker_ask(struct signet_ticker *ticker)
{
    const struct signet_engine_opts *opts = ticker->opts;
    if (opts->stop != NULL && opts->stop(opts->stop_ctx)) {
        atomic_store(&ticker->stopped, true);
    }
    return signet_ticker_stopped(ticker);
}

bool signet_ticker_stopped(const struct signet_ticker *ticker)
{
    return atomic_load(&ticker->stopped);
}

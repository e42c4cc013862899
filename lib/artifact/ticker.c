/* SPDX-License-Identifier: Apache-2.0
 *
 * The counter of artifact/ticker.h. Owns how often its callers are told and asked.
 */
#include "artifact/ticker.h"

enum {
    STEP = 1 << 20 /* bytes */
};

void signet_ticker_init(struct signet_ticker *ticker, const struct signet_engine_opts *opts)
{
    ticker->opts = opts;
    atomic_init(&ticker->done, 0);
    atomic_flag_clear(&ticker->reporting);
    atomic_init(&ticker->stopped, false);
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

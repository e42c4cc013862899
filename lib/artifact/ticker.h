/* SPDX-License-Identifier: Apache-2.0
 *
 * How far the work has come, told to who wants to know, and whether he wants it to end.
 */
#ifndef SIGNET_ARTIFACT_TICKER_H
#define SIGNET_ARTIFACT_TICKER_H

#include "artifact/engine.h"

/** For any number of threads at once. */
struct signet_ticker;

/** Starts at nothing; borrows progress and stop of opts. The result is owned (free with
 *  signet_ticker_free()); NULL: out of memory. */
struct signet_ticker *signet_ticker_new(const struct signet_engine_opts *opts);

/** Releases the ticker; NULL is allowed. */
void signet_ticker_free(struct signet_ticker *ticker);

/** So many more bytes are done: tells so, and asks, about once a MiB. */
void signet_ticker_advance(struct signet_ticker *ticker, uint64_t bytes);

/** Asks whether the work shall end, and whether it was said before. */
bool signet_ticker_ask(struct signet_ticker *ticker);

/** Whether it was said before that the work shall end. */
bool signet_ticker_stopped(const struct signet_ticker *ticker);

#endif

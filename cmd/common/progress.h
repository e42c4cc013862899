/* SPDX-License-Identifier: Apache-2.0
 *
 * The progress line on stderr: only on a terminal, only after one second, erased when done.
 */
#ifndef SIGNET_COMMON_PROGRESS_H
#define SIGNET_COMMON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** State of the line; fill in the first four, zero the rest. */
struct signet_progress {
    const char *name;         /* what the line begins with */
    int fd;                   /* where it goes */
    bool enabled;             /* false: every call does nothing */
    uint64_t (*now_ms)(void); /* a monotonic clock in milliseconds */
    bool started;
    uint64_t started_at;
    uint64_t drawn_at;
    size_t width; /* characters on the screen now */
};

/** Room for what signet_progress_line() writes. */
#define SIGNET_PROGRESS_LINE 80

/**
 * Writes "NAME: DONE of TOTAL, PERCENT %, RATE/s, TIME left" for bytes done in elapsed_ms; total 0
 * is unknown. Returns the number of characters, below SIGNET_PROGRESS_LINE.
 */
size_t signet_progress_line(const char *name,
                            uint64_t done,
                            uint64_t total,
                            uint64_t elapsed_ms,
                            char out[SIGNET_PROGRESS_LINE]);

/** Takes note of progress and draws at most ten times a second. */
void signet_progress_update(struct signet_progress *progress, uint64_t done, uint64_t total);

/** Erases the line if there is one; the next update may draw it again. */
void signet_progress_erase(struct signet_progress *progress);

/** The system's monotonic clock. */
uint64_t signet_progress_clock(void);

#endif

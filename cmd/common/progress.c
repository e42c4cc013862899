/* SPDX-License-Identifier: Apache-2.0
 *
 * The progress line of common/progress.h. Owns its text and timing; knows nothing of the work.
 */
#include "common/progress.h"

#include <signet/span.h>
#include <stdio.h>
#include <time.h>

#include "common/say.h"

enum {
    FIRST_DRAW_MS = 1000,
    REDRAW_MS = 100,
    SIZE_TEXT = 16,
    TIME_TEXT = 16
};

static void format_size(double bytes, char out[SIZE_TEXT])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    while (bytes >= 1023.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        bytes /= 1024;
        unit++;
    }
    int len = snprintf(out, SIZE_TEXT, "%.*f %s", unit == 0 ? 0 : 1, bytes, units[unit]);
    out[len > 0 ? SIZE_TEXT - 1 : 0] = '\0';
}

static void format_time(double seconds, char out[TIME_TEXT])
{
    unsigned whole = seconds < 359999 ? (unsigned)seconds : 359999; /* 99 hours and a bit */
    int len = -1;
    if (whole < 60) {
        len = snprintf(out, TIME_TEXT, "%u s", whole);
    } else if (whole < 3600) {
        len = snprintf(out, TIME_TEXT, "%u min %02u s", whole / 60, whole % 60);
    } else {
        len = snprintf(out, TIME_TEXT, "%u h %02u min", whole / 3600, whole / 60 % 60);
    }
    out[len > 0 ? TIME_TEXT - 1 : 0] = '\0';
}

size_t signet_progress_line(const char *name,
                            uint64_t done,
                            uint64_t total,
                            uint64_t elapsed_ms,
                            char out[SIGNET_PROGRESS_LINE])
{
    char done_text[SIZE_TEXT];
    char total_text[SIZE_TEXT];
    char rate_text[SIZE_TEXT];
    char left_text[TIME_TEXT];
    double rate = elapsed_ms > 0 ? (double)done * 1000 / (double)elapsed_ms : 0;
    int len = -1;

    format_size((double)done, done_text);
    format_size(rate, rate_text);
    if (total < done || total == 0) {
        len = snprintf(out, SIGNET_PROGRESS_LINE, "%s: %s, %s/s", name, done_text, rate_text);
    } else {
        format_size((double)total, total_text);
        format_time(rate > 0 ? (double)(total - done) / rate : 1e6, left_text);
        len = snprintf(out, SIGNET_PROGRESS_LINE, "%s: %s of %s, %d %%, %s/s, %s left", name,
                       done_text, total_text, (int)((double)done * 100 / (double)total), rate_text,
                       left_text);
    }
    if (len < 0) {
        out[0] = '\0';
        return 0;
    }
    return len < SIGNET_PROGRESS_LINE ? (size_t)len : SIGNET_PROGRESS_LINE - 1;
}

/* Draws text over what is there and blanks the rest of the old line; an empty text erases it. */
static void draw(struct signet_progress *progress, const char *text, size_t len)
{
    char line[2 * SIGNET_PROGRESS_LINE + 2];
    size_t used = 0;
    size_t blanks = progress->width > len ? progress->width - len : 0;
    line[used++] = '\r';
    memcpy(line + used, text, len);
    used += len;
    memset(line + used, ' ', blanks);
    used += blanks;
    if (len == 0) {
        line[used++] = '\r';
    }
    signet_say(progress->fd, signet_span_of(line, used));
    progress->width = len;
}

void signet_progress_update(struct signet_progress *progress, uint64_t done, uint64_t total)
{
    char line[SIGNET_PROGRESS_LINE];
    if (!progress->enabled) {
        return;
    }
    uint64_t now = progress->now_ms();
    if (!progress->started) {
        progress->started = true;
        progress->started_at = now;
        progress->drawn_at = now;
    }
    uint64_t elapsed = now - progress->started_at;
    if (elapsed >= FIRST_DRAW_MS && now - progress->drawn_at >= REDRAW_MS) {
        progress->drawn_at = now;
        draw(progress, line, signet_progress_line(progress->name, done, total, elapsed, line));
    }
}

void signet_progress_erase(struct signet_progress *progress)
{
    if (progress->width > 0) {
        draw(progress, "", 0);
    }
}

uint64_t signet_progress_clock(void)
{
    struct timespec now = {0, 0};
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

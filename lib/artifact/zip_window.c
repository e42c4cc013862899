/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads ahead, so that a million small records do not take a million system calls. Owns the bounds:
 * what a window gives lies in its part of the archive. Knows nothing of records.
 */
#include "artifact/zip_window.h"

#include <stdlib.h>

#include "base/err.h"

int signet_zip_window_init(struct signet_zip_window *window,
                           const struct signet_zip_source *source,
                           size_t ahead,
                           struct signet_err *err)
{
    memset(window, 0, sizeof(*window));
    window->source = *source;
    window->what = "the archive";
    window->end = source->size;
    window->ahead = ahead;
    window->data = malloc(SIGNET_ZIP_WINDOW);
    return window->data != NULL
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a zip scanner");
}

void signet_zip_window_free(struct signet_zip_window *window)
{
    free(window->data);
    memset(window, 0, sizeof(*window));
}

static bool holds(const struct signet_zip_window *w, uint64_t offset, size_t len)
{
    return offset >= w->start && offset - w->start <= w->len && len <= w->len - (offset - w->start);
}

int signet_zip_window_get(struct signet_zip_window *window,
                          uint64_t offset,
                          size_t len,
                          const uint8_t **bytes,
                          struct signet_err *err)
{
    struct signet_zip_window *w = window;
    uint64_t there = offset <= w->end ? w->end - offset : 0;
    if (len > SIGNET_ZIP_WINDOW) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "a record of a zip of %zu bytes", len);
    }
    if (len > there) {
        return signet_err_at(err, SIGNET_E_MALFORMED, offset,
                             "expected %zu bytes at byte %llu, found %llu to the end of %s", len,
                             (unsigned long long)offset, (unsigned long long)there, w->what);
    }
    if (!holds(w, offset, len)) {
        size_t most = len > w->ahead ? len : w->ahead;
        size_t count = there < most ? (size_t)there : most;
        w->len = 0; /* whatever a failed read leaves there */
        int rc = w->source.pread(w->source.ctx, offset, w->data, count, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        w->start = offset;
        w->len = count;
    }
    *bytes = w->data + (offset - w->start);
    return SIGNET_OK;
}

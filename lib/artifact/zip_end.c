/* SPDX-License-Identifier: Apache-2.0
 *
 * End of central directory records (APPNOTE 4.3.14 to 4.3.16). Readers look for them in different
 * ways, from the front or the back, with or without a look at the comment: this one accepts only
 * what all of them find. Owns that; knows nothing of entries.
 */
#include "artifact/zip_end.h"

#include "base/compiler.h"
#include "base/err.h"

enum {
    END_SIZE = 22,
    COMMENT_MAX = 65535,
    LOCATOR_SIZE = 20,
    ZIP64_SIZE = 56,
    ZIP64_REST = 44, /* what the record itself says: its size but for the first 12 bytes */
};

static const uint8_t end_mark[] = {'P', 'K', 5, 6};
static const uint8_t locator_mark[] = {'P', 'K', 6, 7};
static const uint8_t zip64_mark[] = {'P', 'K', 6, 6};

static bool marked(const uint8_t *bytes, const uint8_t mark[4])
{
    return memcmp(bytes, mark, 4) == 0;
}

/* Where in a tail of the archive the record begins that its comment makes end with the archive. */
static int find_record(struct signet_span tail, uint64_t start, size_t *at, struct signet_err *err)
{
    size_t whole = 0; /* records whose comment ends with the archive */
    size_t last = SIZE_MAX;
    for (size_t i = 0; tail.len >= END_SIZE && i <= tail.len - sizeof(end_mark); i++) {
        if (!marked(tail.ptr + i, end_mark)) {
            continue;
        }
        last = i;
        size_t rest = tail.len - i;
        if (rest >= END_SIZE && signet_zip_u16(tail.ptr + i + 20) == rest - END_SIZE) {
            *at = i;
            whole++;
        }
    }
    if (last == SIZE_MAX) {
        return signet_err_at(err, SIGNET_E_MALFORMED, start + tail.len,
                             "expected the end record of a zip at its end, found none; it is cut "
                             "short, or something follows it");
    }
    if (whole == 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, start + last,
                             "expected the end record of a zip, with its comment, to end with the "
                             "archive, found %zu bytes from it on",
                             tail.len - last);
    }
    if (whole > 1 || last != *at) {
        return signet_err_at(err, SIGNET_E_MALFORMED, start + last,
                             "expected one end record of a zip, found a further one");
    }
    return SIGNET_OK;
}

/* The record at byte `at`, as it stands. */
static int
read_record(const uint8_t *record, uint64_t at, struct signet_zip_end *end, struct signet_err *err)
{
    if (signet_zip_u16(record + 4) != 0 || signet_zip_u16(record + 6) != 0 ||
        signet_zip_u16(record + 8) != signet_zip_u16(record + 10)) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                             "expected a zip in one volume, found one of several");
    }
    end->entries = signet_zip_u16(record + 10);
    end->directory = signet_zip_u32(record + 16);
    end->directory_end = end->directory + signet_zip_u32(record + 12);
    return SIGNET_OK;
}

/* Whether a number of the end record, whose highest value says to look there, is the zip64
 * record's. */
static bool agrees(uint64_t field, uint64_t highest, uint64_t zip64)
{
    return field == highest || field == zip64;
}

static int read_zip64(const uint8_t *zip64,
                      uint64_t at,
                      const uint8_t *record,
                      struct signet_zip_end *end,
                      struct signet_err *err)
{
    uint64_t entries = signet_zip_u64(zip64 + 32);
    uint64_t size = signet_zip_u64(zip64 + 40);
    uint64_t directory = signet_zip_u64(zip64 + 48);
    if (!marked(zip64, zip64_mark)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected a zip64 end record in front of its locator, found none");
    }
    if (signet_zip_u64(zip64 + 4) != ZIP64_REST) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                             "expected a zip64 end record of %d bytes, found %llu", ZIP64_REST,
                             (unsigned long long)signet_zip_u64(zip64 + 4));
    }
    if (signet_zip_u32(zip64 + 16) != 0 || signet_zip_u32(zip64 + 20) != 0 ||
        signet_zip_u64(zip64 + 24) != entries) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                             "expected a zip in one volume, found one of several");
    }
    if (!agrees(signet_zip_u16(record + 10), UINT16_MAX, entries) ||
        !agrees(signet_zip_u32(record + 12), UINT32_MAX, size) ||
        !agrees(signet_zip_u32(record + 16), UINT32_MAX, directory)) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected both end records of a zip to say the same, found other "
                             "numbers in the zip64 one");
    }
    end->entries = entries;
    end->directory = directory;
    return SIGNET_ADD_OVERFLOWS(directory, size, &end->directory_end)
               ? signet_err_at(err, SIGNET_E_MALFORMED, at,
                               "expected a central directory within the archive, found a size "
                               "of %llu",
                               (unsigned long long)size)
               : SIGNET_OK;
}

/* The locator at byte `at`, and the record that it names, which is to stand right before it. */
static int follow_locator(struct signet_zip_window *window,
                          uint64_t at,
                          struct signet_zip_end *end,
                          struct signet_err *err)
{
    uint8_t both[LOCATOR_SIZE + END_SIZE];
    const uint8_t *bytes = NULL;
    int rc = signet_zip_window_get(window, at, sizeof(both), &bytes, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    memcpy(both, bytes, sizeof(both)); /* the window moves on */
    if (signet_zip_u32(both + 4) != 0 || signet_zip_u32(both + 16) != 1) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                             "expected a zip in one volume, found one of several");
    }
    if (at < ZIP64_SIZE || signet_zip_u64(both + 8) != at - ZIP64_SIZE) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected a zip64 end record right before its locator, found it named "
                             "at byte %llu",
                             (unsigned long long)signet_zip_u64(both + 8));
    }
    rc = signet_zip_window_get(window, at - ZIP64_SIZE, ZIP64_SIZE, &bytes, err);
    return rc == SIGNET_OK ? read_zip64(bytes, at - ZIP64_SIZE, both + LOCATOR_SIZE, end, err) : rc;
}

int signet_zip_end_find(struct signet_zip_window *window,
                        struct signet_zip_end *end,
                        struct signet_err *err)
{
    const uint8_t *tail = NULL;
    uint64_t size = window->end;
    size_t most = END_SIZE + COMMENT_MAX;
    size_t len = size < most ? (size_t)size : most;
    size_t found = 0;
    int rc = signet_zip_window_get(window, size - len, len, &tail, err);
    if (rc == SIGNET_OK) {
        rc = find_record(signet_span_of(tail, len), size - len, &found, err);
    }
    if (rc == SIGNET_OK) {
        rc = read_record(tail + found, size - len + found, end, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    uint64_t at = size - len + found;
    if (at >= LOCATOR_SIZE) {
        rc = signet_zip_window_get(window, at - LOCATOR_SIZE, LOCATOR_SIZE, &tail, err);
        if (rc == SIGNET_OK && marked(tail, locator_mark)) {
            rc = follow_locator(window, at - LOCATOR_SIZE, end, err);
            at -= LOCATOR_SIZE + ZIP64_SIZE;
        }
    }
    if (rc == SIGNET_OK && end->directory_end != at) {
        rc = signet_err_at(err, SIGNET_E_MALFORMED, at,
                           "expected the central directory to end at byte %llu, right before its "
                           "end record, found it said to end at byte %llu",
                           (unsigned long long)at, (unsigned long long)end->directory_end);
    }
    return rc;
}

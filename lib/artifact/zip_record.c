/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers and their extra fields (APPNOTE 4.3.7, 4.3.12, 4.5.3, 4.6.9). Owns what one header may
 * look like; whether two agree is the scanner's.
 */
#include "artifact/zip_record.h"

#include "base/err.h"
#include "base/utf8.h"

enum {
    EXTRA_ZIP64 = 0x0001,
    EXTRA_UNICODE_PATH = 0x7075,
    UNICODE_PATH_NAME = 5, /* where in that field the name begins */
};

/* A kind of header. From the flags to the lengths of name and extra fields all have the same
 * fields. */
struct shape {
    uint8_t mark[4];
    uint8_t size;
    uint8_t flags; /* where the flags are */
    const char *what;
};

static const struct shape central_shape = {{'P', 'K', 1, 2}, 46, 8, "central directory"};
static const struct shape local_shape = {{'P', 'K', 3, 4}, 30, 6, "local"};

/* Extra fields that bear on the layout; ptr is NULL if there is none. */
struct extra {
    struct signet_span zip64;
    struct signet_span unicode_path;
};

static int
keep_field(struct signet_span *kept, struct signet_span field, uint64_t at, struct signet_err *err)
{
    if (kept->ptr != NULL) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at,
                             "expected an extra field once, found it again");
    }
    *kept = field;
    return SIGNET_OK;
}

/* Extra fields are an identifier, a length and so many bytes, and fill their place. */
static int
read_extra(struct signet_span bytes, uint64_t at, struct extra *extra, struct signet_err *err)
{
    while (bytes.len > 0) {
        size_t len = bytes.len >= 4 ? signet_zip_u16(bytes.ptr + 2) : 0;
        if (bytes.len < 4 || len > bytes.len - 4) {
            return signet_err_at(err, SIGNET_E_MALFORMED, at,
                                 "expected extra fields that fill their place, found %zu bytes "
                                 "that are none",
                                 bytes.len);
        }
        int rc = SIGNET_OK;
        struct signet_span field = signet_span_of(bytes.ptr + 4, len);
        uint16_t id = signet_zip_u16(bytes.ptr);
        if (id == EXTRA_ZIP64) {
            rc = keep_field(&extra->zip64, field, at, err);
        } else if (id == EXTRA_UNICODE_PATH) {
            rc = keep_field(&extra->unicode_path, field, at, err);
        }
        if (rc != SIGNET_OK) {
            return rc;
        }
        bytes = signet_span_of(field.ptr + len, bytes.len - 4 - len);
        at += 4 + len;
    }
    return SIGNET_OK;
}

/* Numbers that are all ones stand in the zip64 field, in this order and no others: readers differ
 * in what they take from one that holds more. local may be NULL. */
static int settle_zip64(struct signet_span field,
                        struct signet_zip_record *record,
                        uint64_t *local,
                        struct signet_err *err)
{
    uint64_t *numbers[] = {&record->size, &record->packed, local};
    size_t asked = 0;
    for (size_t i = 0; i < 3; i++) {
        if (numbers[i] != NULL && *numbers[i] == UINT32_MAX) {
            if (field.len >= 8 * (asked + 1)) {
                *numbers[i] = signet_zip_u64(field.ptr + 8 * asked);
            }
            asked++;
        }
    }
    record->zip64 = field.ptr != NULL;
    if (record->zip64 != (asked > 0) || field.len != 8 * asked) {
        return signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                             "expected a zip64 field of %zu bytes, for as many numbers as the "
                             "header leaves to it, found %zu",
                             8 * asked, field.len);
    }
    return SIGNET_OK;
}

static int check_name(const struct signet_zip_record *record,
                      const struct extra *extra,
                      struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_span name = record->name;
    struct signet_span other = extra->unicode_path;
    if (name.len == 0 || memchr(name.ptr, 0, name.len) != NULL) {
        return signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                             "expected a name without NULs, found \"%s\"",
                             signet_utf8_show(name, shown));
    }
    if (other.ptr == NULL) {
        return SIGNET_OK;
    }
    size_t head = other.len < UNICODE_PATH_NAME ? other.len : UNICODE_PATH_NAME;
    other = signet_span_of(other.ptr + head, other.len - head);
    return signet_span_eq(other, name)
               ? SIGNET_OK
               : signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                               "expected the name \"%s\" in the Unicode path field as well, found "
                               "another",
                               signet_utf8_show(name, shown));
}

/* A header with its name and its extra fields; *extra are the latter that matter. */
static int read_header(struct signet_zip_window *window,
                       const struct shape *shape,
                       struct signet_zip_record *record,
                       const uint8_t **header,
                       struct extra *extra,
                       struct signet_err *err)
{
    const uint8_t *bytes = NULL;
    int rc = signet_zip_window_get(window, record->at, shape->size, &bytes, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (memcmp(bytes, shape->mark, sizeof(shape->mark)) != 0) {
        return signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                             "expected a %s header at byte %llu, found none", shape->what,
                             (unsigned long long)record->at);
    }
    size_t name_len = signet_zip_u16(bytes + shape->flags + 20);
    size_t extra_len = signet_zip_u16(bytes + shape->flags + 22);
    size_t len = shape->size + name_len + extra_len;
    rc = signet_zip_window_get(window, record->at, len, &bytes, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    const uint8_t *fields = bytes + shape->flags;
    record->flags = signet_zip_u16(fields);
    record->method = signet_zip_u16(fields + 2);
    record->crc32 = signet_zip_u32(fields + 8);
    record->packed = signet_zip_u32(fields + 12);
    record->size = signet_zip_u32(fields + 16);
    record->name = signet_span_of(bytes + shape->size, name_len);
    record->end = record->at + len;
    *header = bytes;
    struct signet_span rest = signet_span_of(bytes + shape->size + name_len, extra_len);
    rc = read_extra(rest, record->end - extra_len, extra, err);
    return rc == SIGNET_OK ? check_name(record, extra, err) : rc;
}

int signet_zip_central_read(struct signet_zip_window *window,
                            uint64_t at,
                            struct signet_zip_record *record,
                            struct signet_err *err)
{
    const uint8_t *header = NULL;
    struct extra extra = {{NULL, 0}, {NULL, 0}};
    memset(record, 0, sizeof(*record));
    record->at = at;
    int rc = read_header(window, &central_shape, record, &header, &extra, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (signet_zip_u16(header + 34) != 0) {
        return signet_err_at(err, SIGNET_E_UNSUPPORTED, at,
                             "expected an entry in the first volume, found one in volume %u",
                             (unsigned)signet_zip_u16(header + 34));
    }
    record->end += signet_zip_u16(header + 32);
    record->system = header[5];
    record->attributes = signet_zip_u32(header + 38);
    record->local = signet_zip_u32(header + 42);
    return settle_zip64(extra.zip64, record, &record->local, err);
}

int signet_zip_local_read(struct signet_zip_window *window,
                          uint64_t at,
                          struct signet_zip_record *record,
                          struct signet_err *err)
{
    const uint8_t *header = NULL;
    struct extra extra = {{NULL, 0}, {NULL, 0}};
    memset(record, 0, sizeof(*record));
    record->at = at;
    int rc = read_header(window, &local_shape, record, &header, &extra, err);
    return rc == SIGNET_OK ? settle_zip64(extra.zip64, record, NULL, err) : rc;
}

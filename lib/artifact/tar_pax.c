/* SPDX-License-Identifier: Apache-2.0
 *
 * pax records (POSIX.1-2017 pax, "pax Extended Header"): "LENGTH KEYWORD=VALUE\n", one behind the
 * other. Owns which keywords are known; what they mean for an entry is the scanner's.
 */
#include "artifact/tar_pax.h"

#include <signet/text.h>

#include "base/compiler.h"
#include "base/err.h"

enum {
    RECORDS_MAX = 128, /* of one header: each keyword is compared with all before it */
    LENGTH_DIGITS = 8,
};

/* What a keyword is for. */
enum use {
    IGNORED,
    PATH,
    LINK,
    SIZE,
    CHARSET,
    SPARSE,
    UNKNOWN,
};

struct keyword {
    const char *name; /* with "*" at its end: and all that begin so */
    enum use use;
};

/* The first that fits counts. GNU tar, libarchive, Python and npm write these. */
static const struct keyword keywords[] = {
    {"path", PATH},
    {"linkpath", LINK},
    {"size", SIZE},
    {"hdrcharset", CHARSET},
    {"atime", IGNORED},
    {"comment", IGNORED},
    {"ctime", IGNORED},
    {"gid", IGNORED},
    {"gname", IGNORED},
    {"mtime", IGNORED},
    {"uid", IGNORED},
    {"uname", IGNORED},
    {"LIBARCHIVE.*", IGNORED},
    {"RHT.security.selinux", IGNORED},
    {"SCHILY.acl.*", IGNORED},
    {"SCHILY.dev", IGNORED},
    {"SCHILY.devmajor", IGNORED},
    {"SCHILY.devminor", IGNORED},
    {"SCHILY.fflags", IGNORED},
    {"SCHILY.ino", IGNORED},
    {"SCHILY.nlink", IGNORED},
    {"SCHILY.xattr.*", IGNORED},
    {"GNU.sparse.*", SPARSE},
    {"SCHILY.realsize", SPARSE},
    {"SUN.holesdata", SPARSE},
};

/* One record. */
struct record {
    uint64_t at; /* in the archive */
    struct signet_span key;
    struct signet_span value;
};

static enum use use_of(struct signet_span key)
{
    for (size_t i = 0; i < SIGNET_COUNT(keywords); i++) {
        struct signet_span name = signet_span_str(keywords[i].name);
        bool family = name.ptr[name.len - 1] == '*';
        name.len -= family;
        if (key.len >= name.len && (family || key.len == name.len) &&
            memcmp(key.ptr, name.ptr, name.len) == 0) {
            return keywords[i].use;
        }
    }
    return UNKNOWN;
}

/* Takes the first record off *body. */
static int take_record(struct signet_span *body, struct record *record, struct signet_err *err)
{
    uint64_t len = 0;
    size_t most = body->len < LENGTH_DIGITS + 1 ? body->len : LENGTH_DIGITS + 1;
    const uint8_t *space = memchr(body->ptr, ' ', most);
    size_t digits = space != NULL ? (size_t)(space - body->ptr) : 0;
    if (space == NULL || signet_num_parse(signet_span_of(body->ptr, digits), &len) != SIGNET_OK) {
        return signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                             "expected the length of a pax record and a space");
    }
    if (len > body->len || len < digits + 2 || body->ptr[len - 1] != '\n') {
        return signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                             "expected a pax record of %llu bytes up to a newline, found none",
                             (unsigned long long)len);
    }
    struct signet_span text = signet_span_of(space + 1, (size_t)len - digits - 2);
    const uint8_t *equals = memchr(text.ptr, '=', text.len);
    if (equals == NULL || equals == text.ptr) {
        return signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                             "expected KEYWORD=VALUE in a pax record");
    }
    record->key = signet_span_of(text.ptr, (size_t)(equals - text.ptr));
    record->value = signet_span_of(equals + 1, text.len - record->key.len - 1);
    *body = signet_span_of(body->ptr + len, body->len - (size_t)len);
    /* Readers that take records as C strings would not see what stands behind a NUL. */
    return memchr(text.ptr, 0, text.len) == NULL
               ? SIGNET_OK
               : signet_err_at(err, SIGNET_E_MALFORMED, record->at,
                               "expected no NUL in a pax record");
}

static int refuse(const struct record *record,
                  int code,
                  const char *expected,
                  struct signet_span found,
                  struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_at(err, code, record->at, "expected %s, found \"%s\"", expected,
                         signet_utf8_show(found, shown));
}

static int
take_path(const struct record *record, struct signet_tar_pax *pax, struct signet_err *err)
{
    pax->path = record->value;
    return pax->path.len > 0 ? SIGNET_OK
                             : refuse(record, SIGNET_E_MALFORMED, "a name in the pax keyword path",
                                      record->value, err);
}

static int
take_size(const struct record *record, struct signet_tar_pax *pax, struct signet_err *err)
{
    pax->has_size = true;
    return signet_num_parse(record->value, &pax->size) == SIGNET_OK && pax->size <= INT64_MAX
               ? SIGNET_OK
               : refuse(record, SIGNET_E_MALFORMED, "a decimal number in the pax keyword size",
                        record->value, err);
}

static int
apply(const struct record *record, bool global, struct signet_tar_pax *pax, struct signet_err *err)
{
    enum use use = use_of(record->key);
    if (global && (use == PATH || use == LINK || use == SIZE)) {
        return refuse(record, SIGNET_E_MALFORMED,
                      "no names, links or sizes for all entries in a global pax header",
                      record->key, err);
    }
    switch (use) {
    case IGNORED:
        return SIGNET_OK;
    case PATH:
        return take_path(record, pax, err);
    case SIZE:
        return take_size(record, pax, err);
    case LINK:
        pax->has_link = true;
        return SIGNET_OK;
    case CHARSET:
        return signet_span_is(record->value, "ISO-IR 10646 2000 UTF-8")
                   ? SIGNET_OK
                   : refuse(record, SIGNET_E_UNSUPPORTED, "pax names in UTF-8", record->value, err);
    case SPARSE:
        return refuse(record, SIGNET_E_UNSUPPORTED, "no sparse files", record->key, err);
    case UNKNOWN:
    default:
        return refuse(record, SIGNET_E_UNSUPPORTED, "a pax keyword that is known", record->key,
                      err);
    }
}

int signet_tar_pax_read(struct signet_span body,
                        bool global,
                        uint64_t at,
                        struct signet_tar_pax *pax,
                        struct signet_err *err)
{
    struct signet_span keys[RECORDS_MAX];
    size_t count = 0;
    const uint8_t *start = body.ptr;
    memset(pax, 0, sizeof(*pax));
    while (body.len > 0) {
        struct record record = {.at = at + (uint64_t)(body.ptr - start)};
        if (count == RECORDS_MAX) {
            return signet_err_at(err, SIGNET_E_LIMIT, record.at,
                                 "expected at most %d records in a pax header, found more",
                                 RECORDS_MAX);
        }
        int rc = take_record(&body, &record, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
        for (size_t i = 0; i < count; i++) {
            if (signet_span_eq(keys[i], record.key)) {
                return refuse(&record, SIGNET_E_MALFORMED, "each keyword once in a pax header",
                              record.key, err);
            }
        }
        keys[count++] = record.key;
        rc = apply(&record, global, pax, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    return SIGNET_OK;
}

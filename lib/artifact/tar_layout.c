/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of a tar: headers, extension headers before the entry they belong to, data in whole
 * blocks, the end mark (POSIX.1-2017 pax; the GNU tar manual). Owns the order and the
 * name of an entry; fields are artifact/tar_header.c's, pax records artifact/tar_pax.c's, the rest
 * of an entry artifact/tar_entry.c's. Contents are counted, never read.
 */
#include "artifact/tar_layout.h"

#include <stdlib.h>

#include "artifact/tar_entry.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/utf8.h"

enum {
    PAX_MAX = 65536, /* bytes of a pax header beside a name */
};

/* What comes next. */
enum expected {
    HEADER,
    BODY, /* of an extension header */
    DATA,
    PADDING,
    NOTHING, /* the end mark was there */
};

struct signet_tar_layout {
    uint64_t path_max;
    uint64_t total;
    signet_tar_found *found;
    void *ctx;
    int rc; /* sticks */
    uint64_t position;
    enum expected expected;
    uint64_t left;    /* bytes of it */
    uint64_t padding; /* bytes that follow BODY or DATA */
    bool half_end;    /* one zero block was there */
    char body_type;
    struct signet_tar_extensions extensions; /* a path they give is in name */
    struct signet_buf body;
    struct signet_buf name; /* of the entry, or for it by an extension header */
    uint8_t block[SIGNET_TAR_BLOCK];
};

int signet_tar_layout_new(const struct signet_limits *limits,
                          uint64_t total,
                          signet_tar_found *found,
                          void *ctx,
                          struct signet_tar_layout **layout,
                          struct signet_err *err)
{
    struct signet_tar_layout *t = calloc(1, sizeof(*t));
    if (t == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a tar scanner");
    }
    t->path_max = limits->path;
    t->total = total;
    t->found = found;
    t->ctx = ctx;
    t->expected = HEADER;
    t->left = SIGNET_TAR_BLOCK;
    /* A name may come in parts, with the largest prefix and name fields, before it is judged. */
    signet_buf_init(&t->body, (size_t)limits->path + PAX_MAX);
    signet_buf_init(&t->name, (size_t)limits->path + PAX_MAX);
    *layout = t;
    return SIGNET_OK;
}

void signet_tar_layout_free(struct signet_tar_layout *layout)
{
    if (layout != NULL) {
        signet_buf_free(&layout->body);
        signet_buf_free(&layout->name);
        free(layout);
    }
}

/* Where the block that was just taken begins. */
static uint64_t block_start(const struct signet_tar_layout *t)
{
    return t->position - SIGNET_TAR_BLOCK;
}

static int malformed(const struct signet_tar_layout *t, struct signet_err *err, const char *text)
{
    return signet_err_at(err, SIGNET_E_MALFORMED, block_start(t), "%s", text);
}

static int set_name(struct signet_tar_layout *t, struct signet_span bytes, struct signet_err *err)
{
    int rc = signet_buf_put(&t->name, bytes);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "cannot keep a name of a tar");
}

/* Data of size bytes that begins at the position, with what it takes to fill its last block. */
static int
expect(struct signet_tar_layout *t, enum expected what, uint64_t size, struct signet_err *err)
{
    uint64_t end = 0;
    t->expected = what;
    t->left = size;
    t->padding = signet_tar_padding(size);
    if (SIGNET_ADD_OVERFLOWS(t->position, size, &end) || end > INT64_MAX - SIGNET_TAR_BLOCK) {
        return signet_err_at(err, SIGNET_E_MALFORMED, block_start(t),
                             "expected an archive below 2^63 bytes, found a size of %llu",
                             (unsigned long long)size);
    }
    if (end > t->total) {
        return signet_err_at(err, SIGNET_E_MALFORMED, block_start(t),
                             "expected %llu bytes of data, found %llu up to the end of the archive",
                             (unsigned long long)size,
                             (unsigned long long)(t->total - t->position));
    }
    return SIGNET_OK;
}

static int begin_extension(struct signet_tar_layout *t,
                           const struct signet_tar_header *header,
                           struct signet_err *err)
{
    bool pax = header->type == 'x' || header->type == 'g';
    uint64_t most = t->path_max + (pax ? PAX_MAX : 1);
    int rc = signet_tar_may_follow(header->type, &t->extensions, block_start(t), err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!header->has_size) {
        return malformed(t, err, "expected a size in an extension header, found none");
    }
    if (header->size > most) {
        return signet_err_at(err, SIGNET_E_LIMIT, block_start(t),
                             "expected an extension header of at most %llu bytes, found %llu",
                             (unsigned long long)most, (unsigned long long)header->size);
    }
    t->body_type = header->type;
    signet_buf_reset(&t->body);
    return expect(t, BODY, header->size, err);
}

/* The body of a long name or long link; one NUL may end it. */
static int end_long_text(struct signet_tar_layout *t, struct signet_err *err)
{
    struct signet_span text = signet_buf_span(&t->body);
    uint64_t at = t->position - text.len;
    if (text.len > 0 && text.ptr[text.len - 1] == '\0') {
        text.len--;
    }
    if (text.len == 0 || memchr(text.ptr, 0, text.len) != NULL) {
        return signet_err_at(err, SIGNET_E_MALFORMED, at, "expected a long name, found %s",
                             text.len == 0 ? "nothing" : "one with a NUL in it");
    }
    if (t->body_type == 'K') {
        t->extensions.long_link = true;
        return SIGNET_OK;
    }
    t->extensions.long_name = true;
    return set_name(t, text, err);
}

static int end_body(struct signet_tar_layout *t, struct signet_err *err)
{
    struct signet_tar_pax says;
    struct signet_span body = signet_buf_span(&t->body);
    if (t->body_type == 'L' || t->body_type == 'K') {
        return end_long_text(t, err);
    }
    bool global = t->body_type == 'g';
    int rc = signet_tar_pax_read(body, global, t->position - body.len, &says, err);
    if (rc == SIGNET_OK && !global) {
        t->extensions.pax = true;
        t->extensions.says = says;
        t->extensions.says.path = signet_span_of(NULL, 0);
        rc = set_name(t, says.path, err);
    }
    return rc;
}

/* The name by the header, unless an extension header gave another. */
static int settle_name(struct signet_tar_layout *t,
                       const struct signet_tar_header *header,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    int rc = SIGNET_OK;
    if (t->name.len == 0) {
        if (header->prefix.len > 0) {
            rc = set_name(t, header->prefix, err);
            rc = rc == SIGNET_OK ? set_name(t, signet_span_str("/"), err) : rc;
        }
        rc = rc == SIGNET_OK ? set_name(t, header->name, err) : rc;
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (t->name.len == 0) {
        return malformed(t, err, "expected a name in a header, found none");
    }
    return t->name.len <= t->path_max
               ? SIGNET_OK
               : signet_err_at(err, SIGNET_E_LIMIT, block_start(t),
                               "%s: expected a name of at most %llu bytes, found %zu",
                               signet_utf8_show(signet_buf_span(&t->name), shown),
                               (unsigned long long)t->path_max, t->name.len);
}

static int begin_entry(struct signet_tar_layout *t,
                       const struct signet_tar_header *header,
                       struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct signet_layout_item item = {.offset = t->position};
    int rc = settle_name(t, header, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    item.name = signet_buf_span(&t->name);
    rc = signet_tar_entry_judge(header, &t->extensions, block_start(t), &item, err);
    rc = rc == SIGNET_OK ? expect(t, DATA, item.size, err) : rc;
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(item.name, shown));
        return rc;
    }
    memset(&t->extensions, 0, sizeof(t->extensions));
    rc = t->found(t->ctx, &item, err);
    signet_buf_reset(&t->name);
    return rc;
}

/* Types are judged first: those that are refused use the fields of a header in their own ways. */
static int check_type(const struct signet_tar_layout *t, struct signet_err *err)
{
    char type = 0;
    char shown[SIGNET_SHOW_MAX];
    struct signet_span name = signet_buf_span(&t->name);
    int rc = signet_tar_header_type(t->block, block_start(t), &type, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_tar_type_check(type, block_start(t), err);
    if (rc != SIGNET_OK) {
        name = name.len > 0 ? name : signet_tar_header_name(t->block);
        signet_err_prefix(err, "%s", signet_utf8_show(name, shown));
    }
    return rc;
}

static int end_block(struct signet_tar_layout *t, struct signet_err *err)
{
    struct signet_tar_header header;
    if (signet_tar_zeros(signet_span_of(t->block, SIGNET_TAR_BLOCK)) == SIGNET_TAR_BLOCK) {
        if (signet_tar_extended(&t->extensions)) {
            return malformed(t, err,
                             "expected an entry behind its extension header, found the end");
        }
        t->expected = t->half_end ? NOTHING : HEADER;
        t->left = SIGNET_TAR_BLOCK;
        t->half_end = true;
        return SIGNET_OK;
    }
    if (t->half_end) {
        return malformed(t, err, "expected a second zero block at the end, found other bytes");
    }
    int rc = check_type(t, err);
    if (rc == SIGNET_OK) {
        rc = signet_tar_header_read(t->block, block_start(t), &header, err);
    }
    if (rc != SIGNET_OK) {
        return rc;
    }
    switch (header.type) {
    case 'x':
    case 'g':
    case 'L':
    case 'K':
        return begin_extension(t, &header, err);
    default:
        return begin_entry(t, &header, err);
    }
}

/* All bytes of what was expected were there. */
static int end_part(struct signet_tar_layout *t, struct signet_err *err)
{
    int rc = SIGNET_OK;
    switch (t->expected) {
    case HEADER:
        return end_block(t, err);
    case BODY:
        rc = end_body(t, err);
        break;
    case DATA:
        break;
    case PADDING:
    case NOTHING:
    default:
        t->expected = HEADER;
        t->left = SIGNET_TAR_BLOCK;
        return SIGNET_OK;
    }
    t->expected = PADDING;
    t->left = t->padding;
    return rc;
}

static int check_zeros(const struct signet_tar_layout *t,
                       struct signet_span bytes,
                       const char *where,
                       struct signet_err *err)
{
    size_t at = signet_tar_zeros(bytes);
    return at == bytes.len ? SIGNET_OK
                           : signet_err_at(err, SIGNET_E_MALFORMED, t->position + at,
                                           "expected zeros %s, found byte 0x%02x", where,
                                           (unsigned)bytes.ptr[at]);
}

/* Takes bytes that all belong to what is expected. */
static int take(struct signet_tar_layout *t, struct signet_span bytes, struct signet_err *err)
{
    int rc = SIGNET_OK;
    switch (t->expected) {
    case HEADER:
        memcpy(t->block + (SIGNET_TAR_BLOCK - t->left), bytes.ptr, bytes.len);
        break;
    case BODY:
        rc = signet_buf_put(&t->body, bytes);
        if (rc != SIGNET_OK) {
            return signet_err_set(err, rc, "cannot keep an extension header of a tar");
        }
        break;
    case DATA:
        break;
    case PADDING:
        rc = check_zeros(t, bytes, "up to the end of a block", err);
        break;
    case NOTHING:
    default:
        rc = check_zeros(t, bytes, "behind the end of the archive", err);
        t->left += bytes.len;
        break;
    }
    t->left -= bytes.len;
    t->position += bytes.len;
    return rc;
}

static int refused_before(const struct signet_tar_layout *t, struct signet_err *err)
{
    return signet_err_set(err, t->rc, "the archive was refused already");
}

int signet_tar_layout_feed(struct signet_tar_layout *layout,
                           struct signet_span bytes,
                           struct signet_err *err)
{
    struct signet_tar_layout *t = layout;
    if (t->rc != SIGNET_OK) {
        return refused_before(t, err);
    }
    if (bytes.len > t->total - t->position) {
        t->rc = signet_err_at(err, SIGNET_E_MALFORMED, t->total,
                              "expected the end of the archive, found further bytes");
    }
    while (t->rc == SIGNET_OK && bytes.len > 0) {
        bool all = t->expected == NOTHING || bytes.len < t->left;
        size_t count = all ? bytes.len : (size_t)t->left;
        t->rc = take(t, signet_span_of(bytes.ptr, count), err);
        bytes = signet_span_of(bytes.ptr + count, bytes.len - count);
        while (t->rc == SIGNET_OK && t->left == 0) {
            t->rc = end_part(t, err);
        }
    }
    return t->rc;
}

uint64_t signet_tar_layout_position(const struct signet_tar_layout *layout)
{
    return layout->position;
}

uint64_t signet_tar_layout_skippable(const struct signet_tar_layout *layout)
{
    return layout->rc == SIGNET_OK && layout->expected == DATA ? layout->left : 0;
}

int signet_tar_layout_skip(struct signet_tar_layout *layout, uint64_t count, struct signet_err *err)
{
    struct signet_tar_layout *t = layout;
    if (t->rc != SIGNET_OK) {
        return refused_before(t, err);
    }
    if (count > signet_tar_layout_skippable(t)) {
        t->rc = signet_err_set(err, SIGNET_E_INTERNAL, "more of a tar was skipped than is data");
        return t->rc;
    }
    t->left -= count;
    t->position += count;
    while (t->rc == SIGNET_OK && t->left == 0) {
        t->rc = end_part(t, err);
    }
    return t->rc;
}

/* Why an archive that ends here is not whole; NULL if it is. */
static const char *missing(const struct signet_tar_layout *t)
{
    switch (t->expected) {
    case HEADER:
        return t->left < SIGNET_TAR_BLOCK ? "the rest of a header"
               : t->half_end              ? "a second zero block"
                                          : "two zero blocks";
    case BODY:
        return "the rest of an extension header";
    case DATA:
        return "the rest of the data of an entry";
    case PADDING:
        return "zeros up to the end of a block";
    case NOTHING:
    default:
        return t->position % SIGNET_TAR_BLOCK != 0 ? "whole blocks" : NULL;
    }
}

int signet_tar_layout_finish(struct signet_tar_layout *layout, struct signet_err *err)
{
    struct signet_tar_layout *t = layout;
    if (t->rc != SIGNET_OK) {
        return refused_before(t, err);
    }
    const char *what = missing(t);
    if (what != NULL) {
        t->rc = signet_err_at(err, SIGNET_E_MALFORMED, t->position,
                              "expected %s, found the end of the archive; it is cut short", what);
    } else if (t->total != SIGNET_TAR_UNKNOWN && t->position != t->total) {
        t->rc = signet_err_at(err, SIGNET_E_MALFORMED, t->position,
                              "expected %llu bytes of an archive, found an end before them",
                              (unsigned long long)t->total);
    }
    return t->rc;
}

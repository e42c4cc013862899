/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a pack: see <signet/pack.h>. Owns which entries it may have: after each of them one of
 * few may be next, so that nothing is unknown or there twice. Believes nothing of what they hold.
 */
#include "verify/pack.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "artifact/archive.h"
#include "base/err.h"
#include "base/utf8.h"

static const char roots_prefix[] = "roots/";
static const char roots_ending[] = ".root.json";

/* A pack being read. */
struct reading {
    struct signet_archive *archive;
    const char *path;
    const struct signet_limits *limits;
    struct signet_pack *pack;
    uint64_t left; /* bytes that its entries may still have */
    struct signet_err *err;
};

static int no_memory(struct signet_err *err)
{
    return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for a pack");
}

static char *full_name(const struct reading *reading, struct signet_span entry)
{
    struct signet_buf name;
    signet_buf_init(&name, SIZE_MAX);
    signet_buf_puts(&name, reading->path);
    signet_buf_putc(&name, '/');
    signet_buf_put(&name, entry);
    if (signet_buf_putc(&name, '\0') != SIGNET_OK) {
        signet_buf_free(&name);
        return NULL;
    }
    return (char *)name.data;
}

static int read_bytes(struct reading *reading, uint64_t size, struct signet_buf *out)
{
    struct signet_span bytes = {NULL, 0};
    signet_buf_init(out, (size_t)size);
    int rc = signet_buf_reserve(out, (size_t)size) == SIGNET_OK ? (int)SIGNET_OK
                                                                : no_memory(reading->err);
    do {
        if (rc == SIGNET_OK) {
            rc = signet_archive_read(reading->archive, &bytes, reading->err);
        }
        if (rc == SIGNET_OK && signet_buf_put(out, bytes) != SIGNET_OK) {
            rc = no_memory(reading->err);
        }
    } while (rc == SIGNET_OK && bytes.len > 0);
    return rc;
}

/* Reads an entry into out, at most max bytes. */
static int read_entry(struct reading *reading,
                      const struct signet_layout_item *item,
                      uint64_t max,
                      struct signet_buf *out)
{
    char shown[SIGNET_SHOW_MAX];
    max = max < reading->left ? max : reading->left;
    if (item->size == 0 || item->size > max) {
        return signet_err_set(reading->err, item->size == 0 ? SIGNET_E_MALFORMED : SIGNET_E_LIMIT,
                              "%s: expected 1 to %llu bytes, found %llu",
                              signet_utf8_show(item->name, shown), (unsigned long long)max,
                              (unsigned long long)item->size);
    }
    reading->left -= item->size;
    return read_bytes(reading, item->size, out);
}

/* As read_entry(), with its name. */
static int read_text(struct reading *reading,
                     const struct signet_layout_item *item,
                     struct signet_pack_text *text)
{
    if (text == NULL) {
        return no_memory(reading->err);
    }
    text->name = full_name(reading, item->name);
    return text->name != NULL ? read_entry(reading, item, reading->limits->envelope, &text->text)
                              : no_memory(reading->err);
}

static bool is_called(const struct signet_layout_item *item, const char *name)
{
    return signet_span_eq(item->name, signet_span_str(name));
}

/* The version that the name of a root says; false if it is none. */
static bool root_version(struct signet_span name, uint64_t *version)
{
    const size_t prefix = sizeof(roots_prefix) - 1;
    const size_t ending = sizeof(roots_ending) - 1;
    char same[SIGNET_PACK_NAME];
    if (name.len <= prefix + ending ||
        signet_num_parse(signet_span_of(name.ptr + prefix, name.len - prefix - ending), version) !=
            SIGNET_OK) {
        return false;
    }
    signet_pack_root_name(same, *version);
    return *version > 0 && signet_span_eq(name, signet_span_str(same));
}

/* Whether a root of that version may be next: one more than the last, and not too many. */
static bool root_fits(const struct signet_pack *pack, uint64_t version)
{
    return pack->evidence_count == 0 && pack->root_count <= SIGNET_ROOT_STEPS &&
           (pack->root_count == 0 ||
            (version > 1 && version - 1 == pack->roots[pack->root_count - 1].version));
}

static int refuse(struct reading *reading, struct signet_span name, const char *expected)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(reading->err, SIGNET_E_MALFORMED,
                          "no pack: expected the entry %s, found %s", expected,
                          signet_utf8_show(name, shown));
}

/* The entry after the policy: the next root, the next evidence, or the time of the last. */
static int read_next(struct reading *reading, const struct signet_layout_item *item)
{
    struct signet_pack *pack = reading->pack;
    char name[SIGNET_PACK_NAME];
    uint64_t version = 0;
    if (root_version(item->name, &version) && root_fits(pack, version)) {
        struct signet_pack_text *root =
            signet_pack_grow(&pack->roots, &pack->root_count, &pack->root_room);
        int rc = read_text(reading, item, root);
        if (root != NULL) {
            root->version = version;
        }
        return rc;
    }
    if (pack->evidence_count > 0) {
        struct signet_pack_text *last = &pack->evidence[pack->evidence_count - 1];
        signet_pack_evidence_name(name, pack->evidence_count - 1, true);
        if (last->time.data == NULL && is_called(item, name)) {
            return read_entry(reading, item, SIGNET_TIME_NOTES, &last->time);
        }
    }
    signet_pack_evidence_name(name, pack->evidence_count, false);
    return is_called(item, name) && pack->evidence_count < SIGNET_PACK_EVIDENCE
               ? read_text(
                     reading, item,
                     signet_pack_grow(&pack->evidence, &pack->evidence_count, &pack->evidence_room))
               : refuse(reading, item->name, name);
}

static int take_item(struct reading *reading, const struct signet_layout_item *item)
{
    char shown[SIGNET_SHOW_MAX];
    if (!S_ISREG(item->mode) || item->hard_link) {
        return signet_err_set(reading->err, SIGNET_E_FORBIDDEN,
                              "%s: expected a regular file in a pack, found something else",
                              signet_utf8_show(item->name, shown));
    }
    if (reading->pack->policy.name != NULL) {
        return read_next(reading, item);
    }
    return is_called(item, SIGNET_PACK_POLICY) ? read_text(reading, item, &reading->pack->policy)
                                               : refuse(reading, item->name, SIGNET_PACK_POLICY);
}

static int read_items(struct reading *reading)
{
    struct signet_layout_item item;
    int rc = signet_archive_next(reading->archive, &item, reading->err);
    while (rc == SIGNET_OK && item.name.len > 0) {
        rc = take_item(reading, &item);
        if (rc == SIGNET_OK) {
            rc = signet_archive_next(reading->archive, &item, reading->err);
        }
    }
    if (rc == SIGNET_OK && reading->pack->policy.name == NULL) {
        rc = refuse(reading, signet_span_str("the end"), SIGNET_PACK_POLICY);
    }
    return rc;
}

static int read_opened(struct reading *reading)
{
    const char *format = signet_archive_format(reading->archive);
    uint64_t size = signet_archive_size(reading->archive);
    if (strcmp(format, "tar") != 0) {
        return signet_err_set(reading->err, SIGNET_E_UNSUPPORTED,
                              "expected a tar that is not compressed, found a %s", format);
    }
    if (size > SIGNET_PACK_BYTES) {
        return signet_err_set(reading->err, SIGNET_E_LIMIT,
                              "expected at most %llu bytes of a pack, found %llu",
                              (unsigned long long)SIGNET_PACK_BYTES, (unsigned long long)size);
    }
    reading->left = size;
    return read_items(reading);
}

int signet_pack_read(int fd,
                     const char *path,
                     const struct signet_limits *limits,
                     struct signet_pack *pack,
                     struct signet_err *err)
{
    char shown[SIGNET_SHOW_MAX];
    struct reading reading = {.path = path, .limits = limits, .pack = pack, .err = err};
    memset(pack, 0, sizeof(*pack));
    int rc = signet_archive_open(fd, limits, &reading.archive, err);
    if (rc == SIGNET_OK) {
        rc = read_opened(&reading);
    }
    signet_archive_close(reading.archive);
    if (rc != SIGNET_OK) {
        signet_err_prefix(err, "%s", signet_utf8_show(signet_span_str(path), shown));
        signet_pack_free(pack);
    }
    return rc;
}

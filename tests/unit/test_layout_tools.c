/* SPDX-License-Identifier: Apache-2.0
 *
 * Archives that tools made (tests/fuzz/make_archives.py says how, with which tree): the scanners of
 * artifact/ find what was put in, with its contents where they say. Archives with features
 * that are refused say by which.
 */
#include "check.h"

#include <sys/stat.h>

#include "artifact/tar_layout.h"
#include "artifact/zip_layout.h"

enum {
    ROOM = 32768
};

/* One thing that was put in; the mark at its end, for a directory, is left out. */
struct thing {
    const char *name;
    unsigned kind;
    const char *contents;
};

static const char zeros[] = "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000000000000000000000";

#define N120                                                                                       \
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"                                 \
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

static const struct thing whole_tree[] = {{"in", S_IFDIR, ""},
                                          {"in/a.txt", S_IFREG, "hello\n"},
                                          {"in/d", S_IFDIR, ""},
                                          {"in/d/empty", S_IFDIR, ""},
                                          {"in/d/nothing", S_IFREG, ""},
                                          {"in/d/zeros", S_IFREG, zeros},
                                          {NULL, 0, NULL}};
static const struct thing two_files[] = {
    {"in/a.txt", S_IFREG, "hello\n"}, {"in/d/nothing", S_IFREG, ""}, {NULL, 0, NULL}};
static const struct thing long_names[] = {{"long", S_IFDIR, ""},
                                          {"long/" N120, S_IFDIR, ""},
                                          {"long/" N120 "/" N120, S_IFREG, "x"},
                                          {NULL, 0, NULL}};
static const struct thing links[] = {{"links", S_IFDIR, ""},          {"links/a.txt", S_IFREG, "a"},
                                     {"links/fifo", S_IFIFO, ""},     {"links/hard", S_IFREG, ""},
                                     {"links/symbolic", S_IFLNK, ""}, {NULL, 0, NULL}};
static const struct thing one_link[] = {
    {"links/symbolic", S_IFLNK, "a.txt"}, {"links/a.txt", S_IFREG, "a"}, {NULL, 0, NULL}};
static const struct thing repository[] = {
    {"p", S_IFDIR, ""}, {"p/a.txt", S_IFREG, "hello\n"}, {NULL, 0, NULL}};
static const struct thing package[] = {
    {"package/package.json", S_IFREG, "{\"name\":\"p\",\"version\":\"1.0.0\"}"},
    {"package/" N120, S_IFREG, "x"},
    {NULL, 0, NULL}};
static const struct thing by_python[] = {{"in", S_IFDIR, ""},
                                         {"in/a.txt", S_IFREG, "hello\n"},
                                         {"in/d", S_IFDIR, ""},
                                         {"in/d/zeros", S_IFREG, zeros},
                                         {"in/d/nothing", S_IFREG, ""},
                                         {"\xc3\xa9", S_IFREG, "x"},
                                         {NULL, 0, NULL}};
static const struct thing nothing[] = {{NULL, 0, NULL}};

struct archive {
    uint8_t bytes[ROOM];
    size_t len;
    const struct thing *things;
    size_t found;
};

static void read_archive(const char *folder, const char *name, struct archive *archive)
{
    char path[4096];
    int len =
        snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s/%s", SIGNET_SOURCE_DIR, folder, name);
    assert_true(len > 0 && (size_t)len < sizeof(path));
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s cannot be read", path);
    }
    archive->len = fread(archive->bytes, 1, sizeof(archive->bytes), file);
    assert_true(archive->len > 0 && archive->len < sizeof(archive->bytes));
    assert_int_equal(fclose(file), 0);
    archive->found = 0;
}

static int match(void *ctx, const struct signet_layout_item *item, struct signet_err *err)
{
    struct archive *archive = ctx;
    size_t len = item->name.len;
    (void)err;
    len -= S_ISDIR(item->mode) && item->name.ptr[len - 1] == '/';
    for (const struct thing *thing = archive->things; thing->name != NULL; thing++) {
        if (!signet_span_is(signet_span_of(item->name.ptr, len), thing->name)) {
            continue;
        }
        assert_int_equal(item->mode & S_IFMT, thing->kind);
        assert_int_equal(item->size, strlen(thing->contents));
        assert_int_equal(item->hard_link, strcmp(thing->name, "links/hard") == 0);
        assert_true(item->offset + item->packed <= archive->len);
        if (item->stored && item->size > 0) {
            assert_memory_equal(archive->bytes + item->offset, thing->contents, item->size);
        }
        archive->found++;
        return SIGNET_OK;
    }
    fail_msg("%.*s was not put in", (int)item->name.len, (const char *)item->name.ptr);
    return SIGNET_E_INTERNAL;
}

static int scan_tar(struct archive *archive, struct signet_err *err)
{
    struct signet_limits limits = signet_limits_default();
    struct signet_tar_layout *layout = NULL;
    signet_err_clear(err);
    CHECK_OK(signet_tar_layout_new(&limits, archive->len, match, archive, &layout, err), err);
    int rc = signet_tar_layout_feed(layout, signet_span_of(archive->bytes, archive->len), err);
    if (rc == SIGNET_OK) {
        rc = signet_tar_layout_finish(layout, err);
    }
    signet_tar_layout_free(layout);
    return rc;
}

static int read_bytes(void *ctx, uint64_t offset, uint8_t *buf, size_t len, struct signet_err *err)
{
    const struct archive *archive = ctx;
    (void)err;
    assert_true(offset <= archive->len && len <= archive->len - offset);
    memcpy(buf, archive->bytes + offset, len);
    return SIGNET_OK;
}

static int scan_zip(struct archive *archive, struct signet_err *err)
{
    struct signet_limits limits = signet_limits_default();
    struct signet_zip_source source = {read_bytes, archive, archive->len};
    struct signet_zip_layout *layout = NULL;
    struct signet_layout_item item = {.size = 0};
    signet_err_clear(err);
    int rc = signet_zip_layout_open(&source, &limits, &layout, err);
    while (rc == SIGNET_OK) {
        rc = signet_zip_layout_next(layout, &item, err);
        if (item.name.len == 0) {
            break;
        }
        match(archive, &item, err);
    }
    signet_zip_layout_close(layout);
    return rc;
}

static size_t count(const struct thing *things)
{
    size_t number = 0;
    while (things[number].name != NULL) {
        number++;
    }
    return number;
}

struct made {
    const char *name;
    const struct thing *things;
};

struct refused {
    const char *name;
    int code;
    const char *message;
};

static void tars_hold_what_tools_put_in(void **state)
{
    (void)state;
    static const struct made rows[] = {
        {"gnutar-v7", whole_tree},
        {"gnutar-oldgnu", whole_tree},
        {"gnutar-gnu", whole_tree},
        {"gnutar-ustar", whole_tree},
        {"gnutar-posix", whole_tree},
        {"gnutar-global", whole_tree},
        {"gnutar-long", long_names},
        {"gnutar-long-posix", long_names},
        {"gnutar-links", links},
        {"bsdtar-v7tar", whole_tree},
        {"bsdtar-gnutar", whole_tree},
        {"bsdtar-ustar", whole_tree},
        {"bsdtar-pax", whole_tree},
        {"bsdtar-long", long_names},
        {"busybox", two_files},
        {"git", repository},
        {"npm", package},
        {"python-ustar", whole_tree},
        {"python-gnu", whole_tree},
        {"python-pax", whole_tree},
        {"python-long", long_names},
    };
    struct archive archive;
    struct signet_err err;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_archive("tar_layout", rows[i].name, &archive);
        archive.things = rows[i].things;
        CHECK_OK(scan_tar(&archive, &err), &err);
        assert_int_equal(archive.found, count(rows[i].things));
    }
}

static void zips_hold_what_tools_put_in(void **state)
{
    (void)state;
    static const struct made rows[] = {
        {"zip", whole_tree},
        {"zip-64", whole_tree},
        {"zip-pipe", whole_tree},
        {"zip-links", one_link},
        {"7z", whole_tree},
        {"bsdtar", whole_tree},
        {"bsdtar-64", whole_tree},
        {"git", repository},
        {"python-stored-file", by_python},
        {"python-stored-pipe", by_python},
        {"python-deflated-file", by_python},
        {"python-deflated-pipe", by_python},
        {"empty", nothing},
    };
    struct archive archive;
    struct signet_err err;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_archive("zip_layout", rows[i].name, &archive);
        archive.things = rows[i].things;
        CHECK_OK(scan_zip(&archive, &err), &err);
        assert_int_equal(archive.found, count(rows[i].things));
    }
}

static void refused_tars_say_why(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {"no-gnutar-sparse", SIGNET_E_UNSUPPORTED,
         "sparse: expected a file, a directory or a link, found a sparse file"},
        {"no-gnutar-sparse-posix", SIGNET_E_UNSUPPORTED,
         "expected no sparse files, found \"GNU.sparse.major\""},
        {"no-gnutar-label", SIGNET_E_UNSUPPORTED,
         "label: expected a file, a directory or a link, found a volume label"},
        {"no-gnutar-incremental", SIGNET_E_UNSUPPORTED,
         "in/: expected a file, a directory or a link, found a directory of an incremental backup"},
        {"no-size-lie", SIGNET_E_MALFORMED,
         "in/a.txt: expected one size, found 6 in the header and 512 in the pax header"},
        {"no-cut", SIGNET_E_MALFORMED,
         "expected two zero blocks, found the end of the archive; it is cut short"},
        {"no-half-end", SIGNET_E_MALFORMED,
         "expected a second zero block, found the end of the archive; it is cut short"},
        {"no-two", SIGNET_E_MALFORMED,
         "expected zeros behind the end of the archive, found byte 0x2e"},
    };
    struct archive archive;
    struct signet_err err;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_archive("tar_layout", rows[i].name, &archive);
        archive.things = whole_tree;
        CHECK_CODE(scan_tar(&archive, &err), rows[i].code);
        assert_string_equal(err.msg, rows[i].message);
    }
}

static void refused_zips_say_why(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {"no-zip-encrypted", SIGNET_E_UNSUPPORTED,
         "in/a.txt: expected an entry that is not encrypted, found one that is"},
        {"no-7z-aes", SIGNET_E_UNSUPPORTED,
         "in/a.txt: expected an entry that is not encrypted, found one that is"},
        {"no-zip-bzip2", SIGNET_E_UNSUPPORTED,
         "in/d/zeros: expected method 0 (stored) or 8 (deflate), found an entry compressed with "
         "method 12"},
        {"no-7z-deflate64", SIGNET_E_UNSUPPORTED,
         "in/d/zeros: expected method 0 (stored) or 8 (deflate), found an entry compressed with "
         "method 9"},
        {"no-prefix", SIGNET_E_MALFORMED,
         "expected the central directory to end at byte 579, right before its end record, found "
         "it said to end at byte 569"},
        {"no-two", SIGNET_E_MALFORMED,
         "expected the central directory to end at byte 1160, right before its end record, found "
         "it said to end at byte 569"},
        {"no-comment-cut", SIGNET_E_MALFORMED,
         "expected the end record of a zip, with its comment, to end with the archive, found 28 "
         "bytes from it on"},
    };
    struct archive archive;
    struct signet_err err;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_archive("zip_layout", rows[i].name, &archive);
        archive.things = whole_tree;
        CHECK_CODE(scan_zip(&archive, &err), rows[i].code);
        assert_string_equal(err.msg, rows[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tars_hold_what_tools_put_in),
        cmocka_unit_test(zips_hold_what_tools_put_in),
        cmocka_unit_test(refused_tars_say_why),
        cmocka_unit_test(refused_zips_say_why),
    };
    return CHECK_RUN(tests);
}

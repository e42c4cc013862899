/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/archive where its two readers do not agree. libarchive has no known way to differ from
 * what the strict scanner lets through, so a script takes its place here: the functions of
 * artifact/tree_archive.h are this program's own, and give what each test says.
 */
#include "scratch.h"

#include "artifact/archive.h"
#include "artifact/tree_archive.h"
#include "build_tar.h"

/* What the second reader says, up to an entry without name. */
static const struct signet_layout_item *script;
static const char *contents; /* of each file, in one run and then the end */

struct signet_unpacker {
    size_t at;
    bool read;
};

int signet_unpacker_file(enum signet_archive_kind kind,
                         int fd,
                         uint64_t size,
                         struct signet_unpacker **unpacker,
                         struct signet_err *err)
{
    (void)fd;
    (void)size;
    (void)err;
    assert_int_equal(kind, SIGNET_ARCHIVE_TAR);
    *unpacker = calloc(1, sizeof(**unpacker));
    assert_non_null(*unpacker);
    return SIGNET_OK;
}

int signet_unpacker_tar(signet_unpack_pull *pull,
                        void *ctx,
                        struct signet_unpacker **unpacker,
                        struct signet_err *err)
{
    (void)pull;
    (void)ctx;
    (void)unpacker;
    return signet_err_set(err, SIGNET_E_INTERNAL, "no packed tar is read here");
}

int signet_unpacker_next(struct signet_unpacker *unpacker,
                         struct signet_layout_item *item,
                         struct signet_err *err)
{
    (void)err;
    *item = script[unpacker->at];
    unpacker->at += item->name.len > 0 ? 1 : 0;
    unpacker->read = false;
    return SIGNET_OK;
}

int signet_unpacker_read(struct signet_unpacker *unpacker,
                         struct signet_span *bytes,
                         struct signet_err *err)
{
    (void)err;
    *bytes = unpacker->read ? signet_span_of(NULL, 0) : signet_span_str(contents);
    unpacker->read = true;
    return SIGNET_OK;
}

uint64_t signet_unpacker_used(const struct signet_unpacker *unpacker)
{
    return unpacker->at;
}

void signet_unpacker_close(struct signet_unpacker *unpacker)
{
    free(unpacker);
}

#define NAMED(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
#define FOLDER(text)                                                                               \
    {                                                                                              \
        .name = NAMED(text), .mode = S_IFDIR | 0755                                                \
    }
#define ENTRY(text, bytes)                                                                         \
    {                                                                                              \
        .name = NAMED(text), .mode = S_IFREG | 0644, .size = (bytes)                               \
    }

/* A tar of a folder "d/" and files "d/a" of 5 bytes and "b" of none. */
static int walk(const struct signet_layout_item *theirs, bool read, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    struct signet_archive *archive = NULL;
    struct signet_layout_item item;
    struct tar *tar = tar_new();
    tar_header(tar, '5', "d/", 0);
    tar_file(tar, "d/a", "12345");
    tar_file(tar, "b", "");
    tar_end(tar);
    scratch_open(&scratch);
    scratch_write(&scratch, "x", signet_span_of(tar->data, tar->len));
    free(tar);
    int fd = openat(scratch.fd, "x", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    signet_err_clear(err);
    script = theirs;
    CHECK_OK(signet_archive_open(fd, &limits, &archive, err), err);
    int rc = SIGNET_OK;
    do {
        struct signet_span bytes = {NULL, 0};
        rc = signet_archive_next(archive, &item, err);
        while (rc == SIGNET_OK && read && item.size > 0 &&
               (rc = signet_archive_read(archive, &bytes, err)) == SIGNET_OK && bytes.len > 0) {
        }
    } while (rc == SIGNET_OK && item.name.len > 0);
    if (rc != SIGNET_OK) { /* and stays so */
        assert_int_equal(signet_archive_next(archive, &item, err), rc);
        assert_int_equal(item.name.len, 0);
    }
    signet_archive_close(archive);
    assert_int_equal(close(fd), 0);
    scratch_close(&scratch);
    return rc;
}

static void agrees(const struct signet_layout_item *theirs)
{
    struct signet_err err;
    CHECK_OK(walk(theirs, false, &err), &err);
}

static void disagrees(const struct signet_layout_item *theirs, const char *text)
{
    struct signet_err err;
    CHECK_CODE(walk(theirs, false, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, text);
}

static void one_reading_by_both_passes(void **state)
{
    (void)state;
    static const struct signet_layout_item same[] = {
        FOLDER("d/"), ENTRY("d/a", 5), ENTRY("b", 0), {.mode = 0}};
    static const struct signet_layout_item without_slash[] = {
        FOLDER("d"), ENTRY("d/a", 5), ENTRY("b", 0), {.mode = 0}};
    agrees(same);
    agrees(without_slash);
}

static void names_must_agree(void **state)
{
    (void)state;
    static const struct signet_layout_item other[] = {
        FOLDER("d/"), ENTRY("d/c", 5), ENTRY("b", 0), {.mode = 0}};
    static const struct signet_layout_item shorter[] = {
        FOLDER("d/"), ENTRY("d/", 5), ENTRY("b", 0), {.mode = 0}};
    static const struct signet_layout_item order[] = {
        FOLDER("d/"), ENTRY("b", 0), ENTRY("d/a", 5), {.mode = 0}};
    static const struct signet_layout_item folder[] = {
        FOLDER("e/"), ENTRY("d/a", 5), ENTRY("b", 0), {.mode = 0}};
    disagrees(other, "d/a: two readers of the tar disagree on its name");
    disagrees(shorter, "d/a: two readers of the tar disagree on its name");
    disagrees(order, "d/a: two readers of the tar disagree on its name");
    disagrees(folder, "d/: two readers of the tar disagree on its name");
}

static void kinds_must_agree(void **state)
{
    (void)state;
    static const struct signet_layout_item folder_is_file[] = {
        ENTRY("d/", 0), ENTRY("d/a", 5), ENTRY("b", 0), {.mode = 0}};
    static const struct signet_layout_item file_is_folder[] = {
        FOLDER("d/"), ENTRY("d/a", 5), FOLDER("b"), {.mode = 0}};
    static const struct signet_layout_item file_is_link[] = {
        FOLDER("d/"),
        {.name = NAMED("d/a"), .mode = S_IFLNK | 0777, .size = 5},
        ENTRY("b", 0),
        {.mode = 0}};
    disagrees(folder_is_file, "d/: two readers of the tar disagree on its kind");
    disagrees(file_is_folder, "b: two readers of the tar disagree on its kind");
    disagrees(file_is_link, "d/a: two readers of the tar disagree on its kind");
}

static void sizes_must_agree(void **state)
{
    (void)state;
    static const struct signet_layout_item less[] = {
        FOLDER("d/"), ENTRY("d/a", 4), ENTRY("b", 0), {.mode = 0}};
    static const struct signet_layout_item more[] = {
        FOLDER("d/"), ENTRY("d/a", 5), ENTRY("b", 1), {.mode = 0}};
    static const struct signet_layout_item hard_link[] = {
        FOLDER("d/"),
        {.name = NAMED("d/a"), .mode = S_IFREG | 0644, .size = 5, .hard_link = true},
        ENTRY("b", 0),
        {.mode = 0}};
    disagrees(less, "d/a: two readers of the tar disagree on its size");
    disagrees(more, "b: two readers of the tar disagree on its size");
    disagrees(hard_link, "d/a: two readers of the tar disagree on its size");
}

static void counts_must_agree(void **state)
{
    (void)state;
    static const struct signet_layout_item none[] = {{.mode = 0}};
    static const struct signet_layout_item fewer[] = {FOLDER("d/"), ENTRY("d/a", 5), {.mode = 0}};
    static const struct signet_layout_item more[] = {
        FOLDER("d/"), ENTRY("d/a", 5), ENTRY("b", 0), ENTRY("c", 0), {.mode = 0}};
    const char *text = "two readers of the tar disagree on how many entries there are";
    disagrees(none, text);
    disagrees(fewer, text);
    disagrees(more, text);
}

/* Bytes that are not as many as were announced. */
static void contents_must_agree(void **state)
{
    (void)state;
    static const struct signet_layout_item same[] = {
        FOLDER("d/"), ENTRY("d/a", 5), ENTRY("b", 0), {.mode = 0}};
    struct signet_err err;
    contents = "12345";
    CHECK_OK(walk(same, true, &err), &err);
    contents = "1234";
    CHECK_CODE(walk(same, true, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "tar: an entry of another size than announced");
    contents = "123456";
    CHECK_CODE(walk(same, true, &err), SIGNET_E_MALFORMED);
    assert_string_equal(err.msg, "tar: an entry of another size than announced");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_reading_by_both_passes), cmocka_unit_test(names_must_agree),
        cmocka_unit_test(kinds_must_agree),           cmocka_unit_test(sizes_must_agree),
        cmocka_unit_test(counts_must_agree),          cmocka_unit_test(contents_must_agree),
    };
    return CHECK_RUN(tests);
}

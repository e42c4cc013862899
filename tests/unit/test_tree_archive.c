/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tree_archive and detection: when libarchive enters the process, what it is allowed to
 * do, and that nothing of the caller's is left changed. The order of the tests matters: a library
 * that is loaded stays. Archives are packed by gzip, xz, bzip2 and zstd.
 */
#include "scratch.h"

#include <locale.h>
#include <sys/resource.h>

#include "artifact/archive.h"
#include "artifact/tree_archive.h"
#include "build_tar.h"

static bool libarchive_is_mapped(void)
{
    char line[4096];
    bool mapped = false;
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps) != NULL) {
        mapped = mapped || strstr(line, "libarchive") != NULL;
    }
    assert_int_equal(fclose(maps), 0);
    return mapped;
}

static void write_tar(const struct scratch *scratch, const char *name)
{
    struct tar *tar = tar_new();
    tar_file(tar, "d/a", "12345");
    tar_end(tar);
    scratch_write(scratch, name, signet_span_of(tar->data, tar->len));
    free(tar);
}

static int open_file(const struct scratch *scratch, const char *name)
{
    int fd = openat(scratch->fd, name, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static enum signet_archive_kind detect(const struct scratch *scratch, const char *name)
{
    enum signet_archive_kind kind = SIGNET_ARCHIVE_7Z;
    struct signet_err err;
    int fd = open_file(scratch, name);
    signet_err_clear(&err);
    CHECK_OK(signet_archive_detect(fd, &kind, &err), &err);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
    assert_int_equal(close(fd), 0);
    return kind;
}

static void plain_files_and_tars_are_told_without_it(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "empty", "");
    scratch_put(&scratch, "text", "{\"a\":1}\n");
    write_tar(&scratch, "x.tar");
    assert_int_equal(detect(&scratch, "empty"), SIGNET_ARCHIVE_NONE);
    assert_int_equal(detect(&scratch, "text"), SIGNET_ARCHIVE_NONE);
    assert_int_equal(detect(&scratch, "x.tar"), SIGNET_ARCHIVE_TAR);
    assert_false(libarchive_is_mapped());
    scratch_close(&scratch);
}

/* Without a descriptor to spare the library file cannot be opened. */
static void a_library_that_cannot_be_opened_is_an_error(void **state)
{
    (void)state;
    struct scratch scratch;
    struct rlimit before;
    struct signet_err err;
    struct signet_unpacker *unpacker = NULL;
    scratch_open(&scratch);
    write_tar(&scratch, "x.tar");
    int fd = open_file(&scratch, "x.tar");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit none = {0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    signet_err_clear(&err);
    int rc = signet_unpacker_file(SIGNET_ARCHIVE_TAR, fd, 2560, &unpacker, &err);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    CHECK_CODE(rc, SIGNET_E_INTERNAL);
    assert_null(unpacker);
    assert_non_null(strstr(err.msg, "reading archives needs libarchive: /"));
    assert_false(libarchive_is_mapped());
    assert_int_equal(close(fd), 0);
    scratch_close(&scratch);
}

static void pack(const struct scratch *scratch, const char *program, const char *name)
{
    char path[512];
    const char *const argv[] = {program, "-k", "-q", scratch_path(scratch, name, path), NULL};
    scratch_run(argv);
}

static void compressed_tars_are_told_by_what_they_hold(void **state)
{
    (void)state;
    static const struct {
        const char *program;
        const char *ending;
        enum signet_archive_kind kind;
        const char *name;
    } rows[] = {{"gzip", ".gz", SIGNET_ARCHIVE_GZIP, "tar.gz"},
                {"bzip2", ".bz2", SIGNET_ARCHIVE_BZIP2, "tar.bz2"},
                {"xz", ".xz", SIGNET_ARCHIVE_XZ, "tar.xz"},
                {"zstd", ".zst", SIGNET_ARCHIVE_ZSTD, "tar.zst"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scratch scratch;
        char name[32];
        scratch_open(&scratch);
        write_tar(&scratch, "x");
        scratch_put(&scratch, "text", "{\"a\":1}\n");
        scratch_put(&scratch, "none", "");
        pack(&scratch, rows[i].program, "x");
        pack(&scratch, rows[i].program, "text");
        pack(&scratch, rows[i].program, "none");
        assert_true(snprintf(name, sizeof(name), "x%s", rows[i].ending) > 0);
        assert_int_equal(detect(&scratch, name), rows[i].kind);
        assert_string_equal(signet_archive_kind_name(rows[i].kind), rows[i].name);
        assert_true(snprintf(name, sizeof(name), "text%s", rows[i].ending) > 0);
        assert_int_equal(detect(&scratch, name), SIGNET_ARCHIVE_NONE);
        assert_true(snprintf(name, sizeof(name), "none%s", rows[i].ending) > 0);
        assert_int_equal(detect(&scratch, name), SIGNET_ARCHIVE_NONE);
        scratch_close(&scratch);
    }
    assert_true(libarchive_is_mapped());
}

/* Refused however it is asked for, and by its own text. */
static void is_compressed_once(void **state)
{
    (void)state;
    const struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    struct signet_archive *archive = NULL;
    struct signet_err err;
    char from[512];
    char to[512];
    scratch_open(&scratch);
    write_tar(&scratch, "x");
    pack(&scratch, "gzip", "x");
    assert_int_equal(rename(scratch_path(&scratch, "x.gz", from), scratch_path(&scratch, "y", to)),
                     0);
    pack(&scratch, "gzip", "y");
    assert_int_equal(detect(&scratch, "y"), SIGNET_ARCHIVE_GZIP);
    assert_int_equal(detect(&scratch, "y.gz"), SIGNET_ARCHIVE_NONE);
    int fd = open_file(&scratch, "y.gz");
    signet_err_clear(&err);
    CHECK_CODE(signet_archive_open(fd, &limits, &archive, &err), SIGNET_E_UNSUPPORTED);
    assert_string_equal(err.msg,
                        "tar.gz: compressed twice; expected a tar that is compressed once");
    assert_int_equal(close(fd), 0);
    pack(&scratch, "zstd", "y");
    assert_int_equal(detect(&scratch, "y.zst"), SIGNET_ARCHIVE_NONE);
    scratch_close(&scratch);
}

/* Names beyond ASCII come out whatever the locale, and the locale of the thread is untouched. */
static void locales_are_left_alone(void **state)
{
    (void)state;
    const struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    struct signet_archive *archive = NULL;
    struct signet_layout_item item;
    struct signet_err err;
    struct tar *tar = tar_new();
    tar_file(tar, "d/\xC3\xA9", "12345");
    tar_end(tar);
    scratch_open(&scratch);
    scratch_write(&scratch, "x.tar", signet_span_of(tar->data, tar->len));
    free(tar);
    locale_t mine = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    assert_true(mine != (locale_t)0);
    locale_t before = uselocale(mine);
    int fd = open_file(&scratch, "x.tar");
    signet_err_clear(&err);
    CHECK_OK(signet_archive_open(fd, &limits, &archive, &err), &err);
    assert_true(uselocale((locale_t)0) == mine);
    CHECK_OK(signet_archive_next(archive, &item, &err), &err);
    CHECK_SPAN(item.name, "d/\xC3\xA9");
    assert_true(uselocale((locale_t)0) == mine);
    CHECK_OK(signet_archive_next(archive, &item, &err), &err);
    assert_int_equal(item.name.len, 0);
    signet_archive_close(archive);
    assert_true(uselocale((locale_t)0) == mine);
    uselocale(before);
    freelocale(mine);
    assert_int_equal(close(fd), 0);
    scratch_close(&scratch);
}

static void a_file_that_shrinks_is_an_error(void **state)
{
    (void)state;
    const struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    struct signet_archive *archive = NULL;
    struct signet_layout_item item;
    struct signet_err err;
    char path[512];
    struct tar *tar = tar_new();
    uint8_t *large = calloc(1, 100000);
    assert_non_null(large);
    tar_member(tar, '0', "a", large, 100000);
    tar_file(tar, "b", "12345");
    tar_end(tar);
    free(large);
    scratch_open(&scratch);
    scratch_write(&scratch, "x.tar", signet_span_of(tar->data, tar->len));
    free(tar);
    int fd = open_file(&scratch, "x.tar");
    signet_err_clear(&err);
    CHECK_OK(signet_archive_open(fd, &limits, &archive, &err), &err);
    CHECK_OK(signet_archive_next(archive, &item, &err), &err);
    assert_int_equal(truncate(scratch_path(&scratch, "x.tar", path), 512), 0);
    CHECK_CODE(signet_archive_next(archive, &item, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "became shorter while it was read");
    signet_archive_close(archive);
    assert_int_equal(close(fd), 0);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files_and_tars_are_told_without_it),
        cmocka_unit_test(a_library_that_cannot_be_opened_is_an_error),
        cmocka_unit_test(compressed_tars_are_told_by_what_they_hold),
        cmocka_unit_test(is_compressed_once),
        cmocka_unit_test(locales_are_left_alone),
        cmocka_unit_test(a_file_that_shrinks_is_an_error),
    };
    return CHECK_RUN(tests);
}

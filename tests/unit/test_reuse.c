/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/reuse.h>: which files are read again. Each change of a file, or of what may be believed
 * of it, is met by its twin without.
 */
#include "resign.h"

#include <sys/mman.h>

static void what_has_not_changed_is_not_read(void **state)
{
    (void)state;
    for (size_t jobs = 1; jobs <= 3; jobs++) {
        struct fixture fixture;
        open_fixture(&fixture);
        fixture.jobs = jobs;
        warm(&fixture);
        expect_reused(&fixture, 3, ALL_BYTES, 0);
        close_fixture(&fixture);
    }
}

static void what_has_changed_is_read(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    warm(&fixture);
    scratch_put(&fixture.scratch, "m/a", "ALPHA");
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    /* And is read each time, as long as the signature is over what it was. */
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    const char *const files[] = {"a", "ALPHA", "b", "beta", "large", large, NULL};
    sign_old(&fixture, files);
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    large[LARGE / 2] = 'y';
    scratch_put(&fixture.scratch, "m/large", large);
    expect_reused(&fixture, 2, 9, LARGE);
    large[LARGE / 2] = 'x';
    close_fixture(&fixture);
}

static void files_may_come_and_go(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    warm(&fixture);
    scratch_put(&fixture.scratch, "m/aa/new", "new");
    expect_reused(&fixture, 3, ALL_BYTES, 3);
    expect_reused(&fixture, 3, ALL_BYTES, 3); /* known, and never signed */
    assert_int_equal(unlinkat(fixture.scratch.fd, "m/b", 0), 0);
    expect_reused(&fixture, 2, ALL_BYTES - 4, 3);
    close_fixture(&fixture);
}

/* What was signed was signed by its name. */
static void another_name_is_another_file(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    int fd = fixture.scratch.fd;
    warm(&fixture);
    assert_int_equal(renameat(fd, "m/a", fd, "m/z"), 0);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    assert_int_equal(renameat(fd, "m/z", fd, "m/a"), 0);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    /* The same inode by two names: one of them holds what was signed there. */
    assert_int_equal(unlinkat(fd, "m/b", 0), 0);
    assert_int_equal(linkat(fd, "m/a", fd, "m/b", 0), 0);
    expect_reused(&fixture, 1, LARGE, 10);
    expect_reused(&fixture, 1 + 1, LARGE + 5, 5);
    close_fixture(&fixture);
}

static void times_set_back_deceive_nobody(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stat st;
    open_fixture(&fixture);
    warm(&fixture);
    assert_int_equal(fstatat(fixture.scratch.fd, "m/a", &st, 0), 0);
    const struct timespec times[] = {st.st_atim, st.st_mtim};
    int writer = openat(fixture.scratch.fd, "m/a", O_WRONLY | O_CLOEXEC);
    assert_true(writer >= 0);
    assert_int_equal(write(writer, "ALPHA", 5), 5);
    assert_int_equal(close(writer), 0);
    assert_int_equal(utimensat(fixture.scratch.fd, "m/a", times, 0), 0);
    struct stat now;
    assert_int_equal(fstatat(fixture.scratch.fd, "m/a", &now, 0), 0);
    assert_memory_equal(&now.st_mtim, &st.st_mtim, sizeof(st.st_mtim));
    assert_int_equal(now.st_ino, st.st_ino);
    assert_int_equal(now.st_size, st.st_size);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    close_fixture(&fixture);
}

static int64_t change_time(const struct fixture *fixture, const char *name)
{
    struct stat st;
    assert_int_equal(fstatat(fixture->scratch.fd, name, &st, 0), 0);
    return st.st_ctim.tv_sec;
}

/* Changes within one step of the clock have one time. */
static void a_young_file_is_not_remembered(void **state)
{
    (void)state;
    static const int64_t ages[] = {-3600, -1, 0, 1};
    struct fixture fixture;
    open_fixture(&fixture);
    for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
        fixture.now = change_time(&fixture, "m/a") + ages[i]; /* the oldest */
        expect_reused(&fixture, 0, 0, ALL_BYTES);
        expect_reused(&fixture, 0, 0, ALL_BYTES);
    }
    fixture.now = change_time(&fixture, "m/large") + 2; /* the youngest */
    warm(&fixture);
    close_fixture(&fixture);
}

static void few_file_systems_are_believed(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    warm(&fixture);
    watch.fits = NEVER; /* what was learnt before is not used, either */
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    watch.fits = ALWAYS;
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    close_fixture(&fixture);
}

/* Where a program that reads through a mapping first can then change the file without a trace. */
static void a_tmpfs_is_not(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture_in(&fixture, "/dev/shm");
    watch.fits = REALLY;
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    int writer = openat(fixture.scratch.fd, "m/a", O_RDWR | O_CLOEXEC);
    assert_true(writer >= 0);
    char *shared = mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, writer, 0);
    assert_true(shared != MAP_FAILED);
    shared[0] = shared[0] == 'a' ? 'A' : 'a';
    assert_int_equal(munmap(shared, 5), 0);
    assert_int_equal(close(writer), 0);
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    close_fixture(&fixture);
}

static void a_writer_prevents_it(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    int writer = openat(fixture.scratch.fd, "m/a", O_WRONLY | O_CLOEXEC);
    assert_true(writer >= 0);
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5); /* not remembered */
    assert_int_equal(close(writer), 0);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5);
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    writer = openat(fixture.scratch.fd, "m/a", O_WRONLY | O_CLOEXEC);
    assert_true(writer >= 0);
    expect_reused(&fixture, 2, ALL_BYTES - 5, 5); /* remembered, and not believed */
    assert_int_equal(close(writer), 0);
    close_fixture(&fixture);
}

/* What is stored to a page that was stored to before changes no time: a lease tells all the same,
 * where the file system is one of those. */
static void so_does_a_mapping(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stat before;
    struct stat after;
    open_fixture(&fixture);
    int writer = openat(fixture.scratch.fd, "m/a", O_RDWR | O_CLOEXEC);
    assert_true(writer >= 0);
    watch.fits = REALLY;
    bool fits = signet_lease_fits(writer);
    char *shared = mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, writer, 0);
    assert_true(shared != MAP_FAILED);
    assert_int_equal(close(writer), 0);
    memcpy(shared, "alpha", 5);
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    assert_int_equal(fstatat(fixture.scratch.fd, "m/a", &before, 0), 0);
    memcpy(shared, "ALPHA", 5);
    assert_int_equal(fstatat(fixture.scratch.fd, "m/a", &after, 0), 0);
    assert_memory_equal(&before.st_ctim, &after.st_ctim, sizeof(after.st_ctim));
    expect_reused(&fixture, fits ? 2 : 0, fits ? ALL_BYTES - 5 : 0, fits ? 5 : ALL_BYTES);
    assert_int_equal(munmap(shared, 5), 0);
    close_fixture(&fixture);
}

static void whoever_waits_to_write_prevents_it(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[512];
    open_fixture(&fixture);
    fixture.jobs = 1;
    scratch_path(&fixture.scratch, "m/large", path);
    watch.opened_while_read = path; /* which is read first */
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    assert_null(watch.opened_while_read);
    expect_reused(&fixture, 2, 9, LARGE);
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    close_fixture(&fixture);
}

/* Between looking at the file and having the lease. */
static void a_change_before_the_lease_is_noticed(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[512];
    open_fixture(&fixture);
    fixture.jobs = 1;
    warm(&fixture);
    assert_int_equal(unlinkat(fixture.scratch.fd, "m/large", 0), 0);
    scratch_path(&fixture.scratch, "m/a", path);
    watch.written_before_lease = path;
    struct outcome outcome = sign_again(&fixture);
    assert_null(watch.written_before_lease);
    CHECK_CODE(outcome.rc, SIGNET_E_IO);
    assert_non_null(strstr(outcome.err.msg, "m: a: changed while it was read"));
    expect_reused(&fixture, 1, 4, 5);
    close_fixture(&fixture);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_not_changed_is_not_read),
        cmocka_unit_test(what_has_changed_is_read),
        cmocka_unit_test(files_may_come_and_go),
        cmocka_unit_test(another_name_is_another_file),
        cmocka_unit_test(times_set_back_deceive_nobody),
        cmocka_unit_test(a_young_file_is_not_remembered),
        cmocka_unit_test(few_file_systems_are_believed),
        cmocka_unit_test(a_tmpfs_is_not),
        cmocka_unit_test(a_writer_prevents_it),
        cmocka_unit_test(so_does_a_mapping),
        cmocka_unit_test(whoever_waits_to_write_prevents_it),
        cmocka_unit_test(a_change_before_the_lease_is_noticed),
    };
    return CHECK_RUN(tests);
}

int main(void)
{
    return resign_main(run);
}

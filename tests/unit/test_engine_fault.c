/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/measure when the system fails: reads that give less than asked for, that are
 * interrupted, that fail, and descriptors that run out. A bundle is then measured as ever, or the
 * file is named, nothing is left in the manifest, and no descriptor stays open. Expected digest:
 * computed by libsodium from the same bytes.
 */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <signet/artifact.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <time.h>

enum {
    FILES = 40,
    SMALL = 3000,
    LARGE = (5 << 20) + 9
};

/* What the wrapped functions do. Set while no other thread runs. */
static struct {
    size_t most;            /* bytes that a read gives */
    size_t interrupt_every; /* 0: never */
    bool never_cached;      /* no bytes are in memory until they were waited for */
    bool cannot_tell;       /* nor can the file system tell */
    bool fail;              /* reads of failing_inode fail */
    ino_t failing_inode;
    ino_t late_inodes[2]; /* reads of them fail too, begun before that and ended after it */
    atomic_bool began_late;
    atomic_bool failed;
    atomic_size_t reads;
} fault;

ssize_t __real_pread(int fd, void *buf, size_t len, off_t offset);
ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t offset);
ssize_t __real_preadv2(int fd, const struct iovec *iov, int count, off_t offset, int flags);
ssize_t __wrap_preadv2(int fd, const struct iovec *iov, int count, off_t offset, int flags);

/* Waits until flag is set and its thread could go on; not for ever, should nobody set it. */
static void wait_for(const atomic_bool *flag)
{
    const struct timespec tick = {.tv_nsec = 20 * 1000 * 1000};
    for (size_t i = 0; i < 100 && !atomic_load(flag); i++) {
        assert_int_equal(nanosleep(&tick, NULL), 0);
    }
    assert_int_equal(nanosleep(&tick, NULL), 0);
}

/* 0, or what errno a read of fd gets. */
static int injected(int fd)
{
    struct stat st;
    size_t number = atomic_fetch_add(&fault.reads, 1) + 1;
    if (fault.interrupt_every > 0 && number % fault.interrupt_every == 0) {
        return EINTR;
    }
    if (!fault.fail || fstat(fd, &st) != 0) {
        return 0;
    }
    if (st.st_ino == fault.failing_inode) {
        if (fault.late_inodes[0] != 0) {
            wait_for(&fault.began_late);
        }
        atomic_store(&fault.failed, true);
        return EIO;
    }
    if (st.st_ino == fault.late_inodes[0] || st.st_ino == fault.late_inodes[1]) {
        atomic_store(&fault.began_late, true);
        wait_for(&fault.failed);
        return EIO;
    }
    return 0;
}

ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t offset)
{
    errno = injected(fd);
    if (errno != 0) {
        return -1;
    }
    return __real_pread(fd, buf, fault.most > 0 && fault.most < len ? fault.most : len, offset);
}

ssize_t __wrap_preadv2(int fd, const struct iovec *iov, int count, off_t offset, int flags)
{
    struct iovec first = iov[0];
    assert_int_equal(count, 1);
    errno = fault.cannot_tell ? EOPNOTSUPP : fault.never_cached ? EAGAIN : injected(fd);
    if (errno != 0) {
        return -1;
    }
    first.iov_len = fault.most > 0 && fault.most < first.iov_len ? fault.most : first.iov_len;
    return __real_preadv2(fd, &first, 1, offset, flags);
}

static void no_fault(void)
{
    memset(&fault, 0, sizeof(fault));
}

static size_t count_open(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        count++;
    }
    assert_int_equal(closedir(dir), 0);
    return count - 3; /* ".", ".." and the directory itself */
}

static void name_of(size_t number, char out[32])
{
    assert_true(snprintf(out, 32, "d%zu/f%02zu", number % 3, number) > 0);
}

static size_t size_of(size_t number)
{
    return number == 7 || number == 8 ? LARGE : SMALL + number;
}

static void make_bundle(const struct scratch *scratch, uint8_t *bytes)
{
    for (size_t i = 0; i < FILES; i++) {
        char name[32];
        name_of(i, name);
        memset(bytes, 'a' + (int)(i % 26), size_of(i));
        scratch_write(scratch, name, signet_span_of(bytes, size_of(i)));
    }
}

static void check_digests(const struct signet_manifest *manifest, uint8_t *bytes)
{
    assert_int_equal(manifest->count, FILES);
    for (size_t i = 0; i < FILES; i++) {
        char name[32];
        uint8_t expected[32];
        name_of(i, name);
        memset(bytes, 'a' + (int)(i % 26), size_of(i));
        assert_int_equal(crypto_hash_sha256(expected, bytes, size_of(i)), 0);
        const struct signet_entry *entry = signet_manifest_find(manifest, signet_span_str(name));
        assert_non_null(entry);
        CHECK_BYTES(entry->sha256, expected, 32);
    }
}

static int
measure(const char *path, size_t jobs, struct signet_manifest *manifest, struct signet_err *err)
{
    const struct signet_measure_opts opts = {.size = sizeof(opts), .jobs = jobs};
    struct signet_artifact *artifact = NULL;
    size_t before = count_open();
    signet_err_clear(err);
    CHECK_OK(signet_artifact_open(path, &artifact, err), err);
    int rc = signet_artifact_measure(artifact, &opts, manifest, err);
    signet_artifact_close(artifact);
    assert_int_equal(count_open(), before);
    return rc;
}

static void slow_and_short_reads_change_nothing(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGE);
    struct scratch scratch;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_bundle(&scratch, bytes);
    for (size_t i = 0; i < 16; i++) {
        for (size_t jobs = 1; jobs <= 3; jobs++) {
            struct signet_manifest manifest;
            struct signet_err err;
            no_fault();
            fault.most = i % 2 == 1 ? 1021 : 0;
            fault.interrupt_every = i / 2 % 2 == 1 ? 3 : 0;
            fault.never_cached = i / 4 % 2 == 1;
            fault.cannot_tell = i / 8 % 2 == 1;
            CHECK_OK(measure(scratch.path, jobs, &manifest, &err), &err);
            assert_true(fault.reads >= FILES);
            no_fault();
            check_digests(&manifest, bytes);
            signet_manifest_free(&manifest);
        }
    }
    free(bytes);
    scratch_close(&scratch);
}

/* A small file, a large one, and one that is alone; in memory, and not. */
static void a_read_that_fails_names_its_file(void **state)
{
    (void)state;
    static const size_t numbers[] = {20, 7};
    static const struct signet_manifest empty;
    uint8_t *bytes = malloc(LARGE);
    struct scratch scratch;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_bundle(&scratch, bytes);
    for (size_t i = 0; i < 12; i++) {
        char name[32];
        char path[512];
        char expected[600];
        struct stat st;
        struct signet_manifest manifest;
        struct signet_err err;
        bool alone = i / 2 % 2 == 1;
        name_of(numbers[i % 2], name);
        assert_int_equal(fstatat(scratch.fd, name, &st, 0), 0);
        scratch_path(&scratch, alone ? name : ".", path);
        assert_true(snprintf(expected, sizeof(expected), "%s: %s%scannot read: Input/output error",
                             path, alone ? "" : name, alone ? "" : ": ") > 0);
        no_fault();
        fault.fail = true;
        fault.failing_inode = st.st_ino;
        fault.never_cached = i / 4 == 1;
        CHECK_CODE(measure(path, i % 3 + 1, &manifest, &err), SIGNET_E_IO);
        no_fault();
        assert_string_equal(err.msg, expected);
        assert_memory_equal(&manifest, &empty, sizeof(empty));
    }
    free(bytes);
    scratch_close(&scratch);
}

/* Which read fails first is not what counts. Of five files two are read by each of two threads at a
 * time; none is the first of all, for which any other failure would be a later one. */
static void of_two_failures_the_first_file_is_told(void **state)
{
    static const char *const names[] = {"0", "a", "b", "c", "d"};
    (void)state;
    uint8_t *bytes = calloc(1, LARGE);
    ino_t inodes[5];
    struct scratch scratch;
    assert_non_null(bytes);
    scratch_open(&scratch);
    for (size_t i = 0; i < 5; i++) {
        struct stat st;
        scratch_write(&scratch, names[i], signet_span_of(bytes, i == 0 ? 0 : LARGE));
        assert_int_equal(fstatat(scratch.fd, names[i], &st, 0), 0);
        inodes[i] = st.st_ino;
    }
    for (size_t i = 0; i < 2; i++) {
        struct signet_manifest manifest;
        struct signet_err err;
        char expected[600];
        no_fault();
        fault.fail = true;
        fault.failing_inode = inodes[i == 0 ? 1 : 4];
        fault.late_inodes[0] = inodes[i == 0 ? 3 : 1];
        fault.late_inodes[1] = inodes[i == 0 ? 4 : 2];
        CHECK_CODE(measure(scratch.path, 2, &manifest, &err), SIGNET_E_IO);
        assert_true(snprintf(expected, sizeof(expected), "%s: a: cannot read: Input/output error",
                             scratch.path) > 0);
        assert_string_equal(err.msg, expected);
    }
    no_fault();
    free(bytes);
    scratch_close(&scratch);
}

/* With a few descriptors all goes well, with too few the file is named for which there was none.
 * In between it depends on which thread holds them just then. */
static void few_descriptors_are_enough(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LARGE);
    struct scratch scratch;
    struct rlimit before;
    bool failed = false;
    bool passed = false;
    assert_non_null(bytes);
    scratch_open(&scratch);
    make_bundle(&scratch, bytes);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    size_t held = count_open();
    for (size_t more = 1; more < 24; more++) {
        const struct rlimit few = {held + more, before.rlim_max};
        struct signet_manifest manifest;
        struct signet_artifact *artifact = NULL;
        struct signet_err err;
        const struct signet_measure_opts opts = {.size = sizeof(opts), .jobs = 2};
        signet_err_clear(&err);
        CHECK_OK(signet_artifact_open(scratch.path, &artifact, &err), &err);
        no_fault();
        fault.never_cached = true;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        int rc = signet_artifact_measure(artifact, &opts, &manifest, &err);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        no_fault();
        signet_artifact_close(artifact);
        assert_int_equal(count_open(), held);
        if (rc == SIGNET_OK) {
            check_digests(&manifest, bytes);
            passed = true;
        } else {
            CHECK_CODE(rc, SIGNET_E_IO);
            assert_non_null(strstr(err.msg, ": Too many open files"));
            assert_true(strstr(err.msg, ": d") != NULL || strstr(err.msg, "cannot list") != NULL);
            failed = true;
        }
        signet_manifest_free(&manifest);
    }
    assert_true(failed && passed);
    free(bytes);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_and_short_reads_change_nothing),
        cmocka_unit_test(a_read_that_fails_names_its_file),
        cmocka_unit_test(of_two_failures_the_first_file_is_told),
        cmocka_unit_test(few_descriptors_are_enough),
    };
    assert_true(sodium_init() >= 0);
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/measure: a single file that changes while it is read. What was read would be no state
 * that the file ever had. And files of a folder that change once they are listed.
 */
#include "scratch.h"

#include <signet/artifact.h>
#include <time.h>

enum {
    MIB = 1 << 20,
    SIZE = 16 * MIB
};

/* What happens to the file when the first MiB was read. */
struct change {
    const char *path;
    int (*make)(const char *path); /* 0 if it was made */
    int made;
};

static void change_once(void *ctx, uint64_t done, uint64_t total)
{
    struct change *change = ctx;
    if (change->made == -1 && done < total) {
        change->made = change->make(change->path);
    }
}

static int look(const char *path)
{
    return access(path, R_OK);
}

/* A byte that was read already: nothing but the times tells. */
static int overwrite(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && pwrite(fd, "x", 1, 0) == 1;
    return fd >= 0 && close(fd) == 0 && written ? 0 : 1;
}

static int change_mode(const char *path)
{
    return chmod(path, 0600);
}

static int append(const char *path)
{
    return truncate(path, SIZE + 1);
}

static int cut(const char *path)
{
    return truncate(path, SIZE - 1);
}

static void measure(const char *path, size_t jobs, int (*make)(const char *path), int expected)
{
    struct change change = {.path = path, .make = make, .made = -1};
    const struct signet_measure_opts opts = {
        .size = sizeof(opts), .jobs = jobs, .progress = change_once, .progress_ctx = &change};
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    CHECK_CODE(signet_artifact_measure(artifact, &opts, &manifest, &err), expected);
    assert_int_equal(change.made, 0);
    assert_int_equal(manifest.count, expected == SIGNET_OK ? 1 : 0);
    signet_manifest_free(&manifest);
    signet_artifact_close(artifact);
}

static void a_file_that_changes_is_refused(void **state)
{
    (void)state;
    static int (*const changes[])(const char *path) = {overwrite, change_mode, append, cut};
    static const struct timespec long_ago[2] = {{1000000000, 0}, {1000000000, 0}};
    static const struct timespec a_tick = {0, 20000000};
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_path(&scratch, "file", path);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        for (size_t jobs = 1; jobs <= 2; jobs++) {
            scratch_put(&scratch, "file", "");
            assert_int_equal(truncate(path, SIZE), 0);
            assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
            assert_int_equal(chmod(path, 0644), 0);
            assert_int_equal(nanosleep(&a_tick, NULL), 0); /* or two states would look alike */
            measure(path, jobs, look, SIGNET_OK);
            measure(path, jobs, changes[i], SIGNET_E_IO);
        }
    }
    scratch_close(&scratch);
}

static bool grow_once(void *ctx)
{
    struct change *change = ctx;
    if (change->made == -1) {
        change->made = truncate(change->path, 2);
    }
    return false;
}

/* What a part says of the whole listing would not fit what it says of its files. */
static void a_part_is_of_the_sizes_that_were_listed(void **state)
{
    (void)state;
    char file[512];
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_folder(&scratch, "m");
    scratch_put(&scratch, "m/a", "1");
    scratch_path(&scratch, "m", path);
    scratch_path(&scratch, "m/b", file);
    for (uint64_t parts = 0; parts < 2; parts++) {
        struct change change = {.path = file, .made = -1};
        const struct signet_measure_opts opts = {.size = sizeof(opts),
                                                 .jobs = 1,
                                                 .stop = grow_once,
                                                 .stop_ctx = &change,
                                                 .part = parts,
                                                 .part_count = parts};
        struct signet_err err;
        struct signet_artifact *artifact = NULL;
        struct signet_manifest manifest;
        signet_err_clear(&err);
        scratch_put(&scratch, "m/b", "1");
        CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
        int rc = signet_artifact_measure(artifact, &opts, &manifest, &err);
        assert_int_equal(change.made, 0);
        if (parts == 0) {
            CHECK_OK(rc, &err);
            assert_int_equal(manifest.entries[1].size, 2);
        } else {
            CHECK_CODE(rc, SIGNET_E_IO);
            assert_non_null(strstr(err.msg, ": b: changed while it was read"));
        }
        signet_manifest_free(&manifest);
        signet_artifact_close(artifact);
    }
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_changes_is_refused),
        cmocka_unit_test(a_part_is_of_the_sizes_that_were_listed),
    };
    return CHECK_RUN(tests);
}

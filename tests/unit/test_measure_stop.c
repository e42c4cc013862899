/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/measure: ending it before all is read. Whatever was read by then, there is no manifest.
 */
#include "scratch.h"

#include <signet/artifact.h>
#include <stdatomic.h>

enum {
    MIB = 1 << 20
};

/* Says stop the nth time it is asked, and from then on. */
struct asked {
    atomic_size_t times;
    size_t nth;
    atomic_uint_fast64_t done; /* bytes, as reported */
};

static bool stop(void *ctx)
{
    struct asked *asked = ctx;
    return atomic_fetch_add(&asked->times, 1) + 1 >= asked->nth;
}

static void note_progress(void *ctx, uint64_t done, uint64_t total)
{
    struct asked *asked = ctx;
    assert_true(done <= total);
    atomic_store(&asked->done, done);
}

static int measure(const char *path,
                   size_t jobs,
                   struct asked *asked,
                   struct signet_manifest *manifest,
                   struct signet_err *err)
{
    const struct signet_measure_opts opts = {
        .size = sizeof(opts),
        .jobs = jobs,
        .progress = note_progress,
        .progress_ctx = asked,
        .stop = asked->nth > 0 ? stop : NULL,
        .stop_ctx = asked,
    };
    struct signet_artifact *artifact = NULL;
    signet_err_clear(err);
    CHECK_OK(signet_artifact_open(path, &artifact, err), err);
    int rc = signet_artifact_measure(artifact, &opts, manifest, err);
    signet_artifact_close(artifact);
    return rc;
}

static void check_stopped(const char *path, size_t jobs, struct asked *asked)
{
    static const struct signet_manifest empty;
    char expected[600];
    struct signet_err err;
    struct signet_manifest manifest;
    CHECK_CODE(measure(path, jobs, asked, &manifest, &err), SIGNET_E_UNVERIFIED);
    assert_memory_equal(&manifest, &empty, sizeof(empty));
    assert_true(snprintf(expected, sizeof(expected), "%s: ", path) < (int)sizeof(expected));
    assert_memory_equal(err.msg, expected, strlen(expected));
    assert_non_null(strstr(err.msg, "stopped before all was read"));
}

/* Measured with a hook that never says stop, and with none. */
static void check_measured(const char *path, size_t jobs, size_t at_least)
{
    struct signet_err err;
    struct signet_manifest manifest;
    struct signet_manifest expected;
    struct asked never = {.nth = SIZE_MAX};
    struct asked nobody = {.nth = 0};
    CHECK_OK(measure(path, jobs, &never, &manifest, &err), &err);
    CHECK_OK(measure(path, jobs, &nobody, &expected, &err), &err);
    assert_true(never.times >= at_least);
    assert_int_equal(nobody.times, 0);
    assert_int_equal(never.done, manifest.bytes);
    CHECK_BYTES(manifest.identity.bytes, expected.identity.bytes, 32);
    signet_manifest_free(&manifest);
    signet_manifest_free(&expected);
}

static void one_large_file_is_left_early(void **state)
{
    (void)state;
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "");
    scratch_path(&scratch, "file", path);
    assert_int_equal(truncate(path, 64 * MIB), 0);
    for (size_t jobs = 1; jobs <= 4; jobs++) {
        struct asked first = {.nth = 1};
        struct asked third = {.nth = 3};
        check_stopped(path, jobs, &first);
        assert_int_equal(first.done, 0);
        check_stopped(path, jobs, &third);
        assert_true(third.done < 32 * MIB);
    }
    check_measured(path, 2, 32);
    scratch_close(&scratch);
}

static void many_small_files_are_left_early(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    for (int i = 0; i < 100; i++) {
        char name[16];
        assert_true(snprintf(name, sizeof(name), "f%d", i) > 0);
        scratch_put(&scratch, name, "x");
    }
    for (size_t jobs = 1; jobs <= 4; jobs++) {
        struct asked listing = {.nth = 20};
        struct asked reading = {.nth = 120}; /* after 101 times for the names and their end */
        check_stopped(scratch.path, jobs, &listing);
        assert_int_equal(listing.times, 20);
        check_stopped(scratch.path, jobs, &reading);
        assert_true(reading.times < 130); /* those of the other threads */
    }
    check_measured(scratch.path, 2, 100);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_large_file_is_left_early),
        cmocka_unit_test(many_small_files_are_left_early),
    };
    return CHECK_RUN(tests);
}

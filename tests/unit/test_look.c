/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/lane, through the measuring of a folder: files are looked at while they are watched, so
 * that what is found of one is true of the bytes that were digested.
 */
#include "scratch.h"

#include <stdatomic.h>
#include <time.h>

#include "artifact/artifact.h"
#include "artifact/lane.h"

enum {
    LARGE = 5 << 20
};

static atomic_int looks;
static const char *changed; /* the file to change when one is looked at; or NULL */

/* Finds a script, and changes it behind that. */
static int look(int fd, struct signet_span head, enum signet_usage *usage, struct signet_err *err)
{
    uint8_t first[SIGNET_LANE_HEAD];
    ssize_t got = pread(fd, first, sizeof(first), 0);
    (void)err;
    atomic_fetch_add(&looks, 1);
    assert_true(got >= 0);
    if (head.len > 0) { /* it may not be at hand, but is never another */
        assert_int_equal(head.len, got);
        CHECK_BYTES(head.ptr, first, head.len);
    }
    *usage = got > 1 && first[0] == '#' ? SIGNET_USAGE_SCRIPT : SIGNET_USAGE_NONE;
    if (changed != NULL && *usage == SIGNET_USAGE_SCRIPT) {
        int other = open(changed, O_WRONLY | O_CLOEXEC);
        assert_true(other >= 0);
        assert_int_equal(pwrite(other, "X", 1, 0), 1);
        assert_int_equal(close(other), 0);
    }
    return SIGNET_OK;
}

static int
look_in_vain(int fd, struct signet_span head, enum signet_usage *usage, struct signet_err *err)
{
    (void)fd;
    (void)head;
    (void)usage;
    err->code = SIGNET_E_IO;
    return SIGNET_E_IO;
}

static const struct signet_lane_look looking = {look};

static int measure(const char *path,
                   const struct signet_measure_opts *opts,
                   struct signet_manifest *manifest,
                   struct signet_err *err)
{
    struct signet_artifact *artifact = NULL;
    signet_err_clear(err);
    CHECK_OK(signet_artifact_open(path, &artifact, err), err);
    atomic_store(&looks, 0);
    int rc = signet_artifact_measure(artifact, opts, manifest, err);
    signet_artifact_close(artifact);
    return rc;
}

static void fill(struct scratch *scratch)
{
    uint8_t *large = calloc(1, LARGE);
    assert_non_null(large);
    large[0] = '#';
    scratch_open(scratch);
    scratch_write(scratch, "m/large", signet_span_of(large, LARGE));
    scratch_put(scratch, "m/empty", "");
    scratch_put(scratch, "m/script", "#!/bin/sh\n");
    scratch_put(scratch, "m/short", "a");
    scratch_put(scratch, "m/text", "text");
    free(large);
}

static void each_file_is_looked_at_once(void **state)
{
    (void)state;
    static const enum signet_usage usages[] = {SIGNET_USAGE_NONE, SIGNET_USAGE_SCRIPT,
                                               SIGNET_USAGE_SCRIPT, SIGNET_USAGE_NONE,
                                               SIGNET_USAGE_NONE};
    struct scratch scratch;
    char path[512];
    fill(&scratch);
    scratch_path(&scratch, "m", path);
    for (size_t jobs = 1; jobs <= 3; jobs++) {
        for (unsigned blake = 0; blake < 2; blake++) {
            struct signet_manifest manifest;
            struct signet_err err;
            const struct signet_measure_opts opts = {.size = sizeof(opts),
                                                     .jobs = jobs,
                                                     .alg = blake ? SIGNET_DIGEST_BLAKE2B
                                                                  : SIGNET_DIGEST_SHA256,
                                                     .look = &looking};
            CHECK_OK(measure(path, &opts, &manifest, &err), &err);
            assert_int_equal(atomic_load(&looks), 5);
            for (size_t i = 0; i < manifest.count; i++) {
                assert_int_equal(manifest.entries[i].usage, usages[i]);
            }
            signet_manifest_free(&manifest);
        }
    }
    scratch_close(&scratch);
}

/* A large file by itself is read by several threads in turn. */
static void a_large_file_by_itself(void **state)
{
    (void)state;
    static const char *const only[] = {"large", NULL};
    struct scratch scratch;
    struct signet_manifest manifest;
    struct signet_err err;
    char path[512];
    fill(&scratch);
    scratch_path(&scratch, "m", path);
    for (size_t jobs = 1; jobs <= 2; jobs++) {
        const struct signet_measure_opts opts = {
            .size = sizeof(opts), .jobs = jobs, .files = only, .look = &looking};
        CHECK_OK(measure(path, &opts, &manifest, &err), &err);
        assert_int_equal(atomic_load(&looks), 1);
        assert_int_equal(manifest.count, 1);
        assert_int_equal(manifest.entries[0].usage, SIGNET_USAGE_SCRIPT);
        assert_int_equal(manifest.root.len, 32);
        signet_manifest_free(&manifest);
    }
    scratch_close(&scratch);
}

/* What is looked at behind the reading is what was read, or it is an error. */
static void a_file_that_changes_then(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_manifest manifest;
    struct signet_err err;
    char path[512];
    char script[512];
    const struct signet_measure_opts opts = {.size = sizeof(opts), .jobs = 1, .look = &looking};
    fill(&scratch);
    scratch_path(&scratch, "m", path);
    scratch_path(&scratch, "m/script", script);
    assert_int_equal(unlinkat(scratch.fd, "m/large", 0), 0);
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); /* times advance in steps */
    changed = script;
    CHECK_CODE(measure(path, &opts, &manifest, &err), SIGNET_E_IO);
    assert_non_null(strstr(err.msg, "script: changed while it was read"));
    changed = NULL;
    scratch_put(&scratch, "m/script", "#!/bin/sh\n");
    CHECK_OK(measure(path, &opts, &manifest, &err), &err);
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

static void a_look_that_fails(void **state)
{
    (void)state;
    static const struct signet_lane_look failing = {look_in_vain};
    struct scratch scratch;
    struct signet_manifest manifest;
    struct signet_err err;
    char path[512];
    const struct signet_measure_opts opts = {.size = sizeof(opts), .look = &failing};
    fill(&scratch);
    scratch_path(&scratch, "m", path);
    CHECK_CODE(measure(path, &opts, &manifest, &err), SIGNET_E_IO);
    scratch_close(&scratch);
}

/* Pieces are no files, and who does not ask is told nothing. */
static void nobody_looks(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_manifest manifest;
    struct signet_err err;
    char path[512];
    const struct signet_measure_opts pieces = {
        .size = sizeof(pieces), .shard_size = 1 << 20, .look = &looking};
    const struct signet_measure_opts none = {.size = sizeof(none)};
    fill(&scratch);
    scratch_path(&scratch, "m", path);
    CHECK_OK(measure(path, &pieces, &manifest, &err), &err);
    assert_int_equal(atomic_load(&looks), 0);
    assert_int_equal(manifest.entries[1].usage, SIGNET_USAGE_NONE);
    signet_manifest_free(&manifest);
    CHECK_OK(measure(path, &none, &manifest, &err), &err);
    assert_int_equal(atomic_load(&looks), 0);
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

/* Chosen files are the whole bundle, and go with nothing that makes it a part. */
static void chosen_files(void **state)
{
    (void)state;
    static const char *const files[] = {"gone", "script", "text", NULL};
    struct scratch scratch;
    struct signet_manifest manifest;
    struct signet_err err;
    char path[512];
    struct signet_measure_opts opts = {.size = sizeof(opts), .files = files};
    fill(&scratch);
    scratch_path(&scratch, "m", path);
    CHECK_OK(measure(path, &opts, &manifest, &err), &err);
    assert_int_equal(manifest.count, 2);
    assert_false(manifest.partial);
    assert_int_equal(manifest.identity.len, 32);
    assert_int_equal(manifest.uncovered_count, 0);
    signet_manifest_free(&manifest);
    opts.only = files;
    CHECK_CODE(measure(path, &opts, &manifest, &err), SIGNET_E_USAGE);
    opts.only = NULL;
    scratch_path(&scratch, "m/text", path);
    CHECK_CODE(measure(path, &opts, &manifest, &err), SIGNET_E_USAGE);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_is_looked_at_once),
        cmocka_unit_test(a_large_file_by_itself),
        cmocka_unit_test(a_file_that_changes_then),
        cmocka_unit_test(a_look_that_fails),
        cmocka_unit_test(nobody_looks),
        cmocka_unit_test(chosen_files),
    };
    return CHECK_RUN(tests);
}

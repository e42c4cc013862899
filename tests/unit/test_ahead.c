/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/ahead: what is measured ahead of time is used for exactly the rules it was measured by,
 * and is then what is measured otherwise.
 */
#include "artifact/ahead.h"

#include "scratch.h"

#include <signet/part.h>
#include <sodium.h>
#include <time.h>

static const char *const cache[] = {"cache", NULL};
static const char *const other[] = {"cachf", NULL};
static const char *const more[] = {"a", "cache", NULL};
static const char *const cache_twice[] = {"cache", "cache", NULL};
static const char *const chosen[] = {"a", NULL};

static struct signet_measure_opts standard(void)
{
    return (struct signet_measure_opts){.size = sizeof(struct signet_measure_opts),
                                        .ignore = cache,
                                        .files_only = cache,
                                        .may_be_empty = true,
                                        .jobs = 2};
}

static void nowhere(void *ctx, uint64_t done, uint64_t total)
{
    (void)ctx;
    (void)done;
    (void)total;
}

static void make(struct scratch *scratch, struct signet_artifact **artifact)
{
    struct signet_err err;
    char path[512];
    signet_err_clear(&err);
    scratch_open(scratch);
    scratch_put(scratch, "m/a", "x");
    scratch_put(scratch, "m/b/c", "yz");
    scratch_put(scratch, "m/cache", "left out");
    CHECK_OK(signet_artifact_open(scratch_path(scratch, "m", path), artifact, &err), &err);
}

/* Whether what is measured one way is what measuring another way gives; if so, it is that. */
static bool is_used(struct signet_artifact *artifact,
                    const struct signet_measure_opts *guessed,
                    const struct signet_measure_opts *wanted)
{
    struct signet_err err;
    struct signet_ahead *ahead = NULL;
    struct signet_manifest found;
    struct signet_manifest expected;
    signet_err_clear(&err);
    CHECK_OK(signet_ahead_start(artifact, guessed, &ahead, &err), &err);
    bool used = signet_ahead_fits(ahead, wanted);
    if (!used) {
        signet_ahead_free(ahead);
        return false;
    }
    CHECK_OK(signet_ahead_finish(ahead, &found, &err), &err);
    CHECK_OK(signet_artifact_measure(artifact, wanted, &expected, &err), &err);
    assert_int_equal(found.count, expected.count);
    assert_true(signet_digest_eq(&found.identity, &expected.identity));
    assert_int_equal(found.ignored_count, expected.ignored_count);
    signet_manifest_free(&expected);
    signet_manifest_free(&found);
    return true;
}

static void the_same_rules_use_it(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    make(&scratch, &artifact);
    struct signet_measure_opts guessed = standard();
    struct signet_measure_opts wanted = standard();
    assert_true(is_used(artifact, &guessed, &wanted));
    wanted.ignore = cache_twice;
    wanted.jobs = 1;
    wanted.alg = SIGNET_DIGEST_SHA256;
    assert_true(is_used(artifact, &guessed, &wanted));
    wanted.progress = nowhere;
    assert_true(is_used(artifact, &guessed, &wanted));
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

static void one_rule_that_differs_does_not(void **state)
{
    (void)state;
    const struct signet_limits limits = signet_limits_default();
    const struct signet_part_file part = {"p", {NULL, 0}};
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    make(&scratch, &artifact);
    struct signet_measure_opts guessed = standard();
    struct signet_measure_opts wanted[14];
    for (size_t i = 0; i < 14; i++) {
        wanted[i] = standard();
    }
    wanted[0].ignore = other;
    wanted[1].ignore = more;
    wanted[2].ignore = NULL;
    wanted[3].files_only = other;
    wanted[4].files_only = more;
    wanted[5].files_only = NULL;
    wanted[6].may_be_empty = false;
    wanted[7].limits = &limits;
    wanted[8].alg = SIGNET_DIGEST_BLAKE2B;
    wanted[9].shard_size = 1;
    wanted[10].only = chosen;
    wanted[11].contents = true;
    wanted[12].part_count = 1;
    wanted[13].part_files = &part;
    for (size_t i = 0; i < 14; i++) {
        if (is_used(artifact, &guessed, &wanted[i])) {
            fail_msg("row %zu: what was measured by other rules was used", i);
        }
    }
    guessed.only = chosen;
    assert_false(is_used(artifact, &guessed, &guessed));
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

static void a_failure_is_told(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_ahead *ahead = NULL;
    struct signet_manifest manifest;
    struct signet_err err;
    make(&scratch, &artifact);
    const struct signet_measure_opts opts = standard();
    scratch_link(&scratch, "/etc/passwd", "m/link");
    signet_err_clear(&err);
    CHECK_OK(signet_ahead_start(artifact, &opts, &ahead, &err), &err);
    CHECK_CODE(signet_ahead_finish(ahead, &manifest, &err), SIGNET_E_FORBIDDEN);
    assert_non_null(strstr(err.msg, "link: expected a regular file or a directory"));
    assert_null(manifest.entries);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

static bool at_once(void *ctx)
{
    (void)ctx;
    return true;
}

static void it_has_a_stop_of_its_own(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_ahead *ahead = NULL;
    struct signet_err err;
    make(&scratch, &artifact);
    struct signet_measure_opts opts = standard();
    opts.stop = at_once;
    signet_err_clear(&err);
    CHECK_CODE(signet_ahead_start(artifact, &opts, &ahead, &err), SIGNET_E_USAGE);
    assert_null(ahead);
    signet_ahead_free(NULL);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

/* Each step takes long enough to be told before the next that nobody needs it. */
static void count_slowly(void *ctx, uint64_t done, uint64_t total)
{
    const struct timespec step = {.tv_nsec = 5 * 1000 * 1000};
    (void)done;
    (void)total;
    ++*(size_t *)ctx;
    assert_int_equal(nanosleep(&step, NULL), 0);
}

static void what_nobody_needs_ends_early(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_ahead *ahead = NULL;
    struct signet_err err;
    size_t steps = 0;
    make(&scratch, &artifact);
    int fd = openat(scratch.fd, "m/a", O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, 256 << 20), 0);
    assert_int_equal(close(fd), 0);
    struct signet_measure_opts opts = standard();
    opts.progress = count_slowly;
    opts.progress_ctx = &steps;
    signet_err_clear(&err);
    CHECK_OK(signet_ahead_start(artifact, &opts, &ahead, &err), &err);
    signet_ahead_free(ahead);
    assert_true(steps < 128);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_rules_use_it),
        cmocka_unit_test(one_rule_that_differs_does_not),
        cmocka_unit_test(a_failure_is_told),
        cmocka_unit_test(it_has_a_stop_of_its_own),
        cmocka_unit_test(what_nobody_needs_ends_early),
    };
    assert_true(sodium_init() >= 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

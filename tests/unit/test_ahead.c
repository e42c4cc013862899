/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/ahead: a listing made ahead of time is used for exactly the rules it was made by, and is
 * then the one that is made otherwise.
 */
#include "artifact/ahead.h"

#include "scratch.h"

#include <sodium.h>

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

/* Whether what is listed by some rules is used to measure by others; if so, the result is right. */
static bool is_used(struct signet_artifact *artifact,
                    const struct signet_measure_opts *listed,
                    struct signet_measure_opts wanted)
{
    struct signet_err err;
    struct signet_ahead *ahead = NULL;
    struct signet_ignore ignore;
    struct signet_manifest found;
    struct signet_manifest expected;
    signet_err_clear(&err);
    CHECK_OK(signet_ahead_start(artifact, listed, &ahead, &err), &err);
    CHECK_OK(signet_ignore_init(&ignore, wanted.ignore, &err), &err);
    memset(&found, 0, sizeof(found));
    found.alg = SIGNET_DIGEST_BLAKE2B;
    found.shard_size = 7;
    bool used = signet_ahead_take(ahead, &wanted, &ignore, &found);
    if (used) {
        assert_int_equal(found.alg, SIGNET_DIGEST_BLAKE2B);
        assert_int_equal(found.shard_size, 7);
        assert_false(signet_ahead_take(ahead, &wanted, &ignore, &found));
        CHECK_OK(signet_artifact_measure(artifact, &wanted, &expected, &err), &err);
        assert_int_equal(found.count, expected.count);
        for (size_t i = 0; i < found.count; i++) {
            assert_string_equal(found.entries[i].name, expected.entries[i].name);
        }
        assert_int_equal(found.ignored_count, expected.ignored_count);
        signet_manifest_free(&expected);
        signet_manifest_free(&found);
    }
    signet_ignore_free(&ignore);
    signet_ahead_free(ahead);
    return used;
}

static void the_same_rules_use_it(void **state)
{
    (void)state;
    const struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    make(&scratch, &artifact);
    struct signet_measure_opts listed = standard();
    struct signet_measure_opts wanted = standard();
    assert_true(is_used(artifact, &listed, wanted));
    wanted.ignore = cache_twice;
    wanted.limits = &limits;
    wanted.jobs = 1;
    assert_true(is_used(artifact, &listed, wanted));
    listed.progress = wanted.progress = nowhere;
    assert_true(is_used(artifact, &listed, wanted));
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

static void one_rule_that_differs_does_not(void **state)
{
    (void)state;
    struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    make(&scratch, &artifact);
    const struct signet_measure_opts listed = standard();
    struct signet_measure_opts wanted[11];
    for (size_t i = 0; i < 11; i++) {
        wanted[i] = standard();
    }
    limits.path--;
    wanted[0].ignore = other;
    wanted[1].ignore = more;
    wanted[2].ignore = NULL;
    wanted[3].files_only = other;
    wanted[4].files_only = more;
    wanted[5].files_only = NULL;
    wanted[6].may_be_empty = false;
    wanted[7].limits = &limits;
    wanted[8].progress = nowhere;
    wanted[9].shard_size = 1;
    wanted[10].only = chosen;
    for (size_t i = 0; i < 11; i++) {
        if (is_used(artifact, &listed, wanted[i])) {
            fail_msg("row %zu: a listing by other rules was used", i);
        }
    }
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

/* Whoever lists again is told why. */
static void a_listing_that_failed_is_not_used(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    make(&scratch, &artifact);
    const struct signet_measure_opts opts = standard();
    scratch_link(&scratch, "/etc/passwd", "m/link");
    assert_false(is_used(artifact, &opts, opts));
    assert_int_equal(unlinkat(scratch.fd, "m/link", 0), 0);
    assert_true(is_used(artifact, &opts, opts));
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

static void a_path_that_cannot_be_ignored_is_refused(void **state)
{
    static const char *const upwards[] = {"../x", NULL};
    (void)state;
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_ahead *ahead = NULL;
    struct signet_err err;
    make(&scratch, &artifact);
    struct signet_measure_opts opts = standard();
    opts.ignore = upwards;
    signet_err_clear(&err);
    CHECK_CODE(signet_ahead_start(artifact, &opts, &ahead, &err), SIGNET_E_USAGE);
    assert_null(ahead);
    signet_ahead_free(NULL);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_rules_use_it),
        cmocka_unit_test(one_rule_that_differs_does_not),
        cmocka_unit_test(a_listing_that_failed_is_not_used),
        cmocka_unit_test(a_path_that_cannot_be_ignored_is_refused),
    };
    assert_true(sodium_init() >= 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

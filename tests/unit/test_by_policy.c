/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/by_policy: names that a bundle is compared without, before a rule is asked and after.
 */
#include "check.h"

#include "trust/trust.h"
#include "verify/by_policy.h"
#include "verify/verification.h"

/* A bundle that was compared without these names. */
static void compared_without(struct signet_manifest *manifest, const char **names, size_t count)
{
    *manifest = (struct signet_manifest){
        .kind = SIGNET_ARTIFACT_BUNDLE, .ignored = names, .ignored_count = count};
}

static void who_was_asked_knows_all_names(void **state)
{
    static const char *names[] = {"cache", ".git", "later"};
    struct signet_trust trust = {.now = 0};
    struct signet_manifest manifest;
    struct signet_verification *verification = NULL;
    const struct signet_verify_opts opts = {.size = sizeof(opts)};
    (void)state;
    CHECK_CODE(signet_verification_new("m", &verification, NULL), SIGNET_OK);
    verification->trust = &trust;
    verification->manifest = &manifest;
    compared_without(&manifest, names, 2);
    CHECK_CODE(signet_by_policy_take(verification, &opts, NULL), SIGNET_OK);
    assert_int_equal(verification->left_out_count, 1);
    assert_string_equal(verification->left_out[0], "cache");
    verification->rule = "r";
    CHECK_CODE(signet_by_policy_take(verification, &opts, NULL), SIGNET_OK);
    assert_int_equal(verification->left_out_count, 1); /* each name once */
    compared_without(&manifest, names, 3);
    CHECK_CODE(signet_by_policy_take(verification, &opts, NULL), SIGNET_E_IO);
    verification->rule = NULL;
    CHECK_CODE(signet_by_policy_take(verification, &opts, NULL), SIGNET_OK);
    assert_int_equal(verification->left_out_count, 2);
    verification->manifest = NULL;
    signet_verification_free(verification);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_asked_knows_all_names),
    };
    return CHECK_RUN(tests);
}

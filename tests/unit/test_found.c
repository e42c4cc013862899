/* SPDX-License-Identifier: Apache-2.0
 *
 * sign/found: a statement about what was verified is about exactly that, by kind and identity,
 * whether it passed or not.
 */
#include "check.h"

#include "sign/found.h"

static const struct signet_digest one = {.alg = SIGNET_DIGEST_SHA256, .len = 32, .bytes = {1}};
static const struct signet_digest two = {.alg = SIGNET_DIGEST_SHA256, .len = 32, .bytes = {2}};

static void expect_found(const struct signet_verification *found,
                         enum signet_artifact_kind kind,
                         const struct signet_digest *identity,
                         int code)
{
    struct signet_err err;
    const struct signet_manifest measured = {.kind = kind, .identity = *identity};
    signet_err_clear(&err);
    assert_int_equal(signet_found_check(found, &measured, &err), code);
    assert_int_equal(err.code, code);
}

static void what_passed_is_what_the_proof_says(void **state)
{
    (void)state;
    struct signet_verified passed = {.kind = SIGNET_ARTIFACT_FILE, .identity = one};
    const struct signet_manifest other = {.kind = SIGNET_ARTIFACT_FILE, .identity = two};
    struct signet_verification found = {.manifest = &other, .verified = &passed};
    expect_found(&found, SIGNET_ARTIFACT_FILE, &one, SIGNET_OK);
    expect_found(&found, SIGNET_ARTIFACT_FILE, &two, SIGNET_E_MISMATCH);
    expect_found(&found, SIGNET_ARTIFACT_BUNDLE, &one, SIGNET_E_MISMATCH);
    passed.identity = (struct signet_digest){0};
    expect_found(&found, SIGNET_ARTIFACT_FILE, &(struct signet_digest){0}, SIGNET_E_MISMATCH);
}

static void what_was_refused_is_what_was_compared(void **state)
{
    (void)state;
    const struct signet_manifest manifest = {.kind = SIGNET_ARTIFACT_BUNDLE, .identity = one};
    struct signet_verification found = {.kind = SIGNET_ARTIFACT_BUNDLE, .manifest = &manifest};
    expect_found(&found, SIGNET_ARTIFACT_BUNDLE, &one, SIGNET_OK);
    expect_found(&found, SIGNET_ARTIFACT_BUNDLE, &two, SIGNET_E_MISMATCH);
    expect_found(&found, SIGNET_ARTIFACT_FILE, &one, SIGNET_E_MISMATCH);
    found.manifest = NULL; /* it was refused before it was read */
    expect_found(&found, SIGNET_ARTIFACT_BUNDLE, &two, SIGNET_OK);
    expect_found(NULL, SIGNET_ARTIFACT_BUNDLE, &two, SIGNET_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passed_is_what_the_proof_says),
        cmocka_unit_test(what_was_refused_is_what_was_compared),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/steady: an artifact that is another one in the middle of its verification.
 */
#include "check.h"

#include <stdio.h>

#include "scratch.h"
#include "verify/steady.h"

static void a_file_that_changed_is_told(void **state)
{
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_steady steady = {0};
    char path[4096];
    (void)state;
    scratch_open(&scratch);
    assert_true(snprintf(path, sizeof(path), "%s/file", scratch.path) < (int)sizeof(path));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("one", file) >= 0 && fflush(file) == 0);
    CHECK_CODE(signet_artifact_open(path, &artifact, NULL), SIGNET_OK);
    CHECK_CODE(signet_steady_check(&steady, artifact, NULL), SIGNET_OK); /* nobody noted it */
    CHECK_CODE(signet_steady_start(&steady, artifact, NULL), SIGNET_OK);
    CHECK_CODE(signet_steady_check(&steady, artifact, NULL), SIGNET_OK);
    assert_true(fputs("two", file) >= 0 && fclose(file) == 0);
    CHECK_CODE(signet_steady_check(&steady, artifact, NULL), SIGNET_E_IO);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

static void statements_are_about_one_bundle(void **state)
{
    struct signet_steady steady = {0};
    struct signet_manifest one = {.kind = SIGNET_ARTIFACT_BUNDLE,
                                  .identity = {SIGNET_DIGEST_SHA256, 32, {1}}};
    struct signet_manifest other = one;
    (void)state;
    other.identity.bytes[0] = 2;
    CHECK_CODE(signet_steady_note(&steady, &one, NULL), SIGNET_OK);
    CHECK_CODE(signet_steady_note(&steady, &one, NULL), SIGNET_OK);
    CHECK_CODE(signet_steady_note(&steady, &other, NULL), SIGNET_E_IO);
    other.ignored_count = 1; /* it has names that the one was compared with */
    CHECK_CODE(signet_steady_note(&steady, &other, NULL), SIGNET_OK);
    other.ignored_count = 0;
    other.kind = SIGNET_ARTIFACT_FILE; /* an archive is both */
    CHECK_CODE(signet_steady_note(&steady, &other, NULL), SIGNET_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_changed_is_told),
        cmocka_unit_test(statements_are_about_one_bundle),
    };
    return CHECK_RUN(tests);
}

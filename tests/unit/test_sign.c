/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/sign.h>: what is handed out has verified. The measured artifact is changed between
 * stating and signing, so that statement and artifact no longer agree; the twin is left alone.
 */
#include "attempt.h"

#include <signet/sign.h>

/* Signs path by a fresh key; spoil changes a digest that was measured. */
static int sign(const char *path, const char *format, bool spoil, struct signet_buf *out)
{
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    struct signet_signing *signing = NULL;
    struct signet_seckey *key = NULL;
    struct signet_verification *verification = NULL;
    const struct signet_sign_opts opts = {.size = sizeof(opts), .format = format, .jobs = 1};
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    CHECK_OK(signet_signing_new(artifact, &opts, &signing, &err), &err);
    CHECK_OK(signet_seckey_generate(&key, &err), &err);
    if (spoil) {
        struct signet_entry *entry = &signet_signing_manifest(signing)->entries[0];
        entry->sha256[31] ^= 1;
    }
    int rc = signet_signing_finish(signing, key, "s", out, &verification, &err);
    assert_int_equal(err.code, rc == SIGNET_OK ? SIGNET_OK : SIGNET_E_MISMATCH);
    assert_int_equal(verification != NULL, rc == SIGNET_OK);
    if (rc == SIGNET_OK) {
        CHECK_CODE(signet_verification_code(verification), SIGNET_OK);
    } else {
        assert_non_null(strstr(err.msg, "what was signed does not verify: content differs"));
    }
    signet_verification_free(verification);
    signet_seckey_free(key);
    signet_signing_free(signing);
    signet_artifact_close(artifact);
    return rc;
}

static void only_what_verified_is_handed_out(void **state)
{
    (void)state;
    static const char *const formats[] = {"bundle", "dsse"};
    static const char *const names[] = {"m", "m/config.json"};
    struct scratch scratch;
    char path[512];
    make_bundle(&scratch);
    for (size_t i = 0; i < 4; i++) {
        struct signet_buf out;
        signet_buf_init(&out, 1 << 16);
        CHECK_CODE(signet_buf_puts(&out, "kept"), SIGNET_OK);
        scratch_path(&scratch, names[i % 2], path);
        CHECK_CODE(sign(path, formats[i / 2], true, &out), SIGNET_E_INTERNAL);
        CHECK_SPAN(signet_buf_span(&out), "kept");
        CHECK_CODE(sign(path, formats[i / 2], false, &out), SIGNET_OK);
        assert_true(out.len > 4 && memcmp(out.data, "kept{", 5) == 0);
        signet_buf_free(&out);
    }
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_verified_is_handed_out),
    };
    return CHECK_RUN(tests);
}

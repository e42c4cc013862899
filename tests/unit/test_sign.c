/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/sign.h>: what appears has verified. The measured artifact is changed between stating and
 * signing, so that statement and artifact no longer agree; the twin is left alone.
 */
#include "attempt.h"

#include <signet/io.h>
#include <signet/sign.h>
#include <sys/stat.h>
#include <unistd.h>

/* One signing; zero-initialised: a file, as a bundle, within the defaults. */
struct trial {
    const char *path;
    const char *out; /* where the signature goes */
    const char *format;
    const struct signet_limits *limits;
    bool spoil; /* change a digest that was measured */
    struct signet_err err;
    int committed; /* what signet_output_commit() said afterwards */
};

static int sign(struct trial *trial)
{
    struct signet_err commit_err;
    struct signet_artifact *artifact = NULL;
    struct signet_signing *signing = NULL;
    struct signet_seckey *key = NULL;
    struct signet_output *out = NULL;
    struct signet_verification *verification = NULL;
    const struct signet_sign_opts opts = {
        .size = sizeof(opts), .format = trial->format, .limits = trial->limits, .jobs = 1};
    signet_err_clear(&trial->err);
    signet_err_clear(&commit_err);
    CHECK_OK(signet_artifact_open(trial->path, &artifact, &trial->err), &trial->err);
    CHECK_OK(signet_signing_new(artifact, &opts, &signing, &trial->err), &trial->err);
    CHECK_OK(signet_seckey_generate(&key, &trial->err), &trial->err);
    CHECK_OK(signet_output_open(trial->out, 0644, false, &out, &trial->err), &trial->err);
    if (trial->spoil) {
        struct signet_entry *entry = &signet_signing_manifest(signing)->entries[0];
        entry->sha256[31] ^= 1;
    }
    assert_true(signet_signing_statement(signing).len > 0);
    int rc = signet_signing_finish(signing, key, "s", out, &verification, &trial->err);
    assert_int_equal(signet_signing_statement(signing).len, 0);
    assert_int_equal(verification != NULL, rc == SIGNET_OK);
    if (rc == SIGNET_OK) {
        CHECK_CODE(signet_verification_code(verification), SIGNET_OK);
        signet_verification_free(verification);
    }
    trial->committed = signet_output_commit(out, &commit_err);
    signet_output_free(out);
    signet_seckey_free(key);
    signet_signing_free(signing);
    signet_artifact_close(artifact);
    return rc;
}

static void only_what_verified_appears(void **state)
{
    (void)state;
    static const char *const formats[] = {"bundle", "dsse"};
    static const char *const names[] = {"m", "m/config.json"};
    struct scratch scratch;
    char path[512];
    char out[512];
    make_bundle(&scratch);
    scratch_path(&scratch, "out", out);
    for (size_t i = 0; i < 4; i++) {
        struct trial trial = {.path = scratch_path(&scratch, names[i % 2], path),
                              .out = out,
                              .format = formats[i / 2],
                              .spoil = true};
        CHECK_CODE(sign(&trial), SIGNET_E_INTERNAL);
        CHECK_CODE(trial.err.code, SIGNET_E_MISMATCH);
        assert_non_null(strstr(trial.err.msg, "what was signed does not verify: content differs"));
        CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
        assert_int_equal(access(out, F_OK), -1);
        trial.spoil = false;
        CHECK_CODE(sign(&trial), SIGNET_OK);
        CHECK_CODE(trial.committed, SIGNET_OK);
        assert_int_equal(unlink(out), 0);
    }
    scratch_close(&scratch);
}

/* Of a signature file as large as the limit, and as large as one byte less allows. A bundle is held
 * to the limit of bundles, anything else to that of envelopes. */
static void limits_hold_for_what_is_made(void **state)
{
    (void)state;
    static const char *const names[] = {"m", "m/config.json"};
    struct scratch scratch;
    char path[512];
    char out[512];
    struct stat st;
    make_bundle(&scratch);
    scratch_path(&scratch, "out", out);
    for (size_t i = 0; i < 2; i++) {
        struct signet_limits limits = signet_limits_default();
        uint64_t *mine = i == 0 ? &limits.bundle : &limits.envelope;
        struct trial trial = {
            .path = scratch_path(&scratch, names[i], path), .out = out, .limits = &limits};
        CHECK_CODE(sign(&trial), SIGNET_OK);
        assert_int_equal(stat(out, &st), 0);
        assert_int_equal(unlink(out), 0);
        *mine = (uint64_t)st.st_size;
        CHECK_CODE(sign(&trial), SIGNET_OK);
        assert_int_equal(unlink(out), 0);
        *mine = (uint64_t)st.st_size - 1;
        CHECK_CODE(sign(&trial), SIGNET_E_LIMIT);
        CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
        assert_int_equal(access(out, F_OK), -1);
    }
    scratch_close(&scratch);
}

/* Standard output shows what it is given at once, so nothing is given to it. */
static void standard_output_is_held_or_refused(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    make_bundle(&scratch);
    struct trial trial = {.path = scratch_path(&scratch, "m", path), .out = "-"};
    CHECK_CODE(sign(&trial), SIGNET_E_USAGE);
    CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_verified_appears),
        cmocka_unit_test(limits_hold_for_what_is_made),
        cmocka_unit_test(standard_output_is_held_or_refused),
    };
    return CHECK_RUN(tests);
}

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
    const char *predicate_type;
    const char *predicate;
    bool canonical;
    struct signet_err err;
    int committed; /* what signet_output_commit() said afterwards */
};

/* As only a fault of the library could change it. */
static struct signet_manifest *forge_manifest(struct signet_signing *signing)
{
    union {
        const struct signet_manifest *read;
        struct signet_manifest *write;
    } manifest = {signet_signing_manifest(signing)};
    return manifest.write;
}

static int sign(struct trial *trial)
{
    struct signet_err commit_err;
    struct signet_artifact *artifact = NULL;
    struct signet_signing *signing = NULL;
    struct signet_seckey *key = NULL;
    struct signet_output *out = NULL;
    struct signet_verification *verification = NULL;
    const struct signet_sign_opts opts = {
        .size = sizeof(opts),
        .format = trial->format,
        .limits = trial->limits,
        .jobs = 1,
        .predicate_type = trial->predicate_type,
        .predicate = signet_span_str(trial->predicate != NULL ? trial->predicate : ""),
        .canonical = trial->canonical};
    signet_err_clear(&trial->err);
    signet_err_clear(&commit_err);
    CHECK_OK(signet_artifact_open(trial->path, &artifact, &trial->err), &trial->err);
    CHECK_OK(signet_signing_new(artifact, &opts, &signing, &trial->err), &trial->err);
    CHECK_OK(signet_seckey_generate(&key, &trial->err), &trial->err);
    CHECK_OK(signet_output_open(trial->out, 0644, false, &out, &trial->err), &trial->err);
    if (trial->spoil) {
        struct signet_manifest *manifest = forge_manifest(signing);
        manifest->entries[0].sha256[31] ^= 1;
        manifest->identity.bytes[31] ^= 1;
        manifest->canonical.bytes[31] ^= 1;
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

/* The same for what is stated otherwise: attestations, and the canonical form of a document. */
static void nor_does_another_statement(void **state)
{
    (void)state;
    static const char *const names[] = {"m", "m/config.json", "m/config.json"};
    struct scratch scratch;
    char path[512];
    char out[512];
    make_bundle(&scratch);
    scratch_path(&scratch, "out", out);
    for (size_t i = 0; i < 3; i++) {
        struct trial trial = {.path = scratch_path(&scratch, names[i], path),
                              .out = out,
                              .spoil = true,
                              .predicate_type = i < 2 ? "urn:x" : NULL,
                              .predicate = "{}",
                              .canonical = i == 2};
        CHECK_CODE(sign(&trial), SIGNET_E_INTERNAL);
        CHECK_CODE(trial.err.code, SIGNET_E_MISMATCH);
        assert_non_null(strstr(trial.err.msg, "what was signed does not verify: "));
        CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
        assert_int_equal(access(out, F_OK), -1);
        trial.spoil = false;
        CHECK_CODE(sign(&trial), SIGNET_OK);
        CHECK_CODE(trial.committed, SIGNET_OK);
        assert_int_equal(unlink(out), 0);
    }
    scratch_close(&scratch);
}

/* Of what the library is asked for, as far as the tool does not say it before. */
static void what_does_not_go_together_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct signet_sign_opts opts;
        const char *name;
        int code;
    } rows[] = {
        {{.canonical = true}, "m/config.json", SIGNET_OK},
        {{.canonical = true}, "m", SIGNET_E_USAGE},
        {{.canonical = true, .contents = true}, "m/config.json", SIGNET_E_USAGE},
        {{.canonical = true, .alg = SIGNET_DIGEST_BLAKE2B}, "m/config.json", SIGNET_E_USAGE},
        {{.canonical = true, .predicate_type = "urn:x"}, "m/config.json", SIGNET_E_USAGE},
        {{.canonical = true}, "m/w/0.bin", SIGNET_E_MALFORMED},
        {{.predicate_type = "urn:x"}, "m", SIGNET_OK},
        {{.predicate_type = "urn:x", .shard_size = 4}, "m", SIGNET_E_USAGE},
        {{.predicate_type = "urn:x", .alg = SIGNET_DIGEST_BLAKE2B}, "m", SIGNET_E_USAGE},
        {{.predicate_type = "urn:x", .alg = SIGNET_DIGEST_BLAKE2B}, "m/config.json", SIGNET_OK},
        {{.predicate_type = "x"}, "m", SIGNET_E_USAGE},
        {{.predicate_type = "https://model_signing/signature/v1.0"}, "m", SIGNET_E_USAGE},
        {{.predicate_type = "https://cyclonedx.org/bom"}, "m", SIGNET_E_MALFORMED},
    };
    struct scratch scratch;
    char path[512];
    make_bundle(&scratch);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_sign_opts opts = rows[i].opts;
        struct signet_artifact *artifact = NULL;
        struct signet_signing *signing = NULL;
        struct signet_err err;
        opts.size = sizeof(opts);
        opts.predicate = signet_span_str("{}");
        signet_err_clear(&err);
        CHECK_OK(signet_artifact_open(scratch_path(&scratch, rows[i].name, path), &artifact, &err),
                 &err);
        int rc = signet_signing_new(artifact, &opts, &signing, &err);
        if (rc != rows[i].code) {
            fail_msg("row %zu: %s: %s", i, signet_err_name(rc), err.msg);
        }
        signet_signing_free(signing);
        signet_artifact_close(artifact);
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
        cmocka_unit_test(nor_does_another_statement),
        cmocka_unit_test(what_does_not_go_together_is_refused),
        cmocka_unit_test(limits_hold_for_what_is_made),
        cmocka_unit_test(standard_output_is_held_or_refused),
    };
    return CHECK_RUN(tests);
}

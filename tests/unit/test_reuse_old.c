/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/reuse.h>: what is needed of the old signature and of the digests that were kept, forged
 * ones included.
 */
#include "resign.h"

static const char *path_of(const struct fixture *fixture, const char *name)
{
    static char path[512];
    return scratch_path(&fixture->scratch, name, path);
}

/* Puts another digest into every record and makes the whole fit again. */
static void forge_digests(struct signet_buf *kept, const uint8_t digest[crypto_hash_sha256_BYTES])
{
    size_t checked = kept->len - crypto_hash_sha256_BYTES;
    assert_int_equal((checked - HEAD) % RECORD, 0);
    for (size_t at = HEAD; at < checked; at += RECORD) {
        memcpy(kept->data + at + 48, digest, crypto_hash_sha256_BYTES);
    }
    crypto_hash_sha256(kept->data + checked, kept->data, checked);
}

/* The states are true, and of the digests one is what was signed: by that name it may stand. */
static void a_forged_digest_is_none_that_was_signed(void **state)
{
    (void)state;
    uint8_t digest[crypto_hash_sha256_BYTES];
    struct fixture fixture;
    open_fixture(&fixture);
    warm(&fixture);
    crypto_hash_sha256(digest, (const uint8_t *)"evil", 4);
    forge_digests(&fixture.kept, digest);
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    crypto_hash_sha256(digest, (const uint8_t *)"beta", 4);
    forge_digests(&fixture.kept, digest);
    expect_reused(&fixture, 1, 4, ALL_BYTES - 4);
    close_fixture(&fixture);
}

/* What a file is for is taken over as it was signed, and not as somebody notes it. */
static void a_forged_use_is_none_that_was_signed(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    warm(&fixture);
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    size_t checked = fixture.kept.len - crypto_hash_sha256_BYTES;
    for (size_t at = HEAD; at < checked; at += RECORD) {
        assert_int_equal(fixture.kept.data[at + RECORD - 1], 0);
        fixture.kept.data[at + RECORD - 1] = SIGNET_USAGE_PROGRAM;
    }
    crypto_hash_sha256(fixture.kept.data + checked, fixture.kept.data, checked);
    expect_reused(&fixture, 0, 0, ALL_BYTES);
    close_fixture(&fixture);
}

/* For a name that was not signed there is no digest, not even one of zeros. */
static void nor_for_a_name_that_was_not(void **state)
{
    (void)state;
    static const uint8_t zeros[crypto_hash_sha256_BYTES];
    struct fixture fixture;
    open_fixture(&fixture);
    scratch_put(&fixture.scratch, "m/new", "new");
    expect_reused(&fixture, 0, 0, ALL_BYTES + 3);
    expect_reused(&fixture, 3, ALL_BYTES, 3);
    forge_digests(&fixture.kept, zeros);
    expect_reused(&fixture, 0, 0, ALL_BYTES + 3);
    close_fixture(&fixture);
}

static int load(const struct fixture *fixture, const char *boot, struct signet_err *err)
{
    struct signet_reuse *reuse = NULL;
    CHECK_OK(new_reuse(fixture, 0, NULL, &reuse, err), err);
    int rc = signet_reuse_load(reuse, signet_span_str(boot), signet_buf_span(&fixture->kept), err);
    signet_reuse_free(reuse);
    return rc;
}

static void what_another_run_kept_is_not_used(void **state)
{
    (void)state;
    struct fixture fixture;
    struct signet_err err;
    struct signet_reuse *reuse = NULL;
    const struct signet_clock clock = {clock_of, &fixture};
    open_fixture(&fixture);
    warm(&fixture);
    CHECK_CODE(load(&fixture, BOOT, &err), SIGNET_OK);
    CHECK_CODE(load(&fixture, "short", &err), SIGNET_E_USAGE);
    CHECK_CODE(load(&fixture, OTHER_BOOT, &err), SIGNET_E_STALE);
    /* It is as if there were none; what is learnt then belongs to this run. */
    CHECK_OK(new_reuse(&fixture, 0, &clock, &reuse, &err), &err);
    CHECK_CODE(
        signet_reuse_load(reuse, signet_span_str(OTHER_BOOT), signet_buf_span(&fixture.kept), &err),
        SIGNET_E_STALE);
    struct outcome outcome = sign_with(&fixture, reuse);
    signet_reuse_free(reuse);
    CHECK_OK(outcome.rc, &outcome.err);
    assert_int_equal(outcome.reused, 0);
    assert_int_equal(outcome.read, ALL_BYTES);
    CHECK_CODE(load(&fixture, BOOT, &err), SIGNET_E_STALE);
    fixture.boot = OTHER_BOOT;
    expect_reused(&fixture, 3, ALL_BYTES, 0);
    fixture.kept.data[fixture.kept.len - 1] ^= 1;
    CHECK_CODE(load(&fixture, OTHER_BOOT, &err), SIGNET_E_MALFORMED);
    close_fixture(&fixture);
}

static void nothing_is_saved_of_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    struct signet_err err;
    struct signet_span saved;
    struct signet_reuse *reuse = NULL;
    open_fixture(&fixture);
    CHECK_OK(new_reuse(&fixture, 0, NULL, &reuse, &err), &err);
    CHECK_CODE(signet_reuse_save(reuse, &saved, &err), SIGNET_E_USAGE);
    signet_err_clear(&err);
    CHECK_OK(signet_reuse_load(reuse, signet_span_str(BOOT), signet_span_of(NULL, 0), &err), &err);
    CHECK_CODE(signet_reuse_save(reuse, &saved, &err), SIGNET_E_USAGE);
    signet_reuse_free(reuse);
    signet_reuse_free(NULL);
    assert_int_equal(signet_reuse_size(2), HEAD + 2 * RECORD + 32);
    close_fixture(&fixture);
}

/* Refuses the old signature as the fixture has it; says which code and text. */
static void refuse_old(const struct fixture *fixture, size_t key, int code, const char *text)
{
    struct signet_reuse *reuse = NULL;
    struct signet_err err;
    CHECK_CODE(new_reuse(fixture, key, NULL, &reuse, &err), code);
    assert_int_equal(err.code, code);
    assert_null(reuse);
    if (strstr(err.msg, "old.sig: ") != err.msg || strstr(err.msg, text) == NULL) {
        fail_msg("expected \"old.sig: … %s\", got: %s", text, err.msg);
    }
}

static void accept_old(const struct fixture *fixture)
{
    struct signet_reuse *reuse = NULL;
    struct signet_err err;
    CHECK_OK(new_reuse(fixture, 0, NULL, &reuse, &err), &err);
    signet_reuse_free(reuse);
}

static void forge_old(struct fixture *fixture, const struct forge *how)
{
    signet_buf_free(&fixture->old);
    fixture->old = forge(how);
}

static void the_old_signature_is_by_this_key(void **state)
{
    (void)state;
    struct fixture fixture;
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key other = forge_trusted(1);
    open_fixture(&fixture);
    char *statement = oms_statement(two_files, "");
    accept_old(&fixture);
    refuse_old(&fixture, 1, SIGNET_E_BAD_SIGNATURE, "no given key made this signature");
    signet_pubkey_fingerprint(&other.key, fingerprint);
    forge_old(&fixture, &(struct forge){.payload = statement, .key = 1, .hint = fingerprint});
    refuse_old(&fixture, 0, SIGNET_E_UNTRUSTED, "no key for SHA256:");
    forge_old(&fixture, &(struct forge){.payload = statement, .hint = fingerprint});
    refuse_old(&fixture, 1, SIGNET_E_BAD_SIGNATURE, "bad signature");
    forge_old(&fixture, &(struct forge){.payload = statement, .dsse = true});
    accept_old(&fixture);
    free(statement);
    close_fixture(&fixture);
}

/* An OMS statement over one resource, or one shard of five bytes, "alpha" by that algorithm. */
static void
sign_alpha(struct fixture *fixture, const char *method, const char *algorithm, const char *name)
{
    char text[1024];
    char hex[129];
    char root_hex[65];
    uint8_t digest[64];
    uint8_t root[32];
    bool blake2b = strcmp(algorithm, "blake2b") == 0;
    size_t len = blake2b ? 64 : 32;
    if (blake2b) {
        crypto_generichash_blake2b(digest, len, (const uint8_t *)"alpha", 5, NULL, 0);
    } else {
        crypto_hash_sha256(digest, (const uint8_t *)"alpha", 5);
    }
    crypto_hash_sha256(root, digest, len);
    signet_hex_encode(signet_span_of(digest, len), hex);
    signet_hex_encode(signet_span_of(root, sizeof(root)), root_hex);
    assert_true(snprintf(text, sizeof(text),
                         "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"" OMS
                         "\",\"predicate\":{\"serialization\":{%s,"
                         "\"hash_type\":\"%s\",\"allow_symlinks\":false},\"resources\":["
                         "{\"name\":\"%s\",\"algorithm\":\"%s\",\"digest\":\"%s\"}]},"
                         "\"subject\":[{\"name\":\"x\",\"digest\":{\"sha256\":\"%s\"}}]}",
                         method, algorithm, name, algorithm, hex, root_hex) < (int)sizeof(text));
    forge_old(fixture, &(struct forge){.payload = text});
}

static void and_over_digests_of_whole_files(void **state)
{
    (void)state;
    static const char files[] = "\"method\":\"files\"";
    struct fixture fixture;
    open_fixture(&fixture);
    char *statement = file_statement(SIGNED, "x");
    forge_old(&fixture, &(struct forge){.payload = statement});
    refuse_old(&fixture, 0, SIGNET_E_UNSUPPORTED, "expected the signature of a folder");
    free(statement);
    sign_alpha(&fixture, files, "sha256", "a");
    accept_old(&fixture);
    sign_alpha(&fixture, "\"method\":\"shards\",\"shard_size\":8", "sha256", "a:0:5");
    refuse_old(&fixture, 0, SIGNET_E_UNSUPPORTED,
               "expected digests of whole files, found some of shards");
    sign_alpha(&fixture, files, "blake2b", "a");
    refuse_old(&fixture, 0, SIGNET_E_UNSUPPORTED,
               "expected digests by sha256, found some by blake2b");
    close_fixture(&fixture);
}

static void nor_is_it_malformed(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    char *statement = oms_statement(two_files, "");
    forge_old(&fixture, &(struct forge){.payload = statement, .dsse = true});
    accept_old(&fixture);
    for (size_t len = 0; len < fixture.old.len; len += 7) {
        struct fixture cut = fixture;
        cut.old.len = len;
        refuse_old(&cut, 0, SIGNET_E_MALFORMED, "");
    }
    free(statement);
    close_fixture(&fixture);
}

static void only_a_folder_is_signed_again(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    char whole[512];
    memcpy(whole, fixture.path, sizeof(whole));
    memcpy(fixture.path, path_of(&fixture, "m/a"), sizeof(fixture.path));
    struct outcome outcome = sign_again(&fixture);
    CHECK_CODE(outcome.rc, SIGNET_E_USAGE);
    memcpy(fixture.path, whole, sizeof(whole));
    struct signet_reuse *reuse = NULL;
    struct signet_artifact *artifact = NULL;
    struct signet_signing *signing = NULL;
    struct signet_err err;
    CHECK_OK(new_reuse(&fixture, 0, NULL, &reuse, &err), &err);
    CHECK_OK(signet_artifact_open(fixture.path, &artifact, &err), &err);
    struct signet_sign_opts opts = {
        .size = sizeof(opts), .reuse = reuse, .alg = SIGNET_DIGEST_BLAKE2B};
    CHECK_CODE(signet_signing_new(artifact, &opts, &signing, &err), SIGNET_E_USAGE);
    opts.alg = SIGNET_DIGEST_SHA256;
    opts.shard_size = 1 << 20;
    CHECK_CODE(signet_signing_new(artifact, &opts, &signing, &err), SIGNET_E_USAGE);
    opts.shard_size = 0;
    signet_err_clear(&err);
    CHECK_OK(signet_signing_new(artifact, &opts, &signing, &err), &err);
    signet_signing_free(signing);
    CHECK_CODE(signet_signing_new(artifact, &opts, &signing, &err), SIGNET_E_USAGE); /* used up */
    signet_artifact_close(artifact);
    signet_reuse_free(reuse);
    close_fixture(&fixture);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forged_digest_is_none_that_was_signed),
        cmocka_unit_test(a_forged_use_is_none_that_was_signed),
        cmocka_unit_test(nor_for_a_name_that_was_not),
        cmocka_unit_test(what_another_run_kept_is_not_used),
        cmocka_unit_test(nothing_is_saved_of_nothing),
        cmocka_unit_test(the_old_signature_is_by_this_key),
        cmocka_unit_test(and_over_digests_of_whole_files),
        cmocka_unit_test(nor_is_it_malformed),
        cmocka_unit_test(only_a_folder_is_signed_again),
    };
    return CHECK_RUN(tests);
}

int main(void)
{
    return resign_main(run);
}

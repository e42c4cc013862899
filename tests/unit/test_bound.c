/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/bound.h by way of signet_verify(): a model and the BOM that lists it. BOMs are put
 * together here, in RFC 8785 form but for the signature's value, and signed by libsodium; digests
 * are libsodium's too.
 */
#include "attempt.h"

#include "base/compiler.h"
#include "verify/verification.h"

/* Of "{}" and "weights", by sha256sum. */
#define OF_CONFIG "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define OF_WEIGHTS "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
#define FILE_OF(name, hashes)                                                                      \
    "{\"bom-ref\":\"" name "\",\"hashes\":[" hashes "],\"name\":\"" name "\",\"type\":\"file\"}"
#define SHA256(hex) "{\"alg\":\"SHA-256\",\"content\":\"" hex "\"}"
#define CONFIG FILE_OF("config.json", SHA256(OF_CONFIG))
#define WEIGHTS FILE_OF("w/0.bin", SHA256(OF_WEIGHTS))
#define COMPLETE "[{\"aggregate\":\"complete\",\"assemblies\":[\"model\"]}]"
#define MODEL(files)                                                                               \
    "{\"component\":{\"bom-ref\":\"model\",\"components\":[" files                                 \
    "],\"name\":\"m\",\"type\":\"machine-learning-model\"}}"
#define BOM(compositions, metadata, excludes)                                                      \
    "{\"bomFormat\":\"CycloneDX\",\"compositions\":" compositions ",\"metadata\":" metadata        \
    ",\"signature\":{\"algorithm\":\"Ed25519\"" excludes "%s},\"specVersion\":\"1.6\"}"
#define PLAIN BOM(COMPLETE, MODEL(CONFIG "," WEIGHTS), "")

/* A BOM signed by key number; covered is what its signature is over, or NULL: all of it. */
static char *sign_bom(const char *format, const char *covered, size_t number)
{
    struct forge_key key = forge_key(number);
    uint8_t sig[crypto_sign_BYTES];
    char base64[128];
    char value[160];
    const char *message = covered != NULL ? covered : format;
    char *signed_text = forge_replace(message, "%s", "");
    crypto_sign_detached(sig, NULL, (const uint8_t *)signed_text, strlen(signed_text), key.secret);
    free(signed_text);
    assert_non_null(sodium_bin2base64(base64, sizeof(base64), sig, sizeof(sig),
                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    assert_true(snprintf(value, sizeof(value), ",\"value\":\"%s\"", base64) > 0);
    return forge_replace(format, "%s", value);
}

/* One verification of a BOM and of the model in the folder "m" by it. */
struct bound {
    struct scratch scratch;
    char model[512];
    const char *const *allow_excludes;
    const char *const *accept;
    const char *bom_name;
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
    bool partly; /* as if the BOM had been verified in part */
    bool other;  /* as if its text were not what was verified */
    bool ignore_unsigned;
};

static void bound_open(struct bound *how)
{
    memset(how, 0, sizeof(*how));
    make_bundle(&how->scratch);
    scratch_path(&how->scratch, "m", how->model);
}

static struct signet_verification *
verify_bom(const struct bound *how, int code, struct signet_artifact *artifact)
{
    struct signet_trusted_key key = forge_trusted(0);
    struct signet_verification *bom = NULL;
    struct signet_err err;
    key.uses |= SIGNET_USE_JSF;
    signet_err_clear(&err);
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = &key,
        .key_count = 1,
        .allow_excludes = how->allow_excludes,
        .keep_document = true,
    };
    int rc = signet_verify(artifact, "bom.json", &opts, &bom, &err);
    if (rc != code) {
        fail_msg("BOM: expected %s, got %s", signet_err_name(code), err.msg);
    }
    if (how->partly) {
        bom->verified->partial = true;
    }
    if (how->other) {
        bom->embedded.document.manifest.identity.bytes[31] ^= 1;
    }
    return bom;
}

/* Verifies the model by the BOM, whose own verdict must be of_bom. message is in the error, or in
 * the details of a pass. */
static void
check(const struct bound *how, const char *text, int of_bom, int code, const char *message)
{
    char path[512];
    struct signet_artifact *files[2] = {NULL, NULL};
    struct signet_verification *model = NULL;
    struct signet_err err;
    struct signet_buf details;
    signet_err_clear(&err);
    scratch_put(&how->scratch, "bom.json", text);
    CHECK_OK(signet_artifact_open(scratch_path(&how->scratch, "bom.json", path), &files[0], &err),
             &err);
    struct signet_verification *bom = verify_bom(how, of_bom, files[0]);
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .bom = bom,
        .bom_name = how->bom_name,
        .accept_ignored = how->accept,
        .insecure_ignore_unsigned = how->ignore_unsigned,
        .progress = how->progress,
        .progress_ctx = how->progress_ctx,
    };
    CHECK_OK(signet_artifact_open(how->model, &files[1], &err), &err);
    CHECK_CODE(signet_verify(files[1], "m", &opts, &model, &err), code);
    signet_buf_init(&details, 1 << 20);
    signet_report_details(model, true, &details);
    signet_report_verdict(model, &details);
    assert_int_equal(signet_buf_putc(&details, '\0'), SIGNET_OK);
    if (strstr(err.msg, message) == NULL && strstr((const char *)details.data, message) == NULL) {
        fail_msg("expected \"%s\" in: %s\n%s", message, err.msg, (const char *)details.data);
    }
    assert_int_equal(signet_verification_verified(model) != NULL, code == SIGNET_OK);
    assert_int_equal(signet_verification_code(model), code);
    signet_buf_free(&details);
    signet_verification_free(model);
    signet_verification_free(bom);
    signet_artifact_close(files[0]);
    signet_artifact_close(files[1]);
}

static void a_model_passes_and_each_difference_is_named(void **state)
{
    (void)state;
    struct bound how;
    char *bom = sign_bom(PLAIN, NULL, 0);
    bound_open(&how);
    check(&how, bom, SIGNET_OK, SIGNET_OK, "verified: m: bundle of 2 files, ");
    scratch_put(&how.scratch, "m/w/0.bin", "weightz");
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "changed: w/0.bin");
    scratch_put(&how.scratch, "m/w/0.bin", "weights");
    scratch_put(&how.scratch, "m/w/1.bin", "");
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "unsigned: w/1.bin");
    how.ignore_unsigned = true;
    check(&how, bom, SIGNET_OK, SIGNET_OK, "PARTIAL: 2 of 3 entries");
    how.ignore_unsigned = false;
    assert_int_equal(unlinkat(how.scratch.fd, "m/w/1.bin", 0), 0);
    assert_int_equal(renameat(how.scratch.fd, "m/w/0.bin", how.scratch.fd, "m/w/0.BIN"), 0);
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "missing: w/0.bin");
    assert_int_equal(renameat(how.scratch.fd, "m/w/0.BIN", how.scratch.fd, "m/w/0.bin"), 0);
    check(&how, bom, SIGNET_OK, SIGNET_OK, "signed by SHA256:");
    scratch_close(&how.scratch);
    free(bom);
}

static void lists_that_are_not_complete(void **state)
{
    (void)state;
    struct bound how;
    char *bom = sign_bom(BOM("[]", MODEL(CONFIG), ""), NULL, 0);
    char *all = sign_bom(BOM("[]", MODEL(CONFIG "," WEIGHTS), ""), NULL, 0);
    bound_open(&how);
    check(&how, bom, SIGNET_OK, SIGNET_OK, "unsigned: w/0.bin");
    check(&how, bom, SIGNET_OK, SIGNET_OK, "PARTIAL: 1 of 2 entries");
    check(&how, all, SIGNET_OK, SIGNET_OK, "verified: m: bundle of 2 files");
    assert_int_equal(unlinkat(how.scratch.fd, "m/config.json", 0), 0);
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "missing: config.json");
    scratch_close(&how.scratch);
    free(bom);
    free(all);
}

/* The model of a BOM that did not pass whole, with everything covered, is not looked at: that it
 * would differ is not what is said. */
static void boms_that_bind_nothing(void **state)
{
    (void)state;
    static const char *const allowed[] = {"metadata", NULL};
    struct bound how;
    char *good = sign_bom(PLAIN, NULL, 0);
    char *foreign = sign_bom(PLAIN, NULL, 2);
    char *none = forge_replace(good, "\"signature\"", "\"signatur_\"");
    char *excluding =
        sign_bom(BOM(COMPLETE, MODEL(CONFIG), ",\"excludes\":[\"metadata\"]"),
                 "{\"bomFormat\":\"CycloneDX\",\"compositions\":" COMPLETE
                 ",\"signature\":{\"algorithm\":\"Ed25519\"%s},\"specVersion\":\"1.6\"}",
                 0);
    bound_open(&how);
    check(&how, good, SIGNET_OK, SIGNET_OK, "verified");
    scratch_put(&how.scratch, "m/w/0.bin", "weightz");
    check(&how, foreign, SIGNET_E_BAD_SIGNATURE, SIGNET_E_UNVERIFIED, "not verified as a whole");
    check(&how, none, SIGNET_E_NO_SIGNATURE, SIGNET_E_UNVERIFIED, "not verified as a whole");
    how.allow_excludes = allowed;
    check(&how, excluding, SIGNET_OK, SIGNET_E_DENIED, "leaves members out");
    how.allow_excludes = NULL;
    how.partly = true;
    check(&how, good, SIGNET_OK, SIGNET_E_UNVERIFIED, "not verified as a whole");
    how.partly = false;
    how.other = true;
    check(&how, good, SIGNET_OK, SIGNET_E_IO, "the BOM changed while it was verified");
    how.other = false;
    check(&how, good, SIGNET_OK, SIGNET_E_MISMATCH, "changed: w/0.bin");
    scratch_close(&how.scratch);
    free(good);
    free(foreign);
    free(none);
    free(excluding);
}

static void every_hash_of_a_file_must_match(void **state)
{
    (void)state;
    static const char *const bits[] = {"256", "384", "512"};
    struct bound how;
    bound_open(&how);
    for (size_t i = 0; i < SIGNET_COUNT(bits); i++) {
        uint8_t digest[64];
        char hex[129];
        char hash[256];
        size_t len = 32 + 16 * i;
        assert_int_equal(crypto_generichash(digest, len, (const uint8_t *)"weights", 7, NULL, 0),
                         0);
        for (int wrong = 0; wrong < 2; wrong++) {
            digest[len - 1] ^= (uint8_t)wrong;
            signet_hex_encode(signet_span_of(digest, len), hex);
            assert_true(snprintf(hash, sizeof(hash), ",{\"alg\":\"BLAKE2b-%s\",\"content\":\"%s\"}",
                                 bits[i], hex) < (int)sizeof(hash));
            char *format = forge_replace(
                BOM(COMPLETE, MODEL(CONFIG "," FILE_OF("w/0.bin", SHA256(OF_WEIGHTS) "@")), ""),
                "@", hash);
            char *bom = sign_bom(format, NULL, 0);
            check(&how, bom, SIGNET_OK, wrong ? SIGNET_E_MISMATCH : SIGNET_OK,
                  wrong ? "signed blake2b" : "verified");
            free(format);
            free(bom);
        }
    }
    scratch_close(&how.scratch);
}

/* Called at the end of each reading. */
static void change_weights(void *ctx, uint64_t done, uint64_t total)
{
    assert_int_equal(done, total);
    scratch_put(ctx, "m/w/0.bin", "WEIGHTS");
}

/* Two algorithms besides SHA-256 take two readings, and both must be of the same bytes. */
static void all_readings_are_of_one_content(void **state)
{
    (void)state;
    static const char *const read[] = {"weights", "WEIGHTS"};
    struct bound how;
    bound_open(&how);
    for (size_t changes = 0; changes < 2; changes++) {
        uint8_t digests[2][64];
        char hex[2][129];
        char hashes[512];
        crypto_generichash(digests[0], 64, (const uint8_t *)"weights", 7, NULL, 0);
        crypto_generichash(digests[1], 32, (const uint8_t *)read[changes], 7, NULL, 0);
        signet_hex_encode(signet_span_of(digests[0], 64), hex[0]);
        signet_hex_encode(signet_span_of(digests[1], 32), hex[1]);
        assert_true(snprintf(hashes, sizeof(hashes),
                             "{\"alg\":\"BLAKE2b-512\",\"content\":\"%s\"},"
                             "{\"alg\":\"BLAKE2b-256\",\"content\":\"%s\"}",
                             hex[0], hex[1]) < (int)sizeof(hashes));
        char *format = forge_replace(BOM(COMPLETE, MODEL(CONFIG "," FILE_OF("w/0.bin", "@")), ""),
                                     "@", hashes);
        char *bom = sign_bom(format, NULL, 0);
        how.progress = changes ? change_weights : NULL;
        how.progress_ctx = &how.scratch;
        scratch_put(&how.scratch, "m/w/0.bin", "weights");
        check(&how, bom, SIGNET_OK, changes ? SIGNET_E_IO : SIGNET_OK,
              changes ? "changed while it was verified" : "verified");
        free(format);
        free(bom);
    }
    scratch_close(&how.scratch);
}

/* The BOM may lie in the model; nothing else may that is so called elsewhere. */
static void what_lies_in_the_model(void **state)
{
    (void)state;
    static const char *const accept[] = {"cache", NULL};
    struct bound how;
    char *bom = sign_bom(PLAIN, NULL, 0);
    char *git = sign_bom(
        BOM(COMPLETE, MODEL(FILE_OF(".gitignore", SHA256(OF_CONFIG)) "," CONFIG "," WEIGHTS), ""),
        NULL, 0);
    bound_open(&how);
    scratch_put(&how.scratch, "m/b.json", "x");
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "unsigned: b.json");
    how.bom_name = "b.json";
    check(&how, bom, SIGNET_OK, SIGNET_OK, "left out: b.json");
    scratch_put(&how.scratch, "m/w/b.json", "x");
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "unsigned: w/b.json");
    assert_int_equal(unlinkat(how.scratch.fd, "m/w/b.json", 0), 0);
    scratch_put(&how.scratch, "m/.gitignore", "{}");
    check(&how, bom, SIGNET_OK, SIGNET_OK, "left out: .gitignore");
    check(&how, git, SIGNET_OK, SIGNET_OK, "bundle of 3 files");
    scratch_put(&how.scratch, "m/.gitignore", "*");
    check(&how, git, SIGNET_OK, SIGNET_E_MISMATCH, "changed: .gitignore");
    scratch_put(&how.scratch, "m/cache/x", "x");
    check(&how, bom, SIGNET_OK, SIGNET_E_MISMATCH, "unsigned: cache/x");
    how.accept = accept;
    check(&how, bom, SIGNET_OK, SIGNET_OK, "left out: cache");
    scratch_close(&how.scratch);
    free(bom);
    free(git);
}

static void a_bound_model_has_no_other_demands(void **state)
{
    (void)state;
    static const char *const only[] = {"w", NULL};
    struct bound how;
    char path[512];
    char *bom = sign_bom(PLAIN, NULL, 0);
    struct signet_trusted_key key = forge_trusted(0);
    struct signet_artifact *artifact = NULL;
    struct signet_verification *model = NULL;
    struct signet_err err;
    signet_err_clear(&err);
    bound_open(&how);
    scratch_put(&how.scratch, "bom.json", bom);
    CHECK_OK(signet_artifact_open(scratch_path(&how.scratch, "bom.json", path), &artifact, &err),
             &err);
    struct signet_verification *passed = verify_bom(&how, SIGNET_OK, artifact);
    struct signet_verify_opts opts = {.size = sizeof(opts), .bom = passed, .only = only};
    CHECK_CODE(signet_verify(artifact, "m", &opts, &model, &err), SIGNET_E_USAGE);
    opts.only = NULL;
    opts.at = only;
    CHECK_CODE(signet_verify(artifact, "m", &opts, &model, &err), SIGNET_E_USAGE);
    opts.at = NULL;
    opts.keys = &key;
    opts.key_count = 1;
    CHECK_CODE(signet_verify(artifact, "m", &opts, &model, &err), SIGNET_E_USAGE);
    assert_null(model);
    signet_verification_free(passed);
    signet_artifact_close(artifact);
    scratch_close(&how.scratch);
    free(bom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_passes_and_each_difference_is_named),
        cmocka_unit_test(lists_that_are_not_complete),
        cmocka_unit_test(boms_that_bind_nothing),
        cmocka_unit_test(every_hash_of_a_file_must_match),
        cmocka_unit_test(all_readings_are_of_one_content),
        cmocka_unit_test(what_lies_in_the_model),
        cmocka_unit_test(a_bound_model_has_no_other_demands),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * One verification of a forged signature file: statements put together here, signed by libsodium,
 * so that signing code cannot agree with verifying code on a mistake.
 */
#ifndef SIGNET_TESTS_ATTEMPT_H
#define SIGNET_TESTS_ATTEMPT_H

#include "check.h"

#include <signet/report.h>
#include <signet/verify.h>

#include "base/codec.h"
#include "files.h"
#include "forge.h"
#include "scratch.h"
#include "threads.h"
#include "verify/guess.h"

#define SIGNED "https://sigstore.dev/cosign/sign/v1"
#define OMS "https://model_signing/signature/v1.0"

static inline void sha256_hex(const char *text, char out[65])
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const uint8_t *)text, strlen(text));
    signet_hex_encode(signet_span_of(digest, sizeof(digest)), out);
}

/* A statement about a file that holds text. */
static inline char *file_statement(const char *type, const char *text)
{
    char hex[65];
    char *out = malloc(1024);
    assert_non_null(out);
    sha256_hex(text, hex);
    assert_true(snprintf(out, 1024,
                         "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},"
                         "\"predicateType\":\"%s\",\"subject\":[{\"digest\":{\"sha256\":\"%s\"},"
                         "\"name\":\"a\"}]}",
                         type, hex) < 1024);
    return out;
}

/* An OMS statement over files given as name, text, name, text, …, NULL, sorted by name. */
static inline char *oms_statement(const char *const *files, const char *ignore)
{
    char *out = malloc(8192);
    char root[65];
    size_t used = 0;
    crypto_hash_sha256_state state;
    uint8_t digest[crypto_hash_sha256_BYTES];
    assert_non_null(out);
    crypto_hash_sha256_init(&state);
    used +=
        (size_t)snprintf(out, 8192,
                         "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"" OMS
                         "\",\"predicate\":{\"serialization\":{\"method\":\"files\","
                         "\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":[%s]},"
                         "\"resources\":[",
                         ignore);
    for (size_t i = 0; files[i] != NULL; i += 2) {
        char hex[65];
        sha256_hex(files[i + 1], hex);
        crypto_hash_sha256(digest, (const uint8_t *)files[i + 1], strlen(files[i + 1]));
        crypto_hash_sha256_update(&state, digest, sizeof(digest));
        used += (size_t)snprintf(out + used, 8192 - used,
                                 "%s{\"name\":\"%s\",\"algorithm\":\"sha256\",\"digest\":\"%s\"}",
                                 i > 0 ? "," : "", files[i], hex);
    }
    crypto_hash_sha256_final(&state, digest);
    signet_hex_encode(signet_span_of(digest, sizeof(digest)), root);
    used +=
        (size_t)snprintf(out + used, 8192 - used,
                         "]},\"subject\":[{\"name\":\"x\",\"digest\":{\"sha256\":\"%s\"}}]}", root);
    assert_true(used < 8192);
    return out;
}

/* A signature file; each verification gets a copy of its bytes, which it uses up. */
struct attempt_file {
    const char *name;
    struct signet_span bytes;
    const char *own_name;
};

/* One verification to be made; zero-initialised: key 0 given, threshold 1. */
struct attempt {
    const char *path;
    const struct attempt_file *files;
    size_t file_count;
    size_t key_count;
    size_t threshold;
    const char *const *accept_ignored;
    const struct signet_limits *limits;
    const struct signet_store *store;
    const char *const *only;
    bool ignore_unsigned;
    bool same_key; /* key 0 given key_count times, under different names */
    bool no_key;
    size_t padding; /* spaces behind each signature file */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
    char *details; /* out; freed by the caller if it asked for it */
    char *message; /* out */
};

static inline struct signet_signature_file *attempt_copy(const struct attempt *how)
{
    struct signet_signature_file *files = calloc(how->file_count + 1, sizeof(*files));
    assert_non_null(files);
    for (size_t i = 0; i < how->file_count; i++) {
        files[i].name = how->files[i].name;
        files[i].own_name = how->files[i].own_name;
        struct signet_buf *text = &files[i].text;
        signet_buf_init(text, how->files[i].bytes.len + how->padding);
        assert_int_equal(signet_buf_put(text, how->files[i].bytes), SIGNET_OK);
        assert_int_equal(signet_buf_reserve(text, how->padding), SIGNET_OK);
        if (how->padding > 0) {
            memset(text->data + text->len, ' ', how->padding);
            text->len += how->padding;
        }
    }
    return files;
}

/* All of them were used up, or, if the call itself was wrong, none. */
static inline void attempt_release(struct signet_signature_file *files, size_t count, bool used)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(!used || files[i].text.data == NULL);
        signet_buf_free(&files[i].text);
    }
    free(files);
}

static inline int attempt(struct attempt *how, bool keep)
{
    struct signet_signature_file *files = attempt_copy(how);
    struct signet_trusted_key keys[] = {forge_trusted(0), forge_trusted(1), forge_trusted(2)};
    struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = keys,
        .key_count = how->key_count > 0 || how->no_key ? how->key_count : 1,
        .threshold = how->threshold,
        .signatures = files,
        .signature_count = how->file_count,
        .accept_ignored = how->accept_ignored,
        .only = how->only,
        .insecure_ignore_unsigned = how->ignore_unsigned,
        .limits = how->limits,
        .store = how->store,
        .jobs = 2,
        .progress = how->progress,
        .progress_ctx = how->progress_ctx,
    };
    for (size_t i = 1; how->same_key && i < 3; i++) {
        keys[i] = keys[0];
        keys[i].name = "the same again";
    }
    struct signet_artifact *artifact = NULL;
    struct signet_verification *verification = NULL;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(how->path, &artifact, &err), &err);
    size_t threads = count_threads_before();
    int rc = signet_verify(artifact, how->path, &opts, &verification, &err);
    expect_threads(threads); /* and nobody needs the artifact any more */
    signet_artifact_close(artifact);
    assert_int_equal(rc, err.code);
    if (verification != NULL) {
        bool passed = rc == SIGNET_OK;
        assert_int_equal(signet_verification_partial(verification), how->only != NULL);
        assert_int_equal(signet_verification_code(verification), rc);
        assert_int_equal(signet_verification_verified(verification) != NULL, passed);
        assert_int_equal(signet_verification_statement(verification).len > 0, passed);
        struct signet_buf text;
        signet_buf_init(&text, 1 << 20);
        signet_report_details(verification, true, &text);
        assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
        if (keep) {
            how->details = strdup((const char *)text.data);
        }
        signet_buf_free(&text);
    }
    if (keep) {
        how->message = strdup(err.msg);
    }
    signet_verification_free(verification);
    attempt_release(files, how->file_count, rc != SIGNET_E_USAGE);
    return rc;
}

static inline void expect_once(struct attempt how, int code, const char *text)
{
    int rc = attempt(&how, true);
    if (rc != code) {
        fail_msg("expected %s, got %s: %s\n%s", signet_err_name(code), signet_err_name(rc),
                 how.message, how.details != NULL ? how.details : "");
    }
    if (text != NULL && strstr(how.message, text) == NULL &&
        (how.details == NULL || strstr(how.details, text) == NULL)) {
        fail_msg("expected \"%s\" in: %s\n%s", text, how.message, how.details);
    }
    free(how.message);
    free(how.details);
}

/* Bundles are measured while long signature files are read, which must make no difference. */
static inline void expect(struct attempt how, int code, const char *text)
{
    expect_once(how, code, text);
    if (how.limits == NULL && how.progress == NULL) {
        how.padding = SIGNET_GUESS_FROM;
        expect_once(how, code, text);
    }
}

/* A file "a" that holds "contents", in a folder of its own, and its signature by key 0. */
struct signed_file {
    struct scratch scratch;
    char path[512];
    char *statement;
    struct signet_buf text; /* of the signature file */
    struct attempt_file signature;
};

static inline void signed_file_open(struct signed_file *file)
{
    scratch_open(&file->scratch);
    scratch_put(&file->scratch, "a", "contents");
    scratch_path(&file->scratch, "a", file->path);
    file->statement = file_statement(SIGNED, "contents");
    file->text = forge(&(struct forge){.payload = file->statement});
    file->signature = (struct attempt_file){"a.sigstore.json", signet_buf_span(&file->text), NULL};
}

static inline void signed_file_close(struct signed_file *file)
{
    scratch_close(&file->scratch);
    signet_buf_free(&file->text);
    free(file->statement);
}

/* Verifying it, by key 0 and its signature alone. */
static inline struct attempt signed_file_attempt(const struct signed_file *file)
{
    return (struct attempt){.path = file->path, .files = &file->signature, .file_count = 1};
}

static const char *const two_files[] = {"config.json", "{}", "w/0.bin", "weights", NULL};

/* The identity of the bundle of two_files, with other contents of the last one. */
static inline void bundle_hex(const char *weights, char hex[65])
{
    char one[65];
    char two[65];
    char list[256];
    uint8_t digest[crypto_hash_sha256_BYTES];
    sha256_hex("{}", one);
    sha256_hex(weights, two);
    int len = snprintf(list, sizeof(list), "%s  config.json%c%s  w/0.bin%c", one, 0, two, 0);
    assert_true(len > 0 && (size_t)len < sizeof(list));
    crypto_hash_sha256(digest, (const uint8_t *)list, (unsigned long long)len);
    signet_hex_encode(signet_span_of(digest, sizeof(digest)), hex);
}

static inline void make_bundle(struct scratch *scratch)
{
    scratch_open(scratch);
    scratch_put(scratch, "m/config.json", "{}");
    scratch_put(scratch, "m/w/0.bin", "weights");
}

#endif

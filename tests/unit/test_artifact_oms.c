/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/: manifests against statements that the reference implementation of OpenSSF Model
 * Signing signed (testdata/oms, see its SOURCE.md): every digest, and the root recomputed in the
 * order in which each statement lists them. Signatures are not looked at here.
 */
#include "files.h"
#include "scratch.h"

#include <signet/artifact.h>
#include <signet/buf.h>

#include "base/codec.h"
#include "base/utf8.h"

static const char *const git_and_sub[] = {".git", ".gitattributes", ".github", ".gitignore", "sub",
                                          NULL};

/* The statement inside a signature file, NUL-terminated; the caller frees it. */
static void read_payload(const char *folder, const char *name, struct signet_buf *payload)
{
    static const char member[] = "\"payload\":";
    struct signet_buf sig = check_read_file(folder, name);
    signet_buf_init(payload, sig.max);
    assert_int_equal(signet_buf_putc(&sig, '\0'), SIGNET_OK);
    const char *start = strstr((const char *)sig.data, member);
    assert_non_null(start);
    start = strchr(start + sizeof(member) - 1, '"');
    assert_non_null(start);
    size_t len = strcspn(start + 1, "\"");
    assert_int_equal(signet_b64_decode(payload, signet_span_of(start + 1, len)), SIGNET_OK);
    assert_int_equal(signet_buf_putc(payload, '\0'), SIGNET_OK);
    signet_buf_free(&sig);
}

/* The value of a member of a flat object, as these statements are written: one space after the
 * colon, no escapes but \uXXXX below the surrogates. */
static void read_member(const char *object, const char *member, char out[256])
{
    char key[64];
    size_t used = 0;
    assert_true(snprintf(key, sizeof(key), "\"%s\": \"", member) < (int)sizeof(key));
    const char *at = strstr(object, key);
    assert_non_null(at);
    for (at += strlen(key); *at != '"'; at++) {
        assert_true(*at != '\0' && used + 4 < 256);
        if (*at != '\\') {
            out[used++] = *at;
            continue;
        }
        char hex[5] = {at[2], at[3], at[4], at[5], '\0'};
        assert_int_equal(at[1], 'u');
        used += signet_utf8_encode((uint32_t)strtoul(hex, NULL, 16), (uint8_t *)out + used);
        at += 5;
    }
    out[used] = '\0';
}

/* Each listed resource is in the manifest with that digest; returns how many there are. */
static size_t check_resources(char *statement,
                              const struct signet_manifest *manifest,
                              const char *file_name,
                              struct signet_hash *root)
{
    size_t count = 0;
    size_t len = signet_digest_size(manifest->alg);
    char *at = strstr(statement, "\"resources\":");
    assert_non_null(at);
    char *list_end = strchr(at, ']');
    assert_non_null(list_end);
    for (at = strchr(at, '{'); at != NULL && at < list_end; at = strchr(at + 1, '{')) {
        char name[256];
        char text[256];
        uint8_t digest[SIGNET_DIGEST_MAX];
        char *end = strchr(at, '}');
        assert_non_null(end);
        *end = '\0';
        read_member(at, "name", name);
        read_member(at, "digest", text);
        *end = '}';
        assert_int_equal(signet_hex_decode(signet_span_str(text), digest, len), SIGNET_OK);
        const struct signet_entry *entry =
            signet_manifest_find(manifest, signet_span_str(file_name != NULL ? file_name : name));
        assert_non_null(entry);
        CHECK_BYTES(signet_entry_digest(manifest, entry, 0).ptr, digest, len);
        assert_int_equal(signet_hash_update(root, signet_span_of(digest, len)), SIGNET_OK);
        count++;
    }
    return count;
}

struct statement {
    const char *name;
    const char *path;
    enum signet_digest_alg alg;
    const char *const *ignore;
    const char *file_name; /* of a single file, which the reference lists as "." */
    size_t count;
    bool same_order; /* the statement lists in byte order: its root is ours */
};

static void check_statement(const char *folder,
                            const struct scratch *scratch,
                            const struct statement *statement)
{
    char path[512];
    char expected[256];
    char hex[SIGNET_DIGEST_HEX];
    struct signet_err err;
    struct signet_buf payload;
    struct signet_digest root;
    struct signet_hash *hash = NULL;
    struct signet_artifact *artifact = NULL;
    struct signet_manifest manifest;
    struct signet_measure_opts opts = {
        .size = sizeof(opts), .alg = statement->alg, .ignore = statement->ignore};
    signet_err_clear(&err);
    read_payload(folder, statement->name, &payload);
    CHECK_OK(signet_artifact_open(scratch_path(scratch, statement->path, path), &artifact, &err),
             &err);
    CHECK_OK(signet_artifact_measure(artifact, &opts, &manifest, &err), &err);
    CHECK_OK(signet_hash_new(SIGNET_DIGEST_SHA256, &hash, &err), &err);
    assert_int_equal(check_resources((char *)payload.data, &manifest, statement->file_name, hash),
                     statement->count);
    assert_int_equal(manifest.count, statement->count);
    assert_int_equal(signet_hash_final(hash, &root), SIGNET_OK);
    read_member((const char *)payload.data, "sha256", expected);
    assert_string_equal(signet_digest_hex(&root, hex), expected);
    assert_int_equal(signet_digest_eq(&root, &manifest.root), statement->same_order);
    signet_hash_free(hash);
    signet_manifest_free(&manifest);
    signet_artifact_close(artifact);
    signet_buf_free(&payload);
}

static void unpack(const struct scratch *scratch, const char *folder)
{
    char archive[600];
    assert_true(snprintf(archive, sizeof(archive), "%s/models.tar", folder) < (int)sizeof(archive));
    const char *const argv[] = {"tar", "-xf", archive, "-C", scratch->path, NULL};
    scratch_run(argv);
}

/* The reference sorts by components ("a/b" before "a b"), the specification and we by bytes. */
static void digests_are_those_of_the_reference(void **state)
{
    (void)state;
    static const struct statement statements[] = {
        {"dir-ed25519.sig", "models/dir", SIGNET_DIGEST_SHA256, NULL, NULL, 9, false},
        {"dir-p256.sig", "models/dir", SIGNET_DIGEST_NONE, NULL, NULL, 9, false},
        {"dir-blake2.sig", "models/dir", SIGNET_DIGEST_BLAKE2B, NULL, NULL, 9, false},
        {"dir-ignore.sig", "models/dir", SIGNET_DIGEST_SHA256, git_and_sub, NULL, 7, false},
        {"one-ed25519.sig", "models/one.bin", SIGNET_DIGEST_SHA256, NULL, "one.bin", 1, true},
    };
    char folder[512];
    struct scratch scratch;
    if (!check_find_testdata("oms", folder, sizeof(folder))) {
        return;
    }
    scratch_open(&scratch);
    unpack(&scratch, folder);
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        struct statement statement = statements[i];
        if (statement.ignore == NULL) {
            statement.ignore = signet_artifact_git_names();
        }
        check_statement(folder, &scratch, &statement);
    }
    scratch_close(&scratch);
}

static void what_was_ignored_is_reported(void **state)
{
    (void)state;
    char folder[512];
    char path[512];
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    struct signet_manifest manifest;
    struct signet_measure_opts opts = {.size = sizeof(opts), .ignore = git_and_sub};
    struct scratch scratch;
    if (!check_find_testdata("oms", folder, sizeof(folder))) {
        return;
    }
    scratch_open(&scratch);
    unpack(&scratch, folder);
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(scratch_path(&scratch, "models/dir", path), &artifact, &err),
             &err);
    CHECK_OK(signet_artifact_measure(artifact, &opts, &manifest, &err), &err);
    assert_int_equal(manifest.ignored_count, 3);
    assert_string_equal(manifest.ignored[0], ".git");
    assert_string_equal(manifest.ignored[1], ".gitignore");
    assert_string_equal(manifest.ignored[2], "sub");
    assert_int_equal(manifest.uncovered_count, 0);
    signet_manifest_free(&manifest);
    signet_artifact_close(artifact);
    artifact = NULL;
    CHECK_OK(signet_artifact_open(scratch_path(&scratch, "models/link", path), &artifact, &err),
             &err);
    CHECK_CODE(signet_artifact_measure(artifact, &opts, &manifest, &err), SIGNET_E_FORBIDDEN);
    assert_non_null(strstr(err.msg, ": l: expected a regular file or a directory, found a symbolic "
                                    "link"));
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_reference),
        cmocka_unit_test(what_was_ignored_is_reported),
    };
    return CHECK_RUN(tests);
}

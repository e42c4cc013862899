/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/about: what attestations are about is told, by the identity that their subject names, and
 * none of them ever counts as a signature. Statements are forged by hand; identities of bundles are
 * put together here, by the rule of struct signet_manifest.
 */
#include "attempt.h"

#define THIS "https://slsa.dev/provenance/v1 about this artifact, which is no signature"
#define OTHER "https://slsa.dev/provenance/v1 about something else, which is no signature"

/* An attestation with one subject, by key 0. */
static struct signet_buf
attest(const char *name, const char *digest, const char *hex, const char *more)
{
    char text[1024];
    int len = snprintf(text, sizeof(text),
                       "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},"
                       "\"predicateType\":\"https://slsa.dev/provenance/v1\",\"subject\":[{"
                       "\"digest\":{\"%s\":\"%s\"},\"name\":\"%s\"%s}]}",
                       digest, hex, name, more);
    assert_true(len > 0 && (size_t)len < sizeof(text));
    return forge(&(struct forge){.payload = text});
}

/* Alone it is exit 4 whatever it is about; beside a signature it changes nothing. */
static void expect_about(const char *path,
                         struct signet_buf *attestation,
                         const struct attempt_file *signature,
                         const char *about)
{
    struct attempt_file files[2] = {{"p", signet_buf_span(attestation), NULL}};
    struct attempt how = {.path = path, .files = files, .file_count = 1};
    expect(how, SIGNET_E_NO_SIGNATURE, about);
    files[1] = *signature;
    how.file_count = 2;
    expect(how, SIGNET_OK, about);
    signet_buf_free(attestation);
}

static void a_file_by_its_bytes(void **state)
{
    (void)state;
    struct signed_file file;
    char hex[65];
    char other[65];
    signed_file_open(&file);
    sha256_hex("contents", hex);
    sha256_hex("contentS", other);
    struct signet_buf good = attest("another name", "sha256", hex, "");
    struct signet_buf bad = attest("a", "sha256", other, "");
    struct signet_buf bundle = attest("a", "signetBundle", hex, "");
    struct signet_buf weak = attest("a", "sha1", hex, "");
    struct signet_buf form =
        attest("a", "sha256", hex, ",\"annotations\":{\"signetForm\":\"rfc8785\"}");
    expect_about(file.path, &good, &file.signature, THIS);
    expect_about(file.path, &bad, &file.signature, OTHER);
    expect_about(file.path, &bundle, &file.signature, OTHER);
    expect_about(file.path, &weak, &file.signature, OTHER);
    expect_about(file.path, &form, &file.signature, OTHER); /* it has none */
    signed_file_close(&file);
}

static void a_bundle_by_its_identity(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char hex[65];
    char other[65];
    make_bundle(&scratch);
    scratch_path(&scratch, "m", path);
    char *statement = oms_statement(two_files, "\".git\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct attempt_file signature = {"m.sig", signet_buf_span(&text), NULL};
    bundle_hex("weights", hex);
    bundle_hex("weightS", other);
    struct signet_buf good = attest("x", "signetBundle", hex, "");
    struct signet_buf bad = attest("m", "signetBundle", other, "");
    struct signet_buf as_file = attest("m", "sha256", hex, "");
    expect_about(path, &good, &signature, THIS);
    expect_about(path, &bad, &signature, OTHER);
    expect_about(path, &as_file, &signature, OTHER);
    signet_buf_free(&text);
    free(statement);
    scratch_close(&scratch);
}

/* The signature leaves a folder out, and the identity is of what it covers. */
static void a_bundle_without_what_its_signature_leaves_out(void **state)
{
    (void)state;
    static const char *const accepted[] = {"cache", NULL};
    struct scratch scratch;
    char path[512];
    char hex[65];
    make_bundle(&scratch);
    scratch_put(&scratch, "m/cache/x", "x");
    scratch_path(&scratch, "m", path);
    char *statement = oms_statement(two_files, "\".git\",\"cache\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    bundle_hex("weights", hex);
    struct signet_buf good = attest("m", "signetBundle", hex, "");
    const struct attempt_file files[] = {{"p", signet_buf_span(&good), NULL},
                                         {"m.sig", signet_buf_span(&text), NULL}};
    struct attempt how = {
        .path = path, .files = files, .file_count = 2, .accept_ignored = accepted};
    expect(how, SIGNET_OK, THIS);
    how.file_count = 1; /* nobody says that it is left out */
    expect(how, SIGNET_E_NO_SIGNATURE, OTHER);
    signet_buf_free(&good);
    signet_buf_free(&text);
    free(statement);
    scratch_close(&scratch);
}

/* Of chosen entries nothing is known about the whole. */
static void a_part_tells_nothing(void **state)
{
    (void)state;
    static const char *const only[] = {"config.json", NULL};
    struct scratch scratch;
    char path[512];
    char hex[65];
    make_bundle(&scratch);
    scratch_path(&scratch, "m", path);
    char *statement = oms_statement(two_files, "\".git\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    bundle_hex("weights", hex);
    struct signet_buf good = attest("m", "signetBundle", hex, "");
    const struct attempt_file files[] = {{"p", signet_buf_span(&good), NULL},
                                         {"m.sig", signet_buf_span(&text), NULL}};
    const struct attempt how = {.path = path, .files = files, .file_count = 2, .only = only};
    expect(how, SIGNET_OK, "about something that was not compared");
    signet_buf_free(&good);
    signet_buf_free(&text);
    free(statement);
    scratch_close(&scratch);
}

/* One subject of several is enough, and all digests of it must match. */
static void one_subject_of_several(void **state)
{
    (void)state;
    struct signed_file file;
    char hex[65];
    char other[65];
    char more[256];
    signed_file_open(&file);
    sha256_hex("contents", hex);
    sha256_hex("contentS", other);
    for (size_t i = 0; i < 2; i++) {
        assert_true(snprintf(more, sizeof(more), "},{\"digest\":{\"%s\":\"%s\"}",
                             i == 0 ? "sha256" : "signetBundle", hex) > 0);
        struct signet_buf two = attest("b", "sha256", other, more);
        expect_about(file.path, &two, &file.signature, i == 0 ? THIS : OTHER);
    }
    signed_file_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_by_its_bytes),
        cmocka_unit_test(a_bundle_by_its_identity),
        cmocka_unit_test(a_bundle_without_what_its_signature_leaves_out),
        cmocka_unit_test(a_part_tells_nothing),
        cmocka_unit_test(one_subject_of_several),
    };
    return CHECK_RUN(tests);
}

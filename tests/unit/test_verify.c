/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/: the one decision. Signature files are forged by the test itself (libsodium), so that
 * signing code cannot agree with verifying code on a mistake. Each pass has its twin that differs
 * in one thing.
 */
#include "attempt.h"

static void a_file_passes_and_its_changed_twin_does_not(void **state)
{
    (void)state;
    struct signed_file file;
    signed_file_open(&file);
    struct attempt how = signed_file_attempt(&file);
    expect(how, SIGNET_OK, NULL);
    scratch_put(&file.scratch, "a", "contentS");
    expect(how, SIGNET_E_MISMATCH, "content differs: signed sha256:");
    scratch_put(&file.scratch, "a", "contents\n");
    expect(how, SIGNET_E_MISMATCH, "content differs");
    scratch_put(&file.scratch, "a", "contents");
    how.file_count = 0;
    expect(how, SIGNET_E_NO_SIGNATURE, "no signature file found");
    signed_file_close(&file);
}

static void refusals_of_a_signer_do_not_mix(void **state)
{
    (void)state;
    struct signed_file file;
    char name[SIGNET_FINGERPRINT_TEXT];
    char other[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key first = forge_trusted(0);
    struct signet_trusted_key second = forge_trusted(1);
    signed_file_open(&file);
    signet_pubkey_fingerprint(&first.key, name);
    signet_pubkey_fingerprint(&second.key, other);
    const struct {
        struct forge how;
        int code;
        const char *text;
    } rows[] = {
        {{.payload = file.statement, .key = 1, .hint = other},
         SIGNET_E_UNTRUSTED,
         "no key for SHA256:"},
        {{.payload = file.statement, .key = 1, .hint = name},
         SIGNET_E_BAD_SIGNATURE,
         "bad signature"},
        {{.payload = file.statement, .key = 1}, SIGNET_E_BAD_SIGNATURE, "no given key made"},
        {{.payload = file.statement, .key = 1, .hint = "me"},
         SIGNET_E_BAD_SIGNATURE,
         "no given key made"},
        {{.payload = file.statement, .hint = name, .keyid = name}, SIGNET_OK, NULL},
        {{.payload = file.statement, .prehashed = true}, SIGNET_E_BAD_SIGNATURE, "Ed25519ph"},
        {{.payload = file.statement, .type = "text/plain"}, SIGNET_E_UNSUPPORTED, "payload type"},
        {{.payload = "{}"}, SIGNET_E_MALFORMED, "_type"},
        {{.payload = "{"}, SIGNET_E_MALFORMED, "payload"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_buf text = forge(&rows[i].how);
        file.signature.bytes = signet_buf_span(&text);
        expect(signed_file_attempt(&file), rows[i].code, rows[i].text);
        signet_buf_free(&text);
    }
    signed_file_close(&file);
}

static void an_attestation_is_no_signature(void **state)
{
    (void)state;
    struct signed_file file;
    signed_file_open(&file);
    char *attested = file_statement("https://slsa.dev/provenance/v1", "contents");
    struct signet_buf attestation = forge(&(struct forge){.payload = attested});
    const struct attempt_file files[] = {{"p", signet_buf_span(&attestation), NULL},
                                         file.signature};
    struct attempt how = {.path = file.path, .files = files, .file_count = 1};
    expect(how, SIGNET_E_NO_SIGNATURE, "https://slsa.dev/provenance/v1");
    how.file_count = 2;
    expect(how, SIGNET_OK, "attestation");
    signed_file_close(&file);
    signet_buf_free(&attestation);
    free(attested);
}

static void one_other_content_refuses_whatever_the_rest_says(void **state)
{
    (void)state;
    struct signed_file file;
    signed_file_open(&file);
    char *wrong = file_statement(SIGNED, "older contents");
    struct signet_buf old = forge(&(struct forge){.payload = wrong});
    struct signet_buf foreign = forge(&(struct forge){.payload = wrong, .key = 2});
    struct attempt_file files[] = {file.signature, {"old", signet_buf_span(&old), NULL}};
    struct attempt how = {.path = file.path, .files = files, .file_count = 2};
    expect(how, SIGNET_E_MISMATCH, "content differs");
    files[1].bytes = signet_buf_span(&foreign); /* by nobody's key: reported, not counted */
    expect(how, SIGNET_OK, "not counted");
    files[1].bytes = signet_span_str("{");
    expect(how, SIGNET_OK, "not counted");
    signed_file_close(&file);
    signet_buf_free(&old);
    signet_buf_free(&foreign);
    free(wrong);
}

static void thresholds_add_up_over_one_payload_only(void **state)
{
    (void)state;
    struct signed_file file;
    signed_file_open(&file);
    static const size_t second[] = {1, SIZE_MAX};
    static const size_t again[] = {0, SIZE_MAX};
    char *respelled = forge_replace(file.statement, "\"name\":\"a\"", "\"name\":\"b\"");
    struct signet_buf by_second = forge(&(struct forge){.payload = file.statement, .key = 1});
    struct signet_buf other = forge(&(struct forge){.payload = respelled, .key = 1});
    struct signet_buf both =
        forge(&(struct forge){.payload = file.statement, .dsse = true, .more_keys = second});
    struct signet_buf twice =
        forge(&(struct forge){.payload = file.statement, .dsse = true, .more_keys = again});
    struct attempt_file files[2] = {file.signature, {"2", signet_buf_span(&by_second), NULL}};
    struct attempt how = {
        .path = file.path, .files = files, .file_count = 2, .key_count = 3, .threshold = 2};
    expect(how, SIGNET_OK, NULL);
    how.threshold = 3;
    expect(how, SIGNET_E_THRESHOLD, "3 keys must sign");
    how.threshold = 2;
    files[1].bytes = signet_buf_span(&other); /* same content, other statement */
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    files[1] = file.signature;
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.file_count = 1;
    files[0].bytes = signet_buf_span(&both);
    expect(how, SIGNET_OK, NULL);
    files[0].bytes = signet_buf_span(&twice);
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.key_count = 1;
    expect(how, SIGNET_E_USAGE, "never be reached");
    signed_file_close(&file);
    signet_buf_free(&by_second);
    signet_buf_free(&other);
    signet_buf_free(&both);
    signet_buf_free(&twice);
    free(respelled);
}

static void a_key_given_twice_is_one_key(void **state)
{
    (void)state;
    struct signed_file file;
    signed_file_open(&file);
    static const size_t again[] = {0, SIZE_MAX};
    struct signet_buf text =
        forge(&(struct forge){.payload = file.statement, .dsse = true, .more_keys = again});
    const struct attempt_file files[] = {{"1", signet_buf_span(&text), NULL},
                                         {"2", signet_buf_span(&text), NULL}};
    struct attempt how = {.path = file.path,
                          .files = files,
                          .file_count = 2,
                          .key_count = 3,
                          .same_key = true,
                          .threshold = 2};
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.threshold = 1;
    expect(how, SIGNET_OK, NULL);
    signed_file_close(&file);
    signet_buf_free(&text);
}

static void without_a_key_nothing_is_verified(void **state)
{
    (void)state;
    struct signed_file file;
    signed_file_open(&file);
    struct attempt how = signed_file_attempt(&file);
    expect(how, SIGNET_OK, NULL);
    how.no_key = true;
    expect(how, SIGNET_E_USAGE, "no key to verify with");
    how.file_count = 0;
    expect(how, SIGNET_E_USAGE, "no key to verify with");
    signed_file_close(&file);
}

static void every_strong_digest_of_a_set_must_match(void **state)
{
    (void)state;
    struct signed_file file;
    uint8_t digest[crypto_hash_sha512_BYTES];
    char hex[2 * crypto_hash_sha512_BYTES + 1];
    char member[200];
    signed_file_open(&file);
    crypto_hash_sha512(digest, (const uint8_t *)"contents", 8);
    signet_hex_encode(signet_span_of(digest, sizeof(digest)), hex);
    for (size_t row = 0; row < 4; row++) {
        bool wrong = row >= 2;
        if (row == 2) {
            hex[0] = (char)(hex[0] == '0' ? '1' : '0');
        }
        /* a digest counts by the name that is meant, however it is spelled */
        const char *name = row % 2 == 0 ? "sha512" : "sh\\u0061512";
        assert_true(snprintf(member, sizeof(member), "\"%s\":\"%s\",\"sha256\"", name, hex) < 200);
        char *both = forge_replace(file.statement, "\"sha256\"", member);
        struct signet_buf text = forge(&(struct forge){.payload = both});
        file.signature.bytes = signet_buf_span(&text);
        expect(signed_file_attempt(&file), wrong ? SIGNET_E_MISMATCH : SIGNET_OK,
               wrong ? "sha512:" : NULL);
        signet_buf_free(&text);
        free(both);
    }
    char *weak = forge_replace(file.statement, "\"sha256\"", "\"sha1\"");
    struct signet_buf text = forge(&(struct forge){.payload = weak});
    file.signature.bytes = signet_buf_span(&text);
    expect(signed_file_attempt(&file), SIGNET_E_UNSUPPORTED, "no strong digest");
    signet_buf_free(&text);
    free(weak);
    signed_file_close(&file);
}

/* Called at the end of each reading. */
static void change_contents(void *ctx, uint64_t done, uint64_t total)
{
    assert_int_equal(done, total);
    scratch_put(ctx, "a", "CONTENTS");
}

/* Two algorithms besides SHA-256 take two readings, and both must be of the same bytes. */
static void all_digests_are_of_one_content(void **state)
{
    (void)state;
    static const char *const before_and_after[] = {"contents", "CONTENTS"};
    struct signed_file file;
    uint8_t digest[64];
    char first[129];
    char second[129];
    char member[400];
    signed_file_open(&file);
    struct attempt how = signed_file_attempt(&file);
    for (size_t changes = 0; changes < 2; changes++) {
        assert_int_equal(crypto_generichash(digest, 64, (const uint8_t *)"contents", 8, NULL, 0),
                         0);
        signet_hex_encode(signet_span_of(digest, 64), first);
        crypto_hash_sha512(digest, (const uint8_t *)before_and_after[changes], 8);
        signet_hex_encode(signet_span_of(digest, 64), second);
        assert_true(snprintf(member, sizeof(member),
                             "\"blake2b\":\"%s\",\"sha512\":\"%s\",\"sha1\"", first, second) < 400);
        char *both = forge_replace(file.statement, "\"sha256\"", member);
        struct signet_buf text = forge(&(struct forge){.payload = both});
        file.signature.bytes = signet_buf_span(&text);
        how.progress = changes ? change_contents : NULL;
        how.progress_ctx = &file.scratch;
        scratch_put(&file.scratch, "a", "contents");
        expect(how, changes ? SIGNET_E_IO : SIGNET_OK,
               changes ? "changed while it was verified" : NULL);
        signet_buf_free(&text);
        free(both);
    }
    signed_file_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_passes_and_its_changed_twin_does_not),
        cmocka_unit_test(refusals_of_a_signer_do_not_mix),
        cmocka_unit_test(an_attestation_is_no_signature),
        cmocka_unit_test(one_other_content_refuses_whatever_the_rest_says),
        cmocka_unit_test(thresholds_add_up_over_one_payload_only),
        cmocka_unit_test(a_key_given_twice_is_one_key),
        cmocka_unit_test(without_a_key_nothing_is_verified),
        cmocka_unit_test(every_strong_digest_of_a_set_must_match),
        cmocka_unit_test(all_digests_are_of_one_content),
    };
    return CHECK_RUN(tests);
}

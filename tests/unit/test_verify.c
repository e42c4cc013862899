/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/: the one decision. Signature files are forged by the test itself (libsodium), so that
 * signing code cannot agree with verifying code on a mistake. Each pass has its twin that differs
 * in one thing.
 */
#include "attempt.h"

/* ---- files ---- */

static void a_file_passes_and_its_changed_twin_does_not(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = file_statement(SIGNED, "contents");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct signet_signature_file file = {"a.sigstore.json", signet_buf_span(&text)};
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    struct attempt how = {
        .path = scratch_path(&scratch, "a", path), .files = &file, .file_count = 1};
    expect(how, SIGNET_OK, NULL);
    scratch_put(&scratch, "a", "contentS");
    expect(how, SIGNET_E_MISMATCH, "content differs: signed sha256:");
    scratch_put(&scratch, "a", "contents\n");
    expect(how, SIGNET_E_MISMATCH, "content differs");
    scratch_put(&scratch, "a", "contents");
    how.file_count = 0;
    expect(how, SIGNET_E_NO_SIGNATURE, "no signature file found");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

static void refusals_of_a_signer_do_not_mix(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char name[SIGNET_FINGERPRINT_TEXT];
    char other[SIGNET_FINGERPRINT_TEXT];
    struct signet_trusted_key first = forge_trusted(0);
    struct signet_trusted_key second = forge_trusted(1);
    char *statement = file_statement(SIGNED, "contents");
    signet_pubkey_fingerprint(&first.key, name);
    signet_pubkey_fingerprint(&second.key, other);
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    const struct {
        struct forge how;
        int code;
        const char *text;
    } rows[] = {
        {{.payload = statement, .key = 1, .hint = other}, SIGNET_E_UNTRUSTED, "no key for SHA256:"},
        {{.payload = statement, .key = 1, .hint = name}, SIGNET_E_BAD_SIGNATURE, "bad signature"},
        {{.payload = statement, .key = 1}, SIGNET_E_BAD_SIGNATURE, "no given key made"},
        {{.payload = statement, .key = 1, .hint = "me"},
         SIGNET_E_BAD_SIGNATURE,
         "no given key made"},
        {{.payload = statement, .hint = name, .keyid = name}, SIGNET_OK, NULL},
        {{.payload = statement, .prehashed = true}, SIGNET_E_BAD_SIGNATURE, "Ed25519ph"},
        {{.payload = statement, .type = "text/plain"}, SIGNET_E_UNSUPPORTED, "payload type"},
        {{.payload = "{}"}, SIGNET_E_MALFORMED, "_type"},
        {{.payload = "{"}, SIGNET_E_MALFORMED, "payload"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_buf text = forge(&rows[i].how);
        const struct signet_signature_file file = {"s", signet_buf_span(&text)};
        expect((struct attempt){.path = scratch_path(&scratch, "a", path),
                                .files = &file,
                                .file_count = 1},
               rows[i].code, rows[i].text);
        signet_buf_free(&text);
    }
    scratch_close(&scratch);
    free(statement);
}

static void an_attestation_is_no_signature(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *attested = file_statement("https://slsa.dev/provenance/v1", "contents");
    char *signed_by_one = file_statement(SIGNED, "contents");
    struct signet_buf attestation = forge(&(struct forge){.payload = attested});
    struct signet_buf signature = forge(&(struct forge){.payload = signed_by_one});
    const struct signet_signature_file files[] = {{"p", signet_buf_span(&attestation)},
                                                  {"s", signet_buf_span(&signature)}};
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    struct attempt how = {
        .path = scratch_path(&scratch, "a", path), .files = files, .file_count = 1};
    expect(how, SIGNET_E_NO_SIGNATURE, "https://slsa.dev/provenance/v1");
    how.file_count = 2;
    expect(how, SIGNET_OK, "attestation");
    scratch_close(&scratch);
    signet_buf_free(&attestation);
    signet_buf_free(&signature);
    free(attested);
    free(signed_by_one);
}

static void one_other_content_refuses_whatever_the_rest_says(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *right = file_statement(SIGNED, "contents");
    char *wrong = file_statement(SIGNED, "older contents");
    struct signet_buf good = forge(&(struct forge){.payload = right});
    struct signet_buf old = forge(&(struct forge){.payload = wrong});
    struct signet_buf foreign = forge(&(struct forge){.payload = wrong, .key = 2});
    struct signet_signature_file files[] = {{"good", signet_buf_span(&good)},
                                            {"old", signet_buf_span(&old)}};
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    struct attempt how = {
        .path = scratch_path(&scratch, "a", path), .files = files, .file_count = 2};
    expect(how, SIGNET_E_MISMATCH, "content differs");
    files[1].bytes = signet_buf_span(&foreign); /* by nobody's key: reported, not counted */
    expect(how, SIGNET_OK, "not counted");
    files[1].bytes = signet_span_str("{");
    expect(how, SIGNET_OK, "not counted");
    scratch_close(&scratch);
    signet_buf_free(&good);
    signet_buf_free(&old);
    signet_buf_free(&foreign);
    free(right);
    free(wrong);
}

static void thresholds_add_up_over_one_payload_only(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    static const size_t second[] = {1, SIZE_MAX};
    static const size_t again[] = {0, SIZE_MAX};
    char *statement = file_statement(SIGNED, "contents");
    char *respelled = forge_replace(statement, "\"name\":\"a\"", "\"name\":\"b\"");
    struct signet_buf by_first = forge(&(struct forge){.payload = statement});
    struct signet_buf by_second = forge(&(struct forge){.payload = statement, .key = 1});
    struct signet_buf other = forge(&(struct forge){.payload = respelled, .key = 1});
    struct signet_buf both =
        forge(&(struct forge){.payload = statement, .dsse = true, .more_keys = second});
    struct signet_buf twice =
        forge(&(struct forge){.payload = statement, .dsse = true, .more_keys = again});
    struct signet_signature_file files[2] = {{"1", signet_buf_span(&by_first)},
                                             {"2", signet_buf_span(&by_second)}};
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    struct attempt how = {.path = scratch_path(&scratch, "a", path),
                          .files = files,
                          .file_count = 2,
                          .key_count = 3,
                          .threshold = 2};
    expect(how, SIGNET_OK, NULL);
    how.threshold = 3;
    expect(how, SIGNET_E_THRESHOLD, "3 keys must sign");
    how.threshold = 2;
    files[1].bytes = signet_buf_span(&other); /* same content, other statement */
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    files[1].bytes = signet_buf_span(&by_first);
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.file_count = 1;
    files[0].bytes = signet_buf_span(&both);
    expect(how, SIGNET_OK, NULL);
    files[0].bytes = signet_buf_span(&twice);
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.key_count = 1;
    expect(how, SIGNET_E_USAGE, "never be reached");
    scratch_close(&scratch);
    signet_buf_free(&by_first);
    signet_buf_free(&by_second);
    signet_buf_free(&other);
    signet_buf_free(&both);
    signet_buf_free(&twice);
    free(statement);
    free(respelled);
}

static void a_key_given_twice_is_one_key(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    static const size_t again[] = {0, SIZE_MAX};
    char *statement = file_statement(SIGNED, "contents");
    struct signet_buf text =
        forge(&(struct forge){.payload = statement, .dsse = true, .more_keys = again});
    const struct signet_signature_file files[] = {{"1", signet_buf_span(&text)},
                                                  {"2", signet_buf_span(&text)}};
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    struct attempt how = {.path = scratch_path(&scratch, "a", path),
                          .files = files,
                          .file_count = 2,
                          .key_count = 3,
                          .same_key = true,
                          .threshold = 2};
    expect(how, SIGNET_E_THRESHOLD, "1 did");
    how.threshold = 1;
    expect(how, SIGNET_OK, NULL);
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

static void without_a_key_nothing_is_verified(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = file_statement(SIGNED, "contents");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct signet_signature_file file = {"s", signet_buf_span(&text)};
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
    struct attempt how = {
        .path = scratch_path(&scratch, "a", path), .files = &file, .file_count = 1};
    expect(how, SIGNET_OK, NULL);
    how.no_key = true;
    expect(how, SIGNET_E_USAGE, "no key to verify with");
    how.file_count = 0;
    expect(how, SIGNET_E_USAGE, "no key to verify with");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

static void every_strong_digest_of_a_set_must_match(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    uint8_t digest[crypto_hash_sha512_BYTES];
    char hex[2 * crypto_hash_sha512_BYTES + 1];
    char member[200];
    char *statement = file_statement(SIGNED, "contents");
    scratch_open(&scratch);
    scratch_put(&scratch, "a", "contents");
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
        char *both = forge_replace(statement, "\"sha256\"", member);
        struct signet_buf text = forge(&(struct forge){.payload = both});
        const struct signet_signature_file file = {"s", signet_buf_span(&text)};
        expect((struct attempt){.path = scratch_path(&scratch, "a", path),
                                .files = &file,
                                .file_count = 1},
               wrong ? SIGNET_E_MISMATCH : SIGNET_OK, wrong ? "sha512:" : NULL);
        signet_buf_free(&text);
        free(both);
    }
    char *weak = forge_replace(statement, "\"sha256\"", "\"sha1\"");
    struct signet_buf text = forge(&(struct forge){.payload = weak});
    const struct signet_signature_file file = {"s", signet_buf_span(&text)};
    expect((struct attempt){.path = path, .files = &file, .file_count = 1}, SIGNET_E_UNSUPPORTED,
           "no strong digest");
    signet_buf_free(&text);
    free(weak);
    free(statement);
    scratch_close(&scratch);
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
    struct scratch scratch;
    char path[512];
    uint8_t digest[64];
    char first[129];
    char second[129];
    char member[400];
    char *statement = file_statement(SIGNED, "contents");
    scratch_open(&scratch);
    struct attempt how = {.path = scratch_path(&scratch, "a", path), .file_count = 1};
    for (size_t changes = 0; changes < 2; changes++) {
        assert_int_equal(crypto_generichash(digest, 64, (const uint8_t *)"contents", 8, NULL, 0),
                         0);
        signet_hex_encode(signet_span_of(digest, 64), first);
        crypto_hash_sha512(digest, (const uint8_t *)before_and_after[changes], 8);
        signet_hex_encode(signet_span_of(digest, 64), second);
        assert_true(snprintf(member, sizeof(member),
                             "\"blake2b\":\"%s\",\"sha512\":\"%s\",\"sha1\"", first, second) < 400);
        char *both = forge_replace(statement, "\"sha256\"", member);
        struct signet_buf text = forge(&(struct forge){.payload = both});
        const struct signet_signature_file file = {"s", signet_buf_span(&text)};
        how.files = &file;
        how.progress = changes ? change_contents : NULL;
        how.progress_ctx = &scratch;
        scratch_put(&scratch, "a", "contents");
        expect(how, changes ? SIGNET_E_IO : SIGNET_OK,
               changes ? "changed while it was verified" : NULL);
        signet_buf_free(&text);
        free(both);
    }
    scratch_close(&scratch);
    free(statement);
}

/* ---- bundles ---- */

static void a_bundle_passes_and_each_difference_is_named(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "\".git\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct signet_signature_file file = {"m.sig", signet_buf_span(&text)};
    make_bundle(&scratch);
    struct attempt how = {
        .path = scratch_path(&scratch, "m", path), .files = &file, .file_count = 1};
    expect(how, SIGNET_OK, NULL);
    scratch_put(&scratch, "m/w/0.bin", "weightz");
    expect(how, SIGNET_E_MISMATCH, "changed: w/0.bin");
    scratch_put(&scratch, "m/w/0.bin", "weights");
    scratch_put(&scratch, "m/w/1.bin", "");
    expect(how, SIGNET_E_MISMATCH, "unsigned: w/1.bin");
    how.ignore_unsigned = true;
    expect(how, SIGNET_OK, "unsigned: w/1.bin");
    how.ignore_unsigned = false;
    assert_int_equal(unlinkat(scratch.fd, "m/w/1.bin", 0), 0);
    expect(how, SIGNET_OK, NULL);
    assert_int_equal(renameat(scratch.fd, "m/w/0.bin", scratch.fd, "m/w/0.bim"), 0);
    expect(how, SIGNET_E_MISMATCH, "missing: w/0.bin");
    how.ignore_unsigned = true;
    expect(how, SIGNET_E_MISMATCH, "missing: w/0.bin");
    assert_int_equal(renameat(scratch.fd, "m/w/0.bim", scratch.fd, "m/w/0.bin"), 0);
    /* contents exchanged: every digest is still there */
    scratch_put(&scratch, "m/config.json", "weights");
    scratch_put(&scratch, "m/w/0.bin", "{}");
    expect(how, SIGNET_E_MISMATCH, "2 changed");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

static void what_a_signature_leaves_out_must_be_accepted(void **state)
{
    (void)state;
    static const char *const accept[] = {"cache", NULL};
    static const char *const near[] = {"cach", NULL};
    static const char *const own[] = {"m.sig", NULL};
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "\".git\",\"cache\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct signet_signature_file file = {"m.sig", signet_buf_span(&text)};
    make_bundle(&scratch);
    struct attempt how = {
        .path = scratch_path(&scratch, "m", path), .files = &file, .file_count = 1};
    expect(how, SIGNET_OK, NULL);
    scratch_put(&scratch, "m/.git/HEAD", "x");
    expect(how, SIGNET_OK, "left out: .git");
    scratch_put(&scratch, "m/cache/evil", "x");
    expect(how, SIGNET_E_MISMATCH, "\"cache\" is there");
    how.accept_ignored = near;
    expect(how, SIGNET_E_MISMATCH, "left out: cache");
    how.accept_ignored = accept;
    expect(how, SIGNET_OK, "left out: cache");
    scratch_put(&scratch, "m/m.sig", "the signature");
    expect(how, SIGNET_E_MISMATCH, "unsigned: m.sig");
    how.own_names = own;
    expect(how, SIGNET_OK, "left out: m.sig");
    /* git's names pass only where the statement leaves them out */
    scratch_put(&scratch, "m/.github/x", "x");
    expect(how, SIGNET_E_MISMATCH, "unsigned: .github/x");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

/* A name that exempts the signature file exempts no folder and no link of that name. */
static void own_names_are_regular_files_only(void **state)
{
    (void)state;
    static const char *const own[] = {"s", NULL};
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    char *recorded = oms_statement(two_files, "\"s\"");
    struct signet_buf plain = forge(&(struct forge){.payload = statement});
    struct signet_buf ignoring = forge(&(struct forge){.payload = recorded});
    struct signet_signature_file file = {"s", signet_buf_span(&plain)};
    make_bundle(&scratch);
    struct attempt how = {.path = scratch_path(&scratch, "m", path),
                          .files = &file,
                          .file_count = 1,
                          .own_names = own};
    for (int i = 0; i < 2; i++) {
        file.bytes = signet_buf_span(i == 0 ? &plain : &ignoring);
        scratch_put(&scratch, "m/s", "signature");
        expect(how, SIGNET_OK, "left out: s");
        assert_int_equal(unlinkat(scratch.fd, "m/s", 0), 0);
        scratch_put(&scratch, "m/s/evil.py", "evil");
        expect(how, SIGNET_E_FORBIDDEN, "found a directory");
        assert_int_equal(unlinkat(scratch.fd, "m/s/evil.py", 0), 0);
        assert_int_equal(unlinkat(scratch.fd, "m/s", AT_REMOVEDIR), 0);
        scratch_link(&scratch, "/etc/passwd", "m/s");
        expect(how, SIGNET_E_FORBIDDEN, "symbolic link");
        assert_int_equal(unlinkat(scratch.fd, "m/s", 0), 0);
    }
    scratch_close(&scratch);
    signet_buf_free(&plain);
    signet_buf_free(&ignoring);
    free(statement);
    free(recorded);
}

static void an_emptied_bundle_misses_its_files(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct signet_signature_file file = {"s", signet_buf_span(&text)};
    make_bundle(&scratch);
    assert_int_equal(unlinkat(scratch.fd, "m/config.json", 0), 0);
    assert_int_equal(unlinkat(scratch.fd, "m/w/0.bin", 0), 0);
    expect((struct attempt){.path = scratch_path(&scratch, "m", path),
                            .files = &file,
                            .file_count = 1},
           SIGNET_E_MISMATCH, "missing: config.json");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

/* One statement leaves a folder out and has two signers; another covers it and has one. With two
 * demanded, the first decides, and the report must say what the first leaves out. */
static void the_report_is_about_the_statement_that_decided(void **state)
{
    (void)state;
    static const char *const accept[] = {"x", NULL};
    static const char *const three[] = {"config.json", "{}", "w/0.bin", "weights",
                                        "x/y",         "1",  NULL};
    static const size_t second[] = {1, SIZE_MAX};
    struct scratch scratch;
    char path[512];
    char *narrow = oms_statement(two_files, "\"x\"");
    char *wide = oms_statement(three, "");
    struct signet_buf by_two =
        forge(&(struct forge){.payload = narrow, .dsse = true, .more_keys = second});
    struct signet_buf by_one = forge(&(struct forge){.payload = wide});
    const struct signet_signature_file files[] = {{"two", signet_buf_span(&by_two)},
                                                  {"one", signet_buf_span(&by_one)}};
    make_bundle(&scratch);
    scratch_put(&scratch, "m/x/y", "1");
    struct attempt how = {.path = scratch_path(&scratch, "m", path),
                          .files = files,
                          .file_count = 2,
                          .key_count = 2,
                          .threshold = 2,
                          .accept_ignored = accept};
    expect(how, SIGNET_OK, "left out: x");
    scratch_close(&scratch);
    signet_buf_free(&by_two);
    signet_buf_free(&by_one);
    free(narrow);
    free(wide);
}

static void statements_about_files_and_bundles_never_mix(void **state)
{
    (void)state;
    static const char *const single[] = {".", "contents", NULL};
    static const char *const named[] = {"a", "contents", NULL};
    static const char *const other[] = {"b", "contents", NULL};
    static const char *const pair[] = {"a", "contents", "b", "", NULL};
    const struct {
        const char *const *files; /* NULL: a file statement */
        const char *path;
        int code;
    } rows[] = {
        {NULL, "a", SIGNET_OK},
        {NULL, "m", SIGNET_E_MISMATCH},
        {single, "a", SIGNET_OK},
        {single, "m", SIGNET_E_MISMATCH},
        {named, "a", SIGNET_OK},
        {other, "a", SIGNET_E_MISMATCH},
        {pair, "a", SIGNET_E_MISMATCH},
        {two_files, "m", SIGNET_OK},
        {two_files, "a", SIGNET_E_MISMATCH},
    };
    struct scratch scratch;
    make_bundle(&scratch);
    scratch_put(&scratch, "a", "contents");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[512];
        char *statement = rows[i].files != NULL ? oms_statement(rows[i].files, "")
                                                : file_statement(SIGNED, "contents");
        struct signet_buf text = forge(&(struct forge){.payload = statement});
        const struct signet_signature_file file = {"s", signet_buf_span(&text)};
        expect((struct attempt){.path = scratch_path(&scratch, rows[i].path, path),
                                .files = &file,
                                .file_count = 1},
               rows[i].code, NULL);
        signet_buf_free(&text);
        free(statement);
    }
    scratch_close(&scratch);
}

/* The root of an OMS statement is a digest of digests: a file that holds those digests has it as
 * its own SHA-256, and must not pass for the bundle, nor the bundle for it. */
/* The digits of hex one by one, each changed in the statement before it is signed. */
static void sweep_digest(const char *path, const char *statement, const char *hex)
{
    char *changed = strdup(statement);
    assert_non_null(changed);
    char *digits = strstr(changed, hex);
    assert_non_null(digits);
    for (size_t i = 0; i < strlen(hex); i++) {
        char kept = digits[i];
        digits[i] = kept == '0' ? '1' : '0';
        struct signet_buf text = forge(&(struct forge){.payload = changed});
        const struct signet_signature_file file = {"s", signet_buf_span(&text)};
        expect((struct attempt){.path = path, .files = &file, .file_count = 1}, SIGNET_E_MISMATCH,
               "signed sha256:");
        signet_buf_free(&text);
        digits[i] = kept;
    }
    free(changed);
}

/* An OMS statement over the files a and b, or over one file, that agrees with itself: the root is
 * that of the digests as they stand there. */
static char *oms_statement_of(const uint8_t (*digests)[32], const char *const *names, size_t count)
{
    static const char *const files[] = {"a", "a", "b", "b", NULL};
    static const char *const single[] = {".", "a", NULL};
    char hex[65];
    char root[65];
    uint8_t digest[32];
    char *statement = oms_statement(count == 1 ? single : files, "");
    crypto_hash_sha256(digest, digests[0], 32 * count);
    signet_hex_encode(signet_span_of(digest, 32), root);
    for (size_t i = 0; i < count; i++) {
        char stated[65];
        sha256_hex(names[i], stated);
        signet_hex_encode(signet_span_of(digests[i], 32), hex);
        memcpy(strstr(statement, stated), hex, 64);
    }
    memcpy(strstr(statement, "}}]}") - 65, root, 64);
    return statement;
}

/* Each byte of the last stated digest, with the root made to agree. */
static void sweep_oms(const char *path, size_t count)
{
    static const char *const names[] = {"a", "b"};
    uint8_t digests[2][32];
    crypto_hash_sha256(digests[0], (const uint8_t *)names[0], 1);
    crypto_hash_sha256(digests[1], (const uint8_t *)names[1], 1);
    for (size_t at = 0; at <= 32; at++) {
        bool changes = at < 32;
        if (changes) {
            digests[count - 1][at] ^= 1;
        }
        char *statement = oms_statement_of((const uint8_t(*)[32])digests, names, count);
        struct signet_buf text = forge(&(struct forge){.payload = statement});
        const struct signet_signature_file file = {"s", signet_buf_span(&text)};
        expect((struct attempt){.path = path, .files = &file, .file_count = 1},
               changes ? SIGNET_E_MISMATCH : SIGNET_OK, changes ? "sha256:" : NULL);
        signet_buf_free(&text);
        free(statement);
        if (changes) {
            digests[count - 1][at] ^= 1;
        }
    }
}

static void every_digit_of_a_digest_counts(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char hex[65];
    char *statement = file_statement(SIGNED, "a");
    sha256_hex("a", hex);
    scratch_open(&scratch);
    scratch_put(&scratch, "f", "a");
    scratch_put(&scratch, "m/a", "a");
    scratch_put(&scratch, "m/b", "b");
    sweep_digest(scratch_path(&scratch, "f", path), statement, hex);
    sweep_oms(path, 1);
    sweep_oms(scratch_path(&scratch, "m", path), 2);
    scratch_close(&scratch);
    free(statement);
}

static void the_root_identifies_nothing_alone(void **state)
{
    (void)state;
    static const char *const files[] = {"a", "1", "b", "2", NULL};
    uint8_t digests[64];
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(files, "");
    char *as_file = forge_replace(statement, OMS, SIGNED);
    struct signet_buf oms = forge(&(struct forge){.payload = statement});
    struct signet_buf file = forge(&(struct forge){.payload = as_file});
    const struct signet_signature_file by_list = {"s", signet_buf_span(&oms)};
    const struct signet_signature_file by_digest = {"s", signet_buf_span(&file)};
    scratch_open(&scratch);
    crypto_hash_sha256(digests, (const uint8_t *)"1", 1);
    crypto_hash_sha256(digests + 32, (const uint8_t *)"2", 1);
    scratch_write(&scratch, "f", signet_span_of(digests, sizeof(digests)));
    scratch_put(&scratch, "m/a", "1");
    scratch_put(&scratch, "m/b", "2");
    scratch_path(&scratch, "f", path);
    expect((struct attempt){.path = path, .files = &by_list, .file_count = 1}, SIGNET_E_MISMATCH,
           "bundle of 2 files");
    scratch_path(&scratch, "m", path);
    expect((struct attempt){.path = path, .files = &by_list, .file_count = 1}, SIGNET_OK, NULL);
    expect((struct attempt){.path = path, .files = &by_digest, .file_count = 1}, SIGNET_E_MISMATCH,
           "not over this directory");
    scratch_close(&scratch);
    signet_buf_free(&oms);
    signet_buf_free(&file);
    free(statement);
    free(as_file);
}

static void prehashed_signatures_pass_over_oms_only(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement, .prehashed = true});
    const struct signet_signature_file file = {"s", signet_buf_span(&text)};
    make_bundle(&scratch);
    expect((struct attempt){.path = scratch_path(&scratch, "m", path),
                            .files = &file,
                            .file_count = 1},
           SIGNET_OK, "ed25519ph");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
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
        cmocka_unit_test(a_bundle_passes_and_each_difference_is_named),
        cmocka_unit_test(what_a_signature_leaves_out_must_be_accepted),
        cmocka_unit_test(own_names_are_regular_files_only),
        cmocka_unit_test(an_emptied_bundle_misses_its_files),
        cmocka_unit_test(the_report_is_about_the_statement_that_decided),
        cmocka_unit_test(statements_about_files_and_bundles_never_mix),
        cmocka_unit_test(every_digit_of_a_digest_counts),
        cmocka_unit_test(the_root_identifies_nothing_alone),
        cmocka_unit_test(prehashed_signatures_pass_over_oms_only),
    };
    return CHECK_RUN(tests);
}

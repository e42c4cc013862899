/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/: the decision on bundles: every entry by name and digest, what a statement leaves out,
 * and that statements about files and about bundles never mix.
 */
#include "attempt.h"

static void a_bundle_passes_and_each_difference_is_named(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "\".git\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct attempt_file file = {"m.sig", signet_buf_span(&text), NULL};
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
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "\".git\",\"cache\"");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    struct attempt_file file = {"m.sig", signet_buf_span(&text), NULL};
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
    file.own_name = "m.sig";
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
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    char *recorded = oms_statement(two_files, "\"s\"");
    struct signet_buf plain = forge(&(struct forge){.payload = statement});
    struct signet_buf ignoring = forge(&(struct forge){.payload = recorded});
    struct attempt_file file = {"s", signet_buf_span(&plain), "s"};
    make_bundle(&scratch);
    struct attempt how = {
        .path = scratch_path(&scratch, "m", path), .files = &file, .file_count = 1};
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

/* A file inside the bundle that claims to be a signature, but by no given key, is an entry as any.
 */
static void own_names_need_a_given_key(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    struct signet_buf good = forge(&(struct forge){.payload = statement});
    struct signet_buf foreign = forge(&(struct forge){.payload = statement, .key = 2});
    struct attempt_file files[] = {{"m.sig", signet_buf_span(&good), NULL},
                                   {"m/x.json", signet_buf_span(&foreign), "x.json"}};
    make_bundle(&scratch);
    scratch_write(&scratch, "m/x.json", signet_buf_span(&foreign));
    struct attempt how = {
        .path = scratch_path(&scratch, "m", path), .files = files, .file_count = 2};
    expect(how, SIGNET_E_MISMATCH, "unsigned: x.json");
    files[1].bytes = signet_buf_span(&good);
    scratch_write(&scratch, "m/x.json", signet_buf_span(&good));
    expect(how, SIGNET_OK, "left out: x.json");
    scratch_close(&scratch);
    signet_buf_free(&good);
    signet_buf_free(&foreign);
    free(statement);
}

static void an_emptied_bundle_misses_its_files(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
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
    const struct attempt_file files[] = {{"two", signet_buf_span(&by_two), NULL},
                                         {"one", signet_buf_span(&by_one), NULL}};
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
        const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
        expect((struct attempt){.path = scratch_path(&scratch, rows[i].path, path),
                                .files = &file,
                                .file_count = 1},
               rows[i].code, NULL);
        signet_buf_free(&text);
        free(statement);
    }
    scratch_close(&scratch);
}

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
        const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
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
        const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
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

/* The root of an OMS statement is a digest of digests: a file that holds those digests has it as
 * its own SHA-256, and must not pass for the bundle, nor the bundle for it. */
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
    const struct attempt_file by_list = {"s", signet_buf_span(&oms), NULL};
    const struct attempt_file by_digest = {"s", signet_buf_span(&file), NULL};
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

/* The order of the list is the signer's: some tools list by components of names. */
static void resources_may_stand_in_any_order(void **state)
{
    (void)state;
    static const char *const lists[][7] = {
        {"a-x", "4", "a/c", "3", "b", "2", NULL},
        {"a/c", "3", "a-x", "4", "b", "2", NULL},
        {"b", "2", "a/c", "3", "a-x", "4", NULL},
    };
    for (size_t i = 0; i < 3; i++) {
        struct scratch scratch;
        char path[512];
        char *statement = oms_statement(lists[i], "");
        struct signet_buf text = forge(&(struct forge){.payload = statement});
        const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
        scratch_open(&scratch);
        scratch_put(&scratch, "m/a-x", "4");
        scratch_put(&scratch, "m/a/c", "3");
        scratch_put(&scratch, "m/b", "2");
        struct attempt how = {
            .path = scratch_path(&scratch, "m", path), .files = &file, .file_count = 1};
        expect(how, SIGNET_OK, NULL);
        scratch_put(&scratch, "m/a/c", "5");
        expect(how, SIGNET_E_MISMATCH, "changed: a/c");
        /* what is missing or added before and behind it hides it not */
        assert_int_equal(unlinkat(scratch.fd, "m/a-x", 0), 0);
        scratch_put(&scratch, "m/a/b", "3");
        scratch_put(&scratch, "m/a/d", "3");
        scratch_put(&scratch, "m/z", "2");
        expect(how, SIGNET_E_MISMATCH, "1 changed, 1 missing, 3 unsigned");
        scratch_close(&scratch);
        signet_buf_free(&text);
        free(statement);
    }
}

static void a_name_is_listed_once(void **state)
{
    (void)state;
    static const char *const lists[][7] = {
        {"a", "1", "b", "2", "a", "1", NULL},
        {"b", "2", "b", "2", "a", "1", NULL},
        {"a", "1", "b", "2", ".", "1", NULL},
    };
    static const char *const texts[] = {"\"a\" is listed twice", "\"b\" is listed twice",
                                        "stands for a single file"};
    struct scratch scratch;
    char path[512];
    scratch_open(&scratch);
    scratch_put(&scratch, "m/a", "1");
    scratch_put(&scratch, "m/b", "2");
    scratch_path(&scratch, "m", path);
    for (size_t i = 0; i < 3; i++) {
        char *statement = oms_statement(lists[i], "");
        struct signet_buf text = forge(&(struct forge){.payload = statement});
        const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
        expect((struct attempt){.path = path, .files = &file, .file_count = 1}, SIGNET_E_MALFORMED,
               texts[i]);
        signet_buf_free(&text);
        free(statement);
    }
    scratch_close(&scratch);
}

/* The statement over a bundle may be larger than any other, and only beside a bundle. */
static void only_bundles_have_large_statements(void **state)
{
    (void)state;
    static const char *const single[] = {".", "1", NULL};
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(single, "");
    char *attested = forge_replace(statement, OMS, "https://slsa.dev/provenance/v1");
    struct signet_buf oms = forge(&(struct forge){.payload = statement});
    struct signet_buf other = forge(&(struct forge){.payload = attested});
    struct signet_limits limits = signet_limits_default();
    struct attempt_file file = {"s", signet_buf_span(&oms), NULL};
    struct attempt how = {.path = path, .files = &file, .file_count = 1, .limits = &limits};
    scratch_open(&scratch);
    scratch_put(&scratch, "m/a", "1");
    scratch_path(&scratch, "m/a", path);
    limits.envelope = oms.len;
    limits.bundle = 1;
    expect(how, SIGNET_E_LIMIT, "more than the limit of 1");
    limits.bundle = oms.len;
    expect(how, SIGNET_OK, NULL);
    limits.envelope = oms.len - 1;
    expect(how, SIGNET_E_LIMIT, "more than the limit of ");
    scratch_path(&scratch, "m", path);
    expect(how, SIGNET_E_MISMATCH, "content differs"); /* it was read, and is about a file */
    limits.bundle = oms.len - 1;
    expect(how, SIGNET_E_LIMIT, "more than the limit of ");
    limits.bundle = other.len;
    file.bytes = signet_buf_span(&other);
    limits.envelope = other.len;
    expect(how, SIGNET_E_NO_SIGNATURE, "only attestations");
    limits.envelope = other.len - 1;
    expect(how, SIGNET_E_LIMIT, "more than the limit of ");
    scratch_close(&scratch);
    signet_buf_free(&oms);
    signet_buf_free(&other);
    free(statement);
    free(attested);
}

static void prehashed_signatures_pass_over_oms_only(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement, .prehashed = true});
    const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
    make_bundle(&scratch);
    expect((struct attempt){.path = scratch_path(&scratch, "m", path),
                            .files = &file,
                            .file_count = 1},
           SIGNET_OK, "ed25519ph");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

/* What is measured by a guess ends with the verification, however that ends: nobody reads the
 * artifact afterwards, and a signature by nobody known does not cost the reading of it all. */
/* Called as files are read; the bundle is another one after each reading. */
static void change_weights(void *ctx, uint64_t done, uint64_t total)
{
    if (done == total) {
        scratch_put(ctx, "m/w/0.bin", "WEIGHTS");
    }
}

/* Statements that leave out different names take two readings, and both must be of one content. */
static void all_statements_are_about_one_content(void **state)
{
    (void)state;
    static const char *const accept[] = {"cache", NULL};
    static const char *const later_files[] = {"config.json", "{}", "w/0.bin", "WEIGHTS", NULL};
    struct scratch scratch;
    char path[512];
    char *first = oms_statement(two_files, "\".git\"");
    char *narrow = oms_statement(two_files, "\".git\",\"cache\"");
    char *later = oms_statement(later_files, "\".git\",\"cache\"");
    struct signet_buf texts[] = {forge(&(struct forge){.payload = first}),
                                 forge(&(struct forge){.payload = narrow}),
                                 forge(&(struct forge){.payload = later})};
    struct attempt_file files[] = {{"1", signet_buf_span(&texts[0]), NULL},
                                   {"2", signet_buf_span(&texts[1]), NULL}};
    make_bundle(&scratch);
    scratch_put(&scratch, "m/.git/HEAD", "x");
    struct attempt how = {.path = scratch_path(&scratch, "m", path),
                          .files = files,
                          .file_count = 2,
                          .accept_ignored = accept};
    expect(how, SIGNET_OK, NULL);
    files[1].bytes = signet_buf_span(&texts[2]);
    expect(how, SIGNET_E_MISMATCH, "changed: w/0.bin");
    how.progress = change_weights;
    how.progress_ctx = &scratch;
    expect(how, SIGNET_E_IO, "changed while it was verified");
    scratch_close(&scratch);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        signet_buf_free(&texts[i]);
    }
    free(first);
    free(narrow);
    free(later);
}

static void nothing_goes_on_after_a_refusal(void **state)
{
    (void)state;
    struct scratch scratch;
    char path[512];
    char *statement = oms_statement(two_files, "");
    struct signet_buf text = forge(&(struct forge){.payload = statement, .key = 1});
    const struct attempt_file file = {"s", signet_buf_span(&text), NULL};
    make_bundle(&scratch);
    int fd = openat(scratch.fd, "m/w/0.bin", O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, (off_t)16 << 30), 0);
    assert_int_equal(close(fd), 0);
    const struct attempt how = {.path = scratch_path(&scratch, "m", path),
                                .files = &file,
                                .file_count = 1,
                                .padding = SIGNET_GUESS_FROM};
    expect_once(how, SIGNET_E_BAD_SIGNATURE, "no given key made this signature");
    scratch_close(&scratch);
    signet_buf_free(&text);
    free(statement);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_statements_are_about_one_content),
        cmocka_unit_test(nothing_goes_on_after_a_refusal),
        cmocka_unit_test(a_bundle_passes_and_each_difference_is_named),
        cmocka_unit_test(what_a_signature_leaves_out_must_be_accepted),
        cmocka_unit_test(own_names_are_regular_files_only),
        cmocka_unit_test(own_names_need_a_given_key),
        cmocka_unit_test(an_emptied_bundle_misses_its_files),
        cmocka_unit_test(the_report_is_about_the_statement_that_decided),
        cmocka_unit_test(statements_about_files_and_bundles_never_mix),
        cmocka_unit_test(every_digit_of_a_digest_counts),
        cmocka_unit_test(the_root_identifies_nothing_alone),
        cmocka_unit_test(resources_may_stand_in_any_order),
        cmocka_unit_test(a_name_is_listed_once),
        cmocka_unit_test(only_bundles_have_large_statements),
        cmocka_unit_test(prehashed_signatures_pass_over_oms_only),
    };
    return CHECK_RUN(tests);
}

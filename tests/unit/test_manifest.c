/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/manifest: order, duplicates, twins, uncovered directories, lookup, limits. Names are
 * added as a source would add them; expected values follow from the contract in
 * <signet/artifact.h> or are named beside them.
 */
#include "check.h"

#include <signet/limits.h>

#include "artifact/ignore.h"
#include "artifact/manifest.h"
#include "base/codec.h"

/* A begun manifest of these files and folders, each list NULL-terminated. */
static void
begin(struct signet_manifest *manifest, const char *const *files, const char *const *folders)
{
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_manifest_begin(manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
             &err);
    for (size_t i = 0; files[i] != NULL; i++) {
        CHECK_OK(signet_manifest_add_file(manifest, signet_span_str(files[i]), i, 100, &err), &err);
    }
    for (size_t i = 0; folders != NULL && folders[i] != NULL; i++) {
        CHECK_OK(signet_manifest_add_folder(manifest, signet_span_str(folders[i]), 100, &err),
                 &err);
    }
}

static void entries_are_sorted_by_bytes(void **state)
{
    (void)state;
    static const char *const files[] = {
        "a/b", "a.txt", "\xf0\x9f\x98\x80", "a b", "B", "a", "\xef\xbc\xa1", "a0", NULL};
    static const char *const sorted[] = {"B",   "a",  "a b",          "a.txt",
                                         "a/b", "a0", "\xef\xbc\xa1", "\xf0\x9f\x98\x80"};
    static const uint64_t sizes[] = {4, 5, 3, 1, 0, 7, 6, 2};
    struct signet_err err;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    begin(&manifest, files, NULL);
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    assert_int_equal(manifest.count, 8);
    for (size_t i = 0; i < manifest.count; i++) {
        assert_string_equal(manifest.entries[i].name, sorted[i]);
        assert_int_equal(manifest.entries[i].size, sizes[i]);
    }
    signet_manifest_free(&manifest);
    assert_int_equal(manifest.count, 0);
    assert_null(manifest.entries);
    signet_manifest_free(&manifest);
    signet_manifest_free(NULL);
}

static void equal_names_are_refused(void **state)
{
    (void)state;
    static const char *const twice[] = {"b", "a/x", "c", "a/x", NULL};
    static const char *const once[] = {"b", "a/x", "c", "a/y", NULL};
    struct signet_err err;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    begin(&manifest, twice, NULL);
    CHECK_CODE(signet_manifest_settle(&manifest, &err), SIGNET_E_FORBIDDEN);
    assert_string_equal(err.msg, "a/x: two entries have this name");
    signet_manifest_free(&manifest);
    signet_err_clear(&err);
    begin(&manifest, once, NULL);
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    signet_manifest_free(&manifest);
}

static void check_twins(const char *const *files, const char *first, const char *second)
{
    struct signet_err err;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    begin(&manifest, files, NULL);
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    if (first == NULL) {
        assert_null(manifest.twins[0]);
        assert_null(manifest.twins[1]);
    } else {
        assert_string_equal(manifest.twins[0], first);
        assert_string_equal(manifest.twins[1], second);
    }
    signet_manifest_free(&manifest);
}

/* ASCII only: 0x41-0x5A. The neighbours of that range and other scripts have no twins. */
static void twins_differ_in_ascii_case_only(void **state)
{
    (void)state;
    static const char *const one[] = {"a", NULL};
    static const char *const none[] = {"a", "aa",       "a/a",      "@",   "`",   "[",
                                       "{", "\xc3\xa9", "\xc3\x89", "B/x", "b/y", NULL};
    static const char *const far[] = {"z/File", "M", "Z/fILE", "n", "z/Filf", NULL};
    static const char *const first[] = {"b", "Az", "B", "aZ", "az", NULL};
    check_twins(one, NULL, NULL);
    check_twins(none, NULL, NULL);
    check_twins(far, "Z/fILE", "z/File");
    check_twins(first, "Az", "aZ");
}

static void folders_without_entries_are_uncovered(void **state)
{
    (void)state;
    static const char *const files[] = {"a/b/c", "d.txt", "e-f/x", "g", NULL};
    static const char *const folders[] = {"e-f", "d",     "a/b",  "a/e/f", "a", "e",
                                          "a/e", "a/b/d", "a/bc", "z",     NULL};
    static const char *const uncovered[] = {"a/b/d", "a/bc", "a/e", "a/e/f", "d", "e", "z"};
    struct signet_err err;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    begin(&manifest, files, folders);
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    assert_int_equal(manifest.uncovered_count, sizeof(uncovered) / sizeof(uncovered[0]));
    for (size_t i = 0; i < manifest.uncovered_count; i++) {
        assert_string_equal(manifest.uncovered[i], uncovered[i]);
    }
    signet_manifest_free(&manifest);
}

static void find_takes_exact_names(void **state)
{
    (void)state;
    static const char *const files[] = {"a", "a/b", "b", "c/d/e", "\xc3\xa9", NULL};
    static const char *const absent[] = {"", "A", "a/", "a/b/", "c", "c/d", "c/d/e/", "d", "\xc3"};
    struct signet_err err;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    memset(&manifest, 0, sizeof(manifest));
    assert_null(signet_manifest_find(&manifest, signet_span_str("a")));
    begin(&manifest, files, NULL);
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    for (size_t i = 0; files[i] != NULL; i++) {
        const struct signet_entry *found =
            signet_manifest_find(&manifest, signet_span_str(files[i]));
        assert_non_null(found);
        assert_string_equal(found->name, files[i]);
    }
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
        assert_null(signet_manifest_find(&manifest, signet_span_str(absent[i])));
    }
    assert_null(signet_manifest_find(&manifest, signet_span_of("a\0", 2)));
    assert_null(signet_manifest_find(&manifest, signet_span_of(NULL, 0)));
    assert_string_equal(signet_manifest_find(&manifest, signet_span_of("a/b/c", 3))->name, "a/b");
    signet_manifest_free(&manifest);
}

static void counts_are_limited(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    CHECK_OK(signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
             &err);
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str("f"), 0, 2, &err), &err);
        CHECK_OK(signet_manifest_add_folder(&manifest, signet_span_str("d"), 2, &err), &err);
    }
    CHECK_CODE(signet_manifest_add_file(&manifest, signet_span_str("f"), 0, 2, &err),
               SIGNET_E_LIMIT);
    assert_string_equal(err.msg, "more than 2 files; --limit entries=N raises the limit");
    signet_err_clear(&err);
    CHECK_CODE(signet_manifest_add_folder(&manifest, signet_span_str("d"), 2, &err),
               SIGNET_E_LIMIT);
    assert_string_equal(err.msg, "more than 2 directories; --limit entries=N raises the limit");
    signet_manifest_free(&manifest);
}

/* Many names, and one longer than what the arena asks for at a time. */
static void many_names_stay_what_they_are(void **state)
{
    (void)state;
    enum {
        NAMES = 20000,
        LONG = 100000
    };
    struct signet_err err;
    struct signet_manifest manifest;
    char name[32];
    char *long_name = malloc(LONG);
    assert_non_null(long_name);
    memset(long_name, 'x', LONG);
    signet_err_clear(&err);
    CHECK_OK(signet_manifest_begin(&manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, &err),
             &err);
    for (size_t i = 0; i < NAMES; i++) {
        size_t mixed = i * 7919 % NAMES; /* 7919 is prime: every number once */
        assert_true(snprintf(name, sizeof(name), "file-%05zu", mixed) > 0);
        CHECK_OK(signet_manifest_add_file(&manifest, signet_span_str(name), mixed, NAMES + 1, &err),
                 &err);
        if (i == NAMES / 2) {
            CHECK_OK(signet_manifest_add_file(&manifest, signet_span_of(long_name, LONG), LONG,
                                              NAMES + 1, &err),
                     &err);
        }
    }
    CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
    for (size_t i = 0; i < NAMES; i++) {
        assert_true(snprintf(name, sizeof(name), "file-%05zu", i) > 0);
        assert_string_equal(manifest.entries[i].name, name);
        assert_int_equal(manifest.entries[i].size, i);
    }
    assert_int_equal(strlen(manifest.entries[NAMES].name), LONG);
    free(long_name);
    signet_manifest_free(&manifest);
}

static void met_ignored_paths_are_recorded_in_order(void **state)
{
    (void)state;
    static const char *const list[] = {"z", "absent", "b/c", "a", NULL};
    static const char *const files[] = {"f", NULL};
    struct signet_err err;
    struct signet_ignore ignore;
    struct signet_manifest manifest;
    signet_err_clear(&err);
    CHECK_OK(signet_ignore_init(&ignore, list, &err), &err);
    assert_true(signet_ignore_match(&ignore, signet_span_str("z")));
    assert_true(signet_ignore_match(&ignore, signet_span_str("b/c")));
    assert_true(signet_ignore_match(&ignore, signet_span_str("a")));
    begin(&manifest, files, NULL);
    CHECK_OK(signet_manifest_add_ignored(&manifest, &ignore, &err), &err);
    signet_ignore_free(&ignore);
    assert_int_equal(manifest.ignored_count, 3);
    assert_string_equal(manifest.ignored[0], "a");
    assert_string_equal(manifest.ignored[1], "b/c");
    assert_string_equal(manifest.ignored[2], "z");
    signet_manifest_free(&manifest);
}

/* Two trees whose manifests would be the same bytes if names could hold a newline or if lines ended
 * in one: {"a", "b"} and {"a\n<digest of b>  b"}. The NUL that ends each line tells them apart, and
 * the name is refused anyway (test_measure). Expected: sha256sum over
 * printf 'HEX  a\0HEX  b\0' and printf 'HEX  a\nHEX  b\0', HEX = SHA-256 of nothing. */
static void lines_cannot_run_together(void **state)
{
    (void)state;
    static const char empty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    static const char *const two[] = {"a", "b", NULL};
    static const char *const one[] = {
        "a\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b", NULL};
    static const char *const *const lists[] = {two, one};
    static const char *const expected[] = {
        "0f52d028e0724426197b317746580869225013764e067b14de4ad167dfdda0c2",
        "d6ad0a06ee9f9f94e635f823369a663d7e2ba207bf581f5c417b21c71be463e4"};
    for (size_t i = 0; i < 2; i++) {
        char hex[SIGNET_DIGEST_HEX];
        struct signet_err err;
        struct signet_manifest manifest;
        signet_err_clear(&err);
        begin(&manifest, lists[i], NULL);
        CHECK_OK(signet_manifest_settle(&manifest, &err), &err);
        for (size_t j = 0; j < manifest.count; j++) {
            struct signet_entry *entry = &manifest.entries[j];
            assert_int_equal(
                signet_hex_decode(signet_span_str(empty), entry->sha256, sizeof(entry->sha256)), 0);
        }
        CHECK_OK(signet_manifest_seal(&manifest, &err), &err);
        assert_string_equal(signet_digest_hex(&manifest.identity, hex), expected[i]);
        signet_manifest_free(&manifest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_sorted_by_bytes),
        cmocka_unit_test(equal_names_are_refused),
        cmocka_unit_test(twins_differ_in_ascii_case_only),
        cmocka_unit_test(folders_without_entries_are_uncovered),
        cmocka_unit_test(find_takes_exact_names),
        cmocka_unit_test(counts_are_limited),
        cmocka_unit_test(many_names_stay_what_they_are),
        cmocka_unit_test(met_ignored_paths_are_recorded_in_order),
        cmocka_unit_test(lines_cannot_run_together),
    };
    return CHECK_RUN(tests);
}

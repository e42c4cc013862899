/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/steady: an artifact that is another one in the middle of its verification.
 */
#include "check.h"

#include <stdio.h>

#include "scratch.h"
#include "verify/steady.h"

static void a_file_that_changed_is_told(void **state)
{
    struct scratch scratch;
    struct signet_artifact *artifact = NULL;
    struct signet_steady steady = {0};
    char path[4096];
    (void)state;
    scratch_open(&scratch);
    assert_true(snprintf(path, sizeof(path), "%s/file", scratch.path) < (int)sizeof(path));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("one", file) >= 0 && fflush(file) == 0);
    CHECK_CODE(signet_artifact_open(path, &artifact, NULL), SIGNET_OK);
    CHECK_CODE(signet_steady_check(&steady, artifact, NULL), SIGNET_OK); /* nobody noted it */
    CHECK_CODE(signet_steady_start(&steady, artifact, NULL), SIGNET_OK);
    CHECK_CODE(signet_steady_check(&steady, artifact, NULL), SIGNET_OK);
    assert_true(fputs("two", file) >= 0 && fclose(file) == 0);
    CHECK_CODE(signet_steady_check(&steady, artifact, NULL), SIGNET_E_IO);
    signet_artifact_close(artifact);
    scratch_close(&scratch);
}

/* Files as they were measured, of which the digests begin with these bytes. */
struct files {
    struct signet_entry entries[3];
    struct signet_manifest manifest;
};

static const struct signet_manifest *
measured(struct files *files, const char *names, const char *bytes, const char **ignored)
{
    *files = (struct files){.manifest = {.kind = SIGNET_ARTIFACT_BUNDLE,
                                         .alg = SIGNET_DIGEST_SHA256,
                                         .entries = files->entries,
                                         .ignored = ignored}};
    static const char *const known[] = {"a", "b/c", "d"};
    for (size_t i = 0; names[i] != '\0'; i++) {
        struct signet_entry *entry = &files->entries[files->manifest.count++];
        entry->name = known[names[i] - '0'];
        entry->size = 4;
        entry->sha256[0] = (uint8_t)bytes[i];
    }
    while (ignored != NULL && ignored[files->manifest.ignored_count] != NULL) {
        files->manifest.ignored_count++;
    }
    return &files->manifest;
}

static void statements_are_about_one_bundle(void **state)
{
    static const char *none[] = {NULL};
    static const char *folder[] = {"b", NULL};
    static const char *near[] = {"b/", "b/cc", "bb", NULL};
    static const char *two[] = {"a", "b/c", NULL};
    static const struct {
        const char *names, *bytes;
        const char **ignored;
        bool same;
    } rows[] = {
        {"012", "xyz", none, true}, {"012", "xyX", none, false}, {"01", "xy", none, false},
        {"02", "xz", folder, true}, {"02", "xX", folder, false}, {"02", "xz", none, false},
        {"02", "xz", near, false},  {"2", "z", two, true},       {"0", "x", folder, false},
        {"", "", folder, false},
    };
    struct files first;
    struct files again;
    (void)state;
    const struct signet_manifest *whole = measured(&first, "012", "xyz", none);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct signet_manifest *other =
            measured(&again, rows[i].names, rows[i].bytes, rows[i].ignored);
        int expected = rows[i].same ? SIGNET_OK : SIGNET_E_IO;
        CHECK_CODE(signet_steady_compare(whole, other, NULL), expected);
        CHECK_CODE(signet_steady_compare(other, whole, NULL), expected); /* the other way round */
    }
}

static void what_cannot_be_compared_is_not(void **state)
{
    struct files first;
    struct files again;
    const struct signet_manifest nothing = {.kind = 0};
    (void)state;
    const struct signet_manifest *one = measured(&first, "0", "x", NULL);
    struct signet_manifest other = *measured(&again, "0", "y", NULL);
    CHECK_CODE(signet_steady_compare(one, &other, NULL), SIGNET_E_IO);
    CHECK_CODE(signet_steady_compare(&nothing, one, NULL), SIGNET_OK);
    other.kind = SIGNET_ARTIFACT_FILE; /* an archive is both */
    CHECK_CODE(signet_steady_compare(one, &other, NULL), SIGNET_OK);
    other.kind = SIGNET_ARTIFACT_BUNDLE;
    other.stripped = "m";
    CHECK_CODE(signet_steady_compare(one, &other, NULL), SIGNET_OK);
    other.stripped = NULL;
    other.shard_size = 4096; /* no file has a digest of its own */
    CHECK_CODE(signet_steady_compare(one, &other, NULL), SIGNET_OK);
    again.entries[0].size++;
    CHECK_CODE(signet_steady_compare(one, &other, NULL), SIGNET_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_changed_is_told),
        cmocka_unit_test(statements_are_about_one_bundle),
        cmocka_unit_test(what_cannot_be_compared_is_not),
    };
    return CHECK_RUN(tests);
}

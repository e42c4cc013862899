/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/real_path: where an artifact stands, whatever name led there, and who can change that.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/real_path.h"
#include "scratch.h"

static char *real_path_of(const char *path)
{
    struct signet_artifact *artifact = NULL;
    struct signet_err err;
    char *found = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    CHECK_OK(signet_real_path(artifact, &found, &err), &err);
    signet_artifact_close(artifact);
    return found;
}

static void a_link_is_not_where_it_leads(void **state)
{
    struct scratch scratch;
    char file[512];
    char link[512];
    (void)state;
    scratch_open(&scratch);
    scratch_put(&scratch, "a/file", "x");
    scratch_path(&scratch, "a/file", file);
    scratch_path(&scratch, "link", link);
    assert_int_equal(symlink(file, link), 0);
    char *direct = real_path_of(file);
    char *by_link = real_path_of(link);
    assert_non_null(direct);
    assert_string_equal(direct, by_link);
    assert_string_equal(strrchr(direct, '/'), "/file");
    free(direct);
    free(by_link);
    scratch_close(&scratch);
}

/* What was opened is gone, moved, or has another thing in its place. */
static void what_does_not_stand_there_has_no_path(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct signet_artifact *artifact = NULL;
        struct scratch scratch;
        struct signet_err err;
        char file[512];
        char other[512];
        char deleted[600];
        char *found = NULL;
        scratch_open(&scratch);
        scratch_put(&scratch, "file", "x");
        scratch_put(&scratch, "other", "x");
        scratch_path(&scratch, "file", file);
        scratch_path(&scratch, "other", other);
        signet_err_clear(&err);
        CHECK_OK(signet_artifact_open(file, &artifact, &err), &err);
        if (i == 1 || i == 3) {
            assert_int_equal(unlink(file), 0);
        }
        if (i == 2) {
            assert_int_equal(rename(other, file), 0);
        }
        if (i == 3) { /* the name that the system shows for what is gone */
            assert_true(snprintf(deleted, sizeof(deleted), "%s (deleted)", file) > 0);
            assert_int_equal(rename(other, deleted), 0);
        }
        CHECK_OK(signet_real_path(artifact, &found, &err), &err);
        assert_int_equal(found != NULL, i == 0);
        free(found);
        signet_artifact_close(artifact);
        assert_true(i != 3 || unlink(deleted) == 0);
        scratch_close(&scratch);
    }
}

static void nobody_else_may_write_there(void **state)
{
    struct stat st;
    (void)state;
    assert_true(signet_real_path_is_safe("/"));
    assert_int_equal(stat("/usr/bin", &st), 0);
    assert_int_equal(signet_real_path_is_safe("/usr/bin"), (st.st_mode & 022) == 0);
    assert_false(signet_real_path_is_safe("/tmp")); /* of all */
    assert_false(signet_real_path_is_safe("usr/bin"));
    assert_false(signet_real_path_is_safe(""));
    assert_false(signet_real_path_is_safe("/usr/there/is/none"));
    assert_false(signet_real_path_is_safe("/proc/self")); /* a link */
}

/* A new folder where nobody else may write: what /tmp is not. */
static bool make_safe_folder(char *path, size_t size)
{
    const char *const places[] = {"/run", getenv("HOME"), SIGNET_SOURCE_DIR};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        bool safe = places[i] != NULL && signet_real_path_is_safe(places[i]) &&
                    snprintf(path, size, "%s/signet-test-XXXXXX", places[i]) < (int)size;
        if (safe && mkdtemp(path) != NULL) {
            return true;
        }
    }
    return false;
}

static void neither_the_group_nor_others_may_write(void **state)
{
    char path[4096];
    (void)state;
    assert_true(make_safe_folder(path, sizeof(path)));
    bool own = chmod(path, 0755) == 0 && signet_real_path_is_safe(path);
    bool group = chmod(path, 0775) == 0 && signet_real_path_is_safe(path);
    bool others = chmod(path, 0757) == 0 && signet_real_path_is_safe(path);
    assert_int_equal(rmdir(path), 0);
    assert_true(own);
    assert_false(group);
    assert_false(others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_not_where_it_leads),
        cmocka_unit_test(what_does_not_stand_there_has_no_path),
        cmocka_unit_test(nobody_else_may_write_there),
        cmocka_unit_test(neither_the_group_nor_others_may_write),
    };
    return CHECK_RUN(tests);
}

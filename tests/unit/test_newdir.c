/* SPDX-License-Identifier: Apache-2.0
 *
 * base/newdir: a folder appears with all that was put into it or not at all, and nothing is left
 * beside it either way. What is there is asked of the file system.
 */
#include "scratch.h"

#include <dirent.h>
#include <sys/resource.h>

#include "base/newdir.h"

static void put(struct signet_newdir *dir, const char *name, const char *text)
{
    struct signet_err err;
    int fd = -1;
    signet_err_clear(&err);
    CHECK_OK(signet_newdir_file(dir, name, &fd, &err), &err);
    CHECK_OK(signet_place_write(fd, signet_span_str(text), &err), &err);
    assert_int_equal(close(fd), 0);
}

static size_t count_entries(const struct scratch *scratch)
{
    DIR *stream = fdopendir(openat(scratch->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    size_t count = 0;
    assert_non_null(stream);
    while (readdir(stream) != NULL) {
        count++;
    }
    assert_int_equal(closedir(stream), 0);
    return count - 2; /* "." and ".." */
}

static void holds(const struct scratch *scratch, const char *name, const char *text, mode_t mode)
{
    char read_back[64] = {0};
    struct stat st;
    int fd = openat(scratch->fd, name, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
    assert_int_equal(read(fd, read_back, sizeof(read_back)), strlen(text));
    assert_string_equal(read_back, text);
    assert_int_equal(close(fd), 0);
}

static void has_mode(const struct scratch *scratch, const char *name, mode_t mode)
{
    struct stat st;
    assert_int_equal(fstatat(scratch->fd, name, &st, 0), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 07777, mode);
}

static void appears_whole(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_newdir dir;
    struct signet_err err;
    char path[512];
    scratch_open(&scratch);
    signet_err_clear(&err);
    for (int masked = 0; masked < 2; masked++) {
        mode_t before = umask(masked == 1 ? 077 : 022);
        const char *name = masked == 1 ? "masked" : "out";
        CHECK_OK(signet_newdir_open(
                     &dir, scratch_path(&scratch, masked == 1 ? "masked//" : "out", path), &err),
                 &err);
        put(&dir, "a", "1");
        put(&dir, "b/c/d", "2");
        put(&dir, "b/c/e", "3");
        put(&dir, "b/f", "4");
        put(&dir, "b/c/g", "5");
        assert_int_equal(faccessat(scratch.fd, name, F_OK, 0), -1);
        CHECK_OK(signet_newdir_commit(&dir, &err), &err);
        umask(before);
        signet_newdir_abort(&dir); /* nothing any more */
    }
    assert_int_equal(count_entries(&scratch), 2);
    holds(&scratch, "out/a", "1", 0644);
    holds(&scratch, "out/b/c/d", "2", 0644);
    holds(&scratch, "out/b/c/e", "3", 0644);
    holds(&scratch, "out/b/f", "4", 0644);
    holds(&scratch, "out/b/c/g", "5", 0644);
    has_mode(&scratch, "out", 0755);
    has_mode(&scratch, "out/b/c", 0755);
    holds(&scratch, "masked/b/c/d", "2", 0600);
    has_mode(&scratch, "masked/b", 0700);
    scratch_close(&scratch);
}

static void is_hidden_and_private_until_then(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_newdir dir;
    struct signet_err err;
    char path[512];
    scratch_open(&scratch);
    signet_err_clear(&err);
    CHECK_OK(signet_newdir_open(&dir, scratch_path(&scratch, "out", path), &err), &err);
    put(&dir, "a", "1");
    assert_int_equal(dir.temp[0], '.');
    has_mode(&scratch, dir.temp, 0700);
    signet_newdir_abort(&dir);
    assert_int_equal(count_entries(&scratch), 0);
    scratch_close(&scratch);
}

/* Deeper than there are descriptors, and longer than the system takes in one path. */
static void leaves_nothing_however_deep(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_newdir dir;
    struct signet_err err;
    struct rlimit before;
    char path[512];
    char name[6001];
    for (size_t i = 0; i < sizeof(name); i++) {
        name[i] = i % 6 == 5 ? '/' : 'x';
    }
    name[6000] = '\0';
    name[5999] = 'y';
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit few = {32, before.rlim_max};
    scratch_open(&scratch);
    signet_err_clear(&err);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int commit = 0; commit < 2; commit++) {
        CHECK_OK(signet_newdir_open(&dir, scratch_path(&scratch, "out", path), &err), &err);
        put(&dir, "a/b", "1");
        put(&dir, name, "2");
        put(&dir, "a/c", "3");
        if (commit == 1) {
            CHECK_OK(signet_newdir_commit(&dir, &err), &err);
            assert_int_equal(count_entries(&scratch), 1);
        } else {
            signet_newdir_abort(&dir);
            assert_int_equal(count_entries(&scratch), 0);
        }
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    scratch_close(&scratch);
}

/* Makes a file in a folder with that many descriptors more than are open already. */
static int make_with(const char *path, size_t more, struct signet_err *err)
{
    struct signet_newdir dir;
    struct rlimit before;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit few = {(rlim_t)fd + more, before.rlim_max};
    assert_int_equal(close(fd), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int rc = signet_newdir_open(&dir, path, err);
    if (rc == SIGNET_OK) {
        rc = signet_newdir_file(&dir, "a", &fd, err);
        if (rc == SIGNET_OK) {
            assert_int_equal(close(fd), 0);
            rc = signet_newdir_file(&dir, "b/c/d", &fd, err);
        }
        if (rc == SIGNET_OK) {
            assert_int_equal(close(fd), 0);
        }
        signet_newdir_abort(&dir);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    return rc;
}

static void leaves_nothing_for_want_of_descriptors(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    char path[512];
    int rc = SIGNET_E_IO;
    scratch_open(&scratch);
    scratch_path(&scratch, "out", path);
    for (size_t more = 0; rc != SIGNET_OK; more++) {
        assert_true(more < 8);
        signet_err_clear(&err);
        rc = make_with(path, more, &err);
        assert_true(rc == SIGNET_OK || rc == SIGNET_E_IO);
        assert_int_not_equal(err.msg[0], ':'); /* it has a name */
        assert_int_equal(count_entries(&scratch), 0);
    }
    scratch_close(&scratch);
}

static void replaces_nothing(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_newdir dir;
    struct signet_err err;
    char path[512];
    static const char *const taken[] = {"file", "folder", "dangling"};
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "mine");
    scratch_folder(&scratch, "folder");
    scratch_link(&scratch, "nowhere", "dangling");
    for (size_t i = 0; i < 3; i++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_newdir_open(&dir, scratch_path(&scratch, taken[i], path), &err),
                   SIGNET_E_EXISTS);
        assert_non_null(strstr(err.msg, ": exists"));
    }
    signet_err_clear(&err);
    CHECK_CODE(signet_newdir_open(&dir, scratch_path(&scratch, ".", path), &err), SIGNET_E_USAGE);
    signet_err_clear(&err);
    CHECK_CODE(signet_newdir_open(&dir, scratch_path(&scratch, "none/out", path), &err),
               SIGNET_E_IO);
    assert_int_equal(count_entries(&scratch), 3);
    scratch_close(&scratch);
}

/* What came meanwhile stays, an empty folder too. */
static void replaces_nothing_that_came_meanwhile(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_newdir dir;
    struct signet_err err;
    char path[512];
    scratch_open(&scratch);
    for (int folder = 0; folder < 2; folder++) {
        signet_err_clear(&err);
        CHECK_OK(
            signet_newdir_open(&dir, scratch_path(&scratch, folder == 1 ? "d" : "f", path), &err),
            &err);
        put(&dir, "a", "1");
        if (folder == 1) {
            scratch_folder(&scratch, "d");
        } else {
            scratch_put(&scratch, "f", "mine");
        }
        CHECK_CODE(signet_newdir_commit(&dir, &err), SIGNET_E_EXISTS);
    }
    assert_int_equal(count_entries(&scratch), 2);
    holds(&scratch, "f", "mine", 0644);
    assert_int_equal(faccessat(scratch.fd, "d/a", F_OK, 0), -1);
    scratch_close(&scratch);
}

static void a_file_is_made_once(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_newdir dir;
    struct signet_err err;
    char path[512];
    int fd = -1;
    scratch_open(&scratch);
    signet_err_clear(&err);
    CHECK_OK(signet_newdir_open(&dir, scratch_path(&scratch, "out", path), &err), &err);
    put(&dir, "a/b", "1");
    CHECK_CODE(signet_newdir_file(&dir, "a/b", &fd, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "a/b: cannot make: File exists");
    signet_err_clear(&err);
    CHECK_CODE(signet_newdir_file(&dir, "a/b/c", &fd, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "a/b: cannot make: Not a directory");
    assert_int_equal(fd, -1);
    put(&dir, "a/c", "2"); /* which goes on */
    CHECK_OK(signet_newdir_commit(&dir, (signet_err_clear(&err), &err)), &err);
    holds(&scratch, "out/a/b", "1", 0644);
    holds(&scratch, "out/a/c", "2", 0644);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appears_whole),
        cmocka_unit_test(is_hidden_and_private_until_then),
        cmocka_unit_test(leaves_nothing_however_deep),
        cmocka_unit_test(leaves_nothing_for_want_of_descriptors),
        cmocka_unit_test(replaces_nothing),
        cmocka_unit_test(replaces_nothing_that_came_meanwhile),
        cmocka_unit_test(a_file_is_made_once),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/artifact: what can be opened, what it is and what it is called. Expected values follow
 * the contract in <signet/artifact.h>.
 */
#include "scratch.h"

#include <signet/artifact.h>
#include <sys/socket.h>
#include <sys/un.h>

static void check_open(const char *path, enum signet_artifact_kind kind, const char *name)
{
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    assert_int_equal(signet_artifact_kind(artifact), kind);
    assert_string_equal(signet_artifact_name(artifact), name);
    signet_artifact_close(artifact);
}

/* The message is exact where it cannot depend on the folder's name, that is where ends is whole. */
static void check_refused(const char *path, int code, const char *ends)
{
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    signet_err_clear(&err);
    CHECK_CODE(signet_artifact_open(path, &artifact, &err), code);
    assert_null(artifact);
    assert_int_equal(err.code, code);
    assert_true(strlen(err.msg) >= strlen(ends));
    assert_string_equal(err.msg + strlen(err.msg) - strlen(ends), ends);
}

static void files_and_directories_open(void **state)
{
    (void)state;
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "dir/file", "x");
    scratch_put(&scratch, "empty", "");
    scratch_put(&scratch, "back\\slash\xc3\xa9", "units of system managers have such names");
    scratch_link(&scratch, "dir/file", "file-link");
    scratch_link(&scratch, "dir", "dir-link");
    check_open(scratch_path(&scratch, "dir/file", path), SIGNET_ARTIFACT_FILE, "file");
    check_open(scratch_path(&scratch, "empty", path), SIGNET_ARTIFACT_FILE, "empty");
    check_open(scratch_path(&scratch, "back\\slash\xc3\xa9", path), SIGNET_ARTIFACT_FILE,
               "back\\slash\xc3\xa9");
    check_open(scratch_path(&scratch, "file-link", path), SIGNET_ARTIFACT_FILE, "file-link");
    check_open(scratch_path(&scratch, "dir", path), SIGNET_ARTIFACT_BUNDLE, "dir");
    check_open(scratch_path(&scratch, "dir/", path), SIGNET_ARTIFACT_BUNDLE, "dir");
    check_open(scratch_path(&scratch, "dir///", path), SIGNET_ARTIFACT_BUNDLE, "dir");
    check_open(scratch_path(&scratch, "dir-link", path), SIGNET_ARTIFACT_BUNDLE, "dir-link");
    check_open(scratch_path(&scratch, "dir-link/", path), SIGNET_ARTIFACT_BUNDLE, "dir-link");
    scratch_close(&scratch);
}

static void dots_and_the_root_are_resolved(void **state)
{
    (void)state;
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "outer/inner/file", "x");
    scratch_link(&scratch, "outer/inner", "link");
    check_open(scratch_path(&scratch, "outer/.", path), SIGNET_ARTIFACT_BUNDLE, "outer");
    check_open(scratch_path(&scratch, "outer/./", path), SIGNET_ARTIFACT_BUNDLE, "outer");
    check_open(scratch_path(&scratch, "outer/inner/..", path), SIGNET_ARTIFACT_BUNDLE, "outer");
    check_open(scratch_path(&scratch, "link/.", path), SIGNET_ARTIFACT_BUNDLE, "inner");
    check_open(scratch_path(&scratch, "link/../", path), SIGNET_ARTIFACT_BUNDLE, "outer");
    check_open("/", SIGNET_ARTIFACT_BUNDLE, "root");
    check_open("//", SIGNET_ARTIFACT_BUNDLE, "root");
    check_open("/..", SIGNET_ARTIFACT_BUNDLE, "root");
    int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(before >= 0);
    assert_int_equal(chdir(scratch_path(&scratch, "outer/inner", path)), 0);
    check_open(".", SIGNET_ARTIFACT_BUNDLE, "inner");
    check_open("./", SIGNET_ARTIFACT_BUNDLE, "inner");
    check_open("..", SIGNET_ARTIFACT_BUNDLE, "outer");
    check_open("../", SIGNET_ARTIFACT_BUNDLE, "outer");
    check_open("file", SIGNET_ARTIFACT_FILE, "file");
    check_open("./file", SIGNET_ARTIFACT_FILE, "file");
    assert_int_equal(fchdir(before), 0);
    assert_int_equal(close(before), 0);
    scratch_close(&scratch);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_true(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(close(fd), 0);
}

/* A FIFO without a writer would hold up a careless opener for ever. */
static void special_files_are_refused(void **state)
{
    (void)state;
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    assert_int_equal(mkfifoat(scratch.fd, "fifo", 0644), 0);
    scratch_link(&scratch, "fifo", "fifo-link");
    check_refused(scratch_path(&scratch, "fifo", path), SIGNET_E_FORBIDDEN,
                  "/fifo: expected a regular file or a directory, found a FIFO");
    check_refused(scratch_path(&scratch, "fifo-link", path), SIGNET_E_FORBIDDEN,
                  "/fifo-link: expected a regular file or a directory, found a FIFO");
    make_socket(scratch_path(&scratch, "socket", path));
    check_refused(path, SIGNET_E_FORBIDDEN,
                  "/socket: expected a regular file or a directory, found a socket");
    check_refused("/dev/null", SIGNET_E_FORBIDDEN,
                  "/dev/null: expected a regular file or a directory, found a character device");
    scratch_close(&scratch);
}

static void what_cannot_be_opened_is_an_io_error(void **state)
{
    (void)state;
    char path[512];
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "x");
    scratch_link(&scratch, "nowhere", "broken");
    scratch_link(&scratch, "loop", "loop");
    check_refused("", SIGNET_E_IO, ": cannot open: No such file or directory");
    check_refused(scratch_path(&scratch, "missing", path), SIGNET_E_IO,
                  "/missing: cannot open: No such file or directory");
    check_refused(scratch_path(&scratch, "broken", path), SIGNET_E_IO,
                  "/broken: cannot open: No such file or directory");
    check_refused(scratch_path(&scratch, "loop", path), SIGNET_E_IO,
                  "/loop: cannot open: Too many levels of symbolic links");
    check_refused(scratch_path(&scratch, "file/", path), SIGNET_E_IO,
                  "/file/: cannot open: Not a directory");
    scratch_close(&scratch);
}

static void names_that_deceive_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"new\nline", "del\x7f", "esc\x1b[0m", "latin1-\xe9"};
    static const char *const ends[] = {"new\\x0aline: the name holds a control character",
                                       "del\\x7f: the name holds a control character",
                                       "esc\\x1b[0m: the name holds a control character",
                                       "latin1-\\xe9: the name is not valid UTF-8"};
    char path[512];
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct scratch scratch;
        scratch_open(&scratch);
        scratch_put(&scratch, bad[i], "x");
        check_refused(scratch_path(&scratch, bad[i], path), SIGNET_E_FORBIDDEN, ends[i]);
        assert_int_equal(unlinkat(scratch.fd, bad[i], 0), 0);
        scratch_folder(&scratch, bad[i]);
        check_refused(scratch_path(&scratch, bad[i], path), SIGNET_E_FORBIDDEN, ends[i]);
        assert_true(snprintf(path, sizeof(path), "%s/%s/.", scratch.path, bad[i]) > 0);
        check_refused(path, SIGNET_E_FORBIDDEN, ends[i]);
        scratch_close(&scratch);
    }
}

static void git_names_are_those_of_the_reference(void **state)
{
    (void)state;
    static const char *const expected[] = {".git", ".gitattributes", ".github", ".gitignore"};
    const char *const *names = signet_artifact_git_names();
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(names[i], expected[i]);
    }
    assert_null(names[4]);
    signet_artifact_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_and_directories_open),
        cmocka_unit_test(dots_and_the_root_are_resolved),
        cmocka_unit_test(special_files_are_refused),
        cmocka_unit_test(what_cannot_be_opened_is_an_io_error),
        cmocka_unit_test(names_that_deceive_are_refused),
        cmocka_unit_test(git_names_are_those_of_the_reference),
    };
    return CHECK_RUN(tests);
}

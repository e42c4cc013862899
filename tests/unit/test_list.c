/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/list: what a bundle may hold. Every refusal has a twin without the offending thing that
 * is accepted. Codes and texts follow the contract in <signet/artifact.h>.
 */
#include "scratch.h"

#include <signet/limits.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "artifact/list.h"
#include "artifact/manifest.h"

/* Lists the folder into *manifest, which is to be freed after success and failure. */
static int list(const struct scratch *scratch,
                const struct signet_limits *limits,
                const char *const *ignored,
                struct signet_manifest *manifest,
                struct signet_err *err)
{
    const struct signet_limits standard = signet_limits_default();
    struct signet_ignore ignore;
    struct signet_tree *tree = NULL;
    signet_err_clear(err);
    CHECK_OK(signet_manifest_begin(manifest, SIGNET_ARTIFACT_BUNDLE, SIGNET_DIGEST_SHA256, err),
             err);
    CHECK_OK(signet_ignore_init(&ignore, ignored, err), err);
    CHECK_OK(signet_tree_open_dir(scratch->fd, 0, &tree, err), err);
    const struct signet_list_rules rules = {
        .limits = limits != NULL ? limits : &standard,
        .ignore = &ignore,
    };
    int rc = signet_list(tree, &rules, manifest, err);
    signet_tree_close(tree);
    signet_ignore_free(&ignore);
    return rc;
}

static void
check_listed(const struct scratch *scratch, const char *const *ignored, const char *const *names)
{
    size_t count = 0;
    struct signet_err err;
    struct signet_manifest manifest;
    CHECK_OK(list(scratch, NULL, ignored, &manifest, &err), &err);
    for (; names[count] != NULL; count++) {
        assert_true(count < manifest.count);
        assert_string_equal(manifest.entries[count].name, names[count]);
    }
    assert_int_equal(manifest.count, count);
    signet_manifest_free(&manifest);
}

static void check_refused(const struct scratch *scratch,
                          const struct signet_limits *limits,
                          const char *const *ignored,
                          int code,
                          const char *msg)
{
    struct signet_err err;
    struct signet_manifest manifest;
    CHECK_CODE(list(scratch, limits, ignored, &manifest, &err), code);
    assert_int_equal(err.code, code);
    assert_string_equal(err.msg, msg);
    signet_manifest_free(&manifest);
}

static void regular_files_are_listed(void **state)
{
    (void)state;
    static const char *const names[] = {".hidden", "a b",        "a.txt",        "a/b",
                                        "empty",   "sub/.git/x", "\xc3\xa9.txt", NULL};
    struct scratch scratch;
    scratch_open(&scratch);
    for (size_t i = 0; names[i] != NULL; i++) {
        scratch_put(&scratch, names[i], "");
    }
    scratch_folder(&scratch, "nothing");
    check_listed(&scratch, NULL, names);
    scratch_close(&scratch);
}

struct offence {
    const char *name;
    const char *msg;
};

static const char *const only_fine[] = {"sub/fine", NULL};

static void links_are_refused(void **state)
{
    (void)state;
    static const char *const targets[] = {"fine", "dir", "no", "l", "/dev/zero"};
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "sub/fine", "x");
    scratch_folder(&scratch, "sub/dir");
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        scratch_link(&scratch, targets[i], "sub/l");
        check_refused(&scratch, NULL, NULL, SIGNET_E_FORBIDDEN,
                      "sub/l: expected a regular file or a directory, found a symbolic link; an "
                      "archive of the directory can be signed, links included");
        assert_int_equal(unlinkat(scratch.fd, "sub/l", 0), 0);
        check_listed(&scratch, NULL, only_fine);
    }
    scratch_close(&scratch);
}

/* A character device with number 0:0 is the one that everybody may make. */
static void special_files_are_refused(void **state)
{
    (void)state;
    static const struct offence kinds[] = {
        {"sub/fifo", "sub/fifo: expected a regular file or a directory, found a FIFO"},
        {"sub/socket", "sub/socket: expected a regular file or a directory, found a socket"},
        {"sub/device",
         "sub/device: expected a regular file or a directory, found a character device"},
    };
    char path[512];
    struct scratch scratch;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    scratch_open(&scratch);
    scratch_put(&scratch, "sub/fine", "x");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *const make_device[] = {
            "mknod", scratch_path(&scratch, kinds[i].name, path), "c", "0", "0", NULL};
        if (i == 0) {
            assert_int_equal(mkfifoat(scratch.fd, kinds[i].name, 0644), 0);
        } else if (i == 1) {
            int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            assert_true(strlen(path) < sizeof(address.sun_path));
            memcpy(address.sun_path, path, strlen(path) + 1);
            assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
            assert_int_equal(close(fd), 0);
        } else {
            scratch_run(make_device);
        }
        check_refused(&scratch, NULL, NULL, SIGNET_E_FORBIDDEN, kinds[i].msg);
        assert_int_equal(unlinkat(scratch.fd, kinds[i].name, 0), 0);
        check_listed(&scratch, NULL, only_fine);
    }
    scratch_close(&scratch);
}

/* As names of files and of directories alike. The first has a twin in two files "a" and "b" of no
 * contents, whose manifest would read the same if lines were joined by newlines. */
static void names_that_deceive_are_refused(void **state)
{
    (void)state;
    static const struct offence names[] = {
        {"sub/a\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b",
         "sub/a\\x0ae3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b: the name "
         "holds a control character"},
        {"sub/\x01", "sub/\\x01: the name holds a control character"},
        {"sub/tab\t", "sub/tab\\x09: the name holds a control character"},
        {"sub/del\x7f", "sub/del\\x7f: the name holds a control character"},
        {"sub/latin1-\xe9", "sub/latin1-\\xe9: the name is not valid UTF-8"},
        {"sub/\xed\xa0\x80", "sub/\\xed\\xa0\\x80: the name is not valid UTF-8"},
        {"sub/back\\slash", "sub/back\\\\slash: the name holds a backslash"},
    };
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "sub/fine", "x");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        scratch_put(&scratch, names[i].name, "");
        check_refused(&scratch, NULL, NULL, SIGNET_E_FORBIDDEN, names[i].msg);
        assert_int_equal(unlinkat(scratch.fd, names[i].name, 0), 0);
        scratch_folder(&scratch, names[i].name);
        check_refused(&scratch, NULL, NULL, SIGNET_E_FORBIDDEN, names[i].msg);
        assert_int_equal(unlinkat(scratch.fd, names[i].name, AT_REMOVEDIR), 0);
        check_listed(&scratch, NULL, only_fine);
    }
    scratch_close(&scratch);
}

static void an_empty_bundle_is_refused(void **state)
{
    (void)state;
    static const char *const ignored[] = {".git", "only", NULL};
    static const char *const names[] = {"file", NULL};
    struct scratch scratch;
    scratch_open(&scratch);
    check_refused(&scratch, NULL, ignored, SIGNET_E_FORBIDDEN,
                  "a bundle needs at least one file, found none");
    scratch_folder(&scratch, "empty");
    check_refused(&scratch, NULL, ignored, SIGNET_E_FORBIDDEN,
                  "a bundle needs at least one file, found none");
    scratch_put(&scratch, ".git/HEAD", "x");
    scratch_put(&scratch, "only", "x");
    check_refused(&scratch, NULL, ignored, SIGNET_E_FORBIDDEN,
                  "a bundle needs at least one file, found ignored ones only");
    scratch_put(&scratch, "file", "");
    check_listed(&scratch, ignored, names);
    scratch_close(&scratch);
}

/* What is ignored is not looked at: neither what it is nor what is in it. */
static void ignored_paths_are_left_out_and_reported(void **state)
{
    (void)state;
    static const char *const ignored[] = {"link", ".git",     "sub/x",      "absent",
                                          "fifo", "sub/deep", "file/below", NULL};
    static const char *const reported[] = {".git", "fifo", "link", "sub/deep", "sub/x"};
    static const char *const left[] = {"deep/x", "file", "sub/.git/HEAD", "sub/xy"};
    struct signet_err err;
    struct signet_manifest manifest;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, ".git/bad\nname", "x");
    scratch_put(&scratch, "sub/.git/HEAD", "x");
    scratch_put(&scratch, "sub/x", "x");
    scratch_put(&scratch, "sub/xy", "x");
    scratch_put(&scratch, "sub/deep/1/2/3", "x");
    scratch_put(&scratch, "deep/x", "x");
    scratch_put(&scratch, "file", "x");
    scratch_link(&scratch, "nowhere", "link");
    assert_int_equal(mkfifoat(scratch.fd, "fifo", 0644), 0);
    CHECK_OK(list(&scratch, NULL, ignored, &manifest, &err), &err);
    assert_int_equal(manifest.count, sizeof(left) / sizeof(left[0]));
    for (size_t i = 0; i < manifest.count; i++) {
        assert_string_equal(manifest.entries[i].name, left[i]);
    }
    assert_int_equal(manifest.ignored_count, sizeof(reported) / sizeof(reported[0]));
    for (size_t i = 0; i < manifest.ignored_count; i++) {
        assert_string_equal(manifest.ignored[i], reported[i]);
    }
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

static void uncovered_directories_and_twins_are_reported(void **state)
{
    (void)state;
    static const char *const ignored[] = {"left-out", "only/x", NULL};
    static const char *const uncovered[] = {"e", "e/e", "full/e", "only"};
    struct signet_err err;
    struct signet_manifest manifest;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "full/File", "x");
    scratch_put(&scratch, "full/fILE", "x");
    scratch_put(&scratch, "only/x", "x");
    scratch_put(&scratch, "left-out/x", "x");
    scratch_folder(&scratch, "full/e");
    scratch_folder(&scratch, "e");
    scratch_folder(&scratch, "e/e");
    CHECK_OK(list(&scratch, NULL, ignored, &manifest, &err), &err);
    assert_int_equal(manifest.uncovered_count, sizeof(uncovered) / sizeof(uncovered[0]));
    for (size_t i = 0; i < manifest.uncovered_count; i++) {
        assert_string_equal(manifest.uncovered[i], uncovered[i]);
    }
    assert_string_equal(manifest.twins[0], "full/File");
    assert_string_equal(manifest.twins[1], "full/fILE");
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

static void limits_hold(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_manifest manifest;
    struct signet_limits limits = signet_limits_default();
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "a/1", "");
    scratch_put(&scratch, "a/2", "");
    scratch_put(&scratch, "b/3", "");
    limits.entries = 3;
    limits.path = 3;
    CHECK_OK(list(&scratch, &limits, NULL, &manifest, &err), &err);
    signet_manifest_free(&manifest);
    limits.path = 2;
    CHECK_CODE(list(&scratch, &limits, NULL, &manifest, &err), SIGNET_E_LIMIT);
    assert_string_equal(err.msg + 3, ": a name of 3 bytes, more than the limit of 2");
    signet_manifest_free(&manifest);
    limits.path = 3;
    limits.entries = 2;
    check_refused(&scratch, &limits, NULL, SIGNET_E_LIMIT,
                  "more than 2 files; --limit entries=N raises the limit");
    scratch_folder(&scratch, "c");
    scratch_folder(&scratch, "d");
    limits.entries = 3;
    check_refused(&scratch, &limits, NULL, SIGNET_E_LIMIT,
                  "more than 3 directories; --limit entries=N raises the limit");
    scratch_close(&scratch);
}

/* 4,096 bytes are allowed, 4,097 are not; neither fits into one system call. */
static void the_longest_name_is_exact(void **state)
{
    (void)state;
    char component[202];
    struct signet_err err;
    struct signet_manifest manifest;
    struct scratch scratch;
    memset(component, 'n', 201);
    component[201] = '\0';
    scratch_open(&scratch);
    int at = dup(scratch.fd);
    for (int i = 0; i < 20; i++) { /* 20 times 202 bytes, and 56 for the file */
        assert_int_equal(mkdirat(at, component, 0755), 0);
        int next = openat(at, component, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(next >= 0);
        assert_int_equal(close(at), 0);
        at = next;
    }
    component[56] = '\0';
    int fd = openat(at, component, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    CHECK_OK(list(&scratch, NULL, NULL, &manifest, &err), &err);
    assert_int_equal(manifest.count, 1);
    assert_int_equal(strlen(manifest.entries[0].name), 4096);
    signet_manifest_free(&manifest);
    component[56] = 'n';
    component[57] = '\0';
    fd = openat(at, component, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    CHECK_CODE(list(&scratch, NULL, NULL, &manifest, &err), SIGNET_E_LIMIT);
    assert_non_null(strstr(err.msg, ": a name of 4097 bytes, more than the limit of 4096"));
    signet_manifest_free(&manifest);
    assert_int_equal(close(at), 0);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regular_files_are_listed),
        cmocka_unit_test(links_are_refused),
        cmocka_unit_test(special_files_are_refused),
        cmocka_unit_test(names_that_deceive_are_refused),
        cmocka_unit_test(an_empty_bundle_is_refused),
        cmocka_unit_test(ignored_paths_are_left_out_and_reported),
        cmocka_unit_test(uncovered_directories_and_twins_are_reported),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(the_longest_name_is_exact),
    };
    return CHECK_RUN(tests);
}

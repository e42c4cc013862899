/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/tree_dir: what a directory yields, and what happens when it changes between two steps.
 * Expected values are what the test itself made.
 */
#include "scratch.h"

#include <errno.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "artifact/tree.h"

enum {
    ITEMS_MAX = 32
};

static const char *vanishing; /* what fstatat() does not find */

int __real_fstatat(int at, const char *name, struct stat *st, int flags);
int __wrap_fstatat(int at, const char *name, struct stat *st, int flags);

int __wrap_fstatat(int at, const char *name, struct stat *st, int flags)
{
    if (vanishing != NULL && strcmp(name, vanishing) == 0) {
        errno = ENOENT;
        return -1;
    }
    return __real_fstatat(at, name, st, flags);
}

struct seen {
    char name[256];
    unsigned mode;
    uint64_t size;
};

static int compare_seen(const void *a, const void *b)
{
    return strcmp(((const struct seen *)a)->name, ((const struct seen *)b)->name);
}

/* All that a tree yields, every directory entered, sorted. */
static size_t walk(const struct scratch *scratch, bool sizes, struct seen seen[ITEMS_MAX])
{
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    size_t count = 0;
    signet_err_clear(&err);
    CHECK_OK(signet_tree_open_dir(scratch->fd, sizes ? SIZE_MAX : 0, &tree, &err), &err);
    for (;;) {
        CHECK_OK(signet_tree_next(tree, &item, &err), &err);
        if (item.name.len == 0) {
            break;
        }
        assert_true(count < ITEMS_MAX && item.name.len < sizeof(seen[0].name));
        memset(&seen[count], 0, sizeof(seen[count]));
        memcpy(seen[count].name, item.name.ptr, item.name.len);
        seen[count].mode = item.mode;
        seen[count].size = item.size;
        if (S_ISDIR(item.mode)) {
            CHECK_OK(signet_tree_enter(tree, &err), &err);
        }
        count++;
    }
    signet_tree_close(tree);
    qsort(seen, count, sizeof(seen[0]), compare_seen);
    return count;
}

static void make_socket(const struct scratch *scratch, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_true(snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", scratch->path, name) <
                (int)sizeof(address.sun_path));
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(close(fd), 0);
}

/* With sizes every file is looked at by name, which is also the way where directories carry no
 * types. */
static void yields_everything_with_its_kind(void **state)
{
    (void)state;
    static const struct seen expected[] = {
        {".hidden", S_IFREG, 0},   {"dir", S_IFDIR, 0},         {"dir/empty", S_IFREG, 0},
        {"dir/sub", S_IFDIR, 0},   {"dir/sub/x", S_IFREG, 3},   {"fifo", S_IFIFO, 0},
        {"file", S_IFREG, 5},      {"link-broken", S_IFLNK, 0}, {"link-dir", S_IFLNK, 0},
        {"link-file", S_IFLNK, 0}, {"nothing", S_IFDIR, 0},     {"socket", S_IFSOCK, 0},
    };
    const size_t count = sizeof(expected) / sizeof(expected[0]);
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "12345");
    scratch_put(&scratch, ".hidden", "");
    scratch_put(&scratch, "dir/empty", "");
    scratch_put(&scratch, "dir/sub/x", "123");
    scratch_folder(&scratch, "nothing");
    scratch_link(&scratch, "file", "link-file");
    scratch_link(&scratch, "dir", "link-dir");
    scratch_link(&scratch, "nowhere", "link-broken");
    assert_int_equal(mkfifoat(scratch.fd, "fifo", 0644), 0);
    make_socket(&scratch, "socket");
    for (int sizes = 0; sizes < 2; sizes++) {
        struct seen seen[ITEMS_MAX];
        assert_int_equal(walk(&scratch, sizes == 1, seen), count);
        for (size_t i = 0; i < count; i++) {
            assert_string_equal(seen[i].name, expected[i].name);
            assert_int_equal(seen[i].mode, expected[i].mode);
            assert_int_equal(seen[i].size, sizes == 1 ? expected[i].size : 0);
        }
    }
    scratch_close(&scratch);
}

static void directories_are_entered_on_request_only(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    signet_err_clear(&err);
    scratch_open(&scratch);
    scratch_put(&scratch, "dir/file", "x");
    CHECK_OK(signet_tree_open_dir(scratch.fd, 0, &tree, &err), &err);
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    CHECK_SPAN(item.name, "dir");
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    assert_int_equal(item.name.len, 0);
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    assert_int_equal(item.name.len, 0);
    signet_tree_close(tree);
    scratch_close(&scratch);
}

/* What a directory became after it was given and before it is looked into. */
static void exchange(const char *become, int code, const char *msg)
{
    struct scratch scratch;
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    signet_err_clear(&err);
    scratch_open(&scratch);
    scratch_folder(&scratch, "dir");
    CHECK_OK(signet_tree_open_dir(scratch.fd, 0, &tree, &err), &err);
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    CHECK_SPAN(item.name, "dir");
    assert_int_equal(unlinkat(scratch.fd, "dir", AT_REMOVEDIR), 0);
    if (strcmp(become, "link") == 0) {
        scratch_link(&scratch, "/", "dir");
    } else if (strcmp(become, "file") == 0) {
        scratch_put(&scratch, "dir", "x");
    } else if (strcmp(become, "fifo") == 0) {
        assert_int_equal(mkfifoat(scratch.fd, "dir", 0644), 0);
    } else if (strcmp(become, "directory") == 0) {
        scratch_folder(&scratch, "dir");
    }
    CHECK_CODE(signet_tree_enter(tree, &err), code);
    assert_string_equal(err.msg, msg);
    signet_tree_close(tree);
    scratch_close(&scratch);
}

static void an_exchanged_directory_leads_nowhere(void **state)
{
    (void)state;
    exchange("directory", SIGNET_OK, "");
    exchange("link", SIGNET_E_FORBIDDEN, "dir: is a link or leads through one");
    exchange("file", SIGNET_E_IO, "dir: cannot list: Not a directory");
    exchange("fifo", SIGNET_E_IO, "dir: cannot list: Not a directory");
    exchange("nothing", SIGNET_E_IO, "dir: cannot open: No such file or directory");
}

/* Byte order, in which "/" comes after "-" and "." and before "0"; and a file that vanishes. */
static void items_come_in_the_order_of_their_names(void **state)
{
    static const char *const expected[] = {
        "A", "a-", "a.d", "a.d/x", "a", "a/b", "a/b/\x7f", "a/b/\xc3\xa4", "a/c", "a0", "b",
    };
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    signet_err_clear(&err);
    scratch_open(&scratch);
    for (size_t i = sizeof(expected) / sizeof(expected[0]); i > 0; i--) {
        const char *name = expected[i - 1];
        if (strcmp(name, "a") != 0 && strcmp(name, "a/b") != 0 && strcmp(name, "a.d") != 0) {
            scratch_put(&scratch, name, "x");
        }
    }
    CHECK_OK(signet_tree_open_dir(scratch.fd, 0, &tree, &err), &err);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        CHECK_OK(signet_tree_next(tree, &item, &err), &err);
        CHECK_SPAN(item.name, expected[i]);
        if (S_ISDIR(item.mode)) {
            CHECK_OK(signet_tree_enter(tree, &err), &err);
        }
    }
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    assert_int_equal(item.name.len, 0);
    signet_tree_close(tree);
    scratch_close(&scratch);
}

/* Between reading the directory and asking for the size. */
static void a_file_that_vanishes_is_named(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    signet_err_clear(&err);
    scratch_open(&scratch);
    scratch_put(&scratch, "b", "x");
    vanishing = "b";
    CHECK_CODE(signet_tree_open_dir(scratch.fd, SIZE_MAX, &tree, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "b: cannot stat: No such file or directory");
    scratch_put(&scratch, "a/c", "x");
    vanishing = "c";
    signet_err_clear(&err);
    CHECK_OK(signet_tree_open_dir(scratch.fd, SIZE_MAX, &tree, &err), &err);
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    CHECK_CODE(signet_tree_enter(tree, &err), SIGNET_E_IO);
    assert_string_equal(err.msg, "a/c: cannot stat: No such file or directory");
    vanishing = NULL;
    signet_tree_close(tree);
    scratch_close(&scratch);
}

/* Makes levels nested folders named name, a file "f" in the last, and returns the file's name. */
static char *nest(const struct scratch *scratch, const char *name, size_t levels)
{
    size_t step = strlen(name) + 1;
    char *whole = malloc(levels * step + 2);
    assert_non_null(whole);
    int at = dup(scratch->fd);
    for (size_t i = 0; i < levels; i++) {
        assert_int_equal(mkdirat(at, name, 0755), 0);
        int next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(next >= 0);
        assert_int_equal(close(at), 0);
        at = next;
        memcpy(whole + i * step, name, step - 1);
        whole[(i + 1) * step - 1] = '/';
    }
    memcpy(whole + levels * step, "f", 2);
    int fd = openat(at, "f", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "deep", 4), 4);
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(at), 0);
    return whole;
}

/* Follows a chain of folders to its end; returns the last item's name. */
static char *descend(const struct scratch *scratch, size_t levels)
{
    struct signet_err err;
    struct signet_tree *tree = NULL;
    struct signet_tree_item item;
    char *last = NULL;
    char **kept = calloc(levels, sizeof(*kept));
    assert_non_null(kept);
    signet_err_clear(&err);
    CHECK_OK(signet_tree_open_dir(scratch->fd, 0, &tree, &err), &err);
    for (size_t i = 0; i <= levels; i++) {
        CHECK_OK(signet_tree_next(tree, &item, &err), &err);
        last = strndup((const char *)item.name.ptr, item.name.len);
        assert_non_null(last);
        if (i < levels) {
            kept[i] = last;
            CHECK_OK(signet_tree_enter(tree, &err), &err);
        }
    }
    CHECK_OK(signet_tree_next(tree, &item, &err), &err);
    assert_int_equal(item.name.len, 0);
    signet_tree_close(tree);
    for (size_t i = 0; i < levels; i++) {
        free(kept[i]);
    }
    free(kept);
    return last;
}

static void check_deep_tree(const char *name, size_t levels)
{
    struct scratch scratch;
    struct signet_err err;
    char bytes[5] = "";
    int fd = -1;
    scratch_open(&scratch);
    signet_err_clear(&err);
    char *expected = nest(&scratch, name, levels);
    char *found = descend(&scratch, levels);
    assert_string_equal(found, expected);
    CHECK_OK(signet_tree_open_beneath(scratch.fd, found, &fd, &err), &err);
    assert_int_equal(read(fd, bytes, sizeof(bytes)), 4);
    assert_string_equal(bytes, "deep");
    assert_int_equal(close(fd), 0);
    free(expected);
    free(found);
    scratch_close(&scratch);
}

/* 2,000 levels with 24 descriptors, and names longer than one system call takes. */
static void depth_costs_no_descriptors(void **state)
{
    (void)state;
    char long_name[201];
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit few = {24, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    check_deep_tree("d", 2000);
    memset(long_name, 'n', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_true(50 * sizeof(long_name) > (size_t)2 * PATH_MAX);
    check_deep_tree(long_name, 50);
    long_name[90] = '\0'; /* 45 times 91 bytes and one: exactly PATH_MAX */
    check_deep_tree(long_name, 45);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* A link or a missing piece far behind the first PATH_MAX bytes counts as one at the start. */
static void long_names_lead_through_no_link(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    char name[201];
    int fd = -1;
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    signet_err_clear(&err);
    scratch_open(&scratch);
    char *file = nest(&scratch, name, 25);
    size_t len = strlen(file);
    int folder = -1;
    char *parent = strndup(file, len - 2);
    assert_non_null(parent);
    CHECK_OK(signet_tree_open_beneath(scratch.fd, parent, &folder, &err), &err);
    assert_int_equal(symlinkat("f", folder, "l"), 0);
    file[len - 1] = 'l';
    CHECK_CODE(signet_tree_open_beneath(scratch.fd, file, &fd, &err), SIGNET_E_FORBIDDEN);
    signet_err_clear(&err);
    file[len - 1] = 'm';
    CHECK_CODE(signet_tree_open_beneath(scratch.fd, file, &fd, &err), SIGNET_E_IO);
    assert_int_equal(err.sys_errno, ENOENT);
    signet_err_clear(&err);
    file[len - 1] = 'f';
    CHECK_OK(signet_tree_open_beneath(scratch.fd, file, &fd, &err), &err);
    assert_int_equal(close(fd), 0);
    file[0] = 'm';
    CHECK_CODE(signet_tree_open_beneath(scratch.fd, file, &fd, &err), SIGNET_E_IO);
    assert_int_equal(err.sys_errno, ENOENT);
    signet_err_clear(&err);
    memset(file, 'n', len);
    CHECK_CODE(signet_tree_open_beneath(scratch.fd, file, &fd, &err), SIGNET_E_IO);
    assert_int_equal(err.sys_errno, ENAMETOOLONG);
    assert_int_equal(close(folder), 0);
    free(parent);
    free(file);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yields_everything_with_its_kind),
        cmocka_unit_test(directories_are_entered_on_request_only),
        cmocka_unit_test(an_exchanged_directory_leads_nowhere),
        cmocka_unit_test(items_come_in_the_order_of_their_names),
        cmocka_unit_test(a_file_that_vanishes_is_named),
        cmocka_unit_test(depth_costs_no_descriptors),
        cmocka_unit_test(long_names_lead_through_no_link),
    };
    return CHECK_RUN(tests);
}

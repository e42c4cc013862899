/* SPDX-License-Identifier: Apache-2.0
 *
 * common/state: where a tool leaves itself files, and whose it believes. What the whole tool says
 * of them is in tests/cli/sign_reuse.sh.
 */
#include "scratch.h"

#include "common/state.h"

static const struct signet_tool_info info = {.help = {.name = "signet-x"}, .schema = "signet-x/1"};

static struct signet_tool tool_of(void)
{
    struct signet_tool tool;
    memset(&tool, 0, sizeof(tool));
    tool.info = &info;
    signet_buf_init(&tool.environment, 1024);
    return tool;
}

/* The path for a user with these variables, or "" if there is none. */
static void check_path(uid_t user, const char *state, const char *home, const char *expected)
{
    char variables[2][64];
    char *only[] = {variables[0], variables[1], NULL};
    char **environ_before = environ;
    uid_t before = geteuid();
    char *path = NULL;
    struct signet_err err;
    struct signet_tool tool = tool_of();
    assert_true(snprintf(variables[0], 64, "XDG_STATE_HOME=%s", state) < 64);
    assert_true(snprintf(variables[1], 64, "HOME=%s", home) < 64);
    signet_err_clear(&err);
    environ = only;
    assert_int_equal(seteuid(user), 0);
    int rc = signet_state_path(&tool, "name", &path, &err);
    assert_int_equal(seteuid(before), 0);
    environ = environ_before;
    assert_int_equal(rc, expected[0] != '\0' ? SIGNET_OK : SIGNET_E_IO);
    assert_string_equal(path != NULL ? path : "", expected);
    free(path);
    signet_buf_free(&tool.environment);
}

static void its_place_is_the_users(void **state)
{
    (void)state;
    uid_t user = geteuid() == 0 ? 65534 : geteuid();
    check_path(user, "/x", "/y", "/x/signet/name");
    check_path(user, "", "/y", "/y/.local/state/signet/name");
    check_path(user, "x", "/y", "/y/.local/state/signet/name");
    check_path(user, "", "y", "");
    check_path(user, "x", "", "");
    if (geteuid() == 0) {
        check_path(0, "/x", "/y", "/var/lib/signet/name");
    }
}

static void check_read(const char *path, int code, const char *text)
{
    struct signet_buf bytes;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_CODE(signet_state_read(path, 1 << 16, &bytes, &err), code);
    if (code == SIGNET_OK) {
        CHECK_SPAN(signet_buf_span(&bytes), text);
    } else {
        assert_int_equal(bytes.len, 0);
        assert_non_null(strstr(err.msg, text));
    }
    signet_buf_free(&bytes);
}

static void set_mode(const struct scratch *scratch, const char *name, mode_t mode)
{
    assert_int_equal(fchmodat(scratch->fd, name, mode, 0), 0);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    struct stat st;
    char path[512];
    scratch_open(&scratch);
    signet_err_clear(&err);
    scratch_path(&scratch, "a/b/c", path);
    check_read(path, SIGNET_OK, "");
    CHECK_OK(signet_state_write(path, signet_span_str("one"), &err), &err);
    check_read(path, SIGNET_OK, "one");
    CHECK_OK(signet_state_write(path, signet_span_str("two"), &err), &err);
    check_read(path, SIGNET_OK, "two");
    static const char *const names[] = {"a", "a/b", "a/b/c"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(fstatat(scratch.fd, names[i], &st, AT_SYMLINK_NOFOLLOW), 0);
        assert_int_equal(st.st_mode & 07777, i < 2 ? 0700 : 0600);
    }
    scratch_path(&scratch, "a/b/none", path);
    check_read(path, SIGNET_OK, "");
    scratch_close(&scratch);
}

static void others_are_not_believed(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "a/b"};
    struct scratch scratch;
    char path[512];
    scratch_open(&scratch);
    scratch_put(&scratch, "a/b", "text");
    scratch_path(&scratch, "a/b", path);
    for (size_t i = 0; i < 2; i++) {
        static const char text[] = "others than its owner may write it";
        set_mode(&scratch, names[i], 0720);
        check_read(path, SIGNET_E_FORBIDDEN, text);
        set_mode(&scratch, names[i], 0702);
        check_read(path, SIGNET_E_FORBIDDEN, text);
        set_mode(&scratch, names[i], 0755);
        check_read(path, SIGNET_OK, "text");
    }
    scratch_link(&scratch, "b", "a/link");
    check_read(scratch_path(&scratch, "a/link", path), SIGNET_E_FORBIDDEN, "is a link");
    scratch_link(&scratch, "a", "link");
    check_read(scratch_path(&scratch, "link/b", path), SIGNET_E_FORBIDDEN, "is a link");
    scratch_folder(&scratch, "a/folder");
    check_read(scratch_path(&scratch, "a/folder", path), SIGNET_E_IO, "expected a regular file");
    scratch_close(&scratch);
}

/* Nobody but root owns /etc/passwd and its folder. */
static void nor_is_another_user(void **state)
{
    (void)state;
    uid_t before = geteuid();
    assert_int_equal(seteuid(before == 0 ? 65534 : before), 0);
    check_read("/etc/passwd", SIGNET_E_FORBIDDEN, "/etc: belongs to another user");
    assert_int_equal(seteuid(before), 0);
}

static void nothing_is_written_where_others_write(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_err err;
    char path[512];
    scratch_open(&scratch);
    scratch_folder(&scratch, "a");
    scratch_path(&scratch, "a/b", path);
    set_mode(&scratch, "a", 0777);
    signet_err_clear(&err);
    CHECK_CODE(signet_state_write(path, signet_span_str("x"), &err), SIGNET_E_FORBIDDEN);
    assert_int_equal(faccessat(scratch.fd, "a/b", F_OK, 0), -1);
    set_mode(&scratch, "a", 0700);
    signet_err_clear(&err);
    CHECK_OK(signet_state_write(path, signet_span_str("x"), &err), &err);
    check_read(path, SIGNET_OK, "x");
    CHECK_CODE(signet_state_write("/proc/none/b", signet_span_str("x"), &err), SIGNET_E_IO);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_place_is_the_users),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(others_are_not_believed),
        cmocka_unit_test(nor_is_another_user),
        cmocka_unit_test(nothing_is_written_where_others_write),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * base/fd: what is read is a regular file beneath the folder meant, and what is written appears
 * whole or not at all. Expected results are those of fd.h.
 */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/outfile.h"

/* A new folder that becomes the working directory; the harness removes it with its TMPDIR. */
static int enter_folder(void **state)
{
    char path[200];
    const char *base = getenv("TMPDIR");
    int len = snprintf(path, sizeof(path), "%s/fd.XXXXXX", base != NULL ? base : "/tmp");
    *state = NULL;
    return len > 0 && (size_t)len < sizeof(path) && mkdtemp(path) != NULL ? chdir(path) : -1;
}

static void write_file(const char *path, const char *text)
{
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_fd_replace(path, signet_span_str(text), 0600, true, &err), &err);
}

static void expect_file(const char *path, const char *text)
{
    struct signet_err err;
    struct signet_buf buf;
    int fd = -1;
    signet_err_clear(&err);
    signet_buf_init(&buf, 1000);
    CHECK_OK(signet_fd_open_named(path, &fd, &err), &err);
    CHECK_OK(signet_fd_read_file(fd, path, 1000, &buf, &err), &err);
    CHECK_SPAN(signet_buf_span(&buf), text);
    signet_fd_close(&fd);
    signet_buf_free(&buf);
}

static void replace_needs_leave(void **state)
{
    (void)state;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_fd_replace("a", signet_span_str("first"), 0600, false, &err), &err);
    CHECK_CODE(signet_fd_replace("a", signet_span_str("second"), 0600, false, &err),
               SIGNET_E_EXISTS);
    assert_string_equal(err.msg, "a: exists");
    expect_file("a", "first");
    signet_err_clear(&err);
    CHECK_OK(signet_fd_replace("a", signet_span_str("second"), 0600, true, &err), &err);
    expect_file("a", "second");
}

/* Opening saw no file, another process made one: the commit must not replace it. */
static void commit_refuses_what_appeared_meanwhile(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_outfile out;
    signet_err_clear(&err);
    CHECK_OK(signet_outfile_open(&out, "a", 0600, false, &err), &err);
    CHECK_OK(signet_outfile_write(&out, signet_span_str("ours"), &err), &err);
    write_file("a", "theirs");
    CHECK_CODE(signet_outfile_commit(&out, &err), SIGNET_E_EXISTS);
    expect_file("a", "theirs");
}

static void abort_leaves_nothing(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_outfile out;
    signet_err_clear(&err);
    write_file("a", "old");
    CHECK_OK(signet_outfile_open(&out, "a", 0600, true, &err), &err);
    CHECK_OK(signet_outfile_write(&out, signet_span_str("new"), &err), &err);
    signet_outfile_abort(&out);
    expect_file("a", "old");
}

static void a_link_is_neither_replaced_nor_followed(void **state)
{
    (void)state;
    struct signet_err err;
    struct stat st;
    signet_err_clear(&err);
    write_file("target", "kept");
    assert_int_equal(symlink("target", "link"), 0);
    CHECK_CODE(signet_fd_replace("link", signet_span_str("new"), 0600, false, &err),
               SIGNET_E_EXISTS);
    signet_err_clear(&err);
    CHECK_CODE(signet_fd_replace("link", signet_span_str("new"), 0640, true, &err),
               SIGNET_E_FORBIDDEN);
    assert_non_null(strstr(err.msg, "symbolic link"));
    expect_file("target", "kept");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
}

static void beneath_means_beneath_and_without_links(void **state)
{
    (void)state;
    static const char *const bad[] = {"link", "dirlink/f", "../outside", "/etc/passwd",
                                      "d/../../x"};
    struct signet_err err;
    int fd = -1;
    assert_int_equal(mkdir("top", 0700), 0);
    assert_int_equal(mkdir("top/d", 0700), 0);
    write_file("outside", "x");
    write_file("x", "x");
    write_file("top/d/f", "x");
    assert_int_equal(symlink("d/f", "top/link"), 0);
    assert_int_equal(symlink("d", "top/dirlink"), 0);
    int dir = open("top", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(dir >= 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_fd_open_beneath(dir, bad[i], &fd, &err), SIGNET_E_FORBIDDEN);
        assert_int_equal(fd, -1);
    }
    signet_err_clear(&err);
    CHECK_CODE(signet_fd_open_beneath(dir, "absent", &fd, &err), SIGNET_E_IO);
    signet_err_clear(&err);
    CHECK_OK(signet_fd_open_beneath(dir, "d/f", &fd, &err), &err);
    signet_fd_close(&fd);
    signet_fd_close(&dir);
}

static void reading_keeps_the_limit_and_the_kind(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_buf buf;
    int fd = -1;
    signet_buf_init(&buf, 1000);
    write_file("five", "12345");
    signet_err_clear(&err);
    CHECK_OK(signet_fd_open_named("five", &fd, &err), &err);
    CHECK_CODE(signet_fd_read_file(fd, "five", 4, &buf, &err), SIGNET_E_LIMIT);
    assert_int_equal(buf.len, 0);
    signet_err_clear(&err);
    CHECK_OK(signet_fd_read_file(fd, "five", 5, &buf, &err), &err);
    CHECK_SPAN(signet_buf_span(&buf), "12345");
    signet_fd_close(&fd);

    assert_int_equal(mkfifo("fifo", 0600), 0);
    signet_err_clear(&err);
    CHECK_OK(signet_fd_open_named("fifo", &fd, &err), &err);
    CHECK_CODE(signet_fd_read_file(fd, "fifo", 100, &buf, &err), SIGNET_E_IO);
    signet_fd_close(&fd);
    assert_int_equal(buf.len, 5);
    signet_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(replace_needs_leave, enter_folder),
        cmocka_unit_test_setup(commit_refuses_what_appeared_meanwhile, enter_folder),
        cmocka_unit_test_setup(abort_leaves_nothing, enter_folder),
        cmocka_unit_test_setup(a_link_is_neither_replaced_nor_followed, enter_folder),
        cmocka_unit_test_setup(beneath_means_beneath_and_without_links, enter_folder),
        cmocka_unit_test_setup(reading_keeps_the_limit_and_the_kind, enter_folder),
    };
    return CHECK_RUN(tests);
}

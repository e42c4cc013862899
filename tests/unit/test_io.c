/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/io.h> and the outfile of base/fd.h: nothing appears before commit, nothing stays after a
 * failure, an existing file survives; and signet_utf8_next(). Expected states are those that the
 * headers promise.
 */
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signet/io.h>
#include <signet/text.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    char path[32];
    char file[64];
};

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));
    assert_non_null(folder);
    memcpy(folder->path, "/tmp/signet-io-XXXXXX", 22);
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->file, sizeof(folder->file), "%s/file", folder->path);
    *state = folder;
    return 0;
}

static size_t count_files(const struct folder *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder->path);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 ? 1 : 0;
    }
    closedir(dir);
    return count;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    unlink(folder->file);
    rmdir(folder->file);
    assert_int_equal(rmdir(folder->path), 0);
    free(folder);
    return 0;
}

static void expect_contents(const struct folder *folder, const char *text)
{
    struct signet_err err;
    struct signet_buf buf;
    signet_err_clear(&err);
    CHECK_OK(signet_io_read(folder->file, 1 << 20, &buf, &err), &err);
    CHECK_SPAN(signet_buf_span(&buf), text);
    signet_buf_free(&buf);
}

static void output_appears_at_commit(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    struct stat st;
    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0600, false, &out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("one "), &err), &err);
    CHECK_OK(signet_output_sync(out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("two"), &err), &err);
    assert_int_equal(access(folder->file, F_OK), -1);
    CHECK_OK(signet_output_commit(out, &err), &err);
    signet_output_free(out);
    expect_contents(folder, "one two");
    assert_int_equal(count_files(folder), 1);
    assert_int_equal(stat(folder->file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void output_freed_before_commit_leaves_nothing(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0600, false, &out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("half"), &err), &err);
    signet_output_free(out);
    assert_int_equal(count_files(folder), 0);
}

/* What is read back is what was written, and reading changes nothing of it. */
static void output_is_read_back_before_it_appears(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    struct signet_buf text;
    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0644, false, &out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("one "), &err), &err);
    CHECK_OK(signet_output_read_back(out, 4, &text, &err), &err);
    CHECK_SPAN(signet_buf_span(&text), "one ");
    signet_buf_free(&text);
    assert_int_equal(access(folder->file, F_OK), -1);
    CHECK_OK(signet_output_write(out, signet_span_str("two"), &err), &err);
    CHECK_CODE(signet_output_read_back(out, 6, &text, &err), SIGNET_E_LIMIT);
    assert_int_equal(text.len, 0);
    signet_buf_free(&text);
    signet_err_clear(&err);
    CHECK_OK(signet_output_commit(out, &err), &err);
    signet_output_free(out);
    expect_contents(folder, "one two");
}

/* From where it is asked for, to the end. */
static void output_is_compared(void **state)
{
    static const struct {
        uint64_t from;
        const char *bytes;
        bool same;
    } rows[] = {
        {0, "one two", true}, {4, "two", true},   {7, "", true},     {0, "one tw", false},
        {4, "tw", false},     {4, "twos", false}, {3, "two", false}, {5, "two", false},
        {4, "twO", false},    {0, "", false},
    };
    const struct folder *folder = *state;
    for (size_t held = 0; held < 2; held++) {
        struct signet_output *out = NULL;
        struct signet_err err;
        signet_err_clear(&err);
        CHECK_OK(signet_output_open(held == 1 ? "-" : folder->file, 0644, false, &out, &err), &err);
        CHECK_CODE(signet_output_compare(out, 0, signet_span_str(""), &err),
                   held == 1 ? SIGNET_E_USAGE : SIGNET_OK);
        signet_output_hold(out);
        CHECK_OK(signet_output_write(out, signet_span_str("one two"), &err), &err);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            signet_err_clear(&err);
            CHECK_CODE(
                signet_output_compare(out, rows[i].from, signet_span_str(rows[i].bytes), &err),
                rows[i].same ? SIGNET_OK : SIGNET_E_IO);
        }
        signet_output_abandon(out);
        signet_output_free(out);
    }
}

static void abandoned_output_never_appears(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    struct signet_buf text;
    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0644, false, &out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("bad"), &err), &err);
    signet_output_abandon(out);
    CHECK_CODE(signet_output_commit(out, &err), SIGNET_E_UNVERIFIED);
    CHECK_CODE(signet_output_sync(out, &err), SIGNET_E_UNVERIFIED);
    CHECK_CODE(signet_output_read_back(out, 10, &text, &err), SIGNET_E_UNVERIFIED);
    signet_buf_free(&text);
    signet_output_free(out);
    assert_int_equal(count_files(folder), 0);
}

/* Standard output is a pipe here, and gets nothing before the commit. */
static void standard_output_can_be_held(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_output *out = NULL;
    struct signet_buf text;
    char seen[16] = "";
    int ends[2];
    int saved = dup(STDOUT_FILENO);
    assert_int_equal(fflush(stdout), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
        assert_true(dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
        signet_err_clear(&err);
        CHECK_OK(signet_output_open("-", 0, false, &out, &err), &err);
        CHECK_CODE(signet_output_read_back(out, 10, &text, NULL), SIGNET_E_USAGE);
        signet_output_hold(out);
        CHECK_OK(signet_output_write(out, signet_span_str("whole"), &err), &err);
        CHECK_OK(signet_output_read_back(out, 10, &text, &err), &err);
        CHECK_SPAN(signet_buf_span(&text), "whole");
        signet_buf_free(&text);
        assert_int_equal(read(ends[0], seen, sizeof(seen)), -1);
        if (i == 0) {
            CHECK_OK(signet_output_commit(out, &err), &err);
            assert_int_equal(read(ends[0], seen, sizeof(seen)), 5);
            CHECK_BYTES(seen, "whole", 5);
        } else {
            signet_output_abandon(out);
            CHECK_CODE(signet_output_commit(out, &err), SIGNET_E_UNVERIFIED);
            assert_int_equal(read(ends[0], seen, sizeof(seen)), -1);
        }
        signet_output_free(out);
        assert_true(dup2(saved, STDOUT_FILENO) == STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
    }
    close(saved);
}

static void existing_output_survives_unless_replaced(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_io_write(folder->file, signet_span_str("old"), 0644, false, &err), &err);
    CHECK_CODE(signet_io_write(folder->file, signet_span_str("new"), 0644, false, &err),
               SIGNET_E_EXISTS);
    expect_contents(folder, "old");

    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0644, true, &out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("new"), &err), &err);
    expect_contents(folder, "old");
    CHECK_OK(signet_output_commit(out, &err), &err);
    signet_output_free(out);
    expect_contents(folder, "new");
    assert_int_equal(count_files(folder), 1);
}

/* Somebody else makes the file between open and commit. */
static void output_never_replaces_a_latecomer(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0644, false, &out, &err), &err);
    CHECK_OK(signet_output_write(out, signet_span_str("mine"), &err), &err);
    CHECK_OK(signet_io_write(folder->file, signet_span_str("theirs"), 0644, false, &err), &err);
    CHECK_CODE(signet_output_commit(out, &err), SIGNET_E_EXISTS);
    signet_output_free(out);
    expect_contents(folder, "theirs");
    assert_int_equal(count_files(folder), 1);
}

static void output_refuses_a_directory(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    signet_err_clear(&err);
    assert_int_equal(mkdir(folder->file, 0700), 0);
    CHECK_CODE(signet_output_open(folder->file, 0644, true, &out, &err), SIGNET_E_USAGE);
    assert_null(out);
}

/* As root, replacing /dev/null by a file would break the machine. */
static void output_replaces_files_only(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct stat st;
    signet_err_clear(&err);
    assert_int_equal(symlink("/dev/null", folder->file), 0);
    CHECK_CODE(signet_io_write(folder->file, signet_span_str("x"), 0644, true, &err),
               SIGNET_E_FORBIDDEN);
    assert_int_equal(unlink(folder->file), 0);
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    CHECK_CODE(signet_io_write(folder->file, signet_span_str("x"), 0644, true, &err),
               SIGNET_E_FORBIDDEN);
    assert_int_equal(unlink(folder->file), 0);

    signet_err_clear(&err);
    assert_int_equal(symlink("nothing", folder->file), 0);
    CHECK_CODE(signet_io_write(folder->file, signet_span_str("x"), 0644, true, &err),
               SIGNET_E_FORBIDDEN);
    assert_int_equal(lstat(folder->file, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(count_files(folder), 1);
}

static void output_larger_than_its_buffer_is_whole(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_output *out = NULL;
    struct signet_buf back;
    enum {
        SIZE = 300001
    };
    uint8_t *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (uint8_t)(i * 31 + i / 251);
    }
    signet_err_clear(&err);
    CHECK_OK(signet_output_open(folder->file, 0644, false, &out, &err), &err);
    static const size_t pieces[] = {1, 65535, 1, 0, 65537, 7, SIZE - 131081};
    size_t at = 0;
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        CHECK_OK(signet_output_write(out, signet_span_of(bytes + at, pieces[i]), &err), &err);
        at += pieces[i];
    }
    assert_int_equal(at, SIZE);
    CHECK_OK(signet_output_commit(out, &err), &err);
    signet_output_free(out);
    CHECK_OK(signet_io_read(folder->file, SIZE, &back, &err), &err);
    assert_int_equal(back.len, SIZE);
    CHECK_BYTES(back.data, bytes, SIZE);
    signet_buf_free(&back);
    CHECK_CODE(signet_io_read(folder->file, SIZE - 1, &back, &err), SIGNET_E_LIMIT);
    assert_int_equal(back.len, 0);
    signet_buf_free(&back);
    free(bytes);
}

static void messages_begin_with_the_name_once(void **state)
{
    const struct folder *folder = *state;
    struct signet_err err;
    struct signet_buf buf;
    char expected[200];
    signet_err_clear(&err);
    CHECK_CODE(signet_io_read(folder->file, 10, &buf, &err), SIGNET_E_IO);
    snprintf(expected, sizeof(expected), "%s: cannot open: No such file or directory",
             folder->file);
    assert_string_equal(err.msg, expected);
    signet_buf_free(&buf);

    signet_err_clear(&err);
    CHECK_CODE(signet_io_read(folder->path, 10, &buf, &err), SIGNET_E_IO);
    snprintf(expected, sizeof(expected), "%s: expected a regular file, found a directory",
             folder->path);
    assert_string_equal(err.msg, expected);
    signet_buf_free(&buf);
}

static void stdin_is_read_to_its_limit(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_buf buf;
    int saved = dup(STDIN_FILENO);
    for (size_t max = 4; max <= 6; max++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "12345", 5), 5);
        close(ends[1]);
        assert_true(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
        close(ends[0]);
        signet_err_clear(&err);
        if (max < 5) {
            CHECK_CODE(signet_io_read("-", max, &buf, &err), SIGNET_E_LIMIT);
            assert_string_equal(err.msg, "standard input: more than the limit of 4 bytes");
            assert_int_equal(buf.len, 0);
        } else {
            CHECK_OK(signet_io_read("-", max, &buf, &err), &err);
            CHECK_SPAN(signet_buf_span(&buf), "12345");
        }
        signet_buf_free(&buf);
    }
    assert_true(dup2(saved, STDIN_FILENO) == STDIN_FILENO);
    close(saved);
}

static void next_takes_one_character(void **state)
{
    (void)state;
    static const struct {
        uint32_t code_point;
        enum signet_utf8_class class;
    } expected[] = {
        {'a', SIGNET_UTF8_PLAIN},     {'\\', SIGNET_UTF8_PLAIN},      {0x1B, SIGNET_UTF8_DECEIVES},
        {0xE9, SIGNET_UTF8_PLAIN},    {0x202E, SIGNET_UTF8_DECEIVES}, {0xFF, SIGNET_UTF8_INVALID},
        {0x1F600, SIGNET_UTF8_PLAIN}, {0x7F, SIGNET_UTF8_DECEIVES},
    };
    struct signet_span text =
        signet_span_str("a\\\x1b\xc3\xa9\xe2\x80\xae\xff\xf0\x9f\x98\x80\x7f");
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        uint32_t c = 0;
        assert_int_equal(signet_utf8_next(&text, &c), expected[i].class);
        assert_int_equal(c, expected[i].code_point);
    }
    assert_int_equal(text.len, 0);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(output_appears_at_commit),
        IN_FOLDER(output_freed_before_commit_leaves_nothing),
        IN_FOLDER(output_is_read_back_before_it_appears),
        IN_FOLDER(output_is_compared),
        IN_FOLDER(abandoned_output_never_appears),
        cmocka_unit_test(standard_output_can_be_held),
        IN_FOLDER(existing_output_survives_unless_replaced),
        IN_FOLDER(output_never_replaces_a_latecomer),
        IN_FOLDER(output_refuses_a_directory),
        IN_FOLDER(output_replaces_files_only),
        IN_FOLDER(output_larger_than_its_buffer_is_whole),
        IN_FOLDER(messages_begin_with_the_name_once),
        cmocka_unit_test(stdin_is_read_to_its_limit),
        cmocka_unit_test(next_takes_one_character),
    };
    return CHECK_RUN(tests);
}

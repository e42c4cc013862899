/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of JSON share: the folders of vectors, tables in tab-separated lines, and
 * canonical output of a text that lies in memory of exactly its size, so that a byte read beyond it
 * is caught.
 */
#ifndef SIGNET_TESTS_JSON_VECTORS_H
#define SIGNET_TESTS_JSON_VECTORS_H

#include "check.h"

#include <dirent.h>
#include <signet/json.h>
#include <sys/stat.h>

#include "base/fd.h"

#define JSON_TEXT(literal) signet_span_of("" literal, sizeof(literal) - 1)

/** The project's own vectors, which every clone has. */
#define JSON_OWN_VECTORS SIGNET_SOURCE_DIR "/tests/vectors/json"

/** The folder of test data from elsewhere. */
static inline const char *json_testdata(void)
{
    const char *dir = getenv("SIGNET_TESTDATA");
    return dir != NULL && dir[0] != '\0' ? dir : SIGNET_SOURCE_DIR "/../shared/testdata";
}

/** Whether that folder is there; says so if not. A part of it that lacks is a failure. */
static inline bool json_has_testdata(void)
{
    struct stat st;
    if (stat(json_testdata(), &st) == 0) {
        return true;
    }
    print_message("# no test data at %s: the vectors of the project alone are run\n",
                  json_testdata());
    return false;
}

/** Reads DIR/NAME into out, which is initialised here. */
static inline void json_read(const char *dir, const char *name, struct signet_buf *out)
{
    char path[1024];
    int fd = -1;
    struct signet_err err;
    assert_in_range(snprintf(path, sizeof(path), "%s/%s", dir, name), 1, sizeof(path) - 1);
    signet_err_clear(&err);
    signet_buf_init(out, (size_t)64 << 20);
    CHECK_OK(signet_fd_open_named(path, &fd, &err), &err);
    CHECK_OK(signet_fd_read_file(fd, name, out->max, out, &err), &err);
    signet_fd_close(&fd);
}

/** Calls check(dir, name) for each file of DIR whose name ends in suffix; returns how many. */
static inline size_t json_each_file(const char *dir,
                                    const char *suffix,
                                    void (*check)(const char *dir, const char *name))
{
    size_t count = 0;
    DIR *listing = opendir(dir);
    assert_non_null(listing);
    for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        size_t len = strlen(entry->d_name);
        if (len > strlen(suffix) && strcmp(entry->d_name + len - strlen(suffix), suffix) == 0) {
            check(dir, entry->d_name);
            count++;
        }
    }
    assert_int_equal(closedir(listing), 0);
    return count;
}

/** Takes the text up to mark, or all that is left, off rest. */
static inline struct signet_span json_take(struct signet_span *rest, char mark)
{
    const uint8_t *found = memchr(rest->ptr, mark, rest->len);
    size_t len = found != NULL ? (size_t)(found - rest->ptr) : rest->len;
    size_t taken = found != NULL ? len + 1 : len;
    struct signet_span field = signet_span_of(rest->ptr, len);
    *rest = signet_span_of(rest->ptr + taken, rest->len - taken);
    return field;
}

/** Canonical form of text into out, which is initialised here. */
static inline int json_canon_within(struct signet_span text,
                                    const struct signet_limits *limits,
                                    struct signet_buf *out,
                                    struct signet_err *err)
{
    uint8_t *exact = malloc(text.len > 0 ? text.len : 1);
    assert_non_null(exact);
    if (text.len > 0) {
        memcpy(exact, text.ptr, text.len);
    }
    signet_err_clear(err);
    signet_buf_init(out, (size_t)256 << 20);
    int rc =
        signet_json_canon(signet_span_of(exact, text.len), limits, signet_sink_to_buf(out), err);
    free(exact);
    return rc;
}

static inline int
json_canon(struct signet_span text, struct signet_buf *out, struct signet_err *err)
{
    return json_canon_within(text, NULL, out, err);
}

/** text has exactly this canonical form, and so has the form itself. */
static inline void json_expect(struct signet_span text, struct signet_span canonical)
{
    struct signet_err err;
    struct signet_buf out;
    struct signet_buf again;
    CHECK_OK(json_canon(text, &out, &err), &err);
    assert_int_equal(out.len, canonical.len);
    CHECK_BYTES(out.data, canonical.ptr, canonical.len);
    CHECK_OK(json_canon(canonical, &again, &err), &err);
    assert_int_equal(again.len, canonical.len);
    CHECK_BYTES(again.data, canonical.ptr, canonical.len);
    signet_buf_free(&out);
    signet_buf_free(&again);
}

/** text is refused with this code, a position inside it or right behind it, a message, and nothing
 *  written; returns the position. */
static inline uint64_t
json_expect_refusal_within(struct signet_span text, const struct signet_limits *limits, int code)
{
    struct signet_err err;
    struct signet_buf out;
    CHECK_CODE(json_canon_within(text, limits, &out, &err), code);
    assert_int_equal(out.len, 0);
    assert_int_equal(err.code, code);
    assert_in_range(err.offset, 0, text.len);
    assert_int_equal(strncmp(err.msg, "expected ", 9), 0);
    assert_non_null(strstr(err.msg, ", found "));
    signet_buf_free(&out);
    return err.offset;
}

static inline uint64_t json_expect_refusal(struct signet_span text, int code)
{
    return json_expect_refusal_within(text, NULL, code);
}

#endif

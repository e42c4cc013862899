/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs and outputs as a command line names them (<signet/io.h>): "-" and buffering over the safe
 * file access of base/fd.h. Knows nothing of contents.
 */
#include <signet/io.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/outfile.h"

static const char standard_input[] = "standard input";
static const char standard_output[] = "standard output";

struct signet_output {
    struct signet_outfile file; /* unused if to_stdout */
    bool to_stdout;
    bool secret; /* only its owner may read it: no copy stays behind in the buffer */
    bool synced;
    bool holds; /* standard output stays in held */
    bool abandoned;
    struct signet_buf held;
    size_t used;
    uint8_t buffer[1 << 16];
};

static bool is_stream(const char *path)
{
    return strcmp(path, "-") == 0;
}

int signet_io_open(const char *path, int *fd, struct signet_err *err)
{
    return signet_fd_open_named(path, fd, err);
}

static void start_input(struct signet_buf *out, uint64_t max)
{
    signet_buf_init(out, max < SIZE_MAX ? (size_t)max : SIZE_MAX);
}

int signet_io_read_fd(
    int fd, const char *name, uint64_t max, struct signet_buf *out, struct signet_err *err)
{
    start_input(out, max);
    return signet_fd_read_file(fd, name, max, out, err);
}

int signet_io_read(const char *path, uint64_t max, struct signet_buf *out, struct signet_err *err)
{
    int fd = -1;
    start_input(out, max);
    if (is_stream(path)) {
        return signet_fd_read_stream(STDIN_FILENO, standard_input, max, out, err);
    }
    int rc = signet_fd_open_named(path, &fd, err);
    if (rc == SIGNET_OK) {
        rc = signet_fd_read_file(fd, path, max, out, err);
    }
    signet_fd_close(&fd);
    return rc;
}

int signet_output_open(const char *path,
                       unsigned mode,
                       bool replace,
                       struct signet_output **out,
                       struct signet_err *err)
{
    struct signet_output *made = calloc(1, sizeof(*made));
    int rc = SIGNET_OK;
    if (made == NULL) {
        signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
        return SIGNET_E_NOMEM;
    }
    made->to_stdout = is_stream(path);
    made->secret = (mode & 077) == 0 && !made->to_stdout;
    if (!made->to_stdout) {
        rc = signet_outfile_open(&made->file, path, mode, replace, err);
    }
    if (rc != SIGNET_OK) {
        free(made);
        return rc;
    }
    *out = made;
    return SIGNET_OK;
}

static int write_stdout(struct signet_span bytes, struct signet_err *err)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t n = write(STDOUT_FILENO, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno != EINTR) {
            return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot write", standard_output);
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return SIGNET_OK;
}

/* Some file systems report a full disk no earlier than at a close; closing a copy asks them. */
static int settle_stdout(struct signet_err *err)
{
    int copy = dup(STDOUT_FILENO);
    if (copy < 0 || close(copy) != 0) {
        return signet_err_sys(err, SIGNET_E_IO, errno, "%s: cannot write", standard_output);
    }
    return SIGNET_OK;
}

static int
write_through(struct signet_output *out, struct signet_span bytes, struct signet_err *err)
{
    if (out->abandoned) {
        return signet_err_set(err, SIGNET_E_UNVERIFIED, "this output was given up");
    }
    if (out->holds) {
        int rc = signet_buf_put(&out->held, bytes);
        return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "%s: no memory", standard_output);
    }
    return out->to_stdout ? write_stdout(bytes, err) : signet_outfile_write(&out->file, bytes, err);
}

static int flush(struct signet_output *out, struct signet_err *err)
{
    size_t used = out->used;
    out->used = 0;
    return write_through(out, signet_span_of(out->buffer, used), err);
}

int signet_output_write(struct signet_output *out, struct signet_span bytes, struct signet_err *err)
{
    if (bytes.len > sizeof(out->buffer) - out->used) {
        int rc = flush(out, err);
        if (rc != SIGNET_OK) {
            return rc;
        }
    }
    if (out->secret || bytes.len > sizeof(out->buffer)) {
        return write_through(out, bytes, err);
    }
    if (bytes.len > 0) {
        memcpy(out->buffer + out->used, bytes.ptr, bytes.len);
        out->used += bytes.len;
    }
    return SIGNET_OK;
}

void signet_output_hold(struct signet_output *out)
{
    out->holds = out->to_stdout;
    signet_buf_init(&out->held, SIZE_MAX);
}

/* Writes out what is not written yet, if it can be looked at again. */
static int ready_to_read(struct signet_output *out, struct signet_err *err)
{
    return out->to_stdout && !out->holds
               ? signet_err_set(err, SIGNET_E_USAGE, "%s: cannot be read back", standard_output)
               : flush(out, err);
}

int signet_output_read_back(struct signet_output *out,
                            uint64_t max,
                            struct signet_buf *text,
                            struct signet_err *err)
{
    start_input(text, max);
    int rc = ready_to_read(out, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!out->to_stdout) {
        return signet_outfile_read(&out->file, max, text, err);
    }
    rc = signet_buf_put(text, signet_buf_span(&out->held));
    return rc == SIGNET_OK ? rc
                           : signet_err_set(err, rc, "%s: no room for %zu bytes", standard_output,
                                            out->held.len);
}

int signet_output_compare(struct signet_output *out,
                          uint64_t from,
                          struct signet_span bytes,
                          struct signet_err *err)
{
    int rc = ready_to_read(out, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    if (!out->to_stdout) {
        return signet_outfile_compare(&out->file, from, bytes, err);
    }
    struct signet_span held = signet_buf_span(&out->held);
    return from <= held.len && held.len - from == bytes.len &&
                   (bytes.len == 0 || memcmp(held.ptr + from, bytes.ptr, bytes.len) == 0)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_IO, "%s: is not held as it was written",
                                standard_output);
}

void signet_output_abandon(struct signet_output *out)
{
    out->abandoned = true;
    out->used = 0;
    signet_buf_free(&out->held);
}

/* Lets go of what is held. */
static int release(struct signet_output *out, struct signet_err *err)
{
    out->holds = false;
    int rc = write_through(out, signet_buf_span(&out->held), err);
    signet_buf_free(&out->held);
    return rc;
}

int signet_output_sync(struct signet_output *out, struct signet_err *err)
{
    int rc = flush(out, err);
    if (rc == SIGNET_OK && out->holds) {
        rc = release(out, err);
    }
    if (rc == SIGNET_OK && !out->synced) {
        rc = out->to_stdout ? settle_stdout(err) : signet_outfile_sync(&out->file, err);
    }
    out->synced = rc == SIGNET_OK;
    return rc;
}

int signet_output_commit(struct signet_output *out, struct signet_err *err)
{
    int rc = signet_output_sync(out, err);
    if (rc == SIGNET_OK && !out->to_stdout) {
        rc = signet_outfile_commit(&out->file, err);
    }
    return rc;
}

void signet_output_free(struct signet_output *out)
{
    if (out == NULL) {
        return;
    }
    if (!out->to_stdout) {
        signet_outfile_abort(&out->file);
    }
    signet_buf_free(&out->held);
    free(out);
}

int signet_io_write(
    const char *path, struct signet_span bytes, unsigned mode, bool replace, struct signet_err *err)
{
    struct signet_output *out = NULL;
    int rc = signet_output_open(path, mode, replace, &out, err);
    if (rc == SIGNET_OK) {
        rc = signet_output_write(out, bytes, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(out, err);
    }
    signet_output_free(out);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing a folder again by what was kept: the statement must be that of a signing which reads
 * everything. The old signature is libsodium's over a text put together in attempt.h. The clock is
 * ten seconds ahead unless the test is about it, so that fresh files have settled. A program that
 * includes this is linked with the three functions below wrapped.
 */
#ifndef SIGNET_TESTS_RESIGN_H
#define SIGNET_TESTS_RESIGN_H

#include "attempt.h"

#include <signet/reuse.h>
#include <signet/sign.h>
#include <stdatomic.h>
#include <time.h>

#include "base/fd.h"
#include "base/lease.h"

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"
#define OTHER_BOOT "01234567-89ab-cdef-0123-456789abcdee"

enum {
    LARGE = 5 * (1 << 20), /* such a file is read by itself */
    ALL_BYTES = 5 + 4 + LARGE,
    RECORD = 81,
    HEAD = 61
};

enum fits {
    ALWAYS, /* whatever the file system is */
    NEVER,
    REALLY
};

/* What the library's own calls do, as far as a test is about them. */
static struct {
    atomic_uint_fast64_t bytes_read;
    enum fits fits;
    const char *written_before_lease;
    const char *opened_while_read;
} watch;

int __real_signet_fd_pread(int fd,
                           const struct signet_fd_run *run,
                           bool wait,
                           size_t *got,
                           bool *cold,
                           struct signet_err *err);
int __wrap_signet_fd_pread(int fd,
                           const struct signet_fd_run *run,
                           bool wait,
                           size_t *got,
                           bool *cold,
                           struct signet_err *err);
bool __real_signet_lease_fits(int fd);
bool __wrap_signet_lease_fits(int fd);
bool __real_signet_lease_take(int fd);
bool __wrap_signet_lease_take(int fd);

int __wrap_signet_fd_pread(int fd,
                           const struct signet_fd_run *run,
                           bool wait,
                           size_t *got,
                           bool *cold,
                           struct signet_err *err)
{
    int rc = __real_signet_fd_pread(fd, run, wait, got, cold, err);
    atomic_fetch_add(&watch.bytes_read, *got);
    if (watch.opened_while_read != NULL) {
        assert_int_equal(open(watch.opened_while_read, O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1);
        assert_int_equal(errno, EWOULDBLOCK);
        watch.opened_while_read = NULL;
    }
    return rc;
}

bool __wrap_signet_lease_fits(int fd)
{
    return watch.fits == REALLY ? __real_signet_lease_fits(fd) : watch.fits == ALWAYS;
}

bool __wrap_signet_lease_take(int fd)
{
    if (watch.written_before_lease != NULL) {
        int writer = open(watch.written_before_lease, O_WRONLY | O_CLOEXEC);
        assert_true(writer >= 0);
        assert_int_equal(write(writer, "ALPHA", 5), 5);
        assert_int_equal(close(writer), 0);
        watch.written_before_lease = NULL;
    }
    return __real_signet_lease_take(fd);
}

static char *large; /* LARGE characters */

/* A folder m of three files, and a signature over them by key 0. */
struct fixture {
    struct scratch scratch;
    char path[512];
    struct signet_buf old;
    struct signet_buf kept; /* from one signing to the next */
    const char *boot;
    int64_t now; /* 0: ten seconds from now */
    size_t jobs;
};

struct outcome {
    int rc;
    struct signet_err err;
    size_t reused;
    uint64_t reused_bytes;
    uint64_t read;
};

static inline int64_t clock_of(void *ctx)
{
    const struct fixture *fixture = ctx;
    return fixture->now != 0 ? fixture->now : (int64_t)time(NULL) + 10;
}

static inline void sign_old(struct fixture *fixture, const char *const *files)
{
    char *statement = oms_statement(files, "");
    signet_buf_free(&fixture->old);
    fixture->old = forge(&(struct forge){.payload = statement});
    free(statement);
}

static inline void open_fixture_in(struct fixture *fixture, const char *folder)
{
    const char *const files[] = {"a", "alpha", "b", "beta", "large", large, NULL};
    memset(fixture, 0, sizeof(*fixture));
    atomic_store(&watch.bytes_read, 0);
    watch.fits = ALWAYS;
    fixture->boot = BOOT;
    scratch_open_in(&fixture->scratch, folder);
    scratch_put(&fixture->scratch, "m/a", "alpha");
    scratch_put(&fixture->scratch, "m/b", "beta");
    scratch_put(&fixture->scratch, "m/large", large);
    scratch_path(&fixture->scratch, "m", fixture->path);
    sign_old(fixture, files);
}

static inline void open_fixture(struct fixture *fixture)
{
    open_fixture_in(fixture, "/tmp");
}

static inline void close_fixture(struct fixture *fixture)
{
    signet_buf_free(&fixture->old);
    signet_buf_free(&fixture->kept);
    scratch_close(&fixture->scratch);
}

static inline int new_reuse(const struct fixture *fixture,
                            size_t key,
                            const struct signet_clock *clock,
                            struct signet_reuse **reuse,
                            struct signet_err *err)
{
    struct signet_signature_file file = {.name = "old.sig"};
    struct signet_trusted_key trusted = forge_trusted(key);
    signet_buf_init(&file.text, 1 << 20);
    CHECK_CODE(signet_buf_put(&file.text, signet_buf_span(&fixture->old)), SIGNET_OK);
    signet_err_clear(err);
    int rc = signet_reuse_new(&file, &trusted.key, NULL, clock, reuse, err);
    signet_buf_free(&file.text);
    return rc;
}

static inline void keep(struct fixture *fixture, struct signet_reuse *reuse)
{
    struct signet_err err;
    struct signet_span saved;
    struct signet_span again;
    signet_err_clear(&err);
    CHECK_OK(signet_reuse_save(reuse, &saved, &err), &err);
    CHECK_OK(signet_reuse_save(reuse, &again, &err), &err);
    assert_ptr_equal(saved.ptr, again.ptr);
    assert_int_equal(saved.len, again.len);
    signet_buf_free(&fixture->kept);
    signet_buf_init(&fixture->kept, 1 << 20);
    CHECK_CODE(signet_buf_put(&fixture->kept, saved), SIGNET_OK);
}

/* Signs the folder by what is kept; on success it must state what reading everything does. */
static inline struct outcome sign_with(struct fixture *fixture, struct signet_reuse *reuse)
{
    struct outcome outcome = {0};
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    struct signet_signing *signing = NULL;
    struct signet_signing *plain = NULL;
    struct signet_sign_opts opts = {.size = sizeof(opts), .jobs = fixture->jobs, .reuse = reuse};
    signet_err_clear(&outcome.err);
    signet_err_clear(&err);
    CHECK_OK(signet_artifact_open(fixture->path, &artifact, &err), &err);
    atomic_store(&watch.bytes_read, 0);
    outcome.rc = signet_signing_new(artifact, &opts, &signing, &outcome.err);
    outcome.read = atomic_load(&watch.bytes_read);
    outcome.reused = signet_reuse_count(reuse, &outcome.reused_bytes);
    if (outcome.rc == SIGNET_OK) {
        opts.reuse = NULL;
        CHECK_OK(signet_signing_new(artifact, &opts, &plain, &err), &err);
        struct signet_span expected = signet_signing_statement(plain);
        struct signet_span found = signet_signing_statement(signing);
        assert_int_equal(found.len, expected.len);
        CHECK_BYTES(found.ptr, expected.ptr, expected.len);
        keep(fixture, reuse);
    }
    signet_signing_free(plain);
    signet_signing_free(signing);
    signet_artifact_close(artifact);
    return outcome;
}

static inline struct outcome sign_again(struct fixture *fixture)
{
    const struct signet_clock clock = {clock_of, fixture};
    struct signet_reuse *reuse = NULL;
    struct signet_err err;
    CHECK_OK(new_reuse(fixture, 0, &clock, &reuse, &err), &err);
    CHECK_OK(signet_reuse_load(reuse, signet_span_str(fixture->boot),
                               signet_buf_span(&fixture->kept), &err),
             &err);
    struct outcome outcome = sign_with(fixture, reuse);
    signet_reuse_free(reuse);
    return outcome;
}

/* Signs again; that many digests and bytes are taken over, and that many bytes are read. */
static inline void
expect_reused(struct fixture *fixture, size_t digests, uint64_t bytes, uint64_t read)
{
    struct outcome outcome = sign_again(fixture);
    CHECK_OK(outcome.rc, &outcome.err);
    assert_int_equal(outcome.reused, digests);
    assert_int_equal(outcome.reused_bytes, bytes);
    assert_int_equal(outcome.read, read);
}

/* Brings the fixture to where everything is taken over. */
static inline void warm(struct fixture *fixture)
{
    expect_reused(fixture, 0, 0, ALL_BYTES);
    expect_reused(fixture, 3, ALL_BYTES, 0);
}

static inline int resign_main(int (*run)(void))
{
    large = malloc(LARGE + 1);
    assert_non_null(large);
    memset(large, 'x', LARGE);
    large[LARGE] = '\0';
    int failed = run();
    free(large);
    return failed;
}

#endif

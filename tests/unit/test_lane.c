/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/lane: digests of files, and files that change while they are read. Expected digests:
 * sha256sum, sha384sum, sha512sum and b2sum of GNU coreutils over the same bytes.
 */
#include "scratch.h"

#include <time.h>

#include "artifact/lane.h"
#include "base/codec.h"
#include "base/fd.h"

enum {
    ROOM = 1 << 18,
    TWO_CHUNKS = 2 * ROOM
};

/* Once, after the first chunk of a file was read. */
struct hook {
    void (*act)(const struct scratch *scratch);
    const struct scratch *scratch;
    size_t calls;
    uint64_t bytes;
};

/* What a file came out as. */
struct outcome {
    uint8_t sha256[32];
    uint8_t digest[SIGNET_DIGEST_MAX];
};

/* Time stamps tell two states apart only if a clock tick lies between them. */
static void wait_a_tick(void)
{
    const struct timespec pause = {0, 20000000};
    assert_int_equal(nanosleep(&pause, NULL), 0);
}

/* Takes a begun lane to its end. */
static int
run(struct signet_lane *lane, struct hook *hook, struct outcome *outcome, struct signet_err *err)
{
    const struct signet_digest_slots slots = {outcome->sha256, outcome->digest, NULL};
    int rc = SIGNET_OK;
    while (rc == SIGNET_OK && !signet_lane_done(lane)) {
        bool cold = false;
        rc = signet_lane_read(lane, true, &cold, err);
        if (rc == SIGNET_OK && lane->ready.len > 0) {
            hook->bytes += lane->ready.len;
            if (hook->calls++ == 0 && hook->act != NULL) {
                hook->act(hook->scratch);
            }
            rc = signet_lane_digest(lane, &lane->digester);
        }
    }
    return rc == SIGNET_OK ? signet_lane_finish(lane, &slots, err) : rc;
}

static int hash_fd(struct signet_lane *lane,
                   int fd,
                   struct hook *hook,
                   struct outcome *outcome,
                   struct signet_err *err)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    const struct signet_lane_run whole = {
        .fd = fd, .to_end = true, .before = &st, .len = (uint64_t)st.st_size};
    memset(outcome, 0, sizeof(*outcome));
    assert_int_equal(signet_lane_begin(lane, &whole), SIGNET_OK);
    int rc = run(lane, hook, outcome, err);
    signet_lane_drop(lane);
    return rc;
}

static int hash_file(const struct scratch *scratch,
                     enum signet_digest_alg alg,
                     struct hook *hook,
                     struct outcome *outcome,
                     struct signet_err *err)
{
    struct signet_lane lane;
    int fd = openat(scratch->fd, "file", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    signet_err_clear(err);
    CHECK_OK(signet_lane_init(&lane, alg, true, ROOM, err), err);
    int rc = hash_fd(&lane, fd, hook, outcome, err);
    signet_lane_clear(&lane);
    assert_int_equal(close(fd), 0);
    return rc;
}

static void check_hex(const uint8_t *bytes, size_t len, const char *expected)
{
    char hex[2 * SIGNET_DIGEST_MAX + 1];
    signet_hex_encode(signet_span_of(bytes, len), hex);
    assert_string_equal(hex, expected);
}

struct expectation {
    enum signet_digest_alg alg;
    const char *of_nothing;
    const char *of_two_chunks; /* and 100 bytes, all 'x' */
};

static void both_digests_come_from_one_reading(void **state)
{
    (void)state;
    static const struct expectation expected[] = {
        {SIGNET_DIGEST_SHA256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "cf1b49dd2df8a9e20563a4c3d2c32bfd4387e0ed3a578a17b3d05999cf167abb"},
        {SIGNET_DIGEST_SHA384,
         "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
         "274edebfe76f65fbd51ad2f14898b95b",
         "b9b4dcddfe52cdcb3d4ee513f10e932bdd7edb81ee896e97f43fafa18f387910"
         "a4d8b34f7ee24285dc644386828ad2c7"},
        {SIGNET_DIGEST_SHA512,
         "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
         "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
         "eac14e16115d2607403bf6442c3ccb4f87ffcc8f4d8e93d51879caa37ed57441"
         "6e8e0d4281094188d01212ce40a5328e9e6881102001947632fcb8099c2a9c20"},
        {SIGNET_DIGEST_BLAKE2B,
         "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
         "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce",
         "063f0d0731490a30a05de8702608c8322c20eb62a550e234d63b9b766bf1b818"
         "3e9b6458f4da251f1d49af428320adc744a3f539969b41310e8cc99756450700"},
    };
    uint8_t *many = malloc(TWO_CHUNKS + 100);
    assert_non_null(many);
    memset(many, 'x', TWO_CHUNKS + 100);
    struct scratch scratch;
    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct signet_err err;
        struct outcome entry;
        struct hook nothing = {NULL, NULL, 0, 0};
        size_t len = signet_digest_size(expected[i].alg);
        scratch_put(&scratch, "file", "");
        CHECK_OK(hash_file(&scratch, expected[i].alg, &nothing, &entry, &err), &err);
        assert_int_equal(nothing.calls, 0);
        check_hex(entry.sha256, 32, expected[0].of_nothing);
        check_hex(entry.digest, len, expected[i].of_nothing);
        scratch_write(&scratch, "file", signet_span_of(many, TWO_CHUNKS + 100));
        CHECK_OK(hash_file(&scratch, expected[i].alg, &nothing, &entry, &err), &err);
        assert_int_equal(nothing.calls, 3);
        assert_int_equal(nothing.bytes, TWO_CHUNKS + 100);
        check_hex(entry.sha256, 32, expected[0].of_two_chunks);
        check_hex(entry.digest, len, expected[i].of_two_chunks);
    }
    free(many);
    scratch_close(&scratch);
}

/* A lane gives for one file after another what a digest of the bytes alone gives, also after a run
 * that failed half way; sizes around the buffer. */
static void a_lane_is_reused(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, ROOM - 1, ROOM, ROOM + 1, TWO_CHUNKS, 1, 0};
    struct signet_err err;
    struct signet_lane reused;
    struct scratch scratch;
    uint8_t *bytes = calloc(1, TWO_CHUNKS);
    assert_non_null(bytes);
    scratch_open(&scratch);
    signet_err_clear(&err);
    CHECK_OK(signet_lane_init(&reused, SIGNET_DIGEST_BLAKE2B, true, ROOM, &err), &err);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct signet_digest sha256;
        struct signet_digest blake2b;
        struct outcome entry;
        struct hook nothing = {NULL, NULL, 0, 0};
        bool cold = false;
        struct signet_span span = signet_span_of(bytes, sizes[i]);
        scratch_write(&scratch, "file", span);
        int fd = openat(scratch.fd, "file", O_RDONLY | O_CLOEXEC);
        const struct signet_lane_run beyond = {.fd = fd, .len = sizes[i] + 1};
        assert_int_equal(signet_lane_begin(&reused, &beyond), SIGNET_OK);
        int rc = SIGNET_OK;
        while (rc == SIGNET_OK) {
            rc = signet_lane_read(&reused, true, &cold, &err);
            assert_int_equal(signet_lane_digest(&reused, &reused.digester), SIGNET_OK);
        }
        CHECK_CODE(rc, SIGNET_E_IO);
        assert_string_equal(err.msg, "became shorter while it was read");
        signet_err_clear(&err);
        CHECK_OK(hash_fd(&reused, fd, &nothing, &entry, &err), &err);
        assert_int_equal(close(fd), 0);
        CHECK_OK(signet_digest_of(SIGNET_DIGEST_SHA256, span, &sha256, &err), &err);
        CHECK_OK(signet_digest_of(SIGNET_DIGEST_BLAKE2B, span, &blake2b, &err), &err);
        CHECK_BYTES(entry.sha256, sha256.bytes, 32);
        CHECK_BYTES(entry.digest, blake2b.bytes, 64);
    }
    signet_lane_clear(&reused);
    free(bytes);
    scratch_close(&scratch);
}

static void leave_alone(const struct scratch *scratch)
{
    struct stat st;
    assert_int_equal(fstatat(scratch->fd, "file", &st, 0), 0);
}

static void append(const struct scratch *scratch)
{
    int fd = openat(scratch->fd, "file", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "more", 4), 4);
    assert_int_equal(close(fd), 0);
}

static void resize(const struct scratch *scratch, off_t size)
{
    int fd = openat(scratch->fd, "file", O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, size), 0);
    assert_int_equal(close(fd), 0);
}

static void cut_what_is_left(const struct scratch *scratch)
{
    resize(scratch, TWO_CHUNKS / 2);
}

static void cut_the_last_byte(const struct scratch *scratch)
{
    resize(scratch, TWO_CHUNKS - 1);
}

static void cut_and_refill(const struct scratch *scratch)
{
    resize(scratch, 0);
    resize(scratch, TWO_CHUNKS);
}

/* What was read already is changed, and the time of modification set back to what it was. */
static void overwrite_and_hide_it(const struct scratch *scratch)
{
    struct stat st;
    int fd = openat(scratch->fd, "file", O_WRONLY | O_CLOEXEC);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(pwrite(fd, "y", 1, 0), 1);
    const struct timespec times[2] = {st.st_atim, st.st_mtim};
    assert_int_equal(futimens(fd, times), 0);
    assert_int_equal(close(fd), 0);
}

static void change_mode(const struct scratch *scratch)
{
    assert_int_equal(fchmodat(scratch->fd, "file", 0600, 0), 0);
}

static void remove_it(const struct scratch *scratch)
{
    assert_int_equal(unlinkat(scratch->fd, "file", 0), 0);
}

struct change {
    void (*act)(const struct scratch *scratch);
    int code;
    const char *msg;
};

static void a_change_while_reading_is_refused(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {leave_alone, SIGNET_OK, ""},
        {append, SIGNET_E_IO, "became longer while it was read"},
        {cut_what_is_left, SIGNET_E_IO, "became shorter while it was read"},
        {cut_the_last_byte, SIGNET_E_IO, "became shorter while it was read"},
        {cut_and_refill, SIGNET_E_IO, "changed while it was read"},
        {overwrite_and_hide_it, SIGNET_E_IO, "changed while it was read"},
        {change_mode, SIGNET_E_IO, "changed while it was read"},
        {remove_it, SIGNET_E_IO, "changed while it was read"},
    };
    uint8_t *bytes = calloc(1, TWO_CHUNKS);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct signet_err err;
        struct outcome entry;
        struct scratch scratch;
        scratch_open(&scratch);
        scratch_write(&scratch, "file", signet_span_of(bytes, TWO_CHUNKS));
        wait_a_tick();
        struct hook hook = {changes[i].act, &scratch, 0, 0};
        CHECK_CODE(hash_file(&scratch, SIGNET_DIGEST_SHA256, &hook, &entry, &err), changes[i].code);
        assert_int_equal(err.code, changes[i].code);
        assert_string_equal(err.msg, changes[i].msg);
        assert_true(hook.calls > 0);
        scratch_close(&scratch);
    }
    free(bytes);
}

/* Files of /proc say that they are empty: one holds something nonetheless, the other cannot be read
 * where nothing is mapped, as at address 0. */
static void a_size_that_lies_is_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {"/proc/self/stat", "/proc/self/mem"};
    static const char *const msgs[] = {"became longer while it was read",
                                       "cannot read: Input/output error"};
    for (size_t i = 0; i < 2; i++) {
        struct signet_err err;
        struct signet_lane lane;
        struct outcome entry;
        struct hook nothing = {NULL, NULL, 0, 0};
        int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
        assert_true(fd >= 0);
        signet_err_clear(&err);
        CHECK_OK(signet_lane_init(&lane, SIGNET_DIGEST_SHA256, true, ROOM, &err), &err);
        CHECK_CODE(hash_fd(&lane, fd, &nothing, &entry, &err), SIGNET_E_IO);
        assert_string_equal(err.msg, msgs[i]);
        signet_lane_clear(&lane);
        signet_lane_clear(&lane);
        assert_int_equal(close(fd), 0);
    }
}

/* Also at the last byte: what was not read to the end has no digest. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_digests_come_from_one_reading),
        cmocka_unit_test(a_lane_is_reused),
        cmocka_unit_test(a_change_while_reading_is_refused),
        cmocka_unit_test(a_size_that_lies_is_refused),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * artifact/measure: canonical manifests of files and bundles, whatever the number of threads, and
 * bundles that change meanwhile. Expected values: tests/vectors/artifact (see each PROVENANCE), and
 * coreutils where they stand in the text.
 */
#include "files.h"
#include "measure.h"

#include <stdatomic.h>
#include <time.h>

#include "base/codec.h"

enum {
    MIB = 1 << 20
};

static void check_ends(const char *text, const char *ends)
{
    assert_true(strlen(text) >= strlen(ends));
    assert_string_equal(text + strlen(text) - strlen(ends), ends);
}

static void put_hex(struct signet_buf *out, const uint8_t *bytes, size_t len)
{
    char hex[2 * SIGNET_DIGEST_MAX + 1];
    signet_hex_encode(signet_span_of(bytes, len), hex);
    signet_buf_puts(out, hex);
}

/* The manifest in the form of the vectors' expected.txt. */
static void put_manifest(struct signet_buf *out, const struct signet_manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        struct signet_span digest = signet_entry_digest(manifest, &manifest->entries[i], 0);
        put_hex(out, digest.ptr, digest.len);
        signet_buf_puts(out, "  ");
        signet_buf_puts(out, manifest->entries[i].name);
        signet_buf_putc(out, '\n');
    }
    signet_buf_puts(out, "root  ");
    put_hex(out, manifest->root.bytes, manifest->root.len);
    signet_buf_puts(out, "\nbundle  ");
    put_hex(out, manifest->identity.bytes, manifest->identity.len);
    assert_int_equal(signet_buf_putc(out, '\n'), SIGNET_OK);
}

static void check_vector(const char *folder)
{
    char path[512];
    struct signet_err err;
    struct signet_buf expected = check_read_file(folder, "expected.txt");
    assert_true(snprintf(path, sizeof(path), "%s/input", folder) < (int)sizeof(path));
    for (size_t jobs = 0; jobs <= 4; jobs++) {
        struct signet_buf found;
        struct signet_manifest manifest;
        struct signet_measure_opts opts = standard_opts();
        opts.jobs = jobs;
        CHECK_OK(measure(path, &opts, &manifest, &err), &err);
        signet_buf_init(&found, MIB);
        put_manifest(&found, &manifest);
        assert_int_equal(found.len, expected.len);
        CHECK_BYTES(found.data, expected.data, expected.len);
        signet_buf_free(&found);
        signet_manifest_free(&manifest);
    }
    signet_buf_free(&expected);
}

static void vectors_give_their_manifests(void **state)
{
    (void)state;
    check_vector(SIGNET_SOURCE_DIR "/tests/vectors/artifact/tiny");
    check_vector(SIGNET_SOURCE_DIR "/tests/vectors/artifact/order");
}

static void check_digest(const struct signet_digest *digest, const char *expected)
{
    char hex[SIGNET_DIGEST_HEX];
    assert_int_equal(digest->alg, SIGNET_DIGEST_SHA256);
    assert_string_equal(signet_digest_hex(digest, hex), expected);
}

/* FIPS 180-4 "abc", and printf abc | sha256sum | xxd -r -p | sha256sum; b2sum for the other. */
static void a_file_is_identified_by_its_bytes(void **state)
{
    (void)state;
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char root[] = "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358";
    static const char blake_root[] =
        "17bc0414aae5d667ad58f162ad174cfac9367308b48168e43be6eafa31b3ed41";
    char path[512];
    struct signet_err err;
    struct signet_manifest manifest;
    struct signet_measure_opts opts = standard_opts();
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "back\\slash", "abc");
    scratch_path(&scratch, "back\\slash", path);
    CHECK_OK(measure(path, &opts, &manifest, &err), &err);
    assert_int_equal(manifest.kind, SIGNET_ARTIFACT_FILE);
    assert_int_equal(manifest.alg, SIGNET_DIGEST_SHA256);
    assert_int_equal(manifest.count, 1);
    assert_int_equal(manifest.bytes, 3);
    assert_int_equal(manifest.entries[0].size, 3);
    assert_string_equal(manifest.entries[0].name, "back\\slash");
    check_digest(&manifest.identity, abc);
    check_digest(&manifest.root, root);
    CHECK_BYTES(signet_entry_digest(&manifest, manifest.entries, 0).ptr, manifest.identity.bytes,
                32);
    signet_manifest_free(&manifest);
    opts.alg = SIGNET_DIGEST_BLAKE2B;
    CHECK_OK(measure(path, &opts, &manifest, &err), &err);
    check_digest(&manifest.identity, abc);
    check_digest(&manifest.root, blake_root);
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

/* SHA-256 of nothing, and its SHA-256 (xxd -r -p | sha256sum). */
static void an_empty_file_is_measured(void **state)
{
    (void)state;
    char path[512];
    struct signet_err err;
    struct signet_manifest manifest;
    struct signet_measure_opts opts = standard_opts();
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "empty", "");
    CHECK_OK(measure(scratch_path(&scratch, "empty", path), &opts, &manifest, &err), &err);
    assert_int_equal(manifest.bytes, 0);
    check_digest(&manifest.identity,
                 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_digest(&manifest.root,
                 "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456");
    signet_manifest_free(&manifest);
    scratch_close(&scratch);
}

/* 300 files of mixed sizes: one thread and many give the same bytes, run after run. */
static void threads_change_nothing(void **state)
{
    (void)state;
    static const size_t jobs[] = {1, 2, 3, 4, 0, 1000000};
    struct signet_buf first;
    struct signet_buf bytes;
    struct scratch scratch;
    scratch_open(&scratch);
    signet_buf_init(&first, MIB);
    signet_buf_init(&bytes, MIB);
    assert_int_equal(signet_buf_reserve(&bytes, MIB), SIGNET_OK);
    memset(bytes.data, 0x5A, MIB);
    for (size_t i = 0; i < 300; i++) {
        char name[32];
        assert_true(snprintf(name, sizeof(name), "%zu/%zu", i % 7, i) > 0);
        bytes.data[0] = (uint8_t)i;
        scratch_write(&scratch, name, signet_span_of(bytes.data, i % 50 == 0 ? MIB : i));
    }
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        struct signet_err err;
        struct signet_buf found;
        struct signet_manifest manifest;
        struct signet_measure_opts opts = standard_opts();
        opts.jobs = jobs[i];
        opts.alg = SIGNET_DIGEST_SHA512;
        CHECK_OK(measure(scratch.path, &opts, &manifest, &err), &err);
        assert_int_equal(manifest.count, 300);
        signet_buf_init(&found, MIB);
        put_manifest(i == 0 ? &first : &found, &manifest);
        if (i > 0) {
            assert_int_equal(found.len, first.len);
            CHECK_BYTES(found.data, first.data, first.len);
        }
        signet_buf_free(&found);
        signet_manifest_free(&manifest);
    }
    signet_buf_free(&first);
    signet_buf_free(&bytes);
    scratch_close(&scratch);
}

struct meter {
    atomic_int inside;
    size_t calls;
    uint64_t last;
    uint64_t total;
    bool bad;
};

static void meter_tick(void *ctx, uint64_t done, uint64_t total)
{
    struct meter *meter = ctx;
    meter->bad = meter->bad || atomic_fetch_add(&meter->inside, 1) != 0 || done < meter->last ||
                 done > total || (meter->calls > 0 && total != meter->total);
    const struct timespec long_enough_for_another_to_come_in = {0, 2000000};
    meter->bad = nanosleep(&long_enough_for_another_to_come_in, NULL) != 0 || meter->bad;
    meter->calls++;
    meter->last = done;
    meter->total = total;
    atomic_fetch_sub(&meter->inside, 1);
}

static void progress_is_serial_and_ends_at_the_total(void **state)
{
    (void)state;
    struct scratch scratch;
    uint8_t *bytes = calloc(3, MIB);
    assert_non_null(bytes);
    scratch_open(&scratch);
    for (char name[] = "a"; name[0] <= 'f'; name[0]++) {
        scratch_write(&scratch, name, signet_span_of(bytes, 3 * MIB));
    }
    scratch_put(&scratch, "g", "end");
    for (size_t jobs = 1; jobs <= 4; jobs++) {
        struct signet_err err;
        struct signet_manifest manifest;
        struct signet_measure_opts opts = standard_opts();
        struct meter meter = {.calls = 0};
        opts.jobs = jobs;
        opts.progress = meter_tick;
        opts.progress_ctx = &meter;
        CHECK_OK(measure(scratch.path, &opts, &manifest, &err), &err);
        assert_int_equal(manifest.bytes, 18 * MIB + 3);
        assert_false(meter.bad);
        assert_int_equal(meter.last, 18 * MIB + 3);
        assert_int_equal(meter.total, 18 * MIB + 3);
        assert_true(meter.calls > 1 && meter.calls <= 19);
        signet_manifest_free(&manifest);
    }
    free(bytes);
    scratch_close(&scratch);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const char *const outside[] = {"../x", NULL};
    struct signet_err err;
    struct signet_manifest manifest;
    struct scratch scratch;
    scratch_open(&scratch);
    scratch_put(&scratch, "file", "x");
    struct signet_measure_opts good = standard_opts();
    CHECK_OK(measure(scratch.path, &good, &manifest, &err), &err);
    signet_manifest_free(&manifest);
    struct signet_measure_opts opts = good;
    opts.size = sizeof(opts) - 1;
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_USAGE);
    check_empty(&manifest);
    opts.size = 0;
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_USAGE);
    opts = good;
    opts.alg = (enum signet_digest_alg)99;
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_UNSUPPORTED);
    check_empty(&manifest);
    opts = good;
    opts.ignore = outside;
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_USAGE);
    assert_string_equal(err.msg, "path to ignore: ../x: the name has a \".\" or \"..\" component");
    check_empty(&manifest);
    scratch_close(&scratch);
}

/* The path of the bundle, then that of the entry; limits come through; the manifest is empty. */
static void refusals_name_bundle_and_entry(void **state)
{
    (void)state;
    char expected[512];
    struct signet_err err;
    struct signet_manifest manifest;
    struct signet_limits limits = signet_limits_default();
    struct signet_measure_opts opts = standard_opts();
    struct scratch scratch;
    opts.limits = &limits;
    scratch_open(&scratch);
    scratch_put(&scratch, "a/file", "x");
    scratch_link(&scratch, "file", "a/link");
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_FORBIDDEN);
    assert_true(snprintf(expected, sizeof(expected),
                         "%s: a/link: expected a regular file or a directory, found a symbolic "
                         "link; an archive of the directory can be signed, links included",
                         scratch.path) > 0);
    assert_string_equal(err.msg, expected);
    check_empty(&manifest);
    assert_int_equal(unlinkat(scratch.fd, "a/link", 0), 0);
    CHECK_OK(measure(scratch.path, &opts, &manifest, &err), &err);
    signet_manifest_free(&manifest);
    limits.path = 5;
    CHECK_CODE(measure(scratch.path, &opts, &manifest, &err), SIGNET_E_LIMIT);
    check_ends(err.msg, ": a/file: a name of 6 bytes, more than the limit of 5");
    check_empty(&manifest);
    scratch_close(&scratch);
}

static const uint8_t *five_mib(void)
{
    static const uint8_t zeros[5 * MIB];
    return zeros;
}

/* A bundle of which "a" and "a2" are large, so that they are read first, side by side, and
 * something can happen to what comes after them. */
static void make_bundle(struct scratch *scratch)
{
    scratch_open(scratch);
    scratch_write(scratch, "bundle/a", signet_span_of(five_mib(), 5 * MIB));
    scratch_write(scratch, "bundle/a2", signet_span_of(five_mib(), 5 * MIB));
    scratch_put(scratch, "bundle/b", "b");
    scratch_put(scratch, "bundle/c/d", "d");
    scratch_put(scratch, "elsewhere/b", "b");
    scratch_put(scratch, "elsewhere/d", "d");
}

struct hook {
    void (*act)(const struct scratch *scratch);
    const struct scratch *scratch;
    size_t calls;
};

static void act_once(void *ctx, uint64_t done, uint64_t total)
{
    struct hook *hook = ctx;
    assert_true(done <= total);
    if (hook->calls++ == 0) {
        hook->act(hook->scratch);
    }
}

static void leave_alone(const struct scratch *scratch)
{
    assert_int_equal(faccessat(scratch->fd, "bundle/b", R_OK, 0), 0);
}

static void remove_b(const struct scratch *scratch)
{
    assert_int_equal(unlinkat(scratch->fd, "bundle/b", 0), 0);
}

static void b_becomes_a_link(const struct scratch *scratch)
{
    remove_b(scratch);
    scratch_link(scratch, "../elsewhere/b", "bundle/b");
}

static void b_becomes_a_fifo(const struct scratch *scratch)
{
    remove_b(scratch);
    assert_int_equal(mkfifoat(scratch->fd, "bundle/b", 0644), 0);
}

static void b_becomes_a_directory(const struct scratch *scratch)
{
    remove_b(scratch);
    scratch_folder(scratch, "bundle/b");
}

static void c_becomes_a_file(const struct scratch *scratch)
{
    assert_int_equal(renameat(scratch->fd, "bundle/c", scratch->fd, "gone"), 0);
    scratch_put(scratch, "bundle/c", "x");
}

static void c_becomes_a_link(const struct scratch *scratch)
{
    assert_int_equal(renameat(scratch->fd, "bundle/c", scratch->fd, "gone"), 0);
    scratch_link(scratch, "../elsewhere", "bundle/c");
}

static void c_becomes_a_link_within(const struct scratch *scratch)
{
    assert_int_equal(renameat(scratch->fd, "bundle/c", scratch->fd, "bundle/z"), 0);
    scratch_link(scratch, "z", "bundle/c");
}

static void a_grows(const struct scratch *scratch)
{
    int fd = openat(scratch->fd, "bundle/a", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "x", 1), 1);
    assert_int_equal(close(fd), 0);
}

static void a_shrinks(const struct scratch *scratch)
{
    int fd = openat(scratch->fd, "bundle/a", O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

struct change {
    void (*act)(const struct scratch *scratch);
    int code;
    const char *ends;
};

static void a_bundle_that_changes_is_refused(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {leave_alone, SIGNET_OK, ""},
        {remove_b, SIGNET_E_IO, "/bundle: b: cannot open: No such file or directory"},
        {b_becomes_a_link, SIGNET_E_FORBIDDEN, "/bundle: b: is a link or leads through one"},
        {b_becomes_a_fifo, SIGNET_E_FORBIDDEN, "/bundle: b: was a regular file and is now a FIFO"},
        {b_becomes_a_directory, SIGNET_E_FORBIDDEN,
         "/bundle: b: was a regular file and is now a directory"},
        {c_becomes_a_file, SIGNET_E_IO, "/bundle: c/d: cannot open: Not a directory"},
        {c_becomes_a_link, SIGNET_E_FORBIDDEN, "/bundle: c/d: is a link or leads through one"},
        {c_becomes_a_link_within, SIGNET_E_FORBIDDEN,
         "/bundle: c/d: is a link or leads through one"},
        {a_grows, SIGNET_E_IO, "/bundle: a: became longer while it was read"},
        {a_shrinks, SIGNET_E_IO, "/bundle: a: became shorter while it was read"},
    };
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        char path[512];
        struct signet_err err;
        struct signet_manifest manifest;
        struct signet_measure_opts opts = standard_opts();
        struct scratch scratch;
        make_bundle(&scratch);
        struct hook hook = {changes[i].act, &scratch, 0};
        opts.jobs = 1;
        opts.progress = act_once;
        opts.progress_ctx = &hook;
        scratch_path(&scratch, "bundle", path);
        CHECK_CODE(measure(path, &opts, &manifest, &err), changes[i].code);
        assert_true(hook.calls > 0);
        check_ends(err.msg, changes[i].ends);
        if (changes[i].code != SIGNET_OK) {
            assert_int_equal(err.code, changes[i].code);
            check_empty(&manifest);
        }
        signet_manifest_free(&manifest);
        scratch_close(&scratch);
    }
}

/* What is measured is what was opened, whatever stands at its path by then; twice the same. */
static void check_opened_once(const struct scratch *scratch, const char *name, const char *other)
{
    char path[512];
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    struct signet_manifest before;
    struct signet_manifest after;
    struct signet_measure_opts opts = standard_opts();
    signet_err_clear(&err);
    scratch_path(scratch, name, path);
    CHECK_OK(signet_artifact_open(path, &artifact, &err), &err);
    CHECK_OK(signet_artifact_measure(artifact, &opts, &before, &err), &err);
    assert_int_equal(renameat(scratch->fd, name, scratch->fd, "moved"), 0);
    assert_int_equal(renameat(scratch->fd, other, scratch->fd, name), 0);
    CHECK_OK(signet_artifact_measure(artifact, &opts, &after, &err), &err);
    assert_true(signet_digest_eq(&before.identity, &after.identity));
    assert_true(signet_digest_eq(&before.root, &after.root));
    signet_manifest_free(&after);
    signet_artifact_close(artifact);
    CHECK_OK(measure(path, &opts, &after, &err), &err);
    assert_false(signet_digest_eq(&before.identity, &after.identity));
    signet_manifest_free(&before);
    signet_manifest_free(&after);
    assert_int_equal(renameat(scratch->fd, name, scratch->fd, other), 0);
    assert_int_equal(renameat(scratch->fd, "moved", scratch->fd, name), 0);
}

static void an_artifact_is_opened_once(void **state)
{
    (void)state;
    struct scratch scratch;
    make_bundle(&scratch);
    scratch_put(&scratch, "file", "one");
    scratch_put(&scratch, "other", "two");
    check_opened_once(&scratch, "file", "other");
    check_opened_once(&scratch, "bundle", "elsewhere");
    scratch_close(&scratch);
}

/* Runs without root's rights: measures with 1 to 4 threads, each time naming the same file. */
static bool first_unreadable_is_named(const char *path)
{
    for (size_t jobs = 1; jobs <= 4; jobs++) {
        struct signet_err err;
        struct signet_artifact *artifact = NULL;
        struct signet_manifest manifest;
        struct signet_measure_opts opts = standard_opts();
        opts.jobs = jobs;
        signet_err_clear(&err);
        if (signet_artifact_open(path, &artifact, &err) != SIGNET_OK) {
            return false;
        }
        int rc = signet_artifact_measure(artifact, &opts, &manifest, &err);
        signet_artifact_close(artifact);
        signet_manifest_free(&manifest);
        if (rc != SIGNET_E_IO || err.sys_errno != EACCES ||
            strstr(err.msg, ": m/3: cannot open: Permission denied") == NULL) {
            return false;
        }
    }
    return true;
}

static bool unreadable_folder_is_named(const char *path)
{
    struct signet_err err;
    struct signet_artifact *artifact = NULL;
    struct signet_manifest manifest;
    struct signet_measure_opts opts = standard_opts();
    signet_err_clear(&err);
    if (signet_artifact_open(path, &artifact, &err) != SIGNET_OK) {
        return false;
    }
    int rc = signet_artifact_measure(artifact, &opts, &manifest, &err);
    signet_artifact_close(artifact);
    signet_manifest_free(&manifest);
    return rc == SIGNET_E_IO && strstr(err.msg, ": m: cannot open: Permission denied") != NULL;
}

static void check_without_rights(bool (*check)(const char *path), const char *path)
{
    int status = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool dropped = geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0);
        _exit(dropped && check(path) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    for (char name[] = "m/0"; name[2] <= '9'; name[2]++) {
        scratch_put(&scratch, name, "x");
        if (name[2] == '3' || name[2] == '4' || name[2] == '8') {
            assert_int_equal(fchmodat(scratch.fd, name, 0, 0), 0);
        }
    }
    check_without_rights(first_unreadable_is_named, scratch.path);
    assert_int_equal(fchmodat(scratch.fd, "m", 0, 0), 0);
    check_without_rights(unreadable_folder_is_named, scratch.path);
    assert_int_equal(fchmodat(scratch.fd, "m", 0755, 0), 0);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_give_their_manifests),
        cmocka_unit_test(a_file_is_identified_by_its_bytes),
        cmocka_unit_test(an_empty_file_is_measured),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(progress_is_serial_and_ends_at_the_total),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(refusals_name_bundle_and_entry),
        cmocka_unit_test(a_bundle_that_changes_is_refused),
        cmocka_unit_test(an_artifact_is_opened_once),
        cmocka_unit_test(what_cannot_be_read_is_named),
    };
    return CHECK_RUN(tests);
}

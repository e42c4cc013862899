/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/hold: what is held is what is read, and nobody changes it unnoticed. Each way has a twin
 * that is refused for one difference. Expected answers are those of fcntl(2) and memfd_create(2).
 */
#include <signet/gate.h>
#include <signet/hold.h>

#include <signal.h>
#include <sys/mman.h>

#include "artifact/artifact.h"
#include "artifact/real_path.h"
#include "attempt.h"
#include "base/lease.h"

/* A file of a scratch folder that was opened. */
struct held_file {
    struct scratch scratch;
    struct signet_artifact *artifact;
    enum signet_hold hold;
    struct signet_err err;
};

static void open_file(struct held_file *file)
{
    char path[512];
    memset(file, 0, sizeof(*file));
    scratch_open(&file->scratch);
    scratch_put(&file->scratch, "a", "contents");
    signet_err_clear(&file->err);
    CHECK_OK(
        signet_artifact_open(scratch_path(&file->scratch, "a", path), &file->artifact, &file->err),
        &file->err);
}

static void close_file(struct held_file *file)
{
    signet_artifact_close(file->artifact);
    scratch_close(&file->scratch);
}

static int hold(struct held_file *file, enum signet_hold wanted, uint64_t max)
{
    signet_err_clear(&file->err);
    return signet_gate_hold(file->artifact, wanted, max, &file->hold, &file->err);
}

static int check(struct held_file *file)
{
    signet_err_clear(&file->err);
    return signet_gate_check_hold(file->artifact, file->hold, &file->err);
}

static void check_text(const struct held_file *file, const char *text)
{
    char found[64];
    ssize_t len = pread(signet_gate_descriptor(file->artifact), found, sizeof(found), 0);
    assert_int_equal(len, strlen(text));
    CHECK_BYTES(found, text, strlen(text));
}

/* Verifies by a statement over "contents". */
static int verify(struct held_file *file)
{
    struct signet_trusted_key key = forge_trusted(0);
    char *statement = file_statement(SIGNED, "contents");
    struct signet_signature_file signature = {.name = "s",
                                              .text = forge(&(struct forge){.payload = statement})};
    const struct signet_verify_opts opts = {.size = sizeof(opts),
                                            .keys = &key,
                                            .key_count = 1,
                                            .signatures = &signature,
                                            .signature_count = 1};
    struct signet_verification *verification = NULL;
    signet_err_clear(&file->err);
    int rc = signet_verify(file->artifact, "a", &opts, &verification, &file->err);
    signet_verification_free(verification);
    free(statement);
    return rc;
}

static void each_way_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(signet_hold_word(SIGNET_HOLD_AUTO), "auto");
    assert_string_equal(signet_hold_word(SIGNET_HOLD_SAFE), "safe");
    assert_string_equal(signet_hold_word(SIGNET_HOLD_LEASE), "lease");
    assert_string_equal(signet_hold_word(SIGNET_HOLD_COPY), "copy");
    assert_string_equal(signet_hold_word(SIGNET_HOLD_MEMORY), "memfd");
    assert_string_equal(signet_hold_word((enum signet_hold)99), "auto");
}

static void memory_holds_the_bytes_and_cannot_change(void **state)
{
    (void)state;
    struct held_file file;
    struct stat st;
    char path[64];
    open_file(&file);
    CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 8), &file.err);
    assert_int_equal(file.hold, SIGNET_HOLD_MEMORY);
    int fd = signet_gate_descriptor(file.artifact);
    assert_int_equal(pwrite(fd, "C", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(fd, 4), -1);
    assert_int_equal(ftruncate(fd, 40), -1);
    assert_ptr_equal(mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 0111, 0);
    assert_int_equal(fchmod(fd, 0755), -1);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_true(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0);
    int again = open(path, O_RDWR | O_CLOEXEC); /* which root may */
    assert_true(again < 0 || pwrite(again, "C", 1, 0) == -1);
    close(again);
    scratch_put(&file.scratch, "a", "CONTENTS");
    check_text(&file, "contents");
    CHECK_OK(verify(&file), &file.err);
    CHECK_OK(check(&file), &file.err);
    file.hold = SIGNET_HOLD_LEASE; /* which it is not */
    CHECK_CODE(check(&file), SIGNET_E_DENIED);
    close_file(&file);
}

/* What was written before the copy was made is what is judged. */
static void the_copy_is_what_is_verified(void **state)
{
    (void)state;
    static const char *const changed[] = {"contentS", "content", "contents!", ""};
    for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
        struct held_file file;
        open_file(&file);
        scratch_put(&file.scratch, "a", changed[i]);
        CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 100), &file.err);
        scratch_put(&file.scratch, "a", "contents");
        CHECK_CODE(verify(&file), SIGNET_E_MISMATCH);
        close_file(&file);
    }
}

/* Another file at the path is another file: what is held is what was opened, and its place too. */
static void a_replaced_path_does_not_matter(void **state)
{
    (void)state;
    struct held_file file;
    char *path = NULL;
    open_file(&file);
    CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 100), &file.err);
    CHECK_OK(signet_real_path(file.artifact, &path, &file.err), &file.err);
    assert_non_null(path);
    assert_string_equal(strrchr(path, '/'), "/a");
    free(path);
    scratch_put(&file.scratch, "evil", "evil");
    assert_int_equal(renameat(file.scratch.fd, "evil", file.scratch.fd, "a"), 0);
    CHECK_OK(signet_real_path(file.artifact, &path, &file.err), &file.err);
    assert_null(path);
    check_text(&file, "contents");
    CHECK_OK(verify(&file), &file.err);
    close_file(&file);
}

/* What the system would do is about the file, never about its copy in memory. */
static void the_system_is_asked_about_the_place(void **state)
{
    (void)state;
    struct held_file file;
    open_file(&file);
    assert_int_equal(fchmodat(file.scratch.fd, "a", 0755, 0), 0);
    CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 100), &file.err);
    int rc = signet_gate_ask_system(file.artifact, &file.err);
    if (rc != SIGNET_E_UNSUPPORTED) {
        CHECK_OK(rc, &file.err);
        assert_int_equal(fchmodat(file.scratch.fd, "a", 0644, 0), 0);
        CHECK_CODE(signet_gate_ask_system(file.artifact, &file.err), SIGNET_E_DENIED);
    }
    close_file(&file);
}

/* An interpreter reads its script for longer than a lease is kept. */
static void no_script_is_held_by_a_lease(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum signet_hold hold;
    } rows[] = {
        {"#!/bin/sh", SIGNET_HOLD_MEMORY}, {"#!", SIGNET_HOLD_MEMORY},
        {"# /bin/sh", SIGNET_HOLD_LEASE},  {"!#/bin/sh", SIGNET_HOLD_LEASE},
        {"#", SIGNET_HOLD_LEASE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct held_file file;
        open_file(&file);
        scratch_put(&file.scratch, "a", rows[i].text);
        CHECK_OK(hold(&file, SIGNET_HOLD_AUTO, 100), &file.err);
        assert_int_equal(file.hold, rows[i].hold);
        assert_int_equal(signet_gate_held_by(file.artifact), rows[i].hold);
        int writer = openat(file.scratch.fd, "a", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        assert_true((writer < 0) == (rows[i].hold == SIGNET_HOLD_LEASE));
        if (writer >= 0) {
            close(writer);
        }
        close_file(&file);
    }
}

/* Only what is to be executed may be, and only if the file may. */
static void a_copy_runs_no_more_than_the_file(void **state)
{
    (void)state;
    static const struct {
        enum signet_hold wanted;
        mode_t mode;
        mode_t runs;
    } rows[] = {
        {SIGNET_HOLD_AUTO, 0755, 0111},
        {SIGNET_HOLD_AUTO, 0710, 0110},
        {SIGNET_HOLD_AUTO, 0644, 0},
        {SIGNET_HOLD_MEMORY, 0755, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct held_file file;
        struct stat st;
        open_file(&file);
        assert_int_equal(fchmodat(file.scratch.fd, "a", rows[i].mode, 0), 0);
        int writer = openat(file.scratch.fd, "a", O_WRONLY | O_CLOEXEC); /* no lease is to be had */
        assert_true(writer >= 0);
        CHECK_OK(hold(&file, rows[i].wanted, 100), &file.err);
        assert_int_equal(file.hold, SIGNET_HOLD_MEMORY);
        assert_int_equal(fstat(signet_gate_descriptor(file.artifact), &st), 0);
        assert_int_equal(st.st_mode & 0111, rows[i].runs);
        CHECK_OK(check(&file), &file.err);
        assert_int_equal(close(writer), 0);
        close_file(&file);
    }
}

static void limit_and_kind_are_kept(void **state)
{
    (void)state;
    struct held_file file;
    struct signet_artifact *folder = NULL;
    enum signet_hold got = SIGNET_HOLD_AUTO;
    open_file(&file);
    CHECK_CODE(hold(&file, SIGNET_HOLD_MEMORY, 7), SIGNET_E_LIMIT);
    CHECK_CODE(hold(&file, SIGNET_HOLD_COPY, 100), SIGNET_E_USAGE);
    CHECK_CODE(check(&file), SIGNET_E_DENIED); /* it is not held */
    CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 8), &file.err);
    CHECK_CODE(hold(&file, SIGNET_HOLD_MEMORY, 8), SIGNET_E_USAGE); /* once */
    signet_err_clear(&file.err);
    CHECK_OK(signet_artifact_open(file.scratch.path, &folder, &file.err), &file.err);
    CHECK_CODE(signet_gate_hold(folder, SIGNET_HOLD_MEMORY, 100, &got, &file.err), SIGNET_E_USAGE);
    signet_artifact_close(folder);
    close_file(&file);
}

/* Whoever can write keeps a lease from being granted, through a mapping too. */
static void a_lease_needs_that_nobody_writes(void **state)
{
    (void)state;
    struct held_file file;
    open_file(&file);
    if (!signet_lease_is_firm(file.artifact->fd)) {
        CHECK_CODE(hold(&file, SIGNET_HOLD_LEASE, 0), SIGNET_E_UNSUPPORTED);
        assert_int_equal(file.err.sys_errno, EOPNOTSUPP);
        close_file(&file);
        return;
    }
    int writer = openat(file.scratch.fd, "a", O_RDWR | O_CLOEXEC);
    char *shared = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, writer, 0);
    assert_true(shared != MAP_FAILED);
    CHECK_CODE(hold(&file, SIGNET_HOLD_LEASE, 0), SIGNET_E_DENIED);
    assert_int_equal(file.err.sys_errno, ETXTBSY);
    assert_int_equal(close(writer), 0);
    CHECK_CODE(hold(&file, SIGNET_HOLD_LEASE, 0), SIGNET_E_DENIED);
    assert_int_equal(munmap(shared, 1), 0);
    CHECK_OK(hold(&file, SIGNET_HOLD_LEASE, 0), &file.err);
    assert_int_equal(file.hold, SIGNET_HOLD_LEASE);
    CHECK_OK(verify(&file), &file.err);
    CHECK_OK(check(&file), &file.err);
    assert_int_equal(openat(file.scratch.fd, "a", O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1);
    CHECK_CODE(check(&file), SIGNET_E_DENIED);
    assert_int_equal(file.err.sys_errno, ETXTBSY);
    check_text(&file, "contents");
    close_file(&file);
}

static void anothers_file_gets_no_lease(void **state)
{
    (void)state;
    struct held_file file;
    uid_t before = geteuid();
    open_file(&file);
    if (before == 0) {
        bool firm = signet_lease_is_firm(file.artifact->fd);
        assert_int_equal(seteuid(65534), 0);
        CHECK_CODE(hold(&file, SIGNET_HOLD_LEASE, 0), SIGNET_E_UNSUPPORTED);
        assert_int_equal(seteuid(before), 0);
        assert_int_equal(file.err.sys_errno, firm ? EACCES : EOPNOTSUPP);
        CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 100), &file.err);
    }
    close_file(&file);
}

/* Root's own, by root's own folders; a scratch folder lies in one where all may write. */
static void safe_is_what_only_root_changes(void **state)
{
    (void)state;
    struct held_file file;
    struct signet_artifact *system = NULL;
    enum signet_hold got = SIGNET_HOLD_AUTO;
    open_file(&file);
    CHECK_CODE(hold(&file, SIGNET_HOLD_SAFE, 0), SIGNET_E_UNSUPPORTED);
    assert_false(signet_real_path_is_roots("/tmp"));
    CHECK_OK(signet_artifact_open("/etc/passwd", &system, &file.err), &file.err);
    signet_err_clear(&file.err);
    int rc = signet_gate_hold(system, SIGNET_HOLD_SAFE, 0, &got, &file.err);
    if (signet_real_path_is_roots("/etc/passwd") && signet_lease_is_firm(system->fd)) {
        CHECK_OK(rc, &file.err);
        assert_int_equal(got, SIGNET_HOLD_SAFE);
        CHECK_OK(signet_gate_check_hold(system, got, &file.err), &file.err);
        system->held.st_size++; /* as if it had been written to */
        CHECK_CODE(signet_gate_check_hold(system, got, &file.err), SIGNET_E_DENIED);
    } else {
        CHECK_CODE(rc, SIGNET_E_UNSUPPORTED);
    }
    signet_artifact_close(system);
    assert_int_equal(signet_artifact_open("/proc/version", &system, NULL), SIGNET_OK);
    CHECK_CODE(signet_gate_hold(system, SIGNET_HOLD_SAFE, 0, &got, NULL), SIGNET_E_UNSUPPORTED);
    signet_err_clear(&file.err);
    CHECK_CODE(signet_gate_hold(system, SIGNET_HOLD_LEASE, 0, &got, &file.err),
               SIGNET_E_UNSUPPORTED);
    assert_int_equal(file.err.sys_errno, EOPNOTSUPP);
    signet_artifact_close(system);
    close_file(&file);
}

/* Nothing else is left that could write to the copy, and what finds it is kept out. */
static void a_copy_in_a_file_has_no_writer(void **state)
{
    (void)state;
    struct held_file file;
    char path[64];
    open_file(&file);
    bool firm = signet_lease_is_firm(file.artifact->fd);
    int rc = signet_gate_copy(file.artifact, file.scratch.path, &file.err);
    if (!firm) {
        CHECK_CODE(rc, SIGNET_E_UNSUPPORTED);
        close_file(&file);
        return;
    }
    CHECK_OK(rc, &file.err);
    file.hold = SIGNET_HOLD_COPY;
    int fd = signet_gate_descriptor(file.artifact);
    assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    scratch_put(&file.scratch, "a", "CONTENTS");
    check_text(&file, "contents");
    CHECK_OK(verify(&file), &file.err);
    CHECK_OK(check(&file), &file.err);
    assert_true(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0);
    assert_int_equal(linkat(AT_FDCWD, path, file.scratch.fd, "linked", AT_SYMLINK_FOLLOW), -1);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1);
    CHECK_CODE(check(&file), SIGNET_E_DENIED);
    CHECK_CODE(signet_gate_copy(file.artifact, file.scratch.path, NULL), SIGNET_E_USAGE);
    close_file(&file);
    open_file(&file);
    CHECK_CODE(signet_gate_copy(file.artifact, "/proc", &file.err), SIGNET_E_IO);
    assert_int_equal(file.artifact->place_fd, -1);
    CHECK_OK(hold(&file, SIGNET_HOLD_MEMORY, 100), &file.err); /* as it was */
    close_file(&file);
}

static int measure(struct signet_artifact *artifact, uint64_t shard_size, struct signet_err *err)
{
    const struct signet_measure_opts opts = {.size = sizeof(opts), .shard_size = shard_size};
    struct signet_manifest manifest;
    signet_err_clear(err);
    int rc = signet_artifact_measure(artifact, &opts, &manifest, err);
    signet_manifest_free(&manifest);
    return rc;
}

/* Two files of a scratch folder that was opened, or false if there are no leases there. */
static bool open_bundle(struct held_file *bundle, enum signet_hold wanted)
{
    memset(bundle, 0, sizeof(*bundle));
    scratch_open(&bundle->scratch);
    make_bundle(&bundle->scratch);
    char path[512];
    signet_err_clear(&bundle->err);
    CHECK_OK(signet_artifact_open(scratch_path(&bundle->scratch, "m", path), &bundle->artifact,
                                  &bundle->err),
             &bundle->err);
    CHECK_OK(hold(bundle, wanted, 0), &bundle->err);
    assert_int_equal(bundle->hold, SIGNET_HOLD_LEASE);
    int fd = openat(bundle->scratch.fd, "m/config.json", O_RDONLY | O_CLOEXEC);
    bool firm = signet_lease_is_firm(fd);
    assert_int_equal(close(fd), 0);
    return firm;
}

static bool can_write(const struct held_file *bundle, const char *name)
{
    int fd = openat(bundle->scratch.fd, name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    bool can = fd >= 0;
    assert_true(can || errno == EWOULDBLOCK);
    if (can) {
        assert_int_equal(close(fd), 0);
    }
    return can;
}

/* In pieces too, which other threads open again. */
static void files_of_a_bundle_are_held_when_they_are_read(void **state)
{
    (void)state;
    static const uint64_t shards[] = {0, 2};
    for (size_t i = 0; i < sizeof(shards) / sizeof(shards[0]); i++) {
        struct held_file bundle;
        if (open_bundle(&bundle, SIGNET_HOLD_LEASE)) {
            assert_true(can_write(&bundle, "m/w/0.bin"));
            CHECK_OK(measure(bundle.artifact, shards[i], &bundle.err), &bundle.err);
            CHECK_OK(check(&bundle), &bundle.err);
            CHECK_OK(measure(bundle.artifact, 0, &bundle.err), &bundle.err);
            assert_false(can_write(&bundle, "m/w/0.bin"));
            CHECK_CODE(check(&bundle), SIGNET_E_DENIED);
            assert_non_null(strstr(bundle.err.msg, "w/0.bin: somebody asked to write to it"));
            CHECK_OK(hold(&bundle, SIGNET_HOLD_COPY, 0), &bundle.err);
            assert_int_equal(bundle.hold, SIGNET_HOLD_COPY);
            assert_true(can_write(&bundle, "m/config.json"));
        }
        close_file(&bundle);
    }
}

static void a_writer_of_one_file_keeps_a_bundle_from_being_held(void **state)
{
    (void)state;
    static const enum signet_hold ways[] = {SIGNET_HOLD_LEASE, SIGNET_HOLD_AUTO};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct held_file bundle;
        if (open_bundle(&bundle, ways[i])) {
            int fd = openat(bundle.scratch.fd, "m/config.json", O_WRONLY | O_CLOEXEC);
            int rc = measure(bundle.artifact, 0, &bundle.err);
            if (ways[i] == SIGNET_HOLD_LEASE) {
                CHECK_CODE(rc, SIGNET_E_DENIED);
                assert_int_equal(bundle.err.sys_errno, ETXTBSY);
            } else {
                CHECK_OK(rc, &bundle.err);
            }
            CHECK_CODE(check(&bundle), SIGNET_E_DENIED);
            assert_int_equal(close(fd), 0);
            CHECK_OK(hold(&bundle, ways[i], 0), &bundle.err); /* anew */
            CHECK_OK(measure(bundle.artifact, 0, &bundle.err), &bundle.err);
            CHECK_OK(check(&bundle), &bundle.err);
        }
        close_file(&bundle);
    }
}

static void a_name_stays_that_of_what_is_held(void **state)
{
    (void)state;
    struct held_file bundle;
    if (open_bundle(&bundle, SIGNET_HOLD_AUTO)) {
        CHECK_OK(measure(bundle.artifact, 0, &bundle.err), &bundle.err);
        scratch_put(&bundle.scratch, "other", "weights");
        assert_int_equal(renameat(bundle.scratch.fd, "other", bundle.scratch.fd, "m/w/0.bin"), 0);
        CHECK_CODE(measure(bundle.artifact, 0, &bundle.err), SIGNET_E_IO);
        assert_non_null(strstr(bundle.err.msg, "changed while it was verified"));
    }
    close_file(&bundle);
}

static void only_files_are_executed(void **state)
{
    (void)state;
    struct held_file file;
    struct signet_artifact *folder = NULL;
    open_file(&file);
    CHECK_OK(signet_artifact_open(file.scratch.path, &folder, &file.err), &file.err);
    CHECK_OK(signet_gate_check_kind(file.artifact, SIGNET_ACTION_EXECUTE, &file.err), &file.err);
    CHECK_OK(signet_gate_check_kind(folder, SIGNET_ACTION_OPEN, &file.err), &file.err);
    CHECK_CODE(signet_gate_check_kind(folder, SIGNET_ACTION_EXECUTE, &file.err),
               SIGNET_E_FORBIDDEN);
    signet_artifact_close(folder);
    close_file(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_has_its_word),
        cmocka_unit_test(memory_holds_the_bytes_and_cannot_change),
        cmocka_unit_test(the_copy_is_what_is_verified),
        cmocka_unit_test(a_replaced_path_does_not_matter),
        cmocka_unit_test(the_system_is_asked_about_the_place),
        cmocka_unit_test(no_script_is_held_by_a_lease),
        cmocka_unit_test(a_copy_runs_no_more_than_the_file),
        cmocka_unit_test(limit_and_kind_are_kept),
        cmocka_unit_test(a_lease_needs_that_nobody_writes),
        cmocka_unit_test(anothers_file_gets_no_lease),
        cmocka_unit_test(safe_is_what_only_root_changes),
        cmocka_unit_test(a_copy_in_a_file_has_no_writer),
        cmocka_unit_test(files_of_a_bundle_are_held_when_they_are_read),
        cmocka_unit_test(a_writer_of_one_file_keeps_a_bundle_from_being_held),
        cmocka_unit_test(a_name_stays_that_of_what_is_held),
        cmocka_unit_test(only_files_are_executed),
    };
    return CHECK_RUN(tests);
}

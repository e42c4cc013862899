/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/: what leaves the library is what was verified, and cannot change. Each copy is tried
 * against the changes that its path saw meanwhile.
 */
#include <signet/gate.h>

#include "attempt.h"

/* A verified file of a scratch folder. */
struct verified_file {
    struct scratch scratch;
    struct signet_artifact *artifact;
    struct signet_verification *verification;
    struct signet_err err;
};

static void open_verified(struct verified_file *file, const char *name, bool bundle)
{
    char path[512];
    struct signet_trusted_key key = forge_trusted(0);
    char *statement = bundle ? oms_statement(two_files, "") : file_statement(SIGNED, "contents");
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    struct signet_signature_file signature = {.name = "s", .text = text};
    const struct signet_verify_opts opts = {.size = sizeof(opts),
                                            .keys = &key,
                                            .key_count = 1,
                                            .signatures = &signature,
                                            .signature_count = 1};
    make_bundle(&file->scratch);
    scratch_put(&file->scratch, "a", "contents");
    scratch_path(&file->scratch, name, path);
    signet_err_clear(&file->err);
    CHECK_OK(signet_artifact_open(path, &file->artifact, &file->err), &file->err);
    CHECK_OK(signet_verify(file->artifact, path, &opts, &file->verification, &file->err),
             &file->err);
    free(statement);
}

static void close_verified(struct verified_file *file)
{
    signet_verification_free(file->verification);
    signet_artifact_close(file->artifact);
    scratch_close(&file->scratch);
}

static int copy(struct verified_file *file, uint64_t max, int *fd)
{
    *fd = -1;
    signet_err_clear(&file->err);
    return signet_gate_copy(file->artifact, signet_verification_verified(file->verification), max,
                            fd, &file->err);
}

static void a_copy_holds_the_bytes_and_cannot_change(void **state)
{
    (void)state;
    struct verified_file file;
    char text[16];
    int fd = -1;
    open_verified(&file, "a", false);
    CHECK_OK(copy(&file, 8, &fd), &file.err);
    assert_int_equal(read(fd, text, sizeof(text)), 8);
    CHECK_BYTES(text, "contents", 8);
    assert_int_equal(pwrite(fd, "C", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(fd, 4), -1);
    assert_int_equal(ftruncate(fd, 40), -1);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 0111, 0);
    assert_int_equal(fchmod(fd, 0755), -1);
    scratch_put(&file.scratch, "a", "CONTENTS");
    assert_int_equal(pread(fd, text, sizeof(text), 0), 8);
    CHECK_BYTES(text, "contents", 8);
    assert_int_equal(close(fd), 0);
    close_verified(&file);
}

static void a_file_changed_since_is_not_handed_on(void **state)
{
    (void)state;
    static const char *const changed[] = {"contentS", "content", "contents!", ""};
    for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
        struct verified_file file;
        int fd = -1;
        open_verified(&file, "a", false);
        scratch_put(&file.scratch, "a", changed[i]);
        CHECK_CODE(copy(&file, 100, &fd), SIGNET_E_MISMATCH);
        assert_non_null(strstr(file.err.msg, "changed since it was verified"));
        assert_int_equal(fd, -1);
        scratch_put(&file.scratch, "a", "contents");
        CHECK_OK(copy(&file, 100, &fd), &file.err);
        assert_int_equal(close(fd), 0);
        close_verified(&file);
    }
}

/* Another file at the path is another file: the copy is of the one that was opened. */
static void a_replaced_path_does_not_matter(void **state)
{
    (void)state;
    struct verified_file file;
    char text[16];
    int fd = -1;
    open_verified(&file, "a", false);
    scratch_put(&file.scratch, "evil", "evil");
    assert_int_equal(renameat(file.scratch.fd, "evil", file.scratch.fd, "a"), 0);
    CHECK_OK(copy(&file, 100, &fd), &file.err);
    assert_int_equal(read(fd, text, sizeof(text)), 8);
    CHECK_BYTES(text, "contents", 8);
    assert_int_equal(close(fd), 0);
    close_verified(&file);
}

static void limit_and_kind_are_kept(void **state)
{
    (void)state;
    struct verified_file file;
    int fd = -1;
    open_verified(&file, "a", false);
    CHECK_CODE(copy(&file, 7, &fd), SIGNET_E_LIMIT);
    assert_int_equal(fd, -1);
    close_verified(&file);
    open_verified(&file, "m", true);
    CHECK_CODE(copy(&file, 100, &fd), SIGNET_E_USAGE);
    assert_int_equal(fd, -1);
    close_verified(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_holds_the_bytes_and_cannot_change),
        cmocka_unit_test(a_file_changed_since_is_not_handed_on),
        cmocka_unit_test(a_replaced_path_does_not_matter),
        cmocka_unit_test(limit_and_kind_are_kept),
    };
    return CHECK_RUN(tests);
}

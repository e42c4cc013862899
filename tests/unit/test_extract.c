/* SPDX-License-Identifier: Apache-2.0
 *
 * verify/extract: what passed is written, all of it and nothing else; what did not pass, or changed
 * since, leaves no trace. Contents are what the test itself wrote.
 */
#include "attempt.h"

#include <dirent.h>
#include <signet/extract.h>

#include "build_tar.h"

static const char *const three_files[] = {"config.json", "{}", "w/0.bin", "weights",
                                          "w/1.bin",     "+1", NULL};

/* A folder "m" and a tar "m.tar" of three files, a signature by key 0, and its verification. */
struct model {
    struct scratch scratch;
    char *statement;
    struct signet_artifact *artifact;
    struct signet_verification *verification;
};

static void write_tar(const struct model *model, const char *config)
{
    struct tar *tar = tar_new();
    tar_file(tar, "x/w/1.bin", "+1");
    tar_file(tar, "x/config.json", config);
    tar_file(tar, "x/w/0.bin", "weights");
    tar_end(tar);
    scratch_write(&model->scratch, "m.tar", signet_span_of(tar->data, tar->len));
    free(tar);
}

static void model_open(struct model *model)
{
    memset(model, 0, sizeof(*model));
    make_bundle(&model->scratch);
    scratch_put(&model->scratch, "m/w/1.bin", "+1");
    write_tar(model, "{}");
    model->statement = oms_statement(three_files, "\"left\"");
}

static void forget(struct model *model)
{
    signet_verification_free(model->verification);
    signet_artifact_close(model->artifact);
    model->verification = NULL;
    model->artifact = NULL;
}

static void model_close(struct model *model)
{
    forget(model);
    scratch_close(&model->scratch);
    free(model->statement);
}

/* Verifies m or m.tar, or what else has that name, and keeps what came of it. */
static void verify(struct model *model, const char *name, const struct attempt *how, int code)
{
    char path[512];
    struct signet_err err;
    struct signet_buf text = forge(&(struct forge){.payload = model->statement});
    const struct attempt_file file = {"m.sig", signet_buf_span(&text), NULL};
    const struct attempt one = {.files = &file, .file_count = 1};
    struct signet_signature_file *files = attempt_copy(&one);
    struct signet_trusted_key key = forge_trusted(0);
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = &key,
        .key_count = 1,
        .signatures = files,
        .signature_count = 1,
        .accept_ignored = how->accept_ignored,
        .only = how->only,
        .insecure_ignore_unsigned = how->ignore_unsigned,
    };
    forget(model);
    signet_err_clear(&err);
    CHECK_OK(
        signet_artifact_open(scratch_path(&model->scratch, name, path), &model->artifact, &err),
        &err);
    int rc = signet_verify(model->artifact, name, &opts, &model->verification, &err);
    if (rc != code) {
        fail_msg("expected %s, got %s: %s", signet_err_name(code), signet_err_name(rc), err.msg);
    }
    attempt_release(files, 1, true);
    signet_buf_free(&text);
}

static int extract(const struct model *model, struct signet_err *err)
{
    char path[512];
    const struct signet_extract_opts opts = {.size = sizeof(opts), .jobs = 1};
    signet_err_clear(err);
    return signet_extract(model->verification, model->artifact,
                          scratch_path(&model->scratch, "out", path), &opts, err);
}

/* Every file below out, as NAME=CONTENTS;. */
static void list(int dir_fd, const char *prefix, char *text, size_t room)
{
    struct dirent **names = NULL;
    char self[32];
    assert_true(snprintf(self, sizeof(self), "/proc/self/fd/%d", dir_fd) > 0);
    int count = scandir(self, &names, NULL, alphasort);
    assert_true(count >= 2);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        char whole[256];
        assert_true(snprintf(whole, sizeof(whole), "%s%s", prefix, name) < (int)sizeof(whole));
        int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        struct stat st;
        assert_true(fd >= 0 && fstat(fd, &st) == 0);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && S_ISDIR(st.st_mode)) {
            char below[258];
            assert_true(snprintf(below, sizeof(below), "%s/", whole) < (int)sizeof(below));
            list(fd, below, text, room);
        } else if (S_ISREG(st.st_mode)) {
            char contents[64] = {0};
            assert_int_equal(st.st_mode & 07777, 0644);
            assert_true(read(fd, contents, sizeof(contents) - 1) >= 0);
            size_t used = strlen(text);
            assert_true(snprintf(text + used, room - used, "%s=%s;", whole, contents) > 0);
        }
        assert_int_equal(close(fd), 0);
        free(names[i]);
    }
    free(names);
}

static void writes(struct model *model, const char *expected)
{
    char text[1024] = {0};
    struct signet_err err;
    const char *const argv[] = {"rm", "-r", "--", NULL, NULL};
    const char *remove[5];
    char path[512];
    memcpy(remove, argv, sizeof(argv));
    remove[3] = scratch_path(&model->scratch, "out", path);
    CHECK_OK(extract(model, &err), &err);
    int fd = openat(model->scratch.fd, "out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(fd >= 0);
    list(fd, "", text, sizeof(text));
    assert_int_equal(close(fd), 0);
    assert_string_equal(text, expected);
    scratch_run(remove);
}

/* Nothing may be there that was not there before. */
static void refuses(struct model *model, int code, const char *message)
{
    struct signet_err err;
    char before[4096] = {0};
    char after[4096] = {0};
    list(model->scratch.fd, "", before, sizeof(before));
    CHECK_CODE(extract(model, &err), code);
    assert_string_equal(err.msg, message);
    list(model->scratch.fd, "", after, sizeof(after));
    assert_string_equal(after, before);
    assert_int_equal(faccessat(model->scratch.fd, "out", F_OK, 0), -1);
}

static void what_passed_is_written(void **state)
{
    (void)state;
    static const struct attempt plain = {.path = NULL};
    struct model model;
    umask(022);
    model_open(&model);
    verify(&model, "m", &plain, SIGNET_OK);
    writes(&model, "config.json={};w/0.bin=weights;w/1.bin=+1;");
    verify(&model, "m.tar", &plain, SIGNET_OK);
    writes(&model, "config.json={};w/0.bin=weights;w/1.bin=+1;");
    model_close(&model);
}

static void a_file_is_written_under_its_name(void **state)
{
    (void)state;
    static const struct attempt plain = {.path = NULL};
    struct model model;
    umask(022);
    model_open(&model);
    free(model.statement);
    model.statement = file_statement(SIGNED, "weights");
    verify(&model, "m/w/0.bin", &plain, SIGNET_OK);
    writes(&model, "0.bin=weights;");
    model_close(&model);
}

/* What is there but was not signed, was left out, or was not asked for. */
static void nothing_else_is_written(void **state)
{
    (void)state;
    static const char *const left[] = {"left", NULL};
    static const char *const chosen[] = {"w", NULL};
    static const struct attempt careless = {.accept_ignored = left, .ignore_unsigned = true};
    static const struct attempt partial = {.only = chosen};
    struct model model;
    umask(022);
    model_open(&model);
    scratch_put(&model.scratch, "m/a", "unsigned");
    scratch_put(&model.scratch, "m/left/x", "left out");
    scratch_put(&model.scratch, "m/w/0", "unsigned");
    scratch_put(&model.scratch, "m/z", "unsigned");
    verify(&model, "m", &careless, SIGNET_OK);
    writes(&model, "config.json={};w/0.bin=weights;w/1.bin=+1;");
    verify(&model, "m", &partial, SIGNET_OK);
    writes(&model, "w/0.bin=weights;w/1.bin=+1;");
    model_close(&model);
}

static void what_did_not_pass_is_not_written(void **state)
{
    (void)state;
    static const struct attempt plain = {.path = NULL};
    struct model model;
    model_open(&model);
    scratch_put(&model.scratch, "m/config.json", "[]");
    verify(&model, "m", &plain, SIGNET_E_MISMATCH);
    refuses(&model, SIGNET_E_UNVERIFIED, "only what passed verification can be extracted");
    scratch_put(&model.scratch, "m/config.json", "{}");
    refuses(&model, SIGNET_E_UNVERIFIED, "only what passed verification can be extracted");
    model_close(&model);
}

static void what_changed_since_is_not_written(void **state)
{
    (void)state;
    static const struct attempt plain = {.path = NULL};
    struct model model;
    umask(022);
    model_open(&model);
    verify(&model, "m", &plain, SIGNET_OK);
    scratch_put(&model.scratch, "m/w/1.bin", "+2"); /* the last one: others were written by then */
    refuses(&model, SIGNET_E_MISMATCH, "w/1.bin: changed since it was verified");
    scratch_put(&model.scratch, "m/w/1.bin", "+1");
    writes(&model, "config.json={};w/0.bin=weights;w/1.bin=+1;");

    verify(&model, "m.tar", &plain, SIGNET_OK);
    write_tar(&model, "[]");
    refuses(&model, SIGNET_E_MISMATCH, "config.json: changed since it was verified");
    write_tar(&model, "{}");
    writes(&model, "config.json={};w/0.bin=weights;w/1.bin=+1;");
    model_close(&model);
}

static void options_are_checked(void **state)
{
    (void)state;
    static const struct attempt plain = {.path = NULL};
    struct model model;
    struct signet_err err;
    char path[512];
    const struct signet_extract_opts opts = {.size = sizeof(opts) - 1};
    model_open(&model);
    verify(&model, "m", &plain, SIGNET_OK);
    signet_err_clear(&err);
    CHECK_CODE(signet_extract(model.verification, model.artifact,
                              scratch_path(&model.scratch, "out", path), &opts, &err),
               SIGNET_E_USAGE);
    scratch_folder(&model.scratch, "out");
    CHECK_CODE(extract(&model, &err), SIGNET_E_EXISTS);
    model_close(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passed_is_written),
        cmocka_unit_test(a_file_is_written_under_its_name),
        cmocka_unit_test(nothing_else_is_written),
        cmocka_unit_test(what_did_not_pass_is_not_written),
        cmocka_unit_test(what_changed_since_is_not_written),
        cmocka_unit_test(options_are_checked),
    };
    return CHECK_RUN(tests);
}

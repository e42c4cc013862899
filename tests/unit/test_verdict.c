/* SPDX-License-Identifier: Apache-2.0
 *
 * gate/verdict: one word for what was found out, ok for a proof over the whole alone; and what the
 * system says of a file.
 */
#include <signet/gate.h>
#include <signet/verdict.h>

#include "attempt.h"
#include "trust/trust.h"
#include "verify/verification.h"

static const int64_t now = 1000;

/* A file "a" of a scratch folder, verified by key 0 with a signature file over another text. */
struct verified_file {
    struct scratch scratch;
    struct signet_artifact *artifact;
    struct signet_verification *verification;
    char path[512];
};

/* By a policy that denies nothing, as the caller is to say why it failed. */
struct judged_file {
    struct verified_file file;
    struct signet_root_key key;
    struct signet_policy_revoked revoked;
    struct signet_trust trust;
};

static void verify_by(struct verified_file *file, const char *name, const char *statement)
{
    struct signet_trusted_key key = forge_trusted(0);
    struct signet_err err;
    struct signet_buf text = forge(&(struct forge){.payload = statement});
    struct signet_signature_file signature = {.name = "s", .text = text};
    const struct signet_verify_opts opts = {.size = sizeof(opts),
                                            .keys = &key,
                                            .key_count = 1,
                                            .signatures = &signature,
                                            .signature_count = 1};
    signet_err_clear(&err);
    scratch_open(&file->scratch);
    scratch_put(&file->scratch, name, "contents");
    scratch_path(&file->scratch, name, file->path);
    CHECK_OK(signet_artifact_open(file->path, &file->artifact, &err), &err);
    int rc = signet_verify(file->artifact, file->path, &opts, &file->verification, &err);
    assert_non_null(file->verification);
    assert_int_equal(rc, signet_verification_code(file->verification));
}

static void verify_file(struct verified_file *file, const char *name, const char *signed_text)
{
    char *statement = file_statement(SIGNED, signed_text);
    verify_by(file, name, statement);
    free(statement);
}

static void close_verified(struct verified_file *file)
{
    signet_verification_free(file->verification);
    signet_artifact_close(file->artifact);
    scratch_close(&file->scratch);
    memset(file, 0, sizeof(*file));
}

static const char *word_of(const struct signet_verification *verification)
{
    return signet_verdict_word(signet_verdict_of(verification));
}

static void check_file(const char *name, const char *signed_text, const char *word)
{
    struct verified_file file = {0};
    verify_file(&file, name, signed_text);
    assert_string_equal(word_of(file.verification), word);
    close_verified(&file);
}

static void the_signed_name_tells_modified_from_unknown(void **state)
{
    (void)state;
    check_file("a", "contents", "ok");
    check_file("a", "content", "known-name-modified");
    check_file("b", "contents", "ok");
    check_file("b", "content", "unknown-digest");
}

/* A release of "a" with other bytes, whose number its predicate says. */
static void check_size(const char *name, const char *member, const char *word)
{
    struct verified_file file = {0};
    char predicate[256];
    assert_true(snprintf(predicate, sizeof(predicate),
                         "\"predicate\":{\"purl\":\"pkg:generic/x@1.0.0\",\"signedAt\":"
                         "\"2026-11-01T00:00:00Z\"%s}",
                         member) < (int)sizeof(predicate));
    char *plain = file_statement("https://in-toto.io/attestation/release/v0.1", "other contents");
    char *statement = forge_replace(plain, "\"predicate\":{}", predicate);
    verify_by(&file, name, statement);
    assert_string_equal(word_of(file.verification), word);
    close_verified(&file);
    free(statement);
    free(plain);
}

static void another_size_is_told_from_an_unknown_file(void **state)
{
    (void)state;
    check_size("b", ",\"size\":14", "size-mismatch");
    check_size("b", ",\"size\":8", "unknown-digest");
    check_size("b", "", "unknown-digest");
    check_size("a", ",\"size\":14", "known-name-modified");
}

static void a_proof_of_a_part_is_none(void **state)
{
    (void)state;
    struct verified_file file = {0};
    verify_file(&file, "a", "contents");
    file.verification->verified->partial = true;
    assert_string_equal(word_of(file.verification), "policy-error");
    file.verification->verified->partial = false;
    assert_string_equal(word_of(file.verification), "ok");
    close_verified(&file);
}

/* An attestation about it passes as one, and proves nothing. */
static void without_a_proof_nothing_is_ok(void **state)
{
    (void)state;
    struct signet_err err;
    struct signet_verification *verification = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_verification_new("a", &verification, &err), &err);
    assert_string_equal(word_of(verification), "policy-error");
    verification->attested_by = 1;
    assert_int_equal(signet_verification_code(verification), SIGNET_OK);
    assert_string_equal(word_of(verification), "policy-error");
    signet_verification_free(verification);
}

static void failures_have_their_words(void **state)
{
    (void)state;
    static const struct {
        int code;
        int reason;
        const char *word;
    } rows[] = {
        {SIGNET_E_IO, ENOENT, "io-error"},
        {SIGNET_E_LIMIT, 0, "too-large"},
        {SIGNET_E_FORBIDDEN, 0, "not-regular"},
        {SIGNET_E_STALE, 0, "expired"},
        {SIGNET_E_MISMATCH, 0, "unknown-digest"},
        {SIGNET_E_THRESHOLD, 0, "unknown-digest"},
        {SIGNET_E_NO_SIGNATURE, 0, "unknown-digest"},
        {SIGNET_E_BAD_SIGNATURE, 0, "unknown-digest"},
        {SIGNET_E_UNTRUSTED, 0, "unknown-digest"},
        {SIGNET_E_DENIED, 0, "policy-error"},
        {SIGNET_E_DENIED, EACCES, "policy-error"},
        {SIGNET_E_DENIED, ETXTBSY, "writer-present"},
        {SIGNET_E_NOMEM, 0, "policy-error"},
        {SIGNET_E_INTERNAL, 0, "policy-error"},
        {-1000, 0, "policy-error"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct signet_err reason = {
            .code = rows[i].code, .sys_errno = rows[i].reason, .msg = "x"};
        struct signet_verification *verification = NULL;
        assert_int_equal(signet_verification_failed("a", &reason, &verification, NULL), SIGNET_OK);
        assert_string_equal(word_of(verification), rows[i].word);
        signet_verification_free(verification);
    }
}

/* The verification as if a policy had refused it, whose root has key 0 as its key. */
static void judge_file(struct judged_file *judged, int code)
{
    memset(judged, 0, sizeof(*judged));
    verify_file(&judged->file, "a", "contents");
    struct signet_verification *verification = judged->file.verification;
    judged->key = (struct signet_root_key){
        .status = SIGNET_ROOT_ACTIVE,
        .not_before = INT64_MIN,
        .not_after = INT64_MAX,
        .retired_at = INT64_MAX,
        .revoked_at = INT64_MAX,
        .uses = SIGNET_USE_BUNDLE,
    };
    judged->trust.root.keys = &judged->key;
    judged->trust.root.key_count = 1;
    judged->trust.now = now;
    verification->trust = &judged->trust;
    verification->err.code = code;
}

static void close_judged(struct judged_file *judged)
{
    close_verified(&judged->file);
}

static void keys_that_do_not_count_any_more_say_why(void **state)
{
    (void)state;
    static const struct {
        enum signet_root_status status;
        int64_t not_before;
        int64_t not_after;
        const char *word;
    } rows[] = {
        {SIGNET_ROOT_ACTIVE, INT64_MIN, INT64_MAX, "unknown-digest"},
        {SIGNET_ROOT_ACTIVE, now, now, "unknown-digest"},
        {SIGNET_ROOT_ACTIVE, INT64_MIN, now - 1, "expired"},
        {SIGNET_ROOT_ACTIVE, now + 1, INT64_MAX, "unknown-digest"},
        {SIGNET_ROOT_RETIRED, INT64_MIN, INT64_MAX, "expired"},
        {SIGNET_ROOT_REVOKED, INT64_MIN, INT64_MAX, "revoked"},
        {SIGNET_ROOT_REVOKED, INT64_MIN, now - 1, "revoked"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct judged_file judged;
        judge_file(&judged, SIGNET_E_THRESHOLD);
        judged.key.status = rows[i].status;
        judged.key.not_before = rows[i].not_before;
        judged.key.not_after = rows[i].not_after;
        assert_string_equal(word_of(judged.file.verification), rows[i].word);
        /* Nor may a key speak of what it did not sign. */
        judged.file.verification->sources[0].content_matches = false;
        assert_string_equal(word_of(judged.file.verification), "unknown-digest");
        close_judged(&judged);
    }
}

static void the_deny_list_has_its_word(void **state)
{
    (void)state;
    struct judged_file judged;
    judge_file(&judged, SIGNET_E_DENIED);
    assert_string_equal(word_of(judged.file.verification), "policy-error");
    judged.revoked.kind = SIGNET_POLICY_FILE;
    judged.revoked.digest = judged.file.verification->manifest->identity;
    judged.trust.policy.revoked = &judged.revoked;
    judged.trust.policy.revoked_count = 1;
    assert_string_equal(word_of(judged.file.verification), "revoked");
    judged.revoked.kind = SIGNET_POLICY_BUNDLE;
    assert_string_equal(word_of(judged.file.verification), "policy-error");
    judged.revoked.kind = SIGNET_POLICY_FILE;
    judged.revoked.digest.bytes[0] ^= 1;
    assert_string_equal(word_of(judged.file.verification), "policy-error");
    close_judged(&judged);
}

static void what_a_rule_refuses_has_its_word(void **state)
{
    (void)state;
    static const struct {
        enum signet_refusal refusal;
        const char *word;
    } rows[] = {
        {SIGNET_REFUSAL_OTHER, "policy-error"},
        {SIGNET_REFUSAL_USAGE, "wrong-usage"},
        {SIGNET_REFUSAL_AGE, "expired"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct judged_file judged;
        judge_file(&judged, SIGNET_E_DENIED);
        judged.file.verification->refusal = rows[i].refusal;
        assert_string_equal(word_of(judged.file.verification), rows[i].word);
        close_judged(&judged);
    }
}

/* What is signed, and lacks an attestation, is not unknown. */
static void a_missing_attestation_makes_nothing_unknown(void **state)
{
    (void)state;
    struct judged_file judged;
    judge_file(&judged, SIGNET_E_NO_SIGNATURE);
    assert_string_equal(word_of(judged.file.verification), "policy-error");
    judged.file.verification->sources[0].content_matches = false;
    assert_string_equal(word_of(judged.file.verification), "unknown-digest");
    close_judged(&judged);
}

static void every_verdict_has_a_word_and_a_meaning(void **state)
{
    (void)state;
    static const enum signet_verdict all[] = {
#define VALUE(name, value, word, meaning) SIGNET_VERDICT_##name,
        SIGNET_VERDICT_TABLE(VALUE)
#undef VALUE
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        assert_int_equal(all[i], i + 1);
        assert_true(strlen(signet_verdict_meaning(all[i])) > 0);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(signet_verdict_word(all[i]), signet_verdict_word(all[j]));
        }
    }
    assert_string_equal(signet_verdict_word(SIGNET_VERDICT_OK), "ok");
    assert_string_equal(signet_verdict_word((enum signet_verdict)0), "policy-error");
    assert_string_equal(signet_verdict_word((enum signet_verdict)99), "policy-error");
}

static int ask(struct verified_file *file, struct signet_err *err)
{
    signet_err_clear(err);
    return signet_gate_ask_system(file->artifact, err);
}

static void the_system_is_asked_about_what_was_opened(void **state)
{
    (void)state;
    struct verified_file file = {0};
    struct signet_err err;
    verify_file(&file, "a", "contents");
    if (ask(&file, &err) == SIGNET_E_UNSUPPORTED) {
        print_message("# this system cannot be asked: no AT_EXECVE_CHECK\n");
        close_verified(&file);
        return;
    }
    assert_int_equal(err.code, SIGNET_E_DENIED);
    assert_int_equal(err.sys_errno, EACCES);
    assert_int_equal(fchmodat(file.scratch.fd, "a", 0755, 0), 0);
    CHECK_OK(ask(&file, &err), &err);
    int writer = openat(file.scratch.fd, "a", O_WRONLY | O_CLOEXEC);
    assert_true(writer >= 0);
    assert_int_equal(ask(&file, &err), SIGNET_E_DENIED);
    assert_int_equal(err.sys_errno, ETXTBSY);
    assert_int_equal(close(writer), 0);
    CHECK_OK(ask(&file, &err), &err);
    /* Another file at the path is not what was opened. */
    scratch_put(&file.scratch, "other", "contents");
    assert_int_equal(renameat(file.scratch.fd, "other", file.scratch.fd, "a"), 0);
    CHECK_OK(ask(&file, &err), &err);
    close_verified(&file);
}

static void only_a_file_is_executed(void **state)
{
    (void)state;
    struct scratch scratch;
    struct signet_artifact *folder = NULL;
    struct signet_err err;
    char path[512];
    signet_err_clear(&err);
    scratch_open(&scratch);
    assert_int_equal(mkdirat(scratch.fd, "m", 0755), 0);
    scratch_path(&scratch, "m", path);
    CHECK_OK(signet_artifact_open(path, &folder, &err), &err);
    CHECK_OK(signet_gate_check_kind(folder, SIGNET_ACTION_OPEN, &err), &err);
    CHECK_OK(signet_gate_check_kind(folder, SIGNET_ACTION_LOAD, &err), &err);
    CHECK_CODE(signet_gate_check_kind(folder, SIGNET_ACTION_EXECUTE, &err), SIGNET_E_FORBIDDEN);
    signet_artifact_close(folder);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signed_name_tells_modified_from_unknown),
        cmocka_unit_test(another_size_is_told_from_an_unknown_file),
        cmocka_unit_test(a_proof_of_a_part_is_none),
        cmocka_unit_test(without_a_proof_nothing_is_ok),
        cmocka_unit_test(failures_have_their_words),
        cmocka_unit_test(keys_that_do_not_count_any_more_say_why),
        cmocka_unit_test(the_deny_list_has_its_word),
        cmocka_unit_test(what_a_rule_refuses_has_its_word),
        cmocka_unit_test(a_missing_attestation_makes_nothing_unknown),
        cmocka_unit_test(every_verdict_has_a_word_and_a_meaning),
        cmocka_unit_test(the_system_is_asked_about_what_was_opened),
        cmocka_unit_test(only_a_file_is_executed),
    };
    return CHECK_RUN(tests);
}

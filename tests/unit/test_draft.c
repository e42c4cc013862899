/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/root.h>: roots edited step by step. What comes of the steps was written by hand, in RFC
 * 8785 form.
 */
#include <signet/root.h>

#include "check.h"

#include "forge_root.h"

enum {
    ISSUED = 1767225600, /* 2026-01-01T00:00:00Z, by date -d */
    EXPIRES = 1798761600 /* 2027-01-01T00:00:00Z */
};

#define HEAD "{\"expires\":\"2027-01-01T00:00:00Z\",\"issued\":\"2026-01-01T00:00:00Z\",\"keys\":{"
#define KEY_OF(id, public, owner, more)                                                            \
    "\"" id "\":{\"algorithm\":\"ed25519\"," more "\"owner\":\"" owner                             \
    "\",\"public\":\"" public "\",\"status\":\"active\"}"
#define ROLE_OF(name, ids, threshold)                                                              \
    "\"" name "\":{\"keys\":[" ids "],\"threshold\":" threshold "}"
#define TAIL(version) "},\"schema\":\"signet-root/1\",\"version\":" version "}"
#define Q(id) "\"" id "\""
/* Keys 0 and 1 in the role root, 1 also in the role policy. */
#define START_KEYS KEY_OF(ID1, PUBLIC1, "b", "") "," KEY_OF(ID0, PUBLIC0, "a", "")
#define START                                                                                      \
    HEAD START_KEYS                                                                                \
        "},\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF("root", Q(ID0) "," Q(ID1), "1") \
            TAIL("1")

static struct signet_pubkey key_of(const char *public)
{
    struct signet_err err;
    struct signet_pubkey key;
    char pem[512];
    signet_err_clear(&err);
    assert_true(snprintf(pem, sizeof(pem),
                         "-----BEGIN PUBLIC KEY-----\n%.64s\n%s%s-----END PUBLIC KEY-----\n",
                         public, strlen(public) > 64 ? public + 64 : "",
                         strlen(public) > 64 ? "\n" : "") > 0);
    CHECK_OK(signet_pubkey_read(signet_span_str(pem), &key, &err), &err);
    return key;
}

static int add(struct signet_root_draft *draft,
               const char *role,
               const char *public,
               const char *owner,
               struct signet_err *err)
{
    const struct signet_pubkey key = key_of(public);
    const struct signet_root_addition addition = {.role = role, .key = &key, .owner = owner};
    signet_err_clear(err);
    return signet_root_draft_add(draft, &addition, err);
}

static struct signet_root_draft *start(void)
{
    struct signet_err err;
    struct signet_root_draft *draft = NULL;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_new(ISSUED, EXPIRES, &draft, &err), &err);
    CHECK_OK(add(draft, "root", PUBLIC0, "a", &err), &err);
    CHECK_OK(add(draft, "root", PUBLIC1, "b", &err), &err);
    CHECK_OK(add(draft, "policy", PUBLIC1, NULL, &err), &err);
    return draft;
}

static void check_text(const struct signet_root_draft *draft, const char *expected)
{
    struct signet_err err;
    struct signet_buf text;
    signet_err_clear(&err);
    signet_buf_init(&text, SIZE_MAX);
    CHECK_OK(signet_root_draft_write(draft, &text, &err), &err);
    CHECK_SPAN(signet_buf_span(&text), expected);
    signet_buf_free(&text);
}

static void check_unsound(const struct signet_root_draft *draft, int code, const char *message)
{
    struct signet_err err;
    struct signet_buf text;
    signet_err_clear(&err);
    signet_buf_init(&text, SIZE_MAX);
    CHECK_CODE(signet_root_draft_write(draft, &text, &err), code);
    assert_non_null(strstr(err.msg, message));
    assert_int_equal(text.len, 0);
    signet_buf_free(&text);
}

static struct signet_root_draft *read_text(const char *text)
{
    struct signet_err err;
    struct signet_buf copy;
    struct signet_root_draft *draft = NULL;
    signet_err_clear(&err);
    signet_buf_init(&copy, SIZE_MAX);
    assert_int_equal(signet_buf_puts(&copy, text), SIGNET_OK);
    CHECK_OK(signet_root_draft_read(&copy, NULL, &draft, &err), &err);
    assert_null(copy.data);
    return draft;
}

static void a_root_is_built_from_nothing(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = NULL;
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_new(ISSUED, EXPIRES, &draft, &err), &err);
    check_unsound(draft, SIGNET_E_MALFORMED, "/keys: expected");
    CHECK_OK(add(draft, "root", PUBLIC0, "a", &err), &err);
    check_unsound(draft, SIGNET_E_MALFORMED, "/roles/policy: expected this member");
    signet_root_draft_free(draft);
    draft = start();
    check_text(draft, START);
    assert_int_equal(signet_root_draft_version(draft), 1);
    assert_false(signet_root_draft_is_signed(draft));
    assert_int_equal(signet_root_draft_signers_needed(draft), 1);
    signet_root_draft_free(draft);
    draft = read_text(START);
    check_text(draft, START);
    signet_root_draft_free(draft);
    signet_root_draft_free(NULL);
}

static void a_new_key_is_described(void **state)
{
    struct signet_err err;
    const struct signet_pubkey key = key_of(PUBLIC2);
    const int64_t from = ISSUED + 86400;
    const int64_t until = EXPIRES;
    struct signet_root_addition addition = {.role = "release",
                                            .key = &key,
                                            .owner = "c",
                                            .not_before = &from,
                                            .not_after = &until,
                                            .uses = SIGNET_USE_JSF | SIGNET_USE_DSSE};
    struct signet_root_draft *draft = start();
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_add(draft, &addition, &err), &err);
    check_text(draft, HEAD START_KEYS
               ",\"" ID2 "\":{\"algorithm\":\"ed25519\",\"not_after\":\"2027-01-01T00:00:00Z\","
               "\"not_before\":\"2026-01-02T00:00:00Z\",\"owner\":\"c\",\"public\":\"" PUBLIC2
               "\",\"status\":\"active\",\"uses\":[\"dsse\",\"jsf\"]}},\"roles\":{" ROLE_OF(
                   "policy", Q(ID1), "1") "," ROLE_OF("release", Q(ID2),
                                                      "1") "," ROLE_OF("root", Q(ID0) "," Q(ID1),
                                                                       "1") TAIL("1"));
    /* One that is there has its description. */
    addition.role = "other";
    CHECK_CODE(signet_root_draft_add(draft, &addition, &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "in the root already"));
    CHECK_OK(add(draft, "other", PUBLIC2, NULL, &err), &err);
    CHECK_CODE(add(draft, "other", PUBLIC2, NULL, &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "in the role other already"));
    signet_root_draft_free(draft);
}

static void a_key_of_time_has_that_use(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = start();
    (void)state;
    CHECK_OK(add(draft, "time", PUBLIC2, "t", &err), &err);
    check_text(draft, HEAD START_KEYS
               ",\"" ID2 "\":{\"algorithm\":\"ed25519\",\"owner\":\"t\",\"public\":\"" PUBLIC2
               "\",\"status\":\"active\",\"uses\":[\"time\"]}},\"roles\":{" ROLE_OF(
                   "policy", Q(ID1), "1") "," ROLE_OF("root", Q(ID0) "," Q(ID1),
                                                      "1") "," ROLE_OF("time", Q(ID2), "1")
                   TAIL("1"));
    CHECK_OK(add(draft, "time", PUBLIC0, NULL, &err), &err);
    check_unsound(draft, SIGNET_E_MALFORMED, "a key with the use time");
    signet_root_draft_free(draft);
}

/* Roles name keys by their place, which changes. */
static void a_key_is_removed(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = start();
    (void)state;
    CHECK_OK(add(draft, "release", PUBLIC2, "c", &err), &err);
    CHECK_OK(signet_root_draft_remove(draft, ID0, NULL, &err), &err);
    check_text(draft,
               HEAD KEY_OF(ID1, PUBLIC1, "b", "") "," KEY_OF(
                   ID2, PUBLIC2, "c",
                   "") "},\"roles\":{" ROLE_OF("policy", Q(ID1),
                                               "1") "," ROLE_OF("release", Q(ID2),
                                                                "1") "," ROLE_OF("root", Q(ID1),
                                                                                 "1") TAIL("1"));
    assert_false(signet_root_draft_has(draft, ID0, NULL));
    /* A role without keys goes, and the key stays. */
    CHECK_OK(signet_root_draft_remove(draft, ID2, "release", &err), &err);
    check_text(draft,
               HEAD KEY_OF(ID1, PUBLIC1, "b", "") "," KEY_OF(
                   ID2, PUBLIC2, "c", "") "},\"roles\":{" ROLE_OF("policy", Q(ID1),
                                                                  "1") "," ROLE_OF("root", Q(ID1),
                                                                                   "1") TAIL("1"));
    assert_true(signet_root_draft_has(draft, ID2, NULL));
    assert_false(signet_root_draft_has(draft, ID2, "root"));
    CHECK_CODE(signet_root_draft_remove(draft, ID2, "root", &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "is not in a role root"));
    signet_err_clear(&err);
    CHECK_CODE(signet_root_draft_remove(draft, ID0, NULL, &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "has no key " ID0));
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_remove(draft, ID1, "root", &err), &err);
    check_unsound(draft, SIGNET_E_MALFORMED, "/roles/root: expected this member");
    signet_root_draft_free(draft);
}

static void thresholds_can_be_met(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = start();
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_set_threshold(draft, "root", 2, &err), &err);
    check_text(draft, HEAD START_KEYS "},\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
                          "root", Q(ID0) "," Q(ID1), "2") TAIL("1"));
    assert_int_equal(signet_root_draft_signers_needed(draft), 2);
    static const uint64_t wrong[] = {0, 3, UINT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_root_draft_set_threshold(draft, "root", wrong[i], &err), SIGNET_E_USAGE);
    }
    signet_err_clear(&err);
    CHECK_CODE(signet_root_draft_set_threshold(draft, "release", 1, &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "no role release"));
    static const char *const places[] = {"root", NULL};
    for (size_t i = 0; i < 2; i++) {
        signet_err_clear(&err);
        CHECK_CODE(signet_root_draft_remove(draft, ID1, places[i], &err), SIGNET_E_USAGE);
        assert_non_null(strstr(err.msg, "too few keys would be left"));
    }
    assert_true(signet_root_draft_has(draft, ID1, "root"));
    assert_true(signet_root_draft_has(draft, ID1, "policy"));
    signet_root_draft_free(draft);
}

static void a_key_is_given_up_for_good(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = start();
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_retire(draft, ID0, ISSUED + 60, &err), &err);
    check_text(draft,
               HEAD KEY_OF(ID1, PUBLIC1, "b",
                           "") ",\"" ID0
                               "\":{\"algorithm\":\"ed25519\",\"owner\":\"a\",\"public\":\"" PUBLIC0
                               "\",\"retired_at\":\"2026-01-01T00:01:00Z\",\"status\":\"retired\"}}"
                               ",\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
                                   "root", Q(ID0) "," Q(ID1), "1") TAIL("1"));
    CHECK_CODE(signet_root_draft_retire(draft, ID0, ISSUED, &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "is retired already"));
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_revoke(draft, ID0, ISSUED + 30, &err), &err);
    check_text(draft,
               HEAD KEY_OF(ID1, PUBLIC1, "b",
                           "") ",\"" ID0
                               "\":{\"algorithm\":\"ed25519\",\"owner\":\"a\",\"public\":\"" PUBLIC0
                               "\",\"revoked_at\":\"2026-01-01T00:00:30Z\",\"status\":\"revoked\"}}"
                               ",\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
                                   "root", Q(ID0) "," Q(ID1), "1") TAIL("1"));
    CHECK_CODE(signet_root_draft_revoke(draft, ID0, ISSUED, &err), SIGNET_E_USAGE);
    assert_non_null(strstr(err.msg, "is revoked already"));
    signet_err_clear(&err);
    CHECK_CODE(signet_root_draft_retire(draft, ID0, ISSUED, &err), SIGNET_E_USAGE);
    signet_err_clear(&err);
    CHECK_CODE(signet_root_draft_revoke(draft, ID2, ISSUED, &err), SIGNET_E_USAGE);
    signet_root_draft_free(draft);
}

/* What it signed after it was retired did not count, and must not count again. */
static void a_retired_key_is_revoked_no_later(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = start();
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_retire(draft, ID0, ISSUED + 60, &err), &err);
    CHECK_OK(signet_root_draft_revoke(draft, ID0, ISSUED + 90, &err), &err);
    check_text(draft,
               HEAD KEY_OF(ID1, PUBLIC1, "b",
                           "") ",\"" ID0
                               "\":{\"algorithm\":\"ed25519\",\"owner\":\"a\",\"public\":\"" PUBLIC0
                               "\",\"revoked_at\":\"2026-01-01T00:01:00Z\",\"status\":\"revoked\"}}"
                               ",\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
                                   "root", Q(ID0) "," Q(ID1), "1") TAIL("1"));
    signet_root_draft_free(draft);
}

static void a_successor_is_one_version_more(void **state)
{
    struct signet_err err;
    struct signet_root_draft *draft = start();
    const int64_t expires = EXPIRES + 86400;
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_succeed(draft, ISSUED + 86400, NULL, &err), &err);
    check_text(draft,
               "{\"expires\":\"2027-01-02T00:00:00Z\",\"issued\":\"2026-01-02T00:00:00Z\","
               "\"keys\":{" START_KEYS "},\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
                   "root", Q(ID0) "," Q(ID1), "1") TAIL("2"));
    CHECK_OK(signet_root_draft_succeed(draft, ISSUED, &expires, &err), &err);
    check_text(draft,
               "{\"expires\":\"2027-01-02T00:00:00Z\",\"issued\":\"2026-01-01T00:00:00Z\","
               "\"keys\":{" START_KEYS "},\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
                   "root", Q(ID0) "," Q(ID1), "1") TAIL("3"));
    signet_root_draft_free(draft);
    /* 2^53 - 1 is the last. */
    draft = read_text(HEAD START_KEYS "},\"roles\":{" ROLE_OF("policy", Q(ID1), "1") "," ROLE_OF(
        "root", Q(ID0), "1") TAIL("9007199254740991"));
    CHECK_CODE(signet_root_draft_succeed(draft, ISSUED, NULL, &err), SIGNET_E_LIMIT);
    signet_root_draft_free(draft);
}

/* A file signed by keys 0 and 2, of which only 0 may; what it says of itself. */
static void a_signed_root_is_shown_and_not_edited(void **state)
{
    static const size_t more[] = {2, SIZE_MAX};
    const struct forge how = {.payload = START,
                              .type = "application/vnd.signet.root+json",
                              .keyid = "x\\n",
                              .more_keys = more,
                              .dsse = true};
    struct signet_err err;
    struct signet_buf file = forge(&how);
    struct signet_buf text;
    struct signet_root_draft *draft = NULL;
    (void)state;
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_read(&file, NULL, &draft, &err), &err);
    assert_true(signet_root_draft_is_signed(draft));
    assert_int_equal(signet_root_draft_signers(draft), 1);
    signet_buf_init(&text, SIZE_MAX);
    assert_int_equal(signet_root_draft_text(draft, &text), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&text),
               "UNVERIFIED root 1, issued 2026-01-01T00:00:00Z, expires 2027-01-01T00:00:00Z\n"
               "UNVERIFIED role policy: 1 of 1\n"
               "UNVERIFIED   " ID1 " b, ed25519, for bundle dsse\n"
               "UNVERIFIED role root: 1 of 2\n"
               "UNVERIFIED   " ID0 " a, ed25519, for bundle dsse\n"
               "UNVERIFIED   " ID1 " b, ed25519, for bundle dsse\n"
               "UNVERIFIED signed by 1 of its keys; 1 must\n"
               "UNVERIFIED   by " ID0 " a\n"
               "UNVERIFIED   by no key of its role root that may sign; its key id: x\\x0a\n");
    signet_buf_free(&text);
    CHECK_CODE(signet_root_draft_set_threshold(draft, "root", 2, &err), SIGNET_E_FORBIDDEN);
    CHECK_CODE(signet_root_draft_remove(draft, ID0, NULL, &err), SIGNET_E_FORBIDDEN);
    CHECK_CODE(signet_root_draft_retire(draft, ID0, ISSUED, &err), SIGNET_E_FORBIDDEN);
    CHECK_CODE(signet_root_draft_revoke(draft, ID0, ISSUED, &err), SIGNET_E_FORBIDDEN);
    CHECK_CODE(add(draft, "release", PUBLIC2, "c", &err), SIGNET_E_FORBIDDEN);
    check_unsound(draft, SIGNET_E_FORBIDDEN, "root 1 is signed");
    signet_err_clear(&err);
    CHECK_OK(signet_root_draft_succeed(draft, ISSUED, NULL, &err), &err);
    assert_false(signet_root_draft_is_signed(draft));
    assert_int_equal(signet_root_draft_signers(draft), 0);
    CHECK_OK(signet_root_draft_set_threshold(draft, "root", 2, &err), &err);
    signet_root_draft_free(draft);
}

static void only_roots_are_read(void **state)
{
    static const struct {
        struct forge how;
        int code;
    } files[] = {
        {{.payload = START, .type = "application/vnd.signet.root+json", .dsse = true}, SIGNET_OK},
        {{.payload = START, .type = "application/vnd.signet.policy+json", .dsse = true},
         SIGNET_E_UNSUPPORTED},
        {{.payload = START, .type = "application/vnd.signet.root+json"}, SIGNET_E_UNSUPPORTED},
        {{.payload = "{}", .type = "application/vnd.signet.root+json", .dsse = true},
         SIGNET_E_MALFORMED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct signet_err err;
        struct signet_root_draft *draft = NULL;
        struct signet_buf file = forge(&files[i].how);
        signet_err_clear(&err);
        CHECK_CODE(signet_root_draft_read(&file, NULL, &draft, &err), files[i].code);
        assert_int_equal(draft != NULL, files[i].code == SIGNET_OK);
        signet_root_draft_free(draft);
    }
}

static void times_and_uses_are_read(void **state)
{
    int64_t seconds = 0;
    unsigned uses = 0;
    (void)state;
    assert_true(signet_root_time("2027-01-01T00:00:00Z", 5, &seconds));
    assert_int_equal(seconds, EXPIRES);
    assert_true(signet_root_time("P2D", 5, &seconds));
    assert_int_equal(seconds, 172805);
    assert_true(signet_root_time("PT1H", 5, &seconds));
    assert_int_equal(seconds, 3605);
    assert_false(signet_root_time("2027-01-01", 5, &seconds));
    assert_false(signet_root_time("", 5, &seconds));
    assert_true(signet_root_uses("minisign,dsse", &uses));
    assert_int_equal(uses, SIGNET_USE_DSSE | SIGNET_USE_MINISIGN);
    static const char *const wrong[] = {"", "dsse,", ",dsse", "dsse,dsse", "dss", "dsse jsf"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(signet_root_uses(wrong[i], &uses));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_is_built_from_nothing),
        cmocka_unit_test(a_new_key_is_described),
        cmocka_unit_test(a_key_of_time_has_that_use),
        cmocka_unit_test(a_key_is_removed),
        cmocka_unit_test(thresholds_can_be_met),
        cmocka_unit_test(a_key_is_given_up_for_good),
        cmocka_unit_test(a_retired_key_is_revoked_no_later),
        cmocka_unit_test(a_successor_is_one_version_more),
        cmocka_unit_test(a_signed_root_is_shown_and_not_edited),
        cmocka_unit_test(only_roots_are_read),
        cmocka_unit_test(times_and_uses_are_read),
    };
    return CHECK_RUN(tests);
}

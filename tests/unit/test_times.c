/* SPDX-License-Identifier: Apache-2.0
 *
 * trust/times: which times count, and what follows for keys that do not count any more. Notes
 * are those of forge_time.h. Keys are those of RFC 8032 section 7.1: key 0
 * signs, keys 1 and 2 are trusted for the time.
 */
#include "check.h"

#include "base/compiler.h"
#include "forge_time.h"
#include "trust/times.h"
#include "trust/trust.h"

#define PAYLOAD "{\"a\":1}"

enum {
    NOW = 1800000000,
    HOUR = 3600
};

static struct signet_root_key keys[3];
static size_t time_keys[] = {1, 2};
static struct signet_root_role roles[] = {{SIGNET_ROLE_TIME, time_keys, 2, 1}};
static struct signet_root root;
static struct signet_trusted_key trusted[3];

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        trusted[i] = forge_trusted(i);
        keys[i] = (struct signet_root_key){
            .key = trusted[i].key,
            .status = SIGNET_ROOT_ACTIVE,
            .not_before = INT64_MIN,
            .not_after = INT64_MAX,
            .retired_at = INT64_MAX,
            .revoked_at = INT64_MAX,
            .uses = i == 0 ? SIGNET_USE_BUNDLE | SIGNET_USE_DSSE : SIGNET_USE_TIME,
        };
    }
    roles[0].threshold = 1;
    root = (struct signet_root){.keys = keys, .key_count = 3, .roles = roles, .role_count = 1};
    return 0;
}

static void
put_note(struct signet_buf *out, const struct signet_digest *subject, size_t number, int64_t time)
{
    const struct forge_note note = {*subject, number, "time.example", time};
    forge_put_note(out, &note);
}

/* Notes about the signature of key 0: pairs of a key and the seconds by which its time is after
 * now, ended by key 0. */
struct said {
    size_t key;
    int64_t after;
};

static struct signet_buf notes_of(const struct said *said)
{
    struct signet_buf notes;
    const struct signet_digest subject = forge_subject(0, PAYLOAD);
    signet_buf_init(&notes, SIZE_MAX);
    for (; said->key != 0; said++) {
        put_note(&notes, &subject, said->key, NOW + said->after);
    }
    return notes;
}

/* The time of the signature after now, or UNKNOWN. */
static int64_t signed_at(const struct said *said)
{
    struct signet_times times;
    struct signet_err err;
    const struct signet_digest subject = forge_subject(0, PAYLOAD);
    struct signet_buf notes = notes_of(said);
    signet_err_clear(&err);
    CHECK_OK(signet_times_read(signet_buf_span(&notes), &root, NOW, &times, &err), &err);
    int64_t time = signet_times_signed_at(&times, &subject);
    signet_times_free(&times);
    signet_buf_free(&notes);
    return time == SIGNET_TIME_UNKNOWN ? time : time - NOW;
}
#define SIGNED_AT(...) signed_at((const struct said[]){__VA_ARGS__, {0, 0}})

static void the_threshold_says_which_time_counts(void **state)
{
    (void)state;
    assert_int_equal(SIGNED_AT({1, -HOUR}), -HOUR);
    assert_int_equal(SIGNED_AT({2, -HOUR}), -HOUR);
    assert_int_equal(SIGNED_AT({1, -HOUR}, {2, -2 * HOUR}), -2 * HOUR);
    assert_int_equal(SIGNED_AT({1, -HOUR}, {1, -3 * HOUR}, {1, -2 * HOUR}), -3 * HOUR);
    roles[0].threshold = 2;
    assert_true(SIGNED_AT({1, -HOUR}) == SIGNET_TIME_UNKNOWN);
    assert_true(SIGNED_AT({1, -HOUR}, {1, -2 * HOUR}) == SIGNET_TIME_UNKNOWN);
    assert_int_equal(SIGNED_AT({1, -HOUR}, {2, -2 * HOUR}), -HOUR);
    assert_int_equal(SIGNED_AT({2, -2 * HOUR}, {1, -HOUR}), -HOUR);
    assert_int_equal(SIGNED_AT({1, -HOUR}, {2, -2 * HOUR}, {1, -3 * HOUR}), -2 * HOUR);
}

static void only_keys_of_the_role_say_when(void **state)
{
    (void)state;
    roles[0].key_count = 1;
    assert_int_equal(SIGNED_AT({1, -HOUR}), -HOUR);
    assert_true(SIGNED_AT({2, -HOUR}) == SIGNET_TIME_UNKNOWN);
    roles[0].key_count = 2;
    root.role_count = 0;
    assert_true(SIGNED_AT({1, -HOUR}) == SIGNET_TIME_UNKNOWN);
}

/* A key that is not active could say that it spoke before. */
static void a_time_key_counts_while_it_is_active(void **state)
{
    (void)state;
    keys[1].status = SIGNET_ROOT_RETIRED;
    keys[1].retired_at = NOW;
    assert_true(SIGNED_AT({1, -HOUR}) == SIGNET_TIME_UNKNOWN);
    keys[1].status = SIGNET_ROOT_REVOKED;
    keys[1].retired_at = INT64_MAX;
    keys[1].revoked_at = NOW;
    assert_true(SIGNED_AT({1, -HOUR}) == SIGNET_TIME_UNKNOWN);
    set_up(NULL);
    keys[1].not_before = NOW - HOUR;
    keys[1].not_after = NOW - HOUR;
    assert_int_equal(SIGNED_AT({1, -HOUR}), -HOUR);
    assert_true(SIGNED_AT({1, -HOUR - 1}) == SIGNET_TIME_UNKNOWN);
    assert_true(SIGNED_AT({1, -HOUR + 1}) == SIGNET_TIME_UNKNOWN);
}

static void a_time_may_be_a_little_ahead(void **state)
{
    (void)state;
    assert_int_equal(SIGNED_AT({1, 0}), 0);
    assert_int_equal(SIGNED_AT({1, SIGNET_TIME_AHEAD}), SIGNET_TIME_AHEAD);
    assert_true(SIGNED_AT({1, SIGNET_TIME_AHEAD + 1}) == SIGNET_TIME_UNKNOWN);
    assert_int_equal(SIGNET_TIME_AHEAD, 300);
}

static void a_time_is_of_one_signature(void **state)
{
    struct signet_times times;
    struct signet_err err;
    struct signet_buf notes;
    (void)state;
    struct signet_digest subject = forge_subject(0, PAYLOAD);
    signet_buf_init(&notes, SIZE_MAX);
    put_note(&notes, &subject, 1, NOW);
    signet_err_clear(&err);
    CHECK_OK(signet_times_read(signet_buf_span(&notes), &root, NOW, &times, &err), &err);
    subject.bytes[0] ^= 1;
    assert_true(signet_times_signed_at(&times, &subject) == SIGNET_TIME_UNKNOWN);
    subject.bytes[0] ^= 1;
    assert_int_equal(signet_times_signed_at(&times, &subject), NOW);
    signet_times_free(&times);
    signet_buf_free(&notes);
    CHECK_CODE(signet_times_read(signet_span_str("x"), &root, NOW, &times, NULL),
               SIGNET_E_MALFORMED);
    assert_null(times.list);
}

/* Checks the signature of key 0 with notes: its status, and the time after now in *when. */
static int judged(const struct said *said, bool needs_time, int64_t *when)
{
    char fingerprint[SIGNET_FINGERPRINT_TEXT];
    const struct forge how = {.payload = PAYLOAD,
                              .dsse = true,
                              .keyid = signet_pubkey_fingerprint(&trusted[0].key, fingerprint)};
    const struct signet_limits limits = signet_limits_default();
    struct signet_buf text = forge(&how);
    struct signet_buf notes = notes_of(said);
    struct signet_envelope env;
    struct signet_signers signers;
    struct signet_err err;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO, .keys = trusted, .key_count = 3};
    const struct signet_trust trust = {.root = root, .keys = trusted, .now = NOW};
    trusted[0].needs_time = needs_time;
    signet_err_clear(&err);
    CHECK_OK(signet_envelope_parse(&text, text.len, &limits, &env, &err), &err);
    CHECK_OK(signet_signers_check(&env, &request, &signers, &err), &err);
    assert_int_equal(signers.distinct, needs_time ? 0 : 1);
    assert_true(signers.list[0].signed_at == SIGNET_TIME_UNKNOWN);
    if (notes.len > 0) {
        CHECK_OK(signet_trust_date(&trust, signet_buf_span(&notes), &env, &signers, &err), &err);
    }
    int status = signers.list[0].status;
    assert_int_equal(signers.distinct, status == SIGNET_OK ? 1 : 0);
    assert_int_equal(signers.list[0].undated, status != SIGNET_OK);
    *when = signers.list[0].signed_at;
    signet_signers_free(&signers);
    signet_envelope_free(&env);
    signet_buf_free(&notes);
    return status;
}
#define JUDGED(needs_time, when, ...)                                                              \
    judged((const struct said[]){__VA_ARGS__, {0, 0}}, needs_time, when)

static void a_retired_key_needs_a_time_before(void **state)
{
    int64_t when = 0;
    (void)state;
    keys[0].status = SIGNET_ROOT_RETIRED;
    keys[0].retired_at = NOW - HOUR;
    assert_int_equal(JUDGED(true, &when, {1, -HOUR - 1}), SIGNET_OK);
    assert_int_equal(when, NOW - HOUR - 1);
    assert_int_equal(JUDGED(true, &when, {1, -HOUR}), SIGNET_E_UNTRUSTED);
    assert_int_equal(when, NOW - HOUR);
    assert_int_equal(JUDGED(true, &when, {0, 0}), SIGNET_E_UNTRUSTED);
    assert_true(when == SIGNET_TIME_UNKNOWN);
    roles[0].threshold = 2;
    assert_int_equal(JUDGED(true, &when, {1, -HOUR - 1}), SIGNET_E_UNTRUSTED);
    assert_int_equal(JUDGED(true, &when, {1, -HOUR - 1}, {2, -HOUR}), SIGNET_E_UNTRUSTED);
    assert_int_equal(JUDGED(true, &when, {1, -HOUR - 1}, {2, -HOUR - 2}), SIGNET_OK);
}

static void so_does_one_that_is_past_its_time_or_revoked(void **state)
{
    int64_t when = 0;
    (void)state;
    keys[0].not_before = NOW - 3 * HOUR;
    keys[0].not_after = NOW - HOUR;
    assert_int_equal(JUDGED(true, &when, {1, -HOUR}), SIGNET_OK);
    assert_int_equal(JUDGED(true, &when, {1, -HOUR + 1}), SIGNET_E_UNTRUSTED);
    assert_int_equal(JUDGED(true, &when, {1, -3 * HOUR - 1}), SIGNET_E_UNTRUSTED);
    set_up(NULL);
    keys[0].status = SIGNET_ROOT_REVOKED;
    keys[0].revoked_at = NOW - HOUR;
    assert_int_equal(JUDGED(true, &when, {1, -HOUR - 1}), SIGNET_OK);
    assert_int_equal(JUDGED(true, &when, {1, -HOUR}), SIGNET_E_UNTRUSTED);
}

static void another_key_is_told_its_time(void **state)
{
    int64_t when = 0;
    (void)state;
    assert_int_equal(JUDGED(false, &when, {1, -HOUR}), SIGNET_OK);
    assert_int_equal(when, NOW - HOUR);
    assert_int_equal(JUDGED(false, &when, {0, 0}), SIGNET_OK);
    assert_true(when == SIGNET_TIME_UNKNOWN);
}

/* Otherwise keys of the past would take tries from those that count. */
static void a_key_that_needs_a_time_must_be_named(void **state)
{
    (void)state;
    const struct forge how = {.payload = PAYLOAD, .dsse = true};
    const struct signet_limits limits = signet_limits_default();
    struct signet_buf text = forge(&how);
    struct signet_envelope env;
    struct signet_signers signers;
    struct signet_err err;
    const struct signet_signers_request request = {
        .payload_type = SIGNET_PAYLOAD_TYPE_INTOTO, .keys = trusted, .key_count = 1};
    trusted[0].needs_time = true;
    signet_err_clear(&err);
    CHECK_OK(signet_envelope_parse(&text, text.len, &limits, &env, &err), &err);
    CHECK_OK(signet_signers_check(&env, &request, &signers, &err), &err);
    assert_true(signers.list[0].key == SIGNET_NO_KEY && signers.list[0].wrong_use);
    assert_int_equal(signers.list[0].status, SIGNET_E_UNTRUSTED);
    signet_signers_free(&signers);
    signet_envelope_free(&env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_threshold_says_which_time_counts, set_up),
        cmocka_unit_test_setup(only_keys_of_the_role_say_when, set_up),
        cmocka_unit_test_setup(a_time_key_counts_while_it_is_active, set_up),
        cmocka_unit_test_setup(a_time_may_be_a_little_ahead, set_up),
        cmocka_unit_test_setup(a_time_is_of_one_signature, set_up),
        cmocka_unit_test_setup(a_retired_key_needs_a_time_before, set_up),
        cmocka_unit_test_setup(so_does_one_that_is_past_its_time_or_revoked, set_up),
        cmocka_unit_test_setup(another_key_is_told_its_time, set_up),
        cmocka_unit_test_setup(a_key_that_needs_a_time_must_be_named, set_up),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/timestamp.h>: notes about the time of signatures. Expected notes are put together by
 * forge_time.h; faults are planted where the key signs and where the file is written. Key 0 of RFC
 * 8032 section 7.1 cosigns what keys 1 and 2 signed.
 */
#include <signet/timestamp.h>

#include <unistd.h>

#include "forge_time.h"
#include "keys.h"
#include "scratch.h"

#define PAYLOAD "{\"a\":1}"
/* `ssh-keygen -l` of key 0, in the URL-safe alphabet. */
#define NAME "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"

enum {
    NOW = 1793491200
};

enum spoil {
    NOTHING = 0,
    SIGNATURE, /* the key makes one that does not verify */
    WRITTEN,   /* a byte at spoil_at of the file is another */
};

static enum spoil spoil;
static size_t spoil_at;

int __real_signet_seckey_sign(const struct signet_seckey *key,
                              struct signet_span message,
                              uint8_t *signature,
                              struct signet_err *err);
int __wrap_signet_seckey_sign(const struct signet_seckey *key,
                              struct signet_span message,
                              uint8_t *signature,
                              struct signet_err *err);
int __real_signet_output_write(struct signet_output *out,
                               struct signet_span bytes,
                               struct signet_err *err);
int __wrap_signet_output_write(struct signet_output *out,
                               struct signet_span bytes,
                               struct signet_err *err);

int __wrap_signet_seckey_sign(const struct signet_seckey *key,
                              struct signet_span message,
                              uint8_t *signature,
                              struct signet_err *err)
{
    int rc = __real_signet_seckey_sign(key, message, signature, err);
    signature[5] ^= spoil == SIGNATURE ? 1 : 0;
    return rc;
}

int __wrap_signet_output_write(struct signet_output *out,
                               struct signet_span bytes,
                               struct signet_err *err)
{
    uint8_t changed[4096];
    assert_true(bytes.len <= sizeof(changed) && spoil_at < bytes.len);
    memcpy(changed, bytes.ptr, bytes.len);
    if (spoil == WRITTEN) {
        changed[spoil_at] = changed[spoil_at] == 'A' ? 'B' : 'A';
    }
    return __real_signet_output_write(out, signet_span_of(changed, bytes.len), err);
}

static int64_t fixed_now(void *ctx)
{
    return *(const int64_t *)ctx;
}

/* One cosigning by key 0; zero-initialised: of what key 1 signed, now, beside nothing. */
struct trial {
    const struct forge *how; /* NULL: a DSSE file by key 1 */
    const char *notes;       /* that are there; NULL: none */
    size_t keys[3];          /* those given, ended by 0; none: key 1 */
    int64_t clock;           /* 0: NOW */
    enum spoil spoil;
    size_t spoil_at;
    struct signet_err err;
    size_t others;
    char *made; /* NULL if nothing appeared */
};

static void write_out(struct trial *trial, struct signet_timestamping *timestamping, int *rc)
{
    char path[512];
    struct scratch scratch;
    struct signet_buf made;
    struct signet_output *out = NULL;
    struct signet_verification *verification = NULL;
    struct signet_err err;
    struct signet_seckey *key = example_key();
    signet_err_clear(&err);
    scratch_open(&scratch);
    scratch_path(&scratch, "made", path);
    CHECK_OK(signet_output_open(path, 0644, false, &out, &err), &err);
    spoil = trial->spoil;
    spoil_at = trial->spoil_at;
    *rc = signet_timestamping_finish(timestamping, key, "n", out, &verification, &trial->err);
    spoil = NOTHING;
    spoil_at = 0;
    assert_int_equal(verification != NULL, *rc == SIGNET_OK);
    if (*rc == SIGNET_OK) {
        CHECK_CODE(signet_verification_code(verification), SIGNET_OK);
        assert_null(signet_verification_verified(verification));
    }
    signet_verification_free(verification);
    int committed = signet_output_commit(out, &err);
    assert_int_equal(committed == SIGNET_OK, *rc == SIGNET_OK);
    assert_int_equal(access(path, F_OK) == 0, *rc == SIGNET_OK);
    if (committed == SIGNET_OK) {
        CHECK_OK(signet_io_read(path, 1 << 20, &made, &err), &err);
        trial->made = strndup((const char *)made.data, made.len);
        signet_buf_free(&made);
    }
    signet_output_free(out);
    scratch_close(&scratch);
    signet_seckey_free(key);
}

static int stamp(struct trial *trial)
{
    const struct forge standard = {.payload = PAYLOAD, .key = 1, .dsse = true};
    struct signet_trusted_key keys[3];
    struct signet_timestamping *timestamping = NULL;
    struct signet_buf notes;
    int64_t now = trial->clock != 0 ? trial->clock : NOW;
    const struct signet_clock clock = {fixed_now, &now};
    struct signet_timestamp_opts opts = {
        .size = sizeof(opts), .keys = keys, .path = "p", .clock = &clock};
    trial->made = NULL;
    signet_err_clear(&trial->err);
    keys[0] = forge_trusted(1);
    for (; trial->keys[opts.key_count] != 0; opts.key_count++) {
        keys[opts.key_count] = forge_trusted(trial->keys[opts.key_count]);
    }
    opts.key_count += opts.key_count == 0 ? 1 : 0;
    struct signet_buf text = forge(trial->how != NULL ? trial->how : &standard);
    signet_buf_init(&notes, SIZE_MAX);
    signet_buf_puts(&notes, trial->notes != NULL ? trial->notes : "");
    int rc = signet_timestamping_new(&text, &notes, &opts, &timestamping, &trial->err);
    assert_null(text.data);
    assert_null(notes.data);
    assert_int_equal(timestamping != NULL, rc == SIGNET_OK);
    if (rc == SIGNET_OK) {
        signet_timestamping_count(timestamping, &trial->others);
        write_out(trial, timestamping, &rc);
    }
    signet_timestamping_free(timestamping);
    return rc;
}

/* The text of a note of that key about what number signed. */
static char *note_of(size_t key, const char *name, size_t number, int64_t time)
{
    struct signet_buf out;
    const struct forge_note note = {forge_subject(number, PAYLOAD), key, name, time};
    signet_buf_init(&out, SIZE_MAX);
    forge_put_note(&out, &note);
    char *text = strndup((const char *)out.data, out.len);
    assert_non_null(text);
    signet_buf_free(&out);
    return text;
}

static char *joined(char *first, char *second)
{
    size_t room = strlen(first) + strlen(second) + 1;
    char *both = malloc(room);
    assert_non_null(both);
    assert_true(snprintf(both, room, "%s%s", first, second) > 0);
    free(first);
    free(second);
    return both;
}

static void the_note_is_that_made_by_hand(void **state)
{
    (void)state;
    struct trial trial = {.keys = {0}};
    char *expected = note_of(0, NAME, 1, NOW);
    CHECK_OK(stamp(&trial), &trial.err);
    assert_string_equal(trial.made, expected);
    assert_int_equal(trial.others, 0);
    free(trial.made);
    free(expected);
}

static void every_signature_by_a_given_key_gets_one(void **state)
{
    static const size_t more[] = {2, 1, SIZE_MAX};
    const struct forge how = {.payload = PAYLOAD, .key = 1, .more_keys = more, .dsse = true};
    struct trial trial = {.how = &how, .keys = {2, 1}};
    (void)state;
    char *expected = joined(note_of(0, NAME, 1, NOW), note_of(0, NAME, 2, NOW));
    CHECK_OK(stamp(&trial), &trial.err);
    assert_string_equal(trial.made, expected);
    assert_int_equal(trial.others, 0);
    free(trial.made);
    free(expected);
    trial.keys[1] = 0;
    expected = note_of(0, NAME, 2, NOW);
    CHECK_OK(stamp(&trial), &trial.err);
    assert_string_equal(trial.made, expected);
    assert_int_equal(trial.others, 2);
    free(trial.made);
    free(expected);
}

static void notes_that_are_there_stay(void **state)
{
    (void)state;
    char *there = note_of(2, "zeit.example", 1, NOW - 5);
    struct trial trial = {.notes = there};
    CHECK_OK(stamp(&trial), &trial.err);
    char *expected = joined(strdup(there), note_of(0, NAME, 1, NOW));
    assert_string_equal(trial.made, expected);
    free(trial.made);
    free(expected);
    free(there);
}

/* The first time counts, so a second one is of no use. */
static void a_key_speaks_once_of_a_signature(void **state)
{
    static const size_t more[] = {2, SIZE_MAX};
    const struct forge how = {.payload = PAYLOAD, .key = 1, .more_keys = more, .dsse = true};
    (void)state;
    char *there = note_of(0, "an.other/name", 1, NOW - 5);
    struct trial trial = {.notes = there};
    CHECK_CODE(stamp(&trial), SIGNET_E_FORBIDDEN);
    assert_null(trial.made);
    trial = (struct trial){.notes = there, .how = &how, .keys = {1, 2}};
    CHECK_OK(stamp(&trial), &trial.err);
    char *expected = joined(strdup(there), note_of(0, NAME, 2, NOW));
    assert_string_equal(trial.made, expected);
    free(trial.made);
    free(expected);
    there[strlen(there) - 6] ^= 1; /* in its signature: it says nothing */
    trial = (struct trial){.notes = there};
    CHECK_OK(stamp(&trial), &trial.err);
    free(trial.made);
    free(there);
}

static void what_nobody_given_signed_gets_none(void **state)
{
    const struct forge named = {.payload = PAYLOAD, .key = 2, .dsse = true, .keyid = NAME};
    const struct forge unnamed = {.payload = PAYLOAD, .key = 2, .dsse = true};
    struct trial trial = {.how = &unnamed};
    (void)state;
    CHECK_CODE(stamp(&trial), SIGNET_E_BAD_SIGNATURE);
    trial.how = &named;
    CHECK_CODE(stamp(&trial), SIGNET_E_UNTRUSTED);
    trial = (struct trial){.notes = "broken\n"};
    CHECK_CODE(stamp(&trial), SIGNET_E_MALFORMED);
    trial = (struct trial){.clock = -1};
    CHECK_CODE(stamp(&trial), SIGNET_E_USAGE);
    assert_null(trial.made);
}

static void nothing_wrong_appears(void **state)
{
    (void)state;
    char *there = note_of(2, "zeit.example", 1, NOW - 5);
    struct trial trial = {.notes = there, .spoil = SIGNATURE};
    CHECK_CODE(stamp(&trial), SIGNET_E_INTERNAL);
    assert_null(trial.made);
    size_t len = strlen(there);
    const size_t places[] = {0, 20, len - 10, len, len + 20, len + 70, len + 120, len + 170};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        trial = (struct trial){.notes = there, .spoil = WRITTEN, .spoil_at = places[i]};
        CHECK_CODE(stamp(&trial), SIGNET_E_INTERNAL);
        assert_null(trial.made);
    }
    free(there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_note_is_that_made_by_hand),
        cmocka_unit_test(every_signature_by_a_given_key_gets_one),
        cmocka_unit_test(notes_that_are_there_stay),
        cmocka_unit_test(a_key_speaks_once_of_a_signature),
        cmocka_unit_test(what_nobody_given_signed_gets_none),
        cmocka_unit_test(nothing_wrong_appears),
    };
    return CHECK_RUN(tests);
}

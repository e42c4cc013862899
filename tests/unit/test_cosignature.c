/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/cosignature: notes about the time of a signature. The notes were made with Python's
 * cryptography 38 from the keys of RFC 8032 section 7.1: key 0 signed the DSSE encoding of
 * {"a":1}, keys 1 and 2 cosigned.
 */
#include "check.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "envelope/cosignature.h"
#include "envelope/signers.h"
#include "forge.h"
#include "forge_root.h"

#define TEXT                                                                                       \
    "signet-time/1\n"                                                                              \
    "Lpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlU=\n"
#define LINE1                                                                                      \
    "\xE2\x80\x94 time.example.com/t1 "                                                            \
    "YEg0BQAAAABq5oEAdiUSNzZO3VorwBLvg+rbfXT70114i0W/"                                             \
    "r1DvrlrWk7emev33APgY9EutwySEhJjUqpn1/15fwkqN5QUZi0u8CA==\n"
#define LINE2                                                                                      \
    "\xE2\x80\x94 zeit.example/\xC3\xBC "                                                          \
    "yzCWOwAAAABq5o8Q3OobK+6iZbXnDAH9FZu8mW1Omu7aeXcQjtjWkWgA0mnrHAuOM+"                           \
    "C20q0Zvzeh02wFQVdF857edvsYfWl9wxWVBA==\n"
#define NOTE TEXT "\n" LINE1 LINE2
#define SUBJECT "2e9cf4ef773702ef205c6f904daf0258583fb9193ea43030dae33b5363c74255"
#define DASH "\xE2\x80\x94 "

enum {
    TIME1 = 1793491200, /* date -u -d 2026-11-01 +%s */
    TIME2 = TIME1 + 3600
};

static struct signet_cosignatures parse(const char *text)
{
    struct signet_cosignatures notes;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_cosignatures_parse(signet_span_str(text), &notes, &err), &err);
    return notes;
}

static void refused_bytes(struct signet_span text, int code)
{
    struct signet_cosignatures notes;
    CHECK_CODE(signet_cosignatures_parse(text, &notes, NULL), code);
    assert_null(notes.list);
    assert_int_equal(notes.count, 0);
}

static struct signet_trusted_key time_key(size_t number)
{
    struct signet_trusted_key key = forge_trusted(number);
    key.uses = SIGNET_USE_TIME;
    return key;
}

static size_t
find(const struct signet_cosignature *said, const struct signet_trusted_key *keys, size_t count)
{
    size_t found = 0;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_cosignature_find_key(said, keys, count, &found, &err), &err);
    return found;
}

static void a_note_is_read(void **state)
{
    char hex[SIGNET_DIGEST_HEX];
    (void)state;
    struct signet_cosignatures notes = parse(NOTE);
    assert_int_equal(notes.count, 2);
    assert_string_equal(signet_digest_hex(&notes.list[0].subject, hex), SUBJECT);
    assert_true(signet_digest_eq(&notes.list[0].subject, &notes.list[1].subject));
    CHECK_SPAN(notes.list[0].name, "time.example.com/t1");
    CHECK_SPAN(notes.list[1].name, "zeit.example/\xC3\xBC");
    CHECK_BYTES(notes.list[0].key_id, "\x60\x48\x34\x05", 4);
    assert_int_equal(notes.list[0].time, TIME1);
    assert_int_equal(notes.list[1].time, TIME2);
    signet_cosignatures_free(&notes);
    notes = parse(TEXT "\n" LINE1 NOTE);
    assert_int_equal(notes.count, 3);
    signet_cosignatures_free(&notes);
}

static void the_keys_that_made_it_are_found(void **state)
{
    (void)state;
    struct signet_trusted_key keys[] = {time_key(0), time_key(2), time_key(1)};
    struct signet_cosignatures notes = parse(NOTE);
    assert_int_equal(find(&notes.list[0], keys, 3), 2);
    assert_int_equal(find(&notes.list[1], keys, 3), 1);
    assert_true(find(&notes.list[0], keys, 2) == SIGNET_NO_KEY);
    assert_true(find(&notes.list[0], keys, 0) == SIGNET_NO_KEY);
    keys[2].uses = SIGNET_USE_BUNDLE | SIGNET_USE_DSSE;
    assert_true(find(&notes.list[0], keys, 3) == SIGNET_NO_KEY);
    signet_cosignatures_free(&notes);
}

/* Everything that a cosignature has is what makes it verify. */
static void what_is_changed_is_by_nobody(void **state)
{
    (void)state;
    const struct signet_trusted_key key = time_key(1);
    struct signet_cosignatures notes = parse(NOTE);
    struct signet_cosignature *said = &notes.list[0];
    assert_int_equal(find(said, &key, 1), 0);
    said->time++;
    assert_true(find(said, &key, 1) == SIGNET_NO_KEY);
    said->time--;
    said->subject.bytes[31] ^= 1;
    assert_true(find(said, &key, 1) == SIGNET_NO_KEY);
    said->subject.bytes[31] ^= 1;
    said->signature[0] ^= 1;
    assert_true(find(said, &key, 1) == SIGNET_NO_KEY);
    said->signature[0] ^= 1;
    said->key_id[3] ^= 1;
    assert_true(find(said, &key, 1) == SIGNET_NO_KEY);
    said->key_id[3] ^= 1;
    said->name.len--; /* which no signature is over: the key id is of another name then */
    assert_true(find(said, &key, 1) == SIGNET_NO_KEY);
    said->name.len++;
    assert_int_equal(find(said, &key, 1), 0);
    signet_cosignatures_free(&notes);
}

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    struct signet_buf out;
    struct signet_cosignatures notes = parse(NOTE);
    signet_buf_init(&out, SIZE_MAX);
    assert_int_equal(signet_cosignature_put_note(&notes.list[0], &out), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out), TEXT "\n" LINE1);
    signet_buf_reset(&out);
    assert_int_equal(signet_cosignature_put_text(&notes.list[0].subject, &out), SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out), TEXT);
    signet_buf_reset(&out);
    assert_int_equal(signet_cosignature_put_message(&notes.list[0].subject, TIME1, &out),
                     SIGNET_OK);
    CHECK_SPAN(signet_buf_span(&out), "cosignature/v1\ntime 1793491200\n" TEXT);
    signet_buf_free(&out);
    signet_cosignatures_free(&notes);
}

/* By Python's hashlib. */
static void a_signature_has_one_subject(void **state)
{
    static const uint8_t der_sig[] = "\x30\x06sig";
    char hex[SIGNET_DIGEST_HEX];
    uint8_t sig[SIGNET_ED25519_SIGNATURE];
    struct signet_digest bytes;
    struct signet_digest subject;
    struct signet_err err;
    (void)state;
    const struct signet_trusted_key key = forge_trusted(0);
    signet_err_clear(&err);
    forge_sign(0, "application/vnd.in-toto+json", "{\"a\":1}", false, sig);
    CHECK_OK(signet_digest_of(SIGNET_DIGEST_SHA256,
                              signet_span_str("DSSEv1 28 application/vnd.in-toto+json 7 {\"a\":1}"),
                              &bytes, &err),
             &err);
    CHECK_OK(signet_cosignature_subject(&key.key, &bytes, signet_span_of(sig, sizeof(sig)),
                                        &subject, &err),
             &err);
    assert_string_equal(signet_digest_hex(&subject, hex), SUBJECT);
    struct signet_pubkey p256;
    CHECK_OK(signet_pubkey_read(signet_span_str("-----BEGIN PUBLIC KEY-----\n" PUBLIC3
                                                "\n-----END PUBLIC KEY-----\n"),
                                &p256, &err),
             &err);
    CHECK_OK(signet_digest_of(SIGNET_DIGEST_SHA256, signet_span_str("abc"), &bytes, &err), &err);
    CHECK_OK(signet_cosignature_subject(&p256, &bytes, signet_span_of(der_sig, sizeof(der_sig) - 1),
                                        &subject, &err),
             &err);
    assert_string_equal(signet_digest_hex(&subject, hex),
                        "d9f6a4465544754304c40b60fad6bc1fd56cace6c4123c034511acfc58ad5dd8");
    bytes.alg = SIGNET_DIGEST_BLAKE2B_256;
    CHECK_CODE(signet_cosignature_subject(&p256, &bytes, signet_span_str("s"), &subject, NULL),
               SIGNET_E_INTERNAL);
    uint8_t key_id[SIGNET_COSIGNATURE_KEY_ID];
    CHECK_CODE(signet_cosignature_key_id(signet_span_str("n"), &p256, key_id, NULL),
               SIGNET_E_INTERNAL);
}

/* 76, 4, 5 and 100 bytes of zero; the first as a cosignature of 1970. */
#define B76                                                                                        \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
    "AA"                                                                                           \
    "AAAAAAAA=="
#define B68                                                                                        \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void lines_of_other_kinds_are_skipped(void **state)
{
    (void)state;
    struct signet_cosignatures notes =
        parse(TEXT "\n" DASH "a " B68 "\n" DASH "a AAAAAAA=\n" LINE1);
    assert_int_equal(notes.count, 1);
    assert_int_equal(notes.list[0].time, TIME1);
    signet_cosignatures_free(&notes);
    notes = parse(TEXT "\n" DASH "a " B76 "\n");
    assert_int_equal(notes.count, 1);
    assert_int_equal(notes.list[0].time, 0);
    signet_cosignatures_free(&notes);
    notes = parse(TEXT "\n" DASH "a " B68 "\n");
    assert_int_equal(notes.count, 0);
    signet_cosignatures_free(&notes);
}

static void anything_else_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "signet-time/1",
        "signet-time/2\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlU=\n\n" LINE1,
        " signet-time/1\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlU=\n\n" LINE1,
        TEXT,
        TEXT "\n",
        TEXT LINE1,
        TEXT "\n\n" LINE1,
        TEXT "more\n\n" LINE1,
        TEXT "\n" LINE1 "\n",
        TEXT "\n" LINE1 "\n" NOTE,
        TEXT "\n" LINE1 "x",
        TEXT "\n" LINE1 LINE1 "signet-time/1\n",
        "signet-time/1\r\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlU=\n\n" LINE1,
        /* 31 and 33 bytes, unpadded, of the other alphabet, with trailing bits, with a space */
        "signet-time/1\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQg==\n\n" LINE1,
        "signet-time/1\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlVV\n\n" LINE1,
        "signet-time/1\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlU\n\n" LINE1,
        "signet-time/1\nLpz073c3Au8gXG-QTa8CWFg_uRk-pDAw2uM7U2PHQlU=\n\n" LINE1,
        "signet-time/1\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlV=\n\n" LINE1,
        "signet-time/1\nLpz073c3Au8gXG+QTa8CWFg/uRk+pDAw2uM7U2PHQlU= \n\n" LINE1,
        /* a hyphen, no name, no blob, a short one, two spaces, names that are none */
        TEXT "\n- a " B76 "\n",
        TEXT "\n" DASH " " B76 "\n",
        TEXT "\n" DASH "a\n",
        TEXT "\n" DASH "a \n",
        TEXT "\n" DASH "a AAAAAA==\n",
        TEXT "\n" DASH "a  " B76 "\n",
        TEXT "\n" DASH "a+b " B76 "\n",
        TEXT "\n" DASH "a\tb " B76 "\n",
        TEXT "\n" DASH "a\x7F"
             "b " B76 "\n",
        TEXT "\n" DASH "a\xC2\xA0"
             "b " B76 "\n",
        TEXT "\n" DASH "a\xE2\x80\x83"
             "b " B76 "\n",
        TEXT "\n" DASH "a\xC3 " B76 "\n",
        TEXT "\n" DASH "a " B76,
        TEXT "\n" DASH "a " B76 "\r\n",
        /* 2^63 seconds */
        TEXT "\n" DASH
             "a AAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
             "AAAAAAAAAAAAAAAAAAAAAAAA==\n",
    };
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(texts); i++) {
        refused_bytes(signet_span_str(texts[i]), SIGNET_E_MALFORMED);
    }
    refused_bytes(signet_span_of(NULL, 0), SIGNET_E_MALFORMED);
    refused_bytes(signet_span_of(TEXT "\n" DASH "a\0b " B76 "\n", sizeof(TEXT) + 116),
                  SIGNET_E_MALFORMED);
}

/* A text of so many notes with so many lines each, of a name of so many bytes. */
static void counted(size_t notes, size_t lines, size_t name, int code)
{
    struct signet_buf text;
    struct signet_cosignatures said;
    signet_buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < notes; i++) {
        signet_buf_puts(&text, TEXT "\n");
        for (size_t k = 0; k < lines; k++) {
            signet_buf_puts(&text, DASH);
            for (size_t n = 0; n < name; n++) {
                signet_buf_putc(&text, 'n');
            }
            signet_buf_puts(&text, " " B76 "\n");
        }
    }
    CHECK_CODE(signet_cosignatures_parse(signet_buf_span(&text), &said, NULL), code);
    assert_int_equal(said.count, code == SIGNET_OK ? notes * lines : 0);
    signet_cosignatures_free(&said);
    signet_buf_free(&text);
}

static void there_are_ceilings(void **state)
{
    (void)state;
    counted(SIGNET_COSIGNATURE_NOTES, SIGNET_COSIGNATURE_LINES, 1, SIGNET_OK);
    counted(SIGNET_COSIGNATURE_NOTES + 1, 1, 1, SIGNET_E_LIMIT);
    counted(1, SIGNET_COSIGNATURE_LINES + 1, 1, SIGNET_E_LIMIT);
    counted(1, 1, SIGNET_COSIGNATURE_NAME, SIGNET_OK);
    counted(1, 1, SIGNET_COSIGNATURE_NAME + 1, SIGNET_E_MALFORMED);
    counted(SIGNET_COSIGNATURE_NOTES, SIGNET_COSIGNATURE_LINES, 255, SIGNET_E_LIMIT); /* 1.5 MB */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_is_read),
        cmocka_unit_test(the_keys_that_made_it_are_found),
        cmocka_unit_test(what_is_changed_is_by_nobody),
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(a_signature_has_one_subject),
        cmocka_unit_test(lines_of_other_kinds_are_skipped),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(there_are_ceilings),
    };
    return CHECK_RUN(tests);
}

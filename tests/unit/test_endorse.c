/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/endorse.h>: policies and roots in DSSE files. Expected files are put together by forge.h,
 * with libsodium's signatures over the encoding; faults are planted where the key signs and where
 * the file is written.
 */
#include <signet/endorse.h>

#include <signet/text.h>
#include <unistd.h>

#include "forge_root.h"
#include "keys.h"
#include "scratch.h"

#define POLICY_TYPE "application/vnd.signet.policy+json"
#define ROOT_TYPE "application/vnd.signet.root+json"
#define TIMES "\"issued\":\"2026-01-01T00:00:00Z\",\"expires\":\"2027-01-01T00:00:00Z\""
#define POLICY                                                                                     \
    "{ \"schema\":\"signet-policy/1\",\n\t\"version\":1.0, \"name\":\"\\u00e9\"," TIMES            \
    ",\"rules\":[{\"id\":\"r\",\"actions\":[\"verify\"],\"match\":{\"kinds\":[\"file\"]},"         \
    "\"signed_by\":[{\"role\":\"a\",\"threshold\":1}]}]}\r\n"
#define ROLE "{\"keys\":[\"" ID0 "\"],\"threshold\":1}"
#define ROOT_OF(version, threshold)                                                                \
    "{\"schema\":\"signet-root/1\",\"version\":" version "," TIMES                                 \
    ",\"keys\":{" KEY_ENTRY(ID0, PUBLIC0, "") "},\"roles\":{\"policy\":" ROLE ","                  \
                                              "\"root\":{\"keys\":[\"" ID0                         \
                                              "\"],\"threshold\":" threshold "}}}"
#define ROOT ROOT_OF("1", "1")
#define OTHER_ROOT ROOT_OF("2", "1")

enum spoil {
    NOTHING = 0,
    SIGNATURE, /* the key makes one that does not verify */
    WRITTEN,   /* a byte at spoil_at of the file is another, from its end if that is negative */
    REPLACED,  /* another file is written */
};

static enum spoil spoil;
static long spoil_at;
static const char *spoil_file;

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
    if (spoil == REPLACED) {
        return __real_signet_output_write(out, signet_span_str(spoil_file), err);
    }
    if (spoil != WRITTEN) {
        return __real_signet_output_write(out, bytes, err);
    }
    size_t at = spoil_at < 0 ? bytes.len - (size_t)-spoil_at : (size_t)spoil_at;
    uint8_t *changed = malloc(bytes.len);
    assert_non_null(changed);
    assert_true(at < bytes.len);
    memcpy(changed, bytes.ptr, bytes.len);
    changed[at] = changed[at] == 'A' ? 'B' : changed[at] == ' ' ? '\n' : 'A';
    int rc = __real_signet_output_write(out, signet_span_of(changed, bytes.len), err);
    free(changed);
    return rc;
}

/* One signing by key 0; zero-initialised but for the text: of a root, to nothing. */
struct trial {
    const char *text;
    enum signet_endorse_kind kind; /* 0: root */
    bool append;
    const struct signet_limits *limits;
    bool filled; /* the output holds something */
    enum spoil spoil;
    long spoil_at;
    const char *spoil_file;
    struct signet_err err;
    int committed;
    char *made; /* NULL if nothing appeared */
};

static int state_text(struct trial *trial, struct signet_endorsing **endorsing)
{
    struct signet_buf text;
    const struct signet_endorse_opts opts = {
        .size = sizeof(opts),
        .kind = trial->kind != 0 ? trial->kind : SIGNET_ENDORSE_ROOT,
        .append = trial->append,
        .path = "root.json",
        .limits = trial->limits,
    };
    signet_err_clear(&trial->err);
    signet_buf_init(&text, SIZE_MAX);
    assert_int_equal(signet_buf_puts(&text, trial->text), SIGNET_OK);
    int rc = signet_endorsing_new(&text, &opts, endorsing, &trial->err);
    assert_null(text.data);
    assert_int_equal(*endorsing != NULL, rc == SIGNET_OK);
    return rc;
}

static int finish(struct trial *trial, struct signet_endorsing *endorsing, const char *path)
{
    struct signet_buf made;
    struct signet_output *out = NULL;
    struct signet_verification *verification = NULL;
    struct signet_seckey *key = example_key();
    struct signet_err commit_err;
    signet_err_clear(&commit_err);
    CHECK_OK(signet_output_open(path, 0644, false, &out, &trial->err), &trial->err);
    spoil = NOTHING;
    if (trial->filled) {
        CHECK_OK(signet_output_write(out, signet_span_str("x"), &trial->err), &trial->err);
    }
    spoil = trial->spoil;
    spoil_at = trial->spoil_at;
    spoil_file = trial->spoil_file;
    int rc = signet_endorsing_finish(endorsing, key, "s", out, &verification, &trial->err);
    spoil = NOTHING;
    assert_int_equal(verification != NULL, rc == SIGNET_OK);
    if (rc == SIGNET_OK) {
        CHECK_CODE(signet_verification_code(verification), SIGNET_OK);
        assert_null(signet_verification_verified(verification));
    }
    signet_verification_free(verification);
    trial->committed = signet_output_commit(out, &commit_err);
    assert_int_equal(access(path, F_OK) == 0, trial->committed == SIGNET_OK);
    if (trial->committed == SIGNET_OK) {
        CHECK_OK(signet_io_read(path, 1 << 20, &made, &trial->err), &trial->err);
        trial->made = strndup((const char *)made.data, made.len);
        signet_buf_free(&made);
    }
    signet_output_free(out);
    signet_seckey_free(key);
    return rc;
}

static int endorse(struct trial *trial)
{
    char path[512];
    struct scratch scratch;
    struct signet_endorsing *endorsing = NULL;
    trial->made = NULL;
    trial->committed = SIGNET_E_UNVERIFIED;
    int rc = state_text(trial, &endorsing);
    if (rc == SIGNET_OK) {
        scratch_open(&scratch);
        rc = finish(trial, endorsing, scratch_path(&scratch, "made", path));
        scratch_close(&scratch);
    }
    signet_endorsing_free(endorsing);
    return rc;
}

/* OpenSSH's fingerprint of a key, of its wire form (RFC 8709 section 4). */
static const char *fingerprint(size_t number, char out[64])
{
    uint8_t wire[4 + 11 + 4 + 32] = {0,   0,   0,   11,  's', 's', 'h', '-', 'e', 'd',
                                     '2', '5', '5', '1', '9', 0,   0,   0,   32};
    uint8_t digest[crypto_hash_sha256_BYTES];
    struct forge_key key = forge_key(number);
    memcpy(wire + 19, key.public_half, 32);
    crypto_hash_sha256(digest, wire, sizeof(wire));
    memcpy(out, "SHA256:", 7);
    assert_non_null(sodium_bin2base64(out + 7, 57, digest, sizeof(digest),
                                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING));
    return out;
}

/* A DSSE file by one key, ended. */
static char *forge_file(const struct forge *how)
{
    struct signet_buf text = forge(how);
    char *out = strndup((const char *)text.data, text.len);
    assert_non_null(out);
    signet_buf_free(&text);
    return out;
}

/* The object of one signature. */
static char *forge_object(const char *type, const char *payload, size_t number)
{
    char name[64];
    struct signet_buf out;
    const struct forge how = {.payload = payload, .type = type, .keyid = fingerprint(number, name)};
    signet_buf_init(&out, 1024);
    forge_put_signature(&out, &how, number);
    char *text = strndup((const char *)out.data, out.len);
    assert_non_null(text);
    signet_buf_free(&out);
    return text;
}

static void the_file_is_that_made_by_hand(void **state)
{
    static const struct {
        enum signet_endorse_kind kind;
        const char *type;
        const char *text;
    } rows[] = {{SIGNET_ENDORSE_POLICY, POLICY_TYPE, POLICY},
                {SIGNET_ENDORSE_ROOT, ROOT_TYPE, ROOT}};
    char name[64];
    (void)state;
    /* Published: the fingerprint of RFC 8032's first key is 51 characters less one. */
    assert_int_equal(strlen(fingerprint(0, name)), 50);
    for (size_t i = 0; i < 2; i++) {
        const struct forge how = {
            .payload = rows[i].text, .type = rows[i].type, .keyid = name, .dsse = true};
        struct trial trial = {.text = rows[i].text, .kind = rows[i].kind};
        char *expected = forge_file(&how);
        CHECK_OK(endorse(&trial), &trial.err);
        assert_string_equal(trial.made, expected);
        free(trial.made);
        free(expected);
    }
}

/* Every byte that was there stays, however it is spelled. */
static void a_signature_is_added_behind_the_last(void **state)
{
    static const size_t more[] = {2, SIZE_MAX};
    const struct forge how = {
        .payload = ROOT, .type = ROOT_TYPE, .key = 1, .more_keys = more, .dsse = true};
    char *two = forge_file(&how);
    char *object = forge_object(ROOT_TYPE, ROOT, 0);
    char *other = forge_object(ROOT_TYPE, ROOT, 1);
    char *padding = forge_replace(other, "==\"", "\"");
    char *body = strndup(two, (size_t)(strstr(two, ",\"signatures\"") - two));
    struct {
        const char *head;
        const char *list;
        const char *tail;
    } rows[] = {{body, ",\"signatures\":[", "]}"},
                {body, ",\n  \"signatures\" : [\n    ", "\n  ]\n}\n"},
                {"{\"signatures\":\t[", NULL, NULL}};
    char last[2048];
    (void)state;
    assert_true(snprintf(last, sizeof(last), "],%s}", body + 1) < (int)sizeof(last));
    rows[2].list = "";
    rows[2].tail = last;
    for (size_t i = 0; i < 6; i++) {
        size_t row = i % 3;
        char text[4096];
        char expected[4096];
        const char *there = i < 3 ? other : padding;
        assert_true(snprintf(text, sizeof(text), "%s%s%s%s", rows[row].head, rows[row].list, there,
                             rows[row].tail) < (int)sizeof(text));
        assert_true(snprintf(expected, sizeof(expected), "%s%s%s,%s%s", rows[row].head,
                             rows[row].list, there, object,
                             rows[row].tail) < (int)sizeof(expected));
        struct trial trial = {.text = text, .append = true};
        CHECK_OK(endorse(&trial), &trial.err);
        assert_string_equal(trial.made, expected);
        free(trial.made);
    }
    struct trial trial = {.text = two, .append = true};
    CHECK_OK(endorse(&trial), &trial.err);
    assert_int_equal(strlen(trial.made), strlen(two) + 1 + strlen(object));
    assert_memory_equal(trial.made, two, strlen(two) - 2);
    free(trial.made);
    free(body);
    free(padding);
    free(other);
    free(object);
    free(two);
}

static void only_documents_of_the_kind_are_signed(void **state)
{
    static const struct {
        const char *text;
        enum signet_endorse_kind kind;
        int code;
        const char *message;
    } rows[] = {
        {ROOT, SIGNET_ENDORSE_ROOT, SIGNET_OK, NULL},
        {POLICY, SIGNET_ENDORSE_POLICY, SIGNET_OK, NULL},
        {POLICY, SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED,
         "no root: \"schema\": expected \"signet-root/1\", found \"signet-policy/1\""},
        {ROOT, SIGNET_ENDORSE_POLICY, SIGNET_E_MALFORMED,
         "no policy: \"schema\": expected \"signet-policy/1\", found \"signet-root/1\""},
        {"{\"schema\":\"signet-root/2\"}", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED,
         "expected \"signet-root/1\", found \"signet-root/2\""},
        {"{\"schema\":\"signet-root/1\\n\"}", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED,
         "found \"signet-root/1\\x0a\""},
        {"{\"Schema\":\"signet-root/1\"}", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED,
         "found no such member"},
        {"{\"schema\":[\"signet-root/1\"]}", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED,
         "found a \"schema\" that is no string"},
        {ROOT_OF("0", "1"), SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "no root: /version: expected"},
        {ROOT_OF("1", "2"), SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED,
         "no root: /roles/root/threshold: expected"},
        {"{\"schema\":\"signet-policy/1\"}", SIGNET_ENDORSE_POLICY, SIGNET_E_MALFORMED,
         "no policy: /"},
        {"[\"signet-root/1\"]", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "found no object"},
        {"{\"payloadType\":1}", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "found a signature file"},
        {"", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "no root: "},
        {"schema: signet-root/1", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "no root: "},
        {ROOT "x", SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "no root: "},
        {ROOT ROOT, SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "no root: "},
        {"\xef\xbb\xbf" ROOT, SIGNET_ENDORSE_ROOT, SIGNET_E_MALFORMED, "no root: "},
        {"{\"schema\":\"signet-root/1\",\"\\u0073chema\":1}", SIGNET_ENDORSE_ROOT,
         SIGNET_E_MALFORMED, "no root: "},
        {"{\"schema\":\"signet-root/1\",\"a\":9007199254740993}", SIGNET_ENDORSE_ROOT,
         SIGNET_E_MALFORMED, "no root: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_endorsing *endorsing = NULL;
        struct trial trial = {.text = rows[i].text, .kind = rows[i].kind};
        CHECK_CODE(state_text(&trial, &endorsing), rows[i].code);
        if (rows[i].code == SIGNET_OK) {
            CHECK_SPAN(signet_endorsing_payload(endorsing), rows[i].text);
            assert_int_equal(signet_endorsing_others(endorsing), 0);
        } else {
            assert_non_null(strstr(trial.err.msg, rows[i].message));
        }
        signet_endorsing_free(endorsing);
    }
}

/* The same of what a signature is added to, and of the file around it. */
static void only_files_of_the_kind_are_added_to(void **state)
{
    static const struct {
        const char *payload;
        const char *type;
        bool bundle;
        int code;
        const char *message;
    } rows[] = {
        {ROOT, ROOT_TYPE, false, SIGNET_OK, NULL},
        {ROOT, POLICY_TYPE, false, SIGNET_E_UNSUPPORTED,
         "payload type: expected \"" ROOT_TYPE "\", found \"" POLICY_TYPE "\""},
        {ROOT, NULL, false, SIGNET_E_UNSUPPORTED, "found \"application/vnd.in-toto+json\""},
        {ROOT, ROOT_TYPE, true, SIGNET_E_UNSUPPORTED, "expected a DSSE file, found"},
        {"{\"schema\":\"signet-policy/1\"}", ROOT_TYPE, false, SIGNET_E_MALFORMED,
         "payload: no root: \"schema\": expected"},
        {ROOT_OF("1", "2"), ROOT_TYPE, false, SIGNET_E_MALFORMED,
         "payload: no root: /roles/root/threshold: expected"},
        {"root", ROOT_TYPE, false, SIGNET_E_MALFORMED, "payload: no root: "},
        {ROOT "x", ROOT_TYPE, false, SIGNET_E_MALFORMED, "payload: no root: "},
        {"", ROOT_TYPE, false, SIGNET_E_MALFORMED, "payload: no root: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct signet_endorsing *endorsing = NULL;
        const struct forge how = {
            .payload = rows[i].payload, .type = rows[i].type, .dsse = !rows[i].bundle, .key = 1};
        char *text = forge_file(&how);
        struct trial trial = {.text = text, .append = true};
        CHECK_CODE(state_text(&trial, &endorsing), rows[i].code);
        if (rows[i].code == SIGNET_OK) {
            CHECK_SPAN(signet_endorsing_payload(endorsing), ROOT);
            assert_int_equal(signet_endorsing_others(endorsing), 1);
        } else {
            assert_non_null(strstr(trial.err.msg, rows[i].message));
        }
        signet_endorsing_free(endorsing);
        free(text);
    }
    struct signet_endorsing *endorsing = NULL;
    struct trial trial = {.text = ROOT, .append = true};
    CHECK_CODE(state_text(&trial, &endorsing), SIGNET_E_UNSUPPORTED);
}

/* By its name, by another, or by none. */
static void a_key_signs_once(void **state)
{
    char own[64];
    char strange[64];
    static const size_t more[] = {0, SIZE_MAX};
    const struct {
        size_t key;
        const char *keyid;
        const size_t *more_keys;
        int code;
    } rows[] = {
        {1, fingerprint(1, strange), NULL, SIGNET_OK},
        {1, NULL, NULL, SIGNET_OK},
        {1, "alice", NULL, SIGNET_OK},
        {0, fingerprint(0, own), NULL, SIGNET_E_FORBIDDEN},
        {0, NULL, NULL, SIGNET_E_FORBIDDEN},
        {0, "alice", NULL, SIGNET_E_FORBIDDEN},
        {1, NULL, more, SIGNET_E_FORBIDDEN},
        {1, own, NULL, SIGNET_E_BAD_SIGNATURE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct forge how = {.payload = ROOT,
                                  .type = ROOT_TYPE,
                                  .dsse = true,
                                  .key = rows[i].key,
                                  .keyid = rows[i].keyid,
                                  .more_keys = rows[i].more_keys};
        char *text = forge_file(&how);
        struct trial trial = {.text = text, .append = true};
        CHECK_CODE(endorse(&trial), rows[i].code);
        CHECK_CODE(trial.committed, rows[i].code == SIGNET_OK ? SIGNET_OK : SIGNET_E_UNVERIFIED);
        if (rows[i].code != SIGNET_OK) {
            assert_non_null(strstr(trial.err.msg, own));
        }
        free(trial.made);
        free(text);
    }
}

static void limits_hold(void **state)
{
    static const size_t more[] = {2, SIZE_MAX};
    const struct forge how = {
        .payload = ROOT, .type = ROOT_TYPE, .dsse = true, .key = 1, .more_keys = more};
    char *two = forge_file(&how);
    struct signet_limits limits = signet_limits_default();
    (void)state;
    struct trial trial = {.text = two, .append = true, .limits = &limits};
    limits.signatures = 3;
    CHECK_OK(endorse(&trial), &trial.err);
    size_t len = strlen(trial.made);
    free(trial.made);
    limits.signatures = 2;
    CHECK_CODE(endorse(&trial), SIGNET_E_LIMIT);
    assert_non_null(strstr(trial.err.msg, "2 signatures are there, and one more would exceed"));
    limits.signatures = 3;
    /* of the file that is made, and of the one that was */
    limits.envelope = len;
    CHECK_OK(endorse(&trial), &trial.err);
    free(trial.made);
    limits.envelope = len - 1;
    CHECK_CODE(endorse(&trial), SIGNET_E_LIMIT);
    assert_non_null(strstr(trial.err.msg, "would have"));
    CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
    limits.envelope = strlen(two) - 1;
    CHECK_CODE(endorse(&trial), SIGNET_E_LIMIT);
    assert_non_null(strstr(trial.err.msg, "signature file of"));
    free(two);
    /* of the document */
    struct trial plain = {.text = ROOT, .limits = &limits};
    limits.envelope = strlen(ROOT) - 1;
    CHECK_CODE(endorse(&plain), SIGNET_E_LIMIT);
    limits.envelope = strlen(ROOT);
    CHECK_CODE(endorse(&plain), SIGNET_E_LIMIT);
    assert_non_null(strstr(plain.err.msg, "would have"));
}

static void check_spoilt(struct trial *trial, const char *message)
{
    enum spoil wrong = trial->spoil;
    CHECK_CODE(endorse(trial), SIGNET_E_INTERNAL);
    CHECK_CODE(trial->committed, SIGNET_E_UNVERIFIED);
    assert_non_null(strstr(trial->err.msg, "what was signed does not verify: "));
    assert_non_null(strstr(trial->err.msg, message));
    trial->spoil = NOTHING;
    CHECK_OK(endorse(trial), &trial->err);
    CHECK_CODE(trial->committed, SIGNET_OK);
    free(trial->made);
    trial->spoil = wrong;
}

static void only_what_verified_appears(void **state)
{
    static const size_t own_too[] = {0, SIZE_MAX};
    static const size_t others_too[] = {0, 2, SIZE_MAX};
    char name[64];
    fingerprint(0, name);
    const struct forge theirs = {.payload = ROOT, .type = ROOT_TYPE, .dsse = true, .key = 1};
    char *text = forge_file(&theirs);
    (void)state;
    /* what the key makes */
    check_spoilt(&(struct trial){.text = ROOT, .spoil = SIGNATURE}, "bad signature");
    check_spoilt(&(struct trial){.text = text, .append = true, .spoil = SIGNATURE},
                 "bad signature");
    /* what is written: another payload or type, one signature too many, another key's */
    const struct forge wrong[] = {
        {.payload = OTHER_ROOT, .type = ROOT_TYPE, .keyid = name, .dsse = true},
        {.payload = ROOT, .type = POLICY_TYPE, .keyid = name, .dsse = true},
        {.payload = ROOT, .type = ROOT_TYPE, .more_keys = others_too, .dsse = true},
        {.payload = ROOT, .type = ROOT_TYPE, .key = 1, .dsse = true},
        {.payload = ROOT, .type = ROOT_TYPE, .keyid = name},
    };
    static const char *const messages[] = {
        "expected the payload that was read, found another", "payload type: expected",
        "expected 1 signatures, found 3", "bad signature", "expected a DSSE file"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char *file = forge_file(&wrong[i]);
        check_spoilt(&(struct trial){.text = ROOT, .spoil = REPLACED, .spoil_file = file},
                     messages[i]);
        free(file);
    }
    /* a signature less, and another's that is another one now */
    const struct forge alone = {.payload = ROOT, .type = ROOT_TYPE, .dsse = true};
    const struct forge both = {
        .payload = ROOT, .type = ROOT_TYPE, .key = 2, .more_keys = own_too, .dsse = true};
    const struct forge *const lost[] = {&alone, &both};
    for (size_t i = 0; i < 2; i++) {
        char *file = forge_file(lost[i]);
        check_spoilt(
            &(struct trial){.text = text, .append = true, .spoil = REPLACED, .spoil_file = file},
            "expected every byte that was there");
        free(file);
    }
    free(text);
}

/* A byte of what another signed before, before and behind the new signature. */
static void what_was_there_stays(void **state)
{
    const struct forge theirs = {.payload = ROOT, .type = ROOT_TYPE, .dsse = true, .key = 1};
    char *compact = forge_file(&theirs);
    char *text = forge_replace(compact, "]}", " ]}");
    long sig = strstr(text, "\"sig\":\"") - text + 20;
    (void)state;
    check_spoilt(&(struct trial){.text = text, .append = true, .spoil = WRITTEN, .spoil_at = sig},
                 "expected every byte that was there");
    check_spoilt(&(struct trial){.text = text, .append = true, .spoil = WRITTEN, .spoil_at = -3},
                 "expected every byte that was there");
    free(text);
    free(compact);
}

static void into_nothing_and_of_this_version(void **state)
{
    static const struct signet_endorse_opts wrong[] = {
        {.size = 1, .kind = SIGNET_ENDORSE_ROOT},
        {.size = sizeof(struct signet_endorse_opts)},
        {.size = sizeof(struct signet_endorse_opts), .kind = SIGNET_ENDORSE_ROOT + 1},
    };
    struct trial trial = {.text = ROOT, .filled = true};
    (void)state;
    assert_int_not_equal(endorse(&trial), SIGNET_OK);
    CHECK_CODE(trial.committed, SIGNET_E_UNVERIFIED);
    trial.filled = false;
    CHECK_OK(endorse(&trial), &trial.err);
    free(trial.made);
    for (size_t i = 0; i < 3; i++) {
        struct signet_buf text;
        struct signet_endorsing *endorsing = NULL;
        signet_buf_init(&text, 100);
        signet_buf_puts(&text, ROOT);
        CHECK_CODE(signet_endorsing_new(&text, &wrong[i], &endorsing, NULL), SIGNET_E_USAGE);
        assert_null(endorsing);
        assert_null(text.data);
    }
    assert_int_equal(signet_endorse_kind("policy"), SIGNET_ENDORSE_POLICY);
    assert_int_equal(signet_endorse_kind("root"), SIGNET_ENDORSE_ROOT);
    assert_int_equal(signet_endorse_kind("roots"), 0);
    assert_int_equal(signet_endorse_kind(""), 0);
    signet_endorsing_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_that_made_by_hand),
        cmocka_unit_test(a_signature_is_added_behind_the_last),
        cmocka_unit_test(only_documents_of_the_kind_are_signed),
        cmocka_unit_test(only_files_of_the_kind_are_added_to),
        cmocka_unit_test(a_key_signs_once),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(only_what_verified_appears),
        cmocka_unit_test(what_was_there_stays),
        cmocka_unit_test(into_nothing_and_of_this_version),
    };
    return CHECK_RUN(tests);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/: what containers are read, what is refused and by which text. The bundle is the
 * published Ed25519 example of an OMS statement (seed of RFC 8032 test 1), accepted by
 * @sigstore/verify 3.1.1; the pre-authentication encoding is the vector of DSSE v1.0.2 protocol.md.
 */
#include "check.h"

#include "envelope/dsse.h"
#include "forge.h"

static const char payload_base64[] = "eyJhIjoxfQ==";

static const char good_bundle[] =
    "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":"
    "{\"publicKey\":{\"hint\":\"h\"},\"tlogEntries\":[]},\"dsseEnvelope\":{\"payload\":"
    "\"eyJhIjoxfQ==\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":"
    "[{\"sig\":\"AAEC\",\"keyid\":\"k\"}]}}";

static const char good_dsse[] =
    "{\"payload\":\"eyJhIjoxfQ==\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":"
    "[{\"sig\":\"AAEC\",\"keyid\":\"k\"},{\"sig\":\"AwQ\",\"keyid\":null},{\"sig\":\"BQ==\"}]}";

static int parse_within(const char *text,
                        uint64_t max,
                        const struct signet_limits *limits,
                        struct signet_envelope *env,
                        struct signet_err *err)
{
    struct signet_buf bytes;
    signet_buf_init(&bytes, strlen(text));
    assert_int_equal(signet_buf_puts(&bytes, text), SIGNET_OK);
    signet_err_clear(err);
    int rc = signet_envelope_parse(&bytes, max, limits, env, err);
    assert_null(bytes.data); /* taken over, whatever the result */
    return rc;
}

static int parse(const char *text, struct signet_envelope *env, struct signet_err *err)
{
    const struct signet_limits limits = signet_limits_default();
    return parse_within(text, limits.envelope, &limits, env, err);
}

static void pae_is_the_published_one(void **state)
{
    (void)state;
    struct signet_buf out;
    signet_buf_init(&out, 200);
    signet_dsse_head(signet_span_str("http://example.com/HelloWorld"), strlen("hello world"), &out);
    signet_buf_puts(&out, "hello world");
    CHECK_SPAN(signet_buf_span(&out), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    signet_buf_reset(&out);
    signet_dsse_head(signet_span_str(""), 0, &out);
    CHECK_SPAN(signet_buf_span(&out), "DSSEv1 0  0 ");
    /* a length of 20 digits still fits the room that is left for it */
    signet_buf_reset(&out);
    signet_dsse_head(signet_span_str(SIGNET_PAYLOAD_TYPE_INTOTO), SIZE_MAX, &out);
    assert_in_range(out.len, 60, SIGNET_DSSE_ROOM);
    signet_buf_free(&out);
}

#define LONG_TYPE                                                                                  \
    "a type that is longer than what stands before the payload, and longer than the payload too"

/* What is signed is one run of bytes, wherever the payload stands in the file and however long its
 * type is. Expected are the bytes that DSSE v1.0.2 protocol.md defines. */
static void the_message_is_complete_wherever_the_payload_stands(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"payload\":\"eyJhIjoxfQ==\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"\"}]}",
        "{\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"\"}],\"payload\":\"eyJhIjoxfQ==\"}",
        "{\"payloadType\":\"t\",\"payload\":\"eyJhIjoxfQ\",\"signatures\":[{\"sig\":\"\"}]}",
    };
    char expected[200];
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct signet_envelope env;
        struct signet_err err;
        CHECK_OK(parse(texts[i], &env, &err), &err);
        CHECK_SPAN(env.message, "DSSEv1 1 t 7 {\"a\":1}");
        CHECK_SPAN(env.payload, "{\"a\":1}");
        signet_envelope_free(&env);

        char *longer = forge_replace(texts[i], "\"t\"", "\"" LONG_TYPE "\"");
        assert_in_range(snprintf(expected, sizeof(expected), "DSSEv1 %zu %s 7 {\"a\":1}",
                                 strlen(LONG_TYPE), LONG_TYPE),
                        1, 199);
        CHECK_OK(parse(longer, &env, &err), &err);
        CHECK_SPAN(env.message, expected);
        CHECK_SPAN(env.payload, "{\"a\":1}");
        signet_envelope_free(&env);
        free(longer);
    }
}

static void an_empty_payload_is_a_payload(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    CHECK_OK(parse("{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[{\"sig\":\"\"}]}", &env,
                   &err),
             &err);
    CHECK_SPAN(env.message, "DSSEv1 0  0 ");
    assert_int_equal(env.payload.len, 0);
    signet_envelope_free(&env);
}

static void bundle_is_read(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    CHECK_OK(parse(good_bundle, &env, &err), &err);
    assert_string_equal(env.format->name, "bundle");
    assert_int_equal(env.format->use, SIGNET_USE_BUNDLE);
    assert_string_equal(env.hint, "h");
    assert_string_equal(env.payload_type, "application/vnd.in-toto+json");
    CHECK_SPAN(env.payload, "{\"a\":1}");
    assert_int_equal(env.file_size, strlen(good_bundle));
    assert_int_equal(env.signature_count, 1);
    assert_string_equal(env.signatures[0].keyid, "k");
    assert_int_equal(env.signatures[0].sig.len, 3);
    CHECK_BYTES(env.signatures[0].sig.ptr, "\0\1\2", 3);
    assert_false(env.unchecked_log_entries);
    signet_envelope_free(&env);
}

static void dsse_is_read_with_every_kind_of_keyid(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    CHECK_OK(parse(good_dsse, &env, &err), &err);
    assert_string_equal(env.format->name, "dsse");
    assert_int_equal(env.format->use, SIGNET_USE_DSSE);
    assert_int_equal(env.signature_count, 3);
    assert_string_equal(env.signatures[0].keyid, "k");
    assert_string_equal(env.signatures[1].keyid, "");
    assert_string_equal(env.signatures[2].keyid, "");
    assert_int_equal(env.signatures[1].sig.len, 2);
    assert_int_equal(env.signatures[2].sig.len, 1);
    signet_envelope_free(&env);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const texts[] = {good_bundle, good_dsse};
    for (size_t i = 0; i < 2; i++) {
        struct signet_envelope env;
        struct signet_envelope again;
        struct signet_err err;
        struct signet_buf out;
        signet_buf_init(&out, 4096);
        CHECK_OK(parse(texts[i], &env, &err), &err);
        CHECK_OK(env.format->write(&env, signet_sink_to_buf(&out), &err), &err);
        assert_int_equal(signet_buf_putc(&out, '\0'), SIGNET_OK);
        CHECK_OK(parse((const char *)out.data, &again, &err), &err);
        assert_ptr_equal(again.format, env.format);
        assert_true(signet_span_eq(again.payload, env.payload));
        assert_int_equal(again.signature_count, env.signature_count);
        assert_string_equal(again.signatures[0].keyid, env.signatures[0].keyid);
        if (i == 0) {
            CHECK_SPAN(signet_span_of(out.data, out.len - 1), good_bundle);
        }
        signet_envelope_free(&env);
        signet_envelope_free(&again);
        signet_buf_free(&out);
    }
}

struct replacement {
    const char *from;
    const char *to;
    int code;         /* SIGNET_OK: still read */
    const char *text; /* part of the message */
};

static void check_replacements(const char *text, const struct replacement *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct signet_envelope env;
        struct signet_err err;
        char *changed = forge_replace(text, rows[i].from, rows[i].to);
        int rc = parse(changed, &env, &err);
        if (rc != rows[i].code) {
            fail_msg("%s -> %s: expected %s, got %s: %s", rows[i].from, rows[i].to,
                     signet_err_name(rows[i].code), signet_err_name(rc), err.msg);
        }
        if (rc != SIGNET_OK && strstr(err.msg, rows[i].text) == NULL) {
            fail_msg("%s -> %s: expected \"%s\" in: %s", rows[i].from, rows[i].to, rows[i].text,
                     err.msg);
        }
        signet_envelope_free(&env);
        free(changed);
    }
}

#define MEDIA "application/vnd.dev.sigstore.bundle.v0.3+json"

static void bundle_members_are_closed_and_typed(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {"{\"mediaType\"", "{\"x\":1,\"mediaType\"", SIGNET_E_MALFORMED, "\"x\""},
        {"{\"publicKey\"", "{\"x\":1,\"publicKey\"", SIGNET_E_MALFORMED, "\"x\""},
        {"{\"hint\":\"h\"}", "{\"hint\":\"h\",\"x\":1}", SIGNET_E_MALFORMED, "\"x\""},
        {"{\"payload\"", "{\"x\":1,\"payload\"", SIGNET_E_MALFORMED, "\"x\""},
        {"{\"sig\"", "{\"x\":1,\"sig\"", SIGNET_E_MALFORMED, "\"x\""},
        {"{\"mediaType\"", "{\"mediaType\":\"" MEDIA "\",\"mediaType\"", SIGNET_E_MALFORMED,
         "once"},
        {"{\"payload\"", "{\"payload\":\"\",\"payload\"", SIGNET_E_MALFORMED, "once"},
        {"{\"payload\"", "{\"p\\u0061yload\":\"\",\"payload\"", SIGNET_E_MALFORMED, "once"},
        {"{\"sig\"", "{\"sig\":\"\",\"sig\"", SIGNET_E_MALFORMED, "once"},
        {"{\"hint\":\"h\"}", "{\"hint\":7}", SIGNET_E_MALFORMED, "hint"},
        {"{\"hint\":\"h\"}", "[]", SIGNET_E_MALFORMED, "publicKey"},
        {"{\"hint\":\"h\"}", "{}", SIGNET_OK, NULL},
        {"\"tlogEntries\":[]", "\"tlogEntries\":{}", SIGNET_E_MALFORMED, "tlogEntries"},
        {"\"tlogEntries\":[]", "\"tlogEntries\":[7]", SIGNET_E_MALFORMED, "tlogEntries"},
        {"\"tlogEntries\":[]", "\"tlogEntries\":[{\"x\":1}]", SIGNET_E_MALFORMED, "\"x\""},
        {",\"tlogEntries\":[]", "", SIGNET_OK, NULL},
        {"\"keyid\":\"k\"", "\"keyid\":7", SIGNET_E_MALFORMED, "keyid"},
        {"\"sig\":\"AAEC\",", "", SIGNET_E_MALFORMED, "sig"},
        {"\"sig\":\"AAEC\"", "\"sig\":7", SIGNET_E_MALFORMED, "sig"},
        {"\"payload\":\"eyJhIjoxfQ==\",", "", SIGNET_E_MALFORMED, "payload"},
        {"\"payload\":\"eyJhIjoxfQ==\"", "\"payload\":7", SIGNET_E_MALFORMED, "payload"},
        {"\"payloadType\":\"application/vnd.in-toto+json\",", "", SIGNET_E_MALFORMED,
         "payloadType"},
        {"\"publicKey\":{\"hint\":\"h\"},", "", SIGNET_E_MALFORMED, "publicKey"},
        {"\"publicKey\":{\"hint\":\"h\"}", "\"certificate\":{\"rawBytes\":\"AA==\"}",
         SIGNET_E_UNSUPPORTED, "certificate"},
        {"\"verificationMaterial\":{\"publicKey\":{\"hint\":\"h\"},\"tlogEntries\":[]},", "",
         SIGNET_E_MALFORMED, "verificationMaterial"},
        {"\"dsseEnvelope\":{", "\"messageSignature\":{},\"dsseEnvelope\":{", SIGNET_E_UNSUPPORTED,
         "messageSignature"},
        {"\"dsseEnvelope\"", "\"envelope\"", SIGNET_E_MALFORMED, "dsseEnvelope"},
        {"[{\"sig\":\"AAEC\",\"keyid\":\"k\"}]", "[]", SIGNET_E_MALFORMED, "empty"},
        {"[{\"sig\":\"AAEC\",\"keyid\":\"k\"}]", "{}", SIGNET_E_MALFORMED, "array"},
        {"[{\"sig\":\"AAEC\",\"keyid\":\"k\"}]",
         "[{\"sig\":\"AAEC\",\"keyid\":\"k\"},{\"sig\":\"AAEC\",\"keyid\":\"k\"}]",
         SIGNET_E_MALFORMED, "exactly 1 signature, found 2"},
    };
    check_replacements(good_bundle, rows, sizeof(rows) / sizeof(rows[0]));
}

static void media_types_are_the_listed_ones(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {MEDIA, "application/vnd.dev.sigstore.bundle+json;version=0.1", SIGNET_OK, NULL},
        {MEDIA, "application/vnd.dev.sigstore.bundle+json;version=0.2", SIGNET_OK, NULL},
        {MEDIA, "application/vnd.dev.sigstore.bundle+json;version=0.3", SIGNET_OK, NULL},
        {MEDIA, "application/vnd.dev.sigstore.bundle+json;version=0.4", SIGNET_E_UNSUPPORTED,
         "version=0.4"},
        {MEDIA, "application/vnd.dev.sigstore.bundle.v0.4+json", SIGNET_E_UNSUPPORTED, "v0.4"},
        {MEDIA, "application/vnd.dev.sigstore.bundle.v0.3+json ", SIGNET_E_UNSUPPORTED, "found"},
        {MEDIA, "Application/vnd.dev.sigstore.bundle.v0.3+json", SIGNET_E_UNSUPPORTED, "found"},
        {"\"mediaType\":\"" MEDIA "\",", "", SIGNET_E_UNSUPPORTED, "media type"},
    };
    check_replacements(good_bundle, rows, sizeof(rows) / sizeof(rows[0]));
}

static void base64_is_strict_in_every_place(void **state)
{
    (void)state;
    static const struct replacement rows[] = {
        {payload_base64, "eyJhIjoxfQ", SIGNET_OK, NULL},
        {payload_base64, "eyJhIjoxfQ=", SIGNET_E_MALFORMED, "payload"},
        {payload_base64, "eyJhIjoxfR==", SIGNET_E_MALFORMED, "payload"},
        {payload_base64, "eyJhIjox fQ==", SIGNET_E_MALFORMED, "payload"},
        {payload_base64, "eyJhIjox\\nfQ==", SIGNET_E_MALFORMED, "payload"},
        {payload_base64, "eyJhIjox\\u0066Q==", SIGNET_E_MALFORMED, "payload"},
        {payload_base64, "-_+/", SIGNET_E_MALFORMED, "payload"},
        {"AAEC", "AA-_", SIGNET_OK, NULL},
        {"AAEC", "AA+_", SIGNET_E_MALFORMED, "sig"},
        {"AAEC", "AAE", SIGNET_OK, NULL},
        {"AAEC", "AAF", SIGNET_E_MALFORMED, "sig"},
        {"AAEC", "AAEC=", SIGNET_E_MALFORMED, "sig"},
        {"AAEC", "AAE\\u0000C", SIGNET_E_MALFORMED, "u0000"},
    };
    check_replacements(good_bundle, rows, sizeof(rows) / sizeof(rows[0]));
}

static void unchecked_parts_are_noticed(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    char *with_log =
        forge_replace(good_bundle, "\"tlogEntries\":[]", "\"tlogEntries\":[{\"logIndex\":\"1\"}]");
    char *with_time = forge_replace(
        good_bundle, "\"tlogEntries\":[]",
        "\"timestampVerificationData\":{\"rfc3161Timestamps\":[{\"signedTimestamp\":\"AA==\"}]}");
    CHECK_OK(parse(with_log, &env, &err), &err);
    assert_true(env.unchecked_log_entries && !env.unchecked_timestamps);
    signet_envelope_free(&env);
    CHECK_OK(parse(with_time, &env, &err), &err);
    assert_true(!env.unchecked_log_entries && env.unchecked_timestamps);
    signet_envelope_free(&env);
    free(with_log);
    free(with_time);
}

static void log_entries_are_capped(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    for (size_t count = 32; count <= 33; count++) {
        char list[200] = "\"tlogEntries\":[{}";
        for (size_t i = 1; i < count; i++) {
            memcpy(list + strlen(list), ",{}", 4);
        }
        memcpy(list + strlen(list), "]", 2);
        char *changed = forge_replace(good_bundle, "\"tlogEntries\":[]", list);
        CHECK_CODE(parse(changed, &env, &err), count == 32 ? SIGNET_OK : SIGNET_E_LIMIT);
        signet_envelope_free(&env);
        free(changed);
    }
}

static void formats_are_told_apart(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    char *both = forge_replace(good_bundle, "{\"mediaType\"", "{\"payload\":\"\",\"mediaType\"");
    CHECK_CODE(parse(both, &env, &err), SIGNET_E_AMBIGUOUS);
    CHECK_CODE(parse("{\"a\":1}", &env, &err), SIGNET_E_UNSUPPORTED);
    CHECK_CODE(parse("[]", &env, &err), SIGNET_E_UNSUPPORTED);
    CHECK_CODE(parse("\"payload\"", &env, &err), SIGNET_E_UNSUPPORTED);
    CHECK_CODE(parse("", &env, &err), SIGNET_E_MALFORMED);
    CHECK_CODE(parse("untrusted comment: x\n", &env, &err), SIGNET_E_MALFORMED);
    assert_int_equal(err.offset, 0);
    free(both);
}

static void limits_hold(void **state)
{
    (void)state;
    struct signet_envelope env;
    struct signet_err err;
    struct signet_limits limits = signet_limits_default();
    size_t size = strlen(good_dsse);
    limits.envelope = size - strlen(payload_base64);
    limits.signatures = 3;
    CHECK_OK(parse_within(good_dsse, size, &limits, &env, &err), &err);
    signet_envelope_free(&env);
    limits.signatures = 2;
    CHECK_CODE(parse_within(good_dsse, size, &limits, &env, &err), SIGNET_E_LIMIT);
    assert_non_null(strstr(err.msg, "3 signatures"));
    limits.signatures = 3;
    CHECK_CODE(parse_within(good_dsse, size - 1, &limits, &env, &err), SIGNET_E_LIMIT);
    assert_non_null(strstr(err.msg, "more than the limit of"));
    limits.envelope--;
    CHECK_CODE(parse_within(good_dsse, size, &limits, &env, &err), SIGNET_E_LIMIT);
    assert_non_null(strstr(err.msg, "beside its payload"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pae_is_the_published_one),
        cmocka_unit_test(the_message_is_complete_wherever_the_payload_stands),
        cmocka_unit_test(an_empty_payload_is_a_payload),
        cmocka_unit_test(bundle_is_read),
        cmocka_unit_test(dsse_is_read_with_every_kind_of_keyid),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(bundle_members_are_closed_and_typed),
        cmocka_unit_test(media_types_are_the_listed_ones),
        cmocka_unit_test(base64_is_strict_in_every_place),
        cmocka_unit_test(unchecked_parts_are_noticed),
        cmocka_unit_test(log_entries_are_capped),
        cmocka_unit_test(formats_are_told_apart),
        cmocka_unit_test(limits_hold),
    };
    return CHECK_RUN(tests);
}

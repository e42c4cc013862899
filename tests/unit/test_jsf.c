/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/jsf: the published vectors of JSF 0.82 (cyberphone/openkeystore) and digests of signed
 * bytes (shiftleftcyber/sbom-signing-best-practices; see SOURCE.md of the folder jsf of the test
 * data), and signature objects that are refused.
 */
#include "envelope/jsf.h"

#include <signet/digest.h>
#include <sodium.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "inplace_sample.h"
#include "json_vectors.h"

static void find_place(struct sample *sample)
{
    struct signet_json_value top = signet_json_top(sample->json.bytes);
    struct signet_json_walk walk = signet_json_walk(top);
    struct signet_json_value element;
    if (signet_inplace_find(top, "signature", &sample->place) ||
        signet_inplace_find(top, "authorizationSignature", &sample->place)) {
        return;
    }
    assert_int_equal(top.kind, SIGNET_JSON_ARRAY);
    memset(&sample->place, 0, sizeof(sample->place));
    sample->place.covered = top;
    while (signet_json_next_element(&walk, &element)) {
        sample->place.signature = element;
    }
}

/* Takes the text over. */
static int open_sample(struct sample *sample, struct signet_buf text)
{
    CHECK_OK(sample_scan(sample, text), &sample->err);
    find_place(sample);
    return sample_read(sample, &signet_envelope_jsf);
}

static int open_literal(struct sample *sample, const char *json)
{
    return open_sample(sample, sample_text(signet_span_str(json)));
}

static void folder(const char *name, char out[1024])
{
    assert_in_range(snprintf(out, 1024, "%s/jsf/%s", json_testdata(), name), 1, 1023);
}

/* The public key of that name among the published ones, such as p256-2. */
static struct signet_trusted_key published_key(struct signet_span name)
{
    char dir[1024];
    char file[64];
    struct signet_buf pem;
    struct signet_err err;
    struct signet_trusted_key key = {.uses = SIGNET_USE_JSF};
    folder("keys", dir);
    assert_in_range(snprintf(file, sizeof(file), "%.*spublickey.pem", (int)name.len, name.ptr), 1,
                    63);
    json_read(dir, file, &pem);
    signet_err_clear(&err);
    CHECK_OK(signet_pubkey_read(signet_buf_span(&pem), &key.key, &err), &err);
    signet_buf_free(&pem);
    return key;
}

static size_t count_signers(struct sample *sample, const struct signet_trusted_key *keys, size_t n)
{
    struct signet_signers signers = sample_judge(sample, keys, n);
    size_t valid = sample_valid(&signers);
    signet_signers_free(&signers);
    return valid;
}

static void sign_again(struct sample *sample, size_t index)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t public_half[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    struct signet_span message;
    char dir[1024];
    struct signet_buf jwk;
    struct signet_buf d;
    struct signet_json_value value;
    struct signet_span text;
    folder("keys", dir);
    json_read(dir, "ed25519privatekey.jwk", &jwk);
    assert_true(signet_json_member(signet_json_top(signet_buf_span(&jwk)), "d", &value));
    assert_true(signet_json_plain_string(value, &text));
    signet_buf_init(&d, sizeof(seed));
    assert_int_equal(signet_b64_decode(&d, text), SIGNET_OK);
    assert_int_equal(d.len, sizeof(seed));
    memcpy(seed, d.data, sizeof(seed));
    assert_int_equal(crypto_sign_seed_keypair(public_half, secret, seed), 0);
    CHECK_OK(sample->env.format->message(&sample->env, index, &message, &sample->err),
             &sample->err);
    assert_int_equal(crypto_sign_detached(signature, NULL, message.ptr, message.len, secret), 0);
    assert_int_equal(sample->env.signatures[index].sig.len, sizeof(signature));
    CHECK_BYTES(sample->env.signatures[index].sig.ptr, signature, sizeof(signature));
    signet_buf_free(&d);
    signet_buf_free(&jwk);
}

struct counts {
    size_t verified, refused, signed_again;
};

/* One row of index.tsv: file, original name, kind, algorithms, keys, where the key is found. */
static void check_vector(struct signet_span row, struct counts *counts)
{
    char dir[1024];
    char name[128];
    struct signet_buf text;
    struct sample sample;
    struct signet_trusted_key keys[2];
    struct signet_span file = json_take(&row, '\t');
    size_t count = 0;
    SIGNET_IGNORE(json_take(&row, '\t').len);
    SIGNET_IGNORE(json_take(&row, '\t').len);
    struct signet_span algorithms = json_take(&row, '\t');
    struct signet_span names = json_take(&row, '\t');
    folder("vectors", dir);
    assert_in_range(snprintf(name, sizeof(name), "%.*s", (int)file.len, file.ptr), 1, 127);
    json_read(dir, name, &text);
    int rc = open_sample(&sample, text);
    if (memcmp(algorithms.ptr, "HS", 2) == 0) {
        CHECK_CODE(rc, SIGNET_E_UNSUPPORTED);
        assert_non_null(strstr(sample.err.msg, "a shared secret proves no signer"));
        counts->refused++;
        sample_close(&sample);
        return;
    }
    CHECK_OK(rc, &sample.err);
    while (names.len > 0) {
        keys[count++] = published_key(json_take(&names, ','));
    }
    assert_int_equal(sample.env.signature_count, count);
    assert_int_equal(count_signers(&sample, keys, count), count);
    /* without the first key one less */
    if (count > 1) {
        assert_int_equal(count_signers(&sample, keys + 1, count - 1), count - 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (sample.env.signatures[i].alg == SIGNET_SIG_ED25519) {
            sign_again(&sample, i);
            counts->signed_again++;
        }
    }
    counts->verified++;
    sample_close(&sample);
}

static void published_vectors(void **state)
{
    char dir[1024];
    struct signet_buf index;
    struct counts counts = {0};
    (void)state;
    if (!json_has_testdata()) {
        skip();
    }
    folder("", dir);
    json_read(dir, "index.tsv", &index);
    struct signet_span rows = signet_buf_span(&index);
    SIGNET_IGNORE(json_take(&rows, '\n').len); /* the heading */
    while (rows.len > 0) {
        check_vector(json_take(&rows, '\n'), &counts);
    }
    signet_buf_free(&index);
    assert_int_equal(counts.verified, 61);
    assert_int_equal(counts.refused, 6);
    assert_int_equal(counts.signed_again, 7);
}

struct hashes {
    size_t documents, signatures, bare;
};

static bool has_digest(struct signet_span bytes, struct signet_span hex)
{
    char found[SIGNET_DIGEST_HEX];
    struct signet_digest digest;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_digest_of(SIGNET_DIGEST_SHA256, bytes, &digest, &err), &err);
    return signet_span_is(hex, signet_digest_hex(&digest, found));
}

static bool canon_has_digest(struct signet_span text, struct signet_span hex)
{
    struct signet_err err;
    struct signet_buf canonical;
    CHECK_OK(json_canon(text, &canonical, &err), &err);
    bool same = has_digest(signet_buf_span(&canonical), hex);
    signet_buf_free(&canonical);
    return same;
}

/* The digest is that of what the signature inside is over, and not that of the whole. */
static void check_signed_hash(struct signet_buf text, struct signet_span hex, struct hashes *hashes)
{
    struct sample sample;
    struct signet_span message;
    bool whole = canon_has_digest(signet_buf_span(&text), hex);
    int rc = open_sample(&sample, text);
    if (rc != SIGNET_OK) { /* the canonical form, out of which the value was taken */
        CHECK_CODE(rc, SIGNET_E_MALFORMED);
        assert_non_null(strstr(sample.err.msg, "value: expected"));
        assert_true(whole);
        hashes->bare++;
    } else {
        assert_int_equal(sample.env.signature_count, 1);
        CHECK_OK(sample.env.format->message(&sample.env, 0, &message, &sample.err), &sample.err);
        assert_true(has_digest(message, hex));
        assert_false(whole);
        hashes->signatures++;
    }
    sample_close(&sample);
}

static void check_hash(struct signet_json_value file, struct signet_span hex, struct hashes *hashes)
{
    char dir[1024];
    char name[256];
    struct signet_span path;
    struct signet_buf text;
    struct signet_json_value member;
    assert_true(signet_json_plain_string(file, &path));
    assert_in_range(snprintf(name, sizeof(name), "%.*s", (int)path.len, path.ptr), 1, 255);
    folder("canonical-hash", dir);
    json_read(dir, name, &text);
    hashes->documents++;
    if (signet_json_member(signet_json_top(signet_buf_span(&text)), "signature", &member)) {
        check_signed_hash(text, hex, hashes);
        return;
    }
    assert_true(canon_has_digest(signet_buf_span(&text), hex));
    signet_buf_free(&text);
}

/* SHA-256 of what a signature of a document is over, for four spellings of each. */
static void published_hashes(void **state)
{
    static const char *const members[] = {"sha256",      "file",           "file-min",
                                          "file-pretty", "file-canonical", NULL};
    char dir[1024];
    struct signet_buf manifest;
    struct signet_json_value found[5];
    struct signet_json_value set;
    struct signet_span hex;
    struct hashes hashes = {0};
    (void)state;
    if (!json_has_testdata()) {
        skip();
    }
    folder("canonical-hash", dir);
    json_read(dir, "manifest.json", &manifest);
    struct signet_json_walk walk = signet_json_walk(signet_json_top(signet_buf_span(&manifest)));
    while (signet_json_next_element(&walk, &set)) {
        SIGNET_IGNORE(signet_json_members(set, members, found)); /* there are others */
        assert_true(signet_json_plain_string(found[0], &hex));
        for (size_t i = 1; i < SIGNET_COUNT(found); i++) {
            check_hash(found[i], hex, &hashes);
        }
    }
    signet_buf_free(&manifest);
    assert_int_equal(hashes.documents, 11 * 4);
    assert_int_equal(hashes.signatures, 3);
    assert_int_equal(hashes.bare, 1);
}

/* The example of the Ed25519 vector with a key inside: 184 bytes whose SHA-256 was computed with
 * npm canonicalize and sha256sum. */
static void signed_bytes(void **state)
{
    static const char want[] = "{\"id\":2200063,\"name\":\"Joe\",\"now\":\"2019-02-10T11:23:06Z\","
                               "\"signature\":{\"algorithm\":\"Ed25519\",\"publicKey\":{\"crv\":"
                               "\"Ed25519\",\"kty\":\"OKP\",\"x\":"
                               "\"_kms9bkrbpI1lPLoM2j2gKySS-k89TOuyvgC43dX-Mk\"}}}";
    struct sample sample;
    struct signet_span message;
    (void)state;
    CHECK_OK(
        open_literal(&sample,
                     "{\n  \"now\": \"2019-02-10T11:23:06Z\",\n  \"name\": \"Joe\",\n  \"id\": "
                     "2200063,\n  \"signature\": {\n    \"algorithm\": \"Ed25519\",\n    "
                     "\"publicKey\": {\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": "
                     "\"_kms9bkrbpI1lPLoM2j2gKySS-k89TOuyvgC43dX-Mk\"},\n    \"value\": "
                     "\"UtN9-gMgTkfAdBJRX4gi0s6iKYiilO5EmXRD4KRSEnPKo5Og1ltbGYZecdJqKphCXkboIE_"
                     "pecfszHEQXeqqDA\"}}\n"),
        &sample.err);
    CHECK_OK(sample.env.format->message(&sample.env, 0, &message, &sample.err), &sample.err);
    assert_int_equal(message.len, 184);
    CHECK_SPAN(message, want);
    sample_close(&sample);
}

#define X "\"x\":\"_kms9bkrbpI1lPLoM2j2gKySS-k89TOuyvgC43dX-Mk\""
#define JWK "\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X "}"
#define VALUE                                                                                      \
    "\"value\":\"UtN9-gMgTkfAdBJRX4gi0s6iKYiilO5EmXRD4KRSEnPKo5Og1ltbGYZecdJqKphCXkboIE_"          \
    "pecfszHEQXeqqDA\""
#define CORE "\"algorithm\":\"Ed25519\"," JWK "," VALUE

/* Each is refused for what its text names; what stands in its place in CORE is read. */
static void refused_objects(void **state)
{
    static const struct {
        const char *signature;
        int code;
        const char *text;
    } rows[] = {
        {"{" CORE "}", SIGNET_OK, ""},
        {"{}", SIGNET_E_MALFORMED, "algorithm: expected"},
        {"null", SIGNET_E_MALFORMED, "signature: expected an object"},
        {"{\"algorithm\":5," JWK "," VALUE "}", SIGNET_E_MALFORMED, "algorithm: expected"},
        {"{\"algorithm\":\"ed25519\"," VALUE "}", SIGNET_E_UNSUPPORTED, "algorithm \"ed25519\""},
        {"{\"algorithm\":\"EdDSA\"," VALUE "}", SIGNET_E_UNSUPPORTED, "algorithm \"EdDSA\""},
        {"{\"algorithm\":\"none\"," VALUE "}", SIGNET_E_UNSUPPORTED, "algorithm \"none\""},
        {"{\"algorithm\":\"HS256\"," VALUE "}", SIGNET_E_UNSUPPORTED, "proves no signer"},
        {"{\"algorithm\":\"ES256\"," JWK "," VALUE "}", SIGNET_E_MALFORMED,
         "algorithm ES256 does not go with the key"},
        {"{\"algorithm\":\"Ed25519\"," JWK "}", SIGNET_E_MALFORMED, "value: expected"},
        {"{\"algorithm\":\"Ed25519\",\"value\":\"\"}", SIGNET_E_MALFORMED, "value: expected"},
        {"{\"algorithm\":\"Ed25519\",\"value\":\"AAAA=\"}", SIGNET_E_MALFORMED, "value: expected"},
        {"{\"algorithm\":\"Ed25519\",\"value\":\"AA+A\"}", SIGNET_E_MALFORMED, "value: expected"},
        {"{\"algorithm\":\"Ed25519\",\"value\":\"AA-A\"}", SIGNET_OK, ""},
        {"{\"alg\":\"Ed25519\"," CORE "}", SIGNET_E_MALFORMED, "\"alg\" is not known"},
        {"{\"x\":1," CORE ",\"extensions\":[\"x\"]}", SIGNET_OK, ""},
        {"{\"x\":1," CORE ",\"extensions\":[\"y\"]}", SIGNET_E_MALFORMED, "\"x\" is not known"},
        {"{\"x\":1," CORE ",\"extensions\":[\"x\",\"x\"]}", SIGNET_E_MALFORMED, "each name once"},
        {"{" CORE ",\"extensions\":[]}", SIGNET_E_MALFORMED, "extensions: expected"},
        {"{" CORE ",\"extensions\":[\"value\"]}", SIGNET_E_MALFORMED, "no word of JSF"},
        {"{" CORE ",\"keyId\":\"a\"}", SIGNET_OK, ""},
        {"{" CORE ",\"keyId\":\"\"}", SIGNET_OK, ""},
        {"{" CORE ",\"keyId\":\"a\\u0000b\"}", SIGNET_E_MALFORMED, "keyId: expected"},
        {"{" CORE ",\"keyId\":7}", SIGNET_E_MALFORMED, "keyId: expected"},
        {"{" CORE ",\"certificatePath\":[\"AAAA\"]}", SIGNET_E_MALFORMED, "certificate"},
        {"{" CORE ",\"excludes\":[\"b\"]}", SIGNET_OK, ""},
        {"{" CORE ",\"excludes\":[\"a\",\"b\"]}", SIGNET_E_FORBIDDEN, "nothing would be signed"},
        {"{" CORE ",\"excludes\":[\"\\u0061\",\"b\"]}", SIGNET_E_FORBIDDEN, "nothing would be"},
        {"{" CORE ",\"excludes\":[]}", SIGNET_E_MALFORMED, "excludes: expected"},
        {"{" CORE ",\"excludes\":\"b\"}", SIGNET_E_MALFORMED, "excludes: expected"},
        {"{" CORE ",\"excludes\":[1]}", SIGNET_E_MALFORMED, "excludes: expected"},
        {"{" CORE ",\"excludes\":[\"b\",\"b\"]}", SIGNET_E_MALFORMED, "each name once"},
        {"{" CORE ",\"excludes\":[\"signature\"]}", SIGNET_E_MALFORMED, "no signature itself"},
        {"{\"signers\":[{" CORE "}]}", SIGNET_OK, ""},
        {"{\"signers\":[]}", SIGNET_E_MALFORMED, "signers: expected"},
        {"{\"signers\":{}}", SIGNET_E_MALFORMED, "signers: expected"},
        {"{\"chain\":[]}", SIGNET_E_MALFORMED, "chain: expected"},
        {"{\"chain\":[{" CORE "}],\"signers\":[{" CORE "}]}", SIGNET_E_MALFORMED, "found both"},
        {"{\"chain\":[{" CORE "}],\"algorithm\":\"Ed25519\"}", SIGNET_E_MALFORMED,
         "\"algorithm\" stands beside"},
        {"{\"chain\":[{" CORE "}],\"more\":1}", SIGNET_E_MALFORMED, "\"more\" is not known"},
        {"{\"chain\":[{" CORE "}],\"x\":1,\"extensions\":[\"x\"]}", SIGNET_E_MALFORMED,
         "\"x\" is not known"},
        {"{\"chain\":[{" CORE ",\"excludes\":[\"b\"]}]}", SIGNET_E_MALFORMED,
         "chain link 1 of 1: \"excludes\" stands inside"},
        {"{\"signers\":[{" CORE "},{\"signers\":[{" CORE "}]}]}", SIGNET_E_MALFORMED,
         "signer 2 of 2: \"signers\" stands inside"},
        {"{\"algorithm\":\"Ed25519\",\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X
         ",\"kid\":\"a\"}," VALUE "}",
         SIGNET_E_MALFORMED, "members of its kty alone"},
        {"{\"algorithm\":\"Ed25519\",\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X
         ",\"d\":\"a\"}," VALUE "}",
         SIGNET_E_MALFORMED, "members of its kty alone"},
        {"{\"algorithm\":\"Ed25519\",\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"X25519\"," X
         "}," VALUE "}",
         SIGNET_E_UNSUPPORTED, "publicKey: expected kty"},
        {"{\"algorithm\":\"Ed25519\",\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"
         "\"_kms9bkrbpI1lPLoM2j2gKySS-k89TOuyvgC43dX-A\"}," VALUE "}",
         SIGNET_E_MALFORMED, "publicKey.x: expected 32 bytes"},
        {"{\"algorithm\":\"Ed25519\",\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}," VALUE
         "}",
         SIGNET_E_MALFORMED, "members of its kty alone"},
    };
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        char json[2048];
        struct sample sample;
        assert_in_range(
            snprintf(json, sizeof(json), "{\"a\":1,\"signature\":%s,\"b\":2}", rows[i].signature),
            1, 2047);
        int rc = open_literal(&sample, json);
        if (rc != rows[i].code || strstr(sample.err.msg, rows[i].text) == NULL) {
            fail_msg("%s: %s: %s", rows[i].signature, signet_err_name(rc), sample.err.msg);
        }
        sample_close(&sample);
    }
}

/* A list of so many signatures. */
static int open_signers(struct sample *sample, size_t count)
{
    struct signet_buf text;
    signet_buf_init(&text, 1 << 20);
    signet_buf_puts(&text, "{\"a\":1,\"signature\":{\"signers\":[");
    for (size_t i = 0; i < count; i++) {
        signet_buf_puts(&text, i > 0 ? ",{" CORE "}" : "{" CORE "}");
    }
    assert_int_equal(signet_buf_puts(&text, "]}}"), SIGNET_OK);
    return open_sample(sample, text);
}

static void so_many_and_no_more(void **state)
{
    struct sample sample;
    (void)state;
    CHECK_OK(open_signers(&sample, 64), &sample.err);
    assert_int_equal(sample.env.signature_count, 64);
    sample_close(&sample);
    CHECK_CODE(open_signers(&sample, 65), SIGNET_E_LIMIT);
    assert_non_null(strstr(sample.err.msg, "expected at most 64 signatures, found 65"));
    sample_close(&sample);
}

/* `excludes` names members, of which an array has none. */
static void at_the_end_of_an_array(void **state)
{
    struct sample sample;
    (void)state;
    CHECK_OK(open_literal(&sample, "[{\"a\":1},{" CORE "}]"), &sample.err);
    sample_close(&sample);
    CHECK_CODE(open_literal(&sample, "[{\"a\":1},{" CORE ",\"excludes\":[\"a\"]}]"),
               SIGNET_E_MALFORMED);
    assert_non_null(strstr(sample.err.msg, "excludes: expected a signature in an object"));
    sample_close(&sample);
}

/* The published vector with a certificate path, and beside it a key: that of the certificate, or
 * that of another vector. Whether the signature verifies is not asked. */
static void a_key_beside_a_certificate(void **state)
{
    static const struct {
        const char *x;
        int code;
    } rows[] = {{"_kms9bkrbpI1lPLoM2j2gKySS-k89TOuyvgC43dX-Mk", SIGNET_OK},
                {"WFYZpPII0tTNzTIN2umneCJoZArbbRGxycpEef2tmbY", SIGNET_E_MALFORMED}};
    static const char mark[] = "\"certificatePath\"";
    char dir[1024];
    (void)state;
    if (!json_has_testdata()) {
        skip();
    }
    folder("vectors", dir);
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        struct signet_buf text;
        struct signet_buf with;
        struct sample sample;
        json_read(dir, "ed25519.ed25519__cer.json", &text);
        assert_int_equal(signet_buf_putc(&text, '\0'), SIGNET_OK);
        const char *at = strstr((const char *)text.data, mark);
        assert_non_null(at);
        signet_buf_init(&with, text.len + 256);
        signet_buf_put(&with, signet_span_of(text.data, (size_t)(at - (const char *)text.data)));
        signet_buf_puts(&with, "\"publicKey\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
        signet_buf_puts(&with, rows[i].x);
        signet_buf_puts(&with, "\"},");
        assert_int_equal(signet_buf_puts(&with, at), SIGNET_OK);
        signet_buf_free(&text);
        CHECK_CODE(open_sample(&sample, with), rows[i].code);
        if (rows[i].code != SIGNET_OK) {
            assert_non_null(strstr(sample.err.msg, "found another"));
        }
        sample_close(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(published_hashes),
        cmocka_unit_test(signed_bytes),
        cmocka_unit_test(refused_objects),
        cmocka_unit_test(a_key_beside_a_certificate),
        cmocka_unit_test(so_many_and_no_more),
        cmocka_unit_test(at_the_end_of_an_array),
    };
    return CHECK_RUN(tests);
}

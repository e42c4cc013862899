/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope/jss: the samples of CycloneDX 2.0 and of ITU-T X.590 (SOURCE.md of the folder jss of the
 * test data), documents made by python-cryptography (tests/vectors/jss/PROVENANCE), and lists that
 * are refused.
 */
#include "envelope/jss.h"

#include "base/codec.h"
#include "base/compiler.h"
#include "files.h"
#include "inplace_sample.h"
#include "json_vectors.h"

static const char vectors[] = SIGNET_SOURCE_DIR "/tests/vectors/jss";

/* Takes the text over. */
static int open_sample(struct sample *sample, struct signet_buf text)
{
    CHECK_OK(sample_scan(sample, text), &sample->err);
    assert_true(
        signet_inplace_find(signet_json_top(sample->json.bytes), "signatures", &sample->place));
    return sample_read(sample, &signet_envelope_jss);
}

static struct signet_trusted_key trusted(struct signet_span spki)
{
    struct signet_trusted_key key = {.uses = SIGNET_USE_JSS};
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_pubkey_read(spki, &key.key, &err), &err);
    return key;
}

/* The keys that signatures carry, which only a test trusts. */
static size_t named_keys(const struct sample *sample, struct signet_trusted_key keys[4])
{
    size_t count = 0;
    for (size_t i = 0; i < sample->env.signature_count; i++) {
        if (sample->env.signatures[i].named != NULL) {
            keys[count++] = (struct signet_trusted_key){.key = *sample->env.signatures[i].named,
                                                        .uses = SIGNET_USE_JSS};
        }
    }
    return count;
}

static void published_folder(const char *name, char out[1024])
{
    assert_in_range(snprintf(out, 1024, "%s/jss%s", json_testdata(), name), 1, 1023);
}

/* The example of the Recommendation: RFC 8785 bytes hashed by sha256sum, and a value that is over
 * the 64 characters of that digest. */
static void example_of_x590(void **state)
{
    char dir[1024];
    char hex[65];
    struct signet_buf text;
    struct sample sample;
    struct signet_span message;
    struct signet_trusted_key keys[4];
    (void)state;
    if (!json_has_testdata()) {
        skip();
    }
    published_folder("", dir);
    json_read(dir, "x590-example.json", &text);
    CHECK_OK(open_sample(&sample, text), &sample.err);
    CHECK_OK(sample.env.format->message(&sample.env, 0, &message, &sample.err), &sample.err);
    assert_int_equal(message.len, 32);
    signet_hex_encode(message, hex);
    assert_string_equal(hex, "e005ae762a01723f3b58fa8edb2b2cc3b126ca087077189072cfd9a27e6079d5");
    assert_int_equal(named_keys(&sample, keys), 1);
    struct signet_signers signers = sample_judge(&sample, keys, 1);
    assert_int_equal(signers.distinct, 1);
    assert_true(signers.list[0].hex);
    signet_signers_free(&signers);
    sample_close(&sample);
}

/* Files of the schema's tests: what it says of the file, and what is found. */
struct published {
    const char *name;
    size_t valid, counters; /* by the keys that they carry */
    const char *refusal;    /* NULL: it can be read */
};

static const struct published published[] = {
    {"valid-jss-signature-public-key", 1, 0, NULL},
    {"valid-jss-signature-metadata", 1, 0, NULL},
    {"valid-jss-signature-custom-properties", 1, 0, NULL},
    {"valid-jss-signature-counter-signature", 1, 1, NULL},
    {"valid-jss-signature-multiple", 2, 0, NULL},
    {"valid-jss-signature-public-cert-chain", 1, 0, NULL},
    {"valid-jss-signature-cert-url", 0, 0, NULL}, /* the keys were not published */
    {"valid-jss-signature-thumbprint", 0, 0, NULL},
    {"invalid-jss-signature-created-no-millis", 0, 0, "created: expected a time with millisec"},
    {"invalid-jss-signature-modified-no-millis", 0, 0, "modified: expected a time with millise"},
    {"invalid-jss-signature-empty-cert-chain", 0, 0, "public_cert_chain: expected an array"},
    {"invalid-jss-signature-empty-signatures", 0, 0, "signatures: expected an array"},
    {"invalid-jss-signature-invalid-timestamp", 0, 0, "valid_from: expected a time in UTC"},
    {"invalid-jss-signature-missing-algorithm", 0, 0, "1 of 1: algorithm: expected a name"},
    {"invalid-jss-signature-missing-hash-algorithm", 0, 0, "hash_algorithm: expected a name"},
    {"invalid-jss-signature-missing-value", 0, 0, "value: expected a signature"},
    {"invalid-jss-signature-no-key-material", 0, 0, "expected one of public_key, public_cert"},
    {"invalid-jss-signature-type-not-jss", 0, 0, "type: expected \"jss\""},
};

static size_t count_counters(const struct signet_signers *signers)
{
    size_t count = 0;
    for (size_t i = 0; i < signers->count; i++) {
        count += signers->list[i].status == SIGNET_E_NO_SIGNATURE ? 1 : 0;
    }
    return count;
}

static void check_published(const struct published *file, size_t *valid)
{
    char dir[1024];
    char name[128];
    struct signet_buf text;
    struct sample sample;
    struct signet_trusted_key keys[4];
    published_folder("/cyclonedx-2.0-dev", dir);
    assert_in_range(snprintf(name, sizeof(name), "%s-2.0.json", file->name), 1, 127);
    json_read(dir, name, &text);
    int rc = open_sample(&sample, text);
    if (file->refusal != NULL) {
        CHECK_CODE(rc, SIGNET_E_MALFORMED);
        assert_non_null(strstr(sample.err.msg, file->refusal));
        sample_close(&sample);
        return;
    }
    CHECK_OK(rc, &sample.err);
    size_t count = named_keys(&sample, keys);
    if (count > 0) {
        struct signet_signers signers = sample_judge(&sample, keys, count);
        assert_int_equal(sample_valid(&signers), file->valid);
        assert_int_equal(count_counters(&signers), file->counters);
        *valid += sample_valid(&signers) + count_counters(&signers);
        for (size_t i = 0; i < signers.count; i++) {
            assert_false(signers.list[i].hex);
        }
        signet_signers_free(&signers);
    }
    sample_close(&sample);
}

static void published_samples(void **state)
{
    size_t valid = 0;
    (void)state;
    if (!json_has_testdata()) {
        skip();
    }
    for (size_t i = 0; i < SIGNET_COUNT(published); i++) {
        check_published(&published[i], &valid);
    }
    assert_int_equal(SIGNET_COUNT(published), 18);
    assert_int_equal(valid, 8); /* 5 by Ed25519, 2 by ECDSA, and the counter-signature */
}

static size_t read_keys(struct signet_span names, struct signet_trusted_key *keys)
{
    size_t count = 0;
    while (names.len > 0) {
        char file[64];
        struct signet_span name = json_take(&names, ',');
        assert_in_range(snprintf(file, sizeof(file), "%.*s.pem", (int)name.len, name.ptr), 1, 63);
        struct signet_buf pem = check_read_file(vectors, file);
        keys[count++] = trusted(signet_buf_span(&pem));
        signet_buf_free(&pem);
    }
    return count;
}

static size_t take_number(struct signet_span *row)
{
    struct signet_span digit = json_take(row, '\t');
    assert_int_equal(digit.len, 1);
    return (size_t)(digit.ptr[0] - '0');
}

struct counts {
    size_t documents, valid, hex, refused;
};

static void check_document(struct signet_span row, struct counts *counts)
{
    struct sample sample;
    struct signet_trusted_key keys[4];
    struct signet_span name = json_take(&row, '\t');
    size_t key_count = read_keys(json_take(&row, '\t'), keys);
    size_t valid = take_number(&row);
    size_t distinct = take_number(&row);
    size_t hex = take_number(&row);
    size_t counters = take_number(&row);
    size_t found_hex = 0;
    CHECK_OK(open_sample(&sample, sample_text(row)), &sample.err);
    struct signet_signers signers = sample_judge(&sample, keys, key_count);
    for (size_t i = 0; i < signers.count; i++) {
        found_hex += signers.list[i].hex ? 1 : 0;
    }
    if (sample_valid(&signers) != valid || signers.distinct != distinct || found_hex != hex ||
        count_counters(&signers) != counters) {
        fail_msg("%.*s: %zu valid by %zu keys, %zu hex, %zu counter-signatures", (int)name.len,
                 name.ptr, sample_valid(&signers), signers.distinct, found_hex,
                 count_counters(&signers));
    }
    counts->documents++;
    counts->valid += valid;
    counts->hex += hex;
    counts->refused += valid == 0 ? 1 : 0;
    signet_signers_free(&signers);
    sample_close(&sample);
}

static void documents(void **state)
{
    struct counts counts = {0};
    struct signet_buf text = check_read_file(vectors, "documents.tsv");
    struct signet_span rows = signet_buf_span(&text);
    (void)state;
    SIGNET_IGNORE(json_take(&rows, '\n').len); /* the heading */
    while (rows.len > 0) {
        check_document(json_take(&rows, '\n'), &counts);
    }
    signet_buf_free(&text);
    assert_int_equal(counts.documents, 47);
    assert_int_equal(counts.valid, 37);
    assert_int_equal(counts.hex, 3);
    assert_int_equal(counts.refused, 12);
}

/* The row of documents.tsv of that name. */
static struct signet_buf document_named(const char *wanted)
{
    struct signet_buf text = check_read_file(vectors, "documents.tsv");
    struct signet_span rows = signet_buf_span(&text);
    while (rows.len > 0) {
        struct signet_span row = json_take(&rows, '\n');
        if (signet_span_is(json_take(&row, '\t'), wanted)) {
            for (size_t i = 0; i < 5; i++) {
                SIGNET_IGNORE(json_take(&row, '\t').len);
            }
            struct signet_buf found = sample_text(row);
            signet_buf_free(&text);
            return found;
        }
    }
    fail_msg("no document %s", wanted);
    return text;
}

/* Whether a changed document still counts as signed by key. Anything else is a refusal. */
static bool still_signed(struct signet_span document, const struct signet_trusted_key *key)
{
    struct sample sample;
    bool is_signed = false;
    if (sample_scan(&sample, sample_text(document)) == SIGNET_OK &&
        signet_inplace_find(signet_json_top(sample.json.bytes), "signatures", &sample.place) &&
        sample_read(&sample, &signet_envelope_jss) == SIGNET_OK) {
        struct signet_signers signers = sample_judge(&sample, key, 1);
        is_signed = signers.distinct > 0;
        signet_signers_free(&signers);
    }
    sample_close(&sample);
    return is_signed;
}

/* Every bit of every byte. One changes nothing that is signed: the hex digit of an escape becomes a
 * capital (é is spelled 00e9). */
static void a_flipped_bit_is_refused(void **state)
{
    struct signet_buf text = document_named("Ed25519 over sha-256");
    struct signet_trusted_key key;
    size_t harmless = 0;
    (void)state;
    assert_int_equal(read_keys(signet_span_str("ed25519-a"), &key), 1);
    assert_true(still_signed(signet_buf_span(&text), &key));
    for (size_t bit = 0; bit < 8 * text.len; bit++) {
        uint8_t *byte = &text.data[bit / 8];
        *byte ^= (uint8_t)(1U << bit % 8);
        if (still_signed(signet_buf_span(&text), &key)) {
            assert_int_equal(*byte, 'E');
            harmless++;
        }
        *byte ^= (uint8_t)(1U << bit % 8);
    }
    assert_int_equal(harmless, 1);
    signet_buf_free(&text);
}

/* As is every text that is cut short, or has one byte more. */
static void another_length_is_refused(void **state)
{
    struct signet_buf text = document_named("Ed25519 over sha-256");
    struct signet_trusted_key key;
    (void)state;
    assert_int_equal(read_keys(signet_span_str("ed25519-a"), &key), 1);
    for (size_t len = 0; len < text.len; len++) {
        assert_false(still_signed(signet_span_of(text.data, len), &key));
    }
    signet_buf_free(&text);
}

/* Members in another order and other white space are the same document. */
static void another_layout_is_the_same(void **state)
{
    struct signet_buf text = document_named("Ed25519 over sha-256");
    struct signet_buf other;
    struct signet_trusted_key key;
    (void)state;
    assert_int_equal(read_keys(signet_span_str("ed25519-a"), &key), 1);
    signet_buf_init(&other, 2 * text.len);
    const char *tail = strstr((const char *)text.data, "\"signatures\"");
    assert_non_null(tail);
    size_t head = (size_t)((const uint8_t *)tail - text.data);
    /* {"signatures": […] , "name": … } */
    signet_buf_puts(&other, "{\n");
    signet_buf_put(&other, signet_span_of((const uint8_t *)tail, text.len - head - 1));
    signet_buf_puts(&other, "\t,\r\n");
    signet_buf_put(&other, signet_span_of(text.data + 1, head - 3));
    signet_buf_puts(&other, "}\n");
    assert_true(still_signed(signet_buf_span(&other), &key));
    signet_buf_free(&other);
    signet_buf_free(&text);
}

#define HASH "\"hash_algorithm\":\"sha-256\""
#define ALGORITHM "\"algorithm\":\"Ed25519\""
#define KEY "\"public_key\":\"MCowBQYDK2VwAyEAubMonBfU9pvIbj5RCiWQLD45Jvu6mKr+kQXjvjW8ZkU=\""
#define EC_KEY                                                                                     \
    "\"public_key\":\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDZUC7dO15S0bztGeDuG2ragDHUtsWANI06LBPtg" \
    "U/OkraST3nCdxQoGofBD8FQ8TM9YWSEkL/ECjpw75LSgf/g\""
#define ESCAPED_KEY                                                                                \
    "\"public_key\":\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDZUC7dO15S0bztGeDuG2ragDHUtsWANI06LBPtg" \
    "U\\/OkraST3nCdxQoGofBD8FQ8TM9YWSEkL\\/ECjpw75LSgf\\/g\""
#define VALUE "\"value\":\"AA-A\""
#define CORE HASH "," ALGORITHM "," KEY "," VALUE
#define ID "\"id\":\"f47ac10b-58cc-4372-a567-0e02b2c3d479\""
#define THUMBPRINT "\"thumbprint\":\"FZOYqWfZmhGntcplga1Ozz1PbK_zBcVpiKopy12am8Q\""

/* Each is refused for what its text names; what stands in its place in CORE is read. */
static void refused_lists(void **state)
{
    static const struct {
        const char *list;
        int code;
        const char *text;
    } rows[] = {
        {"[{" CORE "}]", SIGNET_OK, ""},
        {"{" CORE "}", SIGNET_E_MALFORMED, "signatures: expected an array"},
        {"[]", SIGNET_E_MALFORMED, "signatures: expected an array"},
        {"[1]", SIGNET_E_MALFORMED, "signature 1 of 1: expected an object"},
        {"[{" CORE "},[]]", SIGNET_E_MALFORMED, "signature 2 of 2: expected an object"},
        {"[{}]", SIGNET_E_MALFORMED, "hash_algorithm: expected a name"},
        {"[{\"hash_algorithm\":256," ALGORITHM "," KEY "," VALUE "}]", SIGNET_E_MALFORMED,
         "hash_algorithm: expected a name"},
        {"[{\"hash_algorithm\":\"sha-1\"," ALGORITHM "," KEY "," VALUE "}]", SIGNET_E_UNSUPPORTED,
         "hash_algorithm \"sha-1\": expected sha-256"},
        {"[{\"hash_algorithm\":\"SHA-256\"," ALGORITHM "," KEY "," VALUE "}]", SIGNET_E_UNSUPPORTED,
         "hash_algorithm \"SHA-256\""},
        {"[{" HASH "," KEY "," VALUE "}]", SIGNET_E_MALFORMED, "algorithm: expected a name"},
        {"[{" HASH ",\"algorithm\":\"ed25519\"," KEY "," VALUE "}]", SIGNET_E_UNSUPPORTED,
         "algorithm \"ed25519\""},
        {"[{" HASH ",\"algorithm\":\"Ed25519ph\"," KEY "," VALUE "}]", SIGNET_E_UNSUPPORTED,
         "algorithm \"Ed25519ph\""},
        {"[{" HASH ",\"algorithm\":\"HS256\"," KEY "," VALUE "}]", SIGNET_E_UNSUPPORTED,
         "proves no signer"},
        {"[{" HASH ",\"algorithm\":\"LMS_SHA256_M32_H5\"," KEY "," VALUE "}]", SIGNET_E_UNSUPPORTED,
         "algorithm \"LMS_SHA256_M32_H5\""},
        {"[{" HASH ",\"algorithm\":\"ES256\"," EC_KEY "," VALUE "}]", SIGNET_OK, ""},
        /* each slash escaped, as some writers do */
        {"[{" HASH ",\"algorithm\":\"ES256\"," ESCAPED_KEY "," VALUE "}]", SIGNET_OK, ""},
        {"[{" HASH ",\"algorithm\":\"ES384\"," EC_KEY "," VALUE "}]", SIGNET_E_MALFORMED,
         "algorithm ES384 does not go with the key"},
        {"[{" HASH ",\"algorithm\":\"ES256\"," KEY "," VALUE "}]", SIGNET_E_MALFORMED,
         "algorithm ES256 does not go with the key"},
        {"[{" HASH "," ALGORITHM "," VALUE "}]", SIGNET_E_MALFORMED, "expected one of public_key"},
        {"[{" HASH "," ALGORITHM ",\"public_key\":\"AAAA\"," VALUE "}]", SIGNET_E_MALFORMED,
         "public_key: expected a SubjectPublicKeyInfo"},
        {"[{" HASH "," ALGORITHM ",\"public_key\":\"\"," VALUE "}]", SIGNET_E_MALFORMED,
         "public_key: expected a SubjectPublicKeyInfo"},
        {"[{" HASH "," ALGORITHM ",\"public_key\":7," VALUE "}]", SIGNET_E_MALFORMED,
         "public_key: expected a SubjectPublicKeyInfo"},
        {"[{" HASH "," ALGORITHM
         ",\"public_key\":\"MCowBQYDK2VwAyEAubMonBfU9pvIbj5RCiWQLD45Jvu6mKr-kQXjvjW8ZkU=\"," VALUE
         "}]",
         SIGNET_E_MALFORMED, "public_key: expected a SubjectPublicKeyInfo"},
        /* a whole PEM file */
        {"[{" HASH "," ALGORITHM ",\"public_key\":"
         "\"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQXViTW9uQmZVOXB2SWJqNVJDaVdRTEQ"
         "0NUp2dTZtS3Ira1FYanZqVzhaa1U9Ci0tLS0tRU5EIFBVQkxJQyBLRVktLS0tLQo=\"," VALUE "}]",
         SIGNET_E_MALFORMED, "public_key: expected a SubjectPublicKeyInfo"},
        /* one byte behind the key */
        {"[{" HASH "," ALGORITHM
         ",\"public_key\":\"MCowBQYDK2VwAyEAubMonBfU9pvIbj5RCiWQLD45Jvu6mKr+kQXjvjW8ZkUA\"," VALUE
         "}]",
         SIGNET_E_MALFORMED, "public_key: "},
        {"[{" HASH "," ALGORITHM ",\"public_cert_chain\":[]," VALUE "}]", SIGNET_E_MALFORMED,
         "public_cert_chain: expected an array"},
        {"[{" HASH "," ALGORITHM ",\"public_cert_chain\":\"MAAA\"," VALUE "}]", SIGNET_E_MALFORMED,
         "public_cert_chain: expected an array"},
        {"[{" HASH "," ALGORITHM ",\"public_cert_chain\":[\"MA-A\"]," VALUE "}]",
         SIGNET_E_MALFORMED, "public_cert_chain: expected certificates in base64"},
        {"[{" HASH "," ALGORITHM ",\"public_cert_chain\":[\"MAAA\"]," VALUE "}]",
         SIGNET_E_MALFORMED, "X.509 certificate"},
        {"[{" HASH "," ALGORITHM "," THUMBPRINT "," VALUE "}]", SIGNET_OK, ""},
        {"[{" HASH "," ALGORITHM ",\"thumbprint\":\"AAAA\"," VALUE "}]", SIGNET_E_MALFORMED,
         "thumbprint: expected"},
        {"[{" HASH "," ALGORITHM ",\"thumbprint\":7," VALUE "}]", SIGNET_E_MALFORMED,
         "thumbprint: expected"},
        {"[{" HASH "," ALGORITHM ",\"cert_url\":\"https://a\"," VALUE "}]", SIGNET_OK, ""},
        {"[{" HASH "," ALGORITHM ",\"cert_url\":\"https:\\/\\/a\"," VALUE "}]", SIGNET_OK, ""},
        {"[{" HASH "," ALGORITHM ",\"cert_url\":\"https:\\/\"," VALUE "}]", SIGNET_E_MALFORMED,
         "cert_url: expected"},
        {"[{" HASH "," ALGORITHM ",\"cert_url\":\"http://a\"," VALUE "}]", SIGNET_E_MALFORMED,
         "cert_url: expected"},
        {"[{" CORE "," THUMBPRINT "}]", SIGNET_OK, ""},
        {"[{" HASH "," ALGORITHM "," KEY "}]", SIGNET_E_MALFORMED, "value: expected"},
        {"[{" HASH "," ALGORITHM "," KEY ",\"value\":\"\"}]", SIGNET_E_MALFORMED,
         "value: expected"},
        {"[{" HASH "," ALGORITHM "," KEY ",\"value\":\"AA+A\"}]", SIGNET_E_MALFORMED,
         "value: expected"},
        {"[{" HASH "," ALGORITHM "," KEY ",\"value\":\"AAB\"}]", SIGNET_E_MALFORMED,
         "value: expected"},
        {"[{" HASH "," ALGORITHM "," KEY ",\"value\":\"AA==\"}]", SIGNET_OK, ""},
        {"[{" HASH "," ALGORITHM "," KEY ",\"value\":\"AA=\"}]", SIGNET_E_MALFORMED,
         "value: expected"},
        {"[{" CORE ",\"type\":\"jss\"}]", SIGNET_OK, ""},
        {"[{" CORE ",\"type\":\"JSS\"}]", SIGNET_E_MALFORMED, "type: expected"},
        {"[{" CORE ",\"more\":{\"value\":1}}]", SIGNET_OK, ""},
        {"[{" CORE "," ID "}]", SIGNET_OK, ""},
        {"[{" CORE ",\"id\":\"f47ac10b-58cc-4372-a567-0e02b2c3d47\"}]", SIGNET_E_MALFORMED,
         "id: expected a UUID"},
        {"[{" CORE ",\"id\":\"g47ac10b-58cc-4372-a567-0e02b2c3d479\"}]", SIGNET_E_MALFORMED,
         "id: expected a UUID"},
        {"[{" CORE ",\"signee\":\"A\"}]", SIGNET_OK, ""},
        {"[{" CORE ",\"signee\":[\"A\"]}]", SIGNET_E_MALFORMED, "signee: expected a string"},
        {"[{" CORE ",\"related_to\":1}]", SIGNET_E_MALFORMED, "related_to: expected a string"},
        {"[{" CORE ",\"related_version\":1}]", SIGNET_E_MALFORMED, "related_version: expected a"},
        {"[{" CORE ",\"revoked\":false}]", SIGNET_OK, ""},
        {"[{" CORE ",\"revoked\":\"true\"}]", SIGNET_E_MALFORMED, "revoked: expected true or"},
        {"[{" CORE ",\"revoked\":null}]", SIGNET_E_MALFORMED, "revoked: expected true or"},
        {"[{" CORE ",\"created\":\"2023-10-29T13:56:08.000Z\"}]", SIGNET_OK, ""},
        {"[{" CORE ",\"created\":\"2023-10-29T13:56:08.00Z\"}]", SIGNET_E_MALFORMED, "created: e"},
        {"[{" CORE ",\"created\":\"2023-13-29T13:56:08.000Z\"}]", SIGNET_E_MALFORMED, "created:"},
        {"[{" CORE ",\"created\":\"2023-10-32T13:56:08.000Z\"}]", SIGNET_E_MALFORMED, "created:"},
        {"[{" CORE ",\"created\":\"2023-10-29T24:56:08.000Z\"}]", SIGNET_E_MALFORMED, "created:"},
        {"[{" CORE ",\"created\":\"2023-10-29T13:60:08.000Z\"}]", SIGNET_E_MALFORMED, "created:"},
        {"[{" CORE ",\"created\":\"2023-10-29T13:56:60.000Z\"}]", SIGNET_E_MALFORMED, "created:"},
        {"[{" CORE ",\"created\":\"2023-10-29T13:56:08.001Z\",\"modified\":\"2023-10-29T13:56:08."
         "001Z\"}]",
         SIGNET_OK, ""},
        {"[{" CORE ",\"created\":\"2023-10-29T13:56:08.001Z\",\"modified\":\"2023-10-29T13:56:08."
         "000Z\"}]",
         SIGNET_E_MALFORMED, "modified: expected a time after created"},
        {"[{" CORE ",\"valid_from\":\"2023-10-29T13:56:08Z\",\"valid_until\":\"2023-10-29T13:56:08."
         "001Z\"}]",
         SIGNET_OK, ""},
        {"[{" CORE ",\"valid_from\":\"2023-10-29T13:56:08Z\",\"valid_until\":\"2023-10-29T13:56:08."
         "000Z\"}]",
         SIGNET_E_MALFORMED, "valid_until: expected a time after valid_from"},
        {"[{" CORE ",\"signature\":{" CORE "}}]", SIGNET_OK, ""},
        {"[{" CORE ",\"signature\":[{" CORE "}]}]", SIGNET_E_MALFORMED, "signature: expected an"},
        {"[{" CORE ",\"signature\":{" HASH "," ALGORITHM "," KEY "}}]", SIGNET_E_MALFORMED,
         "signature 1 of 1: counter-signature: value: expected"},
        {"[{" CORE ",\"signature\":{" CORE ",\"signature\":{" CORE "}}}]", SIGNET_OK, ""},
        {"[{" CORE ",\"signature\":{" CORE ",\"signature\":1}}]", SIGNET_E_MALFORMED,
         "counter-signature: signature: expected an object"},
    };
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        char json[2048];
        struct sample sample;
        assert_in_range(snprintf(json, sizeof(json), "{\"a\":1,\"signatures\":%s}", rows[i].list),
                        1, 2047);
        int rc = open_sample(&sample, sample_text(signet_span_str(json)));
        if (rc != rows[i].code || strstr(sample.err.msg, rows[i].text) == NULL) {
            fail_msg("%s: %s: %s", rows[i].list, signet_err_name(rc), sample.err.msg);
        }
        sample_close(&sample);
    }
}

/* A certificate that stands beside the key of another. */
static void two_keys_in_one_signature(void **state)
{
    struct signet_buf text = document_named("certificate and its key");
    struct sample sample;
    struct signet_span other = signet_span_str(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDZUC7dO15S0bztGeDuG2ragDHUtsWANI06LBPtgU/"
        "OkraST3nCdxQoGofBD8FQ8TM9YWSEkL/ECjpw75LSgf/g==");
    (void)state;
    char *key = strstr((char *)text.data, "MFkw");
    assert_non_null(key);
    memcpy(key, other.ptr, other.len);
    CHECK_CODE(open_sample(&sample, text), SIGNET_E_MALFORMED);
    assert_non_null(strstr(sample.err.msg, "expected a certificate of the key in public_key"));
    sample_close(&sample);
}

/* A document is hashed once for each signature, and that is paid for. */
static void work_is_bounded(void **state)
{
    struct sample sample;
    struct signet_trusted_key keys[2];
    struct signet_signers signers;
    (void)state;
    CHECK_OK(open_sample(&sample, document_named("two keys")), &sample.err);
    size_t once = sample.place.covered.text.len;
    uint64_t enough = 2 * once + 32 + 64;
    uint64_t too_little = enough - 1;
    assert_int_equal(read_keys(signet_span_str("ed25519-a,ed25519-b"), keys), 2);
    struct signet_signers_request request = {.payload_type = SIGNET_PAYLOAD_TYPE_DOCUMENT,
                                             .keys = keys,
                                             .key_count = 2,
                                             .work_left = &too_little};
    CHECK_CODE(signet_signers_check(&sample.env, &request, &signers, &sample.err), SIGNET_E_LIMIT);
    request.work_left = &enough;
    signet_err_clear(&sample.err);
    CHECK_OK(signet_signers_check(&sample.env, &request, &signers, &sample.err), &sample.err);
    assert_int_equal(signers.distinct, 2);
    assert_int_equal(enough, 0);
    signet_signers_free(&signers);
    sample_close(&sample);
}

/* A key for another format is no key for this one. */
static void only_keys_for_jss(void **state)
{
    struct sample sample;
    struct signet_trusted_key key;
    (void)state;
    CHECK_OK(open_sample(&sample, document_named("Ed25519 over sha-256")), &sample.err);
    assert_int_equal(read_keys(signet_span_str("ed25519-a"), &key), 1);
    key.uses = ~(unsigned)SIGNET_USE_JSS;
    struct signet_signers signers = sample_judge(&sample, &key, 1);
    assert_int_equal(signers.list[0].status, SIGNET_E_UNTRUSTED);
    assert_true(signers.list[0].wrong_use);
    signet_signers_free(&signers);
    sample_close(&sample);
}

/* Versions of one signature have one id, in either case of its hex digits: one revokes both. */
static void one_id_in_two_spellings(void **state)
{
    static const struct {
        const char *other;
        bool same;
    } rows[] = {
        {"f47ac10b-58cc-4372-a567-0e02b2c3d479", true},
        {"F47AC10B-58cc-4372-A567-0e02b2c3d479", true},
        {"f47ac10b-58cc-4372-a567-0e02b2c3d478", false},
    };
    (void)state;
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        char json[2048];
        struct sample sample;
        assert_in_range(snprintf(json, sizeof(json),
                                 "{\"a\":1,\"signatures\":[{" CORE "," ID
                                 ",\"revoked\":true},{" CORE ",\"id\":\"%s\"}]}",
                                 rows[i].other),
                        1, 2047);
        CHECK_OK(open_sample(&sample, sample_text(signet_span_str(json))), &sample.err);
        assert_true(sample.env.signatures[0].revoked);
        assert_int_equal(sample.env.signatures[1].revoked, rows[i].same);
        sample_close(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_id_in_two_spellings),    cmocka_unit_test(example_of_x590),
        cmocka_unit_test(published_samples),          cmocka_unit_test(documents),
        cmocka_unit_test(a_flipped_bit_is_refused),   cmocka_unit_test(another_length_is_refused),
        cmocka_unit_test(another_layout_is_the_same), cmocka_unit_test(refused_lists),
        cmocka_unit_test(two_keys_in_one_signature),  cmocka_unit_test(work_is_bounded),
        cmocka_unit_test(only_keys_for_jss),
    };
    return CHECK_RUN(tests);
}

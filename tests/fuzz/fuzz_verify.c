/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/verify.h>: forgeries. The input is a list of edits to a signature file that passes, or to
 * the statement before it is signed, or one to the artifact. An edited file passes only if it still
 * holds the payload and as many of the signatures as are demanded; an edited statement only if it
 * still states every digest; an edited artifact never. Without any edit all pass.
 *
 * Byte 0 chooses, as bits: DSSE or bundle, two signers or one, edits to the statement or the file,
 * a bundle or a file as artifact, edits to the artifact. Then come edits of 4 bytes: what to do,
 * where (2), with which byte.
 */
#include "fuzz.h"

#include "artifact/artifact.h"
#include "base/codec.h"
#include "forge.h"
#include "verify/verification.h"

#define OMS_HEAD                                                                                   \
    "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":"                            \
    "\"https://model_signing/signature/v1.0\",\"predicate\":{\"serialization\":{\"method\":"       \
    "\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":[\".git\"]},"    \
    "\"resources\":["

#define FILE_HEAD                                                                                  \
    "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{},\"predicateType\":"           \
    "\"https://sigstore.dev/cosign/sign/v1\",\"subject\":[{"

enum {
    CHOOSE_DSSE = 1,
    CHOOSE_TWO = 2,
    CHOOSE_STATEMENT = 4,
    CHOOSE_BUNDLE = 8,
    CHOOSE_ARTIFACT = 16,
    EDIT = 4,
    EDITS_MAX = 64,
    TEXT_MAX = 8192,
    ENTRIES = 2,
    HEX = 65
};

/* An artifact as if it had been measured, and the statement that vouches for it. */
struct subject {
    struct signet_artifact artifact;
    struct signet_manifest manifest;
    struct signet_entry entries[ENTRIES];
    char hex[ENTRIES][HEX];
    char statement[TEXT_MAX + EDITS_MAX];
};

static void hash(const void *bytes, size_t len, uint8_t digest[32], char hex[HEX])
{
    crypto_hash_sha256(digest, bytes, len);
    signet_hex_encode(signet_span_of(digest, 32), hex);
}

/* name is not written to; the artifact frees its own, which is never done here. */
static void init_subject(struct subject *subject, char *name, bool bundle)
{
    static const char *const names[ENTRIES] = {"config.json", "w/0.bin"};
    uint8_t digests[ENTRIES][32];
    char root[HEX];
    memset(subject, 0, sizeof(*subject));
    subject->artifact.fd = -1;
    subject->artifact.kind = bundle ? SIGNET_ARTIFACT_BUNDLE : SIGNET_ARTIFACT_FILE;
    subject->artifact.path = name;
    subject->artifact.name = name;
    subject->manifest.kind = subject->artifact.kind;
    subject->manifest.alg = SIGNET_DIGEST_SHA256;
    subject->manifest.entries = subject->entries;
    subject->manifest.count = bundle ? ENTRIES : 1;
    for (size_t i = 0; i < ENTRIES; i++) {
        struct signet_entry *entry = &subject->entries[i];
        hash(names[i], strlen(names[i]), digests[i], subject->hex[i]);
        entry->name = bundle ? names[i] : name;
        memcpy(entry->sha256, digests[i], 32);
    }
    hash(digests, sizeof(digests), subject->manifest.root.bytes, root);
    int len = bundle ? snprintf(subject->statement, TEXT_MAX,
                                OMS_HEAD "{\"name\":\"%s\",\"algorithm\":\"sha256\",\"digest\":"
                                         "\"%s\"},{\"name\":\"%s\",\"algorithm\":\"sha256\","
                                         "\"digest\":\"%s\"}]},\"subject\":[{\"name\":\"m\","
                                         "\"digest\":{\"sha256\":\"%s\"}}]}",
                                names[0], subject->hex[0], names[1], subject->hex[1], root)
                     : snprintf(subject->statement, TEXT_MAX,
                                FILE_HEAD "\"digest\":{\"sha256\":\"%s\"},\"name\":\"a\"}]}",
                                subject->hex[0]);
    FUZZ_CHECK(len > 0 && len < TEXT_MAX);
}

/* Applies the edits to text, which has room for one more byte for each. */
static void edit(const uint8_t *edits, size_t size, char *text, size_t *len)
{
    for (size_t i = 0; i + EDIT <= size && i<(size_t)EDIT * EDITS_MAX && * len> 0; i += EDIT) {
        size_t at = ((size_t)edits[i + 1] << 8 | edits[i + 2]) % *len;
        char byte = edits[i + 3] != 0 ? (char)edits[i + 3] : ' ';
        switch (edits[i] % 3) {
        case 0:
            text[at] = byte;
            break;
        case 1:
            memmove(text + at + 1, text + at, *len - at);
            text[at] = byte;
            ++*len;
            break;
        default:
            memmove(text + at, text + at + 1, *len - at - 1);
            --*len;
            break;
        }
    }
}

/* Another content of one entry, an entry less, or one under another name. */
static void spoil(const uint8_t edit[EDIT], struct signet_manifest *manifest)
{
    size_t at = (size_t)edit[1] << 8 | edit[2];
    struct signet_entry *entry = &manifest->entries[at % manifest->count];
    if (manifest->kind == SIGNET_ARTIFACT_BUNDLE && edit[0] % 3 == 1) {
        manifest->count--;
    } else if (manifest->kind == SIGNET_ARTIFACT_BUNDLE && edit[0] % 3 == 2) {
        manifest->entries[ENTRIES - 1].name = "w/1.bin";
    } else {
        entry->sha256[at / ENTRIES % 32] ^= edit[3] | 1;
    }
}

static struct signet_buf make_file(const char *statement, unsigned choice)
{
    static const size_t second[] = {1, SIZE_MAX};
    bool two = (choice & CHOOSE_TWO) != 0;
    const struct forge how = {
        .payload = statement,
        .dsse = two || (choice & CHOOSE_DSSE) != 0,
        .more_keys = two ? second : NULL,
    };
    return forge(&how);
}

static struct signet_buf copy_of(struct signet_span bytes)
{
    struct signet_buf copy;
    signet_buf_init(&copy, bytes.len);
    FUZZ_CHECK(signet_buf_put(&copy, bytes) == SIGNET_OK);
    return copy;
}

static int verify(struct subject *subject, struct signet_span file, size_t threshold)
{
    const struct signet_trusted_key keys[] = {forge_trusted(0), forge_trusted(1)};
    struct signet_signature_file signature = {.name = "s", .text = copy_of(file)};
    const struct signet_verify_opts opts = {
        .size = sizeof(opts),
        .keys = keys,
        .key_count = 2,
        .threshold = threshold,
        .signatures = &signature,
        .signature_count = 1,
    };
    struct signet_verification *verification = NULL;
    struct signet_err err;
    signet_err_clear(&err);
    int rc = signet_verify_measured(&subject->artifact, &subject->manifest, "a", &opts,
                                    &verification, &err);
    FUZZ_CHECK(verification != NULL && err.code == rc);
    FUZZ_CHECK(signet_verification_code(verification) == rc);
    FUZZ_CHECK((signet_verification_verified(verification) != NULL) == (rc == SIGNET_OK));
    FUZZ_CHECK((signet_verification_statement(verification).len > 0) == (rc == SIGNET_OK));
    signet_verification_free(verification);
    FUZZ_CHECK(signature.text.data == NULL);
    return rc;
}

static bool holds(const struct signet_envelope *env, const char *statement, size_t key)
{
    uint8_t sig[crypto_sign_BYTES];
    forge_sign(key, SIGNET_PAYLOAD_TYPE_INTOTO, statement, false, sig);
    for (size_t i = 0; i < env->signature_count; i++) {
        if (signet_span_eq(env->signatures[i].sig, signet_span_of(sig, sizeof(sig)))) {
            return true;
        }
    }
    return false;
}

/* A file that passed says what was signed, and carries the signatures that were made. */
static void check_file(struct signet_span file, const char *statement, size_t threshold)
{
    struct signet_envelope env;
    struct signet_buf text = copy_of(file);
    const struct signet_limits limits = signet_limits_default();
    FUZZ_CHECK(signet_envelope_parse(&text, file.len, &limits, &env, NULL) == SIGNET_OK);
    FUZZ_CHECK(signet_span_is(env.payload, statement));
    FUZZ_CHECK(strcmp(env.payload_type, SIGNET_PAYLOAD_TYPE_INTOTO) == 0);
    size_t held = (holds(&env, statement, 0) ? 1U : 0U) + (holds(&env, statement, 1) ? 1U : 0U);
    FUZZ_CHECK(held >= threshold);
    signet_envelope_free(&env);
}

static bool holds_digits(const char *statement, const char *hex)
{
    for (; *statement != '\0'; statement++) {
        size_t i = 0;
        while (hex[i] != '\0' && (statement[i] | 0x20) == (hex[i] | 0x20)) {
            i++;
        }
        if (hex[i] == '\0') {
            return true;
        }
    }
    return false;
}

/* A choice, edits to it, and what became of it. */
static void forge_and_verify(unsigned choice, const uint8_t *edits, size_t size)
{
    char name[] = "a";
    struct subject subject;
    size_t threshold = (choice & CHOOSE_TWO) != 0 ? 2 : 1;
    bool spoilt = (choice & CHOOSE_ARTIFACT) != 0 && size >= EDIT;
    init_subject(&subject, name, (choice & CHOOSE_BUNDLE) != 0);
    if (spoilt) {
        spoil(edits, &subject.manifest);
    } else if ((choice & CHOOSE_STATEMENT) != 0) {
        size_t len = strlen(subject.statement);
        edit(edits, size, subject.statement, &len);
        subject.statement[len] = '\0';
    }
    struct signet_buf file = make_file(subject.statement, choice);
    if (!spoilt && (choice & CHOOSE_STATEMENT) == 0) {
        FUZZ_CHECK(signet_buf_reserve(&file, EDITS_MAX) == SIGNET_OK);
        edit(edits, size, (char *)file.data, &file.len);
    }
    int rc = verify(&subject, signet_buf_span(&file), threshold);
    if (rc == SIGNET_OK) {
        check_file(signet_buf_span(&file), subject.statement, threshold);
        for (size_t i = 0; i < subject.manifest.count; i++) {
            FUZZ_CHECK(holds_digits(subject.statement, subject.hex[i]));
        }
    }
    FUZZ_CHECK(!spoilt || rc == SIGNET_E_MISMATCH);
    FUZZ_CHECK(size >= EDIT || rc == SIGNET_OK);
    signet_buf_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        forge_and_verify(data[0], data + 1, size - 1);
    }
    return 0;
}

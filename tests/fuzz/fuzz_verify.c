/* SPDX-License-Identifier: Apache-2.0
 *
 * <signet/verify.h>: forgeries. The input is a list of edits to a signature file that passes, or to
 * the statement before it is signed, or one to the artifact. An edited file passes only if it still
 * holds the payload and as many of the signatures as are demanded; an edited statement only if it
 * still states every digest; an edited artifact never. Without any edit all pass.
 *
 * Byte 0 chooses, as bits: DSSE or bundle, two signers or one, edits to the statement or the file,
 * a bundle or a file as artifact, edits to the artifact, shards of a bundle or whole files. Then
 * come edits of 4 bytes: what to do, where (2), with which byte.
 */
#include "fuzz.h"

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "base/codec.h"
#include "forge.h"
#include "verify/verification.h"

#define OMS_HEAD                                                                                   \
    "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":"                            \
    "\"https://model_signing/signature/v1.0\",\"predicate\":{\"serialization\":{%s,"               \
    "\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":[\".git\"]},"              \
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
    CHOOSE_SHARDS = 32,
    EDIT = 4,
    EDITS_MAX = 64,
    TEXT_MAX = 8192,
    ENTRIES = 2,
    SHARD = 4, /* bytes */
    RESOURCES_MAX = 4,
    HEX = 65
};

/* An artifact as if it had been measured, and the statement that vouches for it. */
struct subject {
    struct signet_artifact artifact;
    struct signet_manifest manifest;
    char hex[RESOURCES_MAX][HEX];
    size_t resources;
    char statement[TEXT_MAX + EDITS_MAX];
};

/* One digest of an entry, and what a statement calls that entry or piece. */
struct resource {
    size_t entry;
    uint64_t number;
    const char *name;
};

static const struct resource whole[] = {{0, 0, "config.json"}, {1, 0, "w/0.bin"}};
static const struct resource shards[] = {{0, 0, "config.json:0:4"},
                                         {0, 2, "config.json:8:10"},
                                         {0, 1, "config.json:4:8"},
                                         {1, 0, "w/0.bin:0:4"}};

static void hash(const void *bytes, size_t len, uint8_t digest[32], char hex[HEX])
{
    crypto_hash_sha256(digest, bytes, len);
    signet_hex_encode(signet_span_of(digest, 32), hex);
}

/* The measured entries; the digest of each is that of its name. */
static void init_manifest(struct subject *subject,
                          const char *name,
                          unsigned choice,
                          const struct resource *list)
{
    static const uint64_t sizes[ENTRIES] = {10, 4};
    struct signet_manifest *manifest = &subject->manifest;
    bool bundle = (choice & CHOOSE_BUNDLE) != 0;
    FUZZ_CHECK(signet_manifest_begin(manifest, subject->artifact.kind, SIGNET_DIGEST_SHA256,
                                     NULL) == SIGNET_OK);
    manifest->shard_size = bundle && (choice & CHOOSE_SHARDS) != 0 ? SHARD : 0;
    for (size_t i = 0; i < (bundle ? (size_t)ENTRIES : 1); i++) {
        struct signet_span entry = signet_span_str(bundle ? whole[i].name : name);
        FUZZ_CHECK(signet_manifest_add_file(manifest, entry, sizes[i], ENTRIES, NULL) == SIGNET_OK);
    }
    FUZZ_CHECK(signet_manifest_make_room(manifest, RESOURCES_MAX, NULL) == SIGNET_OK);
    for (size_t i = 0; i < subject->resources; i++) {
        struct signet_entry *entry = &manifest->entries[list[i].entry];
        hash(list[i].name, strlen(list[i].name),
             signet_manifest_slot(manifest, entry, list[i].number), subject->hex[i]);
    }
}

/* The statement over a bundle: each resource as listed, and the digest over their digests. */
static int list_bundle(struct subject *subject, unsigned choice, const struct resource *list)
{
    char *text = subject->statement;
    char root[HEX];
    uint8_t digests[32 * RESOURCES_MAX];
    int len = snprintf(text, TEXT_MAX, OMS_HEAD,
                       (choice & CHOOSE_SHARDS) != 0 ? "\"method\":\"shards\",\"shard_size\":4.0"
                                                     : "\"method\":\"files\"");
    for (size_t i = 0; i < subject->resources; i++) {
        FUZZ_CHECK(signet_hex_decode(signet_span_of(subject->hex[i], HEX - 1), digests + 32 * i,
                                     32) == SIGNET_OK);
        len += snprintf(text + len, (size_t)(TEXT_MAX - len),
                        "%s{\"name\":\"%s\",\"algorithm\":\"sha256\",\"digest\":\"%s\"}",
                        i > 0 ? "," : "", list[i].name, subject->hex[i]);
    }
    hash(digests, 32 * subject->resources, subject->manifest.root.bytes, root);
    return len + snprintf(text + len, (size_t)(TEXT_MAX - len),
                          "]},\"subject\":[{\"name\":\"m\",\"digest\":{\"sha256\":\"%s\"}}]}",
                          root);
}

/* name is not written to; the artifact frees its own, which is never done here. */
static void init_subject(struct subject *subject, char *name, unsigned choice)
{
    bool bundle = (choice & CHOOSE_BUNDLE) != 0;
    const struct resource *list = bundle && (choice & CHOOSE_SHARDS) != 0 ? shards : whole;
    memset(subject, 0, sizeof(*subject));
    subject->artifact.fd = -1;
    subject->artifact.kind = bundle ? SIGNET_ARTIFACT_BUNDLE : SIGNET_ARTIFACT_FILE;
    subject->artifact.path = name;
    subject->artifact.name = name;
    subject->resources = !bundle ? 1 : list == shards ? (size_t)RESOURCES_MAX : (size_t)ENTRIES;
    init_manifest(subject, name, choice, list);
    int len = bundle ? list_bundle(subject, choice, list)
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

/* Another content of one entry, another size of a file in shards, an entry less, or one under
 * another name. */
static void spoil(const uint8_t edit[EDIT], struct signet_manifest *manifest)
{
    size_t at = (size_t)edit[1] << 8 | edit[2];
    struct signet_entry *entry = &manifest->entries[at % manifest->count];
    if (manifest->kind == SIGNET_ARTIFACT_BUNDLE && edit[0] % 4 == 1) {
        manifest->count--;
    } else if (manifest->kind == SIGNET_ARTIFACT_BUNDLE && edit[0] % 4 == 2) {
        manifest->entries[ENTRIES - 1].name = "w/1.bin";
    } else if (manifest->shard_size > 0 && edit[0] % 4 == 3) {
        entry->size ^= edit[3] | 1;
    } else {
        uint64_t number = at / ENTRIES % signet_entry_digests(manifest, entry);
        signet_manifest_slot(manifest, entry, number)[at / 8 % 32] ^= edit[3] | 1;
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
    init_subject(&subject, name, choice);
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
        for (size_t i = 0; i < subject.resources; i++) {
            FUZZ_CHECK(holds_digits(subject.statement, subject.hex[i]));
        }
    }
    FUZZ_CHECK(!spoilt || rc == SIGNET_E_MISMATCH);
    FUZZ_CHECK(size >= EDIT || rc == SIGNET_OK);
    signet_manifest_free(&subject.manifest);
    signet_buf_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        forge_and_verify(data[0], data + 1, size - 1);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders of evidence for the benchmarks: makes signature files by libsodium, indexes a folder, and
 * verifies a file by all that a folder holds about it.
 *
 * usage: bench_evidence make lines|files COUNT FOLDER [FILE]   statements about FILE, or each about
 *                                                              another file
 *        bench_evidence index COUNT FOLDER
 *        bench_evidence verify COUNT FOLDER FILE               by all that is about FILE
 */
#include <signet/report.h>
#include <signet/store.h>
#include <signet/verify.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_MAX = 2048,
    CONTENTS_MAX = 1 << 20
};

static int fail(const char *what)
{
    fprintf(stderr, "bench_evidence: %s\n", what);
    return 1;
}

static int key_pair(unsigned char *public_half, unsigned char *secret)
{
    const unsigned char seed[crypto_sign_SEEDBYTES] = {1};
    return sodium_init() < 0 || crypto_sign_seed_keypair(public_half, secret, seed) != 0;
}

static void base64(const void *bytes, size_t len, char *out, size_t size)
{
    sodium_bin2base64(out, size, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

/* A signature file over a statement of that number. Returns its length, or a negative number. */
static int
make_text(long number, const unsigned char *digest, const unsigned char *secret, char *out)
{
    char hex[crypto_hash_sha256_BYTES * 2 + 1];
    char statement[TEXT_MAX];
    char message[TEXT_MAX];
    char encoded[TEXT_MAX];
    char signature[TEXT_MAX];
    unsigned char raw[crypto_sign_BYTES];
    sodium_bin2hex(hex, sizeof(hex), digest, crypto_hash_sha256_BYTES);
    int len = snprintf(statement, sizeof(statement),
                       "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"result\":"
                       "\"PASSED\",\"number\":%ld},\"predicateType\":"
                       "\"https://in-toto.io/attestation/test-result/v0.1\",\"subject\":[{"
                       "\"digest\":{\"sha256\":\"%s\"},\"name\":\"file-%ld\"}]}",
                       number, hex, number);
    int all = snprintf(message, sizeof(message), "DSSEv1 28 application/vnd.in-toto+json %d %s",
                       len, statement);
    if (len < 0 || all < 0 || all >= (int)sizeof(message)) {
        return -1;
    }
    crypto_sign_detached(raw, NULL, (const unsigned char *)message, (unsigned long long)all,
                         secret);
    base64(raw, sizeof(raw), signature, sizeof(signature));
    base64(statement, (size_t)len, encoded, sizeof(encoded));
    return snprintf(out, 2 * TEXT_MAX,
                    "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
                    "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"\"},\"tlogEntries\":[]},"
                    "\"dsseEnvelope\":{\"payload\":\"%s\",\"payloadType\":"
                    "\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\"%s\",\"keyid\":"
                    "\"\"}]}}\n",
                    encoded, signature);
}

/* The digest of a file of at most a MiB; without one, of the number. */
static int digest_of(const char *path, long number, unsigned char *digest)
{
    static unsigned char contents[CONTENTS_MAX + 1];
    if (path == NULL) {
        return crypto_hash_sha256(digest, (const unsigned char *)&number, sizeof(number));
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 1;
    }
    size_t len = fread(contents, 1, sizeof(contents), file);
    int failed = ferror(file) != 0 || len > CONTENTS_MAX;
    return fclose(file) != 0 || failed || crypto_hash_sha256(digest, contents, len) != 0;
}

static FILE *open_text(const char *folder, const char *how, long number)
{
    char path[TEXT_MAX];
    int len = strcmp(how, "lines") == 0
                  ? snprintf(path, sizeof(path), "%s/all.jsonl", folder)
                  : snprintf(path, sizeof(path), "%s/%06ld.sigstore.json", folder, number);
    return len > 0 && len < (int)sizeof(path) ? fopen(path, "ab") : NULL;
}

static int make(const char *how, long count, const char *folder, const char *about)
{
    unsigned char public_half[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    unsigned char digest[crypto_hash_sha256_BYTES];
    char text[2 * TEXT_MAX];
    if (key_pair(public_half, secret) != 0) {
        return fail("no key");
    }
    for (long i = 0; i < count; i++) {
        int len = i > 0 && about != NULL ? 0 : digest_of(about, i, digest);
        len = len == 0 ? make_text(i, digest, secret, text) : -1;
        FILE *file = len > 0 ? open_text(folder, how, i) : NULL;
        if (file == NULL) {
            return fail("a text cannot be made");
        }
        int failed = fwrite(text, 1, (size_t)len, file) != (size_t)len;
        if (fclose(file) != 0 || failed) {
            return fail("a text cannot be written");
        }
    }
    return 0;
}

static struct signet_store *open_store(const char *folder, uint64_t count, struct signet_err *err)
{
    const struct signet_store_opts opts = {.size = sizeof(opts)};
    struct signet_store *store = NULL;
    if (signet_store_open(&folder, 1, &opts, &store, err) == SIGNET_OK &&
        (signet_store_count(store) != count || signet_store_refused(store) != 0)) {
        signet_store_close(store);
        signet_err_set(err, SIGNET_E_MISMATCH, "%s: not as many statements as expected", folder);
        return NULL;
    }
    return store;
}

/* All are looked at: attestations are no signature. */
static int verify(struct signet_store *store, const char *path, struct signet_err *err)
{
    unsigned char public_half[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    struct signet_trusted_key key = {.uses = SIGNET_USE_BUNDLE, .name = "signer"};
    struct signet_artifact *artifact = NULL;
    struct signet_verification *verification = NULL;
    const struct signet_verify_opts opts = {
        .size = sizeof(opts), .keys = &key, .key_count = 1, .store = store};
    int rc = key_pair(public_half, secret) == 0 ? (int)SIGNET_OK : (int)SIGNET_E_INTERNAL;
    if (rc == SIGNET_OK) {
        rc =
            signet_pubkey_from_raw(signet_span_of(public_half, sizeof(public_half)), &key.key, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_artifact_open(path, &artifact, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_verify(artifact, path, &opts, &verification, err);
    }
    signet_verification_free(verification);
    signet_artifact_close(artifact);
    return rc == SIGNET_E_NO_SIGNATURE ? 0 : fail(err->msg);
}

int main(int argc, char **argv)
{
    struct signet_err err;
    signet_err_clear(&err);
    if (argc >= 5 && argc <= 6 && strcmp(argv[1], "make") == 0) {
        return make(argv[2], strtol(argv[3], NULL, 10), argv[4], argc == 6 ? argv[5] : NULL);
    }
    int verifies = argc == 5 && strcmp(argv[1], "verify") == 0;
    if (!verifies && (argc != 4 || strcmp(argv[1], "index") != 0)) {
        return fail("usage: make, index or verify: see the source");
    }
    struct signet_store *store = open_store(argv[3], strtoull(argv[2], NULL, 10), &err);
    int failed = store == NULL ? fail(err.msg) : verifies ? verify(store, argv[4], &err) : 0;
    signet_store_close(store);
    return failed;
}

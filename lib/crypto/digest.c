/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests. Owns the algorithm table and the choice of code: SHA-256 (FIPS 180-4) is our own, two
 * streams a core; SHA-384 and SHA-512 are libcrypto's, which has code for each processor and is
 * loaded for them alone; BLAKE2b (RFC 7693) is libsodium's. Knows nothing of files.
 */
#include <signet/digest.h>

#include <sodium.h>
#include <stdlib.h>

#include "base/codec.h"
#include "base/compiler.h"
#include "base/err.h"
#include "crypto/openssl.h"
#include "crypto/sha256.h"
#include "crypto/sodium.h"

/* How an algorithm is computed; finish leaves a digest that has been started. */
struct hash_ops {
    int (*start)(struct signet_hash *hash, struct signet_err *err);
    int (*update)(struct signet_hash *hash, struct signet_span bytes);
    int (*finish)(struct signet_hash *hash, uint8_t out[SIGNET_DIGEST_MAX]);
};

struct digest_row {
    enum signet_digest_alg alg;
    size_t size; /* bytes */
    const char *name;
    const struct hash_ops *ops;
};

struct signet_hash {
    union {
        crypto_generichash_blake2b_state blake2b;
        struct signet_sha256 sha256;
    } state;
    struct signet_sha2 *sha2; /* SHA-384 and SHA-512, otherwise NULL */
    const struct digest_row *row;
    int status; /* SIGNET_OK, or the error that stuck */
};

static int start_sha256(struct signet_hash *hash, struct signet_err *err)
{
    return signet_sha256_init(&hash->state.sha256, SIGNET_SHA256_BEST)
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_INTERNAL, "no code for SHA-256");
}

static int update_sha256(struct signet_hash *hash, struct signet_span bytes)
{
    signet_sha256_update(&hash->state.sha256, bytes);
    return SIGNET_OK;
}

static int finish_sha256(struct signet_hash *hash, uint8_t out[SIGNET_DIGEST_MAX])
{
    signet_sha256_final(&hash->state.sha256, out);
    return SIGNET_OK;
}

static int start_sha2(struct signet_hash *hash, struct signet_err *err)
{
    return signet_sha2_new(hash->row->alg, &hash->sha2, err);
}

static int update_sha2(struct signet_hash *hash, struct signet_span bytes)
{
    return signet_sha2_update(hash->sha2, bytes);
}

static int finish_sha2(struct signet_hash *hash, uint8_t out[SIGNET_DIGEST_MAX])
{
    return signet_sha2_final(hash->sha2, out);
}

static int start_blake2b(struct signet_hash *hash, struct signet_err *err)
{
    int rc = signet_sodium_start(err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    return crypto_generichash_blake2b_init(&hash->state.blake2b, NULL, 0, hash->row->size) == 0
               ? SIGNET_OK
               : signet_err_set(err, SIGNET_E_INTERNAL, "libsodium cannot start a digest");
}

static int update_blake2b(struct signet_hash *hash, struct signet_span bytes)
{
    int rc = crypto_generichash_blake2b_update(&hash->state.blake2b, bytes.ptr, bytes.len);
    return rc == 0 ? SIGNET_OK : SIGNET_E_INTERNAL;
}

static int finish_blake2b(struct signet_hash *hash, uint8_t out[SIGNET_DIGEST_MAX])
{
    int rc = crypto_generichash_blake2b_final(&hash->state.blake2b, out, hash->row->size);
    int started = start_blake2b(hash, NULL);
    return rc == 0 ? started : SIGNET_E_INTERNAL;
}

static const struct hash_ops sha256_ops = {start_sha256, update_sha256, finish_sha256};
static const struct hash_ops sha2_ops = {start_sha2, update_sha2, finish_sha2};
static const struct hash_ops blake2b_ops = {start_blake2b, update_blake2b, finish_blake2b};

static const struct digest_row digest_rows[] = {
    {SIGNET_DIGEST_SHA256, 32, "sha256", &sha256_ops},
    {SIGNET_DIGEST_SHA384, 48, "sha384", &sha2_ops},
    {SIGNET_DIGEST_SHA512, 64, "sha512", &sha2_ops},
    {SIGNET_DIGEST_BLAKE2B, 64, "blake2b", &blake2b_ops},
    {SIGNET_DIGEST_BLAKE2B_256, 32, "blake2b-256", &blake2b_ops},
    {SIGNET_DIGEST_BLAKE2B_384, 48, "blake2b-384", &blake2b_ops},
};

static const struct digest_row *find_row(enum signet_digest_alg alg)
{
    for (size_t i = 0; i < SIGNET_COUNT(digest_rows); i++) {
        if (digest_rows[i].alg == alg) {
            return &digest_rows[i];
        }
    }
    return NULL;
}

size_t signet_digest_size(enum signet_digest_alg alg)
{
    const struct digest_row *row = find_row(alg);
    return row != NULL ? row->size : 0;
}

const char *signet_digest_name(enum signet_digest_alg alg)
{
    const struct digest_row *row = find_row(alg);
    return row != NULL ? row->name : "none";
}

enum signet_digest_alg signet_digest_by_name(struct signet_span name)
{
    for (size_t i = 0; i < SIGNET_COUNT(digest_rows); i++) {
        if (signet_span_is(name, digest_rows[i].name)) {
            return digest_rows[i].alg;
        }
    }
    return SIGNET_DIGEST_NONE;
}

bool signet_digest_eq(const struct signet_digest *a, const struct signet_digest *b)
{
    return a->alg == b->alg && a->len > 0 && a->len <= sizeof(a->bytes) &&
           signet_span_eq(signet_span_of(a->bytes, a->len), signet_span_of(b->bytes, b->len));
}

const char *signet_digest_hex(const struct signet_digest *digest, char out[SIGNET_DIGEST_HEX])
{
    size_t len = digest->len <= sizeof(digest->bytes) ? digest->len : 0;
    signet_hex_encode(signet_span_of(digest->bytes, len), out);
    return out;
}

/* Makes hash ready, wherever it lies. On failure nothing in it needs to be released. */
static int start(struct signet_hash *hash, enum signet_digest_alg alg, struct signet_err *err)
{
    memset(hash, 0, sizeof(*hash));
    hash->row = find_row(alg);
    if (hash->row == NULL) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "digest algorithm %d: expected sha256, sha384, sha512 or blake2b",
                              (int)alg);
    }
    return hash->row->ops->start(hash, err);
}

int signet_hash_new(enum signet_digest_alg alg, struct signet_hash **hash, struct signet_err *err)
{
    struct signet_hash *made = aligned_alloc(_Alignof(struct signet_hash), sizeof(*made));
    if (made == NULL) {
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory");
    }
    int rc = start(made, alg, err);
    if (rc != SIGNET_OK) {
        free(made);
        return rc;
    }
    *hash = made;
    return SIGNET_OK;
}

int signet_hash_update(struct signet_hash *hash, struct signet_span bytes)
{
    if (hash->status == SIGNET_OK && bytes.len > 0) {
        hash->status = hash->row->ops->update(hash, bytes);
    }
    return hash->status;
}

int signet_hash_final(struct signet_hash *hash, struct signet_digest *digest)
{
    int before = hash->status;
    memset(digest, 0, sizeof(*digest));
    hash->status = hash->row->ops->finish(hash, digest->bytes);
    if (before != SIGNET_OK || hash->status != SIGNET_OK) {
        memset(digest, 0, sizeof(*digest));
        return before != SIGNET_OK ? before : hash->status;
    }
    digest->alg = hash->row->alg;
    digest->len = hash->row->size;
    return SIGNET_OK;
}

void signet_hash_free(struct signet_hash *hash)
{
    if (hash != NULL) {
        signet_sha2_free(hash->sha2);
        free(hash);
    }
}

int signet_digest_of(enum signet_digest_alg alg,
                     struct signet_span bytes,
                     struct signet_digest *digest,
                     struct signet_err *err)
{
    struct signet_hash hash;
    memset(digest, 0, sizeof(*digest));
    int rc = start(&hash, alg, err);
    if (rc != SIGNET_OK) {
        return rc;
    }
    rc = signet_hash_update(&hash, bytes);
    if (rc == SIGNET_OK) {
        rc = signet_hash_final(&hash, digest);
    }
    signet_sha2_free(hash.sha2);
    return rc == SIGNET_OK ? rc : signet_err_set(err, rc, "the digest could not be computed");
}

int signet_digest_self_check(struct signet_digest_path *path, struct signet_err *err)
{
    static const char message[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                                  "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    static const struct signet_digest expected = {
        SIGNET_DIGEST_SHA256, 32, {0xcf, 0x5b, 0x16, 0xa7, 0x78, 0xaf, 0x83, 0x80, 0x03, 0x6c, 0xe5,
                                   0x9e, 0x7b, 0x04, 0x92, 0x37, 0x0b, 0x24, 0x9b, 0x11, 0xe8, 0xf0,
                                   0x7a, 0x51, 0xaf, 0xac, 0x45, 0x03, 0x7a, 0xfe, 0xe9, 0xd1}};
    struct signet_sha256 sha[2];
    enum signet_sha256_path best = signet_sha256_best();
    struct signet_digest found = {.alg = SIGNET_DIGEST_SHA256, .len = SIGNET_SHA256_BYTES};

    path->name = signet_sha256_path_name(best);
    path->hardware = best != SIGNET_SHA256_PORTABLE;
    if (!signet_sha256_init(&sha[0], best)) {
        return signet_err_set(err, SIGNET_E_INTERNAL, "no code for SHA-256");
    }
    sha[1] = sha[0];
    signet_sha256_update_pair(&sha[0], signet_span_str(message), &sha[1], signet_span_str(message));
    for (size_t i = 0; i < SIGNET_COUNT(sha); i++) {
        signet_sha256_final(&sha[i], found.bytes);
        if (!signet_digest_eq(&found, &expected)) {
            char hex[SIGNET_DIGEST_HEX];
            return signet_err_set(err, SIGNET_E_INTERNAL,
                                  "SHA-256 of the 896-bit example of FIPS 180-4 came out as %s",
                                  signet_digest_hex(&found, hex));
        }
    }
    return SIGNET_OK;
}
